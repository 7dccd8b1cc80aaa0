"""Names of marks that carry none: by the colour, or the dashes, that the legend explains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matplotlib import colors

from rusoil_jupyter.figures.units import plain


def hexed(colour: Any) -> str:
    """A colour as ``#rrggbb``, ``""`` for none. Transparency doesn't count: legends often have their own."""
    try:
        red, green, blue, alpha = colors.to_rgba(colour)
    except (ValueError, TypeError):
        return ""
    return "" if alpha == 0 else colors.to_hex((red, green, blue))


@dataclass(frozen=True)
class Legend:
    """What the legends of a coordinate system and of its figure say."""

    title: str = ""
    shown: bool = False
    entries: tuple[str, ...] = ()
    by_colour: dict[str, str] = field(default_factory=dict)
    by_dashes: dict[str, str] = field(default_factory=dict)

    def name(self, colour: str, dashes: Any = None) -> str:
        """The name for this colour; for lines whose dashes mean something, both names."""
        names = [self.by_colour.get(colour, "")]
        if dashes is not None:
            names.append(self.by_dashes.get(str(dashes), ""))
        return ", ".join(dict.fromkeys(filter(None, names)))


def read_legend(axes: Any) -> Legend:
    """The legend of the axes, or else of another in the same place, or of the figure."""
    own = [axes.get_legend()]
    others = [(other, other.get_legend()) for other in axes.figure.axes if other is not axes]
    twins = [legend for other, legend in others if legend is not None and _same_place(other, axes)]
    found = [legend for legend in [*own, *twins, *axes.figure.legends] if legend is not None]
    if not found:
        return Legend()
    colours: dict[str, list[str]] = {}
    dashes: dict[str, list[str]] = {}
    entries: list[str] = []
    for legend in found:
        for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=False):
            if name := plain(text.get_text()):
                colour = handle_colour(handle)
                entries += [name] if colour else []
                colours.setdefault(colour, []).append(name)
                if hasattr(handle, "get_linestyle") and hasattr(handle, "get_xdata"):
                    dashes.setdefault(str(dash_of(handle)), []).append(name)
    colours.pop("", None)
    titles = [plain(legend.get_title().get_text()) for legend in found]
    by_dashes = {key: names[0] for key, names in dashes.items() if len(names) == 1}
    single = {key: names[0] for key, names in colours.items() if len(set(names)) == 1}
    ambiguous = {name for names in colours.values() if len(set(names)) > 1 for name in names}
    return Legend(
        title=next(filter(None, titles), ""),
        shown=any(legend is not None and legend.get_visible() for legend in own),
        entries=tuple(dict.fromkeys(entries)),
        by_colour=single,
        by_dashes={key: name for key, name in by_dashes.items() if name in ambiguous},
    )


def _same_place(one: Any, other: Any) -> bool:
    return bool(abs(one.get_position().bounds[0] - other.get_position().bounds[0]) < 1e-6) and bool(
        abs(one.get_position().bounds[1] - other.get_position().bounds[1]) < 1e-6
    )


def dash_of(line: Any) -> Any:
    """A line's dashes relative to its width, so that those of a legend's handle compare equal."""
    offset, pattern = line._unscaled_dash_pattern if hasattr(line, "_unscaled_dash_pattern") else (0, None)
    return (offset, tuple(round(float(one), 3) for one in pattern)) if pattern else "-"


def handle_colour(handle: Any) -> str:
    """The colour of a legend's handle, ``""`` for one that is not drawn (a subtitle)."""
    if hasattr(handle, "get_xdata"):
        line, marker = handle.get_linestyle(), handle.get_marker()
        if line in {"None", "none", " ", ""} and marker in {"None", "none", " ", "", None}:
            return ""
        return hexed(handle.get_color() if line not in {"None", ""} else handle.get_markerfacecolor())
    if hasattr(handle, "get_facecolors"):
        rows = handle.get_facecolors()
        return hexed(rows[0]) if len(rows) else _edge(handle)
    if hasattr(handle, "get_facecolor"):
        return hexed(handle.get_facecolor()) or hexed(handle.get_edgecolor())
    parts = list(handle) if isinstance(handle, tuple) else []
    return next(filter(None, map(handle_colour, parts)), "")


def _edge(handle: Any) -> str:
    rows = handle.get_edgecolors()
    return hexed(rows[0]) if len(rows) else ""
