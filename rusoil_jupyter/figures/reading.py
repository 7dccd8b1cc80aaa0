"""A description together with its numbers, as far as they are at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import (
        Axis,
        AxisName,
        Cell,
        FigureDescription,
        Panel,
        Series,
    )
    from rusoil_jupyter.figures.values.finding import Badge


Columns = Mapping[str, "NDArray[np.float64]"]


@dataclass(frozen=True)
class Table:
    """A series' columns as numbers: dates are seconds since 1970 (UTC), categories their places from 0.

    ``badge``: ``exact`` for all points as the kernel holds them, ``stored`` for all points as they were saved
    (see :func:`short`), ``estimated`` for a sample of them, or for what was read from pixels; ``error`` is
    then the error of each column where it is known, in the column's own unit.
    """

    columns: Columns
    badge: Badge
    error: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        return self.columns[name]


@dataclass(frozen=True)
class Reading:
    """A figure that can be asked.

    Args:
        description: what is saved beside the picture.
        arrays: by the series' ids, all points of each column; what is missing is taken from the description.
        badge: how sure the arrays are; ``estimated`` for pixels.
        error: by the series' ids, the error of each column, where ``arrays`` were measured.
        doubts: by the ids of a picture's panels and series, why their numbers are not offered; by
            ``id.name`` of a series, why its name is no answer.
        uncounted: the ids of series whose marks were not told apart, so that they can't be counted.
    """

    description: FigureDescription
    arrays: Mapping[str, Columns] = field(default_factory=dict)
    badge: Badge = "exact"
    error: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    doubts: Mapping[str, str] = field(default_factory=dict)
    uncounted: frozenset[str] = frozenset()

    def table(self, series_id: str) -> Table:
        """The numbers of a series.

        Raises:
            KeyError: there is no such series.
        """
        if series_id in self.arrays:
            return Table(self.arrays[series_id], self.badge, self.error.get(series_id, {}))
        panel, series = self.description.find(series_id)
        columns = {
            name: np.array(
                [number_of(cell, axis_of(panel, series, name)) for cell in column], dtype=np.float64
            )
            for name, column in series.values.items()
        }
        return Table(columns, "estimated" if series.sampled or self.badge == "estimated" else "stored")


class Drawn(Protocol):
    """A series, finished or a draft: which axes it is drawn against."""

    @property
    def x(self) -> AxisName:
        """The axis of ``x``."""

    @property
    def y(self) -> AxisName:
        """The axis of ``y``."""

    @property
    def along(self) -> Literal["x", "y"]:
        """The independent one of both."""


def axis_name(series: Drawn, column: str) -> AxisName | None:
    """The name of the axis that a column is measured on; ``None`` where there is none (``size``)."""
    if column in {"z", "color"}:
        return "color"
    if column in {"size", "u", "v"}:
        return None
    # Edges of bins lie along the series; low, high, base, median, ... across it.
    is_x = column == "x" or (column != "y" and (series.along == "x") == (column in {"left", "right"}))
    return series.x if is_x else series.y


def axis_of(panel: Panel, series: Series, column: str) -> Axis | None:
    """The axis that a column is measured on; ``None`` where there is none (``size``, a pie)."""
    name = axis_name(series, column)
    if name == "color":
        return panel.axes.get("color") or panel.axes.get("z")
    return panel.axes.get(name) if name is not None else None


def number_of(cell: Cell, axis: Axis | None) -> float:
    """A stored cell as a number: see :class:`Table`. NaN for ``None`` and what is no value of the axis."""
    if cell is None:
        return float("nan")
    if isinstance(cell, str):
        if axis is not None and axis.kind == "date":
            return _seconds(cell)
        if axis is not None and cell in axis.categories:
            return float(axis.categories.index(cell))
        return float("nan")
    return float(cell)


def cell_of(number: float, axis: Axis | None) -> Cell:
    """The inverse of :func:`number_of`: what is shown to a person or saved, as :func:`short`."""
    if not np.isfinite(number):
        return None
    if axis is not None and axis.kind == "date":
        return _iso(number)
    if axis is not None and axis.kind == "category":
        place = round(number)
        if place == number and 0 <= place < len(axis.categories):
            return axis.categories[place]
    return short(number)


def short(number: float) -> float:
    """A finite number with six digits, and at least three behind the point; whole ones in full.

    A depth of 2345.15 is not that of another sample, and a million tonnes more or less are counted.
    """
    number = float(number)
    if number == round(number) and abs(number) < 1e15:
        return number
    return round(number, 3) if 1e3 <= abs(number) < 1e9 else float(f"{number:.6g}")


def _seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return float("nan")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _iso(seconds: float) -> str | None:
    try:
        moment = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, ValueError, OSError):
        return None
    if moment.time() == moment.min.time():
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if moment.microsecond == 0 else "milliseconds")
