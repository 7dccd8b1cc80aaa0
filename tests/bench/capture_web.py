"""What describing a figure of plotly, bokeh or altair delays its message by.

Each bundle is what its library publishes; the hook of the kernel sees it as it goes out. Time by the clock
and of the processor, as the clock also counts what else the machine does.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import altair
import numpy as np
import plotly.graph_objects as go
from bokeh.embed.notebook import notebook_content
from bokeh.plotting import figure
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter_kernel.figures import capture, web
from rusoil_jupyter_kernel.figures.cache import figures

SIZES = (1_000, 100_000, 1_000_000)
GOALS = {1_000: 50.0, 100_000: 50.0, 1_000_000: 250.0}
WELLS = 50
Bundle = dict[str, Any]


def _plotly(*traces: Any) -> Bundle:
    return {web.PLOTLY: json.loads(go.Figure(list(traces), {"title": "T"}).to_json())}


def _bokeh(glyph: str, *columns: Any, **more: Any) -> Bundle:
    plot = figure(title="T")
    getattr(plot, glyph)(*columns, **more)
    return {web.SCRIPT: notebook_content(plot)[0]}


def _altair(x: Any, y: Any) -> Bundle:
    values = altair.Data(  # type: ignore[no-untyped-call]
        values=[{"x": a, "y": b} for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    )
    chart = altair.Chart(values, title="T").mark_line().encode(x="x:Q", y="y:Q")
    return {"application/vnd.vegalite.v6+json": chart.to_dict(validate=False)}


def bundles(count: int) -> Iterator[tuple[str, Bundle]]:
    """Figures of so many points."""
    rng = np.random.default_rng(0)
    x = np.linspace(0, 100, count)
    y = np.sin(x) + rng.normal(0, 0.1, count)
    dates = np.datetime64("2000-01-01") + np.arange(count).astype("timedelta64[m]")
    wells = [go.Scatter(x=x[::WELLS], y=y[number::WELLS], name=str(number)) for number in range(WELLS)]
    yield "plotly line", _plotly(go.Scatter(x=x, y=y, mode="lines"))
    yield "plotly points", _plotly(go.Scattergl(x=y, y=x * y, mode="markers", marker={"color": y}))
    yield "plotly lists", _plotly(go.Scatter(x=x.tolist(), y=y.tolist(), mode="lines"))
    yield "plotly dates", _plotly(go.Scatter(x=dates, y=y, mode="lines"))
    yield "plotly histogram", _plotly(go.Histogram(x=y))
    yield f"plotly {WELLS} lines", _plotly(*wells)
    yield "bokeh line", _bokeh("line", x, y)
    yield "bokeh points", _bokeh("scatter", y, x * y)
    yield "bokeh lists", _bokeh("line", x.tolist(), y.tolist())
    yield "bokeh bars", _bokeh("vbar", x, top=y, width=0.1)
    yield "altair line", _altair(x, y)


def measure(rounds: int = 10) -> dict[str, Any]:
    """Of each figure: milliseconds by round, bytes, whether it was read at once and changed nothing else."""
    shell = InteractiveShell.instance()
    capture.install(shell)
    hook = web.Hook(shell)
    web._warm_up()
    rows: dict[str, dict[str, Any]] = {}
    for count in SIZES:
        for name, data in bundles(count):
            rows[f"{name}/{count}"] = _measured(hook, data, rounds)
    return {"rounds": rounds, "figures": rows}


def _measured(hook: web.Hook, data: Bundle, rounds: int) -> dict[str, Any]:
    before = json.dumps(data)
    clock, processor, entry = [], [], None
    for _round in range(max(rounds, 1)):
        figures.clear()
        gc.collect()
        message = {"msg_type": "display_data", "content": {"data": dict(data), "metadata": {}}}
        wall, cpu = time.perf_counter(), time.thread_time()
        hook(message)
        clock.append(1000 * (time.perf_counter() - wall))
        processor.append(1000 * (time.thread_time() - cpu))
        sent: Bundle = message["content"]["data"]  # type: ignore[index]
        entry = sent.pop(capture.FIGURE_TYPE, None)
    return {
        "ms": clock,
        "cpu_ms": processor,
        "bytes": len(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()),
        "described": entry is not None,
        "at_once": entry is not None
        and any(series.get("stats") or series.get("values") for series in _series(entry)),
        "same": json.dumps(data) == before and json.dumps(sent) == before,
    }


def _series(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in entry.get("panels", ()):
        yield from panel.get("series", ())


def report(result: dict[str, Any]) -> str:
    """A line for each figure: medians."""
    lines = ["delay of a plot: median ms by the clock (of the processor), goal; * read when somebody asks"]
    for name, row in result["figures"].items():
        kind, count = name.split("/")
        said = "" if row["at_once"] else "*" if row["described"] else "no description"
        lines.append(
            f"  {kind:18}{int(count):>10,}  {median(row['ms']):7.1f} ({median(row['cpu_ms']):6.1f})"
            f"  goal {GOALS[int(count)]:.0f}  {row['bytes']:>5} bytes {said}"
        )
    changed = [name for name, row in result["figures"].items() if not row["same"]]
    return "\n".join(
        [*lines, f"other entries changed: {len(changed)} {changed}   [{result['rounds']} rounds]"]
    )


def main() -> None:
    """``python -m tests.bench.capture_web [ROUNDS]``."""
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
    print(report(result))
    out = Path("artifacts/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "capture_web.json").write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
