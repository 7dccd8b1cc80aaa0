"""A number that is claimed of what a question would ask for: a value, a statistic, a share."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.clause import SHARE, Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction, Pair
from rusoil_jupyter.figures.words.checking.quantities import Quantity, is_in
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, of_number
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.places import period_of_categories
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.words.checking.asking import Answer

_BOTH = re.compile(r"both|об\w{1,3}")
_OTHERS = (p.Extremum, p.Top, p.Comparative, p.Condition, p.Moved, Factor)


def values(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on each number that the rest of a clause may ask for."""
    if clause.has(*_OTHERS):
        return
    yield from _samples(clause)
    claims: list[Figure | Fraction] = [*clause.numbers]
    for claim in [*claims, *_of_whole(clause)]:
        quantity = percent_of(claim) if isinstance(claim, Fraction) else claim.quantity
        rest = clause.without(claim)
        for answer in asked(rest, quantity):
            yield of_number(quantity, answer, rest)
        yield from _of_change(quantity, rest)
    for pair in clause.all(Pair):
        if _is_of_values(pair, clause):
            first, last = pair.quantities
            between = replace(last, low=first.low)
            rest = clause.without(pair)
            for answer in asked(rest, between):
                yield of_number(between, answer, rest)


def _is_of_values(pair: Pair, clause: Clause) -> bool:
    """Whether "300–310 t" can be no places."""
    unit = pair.quantities[-1].unit
    line = clause.ask.scene.lines[0]
    return bool(unit) and fits(unit, line.values) and not fits(unit, line.places)


def _of_change(quantity: Quantity, rest: Clause) -> Iterator[Verdict | None]:
    """ "From 2024 to 2025 60 were added": what is told of a time may be what changed in it."""
    made = rest.ask.selection(rest.elements) if rest.has(p.Stretch) and not rest.has(p.Stat) else None
    course = rest.ask.course(made[1]) if made is not None else None
    if made is None or course is None:
        return
    axis = made[0].line.values
    if is_in(quantity, [abs(float(course[1][-1] - course[1][0]))], unit_of(axis), axis.label):
        yield Verdict(True)


def _samples(clause: Clause) -> Iterator[Verdict | None]:
    """So many samples, of a histogram."""
    if clause.ask.scene.lines[0].series.kind != "histogram":
        return
    for kind in [one for one in clause.all(p.Kind) if one.count]:
        rest = clause.without(kind, "only")
        rest = rest.without(*rest.all(p.Kind))
        for answer in asked(rest, _count(kind)):
            yield of_number(_count(kind), answer, rest)


def _count(kind: p.Kind) -> Quantity:
    return Quantity(kind.count, kind.count, kind.count)


def _of_whole(clause: Clause) -> list[Fraction]:
    """Fractions of a whole: behind "half of A" stands what it is half of."""
    return [
        one
        for one, behind in zip(clause.elements, [*clause.elements[1:], None], strict=False)
        if isinstance(one, Fraction) and not p.is_named(behind, "series", "category")
    ]


def percent_of(fraction: Fraction) -> Quantity:
    """A fraction in per cent."""
    own = fraction.quantity
    return Quantity(100 * own.value, 100 * own.low, 100 * own.high, "%")


def asked(rest: Clause, quantity: Quantity, *, adds_up: bool = True) -> Iterator[Answer]:
    """What the rest of a clause may ask for, where a number of this unit answers it.

    ``adds_up``: of several marks their sum or mean may be meant, though no word says so.
    """
    if rest.stats("mean"):
        rest = rest.without("monthly")
    if quantity.is_percent:
        yield from _shares(rest)
    plain = rest.ask.number(rest.elements) or _sum_of_things(rest)
    if plain is not None:
        yield plain
    elif adds_up and not rest.has(p.Stat):
        answers = (rest.ask.number(rest.elements, p.Stat(name)) for name in _unsaid(rest))
        yield from filter(None, answers)


def _unsaid(rest: Clause) -> tuple[Literal["sum", "mean"], ...]:
    """What may be meant of several marks: of those at a place their sum or mean, of all the sum where that
    is said."""
    if rest.has(*p.PLACES, p.But) or rest.says("whole_span"):
        return ("sum", "mean")
    together = rest.sign("together", "everything") is not None
    return ("sum",) if together and not any(map(p.is_place, rest.elements)) else ()


def is_of_all_series(clause: Clause) -> bool:
    """Whether "the three plants together" are all series, added up; "both" alone are each of them."""
    count = len(clause.ask.scene.lines)
    added = any(not _BOTH.fullmatch(one.item.text) for one in clause.signs("together"))
    kinds = [one for one in clause.all(p.Kind) if "series" in one.classes]
    return added and count > 1 and any(one.all_of or one.count == count for one in kinds)


def _sum_of_things(rest: Clause) -> Answer | None:
    """The sum over things that stand side by side: rates of wells add up, rates of months do not."""
    sums = rest.stats("sum")
    if not (sums or rest.sign("together")) or len(rest.all(p.Stat)) > len(sums):
        return None
    line = rest.ask.scene.lines[0]
    if line.places.kind != "category" or period_of_categories(line):
        return None
    made = rest.ask.selection(rest.without(*sums).elements)
    return rest.ask.answer(q.Statistic(name="sum", of=made[1])) if made is not None else None


def _shares(rest: Clause) -> Iterator[Answer]:
    sums = rest.stats("sum")
    together = rest.signs("everything", "whole", "together")
    part = rest.without("of_total", *sums, *together)
    more = () if rest.sign("share") else (SHARE,)
    for one in (part, part.without(*part.all(p.Kind))):
        found = rest.ask.number(one.elements, *more)
        if found is not None and isinstance(found.query, q.Share):
            yield found
            yield from _other_wholes(found.query, rest)
            return


def _other_wholes(share: q.Share, rest: Clause) -> Iterator[Answer]:
    """What else a part of one series at one place may be a part of."""
    several = len(rest.ask.scene.lines) > 1
    if share.by == "count" or not (several and share.of.series and share.of.places):
        return
    for without in ("series", "places"):
        whole = share.of.model_copy(update={without: ()})
        if whole != share.whole:
            yield from filter(None, [rest.ask.answer(share.model_copy(update={"whole": whole}))])
