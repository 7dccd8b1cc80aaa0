"""What plotly and bokeh pack is read as the standard library reads it."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.figures.readers import read
from rusoil_jupyter.figures.readers.drafting import AxisDraft, coded, text_of
from rusoil_jupyter.figures.readers.packed import from_base64, is_flat, json_at


@given(st.binary())
def test_what_is_packed_comes_back(data: bytes) -> None:
    assert from_base64(base64.b64encode(data).decode()) == data


@given(st.text(alphabet="AZaz09+/-_=\n é", max_size=12))
def test_the_same_is_refused_as_the_standard_library_refuses(text: str) -> None:
    try:
        expected = base64.b64decode(text, validate=True)
    except ValueError:
        with pytest.raises(ValueError):
            from_base64(text)
    else:
        assert from_base64(text) == expected


@pytest.mark.parametrize("after", [";\nconst render_items = [];\n", ";const a = 1", "", ")\n;", " ;\n"])
def test_a_value_is_read_out_of_a_script(after: str) -> None:
    value = {"a": [1, 2.5, None, "x;\\n\n"], "b": {"c": 10**30}}
    script = f"x = {json.dumps(value)}{after}"
    assert json_at(script, 4) == value


@pytest.mark.parametrize("script", ["{broken;\n", '{"a": 1;\n', "", "[" * 100_000 + ";\n"])
def test_what_is_no_json_is_refused(script: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        json_at(script, 0)


def test_numbers_that_json_has_no_word_for_are_read() -> None:
    assert np.isnan(json_at("[NaN];\n", 0)[0])


def test_a_list_is_flat_without_lists_and_mappings() -> None:
    assert is_flat([1, "a", None, True]) and not is_flat([1, []]) and not is_flat([{}])


@given(
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["a", " a", "b", ""])))
)
def test_categories_are_placed_together_as_one_by_one(cells: list[Any]) -> None:
    together, alone = AxisDraft(), AxisDraft()
    places = together.places(cells)
    expected = [np.nan if cell is None else alone.place(cell) for cell in cells]
    assert np.array_equal(places, np.array(expected, dtype=np.float64), equal_nan=True)
    assert list(together.categories) == list(alone.categories)
    numbers, texts = coded(cells)
    assert [texts[number] for number in numbers] == [text_of(cell) for cell in cells]


def test_of_many_long_series_fewer_points_each_are_described() -> None:
    def described(count: int, length: int) -> list[int]:
        traces = [{"y": [(i * j) % 7 for i in range(length)], "mode": "markers"} for j in range(count)]
        reading = read({"application/vnd.plotly.v1+json": {"data": traces}})
        assert reading is not None and all(
            len(reading.table(f"p1s{k + 1}")["y"]) == length for k in range(count)
        )
        return [len(series.values["y"]) for series in reading.description.panels[0].series]

    assert described(2, 500) == [64, 64]
    assert set(described(100, 500)) == {8}
    assert set(described(100, 60)) == {60}


def test_reading_leaves_the_figure_as_it_is() -> None:
    figure = {
        "data": [
            {
                "type": "scatter",
                "x": ["b", None, "a"],
                "y": [1, None, 3],
                "text": ["k", "l", "m"],
                "stackgroup": "g",
            },
            {"type": "scatter", "x": ["b", "a", "c"], "y": [1, 2, 3], "stackgroup": "g"},
            {"type": "histogram", "y": [1, 2, 2, None]},
            {"type": "pie", "labels": ["b", "a"], "values": [1, 2]},
            {"type": "box", "y": [5, 1, 3]},
        ],
        "layout": {"xaxis": {"categoryorder": "category ascending"}},
    }
    before = copy.deepcopy(figure)
    assert read({"application/vnd.plotly.v1+json": figure}) is not None
    assert figure == before
