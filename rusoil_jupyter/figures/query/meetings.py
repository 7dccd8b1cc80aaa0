"""Where a series reaches a level, and where two series meet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from rusoil_jupyter.figures.finding import Finding
from rusoil_jupyter.figures.query.found import found, together
from rusoil_jupyter.figures.query.marks import GRIDS, Marks, marks_for, weakest
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.values import within
from rusoil_jupyter.figures.reading import cell_of, number_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.description import Axis
    from rusoil_jupyter.figures.finding import Query
    from rusoil_jupyter.figures.reading import Reading

    Numbers = NDArray[np.float64]

Way = Literal["rising", "falling", "touching"]
_MOST_PAIRS = 10
_MOST_SEGMENTS = 3000


@dataclass(frozen=True)
class Meeting:
    """A place where a difference becomes zero, and which way it goes there."""

    at: float
    way: Way


def crossing(reading: Reading, query: Query) -> Finding:
    """Where the series reaches ``level``: all places in order; ``at`` is the first in the asked way."""
    if query.level is None:
        raise CannotAnswer(
            _("The question names no level."), _("Name the value to be reached."), field="level"
        )
    findings = [
        _crossing(query, marks) for marks in marks_for(reading, query) if marks.series.kind not in GRIDS
    ]
    if not findings:
        raise CannotAnswer(
            _("A level is reached by curves and bars."), _("Ask for a value or an extreme."), field="op"
        )
    merged = together(query, findings)
    if len(findings) > 1:
        points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points[:1]]
        merged = merged.model_copy(update={"points": tuple(points), "details": {"count": len(points)}})
    return merged


def _crossing(query: Query, marks: Marks) -> Finding:
    level = float(query.level or 0.0)
    inside = within(query, marks) if query.at is not None or query.until is not None else marks
    known = inside.known()
    if not known.any():
        raise CannotAnswer(
            _("“{series}” has no numbers there.").format(series=marks.label),
            _("Ask about another place."),
            field="at",
        )
    if not marks.is_curve:
        return _reached_by_marks(query, inside, level)
    u, v = inside.places, inside.values
    meetings = level_places(u, v, level, inside)
    wanted: Way | None = {"above": "rising", "below": "falling"}.get(query.column)  # type: ignore[assignment]
    chosen = [meeting for meeting in meetings if wanted is None or meeting.way == wanted]
    warnings: list[str] = []
    order = np.argsort(u[known], kind="stable")
    first = float(v[known][order[0]])
    if (query.column == "above" and first > level) or (query.column == "below" and first < level):
        warnings.append(
            _("It is above the level from the start.")
            if query.column == "above"
            else _("It is below the level from the start.")
        )
    at = chosen[0].at if chosen else None
    return found(
        query,
        marks,
        None,
        value_cell=cell_of(level, marks.value_axis),
        unit=marks.unit,
        at=at,
        points=[(meeting.at, level, meeting.way) for meeting in meetings],
        method=_("straight between the points as drawn")
        if marks.series.kind != "step"
        else _("at the steps"),
        details={"count": len(meetings), "minimum": float(v[known].min()), "maximum": float(v[known].max())},
        warnings=warnings,
        error=inside_error(inside),
    )


def inside_error(marks: Marks) -> float | None:
    """The error of a column where it is known; a level itself has none."""
    return marks.error


def _reached_by_marks(query: Query, marks: Marks, level: float) -> Finding:
    known = marks.known()
    values = marks.values
    if query.column == "above":
        rows = np.flatnonzero(known & (values > level))
    elif query.column == "below":
        rows = np.flatnonzero(known & (values < level))
    else:
        rows = np.flatnonzero(known & np.isclose(values, level, rtol=1e-5, atol=0))
        rows = rows if rows.size else np.flatnonzero(known & (values >= level))
    order = np.argsort(marks.places[rows], kind="stable")
    rows = rows[order]
    return found(
        query,
        marks,
        None,
        value_cell=cell_of(level, marks.value_axis),
        unit=marks.unit,
        at=float(marks.places[rows[0]]) if rows.size else None,
        points=[(float(marks.places[row]), float(values[row]), "") for row in rows],
        method=_("mark by mark"),
        details={
            "count": int(rows.size),
            "minimum": float(values[known].min()),
            "maximum": float(values[known].max()),
        },
    )


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
    bad = ~(np.isfinite(x) & np.isfinite(d))
    found_: list[Meeting] = []
    size = float(np.nanmax(np.abs(d))) if (~bad).any() else 0.0
    sign = np.where(bad, 0, np.where(np.abs(d) <= 1e-12 * size, 0, np.sign(d))).astype(int)
    usable = ~bad[:-1] & ~bad[1:]
    for row in np.flatnonzero(usable & (sign[:-1] * sign[1:] < 0)):
        share = 1.0 if stepped else float(d[row] / (d[row] - d[row + 1]))
        at = float(x[row] + share * (x[row + 1] - x[row]))
        rising = (d[row + 1] > d[row]) == (x[row + 1] >= x[row])
        found_.append(Meeting(at, "rising" if rising else "falling"))
    on_zero = np.flatnonzero((sign == 0) & ~bad)
    for run in np.split(on_zero, np.flatnonzero(np.diff(on_zero) > 1) + 1) if on_zero.size else []:
        start, end = int(run[0]), int(run[-1])
        before = sign[start - 1] if start > 0 and not bad[start - 1] else 0
        after = sign[end + 1] if end + 1 < sign.size and not bad[end + 1] else 0
        way: Way = "touching"
        if before * after < 0:
            forward = x[end + 1] >= x[start - 1]
            way = "rising" if (after > 0) == forward else "falling"
        found_.append(Meeting(float(x[start]), way))
    return sorted(found_, key=lambda meeting: meeting.at)


# --- two series ------------------------------------------------------------------------------------


def intersection(reading: Reading, query: Query) -> Finding:
    """Where two series meet; where neither is named and there are a few, every pair."""
    if query.series and query.other:
        first = marks_for(reading, query)[0]
        second = marks_for(reading, query.model_copy(update={"series": query.other, "panel": ""}))[0]
        return _meet(query, first, second)
    every = [
        marks
        for marks in marks_for(reading, query.model_copy(update={"series": ""}))
        if len(marks.values) > 1
    ]
    chosen = query.series or query.other
    pairs = [pair for pair in combinations(every, 2) if pair[0].panel.id == pair[1].panel.id]
    if chosen:
        pairs = [pair for pair in pairs if chosen in {pair[0].series.id, pair[1].series.id}]
    if not pairs:
        raise CannotAnswer(
            _("It takes two series to meet."), _("Ask where one series reaches a level."), field="other"
        )
    if len(pairs) == 1:
        return _meet(query, *pairs[0])
    findings = [_meet(query, *pair) for pair in pairs[:_MOST_PAIRS]]
    points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points]
    warnings = dict.fromkeys(warning for finding in findings for warning in finding.warnings)
    if len(pairs) > _MOST_PAIRS:
        warnings[_("There are many pairs of series; the first ones were looked at.")] = None
    return Finding(
        query=query,
        badge=weakest([finding.badge for finding in findings]),
        unit=findings[0].unit,
        at_unit=findings[0].at_unit,
        points=tuple(points[:200]),
        details={"count": len(points)},
        method=findings[0].method,
        warnings=tuple(warnings),
    )


def _meet(query: Query, first: Marks, second: Marks) -> Finding:
    warnings: list[str] = []
    a, b = _drawn(first), _drawn(second)
    if (first.series.x, first.series.y) != (
        second.series.x,
        second.series.y,
    ) or first.panel.id != second.panel.id:
        a, b = _in_picture(first, a), _in_picture(second, b)
        warnings.append(
            _("The two are drawn against different axes: they meet in the picture, their values differ.")
        )
    x1, y1 = a
    x2, y2 = b
    if _runs_forward(x1) and _runs_forward(x2):
        meetings = _of_functions(x1, y1, x2, y2)
    else:
        meetings = _of_polylines(x1, y1, x2, y2)
    points = []
    for at, height, way in meetings:
        place = math.exp(at) if first.log_places else at
        points.append((place, _sure_part(_undrawn(first, height, warned=bool(warnings)), first, second), way))
    lost = max(first.values.size, second.values.size) > _MOST_SEGMENTS and not (
        _runs_forward(x1) and _runs_forward(x2)
    )
    only = points[0] if points else None
    finding = found(
        query,
        first,
        only[1] if only else None,
        at=only[0] if only else None,
        points=points,
        method=_("straight between the points as drawn"),
        details={"count": len(points)},
        warnings=warnings,
        badge="estimated" if lost else weakest([first.badge, second.badge]),
    )
    return finding.model_copy(
        update={"series": f"{first.label}, {second.label}"[:500], "items": (first.label, second.label)}
    )


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


def _in_picture(marks: Marks, drawn: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
    """Heights as shares of the axis, for series that have different ones.

    Raises:
        CannotAnswer: the visible range of an axis is not known, or the places are measured differently.
    """
    x, y = drawn
    axis = marks.value_axis
    if axis is None or axis.range is None or marks.series.along != "x" or marks.series.x not in {"x", "x2"}:
        raise CannotAnswer(
            _("The two series are drawn against different axes, so they have no common values."),
            _("Ask where each reaches a level."),
            field="other",
        )
    low, high = (number_of(end, axis) for end in axis.range)
    if marks.log_values and low > 0 and high > 0:
        low, high = math.log(low), math.log(high)
    if not math.isfinite(high - low) or high == low:
        raise CannotAnswer(
            _("The two series are drawn against different axes, so they have no common values."),
            _("Ask where each reaches a level."),
            field="other",
        )
    share = (y - low) / (high - low)
    return x, 1 - share if axis.inverted else share


def _undrawn(marks: Marks, height: float, *, warned: bool) -> float:
    if not warned:
        return math.exp(height) if marks.log_values else height
    axis: Axis | None = marks.value_axis
    if axis is None or axis.range is None:
        return math.nan
    low, high = (number_of(end, axis) for end in axis.range)
    share = 1 - height if axis.inverted else height
    if marks.log_values and low > 0 and high > 0:
        return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    return low + share * (high - low)


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
