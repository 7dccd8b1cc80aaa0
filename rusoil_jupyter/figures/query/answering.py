"""Which operation answers which query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.query import diagrams, meetings, relations, shapes, values, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from rusoil_jupyter.figures.finding import Finding, Op, Query
    from rusoil_jupyter.figures.reading import Reading

_ANSWERS: dict[Op, Callable[[Reading, Query], Finding]] = {
    "value_at": values.value_at,
    "maximum": values.maximum,
    "minimum": values.minimum,
    "first": values.summary,
    "last": values.summary,
    "mean": values.summary,
    "median": values.summary,
    "sum": values.summary,
    "std": values.summary,
    "count": values.summary,
    "spread": values.summary,
    "slope": shapes.slope,
    "area": shapes.area,
    "share": relations.share,
    "crossing": meetings.crossing,
    "intersection": meetings.intersection,
    "outliers": shapes.outliers,
    "trend": shapes.trend,
    "compare": relations.compare,
    "correlation": shapes.correlation,
    "rank": relations.rank,
    "fit": shapes.fit,
    "title": writing.title,
    "axis": writing.axis,
    "series": writing.series,
    "type": writing.kind,
    "panels": writing.panels,
    "references": writing.references,
    "notes": writing.notes,
    "nodes": diagrams.nodes,
    "edges": diagrams.edges,
    "neighbours": diagrams.neighbours,
    "path": diagrams.path,
    "describe": writing.describe,
}


def answer(reading: Reading, query: Query) -> Finding:
    """What the figure says to a query.

    Deterministic; sentences in it (method, warnings) are in the reader's language of this task.

    Raises:
        CannotAnswer: the figure does not hold it, or the query lacks something; with a next step.
    """
    return _ANSWERS[query.op](reading, query)
