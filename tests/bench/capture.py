"""What describing a figure costs: time, bytes, and whether any other entry of its output changed.

Measured are the charts of the tests, seaborn's own examples (from its source distribution, kept in the
user's cache; their tables are made up, see ``seaborn_tables``), and four kinds of chart from a hundred to a
million points. Each figure is drawn and formatted twice, with capture off and on, by IPython's formatter
with the inline backend; in every other round the other way first.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tarfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import select_figure_formats
from matplotlib_inline.config import InlineBackend
from platformdirs import user_cache_path

from rusoil_jupyter_kernel.figures import capture, recording
from rusoil_jupyter_kernel.figures.cache import figures
from tests.bench import seaborn_tables
from tests.kernel.figures.charts import CHARTS

SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)
GOALS = {"p95": 30.0, "100000": 25.0, "1000000": 250.0, "bytes": 4096.0}
Draw = Callable[[], Any]
Took = tuple[float, float]  # milliseconds: by the clock, of the processor


def examples() -> Path | None:
    """seaborn's examples: where the environment says, or brought into the cache once; None offline."""
    if named := os.environ.get("RUSOIL_SEABORN_EXAMPLES"):
        return Path(named)
    kept = user_cache_path("rusoil-bench")
    found = sorted(kept.glob("seaborn-*/examples"))
    if not found:
        kept.mkdir(parents=True, exist_ok=True)
        bring = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", "seaborn", "--no-deps"]
        if subprocess.run([*bring, f"seaborn=={sns.__version__}"], cwd=kept, check=False).returncode:
            return None
        for archive in kept.glob("seaborn-*.tar.gz"):
            with tarfile.open(archive) as tar:
                tar.extractall(kept, filter="data")
        found = sorted(kept.glob("seaborn-*/examples"))
    return found[0] if found else None


def _gallery(folder: Path | None) -> Iterator[tuple[str, Draw]]:
    for file in sorted(folder.glob("*.py")) if folder else []:
        code = compile(file.read_text(encoding="utf-8"), file.name, "exec")
        yield f"seaborn/{file.stem}", lambda code=code: exec(code, {"__name__": "__main__"})


def _sized(count: int) -> Iterator[tuple[str, Draw]]:
    rng = np.random.default_rng(0)
    x = np.linspace(0, 100, count)
    y = np.sin(x) + rng.normal(0, 0.1, count)
    side = max(2, round(count**0.5))
    grid = rng.normal(size=(side, side))
    yield f"line/{count}", lambda: plt.plot(x, y)
    yield f"scatter/{count}", lambda: plt.scatter(x, y, c=y, s=4)
    yield f"histogram/{count}", lambda: plt.hist(y, bins=100)
    yield f"picture/{count}", lambda: plt.imshow(grid)


def _all() -> Iterator[tuple[str, Draw]]:
    for one in CHARTS:
        yield f"charts/{one.name}", one.draw
    yield from _gallery(examples())
    for count in SIZES:
        yield from _sized(count)


def _shell() -> InteractiveShell:
    shell = InteractiveShell.instance()
    settings = InlineBackend.instance(parent=shell)
    select_figure_formats(shell, settings.figure_formats, **settings.print_figure_kwargs)
    shell.run_line_magic("load_ext", "rusoil_jupyter_kernel")
    return shell


_default_rng = np.random.default_rng


def _seeded(seed: Any = None) -> np.random.Generator:
    return _default_rng(0 if seed is None else seed)


def _reset() -> None:
    """The same numbers in every drawing, whoever draws them."""
    plt.close("all")
    matplotlib.rcParams.update(matplotlib.rcParamsDefault)
    matplotlib.use("Agg")
    np.random.seed(0)  # what the examples use
    np.random.default_rng = _seeded  # bootstrapped error bars
    sns.load_dataset = seaborn_tables.load
    gc.collect()


def _drawn(draw: Draw) -> list[Any]:
    _reset()
    draw()
    return [plt.figure(number) for number in plt.get_fignums()]


def _shown(shell: InteractiveShell, draw: Draw, on: bool) -> tuple[list[dict[str, Any]], list[Took]]:
    """The bundles of the figures as they would be sent, and what our entry took of each."""
    capture.switch(shell, on)
    formatter = shell.display_formatter.formatters[capture.FIGURE_TYPE]
    times: list[Took] = []
    bundles = []
    for figure in _drawn(draw):
        data, metadata = shell.display_formatter.format(figure, exclude=[capture.FIGURE_TYPE])
        wall, cpu = time.perf_counter(), time.thread_time()
        ours = formatter(figure)
        times.append((1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - cpu)))
        bundles.append({"data": data, "metadata": metadata, "ours": ours})
    return bundles, times


def measure(rounds: int = 10) -> dict[str, Any]:
    """Samples of each figure: milliseconds by round, bytes, and whether its other entries are the same."""
    shell = _shell()
    capture.switch(shell, True)
    rows: dict[str, dict[str, Any]] = {}
    failures: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, draw in _all():
            try:
                _drawn(draw)  # warms the caches of fonts, and shows what doesn't run here
            except Exception as error:
                failures[name] = f"{type(error).__name__}: {error}"
                continue
            rows[name] = _measured(shell, draw, rounds)
    return {
        "rounds": rounds,
        "goals": GOALS,
        "figures": rows,
        "not_drawn": failures,
        "summary": _summary(rows),
    }


def _measured(shell: InteractiveShell, draw: Draw, rounds: int) -> dict[str, Any]:
    without, _none = _shown(shell, draw, False)
    times: list[Took] = []
    first: list[dict[str, Any]] = []
    for number in range(max(rounds, 1)):
        figures.clear()
        beside, took = _shown(shell, draw, True)
        times.append((sum(wall for wall, _cpu in took), sum(cpu for _wall, cpu in took)))
        first = first if number else beside
    same = [(one["data"], one["metadata"]) for one in without] == [
        (one["data"], one["metadata"]) for one in first
    ]
    sizes = [_bytes(one["ours"]) for one in first]
    return {
        "ms": [wall for wall, _cpu in times],
        "cpu_ms": [cpu for _wall, cpu in times],
        "bytes": sizes,
        "same": same,
        "described": all(one["ours"] is not None for one in first),
        "omitted": [text for one in first for text in (one["ours"] or {}).get("omitted", [])],
    }


def _bytes(entry: Any) -> int:
    return len(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode())


def _summary(rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    gallery = {name: row for name, row in rows.items() if name.split("/")[0] in {"charts", "seaborn"}}
    clock, processor = (
        [median(row[key]) / max(len(row["bytes"]), 1) for row in gallery.values()] for key in ("ms", "cpu_ms")
    )
    sizes = [size for row in gallery.values() for size in row["bytes"]]
    by_size = {
        str(count): {
            name.split("/")[0]: (median(row["ms"]), median(row["cpu_ms"]))
            for name, row in rows.items()
            if name.endswith(f"/{count}")
        }
        for count in SIZES
    }
    return {
        "figures": sum(len(row["bytes"]) for row in rows.values()),
        "ms": _spread(clock),
        "cpu_ms": _spread(processor),
        "bytes": _spread(sizes),
        "by_size_ms": by_size,
        "changed": [name for name, row in rows.items() if not row["same"]],
        "without_description": [name for name, row in rows.items() if not row["described"]],
        "slowest": sorted(gallery, key=lambda name: -median(gallery[name]["ms"]))[:5],
        "largest": sorted(gallery, key=lambda name: -max(gallery[name]["bytes"], default=0))[:5],
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": median(values), "p95": float(np.percentile(values, 95)), "max": max(values)}


def report(result: dict[str, Any]) -> str:
    """The figures in one paragraph."""
    told = result["summary"]
    ms, cpu, size = told["ms"], told["cpu_ms"], told["bytes"]
    by_size = "\n".join(
        f"  {int(count):>9,} points: "
        + ", ".join(f"{kind} {wall:.1f} ({cpu:.1f})" for kind, (wall, cpu) in kinds.items())
        for count, kinds in told["by_size_ms"].items()
    )
    return (
        f"capture of {told['figures']} figures: median {ms['median']:.1f} ms, p95 {ms['p95']:.1f}, "
        f"max {ms['max']:.1f} (goal p95 {GOALS['p95']:.0f}); of the processor {cpu['median']:.1f}, "
        f"{cpu['p95']:.1f}, {cpu['max']:.1f}\n{by_size}\n"
        f"saved: median {size['median']:.0f} bytes, p95 {size['p95']:.0f}, max {size['max']:.0f} "
        f"(goal p95 {GOALS['bytes']:.0f}); slowest {', '.join(told['slowest'][:3])}; "
        f"largest {', '.join(told['largest'][:3])}\n"
        f"other entries changed: {len(told['changed'])} {told['changed'][:5]}; without a description: "
        f"{len(told['without_description'])}; not drawn here: {len(result['not_drawn'])}   "
        f"[{result['rounds']} rounds]"
    )


def main() -> None:
    """``python -m tests.bench.capture [ROUNDS]``."""
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    print(report(result))
    out = Path("artifacts/bench")
    out.mkdir(parents=True, exist_ok=True)
    (out / "capture.json").write_text(json.dumps(result, indent=1))
    recording.switch(True)


if __name__ == "__main__":
    main()
