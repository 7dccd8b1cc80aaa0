"""The right answers to whole questions as values, written short; nothing here reads a figure.

A set of questions is a package with ``FIGURES``. Every right answer in it is computed from the arrays that
its figures are drawn of. :mod:`judging` holds an answer against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = frozenset(
    {
        *("interval", "exclusion", "filter", "arithmetic", "ordinal", "aggregate", "compound", "units"),
        *("negation", "periods", "counting", "argument", "premise", "synonyms", "typos", "inflection"),
        *("numbers", "dates"),
    }
)
Language = Literal["ru", "en"]


@dataclass(frozen=True)
class Num:
    """A number within ``tol``, or where that is 0 within ``rel`` of it.

    ``unit``: one of ``judging.UNITS``, which must be said. ``label``: whose it is in an answer for several.
    ``measure``: it may be that part of a comparison, or as many items as are listed (``count``). ``where``:
    it is a place. ``signless``: the question says the direction.
    """

    value: float
    unit: str = ""
    label: str = ""
    measure: str = ""
    where: bool = False
    signless: bool = False
    rel: float = 0.001
    tol: float = 0.0


@dataclass(frozen=True)
class Span:
    """Any place between these."""

    low: float
    high: float


@dataclass(frozen=True)
class Day:
    """Any day between these ISO dates; the value said with it is one of ``values``, where there are any."""

    first: str
    last: str = ""
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Name:
    """This name of those ``among``, with one of ``values`` where there are any; ``label``: whose it is."""

    name: str
    among: tuple[str, ...]
    values: tuple[float, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Names:
    """All of these names and no other one of those ``among``."""

    names: tuple[str, ...]
    among: tuple[str, ...]


@dataclass(frozen=True)
class Yes:
    """Yes or no; ``also`` says the same without the word."""

    yes: bool
    also: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Says:
    """A sentence in which the pattern is found."""

    pattern: str


@dataclass(frozen=True)
class Parts:
    """All of these."""

    parts: tuple[Any, ...]


Right = Num | Span | Day | Name | Names | Yes | Says | Parts


@dataclass(frozen=True)
class Question:
    """``forms``: whatever is right. Of a false premise nothing is, but for forms that deny it."""

    language: Language
    kind: str
    text: str
    forms: tuple[Right, ...]
    premise: Literal["ok", "false"] = "ok"


@dataclass(frozen=True)
class Figure:
    """A figure and what is asked about it."""

    name: str
    draw: Callable[[], Any]
    questions: Sequence[Question] = ()
    library: str = "matplotlib"


# --- questions written short -----------------------------------------------------------------------------


def ru(kind: str, text: str, *forms: Any) -> Question:
    return _asked("ru", kind, text, forms)


def en(kind: str, text: str, *forms: Any) -> Question:
    return _asked("en", kind, text, forms)


def no_ru(text: str, *denials: Right, kind: str = "premise") -> Question:
    return Question("ru", kind, text, denials, "false")


def no_en(text: str, *denials: Right, kind: str = "premise") -> Question:
    return Question("en", kind, text, denials, "false")


def _asked(language: Language, kind: str, text: str, forms: Sequence[Any]) -> Question:
    """Raises: ValueError for an unknown kind or a question without a right answer."""
    flat = [one for form in forms for one in (form if isinstance(form, list) else [form])]
    if kind not in KINDS or not flat:
        raise ValueError(text)
    return Question(language, kind, text, tuple(_right(one) for one in flat))


def _right(form: Any) -> Right:
    return form if isinstance(form, Right) else num(form)


def num(value: Any, unit: str = "", **more: Any) -> Num:
    return Num(float(value), unit, **more)


def nums(values: Sequence[Any], unit: str = "", **more: Any) -> list[Num]:
    return [num(value, unit, **more) for value in values]


def change(value: Any, **more: Any) -> Num:
    return num(value, **{"signless": True, "measure": "difference"} | more)


def percent(value: Any, **more: Any) -> Num:
    return num(value, **{"signless": True, "measure": "percent"} | more)


def ratio(value: Any, **more: Any) -> Num:
    return num(value, **{"measure": "ratio"} | more)


def count(value: Any, **more: Any) -> Num:
    return num(value, **{"measure": "count"} | more)


def share(value: Any, **more: Any) -> list[Num]:
    """In per cent, or of one."""
    return nums([value, value / 100], **more)


def at(value: Any, tol: float = 0.0, **more: Any) -> Num:
    return num(value, where=True, tol=tol, **more)


def day(first: Any, last: Any = None, *values: float) -> Day:
    ends = [str(np.datetime64(when, "D")) for when in (first, first if last is None else last)]
    return Day(ends[0], ends[1], tuple(map(float, values)))


def month(text: str, *values: float) -> Day:
    """Of ``2024-05`` any day."""
    start = np.datetime64(text, "M")
    return day(start, np.datetime64(start + 1, "D") - 1, *values)


def name(one: str, among: Sequence[str], *values: Any, label: str = "") -> Name:
    return Name(one, tuple(among), tuple(map(float, values)), label)


def names(wanted: Sequence[str], among: Sequence[str]) -> Names:
    return Names(tuple(wanted), tuple(among))


def parts(*wanted: Any) -> Parts:
    return Parts(tuple(_right(one) for one in wanted))


def yes(*also: Any) -> Yes:
    return Yes(True, also)


def no(*also: Any) -> Yes:
    return Yes(False, also)


# --- right answers computed ------------------------------------------------------------------------------


def within(x: Any, low: Any, high: Any) -> list[Any]:
    """Which places lie between two: with both ends, without the last, without the first."""
    x = np.asarray(x)
    found: list[Any] = []
    for mask in ((x >= low) & (x <= high), (x >= low) & (x < high), (x > low) & (x <= high)):
        if not any(np.array_equal(mask, one) for one in found):
            found.append(mask)
    return found


def axis_of(x: Any) -> Any:
    """Places as numbers; dates in days since the first."""
    x = np.asarray(x)
    if not np.issubdtype(x.dtype, np.datetime64):
        return x.astype(float)
    return (x - x[0]) / np.timedelta64(1, "D")


def averages(x: Any, y: Any, low: Any, high: Any) -> list[float]:
    """Means of a curve between two places: of its samples, and under it."""
    return [float(np.mean(y[mask])) for mask in within(x, low, high)] + [under(x, y, low, high)]


def under(x: Any, y: Any, low: Any, high: Any) -> float:
    """The area under a curve between two samples, by their distance."""
    inside = within(x, low, high)[0]
    place = axis_of(x)[inside]
    return float(np.trapezoid(y[inside], place) / (place[-1] - place[0]))


def extent(x: Any, y: Any, level: float, *, above: bool) -> list[float]:
    """How long a curve is beyond a level: samples by their step, and along straight lines between them."""
    place, over = axis_of(x), (np.asarray(y, float) - level) * (1 if above else -1)
    samples = float(np.count_nonzero(over > 0) * np.median(np.diff(place)))
    high, low = np.maximum(over[:-1], over[1:]), np.minimum(over[:-1], over[1:])
    part = np.where(low > 0, 1.0, np.where(high > 0, high / np.where(high > low, high - low, 1.0), 0.0))
    return [samples, float(np.sum(part * np.diff(place)))]


def crossings(y: Any, level: float) -> int:
    side = np.sign(np.asarray(y, float) - level)
    return int(np.count_nonzero(side[1:] != side[:-1]))


def first_below(x: Any, y: Any, level: float) -> tuple[Any, Any]:
    """The samples on both sides of where a curve first is below a level."""
    return _around(x, np.asarray(y) < level)


def first_above(x: Any, y: Any, level: float) -> tuple[Any, Any]:
    """The samples on both sides of where a curve first is above a level."""
    return _around(x, np.asarray(y) > level)


def _around(x: Any, holds: Any) -> tuple[Any, Any]:
    places, row = np.asarray(x), int(np.argmax(holds))
    return places[max(row - 1, 0)], places[row]
