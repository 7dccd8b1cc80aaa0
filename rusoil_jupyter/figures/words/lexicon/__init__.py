"""The words of questions as data: for each idea its forms, and words that say nothing.

What the grammar composes is in ``grammar_en.toml`` and ``grammar_ru.toml``; ``en.toml`` and ``ru.toml`` tell
instructions from questions, and have the words that say nothing to an expert. ``claims_en.toml`` and
``claims_ru.toml`` have what statements are made of besides.

A form is a word or a phrase: ``_`` stands for any space, ``*`` behind a letter for any ending, ``~`` for one
of a noun (``дерев~`` is no «деревянное»), ``...`` for other words between (which are not part of the form).
The rest is a regular expression over plain text. A word of the language goes into the file; what follows from
an idea is in the grammar.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Part = Literal[
    "ideas",
    "fillers",
    "grammar",
    "soft",
    "units",
    "spelling",
    "misspelt",
    "quantities",
    "flow",
    "claims",
    "families",
    "polarity",
    "roles",
    "short",
    "more",
    "less",
    "most",
    "least",
]
_FILES = ("en.toml", "ru.toml", "grammar_en.toml", "grammar_ru.toml", "claims_en.toml", "claims_ru.toml")
_ENDING = r"[^\W\d_]*"
_OF_ADJECTIVE = r"[^\W\d_]*(?:н|ск|ов|ев)(?:[ыи]й|[ое]е|[ыи]е|[ое]го|[ое]му|ую|[ыи]ми|ая)(?![^\W_])"
_OF_NOUN = rf"(?!{_OF_ADJECTIVE}){_ENDING}"
_BETWEEN = r"(.{1,60}?)"  # the only groups that capture: what stands there is no part of the form


@cache
def forms(part: Part, name: str) -> tuple[str, ...]:
    """The forms of an idea, or fillers of a kind, of both languages."""
    found = tuple(form for words in _tables() for form in words.get(part, {}).get(name, "").split())
    if not found:
        raise KeyError(name)
    return found


@cache
def names(part: Part) -> tuple[str, ...]:
    """The ideas, or the kinds of fillers, that there are."""
    return tuple(dict.fromkeys(name for words in _tables() for name in words.get(part, {})))


@cache
def pattern(idea: str, part: Part = "ideas") -> re.Pattern[str]:
    """What finds an idea in a plain text."""
    return re.compile(
        r"(?<![^\W_])(?:" + "|".join(expression(form) for form in forms(part, idea)) + r")(?![^\W_])"
    )


@cache
def pattern_of(found: tuple[str, ...]) -> re.Pattern[str]:
    """As :func:`longest_first`, kept."""
    return longest_first(found)


def longest_first(found: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these forms, of those that begin alike the longest."""
    ordered = sorted(dict.fromkeys(found), key=lambda form: (-form.count("_"), -len(form)))
    return re.compile(r"(?<![^\W_])(?:" + "|".join(expression(form) for form in ordered) + r")(?![^\W_])")


def expression(form: str) -> str:
    """A form as a regular expression."""
    form = form.replace("_..._", rf"\s+{_BETWEEN}\s+").replace("_", r"\s+").replace("~", _OF_NOUN)
    return re.sub(r"(?<!\\w)(?<![.)\]])\*", lambda _star: _ENDING, form)


@cache
def _tables() -> tuple[dict[str, dict[str, str]], ...]:
    here = files(__name__)
    return tuple(tomllib.loads((here / name).read_text(encoding="utf-8")) for name in _FILES)
