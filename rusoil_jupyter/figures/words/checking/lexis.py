"""Words that statements have and questions do not: each is one sign in the text that the grammar reads.

So a phrase of the grammar ends where such a word stands, and none of them is spelled right into another. What says
nothing is left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_FIRST = 0xE000  # of the code points that are nobody's
_FILLER = "filler"
_NUMERAL = r"(?:двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|двенадцати|\d+)"
_REWRITTEN = (
    (re.compile(r"(?<=\d)-(?:fold|кратн\w+)(?!\w)"), " times"),
    (re.compile(rf"(?<!\w)в\s+({_NUMERAL}(?:\s*-\s*{_NUMERAL})?(?:[.,]\d+)?\s+раза?)(?!\w)"), r" \1"),
    (re.compile(r"(?<!\w)(?:is|are|was|were|has|have|had|be|been|being)\s+not(?!\w)"), " not"),
    (re.compile(r"(?<=\d)\s*(?:-)\s*(?:го|му|й|я|м)(?!\w)"), ""),
)


def marked(text: str, scene: Scene) -> str:
    """A plain text with signs for the words of statements; the names of the figure stay as they are."""
    text = _reworded(text)
    kept = [(at.start(), at.end()) for name in _names(scene) for at in re.finditer(name, text)]

    def sign(match: re.Match[str]) -> str:
        if any(_splits(match, start, end) for start, end in kept):
            return match[0]
        return " " if _idea(match) == _FILLER else f" {chr(_FIRST + _ideas().index(_idea(match)))} "

    return " ".join(_words().sub(sign, text).split())


def _splits(match: re.Match[str], start: int, end: int) -> bool:
    """Whether a word stands in a name: a phrase of some words may have a name in it."""
    apart = end <= match.start() or match.end() <= start
    within = match.start() <= start and end <= match.end() and len(match[0].split()) > 3
    return not (apart or within)


def idea_of(text: str) -> str:
    """The idea that a sign stands for; empty for any other text."""
    row = ord(text) - _FIRST if len(text) == 1 else -1
    return _ideas()[row] if 0 <= row < len(_ideas()) else ""


def _reworded(text: str) -> str:
    """Phrases that are read wrong in pieces, in other words."""
    for found, said in _REWRITTEN:
        text = found.sub(said, text)
    return text


def _names(scene: Scene) -> list[str]:
    labels = {plain(part) for one in scene.called for part in (one.label, without_unit(one.label))}
    return [rf"(?<!\w){re.escape(label)}(?!\w)" for label in labels if len(label) > 1]


@cache
def _ideas() -> tuple[str, ...]:
    return lexicon.names("claims")


@cache
def _every_form() -> tuple[tuple[str, str], ...]:
    pairs = [(form, idea) for idea in _ideas() for form in lexicon.forms("claims", idea)]
    return tuple(sorted(pairs, key=lambda pair: _length(pair[0])))


def _length(form: str) -> tuple[int, int]:
    """For the longest first; what only has to stand behind does not count."""
    taken = re.sub(r"\(\?[=!].*$", "", form)
    return -taken.count("_"), -len(taken)


@cache
def _words() -> re.Pattern[str]:
    """Every form, a group each: of those that begin alike the longest counts."""
    forms = "|".join(f"({lexicon.expression(form)})" for form, _idea in _every_form())
    return re.compile(rf"(?<![^\W_])(?:{forms})(?![^\W_])")


def _idea(match: re.Match[str]) -> str:
    return _every_form()[(match.lastindex or 1) - 1][1]
