"""Plans drawn by Bokeh in a browser."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from training.charts.browser import page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from training.charts.plans import Plan

_DRAW = """([item]) => { document.getElementById('chart').innerHTML = '';
  return Bokeh.embed.embed_item(item, 'chart').then(() => new Promise(done => setTimeout(done, 60))); }"""


def pictures(plans: Sequence[tuple[Plan, int]], _: Path | None = None) -> Iterator[bytes | None]:
    """The plans as PNGs, in their order."""
    from bokeh.embed import json_item
    from bokeh.settings import settings
    from bokeh.themes import Theme

    scripts = [settings.bokehjs_path() / "js" / name for name in ("bokeh.min.js", "bokeh-api.min.js")]
    with page(scripts) as browser:
        for plan, seed in plans:
            draw = random.Random(seed)  # noqa: S311 - not a secret
            theme = "dark_minimal" if plan.dark else draw.choice((None, None, "caliber", "light_minimal"))
            drawn = _figure(plan, draw)
            from bokeh.themes import built_in_themes

            item = json_item(drawn, theme=built_in_themes[theme] if theme else Theme(json={}))
            browser.evaluate(_DRAW, [item])
            yield bytes(
                browser.screenshot(clip={"x": 0, "y": 0, "width": drawn.width, "height": drawn.height})
            )


def _figure(plan: Plan, draw: random.Random) -> Any:
    from bokeh.models import FactorRange
    from bokeh.plotting import figure

    options: dict[str, Any] = {
        "title": plan.title or None,
        "width": max(plan.width, 300),
        "height": max(plan.height, 250),
    }
    if plan.type in {"bar", "box", "violin"}:
        options["y_range" if plan.horizontal else "x_range"] = FactorRange(factors=plan.categories)
    options["toolbar_location"] = draw.choice((None, None, "right", "above"))
    drawn = figure(**options)
    _DRAWN[plan.type](drawn, plan, draw)
    drawn.xaxis.axis_label, drawn.yaxis.axis_label = plan.x_label, plan.y_label
    if not plan.grid:
        drawn.grid.visible = False
    if draw.random() < 0.3:
        drawn.outline_line_color = None
    if not plan.legend:
        for legend in drawn.legend:
            legend.visible = False
    return drawn


def _line(drawn: Any, plan: Plan, draw: random.Random) -> None:
    for i, (x, y, name) in enumerate(zip(plan.x, plan.y, plan.names, strict=True)):
        style = {"color": plan.palette[i % 9], "legend_label": name, "line_width": draw.choice((1, 2, 3))}
        (drawn.step if plan.step else drawn.line)(x, y, **style)
        if plan.markers and len(x) <= 40:
            drawn.scatter(x, y, size=6, color=plan.palette[i % 9])


def _scatter(drawn: Any, plan: Plan, draw: random.Random) -> None:
    mark = draw.choice(("circle", "circle", "square", "triangle", "x", "diamond"))
    for i, (x, y, name) in enumerate(zip(plan.x, plan.y, plan.names, strict=True)):
        size = np.abs(np.sin(x * 5)) * 22 + 4 if plan.sizes else draw.choice((4, 7, 10))
        drawn.scatter(
            x,
            y,
            size=size,
            marker=mark,
            color=plan.palette[i % 9],
            alpha=draw.choice((1, 0.6)),
            legend_label=name,
        )


def _bar(drawn: Any, plan: Plan, draw: random.Random) -> None:
    width = draw.choice((0.5, 0.7, 0.9))
    n = len(plan.y)
    below: Any = np.zeros(len(plan.categories))
    for i, (y, name) in enumerate(zip(plan.y, plan.names, strict=True)):
        shift = 0.0 if plan.stacked else (i - (n - 1) / 2) * width / n
        at: Any = [(category, shift) for category in plan.categories]
        wide = width if plan.stacked else width / n
        style = {
            "color": plan.palette[i % 9],
            "legend_label": name,
            "line_color": draw.choice(("white", "black", plan.palette[i % 9])),
        }
        style = {"fill_color": style["color"], "line_color": style["line_color"], "legend_label": name}
        top = below + y if plan.stacked else y
        start = below if plan.stacked else np.zeros(len(y))
        if plan.horizontal:
            drawn.hbar(y=at, left=start, right=top, height=wide, **style)
        else:
            drawn.vbar(x=at, bottom=start, top=top, width=wide, **style)
        below = top
    if draw.random() < 0.5 and all((y > 0).all() for y in plan.y):
        (drawn.x_range if plan.horizontal else drawn.y_range).start = 0


def _histogram(drawn: Any, plan: Plan, draw: random.Random) -> None:
    for i, (edges, counts, name) in enumerate(zip(plan.x, plan.y, plan.names, strict=True)):
        drawn.quad(
            left=edges[:-1],
            right=edges[1:],
            top=counts,
            bottom=0,
            fill_color=plan.palette[i % 9],
            line_color=draw.choice(("white", "black", plan.palette[i % 9])),
            alpha=0.6 if len(plan.x) > 1 else 1,
            legend_label=name,
        )


def _area(drawn: Any, plan: Plan, _draw: random.Random) -> None:
    below: Any = np.zeros(len(plan.x[0]))
    for i, (x, y, name) in enumerate(zip(plan.x, plan.y, plan.names, strict=True)):
        top = below + y if plan.stacked else y
        drawn.varea(
            x=x,
            y1=below,
            y2=top,
            color=plan.palette[i % 9],
            alpha=1 if plan.stacked else 0.5,
            legend_label=name,
        )
        if plan.stacked:
            below = top


def _pie(drawn: Any, plan: Plan, _draw: random.Random) -> None:
    ends = np.cumsum(plan.y[0]) / plan.y[0].sum() * 2 * np.pi
    starts = np.concatenate([[0.0], ends[:-1]])
    for i, (start, end, name) in enumerate(zip(starts, ends, plan.categories, strict=True)):
        style = {"color": plan.palette[i % 9], "legend_label": name, "start_angle": start, "end_angle": end}
        if plan.hole:
            drawn.annular_wedge(x=0, y=0, inner_radius=0.4, outer_radius=0.8, **style)
        else:
            drawn.wedge(x=0, y=0, radius=0.8, **style)
    drawn.axis.visible = False
    drawn.grid.visible = False
    drawn.x_range.start, drawn.x_range.end = -1.1, 1.6
    drawn.y_range.start, drawn.y_range.end = -1.1, 1.1


def _box(drawn: Any, plan: Plan, draw: random.Random) -> None:
    wide = draw.choice((0.3, 0.5, 0.7))
    one = draw.random() < 0.5
    for i, (name, y) in enumerate(zip(plan.categories, plan.y, strict=True)):
        q1, median, q3 = np.percentile(y, [25, 50, 75])
        inside = y[(y >= q1 - 1.5 * (q3 - q1)) & (y <= q3 + 1.5 * (q3 - q1))]
        outside = y[(y < inside.min()) | (y > inside.max())]
        fill = plan.palette[0 if one else i % 9] if plan.filled else "white"
        style = {"fill_color": fill, "line_color": "black"}
        if plan.horizontal:
            drawn.segment(
                [inside.min(), q3], [name, name], [q1, inside.max()], [name, name], line_color="black"
            )
            drawn.hbar(y=[name, name], left=[q1, median], right=[median, q3], height=wide, **style)
            drawn.scatter(outside, [name] * len(outside), size=5, color=fill)
        else:
            drawn.segment(
                [name, name], [inside.min(), q3], [name, name], [q1, inside.max()], line_color="black"
            )
            drawn.vbar(x=[name, name], bottom=[q1, median], top=[median, q3], width=wide, **style)
            drawn.scatter([name] * len(outside), outside, size=5, color=fill)


def _violin(drawn: Any, plan: Plan, _draw: random.Random) -> None:
    from scipy.stats import gaussian_kde

    for i, (name, y) in enumerate(zip(plan.categories, plan.y, strict=True)):
        at = np.linspace(y.min() - y.std() * 0.6, y.max() + y.std() * 0.6, 60)
        thick = gaussian_kde(y)(at)
        thick = thick / thick.max() * 0.42
        around = np.concatenate([thick, -thick[::-1]])
        values = np.concatenate([at, at[::-1]]).tolist()
        places = [(name, float(t)) for t in around]
        style = {"fill_color": plan.palette[i % 9], "line_color": "black", "fill_alpha": 0.8}
        if plan.horizontal:
            drawn.patch(values, places, **style)
        else:
            drawn.patch(places, values, **style)


def _scale(plan: Plan) -> list[str]:
    from bokeh import palettes

    name = {"blues": "Blues9", "greens": "Greens9", "reds": "Reds9", "greys": "Greys9"}.get(plan.scale)
    return list(getattr(palettes, name or f"{plan.scale.capitalize()}11"))


def _heatmap(drawn: Any, plan: Plan, draw: random.Random) -> None:
    rows, columns = plan.field.shape
    if draw.random() < 0.5:
        drawn.image(image=[plan.field], x=0, y=0, dw=columns, dh=rows, palette=_scale(plan))
    else:
        from bokeh.transform import linear_cmap

        y, x = np.mgrid[0:rows, 0:columns]
        source = {"x": x.ravel(), "y": y.ravel(), "z": plan.field.ravel()}
        fill = linear_cmap("z", _scale(plan), float(plan.field.min()), float(plan.field.max()))
        from bokeh.models import ColumnDataSource

        drawn.rect(
            "x",
            "y",
            1,
            1,
            source=ColumnDataSource(source),
            fill_color=fill,
            line_color=draw.choice((None, None, "white")),
        )
    drawn.grid.visible = False


def _contour(drawn: Any, plan: Plan, draw: random.Random) -> None:
    levels = np.linspace(plan.field.min(), plan.field.max(), draw.choice((6, 9, 11)))
    rows, columns = plan.field.shape
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    colours = _scale(plan)
    if plan.filled:
        fill = [colours[i % len(colours)] for i in range(len(levels) - 1)]
        kept = drawn.contour(
            x, y, plan.field, levels, fill_color=fill, line_color=draw.choice(("black", "white"))
        )
    else:
        kept = drawn.contour(
            x, y, plan.field, levels, line_color=[colours[i % len(colours)] for i in range(len(levels))]
        )
    if plan.legend:
        drawn.add_layout(kept.construct_color_bar(), "right")


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
