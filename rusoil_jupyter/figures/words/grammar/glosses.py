"""Names of the figure in brackets behind a word of the asker's own language: «субботу (Sat)»."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar.names import is_operation, is_soft
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_GLOSS = re.compile(r"(?P<word>[^\W\d_]{3,}(?:-[^\W\d_]+)?)\s*\((?P<name>[^()]{1,100})\)")


def without_glosses(text: str, scene: Scene) -> str:
    """A plain text with the name alone, where a word before it only says the same.

    A word that says something of its own stays: an operation, or a quantity ("price (Brent)").
    """
    names = {plain(one.label) for one in scene.called if one.role != "axis"}

    def only_name(match: re.Match[str]) -> str:
        word = match["word"]
        says = is_operation(word) or is_soft(word) or lexicon.pattern("nouns", "quantities").fullmatch(word)
        return match[0] if says or match["name"].strip() not in names else match["name"].strip()

    return _GLOSS.sub(only_name, text)
