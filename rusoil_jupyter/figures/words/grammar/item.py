"""One word or phrase of a question, and what it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words import dates, numbers
    from rusoil_jupyter.figures.words.grammar.scene import Called

_KINDS = frozenset({"marks", "bars", "curves"})
PERIODS = ("minute", "hour", "day", "week", "month", "quarter", "half-year", "year")


@dataclass(frozen=True)
class Item:
    """What stands at one place of a question; several meanings where only what is around it can decide.

    ``number`` with its ``unit`` (empty where none was written); ``nth`` of an ordinal; ``names`` what it
    may be
    called after, several where it names them equally well; ``classes`` what kind of thing it is a word for:
    ``series``, or the name of an axis whose categories it is said of.
    """

    text: str
    start: int = 0
    end: int = 0
    ideas: frozenset[str] = frozenset()
    names: tuple[Called, ...] = ()
    classes: frozenset[str] = frozenset()
    number: numbers.Written | None = None
    nth: int = 0
    unit: str = ""
    when: dates.Calendar | None = None
    soft: bool = False
    known: bool = True
    listed: bool = False  # a comma stands before it
    into: bool = False  # «в», «за», "in", "for" stands before it
    beside: bool = False  # «при», "at" stands before it

    @property
    def is_filler(self) -> bool:
        """Whether it may stand between the words of a phrase: it is no word for a kind of things."""
        return self.soft and not self.classes and not self.period and self.ideas.isdisjoint(_KINDS)

    @property
    def period(self) -> str:
        """The period of time it is a word for."""
        return next((one for one in PERIODS if one in self.ideas), "")
