"""Comparisons: two series or two places, the order of marks and of series, shares of a whole."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.finding import Finding, Point
from rusoil_jupyter.figures.query.found import in_full, together
from rusoil_jupyter.figures.query.marks import (
    BOXES,
    GRIDS,
    Marks,
    marks_for,
    number_cell,
    shown_series,
    weakest,
)
from rusoil_jupyter.figures.query.places import mask_between, place_of, shown
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.values import one_extreme, one_summary, one_value
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.description import Cell
    from rusoil_jupyter.figures.finding import Badge, Op, Query
    from rusoil_jupyter.figures.reading import Reading

STATISTICS: dict[str, Op] = {
    "mean": "mean",
    "sum": "sum",
    "median": "median",
    "std": "std",
    "maximum": "maximum",
    "minimum": "minimum",
    "first": "first",
    "last": "last",
    "spread": "spread",
    "count": "count",
}
_MOST_POINTS = 100


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a number, where it is, and what it is called."""

    value: float
    at: Cell
    label: str
    unit: str
    at_unit: str
    badge: Badge
    error: float | None


def compare(reading: Reading, query: Query) -> Finding:
    """The first series minus the second, at a place or of their means; or the change between two places.

    Difference, ratio and per cent stand in the details; ``column`` chooses which of them is the value.
    ``level`` asks which of the two is higher (1) or lower (-1): that one comes first then.
    """
    if query.other:
        return _two_series(reading, query)
    if query.at is not None and query.until is not None:
        return _two_places(reading, query)
    every = marks_for(reading, query)
    if query.series or len(every) != 2:
        raise CannotAnswer(
            _("It takes two things to compare."), _("Name two series, or two places of one."), field="other"
        )
    pair = query.model_copy(update={"series": every[0].series.id, "other": every[1].series.id})
    return _two_series(reading, pair)


def _two_series(reading: Reading, query: Query) -> Finding:
    plain = query.model_copy(update={"other": "", "column": _own_column(query)})
    first = marks_for(reading, plain)[0]
    second = marks_for(reading, plain.model_copy(update={"series": query.other, "panel": ""}))[0]
    where: tuple[Point, ...] = ()
    details: dict[str, Cell] = {}
    if query.at is not None and query.until is None:
        sides = [_side(one_value(plain, marks), marks) for marks in (first, second)]
        method = _("at the same place")
    else:
        op = STATISTICS.get(query.column, "mean")
        asked = plain.model_copy(update={"op": op})
        sides = [_side(_statistic(asked, marks), marks) for marks in (first, second)]
        method = _OF_WHOLE[op]()
        details, where = _common(first, second)
    if _is_won_by_second(query, sides):
        sides.reverse()
        details, where = _common(second, first) if where or details else (details, where)
    return _compared(query, sides[1], sides[0], method, details, where, change=False)


def _is_won_by_second(query: Query, sides: list[Side]) -> bool:
    """Whether it is asked which of two is higher or lower, and it is the second."""
    if query.level is None:
        return False
    first, second = (side.value for side in sides)
    return second < first if query.level < 0 else second > first


_OF_WHOLE = {
    "mean": lambda: _("of their means"),
    "sum": lambda: _("of their sums"),
    "median": lambda: _("of their medians"),
    "std": lambda: _("of their standard deviations"),
    "maximum": lambda: _("of their largest values"),
    "minimum": lambda: _("of their smallest values"),
    "first": lambda: _("of their first values"),
    "last": lambda: _("of their last values"),
    "spread": lambda: _("of their spreads"),
    "count": lambda: _("of their counts"),
}


def _own_column(query: Query) -> str:
    taken = set(STATISTICS) | {"difference", "ratio", "percent"}
    return "" if query.column in taken else query.column


def _statistic(query: Query, marks: Marks) -> Finding:
    if query.op in {"maximum", "minimum"}:
        return one_extreme(query, marks, largest=query.op == "maximum")
    return one_summary(query, marks)


def _common(first: Marks, second: Marks) -> tuple[dict[str, Cell], tuple[Point, ...]]:
    """At how many common places the first lies above the second, and where."""
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


def _two_places(reading: Reading, query: Query) -> Finding:
    plain = query.model_copy(update={"column": _own_column(query), "until": None})
    every = marks_for(reading, plain)
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    sides: list[list[Side]] = [[], []]
    for marks in every:
        pair: list[Side] = []
        for row, place in enumerate((query.at, query.until)):
            try:
                pair.append(_side(one_value(plain.model_copy(update={"at": place}), marks), marks))
                sides[row].append(pair[-1])
            except CannotAnswer as error:
                problem = error
        if len(pair) == 2:
            findings.append(_of_places(query, pair))
    if findings:
        return together(query, findings)
    if len(sides[0]) == 1 and len(sides[1]) == 1:  # each category is a series of its own
        return _of_places(query, [sides[0][0], sides[1][0]])
    raise problem or CannotAnswer(_("There is nothing to compare."), _("Name two places."), field="at")


def _of_places(query: Query, pair: list[Side]) -> Finding:
    """The change from one place to the other; where it is asked which is higher, that one is the end."""
    if query.level is not None and not _is_won_by_second(query, pair):
        pair = [pair[1], pair[0]]
    finding = _compared(query, pair[0], pair[1], _("between the two places"), {}, (), change=True)
    if query.level is None:
        return finding
    return finding.model_copy(update={"items": tuple(str(side.at)[:500] for side in reversed(pair))})


def _side(finding: Finding, marks: Marks) -> Side:
    value = in_full(finding, marks.value_axis)
    return Side(value, finding.at, marks.label, finding.unit, finding.at_unit, finding.badge, finding.error)


def _compared(
    query: Query,
    start: Side,
    end: Side,
    method: str,
    details: dict[str, Cell],
    points: tuple[Point, ...],
    *,
    change: bool,
) -> Finding:
    difference = end.value - start.value
    ratio = end.value / start.value if start.value else math.nan
    percent = 100 * difference / abs(start.value) if start.value else math.nan
    numbers = {"difference": difference, "ratio": ratio, "percent": percent}
    asked = query.column if query.column in numbers else "difference"
    warnings = []
    unit = start.unit if asked == "difference" else "%" if asked == "percent" else ""
    if start.unit != end.unit:
        warnings.append(
            _("The two have different units: “{first}” and “{second}”.").format(
                first=end.unit, second=start.unit
            )
        )
        unit = ""
    if not math.isfinite(ratio):
        warnings.append(_("The one compared with is zero, so there is no ratio."))
    errors = [error for error in (start.error, end.error) if error is not None]
    before, after = ("from", "to") if change else ("second", "first")
    named = {
        after: cell_of(end.value, None),
        before: cell_of(start.value, None),
        **{name: cell_of(number, None) for name, number in numbers.items()},
    }
    if change:
        named |= {"from at": start.at, "to at": end.at}
    return Finding(
        query=query,
        badge=weakest([start.badge, end.badge]),
        series=(end.label if change and start.label == end.label else f"{end.label}, {start.label}")[:500],
        value=cell_of(numbers[asked], None),
        unit=unit,
        at=None if change else end.at if query.at is not None else None,
        at_unit=end.at_unit,
        points=points,
        items=(start.label, end.label) if change else (end.label, start.label),
        details=named | details,
        error=sum(errors) if errors and asked == "difference" else None,
        method=method,
        warnings=tuple(warnings),
    )


# --- order -----------------------------------------------------------------------------------------


def rank(reading: Reading, query: Query) -> Finding:
    """The marks in order of their values; whole series where ``column`` is a statistic of them.

    ``level`` chooses one: 2 the second largest, -2 the second smallest. ``degree`` above 1 says how many
    are listed.
    """
    boxes = any(series.kind in BOXES for _panel, series in shown_series(reading, query))
    own = query.column if boxes else _own_column(query)
    every = marks_for(reading, query.model_copy(update={"column": own}))
    if (query.column in STATISTICS and not boxes) or (
        query.at is not None and len(every) > 1 and query.until is None
    ):
        entries = _entries_of_series(query, every)
    else:
        entries = _entries_of_marks(query, every)
    if not entries:
        raise CannotAnswer(
            _("There is nothing to put in order."), _("Ask about another series."), field="series"
        )
    smallest_first = query.level is not None and query.level < 0
    entries.sort(key=lambda entry: entry.value if smallest_first else -entry.value)
    position = max(1, round(abs(query.level))) if query.level is not None else 1
    if position > len(entries):
        raise CannotAnswer(
            _("There are only {count} of them.").format(count=len(entries)),
            _("Ask for an earlier one."),
            field="level",
        )
    one = entries[position - 1]
    listed = entries[: query.degree] if query.degree > 1 and query.level is None else entries
    marks = every[0]
    return Finding(
        query=query,
        badge=weakest([entry.badge for entry in entries]),
        series=one.label,
        value=cell_of(one.value, marks.value_axis),
        unit=one.unit,
        at=one.at,
        at_unit=one.at_unit,
        points=tuple(
            Point(at=entry.at, value=cell_of(entry.value, marks.value_axis), label=entry.label)
            for entry in listed[:_MOST_POINTS]
        ),
        items=tuple(
            str(entry.at if entry.at is not None else entry.label)[:500] for entry in listed[:_MOST_POINTS]
        ),
        details={"position": float(position), "of": float(len(entries))},
        method=_("the smallest first") if smallest_first else _("the largest first"),
    )


def _entries_of_series(query: Query, every: list[Marks]) -> list[Side]:
    entries = []
    for marks in every:
        plain = query.model_copy(update={"level": None, "column": ""})
        try:
            if query.column in STATISTICS:
                finding = _statistic(plain.model_copy(update={"op": STATISTICS[query.column]}), marks)
            else:
                finding = one_value(plain, marks)
        except CannotAnswer:
            continue
        side = _side(finding, marks)
        if math.isfinite(side.value):
            entries.append(Side(side.value, None, side.label, side.unit, "", side.badge, side.error))
    return entries


def _entries_of_marks(query: Query, every: list[Marks]) -> list[Side]:
    entries: list[Side] = []
    for marks in every:
        if marks.series.kind in GRIDS:
            continue
        known = marks.known()
        start = place_of(query.at, marks.place_axis) if query.at is not None else None
        end = place_of(query.until, marks.place_axis) if query.until is not None else None
        if start is not None and end is None and start.is_period:
            end = start
        known &= mask_between(marks.places, start, end)
        rows = np.flatnonzero(known)
        if rows.size > _MOST_POINTS * 10:  # only the ends of the order can be asked for
            order = np.argsort(marks.values[rows], kind="stable")
            rows = rows[np.concatenate([order[: _MOST_POINTS * 2], order[-_MOST_POINTS * 2 :]])]
        for row in rows:
            entries.append(
                Side(
                    float(marks.values[row]),
                    shown(float(marks.places[row]), marks.place_axis),
                    marks.label,
                    marks.unit,
                    marks.place_unit,
                    marks.badge,
                    marks.error,
                )
            )
    return entries


# --- shares ----------------------------------------------------------------------------------------


def share(reading: Reading, query: Query) -> Finding:
    """The part of a slice, a bar or a series in the whole, in per cent; without a place the part of each."""
    asked = query.model_copy(update={"column": "", "series": ""})
    every = marks_for(reading, asked)
    mine = [marks for marks in every if marks.series.id == query.series] if query.series else every
    if query.series and not mine:
        every = mine = marks_for(reading, query.model_copy(update={"column": ""}))
    if query.series and len(every) > 1 and query.at is None:
        whole = sum(_total(marks) for marks in every if marks.panel.id == mine[0].panel.id)
        return _share(query, mine[0], _total(mine[0]), whole, _("of the sum of all series"))
    stacked = [
        marks for marks in every if mine[0].series.stack and marks.series.stack == mine[0].series.stack
    ]
    if query.at is not None:
        if len(stacked) > 1 and query.series:
            place = place_of(query.at, mine[0].place_axis)
            parts = [_at(marks, place.low, place.high) for marks in stacked]
            own = _at(mine[0], place.low, place.high)
            return _share(query, mine[0], own, sum(parts), _("of all that is stacked there"))
        return _share_of_place(query, mine if query.series else every)
    if len(every) > 1 and all(marks.values.size > 1 for marks in every):
        whole = sum(_total(marks) for marks in every)
        findings = [
            _share(query, marks, _total(marks), whole, _("of the sum of all series")) for marks in every
        ]
        return together(query, findings)
    return _shares_of_all(query, every)


def _share_of_place(query: Query, every: list[Marks]) -> Finding:
    whole, own = sum(_total(marks) for marks in every), 0.0
    holder: Marks | None = None
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            finding = one_value(query, marks)
        except CannotAnswer as error:
            problem = error
            continue
        own += number_cell(finding.value, marks.value_axis)
        holder = holder or marks
    if holder is None:
        raise problem or CannotAnswer(_("There is nothing there."), _("Name another place."), field="at")
    return _share(query, holder, own, whole, _("of the sum of all marks"))


def _shares_of_all(query: Query, every: list[Marks]) -> Finding:
    whole = sum(_total(marks) for marks in every)
    if not whole:
        raise CannotAnswer(
            _("The whole is zero, so there are no shares."), _("Ask for the values."), field="series"
        )
    entries = []
    for marks in every:
        for row in np.flatnonzero(np.isfinite(marks.values))[:_MOST_POINTS]:
            entries.append(
                Point(
                    at=shown(float(marks.places[row]), marks.place_axis),
                    value=cell_of(100 * float(marks.values[row]) / whole, None),
                    label=marks.label,
                )
            )
    return Finding(
        query=query,
        badge=weakest([marks.badge for marks in every]),
        series=every[0].label if len(every) == 1 else "",
        unit="%",
        at_unit=every[0].place_unit,
        points=tuple(entries),
        details={"whole": cell_of(whole, None)},
        method=_("of the sum of all marks"),
    )


def _share(query: Query, marks: Marks, own: float, whole: float, method: str) -> Finding:
    if not whole or not math.isfinite(whole):
        raise CannotAnswer(
            _("The whole is zero, so there are no shares."), _("Ask for the values."), field="series"
        )
    warnings = []
    if (marks.values < 0).any():
        warnings.append(_("Some values are negative, so shares mean little."))
    return Finding(
        query=query,
        badge=marks.badge,
        series=marks.label,
        value=cell_of(100 * own / whole, None),
        unit="%",
        at=None if query.at is None else shown(place_of(query.at, marks.place_axis).low, marks.place_axis),
        at_unit=marks.place_unit,
        details={"part": cell_of(own, None), "whole": cell_of(whole, None)},
        method=method,
        warnings=tuple(warnings),
    )


def _total(marks: Marks) -> float:
    if marks.stats is not None and marks.stats.sum is not None:
        return marks.stats.sum
    return float(np.nansum(marks.values))


def _at(marks: Marks, low: float, high: float) -> float:
    rows = (marks.places >= low) & ((marks.places < high) if high > low else (marks.places <= high))
    return float(np.nansum(marks.values[rows]))
