"""Which come first: lists in order, the so many largest, the largest against the smallest."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure
from rusoil_jupyter.figures.words.checking.quantities import is_in
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEAST = 3  # names that make a list


def orders(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on a list of names that is said to be in order, or to be that of the largest."""
    names = [one for one in clause.all(p.Named) if one.role in {"category", "series"}]
    tops = clause.all(p.Top) or _so_many_of_most(clause)
    said = clause.says("descending", "ascending", "leaders") or bool(clause.signs("order")) or len(tops) == 1
    if not said or len(tops) > 1 or clause.has(p.Comparative, p.Condition, Factor):
        return
    listed = [one for one in names if one.role == _listed_role(names)]
    signs = clause.signs("order", "and", "to", "by")
    words = ("descending", "ascending", "leaders", "states", "only")
    rest = clause.without(
        *clause.all(p.Extremum), *words, *listed, *signs, *tops, *clause.all(Figure), *clause.all(p.Kind)
    )
    single = [p.Named((mention,), one.item) for one in listed for mention in one.mentions]
    if len(single) >= min(_LEAST, tops[0].count if tops else _LEAST) and not clause.numbers:
        yield _in_order(clause, rest, single, tops)


def _so_many_of_most(clause: Clause) -> list[p.Top]:
    """ "The three days with the most"."""
    extremes = clause.all(p.Extremum)
    counts = [one for one in clause.all(Figure) if one.is_spelled and one.item.number is not None]
    kinds = [one.count for one in clause.all(p.Kind) if one.count]
    many = [*kinds, *(int(one.item.number.value) for one in counts if one.item.number is not None)]
    return [p.Top(extremes[0].which, many[0])] if len(extremes) == len(many) == 1 else []


def _listed_role(names: list[p.Named]) -> str:
    """Of what most names are."""
    roles = [one.role for one in names for _mention in one.mentions]
    return max(roles, key=roles.count, default="")


def _in_order(clause: Clause, rest: Clause, names: list[p.Named], tops: list[p.Top]) -> Verdict | None:
    numbers = _numbers_of(rest, names)
    if numbers is None or (tops and tops[0].count != len(names)):
        return None
    least_first = clause.says("ascending") or any(one.which == "minimum" for one in tops)
    ranks = [-one if least_first else one for one in numbers]
    holds = bool(tops) or all(one >= other for one, other in pairwise(ranks))
    if tops or clause.says("leaders"):
        every = _all_numbers(rest)
        if every is None:
            return None
        first = sorted(-one if least_first else one for one in every)[-len(ranks) :]
        holds &= sorted(ranks) == first
    unit = unit_of(rest.ask.scene.lines[0].values)
    true = ", ".join(told(one, unit, clause.language) for one in numbers)
    return Verdict(holds, "", true, rest.elements)


def _numbers_of(rest: Clause, names: list[p.Named]) -> list[float] | None:
    """The one number of each; ``None`` where one has none, or several."""
    answers = [rest.ask.number([*rest.elements, one]) for one in names]
    numbers = [one.numbers[0] for one in answers if one is not None and len(one.numbers) == 1]
    return numbers if len(numbers) == len(names) else None


def _all_numbers(rest: Clause) -> list[float] | None:
    """The values of all marks of one series."""
    made = rest.ask.selection(rest.elements)
    every = rest.ask.marks(made[1]) if made is not None else []
    return [float(value) for value in every[0].values[every[0].known()]] if len(every) == 1 else None


def tops(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on the sum, the mean or the share of the so many largest."""
    found = clause.all(p.Top)
    if len(found) != 1 or clause.has(p.Comparative, p.Condition, Factor, p.Extremum, p.But):
        return
    together = clause.signs("together", "everything")
    means, sums = clause.stats("mean"), clause.stats("sum")
    for claim in clause.numbers:
        share = clause.signs("share")
        rest = clause.without(
            *found, claim, *together, *means, *sums, *clause.kinds, *share, "of_total", "states"
        )
        every = _all_numbers(rest)
        if every is None or found[0].count >= len(every):
            continue
        ordered = sorted(every, reverse=found[0].which == "maximum")
        total = sum(ordered[: found[0].count])
        unit = unit_of(rest.ask.scene.lines[0].values)
        number = total / found[0].count if means else total
        if claim.quantity.is_percent and unit != "%":
            number, unit = 100 * total / sum(every), "%"
        elif not (means or sums or together):
            continue
        holds = is_in(claim.quantity, [number], unit, rest.ask.scene.lines[0].values.label)
        if holds is not None:
            yield Verdict(holds, claim.quantity.told(clause.language), told(number, unit, clause.language))


def extreme_pairs(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on how much, or how many times, the largest is more than the smallest."""
    found = clause.all(p.Extremum)
    claims: list[Figure | Factor] = [*clause.numbers, *clause.all(Factor)]
    compares = clause.has(p.Comparative, Factor) or clause.says("differ") or bool(clause.all(p.Versus))
    if (
        {one.which for one in found} != {"maximum", "minimum"}
        or len(found) != 2
        or len(claims) != 1
        or not compares
    ):
        return
    signs = clause.signs("than", "by", "between", "and", "from")
    axes = clause.named("axis")[1:]
    gone = (*found, *claims, *signs, *axes, *clause.all(p.Comparative), *clause.all(p.Versus), *clause.kinds)
    rest = clause.without(*gone, "differ", "than_as", "states")
    made = rest.ask.selection(rest.elements)
    if made is None:
        return
    ends = [rest.ask.answer(q.Extreme(which=which, of=made[1])) for which in ("maximum", "minimum")]
    if ends[0] is None or ends[1] is None:
        return
    high, low = ends[0].numbers[0], ends[1].numbers[0]
    claim = claims[0]
    number, unit = (high - low, ends[0].unit)
    if isinstance(claim, Factor):
        if not low:
            return
        number, unit = high / low, ""
    holds = is_in(claim.quantity, [number], unit, ends[0].label)
    if holds is not None:
        yield Verdict(holds, claim.quantity.told(clause.language), told(number, unit, clause.language))
