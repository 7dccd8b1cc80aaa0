"""Photographs of charts: told from renders, lit evenly, made straight, and read with what is left of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from rusoil_jupyter.figures.pixels import ocr
from rusoil_jupyter.figures.pixels.photograph import is_photograph, straightened, tilt
from rusoil_jupyter.figures.pixels.reader import read_picture
from tests.core.figures.pixels.test_reader import drawn


def photographed(image: Image.Image, angle: float, seed: int = 1) -> Image.Image:
    """Turned, in the shade from one corner, and grainy."""
    turned = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    pixels = np.asarray(turned, dtype=np.float64)
    rows, columns = np.indices(pixels.shape[:2])
    shade = 0.62 + 0.35 * (rows / rows.max() + columns / columns.max()) / 2
    grain = np.random.default_rng(seed).normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(pixels * shade[..., None] + grain, 0, 255).astype(np.uint8))


def chart() -> Image.Image:
    def draw(axes: Any) -> None:
        axes.plot(np.linspace(0, 50, 40), np.linspace(0, 50, 40) * 16 + 100)
        axes.set(xlabel="Time, days", ylabel="Rate, t/d", title="Production")

    return drawn(draw)[0]


def test_a_render_is_no_photograph_and_its_photograph_is() -> None:
    assert not is_photograph(chart())
    assert is_photograph(photographed(chart(), 0))


@pytest.mark.parametrize("angle", [-4.0, -1.3, 0.0, 2.2])
def test_the_tilt_is_found_to_a_fifth_of_a_degree(angle: float) -> None:
    turned = chart().rotate(angle, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    assert tilt(np.asarray(turned)) == pytest.approx(angle, abs=0.2)


def test_shadows_are_taken_out() -> None:
    even = np.asarray(straightened(photographed(chart(), 0)).convert("L"))
    corners = [even[:40, :40], even[-40:, -40:], even[:40, -40:]]
    assert all(np.median(corner) > 245 for corner in corners)


@pytest.mark.skipif(not ocr.tesseract_there(), reason="tesseract is not installed")
def test_a_tilted_photograph_in_the_shade_is_read_within_two_per_cent() -> None:
    reading = read_picture(photographed(chart(), 2.0), hint="line")
    (panel,) = reading.description.panels
    assert any("photograph" in sentence for sentence in reading.description.omitted)
    (series,) = panel.series
    columns = reading.arrays[series.id]
    x = np.linspace(2, 48, 30)
    off = np.abs(np.interp(x, columns["x"], columns["y"]) - (16 * x + 100))
    assert np.median(off) < 0.02 * 900
