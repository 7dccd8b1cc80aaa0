"""Bokeh figures, through what bokeh itself publishes for a notebook."""

from __future__ import annotations

import datetime
import gzip
import json
from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from bokeh.embed.notebook import notebook_content
from bokeh.layouts import column as below
from bokeh.layouts import gridplot
from bokeh.layouts import row as beside
from bokeh.models import (
    BoxAnnotation,
    ColumnDataSource,
    FactorRange,
    Label,
    LinearAxis,
    NumeralTickFormatter,
    PrintfTickFormatter,
    Range1d,
    Span,
    Whisker,
)
from bokeh.plotting import figure
from bokeh.transform import cumsum, dodge, factor_cmap, linear_cmap
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.figures.readers import read
from rusoil_jupyter.figures.readers.bokeh import documents, read_bokeh
from rusoil_jupyter.figures.reading import Reading

from .reading_of import column, rows, series

FRUITS = ["apples", "pears"]


def shown(plot: Any) -> Reading | None:
    script, _page, _document = notebook_content(plot)
    return read({"application/javascript": script, "application/vnd.bokehjs_exec.v0+json": ""})


def test_lines_and_points_with_titles_units_and_legend() -> None:
    plot = figure(title="Дебит", x_axis_label="t, сут", y_axis_label="q (м³/сут)", y_axis_type="log")
    plot.line(np.array([1.0, 2.0]), np.array([30.25, 40.5]), legend_label="well 1")
    plot.scatter([1, 2], [3, 4], size=[5, 9], legend_label="tests")
    reading = shown(plot)
    panel, _line = series(reading, "line", "well 1")
    assert reading is not None and reading.description.title == "Дебит"
    assert panel.axes["y"].scale == "log" and panel.axes["y"].unit == "м³/сут" and panel.has_legend
    assert rows(reading, "x", "y", kind="line") == [(1.0, 30.25), (2.0, 40.5)]
    assert column(reading, "size", "scatter", "tests") == [5.0, 9.0]


def test_dates_are_dates() -> None:
    plot = figure(x_axis_type="datetime")
    plot.line([datetime.datetime(2020, 1, 1), datetime.datetime(2020, 2, 1, 6)], [1, 2])
    assert column(shown(plot), "x") == ["2020-01-01", "2020-02-01T06:00:00"]


def test_stacked_bars_have_a_base() -> None:
    plot = figure(x_range=FRUITS)
    source = {"fruit": FRUITS, "2020": [2, 1], "2021": [5, 3]}
    plot.vbar_stack(["2020", "2021"], x="fruit", source=source, legend_label=["2020", "2021"])
    assert rows(shown(plot), "x", "y", "base", label="2021") == [("apples", 5.0, 2.0), ("pears", 3.0, 1.0)]


def test_dodged_bars_keep_their_category() -> None:
    plot = figure(x_range=FRUITS)
    source = ColumnDataSource({"fruit": FRUITS, "v": [2, 1]})
    plot.vbar(x=dodge("fruit", -0.25, range=plot.x_range), top="v", source=source)
    assert rows(shown(plot), "x", "y") == [("apples", 2.0), ("pears", 1.0)]


def test_nested_categories_are_named_by_all_of_their_levels() -> None:
    factors = [(fruit, year) for fruit in FRUITS for year in ("20", "21")]
    plot = figure(x_range=FactorRange(*factors))
    plot.vbar(x="x", top="v", source=ColumnDataSource({"x": factors, "v": [1, 2, 3, 4]}))
    assert column(shown(plot), "x")[0] == "apples, 20"


def test_lying_bars_run_along_y() -> None:
    plot = figure(y_range=FRUITS)
    plot.hbar(y=FRUITS, right=[3, 4])
    assert series(shown(plot))[1].along == "y" and rows(shown(plot), "y", "x")[0] == ("apples", 3.0)


def test_quads_are_a_histogram() -> None:
    counts, edges = np.histogram([1, 2, 2, 3, 3, 3], bins=2)
    plot = figure()
    plot.quad(top=counts, bottom=0, left=edges[:-1], right=edges[1:])
    assert rows(shown(plot), "left", "right", "y", kind="histogram") == [(1.0, 2.0, 1.0), (2.0, 3.0, 5.0)]


def test_a_second_axis_has_its_own_name() -> None:
    plot = figure()
    plot.line([1, 2], [1, 2])
    plot.extra_y_ranges = {"water": Range1d(0, 100)}
    plot.line([1, 2], [50, 60], y_range_name="water", legend_label="w")
    plot.add_layout(LinearAxis(y_range_name="water", axis_label="Water, %"), "right")
    panel, line = series(shown(plot), label="w")
    assert line.y == "y2" and panel.axes["y2"].label == "Water, %" and panel.axes["y2"].range == (0.0, 100.0)


def test_depth_that_runs_down_is_inverted() -> None:
    plot = figure(y_range=(3000, 2000))
    plot.line([1, 2], [2000, 3000])
    panel, _one = series(shown(plot))
    assert panel.axes["y"].inverted and panel.axes["y"].range == (2000.0, 3000.0)


def test_spans_boxes_and_labels_are_references_and_notes() -> None:
    plot = figure()
    plot.line([1, 2], [4, 5])
    plot.add_layout(Span(location=4.5, dimension="width"))
    plot.add_layout(BoxAnnotation(left=1.5, right=2))
    plot.add_layout(Label(x=1, y=4, text="start"))
    panel, _one = series(shown(plot))
    assert [(r.axis, r.value, r.end) for r in panel.references] == [("y", 4.5, None), ("x", 1.5, 2.0)]
    assert [(n.text, n.x, n.y) for n in panel.notes] == [("start", 1.0, 4.0)]


def test_layouts_place_their_figures() -> None:
    def plot(title: str) -> Any:
        made = figure(title=title)
        made.line([1, 2], [3, 4])
        return made

    grid = shown(gridplot([[plot("a"), plot("b")], [None, plot("c")]]))
    nested = shown(beside(plot("a"), below(plot("b"), plot("c"))))
    for reading in (grid, nested):
        assert reading is not None
        places = {panel.title: (panel.row, panel.column) for panel in reading.description.panels}
        assert places == {"a": (1, 1), "b": (1, 2), "c": (2, 2)}


def test_a_legend_by_group_makes_a_series_of_each() -> None:
    plot = figure()
    source = ColumnDataSource({"x": [1, 2, 3], "y": [4, 5, 6], "k": ["a", "b", "a"]})
    plot.scatter(
        "x", "y", source=source, color=factor_cmap("k", ["red", "blue"], ["a", "b"]), legend_group="k"
    )
    assert rows(shown(plot), "x", "y", label="a") == [(1.0, 4.0), (3.0, 6.0)]


def test_wedges_are_shares() -> None:
    plot = figure()
    source = ColumnDataSource({"angle": np.array([0.25, 0.75]) * 2 * np.pi, "k": ["oil", "gas"]})
    starts, ends = cumsum("angle", include_zero=True), cumsum("angle")
    plot.wedge(x=0, y=1, radius=0.4, start_angle=starts, end_angle=ends, legend_field="k", source=source)
    _panel, one = series(shown(plot), "pie")
    assert one.names == ("oil", "gas") and one.values["y"] == (25, 75)


def test_coloured_rectangles_and_images_are_heat_maps() -> None:
    plot = figure(x_range=FRUITS, y_range=["u"])
    source = ColumnDataSource({"x": FRUITS, "y": ["u", "u"], "v": [3, 4]})
    plot.rect("x", "y", 1, 1, source=source, fill_color=linear_cmap("v", "Viridis256", 3, 4))
    assert rows(shown(plot), "x", "y", "z", kind="heatmap") == [("apples", "u", 3.0), ("pears", "u", 4.0)]
    picture = figure()
    picture.image([np.array([[1.0, 2.0]])], x=0, y=0, dw=2, dh=1)
    assert rows(shown(picture), "x", "y", "z", kind="heatmap") == [(0.5, 0.5, 1.0), (1.5, 0.5, 2.0)]


def test_whiskers_and_bands_have_ends() -> None:
    plot = figure(x_range=FRUITS)
    plot.scatter(FRUITS, [2, 3])
    source = ColumnDataSource({"base": FRUITS, "upper": [3, 4], "lower": [1, 2]})
    plot.add_layout(Whisker(base="base", upper="upper", lower="lower", source=source))
    assert rows(shown(plot), "x", "low", "high", kind="errorbar")[1] == ("pears", 2.0, 4.0)


def test_a_script_without_a_document_is_no_figure() -> None:
    assert read({"application/javascript": "alert(1)"}) is None


@pytest.mark.parametrize(
    "script", ["docs_json = {", 'docs_json = {"a": }', "docs_json = 'x'", "docs_json = " + "[" * 50_000]
)
def test_a_truncated_document_is_an_error(script: str) -> None:
    with pytest.raises(InvalidRequest):
        documents(script)


def test_an_array_that_unpacks_to_far_too_much_is_refused() -> None:
    bomb = b64encode(gzip.compress(b"\0" * 100_000_000)).decode()
    array = {"type": "ndarray", "array": {"type": "bytes", "data": bomb}, "shape": [1], "dtype": "float64"}
    data = {"type": "map", "entries": [["x", array], ["y", [1]]]}
    source = {"name": "ColumnDataSource", "id": "s", "attributes": {"data": data}}
    spec = {way: {"type": "field", "field": way} for way in "xy"}
    renderer = {
        "name": "GlyphRenderer",
        "id": "r",
        "attributes": {"data_source": source, "glyph": {"name": "Line", "id": "g", "attributes": spec}},
    }
    with pytest.raises(InvalidRequest, match="too large"):
        read_bokeh([{"roots": [{"name": "Figure", "id": "f", "attributes": {"renderers": [renderer]}}]}])


def _document() -> str:
    plot = figure(title="t")
    plot.line([1, 2], [3, 4], legend_label="a")
    plot.vbar(x=[1, 2], top=[3, 4])
    script, _page, _doc = notebook_content(plot)
    return json.dumps(documents(script)[0])


DOCUMENT = _document()


@settings(max_examples=150)
@given(
    place=st.integers(0, len(DOCUMENT) - 1),
    change=st.sampled_from(["null", "[]", "{}", '"x"', "-1", "", "1e999"]),
)
def test_whatever_a_document_holds_it_is_read_or_refused(place: int, change: str) -> None:
    end = DOCUMENT.find(",", place)
    text = DOCUMENT[:place] + change + DOCUMENT[end if end > 0 else place :]
    try:
        read_bokeh(documents("const docs_json = " + json.dumps({"d": 0})[:-2] + text + "}"))
    except RusoilError as error:
        assert error.message


@pytest.mark.parametrize(
    ("formatter", "expected", "unit"),
    [
        (NumeralTickFormatter(format="0%"), [52, 31], "%"),
        (NumeralTickFormatter(format="0.0 %"), [52, 31], "%"),
        (NumeralTickFormatter(format="0.00"), [0.52, 0.31], ""),
        (PrintfTickFormatter(format="%d%%"), [0.52, 0.31], "%"),
    ],
)
def test_numbers_are_those_that_the_ticks_write(formatter: Any, expected: list[float], unit: str) -> None:
    plot = figure()
    plot.line([1, 2], [0.52, 0.31])
    plot.yaxis.formatter = formatter
    reading = shown(plot)
    assert column(reading, "y") == expected and series(reading)[0].axes["y"].unit == unit


def test_labels_that_were_written_over_ticks_are_read() -> None:
    plot = figure()
    plot.line([1, 2], [2000, 3500])
    plot.yaxis.major_label_overrides = {0: "0", 2000: "2", 4000: "4"}
    assert column(shown(plot), "y") == [2, 3.5]
