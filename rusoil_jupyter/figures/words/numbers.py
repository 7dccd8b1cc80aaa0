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
    body, exponent = _pointed(match["body"], russian=russian), _exponent(match["power"] or "")
    sign = -1.0 if match["sign"] in {"-", "−"} else 1.0
    word = (match["many"] or "").casefold()
    many = next((times for start, times in _TIMES if word.startswith(start)), 1.0)
    value = _power(float(body), exponent) * many * sign
    half = _power(0.5, exponent - len(body.partition(".")[2])) * many
    return Written(value, match.start(), match.end(), half, percent=bool(match["percent"]), many=many)


def _pointed(body: str, *, russian: bool) -> str:
    """Digits with a point: whether a comma is one, or parts thousands."""
    body = re.sub(rf"[{_SPACES}]", "", body)
    parts_thousands = body.count(",") > 1 or ("," in body and "." in body)
    if parts_thousands or (not russian and re.fullmatch(r"[1-9]\d{0,2},\d{3}", body)):
        return body.replace(",", "")
    return body.replace(",", ".")


def _exponent(power: str) -> int:
    digits = re.search(r"[eе^]\(?([+-]?\d+)|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", power, re.IGNORECASE)
    return int(digits[1] or digits[2].translate(_SUPERSCRIPT)) if digits else 0


def _power(number: float, exponent: int) -> float:
    if not -300 <= exponent <= 300:
        return 0.0 if exponent < 0 else float("inf")
    return float(f"{number!r}e{exponent}") if "e" not in repr(number) else number * 10.0**exponent


_STEMS = (
    ("перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят"),
    ("одиннадцат", "двенадцат", "тринадцат", "четырнадцат", "пятнадцат", "шестнадцат", "семнадцат"),
    ("восемнадцат", "девятнадцат", "двадцат"),
)
_ENDS = r"(?:ый|ий|ой|ая|ья|ое|ье|ого|его|ьего|ому|ему|ьему|ом|ем|ьем|ей|ьей|ую|ью|ые|ьи|ых|ьих|ым|ьим)"
_EN_NTHS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_EN_TEENS = (
    "eleven",
    "twelf",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_RU_NTHS = [stem for row in _STEMS for stem in row]
_TENS = {30: ("thirtieth", "тридцат"), 40: ("fortieth", "сороков"), 50: ("fiftieth", "пятидесят")}
_NTHS = {
    number: rf"{english}|{russian}{_ENDS}"
    for number, (english, russian) in enumerate(
        zip((*_EN_NTHS, *(f"{teen}th" for teen in _EN_TEENS), "twentieth"), _RU_NTHS, strict=True), 1
    )
} | {number: rf"{english}|{russian}{_ENDS}" for number, (english, russian) in _TENS.items()}
_TENS_BEFORE = {"двадцать": 20, "тридцать": 30, "сорок": 40, "twenty": 20, "thirty": 30, "forty": 40}


@lru_cache(maxsize=4096)
def nth_of(word: str) -> int:
    """The number of an ordinal in words, up to the twentieth and whole tens; "twenty-first" besides; 0 for
    another word."""
    tens, _hyphen, rest = word.partition("-")
    if rest and tens in _TENS_BEFORE:
        return _TENS_BEFORE[tens] + nth_of(rest)
    return next((number for number, form in _NTHS.items() if re.fullmatch(form, word)), 0)


def in_digits(text: str) -> str:
    """A plain text whose ordinals of two words are one: «двадцать пятого» is "двадцать-пятого"."""
    return _TWO_WORDS.sub(r"\1-\2", text)


_TWO_WORDS = re.compile(
    rf"(?<!\w)({'|'.join(_TENS_BEFORE)})\s+((?:{'|'.join(_RU_NTHS[:9])}){_ENDS}|{'|'.join(_EN_NTHS[:9])})(?!\w)"
)


_SPELLED = {
    1: r"one|од(?:ин|на|но|ного|ной)",
    2: r"two|дв(?:а|е|ух|умя|ум)",
    3: r"three|тр(?:и|ех|ем|емя)",
    4: r"four|четыр(?:е|ех|ем|ьмя)",
    5: r"five|пят(?:ь|и|ью)",
    6: r"six|шест(?:ь|и|ью)",
    7: r"seven|сем(?:ь|и|ью)",
    8: r"eight|вос(?:емь|ьми|емью)",
    9: r"nine|девят(?:ь|и|ью)",
    10: r"ten|десят(?:ь|и|ью)",
    11: r"eleven|одиннадцат(?:ь|и|ью)",
    12: r"twelve|двенадцат(?:ь|и|ью)",
    15: r"fifteen|пятнадцат(?:ь|и|ью)",
    20: r"twenty|двадцат(?:ь|и|ью)",
    30: r"thirty|тридцат(?:ь|и|ью)",
    40: r"forty|сорока?",
    50: r"fifty|пят(?:ьдесят|идесяти)",
    60: r"sixty|шест(?:ьдесят|идесяти)",
    70: r"seventy|сем(?:ьдесят|идесяти)",
    80: r"eighty|вос(?:емьдесят|ьмидесяти)",
    90: r"ninety|девяноста?о?",
    100: r"hundred|ст[оа]",
    200: r"двести|двухсот",
    300: r"триста|трехсот",
    400: r"четыреста|четырехсот",
    500: r"пятьсот|пятисот",
    600: r"шестьсот|шестисот",
    700: r"семьсот|семисот",
    800: r"восемьсот|восьмисот",
    900: r"девятьсот|девятисот",
    1000: r"thousand|тысячи?",
}


@lru_cache(maxsize=4096)
def cardinal_of(word: str) -> int:
    """A number in words; 0 for another word."""
    return next((value for value, form in _SPELLED.items() if re.fullmatch(form, word)), 0)
