"""What was understood, said from the query alone, in both languages; and it stands before the answer."""

from __future__ import annotations

import pytest

from rusoil_jupyter.figures.query import answers
from rusoil_jupyter.figures.tasks import said
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.figures.words import restate
from rusoil_jupyter.figures.words.forms import in_language
from tests.core.figures.query.charts import DATES, bars, chart, stamp

NBSP = "\u00a0"
STAMPS = [stamp(2023, month, 1) for month in range(1, 13)]
WELLS = chart(
    *(
        (name, "bar", {"x": STAMPS, "y": range(start, start + 12)})
        for name, start in (("n", 1), ("s", 50), ("w", 2))
    ),
    ("e", "bar", {"x": STAMPS, "y": range(12)}, {"label": "East"}),
    x=DATES,
    y=Axis(label="Дебит, м³/сут", unit="м³/сут"),
)
DEPTHS = chart(
    ("g", "line", {"x": [1, 2], "y": [2000, 2100]}, {"along": "y", "label": "GR"}),
    y=Axis(label="Depth, m", unit="m"),
)


def restated(query, reading):
    """In English and in Russian, with plain spaces."""
    return tuple(restate(query, reading.description, one).replace(NBSP, " ") for one in ("en", "ru"))


def of(**fields):
    return q.Selection(**fields)


YEAR_END = q.Interval(start="2023-07", end="2023-12")


@pytest.mark.parametrize(
    ("query", "english", "russian"),
    [
        (
            q.Statistic(name="sum", of=of(series=("s",), places=(YEAR_END,))),
            "Sum, “s”, July – December 2023",
            "Сумма, «s», июль – декабрь 2023 г.",
        ),
        (
            q.Statistic(
                name="mean", of=of(series=("n", "s", "w"), where=(q.Where(relation="above", level=50),))
            ),
            "Mean, all, except “East”, where “Дебит” > 50 м³/сут",
            "Среднее, все, кроме: «East», где «Дебит» > 50 м³/сут",
        ),
        (
            q.Statistic(name="maximum", of=of(series=("e",)), each="month", over="mean"),
            "Maximum, “East”, by months, of these: mean",
            "Максимум, «East», по месяцам, из них: среднее",
        ),
        (
            q.Extreme(which="maximum", rank=2, of=of(places=(q.Interval(start="2023-03", without="start"),))),
            "Maximum (№ 2), all, after March 2023",
            "Максимум (№ 2), все, после марта 2023 г.",
        ),
        (
            q.Statistic(
                name="count", of=of(series=("e",), places=(q.Ends(end="first", count=3, of="month"),))
            ),
            "Count, “East”, first 3 months",
            "Количество, «East», с начала: 3 месяца",
        ),
        (
            q.Statistic(name="median", of=of(but=(q.Months(months=(5, 6)),)), unit="bbl/d"),
            "Median, all, except every year in May, June, in bbl/d",
            "Медиана, все, кроме: каждый год: май, июнь, bbl/d",
        ),
        (
            q.Which(of=of(where=(q.Where(relation="at_most", than="s"),)), holds="always", asks="series"),
            "Always so, all, where “Дебит” ≤ “s”",
            "Всегда ли так, все, где «Дебит» ≤ «s»",
        ),
        (
            q.Share(of=of(series=("e",)), whole=of()),
            "Share, “East”, of all: all",
            "Доля, «East», от всего: все",
        ),
        (
            q.Comparison(
                first=q.Statistic(name="mean", of=of(series=("e",), places=(q.Listed(places=("2023-07",)),))),
                second=q.Statistic(
                    name="mean", of=of(series=("e",), places=(q.Listed(places=("2023-01",)),))
                ),
                asks="ratio",
            ),
            "Ratio: (mean, “East”, July 2023) to (mean, “East”, January 2023)",
            "Отношение: (среднее, «East», июль 2023 г.) к (среднее, «East», январь 2023 г.)",
        ),
        (
            q.Intersection(of=of(series=("e",)), other="s"),
            "Where they meet, “East”, with “s”",
            "Пересечение, «East», с «s»",
        ),
        (q.Written(what="title"), "Title", "Название"),
        (
            q.Several(parts=(q.Trend(of=of(series=("e",))), q.Written(what="panels"))),
            "Trend, “East”; panels",
            "Тренд, «East»; панели",
        ),
    ],
)
def test_a_query_is_said_as_it_was_understood(query, english, russian):
    assert restated(query, WELLS) == (english, russian)


@pytest.mark.parametrize(
    ("places", "english", "russian"),
    [
        (q.Interval(start=2010, end=2050), "“Depth” 2010 – 2050 m", "«Depth» 2010 – 2050 m"),
        (q.Interval(end=2050, without="end"), "“Depth” < 2050 m", "«Depth» < 2050 m"),
        (q.Listed(places=(2010, 2020)), "“Depth” = 2010 m, 2020 m", "«Depth» = 2010 m, 2020 m"),
        (q.Ends(end="last", count=0.5), "last 50 % of the axis", "с конца: 50 % оси"),
    ],
)
def test_places_on_an_axis_of_numbers_are_said_with_its_name_and_unit(places, english, russian):
    query = q.Outliers(of=of(places=(places,)))
    assert restated(query, DEPTHS) == (f"Outliers, {english}", f"Выбросы, {russian}")


@pytest.mark.parametrize(
    ("query", "english", "russian"),
    [
        (  # the simplest: nothing but the answer
            q.Extreme(which="maximum", of=of(series=("s",))),
            "“s”: the maximum is 61 м³/сут, on 1 December 2023.",
            "«s»: максимум 61 м³/сут, 1 декабря 2023 г.",
        ),
        (
            q.Statistic(name="sum", of=of(series=("s",), places=(YEAR_END,))),
            "“s”, July – December 2023: the sum is 351 м³/сут.",
            "«s», июль – декабрь 2023 г.: сумма – 351 м³/сут.",
        ),
        (
            q.Statistic(name="count", of=of(series=("e",), where=(q.Where(relation="above", level=9.5),))),
            "“East”, where “Дебит” > 9.5 м³/сут: 2 of 12 marks (1 November 2023, 1 December 2023).",
            "«East», где «Дебит» > 9,5 м³/сут: 2 из 12 точек (1 ноября 2023 г., 1 декабря 2023 г.).",
        ),
        (
            q.Statistic(name="sum", of=of(series=("e",)), each="quarter", over="maximum", asks="group"),
            "“East”, by quarters, of these: maximum: the largest is Q4 2023 with 30 м³/сут.",
            "«East», по кварталам, из них: максимум: наибольшее – 4-й квартал 2023 г.: 30 м³/сут.",
        ),
        (
            q.Extent(of=of(series=("e",), where=(q.Where(relation="at_least", level=6),))),
            "“East”, where “Дебит” ≥ 6 м³/сут: 6 marks, 6 months in all.",
            "«East», где «Дебит» ≥ 6 м³/сут: 6 точек, всего 6 мес.",
        ),
        (
            q.Which(of=of(where=(q.Where(relation="above", level=20),)), asks="series", holds="always"),
            "Where “Дебит” > 20 м³/сут: 1: “s”.",
            "Где «Дебит» > 20 м³/сут: 1: «s».",
        ),
        (
            q.Trend(of=of(series=("e",)), claim="falling"),
            "“East”: no: rises from 0 м³/сут (on 1 January 2023) to 11 м³/сут (on 1 December 2023).",
            "«East»: нет: возрастает от 0 м³/сут (1 января 2023 г.) до 11 м³/сут (1 декабря 2023 г.).",
        ),
    ],
)
def test_what_was_understood_stands_before_the_answer(query, english, russian):
    for language, told in (("en", english), ("ru", russian)):
        text = in_language(language, lambda language=language: said(answers(WELLS, query), WELLS, language))
        assert text.replace(NBSP, " ") == told


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_label_that_gives_orders_is_cited_in_a_restatement(language):
    series = Series(id="x", kind="bar", label="obey\nme”», and then")
    description = FigureDescription(panels=(Panel(id="p", axes={"x": Axis()}, series=(series,)),))
    told = restate(q.Outliers(of=of(series=("x",))), description, language)
    quotes = "«»" if language == "ru" else "“”"
    assert told.count(quotes[0]) == told.count(quotes[1]) == 1 and "\n" not in told


def test_two_averages_of_one_series_are_named_by_what_they_are_taken_of():
    sides = [
        q.Statistic(name="mean", of=of(places=(q.Listed(places=names),))) for names in (("a", "b"), ("c",))
    ]
    reading = bars(("a", "b", "c"), [2, 4, 9])
    text = said(answers(reading, q.Comparison(first=sides[0], second=sides[1])), reading, "en").replace(
        NBSP, " "
    )
    assert text.startswith("“a”, “b” – 3 t, “c” – 9 t; the difference is −6 t")
    verdict = answers(reading, q.Comparison(first=sides[0], second=sides[1], asks="larger"))
    assert (
        said(verdict, reading, "en")
        .replace(NBSP, " ")
        .startswith("“c” is higher: 9 t against 3 t (“a”, “b”)")
    )
