"""Numbers in sentences of both languages: found, and checked against the figure that they are about.

A number is read as it is written in Russian or English: ``1 234,5``, ``1,234.5``, ``1.2e-3``, ``1,2·10⁻³``,
``50 %``,
``2 млн``. Dates are no numbers: they are found first and left to :mod:`rusoil_jupyter.figures.words.dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_SPACES = "\u0020\u00a0\u2009\u202f"
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_BODY = (
    rf"\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?![\d])(?:[.,]\d+)?|\d{{1,3}}(?:,\d{{3}}){{2,}}(?:\.\d+)?"
    r"|\d{1,3}(?:,\d{3})+\.\d+|\d+(?:[.,]\d+)?|\.\d+"
)
_POWER = (
    r"(?:[eе][+-]?\d{1,3}(?![\w])"
    rf"|[{_SPACES}]?[·×x*х][{_SPACES}]?10(?:\^\(?[+-]?\d{{1,3}}\)?|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
)
_MANY = (
    r"(?:тыс(?:\.|яч\w*)?|млн\.?|миллион\w*|млрд\.?|миллиард\w*|thousand|million|billion|mln|bln)(?![^\W\d_])"
)
NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−+]?)(?P<body>{_BODY})(?P<power>{_POWER})?"
    rf"(?:[{_SPACES}]?(?P<many>{_MANY}))?(?P<percent>[{_SPACES}]?%|[{_SPACES}]?(?:percent|per cent|"
    rf"процент\w*))?",
    re.IGNORECASE,
)
_TEN = re.compile(
    r"(?<![\w.,·×*])(?<![·×*xх]\s)(?P<sign>[-−]?)10(?:\^\(?(?P<caret>[+-]?\d{1,3})\)?|(?P<up>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
)
_TIMES = (
    *(("миллиард", 1e9), ("млрд", 1e9), ("bil", 1e9), ("bln", 1e9), ("мил", 1e6), ("млн", 1e6)),
    *(("mil", 1e6), ("mln", 1e6), ("тыс", 1e3), ("thou", 1e3)),
)


@dataclass(frozen=True)
class Written:
    """A number in a text: its value, where it stands, and half of its last written digit.

    ``percent``: followed by a per cent sign or word. ``many`` is the factor that a word after it gives.
    """

    value: float
    start: int
    end: int
    half: float
    percent: bool = False
    many: float = 1.0


def find(text: str, language: str = "") -> list[Written]:
    """All numbers of a text, in order.

    ``1,234`` is a thousand in English and one and a bit in Russian: ``language`` decides, else what the text
    is written
    in. A minus belongs to a number where nothing stands directly before it.
    """
    russian = (language or ("ru" if re.search(r"[а-яё]", text, re.IGNORECASE) else "en")) == "ru"
    found: list[Written] = []
    for match in _TEN.finditer(text):
        exponent = int(match["caret"] or match["up"].translate(_SUPERSCRIPT))
        value = (-1 if match["sign"] else 1) * _power(1.0, exponent)
        found.append(Written(value, match.start(), match.end(), 0.0))
    for match in NUMBER.finditer(text):
        if any(match.start() < one.end and one.start < match.end() for one in found):
            continue
        found.append(_written(match, russian=russian))
    return sorted(found, key=lambda one: one.start)


def _written(match: re.Match[str], *, russian: bool) -> Written:
    body = re.sub(rf"[{_SPACES}]", "", match["body"])
    if (
        body.count(",") > 1
        or ("," in body and "." in body)
        or (re.fullmatch(r"[1-9]\d{0,2},\d{3}", body) and not russian)
    ):
        body = body.replace(",", "")
    body = body.replace(",", ".")
    exponent = 0
    if match["power"]:
        digits = re.search(r"[eе^]\(?([+-]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", match["power"], re.IGNORECASE)
        if digits:
            exponent = int(digits[1] or digits[2].translate(_SUPERSCRIPT))
    sign = -1.0 if match["sign"] in {"-", "−"} else 1.0
    word = (match["many"] or "").casefold()
    many = next((times for start, times in _TIMES if word.startswith(start)), 1.0)
    value = _power(float(body), exponent) * many * sign
    places = len(body.partition(".")[2])
    half = _power(0.5, exponent - places) * many
    return Written(value, match.start(), match.end(), half, percent=bool(match["percent"]), many=many)


def _power(number: float, exponent: int) -> float:
    if not -300 <= exponent <= 300:
        return 0.0 if exponent < 0 else float("inf")
    return float(f"{number!r}e{exponent}") if "e" not in repr(number) else number * 10.0**exponent


_NTHS = (
    r"first|перв\w{2,3}",
    r"second|втор\w{2,3}",
    r"third|трет\w{1,4}",
    r"fourth|четверт\w{2,3}",
    r"fifth|пят(?:ый|ая|ое|ого|ой|ом|ую|ые)",
    r"sixth|шест(?:ой|ая|ое|ого|ом|ую|ые)",
    r"seventh|седьм\w{2,3}",
    r"eighth|восьм(?:ой|ая|ое|ого|ом|ую)",
    r"ninth|девят(?:ый|ая|ое|ого|ой|ом|ую)",
    r"tenth|десят(?:ый|ая|ое|ого|ой|ом|ую)",
    r"eleventh|одиннадцат(?:ый|ая|ое|ого|ой|ом|ую)",
    r"twelfth|двенадцат(?:ый|ая|ое|ого|ой|ом|ую)",
)


@lru_cache(maxsize=4096)
def nth_of(word: str) -> int:
    """The number of an ordinal in words, up to the twelfth; 0 for another word."""
    return next((row for row, form in enumerate(_NTHS, 1) if re.fullmatch(form, word)), 0)
