"""How a series goes: slope, trend, area, a fitted model, outliers, correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.description import Axis
from rusoil_jupyter.figures.finding import Finding
from rusoil_jupyter.figures.query.found import found, left_out, together
from rusoil_jupyter.figures.query.marks import CURVES, GRIDS, Marks, marks_for, per_day_volume, weakest
from rusoil_jupyter.figures.query.places import DAY, place_of
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.values import curve_values, within
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.finding import Query
    from rusoil_jupyter.figures.reading import Reading

    Numbers = NDArray[np.float64]

MONTH = 30.4375 * DAY
YEAR = 365.25 * DAY
_CLEAR = 0.5  # rank correlation from which a trend is one
_FLAT = 0.02  # of the middle value: a series that moves less is level
_FAR = 3.5  # robust z-score from which a mark falls out
_MOST_RANKED = 20_000


@dataclass(frozen=True)
class Line:
    """The straight line of least squares: ``value = start + rate * place``."""

    start: float
    rate: float
    r: float


def line_through(u: Numbers, v: Numbers) -> Line:
    """Least squares; ``r`` is Pearson's correlation, NaN where one side does not vary."""
    middle, level = float(u.mean()), float(v.mean())
    du, dv = u - middle, v - level
    uu, vv = float(du @ du), float(dv @ dv)
    if uu == 0:
        raise ZeroDivisionError
    rate = float(du @ dv) / uu
    r = float(du @ dv) / math.sqrt(uu * vv) if vv > 0 else math.nan
    return Line(level - rate * middle, rate, r)


def _finite(query: Query, marks: Marks, least: int = 2) -> tuple[Numbers, Numbers]:
    """Places and values of an interval, in order of the places.

    Raises:
        CannotAnswer: there are fewer marks than needed.
    """
    inside = within(query, marks) if query.at is not None or query.until is not None else marks
    known = inside.known()
    u, v = inside.places[known], inside.values[known]
    if u.size < least and marks.is_curve and query.at is not None and query.until is not None:
        ends = [place_of(end, marks.place_axis).low for end in (query.at, query.until)]
        pairs = [(end, curve_values(marks, end)[0]) for end in ends]
        if all(values.size for _end, values in pairs):
            u = np.array([end for end, _values in pairs])
            v = np.array([values[0] for _end, values in pairs])
    if u.size < least or (least > 1 and np.ptp(u) == 0):
        raise CannotAnswer(
            _("“{series}” has too few points there: {count}.").format(series=marks.label, count=u.size),
            _("Ask about a wider interval."),
            field="at",
        )
    order = np.argsort(u, kind="stable")
    return u[order], v[order]


def time_unit(marks: Marks, span: float) -> tuple[float, str]:
    """Seconds in the unit of time that suits ``span``, and its name; else 1 and the axis' unit."""
    if not marks.is_date:
        return 1.0, marks.place_unit
    if span > 2 * YEAR:
        return YEAR, _("year")
    if span > 60 * DAY:
        return MONTH, _("month")
    if span > 2 * DAY:
        return DAY, _("day")
    return 3600.0, _("hour")


def _per(unit: str, time: str) -> str:
    if not time:
        return unit
    return f"{unit}/{time}" if unit and "/" not in unit else f"{unit} / {time}" if unit else f"1/{time}"


def slope(reading: Reading, query: Query) -> Finding:
    """The rate of change by least squares; over dates per day, month or year, all three in the details."""
    return _each(reading, query, _slope)


def _slope(query: Query, marks: Marks) -> Finding:
    u, v = _finite(query, marks)
    line = line_through(u, v)
    length, time = time_unit(marks, float(np.ptp(u)))
    details: dict[str, float | str | None] = {"r2": line.r**2, "count": int(u.size)}
    if marks.is_date:
        details |= {"per day": line.rate * DAY, "per month": line.rate * MONTH, "per year": line.rate * YEAR}
    warnings = list(left_out(marks))
    if marks.log_values:
        warnings.append(
            _("The axis of the values is logarithmic: a straight line there is no constant rate.")
        )
    return found(
        query,
        marks,
        line.rate * length,
        unit=_per(marks.unit, time) if not marks.is_category else marks.unit,
        method=_("least squares over {count} marks").format(count=u.size),
        details=details,
        warnings=warnings,
    )


def trend(reading: Reading, query: Query) -> Finding:
    """``rising``, ``falling``, ``flat`` or ``mixed`` by rank correlation; the change in the details."""
    return _each(reading, query, _trend)


def _trend(query: Query, marks: Marks) -> Finding:
    u, v = _finite(query, marks, least=1)
    first, last = float(v[0]), float(v[-1])
    rho = rank_correlation(u, v) if u.size > 2 else math.copysign(1.0, last - first) if last != first else 0.0
    spread, middle = float(np.ptp(v)), float(np.median(np.abs(v)))
    if spread == 0 or (middle > 0 and spread < _FLAT * middle and abs(rho) < 0.9):
        way = "flat"
    elif rho >= _CLEAR:
        way = "rising"
    elif rho <= -_CLEAR:
        way = "falling"
    else:
        way = "mixed"
    details: dict[str, float | str | None] = {
        "first": first,
        "last": last,
        "change": last - first,
        "percent": 100 * (last - first) / abs(first) if first else None,
        "rank correlation": rho,
    }
    if u.size > 1 and np.ptp(u) > 0:
        line = line_through(u, v)
        length, time = time_unit(marks, float(np.ptp(u)))
        details |= {"slope": line.rate * length, "per": _per(marks.unit, time), "r2": line.r**2}
    return found(
        query,
        marks,
        None,
        value_cell=way,
        unit="",
        points=[(float(u[0]), first, "first"), (float(u[-1]), last, "last")],
        method=_("rank correlation over {count} marks").format(count=u.size),
        details=details,
        warnings=left_out(marks),
    )


def rank_correlation(u: Numbers, v: Numbers) -> float:
    """Spearman's; of very many points every n-th is taken."""
    if u.size > _MOST_RANKED:
        every = math.ceil(u.size / _MOST_RANKED)
        u, v = u[::every], v[::every]
    left, right = _ranks(u), _ranks(v)
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return 0.0
    return line_through(left, right).r


def _ranks(values: Numbers) -> Numbers:
    _unique, back, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray(((ends - counts) + (ends - 1)) / 2, dtype=np.float64)[back]


def area(reading: Reading, query: Query) -> Finding:
    """Under the curve, by the trapezoidal rule; for bars of a histogram the sum of height by width."""
    return _each(reading, query, _area)


def _area(query: Query, marks: Marks) -> Finding:
    left, right = marks.others.get("left"), marks.others.get("right")
    if marks.series.kind == "histogram" and left is not None and right is not None:
        inside = np.isfinite(marks.values)
        total = float((marks.values * np.abs(right - left))[inside].sum())
        return found(
            query,
            marks,
            total,
            unit=_times(marks.unit, marks.place_unit),
            method=_("height by width of each bin"),
        )
    u, v = _finite(query, marks)
    if query.at is not None and query.until is not None and marks.is_curve:
        u, v = _with_ends(query, marks, u, v)
    if marks.is_date:
        u = u / DAY
        volume = per_day_volume(marks.unit)
        unit = volume or _times(marks.unit, _("day"))
    else:
        unit = _times(marks.unit, marks.place_unit)
    warnings = list(left_out(marks))
    return found(
        query,
        marks,
        float(np.trapezoid(v, u)),
        unit=unit,
        method=_("the trapezoidal rule over {count} points").format(count=u.size),
        details={"count": int(u.size)},
        warnings=warnings,
    )


def _with_ends(query: Query, marks: Marks, u: Numbers, v: Numbers) -> tuple[Numbers, Numbers]:
    start, end = place_of(query.at, marks.place_axis), place_of(query.until, marks.place_axis)
    for place, before in ((min(start.low, end.low), True), (max(start.high, end.high), False)):
        if (u[0] <= place if before else u[-1] >= place) and not (before and u[0] > place):
            continue
        values, _rows = curve_values(marks, place)
        if not values.size:
            continue
        u = np.concatenate([[place], u]) if before else np.concatenate([u, [place]])
        v = np.concatenate([values[:1], v]) if before else np.concatenate([v, values[:1]])
    return u, v


def _times(left: str, right: str) -> str:
    return "·".join(part for part in (left, right) if part)


def correlation(reading: Reading, query: Query) -> Finding:
    """Pearson's r of a scatter's columns, or of two series at common places; Spearman's beside it."""
    if query.other:
        first = marks_for(reading, query)[0]
        second = marks_for(
            reading, query.model_copy(update={"series": query.other, "other": "", "panel": ""})
        )[0]
        u, v, method = _paired(first, second)
        label = f"{first.label}, {second.label}"[:500]
        finding = _correlation(query, first, u, v, method)
        badge = weakest([first.badge, second.badge])
        return finding.model_copy(update={"series": label, "badge": badge})
    every = marks_for(reading, query)
    scatters = [marks for marks in every if marks.series.kind == "scatter"]
    if len(every) == 2 and not scatters:
        pair = query.model_copy(update={"series": every[0].series.id, "other": every[1].series.id})
        return correlation(reading, pair)
    findings = []
    for marks in scatters or every:
        inside = within(query, marks) if query.at is not None or query.until is not None else marks
        known = inside.known()
        findings.append(
            _correlation(
                query, inside, inside.places[known], inside.values[known], _("the marks of the series")
            )
        )
    merged = together(query, findings)
    if len(findings) > 1:
        both = [marks.known() for marks in scatters or every]
        u = np.concatenate([m.places[k] for m, k in zip(scatters or every, both, strict=True)])
        v = np.concatenate([m.values[k] for m, k in zip(scatters or every, both, strict=True)])
        whole = _correlation(query, every[0], u, v, _("the marks of all series"))
        return merged.model_copy(update={"value": whole.value, "method": whole.method})
    return merged


def _correlation(query: Query, marks: Marks, u: Numbers, v: Numbers, method: str) -> Finding:
    if u.size < 3 or np.ptp(u) == 0 or np.ptp(v) == 0:
        raise CannotAnswer(
            _("There are too few different points for a correlation."),
            _("Ask about another series."),
            field="series",
        )
    line = line_through(u, v)
    details: dict[str, float | str | None] = {
        "spearman": rank_correlation(u, v),
        "r2": line.r**2,
        "count": int(u.size),
    }
    return found(
        query, marks, None, value_cell=cell_of(line.r, None), unit="", method=method, details=details
    )


def _paired(first: Marks, second: Marks) -> tuple[Numbers, Numbers, str]:
    """Values of both at their common places; between the points of the second where it is a curve."""
    a, b = first.known(), second.known()
    left, right = (
        dict(zip(first.places[a], first.values[a], strict=True)),
        dict(zip(second.places[b], second.values[b], strict=True)),
    )
    common = [place for place in left if place in right]
    if len(common) >= 3:
        return (
            np.array([left[place] for place in common]),
            np.array([right[place] for place in common]),
            _("at {count} common places").format(count=len(common)),
        )
    order = np.argsort(second.places[b], kind="stable")
    u2, v2 = second.places[b][order], second.values[b][order]
    if not u2.size:
        return np.zeros(0), np.zeros(0), ""
    inside = a & (first.places >= u2[0]) & (first.places <= u2[-1])
    u = first.places[inside]
    method = _("at {count} places, between the points of the second").format(count=u.size)
    return first.values[inside], np.interp(u, u2, v2), method


def outliers(reading: Reading, query: Query) -> Finding:
    """Marks far from what their neighbours (a curve), a line (a linear scatter) or the middle let expect."""
    every = [marks for marks in marks_for(reading, query) if marks.series.kind not in GRIDS]
    if not every:
        raise CannotAnswer(_("Outliers are looked for in series."), _("Ask for the extremes."), field="op")
    findings = [_outliers(query, marks) for marks in every]
    if len(findings) == 1:
        return findings[0]
    points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points]
    count = sum(float(finding.value or 0) for finding in findings)
    merged = together(query, findings)
    return merged.model_copy(update={"points": tuple(points[:200]), "value": count, "unit": ""})


def _outliers(query: Query, marks: Marks) -> Finding:
    inside = within(query, marks) if query.at is not None or query.until is not None else marks
    known = inside.known()
    u, v = inside.places[known], inside.values[known]
    order = np.argsort(u, kind="stable")
    u, v = u[order], v[order]
    if v.size < 5:
        raise CannotAnswer(
            _("“{series}” has too few points to tell outliers: {count}.").format(
                series=marks.label, count=v.size
            ),
            _("Ask for the extremes."),
            field="series",
        )
    if marks.series.kind in CURVES and not marks.is_category:
        width = min(7, v.size // 2 * 2 - 1)
        half = width // 2
        padded = np.pad(v, half, mode="reflect", reflect_type="odd")
        expected = np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)
        method = _("far from the median of their {count} neighbours").format(count=width)
    elif not marks.is_category and v.size >= 8 and abs(rank_correlation(u, v)) > 0.6 and np.ptp(u) > 0:
        line = _robust_line(u, v)
        expected = line.start + line.rate * u
        method = _("far from the straight line through the marks")
    else:
        expected = np.full(v.size, np.median(v))
        method = _("far from the median")
    residual = v - expected
    middle = float(np.median(residual))
    scale = 1.4826 * float(np.median(np.abs(residual - middle)))
    floor = 0.02 * float(np.subtract(*np.percentile(v, [90, 10]))) or 1e-9 * float(np.abs(v).max() or 1.0)
    far = np.abs(residual - middle) > _FAR * max(scale, floor)
    rows = np.flatnonzero(far)
    worst = rows[np.argsort(-np.abs(residual[rows]), kind="stable")][:50]
    return found(
        query,
        marks,
        None,
        value_cell=float(rows.size),
        unit="",
        points=[(float(u[row]), float(v[row]), "") for row in np.sort(worst)],
        method=method,
        details={"of": int(v.size)},
    )


def _robust_line(u: Numbers, v: Numbers) -> Line:
    """Least squares, twice more without what lay far off."""
    keep = np.ones(u.size, dtype=bool)
    line = line_through(u, v)
    for _round in range(2):
        residual = v - line.start - line.rate * u
        scale = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
        keep = np.abs(residual) <= 3 * max(scale, 1e-300)
        if keep.sum() < 3 or np.ptp(u[keep]) == 0:
            break
        line = line_through(u[keep], v[keep])
    return line


def fit(reading: Reading, query: Query) -> Finding:
    """A model by least squares; coefficients and R² in the details, the formula in ``items``."""
    every = marks_for(reading, query)
    scatters = [marks for marks in every if marks.series.kind == "scatter"]
    return _merged(query, scatters or every, _fit)


def _fit(query: Query, marks: Marks) -> Finding:
    u, v = _finite(query, marks, least=query.degree + 1 if query.model == "polynomial" else 2)
    x, name, time = u, "x", ""
    if marks.is_date:
        length, time = time_unit(marks, float(np.ptp(u)))
        x, name = (u - u[0]) / length, "t"
    x, y, warnings = _positive(query, x, v)
    coefficients: dict[str, float | str | None]
    if query.model == "polynomial":
        numbers = np.polynomial.Polynomial.fit(x, y, query.degree).convert().coef
        numbers = np.pad(numbers, (0, query.degree + 1 - numbers.size))
        coefficients = {f"a{power}": float(number) for power, number in enumerate(numbers)}
        expected = np.polynomial.Polynomial(numbers)(x)
        formula = "y = " + _sum_of([(float(number), _power(name, p)) for p, number in enumerate(numbers)])
    elif query.model == "linear":
        line = line_through(x, y)
        coefficients = {"a": line.start, "b": line.rate}
        expected = line.start + line.rate * x
        formula = "y = " + _sum_of([(line.start, ""), (line.rate, name)])
    elif query.model == "logarithmic":
        line = line_through(np.log(x), y)
        coefficients = {"a": line.start, "b": line.rate}
        expected = line.start + line.rate * np.log(x)
        formula = "y = " + _sum_of([(line.start, ""), (line.rate, f"ln({name})")])
    else:
        line = line_through(x if query.model == "exponential" else np.log(x), np.log(y))
        first = math.exp(line.start)
        coefficients = {"a": first, "b": line.rate}
        if query.model == "exponential":
            expected = first * np.exp(line.rate * x)
            formula = f"y = {first:.6g}·exp({line.rate:.6g}·{name})"
        else:
            expected = first * x**line.rate
            formula = f"y = {first:.6g}·{name}^{line.rate:.6g}"
    rest, whole = float(((y - expected) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
    r2 = 1 - rest / whole if whole > 0 else math.nan
    details = coefficients | {"r2": r2, "rmse": math.sqrt(rest / y.size), "count": int(y.size)}
    if marks.is_date:
        details |= {"t from": cell_of(float(u[0]), Axis(kind="date")), "t in": time}
    method = _("least squares over {count} marks")
    if query.model in {"exponential", "power"}:
        method = _("least squares of the logarithms over {count} marks")
    finding = found(
        query,
        marks,
        None,
        value_cell=cell_of(r2, None),
        unit="",
        method=method.format(count=y.size),
        details=details,
        warnings=warnings,
    )
    return finding.model_copy(update={"items": (formula,)})


def _positive(query: Query, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    keep = np.ones(x.size, dtype=bool)
    if query.model in {"power", "logarithmic"}:
        keep &= x > 0
    if query.model in {"power", "exponential"}:
        keep &= y > 0
    if keep.sum() < 2 or np.ptp(x[keep]) == 0:
        raise CannotAnswer(
            _("This model needs positive numbers, and there are too few."),
            _("Fit a line instead."),
            field="model",
        )
    lost = int((~keep).sum())
    if not lost:
        return x, y, ()
    return (
        x[keep],
        y[keep],
        (_("Points of zero or less have no logarithm and were left out: {count}.").format(count=lost),),
    )


def _power(name: str, power: int) -> str:
    return "" if power == 0 else name if power == 1 else f"{name}^{power}"


def _sum_of(terms: list[tuple[float, str]]) -> str:
    text = ""
    for number, name in terms:
        size = f"{abs(number):.6g}" + (f"·{name}" if name else "")
        sign = "-" if number < 0 else "+"
        text = f"{text} {sign} {size}" if text else (f"-{size}" if number < 0 else size)
    return text


def _each(reading: Reading, query: Query, one: Callable[[Query, Marks], Finding]) -> Finding:
    return _merged(query, marks_for(reading, query), one)


def _merged(query: Query, every: list[Marks], one: Callable[[Query, Marks], Finding]) -> Finding:
    findings: list[Finding] = []
    problem: CannotAnswer | None = None
    for marks in every:
        try:
            if marks.series.kind in GRIDS:
                raise CannotAnswer(
                    _("“{series}” is a grid and runs along two axes.").format(series=marks.label),
                    _("Ask for a value or an extreme."),
                    field="op",
                )
            findings.append(one(query, marks))
        except CannotAnswer as error:
            problem = error
    if not findings and problem is not None:
        raise problem
    if len(findings) > 1 and all(finding.items for finding in findings):
        items = tuple(f"{finding.series}: {finding.items[0]}"[:500] for finding in findings)
        return together(query, findings).model_copy(update={"items": items})
    return together(query, findings)
