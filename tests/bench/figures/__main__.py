"""``python -m tests.bench.figures [PART ...]``: parts as below; without any, all of them.

``others`` and ``blind`` are the questions in other words. ``questions=NAME`` asks about the charts of one
library, or those whose names begin so, ``metamorphic=NAME`` about those of one library; ``fresh=FOLDER`` asks
a set that lies elsewhere; ``capture=ROUNDS``, ``pixels=CHARTS``.
"""

from __future__ import annotations

import json
import sys
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib

matplotlib.use("agg")

from tests.bench import capture, capture_web, figures_petroleum, pixels, plot
from tests.bench.figures import (
    asking,
    claims,
    fresh,
    instructions,
    metamorphic,
    statements,
    verdicts,
    whole,
    wordings,
)
from tests.bench.figures.wordings_blind import BLIND

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path("artifacts/bench")
CHARTS = "real tables and the Vega-Lite gallery; truths by pandas and the Vega runtime; "


class Part(NamedTuple):
    """Something that is measured. ``cases``: where they come from, and who has seen them."""

    measure: Callable[[str], Any]
    report: Callable[[Any], str]
    cases: str


def _asked_in(words: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    def measure(only: str) -> dict[str, Any]:
        with wordings.asked_in(words):
            return asking.measure(only)

    return measure


PARTS = {
    "whole": Part(lambda _: whole.measure(), whole.report, whole.CASES),
    "metamorphic": Part(metamorphic.measure, metamorphic.report, metamorphic.CASES),
    "instructions": Part(lambda _: instructions.measure(), instructions.report, instructions.CASES),
    "statements": Part(lambda _: statements.measure(), statements.report, statements.CASES),
    "fresh": Part(fresh.measure, fresh.report, fresh.CASES),
    "questions": Part(asking.measure, asking.report, f"{CHARTS}seen by whoever tunes the reader"),
    "others": Part(
        _asked_in(wordings.OTHERS), asking.report, f"{CHARTS}wordings from after the first tuning"
    ),
    "blind": Part(
        _asked_in(BLIND), asking.report, f"{CHARTS}wordings without a look at the reader, never tuned on"
    ),
    "petroleum": Part(
        lambda _: {"live": figures_petroleum.run(), "saved": figures_petroleum.run(saved=True)},
        figures_petroleum.report,
        "formulas; the questions were fixed before the experts were tuned",
    ),
    "claims": Part(
        lambda _: claims.measure(), claims.report, "random figures by seed, others than the tests'"
    ),
    "capture": Part(lambda rounds: capture.measure(int(rounds or 3)), capture.report, "charts of every kind"),
    "web": Part(
        lambda rounds: capture_web.measure(int(rounds or 5)), capture_web.report, "charts of three libraries"
    ),
    "pixels": Part(lambda count: pixels.measure(int(count or 60)), pixels.report, "charts drawn by seed"),
}


def main() -> None:
    """Measure each part, print its report, write its samples and draw them."""
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    for asked in sys.argv[1:] or list(PARTS):
        name, _, choice = asked.partition("=")
        part = PARTS[name]
        # In a context of its own: a part that answers in Russian must not leave that to the next one.
        result = results[name] = copy_context().run(part.measure, choice)
        print(f"--- {name} (cases: {part.cases})\n{part.report(result)}\n", flush=True)
        told = {"cases": part.cases, "result": result}
        (OUT / f"figures-{name}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))
    judged = verdicts.judged(results)
    print(verdicts.summary(judged))
    plot.figures(judged, results.get("capture", {}), OUT / "figures.png")


if __name__ == "__main__":
    main()
