"""The explorer: what it speaks and where its probe stands."""

from __future__ import annotations

import builtins
from typing import Any

import matplotlib.pyplot as plt
import pytest

from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures import explore
from tests.kernel.figures import charts

PNG = b"\x89PNG"


def test_it_has_the_picture_the_words_and_the_series() -> None:
    charts.two_lines_in_russian()
    widget = explore(plt.gcf())
    assert widget.picture.startswith(PNG)
    assert "Добыча" in widget.text
    assert [one["name"] for one in widget.series] == ["Добыча: нефть", "Добыча: вода"]
    assert widget.series[0]["points"][0][0] == "Время 0 мес; Дебит 5 м³/сут"


def test_the_probe_stands_where_the_point_is_drawn() -> None:
    for draw in (charts.one_line, charts.pandas_dates, charts.bars, charts.dates):
        plt.close("all")
        draw()
        axes = plt.gca()
        widget = explore(axes)
        if axes.lines:
            x, y = (axes.lines[0].get_xdata(orig=False)[-1], axes.lines[0].get_ydata(orig=False)[-1])
        else:
            x, y = 2, 2
        across, up = axes.transData.transform((x, y)) / (axes.figure.get_size_inches() * axes.figure.dpi)
        assert widget.series[0]["points"][-1][1:] == pytest.approx([across, 1 - up], abs=1e-3)


def test_long_series_stop_at_two_thousand_points() -> None:
    plt.plot(range(100_000))
    assert len(explore(plt.gcf()).series[0]["points"]) == 2000


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("chart", [pytest.param(one, id=one.name) for one in charts.CHARTS])
def test_every_chart_can_be_explored(chart: charts.Chart) -> None:
    chart.draw()
    widget = explore(plt.gcf())
    assert len(widget.series) == len([one for one in chart.expected if one[2]])
    for one in widget.series:
        assert all(point[0] for point in one["points"])


def test_without_anywidget_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "anywidget":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MagicError, match="pip install anywidget"):
        explore(plt.figure())


def test_without_a_figure_it_says_so() -> None:
    with pytest.raises(MagicError, match="No figure"):
        explore()
    with pytest.raises(MagicError, match="no figure that can be read"):
        explore(42)
