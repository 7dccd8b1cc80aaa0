""" "One" where it is no number: "the first one", "the cheaper one", "the largest of the red ones"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.item import Item

_COMPARED = re.compile(r"(?!over$|under$)[a-z]+er")
_ORDERED = frozenset({"first", "last", "maximum", "minimum", "next"})


def without_pronouns(items: list[Item]) -> list[Item]:
    """The items, where "one" that stands for a thing already named says nothing."""
    return [
        replace(item, number=None, ideas=frozenset(), soft=True) if _is_pronoun(items, row) else item
        for row, item in enumerate(items)
    ]


def _is_pronoun(items: list[Item], row: int) -> bool:
    """Whether it stands behind what tells a thing from others, and before no unit."""
    if items[row].text != "one" or not row:
        return False
    before, behind = items[row - 1], items[row + 1] if row + 1 < len(items) else None
    counts = behind is not None and bool(behind.period or behind.unit or behind.classes)
    tells = (
        before.text == "the"
        or before.names
        or before.ideas & _ORDERED
        or before.nth
        or _COMPARED.fullmatch(before.text)
    )
    return bool(tells) and not counts
