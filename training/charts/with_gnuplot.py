"""Plans drawn by gnuplot. Held out: never used in training."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from training.charts.plans import Numbers, Plan

KINDS = ("line", "scatter", "bar", "histogram", "area", "box", "violin", "heatmap", "contour")


def picture(plan: Plan, seed: int) -> bytes:
    """The plan as a PNG. Needs the program ``gnuplot``."""
    draw = random.Random(seed)  # noqa: S311 - not a secret
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "chart.png"
        script = [
            f"set terminal pngcairo size {plan.width + 80},{plan.height + 60}",
            f"set output '{out}'",
            f"set title {_quoted(plan.title)}",
            f"set xlabel {_quoted(plan.x_label)}",
            f"set ylabel {_quoted(plan.y_label)}",
            "set grid" if plan.grid else "unset grid",
            "set key" if plan.legend else "unset key",
        ]
        if draw.random() < 0.5:
            script += [f"set linetype {i + 1} lc rgb {_quoted(c)}" for i, c in enumerate(plan.palette)]
        script += _SCRIPTS[plan.type](plan, draw)
        program = shutil.which("gnuplot") or "gnuplot"
        given = "\n".join(script).encode()
        subprocess.run([program], input=given, check=True, capture_output=True, timeout=60)  # noqa: S603
        return out.read_bytes()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", " ").replace("_", "-").replace("\\", " ") + "'"


def _block(name: str, rows: Numbers) -> list[str]:
    return [f"${name} << EOD", *(" ".join(f"{v:.6g}" for v in row) for row in np.atleast_2d(rows)), "EOD"]


def _xy(plan: Plan, style: str) -> list[str]:
    script: list[str] = []
    for i, (x, y) in enumerate(zip(plan.x, plan.y, strict=True)):
        script += _block(f"d{i}", np.column_stack([x, y]))
    parts = [f"$d{i} using 1:2 with {style} title {_quoted(name)}" for i, name in enumerate(plan.names)]
    return [*script, "plot " + ", ".join(parts)]


def _line(plan: Plan, draw: random.Random) -> list[str]:
    style = "linespoints" if plan.markers and len(plan.x[0]) <= 40 else "steps" if plan.step else "lines"
    return _xy(plan, f"{style} lw {draw.choice((1, 1, 2, 3))}")


def _scatter(plan: Plan, draw: random.Random) -> list[str]:
    return _xy(plan, f"points pt {draw.choice((1, 2, 4, 6, 7, 7))} ps {draw.choice((0.6, 1, 1.5))}")


def _bar(plan: Plan, draw: random.Random) -> list[str]:
    rows = [
        f"{_quoted(name).replace(' ', '-')} " + " ".join(f"{y[i]:.6g}" for y in plan.y)
        for i, name in enumerate(plan.categories)
    ]
    columns = [
        f"$d using {i + 2}{':xtic(1)' if i == 0 else ''} title {_quoted(name)}"
        for i, name in enumerate(plan.names)
    ]
    return [
        "set style data histograms",
        "set style histogram rowstacked" if plan.stacked else "set style histogram clustered gap 1",
        f"set style fill {draw.choice(('solid 1', 'solid 0.6', 'pattern 3'))} border -1",
        "set boxwidth 0.8 relative",
        "set xtics rotate by 45 right" if draw.random() < 0.4 else "",
        "set yrange [0:*]" if all((y > 0).all() for y in plan.y) else "",
        "$d << EOD",
        *rows,
        "EOD",
        "plot " + ", ".join(columns),
    ]


def _histogram(plan: Plan, draw: random.Random) -> list[str]:
    middle = (plan.x[0][1:] + plan.x[0][:-1]) / 2
    return [
        f"set style fill {draw.choice(('solid 0.5', 'solid 1', 'solid 0.8'))} border {draw.choice((-1, 0))}",
        "set boxwidth 1 relative",
        "set yrange [0:*]",
        *_block("d", np.column_stack([middle, plan.y[0]])),
        f"plot $d using 1:2 with boxes title {_quoted(plan.names[0])}",
    ]


def _area(plan: Plan, _draw: random.Random) -> list[str]:
    ys = np.cumsum(plan.y, axis=0)[::-1] if plan.stacked else np.array(plan.y)
    script = [
        f"set style fill {'solid 1' if plan.stacked else 'transparent solid 0.5'} noborder",
        "set yrange [0:*]",
    ]
    for i, y in enumerate(ys):
        script += _block(f"d{i}", np.column_stack([plan.x[0], y]))
    parts = [
        f"$d{i} using 1:2 with filledcurves y1=0 title {_quoted(name)}" for i, name in enumerate(plan.names)
    ]
    return [*script, "plot " + ", ".join(parts)]


def _box(plan: Plan, draw: random.Random) -> list[str]:
    script = [
        "set style data boxplot",
        f"set style fill {draw.choice(('empty', 'solid 0.4'))} border -1",
        "unset key",
    ]
    tics = ", ".join(f"{_quoted(name)} {i + 1}" for i, name in enumerate(plan.categories))
    for i, y in enumerate(plan.y):
        script += _block(f"d{i}", y.reshape(-1, 1))
    parts = [f"$d{i} using ({i + 1}):1 lt {i + 1 if plan.filled else 1}" for i in range(len(plan.y))]
    return [
        *script,
        f"set xtics ({tics})",
        f"set boxwidth {draw.choice((0.3, 0.5, 0.7))}",
        "plot " + ", ".join(parts),
    ]


def _violin(plan: Plan, _draw: random.Random) -> list[str]:
    from scipy.stats import gaussian_kde

    script = ["set style fill solid 0.6 border", "unset key"]
    tics = ", ".join(f"{_quoted(name)} {i + 1}" for i, name in enumerate(plan.categories))
    for i, y in enumerate(plan.y):
        spread = y.std()
        at = np.linspace(y.min() - spread * 0.5, y.max() + spread * 0.5, 80)
        thick = gaussian_kde(y)(at)
        thick = thick / thick.max() * 0.4
        outline = np.concatenate(
            [np.column_stack([i + 1 - thick, at]), np.column_stack([i + 1 + thick, at])[::-1]]
        )
        script += _block(f"d{i}", outline)
    parts = [f"$d{i} using 1:2 with filledcurves closed lt {i + 1}" for i in range(len(plan.y))]
    return [
        *script,
        f"set xtics ({tics})",
        f"set xrange [0.3:{len(plan.y) + 0.7}]",
        "plot " + ", ".join(parts),
    ]


def _coloured(draw: random.Random) -> str:
    return draw.choice(
        (
            "set palette rgbformulae 7,5,15",
            "set palette rgbformulae 33,13,10",
            "set palette gray",
            "set palette rgbformulae 22,13,-31",
        )
    )


def _heatmap(plan: Plan, draw: random.Random) -> list[str]:
    rows, columns = plan.field.shape
    return [
        _coloured(draw),
        "unset key",
        "unset grid",
        f"set xrange [-0.5:{columns - 0.5}]",
        f"set yrange [-0.5:{rows - 0.5}]",
        *_block("d", plan.field),
        "plot $d matrix with image",
    ]


def _contour(plan: Plan, draw: random.Random) -> list[str]:
    from training.charts.with_vega import contours

    script = [_coloured(draw), "unset key"]
    parts = []
    if plan.filled:
        levels = draw.choice((6, 8, 10))
        script += [f"set palette maxcolors {levels}", "unset grid", *_block("f", plan.field)]
        parts.append("$f matrix with image pixels" if draw.random() < 0.5 else "$f matrix with image")
    for i, (level, line) in enumerate(contours(plan, draw.choice((6, 8, 12)))):
        script += _block(f"d{i}", line)
        parts.append(
            f"$d{i} using 1:2:({level:.5g}) with lines "
            + ("lc rgb 'black'" if plan.filled else "lc palette lw 1.5")
        )
    rows, columns = plan.field.shape
    return [
        *script,
        f"set xrange [0:{columns - 1}]",
        f"set yrange [0:{rows - 1}]",
        "plot " + ", ".join(parts),
    ]


_SCRIPTS = {
    "line": _line,
    "scatter": _scatter,
    "bar": _bar,
    "histogram": _histogram,
    "area": _area,
    "box": _box,
    "violin": _violin,
    "heatmap": _heatmap,
    "contour": _contour,
}
