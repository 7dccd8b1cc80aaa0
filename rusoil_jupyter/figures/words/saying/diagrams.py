"""Sentences about diagrams: boxes, what connects them, ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.words.saying.teller import MOST_LISTED
from rusoil_jupyter.i18n import _, ngettext

if TYPE_CHECKING:
    from rusoil_jupyter.figures.values import queries as q
    from rusoil_jupyter.figures.values.finding import Point
    from rusoil_jupyter.figures.words.saying.teller import Teller

_MOST_OF_WAY = 40


def nodes(tell: Teller, _query: q.Boxes) -> str:
    """All boxes, and those at which a way begins or ends."""
    items, details = tell.finding.items, tell.finding.details
    text = ngettext("there is {count} box: {names}", "there are {count} boxes: {names}", len(items))
    told = [text.format(count=len(items), names=tell.names(items))]
    if starts := details.get("starts"):
        told.append(_("it starts with {names}").format(names=tell.quoted(str(starts))))
    if ends := details.get("ends"):
        told.append(_("it ends with {names}").format(names=tell.quoted(str(ends))))
    return "; ".join(told)


def edges(tell: Teller, _query: q.Arrows) -> str:
    """How many connections there are, and which."""
    count = tell.count()
    text = ngettext("there is {count} connection", "there are {count} connections", count)
    told = "; ".join(_arrow(tell, point) for point in tell.finding.points[:MOST_LISTED])
    return text.format(count=count) + (f": {told}" if told else "")


def _arrow(tell: Teller, point: Point) -> str:
    label = f" ({tell.quoted(point.label)})" if point.label else ""
    return f"{tell.quoted(str(point.at))} → {tell.quoted(str(point.value))}{label}"


def neighbours(tell: Teller, query: q.Neighbours) -> str:
    """What is connected to a box, after it or before."""
    finding = tell.finding
    if not finding.items:
        sentence = _("nothing is connected to {name} there")
    elif query.node and query.to:
        sentence = _("connected to {name}: {names}")
    else:
        sentence = _("after {name}: {names}") if query.node else _("before {name}: {names}")
    return sentence.format(name=tell.quoted(finding.series), names=tell.names(finding.items))


def path(tell: Teller, _query: q.Path) -> str:
    """A way from box to box."""
    if not tell.finding.items:
        return _("there is no such way")
    way = " → ".join(map(tell.quoted, tell.finding.items[:_MOST_OF_WAY]))
    return _("the way is {way}").format(way=way)
