"""Places of a question on the axis of a series: numbers, parts of the calendar, categories, stretches of
them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.dates import weekday_of
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import Absent, AbsentError, NotUnderstoodError, OpenError
from rusoil_jupyter.figures.words.grammar.scene import calendar_of, days_of, unit_of
from rusoil_jupyter.figures.words.grammar.units import fits, is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.words.dates import Calendar
    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Line, Scene

MOST_KNOWN = 6
_HALF = 6  # months of a year
_NEAR = 0.02  # how far a span may be from so many years
_HALVES = re.compile(r"половин|\bhal(?:f|ves)\b(?![- ]year)(?!.*(?:year|год))")
DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.4,
    "quarter": 91.3,
    "half-year": 182.6,
    "year": 365.25,
}
_COUNTED = frozenset({"month", "year"})  # a number on the axis is one of these, not a moment
_STEPS = {
    ("month", "year"): 12,
    ("day", "week"): 7,
    ("hour", "day"): 24,
    ("minute", "hour"): 60,
    ("month", "quarter"): 3,
    ("month", "half-year"): 6,
    ("quarter", "year"): 4,
}


class Places:
    """The places of one series."""

    def __init__(self, scene: Scene, line: Line) -> None:
        self.scene = scene
        self.line = line
        self.axis = line.places

    def of(self, part: p.Named | p.Spots | p.Stretch | p.Outer | p.Nth) -> q.Places:
        """The places that a part names.

        Raises:
            AbsentError: the figure does not have them.
            NotUnderstoodError: they are none of this axis.
        """
        match part:
            case p.Outer():
                return self._outer(part)
            case p.Nth():
                return self._nth(part)
            case p.Stretch():
                return self._stretch(part)
            case p.Spots():
                return self._listed(part.items)
            case p.Named():
                return self.categories(part)

    def categories(self, named: p.Named) -> q.Listed:
        """Categories by their names."""
        names = [[one.label for one in mention if one.role == "category"] for mention in named.mentions]
        if not all(len(set(one)) == 1 for one in names):
            raise NotUnderstoodError(named.item.text)
        return q.Listed(places=tuple(dict.fromkeys(one[0] for one in names)))

    def _listed(self, items: Sequence[Item]) -> q.Places:
        items = _same_year(items)
        if len(items) == 1:
            return self._single(items[0])
        each = [_cells(self._single(item)) for item in items]
        if not all(each):
            raise NotUnderstoodError(*(item.text for item in items))
        return q.Listed(places=tuple(dict.fromkeys(chain.from_iterable(each))))

    def _single(self, item: Item) -> q.Places:
        named = [
            one.label for one in item.names if one.role == "category" and one.label in self.axis.categories
        ]
        if named:
            return q.Listed(places=(named[0],))
        when, numeric = item.when, self.axis.kind == "number"
        if when is not None and when.clock and self.line.time_of_places == "hour":
            return q.Listed(places=(self._hour(item, when),))
        if when is not None and not (numeric and when.is_year):
            return self._calendar(item, when)
        if not numeric:
            raise NotUnderstoodError(item.text)
        return q.Listed(places=(self._inside(item),))

    # --- numbers --------------------------------------------------------------------------------------------

    def number(self, item: Item, unit: str = "") -> float:
        """A number as a place on a numeric axis."""
        unit = item.unit or unit
        if item.number is None or (unit and not fits(unit, self.axis)):
            raise NotUnderstoodError(item.text)
        value = item.number.value
        if unit and not is_same(unit, self.axis):
            value = self._converted(value, unit, item)
        if item.number.many != 1.0:
            raise NotUnderstoodError(item.text)
        return value

    def _converted(self, value: float, unit: str, item: Item) -> float:
        """A place in the axis' own unit: "90 minutes" of an axis in hours; months are no number of days."""
        units = (unit, unit_of(self.axis) or self.line.time_of_places)
        if any(DAYS.get(period_named(one), 0) > DAYS["week"] for one in units):
            raise NotUnderstoodError(item.text)
        try:
            place = conversion.convert(value, unit, unit_of(self.axis))
        except InvalidRequest as error:
            raise NotUnderstoodError(item.text) from error
        return float(f"{place:.12g}")

    def _inside(self, item: Item) -> float:
        """A number as a place where there is something.

        Raises:
            AbsentError: it lies outside of all marks.
        """
        place = self.number(item)
        self._check_inside(place, item)
        return place

    def _check_inside(self, place: float, item: Item) -> None:
        extent = self.line.extent
        if extent is not None and not extent[0] <= place <= extent[1]:
            raise AbsentError(Absent("place", item.text, tuple(f"{end:g}" for end in extent)))

    def _hour(self, item: Item, when: Calendar) -> float:
        """A time of the day on an axis of its hours."""
        hour, minute = (int(piece) for piece in when.clock.split(":"))
        extent = self.line.extent
        if when.day or extent is None or extent[1] > DAYS["day"] / DAYS["hour"]:
            raise NotUnderstoodError(item.text)
        place = hour + minute / 60
        self._check_inside(place, item)
        return place

    # --- the calendar ---------------------------------------------------------------------------------

    def _calendar(self, item: Item, when: Calendar) -> q.Places:
        if when.clock and not when.day:
            raise NotUnderstoodError(item.text)
        if self.axis.kind == "category":
            return q.Listed(places=self._categories_in(item, when))
        if self.axis.kind == "date":
            return self._dated(item, when)
        if _is_half(item, when) and self.line.series.kind != "histogram":
            return q.Ends(end="first" if when.months[0] == 1 else "last", count=0.5)
        raise NotUnderstoodError(item.text)

    def _dated(self, item: Item, when: Calendar) -> q.Places:
        """A part of the calendar on an axis of dates: of one year, or of several that have it."""
        if not when.year and when.months[0] > when.months[-1]:
            return q.Months(months=when.months)
        years = self._years(item, when)
        if len(years) == 1:
            start, end = when.starts(years[0]), when.ends(years[0])
            return q.Listed(places=(start,)) if start == end else q.Interval(start=start, end=end)
        if when.day:
            raise NotUnderstoodError(item.text)
        if len(when.months) == _HALF:  # or is it half of all that is drawn?
            raise OpenError(item.text, tuple(years))
        return q.Months(months=when.months)

    def _years(self, item: Item, when: Calendar) -> list[int]:
        """The years that a part of the calendar can be of: its own, or those of the data that have it."""
        first, last = self.line.span
        if not first or (when.year and when.months[0] > when.months[-1]):
            raise NotUnderstoodError(item.text)  # a winter is of two years
        years = [when.year] if when.year else range(int(first[:4]), int(last[:4]) + 1)
        inside = [year for year in years if _is_within(when, year, first, last)]
        if not inside:
            raise AbsentError(Absent("period", item.text, (first, last)))
        return inside

    def years_of(self, item: Item) -> tuple[int, ...]:
        """The years that have a part of the calendar which was said without one; none for anything else."""
        when = item.when
        if when is None or when.year or self.axis.kind not in {"date", "category"}:
            return ()
        if self.axis.kind == "date":
            return tuple(self._years(item, when))
        known = [calendar_of(name) for name in self.axis.categories]
        return tuple(dict.fromkeys(one.year for one in known if one is not None and self._is_in(one, when)))

    def _categories_in(self, item: Item, when: Calendar) -> tuple[str, ...]:
        """The categories that lie in a part of the calendar."""
        known = [(name, calendar_of(name)) for name in self.axis.categories]
        dated = [(name, own) for name, own in known if own is not None]
        if len(dated) < 2:
            raise NotUnderstoodError(item.text)
        found = [(name, own) for name, own in dated if self._is_in(own, when)]
        whole = when.is_year or {month for _name, own in found for month in own.months} == set(when.months)
        if not found or when.day or not whole:
            raise AbsentError(Absent("period", item.text, (dated[0][0], dated[-1][0])))
        return tuple(name for name, _own in found)

    def _is_in(self, own: Calendar, when: Calendar) -> bool:
        years = {own.year} if own.year else self.scene.titled_years
        return (not when.year or when.year in years) and set(own.months) <= set(when.months)

    # --- stretches ------------------------------------------------------------------------------------

    def _stretch(self, part: p.Stretch) -> q.Interval:
        if part.joint == "depth" and not self.line.is_depth:
            raise NotUnderstoodError(*(item.text for item in part.ends))
        unit = next((item.unit for item in reversed(part.ends) if item.unit), "")
        ends = iter(_same_year(part.ends))
        start = self.end_of(next(ends), "start", unit) if part.start is not None else None
        end = self.end_of(next(ends), "end", unit) if part.end is not None else None
        return q.Interval(start=start, end=end, without=part.without)

    def end_of(self, item: Item, side: Literal["start", "end"], unit: str = "") -> Cell:
        """A place as the start or the end of a stretch."""
        if self.axis.kind == "number" and item.number is not None:
            return self.number(item, unit)
        found = self._single(item)
        if isinstance(found, q.Interval):
            return found.start if side == "start" else found.end
        cells = _cells(found)
        if len(cells) != 1 and not (cells and self.axis.kind == "category"):
            raise NotUnderstoodError(item.text)
        return cells[0 if side == "start" else -1]

    def behind(self, part: p.Outer) -> tuple[q.Ends | q.Interval, tuple[q.Ends, ...]]:
        """Those of them that come behind others, and these others where they must be left out."""
        place = self._outer(replace(part, count=part.skipped + part.count))
        skipped = self._outer(replace(part, count=part.skipped))
        if isinstance(skipped, q.Ends):
            return place, (skipped,)
        return place.model_copy(update={"start": skipped.end}), ()

    def _outer(self, part: p.Outer) -> q.Ends | q.Interval:
        if part.period == "mark" or self._is_step(part.period):
            return q.Ends(end=part.end, count=part.count, of="mark")
        if steps := _STEPS.get((period_of_categories(self.line), part.period)):
            return q.Ends(end=part.end, count=part.count * steps, of="mark")
        if self.axis.kind == "date":
            return q.Ends(end=part.end, count=part.count, of=part.period)  # type: ignore[arg-type]
        extent, length = self.line.extent, part.count * self._step(part.period)
        if not length or extent is None:
            raise NotUnderstoodError(part.period)
        if extent[0] == 1 and extent[1] == self.line.series.n:  # each mark is one, counted from 1
            return q.Ends(end=part.end, count=length, of="mark")
        return self._as_long(part, length, *extent)

    def _as_long(self, part: p.Outer, length: float, first: float, last: float) -> q.Interval:
        """So much of the axis, from its start or to its end."""
        counted = self.line.time_of_places in _COUNTED and not part.closed
        if part.end == "first":
            return q.Interval(start=first, end=first + length, without="end" if counted else "")
        return q.Interval(start=last - length, end=last, without="start" if counted else "")

    def _step(self, period: str) -> float:
        """How long a period, or a unit of the axis, is on it; 0 where it has none."""
        own = self.line.time_of_places
        if own == period or period in DAYS or self.axis.kind != "number" or not fits(period, self.axis):
            return 1.0 if own == period else _STEPS.get((own, period), 0.0)
        return 1.0 if is_same(period, self.axis) else conversion.convert(1.0, period, unit_of(self.axis))

    def _is_step(self, period: str) -> bool:
        """Whether the categories are one such period each."""
        return self.axis.kind == "category" and period_of_categories(self.line) == period

    def _nth(self, part: p.Nth) -> q.Interval | q.Listed:
        own = self.line.time_of_places
        if own and own == part.period:
            return q.Listed(places=(float(part.n),))
        step = self._step(part.period)
        if not step:
            raise NotUnderstoodError(part.period)
        return q.Interval(start=float(step * (part.n - 1)), end=float(step * part.n))

    # --- how much of the data they are ----------------------------------------------------------------

    def is_one(self, places: q.Places) -> bool:
        """Whether there is one mark at most in these places, as far as the description tells."""
        if isinstance(places, q.Ends):
            return places.count == 1 and (places.of == "mark" or period_matches(self.line, places.of))
        if not isinstance(places, q.Listed) or len(places.places) != 1:
            return False
        if self.axis.kind != "date":
            return True
        days = {4: DAYS["year"], 7: DAYS["month"]}.get(len(str(places.places[0])), 1.0)
        return self.line.spacing >= 0.9 * days or days == 1.0


def _is_within(when: Calendar, year: int, first: str, last: str) -> bool:
    """Whether some of a part of the calendar lies between two days."""
    end = when.ends(year)
    return end >= first[: len(end)] and when.starts(year)[:10] <= last


def period_named(unit: str) -> str:
    """The period that a unit of time is; empty for other units."""
    known = conversion.parse(unit)
    if known is None or known.dimension != conversion.TIME:
        return ""
    days = known.factor / 86400
    return min(DAYS, key=lambda period: abs(DAYS[period] - days))


def period_of_categories(line: Line) -> str:
    """The period that each category is; empty where they are none."""
    return period_of_names(line.places.categories)


def axis_of_calendar(line: Line) -> str:
    """The axis that parts of the calendar are on: of a grid it may be the second one."""
    across = [calendar_of(name) for name in line.crossed.categories]
    return str(line.cross_key) if across and None not in across else str(line.place_key)


def is_all(lines: Sequence[Line], count: float, period: str) -> bool:
    """Whether so many periods are all that is drawn, by the names of the places or of the series."""
    labels = [line.series.label for line in lines]
    each = (lines[0].places.categories, lines[0].crossed.categories, labels)
    return any(len(names) > 1 and len(names) == count * _steps_in(period, names) for names in each)


def _steps_in(period: str, names: Sequence[str]) -> int:
    """How many of some names make a period; 0 where they are no periods."""
    step = period_of_names(names)
    return 1 if step == period else _STEPS.get((step, period), 0)


def period_of_names(names: Sequence[str]) -> str:
    """The period that each of some names is; empty where they are none."""
    if 1 < len(names) <= 7 and all(weekday_of(name) for name in names):
        return "day"
    known = [calendar_of(name) for name in names]
    lengths = {len(one.months) if not one.day else 0 for one in known if one is not None}
    if None in known or len(lengths) != 1:
        return ""
    return {0: "day", 1: "month", 3: "quarter", 6: "half-year", 12: "year"}.get(lengths.pop(), "")


def is_step(line: Line, period: str) -> bool:
    """Whether each mark is one such period."""
    return (
        period_matches(line, period) or period_of_categories(line) == period or line.time_of_places == period
    )


def says_each(word: str) -> bool:
    """Whether it is a word for what is of one period each: "hourly"."""
    return lexicon.pattern("each", "grammar").fullmatch(word) is not None


def shows(line: Line, count: float, period: str) -> bool:
    """Whether a series shows so many of these periods, no more and no less."""
    length = count * DAYS.get(period, 0.0)
    return bool(length) and abs(_days_shown(line) / length - 1) < _NEAR


def periods_of(line: Line, period: str) -> int:
    """How many of these periods a dated axis has marks in; 0 where that is not known."""
    first, last = (days_of(end) for end in line.span)
    if first is None or last is None or period not in {"day", "month", "quarter", "half-year", "year"}:
        return 0
    if period == "day":
        return round(last - first) + 1
    months = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}[period]
    start, end = (int(one[:4]) * 12 + int(one[5:7]) - 1 for one in line.span)
    return end // months - start // months + 1


def _days_shown(line: Line) -> float:
    """Days from the first to the last mark and what the last one stands for; 0 where that is not known."""
    if line.places.kind == "category":
        return len(set(line.places.categories)) * DAYS.get(period_of_categories(line), 0.0)
    if line.places.kind == "date":
        first, last = (days_of(end) for end in line.span)
        return last - first + line.spacing if first is not None and last is not None else 0.0
    step, extent = line.time_of_places, line.extent
    if not step or extent is None:
        return 0.0
    return (extent[1] - extent[0] + (extent[0] == 1 or step == "hour")) * DAYS[step]


def period_matches(line: Line, period: str) -> bool:
    """Whether the marks of a dated axis stand one such period apart."""
    return bool(line.spacing) and abs(line.spacing / DAYS.get(period, 1e9) - 1) < 0.12


def is_coarser(line: Line, period: str) -> bool:
    """Whether several marks of a dated axis lie in such a period."""
    return bool(line.spacing) and DAYS.get(period, 0.0) > 1.5 * line.spacing


def _same_year(items: Sequence[Item]) -> list[Item]:
    """Of "July and August 2023" both are of 2023."""
    whens = [item.when for item in items if item.when is not None]
    years = {when.year for when in whens if when.year}
    if len(years) != 1 or len(whens) < len(items):
        return list(items)
    year = years.pop()
    return [
        replace(item, when=replace(when, year=when.year or year))
        for item, when in zip(items, whens, strict=True)
    ]


def _is_half(item: Item, when: Calendar) -> bool:
    """Whether it is half of what is drawn, not of a year."""
    return len(when.months) == _HALF and not when.year and _HALVES.search(item.text) is not None


def _cells(places: q.Places) -> tuple[Cell, ...]:
    return places.places if isinstance(places, q.Listed) else ()
