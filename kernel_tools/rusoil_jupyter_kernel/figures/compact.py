"""A description as a few lines of text: what a small model reads of a figure that a question names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import (
        Axis,
        AxisName,
        Cell,
        FigureDescription,
        Panel,
        Series,
    )

MOST_BYTES = 1200
FEW = 12  # values that are given one by one


def compact(description: FigureDescription, most: int = MOST_BYTES) -> str:
    """The figure in at most ``most`` bytes of UTF-8: titles, axes with units, and numbers of each series.

    A line that no longer fits is left out, and the text says how many were.
    """
    lines = list(_lines(description))
    kept: list[str] = []
    for row, line in enumerate(lines):
        rest = _("… {count} more lines not shown").format(count=len(lines) - row)
        room = most - len("\n".join([*kept, ""]).encode())
        if len(line.encode()) > room - (len(rest.encode()) + 1 if row < len(lines) - 1 else 0):
            kept.append(rest)
            break
        kept.append(line)
    return "\n".join(kept)


def _lines(description: FigureDescription) -> Iterator[str]:
    yield _("Figure: {title}").format(title=_one_line(description.title) or _("without a title"))
    for panel in description.panels:
        if len(description.panels) > 1 or panel.title:
            yield _("Panel {name}: {title}").format(name=panel.id, title=_one_line(panel.title))
        for name, axis in panel.axes.items():
            yield f"  {name}: {_axis(axis)}"
        for series in panel.series:
            yield f"  - {_series(series, panel)}"
        for line in panel.references:
            end = "" if line.end is None else f"..{_cell(line.end)}"
            yield _one_line(f"  {line.axis} = {_cell(line.value)}{end} {line.label}")
        for note in panel.notes[:5]:
            yield "  " + _("text: {text}").format(text=_one_line(note.text))
    if description.diagram is not None:
        for edge in description.diagram.edges:
            yield _one_line(f"  {edge.source} -> {edge.target} {edge.label}")
        if not description.diagram.edges:
            yield "  " + ", ".join(_one_line(node.label or node.id) for node in description.diagram.nodes)


def _axis(axis: Axis) -> str:
    facts = [_one_line(axis.label) or _("no label")]
    if axis.categories:
        names = ", ".join(map(_one_line, axis.categories[:FEW]))
        facts.append(names + (", …" if len(axis.categories) > FEW else ""))
    elif axis.range is not None:
        facts.append(f"{_cell(axis.range[0])}..{_cell(axis.range[1])}")
    facts += [axis.scale] if axis.scale != "linear" else []
    facts += [_("inverted")] if axis.inverted else []
    return "; ".join(facts)


def _series(series: Series, panel: Panel) -> str:
    name = f"{series.kind} “{_one_line(series.label)}”" if series.label else series.kind
    if not series.n:
        return name
    value = next(
        (c for c in ("y", "x", "z", "median", "high") if c in series.values and c != series.along), ""
    )
    value = "z" if "z" in series.values else value
    column = series.values.get(value, ())
    if not column and value not in series.stats:
        return f"{name}, n={series.n}"
    places = series.names or series.values.get(series.along) or series.values.get("left") or ()
    if not series.sampled and len(column) <= FEW and len(places) == len(column):
        pairs = ", ".join(f"{_cell(at)}: {_cell(one)}" for at, one in zip(places, column, strict=True))
        return f"{name}: {pairs}"
    facts = _numbers(series, value, column, places)
    axis: AxisName = series.y if value == "y" else series.x
    unit = panel.axes[axis].unit if axis in panel.axes and value in {"x", "y"} else ""
    return f"{name}, n={series.n}{', ' + unit if unit else ''}: " + ", ".join(facts)


def _numbers(series: Series, value: str, column: tuple[Cell, ...], places: tuple[Cell, ...]) -> list[str]:
    stats = series.stats.get(value)
    if stats is not None:
        at_min, at_max, low, high = stats.at_min, stats.at_max, stats.min, stats.max
        first, last, mean = stats.first, stats.last, stats.mean
    else:
        known = [(one, row) for row, one in enumerate(column) if isinstance(one, int | float)]
        if not known:
            return [_("no numbers")]
        (low, low_row), (high, high_row) = min(known), max(known)
        whole = len(places) == len(column)
        at_min, at_max = (places[low_row], places[high_row]) if whole else (None, None)
        first, last, mean = column[0], column[-1], sum(one for one, _row in known) / len(known)
    facts = [f"min {_cell(low)}{_at(at_min)}", f"max {_cell(high)}{_at(at_max)}"]
    facts += [f"mean {_cell(mean)}"] if mean is not None else []
    return [*facts, f"first {_cell(first)}", f"last {_cell(last)}"]


def _at(place: Cell) -> str:
    return "" if place is None else f" @ {_cell(place)}"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.6g}" if isinstance(cell, int | float) else _one_line(cell)


def _one_line(text: str) -> str:
    """Texts of a figure are data: on one line, and not long."""
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:79] + "…"
