"""Values, extremes and sums of series: as the source numbers say, live and stored, with units."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

from rusoil_jupyter.figures.query import CannotAnswer
from rusoil_jupyter.figures.values.description import Axis
from tests.core.figures.query.charts import DATES, NAN, ask, bars, chart, line, stamp

X = [0.0, 1.0, 2.0, 4.0, 8.0, 9.5]
Y = [3.0, 7.0, 5.0, -1.0, 11.0, 11.0]


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        ({"op": "maximum"}, max(Y)),
        ({"op": "minimum"}, min(Y)),
        ({"op": "mean"}, statistics.fmean(Y)),
        ({"op": "median"}, statistics.median(Y)),
        ({"op": "sum"}, math.fsum(Y)),
        ({"op": "std"}, statistics.pstdev(Y)),
        ({"op": "spread"}, max(Y) - min(Y)),
        ({"op": "count"}, len(Y)),
        ({"op": "first"}, Y[0]),
        ({"op": "last"}, Y[-1]),
        ({"op": "value_at", "at": 0}, 3.0),
        ({"op": "value_at", "at": 9.5}, 11.0),
        ({"op": "value_at", "at": 2}, 5.0),
        ({"op": "value_at", "at": 0.25}, 4.0),
        ({"op": "value_at", "at": 3}, 2.0),
        ({"op": "value_at", "at": 5}, 2.0),
        ({"op": "value_at", "at": "3"}, 2.0),
        ({"op": "value_at", "at": "0,25"}, 4.0),
        ({"op": "maximum", "at": 0, "until": 4}, 7.0),
        ({"op": "maximum", "until": 1}, 7.0),
        ({"op": "minimum", "at": 1, "until": 2}, 5.0),
        ({"op": "minimum", "at": 2, "until": 1}, 5.0),
        ({"op": "mean", "at": 1, "until": 4}, 11 / 3),
        ({"op": "sum", "at": 4, "until": 9}, 10.0),
        ({"op": "count", "at": 1, "until": 8}, 4),
        ({"op": "count", "level": 5}, 3),
        ({"op": "count", "level": 5, "column": "below"}, 2),
        ({"op": "maximum", "at": 5, "until": 7}, 8.0),
        ({"op": "minimum", "at": 5, "until": 7}, 2.0),
    ],
)
@pytest.mark.parametrize("live", [True, False])
def test_a_number_of_a_line_is_that_of_its_points(query, truth, live):
    assert ask(line(X, Y, live=live), **query).value == pytest.approx(truth, rel=1e-5)


@pytest.mark.parametrize(("live", "sure"), [(True, "exact"), (False, "stored")])
@pytest.mark.parametrize(
    ("query", "is_mark"),
    [
        ({"op": "mean"}, True),
        ({"op": "value_at", "at": 2}, True),
        ({"op": "maximum", "at": 0, "until": 4}, True),
        ({"op": "value_at", "at": 3}, False),
        ({"op": "maximum", "at": 5, "until": 7}, False),
    ],
)
def test_what_lies_between_the_points_is_estimated_and_says_by_what(query, is_mark, live, sure):
    found = ask(line(X, Y, live=live), **query)
    assert found.badge == (sure if is_mark else "estimated")
    assert ("straight between" in found.method) != is_mark


def test_the_first_of_equal_maxima_is_named_and_how_many_there_are():
    found = ask(line(X, Y), op="maximum")
    assert (found.at, found.details["times"]) == (8.0, 2.0)


@pytest.mark.parametrize(("op", "at"), [("maximum", 8.0), ("minimum", 4.0)])
def test_an_extreme_says_where_it_is(op, at):
    assert ask(line(X, Y), op=op).at == at


def test_units_of_value_and_place_come_from_the_axes():
    found = ask(line(X, Y, x=Axis(label="t, h", unit="h"), y=Axis(label="p, MPa", unit="MPa")), op="maximum")
    assert (found.unit, found.at_unit) == ("MPa", "h")


@pytest.mark.parametrize("at", [-1, 9.6, 100])
def test_beyond_the_ends_nothing_is_said_and_the_range_is_named(at):
    with pytest.raises(CannotAnswer, match=r"from 0\.0 to 9\.5"):
        ask(line(X, Y), op="value_at", at=at)


def test_a_gap_of_missing_values_stays_a_gap():
    with pytest.raises(CannotAnswer, match="gap"):
        ask(line([0, 1, 2, 3], [1, NAN, 3, 4]), op="value_at", at=1.5)


def test_missing_values_are_left_out_and_it_is_said():
    found = ask(line([0, 1, 2, 3], [1, NAN, 3, 5]), op="mean")
    assert found.value == 3.0
    assert any("1" in warning for warning in found.warnings)


def test_a_curve_that_passes_a_place_twice_has_two_values_there():
    found = ask(line([0, 4, 2, 6], [0, 4, 8, 12]), op="value_at", at=3)
    assert sorted(point.value for point in found.points) == [3.0, 6.0, 9.0]
    assert found.warnings


def test_several_marks_at_one_place_give_their_mean_and_say_so():
    found = ask(chart(("s", "scatter", {"x": [1, 2, 2, 3], "y": [5, 6, 8, 9]})), op="value_at", at=2)
    assert (found.value, found.details["count"]) == (7.0, 2.0)
    assert "2" in found.method


def test_between_marks_of_a_scatter_nothing_is_made_up():
    with pytest.raises(CannotAnswer, match=r"2\.0 and 3\.0"):
        ask(chart(("s", "scatter", {"x": [1, 2, 3], "y": [5, 6, 9]})), op="value_at", at=2.4)


def test_unsorted_points_are_the_curve_that_is_drawn():
    found = ask(line([3, 1, 0], [30, 10, 0]), op="value_at", at=2)
    assert found.value == 20.0
    assert ask(line([3, 1, 0], [30, 10, 0]), op="first").value == 0.0


def test_a_step_keeps_its_value_until_the_next():
    found = ask(chart(("s", "step", {"x": [0, 1, 2], "y": [5, 7, 9]})), op="value_at", at=1.9)
    assert found.value == 7.0


# --- logarithmic axes ------------------------------------------------------------------------------


def test_between_points_on_a_logarithmic_place_axis():
    found = ask(line([1, 100], [0, 2], x=Axis(scale="log")), op="value_at", at=10)
    assert found.value == pytest.approx(1.0)
    assert "logarithmic" in found.method


def test_between_points_on_a_logarithmic_value_axis():
    assert ask(line([0, 2], [1, 100], y=Axis(scale="log")), op="value_at", at=1).value == pytest.approx(10.0)


def test_between_points_on_two_logarithmic_axes():
    both = {"x": Axis(scale="log"), "y": Axis(scale="log")}
    assert ask(line([1, 100], [1, 10000], **both), op="value_at", at=10).value == pytest.approx(100.0)


def test_zero_on_a_logarithmic_axis_is_no_minimum_and_it_is_said():
    found = ask(line([0, 1, 2], [0, 5, 7], y=Axis(scale="log")), op="minimum")
    assert found.value == 5.0
    assert found.warnings


# --- dates -----------------------------------------------------------------------------------------

MONTHS = [stamp(2023, month, 1) for month in range(1, 13)] + [stamp(2024, month, 1) for month in range(1, 13)]
RATE = [100 - 2.5 * row for row in range(24)]


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        ({"op": "value_at", "at": "2023-03"}, RATE[2]),
        ({"op": "value_at", "at": "2023-03-01"}, RATE[2]),
        ({"op": "value_at", "at": "2023-03-01T00:00:00"}, RATE[2]),
        ({"op": "value_at", "at": "2024"}, statistics.fmean(RATE[12:])),
        ({"op": "value_at", "at": 2024}, statistics.fmean(RATE[12:])),
        ({"op": "mean", "at": "2023"}, statistics.fmean(RATE[:12])),
        ({"op": "maximum", "at": "2024"}, RATE[12]),
        ({"op": "minimum", "at": "2023"}, RATE[11]),
        ({"op": "sum", "at": "2023-02", "until": "2023-04"}, sum(RATE[1:4])),
        ({"op": "count", "until": "2023"}, 12),
        ({"op": "value_at", "at": "2023-01-16T12:00:00"}, 100 - 2.5 * 0.5),
        ({"op": "last"}, RATE[-1]),
    ],
)
def test_a_date_cut_short_means_its_period(query, truth):
    assert ask(line(MONTHS, RATE, x=DATES), **query).value == pytest.approx(truth, rel=1e-5)


def test_places_on_a_date_axis_are_dates():
    assert ask(line(MONTHS, RATE, x=DATES), op="maximum").at == "2023-01-01"


@pytest.mark.parametrize("at", ["yesterday", "2023-13", "2023-02-30"])
def test_what_is_no_date_is_refused_with_an_example(at):
    with pytest.raises(CannotAnswer) as refused:
        ask(line(MONTHS, RATE, x=DATES), op="value_at", at=at)
    assert "2024-03" in refused.value.next_step


# --- bars, pies, boxes, bins, grids -----------------------------------------------------------------

NAMES = ("Oil", "Gas", "Coal", "2020")
TONS = [40.0, 25.0, 15.0, 20.0]


@pytest.mark.parametrize(
    ("query", "value", "at"),
    [
        ({"op": "maximum"}, 40.0, "Oil"),
        ({"op": "minimum"}, 15.0, "Coal"),
        ({"op": "value_at", "at": "Gas"}, 25.0, "Gas"),
        ({"op": "value_at", "at": " gas "}, 25.0, "Gas"),
        ({"op": "value_at", "at": 2020}, 20.0, "2020"),
        ({"op": "value_at", "at": "2020"}, 20.0, "2020"),
        ({"op": "value_at", "at": "Co"}, 15.0, "Coal"),
        ({"op": "rank", "level": 2}, 25.0, "Gas"),
        ({"op": "rank", "level": -1}, 15.0, "Coal"),
        ({"op": "share", "at": "Oil"}, 40.0, "Oil"),
    ],
)
def test_bars_are_asked_by_category(query, value, at):
    found = ask(bars(NAMES, TONS), **query)
    assert (found.value, found.at) == (pytest.approx(value), at)


def test_an_unknown_category_is_refused_with_those_there_are():
    with pytest.raises(CannotAnswer) as refused:
        ask(bars(NAMES, TONS), op="value_at", at="Wood")
    assert "Coal" in refused.value.next_step


def test_horizontal_bars_have_their_categories_on_the_other_axis():
    axes = {"y": Axis(kind="category", categories=("a", "b")), "x": Axis(label="t", unit="t")}
    found = ask(chart(("s", "bar", {"y": [0, 1], "x": [3, 9]}, {"along": "y"}), **axes), op="maximum")
    assert (found.value, found.at, found.unit) == (9.0, "b", "t")


def stacked():
    axes = {"x": Axis(kind="category", categories=("a", "b")), "y": Axis(unit="t")}
    return chart(
        ("one", "bar", {"x": [0, 1], "y": [10, 30]}, {"stack": "s"}),
        ("two", "bar", {"x": [0, 1], "y": [30, 5]}, {"stack": "s"}),
        **axes,
    )


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ({"op": "value_at", "series": "one", "at": "a"}, 10.0),
        ({"op": "value_at", "column": "total", "at": "a"}, 40.0),
        ({"op": "maximum", "column": "total"}, 40.0),
        ({"op": "minimum", "column": "total"}, 35.0),
        ({"op": "share", "series": "one", "at": "a"}, 25.0),
        ({"op": "share", "series": "two"}, 100 * 35 / 75),
        ({"op": "sum", "series": "two"}, 35.0),
    ],
)
def test_stacked_bars_know_their_own_part_and_the_total(query, value):
    assert ask(stacked(), **query).value == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ({"op": "maximum"}, 27.0),
        ({"op": "value_at", "at": 10}, 8.0),
        ({"op": "value_at", "at": 9.99}, 3.0),
        ({"op": "value_at", "at": 30}, 27.0),
        ({"op": "sum"}, 38.0),
        ({"op": "count"}, 3),
        ({"op": "mean", "column": "x"}, (5 * 3 + 15 * 8 + 25 * 27) / 38),
        ({"op": "area"}, 380.0),
    ],
)
def test_a_histogram_is_asked_by_its_bins(query, value):
    reading = chart(("h", "histogram", {"left": [0, 10, 20], "right": [10, 20, 30], "y": [3, 8, 27]}))
    assert ask(reading, **query).value == pytest.approx(value, rel=1e-5)


def test_the_mean_of_what_a_histogram_counts_has_half_a_bin_as_its_error():
    reading = chart(("h", "histogram", {"left": [0, 10, 20], "right": [10, 20, 30], "y": [3, 8, 27]}))
    found = ask(reading, op="mean", column="x")
    assert (found.badge, found.error) == ("estimated", 5.0)


def boxes():
    columns = {"x": [0, 1], "low": [1, 2], "q1": [3, 4], "median": [5, 7], "q3": [8, 9], "high": [12, 11]}
    return chart(("b", "box", columns), x=Axis(kind="category", categories=("Mon", "Tue")))


@pytest.mark.parametrize(
    ("query", "value", "at"),
    [
        ({"op": "value_at", "at": "Mon"}, 5.0, "Mon"),
        ({"op": "value_at", "at": "Tue", "column": "q3"}, 9.0, "Tue"),
        ({"op": "value_at", "at": "Mon", "column": "iqr"}, 5.0, "Mon"),
        ({"op": "maximum", "column": "median"}, 7.0, "Tue"),
        ({"op": "maximum"}, 12.0, "Mon"),
        ({"op": "minimum"}, 1.0, "Mon"),
        ({"op": "maximum", "column": "iqr"}, 5.0, "Mon"),
    ],
)
def test_boxes_have_columns(query, value, at):
    found = ask(boxes(), **query)
    assert (found.value, found.at) == (value, at)


def test_a_column_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(CannotAnswer) as refused:
        ask(boxes(), op="maximum", column="mode")
    assert "median" in refused.value.next_step


def grid():
    x, y = np.meshgrid([0.0, 1, 2], [10.0, 20])
    z = np.array([[1.0, 2, 3], [4, 9, 6]])
    return chart(("g", "heatmap", {"x": x.ravel(), "y": y.ravel(), "z": z.ravel()}))


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ({"op": "value_at", "at": 1, "until": 20}, 9.0),
        ({"op": "value_at", "at": 1.2, "until": 18}, 9.0),
        ({"op": "value_at", "at": 2}, 4.5),
        ({"op": "maximum"}, 9.0),
        ({"op": "minimum"}, 1.0),
        ({"op": "maximum", "until": 10}, 3.0),
        ({"op": "mean"}, 25 / 6),
    ],
)
def test_a_heat_map_is_asked_by_x_and_y(query, value):
    assert ask(grid(), **query).value == pytest.approx(value, rel=1e-5)


def test_an_extreme_of_a_heat_map_names_both_places():
    found = ask(grid(), op="maximum")
    assert (found.at, found.details["y"]) == (1.0, 20.0)


def test_a_pie_has_values_and_shares_by_name():
    reading = chart(("p", "pie", {"y": [30, 50, 20]}, {"names": ("a", "b", "c")}))
    assert ask(reading, op="value_at", at="b").value == 50.0
    assert ask(reading, op="share", at="c").value == 20.0
    assert [point.value for point in ask(reading, op="share").points] == [30.0, 50.0, 20.0]
    assert ask(reading, op="maximum").at == "b"


def test_a_band_has_two_ends():
    reading = chart(("b", "band", {"x": [0, 2], "low": [1, 3], "high": [5, 9]}))
    assert ask(reading, op="maximum").value == 9.0
    assert ask(reading, op="minimum").value == 1.0
    found = ask(reading, op="value_at", at=1)
    assert (found.value, found.details["low"]) == (7.0, 2.0)


def test_error_bars_come_with_their_value():
    reading = chart(("e", "errorbar", {"x": [0, 1], "y": [5, 6], "low": [4, 5.5], "high": [6, 7]}))
    found = ask(reading, op="value_at", at=1)
    assert (found.value, found.details["low"], found.details["high"]) == (6.0, 5.5, 7.0)


# --- samples ----------------------------------------------------------------------------------------


def long_line(live: bool):
    x = np.linspace(0, 50, 5000)
    y = np.sin(x) + 0.01 * x
    return x, y, line(x, y, live=live)


@pytest.mark.parametrize(
    ("op", "compute"),
    [
        ("maximum", np.max),
        ("minimum", np.min),
        ("mean", np.mean),
        ("sum", np.sum),
        ("median", np.median),
        ("std", np.std),
        ("count", np.size),
        ("spread", np.ptp),
    ],
)
def test_what_the_stored_statistics_tell_of_a_sample_is_stored_not_estimated(op, compute):
    _x, y, reading = long_line(live=False)
    found = ask(reading, op=op)
    assert found.value == pytest.approx(compute(y), rel=2e-5)
    assert found.badge == "stored"


def test_a_place_in_a_sample_is_estimated_and_near():
    x, y, reading = long_line(live=False)
    found = ask(reading, op="value_at", at=12.3)
    assert found.badge == "estimated"
    assert found.value == pytest.approx(np.interp(12.3, x, y), abs=0.1)


def test_live_arrays_are_asked_even_where_a_sample_is_stored():
    x, y, reading = long_line(live=True)
    found = ask(reading, op="value_at", at=12.3)
    assert found.value == pytest.approx(np.interp(12.3, x, y), rel=1e-5)
    assert ask(reading, op="value_at", at=x[7]).badge == "exact"


# --- several series, and what is not there ----------------------------------------------------------


def test_without_a_series_the_extreme_of_all_is_found_and_named():
    reading = chart(("a", "line", {"x": [0, 1], "y": [1, 2]}), ("b", "line", {"x": [0, 1], "y": [5, 3]}))
    found = ask(reading, op="maximum")
    assert (found.series, found.value, len(found.points)) == ("b", 5.0, 2)


def test_without_a_series_other_numbers_come_for_each():
    reading = chart(("a", "line", {"x": [0, 1], "y": [1, 2]}), ("b", "line", {"x": [0, 1], "y": [5, 3]}))
    found = ask(reading, op="mean")
    assert [(point.label, point.value) for point in found.points] == [("a", 1.5), ("b", 4.0)]


def test_series_of_different_units_are_not_compared():
    reading = chart(
        ("a", "line", {"x": [0, 1], "y": [1, 2]}),
        ("b", "line", {"x": [0, 1], "y": [5, 3]}, {"y": "y2"}),
        y=Axis(unit="m"),
        y2=Axis(unit="s"),
    )
    assert ask(reading, op="maximum").value is None


@pytest.mark.parametrize("field", ["series", "panel"])
def test_what_the_figure_does_not_have_is_refused(field):
    with pytest.raises(CannotAnswer) as refused:
        ask(line(X, Y), op="maximum", **{field: "nowhere"})
    assert refused.value.field == field


def test_a_value_without_a_place_is_refused():
    with pytest.raises(CannotAnswer, match="place"):
        ask(line(X, Y), op="value_at")


def test_a_series_without_numbers_is_refused():
    with pytest.raises(CannotAnswer):
        ask(line([], []), op="maximum")
