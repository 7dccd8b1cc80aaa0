"""Questions to a diagram: boxes, arrows between them, what comes before and after, the way between two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar.names import is_soft, label_words, same
from rusoil_jupyter.figures.words.grammar.outcome import Understood
from rusoil_jupyter.figures.words.stems import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.values.description import Diagram

_SIDES = {"to": "before", "from": "after", "before": "before", "after": "after"}


@dataclass(frozen=True)
class _Token:
    """A box by its name, an idea, or a word that is neither; ``text`` as it was said."""

    text: str
    node: str = ""
    idea: str = ""


def asked_of_diagram(text: str, diagram: Diagram) -> Understood:
    """What a plain text asks of a diagram, all of it; or which words are not understood."""
    tokens = list(_tokens(text, diagram))
    left = tuple(one.text for one in tokens if not (one.node or one.idea or is_soft(one.text)))
    if left:
        return Understood(left=left)
    nodes = list(dict.fromkeys(one.node for one in tokens if one.node))
    ideas = {one.idea for one in tokens if one.idea}
    made = {0: _of_all, 1: _of_one, 2: _of_two}.get(len(nodes), _of_none)
    return Understood(made(nodes, ideas, tokens))


def _tokens(text: str, diagram: Diagram) -> Iterator[_Token]:
    spoken = [(one.start(), one.end(), one[0]) for one in WORD.finditer(text)]
    labels = [(node.id, label_words(node.label)) for node in diagram.nodes if node.label]
    row = 0
    while row < len(spoken):
        size, node = max(((_length(words, row, spoken), one) for one, words in labels), default=(0, ""))
        start = spoken[row][0]
        end, idea = _idea_at(text, start) if not size else (0, "")
        last = spoken[row + max(size, 1) - 1][1]
        yield _Token(text[start : end or last], node if size else "", idea)
        row = next((at for at in range(row + max(size, 1), len(spoken)) if spoken[at][0] >= end), len(spoken))


def _idea_at(text: str, start: int) -> tuple[int, str]:
    """The longest idea that begins at a place, and where it ends; 0 for none."""
    matches = ((form.match(text, start), name) for name, form in _ideas())
    return max(((match.end(), name) for match, name in matches if match), default=(0, ""))


def _length(words: Sequence[str], row: int, spoken: Sequence[tuple[int, int, str]]) -> int:
    """How many words of the question name a box that is called so; 0 for another."""
    here = [word for _start, _end, word in spoken[row : row + len(words)]]
    named = len(here) == len(words) and all(same(one, word) for one, word in zip(here, words, strict=True))
    return len(words) if named else 0


@cache
def _ideas() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, lexicon.pattern(name, "flow")) for name in lexicon.names("flow"))


def _of_none(_nodes: Sequence[str], _ideas: set[str], _tokens: Sequence[_Token]) -> q.Query | None:
    return None


def _of_all(_nodes: Sequence[str], ideas: set[str], _tokens: Sequence[_Token]) -> q.Query | None:
    if "boxes" in ideas or "ends" in ideas:
        return q.Boxes()
    return q.Arrows() if "arrows" in ideas else None


def _of_one(nodes: Sequence[str], ideas: set[str], tokens: Sequence[_Token]) -> q.Query | None:
    (node,) = nodes
    if "linked" in ideas:
        return q.Neighbours(node=node, to=node)
    row = next(row for row, one in enumerate(tokens) if one.node)
    beside = [_SIDES[one.idea] for one in tokens[:row] if one.idea in _SIDES]
    if "before" in ideas:
        beside.insert(0, "before")
    elif ideas & {"after", "leads", "to"}:
        beside.insert(0, "after")
    if not beside:
        return None
    return q.Neighbours(to=node) if beside[-1] == "before" else q.Neighbours(node=node)


def _of_two(nodes: Sequence[str], ideas: set[str], _tokens: Sequence[_Token]) -> q.Query | None:
    first, second = nodes
    if "label" in ideas:
        return q.Arrows(node=first, to=second)
    if "way" in ideas or {"from", "to"} <= ideas:
        return q.Path(node=first, to=second)
    return q.Arrows(node=first, to=second) if ideas & {"linked", "arrows", "leads"} else None
