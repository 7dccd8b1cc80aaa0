"""What comes of a question: a query, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.queries import Query


@dataclass(frozen=True)
class Absent:
    """What was asked for and is not there, as it was asked; and what there is of the kind.

    ``code``: a ``name`` of a series or category, a ``period`` or a ``place`` outside of the data, a ``unit``
    that no axis has, a ``quantity`` that is not shown.
    """

    code: Literal["name", "period", "place", "unit", "quantity"]
    asked: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A question as the grammar understands it.

    ``query`` is what it asks for, all of it. Else ``left`` has the words that no part of a query stands for,
    ``absent`` what is not in the figure, ``candidates`` the readings that fit equally well.
    """

    query: Query | None = None
    left: tuple[str, ...] = ()
    absent: Absent | None = None
    candidates: tuple[Query, ...] = ()


class NotUnderstoodError(Exception):
    """A part of the question that stands for nothing here."""

    def __init__(self, *words: str) -> None:
        super().__init__(*words)
        self.words = tuple(word for word in words if word)


class OpenError(NotUnderstoodError):
    """A part of the calendar that several years have."""

    def __init__(self, words: str, years: tuple[int, ...]) -> None:
        super().__init__(words)
        self.years = years


class AbsentError(Exception):
    """Something that the figure does not have."""

    def __init__(self, absent: Absent) -> None:
        super().__init__(absent.asked)
        self.absent = absent
