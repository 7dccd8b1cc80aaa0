"""The figure description, version 1: what a figure shows, small enough to be saved beside its picture.

It travels in the output's data as ``application/vnd.rusoil.figure.v1+json`` and is saved with the notebook.
One that comes back from a notebook is untrusted: it is validated like any other input, and its texts are
data, never instructions.

Numbers are stored with six significant digits (whole ones in full, larger ones to the thousandth), NaN and
infinities as ``null``, dates as ISO 8601 text (UTC or naive), categories as their labels. Whole arrays stay
in the kernel; :mod:`rusoil_jupyter.figures.reading` brings both together.

Columns of a series (``values`` and the live arrays use the same names). The *independent* axis is the
one that ``along`` names: ``x`` normally, ``y`` for horizontal bars and for logs whose depth runs down. Its
column carries its name; the other columns are measured on the other axis.

==================================  =================================================================
kind                                columns besides the independent one
==================================  =================================================================
line, step, scatter, stem, area     the other axis' value (``y``, or ``x`` where ``along`` is ``y``);
                                    scatter may add ``size`` and ``z`` (a colour that means a number)
bar                                 the other axis' value: where the bar ends, minus where it begins;
                                    ``base`` where it begins (0 when absent), ``width``
histogram                           ``left``, ``right`` (edges of the bins) instead of the independent
                                    column, and the count or density
band                                ``low``, ``high`` (the ends of a filled band)
errorbar                            the value, ``low``, ``high`` (where the bars end)
box, violin                         ``low``, ``q1``, ``median``, ``q3``, ``high``, ``mean`` (those known)
pie                                 ``y`` alone: the value of each slice, named by ``names``
heatmap, hexbin, contour            ``x``, ``y`` (centres of the cells), ``z``
surface                             ``x``, ``y``, ``z`` (anything in three dimensions)
vector                              ``x``, ``y``, ``u``, ``v``
image, other                        none
==================================  =================================================================
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rusoil_jupyter.messages import Value

# Every name that a column can have; see above. A stored description may hold others: nothing reads them.
COLUMNS = frozenset(
    {*("x", "y", "z", "u", "v", "low", "q1", "median", "q3", "high", "mean")}
    | {*("left", "right", "base", "width", "size")}
)
GOAL_BYTES = 4096  # of the JSON, at the 95th percentile

AxisName = Literal["x", "y", "x2", "y2", "z", "color"]
AxisKind = Literal["number", "date", "category"]
Scale = Literal["linear", "log", "symlog", "logit", "sqrt", "other"]
SeriesKind = Literal[
    "line",
    "step",
    "scatter",
    "stem",
    "area",
    "bar",
    "histogram",
    "band",
    "errorbar",
    "box",
    "violin",
    "pie",
    "heatmap",
    "hexbin",
    "contour",
    "surface",
    "vector",
    "image",
    "other",
]
Library = Literal[
    "matplotlib", "plotly", "vega-lite", "bokeh", "graphviz", "mermaid", "drawio", "svg", "pixels", "las"
]
Name = Annotated[str, Field(max_length=64)]
ShortText = Annotated[str, Field(max_length=500)]
Cell = float | str | None


class Axis(Value):
    """One axis (or colour bar): ``label`` as it is drawn, ``unit`` as far as the label tells it.

    ``range`` is what is visible, the smaller number first, whichever way the axis runs (``inverted``: the
    other way than usual); for dates ISO texts, for categories ``None``. ``quirk`` is what the drawing gets
    wrong: numbers given as texts, or texts that are tied to no place.
    """

    label: ShortText = ""
    unit: Annotated[str, Field(max_length=100)] = ""
    kind: AxisKind = "number"
    scale: Scale = "linear"
    inverted: bool = False
    range: tuple[Cell, Cell] | None = None
    categories: tuple[ShortText, ...] = Field(default=(), max_length=1000)
    quirk: Literal["", "texts_as_numbers", "loose_labels"] = ""


class Stats(Value):
    """One column in numbers that hold for all of its points, also those that were not stored.

    ``at_min`` and ``at_max`` are positions on the independent axis. ``missing`` counts NaN.
    """

    min: Cell = None
    max: Cell = None
    mean: float | str | None = None
    sum: float | None = None
    std: float | None = None
    median: float | str | None = None
    first: Cell = None
    last: Cell = None
    at_min: Cell = None
    at_max: Cell = None
    missing: int = 0


class Series(Value):
    """One set of marks: a line, the bars of one colour, the slices of a pie.

    ``n`` counts the points there are. ``values`` has all of them, or, when ``sampled``, some: the ends, the
    extremes and what keeps the shape. ``stats`` has each column's summary when ``sampled``. ``x`` and ``y``
    name the axes of the panel it is drawn against. ``stack`` is the same for series that stand on each other.
    ``heights`` says what those of a histogram are: numbers of what lies in a bin, densities (areas add up to
    1), or perhaps cumulated (they only rise); empty where that is not known.
    """

    id: Name
    kind: SeriesKind
    label: ShortText = ""
    colour: Annotated[str, Field(max_length=30)] = ""
    x: AxisName = "x"
    y: AxisName = "y"
    along: Literal["x", "y"] = "x"
    n: int = Field(default=0, ge=0)
    names: tuple[ShortText, ...] = Field(default=(), max_length=2000)
    stack: Name = ""
    heights: Literal["", "counts", "density", "cumulated"] = ""
    sampled: bool = False
    values: dict[Name, tuple[Cell, ...]] = Field(default_factory=dict, max_length=16)
    stats: dict[Name, Stats] = Field(default_factory=dict, max_length=16)


class Reference(Value):
    """A line or a span across a whole panel: ``value`` on ``axis``, or from ``value`` to ``end``."""

    axis: AxisName
    value: Cell
    end: Cell = None
    label: ShortText = ""


class Note(Value):
    """A text written into a panel, at a place in the axes' own units where it has one."""

    text: ShortText
    x: Cell = None
    y: Cell = None


class Panel(Value):
    """One coordinate system: its axes, what is drawn in it, and where it lies in the picture.

    ``box`` is left, top, right, bottom as shares of the picture's width and height (0..1, from its upper left
    corner). ``row`` and ``column`` count from 1 in a grid of subplots. ``legend`` has the entries of the
    legend where they are not the labels of the panel's series.
    """

    id: Name
    title: ShortText = ""
    row: int = 1
    column: int = 1
    box: tuple[float, float, float, float] | None = None
    axes: dict[AxisName, Axis] = Field(default_factory=dict)
    series: tuple[Series, ...] = Field(default=(), max_length=500)
    references: tuple[Reference, ...] = Field(default=(), max_length=200)
    notes: tuple[Note, ...] = Field(default=(), max_length=200)
    legend_title: ShortText = ""
    has_legend: bool = False
    legend: tuple[ShortText, ...] = Field(default=(), max_length=200)


class Node(Value):
    """A box of a diagram."""

    id: ShortText
    label: ShortText = ""
    shape: Name = ""
    group: ShortText = ""


class Edge(Value):
    """A connection of two nodes, by their ids."""

    source: ShortText
    target: ShortText
    label: ShortText = ""
    directed: bool = True


class Diagram(Value):
    """Boxes and what connects them."""

    kind: Name = "graph"
    nodes: tuple[Node, ...] = Field(default=(), max_length=2000)
    edges: tuple[Edge, ...] = Field(default=(), max_length=5000)


class FigureDescription(Value):
    """A whole figure.

    ``id`` finds the live figure in the kernel's cache while it is there. ``size`` is the picture's in pixels.
    ``omitted`` says in words what did not fit.
    """

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{0,32}$")] = ""
    library: Library = "matplotlib"
    title: ShortText = ""
    size: tuple[int, int] | None = None
    panels: tuple[Panel, ...] = Field(default=(), max_length=200)
    diagram: Diagram | None = None
    omitted: tuple[ShortText, ...] = Field(default=(), max_length=50)

    def to_json(self) -> dict[str, object]:
        """As it is saved: JSON values only, without what is as by default."""
        saved: dict[str, object] = self.model_dump(mode="json", exclude_defaults=True)
        return {"version": 1, **saved}

    def find(self, series_id: str) -> tuple[Panel, Series]:
        """The series with this id, and its panel.

        Raises:
            KeyError: there is none.
        """
        for panel in self.panels:
            for series in panel.series:
                if series.id == series_id:
                    return panel, series
        raise KeyError(series_id)
