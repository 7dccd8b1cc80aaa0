"""Numbers that looked right and were of something else: what is counted, measured, or set against what."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.figures.words.grammar import understood
from tests.core.figures.words.grammar_asked import told
from tests.core.figures.words.test_told_apart import reading


def _figure(axes, **arrays) -> FigureDescription:
    """A figure of series by their kinds: of boxes and bars one, of clouds perhaps a line, too."""
    series = tuple(Series(id=kind, kind=kind) for kind in arrays)  # type: ignore[arg-type]
    return reading(Panel(id="p", axes=axes, series=series), arrays).description


def _names(*names: str) -> Axis:
    return Axis(kind="category", categories=names)


def injected() -> FigureDescription:
    """Months since the start, from zero."""
    axes = {"x": Axis(label="Месяц закачки"), "y": Axis(label="Приёмистость, м³/сут", unit="м³/сут")}
    return _figure(axes, line={"x": np.arange(25.0), "y": 90 / (1 + np.arange(25.0) / 20)})


def fitted() -> FigureDescription:
    """A cloud with the line fitted through it."""
    axes = {"x": Axis(label="Hours of sun"), "y": Axis(label="Yield, kg", unit="kg")}
    x = np.array([2.5, 4.1, 6.3, 7.7, 9.2])
    line = np.linspace(2.5, 9.2, 40)
    return _figure(axes, scatter={"x": x, "y": 3 * x + 1}, line={"x": line, "y": 3 * line})


def marked() -> FigureDescription:
    """A line with some of its points set apart."""
    axes = {"x": Axis(label="Sun"), "y": Axis(label="Yield, kg", unit="kg")}
    x = np.arange(9.0)
    return _figure(axes, line={"x": x, "y": x}, scatter={"x": x[6:], "y": x[6:]})


def boxes() -> FigureDescription:
    axes = {"x": _names("Oak", "Elm", "Ash"), "y": Axis(label="Height, m", unit="m")}
    rows = np.arange(3.0)
    columns = {name: rows + n for n, name in enumerate(("low", "q1", "median", "q3", "high"))}
    return _figure(axes, box={"x": rows, **columns})


def funnel() -> FigureDescription:
    axes = {"x": _names("Letters", "Calls", "Meetings", "Contracts"), "y": Axis(label="Clients")}
    return _figure(axes, bar={"x": np.arange(4.0), "y": np.array([900.0, 400, 150, 40])})


def hotels() -> FigureDescription:
    axes = {"x": Axis(label="Номеров в отеле"), "y": Axis(label="Цена ночи, руб.", unit="руб.")}
    x = np.array([20.0, 90, 150, 310, 420])
    return _figure(axes, scatter={"x": x, "y": 900 + 7 * x})


def spent() -> FigureDescription:
    """An axis whose label is but its unit."""
    axes = {"x": Axis(label="Year"), "y": Axis(label="mln $")}
    series = tuple(Series(id=name, kind="line", label=name) for name in ("Outlay", "Income"))
    years = {"x": np.arange(2020.0, 2028), "y": np.arange(3.0, 11)}
    panel = Panel(id="p", axes=axes, series=series)
    return reading(panel, {"Outlay": years, "Income": years}).description


def daily() -> FigureDescription:
    days = [(date(2024, 5, 1) + timedelta(n)).isoformat() for n in range(20)]
    axes = {"x": Axis(label="Дата", kind="date"), "y": Axis(label="Уровень, см", unit="см")}
    line = Series(id="line", kind="line", n=20, values={"x": tuple(days), "y": tuple(map(float, range(20)))})
    return FigureDescription(panels=(Panel(id="p", axes=axes, series=(line,)),))


FIRST = "first.name=last first.of.series=line first.of.places.start={0} first.of.places.end={1} "
SECOND = "second.name=first second.of.series=line second.of.places.start={0} second.of.places.end={1} "


@pytest.mark.parametrize(
    ("chart", "question", "expected"),
    [
        (
            injected,
            "на сколько процентов снизилась приёмистость за первые 6 месяцев",
            f"comparison {FIRST}{SECOND}asks=percent claim=fall".format(0.0, 6.0),
        ),
        (
            injected,
            "на сколько упала приёмистость за последние 5 месяцев",
            f"comparison {FIRST}{SECOND}claim=fall".format(19.0, 24.0),
        ),
        (
            fitted,
            "how many points are above 20 kg",
            "statistic name=count of.series=scatter of.where.relation=above of.where.level=20.0",
        ),
        (
            boxes,
            "Which tree has the lowest median and which the highest?",
            "several parts0.which=minimum parts0.of.series=box parts0.of.column=median parts0.asks=place "
            "parts1.which=maximum parts1.of.series=box parts1.of.column=median parts1.asks=place",
        ),
        (
            hotels,
            "сколько точек, где больше 100 номеров",
            "statistic name=count of.series=scatter of.places.start=100.0 of.places.without=start",
        ),
        (
            spent,
            "in which years is outlay above 7 million",
            "which of.series=Outlay of.where.relation=above of.where.level=7.0",
        ),
        (
            daily,
            "сколько суточных замеров больше 7",
            "statistic name=count of.series=line of.where.relation=above of.where.level=7.0",
        ),
        (
            daily,
            "how many daily readings are below 5",
            "statistic name=count of.series=line of.where.relation=below of.where.level=5.0",
        ),
    ],
)
def test_it_is_what_is_asked(chart, question, expected):
    made = understood(question, chart())
    assert made.query is not None, made.left
    assert told(made.query) == expected


@pytest.mark.parametrize(
    ("chart", "question"),
    [
        (injected, "на сколько упала приёмистость за второй месяц"),
        (marked, "how many points are above 2"),
        (boxes, "Which tree has the highest median and the minimum?"),
        (funnel, "What percentage of calls becomes contracts?"),
        (funnel, "What share of letters is meetings?"),
        (hotels, "сколько точек, где цена больше 100 номеров"),
        (daily, "сколько часовых замеров больше 7"),
        (daily, "how many weekly readings are below 5"),
    ],
)
def test_or_it_is_not_answered(chart, question):
    assert understood(question, chart()).query is None
