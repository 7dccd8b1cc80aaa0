"""Charts of real tables: what is drawn, and the truth about it, by pandas alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from tests.bench.figures.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Kind = Literal[
    "line", "area", "scatter", "bar", "barh", "grouped", "stacked", "hist", "box", "pie", "heatmap"
]


@dataclass(frozen=True)
class Chart:
    """One chart, whatever library draws it.

    Args:
        name: tells it from the others.
        kind: what is drawn.
        rows: the table that is drawn, columns ``x``, ``y`` and perhaps ``hue``.
        x, y: the axes' labels, as a person would write them.
        title: above the chart.
        language: of the labels, and of most questions.
        mean: the library is to average the rows of one place; the truth is the mean.
        log: the value axis is logarithmic.
        bins: the edges of a histogram.
    """

    name: str
    kind: Kind
    rows: Callable[[], pd.DataFrame]
    x: str
    y: str
    title: str
    language: Literal["en", "ru"] = "en"
    mean: bool = False
    log: bool = False
    bins: tuple[float, ...] = ()

    def drawn(self) -> pd.DataFrame:
        """The rows after averaging: the truth."""
        rows = self.rows()
        if self.mean:
            keys = [name for name in ("x", "hue") if name in rows]
            rows = rows.groupby(keys, sort=False, observed=True)["y"].mean().reset_index()
        return rows

    def series(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Each series' label (empty for the only one) and its rows."""
        rows = self.drawn()
        if "hue" not in rows:
            yield "", rows
            return
        for label, part in rows.groupby("hue", sort=False, observed=True):
            yield str(label), part


def _of(
    name: str, x: str, y: str, hue: str = "", *, where: str = "", top: int = 0
) -> Callable[[], pd.DataFrame]:
    """Columns of a table as ``x``, ``y``, ``hue``; some of its rows."""

    def rows() -> pd.DataFrame:
        frame = table(name)
        frame = frame.query(where) if where else frame
        chosen = {"x": frame[x], "y": frame[y]} | ({"hue": frame[hue]} if hue else {})
        found = pd.DataFrame(chosen).dropna().reset_index(drop=True)
        return found.head(top) if top else found

    return rows


def _grouped(
    name: str, by: str, value: str, how: str, hue: str = "", *, where: str = ""
) -> Callable[[], pd.DataFrame]:
    """A table aggregated by pandas."""

    def rows() -> pd.DataFrame:
        frame = table(name)
        frame = frame.query(where) if where else frame
        keys = [by, hue] if hue else [by]
        found = frame.groupby(keys, observed=True)[value].agg(how).reset_index()
        return found.set_axis(["x", "hue", "y"] if hue else ["x", "y"], axis=1).dropna()

    return rows


def _monthly(column: str, how: str) -> Callable[[], pd.DataFrame]:
    def rows() -> pd.DataFrame:
        months = table("weather").set_index("date")[column].resample("MS").agg(how)
        return months.rename_axis("x").rename("y").reset_index()

    return rows


def _continents(year: int, column: str, how: str) -> Callable[[], pd.DataFrame]:
    return _grouped("world", "continent", column, how, where=f"year == {year}")


def _heat() -> pd.DataFrame:
    frame = table("weather").assign(
        x=lambda f: f["date"].dt.year.astype(str), hue=lambda f: f["date"].dt.strftime("%m")
    )
    return frame.groupby(["x", "hue"])["temp_max"].mean().rename("y").reset_index()


_COUNTRIES = "country in ['Russia', 'China', 'India', 'Norway', 'Brazil', 'Japan']"
CHARTS: tuple[Chart, ...] = (
    # --- lines ---------------------------------------------------------------------------------------
    Chart("co2", "line", _of("co2", "Date", "CO2"), "Date", "CO2 concentration, ppm", "Mauna Loa"),
    Chart(
        "co2-ru",
        "line",
        _of("co2", "Date", "CO2", top=240),
        "Дата",
        "Концентрация CO2, ppm",
        "Мауна-Лоа",
        "ru",
    ),
    Chart("sp500", "line", _of("sp500", "date", "price"), "Date", "Price, USD", "S&P 500 index"),
    Chart("temp-month", "line", _monthly("temp_max", "mean"), "Month", "Maximum temperature (°C)", "Seattle"),
    Chart(
        "rain-month", "line", _monthly("precipitation", "sum"), "Месяц", "Осадки, мм", "Осадки в Сиэтле", "ru"
    ),
    Chart("stocks", "line", _of("stocks", "date", "price", "symbol"), "Date", "Price (USD)", "Stock prices"),
    Chart(
        "stocks-log",
        "line",
        _of("stocks", "date", "price", "symbol", where="symbol != 'GOOG'"),
        "Date",
        "Price (USD)",
        "Stock prices, logarithmic",
        log=True,
    ),
    Chart(
        "iowa", "line", _of("iowa", "year", "net_generation", "source"), "Year", "Net generation, GWh", "Iowa"
    ),
    Chart(
        "iowa-ru",
        "line",
        _of("iowa", "year", "net_generation", "source"),
        "Год",
        "Выработка, ГВт·ч",
        "Электроэнергия Айовы",
        "ru",
    ),
    Chart(
        "temperature",
        "line",
        _of("temperature", "year", "temp"),
        "Year",
        "Temperature anomaly, °C",
        "Global temperature",
    ),
    Chart(
        "life",
        "line",
        _of("world", "year", "lifeExp", "country", where=_COUNTRIES),
        "Year",
        "Life expectancy (years)",
        "Life expectancy",
    ),
    Chart(
        "life-ru",
        "line",
        _of("world", "year", "lifeExp", "country", where=_COUNTRIES),
        "Год",
        "Продолжительность жизни, лет",
        "Продолжительность жизни по странам",
        "ru",
    ),
    Chart(
        "gdp-log",
        "line",
        _of("world", "year", "gdpPercap", "country", where=_COUNTRIES),
        "Год",
        "ВВП на душу, долл.",
        "ВВП на душу населения",
        "ru",
        log=True,
    ),
    Chart(
        "wheat-line",
        "line",
        _of("wheat", "year", "wages"),
        "Year",
        "Wages, shillings",
        "Wages of a good mechanic",
    ),
    Chart(
        "gas", "line", _of("driving", "year", "gas"), "Год", "Цена бензина, долл.", "Цена бензина в США", "ru"
    ),
    Chart(
        "unemployment",
        "line",
        _of(
            "unemployment",
            "date",
            "rate",
            "series",
            where="series in ['Construction', 'Government', 'Mining and Extraction']",
        ),
        "Month",
        "Unemployment rate, %",
        "Unemployment by industry",
    ),
    Chart(
        "mpg-mean",
        "line",
        _grouped("cars", "Year", "Miles_per_Gallon", "mean", "Origin"),
        "Year",
        "Mean fuel economy, mpg",
        "Fuel economy by origin",
    ),
    # --- areas ---------------------------------------------------------------------------------------
    Chart("wheat-area", "area", _of("wheat", "year", "wheat"), "Year", "Wheat price, shillings", "Wheat"),
    Chart(
        "rain-area", "area", _monthly("precipitation", "sum"), "Month", "Precipitation (mm)", "Seattle rain"
    ),
    Chart("wind-area", "area", _monthly("wind", "max"), "Месяц", "Скорость ветра, м/с", "Ветер", "ru"),
    # --- scatters ------------------------------------------------------------------------------------
    Chart(
        "cars",
        "scatter",
        _of("cars", "Horsepower", "Miles_per_Gallon"),
        "Horsepower, hp",
        "Fuel economy, mpg",
        "Cars",
    ),
    Chart(
        "cars-origin",
        "scatter",
        _of("cars", "Horsepower", "Weight_in_lbs", "Origin"),
        "Horsepower",
        "Weight (lb)",
        "Cars by origin",
    ),
    Chart(
        "penguins",
        "scatter",
        _of("penguins", "Flipper Length (mm)", "Body Mass (g)", "Species"),
        "Длина крыла, мм",
        "Масса тела, г",
        "Пингвины",
        "ru",
    ),
    Chart("tips", "scatter", _of("tips", "total_bill", "tip"), "Total bill, USD", "Tip, USD", "Tips"),
    Chart(
        "iris",
        "scatter",
        _of("iris", "petal_length", "petal_width", "species"),
        "Petal length (cm)",
        "Petal width (cm)",
        "Iris",
    ),
    Chart(
        "world-2007",
        "scatter",
        _of("world", "gdpPercap", "lifeExp", "continent", where="year == 2007"),
        "ВВП на душу, долл.",
        "Продолжительность жизни, лет",
        "Страны мира в 2007 году",
        "ru",
    ),
    # --- bars ----------------------------------------------------------------------------------------
    Chart(
        "continents", "bar", _continents(2007, "pop", "sum"), "Continent", "Population", "Population in 2007"
    ),
    Chart(
        "continents-life",
        "bar",
        _continents(1952, "lifeExp", "mean"),
        "Континент",
        "Продолжительность жизни, лет",
        "1952 год",
        "ru",
    ),
    Chart(
        "barley",
        "bar",
        _of("barley", "variety", "yield"),
        "Variety",
        "Mean yield, bu/ac",
        "Barley varieties",
        mean=True,
    ),
    Chart(
        "barley-site",
        "bar",
        _of("barley", "site", "yield"),
        "Участок",
        "Средняя урожайность, бушель/акр",
        "Ячмень",
        "ru",
        mean=True,
    ),
    Chart(
        "tips-day",
        "bar",
        _of("tips", "day", "total_bill"),
        "Day",
        "Mean bill, USD",
        "Bills by day",
        mean=True,
    ),
    Chart(
        "weather-days",
        "bar",
        _grouped("weather", "weather", "date", "count"),
        "Погода",
        "Число дней",
        "Погода в Сиэтле",
        "ru",
    ),
    Chart(
        "carshare",
        "bar",
        _grouped("carshare", "peak_hour", "car_hours", "sum"),
        "Peak hour",
        "Car hours, h",
        "Car sharing",
    ),
    Chart(
        "election",
        "barh",
        _of("election", "district", "total", top=12),
        "District",
        "Votes",
        "Montreal election",
    ),
    Chart(
        "disasters",
        "barh",
        _grouped(
            "disasters", "Entity", "Deaths", "sum", where="Entity != 'All natural disasters' and Year > 1950"
        ),
        "Вид бедствия",
        "Погибшие, чел.",
        "Погибшие с 1950 года",
        "ru",
    ),
    Chart(
        "barley-barh",
        "barh",
        _of("barley", "variety", "yield"),
        "Variety",
        "Yield (bu/ac)",
        "Barley",
        mean=True,
    ),
    Chart(
        "medals",
        "grouped",
        _of("medals", "nation", "count", "medal"),
        "Nation",
        "Medals",
        "Short track medals",
    ),
    Chart(
        "tips-sex",
        "grouped",
        _of("tips", "day", "tip", "sex"),
        "Day",
        "Mean tip, USD",
        "Tips by day and sex",
        mean=True,
    ),
    Chart(
        "barley-years",
        "grouped",
        _of("barley", "site", "yield", "year"),
        "Участок",
        "Урожайность, бушель/акр",
        "Ячмень по годам",
        "ru",
        mean=True,
    ),
    Chart(
        "penguin-mass",
        "grouped",
        _of("penguins", "Species", "Body Mass (g)", "Sex", where="Sex in ['MALE', 'FEMALE']"),
        "Вид",
        "Средняя масса, г",
        "Масса пингвинов",
        "ru",
        mean=True,
    ),
    Chart(
        "medals-stacked",
        "stacked",
        _of("medals", "nation", "count", "medal"),
        "Nation",
        "Medals",
        "Medals, stacked",
    ),
    Chart(
        "iowa-stacked",
        "stacked",
        _of("iowa", "year", "net_generation", "source"),
        "Year",
        "Net generation, GWh",
        "Iowa, stacked",
    ),
    Chart(
        "tips-stacked",
        "stacked",
        _grouped("tips", "day", "tip", "sum", "sex"),
        "День",
        "Чаевые, долл.",
        "Сумма чаевых",
        "ru",
    ),
    # --- distributions -------------------------------------------------------------------------------
    Chart(
        "bill-hist",
        "hist",
        _of("tips", "total_bill", "tip"),
        "Total bill, USD",
        "Count",
        "Bills",
        bins=tuple(range(0, 56, 5)),
    ),
    Chart(
        "mass-hist",
        "hist",
        _of("penguins", "Body Mass (g)", "Flipper Length (mm)"),
        "Масса, г",
        "Количество",
        "Масса пингвинов",
        "ru",
        bins=tuple(range(2500, 6501, 500)),
    ),
    Chart(
        "mpg-hist",
        "hist",
        _of("cars", "Miles_per_Gallon", "Year"),
        "Fuel economy, mpg",
        "Number of cars",
        "Fuel economy",
        bins=tuple(range(5, 51, 5)),
    ),
    Chart(
        "mass-box", "box", _of("penguins", "Species", "Body Mass (g)"), "Species", "Body mass, g", "Penguins"
    ),
    Chart("tip-box", "box", _of("tips", "day", "total_bill"), "День", "Счёт, долл.", "Счета по дням", "ru"),
    Chart(
        "mpg-box",
        "box",
        _of("cars", "Origin", "Miles_per_Gallon"),
        "Origin",
        "Fuel economy, mpg",
        "Fuel economy",
    ),
    # --- parts of a whole ------------------------------------------------------------------------------
    Chart(
        "continents-pie",
        "pie",
        _continents(2007, "pop", "sum"),
        "Continent",
        "Population",
        "World population",
    ),
    Chart(
        "weather-pie",
        "pie",
        _grouped("weather", "weather", "date", "count"),
        "Погода",
        "Число дней",
        "Погода",
        "ru",
    ),
    Chart(
        "medals-pie",
        "pie",
        _grouped("medals", "nation", "count", "sum"),
        "Nation",
        "Medals",
        "Medals by nation",
    ),
    # --- cells -----------------------------------------------------------------------------------------
    Chart("heat", "heatmap", _heat, "Year", "Month", "Maximum temperature, °C"),
)
