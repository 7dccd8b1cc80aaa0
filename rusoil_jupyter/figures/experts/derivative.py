"""The expert for log-log diagnostic plots: the pressure derivative and the flow regimes it shows.

Source: Bourdet D., Ayoub J.A., Pirard Y.M., "Use of Pressure Derivative in Well Test Interpretation", SPE
Formation Evaluation 4 (1989) 293-302, SPE-12777-PA.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found, thinned
from rusoil_jupyter.figures.experts.given import reservoir_rate
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]

SOURCE = "Bourdet D., Ayoub J.A., Pirard Y.M. Use of Pressure Derivative in Well Test Interpretation. "
SOURCE += "SPE Formation Evaluation, 1989, 4(2), 293-302"
Regime = Literal["storage", "linear", "bilinear", "radial", "spherical", "boundary"]
SMOOTHING = 0.1  # L, in log10 cycles
_SLOPES: tuple[tuple[float, Regime], ...] = (
    (1.0, "storage"),
    (0.5, "linear"),
    (0.25, "bilinear"),
    (0.0, "radial"),
    (-0.5, "spherical"),
)
_NEAR = 0.08  # how far a slope may be from a regime's own
_SHORTEST = 0.3  # log cycles
_DRIFT = 0.25  # of the slope in a log cycle
MOST = 3000


@dataclass(frozen=True)
class Stretch:
    """A flow regime between two times; ``slope`` is the mean one on the log-log plot, ``level`` the
    derivative's median.
    """

    regime: Regime
    begin: float
    end: float
    slope: float
    level: float


def bourdet(t: Array, p: Array, smoothing: float = SMOOTHING) -> Array:
    """``dp / d ln t`` at each point, from neighbours at least ``smoothing`` log10 cycles away; NaN at the
    ends.

    ``t`` is positive and ascends strictly.
    """
    x = np.log(t)
    distance = smoothing * math.log(10)
    left = np.searchsorted(x, x - distance, side="right") - 1
    right = np.searchsorted(x, x + distance, side="left")
    indices = np.arange(len(x))
    left = np.minimum(left, indices - 1)
    right = np.maximum(right, indices + 1)
    inside = (left >= 0) & (right < len(x))
    answer = np.full(len(x), np.nan)
    i, a, b = indices[inside], left[inside], right[inside]
    before, after = x[i] - x[a], x[b] - x[i]
    answer[inside] = ((p[i] - p[a]) / before * after + (p[b] - p[i]) / after * before) / (before + after)
    return answer


def regimes(t: Array, derivative: Array) -> list[Stretch]:
    """The flow regimes of a derivative, in order of time: stretches of one slope on the log-log plot.

    The slope at a point is that of the straight line through what lies within 0.15 cycles of it.
    """
    good = np.isfinite(derivative) & (derivative > 0) & (t > 0)
    x, y = np.log10(t[good]), np.log10(derivative[good])
    if len(x) < 5:
        return []
    slopes = np.array([_slope_at(x, y, place) for place in range(len(x))])
    stretches = [
        _stretch(regime, x, y, first, last)
        for slope, regime in _SLOPES
        for first, last in _runs(np.abs(slopes - slope) <= _NEAR)
        if last - first >= 3 and x[last] - x[first] >= _SHORTEST and _steady(x, slopes, first, last)
    ]
    stretches.sort(key=lambda one: one.begin)
    return [_late(one, stretches) for one in stretches]


def _slope_at(x: Array, y: Array, place: int) -> float:
    near = slice(np.searchsorted(x, x[place] - 0.15), np.searchsorted(x, x[place] + 0.15, side="right"))
    px = x[near]
    is_enough = len(px) >= 3 and np.ptp(px) > 0.05
    return float(np.polyfit(px - px.mean(), y[near], 1)[0]) if is_enough else math.nan


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.diff(np.concatenate([[0], mask.astype(int), [0]]))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )


def _steady(x: Array, slopes: Array, first: int, last: int) -> bool:
    """Whether the slope stays: on its way from one regime to another it passes through those of others."""
    part = slice(first, last + 1)
    return abs(float(np.polyfit(x[part] - x[first], slopes[part], 1)[0])) <= _DRIFT


def _stretch(regime: Regime, x: Array, y: Array, first: int, last: int) -> Stretch:
    px, py = x[first : last + 1], y[first : last + 1]
    slope = float(np.polyfit(px - px.mean(), py, 1)[0])
    return Stretch(regime, float(10 ** px[0]), float(10 ** px[-1]), slope, float(10 ** np.median(py)))


def _late(one: Stretch, every: list[Stretch]) -> Stretch:
    """A unit slope after radial flow is a closed boundary, not wellbore storage."""
    after_radial = any(other.regime == "radial" and other.begin < one.begin for other in every)
    if one.regime == "storage" and after_radial:
        return Stretch("boundary", one.begin, one.end, one.slope, one.level)
    return one


class LogLog(Expert):
    """The pressure derivative, computed where it is not drawn, and its flow regimes."""

    name: ClassVar[str] = "log_log"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("regimes", r"режим\w* (?:течени|фильтрац|поток|приток)|flow regime|регим|какие режимы"),
        ("kh", r"гидропроводност|\bkh\b|flow capacity|проводимост"),
        ("k", r"проницаем|permeability"),
        ("storage", r"ствол\w*|ёмкост|влияни\w+ ствола|storage"),
        ("radial_level", r"радиальн|полк|стабилизац|radial|plateau|stabili"),
    )

    also: ClassVar[Mapping[str, str]] = {"regimes": r"видн\w+|seen|visible|течени\w+"}

    def recognise(self, reading: Reading) -> Recognition | None:
        """Pressure change or its derivative over time, both logarithmic."""
        change, derivative = _split(reading)
        if not change and not derivative:
            return None
        named = (derivative or change)[0]
        return Recognition(
            0.9 if derivative else 0.75,
            _("Pressure change or derivative over time, both on logarithmic axes (“{name}”).").format(
                name=named.name
            ),
        )

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """The flow regimes with their times, the level of radial flow, ``kh`` and the storage coefficient."""
        change, derivative = _split(reading)
        findings: list[Finding] = []
        for curve in derivative or change:
            t, y = curve.by_x()
            t, y = thinned(MOST, t, y)
            usable = (t > 0) & (y > 0)
            warnings = []
            if not usable.all():
                warnings.append(
                    _("{n} points have no logarithm (zero or less).").format(n=int(np.count_nonzero(~usable)))
                )
            t, y = t[usable], y[usable]
            method = _("Slopes of the derivative that is drawn.")
            if not derivative:
                y = bourdet(t, y)
                method = _(
                    "Slopes of Bourdet's derivative, computed with L = {smoothing} log cycles."
                ).format(smoothing=SMOOTHING)
            stretches = regimes(t, y)
            findings += _regimes(curve, stretches, method, warnings)
            findings += _numbers(curve, stretches, stated, warnings)
        return findings


def _split(reading: Reading) -> tuple[list[Curve], list[Curve]]:
    drawn = [curve for curve in curves(reading) if len(curve.x) >= 5 and _is_log_log_of_time(curve)]
    derivative = [curve for curve in drawn if _is_derivative(curve)]
    change = [curve for curve in drawn if not _is_derivative(curve) and _is_change(curve)]
    return change, derivative


def _is_log_log_of_time(curve: Curve) -> bool:
    return (
        curve.x_axis.scale == curve.y_axis.scale == "log"
        and quantities.measures("time", curve.x_axis)
        and not quantities.says("horner", curve.x_axis.label)
    )


def _is_derivative(curve: Curve) -> bool:
    return quantities.says("derivative", curve.series.label or curve.y_axis.label)


def _is_change(curve: Curve) -> bool:
    return quantities.measures("pressure", curve.y_axis) or quantities.says("pressure change", curve.words)


def _name(regime: Regime) -> str:
    return {
        "storage": _("wellbore storage (slope 1)"),
        "linear": _("linear flow (slope 1/2)"),
        "bilinear": _("bilinear flow (slope 1/4)"),
        "radial": _("radial flow (slope 0)"),
        "spherical": _("spherical flow (slope -1/2)"),
        "boundary": _("closed boundary (late slope 1)"),
    }[regime]


def _regimes(curve: Curve, stretches: list[Stretch], method: str, warnings: list[str]) -> list[Finding]:
    if not stretches:
        warnings = [*warnings, _("No flow regime lasts for a third of a log cycle.")]
    return [
        found(
            "regimes",
            _("flow regimes in order of time"),
            ", ".join(_name(one.regime) for one in stretches) or None,
            badge=curve.badge,
            series=curve.name,
            items=[
                _("{regime}: from {begin} to {end} {unit}")
                .format(
                    regime=_name(one.regime),
                    begin=f"{one.begin:.3g}",
                    end=f"{one.end:.3g}",
                    unit=curve.x_axis.unit,
                )
                .strip()
                for one in stretches
            ],
            points=[
                Point(at=cell_of(one.begin, None), value=cell_of(one.end, None), label=one.regime)
                for one in stretches
            ],
            details={f"slope_{one.regime}": one.slope for one in stretches},
            method=method,
            source=SOURCE,
            warnings=warnings,
        )
    ]


def _numbers(curve: Curve, stretches: list[Stretch], stated: Given, warnings: list[str]) -> list[Finding]:
    tell = partial(found, badge=curve.badge, series=curve.name, source=SOURCE, warnings=warnings)
    radial, storage = (
        next((one for one in stretches if one.regime == regime), None) for regime in ("radial", "storage")
    )
    findings = []
    if radial is not None:
        findings.append(
            tell(
                "radial_level",
                _("derivative during radial flow"),
                radial.level,
                curve.y_axis.unit,
                at=cell_of(radial.begin, None),
                at_unit=curve.x_axis.unit,
                method=_("The median over the flat stretch."),
            )
        )
    if not {"q", "B"} <= set(stated) or not units.measures(curve.y_axis.unit, units.PRESSURE):
        return findings
    try:
        # What was computed before one of the units failed stays.
        findings.extend(_capacity(curve, radial, stated, tell))
        findings.extend(_storage(curve, storage, stated, tell))
    except (units.UnknownUnit, ZeroDivisionError) as error:
        findings.append(tell("kh", _("flow capacity kh"), None, method=str(error)))
    return findings


def _is_metric(curve: Curve) -> bool:
    return not curve.y_axis.unit.casefold().startswith("psi")


def _capacity(
    curve: Curve, radial: Stretch | None, stated: Given, tell: Callable[..., Finding]
) -> Iterator[Finding]:
    """``kh`` by radial flow, and ``k`` where the thickness is given."""
    metric = _is_metric(curve)
    rate = reservoir_rate(stated, metric=metric)
    viscosity = stated.get("mu") or stated.get("mu_o")
    if radial is None or viscosity is None:
        return
    level = radial.level * units.known(curve.y_axis.unit).factor
    kh = rate * viscosity.si("мПа·с") / (4 * math.pi * level)
    yield tell(
        "kh",
        _("flow capacity kh"),
        kh / units.known("мД·м" if metric else "mD·ft").factor,
        _("mD·m") if metric else _("mD·ft"),
        method=_("kh = q B μ / (4π Δp') with the derivative during radial flow, in SI."),
    )
    if "h" in stated:
        k = kh / stated["h"].si("м" if metric else "ft") / units.known("мД").factor
        yield tell("k", _("permeability"), k, _("mD"), method="k = kh / h")


def _storage(
    curve: Curve, storage: Stretch | None, stated: Given, tell: Callable[..., Finding]
) -> Iterator[Finding]:
    if storage is None or not units.measures(curve.x_axis.unit, units.TIME):
        return
    metric = _is_metric(curve)
    time, pressure = units.known(curve.x_axis.unit).factor, units.known(curve.y_axis.unit).factor
    level = _storage_level(storage) * pressure
    coefficient = reservoir_rate(stated, metric=metric) * storage.begin * time / level
    yield tell(
        "storage",
        _("wellbore storage coefficient C"),
        coefficient / units.known("м³/МПа" if metric else "bbl/psi").factor,
        _("m³/MPa") if metric else "bbl/psi",
        method=_("C = q B Δt / Δp on the unit slope, where the derivative equals Δp."),
    )


def _storage_level(storage: Stretch) -> float:
    """The derivative at the beginning of the unit slope, by the line through its middle."""
    middle = math.sqrt(storage.begin * storage.end)
    return storage.level * storage.begin / middle
