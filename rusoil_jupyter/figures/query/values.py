"""Values of series: at a place, the extremes, and what sums a series up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from rusoil_jupyter.figures.query.counting import counted, of_those
from rusoil_jupyter.figures.query.curves import values_at
from rusoil_jupyter.figures.query.found import found, left_out, of_each, together
from rusoil_jupyter.figures.query.grouping import by_group
from rusoil_jupyter.figures.query.holding import STATISTICS, no_numbers
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, number_cell, per_day_volume, weakest
from rusoil_jupyter.figures.query.ordering import of_marks
from rusoil_jupyter.figures.query.places import DAY, period_of, place_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.selecting import NEAR, held, selected
from rusoil_jupyter.figures.query.units import in_unit, same_dimension
from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.figures.values.queries import Interval
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.values.queries import Extreme, Selection, Single, Statistic, ValueAt

    Numbers = NDArray[np.float64]
    Details = dict[str, float | str | None]

_BESIDE = ("low", "q1", "median", "q3", "high", "mean")
_MOST_SHOWN = 20  # places of equal extremes


# --- at a place --------------------------------------------------------------------------------------


def value_at(reading: Reading, query: ValueAt) -> Finding:
    """The value at the place of the selection: a mark's own, or between the points of a curve."""
    of = query.of
    there = selected(reading, of) if of.places or of.cross is not None or of.where else []
    held_once = bool(of.where) and all(np.isfinite(marks.values).sum() == 1 for marks in there)
    if not (of.places or of.cross is not None or held_once):
        raise CannotAnswer(
            _("The question names no place."),
            _("Name a place on the axis: a number, a date, a category."),
            field="at",
        )
    findings = of_each(there, lambda marks: one_value(query, marks))
    return in_unit(together(query, findings), query.unit)


def one_value(query: Single, marks: Marks) -> Finding:
    """The value of one series where it was selected; of several marks their mean, of a stack the sum.

    Raises:
        CannotAnswer: there is none.
    """
    known = np.isfinite(marks.values)
    if not known.any():
        raise no_numbers(marks)
    if marks.series.kind in GRIDS:
        return _of_cells(query, marks)
    u, v = marks.places[known], marks.values[known]
    if marks.series.kind == "histogram":
        details = _ends_of_bins(marks)
        return found(
            query,
            marks,
            float(v.sum()),
            at=float(u[0]),
            method=_("the bin that holds the place"),
            details=details,
        )
    if u.size == 1 or np.ptp(v) == 0:
        extra = _beside(marks, int(np.flatnonzero(known)[0])) if u.size == 1 else {}
        method = "" if marks.by else _("the mark itself")
        return found(query, marks, float(v[0]), at=float(u[0]), method=method, details=extra)
    return _of_passes(query, marks, u, v) if marks.by and np.ptp(u) == 0 else _of_several(query, marks, u, v)


def _of_passes(query: Single, marks: Marks, u: Numbers, v: Numbers) -> Finding:
    """A curve that passes a place more than once has as many values there."""
    return found(
        query,
        marks,
        float(v[0]),
        at=float(u[0]),
        points=[(float(a), float(b), "") for a, b in zip(u, v, strict=True)],
        warnings=[_("The curve passes this place more than once: {count}.").format(count=v.size)],
    )


def _of_several(query: Single, marks: Marks, u: Numbers, v: Numbers) -> Finding:
    details: Details = {"count": int(u.size), "minimum": float(v.min()), "maximum": float(v.max())}
    stacked = bool(marks.series.stack) and marks.series.kind == "bar" and np.ptp(u) == 0
    if stacked:  # pieces of one bar that stand on each other
        del details["count"]
    method = _("the sum of {count} marks stacked there") if stacked else _("the mean of {count} marks there")
    return found(
        query,
        marks,
        float(v.sum() if stacked else v.mean()),
        at=float(u[0]) if np.ptp(u) == 0 else None,
        points=[(float(a), float(b), "") for a, b in zip(u, v, strict=True)],
        method=method.format(count=u.size),
        details=details,
    )


def _beside(marks: Marks, row: int) -> Details:
    """The other columns of a mark that belong to its value: the ends of a band, of error bars, of a box."""
    return {
        name: float(marks.others[name][row])
        for name in _BESIDE
        if name in marks.others and name != marks.column and math.isfinite(marks.others[name][row])
    }


def _of_cells(query: Single, marks: Marks) -> Finding:
    values = marks.values[np.isfinite(marks.values)]
    columns, rows = np.unique(marks.places), np.unique(marks.others.get("y", np.zeros(1)))
    method = (
        _("the cell itself") if values.size == 1 else _("the mean of {count} cells").format(count=values.size)
    )
    details: Details = {}
    if rows.size == 1 and marks.full is not None:
        details["y"] = cell_of(float(rows[0]), axis_of(marks.panel, marks.series, "y"))
    at = float(columns[0]) if columns.size == 1 else None
    return found(query, marks, float(values.mean()), at=at, method=method, details=details)


def _ends_of_bins(marks: Marks) -> Details:
    left, right = marks.others.get("left"), marks.others.get("right")
    if left is None or right is None or not left.size:
        return {}
    return {
        "left": cell_of(float(np.minimum(left, right).min()), marks.place_axis),
        "right": cell_of(float(np.maximum(left, right).max()), marks.place_axis),
    }


# --- extremes --------------------------------------------------------------------------------------


def extreme(reading: Reading, query: Extreme) -> Finding:
    """The largest or smallest value, the first place where it is, and how often; or the second, third ..."""
    every = selected(reading, query.of, "high" if query.which == "maximum" else "low")
    if query.rank > 1:
        return in_unit(of_marks(query, every, smallest=query.which == "minimum", rank=query.rank), query.unit)
    findings = of_each(every, lambda marks: one_extreme(query, marks, query.which))
    return in_unit(_told_in(_utmost(query, every, findings), query.within), query.unit)


def _utmost(query: Extreme, every: list[Marks], findings: list[Finding]) -> Finding:
    """Of the extremes of several series the extreme one, where they can be compared."""
    kinds = {finding.unit for finding in findings}, {marks.panel.id for marks in every}
    if len(findings) == 1 or any(len(some) > 1 for some in kinds):
        return together(query, findings)
    numbers = [number_cell(finding.value, every[0].value_axis) for finding in findings]
    utmost = max(numbers) if query.which == "maximum" else min(numbers)
    same = [finding.series for finding, number in zip(findings, numbers, strict=True) if number == utmost]
    return findings[numbers.index(utmost)].model_copy(
        update={
            "badge": weakest([finding.badge for finding in findings]),
            "points": tuple(Point(at=f.at, value=f.value, label=f.series) for f in findings),
            "items": tuple(same) if len(same) > 1 else (),
        }
    )


def _told_in(finding: Finding, period: str) -> Finding:
    if not period or not isinstance(finding.at, str):
        return finding
    points = [point.model_copy(update={"at": period_of(point.at, period)}) for point in finding.points]
    return finding.model_copy(update={"at": period_of(finding.at, period), "points": tuple(points)})


def one_extreme(query: Single, marks: Marks, which: Literal["maximum", "minimum"]) -> Finding:
    """The extreme of one series where it was selected.

    Raises:
        CannotAnswer: it has no numbers there.
    """
    largest, stats = which == "maximum", marks.stats
    if stats is None or (marks.log_values and not largest):
        return _extreme_of(query, marks, largest=largest)
    value = number_cell(stats.max if largest else stats.min, marks.value_axis)
    if not math.isfinite(value):
        return _extreme_of(query, marks, largest=largest)
    at = number_cell(stats.at_max if largest else stats.at_min, marks.place_axis)
    return found(
        query,
        marks,
        value,
        at=at if math.isfinite(at) else None,
        method=_("saved for all {count} points").format(count=marks.series.n),
        badge="stored",
    )


def _extreme_of(query: Single, marks: Marks, *, largest: bool) -> Finding:
    known, warnings = _drawable(marks)
    values = marks.values[known]
    best = float(values.max() if largest else values.min())
    rows = np.flatnonzero(known)[values == best]
    if np.isfinite(marks.places[rows]).all():
        rows = rows[np.argsort(marks.places[rows], kind="stable")]
    row, at = int(rows[0]), float(marks.places[rows[0]])
    method = _("the largest of {count} marks") if largest else _("the smallest of {count} marks")
    finding = found(
        query,
        marks,
        best,
        at=at if math.isfinite(at) else None,
        points=[(float(marks.places[r]), best, "") for r in rows[:_MOST_SHOWN]] if rows.size > 1 else [],
        method=method.format(count=values.size),
        details=_of_extreme(marks, row, rows.size),
        warnings=warnings,
    )
    if not marks.is_category and marks.names and marks.names[row]:
        finding = finding.model_copy(update={"items": (marks.names[row],)})
    return finding


def _drawable(marks: Marks) -> tuple[NDArray[np.bool_], list[str]]:
    """Which marks are drawn at all, and a warning about the others.

    Raises:
        CannotAnswer: none is.
    """
    known = np.isfinite(marks.values)
    if not known.any():
        raise no_numbers(marks)
    positive = known & (marks.values > 0)
    hidden = int((known & ~positive).sum())
    if not marks.log_values or not hidden or not positive.any():
        return known, []
    text = _("Zero and less can't be drawn on the logarithmic axis; left out: {count}.")
    return positive, [text.format(count=hidden)]


def _of_extreme(marks: Marks, row: int, times: int) -> Details:
    details: Details = {"times": times} if times > 1 else {}
    if marks.series.kind == "histogram":
        details |= _ends_of_bins(marks.where(np.arange(marks.values.size) == row))
    if marks.series.kind in GRIDS and "y" in marks.others:
        details["y"] = cell_of(float(marks.others["y"][row]), axis_of(marks.panel, marks.series, "y"))
    return details


# --- what sums a series up -------------------------------------------------------------------------


def statistic(reading: Reading, query: Statistic) -> Finding:
    """One number for each series or for all of them; or for each period, place or series."""
    end = {"maximum": "high", "minimum": "low"}.get(query.name, "")
    every = (
        of_those(held(reading, query.of), query.of)
        if query.name == "count"
        else selected(reading, query.of, end)
    )
    if query.each:
        return in_unit(by_group(query, every, one_statistic), query.unit)
    findings = of_each(every, lambda marks: one_statistic(query, marks))
    merged = together(query, findings)
    if len(findings) > 1:
        merged = merged.model_copy(update=_of_all(query, every, findings))
    return in_unit(_as_volume(query, every, merged), query.unit)


def _as_volume(query: Statistic, every: list[Marks], finding: Finding) -> Finding:
    """A sum of daily rates as a volume, where a volume is asked for: each mark stands for its day."""
    volume = per_day_volume(finding.unit)
    if query.name != "sum" or not query.unit or not volume or not all(map(_is_daily, every)):
        return finding
    if not same_dimension(volume, query.unit):
        return finding
    assumed = _("each mark stands for one day")
    badge = weakest([finding.badge, "estimated"])
    return finding.model_copy(
        update={"unit": volume, "badge": badge, "method": f"{finding.method}; {assumed}"}
    )


def _is_daily(marks: Marks) -> bool:
    places = np.unique((marks.full or marks).places)
    steps = np.diff(places[np.isfinite(places)])
    return marks.is_date and steps.size > 0 and bool(np.isclose(steps, DAY).all())


def _of_all(query: Statistic, every: list[Marks], findings: list[Finding]) -> dict[str, object]:
    """The number for all series together, where there is one: sums, counts, and groups of one cloud."""
    if query.name not in _OF_NUMBERS or len({finding.unit for finding in findings}) > 1:
        return _of_groups(query, every)
    is_utmost = query.name in {"maximum", "minimum"}
    axis = every[0].value_axis if is_utmost else None
    numbers = [number_cell(finding.value, axis) for finding in findings]
    if is_utmost or all(map(math.isfinite, numbers)):
        return {"value": cell_of(_OF_NUMBERS[query.name](numbers), None)}
    return {}


_OF_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "count": sum,
    "sum": sum,
    "maximum": max,
    "minimum": min,
}


def _without_curves(every: list[Marks]) -> list[Marks]:
    """Without the lines through a cloud that have no name of their own: they are no data."""
    clouds = [marks for marks in every if marks.series.kind == "scatter"]
    names = {marks.label for marks in clouds}
    axes = {marks.value_axis.label for marks in every if marks.value_axis is not None}
    kept = [m for m in every if m.series.kind == "scatter" or m.series.label not in {"", *axes, *names}]
    return kept if clouds else every


_POOLED = frozenset({"mean", "median", "std", "spread"})


def _of_groups(query: Statistic, every: list[Marks]) -> dict[str, object]:
    """The number for all points together where the series are groups of one cloud, told apart by colour.

    Nothing where they are not, or where only a sample of the points is at hand.
    """
    every = _without_curves(every)
    if query.name not in _POOLED or not _are_one_cloud(every):
        return {}
    values = np.concatenate([marks.values[np.isfinite(marks.values)] for marks in every])
    if not values.size:
        return {}
    number = float(np.asarray(STATISTICS[query.name](values)))
    axis = every[0].value_axis if query.name in {"mean", "median"} else None
    return {"value": cell_of(number, axis), "method": _("over all {count} marks").format(count=values.size)}


def _are_one_cloud(every: list[Marks]) -> bool:
    """Scatters over the same axes, of which all points are at hand."""
    one = {(marks.panel.id, marks.series.kind, marks.series.x, marks.series.y) for marks in every}
    is_whole = all((marks.full or marks).values.size >= marks.series.n for marks in every)
    return len(one) == 1 and every[0].series.kind == "scatter" and is_whole


def one_statistic(query: Statistic, marks: Marks) -> Finding:
    """One number for one series where it was selected.

    Raises:
        CannotAnswer: it has no numbers there.
    """
    name = query.name
    if name in {"maximum", "minimum"}:
        return one_extreme(query, marks, name)
    if marks.series.kind == "histogram" and query.of.column in {marks.series.along, "left", "right"}:
        return _binned(query, marks)
    whole = _from_stats(query, marks) if marks.stats is not None else None
    if whole is not None:
        return whole
    if name == "count":
        return counted(query, marks)
    known = marks.known() if name in {"first", "last", "change"} else np.isfinite(marks.values)
    if not known.any():
        raise no_numbers(marks)
    if name in {"first", "last"}:
        return _end(query, marks, marks.places[known], marks.values[known])
    if name == "change":
        return _change(query, marks)
    return _computed(query, marks, marks.values[known])


def _change(query: Statistic, marks: Marks) -> Finding:
    """The value at the last place minus that at the first: of a curve at the ends that were asked for.

    Raises:
        CannotAnswer: there is no number at an end, or several.
    """
    whole = marks.full or marks
    start, end = _ends_of_change(marks, whole)
    between = not np.isin([start, end], marks.places[marks.known()]).all()
    values = [values_at(whole, at) for at in (start, end)]
    if start == end or _is_moment(marks) or any(some.size != 1 for some in values):
        raise no_numbers(marks)
    if between and not marks.is_curve:
        raise no_numbers(marks)
    first, last = (float(some[0]) for some in values)
    return found(
        query,
        marks,
        last - first,
        method=_("the last value minus the first"),
        badge="estimated" if between else None,
        details={"first": first, "last": last},
    )


def _ends_of_change(marks: Marks, whole: Marks) -> tuple[float, float]:
    known = marks.places[marks.known()]
    if marks.is_date or len(marks.spans) != 1 or len(marks.spans[0]) != 1:
        return float(known.min()), float(known.max())
    span, drawn = marks.spans[0][0], whole.places[whole.known()]
    return max(span.low, float(drawn.min())), min(span.high, float(drawn.max()))


def _end(query: Statistic, marks: Marks, places: Numbers, values: Numbers) -> Finding:
    first = query.name == "first"
    row = int(np.argmin(places) if first else places.size - 1 - int(np.argmax(places[::-1])))
    method = _("the mark with the smallest place") if first else _("the mark with the largest place")
    return found(query, marks, float(values[row]), at=float(places[row]), method=method)


_METHODS: dict[str, Callable[[], str]] = {
    "mean": lambda: _("the mean of {count} marks"),
    "median": lambda: _("the median of {count} marks"),
    "sum": lambda: _("the sum of {count} marks"),
    "std": lambda: _("over {count} marks, divided by their number"),
    "spread": lambda: _("the largest of {count} marks minus the smallest"),
}


def _computed(query: Statistic, marks: Marks, values: Numbers) -> Finding:
    name = query.name
    method, warnings = _METHODS[name](), left_out(marks)
    details: Details = {"count": int(values.size)}
    if name == "std":
        details["sample"] = float(values.std(ddof=1)) if values.size > 1 else None
    if name == "spread":
        details |= {"minimum": float(values.min()), "maximum": float(values.max())}
    if name == "sum" and marks.series.kind == "histogram" and marks.full is not None:
        method = _("the sum of {count} bins")
        details |= _ends_of_bins(marks)
        warnings += _cut_bins(query.of, marks)
    function = STATISTICS[name]
    return found(
        query,
        marks,
        float(np.asarray(function(values))),
        unit=None if not _is_moment(marks) or name in {"mean", "median"} else "",
        method=method.format(count=values.size),
        details=details,
        warnings=warnings,
    )


def _cut_bins(of: Selection, marks: Marks) -> tuple[str, ...]:
    """A warning where the bins do not begin and end where the interval does."""
    ends = _ends_of_bins(marks)
    for places in of.places:
        if not isinstance(places, Interval):
            continue
        for name, cell in (("left", places.start), ("right", places.end)):
            if cell is not None and name in ends and _is_off(ends[name], cell, marks, name):
                return (_("The bins don't end where the interval does: whole bins were counted."),)
    return ()


def _is_off(end: Cell, cell: Cell, marks: Marks, name: str) -> bool:
    edge, place = number_cell(end, marks.place_axis), place_of(cell, marks.place_axis)
    asked = place.high if name == "right" else place.low
    return abs(edge - asked) > NEAR * max(abs(edge), abs(asked), 1e-12)


def _is_moment(marks: Marks) -> bool:
    return marks.value_axis is not None and marks.value_axis.kind == "date"


def _from_stats(query: Statistic, marks: Marks) -> Finding | None:
    """What was saved for all points, where the points at hand are a sample."""
    stats = marks.stats
    if stats is None:
        return None
    method = _("saved for all {count} points").format(count=marks.series.n)
    if query.name == "count":
        details: Details = {"missing": stats.missing} if stats.missing else {}
        count = float(marks.series.n)
        return found(
            query, marks, None, value_cell=count, unit="", method=method, badge="stored", details=details
        )
    if query.name == "spread":
        low, high = number_cell(stats.min, marks.value_axis), number_cell(stats.max, marks.value_axis)
        if not math.isfinite(high - low):
            return None
        ends: Details = {"minimum": low, "maximum": high}
        return found(query, marks, high - low, method=method, badge="stored", details=ends)
    value = number_cell(getattr(stats, query.name, None), marks.value_axis)
    if not math.isfinite(value):
        return None
    return found(query, marks, value, method=method, badge="stored", warnings=left_out(marks))


def _binned(query: Statistic, marks: Marks) -> Finding:
    """A number about what a histogram counts, from its bins: true within half a bin."""
    left, right = marks.others.get("left"), marks.others.get("right")
    known = np.isfinite(marks.values)
    weights, centres = marks.values[known], marks.places[known]
    if left is None or right is None or not weights.sum() > 0:
        raise no_numbers(marks)
    if query.name not in {"mean", "median"}:
        raise CannotAnswer(
            _("Bins do not tell this."), _("Ask for the mean or the median, or about the bins."), field="op"
        )
    half = int(np.cumsum(weights).searchsorted(weights.sum() / 2))
    median = float(centres[min(half, centres.size - 1)])
    value = median if query.name == "median" else float((centres * weights).sum() / weights.sum())
    return found(
        query,
        marks,
        None,
        value_cell=cell_of(value, marks.place_axis),
        unit=marks.place_unit,
        method=_("from the bins' centres"),
        badge="estimated",
        error=float(np.abs(right - left)[known].max()) / 2,
    )
