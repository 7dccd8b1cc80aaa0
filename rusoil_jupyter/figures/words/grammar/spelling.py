"""Misspelt words: what nothing knows is read as the one known word that it sounds like, or is a slip away
from.

A slip is a letter left out, added or in the place of its neighbour, or one replaced by a letter beside it on
the keyboard or that sounds alike: "Iceland" is no slip of "Ireland".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words import dates, lexicon
from rusoil_jupyter.figures.words.grammar.names import is_idea, is_thing, same
from rusoil_jupyter.figures.words.labels import without_unit
from rusoil_jupyter.figures.words.stems import ENDINGS, WORD, plain, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rusoil_jupyter.figures.words.grammar.scene import Scene

_LEAST = 5  # letters of a known word that may be misspelt; its misspelling may have one less
_ENDING = 3  # letters of an ending
_LONG = 8  # letters of a word that may have two slips
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю")
_ALIKE = (
    "aeioy",  # "suction" is no slip of "section"
    "aou",
    "аоуыэяеию",
    "сз",
    "вф",
    "бп",
    "дт",
    "гкх",
    "жшщчц",
    "ьъ",
    "sz",
    "ckq",
    "vf",
    "gj",
    "dt",
    "bp",
)
_SOUNDS = (
    (re.compile("[жзсш]ч|щ"), "щ"),
    (re.compile("т[ьъ]?с"), "ц"),
    (re.compile("[ьъ]"), ""),
    (re.compile("[еэия]"), "и"),
    (re.compile("о"), "а"),
    (re.compile(r"(.)\1"), r"\1"),
)
_PROPER = re.compile(r"(?<=[^\W_] )[A-ZА-ЯЁ][a-zа-яё]+")
_VOICELESS = str.maketrans("бвгджз", "пфктшс")


def corrected(text: str, asked: str, scene: Scene) -> str:
    """A plain text with the words that nothing knows replaced by the only known one that is near.

    Args:
        text: plain.
        asked: as it was asked: a capital within a sentence makes a name, and "Mars" no misspelt "marks".
        scene: whose names may be misspelt.
    """
    proper = {plain(match[0]) for match in _PROPER.finditer(asked)}
    names = tuple(dict.fromkeys(word for one in scene.called for word in words(without_unit(one.label))))
    names += tuple(word for word in scene.title_words if word not in names)
    pieces, at = [], 0
    for match in WORD.finditer(text):
        word = match[0]
        if word.isalpha() and (meant := _meant(word, names, word in proper)) != word:
            pieces += [text[at : match.start()], meant]
            at = match.end()
    return "".join([*pieces, text[at:]])


@lru_cache(maxsize=20_000)
def _meant(word: str, names: tuple[str, ...], is_name: bool) -> str:
    """The word that is meant; the word itself where it is known, or where none or several are near.

    What is the name of something is only another name, or a month.
    """
    if word in names:
        return word
    short = next((right for right, wrong in _little() if wrong.fullmatch(word)), "")
    if short or len(word) < _LEAST - 1 or _is_known(word, names):
        return short or word
    own = [name for name in names if len(name) >= _LEAST - 1 and name.isalpha()]
    find = _near_name if is_name else _near
    near = next(filter(None, (find(word, own, is_near) for is_near in (_sounds_like, _is_slip_of))), {})
    return near.popitem()[1] if len(near) == 1 else word


def _near_name(word: str, own: Sequence[str], is_near: Callable[[str, str], bool]) -> dict[str, str]:
    names = (*own, *(form for form in lexicon.forms("spelling", "months") if form.isalpha()))
    return {stem(name): name for name in names if is_near(stem(word), stem(name)) or is_near(word, name)}


def _near(word: str, own: Sequence[str], is_near: Callable[[str, str], bool]) -> dict[str, str]:
    """The words near to one, by their stems: names and words in full, or else inflected ones."""
    near = {stem(name): name for name in own if is_near(stem(word), stem(name)) or is_near(word, name)}
    near |= {stem(known): known for known in _full_forms() if is_near(word, known)}
    return near or {root: root + end for root, end in _inflected(word) if is_near(word, root + end)}


def _is_known(word: str, names: tuple[str, ...]) -> bool:
    return (
        any(same(word, name) for name in names)
        or is_idea(word)
        or is_thing(word)
        or word in _parts_of_phrases()
        or dates.month_of(word) > 0
        or lexicon.pattern("kept", "spelling").fullmatch(word) is not None
        or any(
            lexicon.pattern(name, part).fullmatch(word)
            for part in ("soft", "units", "ideas", "fillers", "quantities")
            for name in lexicon.names(part)
        )
    )


# --- what is known ------------------------------------------------------------------------------------


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


@cache
def _little() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Little words, and how they are misspelt."""
    return tuple((right, lexicon.pattern(right, "misspelt")) for right in lexicon.names("misspelt"))


@cache
def _forms() -> tuple[str, ...]:
    """Of words that say something."""
    parts: tuple[tuple[lexicon.Part, str], ...] = (
        *(("grammar", name) for name in lexicon.names("grammar") if name != "things"),
        *(("soft", name) for name in lexicon.names("soft") if name in lexicon.names("quantities")),
    )
    return tuple(form for part, name in parts for form in lexicon.forms(part, name))


@cache
def _full_forms() -> tuple[str, ...]:
    """Words as they are written in full."""
    forms = [form for kind in ("months", "words") for form in lexicon.forms("spelling", kind)]
    forms += [form for form in _forms() if form.isalpha() and len(form) >= _LEAST]
    return tuple(dict.fromkeys(form for form in forms if len(form) >= _LEAST - 1))


@cache
def _roots() -> tuple[str, ...]:
    """What words of the lexicon begin with, whatever their endings."""
    roots = (form.removesuffix("*") for form in _forms() if form.endswith("*"))
    return tuple(dict.fromkeys(root for root in roots if len(root) >= _LEAST and root.isalpha()))


def _inflected(word: str) -> Iterator[tuple[str, str]]:
    """Roots with the ending that a word has."""
    short = [end for end in ("", *ENDINGS) if len(end) <= min(_ENDING, len(word) - _LEAST + 1)]
    ends = [end for end in short if word.endswith(end)]
    for root in _roots():
        if root[0] == word[0]:
            yield from ((root, end) for end in ends if abs(len(root) + len(end) - len(word)) <= 1)


# --- what is near --------------------------------------------------------------------------------------


def _sounds_like(one: str, other: str) -> bool:
    """Whether two Russian words sound alike where no vowel is stressed."""
    return len(one) >= _LEAST - 2 and _sound(one) == _sound(other)


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    for written, by in _SOUNDS:
        word = written.sub(by, word)
    return word.translate(_VOICELESS)


def _is_slip_of(word: str, known: str) -> bool:
    longest, shortest = max(len(word), len(known)), min(len(word), len(known))
    if word[0] != known[0] or longest < _LEAST or shortest < _LEAST - 2:
        return False
    most = 2 if shortest >= _LONG else 1
    return longest - shortest <= most and _slips(word, known) <= most


def _slips(one: str, other: str) -> int:
    """How many slips lie between two words."""
    before, last = [0] * (len(other) + 1), list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, right in enumerate(other, 1):
            costs = [last[column] + 1, now[-1] + 1, last[column - 1] + _cost(letter, right)]
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], right):
                costs.append(before[column - 2] + 1)
            now.append(min(costs))
        before, last = last, now
    return last[-1]


@lru_cache(maxsize=4096)
def _cost(letter: str, right: str) -> int:
    """Of a letter for another one."""
    if letter == right:
        return 0
    near = any(
        letter in row and right in row and abs(row.index(letter) - row.index(right)) == 1 for row in _ROWS
    )
    return 1 if near or any(letter in kind and right in kind for kind in _ALIKE) else 2
