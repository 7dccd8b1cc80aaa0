"""Known questions with an intruder: another answer or none, never the same one.

The questions are those of :mod:`questions` about the charts of :mod:`charts` by five libraries, in both
languages. Where the intruder has a meaning, the right answer is that of the same question to the chart as it
is after it; an answer that stays is no failure where the right one stays, too.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.bench.figures import verdicts
from tests.bench.figures.answers import judge
from tests.bench.figures.intruders import variants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding
    from tests.bench.figures.drawn import Drawn
    from tests.bench.figures.intruders import Variant
    from tests.bench.figures.questions import Question, Slot, Truth

CASES = (
    "the questions and charts of the part “questions”, seen by whoever tunes the reader, in both languages, "
    "with intruders drawn by seed; the intruders were written after the rules and before the grammar"
)
SEED = 20261130
SHOWN = 20  # of each verdict
EACH = 5  # variants of a question
LEAST = 10_000  # of those that could fail


class Told(NamedTuple):
    """What a question got; ``findings`` is empty for none. ``crashed``: by an error that is no refusal."""

    findings: Sequence[Finding]
    text: str
    crashed: bool = False

    @property
    def badge(self) -> str:
        """That of its least sure finding."""
        from rusoil_jupyter.figures.tasks import least_sure

        return least_sure([finding.badge for finding in self.findings]) if self.findings else ""


def measure(only: str = "") -> list[dict[str, Any]]:
    """Every variant and what it is worth (``only``: those of one library)."""
    from tests.bench.figures.drawn import drawn
    from tests.bench.figures.questions import truths_of_charts

    return list(rows(one for one in drawn(truths_of_charts()) if only in one.truth.library))


def rows(charts: Iterable[Drawn], each: int = EACH, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The variants of every question about these charts that is answered at all."""
    for one in charts:
        for language in ("en", "ru"):
            truth = replace(one.truth, language=language)
            yield from _of_chart(truth, one.reading, each, seed)


def _of_chart(truth: Truth, reading: Reading, each: int, seed: int) -> Iterator[dict[str, Any]]:
    from tests.bench.figures.questions import ASKED

    for row, ask in enumerate(ASKED):
        key = f"{seed}/{truth.chart}/{truth.library}/{truth.language}/{row}"
        question = ask(truth, random.Random(key))
        if question is None:
            continue
        known = told(question.text, reading)
        if not known.findings:
            continue
        for variant in variants(question.text, truth, random.Random(f"{key}/intruders"), each):
            if (rights := _rights(ask, key, question, variant)) is not None:
                got = told(variant.text, reading)
                yield {
                    "figure": truth.chart,
                    "library": truth.library,
                    "language": truth.language,
                    "kind": variant.kind,
                    "op": question.op,
                    "known": question.text,
                    "question": variant.text,
                    "verdict": _verdict(question, rights, known, got),
                    "badge": got.badge,
                    "said": got.text,
                }


def _rights(
    ask: Callable[[Truth, random.Random], Question | None], key: str, question: Question, variant: Variant
) -> list[Any] | None:
    """The right answers to a variant, none where it means nothing; ``None`` where they are not known.

    They are not known where the chart after the intruder would be asked for another place.
    """
    after = [ask(truth, random.Random(key)) for truth in variant.truths or ()]
    asked = [one.right for one in after if one is not None and one.text == question.text]
    return asked if len(asked) == len(after) else None


def told(question: str, reading: Reading) -> Told:
    """The reader's answer without a model, where it is the reader's to answer: an instruction is not."""
    from rusoil_jupyter.errors import InvalidRequest
    from rusoil_jupyter.figures.tasks import found, said
    from rusoil_jupyter.figures.values.decision import Case, decide
    from rusoil_jupyter.figures.words.intent import intent

    if decide(Case("card", intent(question), "whole")) == "nobody":
        return Told((), "It is a model's to answer.")
    try:
        findings = found(question, None, reading)
    except InvalidRequest as error:
        return Told((), error.message)
    except Exception as error:  # whatever it is, the report names it and the others are asked
        return Told((), f"{type(error).__name__}: {error}", crashed=True)
    return Told(findings, said(findings, reading, "en") if findings else "")


def _verdict(question: Question, rights: list[Any], known: Told, got: Told) -> str:
    if not got.findings:
        return "crashed" if got.crashed else "refused"
    stays = any(_same(right, question.right) for right in rights)
    if is_same(known.findings, got.findings, question.slot):
        return "stays" if stays else "unchanged"
    if not rights:
        return "other"
    if any(judge(replace(question, right=right), got).exact for right in rights):
        return "right"
    return "false" if got.badge in verdicts.SURE else "wrong"


def is_same(first: Sequence[Finding], second: Sequence[Finding], slot: Slot) -> bool:
    """Whether two answers say the same: in all, or in what was asked for, whatever else is said with it."""
    asked = [getattr(found[0], slot, None) for found in (first, second)]
    if asked[0] is not None and asked[0] == asked[1]:
        return True
    return [_told(finding) for finding in first] == [_told(finding) for finding in second]


def _told(finding: Finding) -> tuple[Any, ...]:
    points = tuple((point.label, point.at, point.value) for point in finding.points)
    return finding.name, finding.value, finding.unit, finding.at, finding.items, points


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= 1e-6 * max(abs(first), abs(second))
    return bool(first == second)


def report(rows: list[dict[str, Any]]) -> str:
    """The unchanged answers first; then the answers that are false for the chart after the intruder."""
    judged = [row for row in rows if row["verdict"] != "stays"]
    unchanged = sum(row["verdict"] == "unchanged" for row in rows)
    lines = [
        f"{unchanged} of {len(judged):,} variants give the unchanged answer (goal 0 of {LEAST:,}); "
        f"of {len(rows) - len(judged)} more the right answer stays",
        verdicts.table(rows, ("kind", "language", "library")),
        *_some(rows, "unchanged"),
        *_some(rows, "false"),
        *_some(rows, "crashed"),
    ]
    return "\n".join(lines)


def _some(rows: list[dict[str, Any]], verdict: str) -> list[str]:
    return [
        f"  {verdict}: {row['question']} -> {row['said'][:100]} [{row['figure']}, {row['library']}]"
        for row in [row for row in rows if row["verdict"] == verdict][:SHOWN]
    ]
