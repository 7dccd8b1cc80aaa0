"""A few combinators over the items of a question: each parse takes what it can, or nothing.

A parse never goes back: of alternatives the longest counts, and words that say nothing may stand between the
parts of a phrase. So the work is a small multiple of the length of the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.item import Item

MOST_FILLERS = 8  # between two words of a phrase: so the work stays a multiple of the length
Found = tuple[Any, int]
Parse = Callable[[Sequence["Item"], int], Found | None]


def when(holds: Callable[[Item], bool]) -> Parse:
    """One item of which something holds."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        return (items[at], at + 1) if at < len(items) and holds(items[at]) else None

    return parse


def idea(*names: str) -> Parse:
    """One item that may stand for one of these ideas."""
    return when(lambda item: not item.ideas.isdisjoint(names))


def chain(*parses: Parse) -> Parse:
    """All of these, one behind the other, as a list."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        values: list[Any] = []
        start = at
        for one in parses:
            wanted = one.one if isinstance(one, maybe) else one
            found = after_fillers(wanted, items, at) if at > start else wanted(items, at)
            if found is None and isinstance(one, maybe):
                found = (None, at)
            if found is None:
                return None
            values.append(found[0])
            at = found[1]
        return values, at

    return parse


class maybe:
    """In a chain this, or nothing: then the value is ``None``."""

    def __init__(self, one: Parse) -> None:
        self.one = one

    def __call__(self, items: Sequence[Item], at: int) -> Found | None:
        """As the last or only part."""
        return self.one(items, at) or (None, at)


def either(*parses: Parse) -> Parse:
    """The one of these that takes most; of equals the first."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        found = [made for one in parses if (made := one(items, at)) is not None]
        return max(found, key=lambda made: made[1], default=None)

    return parse


def some(one: Parse, between: Parse | None = None, more: Parse | None = None) -> Parse:
    """One or more of these; each further one behind ``between`` where that is given, or where ``more``
    fits it."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        values: list[Any] = []
        found = one(items, at)
        while found is not None:
            values.append(found[0])
            at = found[1]
            joint = between(items, at) if between is not None else (None, at)
            joint = joint or (more(items, at) and (None, at) if more is not None else None)
            found = after_fillers(one, items, joint[1]) if joint is not None else None
        return (values, at) if values else None

    return parse


def made(one: Parse, make: Callable[..., Any]) -> Parse:
    """What ``make`` makes of the value; nothing where it makes ``None``."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        found = one(items, at)
        value = make(found[0]) if found is not None else None
        return (value, found[1]) if found is not None and value is not None else None

    return parse


def unless(one: Parse, behind: Parse) -> Parse:
    """This where the other does not stand behind it."""

    def parse(items: Sequence[Item], at: int) -> Found | None:
        found = one(items, at)
        return found if found is not None and after_fillers(behind, items, found[1]) is None else None

    return parse


def after_fillers(one: Parse, items: Sequence[Item], at: int) -> Found | None:
    """What stands here, or behind a few words that may say nothing."""
    for behind in range(at, at + MOST_FILLERS):
        found = one(items, behind)
        if found is not None or behind >= len(items) or not items[behind].is_filler:
            return found
    return None
