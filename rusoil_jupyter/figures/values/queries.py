"""A question to a figure as a value: an operation over a selection. Values only: nothing is computed here.

Every operation says what it is about by a :class:`Selection`, so that a condition, an exception or an
interval means the same for all of them. An empty field means "all", or "the only one".
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from rusoil_jupyter.figures.values.description import AxisName, Cell, Name, ShortText
from rusoil_jupyter.messages import Value

Period = Literal["hour", "day", "week", "month", "quarter", "half-year", "year"]
StatisticName = Literal[
    "mean", "median", "sum", "std", "count", "spread", "first", "last", "change", "maximum", "minimum"
]
Relation = Literal["above", "at_least", "below", "at_most", "equal", "other_than"]
FitModel = Literal["linear", "polynomial", "exponential", "power", "logarithmic"]
Unit = Annotated[str, Field(max_length=100)]


# --- which marks ------------------------------------------------------------------------------------


class Interval(Value):
    """Places from ``start`` to ``end``, both included; without one of them, open to that side.

    ``without`` is what does not belong to it: the start ("after May"), the end ("before May"), or both. A
    date of less than all digits is a period: ``2023-05`` is all of May, ``after`` it begins in June.
    """

    kind: Literal["interval"] = "interval"
    start: Cell = None
    end: Cell = None
    without: Literal["", "start", "end", "both"] = ""


class Listed(Value):
    """These places: numbers, ISO dates or periods, categories."""

    kind: Literal["listed"] = "listed"
    places: Annotated[tuple[Cell, ...], Field(min_length=1, max_length=100)]


class Ends(Value):
    """The first or last of something: three marks, twelve months; 0.5 of the marks is half of the axis."""

    kind: Literal["ends"] = "ends"
    end: Literal["first", "last"]
    count: Annotated[float, Field(gt=0, le=1e6)] = 1
    of: Period | Literal["mark"] = "mark"


class Months(Value):
    """These months of every year: a season, "each May"."""

    kind: Literal["months"] = "months"
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(min_length=1, max_length=12)]


Places = Annotated[Interval | Listed | Ends | Months, Field(discriminator="kind")]


class Where(Value):
    """A condition on the value of each mark, or on that of another series (or column) at the same place.

    Compared with ``level``; with the series ``than`` at the same place; with the own value ``at`` another
    place ("more than in January"); or with a ``statistic`` of the selection without this condition ("above
    the mean"). ``unit`` is the level's where it is not the axis' own. The column ``change`` is the
    difference to the mark before ("did not rise against the month before": ``change`` at most 0); the first
    mark has none.
    """

    relation: Relation
    level: float | None = None
    unit: Unit = ""
    than: Name = ""
    at: Cell = None
    statistic: StatisticName | Literal[""] = ""
    series: Name = ""
    column: Name = ""


class Selection(Value):
    """Which marks: of which panel and series, at which places, under which conditions.

    ``column`` is a column other than the value (``median`` of a box, ``low`` of a band, ``x`` for the places
    themselves, ``total`` for what is stacked). ``places`` must all hold, none of ``but`` may. ``cross`` is a
    place on the second axis of a grid; a list in ``places`` or ``but`` may also name categories of that axis.
    """

    panel: Name = ""
    series: Annotated[tuple[Name, ...], Field(max_length=500)] = ()
    column: Name = ""
    places: Annotated[tuple[Places, ...], Field(max_length=8)] = ()
    but: Annotated[tuple[Places, ...], Field(max_length=8)] = ()
    where: Annotated[tuple[Where, ...], Field(max_length=4)] = ()
    cross: Cell = None


# --- one number -------------------------------------------------------------------------------------


class ValueAt(Value):
    """The value at the one place of the selection."""

    op: Literal["value_at"] = "value_at"
    of: Selection
    unit: Unit = ""


class Extreme(Value):
    """The largest or smallest value (``rank`` 2: the second), and where it is.

    ``asks`` is what the answer begins with; a place is told in ``within`` ("in which month").
    """

    op: Literal["extreme"] = "extreme"
    which: Literal["maximum", "minimum"]
    of: Selection
    rank: Annotated[int, Field(ge=1, le=1000)] = 1
    asks: Literal["value", "place", "series", "cross"] = "value"
    within: Period | Literal[""] = ""
    unit: Unit = ""


class Statistic(Value):
    """One number for all marks of the selection; ``change`` is the last value minus the first.

    ``each`` makes it one for each period, series, place, or place on the second axis of a grid (``cross``);
    ``over`` then is taken of those: "the mean of the monthly maxima" is ``maximum``, each ``month``, over
    ``mean``; "in which year was most produced" is ``sum``, each ``year``, over ``maximum`` (``rank`` 2: in
    which year the second most).
    """

    op: Literal["statistic"] = "statistic"
    name: StatisticName
    of: Selection
    each: Period | Literal["", "series", "place", "cross"] = ""
    over: StatisticName | Literal[""] = ""
    rank: Annotated[int, Field(ge=1, le=1000)] = 1
    asks: Literal["value", "group"] = "value"
    unit: Unit = ""


Measure = Annotated[ValueAt | Extreme | Statistic, Field(discriminator="op")]


class Share(Value):
    """The sum of a part in the sum of a whole, in per cent; or, ``by`` count, how many of how many marks."""

    op: Literal["share"] = "share"
    by: Literal["sum", "count"] = "sum"
    of: Selection
    whole: Selection


class Comparison(Value):
    """Two numbers: ``first`` minus ``second``, divided by it, or in per cent of it; or which is larger.

    ``claim`` is what the question holds to have happened: it is refused where it has not.
    """

    op: Literal["comparison"] = "comparison"
    first: Measure
    second: Measure
    asks: Literal["difference", "ratio", "percent", "larger", "smaller"] = "difference"
    claim: Literal["", "rise", "fall"] = ""
    unit: Unit = ""


# --- places -----------------------------------------------------------------------------------------


class Crossing(Value):
    """Where the values of the selection reach ``level``, upwards or downwards or either; or how often."""

    op: Literal["crossing"] = "crossing"
    of: Selection
    level: float
    unit: Unit = ""
    way: Literal["", "up", "down"] = ""
    asks: Literal["places", "first", "last", "count"] = "places"
    within: Period | Literal[""] = ""


class Intersection(Value):
    """Where two series meet; none named: those there are."""

    op: Literal["intersection"] = "intersection"
    of: Selection
    other: Name = ""
    asks: Literal["places", "first", "last", "count", "value"] = "places"
    within: Period | Literal[""] = ""


class Extent(Value):
    """How long, or how thick, all of the axis is where the conditions of the selection hold."""

    op: Literal["extent"] = "extent"
    of: Selection
    unit: Unit = ""


class Which(Value):
    """The names, or places, for which the conditions of the selection hold ``always``, ``ever`` or ``never``.

    ``asks``: the series, the places, or only whether there are any (``whether``).
    """

    op: Literal["which"] = "which"
    of: Selection
    holds: Literal["always", "ever", "never"] = "ever"
    asks: Literal["series", "places", "cross", "whether"] = "places"


class Order(Value):
    """The places, or the series by a statistic, in order: the first ``limit`` of them, or all (0).

    ``standing`` is the one whose rank is asked for.
    """

    op: Literal["order"] = "order"
    of: Selection
    by: StatisticName | Literal[""] = ""
    first: Literal["largest", "smallest"] = "largest"
    limit: Annotated[int, Field(ge=0, le=100)] = 0
    standing: ShortText = ""


class Outliers(Value):
    """Marks that stand apart."""

    op: Literal["outliers"] = "outliers"
    of: Selection


# --- shapes -----------------------------------------------------------------------------------------


class Trend(Value):
    """Rising, falling, flat or mixed; ``claim`` is what a question for yes or no holds it to be."""

    op: Literal["trend"] = "trend"
    of: Selection
    claim: Literal["", "rising", "falling", "flat"] = ""


class Slope(Value):
    """Least-squares, per unit of the independent axis, or per ``each``."""

    op: Literal["slope"] = "slope"
    of: Selection
    each: Period | Literal[""] = ""


class Area(Value):
    """Under the curve, by the trapezoidal rule."""

    op: Literal["area"] = "area"
    of: Selection
    unit: Unit = ""


class Correlation(Value):
    """Pearson's r of two series, or of the values with their places."""

    op: Literal["correlation"] = "correlation"
    of: Selection
    other: Name = ""


class Fit(Value):
    """A least-squares fit."""

    op: Literal["fit"] = "fit"
    of: Selection
    model: FitModel = "linear"
    degree: Annotated[int, Field(ge=1, le=9)] = 1


# --- what is written on it, diagrams, everything ------------------------------------------------------


class Written(Value):
    """What is written on a figure: of ``axis`` its label, unit, scale and range, or its ``categories``."""

    op: Literal["written"] = "written"
    what: Literal["title", "axis", "categories", "series", "legend", "type", "panels", "references", "notes"]
    panel: Name = ""
    series: Name = ""
    axis: AxisName | None = None


class Boxes(Value):
    """The boxes of a diagram."""

    op: Literal["nodes"] = "nodes"


class Arrows(Value):
    """The connections of a diagram, or those between two boxes."""

    op: Literal["edges"] = "edges"
    node: ShortText = ""
    to: ShortText = ""


class Neighbours(Value):
    """What follows a box (``node``), what leads to one (``to``), or both."""

    op: Literal["neighbours"] = "neighbours"
    node: ShortText = ""
    to: ShortText = ""


class Path(Value):
    """The way from one box to another."""

    op: Literal["path"] = "path"
    node: ShortText
    to: ShortText


class Everything(Value):
    """The figure, or a panel, described."""

    op: Literal["describe"] = "describe"
    panel: Name = ""


Single = Annotated[
    ValueAt
    | Extreme
    | Statistic
    | Share
    | Comparison
    | Crossing
    | Intersection
    | Extent
    | Which
    | Order
    | Outliers
    | Trend
    | Slope
    | Area
    | Correlation
    | Fit
    | Written
    | Boxes
    | Arrows
    | Neighbours
    | Path
    | Everything,
    Field(discriminator="op"),
]


class Several(Value):
    """A question of several parts, each answered for itself."""

    op: Literal["several"] = "several"
    parts: Annotated[tuple[Single, ...], Field(min_length=2, max_length=4)]


Query = Annotated[Single | Several, Field(discriminator="op")]


@cache
def query_type() -> TypeAdapter[Query]:
    """What reads a query from JSON or from its fields."""
    return TypeAdapter(Query)
