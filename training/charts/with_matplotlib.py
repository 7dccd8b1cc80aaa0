"""Plans drawn by matplotlib, in its own styles and seaborn's."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from training.charts.plans import Plan

STYLES = (
    "default",
    "default",
    "default",
    "classic",
    "ggplot",
    "bmh",
    "fivethirtyeight",
    "grayscale",
    "dark_background",
    "seaborn-v0_8",
    "seaborn-v0_8-whitegrid",
    "seaborn-v0_8-ticks",
    "seaborn-v0_8-darkgrid",
    "tableau-colorblind10",
    "Solarize_Light2",
)
_FONTS = ("DejaVu Sans", "DejaVu Sans", "Liberation Sans", "DejaVu Serif", "Liberation Serif")
_SCALES = {"blues": "Blues", "greens": "Greens", "reds": "Reds", "greys": "Greys"}


def picture(plan: Plan, seed: int) -> bytes:
    """The plan as a PNG."""
    import matplotlib as mpl

    mpl.use("agg")
    from cycler import cycler
    from matplotlib import pyplot as plt

    draw = random.Random(seed)  # noqa: S311 - not a secret
    dpi = draw.choice((72, 72, 100, 100, 120))
    with plt.style.context("dark_background" if plan.dark else draw.choice(STYLES)):
        mpl.rcParams["font.family"] = [draw.choice(_FONTS), "DejaVu Sans"]
        mpl.rcParams["font.size"] = draw.uniform(7, 12)
        if draw.random() < 0.6:
            mpl.rcParams["axes.prop_cycle"] = cycler(color=list(plan.palette))
        figure, axes = plt.subplots(figsize=(max(plan.width, 300) / 100, max(plan.height, 240) / 100))
        try:
            drawn_on(axes, plan, draw)
            if draw.random() < 0.7:
                figure.tight_layout()
            out = io.BytesIO()
            figure.savefig(out, format="png", dpi=dpi)
        finally:
            plt.close(figure)
    return out.getvalue()


def drawn_on(axes: Any, plan: Plan, draw: random.Random) -> None:
    """Draws the plan into axes of a figure."""
    _DRAWN[plan.type](axes, plan, draw)
    axes.set(title=plan.title, xlabel=plan.x_label, ylabel=plan.y_label)
    if plan.type not in {"pie", "heatmap", "contour"}:
        axes.grid(plan.grid, axis=draw.choice(("both", "both", "y")))
        if draw.random() < 0.4:
            axes.spines[["top", "right"]].set_visible(False)
    if plan.type in {"line", "scatter"} and draw.random() < 0.08 and all((y > 0).all() for y in plan.y):
        axes.set_yscale("log")
    if draw.random() < 0.1:
        axes.tick_params(axis="x", rotation=draw.choice((30, 45, 90)))
    if plan.legend and axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize="small", frameon=draw.random() < 0.7)


def _line(axes: Any, plan: Plan, draw: random.Random) -> None:
    thick = draw.choice((0.8, 1.0, 1.5, 2.0, 3.0))
    for x, y, name in zip(plan.x, plan.y, plan.names, strict=True):
        mark = draw.choice("osD^x.") if plan.markers and len(x) <= 40 else None
        dashes = draw.choice(("-", "-", "-", "--", ":", "-."))
        if plan.step:
            axes.step(x, y, lw=thick, label=name)
        else:
            axes.plot(x, y, dashes, lw=thick, marker=mark, label=name)
    if draw.random() < 0.1:
        axes.axhline(float(np.mean(plan.y[0])), color="red", ls="--", lw=1)
    if draw.random() < 0.15:
        width = float(np.std(plan.y[0])) * 0.3
        axes.fill_between(plan.x[0], plan.y[0] - width, plan.y[0] + width, alpha=0.2)
    if draw.random() < 0.1:
        axes.invert_yaxis()


def _scatter(axes: Any, plan: Plan, draw: random.Random) -> None:
    mark, size, alpha = draw.choice("ooo.s^x+D"), draw.choice((6, 12, 20, 36, 60)), draw.choice((1, 0.8, 0.5))
    coloured = draw.random() < 0.15
    for x, y, name in zip(plan.x, plan.y, plan.names, strict=True):
        sizes = np.abs(np.sin(x * 5)) * 150 + 8 if plan.sizes else size
        extra = {"c": y, "cmap": _SCALES.get(plan.scale, plan.scale)} if coloured else {}
        axes.scatter(x, y, s=sizes, marker=mark, alpha=alpha, label=name, **extra)
    if draw.random() < 0.12:
        a, b = np.polyfit(plan.x[0], plan.y[0], 1)
        ends = np.array([plan.x[0].min(), plan.x[0].max()])
        axes.plot(ends, a * ends + b, color="k", lw=1)


def _bar(axes: Any, plan: Plan, draw: random.Random) -> None:
    places = np.arange(len(plan.categories), dtype=float)
    n = len(plan.y)
    width = draw.choice((0.5, 0.6, 0.8, 0.8, 0.9))
    below = np.zeros(len(places))
    edge = {"edgecolor": "black", "linewidth": 0.8} if draw.random() < 0.2 else {}
    each = draw.random() < 0.2 and n == 1
    for i, (y, name) in enumerate(zip(plan.y, plan.names, strict=True)):
        at = places if plan.stacked else places + (i - (n - 1) / 2) * width / n
        wide = width if plan.stacked else width / n
        colours = {"color": [plan.palette[k % 9] for k in range(len(places))]} if each else {}
        if plan.horizontal:
            bars = axes.barh(at, y, wide, left=below if plan.stacked else 0, label=name, **edge, **colours)
        else:
            bars = axes.bar(at, y, wide, bottom=below if plan.stacked else 0, label=name, **edge, **colours)
        if plan.numbers and len(places) < 9:
            axes.bar_label(bars, fmt="%.3g", fontsize=7)
        below = below + y
    if not plan.horizontal and draw.random() < 0.12:
        axes.errorbar(places, plan.y[0], plan.y[0] * 0.1, fmt="none", ecolor="k", capsize=3)
    if plan.horizontal:
        axes.set_yticks(places, plan.categories)
    else:
        axes.set_xticks(places, plan.categories, rotation=draw.choice((0, 0, 30, 45, 90)))


def _histogram(axes: Any, plan: Plan, draw: random.Random) -> None:
    kind = draw.choice(("bar", "bar", "bar", "bar", "step", "stepfilled"))
    edge = draw.choice(({}, {"edgecolor": "white"}, {"edgecolor": "black"}))
    for edges, counts, name in zip(plan.x, plan.y, plan.names, strict=True):
        axes.hist(
            edges[:-1],
            edges,
            weights=counts,
            histtype="bar" if kind == "step" and len(plan.x) == 1 else kind,
            label=name,
            alpha=0.6 if len(plan.x) > 1 else draw.choice((1, 0.8)),
            orientation="horizontal" if plan.horizontal else "vertical",
            **edge,
        )
    if draw.random() < 0.2:
        middle = (plan.x[0][1:] + plan.x[0][:-1]) / 2
        axes.plot(middle, np.convolve(plan.y[0], np.ones(3) / 3, "same"), lw=1.5)


def _area(axes: Any, plan: Plan, draw: random.Random) -> None:
    if plan.stacked:
        axes.stackplot(plan.x[0], *plan.y, labels=plan.names, alpha=draw.choice((1, 0.8)))
        return
    for x, y, name in zip(plan.x, plan.y, plan.names, strict=True):
        axes.fill_between(x, y, alpha=draw.choice((0.3, 0.5, 0.8)), label=name)
        if draw.random() < 0.5:
            axes.plot(x, y, lw=1)


def _pie(axes: Any, plan: Plan, draw: random.Random) -> None:
    wedge: dict[str, Any] = {"width": draw.uniform(0.3, 0.5)} if plan.hole else {}
    if draw.random() < 0.3:
        wedge["edgecolor"] = "white"
    axes.pie(
        plan.y[0],
        labels=plan.categories if not plan.legend or draw.random() < 0.6 else None,
        autopct="%.1f%%" if plan.numbers or draw.random() < 0.4 else None,
        startangle=draw.choice((0, 90)),
        wedgeprops=wedge,
        explode=[0.06 * (i == 0) for i in range(len(plan.categories))] if draw.random() < 0.15 else None,
        textprops={"fontsize": 8},
    )
    if plan.legend and draw.random() < 0.4:
        axes.legend(plan.categories, fontsize="x-small", loc="center left", bbox_to_anchor=(1, 0.5))


def _box(axes: Any, plan: Plan, draw: random.Random) -> None:
    parts = axes.boxplot(
        plan.y,
        tick_labels=plan.categories,
        orientation="horizontal" if plan.horizontal else "vertical",
        notch=draw.random() < 0.15,
        patch_artist=plan.filled,
        widths=draw.choice((0.3, 0.5, 0.7)),
        showmeans=draw.random() < 0.2,
        showfliers=draw.random() < 0.8,
    )
    if plan.filled:
        for i, box in enumerate(parts["boxes"]):
            box.set_facecolor(plan.palette[i % 9 if draw.random() < 0.7 else 0])
    if draw.random() < 0.1:
        for i, y in enumerate(plan.y):
            axes.plot(i + 1 + np.sin(np.arange(len(y))) * 0.1, y, ".", ms=3, alpha=0.5)


def _violin(axes: Any, plan: Plan, draw: random.Random) -> None:
    if draw.random() < 0.5:
        import seaborn as sns

        sns.violinplot(
            data=dict(zip(plan.categories, plan.y, strict=True)),
            ax=axes,
            orient="h" if plan.horizontal else "v",
            inner=draw.choice(("box", "quart", None, "stick")),
            palette=None if draw.random() < 0.4 else list(plan.palette)[: len(plan.y)],
            fill=draw.random() < 0.85,
        )
        return
    axes.violinplot(
        plan.y,
        orientation="horizontal" if plan.horizontal else "vertical",
        showmeans=draw.random() < 0.3,
        showmedians=draw.random() < 0.4,
        showextrema=draw.random() < 0.7,
        widths=draw.choice((0.5, 0.7, 0.9)),
    )
    (axes.set_yticks if plan.horizontal else axes.set_xticks)(range(1, len(plan.y) + 1), plan.categories)


def _heatmap(axes: Any, plan: Plan, draw: random.Random) -> None:
    scale = draw.choice((_SCALES.get(plan.scale, plan.scale),) * 3 + ("coolwarm", "RdBu", "jet"))
    if draw.random() < 0.4 and plan.field.size < 700:
        import seaborn as sns

        sns.heatmap(
            plan.field,
            ax=axes,
            cmap=scale,
            annot=plan.numbers,
            fmt=".2g",
            annot_kws={"fontsize": 6},
            cbar=plan.legend,
            linewidths=draw.choice((0, 0, 0.5)),
        )
        return
    if draw.random() < 0.6:
        image = axes.imshow(plan.field, cmap=scale, aspect=draw.choice(("auto", "auto", "equal")))
    else:
        image = axes.pcolormesh(plan.field, cmap=scale)
    if plan.numbers:
        for (i, j), value in np.ndenumerate(plan.field):
            axes.text(j, i, f"{value:.2g}", ha="center", va="center", fontsize=6)
    if plan.legend:
        axes.figure.colorbar(image, ax=axes)


def _contour(axes: Any, plan: Plan, draw: random.Random) -> None:
    levels = draw.choice((5, 8, 10, 14, 20))
    scale = _SCALES.get(plan.scale, plan.scale)
    if plan.filled:
        drawn = axes.contourf(plan.field, levels, cmap=scale)
        if draw.random() < 0.4:
            axes.contour(plan.field, levels, colors="k", linewidths=0.5)
    else:
        colour = {"colors": "k"} if draw.random() < 0.3 else {"cmap": scale}
        drawn = axes.contour(plan.field, levels, linewidths=draw.choice((0.8, 1, 1.5)), **colour)
        if draw.random() < 0.5:
            axes.clabel(drawn, fontsize=7)
    if plan.legend and draw.random() < 0.7:
        axes.figure.colorbar(drawn, ax=axes)


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
