"""How many marks there are, and for which, or how long along the axis, a condition holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.curves import between_points
from rusoil_jupyter.figures.query.found import MOST_POINTS, found, of_each, together
from rusoil_jupyter.figures.query.holding import difference, holds_between, no_numbers
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, weakest
from rusoil_jupyter.figures.query.places import DAY, shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.selecting import held
from rusoil_jupyter.figures.query.units import converted
from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.values.queries import Extent, Selection, Statistic, Which

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Details = dict[str, float | str | None]

_MOST_LISTED = 50
_EVEN = 0.12  # of a step between marks: months differ in length
_CALENDAR = ((27.5, 31.5, "month"), (89.0, 93.0, "quarter"), (364.0, 367.0, "year"))  # days


def of_those(every: list[tuple[Marks, Mask]], selection: Selection) -> list[Marks]:
    """All marks at the places of a selection; those for which its conditions fail have no value.

    So that they are counted as none, and not left out of what they are counted in.
    """
    if not selection.where:
        return [marks for marks, _mask in every]
    return [
        replace(marks, values=np.where(mask, marks.values, np.nan), stats=None, full=marks.full or marks)
        for marks, mask in every
    ]


def counted(query: Statistic, marks: Marks) -> Finding:
    """How many marks there are of one series where it was selected; under a condition which they are."""
    known = np.isfinite(marks.values)
    details: Details = {}
    points: list[tuple[float, float, str]] = []
    count = int(known.sum())
    if query.of.where:
        rows = np.flatnonzero(known)[:_MOST_LISTED]
        points = [(float(marks.places[row]), float(marks.values[row]), "") for row in rows]
        details["of"] = int(marks.values.size)
        method = _("the marks for which it holds")
    else:
        method = _("the marks there are")
    if marks.full is None:
        count = marks.series.n or count
        if not known.all():
            details["missing"] = int((~known).sum())
    return found(
        query,
        marks,
        None,
        value_cell=float(count),
        unit="",
        points=points,
        method=method,
        details=details,
    )


# --- how long --------------------------------------------------------------------------------------


def extent(reading: Reading, query: Extent) -> Finding:
    """How long the conditions hold: between the crossings of a curve; as many steps as marks of a grid."""

    def one(pair: tuple[Marks, Mask]) -> Finding:
        marks, mask = pair
        if marks.series.kind in GRIDS or marks.is_category:
            raise CannotAnswer(
                _("“{series}” does not run along an axis of numbers.").format(series=marks.label),
                _("Ask how many there are."),
                field="op",
            )
        return _of_curve(reading, query, marks) if marks.is_curve else _of_steps(query, marks, mask)

    return together(query, of_each(held(reading, query.of), one))


def _of_curve(reading: Reading, query: Extent, marks: Marks) -> Finding:
    whole = marks.full or marks
    whole = replace(whole, spans=marks.spans, gaps=marks.gaps, by=marks.by)
    edges = _edges(reading, query, whole)
    middle = (edges[:-1] + edges[1:]) / 2
    mask = whole.covers(middle) & np.isfinite(between_points(whole, middle))
    for where in query.of.where:
        mask &= holds_between(reading, where, whole, middle)
    length = float(np.diff(edges)[mask].sum())
    value, unit = _in_time(length, marks, query.unit)
    at_marks = bool(np.isin(edges[_ends(mask)], marks.places).all())
    return found(
        query,
        replace(marks, badge=marks.badge if at_marks else "estimated"),
        value,
        unit=unit,
        points=[(low, high, "") for low, high in _runs(edges, mask)] if not marks.is_date else [],
        method=_("between the places where it begins and ends, straight between the points"),
        details={"stretches": float(len(_runs(edges, mask)))},
    )


def _edges(reading: Reading, query: Extent, marks: Marks) -> Numbers:
    """Every place where a condition may begin or end: marks, ends of intervals, and sign changes."""
    known = np.unique(marks.places[marks.known()])
    if known.size < 2:
        raise no_numbers(marks)
    spans = [*(span for some in marks.spans for span in some), *marks.gaps]
    ends = [end for span in spans for end in (span.low, span.high) if known[0] < end < known[-1]]
    grid = np.unique(np.concatenate([known, ends]))
    found_ = [grid]
    for where in query.of.where:
        gap = difference(reading, where, marks, grid)
        left, right = gap[:-1], gap[1:]
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            crossing = left * right < 0
            share = left / (left - right)
        found_.append((grid[:-1] + share * np.diff(grid))[crossing])
    return np.unique(np.concatenate(found_))


def _ends(mask: Mask) -> Mask:
    """Which edges begin or end a stretch."""
    padded = np.concatenate([[False], mask, [False]])
    return np.asarray(padded[:-1] != padded[1:])


def _runs(edges: Numbers, mask: Mask) -> list[tuple[float, float]]:
    ends = edges[_ends(mask)]
    return [(float(low), float(high)) for low, high in zip(ends[::2], ends[1::2], strict=True)]


def _of_steps(query: Extent, marks: Marks, mask: Mask) -> Finding:
    """Marks that stand evenly apart: each stands for one step."""
    places = np.unique(marks.full.places if marks.full is not None else marks.places)
    steps = np.diff(places[np.isfinite(places)])
    if not steps.size or (np.abs(steps / np.median(steps) - 1) > _EVEN).any():
        raise CannotAnswer(
            _("The marks of “{series}” do not stand evenly apart.").format(series=marks.label),
            _("Ask how many there are."),
            field="op",
        )
    count, step = int(np.unique(marks.places[mask]).size), float(np.median(steps))
    calendar = _calendar_step(step) if marks.is_date else ""
    if calendar:
        names = {"month": _("months"), "quarter": _("quarters"), "year": _("years")}
        length, unit = float(count), names[calendar]
        if query.unit:
            length, unit, *_rest = converted(length, calendar, query.unit)
    else:
        length, unit = _in_time(count * step, marks, query.unit)
    return found(
        query,
        marks,
        length,
        unit=unit,
        method=_("{count} marks, one step apart").format(count=count),
        details={"count": count},
    )


def _calendar_step(step: float) -> str:
    return next((name for low, high, name in _CALENDAR if low <= step / DAY <= high), "")


def _in_time(length: float, marks: Marks, unit: str) -> tuple[float, str]:
    """A length of the axis in the unit asked for; over dates in days where none is, of hours in hours."""
    if marks.is_date:
        days = unit or ("day" if length >= 2 * DAY or length == 0 else "hour")
        number, *_rest = converted(length, "s", days)
        return number, unit or (_("days") if days == "day" else _("hours"))
    if not unit or unit == marks.place_unit:
        return length, marks.place_unit
    number, *_rest = converted(length, marks.place_unit, unit)
    return number, unit


# --- which -----------------------------------------------------------------------------------------


def which(reading: Reading, query: Which) -> Finding:
    """The series or places for which the conditions hold always, ever or never; or whether they do."""
    if not query.of.where:
        raise CannotAnswer(
            _("The question names no condition."),
            _("Say what has to hold: above 50, for instance."),
            field="of",
        )
    every = held(reading, query.of)
    if query.asks == "series":
        return _which_series(query, every)
    if query.asks == "whether":
        return _whether(query, every)
    return _which_places(query, every)


def _holds(query: Which, marks: Marks, mask: Mask) -> bool:
    return _are(query.holds, mask[np.isfinite(marks.values)].tolist())


def _are(holds: str, some: list[bool]) -> bool:
    """Whether all, any or none of these are true."""
    return {"always": all(some), "ever": any(some), "never": not any(some)}[holds]


def _which_series(query: Which, every: list[tuple[Marks, Mask]]) -> Finding:
    names = [marks.label for marks, mask in every if marks.known().any() and _holds(query, marks, mask)]
    return _listed(query, every, names, [])


def _whether(query: Which, every: list[tuple[Marks, Mask]]) -> Finding:
    """``yes`` or ``no``, with the marks that decide it: those that hold, or those that do not."""
    verdict = all(_holds(query, marks, mask) for marks, mask in every)
    if query.holds == "ever":
        verdict = any(_holds(query, marks, mask) for marks, mask in every)
    deciding = [
        (marks, np.isfinite(marks.values) & (~mask if query.holds == "always" else mask))
        for marks, mask in every
    ]
    points = [point for marks, mask in deciding for point in _points_of(marks, mask)]
    finding = _listed(query, every, [], points)
    count = float(sum(int(mask.sum()) for _marks, mask in deciding))
    return finding.model_copy(update={"value": "yes" if verdict else "no", "details": {"count": count}})


def _points_of(marks: Marks, mask: Mask) -> list[Point]:
    return [
        Point(
            at=shown(float(marks.places[row]), marks.place_axis),
            value=cell_of(float(marks.values[row]), marks.value_axis),
            label=marks.label[:500],
        )
        for row in np.flatnonzero(mask)[:MOST_POINTS]
    ]


def _which_places(query: Which, every: list[tuple[Marks, Mask]]) -> Finding:
    """The places, or those on the second axis of a grid: of several series, for all, any or none of them."""
    is_cross = query.asks == "cross"
    if is_cross and not all("y" in marks.others for marks, _mask in every):
        raise CannotAnswer(_("This is no grid."), _("Ask for places."), field="asks")
    holds = _by_place(every, is_cross=is_cross)
    chosen = sorted(place for place, some in holds.items() if _are(query.holds, some))
    first = every[0][0]
    axis = axis_of(first.panel, first.series, "y") if is_cross else first.place_axis
    names = [shown(place, axis) for place in chosen]
    values = [_value_at(every, place, query) for place in chosen]
    points = [Point(at=name, value=value) for name, value in zip(names, values, strict=True)]
    found = _listed(query, every, names, points)
    return found.model_copy(update={"at": names[0]}) if len(names) == 1 else found


def _by_place(every: list[tuple[Marks, Mask]], *, is_cross: bool) -> dict[float, list[bool]]:
    """At each place whether it holds, for each series that has a value there."""
    holds: dict[float, list[bool]] = {}
    for marks, mask in every:
        known = np.isfinite(marks.values)
        places = marks.others["y"] if is_cross else marks.places
        for place, one in zip(places[known].tolist(), mask[known].tolist(), strict=True):
            holds.setdefault(place, []).append(one)
    return holds


def _value_at(every: list[tuple[Marks, Mask]], place: float, query: Which) -> Cell:
    """The value at a place of the only series."""
    marks = every[0][0]
    rows = (
        np.flatnonzero(marks.places == place) if len(every) == 1 and query.asks == "places" else np.zeros(0)
    )
    return cell_of(float(marks.values[rows[0]]), marks.value_axis) if rows.size == 1 else None


def _listed(
    query: Which, every: list[tuple[Marks, Mask]], names: list[Cell] | list[str], points: list[Point]
) -> Finding:
    first = every[0][0]
    by = dict.fromkeys(by for marks, _mask in every for by in marks.by)
    return Finding(
        query=query,
        badge=weakest([marks.badge for marks, _mask in every]),
        series=first.label if len(every) == 1 else "",
        value=float(len(names)),
        unit=first.unit if points else "",
        at_unit=first.place_unit,
        points=tuple(points[:MOST_POINTS]),
        items=tuple(str(name)[:500] for name in names[:MOST_POINTS]),
        details={"count": float(len(names)), "of": float(len(every))},
        method="; ".join(by),
    )
