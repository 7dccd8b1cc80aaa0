"""Where a condition holds: on the own value, another column, or another series at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.query.curves import between_points, values_at
from rusoil_jupyter.figures.query.marks import Marks, label_of, marks_of
from rusoil_jupyter.figures.query.places import place_of, shown, span_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer, no_series
from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.values.queries import StatisticName, Where

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

SAME = 1e-5  # of a number: stored ones have six digits
RELATIONS: dict[str, Callable[[Numbers, Numbers], Mask]] = {
    "above": lambda left, right: left > right,
    "at_least": lambda left, right: left >= right,
    "below": lambda left, right: left < right,
    "at_most": lambda left, right: left <= right,
    "equal": lambda left, right: np.isclose(left, right, rtol=SAME, atol=0),
    "other_than": lambda left, right: ~np.isclose(left, right, rtol=SAME, atol=0),
}
STATISTICS: dict[StatisticName, Callable[[Numbers], object]] = {
    "mean": np.mean,
    "median": np.median,
    "sum": np.sum,
    "std": np.std,
    "count": np.size,
    "spread": np.ptp,
    "maximum": np.max,
    "minimum": np.min,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "change": lambda values: values[-1] - values[0],
}


def condition_mask(reading: Reading, where: Where, marks: Marks) -> tuple[Mask, str]:
    """For which marks a condition holds, and by what that is estimated (empty where it is known).

    Raises:
        CannotAnswer: the figure does not hold what the condition compares.
    """
    left, axis, by = _left(reading, where, marks, marks.places)
    right, by_right = _right(reading, where, marks, marks.places, left, axis)
    return _compared(where, left, right), by or by_right


def holds_between(reading: Reading, where: Where, marks: Marks, places: Numbers) -> Mask:
    """Whether a condition on a curve holds at places that need no mark.

    Raises:
        CannotAnswer: as :func:`condition_mask`.
    """
    left, axis, _by = _left(reading, where, marks, places)
    right, _by = _right(reading, where, marks, places, left, axis)
    return _compared(where, left, right)


def difference(reading: Reading, where: Where, marks: Marks, places: Numbers) -> Numbers:
    """Left side minus right side of a condition at places: it changes its sign where the condition begins.

    Raises:
        CannotAnswer: as :func:`condition_mask`.
    """
    left, axis, _by = _left(reading, where, marks, places)
    right, _by = _right(reading, where, marks, places, left, axis)
    return np.asarray(left - right)


def _compared(where: Where, left: Numbers, right: Numbers) -> Mask:
    known = np.isfinite(left) & np.isfinite(right)
    with np.errstate(invalid="ignore"):
        return np.asarray(known & RELATIONS[where.relation](left, right))


def _left(reading: Reading, where: Where, marks: Marks, places: Numbers) -> tuple[Numbers, Axis | None, str]:
    whole = marks.full or marks
    if where.series and where.series != marks.series.id:
        other = series_marks(reading, where.series, where.column)
        values, by = value_there(other, places)
        return values, other.value_axis, by
    if where.column == "change":
        return _changes(whole, places), marks.value_axis, ""
    columns = {where.column, marks.column}
    if marks.series.along in columns and columns == {"x", "y"}:  # of either the other is its place
        return places, marks.place_axis, ""
    if where.column and where.column != marks.column:
        column = marks_of(reading, marks.panel, marks.series, where.column)
        return value_there(column, places)[0], axis_of(marks.panel, marks.series, where.column), ""
    if places is marks.places:
        return marks.values, marks.value_axis, ""
    return value_there(whole, places)[0], marks.value_axis, ""


def _right(
    reading: Reading, where: Where, marks: Marks, places: Numbers, left: Numbers, axis: Axis | None
) -> tuple[Numbers, str]:
    if where.than:
        along = (
            marks.column == marks.series.along and places is marks.places
        )  # then the places are its values
        return value_there(series_marks(reading, where.than, ""), marks.values if along else places)
    if where.at is not None:
        return np.array(_own_at(marks.full or marks, where)), ""
    if where.statistic:
        known = marks.values[marks.known()] if where.series in {"", marks.series.id} else left
        known = known[np.isfinite(known)]
        if not known.size:
            raise no_numbers(marks)
        return np.asarray(STATISTICS[where.statistic](known), dtype=np.float64), ""
    if where.level is None:
        raise CannotAnswer(
            _("The question names no level."), _("Name the value to compare with."), field="level"
        )
    return np.array(level_in(where.level, where.unit, axis.unit if axis is not None else "")), ""


def series_marks(reading: Reading, identity: str, column: str) -> Marks:
    """The marks of a series by its id.

    Raises:
        CannotAnswer: there is none.
    """
    try:
        panel, series = reading.description.find(identity)
    except KeyError as error:
        raise no_series() from error
    return marks_of(reading, panel, series, column)


def value_there(marks: Marks, places: Numbers) -> tuple[Numbers, str]:
    """The values of a series at places, NaN where it has none, and by what they are found between marks."""
    known = marks.known()
    u, first = np.unique(marks.places[known], return_index=True)
    v = marks.values[known][first]
    if not u.size:
        return np.full(places.shape, np.nan), ""
    rows = np.clip(np.searchsorted(u, places), 0, u.size - 1)
    there = u[rows] == places
    if there.all() or not marks.is_curve:
        return np.asarray(np.where(there, v[rows], np.nan)), ""
    values = np.where(there, v[rows], between_points(marks, places))
    return values, _("between the points of “{series}”").format(series=marks.label)


def _changes(marks: Marks, places: Numbers) -> Numbers:
    """The difference of each mark to the one before; NaN at the first."""
    known = marks.known()
    order = np.argsort(marks.places[known], kind="stable")
    u, v = marks.places[known][order], marks.values[known][order]
    if u.size < 2:
        return np.full(places.shape, np.nan)
    steps = np.concatenate([[np.nan], np.diff(v)])
    rows = np.clip(np.searchsorted(u, places), 0, u.size - 1)
    return np.asarray(np.where(u[rows] == places, steps[rows], np.nan))


def _own_at(marks: Marks, where: Where) -> float:
    place = place_of(where.at, marks.place_axis)
    inside = span_of(place).holds(marks.places) & marks.known()
    if inside.any():
        return float(marks.values[inside].mean())
    values = values_at(marks, place.low) if marks.is_curve else np.zeros(0)
    if not values.size:
        raise CannotAnswer(
            _("“{series}” has nothing at {place}.").format(
                series=marks.label, place=shown(place.low, marks.place_axis)
            ),
            _("Name another place."),
            field="where",
        )
    return float(values[0])


def level_in(level: float, unit: str, axis_unit: str) -> float:
    """A level in the unit of an axis.

    Raises:
        CannotAnswer: the units do not measure the same.
    """
    if not unit or unit == axis_unit:
        return level
    try:
        return conversion.convert(level, unit, axis_unit)
    except InvalidRequest as error:
        raise CannotAnswer(error.message, error.next_step, field="unit") from error


def no_numbers(marks: Marks) -> CannotAnswer:
    """The refusal of a series without numbers at the places asked for."""
    return CannotAnswer(
        _("“{series}” has no numbers there.").format(series=marks.label),
        _("Ask about another series or place."),
        field="series",
    )


def nothing_holds(conditions: Sequence[Where], every: Sequence[Marks]) -> CannotAnswer:
    """Why nothing is left under conditions: how far the values reach, where a level was asked for."""
    names = ", ".join(f"“{label_of(marks.panel, marks.series)}”" for marks in every[:3])
    text = _("For no mark of {series} does this hold.").format(series=names)
    own = conditions[0] if len(conditions) == 1 else None
    values = np.concatenate([marks.values[marks.known()] for marks in every])
    if own is not None and own.level is not None and not (own.series or own.column) and values.size:
        axis = every[0].value_axis
        ends = {"high": cell_of(float(values.max()), axis), "low": cell_of(float(values.min()), axis)}
        level = cell_of(own.level, None)
        if own.relation in {"above", "at_least"}:
            text = _("Nothing is above {level}: the largest is {high}.").format(level=level, **ends)
        elif own.relation in {"below", "at_most"}:
            text = _("Nothing is below {level}: the smallest is {low}.").format(level=level, **ends)
        else:
            text = _("Nothing is {level}: the values are from {low} to {high}.").format(level=level, **ends)
    return CannotAnswer(text, _("Ask with another condition."), field="where")
