"""Words that say what the figure shows in other words: quantities, adjectives of them, translated names."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.checking.elements import Factor, is_word
from rusoil_jupyter.figures.words.checking.predicates import is_not_so
from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.names import same
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import plain, synonyms, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.words.checking.elements import Element
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_MOST_TRANSLATED = 3
_ADJECTIVE = re.compile(
    r"[a-z]+(?:able|ible|ous|ive|ent|ant|ic|ical|al|y|ed|dense|deep)|[а-я]+(?:ый|ий|ой|ая|яя|ое|ее|ого|ей|ую|ым|ом|ые|ых)"
)
_LEAST = 4  # letters that an adjective has in common with its noun


def in_terms(elements: Sequence[Element], scene: Scene) -> list[Element]:
    """The elements without what only says in other words which quantity or which name is meant."""
    found = [_of_axis(_of_year(one, scene)) for one in elements if not _is_particle(one)]
    found = _without_translated(found)
    found = [
        one
        for row, one in enumerate(found)
        if not (isinstance(one, p.Unknown) and _is_of_quantity(found, row, scene))
    ]
    return _most(found)


def _of_year(one: Element, scene: Scene) -> Element:
    """A year that series are called after."""
    if not (isinstance(one, p.Spots) and len(one.items) == 1):
        return one
    when = one.items[0].when
    if when is None or not when.is_year:
        return one
    called = [other for other in scene.called if other.role == "series" and other.label == str(when.year)]
    return p.Named((tuple(called),), one.items[0]) if called else one


def _of_axis(one: Element) -> Element:
    """A word that is an axis' whole label: "drilled" is one before it is "Caspian Drill"."""
    if not (isinstance(one, p.Named) and len(one.mentions) == 1):
        return one
    whole = tuple(other for other in one.mentions[0] if plain(without_unit(other.label)) == one.item.text)
    is_axis = whole and all(other.role == "axis" for other in whole)
    return p.Named((whole,), one.item) if is_axis else one


def _is_particle(one: Element) -> bool:
    """«У» is no axis, «число» in front of what is counted no date."""
    if isinstance(one, p.Kind):
        return one.period == "day" and one.text.startswith("числ")
    return p.is_sign(one, "letter_y") and one.item.text == "у"


# --- names ------------------------------------------------------------------------------------------


def _without_translated(elements: Sequence[Element]) -> list[Element]:
    """«Дороги (Roads)» are "Roads"."""
    found: list[Element] = []
    for row, one in enumerate(elements):
        behind = elements[row + 1] if row + 1 < len(elements) else None
        if not (is_word(one, "called") and isinstance(behind, p.Named)):
            found.append(one)
            continue
        for _row in range(_MOST_TRANSLATED):
            if not found or not _is_translation(found[-1], behind):
                break
            found.pop()
    return found


def _is_translation(one: Element, named: p.Named) -> bool:
    match one:
        case p.Unknown(item=item):
            return not is_not_so(item.text)
        case p.Kind(count=count):
            return not count
        case p.Named(mentions=mentions):
            return mentions == named.mentions
        case p.Sign(name=name):
            return name == "others"
        case p.Stat(name=name):
            return name == "mean" and plain(named.item.text).startswith(("medium", "mid", "average"))
    return False


# --- quantities -------------------------------------------------------------------------------------


def _is_of_quantity(elements: Sequence[Element], row: int, scene: Scene) -> bool:
    """Whether a word is another one for the one quantity of the figure, or the adjective of it."""
    unknown = elements[row]
    if not isinstance(unknown, p.Unknown) or len(scene.value_labels) != 1:
        return False
    word, shown = unknown.item.text, _shown(scene)
    if any(_is_family(name, word, shown) for name in lexicon.names("families")):
        return True
    if is_not_so(word):
        return False
    if any(same(word, title) for title in scene.title_words if len(title) > 2):
        return True
    beside = [*elements[max(0, row - 1) : row], *elements[row + 1 : row + 2]]
    nouns = (noun for own in words(shown) for noun in synonyms(own))
    return any(map(_is_comparing, beside)) and any(is_adjective_of(word, noun) for noun in nouns)


def _is_comparing(one: Element) -> bool:
    if isinstance(one, p.Unknown):
        return one.item.text.startswith("сам") or one.item.text == "наиболее"
    return isinstance(one, p.Extremum | p.Comparative | Factor) or is_word(one, "than_as")


def _shown(scene: Scene) -> str:
    """What the figure calls its quantity: the label of the axis, and titles."""
    line = scene.lines[0]
    titles = (scene.description.title, line.panel.title)
    return plain(" ".join((line.values.label, line.values.unit, *map(without_unit, titles))))


@lru_cache(maxsize=4096)
def _is_family(name: str, word: str, shown: str) -> bool:
    pattern = lexicon.pattern(name, "families")
    return pattern.fullmatch(word) is not None and pattern.search(shown) is not None


@lru_cache(maxsize=4096)
def is_adjective_of(word: str, noun: str) -> bool:
    """Whether an adjective is made of the noun's stem: "permeable", "permeability"; «вязкая», «вязкость»."""
    if not _ADJECTIVE.fullmatch(word):
        return False
    pairs = enumerate(zip(word, noun, strict=False))
    common = next((at for at, (one, other) in pairs if one != other), min(len(word), len(noun)))
    return common >= max(_LEAST, (len(word) + 1) // 2)


def _most(elements: Sequence[Element]) -> list[Element]:
    """«Самый» and "the most" without their adjective are the largest."""
    return [
        p.Extremum("maximum") if isinstance(one, p.Unknown) and one.item.text == "наиболее" else one
        for one in elements
    ]
