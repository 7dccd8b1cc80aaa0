"""The expert for inflow and lift: IPR and VLP curves, flowing pressure against rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import (
    Expert,
    Recognition,
    ascending,
    curves,
    found,
    student,
    thinned,
    worst,
)
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.conversion import Quantity
    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Badge, Finding

    Array = NDArray[np.float64]

Law = Literal["straight", "vogel", "fetkovich", "composite"]
SOURCES: dict[Law, str] = {
    "straight": "Evinger H.H., Muskat M. Calculation of Theoretical Productivity Factor. Trans. AIME, "
    "1942, 146, 126-139",
    "vogel": "Vogel J.V. Inflow Performance Relationships for Solution-Gas Drive Wells. JPT, 1968, "
    "20(1), 83-92",
    "fetkovich": "Fetkovich M.J. The Isochronal Testing of Oil Wells. SPE-4529-MS, 1973",
    "composite": "Brown K.E. The Technology of Artificial Lift Methods, vol. 4. PennWell, 1984 "
    "(straight line above "
    "the bubble point, Vogel below)",
}
_ROUNDING = 1e-5
MOST_FITTED = 2000
_LIFT = ("vlp", "vfp", "нкт", "лифт", "подъём", "подъем", "outflow", "tubing", "tpr", "насос", "lift")
_INFLOW = ("ipr", "индикатор", "приток", "inflow")


@dataclass(frozen=True)
class Inflow:
    """A fitted law: ``parameters`` by name with their standard errors; rates and pressures in the axes'
    units.
    """

    law: Law
    parameters: dict[str, float]
    errors: dict[str, float]
    rate: Callable[[Array], Array]
    aicc: float
    deviation: float  # relative to the largest rate
    n: int

    @property
    def reservoir(self) -> float:
        """The static pressure ``pr``."""
        return self.parameters["pr"]

    @property
    def open_flow(self) -> float:
        """The rate at no flowing pressure: ``qmax``, AOF."""
        return float(self.rate(np.zeros(1))[0])

    @property
    def index(self) -> float:
        """The productivity index ``dq/dp`` at the reservoir pressure."""
        if self.law == "straight" or self.law == "composite":
            return self.parameters["J"]
        if self.law == "vogel":
            return 1.8 * self.parameters["qmax"] / self.reservoir
        step = 0.1 * self.reservoir  # a power law has no slope at pr: the chord of the first tenth
        return float(self.rate(np.array([self.reservoir - step]))[0]) / step


class InflowPerformance(Expert):
    """IPR by a straight line, Vogel, Fetkovich or a composite; the operating point with a lift curve."""

    name: ClassVar[str] = "inflow"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("operating_rate", r"рабоч\w+ (?:точк|дебит|режим)|точк\w+ пересечени|operating|working point"),
        ("operating_pressure", r"рабоч\w+ (?:точк|давлени)|operating (?:point|pressure)"),
        (
            "qmax",
            r"максимальн\w+ дебит|потенциальн\w+ дебит|свободн\w+ (?:дебит|фонтан)|\bqmax\b|\baof\b|"
            r"open.?flow|maximum rate",
        ),
        ("pi", r"продуктивност|productivity|\bpi\b"),
        ("pr", r"пластов\w+ давлени|reservoir pressure|static pressure"),
        ("law", r"модел|закон|какая зависимость|which (?:model|law|equation)|описыва"),
        ("rate_at", r"дебит\w* при|(?:what|which) (?:flow )?rate .*\bat\b|rate at"),
    )

    also: ClassVar[Mapping[str, str]] = {
        "pi": r"коэффициент\w*|index",
        "qmax": r"скважин\w*|well",
        "law": r"уравнени\w*|притока|inflow|кривой|curve|закон\w*",
    }

    def recognise(self, reading: Reading) -> Recognition | None:
        """Flowing pressure that falls with rate."""
        inflow, lift = _split(reading)
        drawdown = _drawdowns(reading)
        if not inflow and drawdown:
            return Recognition(0.9, _("Rate over drawdown (“{name}”).").format(name=drawdown[0].name))
        if not inflow:
            return None
        named = any(word in inflow[0].name.casefold() for word in _INFLOW) or bool(lift)
        titles = " ".join(
            [reading.description.title, *(p.title for p in reading.description.panels)]
        ).casefold()
        named = named or any(word in titles for word in (*_INFLOW, *_LIFT))
        return Recognition(
            0.95 if named else 0.7,
            _("Flowing pressure that falls with the rate (“{name}”).").format(name=inflow[0].name),
        )

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """For each inflow curve the law, ``qmax``, the index, ``pr``; then where it meets each lift curve."""
        inflow, lift = _split(reading)
        findings: list[Finding] = []
        for curve in inflow[:10]:
            q, p, rate_unit, pressure_unit = _rate_and_pressure(curve)
            warnings = _warnings(curve, [*inflow, *lift])
            fitted = fit(q, p, _stated(stated, "pr", pressure_unit), _stated(stated, "pb", pressure_unit))
            if fitted is None:
                warnings.append(_("Too few points for an inflow curve: at least 3 are needed."))
                findings.append(found("law", _("inflow law"), None, badge=curve.badge, warnings=warnings))
            else:
                findings += _laws(curve, fitted, rate_unit, pressure_unit, float(p.min()), warnings)
                findings += _at_pressure(
                    curve, fitted, stated, rate_unit, pressure_unit, float(p.min()), warnings
                )
            for other in lift[:10]:
                findings += _operating(curve, other, fitted, warnings)
        for curve in _drawdowns(reading)[:10]:
            findings += _by_drawdown(curve)
        return findings


def _rate_and_pressure(curve: Curve) -> tuple[Array, Array, str, str]:
    if quantities.measures("pressure", curve.y_axis):
        return curve.x, curve.y, curve.x_axis.unit, curve.y_axis.unit
    return curve.y, curve.x, curve.y_axis.unit, curve.x_axis.unit


def _split(reading: Reading) -> tuple[list[Curve], list[Curve]]:
    """The inflow and the lift curves of a figure: by their labels, else by whether pressure falls with
    rate.
    """
    inflow, lift = [], []
    for curve in curves(reading):
        axes = (curve.x_axis, curve.y_axis)
        ways = [
            quantities.measures("rate", rate) and quantities.measures("pressure", pressure)
            for rate, pressure in (axes, axes[::-1])
        ]
        if not any(ways) or len(curve.x) < 3 or _is_drawdown(curve):
            continue
        q, p, _rate, _pressure = _rate_and_pressure(curve)
        words = curve.series.label.casefold()
        order = np.argsort(q)
        falls = float(np.polyfit(q[order], p[order], 1)[0]) < 0 if np.ptp(q) > 0 else False
        if any(word in words for word in _LIFT) and not any(word in words for word in _INFLOW):
            lift.append(curve)
        elif falls and p.min() >= 0:
            inflow.append(curve)
        else:
            lift.append(curve)
    return inflow, lift


def _is_drawdown(curve: Curve) -> bool:
    _q, p, _rate, _pressure = _rate_and_pressure(curve)
    axis = curve.y_axis if p is curve.y else curve.x_axis
    return quantities.says("drawdown", axis.label)


def _drawdowns(reading: Reading) -> list[Curve]:
    """Curves of rate and drawdown, whichever stands on which axis."""
    return [
        curve
        for curve in curves(reading)
        if len(curve.x) >= 3
        and any(quantities.measures("rate", axis) for axis in (curve.x_axis, curve.y_axis))
        and any(quantities.says("drawdown", axis.label) for axis in (curve.x_axis, curve.y_axis))
    ]


def _by_drawdown(curve: Curve) -> list[Finding]:
    """The productivity index from ``Δp = a q`` or, where the points bend, ``Δp = a q + b q²``
    (Forchheimer).
    """
    q, p, rate, pressure = _rate_and_pressure(curve)
    good = (q > 0) & (p > 0)
    q, p = q[good], p[good]
    if len(q) < 3:
        return []
    scale, most = float(q.max()), float(p.max())
    fits = []
    for powers in ((1,), (1, 2)):
        matrix = np.column_stack([(q / scale) ** power for power in powers])
        solution, *_rest = np.linalg.lstsq(matrix, p / most, rcond=None)
        sse = float(np.sum((matrix @ solution - p / most) ** 2))
        n, k = len(q), len(powers) + 1
        correction = 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else 1e6
        score = n * math.log(sse / n + _ROUNDING**2) + 2 * k + correction
        variance = sse / max(n - len(powers), 1)
        error = float(np.sqrt(np.linalg.pinv(matrix.T @ matrix)[0, 0] * variance))
        fits.append((score, solution, error))
    straight = fits[0][0] <= fits[1][0] + 2 or fits[1][1][0] <= 0
    _score, solution, error = fits[0 if straight else 1]
    index = scale / (most * float(solution[0]))
    law = _("straight line (constant productivity index)") if straight else _("two-term (Forchheimer)")
    details = {} if straight else {"b": float(solution[1]) * most / scale**2}
    tell = partial(
        found,
        badge=curve.badge,
        series=curve.name,
        method=_("Δp = a q, or Δp = a q + b q² where the points bend; the index is 1/a."),
        source=SOURCES["straight"]
        if straight
        else "Forchheimer P. Wasserbewegung durch Boden. Z. VDI, 1901, 45",
        warnings=_warnings(curve, [curve]),
    )
    return [
        tell("law", _("inflow law"), law, details=details),
        tell(
            "pi",
            _("productivity index"),
            index,
            _per(rate, pressure),
            error=index * error / float(solution[0]) * student(len(q) - (1 if straight else 2)),
        ),
    ]


def _per(rate: str, pressure: str) -> str:
    """The unit of a rate divided by a pressure."""
    if not rate or not pressure:
        return ""
    head, slash, tail = rate.partition("/")
    return f"{head}/({tail}·{pressure})" if slash else f"{rate}/{pressure}"


def _stated(stated: Given, name: str, unit: str) -> float | None:
    quantity: Quantity | None = stated.get(name)
    if quantity is None:
        return None
    try:
        return quantity.to(unit) if unit else quantity.value
    except units.UnknownUnit:
        return None


def _warnings(curve: Curve, every: list[Curve]) -> list[str]:
    warnings = []
    texts = {units.parse(_rate_and_pressure(c)[3]) for c in every}
    rates = {units.parse(_rate_and_pressure(c)[2]) for c in every}
    if len(texts) > 1 or len(rates) > 1:
        warnings.append(_("The curves are in different units."))
    if len(curve.x) < 5:
        warnings.append(_("Only {n} points.").format(n=len(curve.x)))
    if curve.missing:
        warnings.append(_("{n} points are missing.").format(n=curve.missing))
    return warnings


def fit(q: Array, p: Array, pr: float | None = None, pb: float | None = None) -> Inflow | None:
    """The law that describes rates ``q`` at flowing pressures ``p`` best, by AICc.

    ``pr`` and ``pb`` (reservoir and bubble-point pressure, in the unit of ``p``) are fitted where they are
    not given; a point of no rate gives ``pr``.
    """
    whole = (p >= 0) & (q >= 0)
    q, p = thinned(MOST_FITTED, q[whole], p[whole])
    if len(q) < 3 or np.ptp(q) <= 0 or np.ptp(p) <= 0:
        return None
    still = q <= 1e-9 * q.max()
    if pr is None and still.any():
        pr = float(p[still].max())
    if pr is not None and pr < 0.9 * p.max():
        pr = None  # not what these points flow from
    laws: list[Inflow] = []
    if pb is None or pr is None or pb >= pr:
        laws += [law for law in (_fit("straight", q, p, pr, None), _fit("vogel", q, p, pr, None)) if law]
    if len(q) >= 5:
        fetkovich = _fit("fetkovich", q, p, pr, None)
        composite = _fit("composite", q, p, pr, pb)
        laws += [law for law in (fetkovich, composite) if law]
    if not laws:
        return None
    least = min(law.aicc for law in laws)
    near = [law for law in laws if law.aicc <= least + 2]
    return min(near, key=lambda law: (len(law.errors), law.aicc))


def _vogel(share: Array) -> Array:
    return np.asarray(1 - 0.2 * share - 0.8 * share**2)


def _rates(law: Law, p: Array, values: dict[str, float]) -> Array:
    pr = values["pr"]
    if law == "straight":
        return np.asarray(values["J"] * (pr - p))
    if law == "vogel":
        return np.asarray(values["qmax"] * _vogel(np.minimum(p / pr, 2.0)))
    if law == "fetkovich":
        return np.asarray(values["qmax"] * np.maximum(1 - (p / pr) ** 2, 0.0) ** values["n"])
    pb, index = values["pb"], values["J"]
    below = index * (pr - pb) + index * pb / 1.8 * _vogel(np.minimum(p / pb, 1.0))
    return np.asarray(np.where(p >= pb, index * (pr - p), below))


def _fit(law: Law, q: Array, p: Array, pr: float | None, pb: float | None) -> Inflow | None:
    from scipy.optimize import least_squares

    top, most = float(p.max()), float(q.max())
    guess = pr or 1.05 * top
    free: dict[str, tuple[float, float, float]] = {}  # start, least, most
    fixed: dict[str, float] = {}
    if law in {"straight", "composite"}:
        free["J"] = (most / max(guess - float(p.min()), 0.05 * guess), 0.0, np.inf)
    else:
        free["qmax"] = (1.2 * most, 0.0, np.inf)
    if law == "fetkovich":
        free["n"] = (0.8, 0.4, 1.3)
    if pr is None:
        free["pr"] = (guess, top * (1 + 1e-9), 5 * top)
    else:
        fixed["pr"] = pr
    if law == "composite" and pb is None:
        free["pb"] = (0.6 * guess, max(float(p.min()), 0.02 * top), guess if pr is None else pr)
    elif law == "composite" and pb is not None:
        fixed["pb"] = min(pb, guess)
    names = list(free)
    if len(q) <= len(names):
        return None

    def values(x: Array) -> dict[str, float]:
        return {**fixed, **dict(zip(names, map(float, x), strict=True))}

    best = None
    starts = [[free[name][0] for name in names]]
    if "pb" in free:
        starts += [[share * guess if n == "pb" else free[n][0] for n in names] for share in (0.3, 0.45, 0.8)]
    low, high = [free[n][1] for n in names], [free[n][2] for n in names]
    for start in starts:
        begin = np.clip(start, np.add(low, 1e-12), np.subtract(high, 1e-12))
        result = least_squares(
            lambda x: (_rates(law, p, values(x)) - q) / most,
            begin,
            bounds=(low, high),
            x_scale=np.maximum(np.abs(begin), 1e-9),
            ftol=1e-13,
            xtol=1e-13,
            gtol=1e-13,
        )
        if best is None or result.cost < best.cost:
            best = result
    if best is None:
        return None
    n, k = len(q), len(names)
    sse = 2 * float(best.cost)
    variance = sse / (n - k)
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(best.jac.T @ best.jac)) * variance, 0.0))
    correction = 2 * (k + 1) * (k + 2) / (n - k - 2) if n > k + 2 else 1e6
    fitted = values(best.x)
    if law == "composite" and fitted["pb"] <= float(p.min()) and pb is None:
        return None
    return Inflow(
        law=law,
        parameters=fitted,
        errors=dict(zip(names, map(float, errors), strict=True)),
        rate=lambda pressures: _rates(law, np.asarray(pressures, dtype=np.float64), fitted),
        aicc=n * math.log(sse / n + _ROUNDING**2) + 2 * (k + 1) + correction,
        deviation=math.sqrt(variance),
        n=n,
    )


def _laws(
    curve: Curve, fitted: Inflow, rate: str, pressure: str, lowest: float, warnings: list[str]
) -> list[Finding]:
    names: dict[Law, str] = {
        "straight": _("straight line (constant productivity index)"),
        "vogel": _("Vogel"),
        "fetkovich": _("Fetkovich"),
        "composite": _("composite: straight line above the bubble point, Vogel below"),
    }
    width = student(fitted.n - len(fitted.errors))
    tell = partial(
        found,
        badge=curve.badge,
        series=curve.name,
        source=SOURCES[fitted.law],
        method=_("Least squares on the rates; the law with the lowest AICc."),
    )
    far = list(warnings)
    if lowest > 0.3 * fitted.reservoir:
        far.append(_("Extrapolated: no point lies below a third of the reservoir pressure."))
    per = _per(rate, pressure)
    qmax_error = fitted.errors.get("qmax")
    if fitted.law in {"straight", "composite"}:
        qmax_error = fitted.open_flow * fitted.errors.get("J", 0.0) / fitted.parameters["J"]
    pi_error = fitted.errors.get("J")
    pr_details = {"n_" + key: value for key, value in fitted.parameters.items() if key == "n"}
    findings = [
        tell(
            "law",
            _("inflow law"),
            names[fitted.law],
            details={
                **{key: value for key, value in fitted.parameters.items() if key != "n"},
                **({"exponent": fitted.parameters["n"]} if pr_details else {}),
                "n": float(fitted.n),
                "deviation": fitted.deviation,
            },
            warnings=warnings,
        ),
        tell(
            "qmax",
            _("absolute open flow (rate at no flowing pressure)"),
            fitted.open_flow,
            rate,
            error=None if qmax_error is None else qmax_error * width,
            warnings=far,
        ),
        tell(
            "pi",
            _("productivity index at the reservoir pressure"),
            fitted.index,
            per,
            error=None if pi_error is None else pi_error * width,
            warnings=warnings,
        ),
    ]
    pr_error = fitted.errors.get("pr")
    pr_warnings = list(warnings)
    if pr_error is not None and float(np.max(_rate_and_pressure(curve)[1])) < 0.98 * fitted.reservoir:
        pr_warnings.append(_("Extrapolated to no rate: there is no point at the reservoir pressure."))
    findings.append(
        tell(
            "pr",
            _("reservoir pressure"),
            fitted.reservoir,
            pressure,
            error=None if pr_error is None else pr_error * width,
            warnings=pr_warnings,
        )
    )
    if fitted.law == "composite":
        findings.append(
            tell(
                "pb",
                _("bubble point of the inflow curve"),
                fitted.parameters["pb"],
                pressure,
                warnings=warnings,
            )
        )
    return findings


def _at_pressure(
    curve: Curve, fitted: Inflow, stated: Given, rate: str, pressure: str, lowest: float, warnings: list[str]
) -> list[Finding]:
    flowing = _stated(stated, "pwf", pressure)
    if flowing is None:
        flowing = _stated(stated, "p", pressure)
    if flowing is None or not 0 <= flowing <= fitted.reservoir:
        return []
    far = [_("Extrapolated beyond the points.")] if flowing < lowest else []
    return [
        found(
            "rate_at",
            _("rate at this flowing pressure"),
            float(fitted.rate(np.array([flowing]))[0]),
            rate,
            badge=curve.badge,
            series=curve.name,
            at=cell_of(flowing, None),
            at_unit=pressure,
            method=_("The fitted inflow law."),
            source=SOURCES[fitted.law],
            warnings=[*warnings, *far],
        )
    ]


def _operating(curve: Curve, other: Curve, fitted: Inflow | None, warnings: list[str]) -> list[Finding]:
    q_in, p_in, rate, pressure = _rate_and_pressure(curve)
    q_out, p_out, rate_out, pressure_out = _rate_and_pressure(other)
    badge: Badge = worst((curve.badge, other.badge))
    try:
        if rate and rate_out and rate != rate_out:
            q_out = q_out * units.convert(1.0, rate_out, rate)
        if pressure and pressure_out and pressure != pressure_out:
            p_out = p_out * units.convert(1.0, pressure_out, pressure)
    except units.UnknownUnit as error:
        return [found("operating_rate", _("operating point"), None, badge=badge, warnings=[error.message])]
    dense = len(q_in) >= 15 and curve.series.kind != "scatter"
    if fitted is not None and not dense:
        p_in = np.linspace(0.0, fitted.reservoir, 2001)
        q_in = fitted.rate(p_in)
        method = _("Where the fitted inflow law meets the lift curve.")
    else:
        method = _("Where the inflow curve meets the lift curve, interpolated between points.")
    points = _meetings(*ascending(q_in, p_in), *ascending(q_out, p_out))
    series = f"{curve.name} × {other.name}"
    if not points:
        sentence = _("The curves do not meet: the well does not flow under these conditions.")
        return [
            found(
                "operating_rate",
                _("operating rate"),
                None,
                badge=badge,
                series=series,
                warnings=[*warnings, sentence],
            )
        ]
    stable = [point for point in points if point[2]] or points
    q, p, _stable = stable[-1]
    notes = list(warnings)
    if len(points) > 1:
        notes.append(_("The curves meet {n} times; the stable point is given.").format(n=len(points)))
    places = [Point(at=cell_of(one[0], None), value=cell_of(one[1], None)) for one in points]
    tell = partial(
        found,
        badge=badge,
        series=series,
        points=places,
        method=method,
        source="Gilbert W.E. Flowing and Gas-Lift Well Performance. API Drilling and Production "
        "Practice, 1954",
        warnings=notes,
    )
    return [
        tell("operating_rate", _("operating rate"), q, rate, at=cell_of(p, None), at_unit=pressure),
        tell(
            "operating_pressure",
            _("operating flowing pressure"),
            p,
            pressure,
            at=cell_of(q, None),
            at_unit=rate,
        ),
    ]


def _meetings(q1: Array, p1: Array, q2: Array, p2: Array) -> list[tuple[float, float, bool]]:
    """Where two curves over rate meet, and whether the point is stable (lift steeper than inflow)."""
    low, high = max(q1[0], q2[0]), min(q1[-1], q2[-1])
    if high <= low:
        return []
    from scipy.interpolate import PchipInterpolator

    lift = PchipInterpolator(q2, p2) if len(q2) >= 3 else lambda q: np.interp(q, q2, p2)
    inflow = PchipInterpolator(q1, p1) if len(q1) >= 3 else lambda q: np.interp(q, q1, p1)
    grid = np.linspace(low, high, 4001)
    gap = np.asarray(lift(grid)) - np.asarray(inflow(grid))
    met = []
    for place in np.flatnonzero((gap[:-1] <= 0) != (gap[1:] <= 0)):
        share = gap[place] / (gap[place] - gap[place + 1])
        q = float(grid[place] + share * (grid[place + 1] - grid[place]))
        met.append((q, float(inflow(q)), bool(gap[place + 1] > gap[place])))
    return met
