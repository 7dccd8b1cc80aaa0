"""Words with their places, where tesseract is installed; and numbers as labels show them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from rusoil_jupyter.figures.pixels import ocr
from tests.core.figures.pixels.test_lettering import font

needs_tesseract = pytest.mark.skipif(not ocr.tesseract_there(), reason="tesseract is not installed")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("-0.5", -0.5),
        ("\N{MINUS SIGN}3", -3.0),
        ("0,25", 0.25),
        ("1,000", 1000.0),
        ("12,500.5", 12500.5),
        ("10 000", 10000.0),
        ("2e5", 2e5),
        ("10^3", 1000.0),
        ("10⁻²", 0.01),
        ("6×10⁴", 6e4),
        ("45%", 45.0),
        ("5O", 50.0),
        ("14k", 14000.0),
        ("2M", 2e6),
    ],
)
def test_labels_are_understood_as_numbers(text: str, number: float) -> None:
    assert ocr.as_number(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["Скв-1", "W-2", "Oil", "", ".", "-", "1.2.3", "12 м"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert ocr.as_number(text) is None


@needs_tesseract
def test_russian_and_english_are_read_with_their_places() -> None:
    image = Image.new("RGB", (500, 200), "white")
    draw = ImageDraw.Draw(image)
    draw.text((40, 30), "Обводнённость продукции", "black", font(16))
    draw.text((40, 120), "Reservoir pressure", "black", font(16))
    texts = ocr.read_texts(image)
    assert [text.text for text in texts] == ["Обводнённость продукции", "Reservoir pressure"]
    left, top, right, bottom = texts[1].words[1].box
    assert 115 < left < 140 and 118 < top < bottom < 145 and right > 170


@needs_tesseract
def test_upright_text_and_tick_numbers_are_read() -> None:
    image = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(image)
    for number in range(5):
        draw.text((60, 40 + 40 * number), f"{number * 250}", "black", font(13))
    strip = Image.new("RGB", (200, 24), "white")
    ImageDraw.Draw(strip).text((2, 2), "Глубина скважины", "black", font(15))
    image.paste(strip.rotate(90, expand=True), (10, 60))
    found = {word.text: word.angle for text in ocr.read_texts(image) for word in text.words}
    assert {"0", "250", "500", "750", "1000"} <= set(found)
    assert found["Глубина"] == found["скважины"] == 90


def test_without_any_engine_nothing_is_read_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "tesseract_there", lambda: "")
    monkeypatch.setattr(ocr, "recogniser_there", lambda: False)
    image = Image.new("RGB", (200, 80), "white")
    ImageDraw.Draw(image).text((20, 20), "Oil", "black", font(16))
    assert ocr.read_texts(image) == []


def test_a_tesseract_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    import pathlib

    program = pathlib.Path(str(tmp_path)) / "tesseract"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(ocr.shutil, "which", lambda _name: str(program))
    monkeypatch.setattr(ocr, "SECONDS", 0.2)
    assert ocr._tesseract(Image.new("L", (20, 20), 255), "eng", "6") == []


def test_numbered_names_of_one_kind_are_spelled_alike() -> None:
    line = ocr.TextLine((0, 0, 9, 9), 0, ((0, 0, 9, 9),))
    said = ["Скв-1", "Скв-2", "CkB-3", "Скв-4", "Дебит"]
    texts = [ocr.Text(line, (ocr.Word(word, (0, 0, 9, 9), 0.9),)) for word in said]
    assert [text.text for text in ocr._like_siblings(texts)] == ["Скв-1", "Скв-2", "Скв-3", "Скв-4", "Дебит"]


def test_a_taller_first_letter_is_a_capital_though_it_looks_the_same() -> None:
    glyphs = tuple((10.0 * n, 20.0 - (14 if n == 0 else 10), 10.0 * n + 8, 20.0) for n in range(5))
    line = ocr.TextLine((0, 6, 48, 20), 0, glyphs)
    small = ocr.TextLine((0, 10, 48, 20), 0, glyphs[1:])
    words = (ocr.Word("объём", (0, 0, 9, 9), 0.9),)
    assert ocr._capitalised(line, words)[0].text == "Объём"
    assert ocr._capitalised(small, words)[0].text == "объём"
