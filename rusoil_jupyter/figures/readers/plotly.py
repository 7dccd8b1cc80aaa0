"""Plotly figures (``application/vnd.plotly.v1+json``) as panels and series, as plotly.js would draw them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.readers import plotly_traces
from rusoil_jupyter.figures.readers.drafting import (
    BROKEN,
    WAYS,
    PanelDraft,
    Way,
    plain,
)
from rusoil_jupyter.figures.readers.plotly_figure import Figure, Plot, PlotlyAxis, dict_of, list_of, title_of
from rusoil_jupyter.figures.readers.plotly_values import forget
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import AxisName, Cell


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
    figure = Figure(bundle)
    plotly_traces.read_all(figure)
    _shapes(figure)
    _annotations(figure)
    _order_categories(figure)
    _grid(figure)
    legend = title_of(dict_of(figure.layout.get("legend")).get("title"))
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


def _shapes(figure: Figure) -> None:
    for shape in list_of(figure.layout.get("shapes")):
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
        label = dict_of(shape.get("label")).get("text", "")
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
    for note in list_of(figure.layout.get("annotations")):
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
        for note in list_of(figure.layout.get("annotations"))
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
