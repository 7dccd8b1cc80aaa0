"""A description small enough to be saved beside its picture: whole arrays in, a few kilobytes out.

:func:`summarised` turns a series' arrays into what is stored of them, :func:`fitted` makes a whole
description fit. What is lost is lost in this order: points between the kept ones, further texts, points at
all (the statistics stay), whole series, whole panels; ``omitted`` says so in words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures import sampling
from rusoil_jupyter.figures.reading import axis_of, cell_of, number_of, short
from rusoil_jupyter.figures.values.description import (
    GOAL_BYTES,
    Axis,
    AxisName,
    Cell,
    FigureDescription,
    Panel,
    Series,
    Stats,
)
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MOST_POINTS = 64
FEWEST_RISING = 3  # bins that only rise: fewer say nothing
AREA_SLACK = 1e-3
HARD_BYTES = 2 * GOAL_BYTES
_CURVES = {"line", "step", "stem", "area", "band", "errorbar", "bar", "histogram"}
_CAPS = (160, 128, 112, 96, 80, 64, 56, 48, 40, 32, 28, 24, 20, 16, 12, 10, 8, 6, 4)
_STATS_BYTES = 150  # what the summary of one column takes, about


def size_of(description: FigureDescription) -> int:
    """Bytes of the description as compact JSON in UTF-8."""
    saved = description.model_dump_json(exclude_defaults=True)
    return len(saved.encode()) + len('"version":1,')


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def summarised(
    series: Series,
    columns: Mapping[str, Numbers],
    axes: Mapping[AxisName, Axis],
    most: int = MOST_POINTS,
) -> Series:
    """The series with ``n``, ``values``, ``sampled`` and ``stats`` filled from whole arrays.

    Args:
        series: what is known besides numbers; its ``values`` are replaced.
        columns: float64 arrays of one length, by the names that the module ``description`` gives them; dates
            as seconds since 1970 (UTC), categories as places from 0, missing as NaN.
        axes: those of the series' panel.
        most: more points than that are sampled.
    """
    panel = Panel(id="p", axes=dict(axes))
    arrays = {name: np.asarray(column, dtype=np.float64).ravel() for name, column in columns.items()}
    length = max((column.size for column in arrays.values()), default=0)
    arrays = {name: column for name, column in arrays.items() if column.size == length and length}
    if not arrays:
        return series.model_copy(update={"n": 0, "values": {}, "sampled": False, "stats": {}})
    rows = _rows(series, arrays, panel, most)
    sampled = rows.size < length
    update: dict[str, Any] = {"n": length, "sampled": sampled, "stats": {}}
    if series.kind == "histogram":
        update["heights"] = series.heights or _heights(series, arrays)
    update["values"] = {
        name: _cells(column[rows], axis_of(panel, series, name)) for name, column in arrays.items()
    }
    if sampled:
        update["stats"] = {name: _stats(name, arrays, series, panel) for name in arrays}
        if len(series.names) == length:
            update["names"] = tuple(series.names[row] for row in rows)
    return series.model_copy(update=update)


def _heights(series: Series, arrays: Mapping[str, Numbers]) -> str:
    """What the heights of a histogram are, as far as they tell."""
    tall = arrays.get("y" if series.along == "x" else "x", np.zeros(0))
    if not tall.size or np.any(tall < 0) or not np.all(np.isfinite(tall)) or not tall.any():
        return ""
    if np.all(tall == np.round(tall)):
        is_rising = tall.size >= FEWEST_RISING and bool(np.all(np.diff(tall) >= 0)) and tall[0] < tall[-1]
        return "cumulated" if is_rising else "counts"
    edges = (arrays.get("left"), arrays.get("right"))
    if edges[0] is None or edges[1] is None:
        return ""
    return "density" if abs(float((tall * np.abs(edges[1] - edges[0])).sum()) - 1) < AREA_SLACK else ""


def _cells(column: Numbers, axis: Axis | None) -> tuple[Cell, ...]:
    return tuple(cell_of(number + 0.0, axis) for number in column.tolist())


def _rows(series: Series, arrays: Mapping[str, Numbers], panel: Panel, most: int) -> NDArray[np.intp]:
    along = next((name for name in (series.along, "left") if name in arrays), None)
    values = [name for name in arrays if name not in {along, "right", "width"}]
    if series.kind not in _CURVES or along is None or not values:
        return sampling.spread(_drawn_all(series, arrays, panel), most)
    drawn = {name: _drawn(arrays[name], axis_of(panel, series, name)) for name in [along, *values]}
    value = values[-1] if series.kind == "band" else values[0]
    others = [drawn[name] for name in values if name not in {value, "base"}]
    return sampling.curve(drawn[along], drawn[value], most, others)


def _drawn_all(series: Series, arrays: Mapping[str, Numbers], panel: Panel) -> list[Numbers]:
    return [_drawn(column, axis_of(panel, series, name)) for name, column in arrays.items()]


def _drawn(column: Numbers, axis: Axis | None) -> Numbers:
    """The column in the units of the paper: logarithms on a log axis."""
    if axis is None or axis.scale != "log":
        return column
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithms = np.log10(column)
    logarithms[~np.isfinite(logarithms)] = np.nan
    return np.asarray(logarithms, dtype=np.float64)


def _stats(name: str, arrays: Mapping[str, Numbers], series: Series, panel: Panel) -> Stats:
    column, axis = arrays[name], axis_of(panel, series, name)
    usable = np.isfinite(column)
    missing = int(column.size - np.count_nonzero(usable))
    finite = column if missing == 0 else column[usable]
    if finite.size == 0:
        return Stats(missing=missing)

    def cell(number: float) -> Cell:
        return cell_of(float(number), axis)

    kind = axis.kind if axis is not None else "number"
    counts: dict[str, Any] = {"min": cell(finite.min()), "max": cell(finite.max()), "missing": missing}
    counts |= {"first": cell(finite[0]), "last": cell(finite[-1])}
    if kind == "category":
        return Stats(**counts)
    with np.errstate(over="ignore", invalid="ignore"):
        counts |= {"mean": cell(finite.mean()), "median": cell(np.median(finite))}
        if kind == "number" and name not in {series.along, "left", "right", "width"}:
            counts |= {"sum": _number(finite.sum()), "std": _number(finite.std())}
    if name != series.along:
        places = np.flatnonzero(usable) if missing else None
        for key, place in (("at_min", finite.argmin()), ("at_max", finite.argmax())):
            counts[key] = _place(int(place if places is None else places[place]), arrays, series, panel)
    return Stats(**counts)


def _number(number: float) -> float | None:
    return short(float(number)) if np.isfinite(number) else None


def _place(row: int, arrays: Mapping[str, Numbers], series: Series, panel: Panel) -> Cell:
    if series.along in arrays:
        return cell_of(float(arrays[series.along][row]), axis_of(panel, series, series.along))
    if "left" in arrays and "right" in arrays:
        middle = float(arrays["left"][row] + arrays["right"][row]) / 2
        return cell_of(middle, axis_of(panel, series, "left"))
    return series.names[row] if row < len(series.names) else None


def fitted(description: FigureDescription, goal: int = GOAL_BYTES) -> FigureDescription:
    """The description in at most ``goal`` bytes of JSON where sampling suffices, in twice as many always.

    The module ``sampling`` chooses which points are kept; a series that loses some is ``sampled`` and has
    ``stats`` of all the points that were given.
    """
    if size_of(description) <= goal:
        return description
    smaller = _with_fewer_points(description, goal)
    for loss, limit in _losses(goal):
        if size_of(smaller) <= limit:
            return smaller
        smaller = loss(smaller)
    return smaller


def _with_fewer_points(description: FigureDescription, goal: int) -> FigureDescription:
    room = goal - size_of(_each(description, lambda _panel, one: one.model_copy(update={"values": {}})))
    rows = [
        (len(next(iter(one.values.values()))), _bytes(one.values), 0 if one.sampled else len(one.values))
        for panel in description.panels
        for one in panel.series
        if one.values
    ]
    result = description
    for cap in _CAPS:
        needed = sum(
            size * min(count, cap) / count + (_STATS_BYTES * plain if count > cap else 0)
            for count, size, plain in rows
        )
        if needed > 1.15 * room:
            continue  # not even near: don't try it out
        result = _thinned(description, cap)
        if size_of(result) <= goal:
            return result
    return result


def _thinned(description: FigureDescription, most: int) -> FigureDescription:
    return _each(description, lambda panel, one: _thinner(panel, one, most))


def _each(description: FigureDescription, change: Callable[[Panel, Series], Series]) -> FigureDescription:
    panels = tuple(
        panel.model_copy(update={"series": tuple(change(panel, one) for one in panel.series)})
        for panel in description.panels
    )
    return description.model_copy(update={"panels": panels})


def _thinner(panel: Panel, series: Series, most: int) -> Series:
    """The series with at most ``most`` of its stored points."""
    if all(len(column) <= most for column in series.values.values()):
        return series
    arrays = {
        name: np.array([number_of(cell, axis_of(panel, series, name)) for cell in column], dtype=np.float64)
        for name, column in series.values.items()
    }
    thin = summarised(series, arrays, panel.axes, most)
    if series.sampled:  # its summary is of all points, not of the sample
        return thin.model_copy(update={"n": series.n, "stats": series.stats, "sampled": True})
    return thin


Loss = Callable[[FigureDescription], FigureDescription]


def _losses(goal: int) -> Iterator[tuple[Loss, int]]:
    """What is given up next, and the size from which it is."""
    hard = max(HARD_BYTES, goal) if goal >= GOAL_BYTES else 2 * goal
    yield _fewer_statistics, goal
    yield lambda one: _shorter_texts(one, 120, 12), goal
    yield _without_points, goal
    yield _barest_statistics, goal
    yield _without_looks, goal
    yield lambda one: _shorter_texts(one, 60, 6), hard
    for _time in range(12):
        yield _half_the_diagram, hard
    for _time in range(12):
        yield _half_the_series, hard
    for _time in range(10):
        yield _half_the_panels, hard
    yield _nothing, hard


def _fewer_statistics(description: FigureDescription) -> FigureDescription:
    """Without what can be done without: the middle and the spread of columns."""
    dropped = {"std": None, "median": None}

    def change(_panel: Panel, series: Series) -> Series:
        stats = {
            name: stats.model_copy(update=dropped if name != series.along else {**dropped, "mean": None})
            for name, stats in series.stats.items()
        }
        return series.model_copy(update={"stats": stats})

    return _each(description, change)


def _without_points(description: FigureDescription) -> FigureDescription:
    def change(panel: Panel, series: Series) -> Series:
        thin = series if series.sampled else _thinner(panel, series, 2)
        return thin.model_copy(update={"values": {}, "sampled": True, "names": series.names[:20]})

    return _saying(_each(description, change), _("points of the series: only their statistics are kept"))


def _shorter_texts(description: FigureDescription, chars: int, count: int) -> FigureDescription:
    def cut(text: str) -> str:
        return text if len(text) <= chars else text[: chars - 1] + "…"

    def axis(one: Axis) -> Axis:
        few = tuple(cut(category) for category in one.categories[: 4 * count])
        return one.model_copy(update={"label": cut(one.label), "categories": few})

    panels = tuple(
        panel.model_copy(
            update={
                "title": cut(panel.title),
                "axes": {name: axis(one) for name, one in panel.axes.items()},
                "notes": tuple(
                    note.model_copy(update={"text": cut(note.text)}) for note in panel.notes[:count]
                ),
                "references": panel.references[:count],
                "series": tuple(
                    one.model_copy(
                        update={"label": cut(one.label), "names": tuple(cut(name) for name in one.names)}
                    )
                    for one in panel.series
                ),
            }
        )
        for panel in description.panels
    )
    update: dict[str, Any] = {"title": cut(description.title), "panels": panels}
    if description.diagram is not None:
        nodes = tuple(
            node.model_copy(update={"label": cut(node.label), "group": cut(node.group)})
            for node in description.diagram.nodes
        )
        update["diagram"] = description.diagram.model_copy(update={"nodes": nodes})
    lost = any(len(panel.notes) > count or len(panel.references) > count for panel in description.panels)
    lost = lost or any(len(a.categories) > 4 * count for p in description.panels for a in p.axes.values())
    smaller = description.model_copy(update=update)
    return _saying(smaller, _("further texts, marks and categories")) if lost else smaller


def _barest_statistics(description: FigureDescription) -> FigureDescription:
    """Only what is smallest, largest and usual of the values, nothing of their places."""
    dropped = {"first": None, "last": None, "sum": None, "std": None, "median": None}

    def change(_panel: Panel, series: Series) -> Series:
        stats = {
            name: one.model_copy(update=dropped) for name, one in series.stats.items() if name != series.along
        }
        return series.model_copy(update={"stats": stats})

    return _each(description, change)


def _without_looks(description: FigureDescription) -> FigureDescription:
    """Without colours and what is visible of axes: many panels, all much the same."""
    panels = tuple(
        panel.model_copy(
            update={
                "axes": {name: axis.model_copy(update={"range": None}) for name, axis in panel.axes.items()},
                "box": tuple(round(one, 2) for one in panel.box) if panel.box is not None else None,
                "series": tuple(one.model_copy(update={"colour": ""}) for one in panel.series),
            }
        )
        for panel in description.panels
    )
    smaller = description.model_copy(update={"panels": panels})
    return _saying(smaller, _("colours, and what is visible of the axes"))


def _half_the_diagram(description: FigureDescription) -> FigureDescription:
    """The first half of the nodes, and the edges among them."""
    if description.diagram is None or len(description.diagram.nodes) < 2:
        return description
    nodes = description.diagram.nodes[: len(description.diagram.nodes) // 2]
    known = {node.id for node in nodes}
    edges = tuple(e for e in description.diagram.edges if e.source in known and e.target in known)
    diagram = description.diagram.model_copy(update={"nodes": nodes, "edges": edges[: 4 * len(nodes)]})
    return _saying(description.model_copy(update={"diagram": diagram}), _("some of the diagram"))


def _nothing(description: FigureDescription) -> FigureDescription:
    bare = FigureDescription(id=description.id, library=description.library, size=description.size)
    return _saying(bare, _("everything: the figure is too large to be described"))


def _half_the_series(description: FigureDescription) -> FigureDescription:
    """The first series of each panel: half of them, at least one."""
    before = sum(len(panel.series) for panel in description.panels)
    panels = tuple(
        panel.model_copy(update={"series": panel.series[: max(1, len(panel.series) // 2)]})
        for panel in description.panels
    )
    after = sum(len(panel.series) for panel in panels)
    smaller = description.model_copy(update={"panels": panels})
    return _saying(smaller, _("some of the series")) if after < before else smaller


def _half_the_panels(description: FigureDescription) -> FigureDescription:
    kept = description.panels[: max(1, len(description.panels) // 2)]
    smaller = description.model_copy(update={"panels": kept})
    return _saying(smaller, _("some of the panels")) if len(kept) < len(description.panels) else smaller


def _saying(description: FigureDescription, lost: str) -> FigureDescription:
    if lost in description.omitted:
        return description
    return description.model_copy(update={"omitted": (*description.omitted, lost)})
