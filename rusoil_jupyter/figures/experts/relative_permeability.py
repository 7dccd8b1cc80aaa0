"""The expert for relative permeability and fractional flow over water saturation.

Sources: Corey A.T., "The Interrelation Between Gas and Oil Relative Permeabilities", Producers Monthly 19
(1954); Brooks R.H., Corey A.T., "Hydraulic Properties of Porous Media", Colorado State University Hydrology
Paper 3 (1964); Craig F.F., "The Reservoir Engineering Aspects of Waterflooding", SPE Monograph 3 (1971), for
the rules of thumb on wettability; Buckley S.E., Leverett M.C., "Mechanism of Fluid Displacement in Sands",
Trans. AIME 146 (1942); Welge H.J., "A Simplified Method for Computing Oil Recovery by Gas or Water Drive",
Trans. AIME 195 (1952).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.experts import quantities
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, curves, found, student, worst
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]
    Smooth = Callable[[Array], Array]

COREY = (
    "Corey A.T. The Interrelation Between Gas and Oil Relative Permeabilities. Producers Monthly, 1954, 19; "
)
COREY += "Brooks R.H., Corey A.T. Hydraulic Properties of Porous Media. Hydrology Paper 3, 1964"
CRAIG = "Craig F.F. The Reservoir Engineering Aspects of Waterflooding. SPE Monograph 3, 1971"
WELGE = (
    "Buckley S.E., Leverett M.C. Mechanism of Fluid Displacement in Sands. Trans. AIME, 1942, 146, 107-116; "
)
WELGE += (
    "Welge H.J. A Simplified Method for Computing Oil Recovery by Gas or Water Drive. Trans. "
    "AIME, 1952, 195, 91-98"
)
_NONE = 1e-4  # a relative permeability that counts as none


@dataclass(frozen=True)
class Corey:
    """``top * ((S - begin) / (end - begin))^exponent``, saturations as shares."""

    begin: float
    end: float
    top: float
    exponent: float
    exponent_error: float
    n: int
    deviation: float

    def __call__(self, saturation: Array) -> Array:
        """The relative permeability."""
        share = np.clip((saturation - self.begin) / (self.end - self.begin), 0.0, 1.0)
        return np.asarray(self.top * share**self.exponent)


@dataclass(frozen=True)
class _Pair:
    """Both curves over ascending water saturation (shares), and their end points."""

    water: Curve
    oil: Curve
    sw: Array
    krw: Array
    so: Array
    kro: Array
    swc: float
    sor: float
    warnings: tuple[str, ...]


class RelativePermeability(Expert):
    """End points, crossing with a hint at wettability, Corey exponents, and the front by Welge's tangent."""

    name: ClassVar[str] = "relative_permeability"
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("front_saturation", r"фронт|front|welge|вельдж|уэлдж"),
        ("average_saturation", r"средн\w+ (?:водо)?насыщ|average (?:water )?saturation"),
        ("crossing", r"пересе[кч]|равн\w+ проницаем|cross|equal"),
        ("wettability", r"смачива|гидрофи|гидрофоб|wettab|water.wet|oil.wet"),
        ("swc", r"связанн\w+|остаточн\w+ вод|\bswc\b|\bswi\b|connate|irreducible"),
        ("sor", r"остаточн\w+ нефт|\bsor\b|residual oil"),
        ("kro_max", r"kro.?max|концев\w+ .*нефт|end.?point .*oil|oil end.?point|максимальн\w+ .*нефт"),
        ("krw_max", r"krw.?max|концев\w+ .*вод|end.?point .*water|water end.?point|максимальн\w+ .*вод"),
        ("nw", r"\bnw\b|кори.*вод|corey.*water|water corey|показател\w+ .*вод"),
        ("no", r"кори.*нефт|corey.*oil|oil corey|показател\w+ .*нефт|\bno\s*="),
    )

    also: ClassVar[Mapping[str, str]] = {"crossing": r"где|where|кривые|curves|офп|проницаемост\w*"}

    def recognise(self, reading: Reading) -> Recognition | None:
        """Two curves over saturation, one rising and one falling; or a fractional flow curve."""
        pair, flow = _split(reading)
        if pair is not None:
            return Recognition(
                0.9, _("Two relative permeabilities over water saturation, one rising, one falling.")
            )
        if flow:
            return Recognition(0.8, _("The share of water in the flow over water saturation."))
        return None

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """What the curves say; the front needs both viscosities."""
        curves_pair, flow = _split(reading)
        findings: list[Finding] = []
        if curves_pair is not None:
            pair = _pair(*curves_pair)
            water, oil = _corey(pair, "water"), _corey(pair, "oil")
            findings += _ends(pair)
            findings += _crossing(pair)
            findings += _exponents(pair, water, oil)
            findings += _front_of_pair(pair, water, oil, stated)
        for curve in flow[:5]:
            sw, fw = curve.by_x()
            sw, fw = _share(sw, curve.x_axis.unit), _share(fw, curve.y_axis.unit)
            findings += _front(_smooth(sw, fw), sw, curve, [])
        return findings


def _share(values: Array, unit: str) -> Array:
    return values / 100 if "%" in unit or float(values.max()) > 1.5 else values


def _split(reading: Reading) -> tuple[tuple[Curve, Curve] | None, list[Curve]]:
    rising: list[Curve] = []
    falling: list[Curve] = []
    flow: list[Curve] = []
    for curve in curves(reading):
        if not quantities.says("saturation", curve.x_axis.label) or len(curve.x) < 4:
            continue
        x, y = curve.by_x()
        if len(x) < 4 or y.min() < -1e-9:
            continue
        if quantities.says("fractional flow", curve.words):
            flow.append(curve)
        elif quantities.says("relative permeability", f"{curve.words} {curve.panel.title}"):
            (rising if y[-1] > y[0] else falling).append(curve)
    return ((rising[0], falling[0]) if rising and falling else None), flow


def _pair(water: Curve, oil: Curve) -> _Pair:
    """Both curves over water saturation; with oil or gas saturation along x their parts are exchanged."""
    sw, krw = water.by_x()
    so, kro = oil.by_x()
    sw, so = _share(sw, water.x_axis.unit), _share(so, oil.x_axis.unit)
    warnings = []
    if water.y_axis.scale == "log" and ((krw <= 0).any() or (kro <= 0).any()):
        warnings.append(_("Relative permeabilities of zero can't be shown on the logarithmic axis."))
    if (np.concatenate([krw, kro]) > 1.0 + 1e-9).any():
        warnings.append(_("A relative permeability is above 1."))
    if min(len(sw), len(so)) < 6:
        warnings.append(_("Only {n} points.").format(n=min(len(sw), len(so))))
    none_w, none_o = krw <= _NONE * krw.max(), kro <= _NONE * kro.max()
    # Zeros in the middle are noise: those at the end where a phase is still, or is still no more, count.
    begin, end = _run(none_w), _run(none_o[::-1])
    swc = float(sw[begin - 1]) if begin else float(so.min())
    last = float(so[-end]) if end else float(so.max())
    if not begin or not end:
        warnings.append(_("A curve does not reach zero: its end point is the last one shown."))
    return _Pair(water, oil, sw, krw, so, kro, swc, 1 - last, tuple(warnings))


def _run(mask: NDArray[np.bool_]) -> int:
    """How many values are true before the first that is not."""
    return len(mask) if mask.all() else int(np.argmin(mask))


def _corey(pair: _Pair, which: str) -> Corey | None:
    """The Corey curve of a phase: relative to its end point, by least squares; ``None`` for too few
    points.
    """
    from scipy.optimize import least_squares

    begin, end = pair.swc, 1 - pair.sor
    s, k = (pair.sw, pair.krw) if which == "water" else (pair.so, pair.kro)
    inside = (s >= begin - 1e-9) & (s <= end + 1e-9)
    s, k = s[inside], k[inside]
    if which == "oil":
        begin, end = end, begin
    if len(s) < 4 or abs(end - begin) < 1e-6:
        return None
    share = np.clip((s - begin) / (end - begin), 0.0, 1.0)
    at_end = float(k[np.argmax(share)])
    partway = (share > 0.05) & (share < 0.95) & (k > 0)
    if np.count_nonzero(partway) < 2:
        return None
    result = least_squares(
        lambda x: x[1] * share ** x[0] - k, [2.0, at_end], bounds=([0.3, 0.0], [15.0, 10.0]), xtol=1e-12
    )
    n, parameters = len(s), 2
    variance = 2 * float(result.cost) / max(n - parameters, 1)
    error = float(np.sqrt(max(np.linalg.pinv(result.jac.T @ result.jac)[0, 0] * variance, 0.0)))
    return Corey(
        begin=begin,
        end=end,
        top=float(result.x[1]),
        exponent=float(result.x[0]),
        exponent_error=error,
        n=n,
        deviation=float(np.sqrt(variance)) / max(at_end, 1e-12),
    )


def _ends(pair: _Pair) -> list[Finding]:
    tell = partial(
        found,
        badge=worst((pair.water.badge, pair.oil.badge)),
        source=COREY,
        warnings=pair.warnings,
        method=_("Where a curve reaches zero."),
    )
    at_end = float(np.interp(1 - pair.sor, pair.sw, pair.krw))
    at_begin = float(np.interp(pair.swc, pair.so, pair.kro))
    share = _("fraction")
    return [
        tell("swc", _("connate water saturation Swc"), pair.swc, share, series=pair.water.name),
        tell("sor", _("residual oil saturation Sor"), pair.sor, share, series=pair.oil.name),
        tell(
            "krw_max",
            _("relative permeability to water at residual oil"),
            at_end,
            series=pair.water.name,
            at=cell_of(1 - pair.sor, None),
            at_unit=share,
        ),
        tell(
            "kro_max",
            _("relative permeability to oil at connate water"),
            at_begin,
            series=pair.oil.name,
            at=cell_of(pair.swc, None),
            at_unit=share,
        ),
    ]


def _smooth(x: Array, y: Array) -> Smooth:
    """A monotone curve through points, constant beyond its ends."""
    from scipy.interpolate import PchipInterpolator

    curve = PchipInterpolator(x, y)
    return lambda s: np.asarray(curve(np.clip(s, x[0], x[-1])), dtype=np.float64)


def _crossing(pair: _Pair) -> list[Finding]:
    met = _met(pair)
    if met is None:
        return []
    place, value = met
    krw_end = float(np.interp(1 - pair.sor, pair.sw, pair.krw)) / max(float(pair.kro.max()), 1e-12)
    tell = partial(
        found,
        badge=worst((pair.water.badge, pair.oil.badge)),
        series=f"{pair.water.name} × {pair.oil.name}",
    )
    return [
        tell(
            "crossing",
            _("saturation at which both relative permeabilities are equal"),
            place,
            _("fraction"),
            details={"kr": value},
            method=_("Monotone interpolation between the points."),
            warnings=pair.warnings,
        ),
        tell(
            "wettability",
            _("wettability that the curves hint at"),
            _wettability(place, pair.swc, krw_end),
            details={"crossing": place, "swc": pair.swc, "krw_end": krw_end},
            method=_(
                "Rules of thumb: crossing above or below 0.5, Swc above 0.2 or below 0.15, krw at Sor "
                "below 0.3."
            ),
            source=CRAIG,
            warnings=[*pair.warnings, _("A hint only: wettability is measured on core.")],
        ),
    ]


def _met(pair: _Pair) -> tuple[float, float] | None:
    """The saturation at which both curves are equal, and what they are there."""
    low, high = max(pair.sw[0], pair.so[0]), min(pair.sw[-1], pair.so[-1])
    if high <= low:
        return None
    grid = np.linspace(low, high, 20_001)
    water, oil = _smooth(pair.sw, pair.krw), _smooth(pair.so, pair.kro)
    gap = water(grid) - oil(grid)
    met = np.flatnonzero((gap[:-1] < 0) & (gap[1:] >= 0))
    if not len(met):
        return None
    place = float(grid[met[0]] - gap[met[0]] * (grid[1] - grid[0]) / (gap[met[0] + 1] - gap[met[0]]))
    return place, float(water(np.array([place]))[0])


def _wettability(crossing: float, swc: float, krw_end: float) -> str:
    """By three rules of thumb, of which two must agree and none may object."""
    for_water = (crossing > 0.5) + (swc > 0.2) + (krw_end < 0.3)
    for_oil = (crossing <= 0.5) + (swc < 0.15) + (krw_end > 0.5)
    if for_water - for_oil >= 2:
        return _("water-wet")
    return _("oil-wet") if for_oil - for_water >= 2 else _("intermediate, not clear")


def _exponents(pair: _Pair, water: Corey | None, oil: Corey | None) -> list[Finding]:
    findings = []
    rows = (
        ("nw", _("Corey exponent of water"), water, pair.water),
        ("no", _("Corey exponent of oil"), oil, pair.oil),
    )
    for name, quantity, corey, curve in rows:
        if corey is None:
            continue
        warnings = list(pair.warnings)
        if corey.deviation > 0.05:
            warnings.append(_("A Corey curve describes these points badly."))
        findings.append(
            found(
                name,
                quantity,
                corey.exponent,
                badge=curve.badge,
                series=curve.name,
                error=corey.exponent_error * student(corey.n - 2),
                details={"standard_error": corey.exponent_error, "top": corey.top},
                method=_("Least squares, with Swc and Sor held."),
                source=COREY,
                warnings=warnings,
            )
        )
    return findings


def _front_of_pair(pair: _Pair, water: Corey | None, oil: Corey | None, stated: Given) -> list[Finding]:
    if "mu_w" not in stated or "mu_o" not in stated:
        return []
    try:
        mu_w, mu_o = stated["mu_w"].si("мПа·с"), stated["mu_o"].si("мПа·с")
    except units.UnknownUnit as error:
        badge = worst((pair.water.badge, pair.oil.badge))
        return [found("front_saturation", _("front"), None, badge=badge, warnings=[error.message])]
    if mu_w <= 0 or mu_o <= 0:
        return []
    krw, kro = _curves_of(pair, water, oil)

    def flow(s: Array) -> Array:
        mobile = krw(s) / mu_w
        return np.asarray(mobile / np.maximum(mobile + kro(s) / mu_o, 1e-300))

    grid = np.linspace(pair.swc, 1 - pair.sor, 3)
    return _front(flow, grid, pair.water, [*pair.warnings])


def _curves_of(pair: _Pair, water: Corey | None, oil: Corey | None) -> tuple[Smooth, Smooth]:
    """Corey's curves where both describe the points well, else what lies between the points."""
    if water is not None and oil is not None and max(water.deviation, oil.deviation) < 0.02:
        return water, oil
    return _smooth(pair.sw, pair.krw), _smooth(pair.so, pair.kro)


def welge(
    flow: Callable[[Array], Array], begin: float, end: float
) -> tuple[float, float, float, float] | None:
    """Welge's tangent from the initial saturation: saturation and share of water at the front, its slope,
    and the mean saturation behind it at breakthrough. ``None`` where no tangent exists.
    """
    grid = np.linspace(begin, end, 20_001)[1:]
    slopes = (flow(grid) - float(flow(np.array([begin]))[0])) / (grid - begin)
    best = int(np.argmax(slopes))
    slope = float(slopes[best])
    if slope <= 0:
        return None
    return float(grid[best]), float(flow(grid[best : best + 1])[0]), slope, begin + 1 / slope


def _front(flow: Callable[[Array], Array], sw: Array, curve: Curve, warnings: list[str]) -> list[Finding]:
    tangent = welge(flow, float(sw[0]), float(sw[-1]))
    if tangent is None:
        return []
    saturation, share, slope, mean = tangent
    tell = partial(
        found,
        badge=curve.badge,
        series=curve.name,
        source=WELGE,
        method=_(
            "Welge's tangent from the initial water saturation {begin}, without gravity and capillarity."
        ).format(begin=f"{float(sw[0]):.4g}"),
        warnings=warnings,
    )
    fraction = _("fraction")
    return [
        tell(
            "front_saturation",
            _("water saturation at the front"),
            saturation,
            fraction,
            details={"fw": share, "slope": slope, "pore_volumes_at_breakthrough": 1 / slope},
        ),
        tell(
            "front_flow",
            _("share of water in the flow at the front"),
            share,
            fraction,
            at=cell_of(saturation, None),
        ),
        tell(
            "average_saturation",
            _("mean water saturation behind the front at breakthrough"),
            mean,
            fraction,
        ),
        tell(
            "breakthrough",
            _("pore volumes injected at breakthrough"),
            1 / slope,
        ),
    ]
