"""Vega-Lite charts of tables that are written here: what is drawn must be what the tables say."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.readers.vega_lite import read_vega
from rusoil_jupyter.figures.readers.vega_runtime import VegaRuntime
from rusoil_jupyter.figures.reading import Reading

from .reading_of import column, rows, series

WELLS = [
    {"well": "A", "zone": "upper", "year": 2020, "oil": 10.123456789, "water": 1.5},
    {"well": "A", "zone": "lower", "year": 2021, "oil": 20.5, "water": 2.5},
    {"well": "B", "zone": "upper", "year": 2020, "oil": 7.25, "water": 4.0},
    {"well": "B", "zone": "lower", "year": 2021, "oil": 3.75, "water": 8.0},
    {"well": "C", "zone": "upper", "year": 2020, "oil": 5.5, "water": 0.5},
    {"well": "C", "zone": "lower", "year": 2021, "oil": 2.25, "water": 9.0},
]
DAYS = [
    {"day": "2021-01-03", "q": 5},
    {"day": "2021-01-20", "q": 7},
    {"day": "2021-03-11", "q": 1.5},
    {"day": "2022-03-12", "q": 2},
    {"day": "2022-12-31", "q": 11},
]


@pytest.fixture(scope="module")
def engine() -> Iterator[VegaRuntime]:
    runtime = VegaRuntime()
    yield runtime
    runtime.close()


class Draw:
    def __init__(self, engine: VegaRuntime) -> None:
        self._engine = engine

    def __call__(
        self, mark: Any = None, data: Any = None, *, encoding: Any = None, **spec: Any
    ) -> Reading | None:
        if mark is not None:
            spec["mark"] = mark
        if encoding is not None:
            spec["encoding"] = encoding
        return read_vega({"data": {"values": WELLS if data is None else data}, **spec}, engine=self._engine)


@pytest.fixture
def draw(engine: VegaRuntime) -> Draw:
    return Draw(engine)


def q(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", **more}


def n(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "nominal", **more}


def t(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "temporal", **more}


def grouped(key: str, value: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in WELLS:
        found[str(row[key])].append(float(row[value]))  # type: ignore[arg-type]
    return found


def test_points_keep_all_digits(draw: Draw) -> None:
    reading = draw("point", encoding={"x": q("oil"), "y": q("water")})
    assert reading is not None
    _panel, one = series(reading, "scatter")
    assert reading.table(one.id)["x"].tolist() == [row["oil"] for row in WELLS]
    assert reading.table(one.id).badge == "exact"


def test_bars_are_read_after_their_aggregate(draw: Draw) -> None:
    reading = draw("bar", encoding={"x": n("well"), "y": q("oil", aggregate="sum")})
    expected = sorted((well, float(f"{sum(oil):.6g}")) for well, oil in grouped("well", "oil").items())
    assert rows(reading, "x", "y", kind="bar") == expected


def test_lying_bars_run_along_y(draw: Draw) -> None:
    reading = draw("bar", encoding={"y": n("well"), "x": q("water", aggregate="mean")})
    assert series(reading, "bar")[1].along == "y"
    expected = sorted((well, statistics.fmean(water)) for well, water in grouped("well", "water").items())
    assert rows(reading, "y", "x") == expected


def test_stacked_bars_have_their_own_length_and_a_base(draw: Draw) -> None:
    reading = draw("bar", encoding={"x": n("well"), "y": q("oil", aggregate="sum"), "color": n("zone")})
    lower = rows(reading, "x", "y", "base", label="lower")
    upper = {row[0]: row for row in rows(reading, "x", "y", label="upper")}
    assert [(row[0], row[1]) for row in lower] == [("A", 20.5), ("B", 3.75), ("C", 2.25)]
    assert upper["B"] == ("B", 7.25)
    assert [row[2] for row in lower] == [upper[row[0]][1] for row in lower]
    assert series(reading, label="lower")[1].stack != ""


def test_grouped_bars_stand_on_zero(draw: Draw) -> None:
    encoding = {"x": n("well"), "y": q("oil"), "xOffset": n("zone"), "color": n("zone")}
    reading = draw("bar", encoding=encoding)
    _panel, one = series(reading, "bar", "upper")
    assert "base" not in one.values and one.stack == ""
    assert rows(reading, "x", "y", label="upper") == [("A", 10.1235), ("B", 7.25), ("C", 5.5)]


def test_shares_of_a_normalised_stack_are_what_is_drawn(draw: Draw) -> None:
    reading = draw("bar", encoding={"x": n("well"), "y": q("water", stack="normalize"), "color": n("zone")})
    assert rows(reading, "x", "y", label="lower") == [("A", 62.5), ("B", 66.6667), ("C", 94.7368)]
    assert series(reading, label="lower")[0].axes["y"].unit == "%"  # as the ticks say


def test_bins_of_a_histogram_have_edges_and_counts(draw: Draw) -> None:
    data = [{"v": value} for value in (0.5, 1.5, 1.6, 4.9, 5.1, 9.9)]
    reading = draw("bar", data, encoding={"x": q("v", bin={"step": 5}), "y": {"aggregate": "count"}})
    assert rows(reading, "left", "right", "y", kind="histogram") == [(0.0, 5.0, 4.0), (5.0, 10.0, 2.0)]


def test_a_line_is_a_series_for_each_colour(draw: Draw) -> None:
    reading = draw("line", encoding={"x": q("year"), "y": q("oil"), "color": n("well", title="Well")})
    assert rows(reading, "x", "y", label="A") == [(2020.0, 10.1235), (2021.0, 20.5)]
    assert rows(reading, "x", "y", label="C") == [(2020.0, 5.5), (2021.0, 2.25)]
    panel, _one = series(reading, "line", "A")
    assert panel.has_legend and panel.legend_title == "Well"


def test_lines_told_apart_by_detail_alone_are_named_by_it(draw: Draw) -> None:
    reading = draw("line", encoding={"x": q("year"), "y": q("oil"), "detail": n("well")})
    assert rows(reading, "x", "y", label="B") == [(2020.0, 7.25), (2021.0, 3.75)]


def test_dates_are_dates_in_utc(draw: Draw) -> None:
    reading = draw("line", DAYS, encoding={"x": t("day"), "y": q("q")})
    assert column(reading, "x") == [row["day"] for row in DAYS]
    assert series(reading)[0].axes["x"].kind == "date"


def test_a_year_and_month_is_the_first_day_of_it(draw: Draw) -> None:
    reading = draw("line", DAYS, encoding={"x": t("day", timeUnit="yearmonth"), "y": q("q", aggregate="sum")})
    assert rows(reading, "x", "y") == [
        ("2021-01-01", 12.0),
        ("2021-03-01", 1.5),
        ("2022-03-01", 2.0),
        ("2022-12-01", 11.0),
    ]


def test_months_of_no_year_are_categories_in_their_order(draw: Draw) -> None:
    data = [DAYS[4], DAYS[2], DAYS[3], DAYS[0], DAYS[1]]
    reading = draw("bar", data, encoding={"x": t("day", timeUnit="month"), "y": q("q", aggregate="mean")})
    panel, _one = series(reading)
    assert panel.axes["x"].kind == "category"
    assert panel.axes["x"].categories == ("Jan", "Mar", "Dec")
    assert dict(rows(reading, "x", "y")) == {"Jan": 6.0, "Mar": 1.75, "Dec": 11.0}


def test_ordinal_dates_are_called_as_the_axis_calls_them(draw: Draw) -> None:
    encoding = {"x": {"field": "day", "type": "ordinal", "timeUnit": "year"}, "y": q("q", aggregate="sum")}
    assert rows(draw("bar", DAYS, encoding=encoding), "x", "y") == [("2021", 13.5), ("2022", 13.0)]


def test_each_facet_is_a_panel_with_its_title_and_place(draw: Draw) -> None:
    encoding = {"x": q("oil"), "y": q("water"), "column": n("well")}
    reading = draw("point", encoding=encoding)
    assert reading is not None
    panels = reading.description.panels
    assert [(panel.title, panel.row, panel.column) for panel in panels] == [
        ("A", 1, 1),
        ("B", 1, 2),
        ("C", 1, 3),
    ]
    assert reading.table(panels[1].series[0].id)["x"].tolist() == [7.25, 3.75]
    assert panels[2].axes["x"].label == "oil"
    left, top, right, bottom = panels[0].box or (0, 0, 0, 0)
    assert 0 <= left < right < (panels[1].box or (0,))[0] and 0 <= top < bottom <= 1


def test_a_grid_of_facets_has_rows_and_columns(draw: Draw) -> None:
    encoding = {"x": q("oil"), "y": q("water"), "column": n("well"), "row": n("zone")}
    reading = draw("point", encoding=encoding)
    assert reading is not None
    places = {panel.title: (panel.row, panel.column) for panel in reading.description.panels}
    assert places["lower, A"] == (1, 1) and places["upper, C"] == (2, 3)


def test_charts_side_by_side_are_panels(draw: Draw) -> None:
    parts = [
        {"title": "first", "mark": "point", "encoding": {"x": q("oil")}},
        {"title": "second", "mark": "bar", "encoding": {"x": n("well"), "y": {"aggregate": "count"}}},
    ]
    reading = draw(hconcat=parts)
    assert reading is not None
    assert [panel.title for panel in reading.description.panels] == ["first", "second"]
    assert rows(reading, "x", "y", kind="bar") == [("A", 2.0), ("B", 2.0), ("C", 2.0)]


def test_a_repeated_chart_measures_each_column(draw: Draw) -> None:
    inner = {
        "mark": "point",
        "encoding": {"x": q("year"), "y": {"field": {"repeat": "repeat"}, "type": "quantitative"}},
    }
    reading = draw(repeat=["oil", "water"], spec=inner)
    assert reading is not None
    assert [panel.axes["y"].label for panel in reading.description.panels] == ["oil", "water"]
    last = reading.description.panels[1].series[0]
    assert reading.table(last.id)["y"].tolist() == [row["water"] for row in WELLS]


def test_layers_share_a_panel_and_twin_axes_get_names(draw: Draw) -> None:
    layers = [
        {"mark": "bar", "encoding": {"x": n("well"), "y": q("oil", aggregate="sum", title="Oil, m³")}},
        {"mark": "line", "encoding": {"x": n("well"), "y": q("water", aggregate="sum", title="Water, %")}},
    ]
    reading = draw(layer=layers, resolve={"scale": {"y": "independent"}})
    panel, line = series(reading, "line")
    assert line.y == "y2" and panel.axes["y2"].label == "Water, %" and panel.axes["y2"].unit == "%"
    assert rows(reading, "x", "y", kind="line") == [("A", 4.0), ("B", 12.0), ("C", 9.5)]


def test_a_rule_across_the_panel_is_a_reference(draw: Draw) -> None:
    layers = [
        {"mark": "point", "encoding": {"x": q("oil"), "y": q("water")}},
        {"mark": "rule", "encoding": {"y": {"datum": 4.25}}},
        {"mark": "rule", "encoding": {"x": q("oil", aggregate="max")}},
    ]
    panel, _one = series(draw(layer=layers), "scatter")
    assert [(r.axis, r.value) for r in panel.references] == [("y", 4.25), ("x", 20.5)]


def test_a_band_behind_is_a_span(draw: Draw) -> None:
    band = {
        "data": {"values": [{"from": 2, "to": 5}]},
        "mark": "rect",
        "encoding": {"x": q("from"), "x2": {"field": "to"}},
    }
    panel, _one = series(
        draw(layer=[band, {"mark": "point", "encoding": {"x": q("oil"), "y": q("water")}}]), "scatter"
    )
    assert [(r.axis, r.value, r.end) for r in panel.references] == [("x", 2.0, 5.0)]


def test_texts_are_notes_at_their_places(draw: Draw) -> None:
    label = {"data": {"values": [{"a": 3, "b": 4, "s": "breakthrough"}]}, "mark": "text"}
    label["encoding"] = {"x": q("a"), "y": q("b"), "text": n("s")}
    panel, _one = series(
        draw(layer=[{"mark": "point", "encoding": {"x": q("oil"), "y": q("water")}}, label]), "scatter"
    )
    assert [(note.text, note.x, note.y) for note in panel.notes] == [("breakthrough", 3.0, 4.0)]


def test_a_box_plot_is_its_five_numbers(draw: Draw) -> None:
    values = [1, 2, 3, 4, 5, 6, 7, 8, 30]
    data = [{"k": "a", "v": value} for value in values]
    reading = draw("boxplot", data, encoding={"x": n("k"), "y": q("v")})
    assert rows(reading, "x", "low", "q1", "median", "q3", "high", kind="box") == [
        ("a", 1.0, 3.0, 5.0, 7.0, 8.0)
    ]
    assert rows(reading, "x", "y", kind="scatter") == [("a", 30.0)]


def test_error_bars_have_ends_and_the_value_of_the_point_between(draw: Draw) -> None:
    data = [{"k": "a", "v": 2, "e": 0.5}, {"k": "b", "v": 5, "e": 1}]
    bars = {"mark": "errorbar", "encoding": {"x": n("k"), "y": q("v"), "yError": {"field": "e"}}}
    points = {"mark": "point", "encoding": {"x": n("k"), "y": q("v")}}
    reading = draw(data=data, layer=[bars, points])
    assert rows(reading, "x", "y", "low", "high", kind="errorbar") == [
        ("a", 2.0, 1.5, 2.5),
        ("b", 5.0, 4.0, 6.0),
    ]


def test_an_error_band_is_a_band(draw: Draw) -> None:
    data = [{"x": 1, "v": 2, "u": 4}, {"x": 2, "v": 5, "u": 6}]
    reading = draw("errorband", data, encoding={"x": q("x"), "y": q("v"), "y2": {"field": "u"}})
    assert rows(reading, "x", "low", "high", kind="band") == [(1.0, 2.0, 4.0), (2.0, 5.0, 6.0)]


def test_a_heat_map_has_a_number_for_each_cell(draw: Draw) -> None:
    reading = draw("rect", encoding={"x": n("well"), "y": n("zone"), "color": q("oil", title="Oil")})
    expected = sorted((row["well"], row["zone"], float(f"{row['oil']:.6g}")) for row in WELLS)
    assert rows(reading, "x", "y", "z", kind="heatmap") == expected
    assert series(reading)[0].axes["color"].label == "Oil"


def test_a_pie_names_its_slices(draw: Draw) -> None:
    data = [{"k": "oil", "v": 5}, {"k": "gas", "v": 3.5}]
    reading = draw("arc", data, encoding={"theta": q("v"), "color": n("k")})
    _panel, one = series(reading, "pie")
    assert dict(zip(one.names, one.values["y"], strict=True)) == {"oil": 5, "gas": 3.5}


def test_stacked_areas_are_lengths_over_a_base(draw: Draw) -> None:
    data = [{"x": x, "k": k, "v": x + (k == "b")} for x in (1, 2) for k in "ab"]
    reading = draw("area", data, encoding={"x": q("x"), "y": q("v"), "color": n("k")})
    assert rows(reading, "x", "y", label="a") == [(1.0, 1.0), (2.0, 2.0)]
    assert rows(reading, "x", "y", label="b") == [(1.0, 2.0), (2.0, 3.0)]


def test_bars_between_dates_are_bands(draw: Draw) -> None:
    data = [{"task": "drill", "from": "2021-02-01", "to": "2021-03-15"}]
    encoding = {"y": n("task"), "x": t("from"), "x2": {"field": "to"}}
    assert rows(draw("bar", data, encoding=encoding), "y", "low", "high") == [
        ("drill", "2021-02-01", "2021-03-15")
    ]


def test_log_scales_and_turned_axes_are_told(draw: Draw) -> None:
    encoding = {
        "x": q("oil", scale={"type": "log"}),
        "y": q("water", scale={"reverse": True, "domain": [0, 10]}),
    }
    panel, _one = series(draw("point", encoding=encoding))
    assert panel.axes["x"].scale == "log"
    assert panel.axes["y"].inverted and panel.axes["y"].range == (0.0, 10.0)
    assert not panel.axes["x"].inverted


def test_the_drawn_titles_are_read(draw: Draw) -> None:
    reading = draw(
        "point", encoding={"x": q("oil", title="Дебит, м³/сут"), "y": q("water")}, title="Скважины"
    )
    panel, _one = series(reading)
    assert reading is not None and reading.description.title == "Скважины"
    assert (panel.axes["x"].label, panel.axes["x"].unit) == ("Дебит, м³/сут", "м³/сут")


def test_sizes_and_colours_that_mean_numbers_are_columns(draw: Draw) -> None:
    reading = draw("point", encoding={"x": q("oil"), "y": q("water"), "size": q("year"), "color": q("water")})
    assert column(reading, "z") == [row["water"] for row in WELLS]
    assert column(reading, "size") == [row["year"] for row in WELLS]


def test_filters_and_calculations_count(draw: Draw) -> None:
    steps = [{"filter": "datum.oil > 5"}, {"calculate": "datum.oil * 2", "as": "twice"}]
    reading = draw("point", encoding={"x": n("well"), "y": q("twice")}, transform=steps)
    assert rows(reading, "x", "y") == [("A", 20.2469), ("A", 41.0), ("B", 14.5), ("C", 11.0)]


def test_lines_that_run_down_are_measured_along_y(draw: Draw) -> None:
    data = [{"depth": 2000 + i, "gr": value} for i, value in enumerate((40, 80, 60))]
    encoding = {
        "x": q("gr"),
        "y": q("depth", scale={"zero": False, "reverse": True}),
        "order": {"field": "depth"},
    }
    panel, one = series(draw({"type": "line", "orient": "vertical"}, data, encoding=encoding))
    assert panel.axes["y"].inverted and one.n == 3


def test_columns_with_odd_names_are_found(draw: Draw) -> None:
    data = [{"a b": 1, "c.d": 2, "e:f": "x"}]
    reading = draw("point", data, encoding={"x": q("a b"), "y": q("c\\.d"), "color": n("e:f")})
    assert rows(reading, "x", "y", label="x") == [(1.0, 2.0)]


def test_marks_nobody_sees_are_not_read(draw: Draw) -> None:
    layers = [
        {"mark": "line", "encoding": {"x": q("year"), "y": q("oil", aggregate="sum")}},
        {"mark": {"type": "point", "opacity": 0}, "encoding": {"x": q("year"), "y": q("oil")}},
    ]
    assert series(draw(layer=layers))[1].kind == "line"


def test_a_layer_that_waits_for_a_selection_is_read_once(draw: Draw) -> None:
    area = {"mark": "area", "encoding": {"x": q("year"), "y": q("oil", aggregate="sum")}}
    chosen = {**area, "transform": [{"filter": {"param": "brush"}}]}
    waiting = {**area, "params": [{"name": "brush", "select": {"type": "interval", "encodings": ["x"]}}]}
    assert rows(draw(layer=[waiting, chosen]), "x", "y", kind="area") == [(2020.0, 22.8735), (2021.0, 26.5)]


def test_brushes_are_not_data(draw: Draw) -> None:
    brush = [{"name": "brush", "select": "interval"}]
    assert series(draw("point", encoding={"x": q("oil"), "y": q("water")}, params=brush))[1].n == len(WELLS)


def test_a_map_has_its_places_in_degrees(draw: Draw) -> None:
    data = [{"lon": 55.97, "lat": 54.73}, {"lon": 37.6, "lat": 55.75}]
    encoding = {"longitude": q("lon"), "latitude": q("lat")}
    reading = draw("circle", data, encoding=encoding, projection={"type": "mercator"})
    assert rows(reading, "x", "y") == [(37.6, 55.75), (55.97, 54.73)]


def test_a_vega_specification_is_read_too(engine: VegaRuntime) -> None:
    spec = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": 100,
        "height": 100,
        "data": [{"name": "t", "values": [{"k": "a", "v": 3}, {"k": "b", "v": 4}]}],
        "scales": [
            {"name": "h", "type": "band", "domain": {"data": "t", "field": "k"}, "range": "width"},
            {"name": "v", "domain": {"data": "t", "field": "v"}, "range": "height", "zero": True},
        ],
        "axes": [{"orient": "bottom", "scale": "h"}, {"orient": "left", "scale": "v", "title": "Value"}],
        "marks": [
            {
                "type": "rect",
                "from": {"data": "t"},
                "encode": {
                    "update": {
                        "x": {"scale": "h", "field": "k"},
                        "width": {"scale": "h", "band": 1},
                        "y": {"scale": "v", "field": "v"},
                        "y2": {"scale": "v", "value": 0},
                    }
                },
            }
        ],
    }
    reading = read_vega(spec, engine=engine)
    assert rows(reading, "x", "y", kind="bar") == [("a", 3.0), ("b", 4.0)]
    assert series(reading)[0].axes["y"].label == "Value"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/a.csv", "file:///etc/passwd", "/etc/passwd", "../a.csv", "a.csv"]
)
def test_nothing_is_fetched(engine: VegaRuntime, url: str) -> None:
    spec = {"data": {"url": url}, "mark": "point", "encoding": {"x": {"field": "a"}}}
    with pytest.raises(InvalidRequest, match="nothing is fetched") as refused:
        read_vega(spec, engine=engine)
    assert refused.value.next_step


def test_files_come_from_the_folders_a_caller_names_and_no_other(engine: VegaRuntime, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("a,b\n1,2\n3,4\n")
    (tmp_path / "out.csv").write_text("a,b\n9,9\n")
    spec = {"data": {"url": "a.csv"}, "mark": "point", "encoding": {"x": q("a"), "y": q("b")}}
    assert rows(read_vega(spec, folders=[tmp_path / "in"], engine=engine), "x", "y") == [
        (1.0, 2.0),
        (3.0, 4.0),
    ]
    with pytest.raises(InvalidRequest):
        read_vega({**spec, "data": {"url": "../out.csv"}}, folders=[tmp_path / "in"], engine=engine)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"mark": 5},
        {"data": [1], "mark": "bar"},
        {"$schema": "https://vega.github.io/schema/vega/v6.json", "signals": 3},
    ],
)
def test_what_is_no_chart_is_a_sentence_or_nothing(engine: VegaRuntime, spec: dict[str, Any]) -> None:
    try:
        assert read_vega(spec, engine=engine) is None
    except InvalidRequest as error:
        assert error.message and error.next_step


@pytest.mark.parametrize(
    "hostile",
    [
        {"data": {"sequence": {"start": 0, "stop": 3e7}}},
        {
            "data": {"values": [{"a": "a" * 40 + "!"}]},
            "transform": [{"filter": "test(regexp('^(a+)+$'), datum.a)"}],
        },
    ],
)
def test_a_chart_without_end_is_stopped_and_the_next_one_is_read(hostile: dict[str, Any]) -> None:
    engine = VegaRuntime(deadline=1.0)
    try:
        point = {"mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}
        assert read_vega({**point, "data": {"values": [{"a": 1}]}}, engine=engine) is not None
        with pytest.raises(InvalidRequest, match=r"stopped|memory"):
            read_vega({**point, "encoding": {"x": {"field": "data"}}, **hostile}, engine=engine)
        assert read_vega({**point, "data": {"values": [{"a": 1}]}}, engine=engine) is not None
    finally:
        engine.close()


def test_a_worker_that_has_gone_is_replaced(engine: VegaRuntime, draw: Draw) -> None:
    assert draw("point", encoding={"x": q("oil")}) is not None
    process = engine._process
    assert process is not None
    process.kill()
    process.wait()
    assert draw("point", encoding={"x": q("oil")}) is not None
