"""Two figures: asked the same, or their series side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.description import FigureDescription
from rusoil_jupyter.figures.finding import Finding, Query
from rusoil_jupyter.figures.tasks import answer_of, badge_of, found, least_sure, left_open, said
from rusoil_jupyter.i18n import _
from rusoil_jupyter.interpret.source import Source

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Language
    from rusoil_jupyter.protocol import Interpretation, InterpretRequest

MOST_PAIRS = 6  # series that are compared one by one


def compared(asked: InterpretRequest, first: Reading, language: Language) -> Interpretation:
    """Both asked the same where there is a question; else their series side by side."""

    second = Source(mimebundle=asked.other or {}).read()
    if second is None:
        raise InvalidRequest(
            _("There is no figure in the second output that can be read."),
            _("Choose an output with a plot, a diagram or a picture."),
            field="other",
        )
    both = (_("First figure"), first), (_("Second figure"), second)
    try:
        answers = [(name, found(asked.question, asked.query, one), one) for name, one in both]
    except InvalidRequest:  # “compare them” is no question to one of them
        answers = []
    is_answered = bool(answers) and all(findings for _name, findings, _one in answers)
    if is_answered:
        lines = [f"{name}: {said(seen, one, language)}" for name, seen, one in answers]
        findings = [finding for _name, seen, _one in answers for finding in seen]
    else:
        lines, findings = _side_by_side(both, language)
    badge = least_sure([*(finding.badge for finding in findings), badge_of(first), badge_of(second)])
    answer = answer_of(first, language, "\n".join(lines), findings)
    left = left_open(asked.question, first, language) if asked.question.strip() and not is_answered else ""
    return answer.model_copy(update={"badge": badge, "notices": (left,) if left else ()})


Named = tuple[str, "Reading"]


def _side_by_side(both: tuple[Named, Named], language: Language) -> tuple[list[str], list[Finding]]:
    from rusoil_jupyter.figures import query, words

    lines, findings = [], []
    pairs, alone = _pairs(both[0][1], both[1][1])
    for left, right in pairs[:MOST_PAIRS]:
        pair = _together(both[0], left, both[1], right)
        try:
            finding = query.answer(pair, Query(op="compare", series="a", other="b"))
        except InvalidRequest:
            continue
        findings.append(finding)
        lines.append(said([finding], pair, language))
    for (name, _reading), labels in zip(both, alone, strict=True):
        if labels:
            lines.append(_("{figure} alone has: {series}.").format(figure=name, series=", ".join(labels)))
    if not findings:
        lines = [f"{name}: {words.describe(reading, language)}" for name, reading in both] + lines
    return lines, findings


def _series(reading: Reading) -> dict[str, str]:
    """Id by label."""
    return {
        one.label or panel.title or one.id: one.id
        for panel in reading.description.panels
        for one in panel.series
    }


def _pairs(first: Reading, second: Reading) -> tuple[list[tuple[str, str]], tuple[list[str], list[str]]]:
    """Series with the same label, and the labels of those that have no other half."""
    left, right = _series(first), _series(second)
    same = [(left[label], right[label]) for label in left if label in right]
    if not same and len(left) == len(right) == 1:
        return [(*left.values(), *right.values())], ([], [])  # type: ignore[list-item]
    return same, ([one for one in left if one not in right], [one for one in right if one not in left])


def _together(first: Named, left: str, second: Named, right: str) -> Reading:
    """One reading of two series of two figures, named by them."""
    from rusoil_jupyter.figures.reading import Reading

    series, arrays, errors = [], {}, {}
    for key, (name, reading), own in (("a", first, left), ("b", second, right)):
        panel, one = reading.description.find(own)
        label = f"{one.label or panel.title or one.id} ({name.lower()})"
        series.append(one.model_copy(update={"id": key, "label": label[:500]}))
        if own in reading.arrays:
            arrays[key] = reading.arrays[own]
        if own in reading.error:
            errors[key] = reading.error[own]
    panel, _one = first[1].description.find(left)
    whole = panel.model_copy(update={"series": tuple(series)})
    badge = least_sure([first[1].badge, second[1].badge])
    return Reading(FigureDescription(panels=(whole,)), arrays, badge, errors)
