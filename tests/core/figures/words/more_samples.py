"""Charts in the manner of the galleries: aggregated bars, clouds by group, many lines, bins, twin bars."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from rusoil_jupyter.figures.values.description import Axis, FigureDescription
from tests.core.figures.query.charts import chart


def categories(label, *names):
    return Axis(label=label, kind="category", categories=names)


def titled(reading, **fields) -> FigureDescription:
    panel = reading.description.panels[0].model_copy(update=fields)
    return reading.description.model_copy(update={"panels": (panel,)})


def barley():
    axes = {
        "x": Axis(label="Sum of yield", range=(0, 600)),
        "y": categories("variety", "Glabron", "Manchuria", "No. 457", "Velvet"),
    }
    columns = {"y": [0, 1, 2, 3], "x": [400.0, 381.5, 430.2, 390]}
    return titled(chart(("s0", "bar", columns, {"along": "y", "label": ""}), **axes))


def cars():
    axes = {"x": Axis(label="Horsepower", range=(0, 240)), "y": Axis(label="Miles_per_Gallon", range=(0, 50))}
    clouds = [
        (
            f"s{k}",
            "scatter",
            {"x": np.linspace(50 + 20 * k, 150 + 30 * k, 30), "y": np.linspace(40 - 5 * k, 15 - 2 * k, 30)},
            {"label": label},
        )
        for k, label in enumerate(("USA", "Europe", "Japan"))
    ]
    return titled(chart(*clouds, **axes), legend_title="Origin", has_legend=True)


def stocks():
    months = [datetime(2004 + m // 12, m % 12 + 1, 1, tzinfo=UTC).timestamp() for m in range(72)]
    axes = {
        "x": Axis(label="date", kind="date", range=("2004-01-01", "2009-12-01")),
        "y": Axis(label="price", range=(0, 800)),
    }
    rows = np.arange(72)
    lines = [
        (
            f"s{k}",
            "line",
            {"x": months, "y": 100 + 50 * k + rows * (k + 1) * np.sin(rows / 9 + k)},
            {"label": label},
        )
        for k, label in enumerate(("MSFT", "AMZN", "IBM", "GOOG", "AAPL"))
    ]
    return titled(chart(*lines, **axes), legend_title="symbol", has_legend=True, title="Stock prices")


def unemp():
    axes = {
        "x": Axis(label="Year", range=(1990, 2020)),
        "y": Axis(label="Unemployment rate (%)", unit="%", range=(0, 12)),
    }
    columns = {"x": np.arange(1990, 2021.0), "y": 6 + 3 * np.sin(np.arange(31) / 4)}
    reading = chart(("s0", "line", columns, {"label": "Unemployment"}), **axes)
    return titled(reading, title="US unemployment 1990-2020")


def pop():
    axes = {
        "x": categories("Age group", "0-9", "10-19", "20-29", "30-39"),
        "y": Axis(label="Population (millions)", unit="millions", range=(0, 50)),
    }
    places = [0, 1, 2, 3]
    reading = chart(
        ("m", "bar", {"x": places, "y": [20.0, 22, 25, 21]}, {"label": "Male"}),
        ("f", "bar", {"x": places, "y": [19.0, 21, 26, 22]}, {"label": "Female"}),
        **axes,
    )
    return titled(reading, legend_title="Sex", has_legend=True, title="Population by age")


def hist():
    axes = {
        "x": Axis(label="IMDB Rating (binned)", range=(1, 10)),
        "y": Axis(label="Count of Records", range=(0, 1000)),
    }
    counts = [5.0, 20, 60, 200, 400, 800, 700, 200, 30]
    columns = {"left": np.arange(1, 10.0), "right": np.arange(2, 11.0), "y": counts}
    return titled(chart(("h", "histogram", columns, {"label": ""}), **axes))


def weather():
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    axes = {
        "x": categories("Month", *months),
        "y": Axis(label="Temperature, °C", unit="°C", range=(-20, 30)),
    }
    ufa = [-14, -13, -6, 5, 13, 18, 20, 17, 11, 4, -5, -11]
    moscow = [-7, -6, -1, 7, 14, 17, 19, 17, 12, 6, 0, -4]
    reading = chart(
        ("a", "line", {"x": np.arange(12.0), "y": ufa}, {"label": "Уфа", "colour": "#1f77b4"}),
        ("b", "line", {"x": np.arange(12.0), "y": moscow}, {"label": "Москва", "colour": "#ff7f0e"}),
        **axes,
    )
    return titled(reading, title="Mean temperature", has_legend=True)


def penguins():
    axes = {
        "x": categories("species", "Adelie", "Chinstrap", "Gentoo"),
        "y": Axis(label="body_mass_g", range=(0, 6000)),
    }
    low, high = [4000.0, 3900, 5400], [4100.0, 4000, 5600]
    reading = chart(
        ("m", "bar", {"x": [0, 1, 2], "y": [4043.5, 3938.97, 5484.84]}, {"label": "Male"}),
        ("f", "bar", {"x": [0, 1, 2], "y": [3368.8, 3527.2, 4679.7]}, {"label": "Female"}),
        (
            "e",
            "errorbar",
            {"x": [0, 1, 2], "y": [4043.0, 3938, 5484], "low": low, "high": high},
            {"label": ""},
        ),
        **axes,
    )
    return titled(reading, legend_title="sex", has_legend=True)


def ipr():
    axes = {
        "x": Axis(label="Дебит, м³/сут", unit="м³/сут", range=(0, 200)),
        "y": Axis(label="Забойное давление, МПа", unit="МПа", range=(0, 25)),
    }
    q = np.linspace(0, 180, 19)
    reading = chart(
        ("i", "line", {"x": q, "y": 22 - 0.0006 * q**2}, {"label": "IPR"}),
        ("v", "line", {"x": q, "y": 8 + 0.03 * q}, {"label": "VLP"}),
        **axes,
    )
    return titled(reading, title="Узловой анализ", has_legend=True)


MORE_SAMPLES = {
    build.__name__: build for build in (barley, cars, stocks, unemp, pop, hist, weather, penguins, ipr)
}
