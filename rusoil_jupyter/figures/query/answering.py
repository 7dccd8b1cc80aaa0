"""Which operation answers which query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.query import counting, diagrams, meetings, relations, shapes, values, writing
from rusoil_jupyter.figures.values import queries as q

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.finding import Finding

# Each takes the class it stands beside: the type of a dictionary can't say so.
_ANSWERS: dict[type, Callable[[Reading, Any], Finding]] = {
    q.ValueAt: values.value_at,
    q.Extreme: values.extreme,
    q.Statistic: values.statistic,
    q.Share: relations.share,
    q.Comparison: relations.compare,
    q.Order: relations.order,
    q.Crossing: meetings.crossing,
    q.Intersection: meetings.intersection,
    q.Extent: counting.extent,
    q.Which: counting.which,
    q.Outliers: shapes.outliers,
    q.Trend: shapes.trend,
    q.Slope: shapes.slope,
    q.Area: shapes.area,
    q.Correlation: shapes.correlation,
    q.Fit: shapes.fit,
    q.Boxes: diagrams.nodes,
    q.Arrows: diagrams.edges,
    q.Neighbours: diagrams.neighbours,
    q.Path: diagrams.path,
    q.Everything: writing.describe,
}
_WRITTEN: dict[str, Callable[[Reading, q.Written], Finding]] = {
    "title": writing.title,
    "axis": writing.axis,
    "categories": writing.categories,
    "series": writing.series,
    "legend": writing.legend,
    "type": writing.kind,
    "panels": writing.panels,
    "references": writing.references,
    "notes": writing.notes,
}


def answer(reading: Reading, query: q.Single) -> Finding:
    """What the figure says to a query.

    Deterministic; sentences in it (method, warnings) are in the reader's language of this task.

    Raises:
        CannotAnswer: the figure does not hold it, or the query lacks something; with a next step.
    """
    if isinstance(query, q.Written):
        return _WRITTEN[query.what](reading, query)
    return _ANSWERS[type(query)](reading, query)


def answers(reading: Reading, query: q.Query) -> tuple[Finding, ...]:
    """What the figure says to a query, or to each part of one.

    Raises:
        CannotAnswer: the figure does not hold one of them.
    """
    parts = query.parts if isinstance(query, q.Several) else (query,)
    return tuple(answer(reading, part) for part in parts)
