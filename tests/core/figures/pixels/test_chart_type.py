"""The chart's type, by the weights that are shipped, on charts drawn here and now."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

from rusoil_jupyter.figures.pixels import chart_type as module
from rusoil_jupyter.figures.pixels.chart_type import SIDE, TYPES, chart_type, features

MODEL = Path(module.__file__).parent / "models" / "chart_type.onnx"


def chart(draw: Callable[[Any, np.random.Generator], object], seed: int = 3) -> Image.Image:
    """What ``draw`` puts into the axes of a plain matplotlib figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), dpi=80)
    canvas = FigureCanvasAgg(figure)
    draw(figure.add_subplot(), np.random.default_rng(seed))
    out = io.BytesIO()
    canvas.print_png(out)
    return Image.open(out).convert("RGB")


CHARTS: dict[str, Callable[[Any, np.random.Generator], object]] = {
    "line": lambda axes, rng: axes.plot(np.cumsum(rng.normal(size=80))),
    "scatter": lambda axes, rng: axes.scatter(rng.normal(size=60), rng.normal(size=60)),
    "bar": lambda axes, rng: axes.bar(["North", "South", "East", "West"], [4, 7, 2, 5]),
    "histogram": lambda axes, rng: axes.hist(rng.normal(size=2000), 25),
    "area": lambda axes, rng: axes.fill_between(range(60), np.abs(np.cumsum(rng.normal(size=60))) + 3),
    "pie": lambda axes, rng: axes.pie([4, 3, 2, 1], labels=["a", "b", "c", "d"]),
    "box": lambda axes, rng: axes.boxplot([rng.normal(size=80) for _ in range(4)]),
    "violin": lambda axes, rng: axes.violinplot([rng.normal(size=80) for _ in range(4)]),
    "heatmap": lambda axes, rng: axes.imshow(rng.random((8, 8)), aspect="auto"),
    "contour": lambda axes, rng: axes.contour(
        np.hypot(*np.meshgrid(np.linspace(-1, 1, 40), np.linspace(-1, 2, 40))), 10
    ),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_of_five_plain_charts_four_at_least_are_what_they_are(kind: str) -> None:
    found = [chart_type(chart(CHARTS[kind], seed))[0][0] for seed in range(5)]
    assert found.count(kind) >= 4


def test_every_type_has_a_probability_the_likeliest_first() -> None:
    found = chart_type(chart(CHARTS["line"]))
    assert {name for name, _ in found} == set(TYPES)
    assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
    assert sum(p for _, p in found) == pytest.approx(1, abs=1e-4)


def test_noise_is_no_chart() -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    assert chart_type(Image.fromarray(pixels).resize((640, 480), Image.Resampling.BICUBIC))[0][0] in {
        "other",
        "heatmap",
    }


@pytest.mark.parametrize("size", [(1, 1), (4, 400), (640, 480)])
def test_a_blank_or_tiny_picture_is_no_chart(size: tuple[int, int]) -> None:
    assert chart_type(Image.new("RGB", size, "white"))[0] == ("other", 1.0)


def test_a_huge_picture_costs_no_more_than_an_ordinary_one() -> None:
    huge = Image.new("L", (12_000, 9_000), 255)
    huge.paste(0, (2_000, 2_000, 9_000, 4_000))
    seen = features(huge)
    assert seen is not None
    assert seen.shape == (3, SIDE, SIDE)


def test_the_same_picture_is_always_judged_alike() -> None:
    picture = chart(CHARTS["bar"])
    assert chart_type(picture) == chart_type(picture)


def test_a_dark_theme_changes_little() -> None:
    picture = chart(CHARTS["pie"])
    assert chart_type(ImageOps.invert(picture))[0][0] == chart_type(picture)[0][0] == "pie"


def test_features_are_between_nothing_and_all() -> None:
    seen = features(chart(CHARTS["scatter"]))
    assert seen is not None
    assert seen.dtype == np.float32
    assert float(seen.min()) >= 0
    assert float(seen.max()) <= 1


def test_a_thin_line_is_as_clear_as_a_thick_one() -> None:
    thin = features(chart(lambda axes, rng: axes.plot([0, 1, 4, 9], lw=0.7, color="k")))
    thick = features(chart(lambda axes, rng: axes.plot([0, 1, 4, 9], lw=2.5, color="k")))
    assert thin is not None and thick is not None
    assert float(thin[1].mean()) > 0.6 * float(thick[1].mean())


def test_the_weights_stay_small() -> None:
    assert MODEL.stat().st_size <= 2_000_000
