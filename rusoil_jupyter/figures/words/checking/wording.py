"""A text in the figure's own words: units as it spells them, names that stand in brackets behind others."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.grammar.units import bare
from rusoil_jupyter.figures.words.stems import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_SYMBOLS = """
m м|km км|cm см|mm мм|um µm μm мкм|t т тонн tonnes|kt кт|kg кг|g г|mg мг|ug µg μg мкг|ng нг|l л|ml мл
d day days сут сутки|h hr hour ч час|min мин|s sec с сек|yr year год|month mo мес
$ usd долл доллар долларов доллара dollars dollar|rub руб ₽ рублей рубля рубль roubles rubles
€ eur евро euro euros|bbl барр баррель барреля баррелей barrel|w вт|kw квт|mw мвт|gw гвт|tw твт|wh вт·ч
kwh квт·ч квтч|mwh мвт·ч мвтч|gwh гвт·ч гвтч|twh твт·ч твтч|v в вольт|mv мв|a а|ma ма|ohm ом Ω|hz гц
khz кгц|mhz мгц|db дб|n н|kn кн|j дж|kj кдж|mj мдж|gj гдж|mpa мпа|kpa кпа|pa па|bar бар|atm атм|psi|api
md мд|rpm об/мин|pcs шт|people чел человек persons|mol моль|mmol ммоль|ppm|ntu|ha га|kcal ккал
million mln млн|thousand тыс|billion bln млрд|°c|°f|% |k к|ur мкр
"""
_BEHIND_NUMBER = re.compile(
    r"(?<=\d)(\s*(?:(?:million|mln|billion|bln|thousand|млн|млрд|тыс)\.?\s+)?)([^\W\d_][^\s,;:!?()]*(?:\([^()\s]*\))?|[$€₽µμ°][^\s,;:!?()]*)"
)
_MONEY = re.compile("[$€£₽]")
_CURRENCIES = {"usd": "$", "us$": "$", "$": "$", "eur": "€", "€": "€", "gbp": "£", "£": "£"}
_SIGN = rf"(?:{'|'.join(re.escape(one) for one in sorted(_CURRENCIES, key=len, reverse=True))})"
_MANY = {
    **dict.fromkeys(("million", "millions", "mln", "mm", "m"), "million"),
    **dict.fromkeys(("billion", "billions", "bln", "bn", "b"), "billion"),
    **dict.fromkeys(("thousand", "thousands", "k"), "thousand"),
}
_MANIES = rf"(?:{'|'.join(sorted(_MANY, key=len, reverse=True))})"
_OF_AXIS = re.compile(
    rf"(?P<sign>{_SIGN})\s*(?P<many>{_MANIES})?\.?|(?P<many2>{_MANIES})\.?\s*(?:of\s+)?(?P<sign2>{_SIGN})",
    re.IGNORECASE,
)
_PAID = re.compile(
    rf"(?<![\w$])(?P<sign>{_SIGN})\s*(?P<number>-?\d[\d.,]*\d|\d)(?:\s*(?P<many>{_MANIES}))?(?![\w/])"
    rf"|(?P<number2>(?<![\w.])-?\d[\d.,]*\d|\d)\s*(?P<many2>{_MANIES})?\s*(?P<sign2>{_SIGN})(?![\w/])",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+|[$€₽]")


def in_money(unit: str) -> str:
    """A unit of money as it is compared: "million $" for "USD million", "$M"; empty for another one."""
    match = _OF_AXIS.fullmatch(unit.strip(" ()[],."))
    if match is None:
        return ""
    many, sign = match["many"] or match["many2"] or "", match["sign"] or match["sign2"]
    return f"{_MANY.get(many.casefold(), '')} {_CURRENCIES[sign.casefold()]}".strip()


def money_of(axis: Axis) -> str:
    """The unit of an axis of money, also where only its label has one; empty for another axis."""
    return in_money(axis.unit) or in_money(unit_of(axis)) or in_money(axis.label.rpartition(",")[2])


def _paid(match: re.Match[str]) -> str:
    sign, number = match["sign"] or match["sign2"], match["number"] or match["number2"]
    many = (match["many"] or match["many2"] or "").casefold()
    return f"{number} {_MANY.get(many, '')} {_CURRENCIES[sign.casefold()]}".replace("  ", " ")


def in_own_units(text: str, scene: Scene) -> str:
    """Units that the figure spells otherwise, as it spells them: "µg/m³" for «мкг/м³»."""
    if any(money_of(line.values) for line in scene.lines):
        text = _PAID.sub(_paid, text)
    own = {_canonical(spelled): unit for unit in _own(scene) for spelled in _spellings(unit)}
    if not own:
        return text

    def replaced(match: re.Match[str]) -> str:
        written = match[2].rstrip(".")
        unit = own.get(_canonical(written))
        return f"{match[1] or ' '}{unit}" if unit and plain(written) != plain(unit) else match[0]

    return _BEHIND_NUMBER.sub(replaced, text)


def _own(scene: Scene) -> Iterator[str]:
    """The units of the axes that nothing else can compare with another spelling."""
    for line in scene.lines:
        for axis in (line.values, line.places):
            unit = bare(unit_of(axis))
            if unit and (conversion.parse(unit) is None or _MONEY.search(unit)):
                yield unit


def _spellings(unit: str) -> tuple[str, ...]:
    """A unit whole; of a price also what is paid."""
    paid, slash, _per = unit.partition("/")
    return (unit, paid) if slash and _canonical(paid) in {"$", "rub", "€"} else (unit,)


@cache
def _canonical(unit: str) -> str:
    """A unit in one spelling of all."""
    folded = plain(unit).replace(" ", "").replace("*", "·").strip(".").replace("^", "")
    known = _known()
    if folded in known:
        return known[folded]
    return re.sub(r"[.()]", "", _LETTERS.sub(lambda word: known.get(word[0], word[0]), folded))


@cache
def _known() -> dict[str, str]:
    groups = [group.split() for group in _SYMBOLS.replace("\n", "|").split("|") if group.strip()]
    return {plain(spelled): group[0] for group in groups for spelled in group}
