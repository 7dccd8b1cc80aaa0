"""Whether a text asks what a figure says, for a reason, or for something to be done.

Generous with instructions: a question that is taken for one reaches a model that is told what was read; an
instruction that is taken for a question never reaches anybody.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.lexicon import forms, longest_first, pattern
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.decision import Asks

MOST_CHARS = 10_000


def intent(text: str) -> Asks:
    """What a text asks for: ``question``, ``why``, ``instruction``, or without words ``description``."""
    said = plain(text[:MOST_CHARS])
    if not said:
        return "description"
    if pattern("instruct").search(said) or any(_begins().match(clause) for clause in _clauses(said)):
        return "instruction"
    return "why" if pattern("why").search(said) else "question"


def _clauses(said: str) -> list[str]:
    """Where something new may begin: after a full stop, a comma, "and then", "could you"."""
    return [clause.lstrip("\"'([ -") for clause in _joints().split(said)]


@cache
def _joints() -> re.Pattern[str]:
    return re.compile(rf"[.,;:!?()\n]+|{longest_first(forms('ideas', 'instruct_after')).pattern}")


@cache
def _begins() -> re.Pattern[str]:
    return pattern("instruct_first")
