"""Plans drawn by Apache ECharts in a browser. Held out: never used in training."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from training.charts.browser import page, png, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.charts.plans import Plan

KINDS = ("line", "scatter", "bar", "histogram", "area", "pie", "box", "heatmap")
_DRAW = """([option, theme, width, height]) => {
  const place = document.getElementById('chart');
  place.style.width = width + 'px'; place.style.height = height + 'px';
  const chart = echarts.init(place, theme, {renderer: 'canvas', devicePixelRatio: 1});
  chart.setOption(option);
  const url = chart.getDataURL({type: 'png', backgroundColor: theme ? '#100c2a' : '#fff'});
  chart.dispose();
  return url;
}"""


def pictures(plans: Sequence[tuple[Plan, int]], javascript: Path | None) -> Iterator[bytes | None]:
    """The plans as PNGs, in their order."""
    with page([script(javascript, "echarts.min.js")]) as browser:
        for plan, seed in plans:
            draw = random.Random(seed)  # noqa: S311 - not a secret
            theme = "dark" if plan.dark else None
            yield png(browser.evaluate(_DRAW, [option(plan, draw), theme, plan.width, plan.height]))


def option(plan: Plan, draw: random.Random) -> dict[str, Any]:
    """The plan as ECharts wants it."""
    made: dict[str, Any] = {"animation": False, "series": _SERIES[plan.type](plan, draw)}
    if plan.title:
        made["title"] = {"text": plan.title, "left": draw.choice(("left", "center"))}
    if plan.legend and (len(plan.y) > 1 or plan.type == "pie"):
        made["legend"] = {"top": draw.choice((24, "bottom"))}
    if draw.random() < 0.5:
        made["color"] = list(plan.palette)
    if plan.type == "pie":
        return made
    value: dict[str, Any] = {"type": "value", "name": plan.y_label, "splitLine": {"show": plan.grid}}
    if plan.type in {"line", "scatter", "area"}:
        made["xAxis"] = {
            "type": "value",
            "name": plan.x_label,
            "nameLocation": "middle",
            "nameGap": 25,
            "scale": True,
            "splitLine": {"show": plan.grid},
        }
        made["yAxis"] = value | {"scale": plan.type != "area"}
    elif plan.type == "heatmap":
        rows, columns = plan.field.shape
        made["xAxis"] = {"type": "category", "data": [str(j) for j in range(columns)]}
        made["yAxis"] = {"type": "category", "data": [str(i) for i in range(rows)]}
        made["visualMap"] = {
            "min": float(plan.field.min()),
            "max": float(plan.field.max()),
            "show": plan.legend,
            "orient": draw.choice(("horizontal", "vertical")),
            "left": "right",
        }
    else:
        names = plan.categories
        if plan.type == "histogram":
            middle = (plan.x[0][1:] + plan.x[0][:-1]) / 2
            names = [f"{m:.3g}" for m in middle]
        category = {"type": "category", "data": names, "name": plan.x_label}
        flat = plan.horizontal and plan.type in {"bar", "box"}
        made["xAxis"], made["yAxis"] = (value, category) if flat else (category, value)
        if plan.type == "box":
            value["scale"] = True
    return made


def _lines(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    series = []
    smooth = draw.random() < 0.3
    for x, y, name in zip(plan.x, plan.y, plan.names, strict=True):
        one: dict[str, Any] = {
            "type": "line",
            "name": name,
            "data": np.column_stack([x, y]).tolist(),
            "smooth": smooth,
            "showSymbol": plan.markers or draw.random() < 0.3,
        }
        if plan.type == "area":
            one["areaStyle"] = {}
            one["showSymbol"] = False
            if plan.stacked:
                one["stack"] = "all"
        if plan.step and plan.type == "line":
            one["step"] = "end"
        series.append(one)
    return series


def _scatter(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    size = draw.choice((4, 6, 10))
    return [
        {"type": "scatter", "name": name, "data": np.column_stack([x, y]).tolist(), "symbolSize": size}
        for x, y, name in zip(plan.x, plan.y, plan.names, strict=True)
    ]


def _bars(plan: Plan, _draw: random.Random) -> list[dict[str, Any]]:
    return [
        {"type": "bar", "name": name, "data": y.tolist(), "label": {"show": plan.numbers}}
        | ({"stack": "all"} if plan.stacked else {})
        for y, name in zip(plan.y, plan.names, strict=True)
    ]


def _histogram(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    gap = draw.choice(("0%", "2%", "5%"))
    return [{"type": "bar", "data": plan.y[0].tolist(), "barCategoryGap": gap}]


def _pie(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    data = [{"name": name, "value": float(y)} for name, y in zip(plan.categories, plan.y[0], strict=True)]
    radius = ["40%", "70%"] if plan.hole else draw.choice(("50%", "70%"))
    return [{"type": "pie", "radius": radius, "data": data, "label": {"show": draw.random() < 0.7}}]


def _box(plan: Plan, _draw: random.Random) -> list[dict[str, Any]]:
    data, outliers = [], []
    for i, y in enumerate(plan.y):
        q1, median, q3 = np.percentile(y, [25, 50, 75])
        inside = y[(y >= q1 - 1.5 * (q3 - q1)) & (y <= q3 + 1.5 * (q3 - q1))]
        data.append([float(inside.min()), float(q1), float(median), float(q3), float(inside.max())])
        outside = [float(v) for v in y if v < inside.min() or v > inside.max()]
        outliers += [[v, i] if plan.horizontal else [i, v] for v in outside]
    return [{"type": "boxplot", "data": data}, {"type": "scatter", "data": outliers, "symbolSize": 5}]


def _heatmap(plan: Plan, _draw: random.Random) -> list[dict[str, Any]]:
    cells = [[j, i, float(plan.field[i, j])] for i, j in np.ndindex(*plan.field.shape)]
    return [{"type": "heatmap", "data": cells, "label": {"show": plan.numbers}}]


_SERIES = {
    "line": _lines,
    "area": _lines,
    "scatter": _scatter,
    "bar": _bars,
    "histogram": _histogram,
    "pie": _pie,
    "box": _box,
    "heatmap": _heatmap,
}
