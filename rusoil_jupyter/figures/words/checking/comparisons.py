"""Two things compared: which is more, by how much, how many times."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.against import as_condition, with_both
from rusoil_jupyter.figures.words.checking.clause import THAN, Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction, is_word
from rusoil_jupyter.figures.words.checking.quantities import Quantity, amounts_of, is_in
from rusoil_jupyter.figures.words.checking.values import percent_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.units import fits
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.words.checking.asking import Answer
    from rusoil_jupyter.figures.words.checking.elements import Element

_MORE = Quantity(0.0, 1e-12, math.inf)
Claim = Figure | Factor | Fraction


def comparisons(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on each reading of a clause that compares."""
    conditions = clause.all(p.Condition)
    compares = (
        clause.has(p.Comparative, Factor) or clause.says("differ") or any(one.other for one in conditions)
    )
    compares |= len(clause.all(Figure)) > 1 and any(_is_place(one, clause) for one in conditions)
    if not compares or clause.has(p.Extremum) or clause.says("up", "down"):
        return
    clause = with_both(clause)
    for claim in [*clause.all(Figure), *clause.all(Factor), *clause.all(Fraction), None]:
        yield from _judged(clause, claim)
    if not clause.has(Figure, Factor, Fraction) and not any(one.count for one in clause.all(p.Kind)):
        yield from _overall(clause)


def _is_place(condition: p.Condition, clause: Clause) -> bool:
    """Whether what is compared with is a place: "higher than at 60 m³/d"."""
    unit = condition.level.unit if condition.level is not None else ""
    lines = clause.ask.scene.lines
    return bool(unit) and any(fits(unit, line.places) and not fits(unit, line.values) for line in lines)


def _judged(clause: Clause, claim: Claim | None) -> Iterator[Verdict | None]:
    elements = _as_question(clause, claim)
    if p.has(elements, Factor, Fraction):
        return
    relations: set[str] = {one.relation for one in clause.all(p.Comparative)}
    relations |= {one.relation for one in clause.all(p.Condition)}
    way = -1 if clause.says("differ") or "below" in relations else 1
    for kind, quantity in _kinds(claim, points=clause.says("points")):
        answer = clause.ask.number(elements, p.Versus(kind)) or _of_sides(clause.of(elements), kind)  # type: ignore[arg-type]
        if answer is None or not isinstance(answer.query, q.Comparison):
            continue
        numbers = _either(answer, clause, kind)
        for amount in amounts_of(quantity, way):
            yield _verdict(clause, amount, numbers, answer, is_claimed=claim is not None)


def _verdict(
    clause: Clause, quantity: Quantity, numbers: list[float], answer: Answer, *, is_claimed: bool
) -> Verdict | None:
    if not is_claimed:
        difference = told(numbers[0], answer.unit, clause.language)
        return Verdict(numbers[0] > 0, "", _("the difference is {number}").format(number=difference))
    holds = is_in(quantity, numbers, answer.unit, answer.label)
    if holds is None:
        return None
    return Verdict(holds, quantity.told(clause.language), told(numbers[0], answer.unit, clause.language))


def _of_sides(clause: Clause, kind: str) -> Answer | None:
    """Both sides asked by themselves: of a grid, where a row and a column are places alike."""
    comparatives = clause.all(p.Comparative)
    parting = clause.sign("than") or next(iter(comparatives), None)
    if parting is None or len(comparatives) > 1:
        return None
    sides = [clause.ask.query(side) for side in _sides(clause, parting)]
    if not all(isinstance(one, q.ValueAt | q.Statistic) for one in sides):
        return None
    if any(one.relation == "below" for one in comparatives):
        sides.reverse()
    return clause.ask.answer(q.Comparison(first=sides[0], second=sides[1], asks=kind))  # type: ignore[arg-type]


def _sides(clause: Clause, parting: Element) -> tuple[list[Element], list[Element]]:
    """What stands before a word and behind it, with what only the first side says."""
    row = clause.elements.index(parting)
    left: list[Element] = [one for one in clause.elements[:row] if not isinstance(one, p.Comparative)]
    right = clause.elements[row + 1 :]
    theirs = {_slot(one) for one in right} - {""}
    shared: list[Element] = [one for one in left if _slot(one) not in theirs]
    return left, [*shared, *right]


def _slot(one: Element) -> str:
    """What of a side an element says, where only one can."""
    if isinstance(one, p.Named):
        called = one.mentions[0][0]
        return f"category {called.axis}" if called.role == "category" else called.role
    return "category x" if isinstance(one, p.PLACES) else ""


def _either(answer: Answer, clause: Clause, kind: str) -> list[float]:
    """The numbers that may be meant: a difference without a direction; per cent of the one or the other."""
    numbers = answer.numbers
    if clause.says("differ"):
        turned = [1 / one for one in numbers if one and kind == "ratio"]
        return [*map(abs, numbers), *turned]
    if kind != "percent":
        return numbers
    if any(one.relation == "below" for one in clause.all(p.Comparative)):
        numbers = [*numbers, *(-one for one in numbers if one < 0)]  # "52 % lower" is no negative number
    ratio = 1 + numbers[0] / 100
    return [*numbers, *([100 * (1 - 1 / ratio)] if ratio > 0 else [])]


def _kinds(claim: Claim | None, *, points: bool) -> list[tuple[str, Quantity]]:
    """What kinds of comparison a claim may be, with the number that is claimed."""
    match claim:
        case None:
            return [("difference", _MORE)]
        case Factor():
            return [("ratio", claim.quantity)]
        case Fraction():
            return [("ratio", claim.quantity), ("percent", percent_of(claim))]
    quantity = claim.quantity
    if points:
        return [("difference", Quantity(quantity.value, quantity.low, quantity.high))]
    both = [("percent", quantity), ("difference", quantity)]
    return both if quantity.is_percent else both[1:]


def _as_question(clause: Clause, claim: Claim | None) -> list[Element]:
    """The elements of the question by how much: "twice B" is "than B"."""
    found: list[Element] = []
    parted = clause.has(p.Comparative) or clause.sign("than", "and") is not None or clause.says("than_as")
    parted |= any(one.other for one in clause.all(p.Condition))
    for one in clause.elements:
        if one is claim:
            found += [THAN] if isinstance(one, Factor | Fraction) and not parted else []
        elif is_word(one, "than_as"):
            found += [THAN] if not p.says(found[-1:], "than") else []
        elif not is_word(one, "differ", "points", "throughout"):
            found.append(one)
    return found


def _overall(clause: Clause) -> Iterator[Verdict | None]:
    """Two series as wholes: one lies above the other somewhere, or everywhere where that is said."""
    conditions = [one for one in clause.all(p.Condition) if one.other is not None]
    always = clause.says("throughout", "stays", "every") or any(one.holds == "always" for one in conditions)
    signs = clause.signs("always", "everything")
    always |= bool(signs) or clause.has(p.But) or any(one.all_of for one in clause.kinds)
    rest = as_condition(clause.without("throughout", "stays", "every", *signs, *clause.kinds))
    made = clause.ask.selection(rest.elements) if rest is not None else None
    if made is None or not made[1].where or not made[1].where[0].than:
        return
    finding = clause.ask.finding(q.Which(of=made[1], holds="always" if always else "ever", asks="whether"))
    if finding is not None:
        yield Verdict(finding.value == "yes", "", _("not everywhere") if always else _("nowhere"))
