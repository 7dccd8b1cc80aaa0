"""The unit in a label: «Дебит, м³/сут», "Pressure (MPa)", "Depth [m]", and mathtext as plain text.

A unit is recognised by its parts, so that "Depth (TVD)" and "Rate (log scale)" have none: every part of the
product must be a known unit, with or without a prefix, in Russian or in English. Square brackets hold
units by convention and are believed.
"""

from __future__ import annotations

import re
from functools import lru_cache

MOST_CHARS = 24  # of a unit
_SUPERSCRIPT = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "0123456789+--")

_PREFIXED = (
    "m g s Hz Pa bar N J W Wh V A Ohm ohm eV D P St K mol l L t B b cal Bq Sv T F H "
    "м г с Гц Па бар Н Дж Вт Втч В А Ом эВ Д П Ст К моль л т Б бит байт кал Бк Зв Тл Ф Гн"
)
_PREFIXES = "Y Z E P T G M k h da d c m µ μ u n p f a Т Г М к г да д с м мк н п"
_WHOLE = (
    "% ‰ ° °C °F °K °С °API API APIgr degC deg rad grad град рад °/m psi psia psig ksi atm ata at mmHg "
    "inHg torr atü kgf lbf dyn dyne ft in inch yd mi mile nm pm ppm ppb pu p.u. v/v frac dec GAPI gAPI "
    "api us/ft sec min h hr hrs hour hours d day days wk week month months mo y yr year years bbl bbls "
    "stb STB rb RB scf SCF Mscf MMscf Bscf Mcf MMcf Bcf Tcf cf ft3 Mbbl MMbbl Mstb MMstb bpd bopd BOPD "
    "bwpd blpd boe BOE MMboe gal lb lbm oz ton tons tonne tonnes ha acre cP cSt mD md D darcy cp rpm "
    "BTU btu Btu MMBtu ohmm ohm.m Ω USD EUR RUB $ € ₽ £ ¥ руб руб. коп. долл. у.е. атм ат ата ати кгс "
    "тс мм.рт.ст. мм рт.ст. сут сут. день дней дни ч час часов мин мин. сек сек. нед нед. мес мес. "
    "месяц месяцев г. год годы лет кв. шт шт. чел. чел д.ед. д.е. доли ед ед. отн.ед. %об. %масс. га "
    "тыс. тыс млн млн. млрд млрд. д. млн.т мД Дарси сП сСт об/мин град. градусы бэр мкР/ч мкР мР Р "
    "баррель барр барр. усл.ед. шт./сут k K M MM B thousand million billion bn mln px pt dB дБ °C/m "
    "°С/м pH"
)


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    bases, prefixes = _PREFIXED.split(), ["", *_PREFIXES.split()]
    return frozenset([*_WHOLE.split(), *(prefix + base for base in bases for prefix in prefixes)])


_PARTS = re.compile(r"[\s/·*⋅×.()]+")
_POWER = re.compile(r"(?:\*\*|\^)?[-+]?\d+$")
_BRACKETS = (
    re.compile(r"^(.*?)\s*\[([^\[\]]+)\]\s*$"),
    re.compile(r"^(.*?)(?<!/)\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)\s*$"),
)
_WORDS = re.compile(r"^(?:in|в)\s+(?=\S)")  # "Weight (in kg)"
_COMMA = re.compile(r"^(.*\S)\s*,\s*([^,]+)$")


def parted(label: str) -> tuple[str, str]:
    """The label without its unit, and the unit; ``""`` where it has none.

    >>> parted("Дебит нефти, м³/сут")
    ('Дебит нефти', 'м³/сут')
    """
    text = plain(label)
    square, round_ = (pattern.match(text) for pattern in _BRACKETS)
    if square and len(square[2]) <= MOST_CHARS:
        return square[1].rstrip(" ,"), square[2].strip()
    for match in (round_, _COMMA.match(text)):
        if match and is_unit(match[2]):
            return match[1].rstrip(" ,"), _WORDS.sub("", match[2].strip())
    return text, ""


def is_unit(text: str) -> bool:
    """Whether every part of the text is a unit or a power of one."""
    text = _WORDS.sub("", text.strip())
    if not text or len(text) > MOST_CHARS:
        return False
    if text in _names():
        return True
    parts = [part for part in _PARTS.split(text) if part]
    return bool(parts) and all(map(_known, parts)) and not all(part.isdigit() for part in parts)


def _known(part: str) -> bool:
    if part in _names() or part == "1":
        return True
    base = _POWER.sub("", part.translate(_DIGITS))
    return base in _names() or base + "." in _names() or (base == "10" and part != "10")


_COMMAND = re.compile(r"\\(?:mathrm|mathit|mathbf|mathregular|text|textbf|textit|rm|it|bf)\b\s*")
_SYMBOLS = {
    r"\cdot": "·",
    r"\times": "×",
    r"\mu": "μ",
    r"\Omega": "Ω",
    r"\Delta": "Δ",
    r"\phi": "φ",
    r"\rho": "ρ",
    r"\sigma": "σ",
    r"\alpha": "α",
    r"\beta": "β",
    r"\gamma": "γ",
    r"\pi": "π",
    r"\circ": "°",
    r"\degree": "°",
    r"\pm": "±",
    r"\leq": "≤",
    r"\geq": "≥",
    r"\%": "%",
    r"\,": " ",
    r"\ ": " ",
}
_MATH = re.compile(r"(?<!\\)\$([^$]{1,400})\$")


def plain(label: str) -> str:
    """The label with simple mathtext as the characters it draws, on one line."""
    if "$" in label:
        label = _MATH.sub(lambda match: _drawn(match[1]), label)
    return " ".join(label.split())


def _drawn(math: str) -> str:
    text = _COMMAND.sub("", math)
    for command, symbol in _SYMBOLS.items():
        text = re.sub(re.escape(command) + r"(?![A-Za-z])", symbol, text)
    text = re.sub(r"\^\{?([-+]?\d+)\}?", lambda power: power[1].translate(_SUPERSCRIPT), text)
    text = re.sub(r"\^\{?°\}?", "°", text)
    text = re.sub(r"_\{([^{}]*)\}", r"_\1", text)
    return text.replace("{", "").replace("}", "")


_SCALES = {
    "thousand": 1e3,
    "тыс": 1e3,
    "million": 1e6,
    "mln": 1e6,
    "млн": 1e6,
    "billion": 1e9,
    "bln": 1e9,
    "млрд": 1e9,
}
_SCALE = re.compile(rf"\s*({'|'.join(_SCALES)})\.?\s*", re.IGNORECASE)


def scaled(unit: str) -> tuple[float, str]:
    """What "thousand" or «млн» multiplies a unit by, and the unit itself: "thousand $" is 1,000 and "$"."""
    match = _SCALE.match(unit)
    return (_SCALES[match[1].lower()], unit[match.end() :].strip()) if match else (1.0, unit.strip())
