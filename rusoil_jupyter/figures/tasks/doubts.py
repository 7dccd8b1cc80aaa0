"""What of a picture's numbers may be told: only as far as what was read is sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.values import queries as q
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rusoil_jupyter.figures.reading import Reading


def refuse_doubtful(reading: Reading, query: q.Query) -> None:
    """Let a query pass whose numbers are sure; what is written on a picture is known in any case.

    Raises:
        InvalidRequest: it asks for numbers that are not.
    """
    for selection in _selections(query):
        if doubts := tuple(_doubts(reading, selection)):
            raise _unread(doubts)
        if _counts(query) and reading.uncounted & (set(selection.series) or reading.uncounted):
            raise _refusal(
                _("The points of this picture can't be counted: they run together or lie over each other.")
            )


def refuse_unread(reading: Reading) -> None:
    """Say why, where nothing was read that a number could come from.

    Raises:
        InvalidRequest: so it is.
    """
    if reading.doubts and not reading.arrays:
        raise _unread(reading.doubts.values())


def _unread(reasons: Iterable[str]) -> InvalidRequest:
    told = " ".join(dict.fromkeys(reasons))
    return _refusal(_("The numbers of this picture are not given. {reasons}").format(reasons=told))


def _doubts(reading: Reading, of: q.Selection) -> Iterator[str]:
    """The reasons that are against numbers of this selection, kept by panels ("p1") and series ("p1s2")."""
    named = {*of.series, *(series.partition("s")[0] for series in of.series), of.panel} - {""}
    if not named or named & reading.doubts.keys():
        yield from reading.doubts.values()
    elif not of.series:
        yield from (why for key, why in reading.doubts.items() if key.startswith(of.panel))


def _selections(query: q.Query) -> Iterator[q.Selection]:
    match query:
        case q.Several():
            for part in query.parts:
                yield from _selections(part)
        case q.Comparison():
            yield from (query.first.of, query.second.of)
        case q.Share():
            yield from (query.of, query.whole)
        case q.Written(what="series" | "type" | "references"):
            yield q.Selection(panel=query.panel, series=(query.series,) if query.series else ())
        case q.Written() | q.Boxes() | q.Arrows() | q.Neighbours() | q.Path() | q.Everything():
            return
        case _:
            yield query.of


def _counts(query: q.Query) -> bool:
    return isinstance(query, q.Statistic) and query.name == "count"


def _refusal(message: str) -> InvalidRequest:
    step = _("Choose a model that sees pictures, or run the cell that draws it: a live figure is exact.")
    return InvalidRequest(message, step, field="question")
