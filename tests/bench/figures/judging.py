"""An answer held against what is right: is the whole question answered?

The first finding counts: its value, or its place where a place is asked; of a comparison the part that is
asked for. Of a question with several parts every one is looked for in all that was found; what a finding
holds but no sentence says does not count for those.
"""

from __future__ import annotations

import re
from datetime import date
from functools import singledispatch
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.figures import truth as t
from tests.bench.figures.verdicts import SURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

UNITS = {
    "MPa": r"mpa|мпа",
    "kPa": r"kpa|кпа",
    "bar": r"bars?|бар",
    "psi": r"psi[ag]?|фунт\w*.*дюйм\w*",
    "atm": r"atm\w*|атм\w*",
    "bbl/d": r"(?:bbl|stb|bopd|barrels?|барр\w*)(?:.*(?:/|per|в).*(?:d|day|сут\w*|день))?",
    "bbl": r"bbl|stb|barrels?|барр\w*",
    "m3": r"[mм][³3]|cubic met\w+|кубо?м\w*",
    "m3/d": r"[mм][³3].*(?:d|day|сут\w*)",
    "t": r"t|tonnes?|т|тонн\w*",
    "kt": r"kt|тыс\.? ?т\w*",
    "ft": r"ft|feet|foot|фут\w*",
    "m": r"m|met\w+|м|метр\w*",
    "km": r"km|км|kilomet\w+|километр\w*",
    "cm": r"cm|см|сантиметр\w*",
    "F": r"°? ?f|fahrenheit|фаренгейт\w*",
    "C": r"°? ?c|celsius|цельси\w*",
    "K": r"k|kelvins?|к|кельвин\w*",
    "D": r"d|darc(?:y|ies)|д|дарси",
    "mD": r"md|мд",
    "Pa·s": r"pa\W?s|па\W?с",
    "week": r"weeks?|wk|недел\w*",
    "month": r"months?|месяц\w*|мес\.?",
    "year": r"years?|yr|год\w*|лет",
    "day": r"days?|d|дн\w*|день|сут\w*",
    "hour": r"hours?|hr?|час\w*|ч",
    "minute": r"min\w*|мин\w*",
    "second": r"s|sec\w*|с|сек\w*",
    "bln": r"(?:млрд|миллиард\w*|billion|bln|bn).*",
    "mln": r"(?:млн|миллион\w*|million|mln).*",
    "thousand": r"(?:тыс\w*|thousand|k).*",
    "GWh": r"gwh|гвт\W?ч",
    "kWh": r"kwh|квт\W?ч",
    "inch": r"in|inch\w*|дюйм\w*",
    "L": r"l|lit\w+|л|литр\w*",
    "dollar": r"\$|usd|dollar\w*|долл\w*",
    "kg/m3": r"kg\W*m[³3]|кг\W*м[³3]",
}
_SIDES = ("first", "second", "from", "to")
_YES = {"да": True, "yes": True, "true": True, "нет": False, "no": False, "false": False}
_DENIES = re.compile(r"(?<!\w)(?:нет|не|нельзя|no|not|cannot)(?!\w)|n't|\?", re.IGNORECASE)


class Answer(NamedTuple):
    """What was found and said to a question."""

    question: str
    findings: Sequence[Any]
    text: str
    badge: str


def judged(question: t.Question, answer: Answer | None) -> str:
    """``right``, ``refused``, ``wrong``; ``false`` is wrong with the badge of something sure."""
    if answer is None:
        return "refused" if question.premise == "ok" else "right"
    if any(fits(form, answer) for form in question.forms):
        return "right"
    if not answer.findings:
        denied = question.premise == "false" and _DENIES.search(answer.text)
        return "right" if denied else "refused"
    return "false" if answer.badge in SURE else "wrong"


@singledispatch
def fits(form: Any, answer: Answer) -> bool:
    """Whether an answer says this: a number, a place, a day, a name by the first finding."""
    return bool(answer.findings) and _holds(form, answer.findings[0], answer)


@fits.register
def _(form: t.Says, answer: Answer) -> bool:
    return re.search(form.pattern, answer.text, re.IGNORECASE) is not None


@fits.register
def _(form: t.Yes, answer: Answer) -> bool:
    begins = re.match(r"\W*(?:[«“\"][^»”\"]*[»”\"]\s*[:–—-]\s*)?([^\W\d_]+)", answer.text)
    words = [begins[1]] if begins else []
    words += [str(finding.value) for finding in answer.findings[:1]]
    said = [_YES[word.casefold()] for word in words if word.casefold() in _YES]
    return said[0] == form.yes if said else any(fits(one, answer) for one in form.also)


@fits.register
def _(form: t.Names, answer: Answer) -> bool:
    return any(_names(form, finding, answer.text) for finding in answer.findings[:1])


@fits.register
def _(form: t.Parts, answer: Answer) -> bool:
    no_more = len(answer.findings) <= max(2, len(form.parts))
    return no_more and all(_is_part(part, answer) for part in form.parts)


# --- one finding -----------------------------------------------------------------------------------------


@singledispatch
def _holds(form: Any, finding: Any, answer: Answer) -> bool:
    raise TypeError(type(form))


@_holds.register
def _(form: t.Num, finding: Any, answer: Answer) -> bool:
    if form.where:
        return any(
            _is(form, cell) and _has_unit(form, unit, answer) for cell, unit in _places(finding, answer)
        )
    if finding.value is None:
        own = [point for point in finding.points if form.label and form.label in (point.label, point.at)]
        return len(own) == 1 and _is(form, own[0].value) and _has_unit(form, finding.unit, answer)
    if is_level(finding, answer.question):
        return form.measure == "count" and len(finding.points) == form.value
    if _is(form, finding.value):
        return _has_unit(form, finding.unit, answer)
    return _is_compared(form, finding)


def _is_compared(form: t.Num, finding: Any) -> bool:
    """Whether a number is that part of a comparison; a ratio may be either way round."""
    part = _number(finding.details.get(form.measure))
    return part is not None and (
        _is(form, part) or (form.measure == "ratio" and part != 0 and _is(form, 1 / part))
    )


@_holds.register
def _(form: t.Span, finding: Any, answer: Answer) -> bool:
    place = _number(_place(finding))
    return place is not None and form.low - 1e-9 <= place <= form.high + 1e-9


@_holds.register
def _(form: t.Day, finding: Any, answer: Answer) -> bool:
    place = _place(finding)
    when = _date(finding.value if place is None else place)
    inside = when is not None and date.fromisoformat(form.first) <= when <= date.fromisoformat(form.last)
    return inside and _has_value(form.values, finding, answer)


@_holds.register
def _(form: t.Name, finding: Any, answer: Answer) -> bool:
    if not _has_value(form.values, finding, answer):
        return False
    if finding.value is None and form.label:
        own = [point for point in finding.points if _alike(form.label, point.label)]
        return len(own) == 1 and _alike(form.name, own[0].at)
    for cell in _told_names(finding):
        if any(_alike(one, cell) for one in form.among):
            return _alike(form.name, cell)
    return _written(form.among, answer.text) == {form.name}


def _told_names(finding: Any) -> Iterator[Any]:
    """Where an answer may have its name, the surest place first."""
    yield from (cell for cell in (finding.value, finding.at) if isinstance(cell, str))
    if finding.at is None:
        yield from finding.items[:1]
    yield finding.series
    if finding.value is None and finding.at is None and len(finding.points) == 1:
        yield from (finding.points[0].at, finding.points[0].label)


def _names(form: t.Names, finding: Any, text: str) -> bool:
    groups = (
        [point.at for point in finding.points],
        finding.items,
        [point.label for point in finding.points],
        [finding.value, finding.at],
    )
    for group in groups:
        if listed := {one for one in form.among if any(_alike(one, cell) for cell in group)}:
            return listed == set(form.names) and listed <= _written(form.among, text)
    return _written(form.among, text) == set(form.names)


# --- several parts ---------------------------------------------------------------------------------------


def _is_part(part: Any, answer: Answer) -> bool:
    if isinstance(part, t.Names | t.Yes | t.Says | t.Parts):
        return fits(part, answer)
    return any(_holds(part, one, answer) or _is_pointed(part, one, answer) for one in answer.findings)


def _is_pointed(part: Any, finding: Any, answer: Answer) -> bool:
    """Whether a part is one of several points, or a side of a comparison, that is said."""
    if isinstance(part, t.Num):
        cells = [finding.details.get(name) for name in _SIDES]
        cells += [point.value for point in finding.points if point.label or point.at is not None]
        told = any(_is(part, cell) and _is_said(cell, answer.text) for cell in cells)
        return told and _has_unit(part, finding.unit, answer)
    if isinstance(part, t.Name) and part.name not in _written(part.among, answer.text):
        return False
    return any(_holds(part, _Pointed(finding, point), answer) for point in finding.points)


class _Pointed:
    """A point of a finding as a finding."""

    def __init__(self, finding: Any, point: Any) -> None:
        self.unit, self.at_unit = finding.unit, finding.at_unit
        self.value, self.at, self.series = point.value, point.at, point.label
        self.points: tuple[Any, ...] = ()
        self.items: tuple[str, ...] = ()
        self.details: dict[str, Any] = {}


# --- cells -----------------------------------------------------------------------------------------------


def _place(finding: Any) -> Any:
    if finding.at is None and finding.value is None and finding.points:
        return finding.points[0].at
    return finding.at


def _places(finding: Any, answer: Answer) -> Iterator[tuple[Any, str]]:
    """Places with their units; of a finding without one its value, if the question did not give it."""
    place = _place(finding)
    if place is not None:
        yield place, finding.at_unit
    elif not is_level(finding, answer.question):
        yield finding.value, finding.unit


def is_level(finding: Any, question: str) -> bool:
    """Whether the value is a level of the question, whose places were found."""
    value = _number(finding.value)
    return value is not None and bool(finding.points) and _is_said(value, question)


def _number(cell: Any) -> float | None:
    if cell is None or isinstance(cell, bool):
        return None
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


def _is(form: t.Num, cell: Any) -> bool:
    got = _number(cell)
    if got is None:
        return False
    off = abs(abs(got) - abs(form.value)) if form.signless else abs(got - form.value)
    return off <= max(form.tol or form.rel * abs(form.value), 1e-9)


def _has_value(values: Iterable[float], finding: Any, answer: Answer) -> bool:
    """Whether what is said with a name belongs to it; nothing need be said."""
    if not values or _number(finding.value) is None or is_level(finding, answer.question):
        return True
    cells = [finding.value, *(finding.details.get(name) for name in _SIDES)]
    return any(_is(t.Num(value, signless=True), cell) for value in values for cell in cells)


def _has_unit(form: t.Num, unit: str, answer: Answer) -> bool:
    if not form.unit:
        return True
    pattern = UNITS[form.unit]
    if unit.strip():
        return re.fullmatch(rf"\s*(?:{pattern})\s*", unit, re.IGNORECASE) is not None
    return re.search(rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])", answer.text, re.IGNORECASE) is not None


def _is_said(cell: Any, text: str) -> bool:
    """Whether a number stands in a text, rounded or not, with commas of either meaning."""
    got = abs(_number(cell) or 0.0)
    plain = re.sub(r"(?<=\d)[\u00a0\u2009\u202f ](?=\d{3}(?!\d))", "", text)
    written = [one.replace(",", mark) for one in re.findall(r"\d+(?:[.,]\d+)*", plain) for mark in (".", "")]
    told = [number for one in written if (number := _number(one)) is not None]
    return any(abs(number - got) <= 6e-4 * max(got, 1e-9) for number in told)


def _date(cell: Any) -> date | None:
    match = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", str(cell))
    try:
        return date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _alike(name: str, cell: Any) -> bool:
    told = f"{cell:g}" if isinstance(cell, float) else str(cell)
    return cell is not None and told.strip().casefold() == name.strip().casefold()


def _written(among: Iterable[str], text: str) -> set[str]:
    """The names that stand in a text."""
    return {one for one in among if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)}
