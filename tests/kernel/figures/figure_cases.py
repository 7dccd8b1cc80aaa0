"""Small figures, in the libraries that draw such, whose questions went wrong: each stands for its kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import seaborn as sns

from rusoil_jupyter.figures.readers.plotly import read_plotly
from rusoil_jupyter.figures.readers.vega_lite import read_vega
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter_kernel.figures import mpl

Rows = list[dict[str, Any]]


def table(names: str, *rows: Iterable[Any]) -> Rows:
    return [dict(zip(names.split(), row, strict=True)) for row in rows]


def q(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", **more}


def n(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "nominal", **more}


def t(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "temporal", **more}


def vega(mark: Any, data: Rows, **encoding: Any) -> Reading:
    return _read({"data": {"values": data}, "mark": mark, "encoding": encoding})


def layers(data: Rows, *drawn: tuple[Any, dict[str, Any]], together: str = "layer") -> Reading:
    parts = [{"mark": mark, "encoding": encoding} for mark, encoding in drawn]
    return _read({"data": {"values": data}, together: parts})


def _read(spec: dict[str, Any]) -> Reading:
    reading = read_vega(spec)
    assert reading is not None
    return reading


def plotly(figure: go.Figure) -> Reading:
    reading = read_plotly(json.loads(figure.to_json()))
    assert reading is not None
    return reading


def matplotlib(draw: Callable[[Any], object]) -> Reading:
    figure, axes = plt.subplots()
    draw(axes)
    return mpl.read(figure)


WELLS = pd.DataFrame(
    {"Porosity": [8, 12, 21, 17], "Permeability": [30, 95, 40, 60], "field": ["North"] * 2 + ["South"] * 2}
)
PUMPS = pd.DataFrame(table("pump rate", ("A", 10), ("A", 40), ("B", 22), ("B", 24), ("B", 29)))
STRIP = pd.DataFrame({"pump": ["A"] * 6 + ["B"] * 4, "rate": [10, 11, 12, 12, 13, 40, 20, 21, 22, 25]})
VISITS = table("y v", ("2019-03-01", 5), ("2020-05-01", 9), ("2021-02-01", 7))
CITIES = table("city score", ("Ufa", 42), ("Perm", 37), ("Kazan", 55))
PRODUCTS = table(
    "month product v", ("May", "oil", 30), ("May", "gas", 70), ("June", "oil", 60), ("June", "gas", 20)
)
PARTS = table("kind part", ("ESP", 0.52), ("SRP", 0.31), ("GL", 0.17))
BINS = table("l r p w", (0, 10, 30, 4), (10, 20, 50, 6), (20, 30, 20, 8))
TRUTHS = table("said truth n", ("ok", "ok", 9), ("ok", "bad", 2), ("bad", "ok", 4), ("bad", "bad", 6))
FACETS = table("f u w", ("I", 1, 3), ("I", 2, 7), ("II", 1, 11), ("II", 2, 5))
WATER = table(
    "w d r",
    ("W1", "2020-01-01", 5),
    ("W1", "2020-02-01", 8),
    ("W2", "2020-01-01", 3),
    ("W2", "2020-02-01", 4),
)
PAIRS = [{"a": a, "b": b} for a, b in zip([1, 1, 12, 13, 14, 3, 4], [1, 3, 2, 4, 5, 12, 15], strict=True)]
TWO = [{"h": h, "k": 10 * h} for h in (1, 2, 2, 3, 3, 3, 4, 5, 6, 7)]


def visits(mark: str, unit: str, way: str = "x") -> Reading:
    other = "y" if way == "x" else "x"
    return vega(mark, VISITS, **{way: t("y", timeUnit=unit), other: q("v", aggregate="sum")})


def pumps(library: str) -> Reading:
    match library:
        case "vega":
            return vega("point", PUMPS.to_dict("records"), x=n("pump"), y=q("rate"))
        case "plotly":
            return plotly(px.scatter(PUMPS, x="pump", y="rate"))
        case "seaborn":
            return matplotlib(lambda axes: sns.stripplot(PUMPS, x="pump", y="rate", ax=axes))
        case _:
            return matplotlib(lambda axes: axes.plot(PUMPS.pump, PUMPS.rate, "o"))


def boxes(library: str) -> Reading:
    match library:
        case "vega":
            return vega("boxplot", STRIP.to_dict("records"), x=n("pump"), y=q("rate"))
        case "plotly":
            return plotly(px.box(STRIP, x="pump", y="rate"))
        case "strip":
            return plotly(px.strip(STRIP, x="pump", y="rate"))
        case _:
            return matplotlib(lambda axes: sns.boxplot(STRIP, x="pump", y="rate", ax=axes))


def cities(library: str) -> Reading:
    match library:
        case "vega":
            return vega("point", CITIES, x=q("score"), y=n("city"))
        case "plotly":
            return plotly(px.scatter(pd.DataFrame(CITIES), x="score", y="city"))
        case _:
            return matplotlib(lambda axes: (_dots(axes), axes.set(xlabel="score", ylabel="city")))


def _dots(axes: Any) -> None:
    axes.scatter([row["score"] for row in CITIES], [row["city"] for row in CITIES])


def line_and_points(library: str) -> Reading:
    encoding = {"x": t("d"), "y": q("r"), "color": n("w")}
    if library == "vega":
        return layers(WATER, ("line", encoding), ("point", encoding))
    if library == "point":
        return vega({"type": "line", "point": True}, WATER, **encoding)

    def draw(axes: Any) -> None:
        for name, colour in (("W1", "C0"), ("W2", "C1")):
            rows = [row for row in WATER if row["w"] == name]
            x, y = pd.to_datetime([row["d"] for row in rows]), [row["r"] for row in rows]
            axes.plot(x, y, color=colour, label=name)
            axes.scatter(x, y, color=colour)
        axes.legend()

    return matplotlib(draw)


def facets(library: str) -> Reading:
    if library == "vega":
        return vega("point", FACETS, x=q("u"), y=q("w"), column=n("f"))
    if library == "plotly":
        return plotly(px.scatter(pd.DataFrame(FACETS), x="u", y="w", facet_col="f"))
    return mpl.read(sns.relplot(pd.DataFrame(FACETS), x="u", y="w", col="f").figure)


def shares(**axis: Any) -> Reading:
    return vega("bar", PARTS, x=n("kind"), y=q("part", axis=axis))


def products() -> Reading:
    month, part = n("month", sort=["May", "June"]), q("v", stack="normalize", title="% of total")
    return vega("bar", PRODUCTS, x=month, y=part, color=n("product"))


def bins_and_line() -> Reading:
    bars = {"x": q("l", bin="binned"), "x2": {"field": "r"}, "y": q("p", title="p, l")}
    return layers(BINS, ("bar", bars), ("line", {"x": q("l"), "y": q("w", title="l")}))


def joined_titles() -> Reading:
    data = table("d t m", ("2023-01-01", 4, 6), ("2023-02-01", 15, 7), ("2023-03-01", -3, 8))
    return layers(data, ("point", {"x": t("d"), "y": q("t")}), ("line", {"x": t("d"), "y": q("m")}))


def lines_of_two_kinds() -> Reading:
    data = [
        {"i": str(k), "kind": "pump" if k < 3 else "fan", "x": x, "y": x * (k + 1)}
        for k in range(5)
        for x in (1, 2, 3)
    ]
    return vega("line", data, x=q("x"), y=q("y"), color=n("kind"), detail=n("i"))


def pie(library: str) -> Reading:
    data = table("k v", ("a", 1), ("b", 2), ("c", 3))
    if library == "vega":
        return vega("arc", data, theta=q("v"), color=n("k"))
    return plotly(px.pie(pd.DataFrame(data), names="k", values="v"))


def texts_beside() -> Reading:
    data = table("depth temp", (10, 3.5), (20, 4.5), (35, 2.5))
    texts = {"y": {"field": "depth", "type": "ordinal", "axis": None}, "text": n("depth")}
    plot = {"x": q("depth"), "y": q("temp")}
    return layers(data, ("point", plot), ("text", texts), together="hconcat")


def part_drawn_again() -> Reading:
    x = {"field": "shift", "type": "ordinal"}
    return _read(
        {
            "data": {"values": table("shift load", (1, 5), (2, 30), (3, 12))},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": q("load")}},
                {
                    "transform": [{"filter": "datum.load >= 20"}, {"calculate": "20", "as": "base"}],
                    "mark": {"type": "bar", "color": "red"},
                    "encoding": {"x": x, "y": q("base"), "y2": {"field": "load"}},
                },
            ],
        }
    )


def two_histograms() -> Reading:
    count = {"aggregate": "count", "type": "quantitative"}
    bars = [("bar", {"x": q(name, bin={"maxbins": 8}), "y": count}) for name in "hk"]
    return layers(TWO, *bars, together="hconcat")


def grid() -> Reading:
    return vega("rect", TRUTHS, x=n("said"), y=n("truth"), color=q("n"))


def picture() -> Reading:
    return plotly(px.imshow([[3, 6], [8, 1]], x=["d1", "d2"], y=["u", "v"]))


def binned_grid() -> Reading:
    count = {"aggregate": "count", "type": "quantitative"}
    return vega("rect", PAIRS, x=q("a", bin={"step": 10}), y=q("b", bin={"step": 10}), color=count)


def legend_called_like_a_series() -> Reading:
    data = table("d q a", (1, 2, "A"), (2, 9, "B"), (3, 4, "A"))
    return vega("point", data, x=q("d"), y=q("q"), color=n("a"))


def wells() -> Reading:
    return plotly(px.scatter(WELLS, x="Porosity", y="Permeability", color="field"))


def rigs() -> Reading:
    data = table("site rig speed", ("p", "x", 3), ("p", "y", 8), ("q", "x", 9), ("q", "y", 5))
    return vega("bar", data, x=n("site"), y=q("speed"), xOffset=n("rig"), color=n("rig"))
