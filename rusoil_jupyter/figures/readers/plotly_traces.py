"""Plotly's traces, each kind by a function of its own: ``READERS`` names them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures.readers.drafting import (
    BROKEN,
    WAYS,
    AxisDraft,
    PanelDraft,
    SeriesDraft,
    Way,
    plain,
    text_of,
)
from rusoil_jupyter.figures.readers.plotly_bins import edges
from rusoil_jupyter.figures.readers.plotly_figure import Figure, Plot, PlotlyAxis, dict_of, title_of
from rusoil_jupyter.figures.readers.plotly_values import as_numbers, as_seconds, cells, grid
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.description import Diagram, Edge, Node
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import SeriesKind

    Numbers = NDArray[np.float64]

Trace = dict[str, Any]
MOST_SPLOM = 6
_CLEAR = re.compile(r"transparent|(?:rgba|hsla)\((?:[^,()]+,){3}0(?:\.0*)?\)")


def read_all(figure: Figure) -> None:
    """Read every visible trace into the figure's panels."""
    shown = list(figure.shown())
    _histograms(figure, [(n, t) for n, t in shown if t.get("type") == "histogram"])
    for number, trace in shown:
        kind = str(trace.get("type", "scatter"))
        if kind == "histogram":
            continue
        reader = READERS.get(kind)
        if reader is None:
            figure.draft.omitted.append(
                _("A trace of the kind “{kind}” was not read.").format(kind=text_of(kind, 40))
            )
            continue
        try:
            reader(figure, number, trace)
        except BROKEN:
            figure.draft.omitted.append(_("A trace that is not well formed was not read."))
    _stack_bars(figure)


def _plot(figure: Figure, trace: Trace) -> Plot:
    return figure.plot(_axis_name(trace, "x"), _axis_name(trace, "y"))


def _axis_name(trace: Trace, way: Way) -> str:
    name = trace.get(f"{way}axis", way)
    return name if isinstance(name, str) and name.startswith(way) and len(name) < 12 else way


def _axes(figure: Figure, trace: Trace) -> dict[Way, PlotlyAxis]:
    return {"x": figure.axis(_axis_name(trace, "x")), "y": figure.axis(_axis_name(trace, "y"))}


def _series(figure: Figure, number: int, trace: Trace, kind: SeriesKind, along: Way = "x") -> SeriesDraft:
    """A new series in the trace's panel."""
    plot = _plot(figure, trace)
    marker, line = dict_of(trace.get("marker")), dict_of(trace.get("line"))
    own = line.get("color") if kind in {"line", "step"} else marker.get("color")
    colour = figure.colour(
        number, own if isinstance(own, str) else line.get("color") or trace.get("fillcolor")
    )
    label = plain(trace.get("name")) if trace.get("name") is not None else ""
    series = SeriesDraft(kind, label, colour, along=along)
    series.x, series.y = plot.names[_axis_name(trace, "x")], plot.names[_axis_name(trace, "y")]
    plot.panel.series.append(series)
    return series


def _positions(figure: Figure, trace: Trace, way: Way, length: int) -> Numbers:
    """A coordinate of every point: given, or counted from ``x0`` in steps of ``dx``."""
    axis = figure.axis(_axis_name(trace, way))
    given = trace.get(way)
    if isinstance(given, list | dict) and len(cells(given)):
        return figure.column(axis, given)
    start, step = trace.get(f"{way}0", 0), trace.get(f"d{way}", 1)
    step = float(step) if isinstance(step, int | float) else 1.0
    if axis.kind == "date":
        return np.asarray(as_seconds([start])[0] + np.arange(length) * step / 1000)
    begin = as_numbers([start])[0]
    return np.asarray((0.0 if math.isnan(begin) else begin) + np.arange(length) * step)


def _both(figure: Figure, trace: Trace) -> tuple[Numbers, Numbers]:
    sizes = [len(cells(trace.get(way))) for way in WAYS]
    length = max(sizes) if 0 in sizes else min(sizes)
    axes = _axes(figure, trace)
    if any(axis.kind == "multicategory" for axis in axes.values()):
        length = 10**9
    x, y = _positions(figure, trace, "x", length), _positions(figure, trace, "y", length)
    length = min(x.size, y.size)
    return x[:length], y[:length]


# Lines and points


def _scatter(figure: Figure, number: int, trace: Trace) -> None:
    x, y = _both(figure, trace)
    stacked = bool(trace.get("stackgroup"))
    mode = trace.get("mode")
    if not isinstance(mode, str):
        mode = "lines+markers" if x.size < 20 and not stacked else "lines"
    line = dict_of(trace.get("line"))
    fill = trace.get("fill", "tonexty" if stacked else "none")
    along: Way = "y" if (trace.get("orientation") == "h" and stacked) or fill == "tozerox" else "x"
    kind: SeriesKind = "line"
    if fill in {"tozeroy", "tozerox"} or stacked:
        kind = "area"
    elif "lines" not in mode:
        kind = "scatter"
    elif str(line.get("shape", "linear")) in {"hv", "vh", "hvh", "vhv"}:
        kind = "step"
    if fill in {"tonexty", "tonextx"} and not stacked:
        _band(figure, number, trace, x, y)
    series = _series(figure, number, trace, kind, along)
    series.columns = {"x": x, "y": y}
    if stacked:
        series.stack = f"area-{text_of(trace['stackgroup'], 40)}"
        _stack_area(figure, trace, series)
    if kind == "scatter":
        _marker_columns(figure, trace, series)
    texts = cells(trace.get("text"))
    if "text" in mode and len(texts) == x.size:
        labels = [plain(text) for text in (texts.tolist() if isinstance(texts, np.ndarray) else texts)]
        if mode == "text" or kind == "scatter":
            series.names = labels
    _error_bars(figure, number, trace, series)


def _stack_area(figure: Figure, trace: Trace, series: SeriesDraft) -> None:
    """Stand an area on those of its group before it (``groupnorm`` makes shares of them)."""
    panel = _plot(figure, trace).panel
    value = "y" if series.along == "x" else "x"
    places = series.columns[series.along]
    below = [other for other in panel.series if other is not series and other.stack == series.stack]
    if np.all(np.diff(places) > 0) and all(
        np.array_equal(other.columns[series.along], places) for other in below
    ):
        base = np.zeros(places.size)
        for other in below:
            height = other.columns[value]
            base += np.where(np.isnan(height), 0.0, height)
    else:
        base = _heights_at(places, [(other.columns[series.along], other.columns[value]) for other in below])
    if np.any(base != 0):
        series.columns["base"] = base


def _heights_at(places: Numbers, below: list[tuple[Numbers, Numbers]]) -> Numbers:
    """How high what lies below is at each place, all rows at one place together."""
    heights: dict[float, float] = {}
    for at, column in below:
        for place, height in zip(at.tolist(), column.tolist(), strict=True):
            heights[place] = heights.get(place, 0.0) + (0.0 if math.isnan(height) else height)
    return np.array([heights.get(place, 0.0) for place in places.tolist()], dtype=np.float64)


def _band(figure: Figure, number: int, trace: Trace, x: Numbers, y: Numbers) -> None:
    """A fill down to the trace before: a band, where both have the same places."""
    panel = _plot(figure, trace).panel
    before = next((s for s in reversed(panel.series) if s.kind in {"line", "scatter", "step", "area"}), None)
    if before is None:
        return
    along: Way = "y" if trace.get("fill") == "tonextx" else "x"
    value = "x" if along == "y" else "y"
    mine = {"x": x, "y": y}
    if not np.array_equal(before.columns[along], mine[along]):
        return
    series = _series(figure, number, trace, "band", along)
    series.columns = {
        along: mine[along],
        "low": np.fmin(before.columns[value], mine[value]),
        "high": np.fmax(before.columns[value], mine[value]),
    }


def _marker_columns(figure: Figure, trace: Trace, series: SeriesDraft) -> None:
    marker = dict_of(trace.get("marker"))
    length = series.columns["x"].size if "x" in series.columns else 0
    sizes = cells(marker.get("size"))
    if len(sizes) == length and length:
        series.columns["size"] = as_numbers(sizes)
    colours = cells(marker.get("color"))
    if len(colours) == length and length:
        numbers = as_numbers(colours)
        if np.isfinite(numbers).any():
            series.columns["z"] = numbers
            _colour_axis(figure, _plot(figure, trace).panel, marker, numbers)


def _colour_axis(figure: Figure, panel: PanelDraft, holder: dict[str, Any], numbers: Numbers) -> None:
    shared = holder.get("coloraxis")
    options = figure.layout.get(shared) if isinstance(shared, str) else None
    source = dict_of(options) if options is not None else holder
    axis = panel.axis("color")
    axis.label = axis.label or title_of(dict_of(source.get("colorbar")).get("title"))
    low, high = (source.get(name, source.get(other)) for name, other in (("cmin", "zmin"), ("cmax", "zmax")))
    finite = numbers[np.isfinite(numbers)]
    if axis.range is None and finite.size:
        axis.range = (
            float(low) if isinstance(low, int | float) else float(finite.min()),
            float(high) if isinstance(high, int | float) else float(finite.max()),
        )


def _error_bars(figure: Figure, number: int, trace: Trace, series: SeriesDraft) -> None:
    for way in ("y", "x"):
        error = dict_of(trace.get(f"error_{way}"))
        if not error or error.get("visible") is False or way not in series.columns:
            continue
        values = series.columns[way]
        up, down = _error_sizes(error, values)
        if up is None or down is None:
            continue
        along: Way = "x" if way == "y" else "y"
        base = series.columns.get("base", np.zeros_like(values)) if series.kind == "bar" else 0.0
        bars = _series(figure, number, trace, "errorbar", along)
        bars.columns = {
            along: series.columns[along],
            way: values + base,
            "low": values + base - down,
            "high": values + base + up,
        }


def _error_sizes(error: dict[str, Any], values: Numbers) -> tuple[Numbers | None, Numbers | None]:
    kind = error.get("type", "data" if "array" in error else "percent")
    symmetric = error.get("symmetric", "arrayminus" not in error and "valueminus" not in error)
    if kind == "data":
        up = _padded(as_numbers(cells(error.get("array"))), values.size)
        return up, up if symmetric else _padded(as_numbers(cells(error.get("arrayminus"))), values.size)
    size = error.get("value", 10)
    below = size if symmetric else error.get("valueminus", 10)
    if not isinstance(size, int | float) or not isinstance(below, int | float):
        return None, None
    if kind == "percent":
        return np.abs(values) * size / 100, np.abs(values) * below / 100
    if kind == "sqrt":
        return np.sqrt(np.abs(values)), np.sqrt(np.abs(values))
    return np.full(values.size, float(size)), np.full(values.size, float(below))


def _padded(column: Numbers, size: int) -> Numbers:
    whole = np.full(size, np.nan)
    whole[: min(size, column.size)] = column[:size]
    return whole


# Bars


def _bar(figure: Figure, number: int, trace: Trace) -> None:
    lies = trace.get("orientation") == "h"
    along: Way = "y" if lies else "x"
    value: Way = "x" if lies else "y"
    axes = _axes(figure, trace)
    base = trace.get("base")
    length = len(cells(trace.get(value)))
    places = _positions(figure, trace, along, length)
    if axes[value].kind == "date" and base is not None:
        _date_bars(figure, number, trace, places, along)
        return
    values = figure.column(axes[value], trace.get(value))
    size = min(places.size, values.size)
    series = _series(figure, number, trace, "bar", along)
    series.columns = {along: places[:size], value: values[:size]}
    if base is not None:
        found = as_numbers(cells(base)) if isinstance(base, list | dict) else np.full(size, _float(base))
        series.columns["base"] = np.nan_to_num(_padded(found, size))
    colours = dict_of(trace.get("marker")).get("color")
    if isinstance(colours, list | dict):
        _marker_columns_of_bars(figure, trace, series)
    series.stack = f"bars-{along}"
    _error_bars(figure, number, trace, series)


def _marker_columns_of_bars(figure: Figure, trace: Trace, series: SeriesDraft) -> None:
    marker = dict_of(trace.get("marker"))
    numbers = as_numbers(cells(marker.get("color")))
    if numbers.size == series.columns[series.along].size and np.isfinite(numbers).any():
        series.columns["z"] = numbers
        _colour_axis(figure, _plot(figure, trace).panel, marker, numbers)


def _date_bars(figure: Figure, number: int, trace: Trace, places: Numbers, along: Way) -> None:
    """Bars from one date on, as long as milliseconds say: a plan of work."""
    value: Way = "x" if along == "y" else "y"
    base = trace["base"]
    begins = as_seconds(cells(base) if isinstance(base, list | dict) else [base])
    lengths = as_numbers(cells(trace.get(value))) / 1000
    size = min(places.size, begins.size, lengths.size)
    series = _series(figure, number, trace, "band", along)
    ends = begins[:size] + lengths[:size]
    series.columns = {
        along: places[:size],
        "low": np.fmin(begins[:size], ends),
        "high": np.fmax(begins[:size], ends),
    }


def _stack_bars(figure: Figure) -> None:
    """Put stacked bars on each other as ``barmode`` says; side by side they stand on zero."""
    mode = figure.option("barmode", "group")
    normal = figure.option("barnorm", "")
    for plot in figure.plots.values():
        bars = [s for s in plot.panel.series if s.stack.startswith("bars-")]
        if mode in {"stack", "relative"} or normal in {"fraction", "percent"}:
            _stack_on(bars, split_signs=mode == "relative", normal=str(normal))
        for series in bars:
            if mode not in {"stack", "relative"} or len(bars) == 1:
                series.stack = ""


def _stack_on(bars: list[SeriesDraft], *, split_signs: bool, normal: str) -> None:
    totals: dict[tuple[str, float, bool], float] = {}
    for series in bars:
        value = _value_name(series)
        for place, length in zip(_places(series), series.columns[value].tolist(), strict=True):
            key = (series.along, place, False)
            totals[key] = totals.get(key, 0.0) + (abs(length) if math.isfinite(length) else 0.0)
    heights: dict[tuple[str, float, bool], float] = {}
    for series in bars:
        value = _value_name(series)
        bases, lengths = [], []
        for place, length in zip(_places(series), series.columns[value].tolist(), strict=True):
            whole = totals.get((series.along, place, False), 0.0)
            if normal in {"fraction", "percent"} and whole:
                length *= (100.0 if normal == "percent" else 1.0) / whole
            key = (series.along, place, split_signs and length < 0)
            bases.append(heights.get(key, 0.0))
            lengths.append(length)
            heights[key] = bases[-1] + (length if math.isfinite(length) else 0.0)
        if "base" in series.columns:
            continue
        series.columns[value] = np.array(lengths, dtype=np.float64)
        if any(bases):
            series.columns["base"] = np.array(bases, dtype=np.float64)


def _value_name(series: SeriesDraft) -> str:
    return "y" if series.along == "x" else "x"


def _places(series: SeriesDraft) -> list[float]:
    places: list[float] = series.columns["left" if "left" in series.columns else series.along].tolist()
    return places


# Histograms


def _histograms(figure: Figure, traces: list[tuple[int, Trace]]) -> None:
    """All of them together: those that share an axis (or a ``bingroup``) share their bins."""
    groups: dict[tuple[Any, ...], list[tuple[int, Trace, Way, Numbers]]] = {}
    overlaid = figure.option("barmode", "group") == "overlay"
    for number, trace in traces:
        along: Way = "y" if trace.get("orientation") == "h" or ("y" in trace and "x" not in trace) else "x"
        axis = figure.axis(_axis_name(trace, along))
        values = figure.column(axis, trace.get(along))
        named = trace.get("bingroup")
        alone = number if overlaid and named is None else -1
        key = (along, named) if named else (along, _axis_name(trace, "x"), _axis_name(trace, "y"), alone)
        groups.setdefault(key, []).append((number, trace, along, values))
    made: dict[int, tuple[Trace, Way, Numbers, Numbers]] = {}
    for members in groups.values():
        _n, first, along, _v = members[0]
        axis = figure.axis(_axis_name(first, along))
        values = np.concatenate([values[np.isfinite(values)] for *_rest, values in members])
        if axis.kind in {"category", "multicategory"} or not values.size:
            bins = np.arange(len(axis.draft.categories) + 1, dtype=np.float64) - 0.5
        else:
            spec = next((t.get(f"{along}bins") for _n, t, *_r in members if t.get(f"{along}bins")), None)
            wanted = next((t.get(f"nbins{along}") for _n, t, *_r in members if t.get(f"nbins{along}")), None)
            factor = 1000.0 if axis.kind == "date" else 1.0
            bins = edges(values * factor, spec, wanted, dates=axis.kind == "date") / factor
        for number, trace, way, column in members:
            made[number] = (trace, way, column, bins)
    for number in sorted(made):
        _histogram(figure, number, *made[number])


def _histogram(figure: Figure, number: int, trace: Trace, along: Way, values: Numbers, bins: Numbers) -> None:
    value: Way = "y" if along == "x" else "x"
    weights = as_numbers(cells(trace.get(value))) if value in trace else np.ones(values.size)
    size = min(values.size, weights.size)
    values, weights = values[:size], weights[:size]
    function = str(trace.get("histfunc", "count")) if value in trace else "count"
    heights, counts = _binned(values, weights, bins, function)
    heights = _normalised(heights, bins, str(trace.get("histnorm", "")))
    cumulative = dict_of(trace.get("cumulative"))
    if cumulative.get("enabled") is True:
        heights = np.cumsum(np.nan_to_num(heights))
        counts = np.cumsum(counts)
    category = figure.axis(_axis_name(trace, along)).kind in {"category", "multicategory"}
    filled = np.flatnonzero(counts)
    if not filled.size:
        return
    kept = slice(int(filled[0]), int(filled[-1]) + 1)
    series = _series(figure, number, trace, "bar" if category else "histogram", along)
    if category:
        series.columns = {along: np.arange(heights.size, dtype=np.float64)[kept], value: heights[kept]}
    else:
        series.columns = {"left": bins[:-1][kept], "right": bins[1:][kept], value: heights[kept]}
    series.stack = f"bars-{along}"


def _binned(
    values: Numbers, weights: Numbers, bins: Numbers, function: str
) -> tuple[Numbers, NDArray[np.intp]]:
    count = max(bins.size - 1, 0)
    usable = np.isfinite(values) & np.isfinite(weights)
    places = np.searchsorted(bins, values[usable], side="right") - 1
    weights = weights[usable]
    inside = (places >= 0) & (places < count)
    places, weights = places[inside], weights[inside]
    counts = np.bincount(places, minlength=count)
    if function == "count":
        return counts.astype(np.float64), counts
    sums = np.bincount(places, weights, minlength=count)
    if function == "avg":
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(sums / counts), counts
    if function in {"min", "max"}:
        found = np.full(count, math.inf if function == "min" else -math.inf)
        (np.minimum if function == "min" else np.maximum).at(found, places, weights)
        return np.where(counts > 0, found, np.nan), counts
    return np.asarray(sums, dtype=np.float64), counts


def _normalised(heights: Numbers, bins: Numbers, norm: str) -> Numbers:
    total = float(np.nansum(heights))
    if not total:
        return heights
    if norm == "percent":
        return heights * 100 / total
    if norm == "probability":
        return heights / total
    if norm == "density":
        return np.asarray(heights / np.diff(bins))
    if norm == "probability density":
        return np.asarray(heights / total / np.diff(bins))
    return heights


def _histogram_2d(figure: Figure, number: int, trace: Trace) -> None:
    axes = _axes(figure, trace)
    x, y = _both(figure, trace)
    usable = np.isfinite(x) & np.isfinite(y)
    if not usable.any():
        return
    bins = []
    for way, values in zip(WAYS, (x[usable], y[usable]), strict=True):
        axis = axes[way]
        if axis.kind == "category":
            bins.append(np.arange(len(axis.draft.categories) + 1) - 0.5)
            continue
        factor = 1000.0 if axis.kind == "date" else 1.0
        spec, wanted = trace.get(f"{way}bins"), trace.get(f"nbins{way}")
        bins.append(edges(values * factor, spec, wanted, dates=axis.kind == "date", is_2d=True) / factor)
    weights = as_numbers(cells(trace.get("z"))) if "z" in trace else np.ones(x.size)
    weights = _padded(weights, x.size)[usable]
    function = str(trace.get("histfunc", "count")) if "z" in trace else "count"
    x_at, y_at = (
        np.searchsorted(edge, v, side="right") - 1
        for edge, v in zip(bins, (x[usable], y[usable]), strict=True)
    )
    columns = bins[0].size - 1
    inside = (x_at >= 0) & (x_at < columns) & (y_at >= 0) & (y_at < bins[1].size - 1)
    flat = (y_at * columns + x_at)[inside].astype(np.float64)
    count = columns * (bins[1].size - 1)
    heights, _counts = _binned(flat, weights[inside], np.arange(count + 1, dtype=np.float64) - 0.5, function)
    kind: SeriesKind = "contour" if "contour" in str(trace.get("type")) else "heatmap"
    centres = [(edge[:-1] + edge[1:]) / 2 for edge in bins]
    _cells_of(figure, number, trace, kind, centres[0], centres[1], heights.reshape(bins[1].size - 1, columns))


# Distributions


def _box(figure: Figure, number: int, trace: Trace) -> None:
    kind: SeriesKind = "violin" if trace.get("type") == "violin" else "box"
    given = trace.get("orientation")
    lies = given == "h" or (given is None and "x" in trace and "y" not in trace)
    if given is None and "x" in trace and "y" in trace:
        axes = _axes(figure, trace)
        lies = axes["y"].kind == "category" and axes["x"].kind != "category"
    along: Way = "y" if lies else "x"
    value: Way = "x" if lies else "y"
    axes = _axes(figure, trace)
    if "median" in trace and "q1" in trace and kind == "box":
        _given_box(figure, number, trace, along, value)
        return
    values = figure.column(axes[value], trace.get(value))
    places = _box_places(figure, number, trace, axes[along], along, values.size)
    size = min(values.size, places.size)
    values, places = values[:size], places[:size]
    points = trace.get("boxpoints" if kind == "box" else "points", "outliers")
    if points == "all" and _is_clear(dict_of(trace.get("line")).get("color")):  # a strip: nothing but points
        series = _series(figure, number, trace, "scatter", along)
        series.columns = {along: places, value: values}
        return
    rows = []
    for place in dict.fromkeys(places[np.isfinite(places)].tolist()):
        column = values[(places == place) & np.isfinite(values)]
        if column.size:
            rows.append((place, *_five(column, str(trace.get("quartilemethod", "linear")))))
    if not rows:
        return
    series = _series(figure, number, trace, kind, along)
    table = np.array(rows, dtype=np.float64)
    names = (along, "low", "q1", "median", "q3", "high", "mean")
    series.columns = {name: table[:, index] for index, name in enumerate(names)}
    whiskers = dict(zip(table[:, 0].tolist(), table[:, [1, 5]].tolist(), strict=True))
    ends = np.array([whiskers.get(place, (math.nan, math.nan)) for place in places.tolist()]).reshape(-1, 2)
    beyond = (values < ends[:, 0]) | (values > ends[:, 1])
    if points is not False and beyond.any():
        outliers = _series(figure, number, trace, "scatter", along)
        outliers.label = ", ".join(filter(None, (series.label, _("outliers"))))
        outliers.columns = {along: places[beyond], value: values[beyond]}


def _is_clear(colour: Any) -> bool:
    """Whether nothing is seen of a colour."""
    return isinstance(colour, str) and bool(_CLEAR.fullmatch(colour.replace(" ", "")))


def _box_places(
    figure: Figure, number: int, trace: Trace, axis: PlotlyAxis, along: Way, size: int
) -> Numbers:
    if along in trace and len(cells(trace[along])):
        return figure.column(axis, trace[along])
    name = trace.get(f"{along}0", trace.get("name", f"trace {number}"))
    axis.kind, axis.draft.kind = (
        ("category", "category") if not isinstance(name, int | float) else (axis.kind, axis.draft.kind)
    )
    return np.full(size, figure.column(axis, [name])[0])


def _given_box(figure: Figure, number: int, trace: Trace, along: Way, value: Way) -> None:
    axes = _axes(figure, trace)
    median = figure.column(axes[value], trace["median"])
    places = _positions(figure, trace, along, median.size)
    series = _series(figure, number, trace, "box", along)
    series.columns = {along: _padded(places, median.size)}
    for name, key in (
        ("low", "lowerfence"),
        ("q1", "q1"),
        ("median", "median"),
        ("q3", "q3"),
        ("high", "upperfence"),
        ("mean", "mean"),
    ):
        if key in trace:
            series.columns[name] = _padded(figure.column(axes[value], trace[key]), median.size)


def _five(column: Numbers, method: str) -> tuple[float, float, float, float, float, float]:
    """Whiskers, quartiles, median and mean as plotly.js computes them (whiskers of 1.5 box lengths)."""
    ordered = np.sort(column)
    count = ordered.size
    if method in {"exclusive", "inclusive"} and count > 1:
        half = count // 2
        keep = count % 2 == 1 and method == "inclusive"
        q1 = float(np.median(ordered[: half + keep]))
        q3 = float(np.median(ordered[count - half - keep :]))
    else:
        q1, q3 = (float(np.quantile(ordered, share, method="hazen")) for share in (0.25, 0.75))
    reach = 1.5 * (q3 - q1)
    low = min(q1, float(ordered[np.searchsorted(ordered, q1 - reach, side="left")]))
    high = max(q3, float(ordered[np.searchsorted(ordered, q3 + reach, side="right") - 1]))
    return low, q1, float(np.median(ordered)), q3, high, float(ordered.mean())


# Fields


def _heatmap(figure: Figure, number: int, trace: Trace) -> None:
    kind: SeriesKind = "contour" if "contour" in str(trace.get("type")) else "heatmap"
    table = grid(trace.get("z"))
    if trace.get("transpose") is True:
        table = table.T
    x = _centres(_positions(figure, trace, "x", table.shape[1]), table.shape[1])
    y = _centres(_positions(figure, trace, "y", table.shape[0]), table.shape[0])
    if x.size != table.shape[1] or y.size != table.shape[0]:
        flat = as_numbers(cells(trace.get("z")))
        if flat.size == x.size == y.size and flat.size:  # a column of cells instead of a table
            series = _series(figure, number, trace, kind)
            series.columns = {"x": x, "y": y, "z": flat}
            _colour_axis(figure, _plot(figure, trace).panel, trace, flat)
        return
    _cells_of(figure, number, trace, kind, x, y, table)


def _centres(edge: Numbers, count: int) -> Numbers:
    return (edge[:-1] + edge[1:]) / 2 if edge.size == count + 1 else edge[:count]


def _cells_of(
    figure: Figure, number: int, trace: Trace, kind: SeriesKind, x: Numbers, y: Numbers, table: Numbers
) -> None:
    series = _series(figure, number, trace, kind)
    if trace.get("name") in {None, str(number)}:  # plotly express counts pictures
        series.label = ""
    series.colour = ""
    across, up = np.meshgrid(x, y)
    series.columns = {"x": across.ravel(), "y": up.ravel(), "z": table.ravel()}
    _colour_axis(figure, _plot(figure, trace).panel, trace, table.ravel())


def _image(figure: Figure, number: int, trace: Trace) -> None:
    _series(figure, number, trace, "image").n = 1


# Shares


def _pie(figure: Figure, number: int, trace: Trace) -> None:
    labels = [text_of(label) for label in _listed(trace.get("labels"))]
    values = as_numbers(cells(trace.get("values")))
    if not values.size:
        values = np.ones(len(labels))
    if not labels:
        labels = [str(index) for index in range(values.size)]
    totals: dict[str, float] = {}
    for label, value in zip(labels, values.tolist(), strict=False):
        if math.isfinite(value) and value >= 0:
            totals[label] = totals.get(label, 0.0) + value
    hidden = {text_of(label) for label in _list(figure.layout.get("hiddenlabels"))}
    slices = [(label, value) for label, value in totals.items() if label not in hidden]
    if trace.get("sort", True) is not False and trace.get("type") != "funnelarea":
        slices.sort(key=lambda slice_: -slice_[1])
    _shares(figure, number, trace, slices)


def _tree(figure: Figure, number: int, trace: Trace) -> None:
    """Sunbursts, treemaps and icicles: what their outermost parts hold."""
    labels = [text_of(label) for label in _listed(trace.get("labels"))]
    ids = [text_of(name) for name in _listed(trace.get("ids"))] or labels
    parents = {text_of(parent) for parent in _listed(trace.get("parents"))}
    values = as_numbers(cells(trace.get("values")))
    values = values if values.size else np.ones(len(labels))
    named = zip(ids, labels, values.tolist(), strict=False)
    _shares(figure, number, trace, [(label, value) for name, label, value in named if name not in parents])


def _shares(figure: Figure, number: int, trace: Trace, slices: list[tuple[str, float]]) -> None:
    panel = _own_panel(figure, trace)
    series = SeriesDraft("pie", plain(trace.get("name")) if trace.get("name") else "")
    series.names = [label for label, _value in slices]
    series.columns = {"y": np.array([value for _label, value in slices], dtype=np.float64)}
    panel.series.append(series)
    title = title_of(trace.get("title"))
    panel.title = panel.title or title
    _ = number


def _own_panel(figure: Figure, trace: Trace) -> PanelDraft:
    """A panel without axes, at the trace's domain or its subplot's."""
    domain = trace.get("domain")
    for kind in ("scene", "polar", "geo", "ternary", "map", "mapbox", "subplot"):
        if isinstance(trace.get(kind), str):
            domain = dict_of(figure.layout.get(trace[kind])).get("domain")
    spans = {way: as_numbers(cells(dict_of(domain).get(way))) for way in WAYS}
    ends = {
        way: (span.tolist() if span.size == 2 and np.isfinite(span).all() else [0.0, 1.0])
        for way, span in spans.items()
    }
    box = (ends["x"][0], 1 - ends["y"][1], ends["x"][1], 1 - ends["y"][0])
    kind = str(trace.get("type"))
    for panel in figure.draft.panels:
        if panel.box == box and not kind.startswith(("pie", "sunburst", "treemap", "icicle", "funnelarea")):
            return panel
    panel = PanelDraft(box=box)
    figure.draft.panels.append(panel)
    return panel


# The rest


def _three_d(figure: Figure, number: int, trace: Trace) -> None:
    panel = _own_panel(figure, trace)
    scene = dict_of(figure.layout.get(trace.get("scene", "scene")))
    for way in ("x", "y", "z"):
        options = dict_of(scene.get(f"{way}axis"))
        axis = panel.axes.setdefault(way, AxisDraft(label=title_of(options.get("title"))))
        axis.scale = "log" if options.get("type") == "log" else "linear"
    series = SeriesDraft(
        "surface", plain(trace.get("name")) if trace.get("name") else "", figure.colour(number, None)
    )
    if trace.get("type") == "surface":
        table = grid(trace.get("z"))
        x, y = (
            as_numbers(cells(trace.get(way)))
            if way in trace and np.ndim(_first(trace[way])) == 0
            else np.array([])
            for way in WAYS
        )
        x = x if x.size == table.shape[1] else np.arange(table.shape[1], dtype=np.float64)
        y = y if y.size == table.shape[0] else np.arange(table.shape[0], dtype=np.float64)
        across, up = np.meshgrid(x, y)
        for way in WAYS:
            full = grid(trace[way]) if way in trace and np.ndim(_first(trace[way])) else None
            if full is not None and full.shape == table.shape:
                across, up = (full, up) if way == "x" else (across, full)
        series.columns = {"x": across.ravel(), "y": up.ravel(), "z": table.ravel()}
    else:
        columns = [_free_column(panel, way, trace.get(way)) for way in ("x", "y", "z")]
        size = min(column.size for column in columns)
        series.columns = {way: column[:size] for way, column in zip("xyz", columns, strict=True)}
    panel.series.append(series)


def _first(value: Any) -> Any:
    found = cells(value)
    return found[0] if len(found) else 0


def _free_column(panel: PanelDraft, way: str, values: Any) -> Numbers:
    """A column of an axis that is no plotly axis of two dimensions: numbers, else categories."""
    found = cells(values)
    numbers = as_numbers(found)
    if isinstance(found, np.ndarray) or not numbers.size or np.isfinite(numbers).any():
        return numbers
    axis = panel.axes[way]  # type: ignore[index]
    axis.kind = "category"
    return np.array([axis.place(cell) for cell in found], dtype=np.float64)


def _polar(figure: Figure, number: int, trace: Trace) -> None:
    panel = _own_panel(figure, trace)
    polar = dict_of(figure.layout.get(trace.get("subplot", "polar")))
    panel.axes.setdefault(
        "x", AxisDraft(label=title_of(dict_of(polar.get("angularaxis")).get("title")) or "θ")
    )
    panel.axes.setdefault("y", AxisDraft(label=title_of(dict_of(polar.get("radialaxis")).get("title"))))
    radius = as_numbers(cells(trace.get("r")))
    angle = (
        _free_column(panel, "x", trace.get("theta"))
        if "theta" in trace
        else np.arange(radius.size) * 360 / max(1, radius.size)
    )
    size = min(radius.size, angle.size)
    kind: SeriesKind = (
        "bar" if trace.get("type") == "barpolar" else "scatter" if trace.get("mode") == "markers" else "line"
    )
    marker, line = dict_of(trace.get("marker")), dict_of(trace.get("line"))
    series = SeriesDraft(
        kind,
        plain(trace.get("name")) if trace.get("name") else "",
        figure.colour(number, line.get("color") or marker.get("color")),
    )
    series.columns = {"x": angle[:size], "y": radius[:size]}
    panel.series.append(series)


def _geo(figure: Figure, number: int, trace: Trace) -> None:
    panel = _own_panel(figure, trace)
    label = plain(trace.get("name")) if trace.get("name") else ""
    if "choropleth" in str(trace.get("type")):
        values = as_numbers(cells(trace.get("z")))
        series = SeriesDraft(
            "other", label, names=[text_of(name) for name in _listed(trace.get("locations"))]
        )
        series.columns = {"z": values}
        _colour_axis(figure, panel, trace, values)
    else:
        panel.axes.setdefault("x", AxisDraft(label=_("longitude")))
        panel.axes.setdefault("y", AxisDraft(label=_("latitude")))
        lon, lat = as_numbers(cells(trace.get("lon"))), as_numbers(cells(trace.get("lat")))
        size = min(lon.size, lat.size)
        kind: SeriesKind = "line" if trace.get("mode") == "lines" else "scatter"
        series = SeriesDraft(kind, label, figure.colour(number, dict_of(trace.get("marker")).get("color")))
        if size:
            series.columns = {"x": lon[:size], "y": lat[:size]}
            marker = dict_of(trace.get("marker"))
            for name, key in (("size", "size"), ("z", "color")):
                column = as_numbers(cells(marker.get(key)))
                if column.size == size and np.isfinite(column).any():
                    series.columns[name] = column
                    if name == "z":
                        _colour_axis(figure, panel, marker, column)
        else:
            series.n = len(cells(trace.get("locations")))
        texts = _listed(trace.get("text")) or _listed(trace.get("hovertext"))
        if len(texts) == size:
            series.names = [plain(text) for text in texts]
    panel.series.append(series)


def _prices(figure: Figure, number: int, trace: Trace) -> None:
    """Candles: bars from the lowest price to the highest with the closing one; opening ones as points."""
    axes = _axes(figure, trace)
    columns = {name: figure.column(axes["y"], trace.get(name)) for name in ("open", "high", "low", "close")}
    size = min(column.size for column in columns.values())
    x = _positions(figure, trace, "x", size)[:size]
    size = min(size, x.size)
    bars = _series(figure, number, trace, "errorbar")
    bars.columns = {
        "x": x,
        **{name: columns[key][:size] for name, key in (("y", "close"), ("low", "low"), ("high", "high"))},
    }
    opening = _series(figure, number, trace, "scatter")
    opening.label = f"{bars.label}, open".lstrip(", ")
    bars.label = f"{bars.label}, close".lstrip(", ")
    opening.columns = {"x": x, "y": columns["open"][:size]}


def _waterfall(figure: Figure, number: int, trace: Trace) -> None:
    lies = trace.get("orientation") == "h"
    along: Way = "y" if lies else "x"
    value: Way = "x" if lies else "y"
    values = figure.column(_axes(figure, trace)[value], trace.get(value))
    places = _positions(figure, trace, along, values.size)
    measures = _listed(trace.get("measure"))
    height, base, length = 0.0, [], []
    for index, step in enumerate(values.tolist()):
        measure = measures[index] if index < len(measures) else "relative"
        step = 0.0 if math.isnan(step) else step
        if measure in {"total", "absolute"}:
            height = step if measure == "absolute" else height
            base.append(0.0)
            length.append(height)
        else:
            base.append(height)
            length.append(step)
            height += step
    size = min(len(base), places.size)
    series = _series(figure, number, trace, "bar", along)
    series.columns = {along: places[:size], value: np.array(length[:size]), "base": np.array(base[:size])}


def _funnel(figure: Figure, number: int, trace: Trace) -> None:
    along: Way = "x" if trace.get("orientation") == "v" else "y"
    value: Way = "y" if along == "x" else "x"
    values = figure.column(_axes(figure, trace)[value], trace.get(value))
    places = _positions(figure, trace, along, values.size)
    size = min(values.size, places.size)
    series = _series(figure, number, trace, "bar", along)
    series.columns = {along: places[:size], value: values[:size]}


def _splom(figure: Figure, number: int, trace: Trace) -> None:
    dimensions = [d for d in _list(trace.get("dimensions")) if isinstance(d, dict)][:MOST_SPLOM]
    for down, on_y in enumerate(dimensions):
        for across, on_x in enumerate(dimensions):
            box = (
                across / len(dimensions),
                down / len(dimensions),
                (across + 1) / len(dimensions),
                (down + 1) / len(dimensions),
            )
            panel = next((p for p in figure.draft.panels if p.box == box), None)
            if panel is None:
                panel = PanelDraft(box=box)
                panel.axes = {
                    "x": AxisDraft(label=plain(on_x.get("label"))),
                    "y": AxisDraft(label=plain(on_y.get("label"))),
                }
                figure.draft.panels.append(panel)
            series = SeriesDraft(
                "scatter",
                plain(trace.get("name")) if trace.get("name") else "",
                figure.colour(number, dict_of(trace.get("marker")).get("color")),
            )
            x, y = _free_column(panel, "x", on_x.get("values")), _free_column(panel, "y", on_y.get("values"))
            size = min(x.size, y.size)
            series.columns = {"x": x[:size], "y": y[:size]}
            panel.series.append(series)


def _sankey(figure: Figure, number: int, trace: Trace) -> None:
    node, link = dict_of(trace.get("node")), dict_of(trace.get("link"))
    labels = [text_of(label) for label in _listed(node.get("label"))][:2000]
    edges_ = zip(
        _listed(link.get("source")), _listed(link.get("target")), _listed(link.get("value")), strict=False
    )
    figure.draft.diagram = Diagram(
        kind="sankey",
        nodes=tuple(Node(id=str(index), label=label) for index, label in enumerate(labels)),
        edges=tuple(
            Edge(source=text_of(source), target=text_of(target), label=text_of(cell_of(_float(value), None)))
            for source, target, value in list(edges_)[:5000]
        ),
    )
    _ = number


def _indicator(figure: Figure, number: int, trace: Trace) -> None:
    panel = _own_panel(figure, trace)
    value = _float(trace.get("value"))
    panel.title = panel.title or title_of(trace.get("title"))
    if math.isfinite(value):
        panel.note(f"{panel.title}: {text_of(cell_of(value, None))}".lstrip(": "))
    _ = number


def _ternary(figure: Figure, number: int, trace: Trace) -> None:
    panel = _own_panel(figure, trace)
    series = SeriesDraft(
        "other", plain(trace.get("name")) if trace.get("name") else "", figure.colour(number, None)
    )
    series.n = len(cells(trace.get("a")))
    panel.series.append(series)


def _listed(value: Any) -> list[Any]:
    found = cells(value)
    return found.ravel().tolist() if isinstance(found, np.ndarray) else found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _float(value: Any) -> float:
    return float(as_numbers([value])[0])


READERS: dict[str, Callable[[Figure, int, Trace], None]] = {
    **dict.fromkeys(("scatter", "scattergl"), _scatter),
    "bar": _bar,
    **dict.fromkeys(("histogram2d", "histogram2dcontour"), _histogram_2d),
    **dict.fromkeys(("box", "violin"), _box),
    **dict.fromkeys(("heatmap", "heatmapgl", "contour"), _heatmap),
    "image": _image,
    **dict.fromkeys(("pie", "funnelarea"), _pie),
    **dict.fromkeys(("sunburst", "treemap", "icicle"), _tree),
    **dict.fromkeys(("scatter3d", "surface", "mesh3d", "cone", "volume", "isosurface"), _three_d),
    **dict.fromkeys(("scatterpolar", "scatterpolargl", "barpolar"), _polar),
    **dict.fromkeys(("scattergeo", "scattermap", "scattermapbox", "densitymap", "densitymapbox"), _geo),
    **dict.fromkeys(("choropleth", "choroplethmap", "choroplethmapbox"), _geo),
    **dict.fromkeys(("candlestick", "ohlc"), _prices),
    "waterfall": _waterfall,
    "funnel": _funnel,
    "splom": _splom,
    "sankey": _sankey,
    "indicator": _indicator,
    "scatterternary": _ternary,
}
