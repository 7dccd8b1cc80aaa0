"""The expert for PVT curves: formation volume factor and solution gas over pressure, with the bubble
point.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]

SOURCE = "McCain W.D. The Properties of Petroleum Fluids. 2nd ed. PennWell, 1990"
LEAST = 5
_NEAR = 8  # points on either side of the kink that are fitted


_AT_PB = (
    r"при давлени\w+ насыщени\w+|at (?:the )?(?:bubble.?point|saturation)(?: pressure)?|нефти|oil|пластов\w+"
)


class Pvt(Expert):
    """``Bo`` and ``Rs`` over pressure: the bubble point, the values there, the compressibility above it."""

    name: ClassVar[str] = "pvt"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        (
            "value_at",
            r"(?:при давлении|при [pр]\s*=|при|at (?:a )?pressure(?: of)?|at p\s*=|at)\s*(?=\d)|при "
            r"давлении (?!насыщ)",
        ),
        ("compressibility", r"сжимаемост|compressib"),
        ("bo_pb", r"объ[её]мн\w+ коэф.*|\bbo\b.*|formation volume.*|\bfvf\b.*"),
        ("rs_pb", r"газосодерж.*|газов\w+ фактор.*|\brs\b.*|solution gas.*|\bgor\b.*"),
        ("pb", r"давлени\w+ насыщени|точк\w+ (?:кипения|насыщени)|bubble|saturation pressure|\bpb\b"),
    )

    also: ClassVar[Mapping[str, str]] = {
        "bo_pb": _AT_PB,
        "rs_pb": _AT_PB,
        "pb": r"нефти|oil|пласт\w*|давлени\w*|pressure|point",
        "compressibility": r"(?:выше давлени\w+ насыщени\w+|above (?:the )?bubble.?point(?: pressure)?)"
        r"|нефти|oil",
    }

    def recognise(self, reading: Reading) -> Recognition | None:
        """A volume factor or solution gas over pressure."""
        volume, gas = _split(reading)
        if not volume and not gas:
            return None
        first = (volume or gas)[0]
        return Recognition(0.9, _("“{name}” over pressure.").format(name=first.name))

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """Bubble point, ``Bo`` and ``Rs`` there, compressibility of the oil above it."""
        volume, gas = _split(reading)
        findings: list[Finding] = []
        points: list[tuple[float, str]] = []
        for curve, kind in [*((c, "bo") for c in volume[:10]), *((c, "rs") for c in gas[:10])]:
            read, pb = _bubble_point(curve, kind)
            findings += read
            if pb is not None:
                points.append((pb, curve.x_axis.unit))
            findings += _at(curve, kind, stated)
        return _agreeing(findings, points)


def _split(reading: Reading) -> tuple[list[Curve], list[Curve]]:
    volume, gas = [], []
    for curve in curves(reading):
        if not quantities.measures("pressure", curve.x_axis) or len(curve.x) < 2:
            continue
        if quantities.says("volume factor", curve.words):
            volume.append(curve)
        elif quantities.says("solution gas", curve.words):
            gas.append(curve)
    return volume, gas


def kink(p: Array, y: Array, *, flat: bool) -> tuple[float, float, float] | None:
    """Where a curve turns from rising to falling or, where ``flat``, to constant: its place, value, slope
    after.

    ``p`` ascends. Left of the kink a parabola, right of it a straight line, both meeting there; the place is
    the one with the least squares. ``None`` where there is no such turn inside the points.
    """
    from scipy.optimize import minimize_scalar

    if len(p) < LEAST:
        return None
    top = int(np.argmax(y))
    if flat:
        level = float(y[-1])
        top = int(np.argmax(y >= level - 2e-3 * max(float(np.ptp(y)), 1e-12)))
    if top < 2 or top > len(p) - 2:
        return None
    near = slice(max(0, top - _NEAR), min(len(p), top + _NEAR + 1))
    x, values = p[near], y[near]
    scale = float(np.ptp(x))

    def solve(place: float) -> tuple[float, Array]:
        d = (x - place) / scale
        left = np.minimum(d, 0.0)
        columns = [np.ones_like(d), left, left**2] + ([] if flat else [np.maximum(d, 0.0)])
        matrix = np.column_stack(columns)
        solution, *_rest = np.linalg.lstsq(matrix, values, rcond=None)
        return float(np.sum((matrix @ solution - values) ** 2)), solution

    low, high = p[max(top - 2, 1)], p[min(top + 2, len(p) - 1)]
    grid = np.linspace(low, high, 81)
    costs = [solve(float(place))[0] for place in grid]
    best = int(np.argmin(costs))
    inner = minimize_scalar(
        lambda place: solve(float(place))[0],
        bounds=(float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 80)])),
        method="bounded",
        options={"xatol": 1e-9 * scale},
    )
    place = float(inner.x)
    solution = solve(place)[1]
    return place, float(solution[0]), 0.0 if flat else float(solution[3]) / scale


def _bubble_point(curve: Curve, kind: str) -> tuple[list[Finding], float | None]:
    p, y = curve.by_x()
    quantity = _("formation volume factor") if kind == "bo" else _("solution gas-oil ratio")
    tell = partial(found, badge=curve.badge, series=curve.name, source=SOURCE)
    warnings = []
    if len(p) < 2 * LEAST:
        warnings.append(_("Only {n} points.").format(n=len(p)))
    if kind == "bo" and (y < 1).any() and not (y < 0.5).all():
        warnings.append(_("Volume factors below 1 are not those of an oil."))
    turn = kink(p, y, flat=kind == "rs")
    if turn is None:
        sentence = _("No bubble point within the pressures shown: the curve does not turn.")
        return [tell("pb", _("bubble-point pressure"), None, curve.x_axis.unit, warnings=[sentence])], None
    pb, value, slope = turn
    place = int(np.searchsorted(p, pb))
    spacing = float(p[min(place, len(p) - 1)] - p[max(place - 1, 0)])
    findings = [
        tell(
            "pb",
            _("bubble-point pressure"),
            pb,
            curve.x_axis.unit,
            error=spacing / 2,
            method=_(
                "The kink of “{name}”: a parabola below it and a straight line above it, meeting there."
            ).format(name=curve.name),
            warnings=warnings,
        ),
        tell(
            f"{kind}_pb",
            _("{quantity} at the bubble point").format(quantity=quantity),
            value,
            curve.y_axis.unit,
            at=cell_of(pb, curve.x_axis),
            at_unit=curve.x_axis.unit,
            warnings=warnings,
        ),
    ]
    if kind == "bo" and slope < 0:
        unit = curve.x_axis.unit
        findings.append(
            tell(
                "compressibility",
                _("compressibility of the oil above the bubble point"),
                -slope / value,
                f"1/{unit}" if unit else "",
                method="co = -(1/Bo) dBo/dp",
                warnings=warnings,
            )
        )
    return findings, pb


def _at(curve: Curve, kind: str, stated: Given) -> list[Finding]:
    pressure = stated.get("p") or stated.get("pr")
    if pressure is None:
        return []
    try:
        place = pressure.to(curve.x_axis.unit) if curve.x_axis.unit else pressure.value
    except units.UnknownUnit:
        return []
    p, y = curve.by_x()
    if not p[0] <= place <= p[-1]:
        return []
    return [
        found(
            "value_at",
            _("formation volume factor") if kind == "bo" else _("solution gas-oil ratio"),
            float(np.interp(place, p, y)),
            curve.y_axis.unit,
            badge=curve.badge,
            series=curve.name,
            at=cell_of(place, curve.x_axis),
            at_unit=curve.x_axis.unit,
            method=_("Interpolated between the points."),
        )
    ]


def _agreeing(findings: list[Finding], points: list[tuple[float, str]]) -> list[Finding]:
    """The findings, with a warning where the curves do not tell one bubble point."""
    values = [value for value, _unit in points]
    if len(values) < 2 or len({unit for _value, unit in points}) > 1:
        return findings
    if max(values) - min(values) <= 0.03 * max(values):
        return findings
    sentence = _("The curves tell different bubble points: {low} and {high}.").format(
        low=f"{min(values):.4g}", high=f"{max(values):.4g}"
    )
    return [
        one.model_copy(update={"warnings": (*one.warnings, sentence)}) if one.name == "pb" else one
        for one in findings
    ]
