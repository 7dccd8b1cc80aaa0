"""The expert for well logs: tracks of curves over depth, in Russian and English mnemonics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from rusoil_jupyter.figures import conversion as units
from rusoil_jupyter.figures.conversion import Quantity
from rusoil_jupyter.figures.experts import quantities, shale
from rusoil_jupyter.figures.experts.expert import Expert, Recognition, ascending, curves, found
from rusoil_jupyter.figures.experts.given import stated_in
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.finding import Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.experts.expert import Curve, Given
    from rusoil_jupyter.figures.experts.shale import Formula
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.values.finding import Finding

    Array = NDArray[np.float64]

Interval = tuple[float, float]
MOST_TRACKS = 40
MOST_INTERVALS = 200
NULLS = (-999.25, -999.0, -9999.0, -9999.25, -99999.0, -999.9)  # what LAS files write for "not measured"
# Kinds of curves by what they are called; the first that matches counts.
KINDS: tuple[tuple[str, str], ...] = (
    ("gr", r"\bгк\b|\bgr\b|\bsgr\b|\bcgr\b|гамма-каротаж|gamma.?ray|\bgamma\b|естественн\w+ радиоакт"),
    ("sp", r"\bпс\b|\bsp\b|spontaneous|самопроизвольн"),
    ("density", r"\bггк\w*|\brhob\b|\bden\b|density|плотност"),
    ("neutron", r"\bнгк\b|\bннк\w*|\bнк\b|\bw\b|\bnphi\b|\bneut\b|neutron|нейтрон"),
    ("sonic", r"\bак\b|\bdtp?\b|\bdtc\b|sonic|акустич|интервальн\w+ врем"),
    (
        "resistivity",
        r"\bуэс\b|\bкс\b|\bрк\b|\bбк\b|\bик\b|\bпз\b|\bгз\w*|\brt\b|\bil[dm]\b|\bll[ds]\b|\bres\b|"
        r"resist|сопротивл",
    ),
    ("caliper", r"\bдс\b|\bкв?нм\b|\bcali?\b|caliper|каверн"),
    ("porosity", r"\bкп\b|\bphi[te]?\b|\bpor\w*|пористост"),
    ("shale", r"\bкгл\b|\bvsh\b|\bvcl\b|глинист|shale volume"),
    ("saturation", r"\bsw\b|\bкв\b|\bкн\b|насыщенн|saturation"),
)
_CUTOFF = re.compile(
    r"(?P<name>[^\W\d][\w./-]{0,40})\s*(?:is\s+|был[аои]?\s+)?(?P<sign><=|>=|<|>|≤|≥|меньше|менее|"
    r"ниже|больше|более|выше|"
    r"less\s+than|below|under|more\s+than|greater\s+than|above|"
    r"over)\s*(?:чем\s+)?(?P<value>[-−]?\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)
_LESS = ("<", "≤", "меньше", "менее", "ниже", "less", "below", "under")


@dataclass(frozen=True)
class Track:
    """One curve over ascending depth."""

    curve: Curve
    depth: Array
    value: Array
    depth_axis: Axis
    value_axis: Axis
    kind: str

    @property
    def name(self) -> str:
        """What the curve is called."""
        return self.curve.name

    def at(self, depth: float) -> float | None:
        """The value at a depth, linear between samples; ``None`` outside the curve."""
        if not self.depth[0] <= depth <= self.depth[-1]:
            return None
        return float(np.interp(depth, self.depth, self.value))


@dataclass(frozen=True)
class Cutoff:
    """``name`` (a kind of curve, or what it is called) below or above ``value``."""

    name: str
    below: bool
    value: float


_SHALE = r"(?:(?:глинист|\bvsh\b|\bкгл\b|shale).*)"


class WellLog(Expert):
    """Intervals by cutoffs, net thickness, shale volume, and what is wrong with how a log is drawn."""

    name: ClassVar[str] = "well_log"
    arithmetic: ClassVar[frozenset[str]] = frozenset({"logged_interval", "tracks", "mean"})
    asks: ClassVar[tuple[tuple[str, str], ...]] = (
        ("net_to_gross", r"песчанистост|net.?to.?gross|\bn/?g\b|\bntg\b"),
        (
            "net_thickness",
            r"эффективн\w+ (?:толщин|мощност)|суммарн\w+ (?:толщин|мощност)|net (?:thickness|pay|sand)|pay",
        ),
        (
            "intervals",
            r"(?:в |на )?каки\w+ интервал\w*|интервал\w*,? (?:коллектор|где)|пропластк|коллектор|"
            r"which intervals?|reservoir intervals?|pay zones?|net zones?",
        ),
        (
            "vsh_larionov_old",
            rf"{_SHALE}?(?:ларионов|larionov).*(?:древн|стар|дотретич|old|pre-?tertiary|мезозо|палеозо)",
        ),
        ("vsh_larionov_young", rf"{_SHALE}?(?:ларионов|larionov)"),
        ("vsh_clavier", rf"{_SHALE}?(?:клавье|clavier)"),
        ("vsh_steiber", rf"{_SHALE}?(?:штайбер|стейбер|steiber|stieber)"),
        ("vsh_linear", r"глинист|\bvsh\b|\bкгл\b|shale"),
        ("alpha_sp", r"альфа.?пс|αпс|α_?пс|alpha.?sp"),
        (
            "value_at",
            r"^(?!.*(?:глинист|\bvsh\b|shale|пс\b.*альфа|αпс|alpha)).*(?:на глубине|at (?:a |the "
            r")?depth|at \d)",
        ),
        (
            "logged_interval",
            r"(?:интервал|диапазон)\w* (?:глубин|записи)|шаг\w* (?:по )?(?:глубин|квант)|depth range|"
            r"logged interval|top and bottom",
        ),
        ("tracks", r"кривые|кривых|треки|треков|curves|tracks|методы"),
    )

    also: ClassVar[Mapping[str, str]] = {
        "vsh_larionov_old": r"древн\w+|стар\w+|пород\w*|older|old|rocks?|shale volume|глинистост\w*",
        "vsh_larionov_young": r"молод\w+|третичн\w+|пород\w*|tertiary|young\w*|rocks?|shale volume|"
        r"глинистост\w*",
        "vsh_linear": r"volume|индекс\w*|объ[её]м\w*|mean|average|средн\w+",
        "net_to_gross": r"коэффициент\w*|ratio|отношени\w*",
        "net_thickness": r"эффективн\w+|суммарн\w+|толщин\w*|коллектор\w*|net|thickness|total|reservoir|pay",
        "intervals": r"коллектор\w*|reservoir|есть|lie|выделя\w+",
    }

    def recognise(self, reading: Reading) -> Recognition | None:
        """Curves that run down along depth."""
        tracks = _tracks(reading)
        if not tracks:
            return None
        known = [track.name for track in tracks if track.kind]
        vertical = tracks[0].curve.series.along == "y"
        confidence = (0.95 if known else 0.7) if vertical else (0.85 if known else 0.4)
        names = ", ".join((known or [track.name for track in tracks])[:5])
        return Recognition(confidence, _("Curves over depth: {names}.").format(names=names))

    def findings(self, reading: Reading, stated: Given) -> list[Finding]:
        """Depths, curves, intervals by the cutoffs given or drawn, thickness and shale volume."""
        tracks = _tracks(reading)
        if not tracks:
            return []
        warnings = drawing_warnings(tracks)
        findings = [_interval(tracks, warnings), _list(tracks, warnings)]
        findings += _at_depth(tracks, stated, warnings)
        findings += _reservoir(tracks, stated, warnings)
        findings += _shale(tracks, stated, warnings)
        findings += _spontaneous(tracks, stated, warnings)
        findings += [_summary(track) for track in tracks]
        return findings


def kind_of(words: str) -> str:
    """Which kind of log a mnemonic or label names, or an empty text."""
    folded = words.casefold().replace("_", " ")
    return next((kind for kind, pattern in KINDS if re.search(pattern, folded)), "")


def cutoffs(text: str) -> list[Cutoff]:
    """The conditions that a question states: ``ГК < 60``, "GR below 75", "УЭС больше 5 Ом·м"."""
    read = []
    for matched in _CUTOFF.finditer(text[:10_000]):
        sign = matched.group("sign").casefold()
        value = float(matched.group("value").replace(",", ".").replace("−", "-"))
        read.append(Cutoff(matched.group("name"), sign.startswith(_LESS), value))
    return read


def cutoffs_as_given(text: str) -> dict[str, Quantity]:
    """The same as entries of what is given: ``{"ГК <": 60}``."""
    return {name: quantity for name, (quantity, _span) in cutoffs_at(text).items()}


def cutoffs_at(text: str) -> dict[str, tuple[Quantity, tuple[int, int]]]:
    """As :func:`cutoffs_as_given`, each with where it is stated."""
    spans = [matched.span() for matched in _CUTOFF.finditer(text[:10_000])]
    return {
        f"{one.name} {'<' if one.below else '>'}": (Quantity(one.value), span)
        for one, span in zip(cutoffs(text), spans, strict=True)
    }


def intervals(depth: Array, value: Array, level: float, *, below: bool) -> list[Interval]:
    """Where a curve over ascending depth is on one side of a level: tops and bottoms.

    Between two samples the depth at which it crosses is interpolated; over a gap of more than three steps
    nothing is said.
    """
    if len(depth) < 2:
        return []
    good = value < level if below else value > level
    steps = np.diff(depth)
    near = steps <= 3.5 * float(np.median(steps))
    pieces: list[Interval] = []
    for i in np.flatnonzero(near & (good[:-1] | good[1:])):
        top, bottom = float(depth[i]), float(depth[i + 1])
        if good[i] != good[i + 1]:
            cross = top + (bottom - top) * float((level - value[i]) / (value[i + 1] - value[i]))
            top, bottom = (top, cross) if good[i] else (cross, bottom)
        if pieces and abs(pieces[-1][1] - top) < 1e-9 * max(abs(top), 1.0):
            pieces[-1] = (pieces[-1][0], bottom)
        else:
            pieces.append((top, bottom))
    return [piece for piece in pieces if piece[1] > piece[0]]


def both(first: list[Interval], second: list[Interval]) -> list[Interval]:
    """Where two lists of ascending intervals overlap."""
    met, i, j = [], 0, 0
    while i < len(first) and j < len(second):
        top, bottom = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if bottom > top:
            met.append((top, bottom))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return met


def _tracks(reading: Reading) -> list[Track]:
    tracks = []
    for curve in curves(reading):
        track = _track(curve)
        if track is not None:
            tracks.append(track)
    vertical = [track for track in tracks if track.curve.series.along == "y"]
    return (vertical or tracks)[:MOST_TRACKS]


def _track(curve: Curve) -> Track | None:
    down = curve.series.along == "y"
    depth_axis, value_axis = (curve.y_axis, curve.x_axis) if down else (curve.x_axis, curve.y_axis)
    kind = kind_of(curve.series.label) or kind_of(value_axis.label) or kind_of(curve.panel.title)
    if not depth_axis.kind == value_axis.kind == "number" or not (down or kind):
        return None
    if not _is_depth(depth_axis, down=down, known=bool(kind)):
        return None
    depth, value = ascending(curve.y, curve.x) if down else ascending(curve.x, curve.y)
    return Track(curve, depth, value, depth_axis, value_axis, kind) if len(depth) >= 3 else None


def _is_depth(axis: Axis, *, down: bool, known: bool) -> bool:
    """By its name; or as it is drawn, where it has none, or the curve is ``known``."""
    if quantities.says("depth", axis.label):
        return True
    is_drawn_so = axis.inverted or units.measures(axis.unit, units.LENGTH)
    return down and is_drawn_so and (known or not axis.label)


def drawing_warnings(tracks: list[Track]) -> list[str]:
    """What makes a log doubtful as it is drawn."""
    warnings = []
    if any(t.curve.series.along == "y" and not t.depth_axis.inverted for t in tracks):
        warnings.append(_("Depth does not run downwards: the axis of depth is not inverted."))
    depth_units = {units.parse(t.depth_axis.unit) for t in tracks if t.depth_axis.unit}
    if len(depth_units) > 1:
        warnings.append(_("Depths are in different units (metres and feet): thicknesses can't be compared."))
    return warnings + [warning for track in tracks for warning in _warnings_of(track)]


def _warnings_of(track: Track) -> Iterator[str]:
    nulls = track.value[np.isin(np.round(track.value, 4), NULLS)]
    if nulls.size:
        yield _(
            "“{name}”: {n} values like {value} stand for “not measured” and are drawn as if they were data."
        ).format(name=track.name, n=nulls.size, value=f"{float(nulls[0]):g}")
    hidden = int(np.count_nonzero(track.value <= 0)) if track.value_axis.scale == "log" else 0
    if hidden:
        yield _("“{name}”: {n} values of zero or less can't be shown on the logarithmic axis.").format(
            name=track.name, n=hidden
        )
    steps = np.diff(track.curve.y if track.curve.series.along == "y" else track.curve.x)
    if (steps > 0).any() and (steps < 0).any():
        yield _("“{name}”: depth goes back and forth.").format(name=track.name)


def _measured(track: Track) -> Track:
    """The track without the values that stand for "not measured"."""
    good = ~np.isin(np.round(track.value, 4), NULLS)
    if good.all() or np.count_nonzero(good) < 3:
        return track
    return Track(
        track.curve, track.depth[good], track.value[good], track.depth_axis, track.value_axis, track.kind
    )


def _interval(tracks: list[Track], warnings: list[str]) -> Finding:
    top, bottom = min(t.depth[0] for t in tracks), max(t.depth[-1] for t in tracks)
    first = tracks[0]
    return found(
        "logged_interval",
        _("logged interval"),
        float(bottom - top),
        first.depth_axis.unit,
        badge=first.curve.badge,
        details={
            "top": float(top),
            "bottom": float(bottom),
            "step": float(np.median(np.diff(first.depth))),
            "downwards": 1.0 if first.depth_axis.inverted else 0.0,
        },
        warnings=warnings,
    )


def _list(tracks: list[Track], warnings: list[str]) -> Finding:
    return found(
        "tracks",
        _("curves"),
        float(len(tracks)),
        badge=tracks[0].curve.badge,
        items=[
            f"{track.name}, {track.value_axis.unit}" if track.value_axis.unit else track.name
            for track in tracks
        ],
        warnings=warnings,
    )


def _summary(track: Track) -> Finding:
    track = _measured(track)
    low, high = int(np.argmin(track.value)), int(np.argmax(track.value))
    return found(
        "mean",
        _("mean"),
        float(np.mean(track.value)),
        track.value_axis.unit,
        badge=track.curve.badge,
        series=track.name,
        details={
            "min": float(track.value[low]),
            "max": float(track.value[high]),
            "depth_of_min": float(track.depth[low]),
            "depth_of_max": float(track.depth[high]),
            "missing": float(track.curve.missing),
        },
    )


def _at_depth(tracks: list[Track], stated: Given, warnings: list[str]) -> list[Finding]:
    findings = []
    for track in map(_measured, tracks):
        depth = stated_in(stated, "depth", track.depth_axis.unit)
        value = None if depth is None else track.at(depth)
        if depth is not None and value is not None:
            findings.append(
                found(
                    "value_at",
                    track.name,
                    value,
                    track.value_axis.unit,
                    badge=track.curve.badge,
                    series=track.name,
                    at=cell_of(depth, None),
                    at_unit=track.depth_axis.unit,
                    method=_("Linear between samples."),
                    warnings=warnings,
                )
            )
    return findings


def _ends_of_gamma(track: Track, stated: Given) -> tuple[float, float, list[str]]:
    clean = stated["GRmin"].value if "GRmin" in stated else float(np.percentile(track.value, 5))
    full = stated["GRmax"].value if "GRmax" in stated else float(np.percentile(track.value, 95))
    if {"GRmin", "GRmax"} <= set(stated):
        return clean, full, []
    sentence = _(
        "GR of clean rock ({clean}) and of shale ({shale}) are not given: the 5th and 95th percentiles."
    )
    return clean, full, [sentence.format(clean=f"{clean:.4g}", shale=f"{full:.4g}")]


def _conditions(tracks: list[Track], stated: Given) -> tuple[list[tuple[Track, Cutoff]], list[str]]:
    """The cutoffs that are given, each with its curve; else the line drawn in the gamma-ray track; else
    half the index.
    """
    cutoffs = [
        Cutoff(key[:-2], key.endswith("<"), quantity.value)
        for key, quantity in stated.items()
        if key.endswith((" <", " >"))
    ]
    chosen = [(track, cutoff) for cutoff in cutoffs if (track := named(tracks, cutoff.name)) is not None]
    gamma = _of_kind(tracks, "gr")
    if chosen or gamma is None:
        return chosen, []
    level, warnings = _drawn_cutoff(gamma), []
    if level is None:
        clean, full, _percentiles = _ends_of_gamma(gamma, stated)
        level = (clean + full) / 2
        sentence = _("No cutoff is given: half of the gamma-ray index is taken, {name} < {level}.")
        warnings = [sentence.format(name=gamma.name, level=f"{level:.4g}")]
    return [(gamma, Cutoff(gamma.name, True, level))], warnings


def _drawn_cutoff(track: Track) -> float | None:
    """The first line of a number that is drawn across the values of a curve."""
    series = track.curve.series
    axis = series.x if series.along == "y" else series.y
    drawn = [r.value for r in track.curve.panel.references if r.axis == axis and r.end is None]
    return next((float(value) for value in drawn if isinstance(value, float | int)), None)


def _of_kind(tracks: list[Track], kind: str) -> Track | None:
    return next((track for track in tracks if track.kind == kind), None)


def named(tracks: Iterable[Track], name: str) -> Track | None:
    """The curve that is called so, or is of the kind that the name means."""
    folded, kind = name.casefold(), kind_of(name)
    tracks = list(tracks)
    exact = [t for t in tracks if re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", t.curve.words.casefold())]
    alike = [t for t in tracks if kind and t.kind == kind]
    return next(iter([*exact, *alike]), None)


def _reservoir(tracks: list[Track], stated: Given, warnings: list[str]) -> list[Finding]:
    chosen, notes = _conditions([_measured(track) for track in tracks], stated)
    if not chosen:
        return []
    met = reduce(both, (intervals(t.depth, t.value, cut.value, below=cut.below) for t, cut in chosen))
    first = chosen[0][0]
    unit = first.depth_axis.unit
    lengths = [bottom - top for top, bottom in met]
    net, gross = sum(lengths), float(first.depth[-1] - first.depth[0])
    rule = ", ".join(f"{t.name} {'<' if cut.below else '>'} {cut.value:g}" for t, cut in chosen)
    tell = partial(
        found,
        badge=first.curve.badge,
        series=", ".join(dict.fromkeys(track.name for track, _cutoff in chosen)),
        warnings=[*warnings, *notes],
    )
    shown = met[:MOST_INTERVALS]
    return [
        tell(
            "intervals",
            _("intervals where {rule}").format(rule=rule),
            float(len(met)),
            points=[Point(at=cell_of(top, None), value=cell_of(bottom, None)) for top, bottom in shown],
            items=[f"{top:.2f}-{bottom:.2f} {unit}".strip() for top, bottom in shown],
            details={"thickest": max(lengths, default=0.0)},
            method=_("Depths of the cutoff are interpolated between samples."),
        ),
        tell(
            "net_thickness",
            _("net thickness ({rule})").format(rule=rule),
            net,
            unit,
            method=_("The intervals added up along the hole."),
        ),
        tell(
            "net_to_gross",
            _("net to gross ({rule})").format(rule=rule),
            net / gross if gross > 0 else None,
            details={"net": net, "gross": gross},
        ),
    ]


def _shale(tracks: list[Track], stated: Given, warnings: list[str]) -> list[Finding]:
    gamma = _of_kind(tracks, "gr")
    if gamma is None:
        return []
    gamma = _measured(gamma)
    clean, full, notes = _ends_of_gamma(gamma, stated)
    if full <= clean:
        return []
    depth = stated_in(stated, "depth", gamma.depth_axis.unit)
    at = None if depth is None else gamma.at(depth)
    names: dict[Formula, str] = {
        "linear": _("linear"),
        "larionov_young": _("Larionov, Tertiary rocks"),
        "larionov_old": _("Larionov, older rocks"),
        "clavier": _("Clavier"),
        "steiber": _("Steiber"),
    }
    findings = []
    for formula in shale.FORMULAS:
        values = shale.volume(shale.index(gamma.value, clean, full), formula)
        mean = float(np.trapezoid(values, gamma.depth) / (gamma.depth[-1] - gamma.depth[0]))
        value, quantity = mean, _("mean shale volume ({formula})")
        if at is not None:
            value = float(shale.volume(shale.index(np.array([at]), clean, full), formula)[0])
            quantity = _("shale volume ({formula})")
        findings.append(
            found(
                f"vsh_{formula}",
                quantity.format(formula=names[formula]),
                value,
                _("fraction"),
                badge=gamma.curve.badge,
                series=gamma.name,
                at=None if at is None or depth is None else cell_of(depth, None),
                at_unit=gamma.depth_axis.unit if at is not None else "",
                details={"GRmin": clean, "GRmax": full, "mean": mean},
                method=_("From the gamma-ray index (GR - GRmin)/(GRmax - GRmin)."),
                source=shale.SOURCES[formula],
                warnings=[*warnings, *notes],
            )
        )
    return findings


def _spontaneous(tracks: list[Track], stated: Given, warnings: list[str]) -> list[Finding]:
    track = _of_kind(tracks, "sp")
    if track is None:
        return []
    track = _measured(track)
    depth = stated_in(stated, "depth", track.depth_axis.unit)
    value = None if depth is None else track.at(depth)
    low, high = (float(np.percentile(track.value, share)) for share in (5, 95))
    if value is None or high <= low:
        return []
    return [
        found(
            "alpha_sp",
            _("relative SP amplitude αSP"),
            float(np.clip((high - value) / (high - low), 0.0, 1.0)),
            badge=track.curve.badge,
            series=track.name,
            at=cell_of(depth or 0.0, None),
            at_unit=track.depth_axis.unit,
            details={"clean": low, "shale": high},
            method=_("(SPshale - SP)/(SPshale - SPclean), the ends being the 95th and 5th percentiles."),
            source="Дахнов В.Н. Интерпретация результатов геофизических исследований разрезов "
            "скважин. Недра, 1982",
            warnings=warnings,
        )
    ]
