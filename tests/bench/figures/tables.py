"""Real tables: the npm package ``vega-datasets`` and ``plotly.data``."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import plotly.data

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = Path(os.environ.get("RUSOIL_CACHE") or Path.home() / ".cache/rusoil-jupyter") / "charts"
PACKAGES = ("vega@6.4.0", "vega-lite@6.4.3", "vega-datasets@3.2.1")


@cache
def packages() -> Path:
    """The folder ``node_modules`` with Vega and its data, installed once."""
    modules = CACHE / "node_modules"
    if not (modules / "vega-datasets/data/cars.json").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / "package.json").write_text('{"private": true}')
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES]
        subprocess.run(command, cwd=CACHE, check=True)
    return modules


def _json(name: str) -> pd.DataFrame:
    return pd.read_json(packages() / f"vega-datasets/data/{name}.json")


def _csv(name: str) -> pd.DataFrame:
    return pd.read_csv(packages() / f"vega-datasets/data/{name}.csv")


def _dated(frame: pd.DataFrame, column: str, style: str | None = None) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_datetime(frame[column], format=style)})


def _decline() -> pd.DataFrame:
    """Power of one region of Iowa's electricity: three sources over years."""
    return _csv("iowa-electricity").assign(year=lambda f: pd.to_datetime(f["year"]).dt.year)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "cars": lambda: _json("cars").assign(Year=lambda f: pd.to_datetime(f["Year"]).dt.year),
    "barley": lambda: _json("barley"),
    "penguins": lambda: _json("penguins").dropna(subset=["Body Mass (g)"]),
    "weather": lambda: _dated(_csv("seattle-weather"), "date"),
    "stocks": lambda: _dated(_csv("stocks"), "date", "%b %d %Y"),
    "unemployment": lambda: _dated(
        _json("unemployment-across-industries").assign(
            date=lambda f: pd.to_datetime(dict(year=f["year"], month=f["month"], day=1))
        ),
        "date",
    ),
    "co2": lambda: _dated(_csv("co2-concentration"), "Date"),
    "wheat": lambda: _json("wheat"),
    "iowa": _decline,
    "sp500": lambda: _dated(_csv("sp500"), "date", "%b %d %Y"),
    "disasters": lambda: _csv("disasters"),
    "driving": lambda: _json("driving"),
    "temperature": lambda: _csv("global-temp"),
    "tips": plotly.data.tips,
    "iris": plotly.data.iris,
    "world": plotly.data.gapminder,
    "wind": plotly.data.wind,
    "election": plotly.data.election,
    "medals": plotly.data.medals_long,
    "carshare": plotly.data.carshare,
}


@cache
def table(name: str) -> pd.DataFrame:
    """The table of this name."""
    return TABLES[name]()
