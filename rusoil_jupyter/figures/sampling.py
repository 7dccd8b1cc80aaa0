"""Few points for many: which rows of a series to keep so that its ends, extremes and shape stay.

A curve keeps the points that bend it most. They are found greedily: of all points, the one farthest from the
chord of its neighbours already kept is kept next (Ramer 1972, Douglas and Peucker 1973, by count instead of
tolerance). So what is interpolated between the kept points is off as little as that many points allow; it
ends early where nothing is left to gain. Long curves are first thinned to the lowest and highest point of
each of a few hundred equal pieces, which costs milliseconds for a million points.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.intp]

PIECES = 512
STRAIGHT = 1e-5  # of the curve's height: what the six stored digits may be off
MOST_GAPS = 4


def spread(columns: Iterable[Numbers], most: int) -> Rows:
    """At most ``most`` rows of points without an order: ends, extremes of each column, the rest evenly."""
    columns = [column for column in columns if column.size]
    length = min((column.size for column in columns), default=0)
    if length <= most:
        return np.arange(length)
    kept = _ordered(_landmarks(columns, length), most)
    even = np.linspace(0, length - 1, num=max(most - len(kept), 0) + 2, dtype=np.intp)[1:-1]
    return np.unique(np.concatenate([np.array(kept, dtype=np.intp), even]))


def curve(x: Numbers, y: Numbers, most: int, others: Iterable[Numbers] = ()) -> Rows:
    """At most ``most`` rows of a curve ``y`` along ``x``, both as they are drawn (logarithms on a log axis).

    Ends and extremes (also those of ``others``) come first, then the first missing row of a few gaps, then
    what bends most. Rows where ``x`` or ``y`` is not finite are kept only to show a gap.
    """
    if x.size <= most:
        return np.arange(x.size)
    finite = np.isfinite(x) & np.isfinite(y)
    whole = bool(finite.all())
    rows = np.arange(x.size) if whole else np.flatnonzero(finite)
    if rows.size == 0:
        return np.arange(min(most, 1))
    gaps = [] if whole else _gaps(finite)[: min(MOST_GAPS, (most - 2) // 2)]
    x, y = (x, y) if whole else (x[rows], y[rows])
    rising = bool(np.all(x[1:] >= x[:-1])) or bool(np.all(x[1:] <= x[:-1]))
    columns = [x, y, *(column[rows] for column in others if column.size == finite.size)]
    kept = _ordered(_landmarks(columns, x.size), max(most - len(gaps), 2))
    places = _bends(x, y, sorted(kept), max(most - len(gaps), 2), rising)
    return np.unique(np.concatenate([rows[places], np.array(gaps, dtype=np.intp)]))


def _gaps(finite: NDArray[np.bool_]) -> list[int]:
    """The first missing row of each gap between two present ones."""
    inside = np.flatnonzero(finite)
    begins = np.flatnonzero(~finite[1:] & finite[:-1]) + 1
    return [int(row) for row in begins if row < inside[-1]]


def _landmarks(columns: list[Numbers], length: int) -> list[int]:
    """Ends, then where each column is largest and smallest; the last column (the value) first."""
    rows = [0, length - 1]
    for column in reversed(columns):
        usable = np.isfinite(column)
        if usable.all():
            rows += [int(column.argmax()), int(column.argmin())]
        elif usable.any():
            rows += [int(np.nanargmax(np.where(usable, column, np.nan)))]
            rows += [int(np.nanargmin(np.where(usable, column, np.nan)))]
    return rows


def _ordered(rows: list[int], most: int) -> list[int]:
    return list(dict.fromkeys(rows))[:most]


def _unit(column: Numbers, rows: Rows) -> Numbers:
    """Rows of the column, moved and scaled so that the whole of it is 0..1."""
    low, high = column.min(), column.max()
    some = column[rows]
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = (some - low) / (high - low) if high > low else np.zeros_like(some)
    return np.nan_to_num(scaled)


def _bends(x: Numbers, y: Numbers, kept: list[int], most: int, rising: bool) -> Rows:
    candidates = _thinned(x, y, rising, kept)
    x, y = _unit(x, candidates), _unit(y, candidates)
    begin = np.searchsorted(candidates, kept).tolist()
    chosen, heap = list(begin), list[tuple[float, int, int, int]]()

    def look(left: int, right: int) -> None:
        if right - left > 1:
            away = _distance(x[left : right + 1], y[left : right + 1], rising)
            place = int(away.argmax())
            heapq.heappush(heap, (-float(away[place]), left + place, left, right))

    for left, right in itertools.pairwise(begin):
        look(left, right)
    while heap and len(chosen) < most:
        away, place, left, right = heapq.heappop(heap)
        if -away <= STRAIGHT:
            break
        chosen.append(place)
        look(left, place)
        look(place, right)
    return np.asarray(candidates[np.sort(np.array(chosen, dtype=np.intp))])


def _distance(x: Numbers, y: Numbers, rising: bool) -> Numbers:
    """How far each point is from the chord between the first and the last: up or down where the curve is a
    function, else straight."""
    dx, dy = x[-1] - x[0], y[-1] - y[0]
    if rising and dx != 0:
        return np.asarray(np.abs(y - y[0] - dy * ((x - x[0]) / dx)))
    square = dx * dx + dy * dy
    if square == 0:
        return np.asarray(np.hypot(x - x[0], y - y[0]))
    along = np.clip(((x - x[0]) * dx + (y - y[0]) * dy) / square, 0, 1)
    return np.asarray(np.hypot(x - x[0] - along * dx, y - y[0] - along * dy))


def _thinned(x: Numbers, y: Numbers, rising: bool, kept: list[int]) -> Rows:
    """All rows of a short curve; of a long one the lowest and highest of each piece, and ``kept``."""
    size = y.size
    if size <= 4 * PIECES:
        return np.arange(size)
    length = size // PIECES
    starts = np.arange(PIECES) * length
    rows = [np.array([*kept, *range(PIECES * length, size)][: len(kept) + 4], dtype=np.intp)]
    for column in (y,) if rising else (x, y):
        pieces = column[: PIECES * length].reshape(PIECES, length)
        rows += [starts + pieces.argmin(axis=1), starts + pieces.argmax(axis=1)]
    return np.unique(np.concatenate(rows))
