"""What a chart shows, before any library draws it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from training.vocabulary import Writer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]

PALETTES = (
    ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22"),
    ("#4c72b0", "#dd8452", "#55a868", "#c44e52", "#8172b3", "#937860", "#da8bc3", "#8c8c8c", "#ccb974"),
    ("#e41a1c", "#377eb8", "#4daf4a", "#984ea3", "#ff7f00", "#ffd92f", "#a65628", "#f781bf", "#999999"),
    ("#66c2a5", "#fc8d62", "#8da0cb", "#e78ac3", "#a6d854", "#ffd92f", "#e5c494", "#b3b3b3", "#1b9e77"),
    ("#222222", "#666666", "#999999", "#444444", "#bbbbbb", "#000000", "#777777", "#aaaaaa", "#333333"),
    ("#003f5c", "#2f4b7c", "#665191", "#a05195", "#d45087", "#f95d6a", "#ff7c43", "#ffa600", "#488f31"),
    ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725", "#31688e", "#35b779", "#482878", "#b5de2b"),
    ("#5470c6", "#91cc75", "#fac858", "#ee6666", "#73c0de", "#3ba272", "#fc8452", "#9a60b4", "#ea7ccc"),
)
SCALES = ("viridis", "plasma", "inferno", "magma", "cividis", "blues", "greens", "reds", "greys", "turbo")


@dataclass
class Plan:
    """One chart: its type, its texts, its numbers, and whatever of its look every library can follow.

    ``x`` and ``y``: a series each (line, scatter, area: points; bar, pie: one number for each category;
    histogram:
    ``x`` are edges and ``y`` counts; box, violin: ``y`` are samples). ``field``: the cells of a heat map or
    a contour.
    """

    type: str
    x: list[Numbers] = field(default_factory=list)
    y: list[Numbers] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    field: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    palette: tuple[str, ...] = PALETTES[0]
    scale: str = "viridis"
    width: int = 640
    height: int = 480
    legend: bool = True
    grid: bool = True
    dark: bool = False
    horizontal: bool = False
    stacked: bool = False
    markers: bool = False
    filled: bool = True
    step: bool = False
    hole: bool = False
    sizes: bool = False
    numbers: bool = False


def plan(kind: str, seed: int) -> Plan:
    """A chart of this type at random, the same for the same seed."""
    draw = random.Random(f"{kind}{seed}")  # noqa: S311 - not a secret
    rng = np.random.default_rng(draw.getrandbits(32))
    writer = Writer(draw.getrandbits(32))
    language = draw.choice(("ru", "en", "en"))
    made = Plan(
        kind,
        title=writer.phrase(language)[:40] if draw.random() < 0.6 else "",
        x_label=writer.phrase(language)[:26] if draw.random() < 0.7 else "",
        y_label=writer.phrase(language)[:26] if draw.random() < 0.7 else "",
        palette=_palette(draw),
        scale=draw.choice(SCALES),
        width=draw.choice((240, 320, 400, 480, 560, 640, 640, 720, 800, 900)),
        height=draw.choice((200, 240, 300, 360, 400, 480, 480, 560)),
        legend=draw.random() < 0.65,
        grid=draw.random() < 0.55,
        dark=draw.random() < 0.12,
        horizontal=draw.random() < 0.3,
        stacked=draw.random() < 0.4,
        markers=draw.random() < 0.3,
        filled=draw.random() < 0.6,
        step=draw.random() < 0.1,
        hole=draw.random() < 0.3,
        sizes=draw.random() < 0.2,
        numbers=draw.random() < 0.2,
    )
    series = draw.choice((1, 1, 1, 2, 2, 3, 4, 5))
    made.names = [writer.word(language)[:14] for _ in range(series)]
    scale = 10 ** draw.uniform(-2, 5)
    if kind in {"line", "area"}:
        n = draw.choice((5, 8, 12, 20, 40, 80, 150, 300))
        x = np.arange(n) * draw.choice((1.0, 0.1, 5.0, 10.0)) + draw.choice((0, 0, 1, 1990, 100))
        shape = draw.choice(("walk", "decay", "wave", "growth", "smooth"))
        made.x = [x] * series
        made.y = [_curve(shape, n, rng) * scale for _ in range(series)]
        if kind == "area":
            made.y = [y - min(0.0, y.min()) + 0.05 * scale for y in made.y]
    elif kind == "scatter":
        n = draw.choice((8, 15, 30, 60, 120, 300))
        slope = draw.choice((0.0, 0.0, 1.0, -1.0, 2.0))
        for _ in range(series):
            x = (
                rng.normal(draw.uniform(-2, 2), draw.uniform(0.3, 1.5), n)
                if draw.random() < 0.7
                else rng.random(n) * 4
            )
            y = slope * x + rng.normal(draw.uniform(-2, 2), draw.uniform(0.1, 1.2), n)
            made.x.append(x * scale)
            made.y.append(y if draw.random() < 0.8 else np.exp(y))
    elif kind in {"bar", "pie"}:
        n = draw.randint(2, 9) if kind == "pie" else draw.choice((2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24))
        made.categories = _categories(draw, writer, language, n)
        series = 1 if kind == "pie" else min(series, 4)
        made.names = made.names[:series]
        spread = draw.choice((0.1, 0.5, 1.0))
        for _ in range(series):
            y = np.abs(rng.normal(1, spread, n)) + 0.05
            if draw.random() < 0.2:
                y = np.sort(y)[::-1].copy()
            made.y.append(y * scale)
        if kind == "bar" and draw.random() < 0.12 and not made.stacked:
            made.y = [y * rng.choice((-1, 1), n) for y in made.y]
    elif kind == "histogram":
        series = min(series, 2)
        made.names = made.names[:series]
        bins = draw.choice((6, 8, 10, 12, 15, 20, 25, 30, 40, 60))
        size = draw.choice((60, 200, 1000, 5000))
        for _ in range(series):
            sample = _sample(draw, rng, size) * scale
            counts, edges = np.histogram(sample, bins)
            made.x.append(edges)
            made.y.append(counts.astype(float))
        made.horizontal = made.horizontal and draw.random() < 0.2
    elif kind in {"box", "violin"}:
        n = draw.randint(1, 8) if kind == "box" else draw.randint(1, 6)
        made.categories = _categories(draw, writer, language, n)
        made.y = [
            (_sample(draw, rng, draw.choice((30, 100, 300))) + draw.uniform(-1, 1)) * scale for _ in range(n)
        ]
    elif kind in {"heatmap", "contour"}:
        rows, columns = draw.randint(3, 24), draw.randint(3, 24)
        if kind == "contour" or draw.random() < 0.5:
            fine = kind == "contour" or draw.random() < 0.5
            rows, columns = (40, 50) if fine else (rows, columns)
            made.field = _hills(rows, columns, rng, draw.randint(1, 5))
        elif draw.random() < 0.5:
            made.field = rng.random((rows, columns)) ** draw.uniform(0.5, 3)
        else:  # a matrix of correlations
            data = rng.normal(size=(30, rows)) + rng.normal(size=(30, 1)) * draw.uniform(0, 2)
            made.field = np.atleast_2d(np.corrcoef(data.T))
        made.field = made.field * scale
        made.numbers = made.numbers and made.field.size < 130
        made.categories = _categories(draw, writer, language, max(made.field.shape))
    return made


def _palette(draw: random.Random) -> tuple[str, ...]:
    chosen = list(draw.choice(PALETTES))
    if draw.random() < 0.4:
        draw.shuffle(chosen)
    if draw.random() < 0.25:
        chosen = [f"#{draw.randint(0, 0xFFFFFF):06x}" for _ in chosen]
    return tuple(chosen)


def _categories(draw: random.Random, writer: Writer, language: str, n: int) -> list[str]:
    form = draw.random()
    if form < 0.2:
        names = [str(2024 - n + i) for i in range(n)]
    elif form < 0.35:
        names = [chr(ord("A") + i % 26) for i in range(n)]
    else:
        names = [writer.word(language)[:12] for _ in range(n)]
    return [name if name not in names[:i] else f"{name} {i}" for i, name in enumerate(names)]


def _curve(shape: str, n: int, rng: np.random.Generator) -> Any:
    t = np.linspace(0, 1, n)
    noise = rng.normal(0, rng.choice((0, 0.01, 0.05)), n)
    if shape == "decay":
        return (1 + rng.uniform(0.5, 2) * rng.uniform(1, 8) * t) ** (-1 / rng.uniform(0.3, 1)) + noise
    if shape == "wave":
        return np.sin(2 * np.pi * (rng.uniform(0.5, 6) * t + rng.random())) * rng.uniform(0.3, 1) + noise
    if shape == "growth":
        return (
            1 / (1 + np.exp(-rng.uniform(4, 15) * (t - rng.uniform(0.2, 0.8)))) * rng.uniform(0.4, 1) + noise
        )
    if shape == "smooth":
        return np.polyval(rng.normal(size=4), t - 0.5) + noise
    return np.cumsum(rng.normal(0, 1, n)) / np.sqrt(n) + rng.uniform(0, 2)


def _sample(draw: random.Random, rng: np.random.Generator, size: int) -> Any:
    form = draw.random()
    if form < 0.5:
        return rng.normal(0, draw.uniform(0.3, 1), size)
    if form < 0.7:
        return rng.lognormal(0, draw.uniform(0.3, 0.8), size)
    if form < 0.85:
        part = rng.random(size) < draw.uniform(0.3, 0.7)
        return np.where(part, rng.normal(-1, 0.4, size), rng.normal(1, 0.5, size))
    return rng.random(size) * 2


def _hills(rows: int, columns: int, rng: np.random.Generator, n: int) -> Any:
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    total = np.zeros((rows, columns)) + rng.uniform(-0.5, 0.5) * x
    for _ in range(n):
        width = rng.uniform(0.02, 0.2)
        total += rng.choice((-1, 1, 1)) * np.exp(-((x - rng.random()) ** 2 + (y - rng.random()) ** 2) / width)
    return total
