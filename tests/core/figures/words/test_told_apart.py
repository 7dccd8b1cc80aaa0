"""Labels and questions that look alike, told apart; and answers that begin with what was asked."""

from __future__ import annotations

import numpy as np
import pytest

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.query import answer
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.figures.values.flat import Flat
from rusoil_jupyter.figures.words import describe, say, understood


def reading(panel: Panel, arrays) -> Reading:
    counted = tuple(summarised(one, arrays[one.id], panel.axes) for one in panel.series)
    whole = panel.model_copy(update={"series": counted})
    return Reading(FigureDescription(panels=(whole,)), arrays)


def letters() -> Reading:
    """Bars over the categories A to D; the axes are called a and b."""
    axes = {"x": Axis(label="a", kind="category", categories=tuple("ABCD")), "y": Axis(label="b")}
    panel = Panel(id="p", axes=axes, series=(Series(id="s", kind="bar"),))
    return reading(panel, {"s": {"x": np.arange(4.0), "y": np.array([28.0, 55, 43, 91])}})


def rates() -> Reading:
    """Two wells over years; the second is the higher."""
    axes = {"x": Axis(label="Год"), "y": Axis(label="Дебит, м³/сут", unit="м³/сут")}
    series = (Series(id="a", kind="line", label="Скв. 1"), Series(id="b", kind="line", label="Скв. 2"))
    years = np.arange(2000.0, 2010)
    arrays = {"a": {"x": years, "y": 1 + years - 2000}, "b": {"x": years, "y": 50 - (years - 2000)}}
    return reading(Panel(id="p", axes=axes, series=series), arrays)


def cars() -> Reading:
    """A histogram that counts cars by fuel economy."""
    axes = {"x": Axis(label="Fuel economy, mpg"), "y": Axis(label="Number of cars")}
    panel = Panel(id="p", axes=axes, series=(Series(id="h", kind="histogram"),))
    left = np.arange(10.0, 40, 5)
    counts = np.array([13.0, 98, 70, 91, 56, 30])
    return reading(panel, {"h": {"left": left, "right": left + 5, "y": counts}})


def cloud() -> Reading:
    """One cloud in two colours; the legend of colours is called like the y axis."""
    axes = {"x": Axis(label="Depth"), "y": Axis(label="Rating Delta"), "color": Axis(label="Rating Delta")}
    series = (Series(id="r", kind="scatter", label="red"), Series(id="g", kind="scatter", label="green"))
    arrays = {
        "r": {"x": np.arange(3.0), "y": np.array([1.0, 2, 3])},
        "g": {"x": np.arange(1.0), "y": np.array([10.0])},
    }
    return reading(Panel(id="p", axes=axes, series=series), arrays)


def temperatures() -> Reading:
    """An axis whose label holds words that ask."""
    names = ("North", "South", "East")
    axes = {
        "x": Axis(label="Peak hour", kind="category", categories=names),
        "y": Axis(label="Maximum temperature, °C", unit="°C"),
    }
    panel = Panel(id="p", axes=axes, series=(Series(id="s", kind="bar"),))
    return reading(panel, {"s": {"x": np.arange(3.0), "y": np.array([20.0, 31, 17])}})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is b for B?", 55),
        ("What is b for A?", 28),
        ("What is the total b?", 217),
        ("What is the lowest b?", 28),
        ("Which a has the highest b?", 91),
        ("For which a is b least?", 28),
        ("What is the difference in b between D and B?", 36),
        ("Какое b для B?", 55),
        ("Максимум b?", 91),
    ],
)
def test_an_axis_of_one_letter_and_a_category_that_is_its_capital_are_told_apart(question, value):
    figure = letters()
    assert answer(figure, understood(question, figure.description).query).value == value


@pytest.mark.parametrize(
    "question",
    [
        "Which is higher in 2003: Скв. 1 or Скв. 2?",
        "Is the rate of Скв. 1 or of Скв. 2 larger in 2003?",
        "Was Скв. 1 higher than Скв. 2 in 2003?",
        "In 2003, is Скв. 1 above Скв. 2?",
        "Compare Скв. 1 and Скв. 2 in 2003: which is greater?",
        "Что больше в 2003 году: Скв. 1 или Скв. 2?",
        "Скв. 1 или Скв. 2: где дебит больше в 2003 году?",
        "Больше ли Скв. 1, чем Скв. 2, в 2003 году?",
    ],
)
def test_which_of_two_is_higher_is_answered_with_the_higher_first(question):
    figure = rates()
    finding = answer(figure, understood(question, figure.description).query)
    assert finding.items == ("Скв. 2", "Скв. 1") and finding.value == 43
    for language in ("en", "ru"):
        text = say([finding], figure.description, language)
        assert text.index("Скв. 2") < text.index("Скв. 1") and "47" in text and "43" in text


def test_the_lower_of_two_comes_first_where_it_is_asked():
    figure = rates()
    finding = answer(
        figure, understood("Which is lower in 2003: Скв. 2 or Скв. 1?", figure.description).query
    )
    assert finding.items == ("Скв. 1", "Скв. 2")
    assert "“Скв. 1” is lower: 4 м³/сут against 47 м³/сут" in say(
        [finding], figure.description, "en"
    ).replace("\u00a0", " ")


def test_of_two_categories_the_higher_comes_first():
    figure = letters()
    finding = answer(figure, understood("Which is larger, A or D?", figure.description).query)
    assert finding.items == ("D", "A") and finding.value == 63


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How many are between 15 and 20?", 98),
        ("What is number of cars between 15 and 25?", 168),
        ("Сколько значений от 30 до 35?", 56),
        ("Чему равно количество от 20 до 25?", 70),
        ("How many cars have more than 30 mpg?", 86),
    ],
)
def test_the_bins_of_an_interval_are_added_up(question, value):
    figure = cars()
    finding = answer(figure, understood(question, figure.description).query)
    assert finding.value == value and not finding.warnings


def test_an_interval_that_cuts_bins_says_so():
    figure = cars()
    finding = answer(figure, understood("How many are between 12 and 21?", figure.description).query)
    assert finding.warnings


@pytest.mark.parametrize(("op", "value"), [("mean", 4), ("median", 2.5)])
def test_groups_of_one_cloud_have_one_number_and_each_its_own(op, value):
    finding = answer(cloud(), Flat(op=op).query())
    assert finding.value == value and [point.label for point in finding.points] == ["red", "green"]


def test_a_legend_that_is_called_like_an_axis_does_not_hide_it():
    figure = cloud()
    found = answer(figure, understood("What is the minimum rating Delta?", figure.description).query)
    assert found.value == 1 and found.series == "red"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the maximum temperature?", 31),
        ("What is the highest maximum temperature?", 31),
        ("Find the peak maximum temperature.", 31),
        ("What is the maximum temperature for North?", 20),
        ("Which peak hour has the lowest maximum temperature?", 17),
    ],
)
def test_words_of_a_label_ask_only_where_nothing_else_does(question, value):
    figure = temperatures()
    assert answer(figure, understood(question, figure.description).query).value == value


@pytest.mark.parametrize(
    "question",
    [
        "Does Скв. 1 increase or decrease overall?",
        "Скв. 1 растёт или падает?",
        "Has Скв. 1 risen or fallen?",
        "What direction does Скв. 1 take?",
    ],
)
def test_rises_or_falls_is_answered_with_the_word(question):
    figure = rates()
    finding = answer(figure, understood(question, figure.description).query)
    assert finding.value == "rising" and "rises" in say([finding], figure.description, "en")


def test_a_difference_is_taken_before_numbers_are_rounded():
    figure = letters()
    near = Reading(
        figure.description, {"s": {"x": np.arange(4.0), "y": np.array([31.4638889, 31.7611111, 0, 1])}}
    )
    finding = answer(near, Flat(op="compare", at="A", until="B").query())
    assert finding.value == pytest.approx(0.2972222, rel=1e-5)


@pytest.mark.parametrize("figure", [letters, rates, cars, cloud, temperatures])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_description_has_five_sentences_at_most(figure, language):
    text = describe(figure(), language)
    assert text.replace("Скв. ", "").count(". ") < 5


def test_the_ends_of_a_date_axis_are_said_without_a_time():
    axis = Axis(label="Date", kind="date", range=("1999-06-29T09:36:00", "2010-09-02T14:24:00"))
    panel = Panel(id="p", axes={"x": axis, "y": Axis(label="Price")}, series=(Series(id="s", kind="line"),))
    figure = reading(panel, {"s": {"x": np.arange(9.0) * 1e7 + 1e9, "y": np.arange(9.0)}})
    assert "from 29 June 1999 to 2 September 2010" in describe(figure, "en")


def test_the_margins_of_a_visible_range_are_not_said():
    axes = {"x": Axis(label="x1", range=(37.5, 92.5)), "y": Axis(label="y1", range=(-0.042068, 1.0116))}
    panel = Panel(id="p", axes=axes, series=(Series(id="s", kind="line"),))
    text = describe(reading(panel, {"s": {"x": np.arange(9.0), "y": np.arange(9.0)}}), "en")
    assert "from 37.5 to 92.5" in text and "1.0116" not in text
