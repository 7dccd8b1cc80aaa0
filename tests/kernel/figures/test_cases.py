"""What was read wrongly in the field, and its whole kind: ticks, texts, zones, angles, cut axes."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from zoneinfo import ZoneInfo

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.ticker import EngFormatter, FuncFormatter, PercentFormatter, StrMethodFormatter

from rusoil_jupyter.figures.readers import las
from rusoil_jupyter.figures.tasks import checks
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures.live import interpret
from rusoil_jupyter_kernel.figures.mpl import read

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture
def drawn(monkeypatch):
    """The reading of the figure that a case's code draws."""
    monkeypatch.setattr(plt, "show", lambda: None)

    def run(case: str, name: str = "input"):
        runpy.run_path(str(CASES / case / f"{name}.py"))
        return read(plt.gcf())

    yield run
    plt.close("all")


def answer(reading, question):
    finding = interpret(reading, question).findings[0]
    return finding.value, finding.at, finding.unit


def codes(reading):
    return {problem.code for problem in checks.check(reading)}


# --- ticks that say other numbers than the axis has --------------------------------------------------------


def test_values_are_those_the_ticks_show(drawn):
    assert answer(drawn("02-fig-ticks-divided"), "What is the maximum?") == (7.0, "B", "thousand m³")


def test_per_cent_of_one_are_per_cent(drawn):
    value, place, unit = answer(drawn("02-fig-ticks-divided", "input_percent"), "What is the maximum?")
    assert (value, place, unit) == (pytest.approx(60), 2, "%")


@pytest.mark.parametrize(
    ("formatter", "expected"),
    [
        (FuncFormatter(lambda v, _: f"{v / 1e6:.4f}"), 0.007),
        (FuncFormatter(lambda v, _: f"{v / 1000:.0f}"), 7.0),
        (FuncFormatter(lambda v, _: f"{v / 1000:,.1f}".replace(".", ",")), 7.0),
        (FuncFormatter(lambda v, _: f"{v / 1000:g}k"), 7000.0),  # the letter says what was divided
        (FuncFormatter(lambda v, _: 1 / 0), 7000.0),
        (FuncFormatter(lambda v, _: f"No. {v:g}"), 7000.0),
        (StrMethodFormatter("{x:.2f}"), 7000.0),
        (EngFormatter(), 7000.0),
        (PercentFormatter(xmax=100), 7000.0),
        (StrMethodFormatter("{x:,.0f}"), 7000.0),
        (FuncFormatter(lambda v, _: f"{v * 1000:,.0f}"), 7_000_000.0),
    ],
    ids=[
        "millions",
        "rounded",
        "decimal commas",
        "with a letter",
        "broken",
        "words",
        "digits",
        "prefixes",
        "per cent",
        "thousands apart",
        "thousands apart, multiplied",
    ],
)
def test_only_ticks_that_are_plainly_divided_count(formatter, expected):
    figure, axes = plt.subplots()
    axes.plot([1, 2], [4000, 7000])
    axes.yaxis.set_major_formatter(formatter)
    assert answer(read(figure), "maximum")[0] == pytest.approx(expected)
    plt.close(figure)


def test_a_range_is_in_the_numbers_of_the_ticks(drawn):
    low, high = drawn("02-fig-ticks-divided").description.panels[0].axes["y"].range
    assert (low, high) == (0, pytest.approx(7.35))


# --- numbers that were given as texts ---------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value", "place"), [("input", 100.5, 2), ("input_many", 50.0, 0)])
def test_numbers_given_as_texts_are_compared_by_size(drawn, name, value, place):
    reading = drawn("04-fig-numbers-as-text", name)
    assert answer(reading, "What is the maximum?") == (value, place, "atm")
    assert "texts_as_numbers" in codes(reading)


def test_texts_along_the_other_axis_are_names():
    figure, axes = plt.subplots()
    axes.bar(["2021", "2019", "2020"], [3, 9, 4])
    reading = read(figure)
    assert reading.description.panels[0].axes["x"].categories == ("2021", "2019", "2020")
    assert answer(reading, "maximum")[:2] == (9, "2019")
    plt.close(figure)


def test_lengths_of_horizontal_bars_may_be_texts_too():
    figure, axes = plt.subplots()
    axes.plot(["9,5", "100,5", "20,0"], ["A", "B", "C"], "o")
    assert codes(read(figure)).isdisjoint(
        {"texts_as_numbers"}
    )  # names along y: x is where they are looked up
    plt.close(figure)


# --- moments by the clock of the axis ----------------------------------------------------------------------


def test_moments_are_told_by_the_clock_of_the_axis(drawn):
    reading = drawn("07-fig-time-zone")
    assert answer(reading, "When is the maximum?")[1] == "2025-01-10T12:00:00"
    assert str(reading.description.panels[0].axes["x"].range[0]).startswith("2025-01-09T23")


def test_a_change_of_the_clock_is_kept():
    moments = pd.DatetimeIndex(["2024-03-30 12:00", "2024-03-31 12:00"]).tz_localize(
        ZoneInfo("Europe/Berlin")
    )
    figure, axes = plt.subplots()
    axes.plot(moments, [1, 2])
    assert answer(read(figure), "maximum")[1] == "2024-03-31T12:00:00"
    plt.close(figure)


# --- angles -------------------------------------------------------------------------------------------------


def test_angles_are_in_the_degrees_that_are_shown(drawn):
    reading = drawn("20-fig-polar-degrees")
    assert answer(reading, "At which angle is the maximum?")[:2] == (8, pytest.approx(90))
    assert answer(reading, "What is the value at 180 degrees?")[0] == 5


# --- one axis in two panels ---------------------------------------------------------------------------------


def test_a_cut_axis_is_one_chart(drawn):
    reading = drawn("22-fig-broken-axis")
    (panel,) = reading.description.panels
    assert (panel.axes["y"].label, panel.axes["y"].unit, panel.axes["y"].range) == (
        "Rate, t/d",
        "t/d",
        (0, 1000),
    )
    assert answer(reading, "Sum?") == (907, None, "t/d")
    assert "clipped" not in codes(reading)


def test_a_part_seen_closer_is_a_panel_of_its_own():
    figure, both = plt.subplots(2, 1, sharex=True)
    for axes in both:
        axes.plot([1, 2, 3], [5, 900, 7])
    both[1].set_ylim(0, 10)
    assert len(read(figure).description.panels) == 2
    plt.close(figure)


def test_an_axis_cut_along_x_is_one_chart_too():
    figure, both = plt.subplots(1, 2, sharey=True)
    for axes in both:
        axes.plot([1, 2, 101, 102], [5, 6, 7, 8])
    both[0].set_xlim(0, 5)
    both[1].set_xlim(100, 105)
    (panel,) = read(figure).description.panels
    assert panel.axes["x"].range == (0, 105)
    plt.close(figure)


def test_labels_of_the_figure_are_those_of_panels_without_their_own():
    figure, both = plt.subplots(1, 2)
    for axes, rates in zip(both, ([1, 2], [3, 4]), strict=True):
        axes.plot([0, 1], rates)
    both[1].set_ylabel("Water cut, %")
    figure.supylabel("Rate, t/d")
    figure.supxlabel("Time, months")
    panels = read(figure).description.panels
    assert [panel.axes["y"].unit for panel in panels] == ["t/d", "%"]
    assert {panel.axes["x"].label for panel in panels} == {"Time, months"}
    plt.close(figure)


# --- histograms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["How many values are there?", "Сколько всего значений?"])
def test_a_histogram_counts_values_not_bars(drawn, question):
    reading = drawn("31-fig-histogram-counts")
    assert answer(reading, question)[0] == 10
    assert answer(reading, "How many bars are there?")[0] == 2


def test_densities_are_no_counts(drawn):
    reading = drawn("31-fig-histogram-counts", "input_density")
    assert interpret(reading, "How many values are there?") is None
    assert "densities" in interpret(reading, "Which bin holds most values?").text


@pytest.mark.parametrize("question", ["How many values are between 2 and 4?", "Sum?"])
def test_bars_that_only_rise_are_added_up_with_a_warning(drawn, question):
    reading = drawn("31-fig-histogram-counts", "input_cumulative")
    assert "cumulated" in interpret(reading, question).text
    assert interpret(reading, "How many values are there?") is None


@pytest.mark.parametrize(
    ("heights", "edges", "expected"),
    [
        ([3, 1, 2], [0, 1, 2, 3], "counts"),
        ([1, 2, 3], [0, 1, 2, 3], "cumulated"),
        ([0.2, 0.5, 0.3], [0, 1, 2, 3], "density"),
        ([0.2, 0.5, 0.4], [0, 1, 2, 3], ""),
        ([0.02, 0.04], [0, 10, 30], "density"),
        ([-1, 2, 3], [0, 1, 2, 3], ""),
        ([0, 0, 0], [0, 1, 2, 3], ""),
    ],
)
def test_heights_tell_what_they_are(heights, edges, expected):
    figure, axes = plt.subplots()
    axes.stairs(heights, edges)
    (series,) = read(figure).description.panels[0].series
    assert series.heights == expected
    plt.close(figure)


# --- digits -------------------------------------------------------------------------------------------------


def test_a_place_is_that_of_its_sample():
    reading = las.read(CASES / "55-answer-rounded-place" / "input.las")
    for question in ("Maximum of GR?", "What is GR at 2345.15?"):
        said = interpret(reading, question)
        assert (said.findings[0].value, said.findings[0].at) == (90, 2345.15)
        assert "2345.15\u00a0m" in said.text


def test_whole_numbers_are_told_in_full(drawn):
    reading = drawn("55-answer-rounded-place")
    assert [answer(reading, f"What is {name}?")[0] for name in "AB"] == [1_234_567, 1_234_568]
    said = interpret(reading, "Sum?").text
    assert "2\u202f469\u202f135" in said
    assert interpret(reading, "What is the difference between A and B?").findings[0].value == -1


# --- names beside their places ------------------------------------------------------------------------------


def test_texts_that_are_tied_to_no_place_are_found(drawn):
    assert "loose_labels" in codes(drawn("27-fig-labels-off-ticks"))


def test_a_line_over_bars_of_pandas_belongs_to_the_names_it_has(drawn):
    assert answer(drawn("14-fig-bar-and-line"), "What is water cut at 2?")[0] == 20


def test_numbers_that_may_be_places_are_places():
    figure, axes = plt.subplots()
    pd.Series([5, 6, 7], index=[1, 2, 3]).plot(kind="bar", ax=axes, label="oil")
    axes.plot([0, 1, 2], [10, 20, 30], label="cut")
    axes.legend()
    assert answer(read(figure), "What is cut at 2?")[0] == 20
    plt.close(figure)


def test_a_million_moments_in_a_zone_cost_little():
    from rusoil_jupyter_kernel.figures.mpl import rulers

    seconds = np.linspace(0, 2e9, 1_000_000)
    shifted = rulers._in_zone(seconds, ZoneInfo("Asia/Yekaterinburg"))
    assert set(np.round((shifted - seconds) / 3600)) <= {4.0, 5.0, 6.0}


# --- what stands beside or on each other, and what has not happened ----------------------------------------


def test_bars_beside_each_other_stand_at_their_number():
    figure, axes = plt.subplots()
    years = np.array([2018, 2019, 2020, 2021])
    axes.bar(years - 0.2, [700, 710, 720, 730], 0.4, label="Injection")
    axes.bar(years + 0.2, [690, 700, 740, 720], 0.4, label="Offtake")
    axes.legend()
    reading = read(figure)
    assert answer(reading, "Injection in 2019")[0] == 710
    assert answer(reading, "Maximum of Offtake")[:2] == (740, 2020)
    plt.close(figure)


def test_a_stem_and_its_dot_are_one_mark():
    figure, axes = plt.subplots()
    names, scores = ["Norway", "Sweden", "Iceland"], [74, 69, 63]
    axes.hlines(names, 0, scores)
    axes.plot(scores, names, "o")
    axes.set_xlabel("Score")
    reading = read(figure)
    assert len(reading.description.panels[0].series) == 1
    assert answer(reading, "score of Sweden")[0] == 69
    plt.close(figure)


def test_the_depth_that_panels_share_is_that_of_each():
    figure, (left, right) = plt.subplots(1, 2, sharey=True)
    depth = np.arange(2400.0, 2900, 25)
    left.plot(np.sin(depth), depth, label="ROP")
    right.plot(1.18 + 0.0005 * (depth - 2400), depth, label="Mud weight")
    left.set_ylabel("Depth, m")
    left.invert_yaxis()
    assert [series.along for panel in read(figure).description.panels for series in panel.series] == [
        "y",
        "y",
    ]
    plt.close(figure)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("By how much did oil fall from 2019 to 2021?", "It did not fall: from 10 t to 16 t."),
        ("На сколько выросла oil с 2021 по 2022?", "Роста не было: с 16 t до 12 t."),
    ],
)
def test_what_has_not_happened_is_no_number(question, said):
    figure, axes = plt.subplots()
    axes.plot([2019, 2020, 2021, 2022], [10, 13, 16, 12], label="oil")
    axes.set(xlabel="Year", ylabel="Oil, t")
    reading = read(figure)
    with pytest.raises(MagicError, match=re.escape(said)):
        interpret(reading, question)
    assert answer(reading, "By how much did oil rise from 2019 to 2021?")[0] == 6
    plt.close(figure)


# --- how it is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("What are the Arps parameters?", "model", "exponential"),
        ("Which decline is it?", "model", "exponential"),
        ("What is b?", "b", 0),
        ("Forecast the rate at month 48", "rate_at", 8.796),
        ("Прогноз дебита через 48 месяцев", "rate_at", 8.796),
    ],
)
def test_a_decline_is_asked_about_in_many_ways(drawn, question, name, value):
    found = interpret(drawn("25-decline-questions"), question).findings[0]
    assert (found.name, found.badge) == (name, "estimated")
    assert found.value == (value if isinstance(value, str) else pytest.approx(value, abs=1e-3))


def test_the_parameters_of_a_decline_are_all_of_them(drawn):
    found = interpret(drawn("25-decline-questions"), "Каковы параметры Арпса?").findings
    values = {finding.name: finding.value for finding in found}
    assert values == {
        "model": "экспоненциальное",
        "qi": pytest.approx(60),
        "di": pytest.approx(0.04),
        "b": pytest.approx(0, abs=1e-6),
    }


@pytest.mark.parametrize(
    "question",
    [
        "Maximum of RT?",
        "Максимум ПС?",
        "Максимум НГК?",
        "Mean of DT",
        "What is RT at 1?",
        "Where does NPHI cross 2?",
    ],
)
def test_a_curve_that_is_not_there_is_no_other_one(drawn, question):
    assert interpret(drawn("52-ask-short-unknown-name"), question) is None


def test_a_number_in_another_unit_is_converted_or_refused(drawn):
    reading = drawn("54-ask-other-unit")
    below = interpret(reading, "When does the pressure fall below 100 atm?").findings[0]
    assert below.points[0].at == pytest.approx(11.84, abs=0.01)
    assert interpret(reading, "What is the value at 1 year?") is None
    well = las.read(CASES / "54-ask-other-unit" / "input.las")
    assert answer(well, "GR at 300 m?")[0] == pytest.approx(18.425, abs=1e-3)
    with pytest.raises(MagicError, match="outside"):
        interpret(well, "GR at 1000 m?")


def test_how_many_and_how_long_are_no_list_of_places(drawn):
    reading = drawn("58-ask-how-many-how-long")
    assert answer(reading, "How many times does it cross 5?")[0] == 5
    assert interpret(reading, "How many peaks are there?") is None
    assert interpret(reading, "Сколько времени давление выше 5 атм?") is None  # p may be another quantity
