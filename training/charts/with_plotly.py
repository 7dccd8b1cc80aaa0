"""Plans drawn by plotly.js (from the Python package) in a browser."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.charts.browser import page, png

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.charts.plans import Plan

TEMPLATES = ("plotly", "plotly", "plotly_white", "ggplot2", "seaborn", "simple_white", "none", "presentation")
_DRAW = "([figure, size]) => Plotly.toImage(figure, Object.assign({format: 'png'}, size))"


def pictures(plans: Sequence[tuple[Plan, int]], _: Path | None = None) -> Iterator[bytes | None]:
    """The plans as PNGs, in their order."""
    import plotly

    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with page([library]) as browser:
        for plan, seed in plans:
            draw = random.Random(seed)  # noqa: S311 - not a secret
            size = {"width": max(plan.width, 300), "height": max(plan.height, 250)}
            yield png(browser.evaluate(_DRAW, [figure(plan, draw), size]))


def figure(plan: Plan, draw: random.Random) -> dict[str, Any]:
    """The plan as plotly's JSON."""
    import plotly.io

    template = "plotly_dark" if plan.dark else draw.choice(TEMPLATES)
    layout: dict[str, Any] = {
        "template": plotly.io.templates[template].to_plotly_json(),
        "title": {"text": plan.title},
        "showlegend": plan.legend and (len(plan.y) > 1 or plan.type == "pie"),
        "xaxis": {"title": {"text": plan.x_label}},
        "yaxis": {"title": {"text": plan.y_label}},
        "margin": draw.choice(({}, {"l": 50, "r": 20, "t": 40, "b": 40})),
    }
    if not plan.grid:
        layout["xaxis"]["showgrid"] = layout["yaxis"]["showgrid"] = False
    if draw.random() < 0.5:
        layout["colorway"] = list(plan.palette)
    if plan.type == "bar":
        layout["barmode"] = "stack" if plan.stacked else "group"
    if plan.type == "histogram":
        layout |= {"barmode": "overlay", "bargap": draw.choice((0, 0.02, 0.06))}
    return {"data": _DATA[plan.type](plan, draw), "layout": layout}


def _lines(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    traces = []
    for x, y, name in zip(plan.x, plan.y, plan.names, strict=True):
        mode = "lines+markers" if plan.markers and len(x) <= 40 else "lines"
        one: dict[str, Any] = {
            "type": "scatter",
            "mode": mode,
            "x": x.tolist(),
            "y": y.tolist(),
            "name": name,
        }
        one["line"] = {
            "width": draw.choice((1, 2, 2, 3)),
            "dash": draw.choice(("solid", "solid", "dash", "dot")),
        }
        if plan.step:
            one["line"]["shape"] = "hv"
        if plan.type == "area":
            one["mode"] = draw.choice(("lines", "none"))
            one |= {"stackgroup": "one"} if plan.stacked else {"fill": "tozeroy"}
        traces.append(one)
    return traces


def _scatter(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    symbol, size = (
        draw.choice(("circle", "circle", "diamond", "x", "circle-open")),
        draw.choice((4, 6, 9, 12)),
    )
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": x.tolist(),
            "y": y.tolist(),
            "name": name,
            "marker": {
                "symbol": symbol,
                "opacity": draw.choice((1, 0.7)),
                "size": (np.abs(np.sin(x * 5)) * 22 + 4).tolist() if plan.sizes else size,
            },
        }
        for x, y, name in zip(plan.x, plan.y, plan.names, strict=True)
    ]


def _bars(plan: Plan, _draw: random.Random) -> list[dict[str, Any]]:
    traces = []
    for y, name in zip(plan.y, plan.names, strict=True):
        one: dict[str, Any] = {"type": "bar", "name": name, "x": plan.categories, "y": y.tolist()}
        if plan.horizontal:
            one |= {"orientation": "h", "x": y.tolist(), "y": plan.categories}
        if plan.numbers:
            one["text"] = [f"{v:.3g}" for v in y]
        traces.append(one)
    return traces


def _histogram(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    border = draw.choice(({}, {}, {"line": {"width": 1, "color": "black"}}))
    return [
        {
            "type": "bar",
            "x": ((edges[1:] + edges[:-1]) / 2).tolist(),
            "y": counts.tolist(),
            "name": name,
            "opacity": 0.65 if len(plan.x) > 1 else 1,
            "marker": border,
        }
        for edges, counts, name in zip(plan.x, plan.y, plan.names, strict=True)
    ]


def _pie(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "type": "pie",
            "labels": plan.categories,
            "values": plan.y[0].tolist(),
            "hole": draw.choice((0.3, 0.5)) if plan.hole else 0,
            "textinfo": draw.choice(("percent", "label+percent", "none", "label")),
            "textposition": draw.choice(("inside", "auto", "outside")),
            "sort": draw.random() < 0.6,
        }
    ]


def _boxes(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    along = "x" if plan.horizontal else "y"
    more: dict[str, Any] = {}
    if plan.type == "box":
        more = {
            "boxpoints": draw.choice(("outliers", "outliers", "all", False)),
            "notched": draw.random() < 0.15,
        }
    else:
        more = {"box": {"visible": draw.random() < 0.5}, "points": draw.choice((False, False, "all"))}
    one_colour = {"line": {"color": plan.palette[0]}} if draw.random() < 0.3 else {}
    return [
        {"type": plan.type, "name": name, along: y.tolist(), **more, **one_colour}
        for name, y in zip(plan.categories, plan.y, strict=True)
    ]


def _field(plan: Plan, draw: random.Random) -> list[dict[str, Any]]:
    scale = (
        plan.scale
        if plan.scale in {"viridis", "cividis"}
        else draw.choice(("Plasma", "Inferno", "Jet", "RdBu", "Blues", "Hot"))
    )
    one: dict[str, Any] = {
        "type": plan.type,
        "z": plan.field.tolist(),
        "colorscale": scale.capitalize(),
        "showscale": plan.legend,
    }
    if plan.type == "heatmap":
        one |= {"xgap": draw.choice((0, 0, 1)), "ygap": draw.choice((0, 0, 1))}
        if plan.numbers:
            one["texttemplate"] = "%{z:.2g}"
    else:
        style = draw.choice(("fill", "heatmap")) if plan.filled else "lines"
        one["contours"] = {"coloring": style, "showlabels": draw.random() < 0.3}
        one["ncontours"] = draw.choice((8, 12, 20))
        one["line"] = {"width": draw.choice((0.5, 1, 2)), "smoothing": 0.85}
    return [one]


_DATA = {
    "line": _lines,
    "area": _lines,
    "scatter": _scatter,
    "bar": _bars,
    "histogram": _histogram,
    "pie": _pie,
    "box": _boxes,
    "violin": _boxes,
    "heatmap": _field,
    "contour": _field,
}
