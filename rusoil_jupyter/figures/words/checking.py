"""What a text says about a figure, checked: numbers that the figure refutes become sentences."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.query import CannotAnswer, answer
from rusoil_jupyter.figures.query.marks import GRIDS, marks_of
from rusoil_jupyter.figures.reading import axis_of, number_of
from rusoil_jupyter.figures.words import dates, numbers
from rusoil_jupyter.figures.words.forms import Language, clean, in_language, language_of, number, quoted
from rusoil_jupyter.figures.words.stems import plain
from rusoil_jupyter.figures.words.understanding import understand
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.finding import Finding, Query
    from rusoil_jupyter.figures.reading import Reading

CLOSE = 0.025  # of a value: what "about" may mean
_CLOSE_OF_RANGE = 0.01
_MOST_CHARS = 20_000
_MOST_CLAUSES = 200
_CLAUSE = re.compile(
    r"(?<=[.!?;])\s+|\n+|(?<=\w),\s+(?=(?:and|while|whereas|but|а|но|и|тогда как|при этом)\s)"
)
_CHECKED = frozenset(
    [
        "value_at",
        "maximum",
        "minimum",
        "first",
        "last",
        "mean",
        "median",
        "sum",
        "std",
        "count",
        "spread",
        "share",
        "series",
        "panels",
        "crossing",
    ]
)
_DERIVED = re.compile(
    r"differ|change|drop|fell|fall|rose|grew|increas|decreas|declin|sum|total|area|ratio|times|cumulative|spread|range|axis|per |"
    r"разниц|измен|сниз|упал|вырос|увелич|уменьш|сумм|накоплен|площад|отношени|раз\b|размах|ось|оси|прирост|темп|до оси",
    re.IGNORECASE,
)


def verify(text: str, reading: Reading) -> tuple[str, ...]:
    """The contradictions between a text and a figure, each a sentence in the text's language.

    A clause is read like a question without its number; where it is understood, and the figure answers with another
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
    for clause in [part for part in _CLAUSE.split(text) if part and part.strip()][:_MOST_CLAUSES]:
        written = _numbers_of(clause, reading, language)
        refuted = None
        accepted = False
        for one in written:
            verdict = _judged(clause, one, reading, language)
            if verdict is None:
                continue
            if verdict == "":
                accepted = True
            else:
                refuted = refuted or verdict
        if refuted and not accepted:
            yield refuted
            continue
        if not accepted:
            yield from _beyond(clause, written, reading, language)


def _numbers_of(clause: str, reading: Reading, language: Language) -> list[numbers.Written]:
    """The numbers of a clause that state something: not those in dates, cited labels and the figure's own words."""
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


def _judged(clause: str, one: numbers.Written, reading: Reading, language: Language) -> str | None:
    """``None``: not understood; empty: the figure agrees; else the contradiction."""
    question = f"{clause[: one.start]} {clause[one.end :]}"
    query = understand(question, reading.description)
    if query is None or query.op not in _CHECKED or (query.op in {"series", "panels"} and query.series):
        return None
    try:
        finding = answer(reading, query)
    except CannotAnswer:
        return None
    true = _numbers_in(finding)
    if not true:
        return None
    slack = _slack(query, reading)
    if any(_agrees(one, value, slack) for value in true):
        return ""
    main = true[0]
    return _("The text says {said}, but the figure gives {true}: “{clause}”").format(
        said=number(one.value, language, 6), true=number(main, language), clause=clean(clause, 160)
    )


def _agrees(one: numbers.Written, value: float, slack: float) -> bool:
    said = [one.value, one.value / one.many]
    return any(abs(number_ - value) <= max(one.half, CLOSE * abs(value), slack) for number_ in said)


def _numbers_in(finding: Finding) -> list[float]:
    cells = [finding.value, finding.at, *(finding.details.values())]
    cells += [cell for point in finding.points for cell in (point.value, point.at)]
    found = [float(cell) for cell in cells if isinstance(cell, int | float)]
    for cell in (finding.at, *(point.at for point in finding.points)):
        if isinstance(cell, str) and re.match(r"\d{4}", cell):
            found.append(float(cell[:4]))
    return [cell for cell in found if math.isfinite(cell)]


def _slack(query: Query, reading: Reading) -> float:
    """What reading off the axis can mean."""
    if query.op in {"count", "series", "panels"}:
        return 0.0
    for panel in reading.description.panels:
        for series in panel.series:
            if query.series in {"", series.id}:
                axis = axis_of(
                    panel, series, "z" if series.kind in GRIDS else "y" if series.along == "x" else "x"
                )
                if axis is not None and axis.range is not None and axis.scale == "linear":
                    low, high = (number_of(end, axis) for end in axis.range)
                    return _CLOSE_OF_RANGE * abs(high - low) if math.isfinite(high - low) else 0.0
                return 0.0
    return 0.0


def _beyond(
    clause: str, written: list[numbers.Written], reading: Reading, language: Language
) -> Iterator[str]:
    """Values with an axis' unit that lie beyond everything drawn against axes with this unit."""
    if _DERIVED.search(clause):
        return
    spans = _spans(reading)
    for one in written:
        behind = plain(clause[one.end : one.end + 40])
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
