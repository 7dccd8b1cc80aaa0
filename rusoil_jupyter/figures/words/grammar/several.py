"""Questions of several parts: where one ends, and what the others have of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 4
MOST_PARTS = 60  # of a question; a longer one is none
_OPERATIONS = (p.Extremum, p.Stat, p.Asked)
_WHICH_MARKS = (p.Named, *p.PLACES, p.But, p.Condition)


def clauses(parts: list[p.Part]) -> list[list[p.Part]]:
    """The parts of each question in one; each has what it leaves to the other to say.

    Raises:
        NotUnderstoodError: it is open what belongs to which.
    """
    if len(parts) > MOST_PARTS:
        raise NotUnderstoodError()
    if any(isinstance(part, p.Versus) for part in parts) or any(p.is_sign(part, "than") for part in parts):
        return [_without_stop(parts)]
    divided = _divided(parts)
    if len(divided) > 1:
        divided = [
            [part for part in clause if not p.is_sign(part, "how_much", "how_many")] for clause in divided
        ]
    if len(divided) == 1:
        return _listed(divided[0])
    return _shared(divided)


def _without_stop(parts: Sequence[p.Part]) -> list[p.Part]:
    return [part for part in parts if not p.is_sign(part, "stop")]


def _divided(parts: list[p.Part]) -> list[list[p.Part]]:
    """At each "and" behind which another question begins."""
    found: list[list[p.Part]] = [[]]
    for row, part in enumerate(parts):
        rest = parts[row + 1 :]
        if p.is_sign(part, "and", "stop"):
            ends = _is_question(found[-1]) and _is_question(_until_and(rest))
            if ends:
                found.append([])
                continue
            if p.is_sign(part, "stop"):
                continue
        found[-1].append(part)
    return found[:MOST] if len(found) <= MOST else [parts]


def _until_and(parts: Sequence[p.Part]) -> list[p.Part]:
    found: list[p.Part] = []
    for part in parts:
        if p.is_sign(part, "and", "stop"):
            break
        found.append(part)
    return found


def _is_question(parts: Sequence[p.Part]) -> bool:
    """Whether parts ask for something, or name what and where."""
    if any(isinstance(part, _OPERATIONS) or p.is_sign(part, "how_much", "how_many") for part in parts):
        return True
    roles = {part.role for part in parts if isinstance(part, p.Named)}
    return bool(roles) and (len(roles) > 1 or any(isinstance(part, p.PLACES) for part in parts))


def _shared(divided: list[list[p.Part]]) -> list[list[p.Part]]:
    """Each question with what only another says: "the median and the range of B", "the largest, and where".

    Raises:
        NotUnderstoodError: one names a series and the other a place, which might belong to both.
    """
    divided = _with_things(divided)
    full = [clause for clause in divided if any(isinstance(part, _WHICH_MARKS) for part in clause)]
    if not full:
        return divided
    made = []
    for clause in divided:
        own = [part for part in clause if isinstance(part, _WHICH_MARKS)]
        rest = [part for part in clause if not isinstance(part, _WHICH_MARKS)]
        if not own:
            operations = (
                [] if any(isinstance(part, p.Extremum | p.Stat) for part in rest) else _operation(full[0])
            )
            made.append([*operations, *rest, *(part for part in full[0] if isinstance(part, _WHICH_MARKS))])
            continue
        made.append(_completed(clause, full))
    return made


def _with_things(divided: list[list[p.Part]]) -> list[list[p.Part]]:
    """ "The best day of A and the worst of B": a day is asked for twice."""
    things = [
        other
        for one, other in pairwise(divided[0])
        if isinstance(one, p.Extremum) and isinstance(other, p.Kind) and not other.count
    ]
    return [
        clause if clause is divided[0] or not things else _with_thing(clause, things[0]) for clause in divided
    ]


def _with_thing(clause: list[p.Part], thing: p.Kind) -> list[p.Part]:
    named = any(p.is_named(part, "axis") for part in clause)
    asks = any(isinstance(part, p.Kind | p.Asked | p.Stat) for part in clause)
    if named or asks or not any(isinstance(part, p.Extremum) for part in clause):
        return clause
    row = next(row for row, part in enumerate(clause) if isinstance(part, p.Extremum))
    return [*clause[: row + 1], thing, *clause[row + 1 :]]


def _completed(clause: list[p.Part], full: list[list[p.Part]]) -> list[p.Part]:
    """A question that says in part which marks, with what another says; what is said once in front is
    meant of both."""
    first = full[0]
    if clause is first:
        if _has_place(clause) or not any(_has_place(other) for other in full[1:]):
            return clause
        if not any(isinstance(part, _OPERATIONS) for other in full for part in other):
            places = [part for other in full[1:] for part in other if isinstance(part, p.PLACES)]
            return [*clause, *places]  # "how many were hired and how many left in 2019"
        raise NotUnderstoodError()
    if _has_place(first) and not _has_place(clause):
        raise NotUnderstoodError()
    named = [part for part in clause if isinstance(part, p.Named)]
    axes = [part for part in first if p.is_named(part, "axis")]
    if not named:
        return [*(part for part in first if isinstance(part, p.Named)), *clause]
    if any(part.role == "axis" for part in named):
        return clause
    return [*axes, *clause]


def _operation(parts: Sequence[p.Part]) -> list[p.Part]:
    return [part for part in parts if isinstance(part, p.Extremum | p.Stat)]


def _has_place(parts: Sequence[p.Part]) -> bool:
    return any(isinstance(part, p.PLACES) or p.is_named(part, "category") for part in parts)


def _is_crossing(named: p.Named) -> bool:
    """Whether two names may be one of each axis of a grid: "Friday, morning"."""
    axes = [{called.axis for called in one if called.role == "category"} for one in named.mentions]
    return len(axes) == 2 and all(axes) and len(axes[0] | axes[1]) > 1


def _listed(parts: list[p.Part]) -> list[list[p.Part]]:
    """A value of each of several names: "pressure and temperature on 1 April"."""
    parts = _without_stop(parts)
    if any(
        isinstance(part, (*_OPERATIONS, p.Grouped, p.Condition, p.Moved, p.But, p.Comparative))
        for part in parts
    ):
        return [parts]
    if any(p.is_sign(part, "together", "share", "standing", "order", "minus", "whether") for part in parts):
        return [parts]
    lists = [part for part in parts if isinstance(part, p.Named) and len(part.mentions) > 1]
    spots = [part for part in parts if isinstance(part, p.Spots) and len(part.items) > 1]
    if len(lists) + len(spots) != 1 or any(map(_is_crossing, lists)):
        return [parts]
    if lists:
        ones: list[p.Part] = [replace(lists[0], mentions=(mention,)) for mention in lists[0].mentions]
    else:
        ones = [p.Spots((item,)) for item in spots[0].items]
    many = (lists or spots)[0]
    return (
        [[one if part is many else part for part in parts] for one in ones[:MOST]]
        if len(ones) <= MOST
        else [parts]
    )
