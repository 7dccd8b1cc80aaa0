"""What the figure says to one reading of a clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.checking.quantities import is_in
from rusoil_jupyter.figures.words.forms import Language, clean, moment, number

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.checking.asking import Answer
    from rusoil_jupyter.figures.words.checking.clause import Clause
    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.checking.quantities import Quantity


@dataclass(frozen=True)
class Verdict:
    """Whether it holds; what was ``said``, and what is ``true``, as a sentence has them.

    ``about`` are the elements that a clause behind it may leave unsaid.
    """

    holds: bool
    said: str = ""
    true: str = ""
    about: tuple[Element, ...] = ()


def of_number(claimed: Quantity, answer: Answer, rest: Clause) -> Verdict | None:
    """A claimed number against an answer; ``None`` where they can't be compared."""
    language = rest.language
    holds = is_in(claimed, answer.numbers, answer.unit, answer.label)
    if holds is None:
        return None
    return Verdict(
        holds, claimed.told(language), told(answer.numbers[0], answer.unit, language), rest.elements
    )


def told(value: float, unit: str, language: Language) -> str:
    """A number with its unit."""
    return f"{number(value, language)} {clean(unit, 20)}".strip()


def place(cell: object, unit: str, language: Language) -> str:
    """A place as a sentence has it."""
    if isinstance(cell, int | float):
        return told(float(cell), unit, language)
    return moment(str(cell), language)
