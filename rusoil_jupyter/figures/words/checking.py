"""What a text says about a figure, checked: numbers that the figure refutes become sentences."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures import queries as q
from rusoil_jupyter.figures.query import CannotAnswer, answers
from rusoil_jupyter.figures.query.marks import GRIDS, marks_of
from rusoil_jupyter.figures.reading import axis_of, number_of
from rusoil_jupyter.figures.words import asking as ask
from rusoil_jupyter.figures.words import dates, numbers
from rusoil_jupyter.figures.words.accounting import says_nothing
from rusoil_jupyter.figures.words.forms import Language, clean, in_language, language_of, number, quoted
from rusoil_jupyter.figures.words.measures import measured, same_unit, without_many
from rusoil_jupyter.figures.words.stems import plain
from rusoil_jupyter.figures.words.understanding import understand
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.finding import Finding
    from rusoil_jupyter.figures.reading import Reading

CLOSE = 0.025  # of a value: what "about" may mean
_CLOSE_OF_RANGE = 0.01
_MOST_CHARS = 20_000
_MOST_CLAUSES = 200
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_a-zа-я]|[«“\"\d])|\n+")
_PART = re.compile(r"[,;:]\s+|\s+(?:while|whereas|тогда как|при этом)\s+")
_COUNTED = re.compile(
    rf"\s+(?:[^\W\d_]+\s+)?(?:{ask.SERIES_NOUN}|{ask.MARK_NOUN}|sub-?plots?|panels?|панел\w+)(?!\w)"
)
# A number behind these is the value that the sentence is about.
_STATES = re.compile(
    r"(?:\b(?:is|was|were|are|be|equals?|of|reach(?:es|ed)?|about|around|approximately|roughly|nearly|almost|at|to|exactly|just)"
    r"|[=—–:-]|(?:равен|равн\w+|составля\w+|составил\w*|достиг\w*|около|примерно|почти|значени\w+|был\w*))\s*$",
    re.IGNORECASE,
)
# ... and behind these it is none: a row, a range, a number of a figure.
_NO_VALUE = re.compile(
    r"(?:\b(?:row|column|panel|figure|from|between|and|number|fig)|строке|столбце|панел\w+|рисун\w+|от|между|с|номер|№)\.?\s*$"
    r"|(?:from|between|от|между)\s+\S+\s+(?:\S+\s+)?(?:to|and|до|и)\s*$",
    re.IGNORECASE,
)
_DERIVED = re.compile(
    r"differ|change|drop|fell|fall|rose|grew|increas|decreas|declin|sum|total|area|ratio|times|cumulative|"
    r"spread|range|axis|per |"
    r"разниц|измен|сниз|упал|вырос|увелич|уменьш|сумм|накоплен|площад|отношени|раз\b|размах|ось|оси|прирост|"
    r"темп|до оси",
    re.IGNORECASE,
)


def verify(text: str, reading: Reading) -> tuple[str, ...]:
    """The contradictions between a text and a figure, each a sentence in the text's language.

    A clause is read like a question without its number; where it is understood, and the figure answers with
    another
    number, that is a contradiction. So is a value with the unit of an axis that no point reaches. What is not
    understood is not judged. Cited labels are no statements.

    Args:
        text: an answer, of a model for instance.
        reading: the figure it is about.
    """
    language = language_of(text)
    return in_language(
        language, lambda: tuple(dict.fromkeys(_contradictions(text[:_MOST_CHARS], reading, language)))
    )


def _contradictions(text: str, reading: Reading, language: Language) -> Iterator[str]:
    for sentence in _SENTENCE.split(text)[:_MOST_CLAUSES]:
        said = _said(sentence, reading, language)
        for row, (clause, statement, written) in enumerate(said):
            if written and all(
                _stands_alone(said[other], reading, language, after=other > row)
                for other in range(len(said))
                if other != row
            ):
                yield from _refuted(clause, statement, written, reading, language)


Said = tuple[str, str, "list[numbers.Written]"]


def _said(sentence: str, reading: Reading, language: Language) -> list[Said]:
    """The parts of a sentence: as written, with the series it speaks of before it, and its numbers.

    What stands in brackets is left out: a place or a remark.
    """
    labels = [plain(s.label) for panel in reading.description.panels for s in panel.series if s.label]
    found: list[Said] = []
    subject = ""
    for part in _PART.split(re.sub(r"\([^()]*\)", " ", sentence)):
        if not part.strip():
            continue
        lowered = plain(part)
        own = next((label for label in sorted(labels, key=len, reverse=True) if label in lowered), "")
        statement = part if own or not subject else f"{subject}: {part}"
        found.append((part.strip(), statement, _stated(statement, reading, language)))
        subject = own or subject
        if len(found) >= _MOST_CLAUSES:
            break
    return found


def _stated(statement: str, reading: Reading, language: Language) -> list[numbers.Written]:
    written = _numbers_of(statement, reading, language)
    return [one for one in written if not _NO_VALUE.search(statement[: one.start])]


def _stands_alone(said: Said, reading: Reading, language: Language, *, after: bool) -> bool:
    """Whether a part of a sentence leaves what the others say as it is: a statement of its own, or
    hardly a word.

    "In psi", "excluding May" and "in 2022" change what is said beside them; a place behind it
    does not.
    """
    clause, statement, written = said
    if any(_asked(statement, one, reading, language) is not None for one in written):
        return True
    return says_nothing(clause, reading.description, places=after)


def _refuted(
    clause: str, statement: str, written: list[numbers.Written], reading: Reading, language: Language
) -> Iterator[str]:
    verdicts = [_judged(statement, clause, one, reading, language) for one in written]
    refuted = [verdict for verdict in verdicts if verdict]
    if "" in verdicts:
        return
    if refuted:
        yield refuted[0]
    else:
        yield from _beyond(statement, clause, written, reading, language)


def _numbers_of(clause: str, reading: Reading, language: Language) -> list[numbers.Written]:
    """The numbers of a clause that state something: not those in dates, cited labels and the figure's own
    words."""
    hidden = [(m.start(), m.end()) for m in re.finditer(r"«[^»]*»|“[^”]*”|\"[^\"]*\"", clause)]
    lowered = clause.casefold().replace("ё", "е")
    if len(lowered) == len(clause):
        hidden += [(start, end) for start, end, when in dates.find(lowered) if not when.is_year]
        for label in _labels(reading):
            at = lowered.find(label)
            while at >= 0:
                hidden.append((at, at + len(label)))
                at = lowered.find(label, at + 1)
    return [
        one
        for one in numbers.find(clause, language)
        if not any(start <= one.start < end for start, end in hidden)
    ]


def _labels(reading: Reading) -> set[str]:
    labels = {reading.description.title}
    for panel in reading.description.panels:
        labels.add(panel.title)
        labels.update(axis.label for axis in panel.axes.values())
        labels.update(name for axis in panel.axes.values() for name in axis.categories)
        labels.update(series.label for series in panel.series)
        labels.update(name for series in panel.series for name in series.names)
    return {plain(label) for label in labels if re.search(r"\d", label)} - {""}


def _judged(
    statement: str, clause: str, one: numbers.Written, reading: Reading, language: Language
) -> str | None:
    """``None``: not understood; empty: the figure agrees; else the contradiction."""
    query = _asked(statement, one, reading, language)
    if query is None:
        return None
    try:
        true = [number for finding in answers(reading, query) for number in _numbers_in(finding)]
    except CannotAnswer:
        return None
    if not true:
        return None
    slack = _slack(query, reading)
    if any(_agrees(one, value, slack) for value in true):
        return ""
    return _("The text says {said}, but the figure gives {true}: “{clause}”").format(
        said=number(one.value, language, 6), true=number(true[0], language), clause=clean(clause, 160)
    )


def _asked(statement: str, one: numbers.Written, reading: Reading, language: Language) -> q.Query | None:
    """The query whose answer a statement gives with one of its numbers; ``None`` where it is not understood
    whole.
    """
    before, after = statement[: one.start], statement[one.end :]
    known = _units(reading, shortened=one.many != 1.0)
    unit, size = measured(after, statement, known)
    if unit:
        if not any(same_unit(unit, name, whole=True) for name in known):
            return None
        question, counts = f"{before} {after[size:]}", False
    elif _COUNTED.match(after):
        question = f"{before} {'сколько' if language == 'ru' else 'how many'}{after}"
        counts = True
    else:
        question, counts = f"{before} {after}", False
    query = understand(question, reading.description)
    fits = _is_count(query) if counts else _is_value(query)
    if query is None or not fits or (isinstance(query, q.ValueAt) and not _STATES.search(before)):
        return None
    if one.percent and isinstance(query, q.ValueAt) and _is_pie(query.of, reading):
        return q.Share(of=query.of, whole=query.of.model_copy(update={"places": ()}))
    return query


def _is_value(query: q.Query | None) -> bool:
    """Whether the answer to a query is one value of what is drawn, or a share."""
    match query:
        case q.ValueAt() | q.Extreme() | q.Share():
            return True
        case q.Statistic(name=name):
            return name != "count"
        case _:
            return False


def _is_count(query: q.Query | None) -> bool:
    """Whether the answer to a query is how many there are."""
    match query:
        case q.Statistic(name="count"):
            return True
        case q.Written(what=what, series=series):
            return what == "categories" or (what in {"series", "panels"} and not series)
        case _:
            return False


def _units(reading: Reading, *, shortened: bool) -> set[str]:
    """The units of the axes; ``shortened``: also without the "thousand" that stands with a number."""
    known = {axis.unit for panel in reading.description.panels for axis in panel.axes.values() if axis.unit}
    return known | ({without_many(name) for name in known} if shortened else set())


def _is_pie(of: q.Selection, reading: Reading) -> bool:
    listed = [series for panel in reading.description.panels for series in panel.series]
    return any(series.kind == "pie" and (not of.series or series.id in of.series) for series in listed)


def _agrees(one: numbers.Written, value: float, slack: float) -> bool:
    said = {(one.value, one.half), (one.value / one.many, one.half / one.many)}
    return any(abs(told - value) <= max(half, CLOSE * abs(value), slack) for told, half in said)


def _numbers_in(finding: Finding) -> list[float]:
    cells = [finding.value, finding.at, *(finding.details.values())]
    cells += [cell for point in finding.points for cell in (point.value, point.at)]
    found = [float(cell) for cell in cells if isinstance(cell, int | float)]
    for cell in (finding.at, *(point.at for point in finding.points)):
        if isinstance(cell, str) and re.match(r"\d{4}", cell):
            found.append(float(cell[:4]))
    return [cell for cell in found if math.isfinite(cell)]


def _slack(query: q.Query, reading: Reading) -> float:
    """What reading off the axis can mean."""
    if _is_count(query) or not isinstance(query, q.ValueAt | q.Extreme | q.Statistic | q.Share):
        return 0.0
    for panel in reading.description.panels:
        for series in panel.series:
            if not query.of.series or series.id in query.of.series:
                axis = axis_of(
                    panel, series, "z" if series.kind in GRIDS else "y" if series.along == "x" else "x"
                )
                if axis is not None and axis.range is not None and axis.scale == "linear":
                    low, high = (number_of(end, axis) for end in axis.range)
                    return _CLOSE_OF_RANGE * abs(high - low) if math.isfinite(high - low) else 0.0
                return 0.0
    return 0.0


def _beyond(
    statement: str, clause: str, written: list[numbers.Written], reading: Reading, language: Language
) -> Iterator[str]:
    """Values with an axis' unit that lie beyond everything drawn against axes with this unit."""
    bare, units = statement, _units(reading, shortened=True)
    for one in reversed(written):
        bare = bare[: one.start] + bare[one.end + measured(bare[one.end :], statement, units)[1] :]
    if _DERIVED.search(statement) or not says_nothing(bare, reading.description, places=True):
        return
    spans = _spans(reading)
    for one in written:
        behind = plain(statement[one.end : one.end + 40])
        unit = next((u for u in sorted(spans, key=len, reverse=True) if _starts_with(behind, u)), "")
        if one.percent and "%" in spans:
            unit = "%"
        if not unit:
            continue
        low, high = spans[unit]
        margin = max(one.half, CLOSE * max(abs(low), abs(high)), _CLOSE_OF_RANGE * (high - low))
        if low - margin <= one.value <= high + margin:
            continue
        yield _(
            "The text says {said}, but what is drawn in {unit} lies between {low} and {high}: “{clause}”"
        ).format(
            said=number(one.value, language, 6),
            unit=quoted(unit, language),
            low=number(low, language),
            high=number(high, language),
            clause=clean(clause, 160),
        )


def _starts_with(behind: str, unit: str) -> bool:
    return behind.startswith(unit) and not behind[len(unit) : len(unit) + 1].isalnum()


def _spans(reading: Reading) -> dict[str, tuple[float, float]]:
    """By unit, from where to where anything reaches: values, places and visible axes."""
    spans: dict[str, tuple[float, float]] = {}

    def widen(unit: str, low: float, high: float) -> None:
        if unit and math.isfinite(low) and math.isfinite(high):
            known = spans.get(unit, (low, high))
            spans[unit] = (min(known[0], low), max(known[1], high))

    for panel in reading.description.panels:
        for axis in panel.axes.values():
            if axis.range is not None and axis.kind == "number":
                low, high = (number_of(end, axis) for end in axis.range)
                widen(plain(axis.unit), low, high)
        for reference in panel.references:
            ref_axis = panel.axes.get(reference.axis)
            if ref_axis is not None and isinstance(reference.value, int | float):
                widen(plain(ref_axis.unit), float(reference.value), float(reference.value))
        for series in panel.series:
            try:
                marks = marks_of(reading, panel, series)
            except CannotAnswer:
                continue
            known = marks.values[marks.known()]
            if known.size:
                widen(plain(marks.unit), float(known.min()), float(known.max()))
            if marks.stats is not None:
                ends = [number_of(cell, marks.value_axis) for cell in (marks.stats.min, marks.stats.max)]
                widen(plain(marks.unit), *ends)
    return spans
