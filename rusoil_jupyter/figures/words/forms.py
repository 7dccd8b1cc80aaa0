"""Numbers, dates, units and labels as they are written in a sentence of either language."""

from __future__ import annotations

import contextvars
import math
import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeVar

from rusoil_jupyter.i18n import _, use_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.values.description import Axis, Cell

Language = Literal["en", "ru"]
Result = TypeVar("Result")
THIN = "\u202f"
MOST_LABEL = 80
MOST_UNIT = 24
_DIGITS = 5
_WHOLE = 1e15  # from here on not every whole number is one of the machine's
_DECIMALS = 3  # of a place that has a thousand and more before the point: a sample's own
_OF_MONTH = len("2024-03")  # a longer ISO date has a day
_MONTHS_SHOWN = 90  # days from which on a time of day is not said
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_MONTHS_EN = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTHS_RU = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
_MONTHS_RU_ALONE = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
]


def in_language(language: Language, speak: Callable[[], Result]) -> Result:
    """What ``speak`` returns when sentences are in ``language``; the task's own language stays."""
    context = contextvars.copy_context()
    context.run(use_language, language)
    return context.run(speak)


def language_of(text: str) -> Language:
    """Russian where the letters are Cyrillic for a third or more, else English; labels in quotes count
    less."""
    outside = re.sub(r"«[^»]*»|“[^”]*”|\"[^\"]*\"", " ", text)
    letters = [
        letter for letter in (outside if re.search(r"[^\W\d_]", outside) else text) if letter.isalpha()
    ]
    cyrillic = sum("а" <= letter.casefold() <= "я" or letter.casefold() == "ё" for letter in letters)
    return "ru" if letters and cyrillic * 3 >= len(letters) else "en"


def clean(text: str, most: int = MOST_LABEL) -> str:
    """A label as harmless text: one line, no control or direction characters, at most ``most`` characters."""
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"} else c for c in text
    )
    kept = " ".join(kept.split())
    return kept if len(kept) <= most else kept[: most - 1].rstrip() + "…"


def quoted(label: str, language: Language) -> str:
    """A label in the quotes of the language: whatever it says, it is cited."""
    inner = re.sub(r"[«»“”„‟\"]", "'", clean(label))
    return f"«{inner}»" if language == "ru" else f"“{inner}”"


def number(value: float, language: Language, digits: int = _DIGITS) -> str:
    """A number with ``digits`` significant digits, all before the point among them; whole ones in full.
    Thin spaces part thousands from 10,000 on."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if (size >= 1e9 and not _is_counted(value, digits)) or size < 1e-4:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        mantissa = _trimmed(mantissa)
        power = f"10{str(int(exponent)).translate(_SUPERSCRIPT)}"
        text = f"{mantissa}{'·' if language == 'ru' else '×'}{power}"
    elif value == round(value):
        text = _grouped(f"{value:.0f}")
    else:
        places = max(0, digits - 1 - math.floor(math.log10(size)))
        text = _grouped(_trimmed(f"{value:.{places}f}"))
    text = text.replace("-", "−")
    return text.replace(".", ",") if language == "ru" else text


def _is_counted(value: float, digits: int) -> bool:
    """Whether a large number is whole and has more digits than are shown: nobody rounded it."""
    return value == round(value) and abs(value) < _WHOLE and float(f"{value:.{digits - 1}e}") != value


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(text: str) -> str:
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = body.partition(".")
    if len(whole) >= 5:
        first = len(whole) % 3 or 3
        whole = THIN.join([whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))])
    return f"{sign}{whole}{dot}{rest}"


def moment(text: str, language: Language, *, of: bool = False) -> str:
    """An ISO date, cut short or with a time, as it is said: "5 March 2024", «5 марта 2024 г.».

    ``of``: behind a word that takes the genitive, «с марта 2024 г.». A quarter is written 2024-Q1, half a
    year 2024-H2.
    """
    if part := _PART_OF_YEAR.fullmatch(text):
        name = _("Q{number} {year}") if part[2] == "Q" else _("half-year {number} of {year}")
        return name.format(number=part[3], year=part[1])
    match = _ISO.fullmatch(text)
    year, month, day = (int(part or 0) for part in match.groups()[:3]) if match else (0, 13, 0)
    if match is None or month > 12:
        return clean(text)
    date = _date(year, month, day, language, of=of)
    clock = (match[4] or "") + (match[5] or "").replace(":00", "", 1)
    return f"{date}, {clock}" if clock not in {"", "00:00"} else date


_ISO = re.compile(
    r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T(\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)?"
)
_PART_OF_YEAR = re.compile(r"(\d{4})-([QH])(\d)")


def _date(year: int, month: int, day: int, language: Language, *, of: bool) -> str:
    year_said = f"{year:04d}"
    if language == "ru":
        year_said += " г."
        names = _MONTHS_RU if day or of else _MONTHS_RU_ALONE
    else:
        names = _MONTHS_EN
    if not month:
        return year_said
    return f"{day} {names[month - 1]} {year_said}" if day else f"{names[month - 1]} {year_said}"


def month_name(month: int, language: Language) -> str:
    """A month alone: "May", «май»."""
    return (_MONTHS_RU_ALONE if language == "ru" else _MONTHS_EN)[month - 1]


def unit_of(unit: str) -> str:
    """A unit as it stands behind a number; one that is a sentence is cut."""
    return clean(unit, MOST_UNIT)


def exactly(value: Cell, unit: str, language: Language, axis: Axis | None = None) -> str:
    """A place with its unit, exactly enough to be that of one sample; see :func:`quantity`."""
    digits = _DIGITS
    if isinstance(value, int | float) and abs(value) >= 1e3:
        digits = math.floor(math.log10(abs(value))) + 1 + _DECIMALS
    return quantity(value, unit, language, axis, digits)


def quantity(
    value: Cell, unit: str, language: Language, axis: Axis | None = None, digits: int = _DIGITS
) -> str:
    """A value with its unit; a date or a name where the value is one."""
    if value is None:
        return _("nothing")
    if isinstance(value, str):
        if _is_date(value, axis):
            return moment(_to_the_day(value, axis), language)
        return quoted(value, language)
    text = number(value, language, digits)
    unit = unit_of(unit)
    if not unit:
        return text
    if unit == "%":
        return f"{text}\u00a0%" if language == "ru" else f"{text}%"
    return f"{text}\u00a0{unit}"


def _is_date(value: str, axis: Axis | None) -> bool:
    if axis is not None:
        return axis.kind == "date"
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return bool(re.fullmatch(r"\d{4}-\d{2}", value))
    return len(value) >= 8 and "-" in value


def _to_the_day(value: str, axis: Axis | None) -> str:
    """Without the time of day where the axis shows months: between monthly points it would be idle."""
    ends = axis.range if axis is not None else None
    if ends is None or not all(isinstance(end, str) for end in ends):
        return value
    try:
        low, high = (datetime.fromisoformat(str(end)[:10]) for end in ends)
    except ValueError:
        return value
    return value[:10] if (high - low).days > _MONTHS_SHOWN else value


def where(place: Cell, axis: Axis | None, unit: str, language: Language) -> str:
    """A place as a phrase: "on 5 March 2024", "at “Depth” = 2050 m", "for “April”"."""
    if place is None:
        return ""
    if isinstance(place, str):
        if _is_date(place, axis):
            text = moment(_to_the_day(place, axis), language)
            return (_("on {date}") if len(place) > _OF_MONTH else _("in {date}")).format(date=text)
        return _("for {category}").format(category=quoted(place, language))
    label = axis.label if axis is not None else ""
    name = quoted(_short(label), language) if _short(label) else "x"
    return _("at {axis} = {place}").format(axis=name, place=exactly(place, unit, language))


def _short(label: str) -> str:
    from rusoil_jupyter.figures.words.labels import without_unit

    return without_unit(clean(label))


def capital(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
