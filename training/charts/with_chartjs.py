"""Plans drawn by Chart.js in a browser. Held out: never used in training."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from training.charts.browser import page, png, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.charts.plans import Plan

KINDS = ("line", "scatter", "bar", "histogram", "area", "pie")
_DRAW = """([config, width, height, paper]) => {
  const place = document.getElementById('chart');
  place.innerHTML = ''; place.style.width = width + 'px'; place.style.height = height + 'px';
  const canvas = document.createElement('canvas'); canvas.width = width; canvas.height = height;
  place.appendChild(canvas);
  const under = {id: 'paper', beforeDraw: chart => { const c = chart.ctx; c.save();
    c.globalCompositeOperation = 'destination-over'; c.fillStyle = paper; c.fillRect(0, 0, chart.width,
    chart.height);
    c.restore(); }};
  config.options.animation = false; config.options.responsive = false; config.options.devicePixelRatio = 1;
  config.plugins = [under];
  const chart = new Chart(canvas, config);
  const url = chart.toBase64Image('image/png', 1);
  chart.destroy();
  return url;
}"""


def pictures(plans: Sequence[tuple[Plan, int]], javascript: Path | None) -> Iterator[bytes | None]:
    """The plans as PNGs, in their order."""
    with page([script(javascript, "chart.umd.min.js")]) as browser:
        for plan, seed in plans:
            draw = random.Random(seed)  # noqa: S311 - not a secret
            paper = "#222222" if plan.dark else "#ffffff"
            yield png(browser.evaluate(_DRAW, [config(plan, draw), plan.width, plan.height, paper]))


def config(plan: Plan, draw: random.Random) -> dict[str, Any]:
    """The plan as Chart.js wants it."""
    data: dict[str, Any] = {"labels": plan.categories, "datasets": []}
    scales: dict[str, Any] = {
        axis: {"grid": {"display": plan.grid}, "title": {"display": bool(text), "text": text}}
        for axis, text in (("x", plan.x_label), ("y", plan.y_label))
    }
    options: dict[str, Any] = {
        "plugins": {
            "legend": {"display": plan.legend},
            "title": {"display": bool(plan.title), "text": plan.title},
        },
        "scales": scales,
    }
    kind = {"area": "line", "histogram": "bar"}.get(plan.type, plan.type)
    for i, (y, name) in enumerate(zip(plan.y, plan.names, strict=False)):
        colour = plan.palette[i % 9]
        one: dict[str, Any] = {
            "label": name,
            "borderColor": colour,
            "backgroundColor": colour,
            "data": y.tolist(),
        }
        if plan.type in {"line", "area", "scatter"}:
            one["data"] = [{"x": float(a), "y": float(b)} for a, b in zip(plan.x[i], y, strict=True)]
            one["pointRadius"] = (
                draw.choice((2, 3, 5)) if plan.type == "scatter" else 3 if plan.markers else 0
            )
            one["borderWidth"] = draw.choice((1, 2, 3))
            one["tension"] = draw.choice((0, 0, 0.4))
            if plan.type == "area":
                one |= {"fill": "-1" if plan.stacked and i else "origin", "backgroundColor": colour + "88"}
            scales["x"]["type"] = "linear"
        if plan.type == "histogram":
            one |= {"barPercentage": 1.0, "categoryPercentage": draw.choice((1.0, 0.97)), "borderWidth": 1}
        data["datasets"].append(one)
    if plan.type == "histogram":
        data["datasets"] = data["datasets"][:1]
        data["labels"] = [f"{(a + b) / 2:.3g}" for a, b in zip(plan.x[0], plan.x[0][1:], strict=False)]
    if plan.type == "bar":
        options["indexAxis"] = "y" if plan.horizontal else "x"
        for axis in "xy":
            scales[axis]["stacked"] = plan.stacked
    if plan.type == "area" and plan.stacked:
        scales["y"]["stacked"] = True
    if plan.type == "pie":
        kind = "doughnut" if plan.hole else "pie"
        options.pop("scales")
        data["datasets"] = [
            {"data": plan.y[0].tolist(), "backgroundColor": [plan.palette[i % 9] for i in range(9)]}
        ]
    return {"type": kind, "data": data, "options": options}
