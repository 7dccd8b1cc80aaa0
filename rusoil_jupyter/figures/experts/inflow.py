"""The expert for inflow and lift: IPR and VLP curves, flowing pressure against rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import (
    Expert,
    Recognition,
    aicc,
    ascending,
    curves,
    found,
    student,
    thinned,
    worst,
)
from rusoil_jupyter.figures.experts.given import stated_in
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from scipy.optimize import OptimizeResult

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

    def half_width(self, name: str) -> float | None:
        """Of the 95 % interval of ``qmax`` or of a parameter that was fitted; ``None`` for another."""
        error = self.errors.get(name)
        if name == "qmax" and self.law in {"straight", "composite"}:
            error = self.open_flow * self.errors.get("J", 0.0) / self.parameters["J"]
        return None if error is None else error * student(self.n - len(self.errors))


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
        titles = " ".join([reading.description.title, *(p.title for p in reading.description.panels)])
        named = _says(inflow[0].name, _INFLOW) or bool(lift) or _says(titles, (*_INFLOW, *_LIFT))
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
            fitted = fit(q, p, stated_in(stated, "pr", pressure_unit), stated_in(stated, "pb", pressure_unit))
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


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text.casefold() for word in words)


def _split(reading: Reading) -> tuple[list[Curve], list[Curve]]:
    """The inflow and the lift curves of a figure: by their labels, else by whether pressure falls with
    rate.
    """
    inflow: list[Curve] = []
    lift: list[Curve] = []
    for curve in curves(reading):
        if len(curve.x) >= 3 and _is_pressure_of_rate(curve) and not _is_drawdown(curve):
            (inflow if _is_inflow(curve) else lift).append(curve)
    return inflow, lift


def _is_pressure_of_rate(curve: Curve) -> bool:
    """Whichever of both stands on which axis."""
    axes = (curve.x_axis, curve.y_axis)
    return any(
        quantities.measures("rate", rate) and quantities.measures("pressure", pressure)
        for rate, pressure in (axes, axes[::-1])
    )


def _is_inflow(curve: Curve) -> bool:
    label = curve.series.label
    if _says(label, _LIFT) and not _says(label, _INFLOW):
        return False
    q, p, _rate, _pressure = _rate_and_pressure(curve)
    order = np.argsort(q)
    falls = np.ptp(q) > 0 and float(np.polyfit(q[order], p[order], 1)[0]) < 0
    return bool(falls and p.min() >= 0)


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


@dataclass(frozen=True)
class _Powers:
    """A polynomial without a constant, fitted to drawdown over rate; both as parts of their largest."""

    terms: Array
    error: float  # of the first term
    aicc: float


def _fit_powers(q: Array, p: Array, *powers: int) -> _Powers:
    matrix = np.column_stack([q**power for power in powers])
    terms = np.asarray(np.linalg.lstsq(matrix, p, rcond=None)[0], dtype=np.float64)
    squares = float(np.sum((matrix @ terms - p) ** 2))
    variance = squares / max(len(q) - len(powers), 1)
    error = float(np.sqrt(np.linalg.pinv(matrix.T @ matrix)[0, 0] * variance))
    return _Powers(terms, error, aicc(squares, len(q), len(powers)))


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
    line, bent = (_fit_powers(q / scale, p / most, *powers) for powers in ((1,), (1, 2)))
    straight = line.aicc <= bent.aicc + 2 or bent.terms[0] <= 0
    fitted = line if straight else bent
    first = float(fitted.terms[0])
    index = scale / (most * first)
    law = _("straight line (constant productivity index)") if straight else _("two-term (Forchheimer)")
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
        tell(
            "law",
            _("inflow law"),
            law,
            details={} if straight else {"b": float(fitted.terms[1]) * most / scale**2},
        ),
        tell(
            "pi",
            _("productivity index"),
            index,
            _per(rate, pressure),
            error=index * fitted.error / first * student(len(q) - (1 if straight else 2)),
        ),
    ]


def _per(rate: str, pressure: str) -> str:
    """The unit of a rate divided by a pressure."""
    if not rate or not pressure:
        return ""
    head, slash, tail = rate.partition("/")
    return f"{head}/({tail}·{pressure})" if slash else f"{rate}/{pressure}"


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
    pr = _static(q, p, pr)
    tried = [_fit(law, q, p, pr, pb) for law in _worth_trying(len(q), pr, pb)]
    laws = [law for law in tried if law is not None]
    least = min((law.aicc for law in laws), default=math.inf)
    near = [law for law in laws if law.aicc <= least + 2]
    return min(near, key=lambda law: (len(law.errors), law.aicc), default=None)


def _static(q: Array, p: Array, pr: float | None) -> float | None:
    """The reservoir pressure that is given, or measured without flow; none that these points do not flow
    from.
    """
    still = q <= 1e-9 * q.max()
    if pr is None and still.any():
        pr = float(p[still].max())
    return None if pr is not None and pr < 0.9 * p.max() else pr


def _worth_trying(n: int, pr: float | None, pb: float | None) -> tuple[Law, ...]:
    simple: tuple[Law, ...] = ("straight", "vogel") if pb is None or pr is None or pb >= pr else ()
    return (*simple, "fetkovich", "composite") if n >= 5 else simple


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


class _Free(NamedTuple):
    """A parameter that is fitted: where the search begins, and its limits."""

    start: float
    least: float
    most: float


def _parameters(
    law: Law, q: Array, p: Array, pr: float | None, pb: float | None
) -> tuple[dict[str, _Free], dict[str, float]]:
    """The parameters of a law: those that are fitted, and those that are known."""
    top, low, most = float(p.max()), float(p.min()), float(q.max())
    guess = pr or 1.05 * top
    fixed: dict[str, float] = {}
    if law in {"straight", "composite"}:
        free = {"J": _Free(most / max(guess - low, 0.05 * guess), 0.0, np.inf)}
    else:
        free = {"qmax": _Free(1.2 * most, 0.0, np.inf)}
    if law == "fetkovich":
        free["n"] = _Free(0.8, 0.4, 1.3)
    if pr is None:
        free["pr"] = _Free(guess, top * (1 + 1e-9), 5 * top)
    else:
        fixed["pr"] = pr
    if law == "composite" and pb is not None:
        fixed["pb"] = min(pb, guess)
    elif law == "composite":
        free["pb"] = _Free(0.6 * guess, max(low, 0.02 * top), guess if pr is None else pr)
    return free, fixed


def _fit(law: Law, q: Array, p: Array, pr: float | None, pb: float | None) -> Inflow | None:
    from scipy.optimize import least_squares

    free, fixed = _parameters(law, q, p, pr, pb)
    names, most, n, k = list(free), float(q.max()), len(q), len(free)
    if n <= k:
        return None
    begins = [{name: one.start for name, one in free.items()}]
    if "pb" in free:
        guess = pr or 1.05 * float(p.max())
        begins += [begins[0] | {"pb": share * guess} for share in (0.3, 0.45, 0.8)]
    low, high = [one.least for one in free.values()], [one.most for one in free.values()]

    def values(x: Array) -> dict[str, float]:
        return {**fixed, **dict(zip(names, map(float, x), strict=True))}

    def closest(start: dict[str, float]) -> OptimizeResult:
        begin = np.clip(list(start.values()), np.add(low, 1e-12), np.subtract(high, 1e-12))
        return least_squares(
            lambda x: (_rates(law, p, values(x)) - q) / most,
            begin,
            bounds=(low, high),
            x_scale=np.maximum(np.abs(begin), 1e-9),
            ftol=1e-13,
            xtol=1e-13,
            gtol=1e-13,
        )

    best = min(map(closest, begins), key=lambda result: float(result.cost))
    fitted = values(best.x)
    if law == "composite" and pb is None and fitted["pb"] <= float(p.min()):
        return None
    squares = 2 * float(best.cost)
    variance = squares / (n - k)
    errors = np.sqrt(np.maximum(np.diag(np.linalg.pinv(best.jac.T @ best.jac)) * variance, 0.0))
    return Inflow(
        law=law,
        parameters=fitted,
        errors=dict(zip(names, map(float, errors), strict=True)),
        rate=lambda pressures: _rates(law, np.asarray(pressures, dtype=np.float64), fitted),
        aicc=aicc(squares, n, k),
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
    tell = partial(
        found,
        badge=curve.badge,
        series=curve.name,
        source=SOURCES[fitted.law],
        method=_("Least squares on the rates; the law with the lowest AICc."),
    )
    details = dict(fitted.parameters)
    if "n" in details:
        details["exponent"] = details.pop("n")
    far = _("Extrapolated: no point lies below a third of the reservoir pressure.")
    findings = [
        tell(
            "law",
            _("inflow law"),
            names[fitted.law],
            details={**details, "n": float(fitted.n), "deviation": fitted.deviation},
            warnings=warnings,
        ),
        tell(
            "qmax",
            _("absolute open flow (rate at no flowing pressure)"),
            fitted.open_flow,
            rate,
            error=fitted.half_width("qmax"),
            warnings=[*warnings, far] if lowest > 0.3 * fitted.reservoir else warnings,
        ),
        tell(
            "pi",
            _("productivity index at the reservoir pressure"),
            fitted.index,
            _per(rate, pressure),
            error=fitted.half_width("J"),
            warnings=warnings,
        ),
        tell(
            "pr",
            _("reservoir pressure"),
            fitted.reservoir,
            pressure,
            error=fitted.half_width("pr"),
            warnings=[*warnings, *_beyond(curve, fitted)],
        ),
    ]
    if fitted.law == "composite":
        bubble = fitted.parameters["pb"]
        findings.append(
            tell("pb", _("bubble point of the inflow curve"), bubble, pressure, warnings=warnings)
        )
    return findings


def _beyond(curve: Curve, fitted: Inflow) -> list[str]:
    """A warning where the reservoir pressure is fitted, and no point is near it."""
    _q, p, _rate, _pressure = _rate_and_pressure(curve)
    if "pr" not in fitted.errors or float(np.max(p)) >= 0.98 * fitted.reservoir:
        return []
    return [_("Extrapolated to no rate: there is no point at the reservoir pressure.")]


def _at_pressure(
    curve: Curve, fitted: Inflow, stated: Given, rate: str, pressure: str, lowest: float, warnings: list[str]
) -> list[Finding]:
    flowing = stated_in(stated, "pwf", pressure)
    if flowing is None:
        flowing = stated_in(stated, "p", pressure)
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
    badge: Badge = worst((curve.badge, other.badge))
    series = f"{curve.name} × {other.name}"
    try:
        q_out, p_out = _in_units(other, rate, pressure)
    except units.UnknownUnit as error:
        return [found("operating_rate", _("operating point"), None, badge=badge, warnings=[error.message])]
    method = _("Where the inflow curve meets the lift curve, interpolated between points.")
    is_dense = len(q_in) >= 15 and curve.series.kind != "scatter"
    if fitted is not None and not is_dense:
        p_in = np.linspace(0.0, fitted.reservoir, 2001)
        q_in = fitted.rate(p_in)
        method = _("Where the fitted inflow law meets the lift curve.")
    points = _meetings(*ascending(q_in, p_in), *ascending(q_out, p_out))
    if not points:
        sentence = _("The curves do not meet: the well does not flow under these conditions.")
        none = partial(found, badge=badge, series=series, warnings=[*warnings, sentence])
        return [none("operating_rate", _("operating rate"), None)]
    q, p, _stable = next((point for point in reversed(points) if point[2]), points[-1])
    times = _("The curves meet {n} times; the stable point is given.").format(n=len(points))
    tell = partial(
        found,
        badge=badge,
        series=series,
        points=[Point(at=cell_of(at, None), value=cell_of(value, None)) for at, value, _stable in points],
        method=method,
        source="Gilbert W.E. Flowing and Gas-Lift Well Performance. API Drilling and Production "
        "Practice, 1954",
        warnings=[*warnings, times] if len(points) > 1 else warnings,
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


def _in_units(curve: Curve, rate: str, pressure: str) -> tuple[Array, Array]:
    """The rates and pressures of a curve in the units of another, where both have any.

    Raises:
        UnknownUnit: one of them is not known, or measures something else.
    """
    q, p, own_rate, own_pressure = _rate_and_pressure(curve)
    if rate and own_rate and rate != own_rate:
        q = q * units.convert(1.0, own_rate, rate)
    if pressure and own_pressure and pressure != own_pressure:
        p = p * units.convert(1.0, own_pressure, pressure)
    return q, p


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
