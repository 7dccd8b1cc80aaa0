"""What holds always, ever or never, and for how many."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.against import as_condition
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Factor, Figure, Fraction
from rusoil_jupyter.figures.words.checking.quantities import is_in
from rusoil_jupyter.figures.words.checking.values import asked, percent_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, place, told
from rusoil_jupyter.figures.words.forms import number
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.values.finding import Finding
    from rusoil_jupyter.figures.words.checking.asking import Answer
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.checking.quantities import Quantity
    from rusoil_jupyter.figures.words.grammar.scene import Line

_HOLDS = ("ever", "always")
_ALWAYS = ("throughout", "every", "stays")
_SIGNS = {"above": ">", "at_least": "≥", "below": "<", "at_most": "≤", "equal": "=", "other_than": "≠"}
_TURNED = {"at_most": "above", "at_least": "below"}
_SLACK = 0.002


def conditions(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on each reading of a clause with a condition."""
    clause = clause.without("monthly")
    found = [one for one in clause.all(p.Condition) if one.other is None]
    if not found and any(_counts(one) or isinstance(one, Fraction) for one in clause.elements):
        yield from _counted_against(clause)
    if not found or clause.has(p.Comparative, p.Moved, Factor) or clause.says("up", "down"):
        return
    if len(found) == 1:
        yield from _of_result(clause, found[0])
    counts = [one for one in clause.elements if _counts(one)]
    means = clause.stats("mean")
    if means and len(counts) > 1:
        return  # "the mean of the 12 is 14 %, and 6 have more than 10": the condition is not that of the mean
    for count in counts:
        yield from _counted(clause.without(*means), count)
    yield from _shares(clause)
    if not counts and not clause.has(Figure, Fraction):
        yield from _holding(clause)
    yield from _of_those(clause)


def _counted_against(clause: Clause) -> Iterator[Verdict | None]:
    """For how many one series is above the other."""
    against = as_condition(clause.without("over_all"))
    if against is None or clause.has(Factor, p.Extremum) or clause.says("up", "down"):
        return
    for count in [one for one in against.elements if _counts(one)]:
        yield from _counted(against, count)
    yield from _shares(against)


def _shares(clause: Clause) -> Iterator[Verdict | None]:
    parts: list[Figure | Fraction] = [one for one in clause.all(Figure) if one.quantity.is_percent]
    for part in [*parts, *clause.all(Fraction)]:
        yield from _shared(clause, part)


def _counts(one: Element) -> bool:
    """Whether an element may say how many there are."""
    if isinstance(one, Figure):
        number = one.item.number
        return not one.item.unit and number is not None and number.value == round(number.value)
    return isinstance(one, p.Kind) and one.count > 0


# --- of one number ----------------------------------------------------------------------------------


def _of_result(clause: Clause, condition: p.Condition) -> Iterator[Verdict | None]:
    """ "The mean is above 50", "in July it exceeded 50": said of the one number."""
    rest = clause.without(condition, *_ALWAYS)
    counted = any(map(_counts, clause.elements))
    if counted or clause.has(Fraction) or condition.holds or condition.level is None:
        return
    subject = [condition.subject] if condition.subject is not None else []
    claimed = Figure(condition.level).quantity
    for answer in asked(rest.of([*subject, *rest.elements]), claimed, adds_up=False):
        holds = _bounds(condition.relation, claimed, answer) if len(answer.numbers) == 1 else None
        if holds is not None:
            said = f"{_SIGNS[condition.relation]} {claimed.told(clause.language)}"
            true = told(answer.numbers[0], answer.unit, clause.language)
            yield Verdict(holds, said, true, (*subject, *rest.elements))


def _bounds(relation: str, claimed: Quantity, answer: Answer) -> bool | None:
    """Whether a number is above or below the one that is claimed: here nothing is rounded."""
    slack = _SLACK * abs(claimed.value)
    low, high = claimed.value - slack, claimed.value + slack
    if relation in {"above", "at_least"}:
        high = math.inf
    elif relation in {"below", "at_most"}:
        low = -math.inf
    return is_in(replace(claimed, low=low, high=high), answer.numbers, answer.unit, answer.label)


def _of_those(clause: Clause) -> Iterator[Verdict | None]:
    """ "The mean of those above 50 is 70": the condition says which marks."""
    if any(one.level is None for one in clause.all(p.Condition)):
        return  # "below the mean of 2022, 94.8" tells the mean
    for claim in clause.numbers:
        rest = clause.without(claim)
        marked = [replace(one, marked=True) if isinstance(one, p.Condition) else one for one in rest.elements]
        answers = (clause.ask.number(one) for one in (rest.elements, marked))
        numbers = (one for one in answers if one is not None and not isinstance(one.query, q.Which))
        for answer in islice(numbers, 1):
            holds = is_in(claim.quantity, answer.numbers, answer.unit, answer.label)
            true = told(answer.numbers[0], answer.unit, clause.language)
            yield None if holds is None else Verdict(holds, claim.quantity.told(clause.language), true)


# --- how many ---------------------------------------------------------------------------------------


def _selected(clause: Clause) -> q.Selection | None:
    """The marks under the condition; of the words for kinds none is needed."""
    made = clause.ask.selection(clause.without(*clause.all(p.Kind)).elements)
    return made[1] if made is not None else None


def _number_of(clause: Clause, of: q.Selection) -> list[float]:
    """How many marks a selection has: of a histogram what its bins hold; of several series also how many."""
    lines = _lines_of(clause, of)
    samples = _are_samples(lines) and not of.where
    answer = clause.ask.answer(q.Statistic(name="sum" if samples else "count", of=of))
    found: list[float] = []
    if answer is not None:
        found = answer.numbers[:1] if answer.finding.value is not None else [sum(answer.numbers)]
    findings = (
        clause.ask.finding(q.Which(of=of, asks=asks, holds=holds)) for asks, holds in _held_by(of, lines)
    )
    return found + [float(len(one.items)) for one in findings if one is not None]


def _held_by(of: q.Selection, lines: Sequence[Line]) -> list[tuple[Any, Any]]:
    """For what of several series, or of a grid, a condition may hold, and how often."""
    if of.where and len(lines) > 1:
        return [(asks, holds) for holds in _HOLDS for asks in ("series", "places")]
    grid = of.where and lines and lines[0].cross_key
    return [(asks, holds) for asks in ("cross", "places") for holds in _HOLDS] if grid else []


def _lines_of(clause: Clause, of: q.Selection) -> list[Line]:
    return [line for line in clause.ask.scene.lines if not of.series or line.id in of.series]


def _are_samples(lines: Sequence[Line]) -> bool:
    """Whether what is drawn are numbers of samples in bins."""
    return bool(lines) and lines[0].series.kind == "histogram"


def _counted(clause: Clause, count: Element) -> Iterator[Verdict | None]:
    left = clause.without(count, "only", *_ALWAYS)
    totals = [one for one in left.elements if _counts(one)]
    left = left.without(*totals, "of_total")
    of = _selected(_without_links(left))
    if of is None or (not of.where and not of.places) or len(totals) > 1:
        return
    true = _number_of(clause, of) or [0.0]
    said = _count(count)
    hedge = count.hedge if isinstance(count, Figure) else ""
    holds = any(_as_many(said, one, hedge) for one in true)
    yield Verdict(holds, number(said, clause.language), number(true[0], clause.language))


def _without_links(clause: Clause) -> Clause:
    return clause.without(*clause.signs("from", "with_mark", "by", "to"))


def _as_many(said: float, true: float, hedge: str) -> bool:
    if hedge in {"more_than", "slightly_over"}:
        return true >= said
    if hedge in {"less_than", "nearly"}:
        return true <= said
    return abs(said - true) <= (0.1 * said if hedge == "about" else 0.0)


def _count(one: Element) -> float:
    if isinstance(one, p.Kind):
        return float(one.count)
    number = one.item.number if isinstance(one, Figure) else None
    return number.value if number is not None else 0.0


def _shared(clause: Clause, part: Figure | Fraction) -> Iterator[Verdict | None]:
    """ "Half of the samples have less than 11 %"."""
    of = _selected(_without_links(clause.without(part, "of_total", "only")))
    if of is None:
        return
    every = clause.ask.answer(
        q.Statistic(
            name="sum" if _are_samples(_lines_of(clause, of)) else "count",
            of=of.model_copy(update={"where": (), "places": ()}),
        )
    )
    some = _number_of(clause, of) or [0.0]
    if every is None or not every.numbers[0]:
        return
    quantity = percent_of(part) if isinstance(part, Fraction) else part.quantity
    share = 100 * some[0] / every.numbers[0]
    yield Verdict(
        bool(is_in(quantity, [share], "%")),
        quantity.told(clause.language),
        told(share, "%", clause.language),
    )


# --- whether ----------------------------------------------------------------------------------------


def _holding(clause: Clause) -> Iterator[Verdict | None]:
    """That it holds always, never, or somewhere."""
    said = _said(clause)
    periods = [one for one in clause.named("axis") if said == "always" and one.item.period]
    signs = clause.signs("always", "never", "ever")
    rest = _without_links(clause.without(*_ALWAYS, "never", *signs, *clause.kinds, *periods))
    made = rest.ask.selection(rest.elements)
    of = made[1] if made is not None else q.Selection()
    if not of.where or any(one.relation == "equal" for one in of.where):
        return  # a level may be passed between two marks
    holds = _held(clause, said, of)
    if holds == "never":  # "in no month it did not exceed": said twice, meant once
        turned = (
            one.model_copy(update={"relation": _TURNED.get(one.relation, one.relation)}) for one in of.where
        )
        of = of.model_copy(update={"where": tuple(turned)})
    finding = clause.ask.finding(q.Which(of=of, holds=holds, asks="whether"))  # type: ignore[arg-type]
    if finding is not None:
        yield Verdict(finding.value == "yes", "", _points(finding, clause))


def _said(clause: Clause) -> str:
    """Whether always or never is said, beside the condition."""
    every = any(one.all_of for one in clause.all(p.Kind)) or clause.says(*_ALWAYS)
    return "always" if every or clause.sign("always", "everything") is not None else ""


def _held(clause: Clause, said: str, of: q.Selection) -> str:
    """Whether the condition is to hold always, never or somewhere."""
    held = {said, *(one.holds for one in clause.all(p.Condition) if one.other is None)}
    if "never" in held or clause.says("never") or clause.sign("never") is not None:
        return "never"
    negated = all(one.relation in {"at_least", "at_most"} for one in of.where)
    return "always" if negated or "always" in held else "ever"


def _points(finding: Finding, clause: Clause) -> str:
    """The mark that decides it."""
    language = clause.language
    told_points = [
        f"{told(float(one.value), finding.unit, language)} ({place(one.at, finding.at_unit, language)})"
        for one in finding.points[:1]
        if isinstance(one.value, int | float)
    ]
    return told_points[0] if told_points else _("nowhere")
