"""A place on an axis as a person names it: a number, a category, a moment or a period of time."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import Axis, Cell

    Numbers = NDArray[np.float64]

DAY = 86400.0
_PARTIAL = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_MOST_NAMED = 12


@dataclass(frozen=True)
class Place:
    """From ``low`` to ``high``: the same for a point; a period of time ends before ``high``."""

    low: float
    high: float

    @property
    def is_period(self) -> bool:
        """Whether it has a length."""
        return self.high > self.low


def place_of(cell: Cell, axis: Axis | None) -> Place:
    """Where ``cell`` lies on the axis.

    Raises:
        CannotAnswer: it is no value of this axis; the sentence says what is.
    """
    kind = axis.kind if axis is not None else "number"
    if kind == "date":
        return _moment(cell)
    if kind == "category" and axis is not None:
        return _category(cell, axis)
    try:
        number = float(str(cell).replace(",", ".").replace("\u202f", "").replace(" ", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CannotAnswer(
            _("“{place}” is no number, but this axis has numbers.").format(place=_short(cell)),
            _("Name the place as a number on the axis."),
            field="at",
        )
    return Place(number, number)


@dataclass(frozen=True)
class Span:
    """All places from ``low`` to ``high``; the ends belong to it where it is not said otherwise."""

    low: float = -math.inf
    high: float = math.inf
    with_low: bool = True
    with_high: bool = True

    def holds(self, places: Numbers) -> NDArray[np.bool_]:
        """Which places lie in it: at a closed end a little more, for numbers that were rounded."""
        slack = 1e-9 * max((abs(end) for end in (self.low, self.high) if math.isfinite(end)), default=0.0)
        above = places >= self.low - slack if self.with_low else places > self.low + slack
        below = places <= self.high + slack if self.with_high else places < self.high
        return np.asarray(above & below)


def span_of(place: Place) -> Span:
    """All of a place: of a period up to its end."""
    return Span(place.low, place.high, with_high=not place.is_period)


def between(start: Place | None, end: Place | None, without: str = "") -> Span:
    """From one place to another, whichever is first; ``without`` says which end does not belong to it."""
    if start is not None and end is not None and start.low > end.high:
        start, end = end, start
    low, with_low = (start.low, True) if start is not None else (-math.inf, True)
    high, with_high = (end.high, not end.is_period) if end is not None else (math.inf, True)
    if start is not None and without in {"start", "both"}:
        low, with_low = start.high, start.is_period
    if end is not None and without in {"end", "both"}:
        high, with_high = end.low, False
    return Span(low, high, with_low, with_high)


def shown(number: float, axis: Axis | None) -> Cell:
    """A place as a cell: between two categories both are named."""
    if axis is not None and axis.kind == "category" and math.isfinite(number) and number != round(number):
        left, right = math.floor(number), math.ceil(number)
        if left >= 0 and right < len(axis.categories):
            return f"{axis.categories[left]} – {axis.categories[right]}"[:500]
    return cell_of(number, axis)


def _moment(cell: Cell) -> Place:
    if isinstance(cell, int | float) and 1000 <= cell <= 2999 and float(cell).is_integer():
        cell = str(int(cell))
    if isinstance(cell, str):
        cut = _PARTIAL.match(cell.strip())
        try:
            if cut:
                return _period(int(cut[1]), int(cut[2] or 0), int(cut[3] or 0))
            moment = datetime.fromisoformat(cell.strip())
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
            return Place(seconds, seconds)
        except (ValueError, OverflowError):
            pass
    raise CannotAnswer(
        _("“{place}” is no date, but this axis has dates.").format(place=_short(cell)),
        _("Write the date as 2024-03-05, or a month as 2024-03."),
        field="at",
    )


def _period(year: int, month: int, day: int) -> Place:
    start = datetime(year, month or 1, day or 1, tzinfo=UTC)
    if day:
        end = start + timedelta(days=1)
    elif month:
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    else:
        end = datetime(year + 1, 1, 1, tzinfo=UTC)
    return Place(start.timestamp(), end.timestamp())


def _category(cell: Cell, axis: Axis) -> Place:
    text = _plain(f"{cell:.12g}" if isinstance(cell, int | float) else str(cell))
    names = list(enumerate(map(_plain, axis.categories)))
    found = [place for place, name in names if name == text]
    found = found or [place for place, name in names if _same_number(name, text)]
    begun = [place for place, name in names if text and name.startswith(text)]
    if not found and len(begun) == 1:
        found = begun
    if found:
        return Place(float(found[0]), float(found[0]))
    known = ", ".join(f"“{_short(name)}”" for name in axis.categories[:_MOST_NAMED])
    raise CannotAnswer(
        _("There is no category “{place}”.").format(place=_short(cell)),
        known and _("There are: {names}.").format(names=known),
        field="at",
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _same_number(left: str, right: str) -> bool:
    try:
        return float(left) == float(right)
    except ValueError:
        return False


def _short(cell: Cell) -> str:
    return " ".join(str(cell).split())[:80]


def period_name(seconds: float, period: str) -> str:
    """The hour, day, week (by its Monday), month, quarter, half-year or year that a moment lies in."""
    moment = datetime.fromtimestamp(seconds, UTC)
    names: dict[str, Callable[[], str]] = {
        "hour": lambda: f"{moment:%Y-%m-%dT%H}:00:00",
        "day": lambda: f"{moment:%Y-%m-%d}",
        "week": lambda: f"{moment - timedelta(days=moment.weekday()):%Y-%m-%d}",
        "month": lambda: f"{moment:%Y-%m}",
        "quarter": lambda: f"{moment:%Y}-Q{(moment.month + 2) // 3}",
        "half-year": lambda: f"{moment:%Y}-H{(moment.month + 5) // 6}",
        "year": lambda: f"{moment:%Y}",
    }
    return names[period]()


def period_of(cell: Cell, period: str) -> Cell:
    """The period that a moment lies in, as a cell; what is no moment stays as it is."""
    try:
        return period_name(_moment(cell).low, period)
    except CannotAnswer:
        return cell
