"""Findings as short sentences: the numbers, their units and places. How sure they are is shown beside, not
said.

``teller`` has the pieces of which all sentences are made, the other modules one function a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.words import restating
from rusoil_jupyter.figures.words.forms import Language, capital, clean, in_language
from rusoil_jupyter.figures.words.saying import comparing, diagrams, numbers, places, shapes, written
from rusoil_jupyter.figures.words.saying.teller import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rusoil_jupyter.figures.values.description import FigureDescription
    from rusoil_jupyter.figures.values.finding import Finding

__all__ = ["say"]

# Each takes the class it stands beside: the type of a dictionary can't say so.
_TOLD: dict[type, Callable[[Teller, Any], str]] = {
    q.ValueAt: numbers.value_at,
    q.Extreme: numbers.extreme_of,
    q.Statistic: numbers.statistic,
    q.Share: numbers.share,
    q.Comparison: comparing.comparison,
    q.Crossing: places.crossing,
    q.Intersection: places.intersection,
    q.Extent: places.extent,
    q.Which: places.which,
    q.Order: numbers.order,
    q.Outliers: shapes.outliers,
    q.Trend: shapes.trend,
    q.Slope: shapes.slope,
    q.Area: numbers.number,
    q.Correlation: shapes.correlation,
    q.Fit: shapes.fit,
    q.Boxes: diagrams.nodes,
    q.Arrows: diagrams.edges,
    q.Neighbours: diagrams.neighbours,
    q.Path: diagrams.path,
    q.Everything: written.everything,
}
_WRITTEN: dict[str, Callable[[Teller, q.Written], str]] = {
    "title": written.title,
    "axis": written.axis,
    "categories": written.categories,
    "series": written.series,
    "legend": written.legend,
    "type": written.kind,
    "panels": written.panels,
    "references": written.references,
    "notes": written.notes,
}
_OF_EACH = (q.ValueAt, q.Extent, q.Slope, q.Trend, q.Correlation)  # without one value: a point a series


def say(findings: Sequence[Finding], description: FigureDescription, language: Language) -> str:
    """Sentences for findings, in their order, with their warnings.

    Labels of the figure are cited in quotes, whatever they say.
    """
    return in_language(
        language, lambda: " ".join(_sentence(Teller(one, description, language)) for one in findings)
    )


def _sentence(tell: Teller) -> str:
    told = _told(tell)
    subject = ", ".join(filter(None, (_subject(tell), *_limits(tell))))
    text = capital(f"{subject}: {told}" if subject else told)
    text = text if text.endswith((".", "!", "?", "…")) else text + "."
    return " ".join([text, *(clean(warning, 300) for warning in tell.finding.warnings)])


def _told(tell: Teller) -> str:
    query = tell.query
    if isinstance(query, q.Written):
        return _WRITTEN[query.what](tell, query)
    if isinstance(query, _OF_EACH) and tell.finding.value is None:
        return tell.points(tell.finding.points)
    return _TOLD[type(query)](tell, query)


def _subject(tell: Teller) -> str:
    """The series that the sentence is about, where the sentence does not name it itself."""
    name = tell.finding.series
    return "" if not name or _names_it(tell.query) else tell.quoted(tell.without_unit(name))


def _names_it(query: q.Single) -> bool:
    match query:
        case q.Intersection() | q.Comparison() | q.Order() | q.Everything() | q.Boxes() | q.Arrows():
            return True
        case q.Neighbours() | q.Path() | q.Which(asks="series") | q.Statistic(each="series"):
            return True
        case q.Written(what=what):
            return what != "categories"
        case q.Correlation(other=other):
            return bool(other)
        case q.Extreme(rank=rank, asks=asks):
            return rank > 1 or asks == "series"
    return False


def _limits(tell: Teller) -> list[str]:
    """What the question was narrowed down to: said before the answer, so that it can be seen."""
    told_with_it = tell.finding.at is not None or isinstance(tell.query, q.Comparison)
    return restating.limits(tell.query, tell.description, tell.language, place=not told_with_it)
