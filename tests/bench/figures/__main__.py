"""``python -m tests.bench.figures [PART ...]``: parts as below; without any, all of them.

``others`` and ``blind`` are the questions in other words. ``questions=NAME`` asks about the charts of one
library, or those whose names begin so; ``capture=ROUNDS``, ``pixels=CHARTS``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib

matplotlib.use("agg")

from tests.bench import capture, capture_web, figures_petroleum, pixels, plot
from tests.bench.figures import asking, claims, statements, whole, wordings
from tests.bench.figures.wordings_blind import BLIND

if TYPE_CHECKING:
    from collections.abc import Callable

OUT = Path("artifacts/bench")


def _petroleum(result: dict[str, Any]) -> str:
    return ", ".join(
        f"petroleum, {name} figures: {one['right']} of {one['tasks']} tasks right (goal 38)"
        for name, one in result.items()
    )


def _asked_in(words: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    def measure(only: str) -> dict[str, Any]:
        with wordings.asked_in(words):
            return asking.measure(only)

    return measure


def main() -> None:
    """Measure each part, print its report, write its samples and draw them."""
    parts: dict[str, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
        "questions": (asking.measure, asking.report),
        "others": (_asked_in(wordings.OTHERS), asking.report),
        "blind": (_asked_in(BLIND), asking.report),
        "capture": (lambda rounds: capture.measure(int(rounds or 3)), capture.report),
        "web": (lambda rounds: capture_web.measure(int(rounds or 5)), capture_web.report),
        "pixels": (lambda count: pixels.measure(int(count or 60)), pixels.report),
        "petroleum": (
            lambda _: {"live": figures_petroleum.run(), "saved": figures_petroleum.run(saved=True)},
            _petroleum,
        ),
        "claims": (lambda _: claims.measure(), claims.report),
        "whole": (lambda _: whole.measure(), whole.report),
        "statements": (lambda _: statements.measure(), statements.report),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    for asked in sys.argv[1:] or list(parts):
        name, _, choice = asked.partition("=")
        measure, report = parts[name]
        results[name] = measure(choice)
        print(report(results[name]), flush=True)
        (OUT / f"figures-{name}.json").write_text(json.dumps(results[name], indent=1, ensure_ascii=False))
    plot.figures(results, OUT / "figures.png")


if __name__ == "__main__":
    main()
