"""Where something goes: up, down, steadily, by how much, from what to what."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction, Pair, Word, is_word
from rusoil_jupyter.figures.words.checking.pairs import apart_of
from rusoil_jupyter.figures.words.checking.quantities import Quantity, amounts_of, is_in
from rusoil_jupyter.figures.words.checking.values import percent_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.marks import Marks
    from rusoil_jupyter.figures.words.checking.asking import Answer
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Line

    Numbers = NDArray[np.float64]

_WAYS = ("up", "down")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STEP = 0.01  # of the range: a step back that is one
_FLAT = 0.15
_ENDS = 2
Claim = Figure | Factor | Fraction | Pair | p.Stretch


@dataclass(frozen=True)
class _Course:
    values: Numbers
    places: Numbers
    line: Line
    way: int  # 1 upwards, -1 downwards

    @property
    def unit(self) -> str:
        return unit_of(self.line.values)

    @property
    def net(self) -> float:
        return float(self.values[-1] - self.values[0])


def courses(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on each reading of a clause about a rise or fall."""
    ways = {one.idea for one in clause.all(Word)} & set(_WAYS)
    if clause.has(p.Extremum, p.Comparative) or clause.says("meet") or (clause.says("differ") and not ways):
        return
    clause = _along(clause)
    ways = {one.idea for one in clause.all(Word)} & set(_WAYS)
    yield from _risen(clause, ways)
    if not ways and clause.says("flat"):
        yield from _flat(clause.without("flat"))
    elif len(ways) == 1 or (not ways and clause.has(Factor)):
        way = -1 if "down" in ways else 1
        yield from _moved(clause.without(*_WAYS, "points"), way, points=clause.says("points"))


def _moved(rest: Clause, way: int, *, points: bool) -> Iterator[Verdict | None]:
    """By how much, from what to what, or only which way."""
    claims: list[Claim] = [*rest.all(Figure), *rest.all(Factor), *rest.all(Fraction), *rest.all(Pair)]
    claims += [one for one in rest.all(p.Stretch) if _is_end(one)]
    yield from _between(rest, way)
    for claim in claims:
        for more in [None, *rest.all(Pair)]:
            if more is not claim:
                yield from _by(
                    rest.without(claim, more), claim, more, way, points=points, by=_is_by(rest, claim)
                )
    if all(isinstance(one, Figure | Pair) for one in claims):
        yield from _directed(rest, way)


def _between(rest: Clause, way: int) -> Iterator[Verdict | None]:
    """ "From 8 at one place to 23 at another": two values, each at its place."""
    line = next(iter({line.places.label: line for line in rest.ask.scene.lines}.values()))
    values = [one for one in rest.elements if _is_value(one, line)]
    spots = [one for one in rest.elements if _is_spot(one, line)]
    is_from = bool(rest.signs("from")) or not _is_until(rest)
    if len(values) == len(spots) == 2 and is_from:
        common = rest.without(*values, *spots, *rest.signs("from", "to"), "monotone", "every").elements
        ends = [one for spot in spots if (one := rest.ask.number([*common, spot])) is not None]
        yield _joined(rest, [_quantity_of(one) for one in values], ends, way) if len(ends) == 2 else None


def _joined(rest: Clause, claimed: list[Quantity], ends: list[Answer], way: int) -> Verdict | None:
    """Whether numbers are those of both ends, and the second lies that way."""
    pairs = zip(claimed, ends, strict=True)
    holds = [is_in(said, one.numbers, one.unit, one.label) for said, one in pairs]
    if None in holds:
        return None
    said = " → ".join(one.told(rest.language) for one in claimed)
    true = " → ".join(told(one.numbers[0], one.unit, rest.language) for one in ends)
    return Verdict(all(holds) and way * (ends[1].numbers[0] - ends[0].numbers[0]) > 0, said, true)


def _is_value(one: Element, line: Line) -> bool:
    """Whether it says how large something is: "8", "to 23"."""
    return _is_end(one) or (isinstance(one, Figure) and not _is_at(one, line))


def _is_spot(one: Element, line: Line) -> bool:
    """Whether it says where."""
    return _is_at(one, line) if isinstance(one, Figure) else p.is_place(one) and not _is_end(one)


def _quantity_of(one: Element) -> Quantity:
    """A number, or the end of "to 23", as a claim."""
    return one.quantity if isinstance(one, Figure) else Figure(one.end).quantity  # type: ignore[arg-type,union-attr]


def _is_at(figure: Figure, line: Line) -> bool:
    unit = figure.item.unit
    return bool(unit) and fits(unit, line.places) and not fits(unit, line.values)


def _is_level(one: Element, line: Line) -> bool:
    """Whether "to 50" is no place."""
    end = one.end if isinstance(one, p.Stretch) and one.start is None else None
    return end is not None and end.number is not None and not fits(end.unit, line.places)


def _is_end(one: Element) -> bool:
    return (
        isinstance(one, p.Stretch)
        and one.start is None
        and one.end is not None
        and one.end.number is not None
    )


def _along(clause: Clause) -> Clause:
    """ "As porosity grows" is the axis: what falls along it falls."""
    row = next((row for row, one in enumerate(clause.elements) if _is_along(one)), None)
    behind = list(clause.elements[row + 1 :]) if row is not None else []
    places = clause.ask.scene.place_labels
    named = next((one for one in behind[:2] if isinstance(one, p.Named) and one.labels & places), None)
    if named is None:
        return clause
    at = behind.index(named)
    own = next((one for one in behind[at + 1 : at + 2] if is_word(one, *_WAYS)), None)
    kept = clause.without(*clause.elements[row : row + 1], named, own)  # type: ignore[operator]
    if is_word(own, "down") or clause.says("along_down"):
        return kept.of([_flipped(one) for one in kept.elements])
    return kept


def _flipped(one: Element) -> Element:
    flip = {"up": "down", "down": "up"}
    return Word(flip[one.idea]) if is_word(one, *flip) else one


def _is_along(one: Element) -> bool:
    if isinstance(one, p.Sign):
        return one.item.text in {"с", "with"}
    return is_word(one, "along", "along_down")


def _course(rest: Clause, way: int) -> _Course | None:
    """The values whose course it is, of one series."""
    if rest.says("differ", "lag"):
        return _of_gap(rest, way)
    kinds = [*rest.kinds, *rest.stats("sum")]
    signs = rest.signs("from", "to", "by", "and")
    rest = _of_values(rest.without(*kinds, *signs))
    made = rest.ask.selection(rest.elements)
    if made is None or len(made[0].lines) != 1:
        return _across(rest, way)
    found = rest.ask.course(made[1])
    if found is None or found[1].size < 2:
        return None
    return _Course(found[1], found[0], made[0].line, way)


def _of_values(rest: Clause) -> Clause:
    """ "A correlation between depth and porosity" is one of porosity."""
    values = set(rest.ask.scene.value_labels)
    both = [one for one in rest.named("axis") if len(one.mentions) == _ENDS]
    own = [
        mention for one in both for mention in one.mentions if {called.label for called in mention} <= values
    ]
    if len(both) != 1 or len(own) != 1:
        return rest
    of_one = replace(both[0], mentions=(own[0],))
    kept = rest.without(*rest.signs("between")).elements
    return rest.of([of_one if one is both[0] else one for one in kept])


def _of_gap(rest: Clause, way: int) -> _Course | None:
    """How far two series are apart, in the order of the places."""
    axes = [one for one in rest.named("axis") if one.labels & set(rest.ask.scene.value_labels)]
    apart = apart_of(rest.without("differ", "lag", *axes))
    if apart is None:
        return None
    order = np.argsort(apart.places, kind="stable")
    return _Course(np.abs(apart.values[order]), apart.places[order], apart.line, way)


def _across(rest: Clause, way: int) -> _Course | None:
    """The values at one place in the order of series that are years: "A rose" from 2023 to 2024."""
    periods = [one for one in rest.all(p.Stretch) if all(item.when is not None for item in one.ends)]
    lines = _years_between(_years_of(rest), periods)
    made = rest.ask.selection(rest.without(*periods).elements) if len(lines) > 1 else None
    if made is None or rest.named("series") or not any(map(p.is_place, rest.elements)):
        return None
    each = [rest.ask.marks(made[1].model_copy(update={"series": (line.id,)})) for line in lines]
    numbers = [float(one[0].values[one[0].known()][0]) for one in each if _is_one(one)]
    if len(numbers) != len(lines):
        return None
    return _Course(np.array(numbers), np.arange(len(numbers), dtype=float), lines[0], way)


def _years_between(lines: list[Line], periods: Sequence[p.Stretch]) -> list[Line]:
    """Of series that are years those from one that is said to another; none where they are not there."""
    ends = [str(item.when.year) for one in periods for item in one.ends if item.when is not None]
    if not ends:
        return lines
    if len(ends) != _ENDS or not set(ends) <= {line.series.label for line in lines}:
        return []
    return [line for line in lines if ends[0] <= line.series.label <= ends[1]]


def _is_one(marks: list[Marks]) -> bool:
    return len(marks) == 1 and int(marks[0].known().sum()) == 1


def _years_of(rest: Clause) -> list[Line]:
    """Series that are years, in order; none where not all are."""
    lines = rest.ask.scene.lines
    if len(lines) < _ENDS or not all(_YEAR.fullmatch(line.series.label) for line in lines):
        return []
    return sorted(lines, key=lambda line: line.series.label)


def _risen(clause: Clause, ways: set[str]) -> Iterator[Verdict | None]:
    """For how many categories it rose, from the first of series that are years to the last."""
    counts = [one for one in clause.all(p.Kind) if one.count]
    lines = _years_of(clause)
    if len(ways) != 1 or len(counts) != 1 or len(lines) != _ENDS or clause.has(Figure, Factor, Fraction):
        return
    rest = clause.without(
        *_WAYS, *counts, *clause.kinds, "only", *clause.signs("by", "from", "to", "with_mark")
    )
    made = rest.ask.selection(rest.elements)
    if made is None or any(map(p.is_place, rest.elements)):
        return
    first, last = (rest.ask.marks(made[1].model_copy(update={"series": (line.id,)})) for line in lines)
    if len(first) == len(last) == 1 and first[0].values.shape == last[0].values.shape:
        true = int(((-1 if "down" in ways else 1) * (last[0].values - first[0].values) > 0).sum())
        yield Verdict(true == counts[0].count, str(counts[0].count), str(true))


def _is_until(rest: Clause) -> bool:
    """Whether "by" stands before a place."""
    return any(
        isinstance(one, p.Sign) and one.item.text in {"by", "к"} and p.is_place(behind)
        for one, behind in pairwise(rest.elements)
    )


def _is_by(rest: Clause, claim: Claim) -> bool:
    """Whether "by" stands before it: the change itself, not what it comes to."""
    row = next(row for row, one in enumerate(rest.elements) if one is claim)
    before = rest.elements[row - 1] if row else None
    return p.is_sign(before, "by")


def _by(
    rest: Clause, claim: Claim, more: Pair | None, way: int, *, points: bool, by: bool
) -> Iterator[Verdict | None]:
    course = _course(rest.without("monotone", "every", "throughout"), way)
    if course is None or any(_is_level(one, course.line) for one in rest.elements):
        return
    if course.values.size == _ENDS and _is_until(rest):
        yield _since_any(rest, claim, way, points=points)
        return
    ends = _ends(more, course, rest) if more is not None else Verdict(True)
    if ends is None or not ends.holds:
        yield ends
    elif isinstance(claim, Pair):
        yield _ends(claim, course, rest)
    elif isinstance(claim, p.Stretch):
        yield _compared(_quantity_of(claim), [float(course.values[-1])], course.unit, course, rest)
    else:
        for numbers, unit, quantity in _changes(claim, course, points=points):
            for amount in amounts_of(quantity, way):
                yield _compared(amount, numbers[:1] if by else numbers, unit, course, rest)


def _since_any(rest: Clause, claim: Claim, way: int, *, points: bool) -> Verdict | None:
    """ "By June it had lost 20": since when is not said, so since any mark before it."""
    places = [one for one in rest.elements if p.is_place(one)]
    whole = _course(rest.without("monotone", "every", "throughout", *places), way)
    last = _course(rest.without("monotone", "every", "throughout"), way)
    if whole is None or last is None or isinstance(claim, Pair | p.Stretch):
        return None
    row = int(np.searchsorted(whole.places, last.places[-1]))
    verdicts = [
        _compared(quantity, numbers[:1], unit, one, rest)
        for one in (replace(whole, values=whole.values[[first, row]]) for first in range(row))
        for numbers, unit, quantity in _changes(claim, one, points=points)
    ]
    known = [one for one in verdicts if one is not None]
    return next((one for one in known if one.holds), known[0] if known else None)


def _changes(
    claim: Figure | Factor | Fraction, course: _Course, *, points: bool
) -> Iterator[tuple[list[float], str, Quantity]]:
    """What a number may be of a change: the difference, per cent, the ratio, or the last value."""
    first, last = float(course.values[0]), float(course.values[-1])
    percent = 100 * course.way * course.net / abs(first) if first else math.nan
    difference = course.way * course.net
    if isinstance(claim, Factor):
        yield _ratios(course), "", claim.quantity
        return
    quantity = percent_of(claim) if isinstance(claim, Fraction) else claim.quantity
    if points and isinstance(claim, Figure):
        yield [difference], "", Quantity(quantity.value, quantity.low, quantity.high)
        return
    if quantity.is_percent:
        yield [percent], "%", quantity
    if isinstance(claim, Figure) and (not quantity.is_percent or course.unit == "%"):
        yield [difference, last], course.unit, quantity


def _ratios(course: _Course) -> list[float]:
    """How many times more; of a fall also how many times less."""
    first, last = float(course.values[0]), float(course.values[-1])
    if not first or not last:
        return [math.nan]
    return [last / first] if course.way > 0 else [first / last, last / first]


def _compared(
    quantity: Quantity, numbers: list[float], unit: str, course: _Course, rest: Clause
) -> Verdict | None:
    holds = is_in(quantity, numbers, unit, course.line.values.label)
    return None if holds is None else Verdict(holds, quantity.told(rest.language), _told(course, rest))


def _ends(pair: Pair, course: _Course, rest: Clause) -> Verdict | None:
    first, last = pair.quantities
    label = course.line.values.label
    ends = [
        is_in(one, [float(value)], course.unit, label)
        for one, value in ((first, course.values[0]), (last, course.values[-1]))
    ]
    if None in ends:
        return None
    said = f"{first.told(rest.language)} → {last.told(rest.language)}"
    holds = all(ends) and course.way * course.net > 0
    holds |= rest.says("whole_span") and _come_in_order(first, last, course)
    return Verdict(holds, said, _told(course, rest))


def _come_in_order(first: Quantity, last: Quantity, course: _Course) -> bool:
    """Whether one value comes before another one: "within two years" any two of them."""
    firsts, lasts = (
        [
            row
            for row, value in enumerate(course.values)
            if is_in(one, [float(value)], course.unit, course.line.values.label)
        ]
        for one in (first, last)
    )
    way = course.way * (last.value - first.value)
    return bool(firsts and lasts) and min(firsts) < max(lasts) and way > 0


def _told(course: _Course, rest: Clause) -> str:
    ends = (float(course.values[0]), float(course.values[-1]))
    return " → ".join(told(end, course.unit, rest.language) for end in ends)


def _directed(rest: Clause, way: int) -> Iterator[Verdict | None]:
    """A direction: of the whole, or of every step where that is said."""
    each = rest.says("monotone", "every", "throughout")
    rest = rest.without("monotone", "every", "throughout")
    periods = [one for one in rest.elements if each and _is_period(one)]
    course = _course(rest.without(*periods), way)
    if course is None:
        yield from _each_directed(rest.without(*periods), way, each=each)
        return
    if any(_is_beyond(one, course.line) for one in rest.all(Pair)):
        return
    if each:
        yield Verdict(_goes(course.values, way, each=True), "", _told_steps(course, rest))
        return
    holds = way * course.net > 0 or _leaning(course) * way > 0
    yield Verdict(holds, "", "" if holds else _told(course, rest))


def _each_directed(rest: Clause, way: int, *, each: bool) -> Iterator[Verdict | None]:
    """ "Both fall": each of several series, where that is said."""
    lines = rest.ask.scene.lines
    kinds = [one for one in rest.all(p.Kind) if one.count == len(lines) or one.all_of]
    together = rest.signs("together", "everything")
    if len(lines) < _ENDS or not (kinds or together) or rest.named("series"):
        return
    signs = rest.signs("from", "to", "by", "and")
    courses = _courses(rest.without(*rest.all(p.Kind), *together, *signs), lines)
    if len(courses) < len(lines):
        return
    holds = all(_goes(one, way, each=each) for one in courses)
    changes = (told(float(one[-1] - one[0]), "", rest.language) for one in courses)
    yield Verdict(holds, "", " … ".join(changes))


def _courses(rest: Clause, lines: Sequence[Line]) -> list[Numbers]:
    """The values of each of these series that has several."""
    made = rest.ask.selection(rest.elements)
    if made is None:
        return []
    every = [rest.ask.course(made[1].model_copy(update={"series": (line.id,)})) for line in lines]
    return [one[1] for one in every if one is not None and one[1].size >= _ENDS]


def _goes(values: Numbers, way: int, *, each: bool) -> bool:
    """Whether values go this way from end to end; with ``each`` at every step, but for what nobody sees."""
    steps = way * np.diff(values)
    least = -_STEP * float(np.ptp(values))
    return float(steps.sum()) > 0 and (not each or bool((steps > least).all()))


def _is_period(one: Element) -> bool:
    """Whether it is a word for steps: "every month"."""
    return isinstance(one, p.Kind) or (p.is_named(one, "axis") and bool(one.item.period))


def _is_beyond(pair: Pair, line: Line) -> bool:
    """Whether numbers without a unit reach beyond the axis: then they are no places."""
    unit = pair.quantities[0].unit
    if unit or line.extent is None:
        return bool(unit) and not fits(unit, line.places)
    ends = [item.number.value for item in pair.stretch.ends if item.number]
    slack = 0.05 * (line.extent[1] - line.extent[0])
    return min(ends) < line.extent[0] - slack or max(ends) > line.extent[1] + slack


def _leaning(course: _Course) -> float:
    """Positive where larger values stand at later places."""
    if course.values.size < 3 or not np.ptp(course.values):
        return 0.0
    ranks = np.argsort(np.argsort(course.values))
    return float(np.corrcoef(np.arange(course.values.size), ranks)[0, 1])


def _told_steps(course: _Course, rest: Clause) -> str:
    """The first step the other way."""
    steps = course.way * np.diff(course.values)
    row = int(np.argmin(steps))
    pair = (float(course.values[row]), float(course.values[row + 1]))
    return " → ".join(told(one, course.unit, rest.language) for one in pair)


def _flat(rest: Clause) -> Iterator[Verdict | None]:
    course = _course(rest.without("monotone", "every", "throughout", "stays"), 1)
    if course is None:
        return
    middle = float(np.abs(course.values).mean())
    yield Verdict(float(np.ptp(course.values)) <= _FLAT * middle, "", _told(course, rest))
