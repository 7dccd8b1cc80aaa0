"""A wrong letter in a long word, where one known word alone is near."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import dates, lexicon
from rusoil_jupyter.figures.words.grammar.names import is_idea, same
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import WORD, stem, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_LEAST = 5  # letters of a word that may have a wrong one; of a month four


def corrected(text: str, scene: Scene) -> str:
    """A plain text with the words that nothing knows replaced by the only known one that is a letter away."""
    names = tuple(dict.fromkeys(word for one in scene.called for word in words(without_unit(one.label))))
    names += tuple(word for word in scene.title_words if word not in names)
    pieces, at = [], 0
    for match in WORD.finditer(text):
        word = match[0]
        if len(word) >= _LEAST - 1 and word.isalpha() and not _is_known(word, names):
            pieces += [text[at : match.start()], _nearest(word, names)]
            at = match.end()
    return "".join([*pieces, text[at:]])


@lru_cache(maxsize=20_000)
def _is_known(word: str, names: tuple[str, ...]) -> bool:
    return (
        any(same(word, name) for name in names)
        or is_idea(word)
        or word in _parts_of_phrases()
        or dates.month_of(word) > 0
        or any(
            lexicon.pattern(name, part).fullmatch(word)
            for part in ("soft", "units", "fillers")
            for name in lexicon.names(part)
        )
    )


@cache
def _parts_of_phrases() -> frozenset[str]:
    """Words that ideas of several words have: "time" of "for the first time"."""
    forms = (
        form
        for part in ("grammar", "soft")
        for name in lexicon.names(part)
        for form in lexicon.forms(part, name)
    )
    return frozenset(word for form in forms for word in form.split("_") if word.isalpha())


@lru_cache(maxsize=20_000)
def _nearest(word: str, names: tuple[str, ...]) -> str:
    near = {known for known in _spelling("months") if _is_a_letter_away(word, known)}
    near |= {name for name in _spelling("words") if len(name) >= _LEAST and _is_a_letter_away(word, name)}
    if len(word) >= _LEAST:
        known = [name for name in names if len(name) >= _LEAST - 1 and name.isalpha()]
        near |= {name for name in known if _is_a_letter_away(stem(word), stem(name))}
    return near.pop() if len({stem(one) for one in near}) == 1 else word


@cache
def _spelling(kind: str) -> tuple[str, ...]:
    return lexicon.forms("spelling", kind)


def _is_a_letter_away(one: str, other: str) -> bool:
    """Whether one letter was left out, added or replaced, or two have changed places."""
    if one == other or abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 3:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, other_rest = one[start:], other[start:]
    if len(rest) == len(other_rest):
        return rest[1:] == other_rest[1:] or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    return rest[1:] == other_rest or rest == other_rest[1:]
