"""Every question about every chart, asked and judged."""

from __future__ import annotations

import json
import time
import warnings
from collections import defaultdict
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.bench.figures import verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.figures.questions import Truth

GOAL_RELAXED, GOAL_EXACT, GOAL_SECONDS = 0.97, 0.95, 1.0


def measure(only: str = "") -> dict[str, Any]:
    """Ask every question about every chart (``only``: those of one library, or whose name begins so)."""
    from tests.bench.figures.answers import WRONG, Notebook, answer, judge
    from tests.bench.figures.questions import questions

    notebook = Notebook()
    rows: list[dict[str, Any]] = []
    charts = 0
    spec_seconds: list[float] = []
    for truth, bundle in _charts(notebook, only):
        charts += 1
        first = True
        for question in questions(truth):
            started = time.perf_counter()
            try:
                told = answer(bundle, question.text)
                right, text, badge = judge(question, told), told.text, told.badge or ""
                is_refused = not told.findings
            except Exception as error:  # whatever it is, nothing was answered, and the report names it
                right, text, badge = WRONG, f"{type(error).__name__}: {error}", ""
                is_refused = True
            seconds = time.perf_counter() - started
            if first and truth.library in {"vega-lite", "altair"}:
                spec_seconds.append(seconds)
            first = False
            rows.append(
                {
                    "chart": truth.chart,
                    "library": truth.library,
                    "kind": truth.kind,
                    "language": truth.language,
                    "op": question.op,
                    "question": question.text,
                    "right": str(question.right),
                    "said": text[:300],
                    "badge": badge,
                    "relaxed": right.relaxed,
                    "exact": right.exact,
                    "verdict": _verdict(right.relaxed, is_refused, badge),
                    "seconds": seconds,
                }
            )
    return {"charts": charts, "questions": rows, "spec_seconds": spec_seconds}


def _charts(notebook: Any, only: str) -> Iterator[tuple[Truth, Any]]:
    """Every chart that this machine has, with its truth and what its display puts into a notebook."""
    import matplotlib.pyplot as plt

    from tests.bench.figures import gallery
    from tests.bench.figures.draw import LIBRARIES
    from tests.bench.figures.questions import truths_of_charts

    for chart, truth in truths_of_charts():
        for library, draw in LIBRARIES.items():
            if only not in library and not truth.chart.startswith(only):
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                figure = draw(chart)
                if figure is not None:
                    yield replace(truth, library=library), notebook.bundle(figure)
            plt.close("all")
    specs = gallery.specifications()
    for truth in gallery.truths(specs):
        if only in truth.library or truth.chart.startswith(only):
            yield truth, {"application/vnd.vegalite.v6+json": _with_data(specs[truth.chart])}


def _with_data(spec: Any) -> Any:
    """The specification with the rows of its file in it, as a notebook would hold it."""
    from tests.bench.figures.tables import packages

    if isinstance(spec, list):
        return [_with_data(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    if isinstance(url := spec.get("url"), str) and url.startswith("data/"):
        file = packages() / "vega-datasets" / url
        rest = {key: value for key, value in spec.items() if key != "url"}
        kind = spec.get("format", {}).get("type") or file.suffix.removeprefix(".")
        text = file.read_text()
        values = json.loads(text) if kind in {"json", "topojson"} else text
        return rest | {"values": values, "format": spec.get("format", {}) | {"type": kind}}
    return {key: _with_data(value) for key, value in spec.items()}


def _verdict(is_right: bool, is_refused: bool, badge: str) -> str:
    if is_right:
        return "right"
    if is_refused:
        return "refused"
    return "false" if badge in verdicts.SURE else "wrong"


def report(result: dict[str, Any]) -> str:
    """False with a badge first; accuracy by library, kind, language and operation; a specification's time."""
    rows = result["questions"]
    lines = [
        f"{result['charts']} charts, {len(rows)} questions "
        "(goals: 0.2 % false with a sure badge, 97 % right within 5 %, 95 % to four digits, 3 % refused)"
    ]
    lines.append(f"{'':24}{'asked':>6}{'false':>10}{'within 5 %':>12}{'4 digits':>10}{'refused':>10}")
    lines.append(_line("all", rows))
    for key in ("library", "kind", "language", "op", "badge"):
        groups: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            groups[row[key]].append(row)
        lines.append(f"by {key}")
        lines += [_line(f"  {name or 'none'}", part) for name, part in sorted(groups.items())]
    if seconds := sorted(result["spec_seconds"]):
        lines.append(
            f"a Vega-Lite chart, read and answered: median {median(seconds):.2f} s, "
            f"p95 {seconds[int(0.95 * (len(seconds) - 1))]:.2f} s (goal 1 s)"
        )
    return "\n".join([*lines, *_false(rows)])


def _line(name: str, rows: list[Any]) -> str:
    relaxed, exact = (100 * sum(row[key] for row in rows) / len(rows) for key in ("relaxed", "exact"))
    false, refused = (
        100 * sum(row["verdict"] == verdict for row in rows) / len(rows) for verdict in ("false", "refused")
    )
    return f"{name:24}{len(rows):6}{false:8.2f} %{relaxed:10.1f} %{exact:8.1f} %{refused:8.1f} %"


def _false(rows: list[Any]) -> Iterator[str]:
    for row in rows:
        if row["verdict"] == "false":
            where = f"{row['chart']}, {row['library']}"
            yield f"  false: {row['question']} -> {row['said'][:100]} (right: {row['right'][:40]}) [{where}]"
