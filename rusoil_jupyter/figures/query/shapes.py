"""How a series goes: slope, trend, area, a fitted model, outliers, correlation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.query.curves import between_points, values_at
from rusoil_jupyter.figures.query.found import found, left_out, of_each, together
from rusoil_jupyter.figures.query.marks import CURVES, GRIDS, Marks, per_day_volume, weakest
from rusoil_jupyter.figures.query.places import DAY
from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.selecting import selected
from rusoil_jupyter.figures.query.units import converted, in_unit
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.description import Axis
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.queries import (
        Area,
        Correlation,
        Fit,
        FitModel,
        Outliers,
        Single,
        Slope,
        Trend,
    )

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


def _finite(marks: Marks, least: int = 2) -> tuple[Numbers, Numbers]:
    """Places and values, in order of the places; where too few marks were selected, the ends of a curve.

    Raises:
        CannotAnswer: there are fewer marks than needed.
    """
    known = marks.known()
    u, v = marks.places[known], marks.values[known]
    if u.size < least and marks.is_curve:
        u, v = _at_ends(marks, u, v)
    if u.size < least or (least > 1 and np.ptp(u) == 0):
        raise CannotAnswer(
            _("“{series}” has too few points there: {count}.").format(series=marks.label, count=u.size),
            _("Ask about a wider interval."),
            field="at",
        )
    order = np.argsort(u, kind="stable")
    return u[order], v[order]


def _at_ends(marks: Marks, u: Numbers, v: Numbers) -> tuple[Numbers, Numbers]:
    """Marks with the ends of the only interval that was selected, where a curve is drawn through them."""
    if len(marks.spans) != 1 or len(marks.spans[0]) != 1 or marks.full is None:
        return u, v
    span = marks.spans[0][0]
    for end in (span.low, span.high):
        values = values_at(marks.full, end) if math.isfinite(end) else np.zeros(0)
        if values.size and not (u == end).any():
            u, v = np.append(u, end), np.append(v, values[0])
    return u, v


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


def slope(reading: Reading, query: Slope) -> Finding:
    """The rate of change by least squares; over dates per day, month or year, all three in the details."""
    return _merged(query, selected(reading, query.of), lambda marks: _slope(query, marks))


_PER: dict[str, tuple[float, Callable[[], str]]] = {
    "hour": (3600.0, lambda: _("hour")),
    "day": (DAY, lambda: _("day")),
    "week": (7 * DAY, lambda: _("week")),
    "month": (MONTH, lambda: _("month")),
    "quarter": (3 * MONTH, lambda: _("quarter")),
    "half-year": (6 * MONTH, lambda: _("half-year")),
    "year": (YEAR, lambda: _("year")),
}


def _per_each(query: Slope, marks: Marks, span: float) -> tuple[float, str]:
    """The step that a slope is told for, in units of the axis, and its name."""
    if not query.each:
        return time_unit(marks, span)
    seconds, name = _PER[query.each]
    if marks.is_date:
        return seconds, name()
    return converted(seconds, "s", marks.place_unit)[0], name()


def _slope(query: Slope, marks: Marks) -> Finding:
    u, v = _finite(marks)
    line = line_through(u, v)
    length, time = _per_each(query, marks, float(np.ptp(u)))
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
        badge="estimated",
    )


def trend(reading: Reading, query: Trend) -> Finding:
    """``rising``, ``falling``, ``flat`` or ``mixed`` by rank correlation; the change in the details."""
    return _merged(query, selected(reading, query.of), lambda marks: _trend(query, marks))


def _trend(query: Trend, marks: Marks) -> Finding:
    u, v = _finite(marks, least=1)
    first, last = float(v[0]), float(v[-1])
    way, rho = _way(u, v)
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


def _way(u: Numbers, v: Numbers) -> tuple[str, float]:
    """Which way a series goes, and the rank correlation that says so."""
    change = float(v[-1] - v[0])
    rho = rank_correlation(u, v) if u.size > 2 else float(np.sign(change))
    spread, middle = float(np.ptp(v)), float(np.median(np.abs(v)))
    if spread == 0 or (middle > 0 and spread < _FLAT * middle and abs(rho) < 0.9):
        return "flat", rho
    if abs(rho) < _CLEAR:
        return "mixed", rho
    return "rising" if rho > 0 else "falling", rho


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


def area(reading: Reading, query: Area) -> Finding:
    """Under the curve, by the trapezoidal rule; for bars of a histogram the sum of height by width."""
    finding = _merged(query, selected(reading, query.of), lambda marks: _area(query, marks))
    return in_unit(finding, query.unit)


def _area(query: Area, marks: Marks) -> Finding:
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
    u, v = _finite(marks)
    size = u.size
    if marks.is_curve:
        u, v = _at_ends(marks, u, v)
        order = np.argsort(u, kind="stable")
        u, v = u[order], v[order]
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
        badge="estimated" if u.size > size else None,
    )


def _times(left: str, right: str) -> str:
    return "·".join(part for part in (left, right) if part)


def correlation(reading: Reading, query: Correlation) -> Finding:
    """Pearson's r of a scatter's columns, or of two series at common places; Spearman's beside it."""
    every = selected(reading, query.of)
    if query.other:
        second = selected(reading, query.of.model_copy(update={"series": (query.other,), "panel": ""}))
        return _of_pair(query, every[0], second[0])
    scatters = [marks for marks in every if marks.series.kind == "scatter"]
    if len(every) == 2 and not scatters:
        return _of_pair(query, *every)
    clouds = scatters or every
    findings = of_each(clouds, lambda marks: _of_cloud(query, marks))
    merged = together(query, findings)
    if len(findings) == 1:
        return merged
    u, v = (
        np.concatenate([getattr(marks, side)[marks.known()] for marks in clouds])
        for side in ("places", "values")
    )
    whole = _correlation(query, every[0], u, v, _("the marks of all series"))
    return merged.model_copy(update={"value": whole.value, "method": whole.method})


def _of_pair(query: Correlation, first: Marks, second: Marks) -> Finding:
    u, v, method, between = _paired(first, second)
    finding = _correlation(query, first, u, v, method)
    badge = weakest([first.badge, second.badge, *(["estimated"] if between else [])])  # type: ignore[list-item]
    label = f"{first.label}, {second.label}"[:500]
    return finding.model_copy(update={"series": label, "badge": badge})


def _of_cloud(query: Correlation, marks: Marks) -> Finding:
    known = marks.known()
    return _correlation(query, marks, marks.places[known], marks.values[known], _("the marks of the series"))


def _correlation(query: Correlation, marks: Marks, u: Numbers, v: Numbers, method: str) -> Finding:
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


def _paired(first: Marks, second: Marks) -> tuple[Numbers, Numbers, str, bool]:
    """Values of both at their common places; between the points of the second where it is a curve."""
    a, b = first.known(), second.known()
    left, right = (
        dict(zip(first.places[a], first.values[a], strict=True)),
        dict(zip(second.places[b], second.values[b], strict=True)),
    )
    common = [place for place in left if place in right]
    if len(common) >= 3 or not second.is_curve:
        return (
            np.array([left[place] for place in common]),
            np.array([right[place] for place in common]),
            _("at {count} common places").format(count=len(common)),
            False,
        )
    there = between_points(second, first.places)
    inside = a & np.isfinite(there)
    method = _("at {count} places, between the points of the second").format(count=int(inside.sum()))
    return first.values[inside], there[inside], method, True


def outliers(reading: Reading, query: Outliers) -> Finding:
    """Marks far from what their neighbours (a curve), a line (a linear scatter) or the middle let expect."""
    every = [marks for marks in selected(reading, query.of) if marks.series.kind not in GRIDS]
    if not every:
        raise CannotAnswer(_("Outliers are looked for in series."), _("Ask for the extremes."), field="op")
    findings = [_outliers(query, marks) for marks in every]
    if len(findings) == 1:
        return findings[0]
    points = [p.model_copy(update={"label": f.series}) for f in findings for p in f.points]
    count = sum(float(finding.value or 0) for finding in findings)
    merged = together(query, findings)
    return merged.model_copy(update={"points": tuple(points[:200]), "value": count, "unit": ""})


def _outliers(query: Outliers, marks: Marks) -> Finding:
    known = marks.known()
    u, v = marks.places[known], marks.values[known]
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
    expected, method = _expected(marks, u, v)
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


def _expected(marks: Marks, u: Numbers, v: Numbers) -> tuple[Numbers, str]:
    """What each mark could be expected to be, and by what."""
    if marks.series.kind in CURVES and not marks.is_category:
        width = min(7, v.size // 2 * 2 - 1)
        padded = np.pad(v, width // 2, mode="reflect", reflect_type="odd")
        medians = np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1)
        return medians, _("far from the median of their {count} neighbours").format(count=width)
    if not marks.is_category and v.size >= 8 and abs(rank_correlation(u, v)) > 0.6 and np.ptp(u) > 0:
        line = _robust_line(u, v)
        return line.start + line.rate * u, _("far from the straight line through the marks")
    return np.full(v.size, np.median(v)), _("far from the median")


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


def fit(reading: Reading, query: Fit) -> Finding:
    """A model by least squares; coefficients and R² in the details, the formula in ``items``."""
    every = selected(reading, query.of)
    scatters = [marks for marks in every if marks.series.kind == "scatter"]
    return _merged(query, scatters or every, lambda marks: _fit(query, marks))


@dataclass(frozen=True)
class Fitted:
    """A model through points: its coefficients, what it gives at each point, and its formula."""

    coefficients: dict[str, float]
    expected: Numbers
    formula: str


def _fit(query: Fit, marks: Marks) -> Finding:
    u, v = _finite(marks, least=query.degree + 1 if query.model == "polynomial" else 2)
    x, name, time = u, "x", ""
    if marks.is_date:
        length, time = time_unit(marks, float(np.ptp(u)))
        x, name = (u - u[0]) / length, "t"
    x, y, warnings = _positive(query.model, x, v)
    model = (
        _polynomial(x, y, name, query.degree)
        if query.model == "polynomial"
        else _line(query.model, x, y, name)
    )
    rest, whole = float(((y - model.expected) ** 2).sum()), float(((y - y.mean()) ** 2).sum())
    r2 = 1 - rest / whole if whole > 0 else math.nan
    details: dict[str, float | str | None] = {
        **model.coefficients,
        "r2": r2,
        "rmse": math.sqrt(rest / y.size),
        "count": int(y.size),
    }
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
        badge="estimated",
    )
    return finding.model_copy(update={"items": (model.formula,)})


def _polynomial(x: Numbers, y: Numbers, name: str, degree: int) -> Fitted:
    numbers = np.polynomial.Polynomial.fit(x, y, degree).convert().coef
    numbers = np.pad(numbers, (0, degree + 1 - numbers.size))
    terms = [(float(number), _power(name, power)) for power, number in enumerate(numbers)]
    coefficients = {f"a{power}": float(number) for power, number in enumerate(numbers)}
    return Fitted(coefficients, np.polynomial.Polynomial(numbers)(x), "y = " + _sum_of(terms))


def _line(model: FitModel, x: Numbers, y: Numbers, name: str) -> Fitted:
    """The models that are a straight line once one side or both are logarithms."""
    if model in {"linear", "logarithmic"}:
        along = np.log(x) if model == "logarithmic" else x
        line = line_through(along, y)
        term = f"ln({name})" if model == "logarithmic" else name
        formula = "y = " + _sum_of([(line.start, ""), (line.rate, term)])
        return Fitted({"a": line.start, "b": line.rate}, line.start + line.rate * along, formula)
    line = line_through(x if model == "exponential" else np.log(x), np.log(y))
    first = math.exp(line.start)
    if model == "exponential":
        expected, formula = first * np.exp(line.rate * x), f"y = {first:.6g}·exp({line.rate:.6g}·{name})"
    else:
        expected, formula = first * x**line.rate, f"y = {first:.6g}·{name}^{line.rate:.6g}"
    return Fitted({"a": first, "b": line.rate}, expected, formula)


def _positive(model: FitModel, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers, tuple[str, ...]]:
    keep = np.ones(x.size, dtype=bool)
    if model in {"power", "logarithmic"}:
        keep &= x > 0
    if model in {"power", "exponential"}:
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
    warning = _("Points of zero or less have no logarithm and were left out: {count}.").format(count=lost)
    return x[keep], y[keep], (warning,)


def _power(name: str, power: int) -> str:
    return "" if power == 0 else name if power == 1 else f"{name}^{power}"


def _sum_of(terms: list[tuple[float, str]]) -> str:
    text = ""
    for number, name in terms:
        size = f"{abs(number):.6g}" + (f"·{name}" if name else "")
        sign = "-" if number < 0 else "+"
        text = f"{text} {sign} {size}" if text else (f"-{size}" if number < 0 else size)
    return text


def _merged(query: Single, every: list[Marks], one: Callable[[Marks], Finding]) -> Finding:
    def along(marks: Marks) -> Finding:
        if marks.series.kind in GRIDS:
            raise CannotAnswer(
                _("“{series}” is a grid and runs along two axes.").format(series=marks.label),
                _("Ask for a value or an extreme."),
                field="op",
            )
        return one(marks)

    findings = of_each(every, along)
    if len(findings) > 1 and all(finding.items for finding in findings):
        items = tuple(f"{finding.series}: {finding.items[0]}"[:500] for finding in findings)
        return together(query, findings).model_copy(update={"items": items})
    return together(query, findings)
