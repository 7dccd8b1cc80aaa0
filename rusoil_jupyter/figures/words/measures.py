"""Units in questions: which one stands behind a number, and whether two names are of the same unit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.words.stems import alike, latin, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREPOSITIONS = frozenset({"в", "с", "in", "at", "a", "d", "г", "t", "c"})
_MANY = re.compile(r"^\s*(?:тыс|млн|млрд|thousand|million|billion|mln|bln)[а-я]*\.?\s*", re.IGNORECASE)
_DEGREES = re.compile(r"\s*(degrees?|deg|градус[а-я]*)\b", re.IGNORECASE)
_LEAST = 3  # letters that an abbreviation shares with its word


def measured(behind: str, asked: str, known: Iterable[str] = ()) -> tuple[str, int]:
    """The unit that a text begins with, as the question writes it, and how many letters of the text it takes.

    Args:
        behind: a plain text.
        asked: the question as it was asked: in a unit capitals count.
        known: the units of the figure, whatever they are: "$", "API".
    """
    return _of_figure(behind, set(known)) or _of_table(behind, asked) or ("", 0)


def _of_figure(behind: str, known: set[str]) -> tuple[str, int] | None:
    start = len(behind) - len(behind.lstrip())
    rest = behind[start:].casefold()
    for unit in sorted({plain(one) for one in known} - {""}, key=len, reverse=True):
        if plain(rest[: len(unit)]) == unit and not rest[len(unit) : len(unit) + 1].isalnum():
            return behind[start : start + len(unit)], start + len(unit)
    if "°" in {one.strip() for one in known} and (turned := _DEGREES.match(behind)):
        return turned[1], turned.end()
    return None


def _of_table(behind: str, asked: str) -> tuple[str, int] | None:
    head = re.match(r"(\s*)([^\s<?!;:,]+(?:\s+[^\s<?!;:,]+){0,2})", behind)
    if head is None:
        return None
    folded = plain(asked)
    at = folded.find(head[2]) if len(folded) == len(asked) else -1
    found = (units.unit_after(asked[at:]) if at >= 0 else "") or units.unit_after(head[2])
    is_word = found.casefold() in _PREPOSITIONS and re.match(r"\s*\S+\s+[^\W\d]", behind)
    return (found, len(head[1]) + len(found)) if found and not is_word else None


@lru_cache(maxsize=4096)
def same_unit(word: str, unit: str, *, whole: bool = False) -> bool:
    """Whether a word of a question names an axis' unit: the same letters, the same unit, or short for it.

    ``whole``: a number stands before the word, so that "USD" is not "thousand USD".
    """
    one, other = plain(word).strip(". "), plain(unit).strip(". ")
    if not one or not other:
        return False
    if latin(one) == latin(other) or ("°" in other and alike(one, "degrees") >= 0.8):
        return True
    left, right = units.parse(word), units.parse(unit)
    if left is not None and right is not None:
        return left == right
    is_part = whole and without_many(unit) != unit
    return not is_part and any(_short_for(one, part) for part in words(unit))


def without_many(unit: str) -> str:
    """A unit without the "thousand" or "million" before it."""
    return _MANY.sub("", unit)


def _short_for(word: str, part: str) -> bool:
    shorter, longer = sorted((word, part), key=len)
    return alike(word, part) >= 0.85 or (len(shorter) >= _LEAST and longer.startswith(shorter))
