"""Names like those of the figure that it does not have: "pad 3" beside "pad 1" and "pad 2"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import Absent
from rusoil_jupyter.figures.words.grammar.places import MOST_KNOWN
from rusoil_jupyter.figures.words.stems import plain

MOST_SYMBOL = 2  # letters of a symbol: p, Kп
_NUMBERED = re.compile(r"([^\W\d_]+[\s-]*)\d+[^\W\d_]?")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.grammar.item import Item
    from rusoil_jupyter.figures.words.grammar.scene import Scene


def absent_of(parts: Sequence[p.Part], scene: Scene) -> Absent | None:
    """The first name that begins like others of its kind and ends unlike all of them."""
    for kind, behind in pairwise(parts):
        if not isinstance(kind, p.Kind | p.Asked) or not kind.classes:
            continue
        item = _tail(behind)
        known = _known(kind.classes, scene)
        if item is not None and known:
            return Absent("name", f"{kind.text} {item.text}".strip(), known[:MOST_KNOWN])
    return _unlike_others(parts, scene)


def absent_quantity(unknown: Sequence[str], scene: Scene) -> Absent | None:
    """A quantity that the figure does not show, where nothing else of a question is unknown."""
    known = lexicon.pattern("nouns", "quantities")
    if not unknown or not all(known.fullmatch(word) for word in unknown):
        return None
    shown = dict.fromkeys(line.values.label for line in scene.lines if line.values.label)
    if not shown or any(map(_is_a_symbol, shown)):
        return None  # p may be a pressure, AAPL.High a price
    return Absent("quantity", " ".join(unknown), tuple(shown)[:MOST_KNOWN])


def _is_a_symbol(label: str) -> bool:
    name = re.split(r"[,(\[]", label)[0].strip()
    return len(name) <= MOST_SYMBOL or bool(re.fullmatch(r"\w+[._]\w+", name))


def _unlike_others(parts: Sequence[p.Part], scene: Scene) -> Absent | None:
    """ "W-9" beside "W-1" and "W-2"."""
    heads: dict[str, list[str]] = {}
    for one in scene.called:
        if one.role != "axis" and (match := _NUMBERED.fullmatch(plain(one.label))):
            heads.setdefault(match[1], []).append(one.label)
    for part in p.of(parts, p.Unknown):
        match = _NUMBERED.fullmatch(part.item.text)
        if match and match[1] in heads:
            return Absent("name", part.item.text, tuple(heads[match[1]][:MOST_KNOWN]))
    return None


def _tail(part: p.Part) -> Item | None:
    """A number or a sign that stands where the rest of a name would."""
    match part:
        case p.Unknown(item=item) if any(letter.isdigit() for letter in item.text):
            return item
        case p.Spots(items=(item,)) if not item.unit and item.when is None:
            return item
    return None


def _known(classes: frozenset[str], scene: Scene) -> tuple[str, ...]:
    """The names of a kind, where numbers or letters tell them apart."""
    return tuple(
        one.label
        for one in scene.called
        if one.kind in classes and any(letter.isdigit() for letter in one.label)
    )
