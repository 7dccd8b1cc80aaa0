"""Two numbers compared, the order of marks and of series, shares of a whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.counting import of_those
from rusoil_jupyter.figures.query.found import Measured, in_full, of_each, together
from rusoil_jupyter.figures.query.marks import Marks, weakest
from rusoil_jupyter.figures.query.ordering import Entry, entries_of, entry_of, of_marks, ordered, standing
from rusoil_jupyter.figures.query.places import place_of, shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.selecting import held, one_place, selected
from rusoil_jupyter.figures.query.values import extreme, one_statistic, statistic, value_at
from rusoil_jupyter.figures.reading import cell_of, number_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.figures.values.queries import Extreme, Statistic, ValueAt
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Cell
    from rusoil_jupyter.figures.values.queries import Comparison, Measure, Order, Selection, Share

_MOST_POINTS = 100


# --- two numbers -------------------------------------------------------------------------------------


def compare(reading: Reading, query: Comparison) -> Finding:
    """Difference, ratio and per cent of two numbers, all in the details; which is larger, that one first."""
    if query.first == query.second:
        raise CannotAnswer(
            _("It takes two things to compare."), _("Name two series, or two places of one."), field="second"
        )
    pairs = _sides(*(_measured(reading, one, query.unit) for one in (query.first, query.second)))
    for first, second in pairs:
        _refuse_claim(query, first, second)
    findings = [_compared(query, first, second) for first, second in pairs]
    merged = together(query, findings)
    return _with_places(reading, query, merged) if len(findings) == 1 else merged


def _refuse_claim(query: Comparison, first: Entry, second: Entry) -> None:
    """A fall is no rise.

    Raises:
        CannotAnswer: the question holds that it rose, or fell, and it has not.
    """
    change = first.value - second.value
    if not query.claim or (change > 0) == (query.claim == "rise") or change == 0:
        return
    text = (
        _("It did not rise: from {before} to {after}.")
        if query.claim == "rise"
        else _("It did not fall: from {before} to {after}.")
    )
    before, after = (f"{one.value:.6g} {one.unit}".strip() for one in (second, first))
    raise CannotAnswer(
        text.format(before=before, after=after),
        _("Ask for the difference."),
        field="claim",
    )


def _measured(reading: Reading, measure: Measure, unit: str) -> Finding:
    if unit and not measure.unit:
        measure = measure.model_copy(update={"unit": unit})
    match measure:
        case ValueAt():
            return value_at(reading, measure)
        case Extreme():
            return extreme(reading, measure)
        case Statistic():
            return statistic(reading, measure)


def _sides(first: Finding, second: Finding) -> list[tuple[Entry, Entry]]:
    """What is compared with what: one number with another, or those of the same series."""
    if first.value is not None and second.value is not None:
        return [(_side(first), _side(second))]
    if first.value is None and second.value is None:
        others = {point.label: point for point in second.points}
        both = [
            (_part(first, point), _part(second, others[point.label]))
            for point in first.points
            if point.label in others and isinstance(point.value, int | float)
        ]
        if both:
            return both
    raise CannotAnswer(
        _("These are no two numbers that can be compared."),
        _("Name two series, or two places."),
        field="first",
    )


def _side(finding: Finding) -> Entry:
    full = in_full(finding, None) if isinstance(finding, Measured) else number_of(finding.value, None)
    if not math.isfinite(full):
        raise CannotAnswer(
            _("These are no two numbers that can be compared."),
            _("Name two series, or two places."),
            field="first",
        )
    return Entry(
        full, finding.at, finding.series, finding.unit, finding.at_unit, finding.badge, finding.error
    )


def _part(finding: Finding, point: Point) -> Entry:
    value = number_of(point.value, None)
    return Entry(value, point.at, point.label, finding.unit, finding.at_unit, finding.badge, None)


def _is_change(query: Comparison, first: Entry, second: Entry) -> bool:
    """Whether it is one thing at two places, and not two things."""
    both = (query.first, query.second)
    if not all(isinstance(one, ValueAt) for one in both) or first.at == second.at is not None:
        return False
    return one_place(query.first.of) != one_place(query.second.of)


def _compared(query: Comparison, first: Entry, second: Entry) -> Finding:
    is_change = _is_change(query, first, second)
    if _is_choice(query) and (is_change or first.label != second.label):
        first, second = _chosen_first(query, first, second)
    number, numbers = _of_two(query, first, second)
    unit, warnings = _unit_of(query, first, second, numbers)
    series, items = _names(query, first, second, is_change=is_change)
    after, before = ("to", "from") if is_change else ("first", "second")
    sides = {after: first.value, before: second.value}
    errors = [error for error in (first.error, second.error) if error is not None]
    finding = Measured(
        query=query,
        badge=weakest([first.badge, second.badge]),
        series=series[:500],
        value=cell_of(number, None),
        unit=unit,
        at=None if is_change or first.at != second.at else first.at,
        at_unit=first.at_unit,
        items=tuple(name[:500] for name in items),
        details={
            **{name: cell_of(value, None) for name, value in (sides | numbers).items()},
            **({"from at": second.at, "to at": first.at} if is_change else {}),
        },
        error=sum(errors) if errors and number == numbers["difference"] else None,
        method=_method(query, change=is_change),
        warnings=tuple(warnings),
    )
    finding._full = number
    return finding


def _is_choice(query: Comparison) -> bool:
    """Whether it is asked which of both it is."""
    return query.asks in {"larger", "smaller"}


def _chosen_first(query: Comparison, first: Entry, second: Entry) -> tuple[Entry, Entry]:
    is_won = first.value >= second.value if query.asks == "larger" else first.value <= second.value
    return (first, second) if is_won else (second, first)


def _names(query: Comparison, first: Entry, second: Entry, *, is_change: bool) -> tuple[str, tuple[str, str]]:
    """What is compared, as the series and by its two sides."""
    series = first.label
    if first.label != second.label and (is_change or not _is_choice(query)):
        series = f"{first.label}, {second.label}"
    if not is_change:
        return series, (first.label, second.label)
    if _is_choice(query):
        return series, (str(first.at), str(second.at))
    return series, (second.label, first.label)


def _of_two(query: Comparison, first: Entry, second: Entry) -> tuple[float, dict[str, float]]:
    """The number that is asked for, and all three."""
    difference = first.value - second.value
    ratio = first.value / second.value if second.value else math.nan
    percent = 100 * difference / abs(second.value) if second.value else math.nan
    numbers = {"difference": difference, "ratio": ratio, "percent": percent}
    return numbers.get(query.asks, difference), numbers


def _unit_of(
    query: Comparison, first: Entry, second: Entry, numbers: dict[str, float]
) -> tuple[str, list[str]]:
    warnings = []
    unit = {"ratio": "", "percent": "%"}.get(query.asks, second.unit)
    if first.unit != second.unit:
        warnings.append(
            _("The two have different units: “{first}” and “{second}”.").format(
                first=first.unit, second=second.unit
            )
        )
        unit = ""
    if not math.isfinite(numbers["ratio"]):
        warnings.append(_("The one compared with is zero, so there is no ratio."))
    return unit, warnings


def _method(query: Comparison, *, change: bool) -> str:
    if change:
        return _("between the two places")
    if isinstance(query.first, ValueAt) and isinstance(query.second, ValueAt):
        return _("at the same place")
    names = {_name_of(query.first), _name_of(query.second)}
    told = {
        "mean": _("of their means"),
        "sum": _("of their sums"),
        "median": _("of their medians"),
        "std": _("of their standard deviations"),
        "maximum": _("of their largest values"),
        "minimum": _("of their smallest values"),
        "first": _("of their first values"),
        "last": _("of their last values"),
        "change": _("of their changes"),
        "spread": _("of their spreads"),
        "count": _("of their counts"),
    }
    return told.get(names.pop(), "") if len(names) == 1 else ""


def _name_of(measure: Measure) -> str:
    match measure:
        case Statistic(name=name) | Extreme(which=name):
            return name
        case _:
            return ""


def _with_places(reading: Reading, query: Comparison, finding: Finding) -> Finding:
    """Of two whole series also at how many common places the first lies above the second, and where."""
    if isinstance(query.first, ValueAt) or isinstance(query.second, ValueAt):
        return finding
    sides = [selected(reading, measure.of) for measure in (query.first, query.second)]
    if [len(side) for side in sides] != [1, 1] or sides[0][0].series.id == sides[1][0].series.id:
        return finding
    first, second = (side[0] for side in sides)
    if finding.items and finding.items[0] != first.label:
        first, second = second, first
    details, points = _common(first, second)
    return finding.model_copy(update={"details": finding.details | details, "points": points})


def _common(first: Marks, second: Marks) -> tuple[dict[str, Cell], tuple[Point, ...]]:
    a, b = first.known(), second.known()
    right = dict(zip(second.places[b].tolist(), second.values[b].tolist(), strict=True))
    pairs = [
        (place, value, right[place])
        for place, value in zip(first.places[a].tolist(), first.values[a].tolist(), strict=True)
        if place in right
    ]
    if not pairs:
        return {}, ()
    above = [(place, one - two) for place, one, two in pairs if one > two]
    points = tuple(
        Point(at=shown(place, first.place_axis), value=cell_of(gap, None), label=first.label)
        for place, gap in above[:_MOST_POINTS]
    )
    return {"places": float(len(pairs)), "above": float(len(above))}, points


# --- order -----------------------------------------------------------------------------------------


def order(reading: Reading, query: Order) -> Finding:
    """The marks in order of their values, or the series in order of a statistic; or where one stands."""
    smallest = query.first == "smallest"
    every = selected(reading, query.of)
    if query.by:
        by = Statistic(name=query.by, of=query.of)
        entries: list[Entry] = []
        for marks in every:
            entry = entry_of(one_statistic(by, marks), marks)
            entries.append(Entry(entry.value, None, marks.label, entry.unit, "", entry.badge, entry.error))
        entries = [entry for entry in entries if math.isfinite(entry.value)]
        finding = ordered(query, entries, every[0].value_axis, smallest=smallest, limit=query.limit)
    else:
        entries = [entry for marks in every for entry in entries_of(marks)]
        finding = of_marks(query, every, smallest=smallest, limit=query.limit)
    return standing(finding, entries, query.standing, smallest=smallest) if query.standing else finding


# --- shares ----------------------------------------------------------------------------------------


def share(reading: Reading, query: Share) -> Finding:
    """The part that a selection is of another, in per cent; of a whole in itself the part of each."""
    part, whole = _marks(reading, query, query.of), _marks(reading, query, query.whole)
    if query.by == "sum" and _are_same(part, whole):
        return _of_each_series(query, whole) if len(whole) > 1 else _of_each_mark(query, whole)
    own, total = sum(_amount(query, marks) for marks in part), _total(query, whole)
    place = one_place(query.of)
    first = part[0]
    return Finding(
        query=query,
        badge=weakest([marks.badge for marks in (*part, *whole)]),
        series=first.label if len(part) == 1 else "",
        value=cell_of(100 * own / total, None),
        unit="%",
        at=None if place is None else _where(place, first),
        at_unit=first.place_unit,
        details={"part": cell_of(own, None), "whole": cell_of(total, None)},
        method="; ".join(dict.fromkeys(filter(None, (_way(query, part, whole), *first.by)))),
        warnings=_of_negative(whole),
    )


def _total(query: Share, every: list[Marks]) -> float:
    """All of a whole.

    Raises:
        CannotAnswer: it is nothing.
    """
    total = sum(_amount(query, marks) for marks in every)
    if not total or not math.isfinite(total):
        raise CannotAnswer(
            _("The whole is zero, so there are no shares."), _("Ask for the values."), field="series"
        )
    return total


def _of_negative(every: list[Marks]) -> tuple[str, ...]:
    if any((marks.values < 0).any() for marks in every):
        return (_("Some values are negative, so shares mean little."),)
    return ()


def _marks(reading: Reading, query: Share, selection: Selection) -> list[Marks]:
    if query.by == "count":
        return of_those(held(reading, selection), selection)
    return selected(reading, selection)


def _are_same(part: list[Marks], whole: list[Marks]) -> bool:
    return len(part) == len(whole) and all(
        one.series.id == other.series.id
        and np.array_equal(one.places, other.places, equal_nan=True)
        and np.array_equal(one.values, other.values, equal_nan=True)
        for one, other in zip(part, whole, strict=True)
    )


def _amount(query: Share, marks: Marks) -> float:
    if query.by == "count":
        return float(np.isfinite(marks.values).sum())
    if marks.stats is not None and marks.stats.sum is not None:
        return marks.stats.sum
    return float(np.nansum(marks.values))


def _where(cell: Cell, marks: Marks) -> Cell:
    if marks.places.size == 1:
        return shown(float(marks.places[0]), marks.place_axis)
    return shown(place_of(cell, marks.place_axis).low, marks.place_axis)


def _way(query: Share, part: list[Marks], whole: list[Marks]) -> str:
    if query.by == "count":
        return _("by the number of marks")
    if len(whole) == 1:
        return _("of the sum of all marks")
    if part[0].series.stack and query.of.places == query.whole.places != ():
        return _("of all that is stacked there")
    return _("of the sum of all series")


def _of_each_series(query: Share, every: list[Marks]) -> Finding:
    whole = _total(query, every)

    def one(marks: Marks) -> Finding:
        own = _amount(query, marks)
        return Finding(
            query=query,
            badge=marks.badge,
            series=marks.label,
            value=cell_of(100 * own / whole, None),
            unit="%",
            details={"part": cell_of(own, None), "whole": cell_of(whole, None)},
            method=_("of the sum of all series"),
        )

    return together(query, of_each(every, one))


def _of_each_mark(query: Share, every: list[Marks]) -> Finding:
    whole = _total(query, every)
    points = [
        Point(
            at=shown(float(marks.places[row]), marks.place_axis),
            value=cell_of(100 * float(marks.values[row]) / whole, None),
            label=marks.label,
        )
        for marks in every
        for row in np.flatnonzero(np.isfinite(marks.values))[:_MOST_POINTS]
    ]
    return Finding(
        query=query,
        badge=weakest([marks.badge for marks in every]),
        series=every[0].label if len(every) == 1 else "",
        unit="%",
        at_unit=every[0].place_unit,
        points=tuple(points),
        details={"whole": cell_of(whole, None)},
        method=_("of the sum of all marks"),
    )
