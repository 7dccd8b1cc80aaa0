"""Dates on an axis, of which each label tells a part: a month, a day, a year below the first of them.

What a label leaves out is the same as before it, or the next one: years and months only go forward.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "янв фев мар апр мая июн июл авг сен окт ноя дек",
    )
    for number, name in enumerate(names.split(), 1)
}
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})-(?P<m>\d{2})(?:-(?P<d>\d{2}))?",
        r"(?:(?P<d>\d{1,2})\.)?(?P<m>\d{2})\.(?P<y>\d{4})",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?:(?P<d>\d{1,2}) )?(?P<name>[a-zа-я]{3,9})\.?,? ?(?P<y>\d{4})",
        r"(?P<name>[a-zа-я]{3,9})\.? (?P<d>\d{1,2}), (?P<y>\d{4})",
        r"(?P<name>[a-zа-я]{3,9})\.? ?(?P<d>\d{1,2})?",
        r"(?P<d>\d{1,2}) (?P<name>[a-zа-я]{3,9})\.?",
        r"(?P<m>\d{2})[-/](?P<d>\d{2})",
        r"(?P<y>(?:19|20)\d{2})",
    )
)
_DAY_OF_A_WEEK = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс)[a-zа-я]*\.? (\d{1,2})")


@dataclass(frozen=True)
class Part:
    """What a label tells of its date; 0 for what it does not."""

    year: int = 0
    month: int = 0
    day: int = 0


def as_date(text: str) -> float | None:
    """Seconds since 1970 of a label that tells its year and month, in numbers or names of two languages."""
    part = part_of(text)
    return _seconds(part) if part and part.year and part.month else None


def part_of(text: str) -> Part | None:
    """What a label tells of a date; ``None`` where that is nothing."""
    tidy = text.strip().lower().replace("г.", "").strip(" .,")
    if day := _DAY_OF_A_WEEK.fullmatch(tidy):
        return Part(day=int(day[1]))
    for form in _FORMS:
        if found := form.fullmatch(tidy):
            parts = found.groupdict()
            month = MONTHS.get(parts["name"][:3]) if parts.get("name") else int(parts.get("m") or 0)
            if month is not None and month <= 12:
                return Part(int(parts.get("y") or 0), month, int(parts.get("d") or 0))
    return None


def resolved(texts: Sequence[str], years: Sequence[int] = ()) -> list[float | None]:
    """Seconds since 1970 for the labels of an axis in their order; ``None`` where that is not known.

    Args:
        texts: the labels.
        years: for each of them a year that stands below it, else 0. May be left out.
    """
    parts = [part_of(text) for text in texts]
    months = sum(part is not None and bool(part.month) for part in parts)
    if months < 2:
        return [None] * len(parts)
    known = [
        part and replace(part, year=part.year or year)
        for part, year in zip(parts, years or [0] * len(parts), strict=True)
    ]
    first = next((place for place, part in enumerate(known) if part and part.year), None)
    if first is None:
        return [None] * len(parts)
    later = list(_forward(known[first:]))
    start = later[0] or Part()
    return [*_backward(known[:first], start), *(_seconds(part) if part else None for part in later)]


def _forward(parts: Iterable[Part | None]) -> Iterable[Part | None]:
    last = Part()
    for part in parts:
        if part is None:
            yield None
            continue
        month, day = part.month or (1 if part.year and not part.day else last.month), part.day or 1
        if not part.month and not part.year and day <= last.day:
            month = last.month % 12 + 1
        year = part.year or last.year + ((month, day) <= (last.month, last.day))
        last = Part(year, month, day)
        yield last


def _backward(parts: Sequence[Part | None], after: Part) -> list[float | None]:
    """The labels before the first whose year is known; those of a day alone stay unknown."""
    found: list[float | None] = []
    next_one = after
    for part in reversed(parts):
        if part is None or not part.month:
            found.append(None)
            continue
        day = part.day or 1
        earlier = (part.month, day) < (next_one.month, next_one.day)
        next_one = Part(next_one.year - (not earlier), part.month, day)
        found.append(_seconds(next_one))
    return found[::-1]


def _seconds(part: Part) -> float | None:
    try:
        return datetime(part.year, part.month or 1, part.day or 1, tzinfo=UTC).timestamp()
    except ValueError:
        return None
