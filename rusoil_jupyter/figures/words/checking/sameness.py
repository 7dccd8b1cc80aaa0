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
    figures = clause.all(Figure)
    if (
        not clause.says("same", "meet")
        or clause.has(p.Extremum, p.Condition, p.Comparative)
        or len(figures) > 1
    ):
        return
    stats = clause.all(p.Stat)
    kinds = clause.all(p.Kind)
    signs = clause.signs("everything", "always", "and", "with_mark")
    if len(stats) > 1 or not (stats or clause.says("same")):
        return
    rest = clause.without(
        "same", "meet", "within", "throughout", "about", "nearly", "states", *figures, *kinds, *stats, *signs
    )
    numbers = _numbers(rest, stats[0].name if stats else "")
    if len(numbers) < 2:
        return
    spread, unit = float(np.ptp(numbers)), unit_of(clause.ask.scene.lines[0].values)
    true = f"{told(min(numbers), unit, clause.language)} … {told(max(numbers), unit, clause.language)}"
    if figures:
        within = figures[0].quantity
        holds = is_in(within, [spread], unit) or (
            is_in(within, [0.0], unit) is not None and spread <= within.high
        )
        if is_in(within, [spread], unit) is not None:
            yield Verdict(bool(holds), within.told(clause.language), true)
        return
    slack = _ABOUT if clause.says("about", "nearly") else _SAME
    yield Verdict(spread <= slack * abs(float(np.mean(numbers))), "", true)


def _numbers(rest: Clause, name: str) -> list[float]:
    """One for each category of one series, or each series of several."""
    made = rest.ask.selection(rest.elements)
    if made is None or made[1].where:
        return []
    of = made[1]
    if name in _COLUMNS or (rest.ask.scene.lines[0].series.kind in BOXES):
        marks = rest.ask.marks(of.model_copy(update={"column": name or "median"}))
        return [float(value) for one in marks for value in one.values[one.known()]]
    if len(made[0].lines) > 1:
        each = [of.model_copy(update={"series": (line.id,)}) for line in made[0].lines]
        answers = [rest.ask.answer(q.Statistic(name=name or "mean", of=one)) for one in each]  # type: ignore[arg-type]
        return [one.numbers[0] for one in answers if one is not None]
    if name:
        return []
    return [float(value) for one in rest.ask.marks(of) for value in one.values[one.known()]]


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
    marks = clause.ask.marks(of.model_copy(update={"column": name}))
    values = [float(value) for one in marks for value in one.values[one.known()]]
    return values[0] if len(values) == 1 else None
