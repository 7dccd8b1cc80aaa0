"""Queries in their first form: one value with a field for everything.

Sessions that were stored with it hold them: :meth:`Flat.query` is what they mean.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import Field

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.description import AxisName, Cell, Name, ShortText
from rusoil_jupyter.messages import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.values.description import FigureDescription, Series

FlatOp = Literal[
    "value_at", "maximum", "minimum", "first", "last", "mean", "median", "sum", "std", "count", "spread",
    "slope", "area", "share", "crossing", "intersection", "outliers", "trend", "compare", "correlation",
    "rank", "fit", "title", "axis", "series", "legend", "type", "panels", "references", "notes", "nodes",
    "edges", "neighbours", "path", "describe",
]  # fmt: skip
STATISTICS = frozenset(
    ["mean", "median", "sum", "std", "count", "spread", "first", "last", "maximum", "minimum"]
)
_OF_A_PLACE = STATISTICS | {"value_at", "rank", "compare", "share"}
_OPS = get_args(FlatOp)
_GRIDS = frozenset({"heatmap", "hexbin", "contour", "surface"})
_BOXES = frozenset({"box", "violin"})
_PERIOD = re.compile(r"\d{4}(-\d{1,2}(-\d{1,2})?)?")


class Flat(Value):
    """One question in one value: ``at`` and ``until`` are a place or an interval, of a grid its x and y;
    ``column`` is also ``above`` or ``below`` a ``level``, a statistic of whole series, or how two are
    compared; ``level`` is also a rank, or which of two is asked for.
    """

    op: FlatOp
    panel: Name = ""
    series: Name = ""
    other: Name = ""
    column: Name = ""
    axis: AxisName | None = None
    at: Cell = None
    until: Cell = None
    level: float | None = None
    model: q.FitModel = "linear"
    degree: Annotated[int, Field(ge=1, le=9)] = 1
    node: ShortText = ""
    to: ShortText = ""

    def query(self, description: FigureDescription | None = None) -> q.Single:
        """What it asks for.

        Args:
            description: of the figure it is about; without it heat maps, boxes and stacks are taken for
                plain series.
        """
        panels = description.panels if description is not None else ()
        about = [
            series
            for panel in panels
            for series in panel.series
            if self.panel in {"", panel.id} and self.series in {"", series.id}
        ]
        return _Meaning(self, about).query()


def is_flat(stored: object) -> bool:
    """Whether something stored is written as a :class:`Flat`, not as one of the queries of today."""
    return isinstance(stored, dict) and stored.get("op") in _OPS and "of" not in stored


class _Meaning:
    """A flat query about these series on its way to what it means."""

    def __init__(self, flat: Flat, about: list[Series]) -> None:
        self.flat = flat
        self.kinds = {series.kind for series in about}
        self.count = len(about)
        self.stacked = bool(flat.series) and any(series.stack for series in about)

    def query(self) -> q.Single:
        op = self.flat.op
        if op in STATISTICS:
            return self._statistic()
        makers: dict[str, Callable[[], q.Single]] = {
            "value_at": lambda: q.ValueAt(of=self.selection()),
            "share": self._share,
            "compare": self._compare,
            "rank": self._rank,
            "crossing": self._crossing,
            "fit": lambda: q.Fit(of=self.selection(), model=self.flat.model, degree=self.flat.degree),
            "intersection": lambda: q.Intersection(of=self.selection(), other=self.flat.other),
            "correlation": lambda: q.Correlation(of=self.selection(), other=self.flat.other),
            "slope": lambda: q.Slope(of=self.selection()),
            "area": lambda: q.Area(of=self.selection()),
            "trend": lambda: q.Trend(of=self.selection()),
            "outliers": lambda: q.Outliers(of=self.selection()),
            "describe": lambda: q.Everything(panel=self.flat.panel),
            "nodes": q.Boxes,
            "edges": lambda: q.Arrows(node=self.flat.node, to=self.flat.to),
            "neighbours": lambda: q.Neighbours(node=self.flat.node, to=self.flat.to),
            "path": lambda: q.Path(node=self.flat.node, to=self.flat.to),
        }
        return makers[op]() if op in makers else self._written(op)

    def selection(self, **changes: Any) -> q.Selection:
        flat = self.flat
        fields: dict[str, Any] = {
            "panel": flat.panel,
            "series": (flat.series,) if flat.series else (),
            "column": flat.column,
            "places": self.places(),
        }
        if self.kinds and self.kinds <= _GRIDS:
            fields["cross"] = flat.until
        return q.Selection(**fields | changes)

    def places(self) -> tuple[q.Places, ...]:
        at, until = self.flat.at, self.flat.until
        if self.kinds and self.kinds <= _GRIDS:
            return () if at is None else (q.Listed(places=(at,)),)
        if until is not None:
            return (q.Interval(start=at, end=until),)
        if at is None:
            return ()
        if self.flat.op in _OF_A_PLACE or _PERIOD.fullmatch(str(at)):
            return (q.Listed(places=(at,)),)
        return (q.Interval(start=at),)

    def _statistic(self) -> q.Single:
        flat = self.flat
        if flat.op == "count" and flat.axis is not None:
            return q.Written(what="categories", panel=flat.panel, series=flat.series, axis=flat.axis)
        if flat.op in {"maximum", "minimum"}:
            return q.Extreme(which=flat.op, of=self.selection())
        changes: dict[str, Any] = {}
        if flat.op == "count" and flat.level is not None:
            relation = "below" if flat.column == "below" else "above"
            changes = {"column": "", "where": (q.Where(relation=relation, level=flat.level),)}  # type: ignore[arg-type]
        return q.Statistic(name=flat.op, of=self.selection(**changes))  # type: ignore[arg-type]

    def _share(self) -> q.Single:
        part = self.selection(column="")
        if self.flat.at is None:
            return q.Share(of=part, whole=q.Selection(panel=self.flat.panel))
        of_all = {"series": ()} if self.stacked else {"places": ()}
        return q.Share(of=part, whole=part.model_copy(update=of_all))

    def _compare(self) -> q.Single:
        flat = self.flat
        asks = flat.column if flat.column in {"difference", "ratio", "percent"} else "difference"
        if flat.level is not None:
            asks = "smaller" if flat.level < 0 else "larger"
        first, second = self._sides()
        return q.Comparison(first=first, second=second, asks=asks)  # type: ignore[arg-type]

    def _sides(self) -> tuple[q.Measure, q.Measure]:
        flat = self.flat
        taken = STATISTICS | {"difference", "ratio", "percent"}
        own = {"column": "" if flat.column in taken else flat.column}
        if not flat.other and flat.at is not None and flat.until is not None:
            ends = (q.Listed(places=(flat.until,)),), (q.Listed(places=(flat.at,)),)
            first, second = (self.selection(**own, places=places, cross=None) for places in ends)
            return q.ValueAt(of=first), q.ValueAt(of=second)
        first = self.selection(**own)
        second = first if not flat.other else first.model_copy(update={"series": (flat.other,), "panel": ""})
        if flat.at is not None and flat.until is None:
            return q.ValueAt(of=first), q.ValueAt(of=second)
        name = flat.column if flat.column in STATISTICS else "mean"
        if name in {"maximum", "minimum"}:
            return q.Extreme(which=name, of=first), q.Extreme(which=name, of=second)  # type: ignore[arg-type]
        return q.Statistic(name=name, of=first), q.Statistic(name=name, of=second)  # type: ignore[arg-type]

    def _rank(self) -> q.Single:
        flat = self.flat
        by = flat.column if flat.column in STATISTICS and not self.kinds & _BOXES else ""
        of = self.selection(column="" if by else flat.column)
        if flat.level is None and self._asks_standing():
            return q.Order(of=of.model_copy(update={"places": ()}), by=by, standing=str(flat.at)[:500])  # type: ignore[arg-type]
        if flat.level is None:
            limit = flat.degree if flat.degree > 1 else 0
            return q.Order(of=of, by=by, limit=limit)  # type: ignore[arg-type]
        rank = max(1, round(abs(flat.level)))
        which: Any = "minimum" if flat.level < 0 else "maximum"
        if by:
            return q.Statistic(name=by, of=of, each="series", over=which, rank=rank, asks="group")  # type: ignore[arg-type]
        return q.Extreme(which=which, of=of, rank=rank, asks="place")

    def _asks_standing(self) -> bool:
        """Whether the place of one mark in the order of all is asked for."""
        flat = self.flat
        is_one = isinstance(flat.at, str) and flat.until is None and not _PERIOD.fullmatch(flat.at)
        return is_one and self.count == 1

    def _crossing(self) -> q.Single:
        way: Any = {"above": "up", "below": "down"}.get(self.flat.column, "")
        return q.Crossing(of=self.selection(column=""), level=self.flat.level or 0.0, way=way)

    def _written(self, what: str) -> q.Single:
        flat = self.flat
        return q.Written(what=what, panel=flat.panel, series=flat.series, axis=flat.axis)  # type: ignore[arg-type]
