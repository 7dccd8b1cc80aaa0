"""What an axis or a curve measures, told from its label in Russian or English and from its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion as units

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Axis

# Patterns are matched without regard to case. A symbol counts only as a whole word.
_WORDS: dict[str, str] = {
    "depth": r"глубин|\bdepth|\bdept\b|\b(md|tvd|tvdss|дпт)\b|абс\S* отметк",
    "time": r"врем|\btime|\bдат[аы]\b|\bdate|месяц|\bmonth|\bгод|\byear|\bdays?\b|\bсутки|период|"
    r"\bt\b|Δt|\bdt\b",
    "rate": r"дебит|\brate|добыча|добычи|production|\bq(_?[a-zа-я]{1,5})?\b|расход|приёмистост|приемистост",
    "cumulative": r"накопл|cumul|\b[nwg]p\b",
    "pressure": r"давлен|pressure|\bp(_?[a-zа-я]{1,5})?\b|\bр(_?[а-яa-z]{1,5})?\b|забойн|\bbhp\b",
    "temperature": r"температур|temperature|\bt(_?res|пл)?\b|\bт\b",
    "horner": r"хорнер|horner|\(\s*t\w*\s*\+\s*(Δ|d|∆)\s*t\w*\s*\)\s*/\s*(Δ|d|∆)\s*t",
    "saturation": r"водонасыщ|нефтенасыщ|насыщенност|saturation|\bs_?w\b|\bк_?в\b|\bs_?в\b",
    "relative permeability": r"относительн\S* фазов|\bофп\b|фазов\S* проницаем|relative perm|"
    r"\bk_?r_?[owgнв]?\b",
    "fractional flow": r"баклея|бакли|fractional flow|\bf_?w\b|\bf_?в\b|дол[яи] воды|обводн|water ?cut",
    "volume factor": r"объ[её]мн\S* коэф|formation volume|\bfvf\b|\bb_?[oogн]\b",
    "solution gas": r"газосодерж|растворенн\S* газ|растворённ\S* газ|solution gas|\br_?so?\b|\bgor\b|"
    r"газов\S* фактор",
    "derivative": r"производн|derivativ|\bΔp'|dp'|логарифмическ\S* производ",
    "drawdown": r"депресс|drawdown",
    "pressure change": r"Δ\s*p|\bdelta p|\bdp\b|измен\S* давл|pressure change|перепад",
}
_PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
_DIMENSIONS: dict[str, tuple[units.Dimension, ...]] = {
    "rate": (units.RATE, units.MASS_RATE),
    "pressure": (units.PRESSURE,),
    "temperature": (units.TEMPERATURE,),
    "time": (units.TIME,),
    "depth": (units.LENGTH,),
}


def says(kind: str, text: str) -> bool:
    """Whether a text names this kind of quantity."""
    return _PATTERNS[kind].search(_plain(text)) is not None


def measures(kind: str, axis: Axis) -> bool:
    """Whether an axis measures this kind of quantity: by its unit where that is known, else by its label.

    A unit of another dimension overrules the label: ``q, МПа`` is a pressure.
    """
    if kind == "time" and axis.kind == "date":
        return True
    wanted = _DIMENSIONS.get(kind)
    unit = units.parse(axis.unit) if axis.unit else None
    if wanted and unit is not None and unit.dimension != units.NUMBER:
        return unit.dimension in wanted and (
            kind not in {"depth"} or says(kind, axis.label) or not axis.label
        )
    return says(kind, axis.label)


def _plain(text: str) -> str:
    """Without the marks of mathematics that plotting libraries take: ``$q_{o}$`` is ``q_o``."""
    return re.sub(r"\\(?:mathrm|text|it|rm)\b|[${}\\]", "", text.replace("∆", "Δ"))
