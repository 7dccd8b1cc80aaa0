"""What is saved of a figure: small, honest about what was left out, and right where it was not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rusoil_jupyter.figures import sampling
from rusoil_jupyter.figures.budget import HARD_BYTES, fitted, size_of, summarised
from rusoil_jupyter.figures.values.description import (
    GOAL_BYTES,
    Axis,
    AxisName,
    Diagram,
    Edge,
    FigureDescription,
    Node,
    Note,
    Panel,
    Series,
)

AXES: dict[AxisName, Axis] = {"x": Axis(), "y": Axis()}
LINE = Series(id="s1", kind="line")
floats = st.floats(allow_nan=True, allow_infinity=True, width=64)


def wave(count: int) -> dict[str, np.ndarray]:
    x = np.linspace(0, 20, count)
    return {"x": x, "y": np.sin(x) * x}


def test_few_points_are_all_saved_without_a_summary() -> None:
    found = summarised(LINE, {"x": np.arange(3.0), "y": np.array([1, 2, 4.0])}, AXES)
    assert (found.n, found.sampled, found.stats) == (3, False, {})
    assert found.values == {"x": (0, 1, 2), "y": (1, 2, 4)}


def test_a_sample_keeps_ends_and_extremes_and_says_what_holds_for_all() -> None:
    columns = wave(10_000)
    found = summarised(LINE, columns, AXES)
    assert (found.n, found.sampled) == (10_000, True)
    assert len(found.values["x"]) <= 64
    assert (found.values["x"][0], found.values["x"][-1]) == (0, 20)
    y = columns["y"]
    assert found.stats["y"].max == pytest.approx(y.max(), rel=1e-5)
    assert found.stats["y"].max in found.values["y"]
    assert found.stats["y"].min in found.values["y"]
    assert found.stats["y"].mean == pytest.approx(y.mean(), rel=1e-5)
    assert found.stats["y"].at_max == pytest.approx(columns["x"][y.argmax()], rel=1e-5)


def test_what_is_interpolated_in_a_sample_is_off_by_less_than_a_hundredth() -> None:
    columns = wave(100_000)
    found = summarised(LINE, columns, AXES)
    x, y = (np.array(found.values[name], dtype=float) for name in ("x", "y"))
    away = np.abs(np.interp(columns["x"], x, y) - columns["y"])
    assert away.max() <= 0.01 * np.ptp(columns["y"])


def test_a_straight_line_needs_its_ends_alone() -> None:
    found = summarised(LINE, {"x": np.arange(1000.0), "y": 3 * np.arange(1000.0)}, AXES)
    assert found.values["x"] == (0, 999)


def test_one_spike_in_a_million_points_is_kept() -> None:
    y = np.zeros(1_000_000)
    y[123_456] = 1
    found = summarised(LINE, {"x": np.arange(1e6), "y": y}, AXES)
    assert 1 in found.values["y"]
    assert found.stats["y"].at_max == 123456


def test_a_gap_stays_a_gap() -> None:
    y = np.arange(1000.0) ** 2
    y[400:500] = np.nan
    found = summarised(LINE, {"x": np.arange(1000.0), "y": y}, AXES)
    assert None in found.values["y"]
    assert found.stats["y"].missing == 100


def test_a_logarithmic_axis_is_sampled_as_it_is_drawn() -> None:
    axes: dict[AxisName, Axis] = {"x": Axis(), "y": Axis(scale="log")}
    x = np.linspace(0, 10, 5000)
    y = 10 ** (np.sin(x) * 4)
    found = summarised(LINE, {"x": x, "y": y}, axes)
    kept = np.interp(x, np.array(found.values["x"], float), np.log10(np.array(found.values["y"], float)))
    assert np.abs(kept - np.log10(y)).max() < 0.1


def test_dates_and_categories_are_saved_as_texts() -> None:
    axes: dict[AxisName, Axis] = {"x": Axis(kind="date"), "y": Axis(kind="category", categories=("a", "b"))}
    found = summarised(LINE, {"x": np.array([0, 86400.0]), "y": np.array([1.0, 0.0])}, axes)
    assert found.values == {"x": ("1970-01-01", "1970-01-02"), "y": ("b", "a")}


def test_names_of_a_pie_stay_with_their_values() -> None:
    pie = Series(id="s1", kind="pie", names=tuple(f"part {row}" for row in range(200)))
    found = summarised(pie, {"y": np.arange(200.0)}, {})
    assert found.names == tuple(f"part {int(float(str(cell)))}" for cell in found.values["y"])
    assert found.stats["y"].at_max == "part 199"


def test_a_small_figure_stays_as_it_is() -> None:
    figure = FigureDescription(panels=(Panel(id="p1", axes=AXES, series=(LINE,)),))
    assert fitted(figure) is figure


def lines(count: int, points: int, panels: int = 1) -> FigureDescription:
    columns = wave(points)
    return FigureDescription(
        panels=tuple(
            Panel(
                id=f"p{panel}",
                axes=AXES,
                series=tuple(
                    summarised(
                        Series(id=f"s{panel}x{row}", kind="line", label=f"line {row}"), columns, AXES, points
                    )
                    for row in range(count)
                ),
            )
            for panel in range(panels)
        )
    )


@pytest.mark.parametrize(("count", "points"), [(1, 160), (3, 100), (8, 60)])
def test_points_are_given_up_until_it_fits(count: int, points: int) -> None:
    figure = lines(count, points)
    assert size_of(figure) > GOAL_BYTES or points == 160
    found = fitted(figure)
    assert size_of(found) <= GOAL_BYTES
    assert found.omitted == ()
    for series in found.panels[0].series:
        assert series.n == points
        assert series.sampled == (len(series.values["x"]) < points)
        assert bool(series.stats) == series.sampled


def test_a_summary_is_of_all_points_however_often_it_is_cut() -> None:
    figure = lines(6, 160)
    once = fitted(figure)
    twice = fitted(once, 2000)
    for one, other in zip(once.panels[0].series, twice.panels[0].series, strict=True):
        assert other.stats["y"].max == one.stats["y"].max
        assert other.n == one.n == 160


def test_a_figure_of_a_hundred_panels_keeps_its_bounds_and_says_what_is_missing() -> None:
    found = fitted(lines(5, 60, panels=100))
    assert size_of(found) <= HARD_BYTES
    assert found.omitted


def test_many_words_and_a_large_diagram_are_cut() -> None:
    panel = Panel(id="p1", notes=tuple(Note(text="слово " * 80) for _row in range(200)))
    nodes = tuple(Node(id=f"n{row}", label="узел " * 50) for row in range(2000))
    edges = tuple(Edge(source="n0", target=f"n{row}") for row in range(2000))
    figure = FigureDescription(title="t" * 500, panels=(panel,), diagram=Diagram(nodes=nodes, edges=edges))
    found = fitted(figure)
    assert size_of(found) <= HARD_BYTES
    assert found.omitted


def test_what_fits_is_valid() -> None:
    found = fitted(lines(5, 100, panels=10))
    assert FigureDescription.model_validate(found.to_json()) == found


@given(
    arrays.arrays(np.float64, st.integers(0, 300), elements=floats),
    arrays.arrays(np.float64, st.integers(0, 300), elements=floats),
    st.integers(2, 64),
)
def test_sampling_never_gives_more_rows_than_asked_nor_one_twice(
    x: np.ndarray, y: np.ndarray, most: int
) -> None:
    size = min(x.size, y.size)
    x, y = x[:size], y[:size]
    for rows in (sampling.curve(x, y, most), sampling.spread([x, y], most)):
        assert rows.size <= max(most, min(size, most))
        assert np.array_equal(rows, np.unique(rows))
        assert rows.size == 0 or (rows.min() >= 0 and rows.max() < size)


@given(
    st.sampled_from(["line", "bar", "scatter", "heatmap", "band", "pie"]),
    arrays.arrays(np.float64, st.integers(0, 500), elements=floats),
)
def test_any_numbers_can_be_summarised_and_saved(kind: str, values: np.ndarray) -> None:
    columns = {"x": np.arange(float(values.size)), "y": values}
    series = Series.model_validate({"id": "s1", "kind": kind})
    found = summarised(series, columns, AXES)
    figure = FigureDescription(panels=(Panel(id="p1", axes=AXES, series=(found,)),))
    small = fitted(figure)
    assert FigureDescription.model_validate(small.to_json()) == small
    assert size_of(small) <= GOAL_BYTES
