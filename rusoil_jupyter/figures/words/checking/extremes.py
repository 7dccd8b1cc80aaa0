"""What is largest or smallest: its value, its place, its name."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction, Pair, is_word
from rusoil_jupyter.figures.words.checking.quantities import is_in, place_of
from rusoil_jupyter.figures.words.checking.repeating import period_of_marks
from rusoil_jupyter.figures.words.checking.values import is_of_all_series, percent_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, place, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.values.queries import Extreme, Statistic
    from rusoil_jupyter.figures.words.checking.asking import Answer
    from rusoil_jupyter.figures.words.checking.elements import Element

    Query = Extreme | Statistic

_COLUMNS = frozenset(("median", "q1", "q3", "low", "high", "iqr"))
_SAME = 1e-9


def extremes(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on each reading of a clause about a largest or smallest."""
    found = clause.all(p.Extremum)
    if len(found) != 1 or clause.has(p.Comparative, p.Moved, Factor):
        return
    claims: list[Figure | Fraction] = [*clause.numbers, *clause.all(Fraction)]
    for size in range(min(len(claims), 2) + 1):
        for numbers in combinations(claims, size):
            left = clause.without(*numbers, found[0])
            for where in _claimed_places(clause, found[0], left, is_said=bool(numbers)):
                yield from _judged(left.without(*where), found[0], numbers, where)


def _claimed_places(
    clause: Clause, extremum: p.Extremum, left: Clause, *, is_said: bool
) -> Iterator[tuple[Element, ...]]:
    """What may be claimed as places, with all that a verb claims; without a number one at least."""
    claimed = _claimed(clause, extremum, left)
    says = is_said or clause.says("states", "reaches")
    for where in _wheres(left.without(*_before(clause, extremum))):
        said = says or not any(_is_long(one, clause) for one in where)
        if (is_said or where) and said and claimed <= set(map(id, where)):
            yield where


def _wheres(left: Clause) -> list[tuple[Element, ...]]:
    """What may be claimed as places and names: none, one, two together."""
    places = _places(left)
    return [(), *((one,) for one in places), *combinations(places, 2)]


def _row(clause: Clause, extremum: p.Extremum) -> int:
    return next(row for row, one in enumerate(clause.elements) if one is extremum)


def _before(clause: Clause, extremum: p.Extremum) -> list[Element]:
    """Times and numbers in front, which only say where to look unless a verb claims them."""
    if clause.says("states", "reaches") or clause.elements[-1] is extremum:
        return []
    front = clause.elements[: _row(clause, extremum)]
    return [one for one in front if isinstance(one, p.Spots | p.Stretch | p.Outer | Figure | Pair)]


def _claimed(clause: Clause, extremum: p.Extremum, left: Clause) -> set[int]:
    """The places behind the verb: where the largest "was" is claimed."""
    row = _row(clause, extremum)
    verbs = [
        at
        for at, one in enumerate(clause.elements)
        if is_word(one, "reaches") or (is_word(one, "states") and at > row)
    ]
    behind = clause.elements[max(verbs[0], row) :] if verbs else ()
    places = set(map(id, _places(left)))
    front = min((months_of(one) for one in clause.elements[:row] if p.is_place(one)), default=math.inf)
    # "in June it hit 279, its lowest of the first half": the longer time says among which
    return {id(one) for one in behind if id(one) in places and months_of(one) <= front}


def months_of(place: Element) -> float:
    """How many months are meant by a place in time; of a day none, and a name may be that of a month."""
    if isinstance(place, p.Spots):
        dates = [item.when for item in place.items if item.when is not None]
        return max((len(when.months) * (not when.day) for when in dates), default=0)
    return math.inf if isinstance(place, p.Outer | p.Nth) else isinstance(place, p.Named)


def _places(clause: Clause) -> list[Element]:
    """What may be claimed as the place or the name of an extreme."""
    return [
        one
        for one in clause.elements
        if p.is_place(one)
        or isinstance(one, Figure | Pair)
        or (p.is_named(one, "series") and len(one.mentions) == 1)
    ]


def _is_long(place: Element, clause: Clause) -> bool:
    """Whether a place is many marks, as a year or a half: "its lowest level of the first half" does not
    claim it."""
    if isinstance(place, p.Spots):
        if period_of_marks(clause.ask.scene.lines[0]) == "year":
            return False
        return all(item.when is not None and len(item.when.months) > 1 for item in place.items)
    return isinstance(place, p.Nth) or (
        isinstance(place, p.Outer) and place != replace(place, count=1.0, period="mark")
    )


def _judged(
    rest: Clause, extremum: p.Extremum, numbers: tuple[Figure | Fraction, ...], where: tuple[Element, ...]
) -> Iterator[Verdict | None]:
    for query in _queries(rest, extremum, where):
        answer = rest.ask.answer(query)
        if answer is None or (not where and _is_single(rest, query)):
            continue
        verdicts = [_of_number(rest, number, answer) for number in numbers]
        verdicts += [_of_place(rest, query, answer, where)] if where else []
        if None not in verdicts:
            known = [one for one in verdicts if one is not None]
            yield next((one for one in reversed(known) if not one.holds), known[0])


def _queries(rest: Clause, extremum: p.Extremum, where: tuple[Element, ...]) -> Iterator[Query]:
    """The questions for the extreme without its place: of the marks, or of groups of them."""
    stats = rest.all(p.Stat)
    sums = not stats and is_of_all_series(rest)
    made = rest.ask.selection(_bare(rest).elements)
    if len(stats) == 1 and stats[0].name in _COLUMNS and made is not None:
        of = made[1].model_copy(update={"column": stats[0].name})
        yield q.Extreme(which=extremum.which, of=of, rank=extremum.rank)
        return
    if not stats and not sums:
        plain = rest.ask.query([extremum, *rest.elements]) or rest.ask.query(
            [extremum, *_bare(rest).elements]
        )
        if isinstance(plain, q.Extreme):
            yield plain.model_copy(update={"asks": "value", "within": ""})
        elif made is not None:
            yield q.Extreme(which=extremum.which, of=made[1], rank=extremum.rank)
    if made is not None and len(where) == 1:
        names = ["sum"] if sums else [one.name for one in stats] or ["sum", "mean"]
        for name, each in product(names[:2], _groups(rest, where[0])):
            yield q.Statistic(
                name=name,  # type: ignore[arg-type]
                of=made[1],
                each=each,  # type: ignore[arg-type]
                over=extremum.which,
                rank=extremum.rank,
                asks="value",
            )


def _groups(rest: Clause, where: Element) -> list[str]:
    """What the groups may be of which one is claimed."""
    lines = rest.ask.scene.lines
    if p.is_named(where, "series"):
        return ["series"]
    if any(line.cross_key for line in lines):
        return ["place", "cross"]
    return ["place"] if len(lines) > 1 else []


def _bare(rest: Clause) -> Clause:
    """What says which marks, without the words for what is looked for among them."""
    kinds = rest.kinds
    return rest.without(*rest.all(p.Stat), *kinds)


def _is_single(rest: Clause, query: Query) -> bool:
    """Whether an extreme would be one of a single mark, which nobody means."""
    return sum(int(marks.known().sum()) for marks in rest.ask.marks(query.of)) < 2


def _of_number(rest: Clause, number: Figure | Fraction, answer: Answer) -> Verdict | None:
    quantity = percent_of(number) if isinstance(number, Fraction) else number.quantity
    holds = is_in(quantity, answer.numbers, answer.unit, answer.label)
    true = told(answer.numbers[0], answer.unit, rest.language)
    if holds is None and quantity.is_percent:
        share = _share_of(rest, answer)
        holds = is_in(quantity, [share], "%")
        true = told(share, "%", rest.language)
    return None if holds is None else Verdict(holds, quantity.told(rest.language), true, rest.elements)


def _share_of(rest: Clause, answer: Answer) -> float:
    of: q.Selection = answer.query.of  # type: ignore[union-attr]
    whole = rest.ask.answer(q.Statistic(name="sum", of=of.model_copy(update={"places": (), "but": ()})))
    return 100 * answer.numbers[0] / whole.numbers[0] if whole is not None and whole.numbers[0] else math.nan


def _of_place(rest: Clause, query: Query, answer: Answer, where: tuple[Element, ...]) -> Verdict | None:
    """Whether the extreme is where it is said to be: the same number is found there alone."""
    if len(where) == 1 and isinstance(where[0], Figure) and answer.line.places.kind == "number":
        return _at_number(rest, query, answer, where[0])
    there = rest.ask.selection([*_bare(rest).elements, *where])
    if there is None:
        return None
    of = there[1].model_copy(update={"column": query.of.column})
    if isinstance(query, q.Extreme):
        own: Query = q.Extreme(which=query.which, of=of)
        if query.rank > 1 and sum(int(marks.known().sum()) for marks in rest.ask.marks(of)) != 1:
            return None
    else:
        own = q.Statistic(name=query.name, of=of)
    found = rest.ask.answer(own)
    if found is None or of == query.of:
        return None
    true = answer.numbers[0]
    holds = any(abs(one - true) <= _SAME * max(abs(true), 1e-12) for one in found.numbers)
    said = ", ".join(_said(one, rest) for one in where)
    return Verdict(holds, said, _told_place(answer, rest), (*rest.elements, *where))


def _at_number(rest: Clause, query: Query, answer: Answer, where: Figure) -> Verdict | None:
    """Whether an extreme is at a number on the axis."""
    if query.of.column or not isinstance(query, q.Extreme):
        return None
    finding, line = answer.finding, answer.line
    cells = [finding.at, *(one.at for one in finding.points if one.value == finding.value)]
    places = [float(cell) for cell in cells if isinstance(cell, int | float)]
    ends = [finding.details.get(name) for name in ("left", "right")]
    left, right = (float(end) if isinstance(end, int | float) else math.nan for end in ends)
    extent = line.extent[1] - line.extent[0] if line.extent is not None else 0.0
    quantity = place_of(where.item, where.hedge, extent)
    holds = is_in(quantity, places, unit_of(line.places), line.places.label)
    if holds is None:
        return None
    holds |= left <= quantity.value <= right
    return Verdict(holds, _said(where, rest), _told_place(answer, rest), (*rest.elements, where))


def _said(where: Element, rest: Clause) -> str:
    match where:
        case p.Named(mentions=mentions):
            return ", ".join(mention[0].label for mention in mentions)
        case Figure():
            return where.quantity.told(rest.language)
        case p.Spots(items=items):
            return ", ".join(item.text for item in items)
        case Pair(stretch=p.Stretch(start=start, end=end)) | p.Stretch(start=start, end=end):
            return "–".join(item.text for item in (start, end) if item is not None)
    return ""


def _told_place(answer: Answer, rest: Clause) -> str:
    """Where it is, with the number."""
    finding = answer.finding
    number = told(answer.numbers[0], answer.unit, rest.language)
    names = [*finding.items[:1]] or [place(finding.at, finding.at_unit, rest.language)] * (
        finding.at is not None
    )
    if len(rest.ask.scene.lines) > 1 and finding.series:
        names.append(finding.series)
    if (across := finding.details.get("y")) is not None:
        names.append(place(across, "", rest.language))
    return f"{number} ({', '.join(names)})" if names else number
