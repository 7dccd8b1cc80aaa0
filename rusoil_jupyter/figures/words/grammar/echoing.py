"""What stands behind "than" and leaves it to the place before to say of what: "in the first half than in the
second"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.grammar import parts as p
from rusoil_jupyter.figures.words.grammar.outcome import NotUnderstoodError

if TYPE_CHECKING:
    from rusoil_jupyter.figures.words.grammar.item import Item

_DIVIDED = (3, 6)  # months of a quarter, of half a year
_YEAR = 12
Place = p.Spots | p.Outer | p.Nth


def echoed(echo: p.Echo, before: list[p.Part]) -> Place | p.Sign:
    """The place that is meant, in the kind of the last one named before; where none was, the word itself.

    Raises:
        NotUnderstoodError: no such place was named.
    """
    named = next((part for part in reversed(before) if isinstance(part, Place)), None)
    if named is None and echo.end in {"first", "last"} and not echo.count:
        return p.Sign(echo.end, echo.item)
    match named:
        case p.Spots(items=(item,)) if _is_divided(item) and not echo.count:
            return p.Spots((_other(item, echo),))
        case p.Nth() if echo.nth and not echo.count and echo.period in {"", named.period}:
            return p.Nth(echo.nth, named.period)
        case p.Outer() if echo.period in {"", named.period}:
            return _outer(echo, named)
    raise NotUnderstoodError(echo.item.text)


def _is_divided(item: Item) -> bool:
    """Whether it is a half or a quarter, of which there are others."""
    when = item.when
    return (
        when is not None
        and not when.day
        and len(when.months) in _DIVIDED
        and when.months[0] < when.months[-1]
    )


def _other(item: Item, echo: p.Echo) -> Item:
    """The half or quarter of this number, of the same year."""
    if item.when is None:
        raise NotUnderstoodError(echo.item.text)
    length = len(item.when.months)
    nth = echo.nth or {"first": 1, "last": _YEAR // length}.get(echo.end, 0)
    months = tuple(range(length * nth - length + 1, length * nth + 1))
    if not nth or months[-1] > _YEAR:
        raise NotUnderstoodError(echo.item.text)
    return replace(item, when=replace(item.when, months=months))


def _outer(echo: p.Echo, named: p.Outer) -> p.Outer:
    """So many as were named, or as it says: the first or last ones, the second ones, the next ones."""
    count = echo.count or named.count
    if echo.end in {"first", "last"}:
        return p.Outer(echo.end, count, named.period)
    if named.end == "last":
        raise NotUnderstoodError(echo.item.text)
    skipped = named.count if echo.end == "next" else (echo.nth - 1) * count
    return p.Outer("first", count, named.period, skipped)
