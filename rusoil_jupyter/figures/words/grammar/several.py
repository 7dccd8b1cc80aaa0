"""Questions of several parts: where one ends, and what the others have of it."""

from __future__ import annotations

import re
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
    if p.has(parts, p.Versus) or p.says(parts, "than", "divided"):
        return [_without_stop(parts)]
    divided = _divided(parts)
    if len(divided) == 1:
        return _listed(divided[0])
    counted = [_counted(clause, divided[0]) for clause in divided]
    return _shared([_unsigned(clause, "how_much", "how_many") for clause in counted])


def _counted(clause: list[p.Part], first: list[p.Part]) -> list[p.Part]:
    """ "How many pipes are there and how many of them are thin": what is counted is said once."""
    asks = p.of(first, p.Asked, lambda one: one.what == "count")
    again = p.says(clause, "how_many") and not p.has(clause, p.Asked, p.Named, p.Kind)
    return [asks[0], *clause] if len(asks) == 1 and again and p.has(clause, p.Condition) else clause


def _without_stop(parts: Sequence[p.Part]) -> list[p.Part]:
    return _unsigned(parts, "stop")


def _unsigned(parts: Sequence[p.Part], *names: str) -> list[p.Part]:
    """Without these words."""
    return [part for part in parts if not p.is_sign(part, *names)]


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
    if p.has(parts, *_OPERATIONS) or p.says(parts, "how_much", "how_many"):
        return True
    roles = {part.role for part in p.of(parts, p.Named)}
    return bool(roles) and (len(roles) > 1 or p.has(parts, *p.PLACES))


def _shared(divided: list[list[p.Part]]) -> list[list[p.Part]]:
    """Each question with what only another says: "the median and the range of B", "the largest, and where".

    Raises:
        NotUnderstoodError: one names a series and the other a place, which might belong to both.
    """
    divided = _with_measure(_with_things(divided))
    full = [clause for clause in divided if p.has(clause, *_WHICH_MARKS)]
    if not full:
        return divided
    return [
        _completed(clause, full) if p.has(clause, *_WHICH_MARKS) else _of_same(clause, full[0])
        for clause in divided
    ]


def _of_same(clause: list[p.Part], full: list[p.Part]) -> list[p.Part]:
    """A question that does not say which marks, of those that another is about."""
    told = p.has(clause, p.Extremum, p.Stat)
    operations = [part for part in full if not told and isinstance(part, p.Extremum | p.Stat)]
    counts = p.of(clause, p.Asked, lambda one: one.what == "count")
    marks = (part for part in full if isinstance(part, _WHICH_MARKS))
    # of all that are counted some are told apart: "how many are there, and how many below 7"
    return [*operations, *clause, *(part for part in marks if not (counts and isinstance(part, p.Condition)))]


def _with_things(divided: list[list[p.Part]]) -> list[list[p.Part]]:
    """ "The best day of A and the worst of B": a day is asked for twice."""
    first, *others = divided
    things = [
        other
        for one, other in pairwise(first)
        if isinstance(one, p.Extremum) and isinstance(other, p.Kind) and not other.count
    ]
    return [first, *(_with_thing(clause, things[0]) for clause in others)] if things else divided


_NOUNS = re.compile(r"(?:max|min)imum|(?:макси|мини)мум\w*")


def _with_measure(divided: list[list[p.Part]]) -> list[list[p.Part]]:
    """ "Which has the highest median and which the lowest": a median, too."""
    first, *others = divided
    stats, asks = p.of(first, p.Stat), p.of(first, p.Asked)
    if len(stats) != 1 or not p.has(first, p.Extremum):
        return divided
    return [first, *(_measured_as(clause, stats[0], asks, p.of(first, p.Grouped)) for clause in others)]


def _measured_as(
    clause: list[p.Part], stat: p.Stat, asks: list[p.Asked], groups: list[p.Grouped]
) -> list[p.Part]:
    """A clause that says but which end of the same measure it asks for.

    Raises:
        NotUnderstoodError: "and the minimum" may be of the measure, or of all.
    """
    said = [part for part in clause if not (p.is_soft(part) or isinstance(part, p.Asked))]
    if len(said) != 1 or not isinstance(said[0], p.Extremum):
        return clause
    if _NOUNS.fullmatch(said[0].text):
        raise NotUnderstoodError(said[0].text)
    asked = [] if p.has(clause, p.Asked) else asks
    return [*asked, *clause, stat, *groups]


def _with_thing(clause: list[p.Part], thing: p.Kind) -> list[p.Part]:
    named = any(p.is_named(part, "axis") for part in clause)
    row = next((row for row, part in enumerate(clause) if isinstance(part, p.Extremum)), None)
    if named or row is None or p.has(clause, p.Kind, p.Asked, p.Stat):
        return clause
    return [*clause[: row + 1], thing, *clause[row + 1 :]]


def _completed(clause: list[p.Part], full: list[list[p.Part]]) -> list[p.Part]:
    """A question that says in part which marks, with what another says; what is said once in front is
    meant of both."""
    first, *others = full
    if clause is first:
        said = _has_place(first) or not any(map(_has_place, others))
        return first if said else [*first, *_places_of(others, full)]  # "were hired and left in 2019"
    if _has_place(first) and not _has_place(clause):
        clause = [*clause, *_places_of([first], full)]  # "how many were hired in 2019 and how many left"
    named = p.of(clause, p.Named)
    if not named:
        return [*p.of(first, p.Named), *clause]
    if any(part.role == "axis" for part in named):
        return clause
    return [*p.of(first, p.Named, lambda one: one.role == "axis"), *clause]


def _places_of(clauses: list[list[p.Part]], full: list[list[p.Part]]) -> list[p.Part]:
    """The places that one question says for another, where values are asked alone.

    Raises:
        NotUnderstoodError: something else is asked, of all places perhaps.
    """
    if any(p.has(clause, *_OPERATIONS) for clause in full):
        raise NotUnderstoodError()
    return [part for clause in clauses for part in clause if _has_place([part])]


def _has_place(parts: Sequence[p.Part]) -> bool:
    return any(map(p.is_place, parts))


def _is_crossing(named: p.Named) -> bool:
    """Whether two names may be one of each axis of a grid: "Friday, morning"."""
    axes = [{called.axis for called in one if called.role == "category"} for one in named.mentions]
    return len(axes) == 2 and all(axes) and len(axes[0] | axes[1]) > 1


def _listed(parts: list[p.Part]) -> list[list[p.Part]]:
    """A value of each of several names: "pressure and temperature on 1 April"."""
    parts = _without_stop(parts)
    apart = p.of(parts, p.Named, lambda one: one.apart)
    operations = (p.Asked,) if apart else _OPERATIONS
    if p.has(parts, *operations, p.Grouped, p.Condition, p.Moved, p.But, p.Comparative):
        return [parts]
    if p.says(parts, "together", "share", "standing", "order", "minus", "whether"):
        return [parts]
    lists = p.of(parts, p.Named, lambda one: len(one.mentions) > 1)
    spots = p.of(parts, p.Spots, lambda one: len(one.items) > 1)
    if len(lists) + len(spots) != 1 or any(map(_is_crossing, lists)):
        return [parts]
    ones: list[p.Part] = [replace(one, mentions=(mention,)) for one in lists for mention in one.mentions]
    ones += (p.Spots((item,)) for one in spots for item in one.items)
    many = (*lists, *spots)[0]
    return [p.replaced(parts, many, one) for one in ones] if len(ones) <= MOST else [parts]
