"""From mark to mark: where the largest rise or fall is; and where something first holds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.elements import Figure, Pair
from rusoil_jupyter.figures.words.checking.quantities import amounts_of, is_in, place_of
from rusoil_jupyter.figures.words.checking.verdicts import Verdict, told
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.scene import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.query.marks import Marks
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.checking.quantities import Quantity
    from rusoil_jupyter.figures.words.grammar.scene import Line

    Numbers = NDArray[np.float64]

_SAME = 1e-9
_MOST_MARKS = 2  # between which a step lies: over more of them a rise is no step


@dataclass(frozen=True)
class _Steps:
    """The marks of one series in order, and the rows where its largest steps one way begin."""

    marks: Marks
    line: Line
    at: Numbers
    rows: NDArray[np.int64]
    size: float

    @property
    def unit(self) -> str:
        return unit_of(self.line.values)


def steps(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on the largest rise or fall from one mark to the next, by how much and where."""
    found = clause.all(p.Extremum)
    moved = [one for one in clause.all(p.Moved) if one.way]
    ways = {one.way for one in moved} | {idea for idea in ("up", "down") if clause.says(idea)}
    if found != [p.Extremum("maximum")] or len(ways) != 1:
        return
    signs = clause.signs("from", "to", "between", "and", "by", "previous")
    rest = clause.without(
        "up", "down", "states", "points", *found, *moved, *clause.kinds, *clause.all(p.Grouped), *signs
    )
    yield _judged(rest, 1 if "up" in ways else -1)


def _judged(rest: Clause, way: int) -> Verdict | None:
    places = [one for one in rest.elements if p.is_place(one) or isinstance(one, Pair)]
    numbers = rest.all(Figure)
    largest = _largest(rest.without(*places, *numbers), way)
    if largest is None or len(numbers) > 1 or not places:
        return None
    there = _ends_there(places, largest, rest)
    amounts = amounts_of(numbers[0].quantity, way) if numbers else []
    number = [is_in(one, [largest.size], largest.unit, largest.line.values.label) for one in amounts]
    if there is None or None in number:
        return None
    return Verdict(there and (any(number) or not numbers), "", _told(largest, rest))


def _largest(rest: Clause, way: int) -> _Steps | None:
    """The largest steps one way; ``None`` where there are none to choose from."""
    marks = _single(rest)
    if marks is None:
        return None
    at, values = _in_order(marks)
    changes = way * np.diff(values)
    if changes.size < 2 or changes.max() <= 0:
        return None
    rows = np.flatnonzero(changes >= changes.max() - _SAME * abs(changes.max()))
    return _Steps(marks, _line(rest, marks), at, rows, float(changes.max()))


def _in_order(marks: Marks) -> tuple[Numbers, Numbers]:
    known = marks.known()
    order = np.argsort(marks.places[known], kind="stable")
    return marks.places[known][order], marks.values[known][order]


def _told(largest: _Steps, clause: Clause) -> str:
    row = largest.rows[0]
    first, last = (clause.ask.shown(largest.marks, float(largest.at[one])) for one in (row, row + 1))
    return f"{told(largest.size, largest.unit, clause.language)} ({first} → {last})"


def _ends_there(places: list[Element], largest: _Steps, rest: Clause) -> bool | None:
    """Whether a largest step begins or ends at what is said; over many marks it is no step."""
    held = np.zeros(largest.at.size, dtype=bool)
    for one in places:
        there = _marks_at(one, largest.line, rest)
        if there is None:
            return None
        held |= np.isin(largest.at, there.places)
    is_period = len(places) == 1 and isinstance(places[0], p.Spots)
    if held.sum() > _MOST_MARKS and not is_period:
        return None
    if held.sum() == _MOST_MARKS and not is_period:  # from one mark to the next
        return bool((held[largest.rows] & held[largest.rows + 1]).any())
    return bool((held[largest.rows] | held[largest.rows + 1]).any())


def _marks_at(place: Element, line: Line, rest: Clause) -> Marks | None:
    """The marks of a series at a place."""
    made = rest.ask.selection([place])
    if made is None:
        return None
    there = rest.ask.marks(made[1].model_copy(update={"series": (line.id,)}))
    return there[0] if len(there) == 1 else None


def _single(rest: Clause) -> Marks | None:
    made = rest.ask.selection(rest.elements)
    every = rest.ask.marks(made[1]) if made is not None and not made[1].where else []
    return every[0] if len(every) == 1 and len(made[0].lines) == 1 else None  # type: ignore[index]


def _line(rest: Clause, marks: Marks) -> Line:
    return next(line for line in rest.ask.scene.lines if line.id == marks.series.id)


# --- where something first holds ---------------------------------------------------------------------


def firsts(clause: Clause) -> Iterator[Verdict | None]:
    """The verdicts on the place where a level is passed for the first time."""
    conditions = [one for one in clause.all(p.Condition) if one.level is not None]
    said = clause.says("first_time") or any(one.first == "first" for one in conditions)
    if said and len(conditions) == 1 and conditions[0].relation != "other_than":
        subject = [conditions[0].subject] if conditions[0].subject is not None else []
        rest = clause.without("first_time", "up", "down", "states", "reaches", conditions[0])
        yield _first(rest.of([*subject, *rest.elements]), conditions[0])


def _first(rest: Clause, condition: p.Condition) -> Verdict | None:
    places = [one for one in rest.elements if p.is_place(one) or isinstance(one, Figure)]
    marks = _single(rest.without(*places))
    if marks is None or len(places) != 1:
        return None
    line = _line(rest, marks)
    at, values = _in_order(marks)
    held = _held(Figure(condition.level).quantity, condition.relation, values, line)  # type: ignore[arg-type]
    if held is None or not held.any():
        return None
    row = int(np.argmax(held))
    there = _is_first(places[0], at, row, line, rest)
    value = told(float(values[row]), unit_of(line.values), rest.language)
    true = f"{rest.ask.shown(marks, float(at[row]))} ({value})"
    return Verdict(there, "", true) if there is not None else None


def _held(level: Quantity, relation: str, values: Numbers, line: Line) -> NDArray[np.bool_] | None:
    """Where a level is reached; "passed" from the side where the values begin."""
    label, unit = line.values.label, unit_of(line.values)
    above = replace(level, low=level.value, high=math.inf)
    upwards = relation in {"above", "at_least"}
    if relation == "equal":
        upwards = is_in(above, [float(values[0])], unit, label) is False
    slack = 1e-6 * abs(level.value) * (relation in {"above", "below"})
    side = replace(above, low=level.value + slack)
    if not upwards:
        side = replace(level, low=-math.inf, high=level.value - slack)
    found = [is_in(side, [float(value)], unit, label) for value in values]
    return None if None in found else np.array(found, dtype=bool)


def _is_first(where: Element, at: Numbers, row: int, line: Line, rest: Clause) -> bool | None:
    """Whether what is said is the first mark, or lies between it and the one before."""
    if isinstance(where, Figure):
        low, high = float(at[max(row - 1, 0)]), float(at[row])
        claimed = place_of(where.item, where.hedge, float(np.ptp(at)))
        wide = replace(claimed, low=claimed.low - (high - low) * 0.999, high=claimed.high)
        return is_in(wide, [low], unit_of(line.places), line.places.label) or is_in(
            claimed, [high], unit_of(line.places), line.places.label
        )
    there = _marks_at(where, line, rest)
    if there is None:
        return None
    between = there.is_curve and not line.time_of_places
    return bool(np.isin(at[[max(row - 1, 0) if between else row, row]], there.places).any())
