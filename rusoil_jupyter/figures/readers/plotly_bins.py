"""Histograms binned as plotly.js bins them, so that a figure that holds raw data is read as it is drawn.

The rules are those of plotly.js (``Axes.autoBin``): a round size from the number of bins or the spread,
edges moved away from where the data lie, whole numbers kept in the middle. All dates are milliseconds
here.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from rusoil_jupyter.figures.readers.plotly_values import as_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

SECOND, MINUTE, HOUR, DAY = 1000.0, 60_000.0, 3_600_000.0, 86_400_000.0
MONTH, YEAR = 2_629_800_000.0, 31_557_600_000.0  # on the average
SUNDAY = 3 * DAY + 0.0  # 1970-01-04, where weeks are counted from
MOST_BINS = 100_000
Size = float | str  # a length, or “M3”: months


def edges(values: Numbers, spec: Any, wanted: Any, *, dates: bool, is_2d: bool = False) -> Numbers:
    """The edges of the bins for all values of a group, finite numbers.

    Args:
        values: of all traces that share the bins.
        spec: the trace's ``xbins`` (``start``, ``end``, ``size``), in part or absent.
        wanted: ``nbinsx``, at most that many.
        dates: milliseconds.

    Raises:
        OverflowError: they lie further apart than a number can tell.
    """
    if not math.isfinite(float(values.max()) - float(values.min())):
        raise OverflowError
    spec = spec if isinstance(spec, dict) else {}
    size = _size(spec.get("size"))
    count = int(wanted) if isinstance(wanted, int | float) and wanted > 0 else 0
    start, end, size = _automatic(values, count, size, dates=dates, is_2d=is_2d)
    for name in ("start", "end"):
        given = spec.get(name)
        if given is not None:
            number = float(as_seconds([given])[0]) * 1000 if dates else _float(given)
            if math.isfinite(number):
                start, end = (number, end) if name == "start" else (start, number)
    found = [start]
    while found[-1] < end and len(found) <= MOST_BINS:
        following = _step(found[-1], size)
        if following <= found[-1]:
            break
        found.append(following)
    return np.array(found, dtype=np.float64)


def _automatic(
    values: Numbers, count: int, size: Size | None, *, dates: bool, is_2d: bool
) -> tuple[float, float, Size]:
    low, high = float(values.min()), float(values.max())
    if low == high and size is None:
        return low - 0.5, low + 0.5, 1.0
    if size is None:
        rough = (high - low) / count if count else _rough(values, is_2d)
        size, origin = _round_date(rough) if dates else (_round(rough), 0.0)
    else:
        origin = 0.0
    first = _first(low * 1.0001 - high * 0.0001, size, origin)
    start = _step(first, size, back=True)
    if isinstance(size, str):
        start = _away_from_months(start, values, size, low)
        end = start
        while end <= high:
            end = _step(end, size)
        return start, end, size
    start = _away_from_edges(start, values, size, low, high, dates=dates)
    return start, start + (1 + math.floor((high - start) / size)) * size, size


def _rough(values: Numbers, is_2d: bool) -> float:
    distinct = np.unique(values)
    gaps = np.diff(distinct)
    total = float(distinct[-1] - distinct[0])
    gaps = gaps[gaps > total * 1e-4 / max(1, distinct.size - 1)]
    gap = float(gaps.min()) if gaps.size else (total or 1.0)
    power = 10.0 ** math.floor(math.log10(gap))
    smallest = power * max((step for step in (0.9, 1.9, 4.9, 9.9) if step <= gap / power), default=0.9)
    scale = float(np.abs(values).max()) or 1.0  # squares of very large numbers are none
    spread = 2 * scale * float((values / scale).std()) / values.size ** (0.25 if is_2d else 0.4)
    return float(max(smallest, spread))


def _round(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return float(power * _up(rough / power, (2, 5, 10)))


def _up(value: float, steps: tuple[int, ...]) -> int:
    return next((step for step in steps if value <= step), steps[-1])


def _round_date(rough: float) -> tuple[Size, float]:
    twice = 2 * rough
    if twice > YEAR:
        years = rough / YEAR
        power = 10.0 ** math.floor(math.log10(years))
        return f"M{round(12 * power * _up(years / power, (2, 5, 10)))}", 0.0
    if twice > MONTH:
        return f"M{_up(rough / MONTH, (1, 2, 3, 6, 12))}", 0.0
    if twice > DAY:
        days = _up(rough / DAY, (1, 2, 3, 7, 14))
        return days * DAY, SUNDAY if days % 7 == 0 else 0.0
    if twice > HOUR:
        return _up(rough / HOUR, (1, 2, 3, 6, 12)) * HOUR, 0.0
    if twice > MINUTE:
        return _up(rough / MINUTE, (1, 2, 5, 10, 15, 30)) * MINUTE, 0.0
    if twice > SECOND:
        return _up(rough / SECOND, (1, 2, 5, 10, 15, 30)) * SECOND, 0.0
    return _round(rough), 0.0


def _size(value: Any) -> Size | None:
    if isinstance(value, str) and value.startswith("M") and value[1:].isdigit() and int(value[1:]) > 0:
        return value
    number = _float(value)
    return number if math.isfinite(number) and number > 0 else None


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _first(low: float, size: Size, origin: float) -> float:
    if not isinstance(size, str):
        return math.ceil((low - origin) / size) * size + origin
    months = int(size[1:])
    moment = datetime.fromtimestamp(low / 1000, UTC)
    # Whole steps are counted from January 2000.
    passed = (moment.year - 2000) * 12 + moment.month - 1
    step = math.floor(passed / months) * months
    found = _month(step)
    return found if found >= low else _month(step + months)


def _month(number: int) -> float:
    year = min(max(2000 + number // 12, 1), 9999)
    return datetime(year, number % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000


def _step(edge: float, size: Size, *, back: bool = False) -> float:
    if not isinstance(size, str):
        return edge - size if back else edge + size
    # The calendar is left alone near a month's end: three days later it is the beginning of the next one.
    later = edge + 3 * DAY
    moment = datetime.fromtimestamp(later / 1000, UTC)
    number = (moment.year - 2000) * 12 + moment.month - 1
    within = later - _month(number)
    return _month(number + (-1 if back else 1) * int(size[1:])) + within - 3 * DAY


def _away_from_edges(
    start: float, values: Numbers, size: float, low: float, high: float, *, dates: bool
) -> float:
    def near(points: Numbers | float) -> Any:
        share = 1 + (points - start) * 100 / size
        return share - 100 * np.trunc(share / 100) < 2

    on_edges, in_middle = np.count_nonzero(near(values)), np.count_nonzero(near(values + size / 2))
    if not dates and np.all(values == np.trunc(values)):
        if size < 1:
            return low - 0.5 * size
        start -= 0.5
        return start + size if start + size < low else start
    if in_middle < values.size * 0.1 and (on_edges > values.size * 0.3 or near(low) or near(high)):
        start += size / 2 if start + size / 2 < low else -size / 2
    return start


def _away_from_months(start: float, values: Numbers, size: str, low: float) -> float:
    moments = [datetime.fromtimestamp(value / 1000, UTC) for value in values.tolist()]
    most = 0.8 * len(moments)
    days = [m for m in moments if (m.hour, m.minute, m.second, m.microsecond) == (0, 0, 0, 0)]
    if len(days) <= most:
        return start
    months = [m for m in days if m.day == 1]
    years = [m for m in months if m.month == 1]
    if len(years) > most and int(size[1:]) % 12 == 0:
        start = _step(start, "M6", back=True) + 1.5 * DAY
    elif len(months) > most:
        start = _step(start, "M1", back=True) + 15.5 * DAY
    else:
        start -= DAY / 2
    following = _step(start, size)
    return following if following <= low else start
