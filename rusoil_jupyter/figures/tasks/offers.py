"""What a figure can be asked, as buttons: for whoever was not understood, a menu needs no language.

Only what the figure answers is offered, so each is tried. A label is text: names in it are the figure's own.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.figures.values.interpretation import Offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Language
    from rusoil_jupyter.figures.values.description import Axis, Cell, Diagram, FigureDescription, Series

MOST = 8
MOST_LETTERS = 200
_ORDERED = frozenset({"line", "step", "area", "scatter", "stem"})


def offers(reading: Reading, language: Language, likely: Sequence[q.Query] = ()) -> tuple[Offer, ...]:
    """Up to :data:`MOST` questions that this figure answers, each called as it would be restated.

    Args:
        reading: the figure.
        language: of the labels.
        likely: what may have been meant: offered first.
    """
    from rusoil_jupyter.figures.words.restating import restate

    told = reading.description
    asked = chain(likely, _of_diagram(told.diagram) if told.diagram else (), _of_panels(told))
    queries = islice(dict.fromkeys(query for query in asked if _answers(reading, query)), MOST)
    return tuple(Offer(label=restate(query, told, language)[:MOST_LETTERS], query=query) for query in queries)


def _answers(reading: Reading, query: q.Query) -> bool:
    from rusoil_jupyter.figures import query as asking

    try:
        asking.answers(reading, query)
    except InvalidRequest:
        return False
    return True


def _of_diagram(diagram: Diagram) -> Iterator[q.Query]:
    yield q.Boxes()
    yield q.Arrows()
    ids = [node.id for node in diagram.nodes]
    if ids:
        yield q.Neighbours(node=ids[0])
        yield q.Path(node=ids[0], to=ids[-1])
    yield q.Everything()


def _of_panels(told: FigureDescription) -> Iterator[q.Query]:
    """Of the first panel that has numbers, since all of them together would be a list."""
    panel = next((panel for panel in told.panels if panel.series), None)
    if panel is None:
        return
    whole = q.Selection(panel=panel.id if len(told.panels) > 1 else "")
    first, *others = panel.series
    one = whole.model_copy(update={"series": (first.id,)})
    yield q.Extreme(which="maximum", of=whole)
    yield q.Extreme(which="minimum", of=whole)
    yield q.Statistic(name="mean", of=whole)
    if (place := _middle(first, panel.axes.get(first.x))) is not None:
        yield q.ValueAt(of=one.model_copy(update={"places": (q.Listed(places=(place,)),)}))
    if others:
        other = whole.model_copy(update={"series": (others[0].id,)})
        yield q.Comparison(first=q.Statistic(name="mean", of=one), second=q.Statistic(name="mean", of=other))
        yield q.Written(what="series", panel=whole.panel)
    if first.kind in _ORDERED:
        yield q.Trend(of=one)
    yield q.Everything()


def _middle(series: Series, axis: Axis | None) -> Cell:
    """A place in the midst of a series; ``None`` where none is stored."""
    places = axis.categories if axis and axis.categories else series.values.get("x", series.names)
    return places[len(places) // 2] if places else None
