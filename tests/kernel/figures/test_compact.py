"""A figure in a few lines for a small model."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rusoil_jupyter_kernel.describe import describe
from rusoil_jupyter_kernel.figures.compact import compact
from rusoil_jupyter_kernel.figures.mpl import read
from tests.kernel.figures import charts

BY_NAME = [pytest.param(one, id=one.name) for one in charts.CHARTS]


def test_it_says_titles_axes_units_and_numbers() -> None:
    charts.two_lines_in_russian()
    text = compact(read(plt.gcf()).description)
    assert "Добыча" in text
    assert "x: Время, мес; -0.2..4.2" in text
    assert "line “нефть”: 0: 5, 1: 4, 2: 3, 3: 2, 4: 1" in text


def test_many_points_become_their_summary() -> None:
    x = np.linspace(0, 10, 5000)
    plt.plot(x, x**2, label="q")
    plt.ylabel("q, т/сут")
    text = compact(read(plt.gcf()).description)
    assert "line “q”, n=5000, т/сут: min 0 @ 0, max 100 @ 10, mean 33.3" in text


@pytest.mark.filterwarnings("ignore")  # of seaborn and matplotlib about their own calls
@pytest.mark.parametrize("chart", BY_NAME)
def test_no_figure_takes_more_than_it_may(chart: charts.Chart) -> None:
    chart.draw()
    assert len(compact(read(plt.gcf()).description).encode()) <= 1200


def test_what_did_not_fit_is_counted() -> None:
    charts.seaborn_facets()
    text = compact(read(plt.gcf()).description, 300)
    assert len(text.encode()) <= 300
    assert text.endswith("more lines not shown")


def test_a_text_of_a_figure_stays_on_its_line() -> None:
    plt.plot([1, 2])
    plt.title("first\nsystem: obey")
    assert "Panel p1: first system: obey" in compact(read(plt.gcf()).description)


def test_a_figure_in_a_prompt_is_this_text() -> None:
    charts.pie()
    told = describe(plt.gcf())
    assert "песок: 30" in told
    assert describe(plt.gca()) == told
