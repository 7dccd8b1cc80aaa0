"""A sentence as clauses, each judged with what those before it leave unsaid."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.asking import Asker
from rusoil_jupyter.figures.words.checking.clause import Clause, is_place
from rusoil_jupyter.figures.words.checking.clauses import completed, is_cited, pieces_of, without_brackets
from rusoil_jupyter.figures.words.checking.comparisons import comparisons
from rusoil_jupyter.figures.words.checking.conditions import conditions
from rusoil_jupyter.figures.words.checking.courses import courses
from rusoil_jupyter.figures.words.checking.elements import Figure, Pair, elements_of
from rusoil_jupyter.figures.words.checking.extremes import extremes
from rusoil_jupyter.figures.words.checking.lexis import marked
from rusoil_jupyter.figures.words.checking.meetings import meetings, ranges, reached, things
from rusoil_jupyter.figures.words.checking.scenes import Figured
from rusoil_jupyter.figures.words.checking.settling import readings_of, settled
from rusoil_jupyter.figures.words.checking.values import values
from rusoil_jupyter.figures.words.forms import Language, clean
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.items import items_of
from rusoil_jupyter.figures.words.grammar.panels import panels_of
from rusoil_jupyter.figures.words.stems import plain
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.checking.verdicts import Verdict
    from rusoil_jupyter.figures.words.grammar.items import Item

_CLAIMS = (values, extremes, comparisons, courses, conditions, meetings, ranges, reached, things)


class Sentence:
    """One sentence about a figure."""

    def __init__(self, text: str, reading: Reading, language: Language) -> None:
        self.text = text
        self.reading = reading
        self.language = language

    def contradictions(self) -> tuple[str, ...]:
        """What the figure refutes of it."""
        if is_cited(self.text):
            return ()
        bare, _inside = without_brackets(completed(self.text))
        pieces = [_Piece(one, self.reading) for one in pieces_of(bare)]
        if not pieces or not all(piece.scene.is_readable for piece in pieces):
            return ()
        found = self._judged(pieces, ())
        return tuple(found or ())

    def _judged(self, pieces: Sequence[_Piece], before: tuple[Element, ...]) -> list[str] | None:
        """The contradictions of pieces, all of which are clauses; ``None`` where they are not."""
        if not pieces:
            return []
        for size in range(len(pieces), 0, -1):
            clause = self._clause(pieces[:size])
            verdicts = self._verdicts(clause, before) if clause is not None else []
            if clause is None or not verdicts:
                continue
            about = next((one.about for one in verdicts if one.about), clause.elements)
            rest = self._judged(pieces[size:], about)
            if rest is None:
                continue
            wrong = [] if any(one.holds for one in verdicts) else [self._sentence(verdicts[0], pieces[:size])]
            return [*wrong, *rest]
        return None

    def _clause(self, pieces: Sequence[_Piece]) -> Clause | None:
        panels = {piece.panels for piece in pieces}
        scene = pieces[0].scene
        if len(panels) > 1:
            every = max(panels, key=len)
            named = [one for one in panels if one != every]
            if len(named) != 1:
                return None
            scene = next(piece.scene for piece in pieces if piece.panels == named[0])
        items = [item for piece in pieces for item in piece.items]
        elements = settled(elements_of(items), scene)
        return Clause(tuple(elements), Asker(self.reading, scene), self.language)

    def _verdicts(self, clause: Clause, before: tuple[Element, ...]) -> list[Verdict]:
        """The verdicts on every reading of a clause: by itself, and with what was said before it."""
        found: list[Verdict] = []
        for elements in _completed(clause, before):
            for read in readings_of(elements, clause.ask.scene):
                for claims in _CLAIMS:
                    found += [one for one in claims(clause.of(read)) if one is not None]
            if any(one.holds for one in found):
                break
        return found

    def _sentence(self, verdict: Verdict, pieces: Sequence[_Piece]) -> str:
        clause = clean(" ".join(piece.text for piece in pieces).strip(" ,;:"), 160)
        return _("The text says {said}, but the figure gives {true}: “{clause}”").format(
            said=verdict.said, true=verdict.true, clause=clause
        )


def _completed(clause: Clause, before: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """The elements of a clause; then with the names, the places, and both, of the one before it."""
    yield clause.elements
    series: tuple[Element, ...] = ()
    places: tuple[Element, ...] = ()
    if not any(isinstance(one, p.Named) and not is_place(one) for one in clause.elements):
        series = tuple(one for one in before if isinstance(one, p.Named) and not is_place(one))
    if not any(is_place(one) for one in clause.elements) or clause.has(p.Comparative):
        places = tuple(one for one in before if is_place(one) or isinstance(one, Figure | Pair))
    stats = tuple(one for one in before if isinstance(one, p.Stat)) if not clause.has(p.Stat) else ()
    for more in (series, places, (*series, *places), (*stats, *series), (*stats, *series, *places)):
        if more:
            yield (*more, *clause.elements)


class _Piece:
    """A piece of a sentence as items, and the panels that it names."""

    def __init__(self, text: str, reading: Reading) -> None:
        self.text = text
        found, self.panels = panels_of(plain(text), reading.description)
        self.scene = Figured(reading.description, self.panels)
        self._plain = found

    @cached_property
    def items(self) -> list[Item]:
        return items_of(marked(self._plain, self.scene), self.text, self.scene)
