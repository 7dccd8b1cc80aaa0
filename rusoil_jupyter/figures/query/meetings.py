"""Where a series reaches a level, and where two series meet."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rusoil_jupyter.figures.query.found import Thing, found, together
from rusoil_jupyter.figures.query.holding import level_in, no_numbers
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, weakest
from rusoil_jupyter.figures.query.places import period_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.selecting import selected
from rusoil_jupyter.figures.reading import cell_of, number_of
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Badge
    from rusoil_jupyter.figures.values.queries import Crossing, Intersection

    Numbers = NDArray[np.float64]

Way = Literal["rising", "falling", "touching"]
_MOST_PAIRS = 10
_MOST_SEGMENTS = 3000


@dataclass(frozen=True)
class Meeting:
    """A place where a difference becomes zero, and which way it goes there."""

    at: float
    way: Way


def crossing(reading: Reading, query: Crossing) -> Finding:
    """Where the series reaches ``level``: all places in order; ``at`` is the first in the asked way."""
    every = [marks for marks in selected(reading, query.of) if marks.series.kind not in GRIDS]
    findings = [_crossing(query, marks) for marks in every]
    if not findings:
        raise CannotAnswer(
            _("A level is reached by curves and bars."), _("Ask for a value or an extreme."), field="op"
        )
    merged = together(query, findings)
    if len(findings) > 1:
        points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points[:1]]
        merged = merged.model_copy(update={"points": tuple(points), "details": {"count": len(points)}})
    return _in_periods(merged, query.within)


def _in_periods(finding: Finding, period: str) -> Finding:
    """Places told as the months, or years, that they lie in."""
    if not period:
        return finding
    points = tuple(point.model_copy(update={"at": period_of(point.at, period)}) for point in finding.points)
    return finding.model_copy(update={"at": period_of(finding.at, period), "points": points})


def _crossing(query: Crossing, marks: Marks) -> Finding:
    level = level_in(query.level, query.unit, marks.unit)
    if not marks.known().any():
        raise no_numbers(marks)
    if not marks.is_curve:
        return _reached_by_marks(query, marks, level)
    whole = marks.full if marks.full is not None and not query.of.where else marks
    every = level_places(whole.places, whole.values, level, whole)
    inside = marks.covers(np.array([meeting.at for meeting in every]))
    meetings = [meeting for meeting, holds in zip(every, inside, strict=True) if holds]
    chosen = [one for one in meetings if _WAYS.get(query.way, one.way) == one.way]
    is_step = marks.series.kind == "step"
    return _reached(
        query,
        marks,
        level,
        [meeting.at for meeting in chosen],
        [(one.at, level, one.way) for one in (chosen if query.asks == "count" else meetings)],
        len(meetings),
        method=_("at the steps") if is_step else _("straight between the points as drawn"),
        warnings=_from_start(query, marks, level),
        badge=_badge_of(meetings, [whole]),
        error=marks.error,
    )


def _reached(
    query: Crossing,
    marks: Marks,
    level: float,
    places: Sequence[float],
    points: Sequence[tuple[float, float, str]],
    count: int,
    **more: Any,
) -> Finding:
    """Where a level is reached: of the ``places`` in the asked way the first or last, or how many."""
    is_count, values = query.asks == "count", marks.values[marks.known()]
    return found(
        query,
        marks,
        None,
        value_cell=float(len(places)) if is_count else cell_of(level, marks.value_axis),
        unit="" if is_count else marks.unit,
        at=_told(query, places),
        points=points,
        details={"count": count, "minimum": float(values.min()), "maximum": float(values.max())},
        **more,
    )


_WAYS: dict[str, Way] = {"up": "rising", "down": "falling"}


def _from_start(query: Crossing, marks: Marks, level: float) -> list[str]:
    """A warning where the series is beyond the level already where it begins."""
    known = marks.known()
    first = float(marks.values[known][np.argmin(marks.places[known])])
    if query.way == "up" and first > level:
        return [_("It is above the level from the start.")]
    if query.way == "down" and first < level:
        return [_("It is below the level from the start.")]
    return []


def _badge_of(meetings: list[Meeting], curves: list[Marks]) -> Badge:
    """As sure as the marks where the meetings are at marks; between them they are estimated."""
    weak = weakest([marks.badge for marks in curves])
    if any(marks.series.kind == "step" for marks in curves):
        return weak
    places = np.array([meeting.at for meeting in meetings])
    at_marks = all(np.isin(places, marks.places).all() for marks in curves)
    return weak if at_marks else weakest([weak, "estimated"])


def _reached_by_marks(query: Crossing, marks: Marks, level: float) -> Finding:
    known, values = marks.known(), marks.values
    if query.way:
        rows = np.flatnonzero(known & ((values > level) if query.way == "up" else (values < level)))
    else:
        rows = np.flatnonzero(known & np.isclose(values, level, rtol=1e-5, atol=0))
        rows = rows if rows.size else np.flatnonzero(known & (values >= level))
    rows = rows[np.argsort(marks.places[rows], kind="stable")]
    points = [(float(marks.places[row]), float(values[row]), "") for row in rows]
    places = [place for place, _value, _label in points]
    return _reached(query, marks, level, places, points, len(places), method=_("mark by mark"))


def level_places(u: Numbers, v: Numbers, level: float, marks: Marks) -> list[Meeting]:
    """Where the polyline through (u, v) has the value ``level``; NaN breaks it. In order of the places."""
    if marks.series.kind == "step":
        order = np.argsort(u, kind="stable")
        u, v = u[order], v[order]
    x, y = u, v
    height = level
    if marks.log_places:
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(u > 0, np.log(u), np.nan)
    if marks.log_values:
        if level <= 0:
            return []
        height = math.log(level)
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.where(v > 0, np.log(v), np.nan)
    meetings = zeros(x, y - height, stepped=marks.series.kind == "step")
    if marks.log_places:
        meetings = [Meeting(math.exp(meeting.at), meeting.way) for meeting in meetings]
    return meetings


def zeros(x: Numbers, d: Numbers, *, stepped: bool = False) -> list[Meeting]:
    """Zeros of a polyline, each once: sign changes, touches, and the beginnings of stretches on zero."""
    known = np.isfinite(x) & np.isfinite(d)
    size = float(np.nanmax(np.abs(d))) if known.any() else 0.0
    sign = np.where(known & (np.abs(d) > 1e-12 * size), np.sign(d), 0).astype(int)
    on_zero = np.flatnonzero((sign == 0) & known)
    runs = np.split(on_zero, np.flatnonzero(np.diff(on_zero) > 1) + 1) if on_zero.size else []
    passed = [
        _passed(x, d, row, stepped=stepped) for row in np.flatnonzero(sign[:-1] * sign[1:] < 0).tolist()
    ]
    met = [_on_zero(x, sign, int(run[0]), int(run[-1])) for run in runs]
    return sorted([*passed, *met], key=lambda meeting: meeting.at)


def _passed(x: Numbers, d: Numbers, row: int, *, stepped: bool) -> Meeting:
    """A change of sign between a point and the next."""
    share = 1.0 if stepped else float(d[row] / (d[row] - d[row + 1]))
    rising = (d[row + 1] > d[row]) == (x[row + 1] >= x[row])
    return Meeting(float(x[row] + share * (x[row + 1] - x[row])), "rising" if rising else "falling")


def _on_zero(x: Numbers, sign: NDArray[np.int_], start: int, end: int) -> Meeting:
    """A stretch of points on zero: passed where the signs before and after it differ."""
    before = sign[start - 1] if start > 0 else 0
    after = sign[end + 1] if end + 1 < sign.size else 0
    if before * after >= 0:
        return Meeting(float(x[start]), "touching")
    rising = (after > 0) == (x[end + 1] >= x[start - 1])
    return Meeting(float(x[start]), "rising" if rising else "falling")


# --- two series ------------------------------------------------------------------------------------


def intersection(reading: Reading, query: Intersection) -> Finding:
    """Where two series meet; where neither is named and there are a few, every pair."""
    named = [*query.of.series, *filter(None, [query.other])]
    pairs = [_named_pair(reading, query, *named)] if len(named) == 2 else _pairs(reading, query, named)
    findings = [_meet(query, *pair) for pair in pairs[:_MOST_PAIRS]]
    merged = findings[0] if len(pairs) == 1 else _of_pairs(query, findings)
    if len(pairs) > _MOST_PAIRS:
        many = _("There are many pairs of series; the first ones were looked at.")
        merged = merged.model_copy(update={"warnings": (*merged.warnings, many)})
    return _in_periods(merged, query.within)


def _of_pairs(query: Intersection, findings: list[Finding]) -> Finding:
    first = findings[0]
    points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points]
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    return Finding(
        query=query,
        badge=weakest([finding.badge for finding in findings]),
        unit=first.unit,
        at_unit=first.at_unit,
        points=tuple(points[:200]),
        details={"count": len(points)},
        method=first.method,
        warnings=tuple(warnings),
    )


def _no_pair() -> CannotAnswer:
    return CannotAnswer(
        _("It takes two series to meet."), _("Ask where one series reaches a level."), field="other"
    )


def _named_pair(reading: Reading, query: Intersection, first: str, second: str) -> tuple[Marks, Marks]:
    if first == second:
        raise _no_pair()
    return _whole(reading, query, (first,), "")[0], _whole(reading, query, (second,), "")[0]


def _whole(reading: Reading, query: Intersection, series: tuple[str, ...], panel: str) -> list[Marks]:
    """Series with all that is drawn of them; where they may meet stays with them."""
    chosen = selected(reading, query.of.model_copy(update={"series": series, "panel": panel}))
    return [
        replace(marks.full, spans=marks.spans, gaps=marks.gaps) if marks.full is not None else marks
        for marks in chosen
    ]


def _pairs(reading: Reading, query: Intersection, named: list[str]) -> list[tuple[Marks, Marks]]:
    """Every two series of a panel, or of those that are named; with a single name all pairs that it is in.

    Raises:
        CannotAnswer: there are none.
    """
    several = tuple(named) if len(named) > 2 else ()
    every = [marks for marks in _whole(reading, query, several, query.of.panel) if marks.values.size > 1]
    pairs = [pair for pair in combinations(every, 2) if pair[0].panel.id == pair[1].panel.id]
    if len(named) == 1:
        pairs = [pair for pair in pairs if named[0] in {pair[0].series.id, pair[1].series.id}]
    if not pairs:
        raise _no_pair()
    return pairs


def _meet(query: Intersection, first: Marks, second: Marks) -> Finding:
    a, b = _drawn(first), _drawn(second)
    warnings: list[str] = []
    visible: _Visible | None = None
    if _axes(first) != _axes(second):
        visible = _visible(first)
        a, b = (a[0], visible.shares(a[1])), (b[0], _visible(second).shares(b[1]))
        warnings.append(
            _("The two are drawn against different axes: they meet in the picture, their values differ.")
        )
    are_functions = _runs_forward(a[0]) and _runs_forward(b[0])
    meetings = _of_functions(*a, *b) if are_functions else _of_polylines(*a, *b)
    met = [
        (
            math.exp(at) if first.log_places else at,
            _sure_part(_value(first, visible, height), first, second),
            way,
        )
        for at, height, way in meetings
    ]
    inside = first.covers(np.array([place for place, _height, _way in met]))
    points = [point for point, holds in zip(met, inside, strict=True) if holds]
    at, value, _way = _told(query, points) or (None, None, "")
    finding = found(
        query,
        first,
        float(len(points)) if query.asks == "count" else value,
        at=at,
        points=points,
        method=_("straight between the points as drawn"),
        details={"count": len(points)},
        warnings=warnings,
        badge=_badge_of([Meeting(place, "touching") for place, _height, _way in points], [first, second]),
    )
    return finding.model_copy(
        update={"series": f"{first.label}, {second.label}"[:500], "items": (first.label, second.label)}
    )


def _axes(marks: Marks) -> tuple[str, str, str]:
    return marks.series.x, marks.series.y, marks.panel.id


def _value(marks: Marks, visible: _Visible | None, height: float) -> float:
    """What a height is on the axis of the values."""
    if visible is not None:
        return visible.value(height)
    return math.exp(height) if marks.log_values else height


def _told(query: Crossing | Intersection, some: Sequence[Thing]) -> Thing | None:
    """The first or the last of them, as it is asked."""
    if not some:
        return None
    return some[-1] if query.asks == "last" else some[0]


def _sure_part(height: float, first: Marks, second: Marks) -> float:
    """A height without digits that nobody knows: what was saved has six; near zero fewer remain."""
    if weakest([first.badge, second.badge]) == "exact":
        return height
    most = max(float(np.nanmax(np.abs(marks.values), initial=0.0)) for marks in (first, second))
    return round(height, 5 - math.floor(math.log10(most))) if most > 0 else height


def _drawn(marks: Marks) -> tuple[Numbers, Numbers]:
    """Places and values as they are drawn: logarithms on logarithmic axes."""
    x, y = marks.places, marks.values
    with np.errstate(divide="ignore", invalid="ignore"):
        if marks.log_places:
            x = np.where(x > 0, np.log(x), np.nan)
        if marks.log_values:
            y = np.where(y > 0, np.log(y), np.nan)
    return x, y


@dataclass(frozen=True)
class _Visible:
    """What is seen of an axis, from ``low`` to ``high``: logarithms where it is logarithmic."""

    low: float
    high: float
    is_log: bool
    inverted: bool

    def shares(self, drawn: Numbers) -> Numbers:
        """Heights as parts of the picture, which are the same for series of different axes."""
        share = (drawn - self.low) / (self.high - self.low)
        return 1 - share if self.inverted else share

    def value(self, share: float) -> float:
        """What a height in the picture is on this axis."""
        drawn = self.low + (1 - share if self.inverted else share) * (self.high - self.low)
        return math.exp(drawn) if self.is_log else drawn


def _visible(marks: Marks) -> _Visible:
    """What is seen of the axis of a series' values.

    Raises:
        CannotAnswer: that is not known, or the places are measured differently.
    """
    axis = marks.value_axis
    low, high = (number_of(end, axis) for end in (axis.range if axis and axis.range else (None, None)))
    is_log = marks.log_values and low > 0 and high > 0
    if is_log:
        low, high = math.log(low), math.log(high)
    is_known = math.isfinite(high - low) and high != low
    if axis is None or not is_known or marks.series.along != "x" or marks.series.x not in {"x", "x2"}:
        raise CannotAnswer(
            _("The two series are drawn against different axes, so they have no common values."),
            _("Ask where each reaches a level."),
            field="other",
        )
    return _Visible(low, high, is_log, axis.inverted)


def _runs_forward(x: Numbers) -> bool:
    known = x[np.isfinite(x)]
    return bool(known.size > 1 and (np.diff(known) > 0).all())


def _of_functions(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> list[tuple[float, float, str]]:
    """Of two polylines that run from left to right: exact on the union of their places."""
    (a, ya, gap_a), (b, yb, gap_b) = _pieces(x1, y1), _pieces(x2, y2)
    if a.size < 2 or b.size < 2:
        return []
    low, high = max(a[0], b[0]), min(a[-1], b[-1])
    if low > high:
        return []
    grid = np.unique(np.concatenate([a[(a >= low) & (a <= high)], b[(b >= low) & (b <= high)], [low, high]]))
    left, right = np.interp(grid, a, ya), np.interp(grid, b, yb)
    hidden = _hidden(grid, a, gap_a) | _hidden(grid, b, gap_b)
    difference = left - right
    # A gap begins and ends at a point of the curve: broken between those points, not at them.
    # The height is taken on the flatter of the two: on the steep one a small error of the place is a large
    # one.
    height = left if np.ptp(ya) <= np.ptp(yb) else right
    breaks = np.flatnonzero(hidden) + 1
    xs = np.insert(grid, breaks, grid[breaks])
    ds, ys = np.insert(difference, breaks, np.nan), np.insert(height, breaks, np.nan)
    meetings = zeros(xs, ds)
    drawn = np.isfinite(ys)
    return [(m.at, float(np.interp(m.at, xs[drawn], ys[drawn])), m.way) for m in meetings]


def _pieces(x: Numbers, y: Numbers) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """The known points, and after which of them the curve is broken."""
    known = np.isfinite(x) & np.isfinite(y)
    rows = np.flatnonzero(known)
    return x[rows], y[rows], np.diff(rows) > 1 if rows.size > 1 else np.zeros(0, dtype=bool)


def _hidden(grid: Numbers, x: Numbers, gap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which intervals of the grid lie in a gap."""
    middle = (grid[:-1] + grid[1:]) / 2
    row = np.clip(np.searchsorted(x, middle, side="right") - 1, 0, max(gap.size - 1, 0))
    return gap[row] if gap.size else np.zeros(middle.size, dtype=bool)


def _of_polylines(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers) -> list[tuple[float, float, str]]:
    """Of any two polylines: each segment with each."""
    x1, y1 = _thinned(x1), _thinned(y1)
    x2, y2 = _thinned(x2), _thinned(y2)
    found_: list[tuple[float, float, str]] = []
    rx, ry = np.diff(x1)[:, None], np.diff(y1)[:, None]
    for start in range(0, x2.size - 1, 256):
        block = slice(start, start + 257)
        sx, sy = np.diff(x2[block])[None, :], np.diff(y2[block])[None, :]
        qx = x2[block][None, :-1] - x1[:-1, None]
        qy = y2[block][None, :-1] - y1[:-1, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = rx * sy - ry * sx
            t = (qx * sy - qy * sx) / cross
            u = (qx * ry - qy * rx) / cross
            hit = (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
        for i, j in np.argwhere(hit):
            found_.append((float(x1[i] + t[i, j] * rx[i, 0]), float(y1[i] + t[i, j] * ry[i, 0]), ""))
        if len(found_) > 1000:
            break
    found_.sort()
    scale = max((abs(at) for at, _y, _w in found_), default=1.0) or 1.0
    kept: list[tuple[float, float, str]] = []
    for point in found_:
        same = [
            k
            for k in kept
            if abs(k[0] - point[0]) < 1e-9 * scale and abs(k[1] - point[1]) <= 1e-9 * abs(point[1])
        ]
        if not same:
            kept.append(point)
    return kept


def _thinned(column: Numbers) -> Numbers:
    every = math.ceil(column.size / _MOST_SEGMENTS)
    return column[::every] if every > 1 else column
