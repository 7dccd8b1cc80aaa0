"""A sentence as clauses, each judged with what those before it leave unsaid."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.asking import Asker
from rusoil_jupyter.figures.words.checking.clause import Clause
from rusoil_jupyter.figures.words.checking.clauses import (
    adds,
    completed,
    follows,
    infers,
    is_apart,
    is_cited,
    pieces_of,
    with_brackets,
    without_brackets,
    without_cited,
)
from rusoil_jupyter.figures.words.checking.comparisons import comparisons
from rusoil_jupyter.figures.words.checking.conditions import conditions
from rusoil_jupyter.figures.words.checking.courses import courses
from rusoil_jupyter.figures.words.checking.elements import Figure, Pair, There, elements_of, is_word
from rusoil_jupyter.figures.words.checking.extremes import extremes, months_of
from rusoil_jupyter.figures.words.checking.lexis import marked, with_points
from rusoil_jupyter.figures.words.checking.meetings import meetings, ranges, reached, things
from rusoil_jupyter.figures.words.checking.orders import extreme_pairs, orders, tops
from rusoil_jupyter.figures.words.checking.pairs import gaps, mostly
from rusoil_jupyter.figures.words.checking.predicates import without_predicates
from rusoil_jupyter.figures.words.checking.sameness import bounded, sameness
from rusoil_jupyter.figures.words.checking.scenes import Scenes
from rusoil_jupyter.figures.words.checking.settling import fits_places, readings_of, settled
from rusoil_jupyter.figures.words.checking.steps import firsts, steps
from rusoil_jupyter.figures.words.checking.values import values
from rusoil_jupyter.figures.words.checking.verdicts import Verdict
from rusoil_jupyter.figures.words.checking.wording import in_own_units
from rusoil_jupyter.figures.words.forms import Language, clean
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.item import Item
from rusoil_jupyter.figures.words.grammar.items import items_of
from rusoil_jupyter.figures.words.grammar.panels import panels_of
from rusoil_jupyter.figures.words.stems import plain
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_CLAIMS = (
    *(values, extremes, comparisons, courses, conditions, meetings, ranges, reached, things),
    *(gaps, mostly, steps, firsts, sameness, bounded),
    *(orders, tops, extreme_pairs),
)


class Sentence:
    """One sentence about a figure."""

    def __init__(self, text: str, scenes: Scenes, language: Language) -> None:
        self.text = text
        self.scenes = scenes
        self.language = language

    def contradictions(self) -> tuple[str, ...]:
        """What the figure refutes of it."""
        if is_cited(self.text):
            return ()
        description = self.scenes.reading.description
        titles = [description.title, *(panel.title for panel in description.panels)]
        names = self.scenes.whole.spelled
        said = completed(without_cited(self.text, titles))
        for text in dict.fromkeys((with_brackets(said, names), without_brackets(said, names))):
            pieces = [_Piece(one, self.scenes, self.language) for one in pieces_of(text)]
            readable = pieces and all(piece.scene.is_readable for piece in pieces)
            found = self._judged(pieces, ()) if readable else None
            if found is not None:
                return tuple(found)
        return ()

    def _judged(self, pieces: Sequence[_Piece], before: tuple[Element, ...]) -> list[str] | None:
        """The contradictions of pieces, all of which are clauses; ``None`` where they are not.

        Where they may be cut in several ways, of one that holds; else of that with the longest clauses.
        """
        first: list[str] | None = None
        for found in self._cuts(pieces, before):
            if not found:
                return found
            first = found if first is None else first
        return first

    def _cuts(self, pieces: Sequence[_Piece], before: tuple[Element, ...]) -> Iterator[list[str]]:
        """The contradictions of pieces in each way to cut them into clauses."""
        if not pieces:
            yield []
        for size in range(_longest(pieces), 0, -1):
            clause = self._clause(pieces[:size])
            verdicts = self._verdicts(clause, before) if clause is not None else []
            if clause is None or not verdicts:
                continue
            rest = self._judged(pieces[size:], _about(verdicts, clause, before))
            if rest is not None:
                holds = any(one.holds for one in verdicts)
                yield [*([] if holds else [self._sentence(verdicts[0], pieces[:size])]), *rest]

    def _clause(self, pieces: Sequence[_Piece]) -> Clause | None:
        panels = {piece.panels for piece in pieces}
        named = panels - {max(panels, key=len)} if len(panels) > 1 else panels
        if len(named) != 1:
            return None
        scene = next(piece.scene for piece in pieces if piece.panels in named)
        items = [item for piece in pieces for item in piece.items]
        elements = settled(elements_of(without_predicates(items)), scene)
        return Clause(
            tuple(elements),
            Asker(self.scenes.reading, scene),
            self.language,
            adds=adds(pieces[0].text),
            infers=infers(pieces[0].text),
            follows=follows(pieces[0].text),
        )

    def _verdicts(self, clause: Clause, before: tuple[Element, ...]) -> list[Verdict]:
        """The verdicts on every reading of a clause: by itself, and with what was said before it."""
        found: list[Verdict] = []
        if before and _is_aside(clause, before):
            return [Verdict(holds=True, about=before)]
        if before and (_is_of_changes(clause, before) or _is_of_both(clause) or _is_of_part(clause, before)):
            return found
        for elements in _completed(clause, before):
            for read in readings_of(elements, clause.ask.scene):
                found += _verdicts_on(clause.of(read))
            if any(one.holds for one in found):
                break
        return found

    def _sentence(self, verdict: Verdict, pieces: Sequence[_Piece]) -> str:
        clause = clean(" ".join(piece.text for piece in pieces).strip(" ,;:"), 160)
        if not verdict.said:
            return _("The figure says otherwise, {true}: “{clause}”").format(true=verdict.true, clause=clause)
        return _("The text says {said}, but the figure gives {true}: “{clause}”").format(
            said=verdict.said, true=verdict.true, clause=clause
        )


def _verdicts_on(clause: Clause) -> Iterator[Verdict]:
    """The verdicts of all kinds of claims."""
    for claims in _CLAIMS:
        yield from filter(None, claims(clause))


def _longest(pieces: Sequence[_Piece]) -> int:
    """How many pieces the first clause may have."""
    texts = [one.text for one in pieces]
    return next((row for row in range(1, len(texts)) if is_apart(texts[row], texts[:row])), len(texts))


def _is_of_changes(clause: Clause, before: Sequence[Element]) -> bool:
    """Whether a mean is one of the changes told before it: "fell every year, by an average of 10 t"."""
    return _moved(before) and bool(clause.stats("mean")) and not clause.named("series")


def _moved(before: Sequence[Element]) -> bool:
    return any(is_word(one, "up", "down") for one in before)


def _is_of_part(clause: Clause, before: Sequence[Element]) -> bool:
    """Whether "that is 35 %" is a share of something that was told before it."""
    percent = any(one.quantity.is_percent for one in clause.numbers)
    named = clause.named("series") or clause.named("category")
    return clause.infers and percent and not named and not _moved(before)


def _is_of_both(clause: Clause) -> bool:
    """Whether "together they take 77 %" leaves unsaid who they are."""
    return clause.sign("together") is not None and not clause.has(p.Named, p.Kind)


def _is_aside(clause: Clause, before: Sequence[Element]) -> bool:
    """Whether "its lowest of the first half" says of what was told of June that it is the lowest."""
    said = [one for one in clause.elements if not isinstance(one, p.Spots | p.Outer | p.Nth | p.Kind)]
    if not said or not isinstance(said[-1], p.Extremum):
        return False
    if not all(isinstance(one, p.Extremum) or is_word(one, "states") for one in said):
        return False
    front = min((months_of(one) for one in before if p.is_place(one)), default=math.inf)
    return any(months_of(one) > front for one in clause.elements)


def _about(verdicts: Sequence[Verdict], clause: Clause, before: tuple[Element, ...]) -> tuple[Element, ...]:
    """What the next clause may leave unsaid, of the reading that holds; a name stays until another one."""
    ordered = sorted(verdicts, key=lambda one: not one.holds)
    about = next((one.about for one in ordered if one.about), clause.elements)
    about = (*_ways(clause.elements), *_there(clause, before), *about)
    return about if _names(about) else (*_names(before), *about)


def _names(elements: Sequence[Element]) -> tuple[Element, ...]:
    """The series and axes that are named."""
    return tuple(one for one in elements if p.is_named(one, "series", "axis"))


def _ways(elements: Sequence[Element]) -> tuple[Element, ...]:
    return tuple(one for one in elements if is_word(one, "up", "down"))


def _completed(clause: Clause, before: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """The elements of a clause; then with what of the one before it it may leave unsaid."""
    if clause.adds:
        yield (*p.of(before, p.Named), *clause.elements)
        return
    if _is_after(clause):
        yield from _completed_after(clause, before)
        return
    yield clause.elements
    names = () if _names(clause.elements) else _names(before)
    places = () if _says_where(clause) else _places(before, clause.ask.scene)
    operations: list[tuple[Element, ...]] = [
        (),
        () if clause.says("up", "down", "states") else _ways(before),
        () if clause.has(p.Stat) else tuple(p.of(before, p.Stat)),
    ]
    which_marks: list[tuple[Element, ...]] = [(), names, places, (*names, *places)]
    said = dict.fromkeys((*operation, *which) for operation in operations for which in which_marks)
    yield from ((*more, *clause.elements) for more in said if more)


def _is_after(clause: Clause) -> bool:
    """Whether it goes somewhere from where the clause before it ended: "and then falls"."""
    return clause.follows and clause.says("up", "down", "flat") and not _says_where(clause)


def _completed_after(clause: Clause, before: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    """The elements of such a clause, from the place that was named last; none where none is known."""
    names = () if _names(clause.elements) else _names(before)
    for there in (one for one in before if isinstance(one, There)):
        yield (*names, p.Stretch(there.place, None, "start", "open"), *clause.elements)


def _there(clause: Clause, before: Sequence[Element]) -> tuple[There, ...]:
    """Where a clause ends; nowhere where it goes on from the one before it, or has several places."""
    found = _places(clause.elements, clause.ask.scene)
    if not found:
        return () if clause.follows else tuple(one for one in before if isinstance(one, There))
    match found:
        case (Figure(item=item) | p.Spots(items=(item,)),):
            return (There(item),)
        case (p.Stretch(end=Item() as item) as stretch,) if stretch.start is not None or not _is_value(
            item, clause.ask.scene
        ):
            return (There(item),)
    return ()


def _is_value(item: Item, scene: Scene) -> bool:
    """Whether "to 23" may be no place."""
    return (
        item.number is not None and item.when is None and not (item.unit and fits_places(Figure(item), scene))
    )


def _says_where(clause: Clause) -> bool:
    return any(map(p.is_place, clause.elements)) and not clause.has(p.Comparative)


def _places(elements: Sequence[Element], scene: Scene) -> tuple[Element, ...]:
    """What may say where: places, and numbers that may be some."""
    return tuple(
        one
        for one in elements
        if p.is_place(one) or isinstance(one, Pair) or (isinstance(one, Figure) and fits_places(one, scene))
    )


class _Piece:
    """A piece of a sentence as items, and the panels that it names."""

    def __init__(self, text: str, scenes: Scenes, language: Language) -> None:
        self.text = text
        self._asked = in_own_units(text, scenes.whole)
        found, self.panels = panels_of(with_points(plain(self._asked), language), scenes.reading.description)
        self.scene = scenes.of(self.panels)
        self._plain = found

    @cached_property
    def items(self) -> list[Item]:
        return items_of(marked(self._plain, self.scene), self._asked, self.scene)
