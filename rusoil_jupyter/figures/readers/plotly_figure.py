"""A plotly figure's layout: its axes resolved, its panels, what a trace is drawn against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures.readers.drafting import (
    AxisDraft,
    Draft,
    PanelDraft,
    Way,
    plain,
    text_of,
)
from rusoil_jupyter.figures.readers.plotly_values import as_numbers, as_seconds, cells, kind_of
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.ticks import is_percent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import AxisName, Cell

MOST_TRACES = 2000
WIDTH, HEIGHT = 700, 450
MARGINS = {"l": 80, "r": 80, "t": 100, "b": 80}
COLOURS = (
    *("#636efa", "#EF553B", "#00cc96", "#ab63fa", "#FFA15A"),
    *("#19d3f3", "#FF6692", "#B6E880", "#FF97FF", "#FECB52"),
)


@dataclass
class PlotlyAxis:
    """One axis of the layout: what is known of it before the traces are read."""

    way: Way
    options: dict[str, Any]
    kind: str  # linear, log, date, category, multicategory
    base: str  # the axis whose panel it belongs to
    draft: AxisDraft
    domain: tuple[float, float] = (0.0, 1.0)


@dataclass
class Plot:
    """A panel with the axes' names in it."""

    panel: PanelDraft
    key: tuple[str, str]
    names: dict[str, AxisName] = field(default_factory=dict)


class Figure:
    """A plotly figure with its axes resolved: what the readers of traces need."""

    def __init__(self, figure: dict[str, Any]) -> None:
        self.traces = [trace for trace in list_of(figure.get("data")) if isinstance(trace, dict)][
            :MOST_TRACES
        ]
        self.layout = dict_of(figure.get("layout"))
        self.template = dict_of(dict_of(self.layout.get("template")).get("layout"))
        self.frames = list_of(figure.get("frames"))
        self.draft = Draft("plotly", title_of(self.layout.get("title")))
        self.axes: dict[str, PlotlyAxis] = {}
        self.plots: dict[tuple[str, str], Plot] = {}
        size = [self.layout.get(name) for name in ("width", "height")]
        if all(isinstance(side, int | float) and 1 <= side < 100_000 for side in size):
            self.draft.size = (int(size[0]), int(size[1]))  # type: ignore[arg-type]

    def option(self, name: str, default: Any = None) -> Any:
        """An option of the layout, else of its template."""
        return self.layout.get(name, self.template.get(name, default))

    def shown(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The traces that are drawn, with their numbers."""
        for number, trace in enumerate(self.traces):
            if trace.get("visible", True) not in {False, "legendonly"}:
                yield number, trace

    def axis(self, name: str) -> PlotlyAxis:
        """The axis that a trace calls ``x``, ``y2``, ..."""
        if name not in self.axes:
            self.axes[name] = self._axis(name)
        return self.axes[name]

    def plot(self, x: str, y: str) -> Plot:
        """The panel of a pair of axes; twin axes share one."""
        key = (self.axis(x).base, self.axis(y).base)
        if key not in self.plots:
            panel = PanelDraft(box=self._box(self.axis(key[0]), self.axis(key[1])))
            self.plots[key] = Plot(panel, key)
            self.draft.panels.append(panel)
        plot = self.plots[key]
        for name in (x, y):
            if name not in plot.names:
                axis = self.axis(name)
                taken = [n for other, n in plot.names.items() if self.axis(other).way == axis.way]
                names: tuple[AxisName, AxisName] = ("x", "x2") if axis.way == "x" else ("y", "y2")
                plot.names[name] = names[min(len(taken), 1)]
                plot.panel.axes.setdefault(plot.names[name], axis.draft)
        return plot

    def column(self, axis: PlotlyAxis, values: Any) -> NDArray[np.float64]:
        """Cells as numbers of that axis."""
        found = cells(values)
        if axis.kind in {"category", "multicategory"}:
            if axis.kind == "multicategory" and len(found) == 2:
                outer, inner = (list(cells(part)) for part in found)
                found = [f"{text_of(a)}, {text_of(b)}" for a, b in zip(outer, inner, strict=False)]
            listed = found.ravel().tolist() if isinstance(found, np.ndarray) else found
            return axis.draft.places(listed)
        return as_seconds(found) if axis.kind == "date" else as_numbers(found)

    def cell(self, axis: PlotlyAxis, value: Any) -> Cell:
        """One value of an axis as it is written in a description; log axes of shapes are in plain numbers."""
        if axis.kind in {"category", "multicategory"}:
            if isinstance(value, int | float) and not isinstance(value, bool):
                names = list(axis.draft.categories)
                return names[round(value)] if 0 <= round(value) < len(names) else None
            return text_of(value)
        number = self.column(axis, [value])
        return cell_of(float(number[0]), axis.draft.finished())

    def colour(self, number: int, explicit: Any) -> str:
        """The colour of a trace: its own, else the next of the colour way."""
        if isinstance(explicit, str):
            return explicit
        way = [colour for colour in list_of(self.option("colorway")) if isinstance(colour, str)]
        ways = way or list(COLOURS)
        return ways[number % len(ways)]

    def _axis(self, name: str) -> PlotlyAxis:
        way: Way = "y" if name.startswith("y") else "x"
        options = {
            **dict_of(self.template.get(f"{way}axis")),
            **dict_of(self.layout.get(f"{way}axis{name[1:]}")),
        }
        base = name
        for _step in range(10):
            over = dict_of(self.layout.get(f"{way}axis{base[1:]}")).get("overlaying")
            if not isinstance(over, str) or not over.startswith(way) or over == base:
                break
            base = over
        strict = options.get("autotypenumbers", self.option("autotypenumbers")) == "strict"
        kind = options.get("type", "-")
        if kind not in {"linear", "log", "date", "category", "multicategory"}:
            kind = self._detected(name, way, strict)
        draft = AxisDraft(label=title_of(options.get("title")) or self._shared_title(way, options))
        draft.kind = "date" if kind == "date" else "category" if "category" in kind else "number"
        draft.scale = "log" if kind == "log" else "linear"
        domain = as_numbers(cells(options.get("domain")))
        axis = PlotlyAxis(way, options, kind, base, draft)
        if domain.size == 2 and np.isfinite(domain).all():
            axis.domain = (float(domain[0]), float(domain[1]))
        self._range(axis)
        _learn_ticks(draft, options)
        for category in cells(options.get("categoryarray")) if draft.kind == "category" else ():
            draft.place(category)
        return axis

    def _shared_title(self, way: Way, options: dict[str, Any]) -> str:
        matched = options.get("matches")
        if not isinstance(matched, str) or not matched.startswith(way):
            return ""
        titles = [
            title_of(axis.get("title"))
            for name, axis in self.layout.items()
            if name.startswith(f"{way}axis")
            and isinstance(axis, dict)
            and (name == f"{way}axis{matched[1:]}" or axis.get("matches") == matched)
        ]
        return next((title for title in titles if title), "")

    def _detected(self, name: str, way: Way, strict: bool) -> str:
        columns: list[Sequence[Any] | NDArray[Any]] = []
        for trace in self.traces:
            if trace.get(f"{way}axis", way) != name:
                continue
            kind = trace.get("type", "scatter")
            lies = trace.get("orientation") == "h"
            if kind == "histogram" and way not in trace:
                continue
            values = cells(trace.get(way))
            if isinstance(values, list) and values and len(values) == 2 and isinstance(values[0], list):
                return "multicategory"
            if kind in {"box", "violin"} and way not in trace and (way == "y") == lies:
                return "category"
            if kind == "bar" and trace.get("base") is not None and way == ("x" if lies else "y"):
                base = trace["base"]
                values = cells(base if isinstance(base, list | dict) else [base])
            columns.append(values)
            if kind in {"candlestick", "ohlc"} and way == "y":
                columns.append(cells(trace.get("close")))
        return kind_of(columns, strict)

    def _range(self, axis: PlotlyAxis) -> None:
        found = cells(axis.options.get("range"))
        axis.draft.inverted = "reversed" in str(axis.options.get("autorange", ""))
        if len(found) != 2 or axis.draft.kind == "category":
            if len(found) == 2 and all(isinstance(end, int | float) for end in found):
                axis.draft.inverted |= bool(found[0] > found[1])
            return
        ends = as_seconds(found) if axis.kind == "date" else as_numbers(found)
        if np.isfinite(ends).all():
            axis.draft.inverted = bool(ends[0] > ends[1])
            with np.errstate(over="ignore"):
                ends = 10.0**ends if axis.kind == "log" else ends
            axis.draft.range = (float(ends.min()), float(ends.max()))

    def _box(self, x: PlotlyAxis, y: PlotlyAxis) -> tuple[float, float, float, float]:
        width, height = self.draft.size or (WIDTH, HEIGHT)
        given = {**dict_of(self.template.get("margin")), **dict_of(self.layout.get("margin"))}
        margin = {
            side: float(given[side]) if isinstance(given.get(side), int | float) else float(default)
            for side, default in MARGINS.items()
        }
        inner = (width - margin["l"] - margin["r"], height - margin["t"] - margin["b"])
        left, right = ((margin["l"] + share * inner[0]) / width for share in x.domain)
        top, bottom = (
            (margin["t"] + (1 - share) * inner[1]) / height for share in (y.domain[1], y.domain[0])
        )
        return left, top, right, bottom


def _learn_ticks(draft: AxisDraft, options: dict[str, Any]) -> None:
    """What the ticks say, where that is not the axis' own numbers."""
    suffix = plain(options.get("ticksuffix"))
    places, texts = cells(options.get("tickvals")), cells(options.get("ticktext"))
    if is_percent(options.get("tickformat")):
        draft.says_percent(of_one=True)
    elif suffix == "%":
        draft.says_percent(of_one=False)
    elif len(places) and len(places) == len(texts):
        draft.says(as_numbers(places).tolist(), [plain(text) + suffix for text in texts])


def title_of(title: Any) -> str:
    """The text of a title, however it is given."""
    return (
        plain(title.get("text"))
        if isinstance(title, dict)
        else plain(title)
        if isinstance(title, str)
        else ""
    )


def dict_of(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
