"""One way to say a thing turned into another: what rose "against" is more, "the longer, the lower" falls."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from rusoil_jupyter.figures.words.checking.elements import Figure, Word, is_word
from rusoil_jupyter.figures.words.grammar import parts as p

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_RELATIONS = {"up": "above", "down": "below"}
_WAYS = {"above": "up", "below": "down"}


def as_compared(elements: Sequence[Element]) -> list[Element]:
    """ "Up 20 % on February" is 20 % more than in February; what it is compared with stands behind."""
    found = _of_two_series(elements)
    moved = [one for one in found if is_word(one, *_RELATIONS)]
    than = next((row for row, one in enumerate(found) if p.is_sign(one, "than")), None)
    if len(moved) != 1 or than is None or p.has(found, p.Comparative, p.Extremum):
        return found
    with_what = next((row for row in range(than + 1, len(found)) if _is_side(found[row])), None)
    if with_what is None:
        return found
    side = found[than : with_what + 1]
    rest = [*found[:than], *found[with_what + 1 :]]
    if not any(map(_is_side, rest)):
        return found
    compared: list[Element] = [
        p.Comparative(_RELATIONS[one.idea]) if one is moved[0] else one  # type: ignore[arg-type]
        for one in rest
        if not p.is_sign(one, "by")
    ]
    return [*compared, *side]


def _is_side(one: Element) -> bool:
    return p.is_place(one) or p.is_named(one, "series")


def _of_two_series(elements: Sequence[Element]) -> list[Element]:
    """ "More gasoline than diesel" of series with these names."""
    found: list[Element] = []
    for one, *behind in zip(elements, [*elements[1:], None], [*elements[2:], None, None], strict=False):
        is_other = isinstance(one, p.Condition) and one.other is not None and p.is_sign(behind[0], "than")
        if is_other and one.other.role == "series" and p.is_named(behind[1], "series"):  # type: ignore[union-attr]
            relation = "below" if one.relation in {"below", "at_most"} else "above"  # type: ignore[union-attr]
            found += [p.Comparative(relation), one.other]  # type: ignore[arg-type,union-attr,list-item]
        else:
            found.append(one)
    return found


def as_directed(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """ "The longer the well, the lower the rate" is a rate that falls along the length."""
    elements = [part for one in elements for part in _apart(one, scene)]
    rows = [row for row, one in enumerate(elements) if isinstance(one, p.Comparative)]
    if len(rows) != 2:
        return list(elements)
    first, last = rows
    between, behind = elements[first + 1 : last], elements[last + 1 :]
    named = [one for one in between if p.is_named(one, "axis")]
    if len(named) != 1 or len(p.of(between, p.Named)) != 1 or not _is_of_places(named[0], scene):
        return list(elements)
    front = [one for one in elements[:first] if not p.is_sign(one, "than")]
    ways = [_WAYS[elements[row].relation] for row in rows]  # type: ignore[union-attr]
    return [*front, Word("along"), named[0], Word(ways[0]), *behind, Word(ways[1])]


def _apart(one: Element, scene: Scene) -> tuple[Element, ...]:
    """A place is no less than a value: "the depth, the lower the pressure" are two things."""
    if not (isinstance(one, p.Condition) and one.subject is not None and one.other is not None):
        return (one,)
    values = {line.values.label for line in scene.lines}
    if not (one.subject.is_axis and _is_of_places(one.subject, scene)):
        return (one,)
    relation: Literal["above", "below"] = "below" if one.relation in {"below", "at_most"} else "above"
    is_value = one.other.role != "category" and not (
        one.subject.labels & values or _is_of_places(one.other, scene)
    )
    return (one.subject, p.Comparative(relation), one.other) if is_value else (one,)


def _is_of_places(named: p.Named, scene: Scene) -> bool:
    return bool({line.places.label for line in scene.lines} & named.labels)


def coming_to(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "Without A the mean falls to 96" is 96."""
    stats = p.of(elements, p.Stat)
    ways = [one for one in elements if is_word(one, *_RELATIONS)]
    ends = [one for one in p.of(elements, p.Stretch) if one.start is None and _is_number(one)]
    if len(stats) != 1 or len(ways) != 1 or len(ends) != 1 or not p.has(elements, p.But):
        return
    yield tuple(
        Figure(one.end) if one is ends[0] else one  # type: ignore[arg-type]
        for one in elements
        if one is not ways[0]
    )


def _is_number(stretch: p.Stretch) -> bool:
    return stretch.end is not None and stretch.end.number is not None and stretch.end.when is None


def since_until(elements: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """ "By December it had fallen from July": from July to December."""
    open_ones = [one for one in p.of(elements, p.Stretch) if one.end is None and one.joint == "open"]
    spots = [one for one in p.of(elements, p.Spots) if len(one.items) == 1]
    if len(open_ones) != 1 or len(spots) != 1 or not any(is_word(one, *_RELATIONS) for one in elements):
        return
    closed = replace(open_ones[0], end=spots[0].items[0], joint="to")
    signs = [one for one, behind in pairwise(elements) if behind is spots[0] and isinstance(one, p.Sign)]
    row = next(row for row, one in enumerate(elements) if one is open_ones[0])
    peak = [one for one in elements[row + 1 : row + 2] if isinstance(one, p.Extremum)]
    gone = [*spots, *signs, *peak]
    yield tuple(
        closed if one is open_ones[0] else one for one in elements if not any(one is other for other in gone)
    )
