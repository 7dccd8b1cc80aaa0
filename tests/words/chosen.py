"""Of the mixtures a few hundred that together reach every way in which the renderer takes a text."""

from __future__ import annotations

import heapq
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.markdown import render
from rusoil_jupyter.markdown.parser import parse
from tests.words.mixtures import COUNT, mixture

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

# What must stay letters, wherever in the tokens it lands.
_HAZARDS = (
    *(
        "<img",
        "<script",
        "<iframe",
        "<svg",
        "<style",
        "<form",
        "<a ",
        "<button",
        "<details",
        "<meta",
        "</",
        "<!",
    ),
    *(
        "javascript:",
        "http://attacker",
        "data:",
        "onerror",
        "onload",
        "&lt;",
        "&#",
        "![",
        "](",
        "\\href",
        "\\require",
    ),
    *("\\text", "\\def", "\x1b", "\u202e", "\x00", "`", "$", "|"),
)


@cache
def chosen(count: int = 300) -> tuple[str, ...]:
    """The texts, the one that reaches most first: whichever adds most to those before it, over and over."""
    reached = {text: _reached(text) for text in map(_sent, range(COUNT))}
    picked: dict[str, None] = {}
    while len(picked) < count:  # a second time round, and a third: in other company each
        rest = {text: ways for text, ways in reached.items() if text not in picked}
        picked |= dict.fromkeys(text for text in _cover(rest) if render(text).strip())
    return tuple(picked)[:count]


def _sent(seed: int) -> str:
    """As it comes over a wire of UTF-8: half a character is none."""
    return mixture(seed).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _cover(reached: dict[str, frozenset[object]]) -> Iterator[str]:
    covered: set[object] = set()
    waiting = [(-len(ways), text) for text, ways in reached.items()]
    heapq.heapify(waiting)
    while waiting:
        _gain, text = heapq.heappop(waiting)
        gain = len(reached[text] - covered)
        if not gain:
            continue
        if waiting and -waiting[0][0] > gain:  # counted before others covered a part of it
            heapq.heappush(waiting, (-gain, text))
            continue
        covered |= reached[text]
        yield text


def _reached(text: str) -> frozenset[object]:
    """The ways of a text: the tokens in their parents, what follows what, and which hazard lies in what."""
    return frozenset(_ways(parse(text), "page"))


def _ways(tokens: Sequence[Token], parent: str) -> Iterator[object]:
    above = [parent]
    for token in tokens:
        if token.nesting < 0 and len(above) > 1:
            above.pop()
        yield above[-1], token.type, token.markup
        yield from ((token.type, hazard) for hazard in _HAZARDS if hazard in token.content)
        yield from ((token.type, name, str(value)[:12]) for name, value in token.attrs.items())
        yield from _ways(token.children or (), token.type)
        if token.nesting > 0:
            above.append(token.type)
    yield from pairwise(token.type for token in tokens)
