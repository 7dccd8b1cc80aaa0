"""Whole questions asked and judged: right, refused, or false with the badge of something sure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.bench.figures.whole_asked import ASKED

if TYPE_CHECKING:
    from rusoil_jupyter.figures.finding import Finding
    from rusoil_jupyter.figures.interpretation import Interpretation
    from tests.bench.figures.whole_asked import Truth

SURE = frozenset({"exact", "stored"})
GOAL_FALSE = 0.05  # of all questions
_PARTS = ("difference", "ratio", "percent")


def measure() -> list[dict[str, Any]]:
    """Every question, what was said to it, and what that is worth."""
    import matplotlib.pyplot as plt

    from rusoil_jupyter_kernel.figures import recording
    from rusoil_jupyter_kernel.figures.mpl import read

    recording.start()
    rows = []
    for asked in ASKED:
        reading = read(asked.draw())
        for question, truth in asked.questions:
            rows.append({"figure": asked.name, "question": question} | _asked(reading, question, truth))
        plt.close("all")
    return rows


def _asked(reading: Any, question: str, truth: Truth) -> dict[str, Any]:
    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter_kernel.errors import MagicError
    from rusoil_jupyter_kernel.figures.live import interpret

    try:
        answer = interpret(reading, question)
    except (RusoilError, MagicError) as error:
        return {"verdict": judged(None, truth), "said": f"refused: {error}", "badge": ""}
    said = answer.text if answer is not None else "not understood"
    return {"verdict": judged(answer, truth), "said": said, "badge": answer.badge if answer else ""}


def judged(answer: Interpretation | None, truth: Truth) -> str:
    """``right``, ``refused`` or ``wrong``; ``false`` is wrong with the badge of something sure."""
    if answer is None or not answer.findings:
        return "right" if truth is None else "refused"
    if truth is not None and any(
        _holds(answer.findings[0], one) for one in (truth if isinstance(truth, tuple) else (truth,))
    ):
        return "right"
    return "false" if answer.badge in SURE else "wrong"


def _holds(finding: Finding, truth: float | str) -> bool:
    if isinstance(truth, str):
        told = [finding.at, finding.value, finding.series, *(finding.items[:1])]
        return any(str(cell).casefold().startswith(truth.casefold()) for cell in told if cell is not None)
    numbers = [finding.value, finding.at, *(finding.details.get(name) for name in _PARTS)]
    if finding.query.op == "crossing":  # its value is the level that was asked for
        numbers = [finding.at, *(point.at for point in finding.points[:1]), float(len(finding.points))]
    return any(
        abs(abs(float(cell)) - abs(truth)) <= 1e-3 * abs(truth) + 1e-9
        for cell in numbers
        if isinstance(cell, int | float)
    )


def report(rows: list[dict[str, Any]]) -> str:
    """The counts, and what was false."""
    count = {
        verdict: sum(row["verdict"] == verdict for row in rows)
        for verdict in ("right", "refused", "wrong", "false")
    }
    cyrillic = sum(bool(re.search("[а-я]", row["question"])) for row in rows)
    lines = [
        f"{len(rows)} whole questions ({cyrillic} Russian): {count['right']} right, "
        f"{count['refused']} refused, {count['wrong']} wrong without a sure badge, "
        f"{count['false']} false (goal {GOAL_FALSE * len(rows):.0f})"
    ]
    false = [row for row in rows if row["verdict"] == "false"]
    lines += [f"  false: {row['question']} -> {row['said'][:120]}" for row in false]
    return "\n".join(lines)
