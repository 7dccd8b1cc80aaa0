"""The straight line of a semilogarithmic plot: which points lie on it, and where it leads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST = 5  # points on the line
_MOST = 160  # points that are tried as ends


@dataclass(frozen=True)
class Line:
    """``y = intercept + slope * x`` over the points ``first..last`` (both included), with the slope's
    standard error.
    """

    slope: float
    intercept: float
    slope_error: float
    intercept_error: float
    first: int
    last: int
    r2: float
    clear: bool

    def at(self, x: float) -> float:
        """The line's value."""
        return self.intercept + self.slope * x


def straight(x: Array, y: Array, *, late_first: bool) -> Line | None:
    """The longest stretch of ``y`` over ``x`` (ascending) that is straight within its scatter.

    The scatter is told from second differences, at least 0.1 % of the range of ``y``. Stretches that hardly
    rise or fall (less than 3 % of the range) do not count: wellbore storage and boundaries are flat. Of
    stretches of nearly one length, the one at small ``x`` is taken where ``late_first`` (Horner's time runs
    backwards), else the one at large ``x``. ``clear`` is False where no stretch of half a log cycle was
    found.
    """
    if len(x) < LEAST or np.ptp(y) <= 0:
        return None
    best = _longest(x, y, late_first=late_first)
    return None if best is None else _line(x, y, *best)


def _longest(x: Array, y: Array, *, late_first: bool) -> tuple[int, int] | None:
    """The first and the last point of it."""
    is_straight = _Straightness(x, y)
    ends = np.unique(np.linspace(0, len(x) - 1, min(len(x), _MOST)).astype(int)).tolist()
    best, most = None, -math.inf
    for i in ends:
        for j in ends[::-1]:
            if j - i + 1 < LEAST:
                break
            middle = (x[i] + x[j]) / 2 - (x[0] + x[-1]) / 2
            score = float(x[j] - x[i]) - 0.1 * float(middle if late_first else -middle)
            if score > most and is_straight(i, j):
                best, most = (i, j), score
    return best


class _Straightness:
    """Whether stretches of points are straight; sums of all points are taken once."""

    def __init__(self, x: Array, y: Array) -> None:
        self._x, self._y = x, y
        self._range = float(np.ptp(y))
        self._tolerance = max(1e-3 * self._range, 2.5 * _scatter(x, y))
        self._sums = [np.concatenate([[0.0], np.cumsum(part)]) for part in (x, y, x * x, x * y)]

    def __call__(self, i: int, j: int) -> bool:
        x, y, count = self._x[i : j + 1], self._y[i : j + 1], j - i + 1
        sx, sy, sxx, sxy = (float(part[j + 1] - part[i]) for part in self._sums)
        spread = sxx - sx * sx / count
        if spread <= 0:
            return False
        slope = (sxy - sx * sy / count) / spread
        if abs(slope) * float(x[-1] - x[0]) < 0.03 * self._range:
            return False
        off = y - (sy / count + slope * (x - sx / count))
        return float(np.max(np.abs(off))) <= self._tolerance


def _line(x: Array, y: Array, i: int, j: int) -> Line:
    px, py = x[i : j + 1], y[i : j + 1]
    slope, intercept = np.polyfit(px, py, 1)
    off = py - intercept - slope * px
    variance = float(off @ off) / max(len(px) - 2, 1)
    spread = float(np.sum((px - px.mean()) ** 2))
    total = float(np.sum((py - py.mean()) ** 2))
    return Line(
        slope=float(slope),
        intercept=float(intercept),
        slope_error=float(np.sqrt(variance / spread)),
        intercept_error=float(np.sqrt(variance * (1 / len(px) + px.mean() ** 2 / spread))),
        first=i,
        last=j,
        r2=1.0 - float(off @ off) / total if total > 0 else 0.0,
        clear=float(px[-1] - px[0]) >= 0.5,
    )


def _scatter(x: Array, y: Array) -> float:
    """The standard deviation of noise: how far points lie from the line between their neighbours."""
    left, right = np.diff(x)[:-1], np.diff(x)[1:]
    whole = np.where(left + right > 0, left + right, 1.0)
    off = y[1:-1] - (y[:-2] * right + y[2:] * left) / whole
    factor = np.sqrt(1 + (left**2 + right**2) / whole**2)
    return float(1.4826 * np.median(np.abs(off / factor)))
