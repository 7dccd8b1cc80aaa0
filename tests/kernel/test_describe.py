"""Values as text: whole where small, summarised where large, never cut without saying so."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from rusoil_jupyter_kernel.describe import MAX_ITEMS, describe


def test_a_frame_is_its_schema_and_its_head() -> None:
    frame = pd.DataFrame({"depth": range(100), "gr": [None, *map(float, range(99))]})
    text = describe(frame)
    assert "100 rows and 2 columns" in text
    assert "- depth: int64, 0 missing" in text
    assert "- gr: float64, 1 missing" in text
    assert "… 95 more rows not shown" in text
    assert "\n4 " in text and "\n5 " not in text


def test_a_wide_frame_says_how_many_columns_are_left_out() -> None:
    text = describe(pd.DataFrame([range(80)]))
    assert "… 30 more columns not shown" in text and "- 49:" in text and "- 50:" not in text


def test_frames_with_odd_labels() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 1)]))
    assert "('a', 1): int64" in describe(frame)
    assert "0 rows and 0 columns" in describe(pd.DataFrame())


def test_a_series_is_summarised() -> None:
    text = describe(pd.Series([1.0, 2.0, None] + [3.0] * 7, name="porosity"))
    assert "'porosity' of 10 values, dtype float64, 1 missing" in text
    assert "min 1, max 3, mean 2.66667" in text
    assert "… 5 more values not shown" in text


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(["a", None]),
        pd.Series(pd.date_range("2024", periods=3)),
        pd.Series([1, None], dtype="Int64"),
    ],
)
def test_series_of_any_kind(series: pd.Series) -> None:
    assert describe(series).startswith("Series None of")


def test_an_array_is_summarised() -> None:
    text = describe(np.arange(1000.0).reshape(10, 100))
    assert "shape (10, 100), dtype float64" in text
    assert "min 0, max 999, mean 499.5" in text
    assert "… 990 more values not shown" in text


@pytest.mark.parametrize(
    "array",
    [np.array(3), np.array([]), np.array([np.nan]), np.array([{"a": 1}], dtype=object), np.array([1j, True])],
)
def test_arrays_of_any_kind(array: np.ndarray) -> None:
    assert describe(array).startswith("numpy array of shape")


def test_a_long_list_says_what_is_left_out() -> None:
    text = describe(list(range(145)))
    assert text.startswith("list of 145 items:")
    assert f"… {145 - MAX_ITEMS} more items not shown" in text


def test_a_large_dict_is_cut_by_size_and_says_so() -> None:
    text = describe({key: "x" * 5000 for key in range(30)})
    assert "more characters not shown" in text and "more items not shown" in text
    assert len(text) < 12_000


def test_small_things_are_whole() -> None:
    assert describe("x" * 100_000) == "x" * 100_000
    assert describe({"b": 1, "a": [2]}) == "{'b': 1, 'a': [2]}"
    assert describe(frozenset({1})) == "frozenset({1})"
    assert describe(2.5) == "2.5"


def test_a_function_is_its_source() -> None:
    assert describe(test_small_things_are_whole).startswith("def test_small_things_are_whole")
    assert describe(len) == "<built-in function len>"


def test_pandas_and_numpy_are_never_imported() -> None:
    code = (
        "import sys; from rusoil_jupyter_kernel.describe import describe; describe([1]);"
        "assert not {'pandas', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_long_key_is_cut_and_says_so() -> None:
    text = describe({"x" * 1_000_000: 1})
    assert len(text) < 1000 and "more characters not shown" in text
