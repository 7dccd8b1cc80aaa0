"""Where lettering is found on rendered charts, and how it is cut out."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from rusoil_jupyter.figures.pixels.lettering import text_lines


def font(size: int) -> ImageFont.FreeTypeFont:
    from matplotlib import font_manager

    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)


def page(colour: str = "white", size: tuple[int, int] = (400, 300)) -> Image.Image:
    return Image.new("RGB", size, colour)


def test_a_line_is_found_with_its_box() -> None:
    image = page()
    ImageDraw.Draw(image).text((50, 40), "Дебит нефти", "black", font(16))
    (line,) = text_lines(np.asarray(image))
    assert line.angle == 0
    box = ImageDraw.Draw(image).textbbox((50, 40), "Дебит нефти", font(16))
    assert np.abs(np.array(line.box) - np.array(box)).max() <= 2


def test_text_along_the_left_axis_is_found_upright() -> None:
    image = page()
    strip = Image.new("RGB", (120, 24), "white")
    ImageDraw.Draw(strip).text((2, 2), "Oil, t/d", "black", font(15))
    image.paste(strip.rotate(90, expand=True), (10, 100))
    (line,) = text_lines(np.asarray(image))
    assert line.angle == 90
    upright = line.crop(image.convert("L"))
    assert upright.width > 2 * upright.height


def test_labels_under_each_other_stay_apart() -> None:
    image = page()
    for number in range(6):
        ImageDraw.Draw(image).text((50, 20 + 22 * number), str(number), "black", font(14))
    lines = text_lines(np.asarray(image))
    assert len(lines) == 6 and all(line.angle == 0 for line in lines)


@pytest.mark.parametrize(("paper", "ink"), [("#4c72b0", "white"), ("black", "white"), ("#eeeeee", "#444444")])
def test_text_is_found_on_any_ground(paper: str, ink: str) -> None:
    image = page(paper)
    ImageDraw.Draw(image).text((50, 40), "Pressure", ink, font(18))
    lines = [line for line in text_lines(np.asarray(image)) if len(line.glyphs) > 4]
    assert len(lines) == 1
    crop = np.asarray(lines[0].crop(image.convert("L")))
    assert np.median(crop) > 200 > 80 > crop.min()  # dark on white, whatever it was


def test_a_grid_under_the_letters_does_not_tie_them() -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    for x in range(0, 400, 25):
        draw.line((x, 0, x, 300), "#cccccc")
    draw.line((0, 50, 400, 50), "#cccccc")
    draw.text((60, 40), "Permeability", "black", font(16))
    longest = max(text_lines(np.asarray(image)), key=lambda line: len(line.glyphs))
    assert len(longest.glyphs) >= 12


def test_a_raised_exponent_is_told_from_its_base() -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    draw.text((50, 50), "10", "black", font(18))
    draw.text((74, 44), "3", "black", font(13))
    (line,) = text_lines(np.asarray(image))
    both = line.power()
    assert both is not None and len(both[0].glyphs) == 2 and len(both[1].glyphs) == 1


def test_ticks_are_not_taken_for_ones() -> None:
    image = page()
    draw = ImageDraw.Draw(image)
    for number in range(5):
        draw.line((60 + 60 * number, 40, 60 + 60 * number, 46), "#444444", 2)
        draw.text((50 + 60 * number, 52), f"{10 + number}", "black", font(15))
    lines = text_lines(np.asarray(image))
    assert len(lines) == 5 and all(line.box[1] > 48 for line in lines)


def test_an_empty_page_has_no_lines() -> None:
    assert text_lines(np.asarray(page())) == []
