"""Tables with the columns and sizes of those that seaborn's examples load, of made-up numbers.

They are for drawing: the examples run without a connection, and what they draw is as large as it is.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

_RNG_SEED = 7
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def load(name: str, **_options: Any) -> pd.DataFrame:
    """The table of this name."""
    rng = np.random.default_rng(_RNG_SEED)
    return _TABLES[name](rng)


def _mixed(
    rng: np.random.Generator, count: int, numbers: dict[str, tuple[float, float]], **texts: list[str]
) -> Any:
    columns: dict[str, Any] = {name: rng.choice(choices, count) for name, choices in texts.items()}
    for name, (middle, spread) in numbers.items():
        columns[name] = np.abs(rng.normal(middle, spread, count)).round(2)
    return pd.DataFrame(columns)


def _penguins(rng: np.random.Generator) -> pd.DataFrame:
    numbers = {
        "bill_length_mm": (44.0, 5.0),
        "bill_depth_mm": (17.0, 2.0),
        "flipper_length_mm": (200.0, 14.0),
    }
    return _mixed(
        rng,
        344,
        {**numbers, "body_mass_g": (4200.0, 800.0)},
        species=["Adelie", "Chinstrap", "Gentoo"],
        island=["Torgersen", "Biscoe", "Dream"],
        sex=["Male", "Female"],
    )


def _tips(rng: np.random.Generator) -> pd.DataFrame:
    table = _mixed(
        rng,
        244,
        {"total_bill": (20.0, 9.0), "tip": (3.0, 1.4)},
        sex=["Male", "Female"],
        smoker=["Yes", "No"],
        day=["Thur", "Fri", "Sat", "Sun"],
        time=["Lunch", "Dinner"],
    )
    return table.assign(size=rng.integers(1, 7, 244))


def _diamonds(rng: np.random.Generator) -> pd.DataFrame:
    numbers = {"carat": (0.8, 0.5), "depth": (61.0, 1.4), "table": (57.0, 2.0), "price": (3900.0, 3900.0)}
    table = _mixed(
        rng,
        53_940,
        numbers,
        cut=["Ideal", "Premium", "Very Good", "Good", "Fair"],
        color=list("DEFGHIJ"),
        clarity=["IF", "VVS1", "VVS2", "VS1", "VS2", "SI1", "SI2", "I1"],
    )
    for column in ("cut", "color", "clarity"):
        table[column] = pd.Categorical(table[column])
    return table


def _flights(rng: np.random.Generator) -> pd.DataFrame:
    rows = itertools.product(range(1949, 1961), MONTHS)
    table = pd.DataFrame(rows, columns=["year", "month"])
    table["month"] = pd.Categorical(table["month"], MONTHS, ordered=True)
    return table.assign(passengers=rng.integers(100, 620, len(table)))


def _mpg(rng: np.random.Generator) -> pd.DataFrame:
    numbers = {"mpg": (23.0, 7.0), "displacement": (190.0, 100.0), "horsepower": (104.0, 38.0)}
    numbers |= {"weight": (2970.0, 840.0), "acceleration": (15.5, 2.7)}
    table = _mixed(rng, 398, numbers, origin=["usa", "japan", "europe"])
    return table.assign(cylinders=rng.choice([3, 4, 5, 6, 8], 398), model_year=rng.integers(70, 83, 398))


def _titanic(rng: np.random.Generator) -> pd.DataFrame:
    table = _mixed(
        rng,
        891,
        {"age": (30.0, 14.0), "fare": (32.0, 49.0)},
        sex=["male", "female"],
        who=["man", "woman", "child"],
        deck=list("ABCDEFG"),
        embark_town=["Southampton", "Cherbourg", "Queenstown"],
        alive=["yes", "no"],
    )
    table["class"] = pd.Categorical(rng.choice(["First", "Second", "Third"], 891))
    return table.assign(
        survived=rng.integers(0, 2, 891), pclass=rng.integers(1, 4, 891), alone=rng.random(891) < 0.5
    )


def _planets(rng: np.random.Generator) -> pd.DataFrame:
    methods = [
        "Radial Velocity",
        "Imaging",
        "Eclipse Timing Variations",
        "Transit",
        "Astrometry",
        "Microlensing",
    ]
    table = _mixed(rng, 1035, {"orbital_period": (2000.0, 3000.0), "mass": (2.6, 3.8)}, method=methods)
    return table.assign(distance=rng.lognormal(4.5, 1, 1035), year=rng.integers(1989, 2015, 1035), number=1)


def _crashes(rng: np.random.Generator) -> pd.DataFrame:
    names = ["total", "speeding", "alcohol", "not_distracted", "no_previous", "ins_premium", "ins_losses"]
    table = pd.DataFrame({name: np.abs(rng.normal(15, 4, 51)).round(2) for name in names})
    letters = [one + two for one, two in itertools.product("ABCDEFGHIJ", "KLMNOP")][:51]
    return table.assign(abbrev=letters)


def _brain(rng: np.random.Generator) -> pd.DataFrame:
    columns = [
        (str(net), str(node), hemi) for net in range(1, 18) for node in (1, 2) for hemi in ("lh", "rh")
    ]
    index = pd.MultiIndex.from_tuples(columns, names=["network", "node", "hemi"])
    return pd.DataFrame(rng.normal(size=(300, len(columns))), columns=index)


def _dots(rng: np.random.Generator) -> pd.DataFrame:
    levels = itertools.product(
        ["dots", "sacc"], ["T1", "T2"], range(-600, 720, 40), [0, 3.2, 6.4, 12.8, 25.6, 51.2]
    )
    table = pd.DataFrame(levels, columns=["align", "choice", "time", "coherence"])
    return table.assign(firing_rate=rng.normal(40, 10, len(table)))


def _fmri(rng: np.random.Generator) -> pd.DataFrame:
    levels = itertools.product(
        [f"s{row}" for row in range(14)], range(19), ["stim", "cue"], ["parietal", "frontal"]
    )
    table = pd.DataFrame(levels, columns=["subject", "timepoint", "event", "region"])
    return table.assign(signal=rng.normal(0, 0.1, len(table)))


def _exercise(rng: np.random.Generator) -> pd.DataFrame:
    levels = itertools.product(
        range(15), ["low fat", "no fat"], ["1 min", "15 min", "30 min"], ["rest", "walking", "running"]
    )
    table = pd.DataFrame(levels, columns=["id", "diet", "time", "kind"])
    return table.assign(pulse=rng.integers(80, 150, len(table)))


def _seaice(rng: np.random.Generator) -> pd.DataFrame:
    dates = pd.date_range("1980-01-01", "2019-12-31", freq="D")
    return pd.DataFrame(
        {
            "Date": dates,
            "Extent": 11 + 3 * np.sin(np.arange(len(dates)) / 58) + rng.normal(0, 0.3, len(dates)),
        }
    )


def _iris(rng: np.random.Generator) -> pd.DataFrame:
    names = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    table = pd.DataFrame({name: np.abs(rng.normal(4, 1, 150)).round(1) for name in names})
    return table.assign(species=np.repeat(["setosa", "versicolor", "virginica"], 50))


def _anscombe(rng: np.random.Generator) -> pd.DataFrame:
    x = np.tile(np.arange(4.0, 15.0), 4)
    return pd.DataFrame(
        {"dataset": np.repeat(["I", "II", "III", "IV"], 11), "x": x, "y": 3 + x / 2 + rng.normal(size=44)}
    )


_TABLES = {
    "anscombe": _anscombe,
    "brain_networks": _brain,
    "car_crashes": _crashes,
    "diamonds": _diamonds,
    "dots": _dots,
    "exercise": _exercise,
    "flights": _flights,
    "fmri": _fmri,
    "iris": _iris,
    "mpg": _mpg,
    "penguins": _penguins,
    "planets": _planets,
    "seaice": _seaice,
    "tips": _tips,
    "titanic": _titanic,
}
