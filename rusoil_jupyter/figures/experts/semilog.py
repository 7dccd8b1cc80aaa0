"""The straight line of a semilogarithmic plot: which points lie on it, and where it leads."""

from __future__ import annotations

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
    n = len(x)
    if n < LEAST or np.ptp(y) <= 0:
        return None
    tolerance = max(1e-3 * float(np.ptp(y)), 2.5 * _scatter(x, y))
    ends = np.unique(np.linspace(0, n - 1, min(n, _MOST)).astype(int))
    sums = [np.concatenate([[0.0], np.cumsum(part)]) for part in (x, y, x * x, x * y)]
    best: tuple[float, int, int] | None = None
    for i in ends:
        for j in ends[::-1]:
            if j - i + 1 < LEAST:
                break
            width = float(x[j] - x[i])
            middle = (x[i] + x[j]) / 2 - (x[0] + x[-1]) / 2
            score = width - 0.1 * float(middle if late_first else -middle)
            if best is not None and score <= best[0]:
                continue
            count = j - i + 1
            sx, sy, sxx, sxy = (float(part[j + 1] - part[i]) for part in sums)
            spread = sxx - sx * sx / count
            if spread <= 0:
                continue
            slope = (sxy - sx * sy / count) / spread
            if abs(slope) * width < 0.03 * float(np.ptp(y)):
                continue
            off = y[i : j + 1] - (sy / count + slope * (x[i : j + 1] - sx / count))
            if float(np.max(np.abs(off))) <= tolerance:
                best = (score, int(i), int(j))
    if best is None:
        return None
    _score, i, j = best
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
