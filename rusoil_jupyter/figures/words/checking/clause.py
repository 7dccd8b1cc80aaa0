"""One clause as elements, with whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rusoil_jupyter.figures.words.checking.elements import Figure, Word
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.item import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.checking.asking import Asker
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.forms import Language

Kind = TypeVar("Kind")
SHARE = p.Sign("share", Item("share"))
THAN = p.Sign("than", Item("than"))


@dataclass(frozen=True)
class Clause:
    """The elements of one clause."""

    elements: tuple[Element, ...]
    ask: Asker
    language: Language
    adds: bool = False  # to what is named before it
    infers: bool = False  # from what is told before it
    follows: bool = False  # after what is told before it

    def all(self, kind: type[Kind]) -> list[Kind]:
        """The elements of a kind."""
        return [one for one in self.elements if isinstance(one, kind)]

    def has(self, *kinds: type) -> bool:
        """Whether there is one of these kinds."""
        return any(isinstance(one, kinds) for one in self.elements)

    def says(self, *ideas: str) -> bool:
        """Whether there is one of these words."""
        return any(isinstance(one, Word) and one.idea in ideas for one in self.elements)

    def without(self, *gone: object) -> Clause:
        """The clause without these elements; words by their ideas."""
        kept = [
            one
            for one in self.elements
            if not any(one is it for it in gone) and not (isinstance(one, Word) and one.idea in gone)
        ]
        return self.of(kept)

    def of(self, elements: Sequence[Element]) -> Clause:
        """Another clause, said in the same breath."""
        return Clause(tuple(elements), self.ask, self.language)

    @property
    def kinds(self) -> list[p.Kind]:
        """The words for kinds of things that do not say how many."""
        return [one for one in self.all(p.Kind) if not one.count]

    @property
    def numbers(self) -> list[Figure]:
        """The numbers that may be values: those in digits, or with a unit."""
        return [one for one in self.all(Figure) if not one.is_spelled]

    def named(self, what: str) -> list[p.Named]:
        """The names of series, of categories, of axes."""
        return [one for one in self.all(p.Named) if one.role == what]

    def stats(self, name: str) -> list[p.Stat]:
        """The words for a statistic."""
        return [one for one in self.all(p.Stat) if one.name == name]

    def signs(self, *names: str) -> list[p.Sign]:
        """These words of the grammar, all of them."""
        return [one for one in self.all(p.Sign) if one.name in names]

    def sign(self, *names: str) -> p.Sign | None:
        """The first of these words of the grammar."""
        return next((one for one in self.all(p.Sign) if one.name in names), None)
