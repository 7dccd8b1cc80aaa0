"""Each operation over each kind of selection: the same arithmetic on a mask that is computed otherwise."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.figures.query import CannotAnswer, answer
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.description import Axis
from tests.core.figures.query.charts import DATES, bars, chart, line, stamp

MONTHS = [(year, month) for year in (2022, 2023) for month in range(1, 13)]
STAMPS = [stamp(year, month, 1) for year, month in MONTHS]
NAMES = tuple("ABCDEFGH")
NUMBERS = st.integers(-60, 60).map(float)


def dated(values, others, kind="scatter"):
    """Two series of monthly marks."""
    axes = {"x": DATES, "y": Axis(label="Rate, t/d", unit="t/d")}
    return chart(("a", kind, {"x": STAMPS, "y": values}), ("b", kind, {"x": STAMPS, "y": others}), **axes)


# What is selected, and when a mark (its year, month and row, its value, the other's value) belongs to it.
SELECTIONS = {
    "all": ({}, lambda y, m, row, v, w: True),
    "an interval": (
        {"places": (q.Interval(start="2022-03", end="2023-02"),)},
        lambda y, m, row, v, w: (2022, 3) <= (y, m) <= (2023, 2),
    ),
    "after": (
        {"places": (q.Interval(start="2022-11", without="start"),)},
        lambda y, m, row, v, w: (y, m) > (2022, 11),
    ),
    "before": (
        {"places": (q.Interval(end="2023", without="end"),)},
        lambda y, m, row, v, w: y < 2023,
    ),
    "a list": (
        {"places": (q.Listed(places=("2022-02", "2023-07", "2022-12")),)},
        lambda y, m, row, v, w: (y, m) in {(2022, 2), (2023, 7), (2022, 12)},
    ),
    "a year": ({"places": (q.Listed(places=("2023",)),)}, lambda y, m, row, v, w: y == 2023),
    "the first marks": (
        {"places": (q.Ends(end="first", count=5),)},
        lambda y, m, row, v, w: row < 5,
    ),
    "the last months": (
        {"places": (q.Ends(end="last", count=7, of="month"),)},
        lambda y, m, row, v, w: row >= 17,
    ),
    "the first year": (
        {"places": (q.Ends(end="first", of="year"),)},
        lambda y, m, row, v, w: y == 2022,
    ),
    "the first half": (
        {"places": (q.Ends(end="first", count=0.5),)},
        lambda y, m, row, v, w: STAMPS[row] <= (STAMPS[0] + STAMPS[-1]) / 2,
    ),
    "a season": (
        {"places": (q.Months(months=(12, 1, 2)),)},
        lambda y, m, row, v, w: m in {12, 1, 2},
    ),
    "an exception": (
        {"but": (q.Interval(start="2022-06", end="2022-08"), q.Listed(places=("2023-01",)))},
        lambda y, m, row, v, w: not (y == 2022 and 6 <= m <= 8) and (y, m) != (2023, 1),
    ),
    "a condition": (
        {"where": (q.Where(relation="above", level=3),)},
        lambda y, m, row, v, w: v > 3,
    ),
    "a level in another unit": (
        {"where": (q.Where(relation="at_most", level=5000, unit="kg/d"),)},
        lambda y, m, row, v, w: v <= 5,
    ),
    "a condition on another series": (
        {"where": (q.Where(relation="below", series="b", level=0),)},
        lambda y, m, row, v, w: w < 0,
    ),
    "two series compared": (
        {"where": (q.Where(relation="at_least", than="b"),)},
        lambda y, m, row, v, w: v >= w,
    ),
    "all together": (
        {
            "places": (q.Listed(places=("2022",)), q.Months(months=(1, 2, 3, 4, 5, 6))),
            "but": (q.Listed(places=("2022-02",)),),
            "where": (q.Where(relation="other_than", level=0), q.Where(relation="below", than="b")),
        },
        lambda y, m, row, v, w: y == 2022 and m <= 6 and m != 2 and v != 0 and v < w,
    ),
}
STATISTICS = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "sum": sum,
    "std": statistics.pstdev,
    "spread": lambda values: max(values) - min(values),
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "maximum": max,
    "minimum": min,
}


def mine(name, values, others):
    """The values that belong to a selection, in order of their places."""
    _fields, belongs = SELECTIONS[name]
    rows = enumerate(zip(MONTHS, values, others, strict=True))
    return [v for row, ((year, month), v, w) in rows if belongs(year, month, row, v, w)]


@pytest.mark.parametrize("name", SELECTIONS)
@given(st.lists(NUMBERS, min_size=24, max_size=24), st.lists(NUMBERS, min_size=24, max_size=24))
def test_every_statistic_of_a_selection_is_that_of_its_marks(name, values, others):
    reading = dated(values, others)
    of = q.Selection(series=("a",), **SELECTIONS[name][0])
    kept = mine(name, values, others)
    counted = answer(reading, q.Statistic(name="count", of=of))
    assert counted.value == len(kept)
    for statistic, compute in STATISTICS.items():
        asked = q.Statistic(name=statistic, of=of)
        if not kept:
            with pytest.raises(CannotAnswer):
                answer(reading, asked)
            continue
        found = answer(reading, asked)
        assert found.value == pytest.approx(compute(kept), rel=1e-5, abs=1e-5)
        assert found.badge == "exact"


@pytest.mark.parametrize("name", SELECTIONS)
@given(st.lists(NUMBERS, min_size=24, max_size=24), st.lists(NUMBERS, min_size=24, max_size=24))
def test_orders_shares_and_comparisons_are_of_the_marks_selected(name, values, others):
    reading = dated(values, others)
    of = q.Selection(series=("a",), **SELECTIONS[name][0])
    kept = mine(name, values, others)
    if not kept:
        return
    for which, reverse in (("maximum", True), ("minimum", False)):
        listed = sorted(kept, reverse=reverse)
        for rank in {1, min(2, len(listed)), len(listed)}:
            assert answer(reading, q.Extreme(which=which, of=of, rank=rank)).value == listed[rank - 1]
    order = answer(reading, q.Order(of=of, limit=3))
    assert [point.value for point in order.points] == sorted(kept, reverse=True)[:3]
    everything = q.Selection(series=("a",))
    if sum(values) and len(kept) < len(values):
        share = answer(reading, q.Share(of=of, whole=everything))
        assert share.value == pytest.approx(100 * sum(kept) / sum(values), rel=1e-5, abs=1e-4)
    by_count = answer(reading, q.Share(of=of, whole=everything, by="count"))
    assert by_count.value == pytest.approx(100 * len(kept) / len(values), rel=1e-5)
    if name != "all":
        sides = (q.Statistic(name="mean", of=of), q.Statistic(name="mean", of=everything))
        gap = answer(reading, q.Comparison(first=sides[0], second=sides[1]))
        assert gap.value == pytest.approx(
            statistics.fmean(kept) - statistics.fmean(values), rel=1e-5, abs=1e-4
        )


@pytest.mark.parametrize("name", SELECTIONS)
@given(st.lists(NUMBERS, min_size=24, max_size=24), st.lists(NUMBERS, min_size=24, max_size=24))
def test_shapes_are_of_the_marks_selected(name, values, others):
    reading = dated(values, others)
    _fields, belongs = SELECTIONS[name]
    rows = [
        row
        for row, ((y, m), v, w) in enumerate(zip(MONTHS, values, others, strict=True))
        if belongs(y, m, row, v, w)
    ]
    of = q.Selection(series=("a",), **SELECTIONS[name][0])
    kept = np.array(values)[rows]
    days = np.array(STAMPS)[rows] / 86400
    if len(rows) < 3 or np.ptp(kept) == 0:
        return
    slope = answer(reading, q.Slope(of=of, each="day"))
    assert slope.value == pytest.approx(np.polyfit(days - days[0], kept, 1)[0], rel=1e-4, abs=1e-6)
    assert slope.badge == "estimated"
    together = answer(reading, q.Correlation(of=of))
    assert together.value == pytest.approx(np.corrcoef(days, kept)[0, 1], rel=1e-4, abs=1e-5)
    area = answer(reading, q.Area(of=of))
    assert area.value == pytest.approx(np.trapezoid(kept, days), rel=1e-5, abs=1e-3)


@given(st.lists(NUMBERS, min_size=8, max_size=8), st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_categories_go_by_their_order_on_the_axis(values, start, end):
    reading = bars(NAMES, values)
    low, high = sorted((NAMES.index(start), NAMES.index(end)))
    of = q.Selection(places=(q.Interval(start=start, end=end),))
    assert answer(reading, q.Statistic(name="sum", of=of)).value == pytest.approx(sum(values[low : high + 1]))
    rest = [value for row, value in enumerate(values) if not low <= row <= high]
    but = q.Selection(but=of.places)
    if rest:
        assert answer(reading, q.Statistic(name="sum", of=but)).value == pytest.approx(sum(rest))
    else:
        with pytest.raises(CannotAnswer):
            answer(reading, q.Statistic(name="sum", of=but))


# --- of groups --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("each", "key"), [("year", lambda y, m: y), ("quarter", lambda y, m: (y, (m - 1) // 3))]
)
@pytest.mark.parametrize("over", ["mean", "maximum", "minimum", "count"])
@given(st.lists(NUMBERS, min_size=24, max_size=24))
def test_a_statistic_over_groups_is_that_of_their_statistics(each, key, over, values):
    reading = dated(values, values)
    groups: dict = {}
    for (year, month), value in zip(MONTHS, values, strict=True):
        groups.setdefault(key(year, month), []).append(value)
    of = q.Selection(series=("a",))
    found = answer(reading, q.Statistic(name="maximum", of=of, each=each, over=over))
    maxima = [max(group) for group in groups.values()]
    truth = {"mean": statistics.fmean, "maximum": max, "minimum": min, "count": len}[over](maxima)
    assert found.value == pytest.approx(truth, rel=1e-5, abs=1e-5)


def test_the_year_with_the_largest_sum_is_named():
    reading = dated([1.0] * 12 + [2.0] * 12, [0.0] * 24)
    asked = q.Statistic(name="sum", of=q.Selection(series=("a",)), each="year", over="maximum", asks="group")
    found = answer(reading, asked)
    assert (found.at, found.value) == ("2023", 24.0)
    assert answer(reading, asked.model_copy(update={"rank": 2})).at == "2022"


def test_sums_of_each_month_go_over_all_series_that_are_asked_about():
    reading = dated([1.0] * 24, [2.0] * 24)
    found = answer(reading, q.Statistic(name="sum", of=q.Selection(), each="year"))
    assert [(point.at, point.value) for point in found.points] == [("2022", 36.0), ("2023", 36.0)]


def test_a_count_of_each_year_counts_also_where_there_is_none():
    reading = dated([9.0] * 3 + [0.0] * 21, [0.0] * 24)
    where = q.Selection(series=("a",), where=(q.Where(relation="above", level=5),))
    found = answer(reading, q.Statistic(name="count", of=where, each="year"))
    assert [(point.at, point.value) for point in found.points] == [("2022", 3.0), ("2023", 0.0)]


# --- where, and how long ------------------------------------------------------------------------------


def test_nothing_that_holds_says_how_far_the_values_reach():
    reading = dated([57.9] + [3.0] * 23, [0.0] * 24)
    of = q.Selection(series=("a",), where=(q.Where(relation="above", level=60),))
    with pytest.raises(CannotAnswer, match=r"above 60\.0: the largest is 57\.9"):
        answer(reading, q.Extreme(which="maximum", of=of))
    assert answer(reading, q.Statistic(name="count", of=of)).value == 0


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (q.Where(relation="above", at="2022-03"), 21),
        (q.Where(relation="above", statistic="mean"), 12),
        (q.Where(relation="at_most", column="change", level=0), 0),
        (q.Where(relation="above", column="change", level=0), 23),
    ],
)
def test_marks_are_compared_with_another_place_the_mean_and_the_mark_before(where, value):
    reading = dated([float(row) for row in range(24)], [0.0] * 24)
    of = q.Selection(series=("a",), where=(where,))
    assert answer(reading, q.Statistic(name="count", of=of)).value == value


def test_another_curve_is_asked_between_its_points_and_it_is_said():
    reading = chart(
        ("a", "scatter", {"x": [1, 2, 3], "y": [5, 5, 5]}), ("b", "line", {"x": [0, 4], "y": [0, 8]})
    )
    of = q.Selection(series=("a",), where=(q.Where(relation="above", than="b"),))
    found = answer(reading, q.Statistic(name="count", of=of))
    assert (found.value, found.badge) == (2.0, "estimated")
    assert "“b”" in found.method


def test_marks_between_which_nothing_is_drawn_are_compared_only_where_both_are():
    reading = chart(
        ("a", "scatter", {"x": [1, 2, 3], "y": [5, 5, 5]}), ("b", "scatter", {"x": [1, 3], "y": [0, 9]})
    )
    of = q.Selection(series=("a",), where=(q.Where(relation="above", than="b"),))
    found = answer(reading, q.Statistic(name="count", of=of))
    assert (found.value, found.badge) == (1.0, "exact")


@given(
    st.lists(st.integers(-9, 9), min_size=3, max_size=12), st.integers(-9, 9).map(lambda level: level + 0.5)
)
def test_the_extent_of_a_curve_is_that_of_its_pieces(y, level):
    fine = np.linspace(0, len(y) - 1, 20_001)
    truth = (np.interp(fine, range(len(y)), y) > level).mean() * (len(y) - 1)
    of = q.Selection(where=(q.Where(relation="above", level=level),))
    found = answer(line(range(len(y)), y, x=Axis(unit="m")), q.Extent(of=of))
    assert found.value == pytest.approx(truth, abs=0.02)
    assert found.unit == "m"


def test_the_extent_of_a_curve_keeps_to_the_places_asked_for():
    of = q.Selection(places=(q.Interval(start=2, end=8),), where=(q.Where(relation="above", level=5),))
    found = answer(line([0, 10], [0, 10], x=Axis(unit="m")), q.Extent(of=of, unit="cm"))
    assert (found.value, found.unit, found.badge) == (pytest.approx(300), "cm", "estimated")


@given(st.lists(NUMBERS, min_size=24, max_size=24))
def test_marks_that_stand_evenly_apart_are_counted_for_an_extent(values):
    of = q.Selection(series=("a",), where=(q.Where(relation="above", level=0),))
    found = answer(dated(values, values), q.Extent(of=of))
    assert (found.value, found.unit) == (sum(value > 0 for value in values), "months")


def test_marks_that_stand_anyhow_have_no_extent():
    reading = chart(("a", "scatter", {"x": [0, 1, 5], "y": [1, 2, 3]}))
    with pytest.raises(CannotAnswer, match="evenly"):
        answer(reading, q.Extent(of=q.Selection(where=(q.Where(relation="above", level=0),))))


@pytest.mark.parametrize(
    ("holds", "names"), [("always", ("high",)), ("ever", ("high", "both")), ("never", ("low",))]
)
def test_series_for_which_something_holds_always_ever_or_never(holds, names):
    reading = chart(
        *(
            (name, "line", {"x": [0, 1], "y": y})
            for name, y in (("high", [6, 7]), ("both", [1, 9]), ("low", [0, 1]))
        )
    )
    of = q.Selection(where=(q.Where(relation="above", level=5),))
    assert answer(reading, q.Which(of=of, holds=holds, asks="series")).items == names
    verdict = answer(reading, q.Which(of=of, holds=holds, asks="whether"))
    assert verdict.value == ("yes" if holds == "ever" else "no")


def test_places_for_which_something_holds_are_listed():
    reading = bars(("a", "b", "c"), [7, 2, 9])
    of = q.Selection(where=(q.Where(relation="above", level=5),))
    assert answer(reading, q.Which(of=of)).items == ("a", "c")
    assert answer(reading, q.Which(of=of, holds="never")).items == ("b",)


# --- units, and what is refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "value", "badge"),
    [("kg/d", 2000.0, "exact"), ("t/h", 2 / 24, "exact"), ("t/month", 2 * 30.4375, "estimated")],
)
def test_an_answer_in_another_unit_is_sure_where_the_factor_is_a_definition(unit, value, badge):
    found = answer(
        dated([2.0] * 24, [0.0] * 24), q.Extreme(which="maximum", of=q.Selection(series=("a",)), unit=unit)
    )
    assert (found.value, found.unit, found.badge) == (pytest.approx(value, rel=1e-5), unit, badge)
    assert ("30.4" in found.method) == (badge == "estimated")


@pytest.mark.parametrize("unit", ["m3/d", "t", "parsec"])
def test_what_the_figure_does_not_tell_is_not_converted(unit):
    with pytest.raises(CannotAnswer) as refused:
        answer(
            dated([2.0] * 24, [0.0] * 24), q.Statistic(name="mean", of=q.Selection(series=("a",)), unit=unit)
        )
    assert refused.value.field == "unit"


def test_daily_rates_are_summed_to_a_volume_and_it_is_said():
    days = [stamp(2024, 1, day) for day in range(1, 11)]
    reading = chart(("a", "bar", {"x": days, "y": [5.0] * 10}), x=DATES, y=Axis(unit="м³/сут"))
    found = answer(reading, q.Statistic(name="sum", of=q.Selection(), unit="м³"))
    assert (found.value, found.unit, found.badge) == (50.0, "м³", "estimated")
    assert "one day" in found.method


def test_a_difference_of_temperatures_has_no_offset():
    reading = chart(("a", "bar", {"x": [0, 1], "y": [10.0, 30.0]}), y=Axis(unit="°C"))
    places = [q.Selection(places=(q.Listed(places=(at,)),)) for at in (1, 0)]
    sides = [q.ValueAt(of=of) for of in places]
    gap = answer(reading, q.Comparison(first=sides[0], second=sides[1], unit="°F"))
    assert gap.value == pytest.approx(36.0)


@pytest.mark.parametrize(
    "fields",
    [
        {"places": (q.Months(months=(1,)),)},
        {"places": (q.Ends(end="first", of="month"),)},
        {"cross": 3},
        {"where": (q.Where(relation="above"),)},
        {"where": (q.Where(relation="above", level=1, unit="psi"),)},
        {"where": (q.Where(relation="above", than="nowhere"),)},
        {"but": (q.Interval(start=-100, end=100),)},
        {"places": (q.Listed(places=(1, 1.5)),)},
    ],
)
def test_what_a_figure_does_not_have_is_refused_with_a_next_step(fields):
    reading = chart(("a", "scatter", {"x": [0, 1, 2], "y": [4, 5, 6]}), y=Axis(unit="m"))
    with pytest.raises(CannotAnswer) as refused:
        answer(reading, q.Statistic(name="mean", of=q.Selection(**fields)))
    assert refused.value.next_step


def test_the_first_months_of_an_axis_that_counts_them_are_those_marks():
    reading = chart(("a", "bar", {"x": range(1, 37), "y": range(1, 37)}), x=Axis(unit="мес"))
    of = q.Selection(places=(q.Ends(end="first", count=12, of="month"),))
    assert answer(reading, q.Statistic(name="sum", of=of)).value == 78
    year = q.Selection(places=(q.Ends(end="last", of="year"),))
    assert answer(reading, q.Statistic(name="count", of=year)).value == 12


def test_the_month_of_an_extreme_is_told_where_it_is_asked_for():
    days = [datetime(2024, 1, 1, tzinfo=UTC).timestamp() + 86400 * day for day in range(60)]
    found = answer(
        line(days, range(60), x=DATES), q.Extreme(which="maximum", of=q.Selection(), within="month")
    )
    assert found.at == "2024-02"


def test_a_part_is_no_whole_because_it_has_as_many_marks():
    reading = bars(("a", "b", "c", "d"), [1, 2, 3, 9])
    first, second = (q.Selection(places=(q.Listed(places=names),)) for names in (("a", "b"), ("c", "d")))
    assert answer(reading, q.Share(of=first, whole=second)).value == 25


@pytest.mark.parametrize("end", ["first", "last"])
def test_more_years_than_the_calendar_has_are_all_there_are(end):
    days = [datetime(2024, 1, 1, tzinfo=UTC).timestamp() + 86400 * day for day in range(60)]
    of = q.Selection(places=(q.Ends(end=end, count=1e6, of="year"),))
    assert answer(line(days, range(60), x=DATES), q.Statistic(name="count", of=of)).value == 60


def test_a_place_in_an_order_is_told():
    found = answer(bars(("a", "b", "c"), [7, 2, 9]), q.Order(of=q.Selection(), standing="a"))
    assert (found.at, found.value, found.unit, found.details["value"]) == ("a", 2.0, "", 7.0)
    with pytest.raises(CannotAnswer):
        answer(bars(("a",), [7]), q.Order(of=q.Selection(), standing="z"))
