"""Numbers as they are claimed: rounded as written, hedged, in a unit; compared with what the figure says."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.values.description import Axis
from rusoil_jupyter.figures.words.forms import Language, number
from rusoil_jupyter.figures.words.grammar.units import fits, level_of
from rusoil_jupyter.figures.words.numbers import Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rusoil_jupyter.figures.words.grammar.item import Item

HEDGES = frozenset({"about", "nearly", "slightly_over", "more_than", "less_than", "only"})
_ROUNDED = 0.005  # of a number: what rounding on the way to it may make
_STORED = 1e-5  # numbers are stored with six digits
_ABOUT = 0.06
_ABOUT_FACTOR = 0.13
_BOUND = 0.02  # what "more than half" may be less than half
_BOUNDS = frozenset({"more_than", "less_than", "nearly", "slightly_over"})
_MUCH = 0.16  # what "nearly" and "just over" leave to one side


_NOTHING = Written(math.nan, 0, 0, 0.0)


@dataclass(frozen=True)
class Quantity:
    """A number from ``low`` to ``high`` in a unit; ``value`` is what was written."""

    value: float
    low: float
    high: float
    unit: str = ""
    many: float = 1.0

    @property
    def is_percent(self) -> bool:
        """Whether it is so many per cent."""
        return self.unit == "%"

    def told(self, language: Language) -> str:
        """As a sentence has it."""
        return f"{number(self.value, language, 6)} {self.unit}".strip()


def quantity_of(item: Item, hedge: str = "") -> Quantity:
    """A number of a clause with what its hedge makes of it."""
    written = item.number or _NOTHING
    value, half = written.value, _half(written)
    slack = max(
        half * 1.01 + _STORED * abs(value), (_ROUNDED if half > 0.0005 * abs(value) else 0.0) * abs(value)
    )
    low, high = _hedged(value, slack, max(1.5 * half, _ABOUT * abs(value)), hedge)
    return Quantity(value, low, high, item.unit, written.many)


def amounts_of(quantity: Quantity, way: int) -> list[Quantity]:
    """What a claimed change may be: a fall "by −5" is one by 5."""
    turned = replace(quantity, value=-quantity.value, low=-quantity.high, high=-quantity.low)
    return [quantity, *([turned] if way < 0 and quantity.value < 0 else [])]


def place_of(item: Item, hedge: str, extent: float) -> Quantity:
    """A number as a place on an axis of this length."""
    written = item.number or _NOTHING
    value, half = written.value, max(written.half, 1e-6 * abs(written.value))
    slack = half * 1.01 if not hedge else _ABOUT * extent + half
    return Quantity(value, value - slack, value + slack, item.unit, written.many)


def factor_of(value: float, hedge: str = "") -> Quantity:
    """So many times, or so much of a whole: such words are round ones."""
    exact = 0.05 if value not in {2.0, 3.0, 0.5} else 0.1
    exact = _BOUND if hedge in _BOUNDS else exact
    low, high = _hedged(value, exact * value, _ABOUT_FACTOR * value, hedge)
    return Quantity(value, low, high)


def _half(written: Written) -> float:
    """Half of the last digit that is meant: zeros at the end of a whole number may be rounding."""
    value = written.value / written.many
    if written.half < 0.5 * written.many or value != round(value) or value == 0:
        return written.half
    digits = str(int(abs(value)))
    zeros = len(digits) - len(digits.rstrip("0"))
    return written.half * 10.0 ** max(0, min(zeros, len(digits) - 2))


def _hedged(value: float, exact: float, about: float, hedge: str) -> tuple[float, float]:
    size = _MUCH * abs(value)
    bounds = {
        "about": (value - about, value + about),
        "nearly": (value - size, value + exact),
        "slightly_over": (value - exact, value + size),
        "more_than": (value - exact, math.inf),
        "less_than": (-math.inf, value + exact),
    }
    return bounds.get(hedge, (value - exact, value + exact))


def is_in(quantity: Quantity, values: Iterable[float], unit: str, label: str = "") -> bool | None:
    """Whether one of the values, in ``unit``, is the number claimed; ``None`` where that can't be told.

    Args:
        quantity: as it was claimed.
        values: what it may be.
        unit: of the values.
        label: of their axis: one without a unit may be named after it.
    """
    ends = _in_unit(quantity, Axis(label=label, unit=unit))
    known = [value for value in values if math.isfinite(value)]
    if ends is None or not known:
        return None
    return any(ends[0] <= value <= ends[1] for value in known)


def _in_unit(quantity: Quantity, axis: Axis) -> tuple[float, float] | None:
    if quantity.unit and not fits(quantity.unit, axis):
        return None
    ends = []
    for end in (quantity.low, quantity.high):
        level, unit = level_of(end, quantity.many, quantity.unit, axis)
        if unit and math.isfinite(level):
            try:
                level = conversion.convert(level, unit, axis.unit)
            except InvalidRequest:
                return None
        ends.append(level)
    return (min(ends), max(ends))
