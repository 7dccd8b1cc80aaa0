"""Values of series: at a place, the extremes, and what sums a series up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.finding import Finding, Point
from rusoil_jupyter.figures.query import writing
from rusoil_jupyter.figures.query.found import found, left_out, together
from rusoil_jupyter.figures.query.marks import BOXES, GRIDS, Marks, marks_for, marks_of, number_cell, weakest
from rusoil_jupyter.figures.query.places import Place, mask_between, place_of, shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.description import Axis
    from rusoil_jupyter.figures.finding import Query
    from rusoil_jupyter.figures.reading import Reading

    Numbers = NDArray[np.float64]

_SLACK = 1e-5  # stored numbers have six digits


def value_at(reading: Reading, query: Query) -> Finding:
    """The value at ``at``: a mark's own, or between the points of a curve."""
    if query.at is None:
        raise CannotAnswer(
            _("The question names no place."),
            _("Name a place on the axis: a number, a date, a category."),
            field="at",
        )
    every = marks_for(reading, query)
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            findings.append(
                grid_value(query, marks) if marks.series.kind in GRIDS else one_value(query, marks)
            )
        except CannotAnswer as error:
            problem = error
    if not findings and problem is not None:
        raise problem
    return together(query, findings)


def one_value(query: Query, marks: Marks) -> Finding:
    """The value of one series at ``query.at``.

    Raises:
        CannotAnswer: there is nothing at that place; the sentence names the range or the nearest marks.
    """
    named = _named_mark(query, marks)
    place = named or place_of(query.at, marks.place_axis)
    known = marks.known()
    u, v = marks.places[known], marks.values[known]
    if not u.size:
        raise _nothing(marks)
    if marks.series.kind == "histogram":
        return _bin_value(query, marks, place)
    if place.is_period:
        inside = (u >= place.low) & (u < place.high)
        if inside.any():
            return _of_hits(query, marks, u[inside], v[inside])
    at = place.low
    distance = np.abs(u - at)
    near = (
        _SLACK * max(abs(at), 1e-12)
        if not (marks.is_date or marks.is_category)
        else 1.0
        if marks.is_date
        else 0.0
    )
    if marks.is_curve:
        near = min(near, 1e-9 * max(abs(at), float(np.ptp(u)), 1e-300))
    closest = float(distance.min())
    if closest <= near:
        hits = distance <= closest + 1e-12 * max(abs(at), 1e-300)
        return _of_hits(query, marks, u[hits], v[hits])
    if marks.is_curve:
        return _between(query, marks, at)
    if marks.series.kind == "bar" and "width" in marks.others:
        half = np.abs(marks.others["width"][known]) / 2
        hits = distance <= half
        if hits.any():
            return _of_hits(query, marks, u[hits], v[hits])
    raise _not_there(marks, at)


def _named_mark(query: Query, marks: Marks) -> Place | None:
    """The mark that has the name ``at``, where marks have names besides their places."""
    names = marks.series.names
    if marks.is_category or not isinstance(query.at, str) or len(names) != marks.places.size:
        return None
    wanted = query.at.casefold().strip()
    for row, name in enumerate(names):
        if name.casefold().strip() == wanted:
            return Place(float(marks.places[row]), float(marks.places[row]))
    return None


def _of_hits(query: Query, marks: Marks, u: Numbers, v: Numbers) -> Finding:
    extra = _beside(marks, float(u[0])) if u.size == 1 else {}
    if u.size == 1 or np.ptp(v) == 0:
        return found(query, marks, float(v[0]), at=float(u[0]), method=_("the mark itself"), details=extra)
    details: dict[str, float | str | None] = {
        "count": int(u.size),
        "minimum": float(v.min()),
        "maximum": float(v.max()),
    }
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


def _beside(marks: Marks, at: float) -> dict[str, float | str | None]:
    """The other columns of a mark that belong to its value: the ends of a band, of error bars, of a box."""
    wanted = ("low", "q1", "median", "q3", "high", "mean")
    row = int(np.flatnonzero(marks.places == at)[0])
    return {
        name: float(marks.others[name][row])
        for name in wanted
        if name in marks.others and name != marks.column and math.isfinite(marks.others[name][row])
    }


def _bin_value(query: Query, marks: Marks, place: Place) -> Finding:
    left, right = marks.others.get("left"), marks.others.get("right")
    if left is None or right is None:
        raise _nothing(marks)
    low, high = np.minimum(left, right), np.maximum(left, right)
    if place.is_period:
        inside = (low < place.high) & (high > place.low)
    else:
        inside = (low <= place.low) & ((place.low < high) | ((place.low == high) & (high == np.nanmax(high))))
    rows = np.flatnonzero(inside & np.isfinite(marks.values))
    if not rows.size:
        raise _outside(marks, float(np.nanmin(low)), float(np.nanmax(high)), place.low)
    row = int(rows[0])
    value = float(marks.values[rows].sum()) if place.is_period else float(marks.values[row])
    return found(
        query,
        marks,
        value,
        at=float(marks.places[row]),
        method=_("the bin that holds the place"),
        details=_edges(marks, row),
    )


def _edges(marks: Marks, row: int) -> dict[str, float | str | None]:
    left, right = marks.others.get("left"), marks.others.get("right")
    if left is None or right is None:
        return {}
    ends = (_cell(float(left[row]), marks.place_axis), _cell(float(right[row]), marks.place_axis))
    return {"left": ends[0], "right": ends[1]}


def _cell(number: float, axis: Axis | None) -> float | str | None:
    return cell_of(number, axis)


def _between(query: Query, marks: Marks, at: float) -> Finding:
    """Where a curve passes ``at``, drawn straight between its points as they are drawn."""
    low, high = float(np.nanmin(marks.places)), float(np.nanmax(marks.places))
    if not low <= at <= high:
        raise _outside(marks, low, high, at)
    values, rows = curve_values(marks, at)
    if not values.size:
        raise CannotAnswer(
            _("“{series}” has a gap at {place}.").format(
                series=marks.label, place=shown(at, marks.place_axis)
            ),
            _("Ask about a place where the curve is drawn."),
            field="at",
        )
    warnings: list[str] = []
    points: list[tuple[float, float, str]] = []
    if values.size > 1 and np.ptp(values) > 0:
        points = [(at, float(value), "") for value in values]
        warnings.append(_("The curve passes this place more than once: {count}.").format(count=values.size))
    extra: dict[str, float | str | None] = {}
    if marks.series.kind == "band":
        for name in ("low", "high"):
            if name in marks.others and name != marks.column:
                a, b = marks.others[name][rows[0]], marks.others[name][rows[0] + 1]
                u0, u1 = marks.places[rows[0]], marks.places[rows[0] + 1]
                extra[name] = float(a + (b - a) * (at - u0) / (u1 - u0))
    return found(
        query,
        marks,
        float(values[0]),
        at=at,
        points=points,
        method=between_method(marks),
        warnings=warnings,
        details=extra,
    )


def curve_values(marks: Marks, at: float) -> tuple[Numbers, NDArray[np.int64]]:
    """All values of a curve at one place, and the rows where each piece begins; gaps stay gaps."""
    u, v = marks.places, marks.values
    hit = np.flatnonzero((u == at) & np.isfinite(v))
    if hit.size:
        return v[hit], np.minimum(hit, max(u.size - 2, 0))
    left, right = u[:-1], u[1:]
    inside = ((left < at) & (at < right)) | ((right < at) & (at < left))
    inside &= np.isfinite(v[:-1]) & np.isfinite(v[1:])
    rows = np.flatnonzero(inside)
    if not rows.size:
        return np.zeros(0), rows
    if marks.series.kind == "step":
        first = np.where(u[rows] < u[rows + 1], rows, rows + 1)
        return v[first], rows
    u0, u1, v0, v1 = u[rows], u[rows + 1], v[rows], v[rows + 1]
    if marks.log_places and at > 0:
        positive = (u0 > 0) & (u1 > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(
                positive,
                (math.log(at) - np.log(u0)) / (np.log(u1) - np.log(u0)),
                (at - u0) / (u1 - u0),
            )
    else:
        share = (at - u0) / (u1 - u0)
    if marks.log_values:
        with np.errstate(divide="ignore", invalid="ignore"):
            straight = np.exp(np.log(v0) + share * (np.log(v1) - np.log(v0)))
        return np.where((v0 > 0) & (v1 > 0), straight, np.nan), rows
    return v0 + share * (v1 - v0), rows


def between_method(marks: Marks) -> str:
    """How a value between the points of this curve is taken."""
    if marks.series.kind == "step":
        return _("the last step before the place")
    if marks.log_places or marks.log_values:
        return _("straight between the points as drawn on the logarithmic axis")
    return _("straight between the points")


def grid_value(query: Query, marks: Marks) -> Finding:
    """The cell of a grid at x (``at``) and y (``until``); the mean of a row or column where one is given."""
    mask, x, y = _grid_mask(query, marks)
    known = mask & np.isfinite(marks.values)
    if not known.any():
        raise CannotAnswer(
            _("“{series}” has no cell there.").format(series=marks.label),
            _("Name x and y within the axes."),
            field="at",
        )
    values = marks.values[known]
    method = (
        _("the cell itself") if values.size == 1 else _("the mean of {count} cells").format(count=values.size)
    )
    details = {"y": y} if y is not None else {}
    return found(query, marks, float(values.mean()), at=x, method=method, details=details)


def _grid_mask(query: Query, marks: Marks) -> tuple[NDArray[np.bool_], float | None, float | str | None]:
    """The cells in the column x = ``at`` and the row y = ``until``: the nearest to a number."""
    mask = np.ones(marks.values.size, dtype=bool)
    x: float | None = None
    y: float | str | None = None
    if query.at is not None:
        column = _nearest(marks.places, place_of(query.at, marks.place_axis), marks)
        x = float(column)
        mask &= marks.places == column
    if query.until is not None and "y" in marks.others:
        axis = axis_of(marks.panel, marks.series, "y")
        row = _nearest(marks.others["y"], place_of(query.until, axis), marks)
        y = cell_of(row, axis)
        mask &= marks.others["y"] == row
    return mask, x, y


def _nearest(column: Numbers, place: Place, marks: Marks) -> float:
    centres = np.unique(column[np.isfinite(column)])
    if not centres.size:
        raise _nothing(marks)
    if place.is_period:
        inside = centres[(centres >= place.low) & (centres < place.high)]
        if inside.size:
            return float(inside[0])
    step = float(np.diff(centres).max()) if centres.size > 1 else 1.0
    if not centres[0] - step / 2 - 1e-9 <= place.low <= centres[-1] + step / 2 + 1e-9:
        raise _outside(marks, float(centres[0]), float(centres[-1]), place.low)
    return float(centres[np.abs(centres - place.low).argmin()])


# --- extremes --------------------------------------------------------------------------------------


def maximum(reading: Reading, query: Query) -> Finding:
    """The largest value, the first place where it is, and how often."""
    return _extreme(reading, query, largest=True)


def minimum(reading: Reading, query: Query) -> Finding:
    """The smallest value, the first place where it is, and how often."""
    return _extreme(reading, query, largest=False)


def _extreme(reading: Reading, query: Query, *, largest: bool) -> Finding:
    every = marks_for(reading, query)
    if not query.column:
        every = [_outer(reading, marks, largest=largest) for marks in every]
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            findings.append(one_extreme(query, marks, largest=largest))
        except CannotAnswer as error:
            problem = error
    if not findings:
        raise problem or _nothing(every[0])
    if len(findings) == 1:
        return findings[0]
    if len({finding.unit for finding in findings}) > 1 or len({marks.panel.id for marks in every}) > 1:
        return together(query, findings)
    numbers = [number_cell(finding.value, every[0].value_axis) for finding in findings]
    best = max(range(len(numbers)), key=lambda row: numbers[row] if largest else -numbers[row])
    same = [
        finding.series for finding, number in zip(findings, numbers, strict=True) if number == numbers[best]
    ]
    return findings[best].model_copy(
        update={
            "badge": weakest([finding.badge for finding in findings]),
            "points": tuple(Point(at=f.at, value=f.value, label=f.series) for f in findings),
            "items": tuple(same) if len(same) > 1 else (),
        }
    )


def _outer(reading: Reading, marks: Marks, *, largest: bool) -> Marks:
    """The end, upper or lower, of what has two: a band, the whiskers of boxes."""
    end = "high" if largest else "low"
    if marks.series.kind in {"band", *BOXES} and (end in marks.others or end in marks.series.stats):
        return marks_of(reading, marks.panel, marks.series, end)
    return marks


def one_extreme(query: Query, marks: Marks, *, largest: bool) -> Finding:
    """The extreme of one series, within an interval where one is given."""
    if marks.series.kind in GRIDS:
        mask, _x, _y = _grid_mask(query, marks)
        return _extreme_of(query, marks.where(mask) if not mask.all() else marks, largest=largest)
    if query.at is not None and query.until is None:
        place = place_of(query.at, marks.place_axis)
        if not place.is_period or marks.series.kind == "histogram":
            return one_value(query, marks)
    if query.at is not None or query.until is not None:
        inside = within(query, marks)
        known = inside.known()
        if not known.any() and marks.is_curve:
            return _extreme_of_ends(query, marks, largest=largest)
        return _extreme_of(query, inside, largest=largest)
    stats = marks.stats
    if stats is not None and not (marks.log_values and not largest):
        value = number_cell(stats.max if largest else stats.min, marks.value_axis)
        if math.isfinite(value):
            at = number_cell(stats.at_max if largest else stats.at_min, marks.place_axis)
            return found(
                query,
                marks,
                value,
                at=at if math.isfinite(at) else None,
                method=_("saved for all {count} points").format(count=marks.series.n),
                badge="stored",
            )
    return _extreme_of(query, marks, largest=largest)


def _extreme_of(query: Query, marks: Marks, *, largest: bool) -> Finding:
    known = np.isfinite(marks.values)
    warnings: list[str] = []
    if marks.log_values:
        positive = known & (marks.values > 0)
        hidden = int((known & ~positive).sum())
        if hidden and positive.any():
            known = positive
            warnings.append(
                _("Zero and less can't be drawn on the logarithmic axis; left out: {count}.").format(
                    count=hidden
                )
            )
    if not known.any():
        raise _nothing(marks)
    values = marks.values[known]
    best = float(values.max() if largest else values.min())
    rows = np.flatnonzero(known)[values == best]
    order = np.argsort(marks.places[rows], kind="stable") if np.isfinite(marks.places[rows]).all() else None
    row = int(rows[order[0]] if order is not None else rows[0])
    details: dict[str, float | str | None] = {}
    if rows.size > 1:
        details["times"] = int(rows.size)
    if marks.series.kind == "histogram":
        details |= _edges(marks, row)
    if marks.series.kind in GRIDS and "y" in marks.others:
        details["y"] = _cell(float(marks.others["y"][row]), axis_of(marks.panel, marks.series, "y"))
    at = float(marks.places[row])
    points = [(float(marks.places[r]), best, "") for r in rows[:20]] if rows.size > 1 else []
    method = _("the largest of {count} marks") if largest else _("the smallest of {count} marks")
    finding = found(
        query,
        marks,
        best,
        at=at if math.isfinite(at) else None,
        points=points,
        method=method.format(count=values.size),
        details=details,
        warnings=warnings,
    )
    names = marks.series.names
    if not marks.is_category and len(names) == marks.places.size and names[row]:
        finding = finding.model_copy(update={"items": (names[row],)})
    return finding


def _extreme_of_ends(query: Query, marks: Marks, *, largest: bool) -> Finding:
    """No point lies in the interval: a straight piece is largest at one of its ends."""
    ends = [
        _between(query, marks, place_of(at, marks.place_axis).low) for at in (query.at, query.until) if at
    ]
    if not ends:
        raise _nothing(marks)
    numbers = [number_cell(end.value, marks.value_axis) for end in ends]
    return ends[int(np.argmax(numbers) if largest else np.argmin(numbers))]


# --- what sums a series up -------------------------------------------------------------------------


def summary(reading: Reading, query: Query) -> Finding:
    """``mean``, ``median``, ``sum``, ``std``, ``count``, ``spread``, ``first`` or ``last`` of each series."""
    if query.op == "count" and query.axis is not None:
        return _categories(reading, query)
    every = marks_for(reading, query)
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            findings.append(one_summary(query, marks))
        except CannotAnswer as error:
            problem = error
    if not findings:
        raise problem or _nothing(every[0])
    if (
        query.op in {"count", "sum"}
        and len(findings) > 1
        and len({finding.unit for finding in findings}) == 1
    ):
        numbers = [number_cell(finding.value, None) for finding in findings]
        if all(map(math.isfinite, numbers)):
            return together(query, findings).model_copy(update={"value": cell_of(sum(numbers), None)})
    pooled = _of_groups(query, every)
    return together(query, findings).model_copy(update=pooled) if pooled else together(query, findings)


def _without_curves(every: list[Marks]) -> list[Marks]:
    """Without the lines through a cloud that have no name of their own: they are no data."""
    clouds = [marks for marks in every if marks.series.kind == "scatter"]
    names = {marks.label for marks in clouds}
    axes = {marks.value_axis.label for marks in every if marks.value_axis is not None}
    kept = [m for m in every if m.series.kind == "scatter" or m.series.label not in {"", *axes, *names}]
    return kept if clouds else every


_POOLED: dict[str, Callable[[Numbers], object]] = {
    "mean": np.mean,
    "median": np.median,
    "std": np.std,
    "spread": np.ptp,
}


def _of_groups(query: Query, every: list[Marks]) -> dict[str, object]:
    """The number for all points together where the series are groups of one cloud, told apart by colour.

    Nothing where they are not, or where only a sample of the points is at hand.
    """
    every = _without_curves(every)
    one = {(marks.panel.id, marks.series.kind, marks.series.x, marks.series.y) for marks in every}
    if query.op not in _POOLED or not every or len(one) > 1 or every[0].series.kind != "scatter":
        return {}
    limited = query.at is not None or query.until is not None
    whole = {marks.series.id: marks.values.size for marks in every}
    if any(marks.stats is not None and whole[marks.series.id] < marks.series.n for marks in every):
        return {}
    parts = []
    for marks in every:
        try:
            inside = within(query, marks) if limited else marks
        except CannotAnswer:
            continue
        parts.append(inside.values[np.isfinite(inside.values)])
    values = np.concatenate(parts) if parts else np.zeros(0)
    if not values.size:
        return {}
    number = float(np.asarray(_POOLED[query.op](values)))
    axis = every[0].value_axis if query.op in {"mean", "median"} else None
    return {"value": cell_of(number, axis), "method": _("over all {count} marks").format(count=values.size)}


def _categories(reading: Reading, query: Query) -> Finding:
    """How many categories an axis has, and which."""
    written = writing.axis(reading, query)
    if written.details.get("kind") != "category":
        raise CannotAnswer(_("This axis has no categories."), _("Ask for its range."), field="axis")
    return written.model_copy(
        update={
            "value": written.details["count"],
            "unit": "",
            "series": str(written.value or ""),
            "details": {},
        }
    )


def one_summary(query: Query, marks: Marks) -> Finding:
    """One number for one series, within an interval where one is given."""
    op = query.op
    if op == "count" and query.level is not None:
        return _count_beyond(query, marks)
    if marks.series.kind == "histogram" and query.column in {marks.series.along, "left", "right"}:
        return _binned_mean(query, marks)
    limited = query.at is not None or query.until is not None
    if not limited and marks.stats is not None:
        whole = _from_stats(query, marks)
        if whole is not None:
            return whole
    if not limited and op == "count":
        count = marks.series.n or int(np.isfinite(marks.values).sum())
        missing = int((~np.isfinite(marks.values)).sum())
        details: dict[str, float | str | None] = {"missing": missing} if missing else {}
        return found(
            query,
            marks,
            None,
            value_cell=float(count),
            unit="",
            method=_("the marks there are"),
            details=details,
        )
    inside = within(query, marks) if limited else marks
    known = inside.known() if op in {"first", "last"} else np.isfinite(inside.values)
    values = inside.values[known]
    if op == "count":
        return found(
            query, inside, None, value_cell=float(values.size), unit="", method=_("the marks there are")
        )
    if not values.size:
        if limited and marks.is_curve and op in {"mean", "median", "first", "last"} and query.at is not None:
            return _between(query, marks, place_of(query.at, marks.place_axis).low)
        raise _nothing(marks)
    if op in {"first", "last"}:
        places = inside.places[known]
        row = int(np.argmin(places) if op == "first" else places.size - 1 - int(np.argmax(places[::-1])))
        method = (
            _("the mark with the smallest place") if op == "first" else _("the mark with the largest place")
        )
        return found(query, inside, float(values[row]), at=float(places[row]), method=method)
    details = {"count": int(values.size)}
    if op == "std":
        details["sample"] = float(values.std(ddof=1)) if values.size > 1 else None
    if op == "spread":
        details |= {"minimum": float(values.min()), "maximum": float(values.max())}
    compute: dict[str, tuple[Callable[[Numbers], object], str]] = {
        "mean": (np.mean, _("the mean of {count} marks")),
        "median": (np.median, _("the median of {count} marks")),
        "sum": (np.sum, _("the sum of {count} marks")),
        "std": (np.std, _("over {count} marks, divided by their number")),
        "spread": (np.ptp, _("the largest of {count} marks minus the smallest")),
    }
    function, method = compute[op]
    number = float(np.asarray(function(values)))
    warnings = left_out(inside)
    if limited and op == "sum" and marks.series.kind == "histogram":
        method = _("the sum of {count} bins")
        details |= _ends_of_bins(inside)
        warnings += _cut_bins(query, inside)
    return found(
        query,
        inside,
        number,
        unit=None if not _is_moment(marks) or op in {"mean", "median"} else "",
        method=method.format(count=values.size),
        details=details,
        warnings=warnings,
    )


def _ends_of_bins(marks: Marks) -> dict[str, float | str | None]:
    left, right = marks.others.get("left"), marks.others.get("right")
    if left is None or right is None:
        return {}
    return {
        "left": _cell(float(np.minimum(left, right).min()), marks.place_axis),
        "right": _cell(float(np.maximum(left, right).max()), marks.place_axis),
    }


def _cut_bins(query: Query, marks: Marks) -> tuple[str, ...]:
    """A warning where the bins do not begin and end where the interval does."""
    ends = _ends_of_bins(marks)
    asked = (("left", query.at), ("right", query.until))
    for name, cell in asked:
        if cell is None or name not in ends:
            continue
        edge = number_cell(ends[name], marks.place_axis)
        place = place_of(cell, marks.place_axis)
        end = place.high if name == "right" else place.low
        if abs(edge - end) > _SLACK * max(abs(edge), abs(end), 1e-12):
            return (_("The bins don't end where the interval does: whole bins were counted."),)
    return ()


def _is_moment(marks: Marks) -> bool:
    return marks.value_axis is not None and marks.value_axis.kind == "date"


def _from_stats(query: Query, marks: Marks) -> Finding | None:
    stats = marks.stats
    if stats is None:
        return None
    method = _("saved for all {count} points").format(count=marks.series.n)
    if query.op == "count":
        details: dict[str, float | str | None] = {"missing": stats.missing} if stats.missing else {}
        count = float(marks.series.n)
        return found(
            query, marks, None, value_cell=count, unit="", method=method, badge="stored", details=details
        )
    if query.op == "spread":
        low, high = number_cell(stats.min, marks.value_axis), number_cell(stats.max, marks.value_axis)
        if not math.isfinite(high - low):
            return None
        ends: dict[str, float | str | None] = {"minimum": low, "maximum": high}
        return found(query, marks, high - low, method=method, badge="stored", details=ends)
    cell = getattr(stats, query.op, None)
    value = number_cell(cell, marks.value_axis)
    if not math.isfinite(value):
        return None
    return found(query, marks, value, method=method, badge="stored", warnings=left_out(marks))


def _count_beyond(query: Query, marks: Marks) -> Finding:
    level = float(query.level or 0.0)
    inside = within(query, marks) if query.at is not None or query.until is not None else marks
    below = query.column == "below"
    known = np.isfinite(inside.values)
    rows = np.flatnonzero(known & ((inside.values < level) if below else (inside.values > level)))
    method = _("marks below {level}") if below else _("marks above {level}")
    return found(
        query,
        inside,
        None,
        value_cell=float(rows.size),
        unit="",
        points=[(float(inside.places[row]), float(inside.values[row]), "") for row in rows[:50]],
        method=method.format(level=cell_of(level, None)),
        details={"level": level, "of": int(known.sum())},
    )


def _binned_mean(query: Query, marks: Marks) -> Finding:
    """A number about what a histogram counts, from its bins: true within half a bin."""
    left, right = marks.others.get("left"), marks.others.get("right")
    known = np.isfinite(marks.values)
    weights = marks.values[known]
    if left is None or right is None or not weights.sum() > 0:
        raise _nothing(marks)
    centres = marks.places[known]
    widths = np.abs(right - left)[known]
    if query.op == "median":
        half = float(np.cumsum(weights).searchsorted(weights.sum() / 2))
        value = float(centres[min(int(half), centres.size - 1)])
    elif query.op == "mean":
        value = float((centres * weights).sum() / weights.sum())
    else:
        raise CannotAnswer(
            _("Bins do not tell this."), _("Ask for the mean or the median, or about the bins."), field="op"
        )
    return found(
        query,
        marks,
        None,
        value_cell=cell_of(value, marks.place_axis),
        unit=marks.place_unit,
        method=_("from the bins' centres"),
        badge="estimated",
        error=float(widths.max()) / 2,
    )


# --- intervals and refusals ------------------------------------------------------------------------


def within(query: Query, marks: Marks) -> Marks:
    """The marks of the interval that the query names.

    Raises:
        CannotAnswer: the interval lies outside of the series.
    """
    start = place_of(query.at, marks.place_axis) if query.at is not None else None
    end = place_of(query.until, marks.place_axis) if query.until is not None else None
    if start is not None and end is None and (start.is_period or not _is_open(query)):
        end = start
    mask = mask_between(marks.places, start, end)
    if not mask.any():
        known = marks.places[np.isfinite(marks.places)]
        if not known.size:
            raise _nothing(marks)
        low, high = float(known.min()), float(known.max())
        asked = (start or end or Place(low, low)).low
        if (end is not None and end.high < low) or (start is not None and start.low > high):
            raise _outside(marks, low, high, asked)
        if not marks.is_curve:
            raise _not_there(marks, asked)
    return marks.where(mask)


def _is_open(query: Query) -> bool:
    return query.at is None or (query.until is None and query.op not in _OF_A_PLACE)


_OF_A_PLACE = frozenset(
    {"mean", "median", "sum", "std", "count", "spread", "first", "last", "maximum", "minimum"}
)


def _nothing(marks: Marks) -> CannotAnswer:
    return CannotAnswer(
        _("“{series}” has no numbers there.").format(series=marks.label),
        _("Ask about another series or place."),
        field="series",
    )


def _outside(marks: Marks, low: float, high: float, at: float) -> CannotAnswer:
    return CannotAnswer(
        _("“{series}” is drawn from {low} to {high}; the figure says nothing about {place}.").format(
            series=marks.label,
            low=shown(low, marks.place_axis),
            high=shown(high, marks.place_axis),
            place=shown(at, marks.place_axis) or "?",
        ),
        _("Ask about a place in this range; to go beyond it, fit a model to the data."),
        field="at",
    )


def _not_there(marks: Marks, at: float) -> CannotAnswer:
    known = np.unique(marks.places[marks.known()])
    low, high = float(known[0]), float(known[-1])
    if not low <= at <= high:
        return _outside(marks, low, high, at)
    row = int(np.searchsorted(known, at))
    left, right = float(known[max(row - 1, 0)]), float(known[min(row, known.size - 1)])
    return CannotAnswer(
        _("“{series}” has no mark at {place}; the nearest are at {left} and {right}.").format(
            series=marks.label,
            place=shown(at, marks.place_axis),
            left=shown(left, marks.place_axis),
            right=shown(right, marks.place_axis),
        ),
        _("Ask about one of these."),
        field="at",
    )
