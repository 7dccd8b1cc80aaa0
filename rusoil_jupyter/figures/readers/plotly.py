"""Plotly figures (``application/vnd.plotly.v1+json``) as panels and series, as plotly.js would draw them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.readers.drafting import (
    BROKEN,
    WAYS,
    AxisDraft,
    Draft,
    PanelDraft,
    Way,
    plain,
    text_of,
)
from rusoil_jupyter.figures.readers.plotly_values import as_numbers, as_seconds, cells, forget, kind_of
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.ticks import is_percent
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.description import AxisName, Cell
    from rusoil_jupyter.figures.reading import Reading

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
        self.traces = [trace for trace in _list(figure.get("data")) if isinstance(trace, dict)][:MOST_TRACES]
        self.layout = _dict(figure.get("layout"))
        self.template = _dict(_dict(self.layout.get("template")).get("layout"))
        self.frames = _list(figure.get("frames"))
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
        way = [colour for colour in _list(self.option("colorway")) if isinstance(colour, str)]
        ways = way or list(COLOURS)
        return ways[number % len(ways)]

    def _axis(self, name: str) -> PlotlyAxis:
        way: Way = "y" if name.startswith("y") else "x"
        options = {**_dict(self.template.get(f"{way}axis")), **_dict(self.layout.get(f"{way}axis{name[1:]}"))}
        base = name
        for _step in range(10):
            over = _dict(self.layout.get(f"{way}axis{base[1:]}")).get("overlaying")
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
        given = {**_dict(self.template.get("margin")), **_dict(self.layout.get("margin"))}
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


def read_plotly(bundle: Any) -> Reading | None:
    """A plotly figure as a reading; ``None`` where there is nothing in it.

    Raises:
        InvalidRequest: it is no figure, or one of its arrays is broken.
    """
    if not isinstance(bundle, dict) or not isinstance(bundle.get("data"), list):
        raise _no_figure()
    try:
        return _read(bundle)
    except BROKEN as error:
        raise _no_figure() from error
    finally:
        forget()


def _no_figure() -> InvalidRequest:
    return InvalidRequest(
        _("This is no plotly figure, or it is broken."),
        _("Run the cell that makes the figure again."),
        field="mimebundle",
    )


def _read(bundle: dict[str, Any]) -> Reading | None:
    from rusoil_jupyter.figures.readers import plotly_traces

    figure = Figure(bundle)
    plotly_traces.read_all(figure)
    _shapes(figure)
    _annotations(figure)
    _order_categories(figure)
    _grid(figure)
    legend = title_of(_dict(figure.layout.get("legend")).get("title"))
    entries = _entries(figure)
    for panel in figure.draft.panels:
        panel.legend_title = legend
        pie = [name for series in panel.series if series.kind == "pie" for name in series.names]
        named = pie or [series.label for series in panel.series if series.label]
        panel.has_legend = figure.option("showlegend", len(named) > 1) is True and bool(named)
        panel.legend = (pie or entries) if panel.has_legend else ()
    if figure.frames:
        figure.draft.omitted.append(
            _("Of an animation of {count} frames the first one is read.").format(count=len(figure.frames))
        )
    panels = [panel for panel in figure.draft.panels if panel.series or panel.notes]
    figure.draft.panels = panels
    return figure.draft.reading() if panels or figure.draft.diagram else None


def _entries(figure: Figure) -> list[str]:
    """What the legend lists: traces that are shown or can be, each name of a group once."""
    traces = [
        one for one in figure.traces if one.get("visible") is not False and one.get("showlegend") is not False
    ]
    return [plain(trace["name"]) for trace in traces if trace.get("name") is not None]


def title_of(title: Any) -> str:
    """The text of a title, however it is given."""
    return (
        plain(title.get("text"))
        if isinstance(title, dict)
        else plain(title)
        if isinstance(title, str)
        else ""
    )


def _shapes(figure: Figure) -> None:
    for shape in _list(figure.layout.get("shapes")):
        if not isinstance(shape, dict):
            continue
        refs = {way: str(shape.get(f"{way}ref", way)) for way in WAYS}
        across = {way: ref == "paper" or ref.endswith(" domain") for way, ref in refs.items()}
        if across["x"] == across["y"] or shape.get("type", "line") not in {"line", "rect"}:
            continue
        way: Way = "x" if across["y"] else "y"
        axis = figure.axes.get(refs[way])
        if axis is None:
            continue
        start, end = (figure.cell(axis, shape.get(f"{way}{side}")) for side in "01")
        label = _dict(shape.get("label")).get("text", "")
        other = refs["y" if way == "x" else "x"].removesuffix(" domain")
        for plot in _plots_of(figure, refs[way], other):
            name = plot.names.get(refs[way])
            if name:
                plot.panel.refer(name, start, None if start == end else end, label)


def _plots_of(figure: Figure, name: str, other: str) -> list[Plot]:
    plots = [plot for plot in figure.plots.values() if name in plot.names]
    exact = [plot for plot in plots if other in plot.names]
    return exact or plots


def _annotations(figure: Figure) -> None:
    for note in _list(figure.layout.get("annotations")):
        if not isinstance(note, dict) or note.get("visible") is False:
            continue
        text = plain(note.get("text"))
        xref, yref = str(note.get("xref", "paper")), str(note.get("yref", "paper"))
        x_axis, y_axis = figure.axes.get(xref), figure.axes.get(yref)
        if x_axis is None and y_axis is None:
            _paper_note(figure, note, text)
            continue
        plots = _plots_of(
            figure, xref if x_axis else yref, (yref if x_axis else xref).removesuffix(" domain")
        )
        if not plots:
            continue
        x = _log_place(x_axis, figure.cell(x_axis, note.get("x"))) if x_axis else None
        y = _log_place(y_axis, figure.cell(y_axis, note.get("y"))) if y_axis else None
        if (x is None) != (y is None) and _name_reference(plots[0].panel, text, x if y is None else y):
            continue
        plots[0].panel.note(text, x, y)


def _name_reference(panel: PanelDraft, text: str, value: Cell) -> bool:
    """Give a reference line without a name the text that stands at its end."""
    for index, reference in enumerate(panel.references):
        if not reference.label and value in {reference.value, reference.end}:
            panel.references[index] = reference.model_copy(update={"label": text})
            return True
    return False


def _log_place(axis: PlotlyAxis, cell: Cell) -> Cell:
    """Annotations are placed on log axes by their logarithm."""
    if axis.kind == "log" and isinstance(cell, float) and abs(cell) < 300:
        return cell_of(10.0**cell, None)
    return cell


def _paper_note(figure: Figure, note: dict[str, Any], text: str) -> None:
    """A text beside the axes: the title of the panel it stands at, else a remark to the figure."""
    x, y = note.get("x", 0.5), note.get("y", 0.5)
    if not isinstance(x, int | float) or not isinstance(y, int | float) or not text:
        return
    for plot in figure.plots.values():
        across, up = figure.axis(plot.key[0]).domain, figure.axis(plot.key[1]).domain
        above = abs(x - sum(across) / 2) < 0.02 and -0.005 <= y - up[1] < 0.04
        beside = abs(y - sum(up) / 2) < 0.02 and 0 <= x - across[1] < 0.04 and note.get("textangle")
        if (above or beside) and not (above and note.get("showarrow") is True):
            _add_title(figure, plot, text, column=bool(above))
            return
    if figure.draft.panels:
        figure.draft.panels[0].note(text)


def _add_title(figure: Figure, plot: Plot, text: str, *, column: bool) -> None:
    """Facets name a whole column above it and a whole row beside it; subplots are named one by one."""
    facets = "=" in text and all(
        axis.options.get("matches") or name in {"x", "y"} for name, axis in figure.axes.items()
    )
    for other in figure.plots.values():
        place = 0 if column else 1
        mine, its = figure.axis(plot.key[place]).domain, figure.axis(other.key[place]).domain
        if other is plot or (facets and mine == its and not (column and _has_own_title(figure, other))):
            titles = [other.panel.title, text] if other.panel.title else [text]
            other.panel.title = ", ".join(titles)


def _has_own_title(figure: Figure, plot: Plot) -> bool:
    up = figure.axis(plot.key[1]).domain
    across = figure.axis(plot.key[0]).domain
    return any(
        isinstance(note, dict)
        and isinstance(note.get("x"), int | float)
        and isinstance(note.get("y"), int | float)
        and abs(note["x"] - sum(across) / 2) < 0.02
        and -0.005 <= note["y"] - up[1] < 0.04
        for note in _list(figure.layout.get("annotations"))
    )


def _order_categories(figure: Figure) -> None:
    """Bring the categories of each axis into the order they are drawn in, and the columns with them."""
    for name, axis in figure.axes.items():
        order = axis.options.get("categoryorder")
        if axis.draft.kind != "category" or not isinstance(order, str) or order in {"trace", "array"}:
            continue
        names = list(axis.draft.categories)
        word, _space, direction = order.partition(" ")
        if word == "category":
            ranked = sorted(names)
        else:
            totals = _totals(figure, name, len(names), word)
            ranked = sorted(names, key=lambda category: totals[axis.draft.categories[category]])
        if direction == "descending":
            ranked.reverse()
        moved = np.array([ranked.index(category) for category in names], dtype=np.float64)
        axis.draft.categories = {category: place for place, category in enumerate(ranked)}
        for plot in figure.plots.values():
            if name in plot.names:
                _move(plot, plot.names[name], axis.way, moved)


def _totals(figure: Figure, name: str, count: int, word: str) -> list[float]:
    ways: dict[str, Callable[[list[float]], Any]] = {
        "total": np.sum,
        "sum": np.sum,
        "min": np.min,
        "max": np.max,
        "mean": np.mean,
        "median": np.median,
    }
    collected: list[list[float]] = [[] for _ in range(count)]
    for plot in figure.plots.values():
        for series in plot.panel.series:
            if name not in plot.names or plot.names[name] not in {series.x, series.y}:
                continue
            way = "x" if plot.names[name] == series.x else "y"
            places, values = series.columns.get(way), series.columns.get("y" if way == "x" else "x")
            if places is None or values is None:
                continue
            for place, value in zip(places.tolist(), values.tolist(), strict=False):
                if math.isfinite(place) and math.isfinite(value):
                    collected[int(place)].append(value)
    return [float(ways.get(word, np.sum)(values)) if values else 0.0 for values in collected]


def _move(plot: Plot, axis: AxisName, way: Way, moved: NDArray[np.float64]) -> None:
    for series in plot.panel.series:
        column = series.columns.get(way)
        if axis not in {series.x, series.y} or column is None:
            continue
        known = np.isfinite(column)
        column = column.copy()
        column[known] = moved[column[known].astype(int)]
        series.columns[way] = column


def _grid(figure: Figure) -> None:
    boxes = [panel.box or (0.0, 0.0, 1.0, 1.0) for panel in figure.draft.panels]
    lefts = sorted({round(box[0], 2) for box in boxes})
    tops = sorted({round(box[1], 2) for box in boxes})
    for panel, box in zip(figure.draft.panels, boxes, strict=True):
        panel.column, panel.row = lefts.index(round(box[0], 2)) + 1, tops.index(round(box[1], 2)) + 1


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
