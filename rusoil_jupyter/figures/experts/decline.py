"""The expert for decline curves: a well's rate over time, read by Arps' formulas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts import arps, quantities
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found, student, thinned
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.arps import Decline
    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, Cell
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]

MOST_SERIES = 20
MOST_FITTED = 5000  # points of one series; more are thinned evenly
LEAST = 5  # points
_DAY = 86400.0
_PER_DAY = {"bopd": "bbl", "bpd": "bbl", "blpd": "bbl", "bwpd": "bbl", "bfpd": "bbl"}


@dataclass(frozen=True)
class _Time:
    """Where a curve's time begins, and its unit: ``seconds`` long, as text ``unit`` and as in ``1/day``."""

    origin: float
    origin_cell: Cell
    unit: str
    seconds: float | None


@dataclass(frozen=True)
class _Fitted:
    curve: Curve
    time: _Time
    last: float
    decline: Decline
    every: Mapping[arps.Model, Decline]
    loss: tuple[float, float] | None
    produced: float
    warnings: tuple[str, ...]


class DeclineCurve(Expert):
    """Rate over time with a fitted ``qi``, ``Di``, ``b`` and what follows from them."""

    name: ClassVar[str] = "decline"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        (
            "time_to_limit",
            r"когда.*(?:предел|упад[её]т|сниз)|через сколько|врем\w+ до|срок\w* (?:эксплуатац|рентаб)|"
            r"when.*(?:limit|fall|drop)|how long|time to (?:the )?(?:economic )?limit",
        ),
        (
            "model qi di b",
            r"(?:arps(?:'s?)?|decline) (?:\w+ )?parameters|параметр\w* (?:арпса|кривой|падени\w*|модели)",
        ),
        ("eur", r"извлекаем|накопленн\w+ .*предел|за всю жизнь|запас|\beur\b|ultimate|reserves|recoverable"),
        (
            "model",
            r"модел|тип\w* (?:падени|кривой|сниж)|закон|какая кривая|model|type of decline|what "
            r"decline|which decline|kind of",
        ),
        ("qi", r"начальн\w+ дебит|\bqi\b|initial rate"),
        ("di_effective", r"эффективн|effective"),
        ("di", r"темп\w* (?:падени|сниж)|коэффициент\w* падени|\bdi\b|decline rate|nominal"),
        ("b", r"\bb\b|показател\w+ степени|гиперболическ\w+ показател|b.?factor|exponent"),
        (
            "rate_at",
            r"дебит\w*(?: \w+){0,2} через|через \d|прогноз|forecast|"
            r"rate (?:\w+ )?(?:after|in|at month) \d|after \d",
        ),
        ("produced", r"накоплен|добыто|cumulative|produced so far"),
    )

    also: ClassVar[Mapping[str, str]] = {
        "model": r"падени\w+|добыч\w*|дебит\w*|decline|follow\w*|curve",
        "time_to_limit": r"экономическ\w+|предел\w*|дебит\w*|достигнут\w*|упад[её]т|economic|rate|reach\w*",
        "eur": r"запас\w*|извлекаем\w*|экономическ\w+|предел\w*|reserves|recoverable|economic limit",
        "di": r"падени\w+|decline|nominal|initial",
        "di_effective": r"annual|годов\w+|темп\w*|падени\w*|decline|rate",
        "b": r"decline|exponent|падени\w+",
        "rate_at": r"дебит\w*|rate|will|be|составит",
        "produced": r"добыч\w*|production|нефти|oil",
    }

    def recognise(self, reading: Reading) -> Recognition | None:
        """A falling rate over time or dates."""
        falling = [curve for curve in _candidates(reading) if _falls(curve)]
        if not falling:
            return None
        known = quantities.measures("time", falling[0].x_axis) and _is_rate(falling[0])
        return Recognition(
            0.9 if known else 0.6,
            _("A rate (“{rate}”) that falls over time (“{time}”).").format(
                rate=falling[0].name, time=falling[0].x_axis.label or falling[0].x_axis.kind
            ),
        )

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """For each falling rate: the model, ``qi``, ``Di`` (nominal and effective), ``b``, volumes, times."""
        findings: list[Finding] = []
        for curve in [c for c in _candidates(reading) if _falls(c)][:MOST_SERIES]:
            limit = stated.get("limit") or _limit_drawn(curve)
            fitted = _fit(curve)
            if isinstance(fitted, str):
                findings.append(
                    found(
                        "model", _("decline"), None, badge=curve.badge, series=curve.name, warnings=[fitted]
                    )
                )
                continue
            findings += _parameters(fitted)
            findings += _volumes(fitted, limit)
            findings += _forecast(fitted, stated.get("time"))
        return findings


def _candidates(reading: Reading) -> list[Curve]:
    return [
        curve
        for curve in curves(reading)
        if curve.series.along == "x"
        and quantities.measures("time", curve.x_axis)
        and not quantities.says("horner", curve.x_axis.label)
        and _is_rate(curve)
        and not quantities.says("cumulative", curve.words)
    ]


def _is_rate(curve: Curve) -> bool:
    return quantities.measures("rate", curve.y_axis) or (
        units.parse(curve.y_axis.unit) is None and quantities.says("rate", curve.series.label)
    )


def _falls(curve: Curve) -> bool:
    positive = curve.y > 0
    if np.count_nonzero(positive) < LEAST:
        return False
    q = curve.y[positive][np.argsort(curve.x[positive], kind="stable")]
    third = max(1, len(q) // 3)
    return float(np.median(q[-third:])) < 0.97 * float(np.median(q[:third])) or q[-1] < 0.5 * q.max()


def _time_of(axis: Axis, t: Array) -> _Time:
    if axis.kind == "date":
        return _Time(float(t[0]), cell_of(float(t[0]), axis), _("days"), _DAY)
    written = axis.unit or axis.label  # "Месяцы" names its unit itself
    unit = units.parse(written)
    seconds = unit.factor if unit is not None and unit.dimension == units.TIME else None
    written = written if seconds else axis.unit
    step = float(np.median(np.diff(t))) if len(t) > 1 else 0.0
    near = 0 <= t[0] <= max(1.5 * step, 0.05 * float(t[-1] - t[0]))
    origin = 0.0 if near else float(t[0])
    return _Time(origin, cell_of(origin, axis), written, seconds)


def _fit(curve: Curve) -> _Fitted | str:
    """The fit, or a sentence why there is none."""
    warnings = []
    t, q = curve.by_x()
    closed = q <= 0
    if closed.any() or curve.missing:
        warnings.append(
            _("{n} points with no rate (shut-in, zero or missing) are left out of the fit.").format(
                n=int(np.count_nonzero(closed)) + curve.missing
            )
        )
    produced_t, produced_q = t, np.maximum(q, 0.0)
    t, q = t[~closed], q[~closed]
    peak = _peak(q)
    if peak:
        warnings.append(
            _("The rate rises at first: the decline is read from its peak at {place} on.").format(
                place=cell_of(float(t[peak]), curve.x_axis)
            )
        )
        t, q = t[peak:], q[peak:]
    if len(q) < LEAST:
        return _("Too few points for a decline: {n}, at least {least} are needed.").format(
            n=len(q), least=LEAST
        )
    time = _time_of(curve.x_axis, t)
    scale = _DAY if curve.x_axis.kind == "date" else 1.0
    elapsed = (t - time.origin) / scale
    some = thinned(MOST_FITTED, elapsed, q)
    every = arps.fit(*some)
    if not every:
        return _("No decline could be fitted to these points.")
    decline = arps.choose(every)
    loss = arps.loss_ratio(*some)
    warnings += _doubts(decline, some, loss)
    produced = float(np.trapezoid(produced_q, produced_t)) / scale
    return _Fitted(curve, time, float(elapsed[-1]), decline, every, loss, produced, tuple(warnings))


def _doubts(decline: Decline, points: tuple[Array, ...], loss: tuple[float, float] | None) -> list[str]:
    """What makes a fit doubtful, in sentences."""
    t, q = points
    error = decline.b_error if decline.b_error > 0 else 0
    above_one = decline.b > 1 + student(max(decline.n - 3, 1)) * error
    b_of_loss = decline.b if loss is None or decline.n < 20 else loss[1]
    doubts = (
        (
            decline.outliers > 0,
            _("Points far off the curve are left out: {n}.").format(n=decline.outliers),
        ),
        (
            arps.strays(t, q, decline),
            _(
                "One Arps curve does not fit the whole: stretches of points lie off it on one side. "
                "There may be two stages."
            ),
        ),
        (
            above_one,
            _(
                "b is above 1: flow is not yet boundary-dominated, and what is extrapolated grows "
                "without a bound."
            ),
        ),
        (decline.n < 12, _("Only {n} points: b is hardly determined.").format(n=decline.n)),
        (
            float(t[-1]) * decline.di < 0.3,
            _("The rate has fallen little so far: the type of decline is uncertain."),
        ),
        (
            abs(b_of_loss - decline.b) > 0.4,
            _("The loss ratio gives b = {b}, the fit {fitted}: this is not one decline throughout.").format(
                b=f"{b_of_loss:.2g}", fitted=f"{decline.b:.2g}"
            ),
        ),
    )
    return [sentence for holds, sentence in doubts if holds]


def _peak(q: Array) -> int:
    """Where the decline begins: 0, unless the rate rises well above its first values."""
    if len(q) < 8:
        return 0
    middle = np.median(np.stack([q[:-2], q[1:-1], q[2:]]), axis=0)
    smooth = np.concatenate([[q[:2].mean()], middle, [q[-2:].mean()]])
    top = int(np.argmax(smooth))
    return top if top and smooth[top] > 1.15 * float(np.median(q[:2])) else 0


def _limit_drawn(curve: Curve) -> Quantity | None:
    """A horizontal line below the curve whose label says that it is the limit."""
    for reference in curve.panel.references:
        words = reference.label.casefold()
        named = any(stem in words for stem in ("предел", "рентаб", "limit", "economic", "эконом"))
        if reference.axis == curve.series.y and isinstance(reference.value, float | int) and named:
            return Quantity(float(reference.value), curve.y_axis.unit)
    return None


def _parameters(fitted: _Fitted) -> list[Finding]:
    decline, curve = fitted.decline, fitted.curve
    free = decline.n - (3 if decline.model == "hyperbolic" else 2)
    names = {
        "exponential": _("exponential"),
        "hyperbolic": _("hyperbolic"),
        "harmonic": _("harmonic"),
    }
    aicc = {f"aicc_{model}": one.aicc for model, one in fitted.every.items()}
    method = _("Least squares on ln q; the model with the lowest AICc, the simpler one within 2 of it.")
    reason = ", ".join(f"{names[model]} {one.aicc:.1f}" for model, one in fitted.every.items())
    unit = curve.y_axis.unit
    per = f"1/{fitted.time.unit}" if fitted.time.unit else ""
    tell = partial(found, badge=curve.badge, series=curve.name, source=arps.SOURCE, warnings=fitted.warnings)
    findings = [
        tell(
            "model",
            _("type of decline"),
            names[decline.model],
            details={"r2": decline.r2, "n": float(decline.n), **aicc},
            method=f"{method} AICc: {reason}.",
        ),
        tell(
            "qi",
            _("initial rate qi"),
            decline.qi,
            unit,
            at=fitted.time.origin_cell,
            at_unit=curve.x_axis.unit,
            error=decline.qi_error * student(free),
            details={"standard_error": decline.qi_error},
            method=method,
        ),
        tell(
            "di",
            _("nominal decline Di"),
            decline.di,
            per,
            error=decline.di_error * student(free),
            details={"standard_error": decline.di_error, **_per_year(decline, fitted.time)},
            method=_("Nominal (instantaneous) decline at the beginning."),
        ),
    ]
    details: dict[str, float | str | None] = {}
    if decline.model == "hyperbolic":
        low, high = arps.interval(decline.b, decline.b_error, decline.n, 3)
        details = {"standard_error": decline.b_error, "low": low, "high": high}
    if fitted.loss is not None:
        details |= {"loss_ratio_b": fitted.loss[1], "loss_ratio_di": fitted.loss[0]}
    findings.append(
        tell(
            "b",
            _("decline exponent b"),
            decline.b,
            error=decline.b_error * student(free) if decline.model == "hyperbolic" else None,
            details=details,
            method=_("Fitted; checked by the loss ratio -q/(dq/dt), whose slope over time is b."),
        )
    )
    year = _year(fitted.time)
    if year is not None:
        findings.append(
            tell(
                "di_effective",
                _("effective decline of the first year"),
                100 * decline.effective(year),
                "%",
                method=_("1 - q(1 year) / qi."),
            )
        )
    return findings


def _year(time: _Time) -> float | None:
    return units.known("год").factor / time.seconds if time.seconds else None


def _per_year(decline: Decline, time: _Time) -> dict[str, float | str | None]:
    year = _year(time)
    return {} if year is None else {"per_year": decline.di * year}


def _volume_unit(fitted: _Fitted) -> tuple[str, float]:
    """The unit of ``rate * time``, and the factor that brings the product of the axes' units into it."""
    unit, time = fitted.curve.y_axis.unit, fitted.time
    volume, _slash, period = unit.partition("/")
    if unit.casefold() in _PER_DAY:
        volume, period = _PER_DAY[unit.casefold()], "d"
    one = units.parse(period)
    if units.parse(volume) is not None and one is not None and one.dimension == units.TIME and time.seconds:
        return volume, time.seconds / one.factor
    return (f"{unit}·{time.unit}" if unit and time.unit else ""), 1.0


def _volumes(fitted: _Fitted, limit: Quantity | None) -> list[Finding]:
    curve, decline, time = fitted.curve, fitted.decline, fitted.time
    unit, factor = _volume_unit(fitted)
    warnings = list(fitted.warnings)
    if not unit or (factor == 1.0 and "·" in unit):
        warnings.append(
            _("The units of the axes do not tell the volume: it is the rate's unit times the time's.")
        )
    findings = [
        found(
            "produced",
            _("produced over the time shown"),
            fitted.produced * factor,
            unit,
            badge=curve.badge,
            series=curve.name,
            method=_("Trapezoidal rule."),
            warnings=warnings,
        )
    ]
    if limit is None:
        return findings
    try:
        rate = limit.to(curve.y_axis.unit) if curve.y_axis.unit else limit.value
    except units.UnknownUnit as error:
        return [*findings, found("eur", _("recoverable"), None, badge=curve.badge, warnings=[error.message])]
    if not 0 < rate < decline.qi:
        return [
            *findings,
            found(
                "eur",
                _("recoverable down to the economic limit"),
                None,
                badge=curve.badge,
                warnings=[_("The economic limit is not between 0 and the initial rate.")],
            ),
        ]
    when = decline.time_to(rate)
    extrapolated = list(warnings)
    if when > fitted.last:
        extrapolated.append(_("Extrapolated beyond the last point."))
    date: dict[str, float | str | None] = {}
    if curve.x_axis.kind == "date":
        date = {"date": str(cell_of(time.origin + when * _DAY, curve.x_axis))}
    tell = partial(found, badge=curve.badge, series=curve.name, source=arps.SOURCE, warnings=extrapolated)
    findings.append(
        tell(
            "time_to_limit",
            _("time until the economic limit"),
            when,
            time.unit,
            details={"limit": rate, "limit_unit": curve.y_axis.unit, **date},
            method=_("t = ((qi/q)^b - 1) / (b Di), from the beginning of the decline."),
        )
    )
    findings.append(
        tell(
            "eur",
            _("recoverable down to the economic limit"),
            decline.until(rate) * factor,
            unit,
            details={"limit": rate, "limit_unit": curve.y_axis.unit},
            method=_("The fitted curve integrated from the beginning of the decline to the limit."),
        )
    )
    return findings


def _forecast(fitted: _Fitted, after: Quantity | None) -> list[Finding]:
    if after is None:
        return []
    curve, time = fitted.curve, fitted.time
    unit = units.parse(after.unit)
    t = after.value
    if unit is not None and unit.dimension == units.TIME and time.seconds:
        t = after.value * unit.factor / time.seconds
    if not math.isfinite(t) or t < 0:
        return []
    warnings = list(fitted.warnings)
    if t > fitted.last:
        warnings.append(_("Extrapolated beyond the last point."))
    return [
        found(
            "rate_at",
            _("rate by the fitted curve"),
            float(fitted.decline.rate(t)),
            curve.y_axis.unit,
            badge=curve.badge,
            series=curve.name,
            at=t,
            at_unit=time.unit,
            method=_("The fitted curve, time counted from the beginning of the decline."),
            source=arps.SOURCE,
            warnings=warnings,
        )
    ]
