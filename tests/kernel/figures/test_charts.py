"""Every kind of chart is read for what it is, and survives being saved."""

from __future__ import annotations

import json
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rusoil_jupyter.figures.budget import HARD_BYTES, size_of
from rusoil_jupyter.figures.values.description import GOAL_BYTES, FigureDescription
from rusoil_jupyter_kernel.figures.capture import described
from rusoil_jupyter_kernel.figures.mpl import read
from tests.kernel.figures.charts import CHARTS, Chart
from tests.kernel.figures.conftest import all_series

BY_NAME = [pytest.param(one, id=one.name) for one in CHARTS]


@pytest.fixture
def drawn(request: pytest.FixtureRequest) -> Chart:
    """The chart, drawn into the current figure."""
    one: Chart = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what seaborn has to say of matplotlib is not ours
        one.draw()
    return one


def test_there_are_sixty_charts_with_names_of_their_own() -> None:
    assert len({one.name for one in CHARTS}) == len(CHARTS) >= 60


@pytest.mark.parametrize("drawn", BY_NAME, indirect=True)
def test_a_chart_has_the_series_that_it_shows(drawn: Chart) -> None:
    found = all_series(read(plt.gcf()).description)
    assert sorted((one.kind, one.label, one.n) for one in found) == sorted(drawn.expected)


@pytest.mark.parametrize("drawn", BY_NAME, indirect=True)
def test_a_chart_survives_being_saved_in_eight_kilobytes(drawn: Chart) -> None:
    reading, entry = described(read(plt.gcf()))
    back = FigureDescription.model_validate(json.loads(json.dumps(entry)))
    assert back == reading.description
    assert size_of(back) <= HARD_BYTES
    assert json.loads(json.dumps(entry)) == entry


@pytest.mark.parametrize("drawn", BY_NAME, indirect=True)
def test_live_arrays_have_all_points_of_the_columns_that_are_saved(drawn: Chart) -> None:
    reading = read(plt.gcf())
    for one in all_series(reading.description):
        if one.n:
            live = reading.table(one.id)
            assert live.badge == "exact"
            assert set(live.columns) == set(one.values)
            assert {column.size for column in live.columns.values()} == {one.n}


def test_charts_stay_below_four_kilobytes_at_the_95th_percentile() -> None:
    sizes = []
    for one in CHARTS:
        plt.close("all")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one.draw()
        _reading, entry = described(read(plt.gcf()))
        sizes.append(len(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()))
    assert np.percentile(sizes, 95) <= GOAL_BYTES
