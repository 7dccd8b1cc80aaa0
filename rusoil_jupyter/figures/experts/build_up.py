"""The expert for pressure build-up on a semilogarithmic plot: Horner, or pressure over the logarithm of time.

Everything is computed in SI units and given in those of the figure: ``kh = ln(10) q B mu / (4 pi m)`` is the
``162.6 q B mu / m`` of US field units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities, semilog
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found, student, thinned
from rusoil_jupyter.figures.experts.given import of_notes, reservoir_rate
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.experts.semilog import Line
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]

HORNER = "Horner D.R. Pressure Build-up in Wells. Proc. 3rd World Petroleum Congress, 1951, sect. II, 503-521"
MDH = (
    "Miller C.C., Dyes A.B., Hutchinson C.A. The Estimation of Permeability and Reservoir Pressure "
    "from Bottom Hole "
)
MDH += "Pressure Build-Up Characteristics. Trans. AIME, 1950, 189, 91-104"
SKIN = "Matthews C.S., Russell D.G. Pressure Buildup and Flow Tests in Wells. SPE Monograph 1, 1967"
Plot = Literal["horner", "time", "elapsed"]
_EULER = math.exp(0.5772156649015329)
MOST = 5000


@dataclass(frozen=True)
class _Test:
    """A build-up as a straight-line plot: ``x`` is log10 of Horner's time or of the shut-in time,
    ascending.
    """

    curve: Curve
    plot: Plot
    x: Array
    p: Array
    tp_hours: float | None
    warnings: tuple[str, ...]


class BuildUp(Expert):
    """Slope per log cycle, extrapolated pressure, ``kh`` and skin of a pressure build-up."""

    name: ClassVar[str] = "build_up"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("skin", r"скин|\bskin\b"),
        ("kh", r"гидропроводност|\bkh\b|произведени\w+ .*проницаем|flow capacity|проводимост"),
        ("k", r"проницаем|permeability"),
        (
            "p_star",
            r"пластов\w+ давлени|p\*|экстраполиров|reservoir pressure|extrapolated|false pressure|"
            r"initial pressure",
        ),
        ("slope", r"уклон|наклон|угл\w+ коэффициент|slope|per (?:log )?cycle"),
        ("p1h", r"p_?1h|через (?:1|один) час|(?:1|one).?hour"),
    )

    also: ClassVar[Mapping[str, str]] = {
        "slope": r"прямолинейн\w+|прям\w+|участ\w+|straight|line|section",
        "k": r"пласт\w*|formation",
        "skin": r"фактор\w*|factor",
    }

    def recognise(self, reading: Reading) -> Recognition | None:
        """Shut-in pressure over Horner's time, or over the logarithm of the shut-in time."""
        for curve in curves(reading):
            plot = _plot(curve)
            if plot == "horner":
                reason = _("Pressure over Horner time (tp + Δt)/Δt.")
                return Recognition(0.95, reason)
            if plot == "time":
                return Recognition(0.6, _("Pressure that rises over the logarithm of time."))
            stated = of_notes(reading.description)
            if plot == "elapsed" and "tp" in stated:
                return Recognition(
                    0.6, _("Pressure that rises over the time since shut-in, with a production time.")
                )
        return None

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """The straight line and what follows from it; what is not given for ``kh`` and skin is named."""
        findings: list[Finding] = []
        for curve in curves(reading):
            plot = _plot(curve)
            if plot is None or (plot == "elapsed" and "tp" not in stated):
                continue
            test = _test(curve, plot, stated)
            line = semilog.straight(test.x, test.p, late_first=test.plot == "horner") if len(test.x) else None
            if line is None:
                sentence = _("No straight line was found: too few points, or the pressure does not change.")
                findings.append(
                    found("slope", _("slope per log cycle"), None, badge=curve.badge, warnings=[sentence])
                )
                continue
            findings += _line(test, line)
            findings += _flow(test, line, stated)
        return findings


def _plot(curve: Curve) -> Plot | None:
    if not quantities.measures("pressure", curve.y_axis) or len(curve.x) < 3:
        return None
    if quantities.says("pressure change", curve.words) or quantities.says("derivative", curve.words):
        return None
    if quantities.says("horner", f"{curve.x_axis.label} {curve.panel.title}") and curve.x.min() >= 0.9:
        return "horner"
    if not _rises(curve) or not quantities.measures("time", curve.x_axis) or curve.x_axis.kind == "date":
        return None
    return "time" if (curve.x_axis.scale, curve.y_axis.scale) == ("log", "linear") else "elapsed"


def _rises(curve: Curve) -> bool:
    varies = np.ptp(curve.x) > 0 and np.ptp(curve.y) > 0
    return bool(varies and np.corrcoef(curve.x, curve.y)[0, 1] > 0.3)


def _hours(stated: Given, name: str) -> float | None:
    quantity = stated.get(name)
    try:
        return None if quantity is None else quantity.si("ч") / 3600
    except units.UnknownUnit:
        return None


def _test(curve: Curve, plot: Plot, stated: Given) -> _Test:
    warnings = []
    x, p = curve.by_x()
    tp = _hours(stated, "tp")
    usable = x > 0
    if plot == "horner":
        usable &= x >= 1
        if curve.x_axis.scale != "log":
            warnings.append(
                _("Horner time is drawn on a linear axis: a straight line shows on a logarithmic one.")
            )
    if not usable.all():
        warnings.append(
            _("{n} points at times without a logarithm (zero or less) are left out.").format(
                n=int(np.count_nonzero(~usable))
            )
        )
    x, p = x[usable], p[usable]
    if plot != "horner":
        unit = units.parse(curve.x_axis.unit)
        hours = x * (unit.factor / 3600 if unit is not None and unit.dimension == units.TIME else 1.0)
        if unit is None:
            warnings.append(_("The time has no unit: hours are assumed."))
        if tp is None:
            x = hours
            warnings.append(
                _(
                    "The production time tp is not given: pressure over log Δt, which holds while Δt "
                    "is short beside tp."
                )
            )
        else:
            x, p, plot = ((tp + hours) / hours)[::-1], p[::-1], "horner"
    x, p = thinned(MOST, x, p)
    return _Test(curve, "time" if plot == "elapsed" else plot, np.log10(x), p, tp, tuple(warnings))


def _line(test: _Test, line: Line) -> list[Finding]:
    curve = test.curve
    unit = curve.y_axis.unit
    warnings = list(test.warnings)
    if not line.clear:
        warnings.append(_("The straight line is shorter than half a log cycle."))
    width = student(line.last - line.first - 1)
    low, high = 10 ** test.x[line.first], 10 ** test.x[line.last]
    stretch = _("Straight between {low} and {high} on the time axis ({n} points).").format(
        low=f"{low:.4g}", high=f"{high:.4g}", n=line.last - line.first + 1
    )
    tell = partial(
        found,
        badge=curve.badge,
        series=curve.name,
        source=HORNER if test.plot == "horner" else MDH,
        method=stretch,
    )
    findings = [
        tell(
            "slope",
            _("slope m per log cycle"),
            abs(line.slope),
            _("{unit}/cycle").format(unit=unit) if unit else "",
            error=line.slope_error * width,
            details={"from": low, "to": high, "r2": line.r2, "standard_error": line.slope_error},
            warnings=warnings,
        )
    ]
    if test.plot == "horner":
        far = list(warnings)
        if low > 1.5:
            far.append(
                _(
                    "Extrapolated to infinite shut-in time; p* is the initial pressure only in a new "
                    "reservoir."
                )
            )
        findings.append(
            tell(
                "p_star",
                _("extrapolated pressure p*"),
                line.intercept,
                unit,
                error=line.intercept_error * width,
                at=1.0,
                warnings=far,
            )
        )
    hour = _hour(test, line)
    if hour is not None:
        findings.append(
            tell(
                "p1h",
                _("pressure on the line after one hour"),
                hour,
                unit,
                at=1.0,
                at_unit=_("h"),
                warnings=warnings,
            )
        )
    return findings


def _hour(test: _Test, line: Line) -> float | None:
    if test.plot == "time":
        return line.at(0.0)
    return None if test.tp_hours is None else line.at(math.log10(test.tp_hours + 1))


@dataclass(frozen=True)
class _Flow:
    """What the line says of the flow, in SI: ``kh``, the viscosity, and the relative half-width of an error.

    ``metric`` is how the results are told.
    """

    kh: float
    mu: float
    relative: float
    metric: bool


def _flow(test: _Test, line: Line, stated: Given) -> list[Finding]:
    """``kh``, ``k`` and skin, as far as what they need is given."""
    curve = test.curve
    tell = partial(found, badge=curve.badge, series=curve.name)
    missing = [name for name in ("q", "mu", "B") if name not in stated and f"{name}_o" not in stated]
    if not units.measures(curve.y_axis.unit, units.PRESSURE):
        missing.append(_("the unit of pressure"))
    if missing:
        sentence = _("For kh these must be given: {names}.").format(names=", ".join(missing))
        return [tell("kh", _("flow capacity kh"), None, warnings=[sentence])]
    try:
        flow = _flow_of(test, line, stated)
    except units.UnknownUnit as error:
        return [tell("kh", _("flow capacity kh"), None, warnings=[error.message])]
    in_metric, in_field = (flow.kh / units.known(unit).factor for unit in ("мД·м", "mD·ft"))
    told, unit = (in_metric, _("mD·m")) if flow.metric else (in_field, _("mD·ft"))
    capacity = tell(
        "kh",
        _("flow capacity kh"),
        told,
        unit,
        error=flow.relative * told,
        details={"mD_m": in_metric, "mD_ft": in_field},
        method=_("kh = 2.303 q B μ / (4π m) in SI; 162.6 q B μ / m in US field units."),
        source=HORNER if test.plot == "horner" else MDH,
        warnings=test.warnings,
    )
    return [capacity, *_permeability_and_skin(test, line, stated, flow)]


def _flow_of(test: _Test, line: Line, stated: Given) -> _Flow:
    unit = test.curve.y_axis.unit
    metric = not unit.casefold().startswith("psi")
    mu = (stated.get("mu") or stated["mu_o"]).si("мПа·с")
    m = abs(line.slope) * units.known(unit).factor
    kh = math.log(10) * reservoir_rate(stated, metric=metric) * mu / (4 * math.pi * m)
    width = student(line.last - line.first - 1)
    return _Flow(kh, mu, line.slope_error / abs(line.slope) * width, metric)


def _permeability_and_skin(test: _Test, line: Line, stated: Given, flow: _Flow) -> list[Finding]:
    tell = partial(found, badge=test.curve.badge, series=test.curve.name, warnings=test.warnings)
    if "h" not in stated:
        return [tell("k", _("permeability"), None, details={}, method=_("Needs the thickness h."))]
    try:
        k = flow.kh / stated["h"].si("м" if flow.metric else "ft")
        millidarcy = k / units.known("мД").factor
        permeability = tell(
            "k",
            _("permeability"),
            millidarcy,
            _("mD"),
            error=flow.relative * millidarcy,
            method="k = kh / h",
            source=HORNER,
        )
        return [permeability, *_skin(test, line, stated, flow, k)]
    except units.UnknownUnit as error:
        return [tell("skin", _("skin factor"), None, warnings=[error.message])]
    except ZeroDivisionError:
        return [tell("skin", _("skin factor"), None, warnings=[_("A quantity that divides is zero.")])]


def _skin(test: _Test, line: Line, stated: Given, flow: _Flow, k: float) -> list[Finding]:
    unit = test.curve.y_axis.unit
    tell = partial(found, badge=test.curve.badge, series=test.curve.name)
    hour = _hour(test, line)
    needed = [name for name in ("phi", "ct", "rw", "pwf") if name not in stated]
    if needed or hour is None:
        names = ", ".join([*needed, *(["tp"] if hour is None else [])])
        sentence = _("For the skin these must be given: {names}.").format(names=names)
        return [tell("skin", _("skin factor"), None, warnings=[*test.warnings, sentence])]
    pwf = stated["pwf"].to(unit)
    length, compressibility = ("м", "1/МПа") if flow.metric else ("ft", "1/psi")
    diffusivity = k / (
        stated["phi"].si("д.ед.") * flow.mu * stated["ct"].si(compressibility) * stated["rw"].si(length) ** 2
    )
    extra = (
        math.log10((test.tp_hours + 1) / test.tp_hours) if test.plot == "horner" and test.tp_hours else 0.0
    )
    skin = (math.log(10) / 2) * (
        (hour - pwf) / abs(line.slope) - math.log10(4 / _EULER * diffusivity * 3600) + extra
    )
    return [
        tell(
            "skin",
            _("skin factor"),
            skin,
            details={"p1h": hour, "damaged": 1.0 if skin > 0 else 0.0},
            method=_(
                "s = 1.151 [(p1h - pwf)/m - lg(2.246 k t/(φ μ ct rw²)) + lg((tp + 1)/tp)], t = 1 h, in SI."
            ),
            source=SKIN,
            warnings=test.warnings,
        ),
        tell(
            "skin_pressure_drop",
            _("pressure drop due to skin"),
            skin * 2 / math.log(10) * abs(line.slope),
            unit,
            method="Δp = 0.869 m s",
            source=SKIN,
            warnings=test.warnings,
        ),
    ]
