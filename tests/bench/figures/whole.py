"""Whole questions asked and judged: conditions, exceptions, other units, several parts, false premises.

Two sets: the package :mod:`whole_questions`, written by somebody who had not read the reader, and the six
figures of :mod:`whole_asked`, among whose questions are instructions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.bench.figures import fresh
from tests.bench.figures.drawn import reading_of
from tests.bench.figures.judging import is_level
from tests.bench.figures.verdicts import SURE
from tests.bench.figures.whole_asked import ASKED
from tests.bench.figures.whole_questions import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.figures.values.finding import Finding
    from rusoil_jupyter.figures.values.interpretation import Interpretation
    from tests.bench.figures.whole_asked import Truth

CASES = (
    "whole_questions (190), by somebody who had not read the reader, seen by whoever tunes it since; "
    "whole_asked (kind “mixed”), written beside the guard of every word and never tuned on"
)
_PARTS = ("difference", "ratio", "percent")


def measure() -> list[dict[str, Any]]:
    """Every question, what was said to it, and what that is worth."""
    return [*fresh.asked(FIGURES), *_mixed()]


def _mixed() -> Iterator[dict[str, Any]]:
    for asked in ASKED:
        reading = reading_of(asked.draw)
        for question, truth in asked.questions:
            yield {
                "figure": asked.name,
                "library": "matplotlib",
                "language": "ru" if re.search("[а-я]", question) else "en",
                "kind": "mixed",
                "premise": "false" if truth is None else "ok",
                "question": question,
                "right": str(truth),
            } | _asked(reading, question, truth)


def _asked(reading: Any, question: str, truth: Truth) -> dict[str, Any]:
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter_kernel.errors import MagicError
    from rusoil_jupyter_kernel.figures.live import interpret

    try:
        answer = interpret(reading, question)
    except (RusoilError, MagicError) as error:
        return {"verdict": judged(question, None, truth), "said": f"refused: {error}", "badge": ""}
    said = answer.text if answer is not None else "not understood"
    return {"verdict": judged(question, answer, truth), "said": said, "badge": answer.badge if answer else ""}


def judged(question: str, answer: Interpretation | None, truth: Truth) -> str:
    """``right``, ``refused`` or ``wrong``; ``false`` is wrong with the badge of something sure."""
    if answer is None or not answer.findings:
        return "right" if truth is None else "refused"
    if truth is not None and any(
        _holds(question, answer.findings[0], one) for one in (truth if isinstance(truth, tuple) else (truth,))
    ):
        return "right"
    return "false" if answer.badge in SURE else "wrong"


def _holds(question: str, finding: Finding, truth: float | str) -> bool:
    if isinstance(truth, str):
        told = [finding.at, finding.value, finding.series, *(finding.items[:1])]
        return any(str(cell).casefold().startswith(truth.casefold()) for cell in told if cell is not None)
    numbers = [finding.value, finding.at, *(finding.details.get(name) for name in _PARTS)]
    if is_level(finding, question):
        numbers = [finding.at, *(point.at for point in finding.points[:1]), float(len(finding.points))]
    return any(
        abs(abs(float(cell)) - abs(truth)) <= 1e-3 * abs(truth) + 1e-9
        for cell in numbers
        if isinstance(cell, int | float)
    )


def report(rows: list[dict[str, Any]]) -> str:
    """As for fresh questions, each set for itself."""
    return "\n".join(
        f"{name}: {fresh.report(part)}"
        for name, part in (
            ("whole_questions", [row for row in rows if row["kind"] != "mixed"]),
            ("whole_asked", [row for row in rows if row["kind"] == "mixed"]),
        )
    )
