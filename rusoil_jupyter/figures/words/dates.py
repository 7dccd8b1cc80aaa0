"""Moments and periods as people write them in Russian and English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

MONTHS = {
    1: r"jan(?:uary)?|январ[а-я]*|янв",
    2: r"feb(?:ruary)?|феврал[а-я]*|фев",
    3: r"mar(?:ch)?|март[а-я]*|мар",
    4: r"apr(?:il)?|апрел[а-я]*|апр",
    5: r"may|май(?:ск\w+)?|ма[яюе]|маем",
    6: r"june?|июн[а-я]*",
    7: r"july?|июл[а-я]*",
    8: r"aug(?:ust)?|август[а-я]*|авг",
    9: r"sept?(?:ember)?|сентябр[а-я]*|сен(?:т)?",
    10: r"oct(?:ober)?|октябр[а-я]*|окт",
    11: r"nov(?:ember)?|ноябр[а-я]*|ноя(?:б)?",
    12: r"dec(?:ember)?|декабр[а-я]*|дек",
}
WEEKDAYS = (
    r"mon(?:days?)?|понедельни[кч]\w*|пн",
    r"tue(?:s(?:days?)?)?|вторни[кч]\w*|вт",
    r"wed(?:nesdays?)?|сред(?:а|у|ы|е|ой|ам|ах)|ср",
    r"thu(?:rs?(?:days?)?)?|четверг\w*|четвергов\w+|чт",
    r"fri(?:days?)?|пятни[цч]\w*|пт",
    r"sat(?:urdays?)?|суббот\w*|сб",
    r"sun(?:days?)?|воскрес\w+|вс",
)
LONGEST_DAY_STEP = 25  # days between marks that may still be of days, not of months
MONTH = "|".join(MONTHS.values())
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d|21\d\d)"
_AFTER_YEAR = r"(?:-?(?:го|м|й|ом|ый))?(?:\s*(?:года|году|годе|годом|год|гг?\.?|year)(?![^\W\d_]))?"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ORDINAL = {"перв": 1, "втор": 2, "трет": 3, "четверт": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}

_FORMS = [
    re.compile(r"(?<!\d)(?P<iso>\d{4}-\d{1,2}-\d{1,2}(?:[t ]\d{1,2}:\d{2}(?::\d{2})?)?)(?!\d)"),
    re.compile(r"(?<!\d)(?P<isomonth>\d{4}-\d{2})(?![\d-])"),
    re.compile(rf"(?<![\d.])(?P<day>\d{{1,2}})[./](?P<mon>\d{{1,2}})[./]{_YEAR}(?!\d){_AFTER_YEAR}"),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?(?:го|е))?\s+(?:of\s+)?\b(?P<month>{MONTH})\b\.?,?\s+{_YEAR}"
        rf"(?!\d){_AFTER_YEAR}"
    ),
    re.compile(
        rf"\b(?P<month>{MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d){_AFTER_YEAR}"
    ),
    re.compile(rf"\b(?P<month>{MONTH})\b\.?,?\s+(?:of\s+|в\s+)?{_YEAR}(?!\d){_AFTER_YEAR}"),
    re.compile(rf"\b(?:q|кв\.?\s?)(?P<quarter>[1-4])\b[\s,]*(?:of\s+)?{_YEAR}(?!\d){_AFTER_YEAR}"),
    re.compile(
        r"\b(?P<nth>[1-4]|i{1,3}|iv|перв\w+|втор\w+|трет\w+|четверт\w+|first|second|third|fourth)"
        rf"(?:-?(?:й|м|ом|st|nd|rd|th))?\s+(?:квартал\w*|кв\.?|quarter)[\s,]*(?:of\s+)?{_YEAR}(?!\d){_AFTER_YEAR}"
    ),
    re.compile(rf"(?<![\d.,]){_YEAR}(?![\d]|[.,]\d){_AFTER_YEAR}"),
]
_MONTH_ALONE = re.compile(rf"\b(?P<month>{MONTH})\b\.?")


@dataclass(frozen=True)
class When:
    """A moment or a period as ISO texts; ``end`` only where ``start`` cut short does not say it (a quarter).

    ``month`` alone: no year was named. ``is_year``: four digits, which may as well be a plain number.
    """

    start: str = ""
    end: str = ""
    month: int = 0
    is_year: bool = False


def find(text: str) -> list[tuple[int, int, When]]:
    """All dates of a plain text: where each begins and ends, and what it means; the longest reading of
    each."""
    taken: list[tuple[int, int, When]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            when = _when(match)
            if when is not None and _is_free(taken, match.start(), match.end()):
                taken.append((match.start(), match.end(), when))
    for match in _MONTH_ALONE.finditer(text):
        if _is_free(taken, match.start(), match.end()):
            taken.append((match.start(), match.end(), When(month=month_of(match["month"]))))
    return sorted(taken, key=lambda item: item[0])


def month_of(word: str) -> int:
    """The number of a month from its name, 0 for no name."""
    word = word.casefold().rstrip(".")
    return next((number for number, form in MONTHS.items() if re.fullmatch(form, word)), 0)


@lru_cache(maxsize=4096)
def weekday_of(word: str) -> int:
    """The number of a day of the week from its name, 1 for Monday; 0 for no name."""
    word = word.casefold().rstrip(".")
    return next((number for number, form in enumerate(WEEKDAYS, 1) if re.fullmatch(form, word)), 0)


def _is_free(taken: list[tuple[int, int, When]], start: int, end: int) -> bool:
    return all(end <= low or start >= high for low, high, _when_ in taken)


def _when(match: re.Match[str]) -> When | None:
    part = {name: value for name, value in match.groupdict().items() if value}
    try:
        if "iso" in part:
            return When(_moment(part["iso"]))
        if "isomonth" in part:
            year, month = (int(piece) for piece in part["isomonth"].split("-"))
            return When(f"{date(year, month, 1):%Y-%m}".zfill(7))
        if "quarter" in part or "nth" in part:
            return _quarter(int(part["year"]), int(part.get("quarter") or 0) or _nth(part["nth"]))
        return _day(part)
    except ValueError:
        return None


def _moment(iso: str) -> str:
    day, _sep, clock = iso.replace("t", " ").partition(" ")
    year, month, number = (int(piece) for piece in day.split("-"))
    hour, *rest = clock.split(":")
    text = date(year, month, number).isoformat()
    return f"{text}T{':'.join([hour.zfill(2), *rest])}" if clock else text


def _quarter(year: int, quarter: int) -> When:
    first = 3 * quarter - 2
    last = date(year + first // 10, (first + 2) % 12 + 1, 1) - timedelta(days=1)
    return When(date(year, first, 1).isoformat(), last.isoformat())


def _day(part: dict[str, str]) -> When:
    """A day, a month or a year."""
    year = int(part["year"])
    if "mon" not in part and "month" not in part:
        return When(f"{year:04d}", is_year=True)
    month = int(part["mon"]) if "mon" in part else month_of(part["month"])
    if "day" in part:
        return When(date(year, month, int(part["day"])).isoformat())
    return When(f"{year:04d}-{month:02d}")


def _nth(text: str) -> int:
    if text[:1].isdigit():
        return int(text[0])
    return _ROMAN.get(text) or next(number for root, number in _ORDINAL.items() if text.startswith(root))


# --- parts of the calendar: what a question may say without a year ------------------------------------

_NTH = (
    r"(?P<nth>[1-4]|i{1,3}|iv|перв\w+|втор\w+|трет\w+|четверт\w+|first|second|third|fourth|"
    r"1st|2nd|3rd|4th)(?:-?(?:й|я|м|ом|го|е|ое|th))?"
)
_OF_YEAR = rf"(?:,?\s+(?:of\s+|in\s+|за\s+|в\s+)?{_YEAR}(?!\d){_AFTER_YEAR})?"
_CLOCK = r"(?P<clock>(?:[01]?\d|2[0-3]):[0-5]\d)(?![\d:])"
_AT_CLOCK = rf"(?:,?\s+(?:at\s+|в\s+)?{_CLOCK})?"
_SEASONS = (
    (r"winters?|зим(?:а|ы|е|у|ой|ний|него)", (12, 1, 2)),
    (r"spring|весн(?:а|ы|е|у|ой)", (3, 4, 5)),
    (r"summer|лето|летом|летн(?:ие|их|ий|его)", (6, 7, 8)),
    (r"autumn|fall(?=\s+of\s+\d)|осен(?:ь|и|ью)", (9, 10, 11)),
)
_SEASON = "|".join(form for form, _months in _SEASONS)
_HALF = r"(?:half[- ]?years?|halves|half|полугоди\w*|половин\w+)"
_QUARTER = r"(?:quarters?|квартал\w*|кв(?![^\W\d_])\.?)"
_CALENDAR = [
    re.compile(r"(?<!\d)(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?![\d:]|t\d)"),
    re.compile(r"(?<!\d)(?P<isomonth>\d{4}-(?:0[1-9]|1[0-2]))(?![\d-])"),
    re.compile(
        rf"(?<![\d.])(?P<day>\d{{1,2}})[./](?P<mon>\d{{1,2}})[./]{_YEAR}(?!\d){_AFTER_YEAR}{_AT_CLOCK}"
    ),
    re.compile(
        rf"(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th|-?(?:го|е|ое))?\s+(?:of\s+)?(?P<month>{MONTH})(?![^\W\d_])\.?{_OF_YEAR}{_AT_CLOCK}"
    ),
    re.compile(
        rf"(?<![^\W_])(?P<month>{MONTH})(?![^\W\d_])\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,:]\d|\d|\w){_OF_YEAR}{_AT_CLOCK}"
    ),
    re.compile(rf"(?<![^\W_])(?P<month>{MONTH})(?![^\W\d_])\.?{_OF_YEAR}"),
    re.compile(rf"(?<![^\W_])(?:q|кв\.?\s?)(?P<quarter>[1-4])(?!\w){_OF_YEAR}"),
    re.compile(rf"(?<![^\W_]){_NTH}\s+{_QUARTER}(?![^\W_]){_OF_YEAR}"),
    re.compile(
        rf"(?<![^\W_]){_YEAR}(?!\d){_AFTER_YEAR},?\s+(?:q(?P<quarter>[1-4])(?!\w)|{_NTH}\s+{_QUARTER}(?![^\W_]))"
    ),
    re.compile(rf"(?<![^\W_])(?:h(?P<half>[12])|(?P<half_>[12])h)(?!\w){_OF_YEAR}"),
    re.compile(
        rf"(?<![^\W_]){_NTH}\s+{_HALF}(?![^\W_])(?:\s+of(?:\s+the)?\s+year(?!s))?(?:\s+года)?{_OF_YEAR}"
    ),
    re.compile(
        rf"(?<![^\W_])(?:the\s+)?(?P<season>{_SEASON})(?![^\W_])(?:\s+(?:months?|месяц\w*))?{_OF_YEAR}"
    ),
    re.compile(rf"(?<![\d.,\w]){_YEAR}(?![\d]|[.,]\d){_AFTER_YEAR}"),
    re.compile(rf"(?<![\d:]){_CLOCK}"),
]
_ALL_YEAR = tuple(range(1, 13))


@dataclass(frozen=True)
class Calendar:
    """A day, months or a year as they are said: without a ``year`` those of every year.

    ``months`` are all twelve for a whole year; a winter begins in the year before its own. ``clock`` is a
    time of
    the ``day``, or of any.
    """

    months: tuple[int, ...] = _ALL_YEAR
    year: int = 0
    day: int = 0
    clock: str = ""

    @property
    def is_year(self) -> bool:
        """Whether nothing but a year was said."""
        return bool(self.year) and self.months == _ALL_YEAR

    def starts(self, year: int) -> str:
        """Its first day, month or year in a year, as ISO text."""
        if self.is_year:
            return f"{year:04d}"
        start = f"{year - (self.months[0] > self.months[-1]):04d}-{self.months[0]:02d}"
        day = f"{start}-{self.day:02d}" if self.day else start
        return f"{day}T{self.clock}" if self.clock else day

    def ends(self, year: int) -> str:
        """Its last day, month or year in a year, as ISO text."""
        if self.is_year or self.day:
            return self.starts(year)
        return f"{year:04d}-{self.months[-1]:02d}"


def parts_of_calendar(text: str) -> list[tuple[int, int, Calendar]]:
    """All that a plain text says of the calendar, where it begins and ends, the longest reading of each
    place."""
    found: list[tuple[int, int, Calendar]] = []
    for form in _CALENDAR:
        for match in form.finditer(text):
            said = _said(match)
            if said is not None:
                found.append((match.start(), match.end(), said))
    taken: list[tuple[int, int, Calendar]] = []
    for start, end, said in sorted(found, key=lambda one: one[0] - one[1]):
        if all(end <= low or start >= high for low, high, _said_ in taken):
            taken.append((start, end, said))
    return sorted(taken, key=lambda one: one[0])


def _said(match: re.Match[str]) -> Calendar | None:
    part = {name: value for name, value in match.groupdict().items() if value}
    if "iso" in part or "isomonth" in part:
        year, month, day = (int(piece) for piece in f"{match[0]}-0".split("-")[:3])
        return _valid(Calendar((month,), year, day))
    year, clock = int(part.get("year", 0)), part["clock"].zfill(5) if "clock" in part else ""
    if "mon" in part or "month" in part:
        month = int(part["mon"]) if "mon" in part else month_of(part["month"])
        return _valid(Calendar((month,), year, int(part.get("day", 0)), clock))
    if "season" in part:
        text = match.string[match.start("season") :]
        return Calendar(next(months for form, months in _SEASONS if re.match(form, text)), year)
    return Calendar(_months_of(match[0], part), year, clock=clock)


def _months_of(text: str, part: dict[str, str]) -> tuple[int, ...]:
    """Of a half or a quarter its months; of anything else the whole year."""
    half = int(part.get("half") or part.get("half_") or 0)
    nth = int(part.get("quarter") or 0) or (_nth(part["nth"]) if "nth" in part else 0)
    if half or (nth and re.search(_HALF, text)):
        half = half or nth
        return _ALL_YEAR[6 * half - 6 : 6 * half] if half <= 2 else ()
    return _ALL_YEAR[3 * nth - 3 : 3 * nth] if nth else _ALL_YEAR


def _valid(said: Calendar) -> Calendar | None:
    """What is a date in some year."""
    if not 1 <= said.months[0] <= 12:
        return None
    try:
        date(said.year or 2000, said.months[0], said.day or 1)
    except ValueError:
        return None
    return said
