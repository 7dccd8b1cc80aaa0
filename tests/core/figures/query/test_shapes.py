"""Slopes, trends, areas, fits, crossings, meetings, outliers: against numbers computed otherwise."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rusoil_jupyter.figures.query import CannotAnswer
from rusoil_jupyter.figures.values.description import Axis
from tests.core.figures.query.charts import DATES, NAN, ask, bars, chart, line, stamp

DAYS = [stamp(2024, 1, day) for day in range(1, 32)]


def test_a_slope_is_that_of_least_squares():
    x, y = np.arange(20.0), np.random.default_rng(1).normal(size=20)
    found = ask(line(x, y), op="slope")
    truth = stats.linregress(x, y)
    assert found.value == pytest.approx(truth.slope, rel=1e-5)
    assert found.details["r2"] == pytest.approx(truth.rvalue**2, rel=1e-4)


@pytest.mark.parametrize(
    ("count", "step", "per"), [(31, 1, "day"), (200, 1, "month"), (100, 30, "year"), (10, 0.1, "hour")]
)
def test_a_slope_over_dates_is_per_day_month_or_year(count, step, per):
    seconds = stamp(2020, 1, 1) + 86400 * step * np.arange(count)
    found = ask(line(seconds, 3.0 * step * np.arange(count), x=DATES, y=Axis(unit="t")), op="slope")
    per_day = {"day": 3.0, "month": 3.0 * 30.4375, "year": 3.0 * 365.25, "hour": 3.0 / 24}
    assert found.value == pytest.approx(per_day[per], rel=1e-5)
    assert per in found.unit
    assert found.details["per day"] == pytest.approx(3.0, rel=1e-5)


def test_a_slope_over_an_interval_uses_its_points():
    assert ask(line([0, 1, 2, 3], [0, 0, 5, 10]), op="slope", at=1, until=3).value == pytest.approx(5.0)


@pytest.mark.parametrize(
    ("y", "way"),
    [
        ([1, 2, 3, 4, 5, 6], "rising"),
        ([9, 7, 6, 5, 1], "falling"),
        ([5, 5, 5, 5], "flat"),
        ([100, 100.4, 99.8, 100.2, 100.1, 99.9], "flat"),
        ([1, 9, 2, 8, 1, 9, 2], "mixed"),
        ([1, 5, 9, 5, 1], "mixed"),
        ([1, 2], "rising"),
        ([3], "flat"),
    ],
)
def test_a_trend_is_a_word(y, way):
    found = ask(line(range(len(y)), y), op="trend")
    assert found.value == way
    assert found.details["change"] == pytest.approx(y[-1] - y[0])


def test_the_area_is_that_of_trapezoids():
    x, y = [0, 1, 4, 5], [2, 6, 0, 4]
    assert ask(line(x, y), op="area").value == pytest.approx((2 + 6) / 2 + 3 * 6 / 2 + 4 / 2)


def test_the_area_of_an_interval_is_cut_at_its_ends():
    assert ask(line([0, 10], [0, 10]), op="area", at=2, until=4).value == pytest.approx(6.0)


def test_a_rate_per_day_over_dates_gives_a_volume():
    found = ask(line(DAYS, [10.0] * 31, x=DATES, y=Axis(unit="м³/сут")), op="area")
    assert (found.value, found.unit) == (pytest.approx(300.0), "м³")


def test_a_linear_fit_finds_its_line_again():
    x = np.linspace(-3, 9, 40)
    found = ask(line(x, 2.5 - 0.75 * x), op="fit")
    assert (found.details["a"], found.details["b"]) == (pytest.approx(2.5), pytest.approx(-0.75))
    assert found.value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("query", "function", "truth"),
    [
        ({"model": "exponential"}, lambda x: 80 * np.exp(-0.3 * x), {"a": 80, "b": -0.3}),
        ({"model": "power"}, lambda x: 5 * x**1.7, {"a": 5, "b": 1.7}),
        ({"model": "logarithmic"}, lambda x: 1 + 3 * np.log(x), {"a": 1, "b": 3}),
        (
            {"model": "polynomial", "degree": 2},
            lambda x: 1 - 2 * x + 0.5 * x**2,
            {"a0": 1, "a1": -2, "a2": 0.5},
        ),
        ({"model": "polynomial", "degree": 3}, lambda x: x**3, {"a3": 1}),
    ],
)
def test_each_model_finds_its_coefficients_again(query, function, truth):
    x = np.linspace(0.5, 10, 60)
    found = ask(line(x, function(x)), op="fit", **query)
    for name, value in truth.items():
        assert found.details[name] == pytest.approx(value, rel=1e-4)
    assert found.details["r2"] == pytest.approx(1.0)


def test_points_without_a_logarithm_are_left_out_of_a_fit_and_it_is_said():
    found = ask(line([0, 1, 2, 3], [0, 2, 4, 8]), op="fit", model="exponential")
    assert found.details["b"] == pytest.approx(math.log(2))
    assert found.warnings


def test_too_few_points_are_refused():
    with pytest.raises(CannotAnswer):
        ask(line([1], [2]), op="slope")


def test_a_correlation_is_pearsons_with_spearmans_beside_it():
    generator = np.random.default_rng(3)
    x = generator.normal(size=50)
    y = x + generator.normal(size=50)
    found = ask(chart(("s", "scatter", {"x": x, "y": y})), op="correlation")
    assert found.value == pytest.approx(stats.pearsonr(x, y)[0], rel=1e-4)
    assert found.details["spearman"] == pytest.approx(stats.spearmanr(x, y)[0], rel=1e-4)


def test_two_series_are_correlated_at_their_common_places():
    reading = chart(
        ("a", "line", {"x": [0, 1, 2, 3], "y": [1, 2, 4, 3]}),
        ("b", "line", {"x": [1, 2, 3, 4], "y": [2, 4, 3, 9]}),
    )
    assert ask(reading, op="correlation", series="a", other="b").value == pytest.approx(1.0)


def test_a_spike_is_an_outlier_and_a_smooth_curve_has_none():
    x = np.arange(60.0)
    y = 100 * np.exp(-0.05 * x)
    assert ask(line(x, y), op="outliers").value == 0.0
    y[30] += 40
    found = ask(line(x, y), op="outliers")
    assert [point.at for point in found.points] == [30.0]


def test_a_mark_far_from_the_line_of_a_cloud_is_an_outlier():
    generator = np.random.default_rng(5)
    x = np.linspace(0, 10, 40)
    y = 3 * x + generator.normal(0, 0.5, 40)
    y[7] += 15
    found = ask(chart(("s", "scatter", {"x": x, "y": y})), op="outliers")
    assert [point.at for point in found.points] == [pytest.approx(x[7], rel=1e-5)]


# --- crossings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "level", "places"),
    [
        ([0, 10], 5, [(0.5, "rising")]),
        ([10, 0], 2.5, [(0.75, "falling")]),
        ([0, 4, 0, 4], 2, [(0.5, "rising"), (1.5, "falling"), (2.5, "rising")]),
        ([0, 2, 0], 2, [(1.0, "touching")]),
        ([0, 2, 4], 2, [(1.0, "rising")]),
        ([4, 2, 2, 0], 2, [(1.0, "falling")]),
        ([2, 2, 5], 2, [(0.0, "touching")]),
        ([0, NAN, 4], 2, []),
        ([0, 1], 5, []),
    ],
)
def test_every_crossing_of_a_level_is_found_once(y, level, places):
    found = ask(line(range(len(y)), y), op="crossing", level=level)
    assert [(point.at, point.label) for point in found.points] == places


@pytest.mark.parametrize(("column", "at"), [("", 0.5), ("above", 0.5), ("below", 1.5)])
def test_the_first_crossing_in_the_asked_direction_is_named(column, at):
    assert ask(line(range(4), [0, 4, 0, 4]), op="crossing", level=2, column=column).at == at


def test_what_is_above_from_the_start_says_so():
    found = ask(line(range(3), [9, 8, 7]), op="crossing", level=5, column="above")
    assert found.at is None and found.warnings


def test_a_crossing_on_a_logarithmic_axis_lies_where_it_is_drawn():
    assert ask(line([0, 2], [1, 100], y=Axis(scale="log")), op="crossing", level=10).at == pytest.approx(1.0)
    assert ask(line([1, 100], [0, 2], x=Axis(scale="log")), op="crossing", level=1).at == pytest.approx(10.0)


def test_a_crossing_of_a_curve_that_runs_back_is_found():
    found = ask(line([5, 0], [0, 10]), op="crossing", level=4)
    assert [(point.at, point.label) for point in found.points] == [(3.0, "falling")]


@pytest.mark.parametrize(("column", "names"), [("above", ["a", "c"]), ("below", ["b"]), ("", ["d"])])
def test_bars_beyond_a_level_are_listed(column, names):
    reading = bars(("a", "b", "c", "d"), [7, 2, 9, 5])
    found = ask(reading, op="crossing", level=5, column=column)
    assert [point.at for point in found.points] == names


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=30),
    st.integers(-60, 60).map(lambda number: number + 0.5),
)
def test_crossings_are_as_many_as_changes_of_side(y, level):
    truth = sum((a < level) != (b < level) for a, b in pairwise(y))
    found = ask(line(range(len(y)), y), op="crossing", level=level)
    assert found.details["count"] == truth


# --- meetings ---------------------------------------------------------------------------------------


def pair(x1, y1, x2, y2, **axes):
    return chart(("a", "line", {"x": x1, "y": y1}), ("b", "line", {"x": x2, "y": y2}), **axes)


def test_two_lines_meet_where_they_are_drawn():
    found = ask(pair([0, 10], [0, 10], [0, 10], [10, 0]), op="intersection", series="a", other="b")
    assert [(point.at, point.value) for point in found.points] == [(5.0, 5.0)]


def test_two_lines_with_other_places_meet_too():
    found = ask(pair([0, 4, 10], [0, 4, 4], [1, 9], [5, 1]), op="intersection", series="a", other="b")
    assert [(point.at, point.value) for point in found.points] == [
        (pytest.approx(11 / 3, rel=1e-5), pytest.approx(11 / 3, rel=1e-5)),
    ]


def test_all_meetings_are_found():
    x = np.linspace(0, 4 * np.pi, 4001)
    found = ask(pair(x, np.sin(x), x, np.cos(x)), op="intersection")
    truth = [np.pi / 4 + np.pi * row for row in range(4)]
    assert [point.at for point in found.points] == [pytest.approx(at, abs=1e-4) for at in truth]


def test_lines_that_do_not_meet_say_so():
    found = ask(pair([0, 1], [0, 1], [0, 1], [5, 6]), op="intersection", series="a", other="b")
    assert (found.points, found.at) == ((), None)


def test_lines_that_touch_meet_once():
    found = ask(pair([0, 1, 2], [0, 2, 0], [0, 2], [2, 2]), op="intersection", series="a", other="b")
    assert [(point.at, point.label) for point in found.points] == [(1.0, "touching")]


def test_a_gap_has_no_meeting():
    found = ask(pair([0, 1, 2], [0, NAN, 4], [0, 2], [2, 2]), op="intersection", series="a", other="b")
    assert found.points == ()


def test_meetings_on_logarithmic_axes_lie_where_they_are_drawn():
    log = {"x": Axis(scale="log"), "y": Axis(scale="log")}
    found = ask(pair([1, 100], [1, 100], [1, 100], [100, 1], **log), op="intersection", series="a", other="b")
    assert (found.at, found.value) == (pytest.approx(10.0), pytest.approx(10.0))


def test_curves_that_run_back_meet_by_their_segments():
    found = ask(pair([0, 2, 0], [0, 1, 2], [1, 1], [-1, 3]), op="intersection", series="a", other="b")
    assert sorted(point.value for point in found.points) == [0.5, 1.5]


def test_series_on_twin_axes_meet_in_the_picture_and_it_is_said():
    reading = chart(
        ("a", "line", {"x": [0, 1], "y": [0, 10]}),
        ("b", "line", {"x": [0, 1], "y": [100, 0]}, {"y": "y2"}),
        y=Axis(range=(0, 10)),
        y2=Axis(range=(0, 100)),
    )
    found = ask(reading, op="intersection", series="a", other="b")
    assert (found.at, found.value) == (0.5, 5.0)
    assert found.warnings


# --- relations --------------------------------------------------------------------------------------


def test_two_places_are_compared_by_their_change():
    found = ask(line([0, 10], [50, 40]), op="compare", at=0, until=10)
    assert (found.value, found.details["percent"], found.details["ratio"]) == (-10.0, -20.0, 0.8)


@pytest.mark.parametrize(
    ("column", "value", "unit"), [("", 15.0, "t"), ("ratio", 2.5, ""), ("percent", 150.0, "%")]
)
def test_what_is_compared_can_be_chosen(column, value, unit):
    found = ask(bars(("a", "b"), [10, 25]), op="compare", at="a", until="b", column=column)
    assert (found.value, found.unit) == (value, unit)


def test_two_series_are_compared_at_a_place_or_by_their_means():
    reading = pair([0, 1, 2], [1, 2, 3], [0, 1, 2], [4, 4, 4])
    assert ask(reading, op="compare", series="a", other="b", at=1).value == -2.0
    found = ask(reading, op="compare", series="b", other="a")
    assert (found.value, found.details["above"]) == (2.0, 3.0)


def test_zero_has_no_ratio_and_it_is_said():
    found = ask(line([0, 1], [0, 5]), op="compare", at=0, until=1)
    assert found.details["ratio"] is None and found.warnings


def test_series_are_ranked_by_a_statistic():
    reading = pair([0, 1], [1, 2], [0, 1], [9, 0])
    found = ask(reading, op="rank", column="mean")
    assert [point.label for point in found.points] == ["b", "a"]
    assert ask(reading, op="rank", column="minimum", level=1).series == "a"


def test_marks_are_listed_in_order_and_as_many_as_asked():
    found = ask(bars(("a", "b", "c"), [2, 9, 5]), op="rank", degree=2)
    assert found.items == ("b", "c")


def test_a_rank_beyond_the_last_is_refused():
    with pytest.raises(CannotAnswer, match="3"):
        ask(bars(("a", "b", "c"), [2, 9, 5]), op="rank", level=4)
