"""Small charts for questions: one panel of a few series, live, stored or sampled."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.query import answer
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.figures.values.flat import Flat

NAN = float("nan")


def chart(*series, live: bool = True, most: int = 64, **axes) -> Reading:
    """A reading of one panel; a series is (id, kind, columns) or (id, kind, columns, further fields)."""
    axes = {"x": Axis(), "y": Axis(), **axes}
    described, arrays = [], {}
    for identity, kind, columns, *rest in series:
        given = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
        fields = {"label": identity, **(rest[0] if rest else {})}
        described.append(summarised(Series(id=identity, kind=kind, **fields), given, axes, most))
        arrays[identity] = given
    panel = Panel(id="p", axes=axes, series=tuple(described))
    return Reading(FigureDescription(panels=(panel,)), arrays if live else {})


def line(x, y, /, *, live: bool = True, most: int = 64, **axes) -> Reading:
    return chart(("s", "line", {"x": x, "y": y}), live=live, most=most, **axes)


def bars(names, values, **fields) -> Reading:
    axes = {
        "x": Axis(label="name", kind="category", categories=tuple(names)),
        "y": Axis(label="value", unit="t"),
    }
    return chart(("s", "bar", {"x": np.arange(len(names)), "y": values}, fields), **axes)


def ask(reading: Reading, **query):
    """An answer to a query in its first form, which says most things in one line."""
    return answer(reading, Flat(**query).query(reading.description))


def stamp(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp()


DATES = Axis(label="Date", kind="date")
