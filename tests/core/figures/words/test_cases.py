"""Questions that were answered with something else: an unknown curve, another unit, a count, a duration."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

from rusoil_jupyter.figures.tasks import found, hear_words
from rusoil_jupyter.figures.words.forms import in_language
from rusoil_jupyter_kernel.figures.mpl import read


def _log(axes):
    axes.plot([1, 5, 3], label="GR")
    axes.set_ylabel("GR, API")


def _months(axes):
    axes.plot([0, 6, 12, 18], [20, 15, 10, 5])
    axes.set_xlabel("Time, months")
    axes.set_ylabel("Pressure, MPa")


def _peaks(axes):
    axes.plot([0, 10, 20, 30, 40, 50], [1, 9, 1, 9, 1, 9])
    axes.set_xlabel("t, d")
    axes.set_ylabel("p, atm")


def _decline(axes):
    time = np.arange(24)
    axes.plot(time, 60 * np.exp(-0.04 * time), "o")
    axes.set_xlabel("Time, months")
    axes.set_ylabel("Oil rate, t/d")


def _pads(axes):
    axes.plot([1, 2, 3], [5, 6, 7], label="pad 1")
    axes.plot([1, 2, 3], [8, 9, 7], label="pad 2")
    axes.set_ylabel("Oil, t")
    axes.legend()


def _reading(draw):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    draw(axes)
    reading = read(figure)
    plt.close(figure)
    return reading


@pytest.mark.parametrize(
    ("draw", "question"),
    [
        *(
            (_log, asked)
            for asked in (
                "Maximum of RT?",
                "Максимум ПС?",
                "Максимум НГК?",
                "Mean of DT",
                "What is RT at 1?",
                "Where does NPHI cross 2?",
            )
        ),
        (_months, "What is the value at 1 year?"),
        (_months, "Давление ниже 12 атм?"),
        (_peaks, "How many peaks are there?"),
        (_peaks, "Сколько времени давление выше 5 атм?"),
        (_peaks, "How long is p above 5 atm?"),
        (_decline, "Cumulative production of the first 12 months"),
        (_decline, "Накопленная добыча за первые 12 месяцев"),
        (_pads, "How much did pad 3 produce at 2?"),
        (_pads, "Draw a line at the mean of pad 1"),
    ],
)
def test_what_can_not_be_answered_whole_is_not_answered(draw, question):
    assert found(question, None, _reading(draw)) == ()


def test_a_level_in_another_unit_is_reached_where_the_axis_says_so_in_its_own():
    (finding,) = found("When does the pressure fall below 100 atm?", None, _reading(_months))
    assert finding.at == pytest.approx(12 - 6 * 0.1325 / 5, abs=0.01) and finding.badge == "estimated"


def test_what_is_left_out_is_left_out():
    (finding,) = found("Maximum rate except the first month", None, _reading(_decline))
    assert finding.value == pytest.approx(60 * np.exp(-0.04), rel=1e-5)


def test_a_question_for_a_number_of_crossings_is_answered_with_it():
    reading = _reading(_peaks)
    (finding,) = found("How many times does it cross 5?", None, reading)
    assert len(finding.points) == 5


def test_an_exception_is_named_as_not_understood():
    reading = _reading(_pads)
    told = in_language("ru", lambda: hear_words("Максимум pad 1, кроме точки 2", reading, "ru"))
    assert told.sentence.startswith("Не понято: «кроме»")


def test_a_name_that_the_figure_does_not_have_is_said_to_be_absent():
    told = hear_words("How much did pad 3 produce at 2?", _reading(_pads), "en")
    assert told.sentence == "There is no “pad 3” here: there are “pad 1”, “pad 2”."
