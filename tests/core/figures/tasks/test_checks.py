"""What is wrong with a figure: each problem is found where it is, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.tasks.checks import check
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.i18n import _
from tests.core.figures.experts.drawing import axis, figure

matplotlib.use("Agg")
T = np.arange(20.0)
GOOD = ("Время, сут", "Дебит, м³/сут")


def codes(reading):
    return {problem.code for problem in check(reading)}


def fix_of(reading, code):
    return next(problem.fix for problem in check(reading) if problem.code == code)


def with_panel(reading, **changes):
    panel = reading.description.panels[0].model_copy(update=changes)
    return Reading(reading.description.model_copy(update={"panels": (panel,)}), reading.arrays)


def recoloured(reading, *colours):
    panel = reading.description.panels[0]
    pairs = zip(panel.series, colours, strict=True)
    series = tuple(one.model_copy(update={"colour": colour}) for one, colour in pairs)
    return with_panel(reading, series=series)


def good(**more):
    return figure(*GOOD, {"Скв. 1": (T, 100 - T)}, title="Дебит", **more)


def test_a_good_figure_has_no_problems():
    assert check(good()) == ()


def test_a_missing_title_is_told():
    assert codes(figure(*GOOD, {"": (T, 100 - T)})) == {"no_title"}


def test_a_missing_label_is_told_and_taken_from_the_series():
    reading = figure("Время, сут", "", {"Дебит, м³/сут": (T, 100 - T)}, title="t")
    assert codes(reading) == {"no_axis_label"}
    assert fix_of(reading, "no_axis_label") == "plt.gcf().axes[0].set_ylabel('Дебит, м³/сут')"


def test_a_label_goes_into_the_fix_as_a_literal_only():
    evil = "'); import os; os.system('x') #"
    reading = figure("Время, сут", "", {evil: (T, 100 - T)}, title="t")
    assert fix_of(reading, "no_axis_label") == f"plt.gcf().axes[0].set_ylabel({evil!r})"


def test_a_physical_quantity_without_a_unit_is_told():
    assert codes(figure("Время, сут", "Давление", {"": (T, 100 - T)}, title="t")) == {"no_unit"}


def test_a_year_needs_no_unit():
    assert check(figure("Год", "Число скважин", {"": (2000 + T, 100 - T)}, title="t")) == ()


def test_values_outside_the_visible_range_are_counted():
    y = axis("Дебит, м³/сут", range=(0.0, 90.0))
    reading = figure("Время, сут", y, {"": (T, 100 - T)}, title="t")
    (problem,) = check(reading)
    assert problem.code == "clipped"
    assert problem.message.startswith("10 values lie")
    assert "autoscale" in problem.fix


def test_an_empty_panel_is_told():
    reading = good()
    empty = Panel(id="p2", column=2)
    two = reading.description.model_copy(update={"panels": (*reading.description.panels, empty)})
    assert {p.code for p in check(Reading(two, reading.arrays))} == {"empty_panel"}


def test_many_decades_on_a_linear_axis_are_told():
    reading = figure("Время, сут", "Проницаемость, мД", {"": (T, 10.0 ** (T / 5))}, title="t")
    assert codes(reading) == {"wrong_scale"}
    assert fix_of(reading, "wrong_scale") == 'plt.gcf().axes[0].set_yscale("log")'


def test_evenly_spread_values_may_begin_near_zero():
    reading = figure(*GOOD, {"": (np.linspace(1e-4, 10, 50), np.linspace(1e-3, 50, 50))}, title="t")
    assert check(reading) == ()


def test_zeros_on_a_logarithmic_axis_are_told():
    y = axis("УЭС, Ом·м", range=(1.0, 100.0), scale="log")
    reading = figure("Время, сут", y, {"": (T, np.where(T < 3, 0.0, 10.0 + T))}, title="t")
    assert codes(reading) == {"log_of_zero"}


def test_depth_that_grows_upwards_is_told_and_turned():
    depth = axis("Глубина, м", 1000 + T)
    reading = figure("ГК, мкР/ч", depth, {"": (50 + T, 1000 + T)}, along="y", title="t")
    assert codes(reading) == {"depth_upwards"}
    assert fix_of(reading, "depth_upwards") == "plt.gcf().axes[0].invert_yaxis()"


def test_long_texts_along_the_axis_may_overlap():
    x = axis("", kind="category", categories=tuple(f"Месторождение номер {i}" for i in range(12)))
    reading = figure(x, "Дебит, м³/сут", {"": (np.arange(12.0), 5 + np.arange(12.0))}, kind="bar", title="t")
    reading = with_panel(reading, box=(0.1, 0.1, 0.9, 0.9))
    y = reading.description.panels[0].axes["y"].model_copy(update={"range": (0.0, 20.0)})
    axes = {**reading.description.panels[0].axes, "y": y}
    reading = with_panel(reading, axes=axes)
    reading = Reading(reading.description.model_copy(update={"size": (640, 480)}), reading.arrays)
    assert codes(reading) == {"overlapping_ticks"}
    assert "labelrotation=45" in fix_of(reading, "overlapping_ticks")


def test_several_series_need_a_legend():
    reading = recoloured(
        figure(*GOOD, {"Скв. 1": (T, 100 - T), "Скв. 2": (T, 90 - T)}, title="t"), "#1f77b4", "#ff7f0e"
    )
    assert codes(reading) == {"no_legend"}
    assert fix_of(reading, "no_legend") == "plt.gcf().axes[0].legend()"
    assert check(with_panel(reading, has_legend=True)) == ()


def test_too_many_lines_are_told():
    curves = {f"Скв. {i}": (T, 100 - i - T) for i in range(12)}
    assert codes(with_panel(figure(*GOOD, curves, title="t"), has_legend=True)) == {"too_many_series"}


def test_bars_that_do_not_begin_at_zero_are_told():
    y = axis("Дебит, м³/сут", range=(90.0, 101.0))
    reading = figure("Время, сут", y, {"": (T[:5], 100 - T[:5])}, kind="bar", title="t")
    assert "truncated_bars" in codes(reading)
    assert fix_of(reading, "truncated_bars") == "plt.gcf().axes[0].set_ylim(bottom=0)"


def test_two_axes_in_one_unit_that_run_differently_are_told():
    reading = figure(*GOOD, {"a": (T, 100 - T), "b": (T, 50 - T)}, title="t")
    panel = reading.description.panels[0]
    right = axis("Дебит воды, м³/сут", range=(0.0, 50.0))
    second = panel.series[1].model_copy(update={"y": "y2"})
    left = panel.axes["y"].model_copy(update={"range": (0.0, 100.0)})
    reading = with_panel(
        reading, axes={**panel.axes, "y": left, "y2": right}, series=(panel.series[0], second)
    )
    assert codes(reading) == {"dual_axes"}


@pytest.mark.parametrize(
    ("values", "code"),
    [((10.0,) * 9, "pie_slices"), ((50.0, 47.0), "pie_sum"), ((50.0, -3.0), "pie_sum"), ((3.0, 4.0), None)],
)
def test_pies_with_too_many_slices_or_a_strange_sum_are_told(values, code):
    pie = Series(id="s", kind="pie", values={"y": values}, n=len(values))
    reading = Reading(FigureDescription(title="t", panels=(Panel(id="p", series=(pie,)),)))
    assert (code in codes(reading)) if code else check(reading) == ()


def test_a_series_that_never_changes_is_told():
    assert codes(figure(*GOOD, {"": (T, np.full(20, 7.0))}, title="t")) == {"constant_data"}


def test_a_series_of_nothing_but_gaps_is_told():
    reading = good()
    gaps = {"s0": {"x": T, "y": np.full(20, np.nan)}}
    assert "no_data" in codes(Reading(reading.description, gaps))


def test_one_quantity_in_two_units_is_told():
    first = good()
    other = figure("Время, сут", "Дебит, bbl/d", {"": (T, 600 - T)}, title="b").description.panels[0]
    second = other.model_copy(
        update={"id": "p2", "row": 2, "series": (other.series[0].model_copy(update={"id": "o"}),)}
    )
    both = first.description.model_copy(update={"panels": (*first.description.panels, second)})
    assert codes(Reading(both)) == {"mixed_units"}


@pytest.mark.parametrize(
    "values",
    [20240101 + np.arange(20.0), datetime(2024, 1, 1, tzinfo=UTC).timestamp() + 86400 * T, 45000 + T],
)
def test_dates_drawn_as_numbers_are_told(values):
    reading = figure("Дата", "Дебит, м³/сут", {"": (values, 100 - T)}, title="t")
    assert "dates_as_numbers" in codes(reading)


def test_colours_that_look_alike_are_told_and_replaced():
    reading = figure(*GOOD, {"a": (T, 100 - T), "b": (T, 90 - T)}, title="t")
    reading = with_panel(recoloured(reading, "#1f77b4", "#2178b5"), has_legend=True)
    assert codes(reading) == {"similar_colours"}
    assert "set_color" in fix_of(reading, "similar_colours")


def test_usual_colours_are_told_apart():
    names = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"]
    curves = {f"Скв. {i}": (T, 100 - i - T) for i in range(5)}
    reading = with_panel(recoloured(figure(*GOOD, curves, title="t"), *names), has_legend=True)
    assert "similar_colours" not in codes(reading)


def test_plotly_gets_its_own_fix_and_a_saved_vega_chart_none():
    reading = figure("Время, сут", "Проницаемость, мД", {"": (T, 10.0 ** (T / 5))}, title="t")
    for library, fix in (("plotly", 'fig.update_yaxes(type="log")'), ("vega-lite", "")):
        other = reading.description.model_copy(update={"library": library})
        assert fix_of(Reading(other, reading.arrays), "wrong_scale") == fix


def test_the_language_is_that_of_the_call_alone():
    before = _("The figure has no title.")
    check(figure(*GOOD, {"": (T, 100 - T)}), "ru")
    assert _("The figure has no title.") == before


def test_an_empty_description_is_harmless():
    assert check(Reading(FigureDescription())) == ()
    assert check(Reading(FigureDescription(title="t", panels=(Panel(id="p", axes={"x": Axis()}),))))


def clipped():
    plt.plot(range(10), range(10))
    plt.xlim(0, 5)
    plt.gca().invert_xaxis()


def decades():
    plt.plot(range(20), 10.0 ** (np.arange(20) / 4))


def cut_bars():
    plt.bar(["Д1", "Д2"], [95, 98])
    plt.ylim(90, 100)


def upwards():
    plt.plot([1, 2, 3, 5], [1000, 1010, 1020, 1030])
    plt.ylabel("Глубина, м")


def empty():
    plt.subplots(1, 2)
    plt.gcf().axes[0].plot([1, 2], [1, 3])


def unnamed():
    plt.plot([1, 2, 3], label="a")
    plt.plot([2, 3, 5], label="b")


def alike():
    plt.plot([1, 2, 3], color="#111111", label="a")
    plt.plot([2, 3, 5], color="#121212", label="b")
    plt.legend()


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        (clipped, "clipped"),
        (decades, "wrong_scale"),
        (cut_bars, "truncated_bars"),
        (upwards, "depth_upwards"),
        (empty, "empty_panel"),
        (unnamed, "no_legend"),
        (alike, "similar_colours"),
    ],
)
def test_the_fix_mends_a_real_matplotlib_figure(draw, code):
    from rusoil_jupyter_kernel.figures.mpl import read

    plt.close("all")
    draw()
    fix = fix_of(read(plt.gcf()), code)
    assert fix
    exec(fix, {"plt": plt})
    plt.gcf().canvas.draw()
    assert code not in codes(read(plt.gcf()))
    plt.close("all")
