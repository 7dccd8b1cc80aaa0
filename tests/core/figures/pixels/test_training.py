"""What the shipped models were trained on: the same for the same seed, and what is held out stays out.

The steps of training itself need torch: tests/training, ``make test-training``.
"""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rusoil_jupyter.figures.pixels.chart_type import TYPES
from rusoil_jupyter.figures.pixels.recogniser import ALPHABET, normalised, one_script
from training.charts import others, with_matplotlib, with_vega
from training.charts.plans import plan
from training.lines import HELD_OUT, Printer, faces
from training.vocabulary import ENGLISH, RUSSIAN, Writer, kept_for_tests

ROOT = Path(__file__).parents[4]
KINDS = [kind for kind in TYPES if kind != "other"]


def test_the_same_seed_writes_the_same_texts() -> None:
    one, other = Writer(5), Writer(5)
    assert [one.text() for _ in range(50)] == [other.text() for _ in range(50)]


def test_texts_are_short_and_of_the_alphabet() -> None:
    writer = Writer(1)
    for _ in range(500):
        text = writer.text()
        assert 0 < len(text) <= 70
        assert set(text) <= set(ALPHABET)


def test_no_text_mixes_scripts_within_a_word_of_twins() -> None:
    writer = Writer(2)
    texts = [writer.text() for _ in range(300)]
    assert [one_script(text) for text in texts] == texts


def test_words_of_charts_are_of_their_language() -> None:
    assert all(word[0] > "~" for word in RUSSIAN)
    assert all(word.isascii() for word in ENGLISH)


def test_a_twentieth_of_the_words_is_kept_for_tests() -> None:
    share = np.mean([kept_for_tests(f"word{i}") for i in range(5000)])
    assert 0.03 < share < 0.07


def test_lines_are_printed_alike_for_the_same_seed_and_can_be_read() -> None:
    one, other = Printer(3), Printer(3)
    for text in ("Дебит, м³/сут", "10⁴", "CO₂", "Depth [m]"):
        picture = one.line(text)
        assert picture.tobytes() == other.line(text).tobytes()
        assert normalised(picture) is not None


def test_fonts_that_are_held_out_are_never_printed_with() -> None:
    assert all(not face.family.startswith(HELD_OUT) for family in Printer(1).families for face in family)
    assert all({"Ж", "я", "a"} <= face.characters for face in faces())


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_is_the_same_for_the_same_seed(kind: str) -> None:
    one, other = plan(kind, 11), plan(kind, 11)
    assert one.title == other.title
    assert all(np.array_equal(a, b) for a, b in zip(one.y, other.y, strict=True))
    assert np.array_equal(one.field, other.field)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")  # letters that a font lacks, labels that leave no room
def test_every_type_is_drawn_by_two_libraries(kind: str) -> None:
    for library in (with_matplotlib, with_vega):
        picture = Image.open(io.BytesIO(library.picture(plan(kind, 7), 7)))
        assert min(picture.size) > 80


def test_pictures_that_are_no_chart_are_the_same_for_the_same_seed() -> None:
    assert others.picture(4) == others.picture(4)


def test_the_wheel_brings_none_of_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = [ROOT / one for one in project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
    assert {one.name for one in packages} >= {"rusoil_jupyter"}
    assert not [
        folder for one in packages for folder in (one, *one.rglob("training")) if folder.name == "training"
    ]
