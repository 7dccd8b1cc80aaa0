"""The expert for phase envelopes: pressure over temperature, bubble and dew curves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found, worst
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Badge, Finding

    Array = NDArray[np.float64]

SOURCE = "McCain W.D. The Properties of Petroleum Fluids. 2nd ed. PennWell, 1990 (phase diagrams of mixtures)"
_CRITICAL = ("крит", "critical")
_STATES = ("пласт", "reservoir", "сепар", "separator", "устье", "wellhead", "состояни", "state")
_BUBBLE = ("кипен", "bubble", "насыщ")
_DEW = ("рос", "dew", "конденс")
_QUALITY = ("%", "дол", "quality", "vapour fraction", "vapor fraction")


@dataclass(frozen=True)
class _Envelope:
    """The boundary of the two-phase region, as one way around it: temperatures, pressures."""

    t: Array
    p: Array
    badge: Badge
    t_unit: str
    p_unit: str
    name: str
    critical: tuple[float, float] | None
    states: tuple[tuple[float, float, str], ...]
    open: bool

    def inside(self, t: float, p: float) -> bool:
        """Whether a state lies within the envelope."""
        x0, y0, x1, y1 = self.t, self.p, np.roll(self.t, -1), np.roll(self.p, -1)
        spans = (y0 > p) != (y1 > p)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = x0 + (p - y0) / (y1 - y0) * (x1 - x0)
        return bool(np.count_nonzero(spans & (t < crossing)) % 2)

    def pressures(self, t: float) -> list[float]:
        """The saturation pressures at a temperature, the lowest first."""
        t0, t1, p0, p1 = self.t[:-1], self.t[1:], self.p[:-1], self.p[1:]
        met = [
            float(p0[i] + (t - t0[i]) / (t1[i] - t0[i]) * (p1[i] - p0[i]))
            for i in np.flatnonzero((t0 <= t) != (t1 <= t))
        ]
        return sorted(met)


class PhaseEnvelope(Expert):
    """Cricondenbar, cricondentherm, the critical point where it is marked, and the state at given ``p`` and
    ``T``.
    """

    name: ClassVar[str] = "phase_envelope"
    arithmetic: ClassVar[frozenset[str]] = frozenset({"critical"})
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("cricondenbar", r"криконденбар|максимальн\w+ давлени|cricondenbar|maximum pressure"),
        ("cricondentherm", r"крикондентерм|максимальн\w+ температур|cricondentherm|maximum temperature"),
        ("critical", r"критическ|critical"),
        (
            "state",
            r"состояни|фаз[аеыу]\b|двухфазн|внутри|\bstate\b|phase (?:is|at)|two.phase|inside|single.phase",
        ),
        (
            "saturation_pressure",
            r"давлени\w+ (?:насыщени|начала)|saturation pressure|dew.?point|bubble.?point",
        ),
        ("fluid", r"тип\w* (?:флюида|залежи|пластов)|какой флюид|fluid|type of reservoir"),
    )

    def recognise(self, reading: Reading) -> Recognition | None:
        """Pressure over temperature, along a curve that turns in both."""
        envelope = _envelope(reading)
        if envelope is None:
            return None
        return Recognition(0.9, _("Pressure over temperature, and a curve that encloses a region."))

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """The extremes of the envelope, the critical point, and the states marked or asked for."""
        envelope = _envelope(reading)
        if envelope is None:
            return []
        warnings = [_("The envelope is open: its end is closed by a straight line.")] if envelope.open else []
        if len(envelope.t) < 12:
            warnings.append(_("Only {n} points.").format(n=len(envelope.t)))
        return [
            *_extremes(envelope, warnings),
            *_critical(envelope, warnings),
            *_states(envelope, stated, warnings),
        ]


@dataclass(frozen=True)
class _Boundary:
    """What encloses the two phases: one way around it, its first curve, and where its two curves touch."""

    way: Array
    first: Curve
    badge: Badge
    touch: tuple[float, float] | None = None

    @property
    def is_open(self) -> bool:
        """Whether its ends lie apart."""
        size = np.ptp(self.way, axis=0)
        gap = np.abs(self.way[0] - self.way[-1]) / np.where(size > 0, size, 1.0)
        return bool(gap.max() > 0.02)


def _envelope(reading: Reading) -> _Envelope | None:
    drawn = [curve for curve in curves(reading) if _is_pressure_over_temperature(curve)]
    single = [c for c in drawn if len(c.x) <= 2 or _is_called(c, *_CRITICAL, *_STATES)]
    lines = [c for c in drawn if len(c.x) >= 4 and c not in single]
    boundary = _of_two_curves(lines) or _of_loop(lines)
    if boundary is None:
        return None
    first = boundary.first
    return _Envelope(
        t=boundary.way[:, 0],
        p=boundary.way[:, 1],
        badge=boundary.badge,
        t_unit=first.x_axis.unit,
        p_unit=first.y_axis.unit,
        name=first.name,
        critical=_marked(single, first) or boundary.touch,
        states=_drawn_states(single),
        open=boundary.is_open,
    )


def _drawn_states(single: list[Curve]) -> tuple[tuple[float, float, str], ...]:
    points = [c for c in single if len(c.x) == 1 and not _is_called(c, *_CRITICAL)]
    return tuple((float(c.x[0]), float(c.y[0]), c.series.label) for c in points)


def _is_pressure_over_temperature(curve: Curve) -> bool:
    return (
        quantities.measures("temperature", curve.x_axis)
        and quantities.measures("pressure", curve.y_axis)
        and curve.x_axis.kind == "number"
    )


def _is_called(curve: Curve, *words: str) -> bool:
    return any(word in curve.series.label.casefold() for word in words)


def _of_two_curves(lines: list[Curve]) -> _Boundary | None:
    bubble, dew = (next((c for c in lines if _is_called(c, *words)), None) for words in (_BUBBLE, _DEW))
    if bubble is None or dew is None:
        return None
    way, touch = _joined(bubble, dew)
    return _Boundary(way, bubble, worst((bubble.badge, dew.badge)), touch)


def _of_loop(lines: list[Curve]) -> _Boundary | None:
    whole = [c for c in lines if not _is_called(c, *_QUALITY)] or lines
    first = max(filter(_turns, whole), key=lambda c: float(np.ptp(c.x) * np.ptp(c.y)), default=None)
    return None if first is None else _Boundary(np.column_stack([first.x, first.y]), first, first.badge)


def _joined(bubble: Curve, dew: Curve) -> tuple[Array, tuple[float, float] | None]:
    """Both curves as one way, and the point where they touch."""
    one = np.column_stack([bubble.x, bubble.y])
    two = np.column_stack([dew.x, dew.y])
    size = np.ptp(np.vstack([one, two]), axis=0)
    size = np.where(size > 0, size, 1.0)

    def apart(a: Array, b: Array) -> float:
        return float(np.max(np.abs(a - b) / size))

    # The ends that lie at the higher pressure meet at the critical point.
    if one[0, 1] > one[-1, 1]:
        one = one[::-1]
    if apart(one[-1], two[-1]) < apart(one[-1], two[0]):
        two = two[::-1]
    touch = apart(one[-1], two[0]) < 0.03
    point = (one[-1] + two[0]) / 2
    return np.vstack([one, two]), (float(point[0]), float(point[1])) if touch else None


def _turns(curve: Curve) -> bool:
    """Whether a way goes forth and back in temperature while its pressure rises and falls."""
    t, p = curve.x, curve.y
    if len(t) < 8 or np.ptp(t) == 0 or np.ptp(p) == 0:
        return False
    top = float(t.max())
    back = (top - t[0] > 0.02 * np.ptp(t)) and (top - t[-1] > 0.02 * np.ptp(t))
    return bool(back and p.max() > max(p[0], p[-1]))


def _marked(single: list[Curve], envelope: Curve) -> tuple[float, float] | None:
    for curve in single:
        if len(curve.x) == 1 and _is_called(curve, *_CRITICAL):
            return float(curve.x[0]), float(curve.y[0])
    for note in envelope.panel.notes:
        named = any(word in note.text.casefold() for word in _CRITICAL)
        if named and isinstance(note.x, float | int) and isinstance(note.y, float | int):
            return float(note.x), float(note.y)
    return None


def _top(x: Array, y: Array) -> tuple[float, float]:
    """The largest ``y`` along a way and its ``x``, refined by a parabola through the three points about
    it.
    """
    place = int(np.argmax(y))
    if not 0 < place < len(y) - 1:
        return float(x[place]), float(y[place])
    three = slice(place - 1, place + 2)
    s = np.cumsum(np.hypot(np.diff(x, prepend=x[0]) / np.ptp(x), np.diff(y, prepend=y[0]) / np.ptp(y)))[three]
    s = s - s[1]
    if np.any(np.diff(s) <= 0):
        return float(x[place]), float(y[place])
    a, b, c = np.polyfit(s, y[three], 2)
    if a >= 0:
        return float(x[place]), float(y[place])
    at = float(np.clip(-b / (2 * a), s[0], s[-1]))
    return float(np.polyval(np.polyfit(s, x[three], 2), at)), float(a * at**2 + b * at + c)


def _extremes(envelope: _Envelope, warnings: list[str]) -> list[Finding]:
    tell = partial(
        found,
        badge=envelope.badge,
        series=envelope.name,
        source=SOURCE,
        method=_("The highest point of the envelope, by a parabola through the three points about it."),
        warnings=warnings,
    )
    t_bar, p_bar = _top(envelope.t, envelope.p)
    p_therm, t_therm = _top(envelope.p, envelope.t)
    return [
        tell(
            "cricondenbar",
            _("cricondenbar (highest pressure of two phases)"),
            p_bar,
            envelope.p_unit,
            at=cell_of(t_bar, None),
            at_unit=envelope.t_unit,
        ),
        tell(
            "cricondentherm",
            _("cricondentherm (highest temperature of two phases)"),
            t_therm,
            envelope.t_unit,
            at=cell_of(p_therm, None),
            at_unit=envelope.p_unit,
        ),
    ]


def _critical(envelope: _Envelope, warnings: list[str]) -> list[Finding]:
    if envelope.critical is None:
        return []
    t, p = envelope.critical
    return [
        found(
            "critical",
            _("critical pressure"),
            p,
            envelope.p_unit,
            badge=envelope.badge,
            series=envelope.name,
            at=cell_of(t, None),
            at_unit=envelope.t_unit,
            points=[Point(at=cell_of(t, None), value=cell_of(p, None))],
            method=_("As marked, or where the bubble and dew curves meet."),
            source=SOURCE,
            warnings=warnings,
        )
    ]


def _states(envelope: _Envelope, stated: Given, warnings: list[str]) -> list[Finding]:
    try:
        t = _stated(stated, ("T",), envelope.t_unit)
        p = None if t is None else _stated(stated, ("p", "pr"), envelope.p_unit)
    except units.UnknownUnit as error:
        return [found("state", _("state"), None, badge=envelope.badge, warnings=[error.message])]
    asked = [*([] if t is None or p is None else [(t, p, "")]), *envelope.states]
    return [
        *([] if t is None else _saturation(envelope, t, warnings)),
        *(finding for state in asked[:20] for finding in _state(envelope, *state, warnings)),
    ]


def _stated(stated: Given, names: tuple[str, ...], unit: str) -> float | None:
    quantity = next((stated[name] for name in names if name in stated), None)
    if quantity is None:
        return None
    return quantity.to(unit) if unit else quantity.value


def _state(envelope: _Envelope, t: float, p: float, label: str, warnings: list[str]) -> list[Finding]:
    """The phase at a temperature and a pressure; of a reservoir also what fluid it has."""
    tell = partial(found, badge=envelope.badge, series=label, source=SOURCE)
    findings = [
        tell(
            "state",
            _("state"),
            _phase(envelope, t, p),
            at=cell_of(t, None),
            at_unit=envelope.t_unit,
            details={"p": p, "T": t, "inside": 1.0 if envelope.inside(t, p) else 0.0},
            method=_("Whether the point lies within the envelope."),
            warnings=warnings,
        )
    ]
    fluid = _fluid(envelope, t)
    if fluid and any(word in label.casefold() for word in ("пласт", "reservoir")):
        findings.append(tell("fluid", _("reservoir fluid"), fluid))
    return findings


def _saturation(envelope: _Envelope, t: float, warnings: list[str]) -> list[Finding]:
    pressures = envelope.pressures(t)
    if not pressures:
        return []
    return [
        found(
            "saturation_pressure",
            _("saturation pressure at this temperature"),
            pressures[-1],
            envelope.p_unit,
            badge=envelope.badge,
            series=envelope.name,
            at=cell_of(t, None),
            at_unit=envelope.t_unit,
            points=[Point(at=cell_of(t, None), value=cell_of(p, None)) for p in pressures],
            method=_("Where the envelope crosses this temperature; the highest is given."),
            source=SOURCE,
            warnings=warnings,
        )
    ]


def _phase(envelope: _Envelope, t: float, p: float) -> str:
    if envelope.inside(t, p):
        return _("two phases, gas and liquid")
    highest = float(envelope.t.max())
    pressures = envelope.pressures(t)
    if t > highest or not pressures:
        return _("one phase: gas")
    if p <= pressures[0] and len(pressures) > 1:
        return _("one phase: gas")
    if envelope.critical is None:
        return _("one phase")
    return (
        _("one phase: liquid") if t < envelope.critical[0] else _("one phase: dense fluid (gas condensate)")
    )


def _fluid(envelope: _Envelope, t: float) -> str:
    """What kind of reservoir a temperature makes of this mixture."""
    if envelope.critical is None:
        return ""
    if t > float(envelope.t.max()):
        return _("gas (above the cricondentherm)")
    if t > envelope.critical[0]:
        return _("gas condensate (between the critical temperature and the cricondentherm)")
    return _("oil (below the critical temperature)")
