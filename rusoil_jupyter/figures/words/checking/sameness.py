"""What is the same for all, or lies so near one another; what can only lie between the ends of boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Figure
from rusoil_jupyter.figures.words.checking.quantities import is_in
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import BOXES, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS = frozenset(("median", "q1", "q3", "low", "high", "iqr"))
_SAME = 0.05  # of their mean: what the same numbers may differ by
_ABOUT = 0.25


def sameness(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on numbers of all series or categories that are said to be the same."""
    figures, stats = clause.all(Figure), clause.all(p.Stat)
    if clause.has(p.Extremum, p.Condition, p.Comparative) or len(figures) > 1 or len(stats) > 1:
        return
    if not clause.says("same") and not (stats and clause.says("meet")):
        return
    signs = clause.signs("everything", "always", "and", "with_mark")
    rest = clause.without(
        *("same", "meet", "within", "throughout", "about", "nearly", "states"),
        *(*figures, *clause.all(p.Kind), *stats, *signs),
    )
    numbers = _numbers(rest, stats[0].name if stats else "")
    if len(numbers) > 1:
        yield _judged(clause, numbers, figures)


def _judged(clause: Clause, numbers: list[float], figures: list[Figure]) -> Verdict | None:
    """Whether numbers differ by as much as is said, or by little."""
    spread, unit = float(np.ptp(numbers)), unit_of(clause.ask.scene.lines[0].values)
    true = f"{told(min(numbers), unit, clause.language)} … {told(max(numbers), unit, clause.language)}"
    if not figures:
        slack = _ABOUT if clause.says("about", "nearly") else _SAME
        return Verdict(spread <= slack * abs(float(np.mean(numbers))), "", true)
    within = figures[0].quantity
    holds = is_in(within, [spread], unit)
    if holds is None:
        return None
    none_at_all = is_in(within, [0.0], unit) is not None and spread <= within.high
    return Verdict(holds or none_at_all, within.told(clause.language), true)


def _numbers(rest: Clause, name: str) -> list[float]:
    """One for each category of one series, or each series of several."""
    made = rest.ask.selection(rest.elements)
    if made is None or made[1].where:
        return []
    subject, of = made
    if name in _COLUMNS or rest.ask.scene.lines[0].series.kind in BOXES:
        return _values(rest, of.model_copy(update={"column": name or "median"}))
    if not subject.are_several:
        return [] if name else _values(rest, of)
    each = [of.model_copy(update={"series": (line.id,)}) for line in subject.lines]
    answers = [rest.ask.answer(q.Statistic(name=name or "mean", of=one)) for one in each]  # type: ignore[arg-type]
    return [one.numbers[0] for one in answers if one is not None]


def _values(clause: Clause, of: q.Selection) -> list[float]:
    return [float(value) for one in clause.ask.marks(of) for value in one.values[one.known()]]


def bounded(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on the mean of a box, which is not drawn: it can't lie far beyond the whiskers."""
    stats = clause.stats("mean")
    figures = clause.all(Figure)
    line = clause.ask.scene.lines[0]
    if len(stats) != 1 or len(figures) != 1 or line.series.kind not in BOXES:
        return
    made = clause.ask.selection(clause.without(*stats, *figures).elements)
    ends = [_column(clause, made[1], name) for name in ("low", "high")] if made is not None else [None, None]
    low, high = ends
    if low is None or high is None:
        return
    slack = high - low
    quantity = figures[0].quantity
    steps = np.linspace(low - slack, high + slack, 2001)
    holds = is_in(quantity, steps.tolist(), unit_of(line.values), line.values.label)
    if holds is not None:
        true = " … ".join(told(one, unit_of(line.values), clause.language) for one in (low, high))
        yield Verdict(holds, quantity.told(clause.language), true)


def _column(clause: Clause, of: q.Selection, name: str) -> float | None:
    values = _values(clause, of.model_copy(update={"column": name}))
    return values[0] if len(values) == 1 else None
