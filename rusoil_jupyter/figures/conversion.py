"""Units of measurement as petroleum engineers write them, in Russian and in English, converted exactly.

Factors are definitions, not measurements: SI Brochure (BIPM, 9th edition, 2019) and NIST Special Publication
811 (2008) for the inch, pound, atmosphere and calendar units; "The SI Metric System of Units and SPE Metric
Standard" (SPE, 1984) for the barrel of 42 US gallons and the darcy. A month is a twelfth of a year of
365.25 days. Gauge pressures (``psig``, ``ати``) are not converted: they need the atmosphere of the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _

Dimension = tuple[int, int, int, int]  # powers of length, mass, time, temperature

_FOOT = 0.3048
_INCH = 0.0254
_POUND = 0.45359237
_GRAVITY = 9.80665
_ATMOSPHERE = 101325.0
_GALLON = 231 * _INCH**3
_BARREL = 42 * _GALLON
_DARCY = 1e-7 / _ATMOSPHERE  # 1 cm3/s of 1 cP through 1 cm2 under 1 atm/cm
_DAY = 86400.0
_YEAR = 365.25 * _DAY

NUMBER: Dimension = (0, 0, 0, 0)
LENGTH: Dimension = (1, 0, 0, 0)
AREA: Dimension = (2, 0, 0, 0)  # permeability, too
VOLUME: Dimension = (3, 0, 0, 0)
MASS: Dimension = (0, 1, 0, 0)
TIME: Dimension = (0, 0, 1, 0)
TEMPERATURE: Dimension = (0, 0, 0, 1)
PRESSURE: Dimension = (-1, 1, -2, 0)
VISCOSITY: Dimension = (-1, 1, -1, 0)
DENSITY: Dimension = (-3, 1, 0, 0)
COMPRESSIBILITY: Dimension = (1, -1, 2, 0)
RATE: Dimension = (3, 0, -1, 0)
ENERGY: Dimension = (2, 1, -2, 0)
FREQUENCY: Dimension = (0, 0, -1, 0)
MASS_RATE: Dimension = (0, 1, -1, 0)
PERMEABILITY_THICKNESS: Dimension = (3, 0, 0, 0)


class UnknownUnit(InvalidRequest):
    """A unit this table does not have, or two that do not measure the same."""


@dataclass(frozen=True)
class Unit:
    """``value * factor + offset`` is the value in SI units of ``dimension``."""

    factor: float
    dimension: Dimension
    offset: float = 0.0


@dataclass(frozen=True)
class Quantity:
    """A number with its unit as written; an empty unit means that none was given."""

    value: float
    unit: str = ""

    def to(self, unit: str) -> float:
        """The value in ``unit``; as it is where none was given.

        Raises:
            UnknownUnit: one of the units is not known, or they do not measure the same.
        """
        return self.value if not self.unit else convert(self.value, self.unit, unit)

    def si(self, default: str) -> float:
        """The value in SI, in ``default`` where no unit was given.

        Raises:
            UnknownUnit: the unit does not measure what ``default`` does.
        """
        wanted = known(default)
        unit = known(self.unit) if self.unit else wanted
        if unit.dimension != wanted.dimension:
            raise _mismatch(self.unit, default)
        return self.value * unit.factor + unit.offset


_ONE = Unit(1.0, NUMBER)
# Case counts only where it tells milli from mega, and kelvin from kilo.
_EXACT: dict[str, Unit] = {
    "МПа": Unit(1e6, PRESSURE),
    "Мпа": Unit(1e6, PRESSURE),
    "Mpa": Unit(1e6, PRESSURE),
    "мПа": Unit(1e-3, PRESSURE),
    "MPa": Unit(1e6, PRESSURE),
    "mPa": Unit(1e-3, PRESSURE),
    "Mt": Unit(1e9, MASS),
    "Мт": Unit(1e9, MASS),
    "K": Unit(1.0, TEMPERATURE),
    "К": Unit(1.0, TEMPERATURE),
    "C": Unit(1.0, TEMPERATURE, 273.15),
    "С": Unit(1.0, TEMPERATURE, 273.15),
    "F": Unit(5 / 9, TEMPERATURE, 459.67 * 5 / 9),
    "D": Unit(_DARCY, AREA),
    "Д": Unit(_DARCY, AREA),
    "MD": Unit(1e6 * _DARCY, AREA),
    "d": Unit(_DAY, TIME),
    "T": Unit(1e3, MASS),
    "Т": Unit(1e3, MASS),
    "M": Unit(1.0, LENGTH),
    "М": Unit(1.0, LENGTH),
}
_TABLE: list[tuple[str, Unit]] = [
    ("м m метр метра метров meter meters metre metres", Unit(1.0, LENGTH)),
    ("км km", Unit(1e3, LENGTH)),
    ("дм dm", Unit(0.1, LENGTH)),
    ("см cm", Unit(1e-2, LENGTH)),
    ("мм mm", Unit(1e-3, LENGTH)),
    ("мкм µm μm um", Unit(1e-6, LENGTH)),
    ("ft фут футов foot feet фт", Unit(_FOOT, LENGTH)),
    ("in inch inches дюйм дюйма дюймов", Unit(_INCH, LENGTH)),
    ("кг kg", Unit(1.0, MASS)),
    ("г g гр", Unit(1e-3, MASS)),
    ("т t тонн тонна тонны ton tons tonne tonnes", Unit(1e3, MASS)),
    ("кт kt", Unit(1e6, MASS)),
    ("lb lbm lbs", Unit(_POUND, MASS)),
    ("с сек s sec second seconds секунд", Unit(1.0, TIME)),
    ("мкс us µs μs mks", Unit(1e-6, TIME)),
    ("мин min minute minutes минут", Unit(60.0, TIME)),
    ("ч час часа часов часы h hr hrs hour hours", Unit(3600.0, TIME)),
    ("сут суток сутки день дней дня дни дн day days", Unit(_DAY, TIME)),
    ("нед week weeks неделя недели недель", Unit(7 * _DAY, TIME)),
    ("мес месяц месяца месяцы месяцев month months mo mon", Unit(_YEAR / 12, TIME)),
    ("год года годы лет г. year years yr yrs", Unit(_YEAR, TIME)),
    ("па pa", Unit(1.0, PRESSURE)),
    ("кпа kpa", Unit(1e3, PRESSURE)),
    ("гпа gpa", Unit(1e9, PRESSURE)),
    ("бар bar bara бара", Unit(1e5, PRESSURE)),
    ("атм atm", Unit(_ATMOSPHERE, PRESSURE)),
    ("ат ата at кгс/см2 kgf/cm2 кг/см2", Unit(_GRAVITY * 1e4, PRESSURE)),
    ("кдж kj", Unit(1e3, ENERGY)),
    ("мдж mj", Unit(1e6, ENERGY)),
    ("гдж gj", Unit(1e9, ENERGY)),
    ("вт·ч втч wh w·h", Unit(3.6e3, ENERGY)),
    ("квт·ч квтч квт*ч kwh kw·h", Unit(3.6e6, ENERGY)),
    ("мвт·ч мвтч мвт*ч mwh mw·h", Unit(3.6e9, ENERGY)),
    ("гвт·ч гвтч гвт*ч gwh gw·h", Unit(3.6e12, ENERGY)),
    ("гц hz", Unit(1.0, FREQUENCY)),
    ("кгц khz", Unit(1e3, FREQUENCY)),
    ("мгц mhz", Unit(1e6, FREQUENCY)),
    ("мс ms мсек msec", Unit(1e-3, TIME)),
    ("мг mg", Unit(1e-6, MASS)),
    ("кгс kgf", Unit(_GRAVITY, (1, 1, -2, 0))),
    ("psi psia фунт/дюйм2", Unit(_POUND * _GRAVITY / _INCH**2, PRESSURE)),
    ("сп спз cp сантипуаз", Unit(1e-3, VISCOSITY)),
    ("мд md мдарси millidarcy", Unit(1e-3 * _DARCY, AREA)),
    ("дарси darcy", Unit(_DARCY, AREA)),
    ("л l литр литров liter litre", Unit(1e-3, VOLUME)),
    ("bbl stb rb баррель баррелей барр barrel barrels", Unit(_BARREL, VOLUME)),
    ("mbbl mstb", Unit(1e3 * _BARREL, VOLUME)),
    ("mmbbl mmstb", Unit(1e6 * _BARREL, VOLUME)),
    ("bopd bpd bfpd blpd bwpd stb/d", Unit(_BARREL / _DAY, RATE)),
    ("scf cf cuft", Unit(_FOOT**3, VOLUME)),
    ("mscf mcf", Unit(1e3 * _FOOT**3, VOLUME)),
    ("mmscf mmcf", Unit(1e6 * _FOOT**3, VOLUME)),
    ("gal gallon", Unit(_GALLON, VOLUME)),
    ("°c degc oc ℃ град.c градус", Unit(1.0, TEMPERATURE, 273.15)),
    ("°f degf ℉", Unit(5 / 9, TEMPERATURE, 459.67 * 5 / 9)),
    ("%", Unit(1e-2, NUMBER)),
    ("д.ед д.ед. доли доли.ед доли.ед. ед ед. д.е. fraction frac v/v dec безразм", _ONE),
    ("cst сст", Unit(1e-6, (2, 0, -1, 0))),
]
_FOLDED: dict[str, Unit] = {name: unit for names, unit in _TABLE for name in names.split()}
_THOUSANDS = {"тыс": 1e3, "тыс.": 1e3, "thousand": 1e3, "млн": 1e6, "млн.": 1e6, "million": 1e6, "млрд": 1e9}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUBSTANCE = re.compile(r"(?<=\w)\s+CO[2₂][- ]?(?:e|eq\.?|экв\.?)?$", re.IGNORECASE)  # it is a mass of
_SYMBOL = re.compile(r"(.*?[^\d^\-*])(?:\^|\*\*)?(-?\d)?$")


@lru_cache(maxsize=512)
def parse(text: str) -> Unit | None:
    """The unit that a text names, or ``None``.

    ``м³/сут``, ``т/сут``, ``1/МПа``, ``м³/(сут·МПа)``, ``scf/STB``, ``тыс. м³``, ``мПа·с``, ``g/cm3``,
    ``°C``, ``д.ед.``
    """
    written = text.strip().strip("[]").translate(_SUPERSCRIPTS).replace("−", "-")
    written = re.sub(r"\\mathrm|[${}\\]", "", written)
    written = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", "·", written)  # md-ft
    written = _SUBSTANCE.sub("", written)
    if not written or len(written) > 60:
        return None
    factor = 1.0
    first, _space, rest = written.partition(" ")
    joined = re.match(r"(тыс\.?|млн\.?|млрд)\s*(?=\D)", written)
    if first.lower() in _THOUSANDS and rest:
        factor, written = _THOUSANDS[first.lower()], rest
    elif joined and written[joined.end() :]:
        factor, written = _THOUSANDS[joined.group(1).rstrip(".")], written[joined.end() :]
    unit = _single(re.sub(r"\.?\s+", ".", written.strip())) or _compound(written)
    if unit is None:
        return None
    return Unit(unit.factor * factor, unit.dimension, unit.offset)


def known(text: str) -> Unit:
    """As :func:`parse`.

    Raises:
        UnknownUnit: the table has no such unit.
    """
    unit = parse(text)
    if unit is None:
        raise UnknownUnit(
            _("The unit “{unit}” is not known.").format(unit=text),
            _("Write it as м³/сут, т/сут, МПа, атм, мД, м, °C, bbl/d, psi or ft."),
            field="unit",
        )
    return unit


def convert(value: float, unit: str, to: str) -> float:
    """A value in another unit of the same dimension.

    Raises:
        UnknownUnit: one of the units is not known, or they do not measure the same.
    """
    source, target = known(unit), known(to)
    if source.dimension != target.dimension:
        raise _mismatch(unit, to)
    if source == target:
        return value
    return (value * source.factor + source.offset - target.offset) / target.factor


def measures(text: str, dimension: Dimension) -> bool:
    """Whether a unit is known and measures ``dimension``."""
    unit = parse(text)
    return unit is not None and unit.dimension == dimension


def unit_after(text: str) -> str:
    """The longest known unit that a text begins with."""
    head = re.split(r"[;,!?\n]|\.\s|\.$", text[:30])[0].strip()
    words = head.split(" ")
    for length in range(min(len(words), 3), 0, -1):
        candidate = " ".join(words[:length]).rstrip(".")
        if candidate and parse(candidate) is not None and not candidate[0].isdigit():
            return candidate
        if candidate.startswith("1/") and parse(candidate) is not None:
            return candidate
        bare = candidate.rstrip(")")
        if bare and bare != candidate and bare.count("(") == bare.count(")") and parse(bare) is not None:
            return bare
    return ""


def _mismatch(unit: str, to: str) -> UnknownUnit:
    return UnknownUnit(
        _("“{unit}” can't be converted to “{to}”: they measure different things.").format(unit=unit, to=to),
        _("Check the units on the axes and in the question."),
        field="unit",
    )


def _single(symbol: str) -> Unit | None:
    bare = symbol.strip("()")
    if bare in _EXACT:
        return _EXACT[bare]
    folded = bare.casefold()
    return _FOLDED.get(folded) or _FOLDED.get(folded.rstrip("."))


def _power(symbol: str) -> Unit | None:
    exact = _single(symbol)
    if exact is not None:
        return exact
    if symbol in {"1", ""}:
        return _ONE
    matched = _SYMBOL.match(symbol)
    if not matched:
        return None
    base = _single(matched.group(1))
    power = int(matched.group(2) or 1)
    if base is None or not -4 <= power <= 4:
        return None
    length, mass, time, heat = base.dimension
    return Unit(base.factor**power, (length * power, mass * power, time * power, heat * power))


def _compound(text: str) -> Unit | None:
    """Factors joined by ``·``, ``*`` or spaces, and by ``/``; what is in brackets after ``/`` divides."""
    factor, dimension = 1.0, [0, 0, 0, 0]
    sign, inside, count = 1, False, 0
    for piece in re.findall(r"[()/]|[^()/·*×⋅•\s]+", text.replace("**", "^")):
        if piece == "/":
            sign = -1
        elif piece == "(":
            inside = True
        elif piece == ")":
            inside, sign = False, 1
        else:
            unit = _power(piece)
            if unit is None:
                return None
            count += 1
            factor *= unit.factor**sign
            for place, power in enumerate(unit.dimension):
                dimension[place] += sign * power
            if not inside:
                sign = 1
    if not count:
        return None
    return Unit(factor, (dimension[0], dimension[1], dimension[2], dimension[3]))
