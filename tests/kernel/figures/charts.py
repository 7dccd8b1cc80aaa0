"""Charts of matplotlib, seaborn and pandas, each with what has to be read from it.

``expected`` lists the series as ``(kind, label, n)``. Data are made from a fixed seed; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm

Expected = list[tuple[str, str, int]]


@dataclass(frozen=True)
class Chart:
    """A chart by name: a function that draws it into the current figure."""

    name: str
    draw: Callable[[], Any]
    expected: Expected


CHARTS: list[Chart] = []


def chart(*expected: tuple[str, str, int]) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Add the function to the charts under its name."""

    def add(draw: Callable[[], Any]) -> Callable[[], Any]:
        CHARTS.append(Chart(draw.__name__, draw, list(expected)))
        return draw

    return add


def noise(seed: int = 0) -> np.random.Generator:
    """A source of numbers that are always the same."""
    return np.random.default_rng(seed)


def frame() -> pd.DataFrame:
    """200 rows in four wells and two years."""
    rng = noise()
    wells, years = np.repeat(list("abcd"), 50), np.tile(["2023", "2024"], 100)
    return pd.DataFrame({"well": wells, "year": years, "q": rng.normal(size=200), "p": rng.normal(size=200)})


def monthly(count: int = 36) -> pd.Series:
    """A series at ends of months from January 2022, largest in the last one."""
    index = pd.date_range("2022-01-31", periods=count, freq="ME")
    return pd.Series(np.arange(count) ** 1.5, index, name="q")


# --- lines ------------------------------------------------------------------------------------------


@chart(("line", "", 3))
def one_line() -> None:
    plt.plot([1, 2, 3], [3, 1, 2])


@chart(("line", "нефть", 5), ("line", "вода", 5))
def two_lines_in_russian() -> None:
    plt.plot(range(5), [5, 4, 3, 2, 1], label="нефть")
    plt.plot(range(5), [0, 1, 3, 5, 8], label="вода")
    plt.title("Добыча")
    plt.xlabel("Время, мес")
    plt.ylabel("Дебит, м³/сут")
    plt.legend()


@chart(("scatter", "m", 4))
def markers_alone() -> None:
    plt.plot([1, 2, 3, 4], [1, 4, 9, 16], "o", label="m")


@chart(("step", "s", 4))
def steps() -> None:
    plt.step([1, 2, 3, 4], [1, 4, 9, 16], where="post", label="s")


@chart(("stem", "", 4))
def stems() -> None:
    plt.stem([1, 2, 3, 4], [1, 4, 9, 16])


@chart(("line", "", 100))
def logarithms() -> None:
    plt.loglog(np.geomspace(1, 1000, 100), np.geomspace(1, 1000, 100) ** 2)


@chart(("line", "", 36))
def dates() -> None:
    series = monthly()
    plt.plot(series.index, series)


@chart(("line", "q", 36))
def pandas_dates() -> None:
    monthly().plot()


@chart(("line", "q", 4))
def pandas_uneven_dates() -> None:
    monthly().iloc[[0, 1, 5, 9]].plot()


@chart(("line", "q", 48))
def pandas_hours() -> None:
    index = pd.date_range("2024-05-01", periods=48, freq="h")
    pd.Series(np.arange(48.0), index, name="q").plot()


@chart(("line", "q", 12))
def pandas_quarters() -> None:
    index = pd.period_range("2020Q1", periods=12, freq="Q")
    pd.Series(np.arange(12.0), index, name="q").plot()


@chart(("line", "a", 36), ("line", "b (right)", 36))
def pandas_secondary_axis() -> None:
    series = monthly()
    pd.DataFrame({"a": series, "b": series * 100}).plot(secondary_y=["b"])


@chart(("line", "year = 2023", 4), ("line", "year = 2024", 4))
def lines_of_categories() -> None:
    for year, rows in frame().groupby("year"):
        means = rows.groupby("well").q.mean()
        plt.plot(means.index, means, label=f"year = {year}")
    plt.legend()


@chart(("line", "2023", 4), ("line", "2024", 4), ("band", "2023", 4), ("band", "2024", 4))
def seaborn_lines_with_bands() -> None:
    sns.lineplot(frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"])


@chart(("line", "", 6))
def gap_in_a_line() -> None:
    plt.plot(range(6), [1, 2, np.nan, np.nan, 5, 6])


@chart(("line", "", 5))
def only_nan() -> None:
    plt.plot([np.nan] * 5)


@chart(("line", "", 5))
def masked() -> None:
    plt.plot(np.ma.masked_greater(np.arange(5.0), 3))


@chart(("line", "", 2))
def infinite() -> None:
    plt.plot([0, np.inf])


@chart()
def empty_axes() -> None:
    plt.axes()


@chart()
def empty_figure() -> None:
    plt.figure()


@chart(("line", "", 50))
def a_circle() -> None:
    angle = np.linspace(0, 2 * np.pi, 50)
    plt.plot(np.cos(angle), np.sin(angle))


@chart(("line", "", 3))
def polar() -> None:
    plt.polar([0, 1, 2], [1, 2, 3])


@chart(("line", "", 20))
def line_of_many_colours() -> None:
    points = np.column_stack([np.arange(20.0), np.arange(20.0) ** 2])
    pieces = np.stack([points[:-1], points[1:]], axis=1)
    plt.gca().add_collection(LineCollection(pieces))
    plt.gca().autoscale()


@chart(("line", "a", 3))
def reference_lines() -> None:
    plt.plot([0, 5, 10], [1, 2, 3], label="a")
    plt.axhline(2.5, label="limit")
    plt.axvline(4, color="r")
    plt.axvspan(6, 8, alpha=0.2, label="pause")
    plt.axhspan(0, 1)


@chart(("bar", "", 3))
def vertical_pieces() -> None:
    plt.vlines([1, 2, 3], [0, 1, 2], [3, 4, 9])


# --- bars -------------------------------------------------------------------------------------------


@chart(("bar", "", 3))
def bars() -> None:
    plt.bar(["a", "b", "c"], [3, 5, 2])


@chart(("bar", "", 3))
def horizontal_bars() -> None:
    plt.barh(["a", "b", "c"], [3, 5, 2])


@chart(("bar", "A", 3), ("bar", "B", 3))
def grouped_bars() -> None:
    places = np.arange(3)
    plt.bar(places - 0.2, [1, 2, 3], width=0.4, label="A")
    plt.bar(places + 0.2, [4, 5, 6], width=0.4, label="B")
    plt.xticks(places, ["u", "v", "w"])
    plt.legend()


@chart(("bar", "A", 2), ("bar", "B", 2))
def stacked_bars() -> None:
    plt.bar(["u", "v"], [1, 2], label="A")
    plt.bar(["u", "v"], [3, 4], bottom=[1, 2], label="B")


@chart(("bar", "a", 2), ("bar", "b", 2))
def pandas_stacked_horizontal() -> None:
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["u", "v"]).plot.barh(stacked=True)


@chart(("bar", "q", 3))
def pandas_bars_of_years() -> None:
    pd.Series([1, 2, 3], index=[2021, 2022, 2023], name="q").plot.bar()


@chart(("bar", "", 2), ("errorbar", "", 2))
def bars_with_errors() -> None:
    plt.bar(["p", "q"], [1, 2], yerr=[0.1, 0.2])


@chart(("bar", "", 3))
def bars_with_numbers() -> None:
    plt.bar_label(plt.bar(["a", "b", "c"], [3, 5, 2]))


@chart(("bar", "", 12))
def bars_of_dates() -> None:
    series = monthly(12)
    plt.bar(series.index, series, width=20)


@chart(("bar", "", 4), ("errorbar", "", 4))
def seaborn_bars() -> None:
    sns.barplot(frame(), x="well", y="q")


@chart(("bar", "", 4), ("errorbar", "", 4))
def seaborn_bars_with_caps() -> None:
    sns.barplot(frame(), x="well", y="q", capsize=0.2)


@chart(("bar", "2023", 4), ("errorbar", "2023", 4), ("bar", "2024", 4), ("errorbar", "2024", 4))
def seaborn_bars_by_hue() -> None:
    sns.barplot(frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"])


@chart(("bar", "", 4))
def seaborn_count() -> None:
    sns.countplot(frame(), y="well")


@chart(("line", "2023", 4), ("errorbar", "2023", 4), ("line", "2024", 4), ("errorbar", "2024", 4))
def seaborn_points() -> None:
    sns.pointplot(frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"], dodge=True)


# --- distributions ----------------------------------------------------------------------------------


@chart(("histogram", "", 10))
def histogram() -> None:
    plt.hist(frame().q)


@chart(("histogram", "V", 5), ("histogram", "W", 5))
def two_histograms() -> None:
    plt.hist([frame().q, frame().p], bins=5, label=["V", "W"])


@chart(("histogram", "", 8))
def outlined_histogram() -> None:
    plt.hist(frame().q, bins=8, histtype="step")


@chart(("histogram", "", 10))
def horizontal_histogram() -> None:
    plt.hist(frame().q, orientation="horizontal")


@chart(("histogram", "s", 3))
def stairs() -> None:
    plt.stairs([1, 3, 2], [0, 1, 2, 4], label="s")


@chart(("histogram", "2023", 10), ("histogram", "2024", 10), ("line", "2023", 200), ("line", "2024", 200))
def seaborn_histogram_with_curve() -> None:
    sns.histplot(frame(), x="q", hue="year", hue_order=["2023", "2024"], kde=True, bins=10)


@chart(("area", "2023", 200), ("area", "2024", 200))
def seaborn_density() -> None:
    sns.kdeplot(frame(), x="q", hue="year", hue_order=["2023", "2024"], fill=True)


@chart(("box", "", 2), ("scatter", "outliers", 4))
def boxes() -> None:
    plt.boxplot([frame().q, frame().p], tick_labels=["Q", "P"], showmeans=True)


@chart(("box", "", 2), ("scatter", "outliers", 4))
def pandas_boxes() -> None:
    frame()[["q", "p"]].plot.box()


@chart(
    ("box", "2023", 4),
    ("box", "2024", 4),
    ("scatter", "2023, outliers", 2),
    ("scatter", "2024, outliers", 1),
)
def seaborn_boxes() -> None:
    sns.boxplot(frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"])


@chart(("box", "", 4), ("scatter", "outliers", 1))
def seaborn_horizontal_boxes() -> None:
    sns.boxplot(frame(), y="well", x="q")


@chart(("violin", "", 2))
def violins() -> None:
    plt.violinplot([frame().q, frame().p], showmedians=True)


@chart(("violin", "", 4))
def seaborn_violins() -> None:
    sns.violinplot(frame(), x="well", y="q")


@chart(("violin", "2023", 4), ("violin", "2024", 4))
def seaborn_split_violins() -> None:
    sns.violinplot(
        frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"], split=True, inner="quart"
    )


@chart(("scatter", "", 200))
def seaborn_swarm() -> None:
    sns.swarmplot(frame(), x="well", y="q", size=2)


@chart(("scatter", "2023", 100), ("scatter", "2024", 100))
def seaborn_strip() -> None:
    sns.stripplot(frame(), x="well", y="q", hue="year", hue_order=["2023", "2024"], jitter=False)


@chart(("step", "", 200))
def seaborn_steps() -> None:
    sns.ecdfplot(frame().q.iloc[:199])


# --- points -----------------------------------------------------------------------------------------


@chart(("scatter", "", 200))
def scatter_with_numbers() -> None:
    data = frame()
    plt.scatter(data.q, data.p, c=np.arange(200), s=np.arange(1, 201))
    plt.colorbar(label="Время, сут")


@chart(("scatter", "2023", 100), ("scatter", "2024", 100))
def seaborn_scatter() -> None:
    sns.scatterplot(frame(), x="q", y="p", hue="year", hue_order=["2023", "2024"])


@chart(("errorbar", "m", 3))
def error_bars() -> None:
    plt.errorbar([1, 2, 3], [4, 5, 6], yerr=0.3, fmt="o", label="m")


@chart(("scatter", "", 200), ("line", "", 100), ("band", "", 100))
def seaborn_regression() -> None:
    sns.regplot(frame(), x="q", y="p")


@chart(("vector", "", 9))
def arrows() -> None:
    x, y = np.meshgrid(range(3), range(3))
    plt.quiver(x, y, y, -x)


@chart(("hexbin", "", 46))  # 7 x 4 and 6 x 3
def hexagons() -> None:
    plt.hexbin(frame().q, frame().p, gridsize=6, mincnt=0)


# --- areas and grids --------------------------------------------------------------------------------


@chart(("area", "a", 4))
def area() -> None:
    plt.fill_between(range(4), [1, 2, 3, 1], label="a")


@chart(("band", "", 4))
def band() -> None:
    plt.fill_between(range(4), [1, 2, 3, 1], [2, 4, 5, 2])


@chart(("area", "u", 3), ("area", "w", 3))
def stacked_areas() -> None:
    plt.stackplot([1, 2, 3], [1, 2, 3], [2, 2, 2], labels=["u", "w"])


@chart(("area", "a", 3), ("area", "b", 3))
def pandas_areas() -> None:
    pd.DataFrame({"a": [1, 2, 3], "b": [3, 4, 5]}).plot.area()


@chart(("pie", "", 3))
def pie() -> None:
    plt.pie([30, 45, 75], labels=["песок", "глина", "известняк"], autopct="%.0f%%")


@chart(("pie", "", 2), ("pie", "", 3))
def rings() -> None:
    plt.pie([10, 20], radius=1, labels=["a", "b"])
    plt.pie([5, 5, 20], radius=0.6, labels=["c", "d", "e"])


@chart(("heatmap", "", 12))
def picture_of_numbers() -> None:
    plt.imshow(np.arange(12).reshape(3, 4))


@chart(("image", "", 0))
def picture_of_colours() -> None:
    plt.imshow(np.zeros((4, 4, 3)))


@chart(("heatmap", "", 12))
def mesh() -> None:
    plt.pcolormesh(np.arange(5), np.geomspace(1, 8, 4), np.arange(1, 13).reshape(3, 4), norm=LogNorm())
    plt.colorbar(label="Проницаемость, мД")


@chart(("heatmap", "", 8))
def seaborn_heat_map() -> None:
    table = pd.crosstab(frame().well, frame().year)
    sns.heatmap(table, annot=True, cbar_kws={"label": "Замеры, шт."})


@chart(("contour", "", 100))
def contours() -> None:
    x, y = np.meshgrid(np.arange(10), np.arange(10))
    plt.clabel(plt.contour(x, y, x * y))


@chart(("contour", "", 100))
def filled_contours() -> None:
    plt.contourf(np.arange(100).reshape(10, 10))


@chart(("heatmap", "", 25))
def two_dimensional_histogram() -> None:
    plt.hist2d(frame().q, frame().p, bins=5)


@chart(("surface", "", 100), ("surface", "p", 1))
def three_dimensions() -> None:
    axes = plt.figure().add_subplot(projection="3d")
    x, y = np.meshgrid(range(10), range(10))
    axes.plot_surface(x, y, x * y)
    axes.scatter([1], [2], [3], label="p")


# --- panels -----------------------------------------------------------------------------------------


@chart(("line", "", 2), ("line", "", 2), ("line", "", 2), ("line", "", 2))
def four_panels() -> None:
    _figure, grid = plt.subplots(2, 2)
    for row, axes in enumerate(grid.ravel()):
        axes.plot([0, row], [row, 0])
        axes.set_title(f"panel {row}")
    plt.suptitle("All")


@chart(("line", "q", 36), ("bar", "w", 36))
def twin_axes() -> None:
    series = monthly()
    _figure, axes = plt.subplots()
    axes.plot(series.index, series, label="q")
    axes.set_ylabel("q, т/сут")
    other = axes.twinx()
    other.bar(series.index, series**2, width=20, label="w")
    other.set_ylabel("W, %")


@chart(("line", "GR", 201), ("line", "CALI", 201), ("line", "", 201))
def well_log() -> None:
    depth = np.linspace(2000, 2100, 201)
    _figure, (left, right) = plt.subplots(1, 2, sharey=True)
    left.plot(60 + 30 * np.sin(depth / 5), depth, label="GR")
    left.set_xlabel("GR, gAPI")
    left.set_ylabel("Глубина, м")
    left.invert_yaxis()
    top = left.twiny()
    top.plot(8 + np.cos(depth / 7), depth, label="CALI")
    right.semilogx(10 ** (1 + np.sin(depth / 9)), depth)
    right.axhline(2050, label="ВНК")


@chart(*[("scatter", year, 25) for _well in range(4) for year in ("2023", "2024")])
def seaborn_facets() -> None:
    sns.relplot(frame(), x="q", y="p", col="well", hue="year", hue_order=["2023", "2024"], height=2)


@chart(("line", "", 3), ("line", "", 2))
def inset() -> None:
    _figure, axes = plt.subplots()
    axes.plot([1, 2, 3])
    axes.inset_axes((0.6, 0.6, 0.3, 0.3)).plot([5, 6])


@chart(("line", "", 3))
def notes() -> None:
    plt.plot([0, 5, 10], [0, 25, 0])
    plt.annotate("maximum", (5, 25), xytext=(6, 20), arrowprops={"arrowstyle": "->"})
    plt.text(1, 2, "начало $q_0$")
