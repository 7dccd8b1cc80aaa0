"""Figures as students and engineers draw them, as readings: descriptions with their arrays."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import (
    Axis,
    Diagram,
    Edge,
    FigureDescription,
    Node,
    Note,
    Panel,
    Reference,
    Series,
)


def seconds(*moments: tuple[int, int, int]) -> np.ndarray:
    return np.array([datetime(*moment, tzinfo=UTC).timestamp() for moment in moments])


def figure(*panels: tuple[Panel, dict[str, dict[str, np.ndarray]]], **extra) -> Reading:
    """A reading of panels whose series have no numbers yet, with the arrays of each series by its id."""
    arrays = {identity: columns for _panel, given in panels for identity, columns in given.items()}
    filled = tuple(
        panel.model_copy(
            update={"series": tuple(summarised(one, arrays[one.id], panel.axes) for one in panel.series)}
        )
        for panel, _given in panels
    )
    return Reading(FigureDescription(panels=filled, **extra), arrays)


def production() -> Reading:
    """Oil, water and liquid of a well by month, in Russian: three lines over dates."""
    months = seconds(*((2022 + row // 12, row % 12 + 1, 1) for row in range(36)))
    oil = 120 * np.exp(-0.04 * np.arange(36))
    water = 10 + 2.5 * np.arange(36)
    axes = {
        "x": Axis(label="Дата", kind="date", range=("2022-01-01", "2024-12-01")),
        "y": Axis(label="Дебит, м³/сут", unit="м³/сут", range=(0, 130)),
    }
    labels = {"oil": "Дебит нефти", "water": "Дебит воды", "liquid": "Дебит жидкости"}
    colours = {"oil": "#d62728", "water": "#1f77b4", "liquid": "#2ca02c"}
    series = tuple(Series(id=i, kind="line", label=labels[i], colour=colours[i]) for i in labels)
    columns = {"oil": oil, "water": water, "liquid": oil + water}
    given = {identity: {"x": months, "y": values} for identity, values in columns.items()}
    return figure((Panel(id="p0", title="Динамика добычи", axes=axes, series=series, has_legend=True), given))


def rates() -> Reading:
    """The same in English: oil rate and, on a twin axis, water cut."""
    months = seconds(*((2020 + row // 12, row % 12 + 1, 1) for row in range(48)))
    rate = 900 - 12.0 * np.arange(48)
    cut = 5 + 1.6 * np.arange(48)
    axes = {
        "x": Axis(label="Date", kind="date", range=("2020-01-01", "2023-12-01")),
        "y": Axis(label="Oil rate (bbl/d)", unit="bbl/d", range=(0, 1000)),
        "y2": Axis(label="Water cut, %", unit="%", range=(0, 100)),
    }
    series = (
        Series(id="rate", kind="line", label="Oil rate", colour="#2ca02c"),
        Series(id="cut", kind="line", label="Water cut", y="y2", colour="#1f77b4"),
    )
    given = {"rate": {"x": months, "y": rate}, "cut": {"x": months, "y": cut}}
    return figure(
        (Panel(id="p0", title="Well 12 performance", axes=axes, series=series, has_legend=True), given)
    )


def permeability() -> Reading:
    """Relative permeabilities that cross."""
    sw = np.linspace(0.2, 0.8, 25)
    axes = {
        "x": Axis(label="Sw", range=(0, 1)),
        "y": Axis(label="Relative permeability", range=(0, 1)),
    }
    series = (
        Series(id="kro", kind="line", label="kro", colour="green"),
        Series(id="krw", kind="line", label="krw", colour="blue"),
    )
    share = (sw - 0.2) / 0.6
    given = {"kro": {"x": sw, "y": (1 - share) ** 2}, "krw": {"x": sw, "y": 0.4 * share**3}}
    return figure((Panel(id="p0", axes=axes, series=series, has_legend=True), given))


def well_log() -> Reading:
    """Two tracks over depth: gamma ray and resistivity, depth running down."""
    depth = np.arange(2000.0, 2100.0, 0.5)
    gk = 60 + 40 * np.sin(depth / 7)
    gk[120] = 155.0
    resistivity = 10 ** (1 + 0.5 * np.cos(depth / 11))
    y = Axis(label="Глубина, м", unit="м", inverted=True, range=(2000, 2100))
    return figure(
        (
            Panel(
                id="gk",
                title="ГК",
                column=1,
                axes={"x": Axis(label="ГК, мкР/ч", unit="мкР/ч", range=(0, 160)), "y": y},
                series=(Series(id="s_gk", kind="line", label="ГК", along="y"),),
            ),
            {"s_gk": {"y": depth, "x": gk}},
        ),
        (
            Panel(
                id="rt",
                title="БК",
                column=2,
                axes={
                    "x": Axis(label="Сопротивление, Ом·м", unit="Ом·м", scale="log", range=(1, 100)),
                    "y": y,
                },
                series=(Series(id="s_rt", kind="line", label="БК", along="y"),),
            ),
            {"s_rt": {"y": depth, "x": resistivity}},
        ),
        title="Скважина 12",
    )


MONTHS = ("January", "February", "March", "April", "May", "June")


def sales() -> Reading:
    """Bars by month."""
    axes = {
        "x": Axis(label="Month", kind="category", categories=MONTHS),
        "y": Axis(label="Sales, thousand $", unit="thousand $", range=(0, 100)),
    }
    given = {"b": {"x": np.arange(6.0), "y": np.array([40.0, 55, 32, 90, 71, 66])}}
    panel = Panel(
        id="p0",
        title="Monthly sales",
        axes=axes,
        series=(Series(id="b", kind="bar"),),
        references=(Reference(axis="y", value=60.0, label="target"),),
        notes=(Note(text="record month", x="April", y=90.0),),
    )
    return figure((panel, given))


def fields() -> Reading:
    """Horizontal bars of Russian names."""
    names = ("Ромашкинское", "Самотлорское", "Приобское", "Ванкорское")
    axes = {
        "y": Axis(label="Месторождение", kind="category", categories=names),
        "x": Axis(label="Добыча, млн т", unit="млн т", range=(0, 30)),
    }
    given = {"b": {"y": np.arange(4.0), "x": np.array([15.2, 19.6, 24.8, 11.0])}}
    return figure(
        (
            Panel(id="p0", title="Добыча нефти", axes=axes, series=(Series(id="b", kind="bar", along="y"),)),
            given,
        )
    )


def stacked() -> Reading:
    """Stacked bars: production of three wells by year."""
    years = ("2020", "2021", "2022", "2023")
    axes = {
        "x": Axis(label="Year", kind="category", categories=years),
        "y": Axis(label="Production, kt", unit="kt", range=(0, 100)),
    }
    wells = {
        "w1": ("Well A", [10.0, 20, 30, 15]),
        "w2": ("Well B", [25.0, 18, 9, 12]),
        "w3": ("Well C", [5.0, 7, 11, 40]),
    }
    series = tuple(Series(id=i, kind="bar", label=label, stack="s") for i, (label, _v) in wells.items())
    given = {i: {"x": np.arange(4.0), "y": np.array(v)} for i, (_label, v) in wells.items()}
    panel = Panel(
        id="p0", title="Production by well", axes=axes, series=series, has_legend=True, legend_title="well"
    )
    return figure((panel, given))


def pie() -> Reading:
    """Shares of fuels."""
    given = {"s": {"y": np.array([42.0, 30, 18, 10])}}
    series = Series(id="s", kind="pie", names=("Oil", "Gas", "Coal", "Renewables"))
    return figure((Panel(id="p0", title="Energy mix", series=(series,)), given))


def scatter() -> Reading:
    """A cloud with an outlier, and a trend."""
    generator = np.random.default_rng(7)
    x = np.linspace(5, 30, 60)
    y = 3 * x + 10 + generator.normal(0, 2, 60)
    y[20] = 180.0
    axes = {
        "x": Axis(label="Porosity, %", unit="%", range=(0, 35)),
        "y": Axis(label="Permeability, mD", unit="mD", range=(0, 200)),
    }
    given = {"s": {"x": x, "y": y}}
    return figure(
        (Panel(id="p0", title="Core data", axes=axes, series=(Series(id="s", kind="scatter"),)), given)
    )


def histogram() -> Reading:
    """A histogram of ages."""
    edges = np.arange(0.0, 90, 10)
    axes = {
        "x": Axis(label="Age, years", unit="years", range=(0, 80)),
        "y": Axis(label="Count", range=(0, 30)),
    }
    given = {"h": {"left": edges[:-1], "right": edges[1:], "y": np.array([3.0, 8, 15, 27, 20, 12, 6, 2])}}
    return figure((Panel(id="p0", axes=axes, series=(Series(id="h", kind="histogram"),)), given))


def boxes() -> Reading:
    """Boxes by day."""
    days = ("Thu", "Fri", "Sat", "Sun")
    axes = {"x": Axis(label="day", kind="category", categories=days), "y": Axis(label="Total bill", unit="$")}
    given = {
        "b": {
            "x": np.arange(4.0),
            "low": np.array([7.5, 5.75, 3.0, 7.25]),
            "q1": np.array([12.4, 12.1, 13.9, 14.9]),
            "median": np.array([16.2, 15.4, 18.2, 19.6]),
            "q3": np.array([20.2, 21.7, 24.7, 25.6]),
            "high": np.array([30.0, 28.0, 39.0, 40.0]),
        }
    }
    return figure((Panel(id="p0", axes=axes, series=(Series(id="b", kind="box"),)), given))


def heat() -> Reading:
    """A heat map of flights by month and year."""
    years, months = ("2001", "2002", "2003"), ("Jan", "Feb", "Mar", "Apr")
    axes = {
        "x": Axis(label="year", kind="category", categories=years),
        "y": Axis(label="month", kind="category", categories=months),
        "color": Axis(label="Passengers", unit="people"),
    }
    x, y = np.meshgrid(np.arange(3.0), np.arange(4.0))
    z = 100 + 10 * x + 3 * y + x * y
    given = {"h": {"x": x.ravel(), "y": y.ravel(), "z": z.ravel()}}
    return figure(
        (Panel(id="p0", title="Flights", axes=axes, series=(Series(id="h", kind="heatmap"),)), given)
    )


def waves() -> Reading:
    """Two panels side by side, then one below: sine, cosine, and a decline."""
    t = np.linspace(0, 10, 101)
    panels = []
    for identity, title, row, column, label, values in (
        ("a", "Sine", 1, 1, "Voltage, V", np.sin(t)),
        ("b", "Cosine", 1, 2, "Current, A", 2 * np.cos(t)),
        ("c", "Decline", 2, 1, "Pressure, bar", 300 - 12 * t),
    ):
        unit = label.split(", ")[1]
        axes = {"x": Axis(label="Time, s", unit="s", range=(0, 10)), "y": Axis(label=label, unit=unit)}
        panel = Panel(
            id=identity,
            title=title,
            row=row,
            column=column,
            axes=axes,
            series=(Series(id=f"s{identity}", kind="line"),),
        )
        panels.append((panel, {f"s{identity}": {"x": t, "y": values}}))
    return figure(*panels, title="Signals")


def scheme() -> Reading:
    """A process as boxes and arrows."""
    nodes = {"w": "Скважина", "s": "Сепаратор", "p": "Насос", "t": "Резервуар", "f": "Факел"}
    links = (("w", "s", ""), ("s", "p", "нефть"), ("p", "t", ""), ("s", "f", "газ"))
    diagram = Diagram(
        nodes=tuple(Node(id=i, label=label) for i, label in nodes.items()),
        edges=tuple(Edge(source=a, target=b, label=label) for a, b, label in links),
    )
    return Reading(FigureDescription(library="graphviz", title="Схема сбора", diagram=diagram))


SAMPLES = {
    build.__name__: build
    for build in (
        production,
        rates,
        permeability,
        well_log,
        sales,
        fields,
        stacked,
        pie,
        scatter,
        histogram,
        boxes,
        heat,
        waves,
        scheme,
    )
}
