"""Which marks a question is about: places, exceptions and conditions mean the same for every operation."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.query.curves import marks_at
from rusoil_jupyter.figures.query.holding import condition_mask, no_numbers, nothing_holds
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, marks_for
from rusoil_jupyter.figures.query.places import DAY, Place, Span, between, place_of, shown, span_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import axis_of
from rusoil_jupyter.figures.values.queries import Ends, Interval, Listed, Months
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.values.queries import Places, Selection

    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

NEAR = 1e-5  # of a number: stored ones have six digits
MONTH = 30.4375 * DAY
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
SECONDS = {"hour": 3600.0, "day": DAY, "week": 7 * DAY}
_STEPS = ((27.5, 31.5, 1), (89.0, 93.0, 3), (180.0, 185.0, 6), (364.0, 367.0, 12))  # days, months


def selected(reading: Reading, selection: Selection, end: str = "") -> list[Marks]:
    """The marks of each series that a selection is about.

    A curve has a mark wherever it is asked: at a single place between its points, and at the ends of an
    interval that holds none; these are ``estimated`` and say by what.

    Args:
        reading: the figure.
        selection: what is asked about.
        end: as of :func:`marks_for`.

    Raises:
        CannotAnswer: nothing is selected; the sentence says why, with what there is.
    """
    every = held(reading, selection, end)
    if not selection.where:
        return [marks for marks, _mask in every]
    kept = [marks.where(mask) for marks, mask in every if mask.any()]
    if not kept:
        raise nothing_holds(selection.where, [marks for marks, _mask in every])
    return kept


def held(reading: Reading, selection: Selection, end: str = "") -> list[tuple[Marks, Mask]]:
    """The marks of each series at the places of a selection, and for which of them its conditions hold.

    Raises:
        CannotAnswer: there are no marks at these places, or nothing of what the conditions compare.
    """
    every: list[tuple[Marks, Mask]] = []
    problem: CannotAnswer | None = None
    for marks in marks_for(reading, selection, end):
        try:
            every.append(_held(reading, selection, _placed(selection, marks)))
        except CannotAnswer as error:
            problem = error
    if not every:
        raise problem or CannotAnswer(
            _("There are no numbers there."), _("Ask about another series or place."), field="series"
        )
    return every


def _held(reading: Reading, selection: Selection, marks: Marks) -> tuple[Marks, Mask]:
    mask = np.isfinite(marks.values)
    for where in selection.where:
        holds, by = condition_mask(reading, where, marks)
        mask &= holds
        if by:
            marks = replace(marks, badge="estimated", by=(*marks.by, by))
    return marks, mask


# --- places ----------------------------------------------------------------------------------------


def _placed(selection: Selection, marks: Marks) -> Marks:
    """The marks at the places of a selection.

    Raises:
        CannotAnswer: there are none, and it is no curve that could be asked between its points.
    """
    if marks.series.kind in GRIDS:
        return _cells(selection, marks)
    if selection.cross is not None:
        raise CannotAnswer(
            _("“{series}” is no grid: it has no second axis of places.").format(series=marks.label),
            _("Name places on its axis."),
            field="cross",
        )
    if not selection.places and not selection.but:
        return marks
    asked = tuple(tuple(_spans(places, marks)) for places in selection.places)
    gaps = tuple(span for places in selection.but for span in _spans(places, marks))
    whole = replace(marks, spans=asked, gaps=gaps)
    _check_all_there(selection, whole)
    chosen = replace(whole.where(whole.covers(marks.places)), full=marks)
    points = _points_between(selection, chosen, whole)
    if points.size:
        chosen = _joined(chosen, marks_at(whole, points))
    if not chosen.places.size:
        raise _none_at(whole)
    return chosen


def _check_all_there(selection: Selection, marks: Marks) -> None:
    """Of several places on an axis of numbers or dates none may be missing; a series may lack a category.

    Raises:
        CannotAnswer: there is no mark at one of them.
    """
    if marks.is_curve or marks.is_category:
        return
    for places, some in zip(selection.places, marks.spans, strict=True):
        for span in some if isinstance(places, Listed) and len(some) > 1 else ():
            if not span.holds(marks.places).any():
                raise _not_there(marks, span.low)


def _joined(chosen: Marks, more: Marks) -> Marks:
    if not chosen.places.size or not more.places.size:
        return chosen if chosen.places.size else more
    others = {
        name: np.concatenate([column, more.others[name]])
        for name, column in chosen.others.items()
        if name in more.others
    }
    return replace(
        more,
        places=np.concatenate([chosen.places, more.places]),
        values=np.concatenate([chosen.values, more.values]),
        others=others,
    )


def _points_between(selection: Selection, chosen: Marks, whole: Marks) -> Numbers:
    """Places where a curve is asked and has no mark."""
    if not whole.is_curve:
        return np.zeros(0)
    if any(isinstance(places, Listed) for places in selection.places):
        points = {span.low for span in whole.every_span if span.low == span.high}
        missing = np.array(sorted(points - set(chosen.places.tolist())))
        return missing[whole.covers(missing)]
    if chosen.places.size or not all(isinstance(places, Interval) for places in selection.places):
        return np.zeros(0)
    ends = [end for span in whole.every_span for end in (span.low, span.high)]
    return np.array(list(filter(math.isfinite, ends)))


def _spans(places: Places, marks: Marks) -> list[Span]:
    """Where on the axis these places are.

    Raises:
        CannotAnswer: they are none of this axis.
    """
    match places:
        case Interval():
            start, end = (
                None if cell is None else place_of(cell, marks.place_axis)
                for cell in (places.start, places.end)
            )
            return [between(start, end, places.without)]
        case Listed():
            return [span for cell in places.places for span in _at(cell, marks)]
        case Ends():
            return [_end_of(places, marks)]
        case Months():
            return _months(places.months, marks)


def _at(cell: Cell, marks: Marks) -> list[Span]:
    """Where a place is: the mark of that name, the bin or bar that holds it, the marks nearby, a period."""
    named = _named(cell, marks)
    if named:
        return named
    place = place_of(cell, marks.place_axis)
    if marks.series.kind == "histogram":
        return _bins(place, marks)
    if place.is_period and span_of(place).holds(marks.places).any():
        return [span_of(place)]
    return [_near(place.low, marks) or Span(place.low, place.low)]


def _named(cell: Cell, marks: Marks) -> list[Span]:
    """The marks that have this name besides their places."""
    if marks.is_category or not isinstance(cell, str) or not marks.names:
        return []
    wanted = cell.casefold().strip()
    rows = [row for row, name in enumerate(marks.names) if name.casefold().strip() == wanted]
    return [Span(float(marks.places[row]), float(marks.places[row])) for row in rows[:1]]


def _bins(place: Place, marks: Marks) -> list[Span]:
    left, right = marks.others.get("left"), marks.others.get("right")
    if left is None or right is None:
        return [span_of(place)]
    low, high = np.minimum(left, right), np.maximum(left, right)
    if place.is_period:
        inside = (low < place.high) & (high > place.low)
    else:
        inside = (low <= place.low) & ((place.low < high) | ((place.low == high) & (high == np.nanmax(high))))
    centres = marks.places[inside & np.isfinite(marks.values)]
    found = centres if place.is_period else centres[:1]
    return [Span(float(at), float(at)) for at in found] or [Span(place.low, place.low)]


def _near(at: float, marks: Marks) -> Span | None:
    """The mark that is meant by a place: as near as rounding or the width of a bar lets it be."""
    known = marks.places[marks.known()]
    if not known.size:
        return None
    distance = np.abs(known - at)
    closest = float(known[distance.argmin()])
    if distance.min() <= _slack(at, marks, known):
        return Span(closest, closest)
    if marks.series.kind == "bar" and "width" in marks.others:
        half = np.abs(marks.others["width"][marks.known()]) / 2
        hits = known[distance <= half]
        return Span(float(hits[0]), float(hits[0])) if hits.size else None
    return None


def _slack(at: float, marks: Marks, known: Numbers) -> float:
    if marks.is_category:
        return 0.0
    near = 1.0 if marks.is_date else NEAR * max(abs(at), 1e-12)
    return min(near, 1e-9 * max(abs(at), float(np.ptp(known)), 1e-300)) if marks.is_curve else near


def _end_of(ends: Ends, marks: Marks) -> Span:
    known = np.unique(marks.places[marks.known()])
    if not known.size:
        raise no_numbers(marks)
    if ends.of != "mark":
        return _end_of_time(ends, marks, known)
    if ends.count < 1:
        middle = float(known[0] + ends.count * np.ptp(known))
        far = float(known[-1] - ends.count * np.ptp(known))
        return Span(high=middle) if ends.end == "first" else Span(low=far)
    count = min(round(ends.count), known.size)
    return Span(high=float(known[count - 1])) if ends.end == "first" else Span(low=float(known[-count]))


def _end_of_time(ends: Ends, marks: Marks, known: Numbers) -> Span:
    """The first or last months of a dated axis, or of one whose unit is a time."""
    first, last = float(known[0]), float(known[-1])
    if not marks.is_date:
        length = ends.count * _length(ends.of, marks)
        if ends.end == "first":
            return Span(high=first + length, with_high=False)
        return Span(low=last - length, with_low=False)
    if ends.end == "first":
        return Span(high=_later(first, ends.count, ends.of), with_high=False)
    return Span(low=_later(_next(known), -ends.count, ends.of))


def _length(period: str, marks: Marks) -> float:
    """A period in the unit of the places.

    Raises:
        CannotAnswer: the unit is no time, or one of another calendar: a month has no number of days.
    """
    unit = conversion.parse(marks.place_unit)
    if unit is None or unit.dimension != conversion.TIME or marks.is_category:
        raise CannotAnswer(
            _("“{series}” does not run along time.").format(series=marks.label),
            _("Name the places on its axis."),
            field="places",
        )
    months = unit.factor / MONTH
    if period in MONTHS and months < 0.9:
        raise CannotAnswer(
            _("The axis counts in {unit}, and months differ in length.").format(unit=marks.place_unit),
            _("Name the places on its axis."),
            field="places",
        )
    return MONTHS[period] / months if period in MONTHS else SECONDS[period] / unit.factor


def _next(known: Numbers) -> float:
    """Where the mark behind the last one would be."""
    step = float(np.median(np.diff(known))) if known.size > 1 else 0.0
    months = next((count for low, high, count in _STEPS if low <= step / DAY <= high), 0)
    last = float(known[-1])
    return _later(last, months, "month") if months else last + step


def _later(seconds: float, count: float, period: str) -> float:
    if period in SECONDS:
        return seconds + count * SECONDS[period]
    moment = datetime.fromtimestamp(seconds, UTC)
    months = round(count * MONTHS[period]) + moment.year * 12 + moment.month - 1
    year, month = divmod(months, 12)
    year = min(max(year, MINYEAR), MAXYEAR)  # beyond the calendar is beyond the data
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day).timestamp()


def _months(months: tuple[int, ...], marks: Marks) -> list[Span]:
    if not marks.is_date:
        raise CannotAnswer(
            _("“{series}” has no dates.").format(series=marks.label),
            _("Name the places on its axis."),
            field="places",
        )
    known = marks.places[np.isfinite(marks.places)]
    if not known.size:
        raise no_numbers(marks)
    years = [datetime.fromtimestamp(float(end), UTC).year for end in (known.min(), known.max())]
    every = [f"{year:04d}-{month:02d}" for year in range(years[0], years[1] + 1) for month in months]
    return [span_of(place_of(name, marks.place_axis)) for name in every]


# --- grids -----------------------------------------------------------------------------------------


def _cells(selection: Selection, marks: Marks) -> Marks:
    """The cells of a grid in the columns and rows that are asked for: the nearest to a number."""
    mask = np.ones(marks.values.size, dtype=bool)
    for places in selection.places:
        mask &= _grid_mask(places, marks)
    for places in selection.but:
        mask &= ~_grid_mask(places, marks)
    if selection.cross is not None:
        mask &= _row_mask(selection.cross, marks)
    if mask.all():
        return marks
    chosen = marks.where(mask)
    if not np.isfinite(chosen.values).any():
        raise CannotAnswer(
            _("“{series}” has no cell there.").format(series=marks.label),
            _("Name x and y within the axes."),
            field="at",
        )
    return chosen


def _grid_mask(places: Places, marks: Marks) -> Mask:
    if not isinstance(places, Listed):
        return np.asarray(np.logical_or.reduce([span.holds(marks.places) for span in _spans(places, marks)]))
    masks = []
    for cell in places.places:
        try:
            masks.append(_column_mask(cell, marks))
        except CannotAnswer:
            if "y" not in marks.others:
                raise
            masks.append(_row_mask(cell, marks))
    return np.asarray(np.logical_or.reduce(masks))


def _column_mask(cell: Cell, marks: Marks) -> Mask:
    return np.asarray(marks.places == _nearest(marks.places, place_of(cell, marks.place_axis), marks))


def _row_mask(cell: Cell, marks: Marks) -> Mask:
    if "y" not in marks.others:
        return np.ones(marks.values.size, dtype=bool)
    place = place_of(cell, axis_of(marks.panel, marks.series, "y"))
    return np.asarray(marks.others["y"] == _nearest(marks.others["y"], place, marks))


def _nearest(column: Numbers, place: Place, marks: Marks) -> float:
    centres = np.unique(column[np.isfinite(column)])
    if not centres.size:
        raise no_numbers(marks)
    if place.is_period:
        inside = centres[(centres >= place.low) & (centres < place.high)]
        if inside.size:
            return float(inside[0])
    step = float(np.diff(centres).max()) if centres.size > 1 else 1.0
    if not centres[0] - step / 2 - 1e-9 <= place.low <= centres[-1] + step / 2 + 1e-9:
        raise outside(marks, float(centres[0]), float(centres[-1]), place.low)
    return float(centres[np.abs(centres - place.low).argmin()])


# --- refusals --------------------------------------------------------------------------------------


def _none_at(marks: Marks) -> CannotAnswer:
    """Why there is no mark at the places asked for."""
    known, spans = marks.places[marks.known()], marks.every_span
    if not known.size:
        return no_numbers(marks)
    if not spans:
        return _all_excepted(marks)
    low, high = float(known.min()), float(known.max())
    start, end = min(span.low for span in spans), max(span.high for span in spans)
    if end < low or start > high:
        return outside(marks, low, high, end if end < low else start)
    if marks.is_curve and start == end:
        return CannotAnswer(
            _("“{series}” has a gap at {place}.").format(
                series=marks.label, place=shown(start, marks.place_axis)
            ),
            _("Ask about a place where the curve is drawn."),
            field="at",
        )
    if marks.gaps:
        return _all_excepted(marks)
    return _not_there(marks, next(filter(math.isfinite, (start, end)), low))


def _all_excepted(marks: Marks) -> CannotAnswer:
    return CannotAnswer(
        _("Nothing of “{series}” is left with these exceptions.").format(series=marks.label),
        _("Ask about other places."),
        field="but",
    )


def outside(marks: Marks, low: float, high: float, at: float) -> CannotAnswer:
    """The refusal of a place beyond what is drawn."""
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


def one_place(selection: Selection) -> Cell:
    """The only place that a selection names; ``None`` where it names none, or more."""
    match selection.places:
        case (Listed(places=(cell,)),):
            return cell
        case _:
            return None
