"""Units in a question: where one is written, as a symbol; and whether it measures what an axis does."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import conversion
from rusoil_jupyter.figures.units import scaled
from rusoil_jupyter.figures.words import lexicon
from rusoil_jupyter.figures.words.grammar.scene import unit_of
from rusoil_jupyter.figures.words.measures import measured, same_unit
from rusoil_jupyter.figures.words.stems import plain, words

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values.description import Axis
    from rusoil_jupyter.figures.words.grammar.scene import Scene

_MANY = (
    r"(?P<many>тыс(?:яч\w*|\.)?|млн\.?|миллион\w*|млрд\.?|миллиард\w*|"
    r"thousands?|millions?|mln|billions?|bln)(?![^\W\d_])(?:\s+of(?=\s))?"
)
_TIME = (
    r"(?P<day>d|days?|сут(?:ки|\.)?|день)|(?P<hour>h|hours?|час|ч)|(?P<month>months?|месяц|мес\.?)|"
    r"(?P<year>years?|год)|(?P<sec>seconds?|секунду)"
)
_PER = re.compile(rf"\s*(?:/|\bper\s|\ba\s|(?<!\w)в\s|(?<!\w)за\s)\s*(?:{_TIME})(?![^\W\d_])")
_TIMES = {
    "day": ("d", "сут"),
    "hour": ("h", "ч"),
    "month": ("month", "мес"),
    "year": ("year", "год"),
    "sec": ("s", "с"),
}
_BEFORE = re.compile(r"(?:\bin|\bhow many|(?<!\w)в|(?<!\w)во|(?<!\w)сколько|(?<!\w)на сколько)\s+$")
_PREPOSITION = re.compile(r"(?:in|в|с|a|d)\s")
_PREPOSITION_BEHIND = re.compile(r"\s(?:in|в|с|a|d)$")
_PREPOSITIONS = frozenset(["in", "в", "с", "a", "d", "at"])
_WORDS_OF_PERCENT = re.compile(r"(?:vol|wt|mol|об|масс|мол|вес)\b\.?")
_MONEY = frozenset(["$", "€", "£", "₽", "руб"])
TIME_SYMBOLS = frozenset(
    ["hour", "day", "week", "month", "year", "min", "sec", "ч", "сут", "нед", "мес", "год", "мин", "сек"]
)


def unit_at(text: str, at: int, asked: str, scene: Scene, *, behind_number: bool = False) -> tuple[str, int]:
    """The unit that is written at a place of a plain text, as a symbol, and where it ends; empty for none.

    A symbol of one or two letters is one behind a number or a preposition only.
    """
    own = _own_units(scene)
    known = _known(own)
    named = _in_words(text, at, known)
    divided = next((one for unit in own if (one := _divided_at(text, at, unit))[0]), None)
    if divided is not None:
        return divided
    ends = text[:at].rstrip().endswith(",")
    if not behind_number and not (ends or _BEFORE.search(text[:at])):
        return named
    symbol, size = _symbol(text[at:], asked, known)
    if not symbol or not (behind_number or _stands_alone(symbol, text[at + size :], known, ends=ends)):
        return named
    per = _PER.match(text, at + size)
    if per is not None and not (conversion.measures(symbol, conversion.TIME) or "/" in symbol):
        symbol, size = f"{symbol}/{_TIMES[str(per.lastgroup)][0]}", per.end() - at
    return (symbol, at + size) if at + size > named[1] or not named[0] else named


def _own_units(scene: Scene) -> list[str]:
    """The units of a figure's axes."""
    axes = (axis for line in scene.lines for axis in (line.values, line.places))
    return list(filter(None, map(unit_of, axes)))


def _known(own: list[str]) -> list[str]:
    """Units whole, without their thousands, and the money of prices."""
    prices = filter(_is_money, (unit.partition("/")[0] for unit in own))
    return list(dict.fromkeys([*own, *map(bare, own), *prices]))


def _stands_alone(symbol: str, behind: str, known: list[str], *, ends: bool) -> bool:
    """Whether a symbol without a number may be a unit: ", м" only where it ends a question."""
    return (len(symbol) > 1 or symbol in known) and not (ends and behind.strip(" .?!"))


def _in_words(text: str, at: int, known: list[str]) -> tuple[str, int]:
    """A unit in words, or as the figure writes it, with the thousands before it."""
    named, end = _named(text, at)
    if not named:
        return _stated(text, at, known)
    if bare(named):
        return named, end
    base, last = _stated(text, end, known)
    return (f"{named} {base}", last) if base else (named, end)


def _symbol(text: str, asked: str, known: list[str]) -> tuple[str, int]:
    """The symbol that a text begins with, and how long it is; empty where it may be a preposition."""
    symbol, size = measured(text, asked, known)
    if _PREPOSITION.match(symbol):
        return "", 0
    if symbol in _PREPOSITIONS and symbol not in known and text[size:].strip(" .?!"):
        return "", 0
    tail = _PREPOSITION_BEHIND.search(symbol)
    return (symbol[: tail.start()], size - len(tail[0])) if tail else (symbol, size)


def _divided_at(text: str, at: int, unit: str) -> tuple[str, int]:
    """A unit of the figure as "m³/d per bar", and where it ends; empty where it is not there."""
    pattern = _divided(unit)
    match = pattern.match(text, at) if pattern is not None else None
    return (unit, match.end()) if match is not None else ("", at)


@cache
def _divided(unit: str) -> re.Pattern[str] | None:
    """A unit of which one part is per another, as it may be said; ``None`` for another unit.

    Of what a so many are of need not be said: "60 g per 100 g", "60 g".
    """
    first, *rest = re.split(r"\s*(?:/|\bper\b)\s*", plain(unit))
    if not rest or not first:
        return None
    said = (re.escape(part).replace(r"\ of\ ", r"(?:\ of\ ") + ")?" * part.count(" of ") for part in rest)
    joined = "".join(rf"\s*(?:/|per|на|в|за)\s*{part}" for part in said)
    counted = "?" if rest[0][:1].isdigit() else ""
    return re.compile(rf"\s*{re.escape(first)}(?:{joined}){counted}(?!\s?/|\w)")


def _stated(text: str, at: int, known: list[str]) -> tuple[str, int]:
    """A unit as the figure writes it, where that is a word."""
    start = len(text) - len(text[at:].lstrip())
    for unit in sorted(known, key=len, reverse=True):
        word = plain(unit).rstrip(".")  # which a text may end with
        end = start + len(word)
        if len(word) > 2 and text[start:end] == word and not text[end : end + 1].isalnum():
            return unit, end
    return "", at


def _named(text: str, at: int) -> tuple[str, int]:
    """A unit in words: "thousand barrels per day"."""
    start = len(text) - len(text[at:].lstrip())
    many = re.compile(_MANY).match(text, start)
    begin = len(text) - len(text[many.end() :].lstrip()) if many else start
    times, nothing = (_many(many["many"]), many.end()) if many else ("", at)
    found = [(match, symbol) for symbol, pattern in _units() if (match := pattern.match(text, begin))]
    if not found:
        return times, nothing
    match, symbol = max(found, key=lambda one: one[0].end())
    end = match.end()
    per = _PER.match(text, end)
    if per is not None and symbol not in TIME_SYMBOLS:
        russian = bool(re.search(r"[а-я]", symbol)) or "в" in per[0]
        symbol, end = f"{symbol}/{_TIMES[str(per.lastgroup)][russian]}", per.end()
    return f"{times} {symbol}".strip(), end


def _many(word: str) -> str:
    """The number that a word multiplies a unit by, in short."""
    russian = {"тыс": "тыс.", "млн": "млн", "миллион": "млн", "млрд": "млрд", "миллиард": "млрд"}
    english = {
        "thousand": "thousand",
        "million": "million",
        "mln": "million",
        "billion": "billion",
        "bln": "billion",
    }
    found = [short for start, short in (russian | english).items() if word.startswith(start)]
    return found[-1]


@cache
def _units() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((symbol, lexicon.pattern(symbol, "units")) for symbol in lexicon.names("units"))


def scale_of(unit: str) -> float:
    """What a unit's "thousand" or "million" multiplies it by; 1 without one."""
    return scaled(unit)[0]


def bare(unit: str) -> str:
    """A unit without its "thousand" or "million"."""
    return re.sub(rf"^\s*{_MANY}\s*", "", unit.casefold()) if scale_of(unit) != 1.0 else unit


def fits(unit: str, axis: Axis) -> bool:
    """Whether a unit measures what an axis does; one without a unit of its own measures nothing."""
    own = unit_of(axis)
    if not own:
        return _counts_as_label(unit, axis)
    if _is_spelled_as(unit, own):
        return True
    one, other = conversion.parse(unit), conversion.parse(own)
    if one is not None and other is not None and _is_percent(unit) == _is_percent(own):
        return one.dimension == other.dimension
    alone = bare(unit)
    return _is_called(alone, bare(own)) if alone else scale_of(own) != 1.0


def _is_spelled_as(unit: str, own: str) -> bool:
    """Whether no dimension has to be known: money, per cent, degrees, the same word."""
    if _is_percent(unit) and _is_percent(own):
        return True
    return _is_paid_in(unit, own) or _is_called(unit, own) or (unit == "°" and "°" in own)


def _is_paid_in(unit: str, own: str) -> bool:
    """Whether it is the money of a price: 70 $ on an axis of $/bbl."""
    return _is_money(unit) and own.partition("/")[0].strip(" .") == unit.strip(" .")


def names_things(unit: str) -> bool:
    """Whether a unit only says what is counted or paid with: where a figure writes none, it may be that."""
    return _is_money(unit) or (conversion.parse(unit) is None and not _is_percent(unit))


def _is_money(unit: str) -> bool:
    return unit.strip(" .") in _MONEY


def _is_called(unit: str, own: str) -> bool:
    """Whether two units are spelled alike; one word of several is not enough: "m" is not "ohm.m"."""
    return plain(unit) == plain(own) or (len(words(own)) < 2 and same_unit(unit, own, whole=True))


def _is_percent(unit: str) -> bool:
    return _WORDS_OF_PERCENT.sub("", unit).strip() == "%"


def _counts_as_label(unit: str, axis: Axis) -> bool:
    """«Месяцы с пуска» counts months though it has no unit."""
    first = re.match(r"[^\W\d_]+", axis.label.casefold())
    return first is not None and any(
        lexicon.pattern(symbol, "units").fullmatch(first[0]) or symbol == first[0]
        for symbol in lexicon.names("units")
        if symbol == unit or lexicon.pattern(symbol, "units").fullmatch(unit.casefold())
    )


def is_same(unit: str, axis: Axis) -> bool:
    """Whether a unit is the axis' own, so that nothing has to be converted."""
    own = unit_of(axis)
    if not own or unit == "°" or _is_paid_in(unit, own):
        return True
    if _is_percent(unit) and _is_percent(own):
        return True
    return scale_of(unit) == scale_of(own) and (not bare(unit) or same_unit(unit, own))


def level_of(value: float, many: float, unit: str, axis: Axis) -> tuple[float, str]:
    """A number of a question as a level on an axis; and its unit where that is not the axis' own.

    ``value`` has been multiplied by ``many`` already: "0.3 thousand m³/d" on an axis of m³/d is 300, "30
    mln t" on
    one of mln t is 30.
    """
    own = unit_of(axis)
    scale = scale_of(own)
    if scale == many == 1.0:
        return value, "" if not unit or is_same(unit, axis) else unit
    if many == 1.0 and (not unit or scale_of(unit) == scale):
        return value, ""
    if not unit or same_unit(unit, bare(own)) or same_unit(unit, own):
        return _clean(value / scale), ""
    return value, unit


def _clean(value: float) -> float:
    return float(f"{value:.12g}")
