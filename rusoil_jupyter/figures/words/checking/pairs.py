"""Two series against each other: how far apart they are, where most, and for most of the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Figure
from rusoil_jupyter.figures.words.checking.quantities import is_in, place_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.marks import Marks
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Line

    Numbers = NDArray[np.float64]

_SAME = 1e-9
_MOST = 0.45  # of the marks: what "most of the time" may not be less than


@dataclass(frozen=True)
class _Apart:
    """The first series less the second, at the places that both have."""

    places: Numbers
    values: Numbers
    line: Line
    marks: Marks

    @property
    def unit(self) -> str:
        return unit_of(self.line.values)


def gaps(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on how far apart two series are at most, at least or on average, and where."""
    found: list[p.Extremum | p.Stat] = [*clause.all(p.Extremum), *clause.stats("mean")]
    versus = [one for one in clause.all(p.Versus) if one.kind == "difference"]
    if len(found) != 1 or not (clause.says("lag", "differ") or versus):
        return
    spelled = [one for one in clause.all(Figure) if one.is_spelled]  # "between the two"
    rest = clause.without("lag", "differ", "states", "reaches", *found, *versus, *spelled)
    numbers, places = _numbers_and_places(rest)
    if max(len(numbers), len(places)) != 1 or (places and isinstance(found[0], p.Stat)):
        return
    apart = apart_of(rest.without(*numbers, *places))
    if apart is not None:
        each = (_judged(rest, way, found[0], numbers, places) for way in _ways(apart))
        yield from takewhile(lambda one: one is not None, each)


def _ways(apart: _Apart) -> tuple[_Apart, ...]:
    """How far apart they are, and one before the other, and the other before the one."""
    return tuple(replace(apart, values=one) for one in (np.abs(apart.values), apart.values, -apart.values))


def _judged(
    rest: Clause, apart: _Apart, found: p.Extremum | p.Stat, numbers: list[Figure], places: list[Element]
) -> Verdict | None:
    values = apart.values
    true = float({"maximum": values.max, "minimum": values.min}.get(found.name, values.mean)())
    number = [is_in(one.quantity, [true], apart.unit, apart.line.values.label) for one in numbers]
    rows = np.flatnonzero(np.abs(values - true) <= _SAME * max(1.0, abs(true)))
    there = [_is_there(one, apart, rows, rest) for one in places]
    if None in number or None in there:
        return None
    said = numbers[0].quantity.told(rest.language) if numbers else ""
    return Verdict(all(number) and all(there), said, _told(apart, true, rows, rest))


def _numbers_and_places(rest: Clause) -> tuple[list[Figure], list[Element]]:
    """What is claimed as a size, and as a place; of two numbers without units the second is a place."""
    numbers = [one for one in rest.all(Figure) if not _is_at(one, rest)]
    places: list[Element] = [
        one
        for one in rest.elements
        if p.is_place(one) or (isinstance(one, Figure) and not any(one is other for other in numbers))
    ]
    if len(numbers) == 2 and not places and rest.ask.scene.lines[0].places.kind == "number":
        return numbers[:1], list(numbers[1:])
    return numbers, places


def mostly(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on which of two series is the larger for most of the way."""
    relations = [one.relation for one in clause.all(p.Comparative)]
    named = [one for one in clause.all(p.Named) if one.role == "series" and len(one.mentions) == 1]
    if not clause.says("most_of") or len(relations) != 1 or len(named) != 2:
        return
    apart = apart_of(clause.without("most_of", "states", *clause.all(p.Comparative), *clause.kinds))
    if apart is None:
        return
    way = 1 if relations[0] == "above" else -1
    share = float((way * apart.values > 0).mean())
    yield Verdict(share >= _MOST, "", told(round(100 * share), "%", clause.language))


def _is_at(figure: Figure, clause: Clause) -> bool:
    """Whether a number with a unit is a place; one without is where nothing else can be."""
    line = clause.ask.scene.lines[0]
    unit = figure.item.unit
    if line.places.kind != "number":
        return False
    return fits(unit, line.places) and not fits(unit, line.values) if unit else bool(unit_of(line.values))


def apart_of(rest: Clause) -> _Apart | None:
    """Two series of one axis that a clause names, or one of the only two, or neither."""
    both = _both(rest)
    if both is None:
        return None
    signs = rest.signs("from", "to", "between", "and", "than", "by")
    kinds = [one for one in rest.all(p.Kind) if one.count in {0, 2}]
    made = rest.ask.selection(
        rest.without(*rest.named("series"), *rest.named("axis"), *signs, *kinds).elements
    )
    if made is None:
        return None
    each = [rest.ask.marks(made[1].model_copy(update={"series": (line.id,)})) for line in both]
    return _aligned(each[0][0], each[1][0], both[0]) if all(len(one) == 1 for one in each) else None


def _both(rest: Clause) -> list[Line] | None:
    lines = rest.ask.scene.lines
    ids = [one for name in rest.named("series") for called in name.mentions for one in called[0].series]
    if len(ids) < 2 and len(lines) == 2:
        ids += [line.id for line in lines if line.id not in ids]
    both = [line for one in ids for line in lines if line.id == one]
    return both if len(ids) == len(both) == 2 and both[0].values == both[1].values else None


def _aligned(first: Marks, second: Marks, line: Line) -> _Apart | None:
    known = {float(place): float(value) for place, value in zip(second.places, second.values, strict=True)}
    rows = [
        (float(place), float(value) - known[float(place)])
        for place, value in zip(first.places, first.values, strict=True)
        if float(place) in known
    ]
    rows = [one for one in rows if np.isfinite(one).all()]
    if len(rows) < max(2, min(len(first.places), len(second.places)) // 2):
        return None
    places, values = (np.array(one) for one in zip(*rows, strict=True))
    return _Apart(places, values, line, first)


def _is_there(where: Element, apart: _Apart, rows: NDArray[np.int64], rest: Clause) -> bool | None:
    if isinstance(where, Figure):
        extent = float(np.ptp(apart.places))
        claimed = place_of(where.item, where.hedge, extent)
        return is_in(
            claimed, apart.places[rows].tolist(), unit_of(apart.line.places), apart.line.places.label
        )
    made = rest.ask.selection([where])
    marks = (
        rest.ask.marks(made[1].model_copy(update={"series": (apart.line.id,)})) if made is not None else []
    )
    if len(marks) != 1:
        return None
    return bool(np.isin(apart.places[rows], marks[0].places).any())


def _told(apart: _Apart, true: float, rows: NDArray[np.int64], clause: Clause) -> str:
    number = told(true, apart.unit, clause.language)
    where = clause.ask.shown(apart.marks, float(apart.places[rows[0]])) if rows.size == 1 else ""
    return f"{number} ({where})" if where else number
