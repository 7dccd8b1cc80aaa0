"""Two figures: asked the same, or their series side by side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.interpret.source import Source
from rusoil_jupyter.figures.tasks import answer_of, badge_of, hear, least_sure, said, unanswered
from rusoil_jupyter.figures.values.decision import Case
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.figures.values.queries import Comparison, Selection, Statistic
from rusoil_jupyter.figures.words.stems import plain
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Language
    from rusoil_jupyter.protocol import Interpretation, InterpretRequest

MOST_PAIRS = 6  # series that are compared one by one
_COMPARES = re.compile(  # and says nothing else that would have to be kept to
    r"(?:(?:compare|them|these|those|this|that|the|both|two|with|to|and|other|each|one|it|figures?|plots?|charts?|"
    r"graphs?|pictures?|please|how|do|they|what|is|are|differ|differences?|between|different|"
    r"сравни(?:те|ть)?|их|эти|этот|оба|обе|два|две|с|и|другим|другом|друг|рисун\w+|график\w*|картин\w+|"
    r"пожалуйста|чем|отлича\w+|они|разница|различи\w+|между|ними|этими)\W*)+"
)


def compared(asked: InterpretRequest, first: Reading, language: Language) -> tuple[Interpretation, Case]:
    """Both asked the same where there is a question; else, and where that is to compare them, their series
    side by side. No model is asked about two figures.
    """
    second = Source(mimebundle=asked.other or {}).read()
    if second is None:
        raise InvalidRequest(
            _("There is no figure in the second output that can be read."),
            _("Choose an output with a plot, a diagram or a picture."),
            field="other",
        )
    both = (_("First figure"), first), (_("Second figure"), second)
    heard = [hear(asked, one, language) for _name, one in both]
    unclear = next((one for one in heard if not (one.findings and one.is_answer)), None)
    if unclear is None:
        told = [said(one.findings, it, language) for (_name, it), one in zip(both, heard, strict=True)]
        lines = [f"{name}: {text}" for (name, _it), text in zip(both, told, strict=True)]
        findings = [finding for one in heard for finding in one.findings]
    elif not asked.question.strip() or _COMPARES.fullmatch(plain(asked.question)):
        lines, findings = _side_by_side(both, language)
    else:
        case = Case(door="api", asks=unclear.asks, grasp=unclear.grasp)
        return unanswered(first, unclear, language), case
    badge = least_sure([*(finding.badge for finding in findings), badge_of(first), badge_of(second)])
    answer = answer_of(first, language, "\n".join(lines), findings).model_copy(update={"badge": badge})
    return answer, Case(door="api", asks="operation", grasp="whole")


Named = tuple[str, "Reading"]


def _side_by_side(both: tuple[Named, Named], language: Language) -> tuple[list[str], list[Finding]]:
    from rusoil_jupyter.figures import query, words

    lines, findings = [], []
    pairs, alone = _pairs(both[0][1], both[1][1])
    for left, right in pairs[:MOST_PAIRS]:
        pair = _together(both[0], left, both[1], right)
        try:
            finding = query.answer(pair, Comparison(first=_mean_of("a"), second=_mean_of("b")))
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


def _mean_of(series: str) -> Statistic:
    return Statistic(name="mean", of=Selection(series=(series,)))


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
