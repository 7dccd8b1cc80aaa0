"""A question to a figure as a value, and what was found. Values only: no numbers are computed here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rusoil_jupyter.figures.description import AxisName, Cell, Name, ShortText
from rusoil_jupyter.messages import Value

Badge = Literal["exact", "stored", "estimated", "model"]
Op = Literal[
    # one number of one series
    "value_at",
    "maximum",
    "minimum",
    "first",
    "last",
    "mean",
    "median",
    "sum",
    "std",
    "count",
    "spread",  # largest minus smallest
    "slope",  # least-squares, over an interval where one is given
    "area",  # under the curve, by the trapezoidal rule
    "share",  # of a slice or a bar in the whole, in per cent
    # places
    "crossing",  # where a series reaches ``level``
    "intersection",  # where two series meet
    "outliers",
    # relations
    "trend",
    "compare",  # two series, or two places of one
    "correlation",
    "rank",  # the places in order of their values
    "fit",
    # what is written on it
    "title",
    "axis",  # label, unit, scale, range of the axis in ``axis``
    "series",  # which there are
    "type",
    "panels",
    "references",
    "notes",
    # diagrams
    "nodes",
    "edges",
    "neighbours",
    "path",
    # everything
    "describe",
]
FitModel = Literal["linear", "polynomial", "exponential", "power", "logarithmic"]


class Query(Value):
    """One deterministic question.

    ``series`` and ``other`` are ids of series, ``panel`` of a panel; empty means the only one, or all.
    ``column`` names a column other than the value (``median`` of a box, ``low`` of a band). ``at`` and
    ``until`` are a place or an interval on the independent axis (a number, an ISO date, a category),
    ``level`` a value on the other one. ``node`` and ``to`` are nodes of a diagram.
    """

    op: Op
    panel: Name = ""
    series: Name = ""
    other: Name = ""
    column: Name = ""
    axis: AxisName | None = None
    at: Cell = None
    until: Cell = None
    level: float | None = None
    model: FitModel = "linear"
    degree: Annotated[int, Field(ge=1, le=9)] = 1
    node: ShortText = ""
    to: ShortText = ""


class Point(Value):
    """A place on the independent axis and the value there."""

    at: Cell = None
    value: Cell = None
    label: ShortText = ""


class Finding(Value):
    """An answer that can be checked.

    ``name`` and ``quantity`` are there where an expert found something that no ``query`` names: ``qi``, and
    in the reader's words "initial rate".

    ``value`` in ``unit``, at the place ``at`` in ``at_unit``; ``points`` where there are several. ``error``
    is the half-width within which the value is certain, in its own unit: known for what was read from pixels
    or interpolated in a sample. ``items`` are names (series, categories, nodes). ``details`` are further
    numbers by name (the coefficients of a fit, R²). ``method`` says in a few words how it was computed,
    ``source`` where a formula comes from, ``warnings`` what makes it doubtful.
    """

    query: Query
    badge: Badge
    name: Name = ""
    quantity: ShortText = ""
    series: ShortText = ""
    value: Cell = None
    unit: Annotated[str, Field(max_length=100)] = ""
    at: Cell = None
    at_unit: Annotated[str, Field(max_length=100)] = ""
    points: tuple[Point, ...] = ()
    items: tuple[ShortText, ...] = ()
    details: dict[str, Cell] = Field(default_factory=dict)
    error: float | None = None
    method: str = ""
    source: str = ""
    warnings: tuple[str, ...] = ()
