"""Figures in words: questions understood, findings said, figures described. Russian and English.

No model is needed for any of it. What a model adds is chosen through :func:`query_schema` and
:func:`from_model`, and what it says is checked with :func:`verify`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.absent import say_absent
from rusoil_jupyter.figures.words.forms import Language, language_of
from rusoil_jupyter.figures.words.grammar import Understood, understood
from rusoil_jupyter.figures.words.menu import from_model, menu, query_schema
from rusoil_jupyter.figures.words.restating import restate
from rusoil_jupyter.figures.words.saying import say

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

__all__ = [
    "Language",
    "Understood",
    "alt_text",
    "caption",
    "describe",
    "from_model",
    "language_of",
    "menu",
    "query_schema",
    "restate",
    "say",
    "say_absent",
    "understood",
    "verify",
]


# These compute, and so need numpy: it is imported when the first figure is described.


def describe(reading: Reading, language: Language) -> str:
    """A paragraph: kind, axes with units and ranges, each series with extremes and trend, crossings,
    outliers."""
    from rusoil_jupyter.figures.words import describing

    return describing.describe(reading, language)


def alt_text(reading: Reading, language: Language) -> str:
    """For those who don't see it: first what is drawn, in at most 250 characters, then what it says."""
    from rusoil_jupyter.figures.words import describing

    return describing.alt_text(reading, language)


def caption(reading: Reading, language: Language, number: int | None = None) -> str:
    """A caption as papers have it: «Рисунок 1 — Динамика дебита нефти, м³/сут» (GOST), "Figure 1. ..."."""
    from rusoil_jupyter.figures.words import describing

    return describing.caption(reading, language, number)


def verify(text: str, reading: Reading) -> tuple[str, ...]:
    """Sentences about numbers in ``text`` that the figure refutes; in the language of the text."""
    from rusoil_jupyter.figures.words import checking

    return checking.verify(text, reading)
