"""Plans drawn by Vega-Lite, through vl-convert."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from training.charts.plans import Numbers, Plan

THEMES: tuple[Any, ...] = (
    None,
    None,
    None,
    "dark",
    "excel",
    "ggplot2",
    "fivethirtyeight",
    "latimes",
    "quartz",
    "urbaninstitute",
    "vox",
    "powerbi",
)


def picture(plan: Plan, seed: int) -> bytes:
    """The plan as a PNG."""
    import vl_convert

    draw = random.Random(seed)  # noqa: S311 - not a secret
    theme: Any = "dark" if plan.dark else draw.choice(THEMES)
    return bytes(
        vl_convert.vegalite_to_png(spec(plan, draw), scale=draw.choice((1.0, 1.0, 1.5, 2.0)), theme=theme)
    )


def spec(plan: Plan, draw: random.Random) -> dict[str, Any]:
    """The plan as a Vega-Lite specification."""
    width, height = draw.choice((200, 200, plan.width - 120)), draw.choice((200, 200, plan.height - 100))
    made: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": max(120, width),
        "height": max(100, height),
        "config": {},
    }
    if plan.title and draw.random() < 0.5:
        made["title"] = plan.title
    if not plan.grid:
        made["config"]["axis"] = {"grid": False}
    if draw.random() < 0.5:
        made["config"]["range"] = {"category": list(plan.palette)}
    if draw.random() < 0.3:
        made["config"]["view"] = {"stroke": None}
    made |= _DRAWN[plan.type](plan, draw)
    return made


def _points(plan: Plan, most: int = 400) -> dict[str, Any]:
    rows = [
        {"x": float(a), "y": float(b), "s": name, "r": abs(float(np.sin(a)))}
        for x, y, name in zip(plan.x, plan.y, _names(plan), strict=True)
        for a, b in list(zip(x, y, strict=True))[:most]
    ]
    return {"values": rows}


def _names(plan: Plan) -> list[str]:
    return [name if name not in plan.names[:i] else f"{name} {i}" for i, name in enumerate(plan.names)]


def _axis(kind: str, name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "title": label or None, **more}


def _colour(plan: Plan, draw: random.Random, name: str = "s") -> dict[str, Any]:
    if len(plan.y) < 2 and draw.random() < 0.8:
        return {}
    return {"color": {"field": name, "type": "nominal", **({} if plan.legend else {"legend": None})}}


def _line(plan: Plan, draw: random.Random) -> dict[str, Any]:
    mark: dict[str, Any] = {"type": "line", "strokeWidth": draw.choice((1, 2, 2, 3))}
    if plan.markers and len(plan.x[0]) <= 40:
        mark["point"] = True
    if plan.step:
        mark["interpolate"] = "step-after"
    elif draw.random() < 0.2:
        mark["interpolate"] = "monotone"
    scale = {"zero": draw.random() < 0.5}
    encoding = {
        "x": _axis("quantitative", "x", plan.x_label, scale={"zero": False}),
        "y": _axis("quantitative", "y", plan.y_label, scale=scale),
    } | _colour(plan, draw)
    return {"data": _points(plan), "mark": mark, "encoding": encoding}


def _scatter(plan: Plan, draw: random.Random) -> dict[str, Any]:
    mark = draw.choice(("point", "point", "circle", "square"))
    encoding = {
        "x": _axis("quantitative", "x", plan.x_label, scale={"zero": draw.random() < 0.5}),
        "y": _axis("quantitative", "y", plan.y_label, scale={"zero": draw.random() < 0.5}),
    } | _colour(plan, draw)
    if plan.sizes:
        encoding["size"] = {"field": "r", "type": "quantitative"}
    if draw.random() < 0.2 and len(plan.y) > 1:
        encoding["shape"] = {"field": "s", "type": "nominal"}
    return {"data": _points(plan), "mark": mark, "encoding": encoding}


def _bar(plan: Plan, draw: random.Random) -> dict[str, Any]:
    rows = [
        {"c": name, "v": float(value), "s": series}
        for y, series in zip(plan.y, _names(plan), strict=True)
        for name, value in zip(plan.categories, y, strict=True)
    ]
    sort = {"sort": None} if draw.random() < 0.7 else {"sort": "-y"}
    one = _axis(
        draw.choice(("nominal", "ordinal")),
        "c",
        plan.x_label,
        **(sort if not plan.horizontal else {"sort": None}),
    )
    other = _axis("quantitative", "v", plan.y_label)
    colour = _colour(plan, draw)
    if len(plan.y) > 1:
        colour = {"color": {"field": "s", "type": "nominal", **({} if plan.legend else {"legend": None})}}
    encoding: dict[str, Any] = {"x": other, "y": one} if plan.horizontal else {"x": one, "y": other}
    if len(plan.y) > 1 and not plan.stacked:
        encoding["yOffset" if plan.horizontal else "xOffset"] = {"field": "s", "type": "nominal"}
    mark: dict[str, Any] = {"type": "bar"}
    if draw.random() < 0.15:
        mark["cornerRadiusEnd"] = 4
    drawn: dict[str, Any] = {"mark": mark, "encoding": encoding | colour}
    if draw.random() < 0.5:
        drawn["width" if not plan.horizontal else "height"] = {"step": draw.choice((14, 20, 20, 30))}
        if len(plan.y) > 1 and not plan.stacked:
            drawn.pop("width", None)
            drawn.pop("height", None)
    if plan.numbers and len(plan.y) == 1:
        text = {
            "mark": {"type": "text", "dy": -6},
            "encoding": encoding | {"text": {"field": "v", "format": ".3~g"}},
        }
        drawn = {key: value for key, value in drawn.items() if key in {"width", "height"}} | {
            "layer": [{"mark": mark, "encoding": encoding | colour}, text]
        }
    return {"data": {"values": rows}} | drawn


def _histogram(plan: Plan, draw: random.Random) -> dict[str, Any]:
    rows = [
        {"a": float(edges[i]), "b": float(edges[i + 1]), "n": float(n), "s": name}
        for edges, counts, name in zip(plan.x, plan.y, _names(plan), strict=True)
        for i, n in enumerate(counts)
    ]
    encoding = {
        "x": _axis("quantitative", "a", plan.x_label, bin={"binned": True}),
        "x2": {"field": "b"},
        "y": _axis("quantitative", "n", plan.y_label or "Count of Records", stack=None),
    } | _colour(plan, draw)
    mark: dict[str, Any] = {"type": "bar", "opacity": 0.6 if len(plan.y) > 1 else 1}
    if draw.random() < 0.4:
        mark["binSpacing"] = 0
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _area(plan: Plan, draw: random.Random) -> dict[str, Any]:
    mark: dict[str, Any] = {"type": "area", "opacity": draw.choice((1, 0.7, 0.5))}
    if draw.random() < 0.3:
        mark["line"] = True
    if draw.random() < 0.3:
        mark["interpolate"] = "monotone"
    stack = draw.choice(("zero", "zero", "normalize")) if plan.stacked else None
    encoding = {
        "x": _axis("quantitative", "x", plan.x_label, scale={"zero": False}),
        "y": _axis("quantitative", "y", plan.y_label, stack=stack),
    } | _colour(plan, draw)
    return {"data": _points(plan), "mark": mark, "encoding": encoding}


def _pie(plan: Plan, draw: random.Random) -> dict[str, Any]:
    rows = [{"c": name, "v": float(value)} for name, value in zip(plan.categories, plan.y[0], strict=True)]
    mark: dict[str, Any] = {"type": "arc"}
    if plan.hole:
        mark["innerRadius"] = draw.choice((30, 50, 70))
    if draw.random() < 0.3:
        mark |= {"stroke": "white", "padAngle": 0.01}
    legend: dict[str, Any] = {} if plan.legend or draw.random() < 0.5 else {"legend": None}
    encoding = {
        "theta": {"field": "v", "type": "quantitative", "stack": True},
        "color": {"field": "c", "type": "nominal"} | legend,
    }
    if draw.random() < 0.25:
        words = {"mark": {"type": "text", "radius": 90}, "encoding": encoding | {"text": {"field": "c"}}}
        return {
            "data": {"values": rows},
            "layer": [{"mark": mark | {"outerRadius": 75}, "encoding": encoding}, words],
        }
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def _samples(plan: Plan) -> dict[str, Any]:
    return {
        "values": [
            {"c": name, "v": float(value)}
            for name, y in zip(plan.categories, plan.y, strict=True)
            for value in y[:150]
        ]
    }


def _box(plan: Plan, draw: random.Random) -> dict[str, Any]:
    one, other = (
        _axis("nominal", "c", plan.x_label),
        _axis("quantitative", "v", plan.y_label, scale={"zero": False}),
    )
    encoding: dict[str, Any] = {"x": other, "y": one} if plan.horizontal else {"x": one, "y": other}
    if plan.filled and draw.random() < 0.6:
        encoding["color"] = {"field": "c", "type": "nominal", "legend": None}
    mark: dict[str, Any] = {"type": "boxplot", "extent": draw.choice((1.5, 1.5, "min-max"))}
    if draw.random() < 0.4:
        mark["size"] = draw.choice((20, 30, 40))
    if draw.random() < 0.2:
        mark |= {"ticks": True, "median": {"color": "black"}}
    return {"data": _samples(plan), "mark": mark, "encoding": encoding}


def _violin(plan: Plan, draw: random.Random) -> dict[str, Any]:
    colour = (
        {"field": "c", "type": "nominal", "legend": None}
        if draw.random() < 0.7
        else {"value": plan.palette[0]}
    )
    thick = {"stack": "center", "axis": None, "title": None, "field": "density", "type": "quantitative"}
    value = {"field": "value", "type": "quantitative", "title": plan.y_label or None}
    across, along = ("row", "x") if plan.horizontal else ("column", "y")
    side = max(40, 320 // len(plan.y))
    return {
        "data": _samples(plan),
        "transform": [{"density": "v", "groupby": ["c"]}],
        "mark": {"type": "area", "orient": "vertical" if plan.horizontal else "horizontal"},
        "encoding": {
            along: value,
            "y" if plan.horizontal else "x": thick,
            across: {
                "field": "c",
                "type": "nominal",
                "spacing": 0,
                "header": {"labelOrient": "left" if plan.horizontal else "bottom"},
            },
            "color": colour,
        },
        "width": 260 if plan.horizontal else side,
        "height": side if plan.horizontal else 240,
    }


def _heatmap(plan: Plan, draw: random.Random) -> dict[str, Any]:
    rows, columns = plan.field.shape
    values = [{"i": i, "j": j, "z": float(plan.field[i, j])} for i in range(rows) for j in range(columns)]
    encoding: dict[str, Any] = {
        "x": _axis("ordinal", "j", plan.x_label),
        "y": _axis("ordinal", "i", plan.y_label),
        "color": {
            "field": "z",
            "type": "quantitative",
            "scale": {"scheme": plan.scale},
            **({} if plan.legend else {"legend": None}),
        },
    }
    if draw.random() < 0.15 and plan.field.size < 200:
        encoding["size"] = {"value": 400}
    drawn: dict[str, Any] = {"mark": {"type": "rect"}, "encoding": encoding}
    if plan.numbers:
        words = {
            "mark": "text",
            "encoding": {k: encoding[k] for k in "xy"} | {"text": {"field": "z", "format": ".2~g"}},
        }
        drawn = {"layer": [drawn, words]}
    return {"data": {"values": values}} | drawn


def contours(plan: Plan, levels: int) -> list[tuple[float, Numbers]]:
    """The lines of equal value in the plan's field: level and points ``(n, 2)``."""
    from contourpy import contour_generator

    low, high = float(plan.field.min()), float(plan.field.max())
    drawn = contour_generator(z=plan.field)
    steps = np.linspace(low, high, levels + 2)[1:-1]
    return [(float(level), np.asarray(line)) for level in steps for line in drawn.lines(float(level))]


def _contour(plan: Plan, draw: random.Random) -> dict[str, Any]:
    filled = plan.filled
    values = [
        {"g": g, "o": o, "x": float(x), "y": float(y), "z": level}
        for g, (level, line) in enumerate(contours(plan, draw.choice((5, 8, 12))))
        for o, (x, y) in enumerate(line[:: max(1, len(line) // 60)])
    ]
    lines = {
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": draw.choice((1, 1.5, 2))},
        "encoding": {
            "x": _axis("quantitative", "x", plan.x_label, scale={"nice": False}),
            "y": _axis("quantitative", "y", plan.y_label, scale={"nice": False}),
            "detail": {"field": "g"},
            "order": {"field": "o"},
            "color": {
                "field": "z",
                "type": "quantitative",
                "scale": {"scheme": plan.scale},
                **({} if plan.legend else {"legend": None}),
            },
        },
    }
    if not filled:
        return lines
    # Bands of colour: the field on a fine grid, rounded to its levels.
    rows, columns = plan.field.shape
    low, high = float(plan.field.min()), float(plan.field.max())
    n = draw.choice((5, 8, 10))
    fine = np.kron(plan.field, np.ones((2, 2)))
    fine = (fine + np.roll(fine, 1, 0) + np.roll(fine, 1, 1) + np.roll(np.roll(fine, 1, 0), 1, 1)) / 4
    level = np.floor((fine - low) / (high - low + 1e-12) * n)
    cells = [
        {"x": j / 2, "X": (j + 1) / 2, "y": i / 2, "Y": (i + 1) / 2, "z": float(level[i, j])}
        for i in range(1, 2 * rows)
        for j in range(1, 2 * columns)
    ]
    bands = {
        "data": {"values": cells},
        "mark": {"type": "rect", "strokeWidth": 0.6, "strokeOpacity": 1},
        "encoding": {
            "x": _axis("quantitative", "x", plan.x_label, scale={"nice": False}),
            "x2": {"field": "X"},
            "y": _axis("quantitative", "y", plan.y_label, scale={"nice": False}),
            "y2": {"field": "Y"},
            "color": {"field": "z", "type": "ordinal", "scale": {"scheme": plan.scale}},
            "stroke": {"field": "z", "type": "ordinal", "scale": {"scheme": plan.scale}, "legend": None},
        },
    }
    return bands


_DRAWN = {
    "line": _line,
    "scatter": _scatter,
    "bar": _bar,
    "histogram": _histogram,
    "area": _area,
    "pie": _pie,
    "box": _box,
    "violin": _violin,
    "heatmap": _heatmap,
    "contour": _contour,
}
