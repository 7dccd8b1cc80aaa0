"""Plotly figures. Bins, stacks and boxes are compared with what plotly.js drew: its ``calcdata``."""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.figures.readers import read
from rusoil_jupyter.figures.readers.plotly import read_plotly
from rusoil_jupyter.figures.reading import Reading

from .reading_of import column, rows, series

VALUES = [1.2, 2.5, 2.7, 3.1, 3.3, 3.9, 4.4, 5.8, 7.1, 9.6]
DATES = ["2023-01-15", "2023-02-01", "2023-02-20", "2023-05-05", "2023-09-30", "2023-12-31"]


def draw(*traces: dict[str, Any], **layout: Any) -> Reading | None:
    return read_plotly({"data": list(traces), "layout": layout})


def typed(array: Any, **more: Any) -> dict[str, Any]:
    found = np.asarray(array)
    kind = {"f8": "f8", "f4": "f4", "i4": "i4", "u1": "u1", "i2": "i2"}[found.dtype.str[1:]]
    return {"dtype": kind, "bdata": base64.b64encode(found.tobytes()).decode(), **more}


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "u1", "i2"])
def test_typed_arrays_are_numbers(kind: str) -> None:
    reading = draw(
        {"type": "scatter", "x": typed(np.array([1, 2, 3], kind)), "y": typed(np.array([4, 5, 6], kind))}
    )
    assert rows(reading, "x", "y") == [(1.0, 4.0), (2.0, 5.0), (3.0, 6.0)]


def test_a_typed_table_has_its_shape() -> None:
    z = typed(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), shape="2, 3")
    reading = draw({"type": "heatmap", "z": z, "x": ["a", "b", "c"], "y": [10, 20]})
    assert rows(reading, "x", "y", "z")[-1] == ("c", 20.0, 6.0)


@pytest.mark.parametrize(
    "broken",
    [
        {"dtype": "f8", "bdata": "AAAA"},
        {"dtype": "f8", "bdata": "?"},
        {"dtype": "f8", "bdata": 5},
        {"dtype": "O8", "bdata": "AAAAAAAAAAA="},
        {"bdata": "AAAAAAAAAAA="},
        {"dtype": "f8", "bdata": "AAAAAAAAAAA=", "shape": "7, 7"},
        {"dtype": "f8", "bdata": "AAAAAAAAAAA=", "shape": ["x"]},
    ],
)
def test_a_broken_typed_array_is_an_error_with_a_next_step(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        draw({"type": "scatter", "x": broken, "y": [1, 2]})
    assert refused.value.next_step


def test_points_and_lines_are_told_apart_by_their_mode() -> None:
    reading = draw(
        {"x": [1, 2], "y": [3, 4], "mode": "markers", "name": "p"},
        {"x": [1, 2], "y": [3, 4], "mode": "lines", "name": "l"},
        {"x": [1, 2], "y": [3, 4], "mode": "lines", "line": {"shape": "hv"}, "name": "s"},
        {"x": [1, 2], "y": [3, 4], "fill": "tozeroy", "name": "a"},
    )
    assert reading is not None
    assert [(s.kind, s.label) for s in reading.description.panels[0].series] == [
        ("scatter", "p"),
        ("line", "l"),
        ("step", "s"),
        ("area", "a"),
    ]


def test_dates_keep_their_hours_and_ignore_a_zone_as_plotly_does() -> None:
    reading = draw({"x": ["2021-03-01 06:30", "2021-03-02T00:00:00+05:00", "2021-03-03"], "y": [1, 2, 3]})
    assert column(reading, "x") == ["2021-03-01T06:30:00", "2021-03-02", "2021-03-03"]


def test_a_date_that_is_missing_is_no_date() -> None:
    assert column(draw({"x": ["2021-03-01", None, ""], "y": [1, 2, 3]}), "x") == ["2021-03-01", None, None]


def test_numbers_as_texts_are_numbers_unless_the_template_is_strict() -> None:
    trace = {"type": "bar", "x": ["2019", "2020"], "y": [1, 2]}
    assert series(draw(trace))[0].axes["x"].kind == "number"
    strict = {"layout": {"autotypenumbers": "strict"}}
    assert series(draw(trace, template=strict))[0].axes["x"].categories == ("2019", "2020")


def test_hidden_traces_are_not_read() -> None:
    reading = draw({"y": [1]}, {"y": [2], "visible": "legendonly"}, {"y": [3], "visible": False})
    assert column(reading, "y") == [1.0]


def test_places_are_counted_where_none_are_given() -> None:
    assert rows(draw({"y": [7, 8, 9], "x0": 10, "dx": 5}), "x", "y") == [
        (10.0, 7.0),
        (15.0, 8.0),
        (20.0, 9.0),
    ]


def test_stacked_bars_stand_on_each_other_by_their_signs() -> None:
    one = {"type": "bar", "x": ["a", "b"], "y": [2, -3], "name": "1"}
    two = {"type": "bar", "x": ["a", "b"], "y": [-1, -2], "name": "2"}
    reading = draw(one, two, barmode="relative")
    assert rows(reading, "x", "y", "base", label="2") == [("a", -1.0, 0.0), ("b", -2.0, -3.0)]
    assert "base" not in series(draw(one, two), label="2")[1].values


def test_lying_bars_run_along_y() -> None:
    reading = draw({"type": "bar", "orientation": "h", "y": ["a", "b"], "x": [2, 5]})
    assert series(reading)[1].along == "y" and rows(reading, "y", "x") == [("a", 2.0), ("b", 5.0)]


def test_categories_come_in_the_order_that_is_drawn() -> None:
    trace = {"type": "bar", "x": ["b", "a", "c"], "y": [2, 9, 5]}
    for order, expected in {
        "trace": ("b", "a", "c"),
        "category ascending": ("a", "b", "c"),
        "total descending": ("a", "c", "b"),
    }.items():
        reading = draw(trace, xaxis={"categoryorder": order})
        assert series(reading)[0].axes["x"].categories == expected
        assert rows(reading, "x", "y") == [("a", 9.0), ("b", 2.0), ("c", 5.0)]
    listed = draw(trace, xaxis={"categoryorder": "array", "categoryarray": ["c", "b"]})
    assert series(listed)[0].axes["x"].categories == ("c", "b", "a")


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        (
            {"x": VALUES},
            [(0.0, 2.0, 1.0), (2.0, 4.0, 5.0), (4.0, 6.0, 2.0), (6.0, 8.0, 1.0), (8.0, 10.0, 1.0)],
        ),
        ({"x": VALUES, "nbinsx": 4}, [(0.0, 5.0, 7.0), (5.0, 10.0, 3.0)]),
        (
            {"x": [1, 1, 2, 3, 3, 3, 6, 7]},
            [(-0.5, 1.5, 2.0), (1.5, 3.5, 4.0), (3.5, 5.5, 0.0), (5.5, 7.5, 2.0)],
        ),
        (
            {"x": VALUES, "xbins": {"start": 1, "end": 5, "size": 2}},
            [(1.0, 3.0, 3.0), (3.0, 5.0, 4.0)],
        ),
        (
            {"x": DATES, "xbins": {"size": "M3"}},
            [
                ("2022-12-31T12:00:00", "2023-03-31T12:00:00", 3.0),
                ("2023-03-31T12:00:00", "2023-06-30T12:00:00", 1.0),
                ("2023-06-30T12:00:00", "2023-09-30T12:00:00", 1.0),
                ("2023-09-30T12:00:00", "2023-12-31T12:00:00", 1.0),
            ],
        ),
        (
            {"x": DATES},
            [
                ("2022-12-31T12:00:00", "2023-06-30T12:00:00", 4.0),
                ("2023-06-30T12:00:00", "2023-12-31T12:00:00", 2.0),
            ],
        ),
    ],
)
def test_histograms_have_the_bins_of_plotly(trace: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    reading = draw({"type": "histogram", **trace})
    found = list(zip(*(column(reading, name) for name in ("left", "right", "y")), strict=True))
    assert found == expected


def test_histograms_on_one_axis_share_their_bins() -> None:
    one = {"type": "histogram", "x": [1.5, 2.5, 2.6], "name": "1"}
    two = {"type": "histogram", "x": [2.4, 9.5, 9.6, 9.9], "name": "2"}
    reading = draw(one, two, barmode="stack")
    assert rows(reading, "left", "right", "y", label="1") == [(0.0, 5.0, 3.0)]
    assert rows(reading, "left", "y", "base", label="2") == [(0.0, 1.0, 3.0), (5.0, 3.0, 0.0)]


def test_a_histogram_of_categories_is_bars_with_their_average() -> None:
    reading = draw({"type": "histogram", "x": ["a", "b", "a"], "y": [1, 5, 4], "histfunc": "avg"})
    assert rows(reading, "x", "y", kind="bar") == [("a", 2.5), ("b", 5.0)]


def test_a_histogram_in_two_dimensions_is_a_heat_map() -> None:
    reading = draw({"type": "histogram2d", "x": [1, 1, 2, 3, 3.5], "y": [1, 2, 2, 4, 4.4]})
    cells = {(x, y): z for x, y, z in rows(reading, "x", "y", "z", kind="heatmap")}
    assert cells == {
        (1.0, 1.0): 1.0,
        (3.0, 1.0): 0.0,
        (1.0, 3.0): 1.0,
        (3.0, 3.0): 1.0,
        (1.0, 5.0): 0.0,
        (3.0, 5.0): 2.0,
    }


@pytest.mark.parametrize(
    ("trace", "expected"),
    [
        ({"y": [1, 2, 3, 4, 5, 6, 7, 30]}, (1.0, 2.5, 4.5, 6.5, 7.0, 7.25)),
        (
            {"y": [1, 2, 3, 4, 5, 6, 7, 8, 30], "quartilemethod": "exclusive"},
            (1.0, 2.5, 5.0, 7.5, 8.0, 7.33333),
        ),
    ],
)
def test_boxes_have_the_quartiles_of_plotly(trace: dict[str, Any], expected: tuple[float, ...]) -> None:
    reading = draw({"type": "box", **trace})
    assert rows(reading, "low", "q1", "median", "q3", "high", "mean", kind="box") == [expected]


def test_boxes_that_are_a_trace_each_are_one_series() -> None:
    reading = draw(
        {"type": "box", "y": [1, 2, 3], "name": "day"}, {"type": "box", "y": [4, 5, 6], "name": "night"}
    )
    assert rows(reading, "x", "median", kind="box") == [("day", 2.0), ("night", 5.0)]


def test_boxes_of_groups_beside_each_other_stay_apart() -> None:
    day = {"type": "box", "x": ["a", "a", "a"], "y": [1, 2, 3], "name": "day"}
    night = {"type": "box", "x": ["a", "a", "a"], "y": [4, 5, 6], "name": "night"}
    panel, _one = series(draw(day, night), label="night")
    assert [one.label for one in panel.series] == ["day", "night"]


def test_slices_of_the_same_name_are_one_and_the_largest_is_first() -> None:
    _panel, one = series(draw({"type": "pie", "labels": ["a", "b", "a"], "values": [1, 5, 2]}), "pie")
    assert one.names == ("b", "a") and one.values["y"] == (5, 3)


def test_error_bars_are_ends() -> None:
    error = {"type": "data", "array": [0.5, 1], "arrayminus": [0.25, 2]}
    reading = draw({"x": ["a", "b"], "y": [2, 4], "mode": "markers", "error_y": error})
    assert rows(reading, "x", "low", "high", kind="errorbar") == [("a", 1.75, 2.5), ("b", 2.0, 5.0)]


def test_a_second_axis_shares_the_panel() -> None:
    layout = {
        "yaxis": {"title": {"text": "Oil"}},
        "yaxis2": {"title": {"text": "Water, %"}, "overlaying": "y"},
    }
    reading = draw({"y": [1, 2], "name": "o"}, {"y": [50, 60], "yaxis": "y2", "name": "w"}, **layout)
    panel, one = series(reading, label="w")
    assert one.y == "y2" and panel.axes["y2"].label == "Water, %" and len(panel.series) == 2


def test_subplots_are_panels_with_titles_and_places() -> None:
    layout = {
        "xaxis": {"domain": [0, 0.45]},
        "xaxis2": {"domain": [0.55, 1]},
        "annotations": [
            {"text": "left", "x": 0.225, "y": 1.0, "xref": "paper", "yref": "paper", "showarrow": False},
            {"text": "right", "x": 0.775, "y": 1.0, "xref": "paper", "yref": "paper", "showarrow": False},
        ],
    }
    reading = draw({"y": [1]}, {"y": [2], "xaxis": "x2"}, **layout)
    assert reading is not None
    assert [(p.title, p.row, p.column) for p in reading.description.panels] == [
        ("left", 1, 1),
        ("right", 1, 2),
    ]


def test_lines_across_and_spans_are_references_with_their_names() -> None:
    shapes = [
        {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": 4.5, "y1": 4.5},
        {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": 1, "x1": 2},
    ]
    note = {"text": "limit", "xref": "x domain", "x": 1, "yref": "y", "y": 4.5, "showarrow": False}
    panel, _one = series(draw({"x": [1, 2], "y": [4, 5]}, shapes=shapes, annotations=[note]))
    assert [(r.axis, r.value, r.end, r.label) for r in panel.references] == [
        ("y", 4.5, None, "limit"),
        ("x", 1.0, 2.0, ""),
    ]


def test_annotations_are_placed_by_logarithm_on_a_log_axis() -> None:
    note = {"text": "<b>kink</b>", "x": 2, "y": 3, "xref": "x", "yref": "y"}
    panel, _one = series(draw({"x": [1, 100], "y": [1, 5]}, xaxis={"type": "log"}, annotations=[note]))
    assert [(n.text, n.x, n.y) for n in panel.notes] == [("kink", 100.0, 3.0)]


def test_a_turned_log_axis_says_its_range() -> None:
    panel, _one = series(draw({"x": [1, 2], "y": [3, 4]}, yaxis={"type": "log", "range": [3, 1]}))
    assert (
        panel.axes["y"].inverted
        and panel.axes["y"].scale == "log"
        and panel.axes["y"].range == (10.0, 1000.0)
    )


def test_a_plan_of_work_is_bands_of_dates() -> None:
    day = 24 * 3600 * 1000
    trace = {"type": "bar", "orientation": "h", "y": ["drill"], "base": ["2021-02-01"], "x": [14 * day]}
    reading = draw(trace, xaxis={"type": "date"})
    assert rows(reading, "y", "low", "high", kind="band") == [("drill", "2021-02-01", "2021-02-15")]


def test_a_fill_between_two_lines_is_a_band() -> None:
    lower = {"x": [1, 2], "y": [1, 2], "mode": "lines"}
    reading = draw(lower, {"x": [1, 2], "y": [3, 5], "mode": "lines", "fill": "tonexty"})
    assert rows(reading, "x", "low", "high", kind="band") == [(1.0, 1.0, 3.0), (2.0, 2.0, 5.0)]


def test_colours_and_sizes_that_mean_numbers_are_columns() -> None:
    marker = {"color": [1, 2], "size": [5, 6], "colorbar": {"title": {"text": "T, °C"}}}
    reading = draw({"x": [1, 2], "y": [3, 4], "mode": "markers", "marker": marker})
    assert column(reading, "z") == [1.0, 2.0] and column(reading, "size") == [5.0, 6.0]
    assert series(reading)[0].axes["color"].label == "T, °C"


def test_of_an_animation_the_first_frame_is_read_and_this_is_said() -> None:
    reading = read_plotly({"data": [{"y": [1]}], "layout": {}, "frames": [{}, {}]})
    assert reading is not None and "2" in reading.description.omitted[0]


def test_a_waterfall_stands_on_what_came_before() -> None:
    measure = ["relative", "relative", "total"]
    reading = draw({"type": "waterfall", "x": ["a", "b", "c"], "y": [10, -3, 0], "measure": measure})
    assert rows(reading, "x", "y", "base") == [("a", 10.0, 0.0), ("b", -3.0, 10.0), ("c", 7.0, 0.0)]


def test_flows_are_a_diagram() -> None:
    link = {"source": [0], "target": [1], "value": [3]}
    reading = draw({"type": "sankey", "node": {"label": ["well", "tank"]}, "link": link})
    assert reading is not None and reading.description.diagram is not None
    assert reading.description.diagram.edges[0].label == "3"


def test_a_page_that_plotly_wrote_is_read_as_its_figure() -> None:
    page = '<div></div><script>Plotly.newPlot("a", [{"y": [1, 2]}], {"title": {"text": "T"}}, {})</script>'
    reading = read({"text/html": page})
    assert reading is not None and reading.description.title == "T" and column(reading, "y") == [1.0, 2.0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "x", "y", "z", "bdata", "dtype", "text", "range", "size"]), inner
        )
    ),
    max_leaves=12,
)
kinds = st.sampled_from(
    [
        "scatter",
        "bar",
        "histogram",
        "histogram2d",
        "box",
        "violin",
        "heatmap",
        "contour",
        "pie",
        "sunburst",
        "surface",
        "scatterpolar",
        "scattergeo",
        "choropleth",
        "candlestick",
        "waterfall",
        "funnel",
        "splom",
        "sankey",
        "nothing",
    ]
)
keys = st.sampled_from(
    [
        "x",
        "y",
        "z",
        "labels",
        "values",
        "r",
        "theta",
        "marker",
        "error_y",
        "xbins",
        "base",
        "orientation",
        "mode",
        "fill",
        "stackgroup",
        "open",
        "close",
        "high",
        "low",
        "node",
        "link",
        "dimensions",
        "name",
        "xaxis",
        "median",
        "q1",
    ]
)


@settings(max_examples=150)
@given(
    traces=st.lists(st.tuples(kinds, st.dictionaries(keys, json_values, max_size=6)), max_size=3),
    layout=st.dictionaries(
        st.sampled_from(
            ["xaxis", "yaxis", "shapes", "annotations", "barmode", "title", "template", "legend", "width"]
        ),
        json_values,
    ),
)
@example(traces=[("histogram", {"x": [False, 2.6815615859885194e154]})], layout={})
@example(traces=[("histogram", {"x": [False, 1.8961503816218355e154]})], layout={})
@example(traces=[("histogram", {"x": [1.5e308, -1.5e308]})], layout={})
def test_whatever_a_figure_holds_it_is_read_or_refused(traces: Any, layout: Any) -> None:
    figure = {"data": [{"type": kind, **trace} for kind, trace in traces], "layout": layout}
    try:
        reading = read_plotly(figure)
    except RusoilError as error:
        assert error.message
    else:
        assert reading is None or not math.isnan(reading.description.version)


@pytest.mark.parametrize(
    ("axis", "expected", "unit"),
    [
        ({"tickformat": ".0%"}, [52, 31], "%"),
        ({"ticksuffix": " %"}, [0.52, 0.31], "%"),
        ({"tickvals": [0, 0.5, 1], "ticktext": ["0 %", "50 %", "100 %"]}, [52, 31], "%"),
        ({"tickvals": [0, 0.5, 1], "ticktext": ["none", "half", "all"]}, [0.52, 0.31], ""),
        ({"tickformat": ".2f"}, [0.52, 0.31], ""),
    ],
)
def test_numbers_are_those_that_the_ticks_write(
    axis: dict[str, Any], expected: list[float], unit: str
) -> None:
    line = {"type": "line", "y0": 0.4, "y1": 0.4, "xref": "x domain", "yref": "y"}
    reading = draw({"type": "bar", "x": ["a", "b"], "y": [0.52, 0.31]}, yaxis=axis, shapes=[line])
    assert column(reading, "y") == expected
    panel, _bars = series(reading)
    assert panel.axes["y"].unit == unit
    assert panel.references[0].value == pytest.approx(expected[0] / 0.52 * 0.4)
