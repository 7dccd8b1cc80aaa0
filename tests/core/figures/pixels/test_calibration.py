"""Scales fitted to labels: straight, logarithmic, dates, names; wrong labels and their errors."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.pixels.calibration import Label, categories, fitted, snapped
from rusoil_jupyter.figures.pixels.dates import as_date


def labels(values: list[float], at: list[float]) -> list[Label]:
    return [Label(f"{value:g}", value, place) for value, place in zip(values, at, strict=True)]


def test_a_straight_scale_gives_values_and_pixels_back() -> None:
    scale = fitted(labels([0, 10, 20, 30], [50, 150.4, 249.8, 350]))
    assert scale is not None and scale.kind == "linear"
    assert scale.value(np.array([200.0]))[0] == pytest.approx(15, abs=0.05)
    assert scale.pixel(15) == pytest.approx(200, abs=0.5)


def test_a_label_that_was_misread_does_no_harm_and_is_put_right() -> None:
    scale = fitted(labels([0, 10, 20, 80, 40], [0, 100, 200, 300, 400]))
    assert scale is not None
    assert scale.value(np.array([300.0]))[0] == pytest.approx(30)
    assert [(label.text, round(label.value or 0)) for label in scale.wrong] == [("80", 30)]


def test_powers_of_ten_make_a_logarithmic_scale() -> None:
    scale = fitted(labels([1, 10, 100, 1000], [400, 300, 200, 100]))
    assert scale is not None and scale.kind == "log"
    assert scale.value(np.array([250.0]))[0] == pytest.approx(10**1.5)


def test_months_of_unequal_length_make_a_scale_of_dates() -> None:
    names = ["2022-01", "2022-03", "2022-05", "2022-07", "2022-09"]
    seconds = np.array([as_date(name) for name in names], dtype=float)
    at = 50 + (seconds - seconds[0]) / 86400
    scale = fitted([Label(name, None, place) for name, place in zip(names, at, strict=True)])
    assert scale is not None and scale.kind == "date"
    assert scale.value(np.array([50.0]))[0] == pytest.approx(seconds[0], abs=3600)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-05-17", "2024-05-17"),
        ("17.05.2024", "2024-05-17"),
        ("05.2024", "2024-05-01"),
        ("май 2024", "2024-05-01"),
        ("Jan 2024", "2024-01-01"),
        ("1 февраля 2024 г.", "2024-02-01"),
    ],
)
def test_dates_are_understood_in_both_languages(text: str, iso: str) -> None:
    assert as_date(text) == np.datetime64(iso, "s").astype(float)


@pytest.mark.parametrize("text", ["12", "Скв-1", "13.2024", "40.01.2024", "foo 2024", ""])
def test_what_is_no_date_is_none(text: str) -> None:
    assert as_date(text) is None


def test_two_labels_are_believed_less() -> None:
    two = fitted(labels([0, 10], [0, 100]))
    five = fitted(labels([0, 10, 20, 30, 40], [0, 100, 200, 300, 400]))
    assert two is not None and five is not None
    assert two.error > 3 * five.error


def test_labels_that_contradict_each_other_make_no_scale() -> None:
    assert fitted(labels([5, 3, 9, 1, 70], [100, 200, 300, 400, 500])) is None


def test_names_are_counted_from_zero_and_between() -> None:
    scale = categories([Label("b", None, 200), Label("a", None, 100), Label("c", None, 300)])
    assert scale is not None
    assert [label.text for label in scale.labels] == ["a", "b", "c"]
    assert scale.value(np.array([100, 250, 350])).tolist() == [0, 1.5, 2.5]


def test_labels_move_to_the_tick_beside_them_and_no_further() -> None:
    moved = snapped(labels([1, 2], [100, 200]), [102.5, 208])
    assert [label.at for label in moved] == [102.5, 200]
