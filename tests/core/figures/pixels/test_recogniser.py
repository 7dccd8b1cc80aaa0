"""Lines of text read from pixels, by the weights that are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from rusoil_jupyter.figures.pixels import recogniser
from rusoil_jupyter.figures.pixels.recogniser import (
    ALPHABET,
    EDGE,
    HEIGHT,
    LONGEST,
    STEP,
    decoded,
    normalised,
    one_case,
    one_script,
    recognise,
)

MODEL = Path(recogniser.__file__).parent / "models" / "recogniser.onnx"


def line(text: str, size: int = 16, ink: str = "black", paper: str = "white", margin: int = 3) -> Image.Image:
    """A rendered line in matplotlib's own font, which every machine of ours has."""
    from matplotlib import font_manager

    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGB", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin), paper)
    ImageDraw.Draw(picture).text((margin - left, margin - top), text, font=font, fill=ink)
    return picture


def read(text: str, **how: object) -> str:
    return recognise([line(text, **how)])[0][0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["Дебит", "Обводнённость", "скважина", "Давление", "Pressure", "Depth", "porosity", "Oil rate"]
)
def test_words_of_both_languages_are_read(text: str) -> None:
    assert read(text) == text


@pytest.mark.parametrize("text", ["0", "7", "100", "2.5", "0.25", "1990", "12.75", "-40", "1500"])
def test_the_numbers_of_an_axis_are_read(text: str) -> None:
    assert read(text) == text


def test_light_letters_on_a_dark_ground_are_read_alike() -> None:
    assert read("Давление", ink="white", paper="#222222") == read("Давление")


def test_a_generous_margin_does_no_harm() -> None:
    assert read("Pressure", margin=14) == "Pressure"


def test_transparency_is_read_on_white() -> None:
    picture = Image.new("RGBA", line("Depth").size, (0, 0, 0, 0))
    picture.putalpha(ImageOps.invert(line("Depth").convert("L")))
    assert recognise([picture])[0][0] == "Depth"


def test_no_lines_give_no_texts() -> None:
    assert recognise([]) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (40, 20)])
def test_a_picture_without_ink_has_no_text_and_no_confidence(size: tuple[int, int]) -> None:
    assert recognise([Image.new("RGB", size, "white")]) == [("", 0.0)]


def test_a_huge_picture_is_bounded_before_the_network_sees_it() -> None:
    prepared = normalised(Image.effect_noise((9000, 900), 90))
    assert prepared is not None
    assert prepared.shape[1] <= LONGEST + 2 * EDGE + STEP


def test_a_line_of_any_mode_is_taken() -> None:
    wanted = read("Depth")
    assert {recognise([line("Depth").convert(mode)])[0][0] for mode in ("L", "P", "RGB", "RGBA", "CMYK")} == {
        wanted
    }


def test_every_line_is_a_step_multiple_wide_with_white_edges() -> None:
    prepared = normalised(line("Давление"))
    assert prepared is not None
    assert prepared.shape[0] == HEIGHT
    assert prepared.shape[1] % STEP == 0
    assert prepared.dtype == np.float32
    assert float(prepared[:, :EDGE].max()) == 0.0


def test_lines_read_together_are_read_as_alone() -> None:
    lines = [line(text, size) for text in ("Дебит", "Pressure", "10.5", "Depth") for size in (11, 16, 24)]
    assert recognise(lines) == [recognise([one])[0] for one in lines]


def test_the_same_line_is_always_read_alike() -> None:
    assert recognise([line("Пористость")]) == recognise([line("Пористость")])


def test_confidence_is_a_probability_and_higher_for_what_can_be_read() -> None:
    clear = recognise([line("Давление")])[0][1]
    noise = recognise([Image.effect_noise((160, 24), 80)])[0][1]
    assert 0 <= noise < clear <= 1


def test_twins_follow_the_script_of_their_word() -> None:
    assert one_script("Hефть") == "Нефть"  # the first letter was Latin
    assert one_script("Рressure") == "Pressure"  # the first letter was Russian
    assert one_script("CO") == "CO"
    assert one_script("нефть oт") == "нефть от"


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("погРЕшНость", "ПОГРЕШНОСТЬ"),
        ("СРЕДняя", "СРЕДНЯЯ"),
        ("порИстость", "пористость"),
        ("Давлеиие", "Давлеиие"),
        ("preSSure", "pressure"),
        ("DataFrame", "DataFrame"),
        ("кПа, МПа", "кПа, МПа"),
    ],
)
def test_letters_alike_in_both_cases_follow_their_word(read: str, meant: str) -> None:
    assert one_case(read) == meant


def test_repeats_are_joined_and_blanks_part_them() -> None:
    steps = ["", "a", "a", "", "a", "b", "b"]
    probabilities = np.zeros((len(steps), len(ALPHABET) + 1), dtype=np.float32)
    for i, letter in enumerate(steps):
        probabilities[i, ALPHABET.index(letter) + 1 if letter else 0] = 0.9
    text, confidence = decoded(probabilities)
    assert text == "aab"
    assert confidence == pytest.approx(0.9)


def steps(*signs: dict[str, float]) -> np.ndarray:
    """Probabilities of a line: of each step those given, a blank between."""
    probabilities = np.full((2 * len(signs), len(ALPHABET) + 1), 1e-4, dtype=np.float32)
    for i, known in enumerate(signs):
        probabilities[2 * i + 1, 0] = 1
        for sign, probability in known.items():
            probabilities[2 * i, ALPHABET.index(sign) + 1] = probability
    return probabilities


def test_a_word_of_two_scripts_is_read_as_the_likelier_one() -> None:
    seen = steps({"r": 0.9}, {"и": 0.5, "u": 0.4}, {"n": 0.9}, {" ": 0.9}, {"д": 0.9}, {"а": 0.9})
    assert decoded(seen)[0] == "run да"


def test_a_digit_amid_small_letters_is_a_letter() -> None:
    assert decoded(steps({"d": 0.9}, {"0": 0.5, "o": 0.4}, {"w": 0.9}, {"n": 0.9}))[0] == "down"
    assert decoded(steps({"H": 0.9}, {"2": 0.5, "z": 0.4}, {"O": 0.9}))[0] == "H2O"


def test_the_alphabet_has_each_letter_once_and_what_charts_need() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert set("°³²₂μ·×±%/[]-«»№⁴ёЁ") <= set(ALPHABET)


def test_the_weights_stay_small() -> None:
    assert MODEL.stat().st_size <= 4_000_000
