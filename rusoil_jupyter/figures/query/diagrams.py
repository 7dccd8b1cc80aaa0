"""Questions to a diagram: its boxes, what connects them, and the ways through."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.writing import badge_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Diagram, Edge, Node
    from rusoil_jupyter.figures.values.queries import Arrows, Boxes, Neighbours, Path

_MOST = 500


def _diagram(reading: Reading) -> Diagram:
    if reading.description.diagram is None:
        raise CannotAnswer(
            _("This figure is no diagram with boxes and arrows."),
            _("Ask about its series and axes."),
            field="op",
        )
    return reading.description.diagram


def _node(diagram: Diagram, wanted: str, field: str) -> Node:
    """A node by its id, else by its label, else by the only label that holds the words."""
    near = _meant(diagram, wanted)
    if len(near) == 1:
        return near[0]
    names = ", ".join(f"“{_name(node)[:60]}”" for node in (near or diagram.nodes)[:10])
    problem = _("Which box is “{name}”?") if near else _("There is no box “{name}”.")
    raise CannotAnswer(
        problem.format(name=wanted[:80]), _("There are: {names}.").format(names=names), field=field
    )


def _meant(diagram: Diagram, wanted: str) -> Sequence[Node]:
    plain = _plain(wanted)
    labels = [(_plain(_name(node)), node) for node in diagram.nodes]
    exact = [node for node in diagram.nodes if node.id == wanted]
    exact = exact or [node for label, node in labels if label == plain]
    return exact[:1] or [node for label, node in labels if plain and plain in label]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _name(node: Node) -> str:
    return node.label or node.id


def _names(diagram: Diagram) -> dict[str, str]:
    return {node.id: _name(node) for node in diagram.nodes}


def nodes(reading: Reading, query: Boxes) -> Finding:
    """Which boxes there are; those without a way in or out are named in the details."""
    diagram = _diagram(reading)
    sources, targets = {edge.source for edge in diagram.edges}, {edge.target for edge in diagram.edges}
    details = {
        name: ", ".join(_name(node) for node in diagram.nodes if node.id in ids)[:500]
        for name, ids in (("starts", sources - targets), ("ends", targets - sources))
    }
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=float(len(diagram.nodes)),
        items=tuple(_name(node) for node in diagram.nodes[:_MOST]),
        details={name: told for name, told in details.items() if told},
        method=_("as drawn"),
    )


def edges(reading: Reading, query: Arrows) -> Finding:
    """How many connections there are; between ``node`` and ``to`` where they are named."""
    diagram = _diagram(reading)
    start = _node(diagram, query.node, "node").id if query.node else None
    end = _node(diagram, query.to, "to").id if query.to else None
    names = _names(diagram)
    listed = [edge for edge in diagram.edges if _joins(edge, start, end)]
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=float(len(listed)),
        points=tuple(
            Point(
                at=names.get(edge.source, edge.source),
                value=names.get(edge.target, edge.target),
                label=edge.label,
            )
            for edge in listed[:_MOST]
        ),
        items=tuple(edge.label for edge in listed[:_MOST] if edge.label),
        method=_("as drawn"),
    )


def _joins(edge: Edge, start: str | None, end: str | None) -> bool:
    return any(start in {None, a} and end in {None, b} for a, b in _ways(edge))


def _ways(edge: Edge) -> list[tuple[str, str]]:
    """From where to where a connection leads: both ways where it has no arrow."""
    way = (edge.source, edge.target)
    return [way] if edge.directed else [way, way[::-1]]


def neighbours(reading: Reading, query: Neighbours) -> Finding:
    """What follows ``node``, what leads to ``to``, or both where both name one box."""
    diagram = _diagram(reading)
    names = _names(diagram)
    after = _node(diagram, query.node, "node") if query.node else None
    before = _node(diagram, query.to, "to") if query.to else None
    one = after or before
    if one is None:
        raise CannotAnswer(_("The question names no box."), _("Name one of the boxes."), field="node")
    found = [neighbour for edge in diagram.edges for neighbour in _beside(edge, after, before)]
    unique = list(dict.fromkeys(found))
    return Finding(
        query=query,
        badge=badge_of(reading),
        series=_name(one),
        value=float(len({node for node, _label in unique})),
        points=tuple(Point(value=names.get(node, node), label=label) for node, label in unique[:_MOST]),
        items=tuple(dict.fromkeys(names.get(node, node) for node, _label in unique))[:_MOST],
        method=_("as drawn"),
    )


def _beside(edge: Edge, after: Node | None, before: Node | None) -> Iterator[tuple[str, str]]:
    """The other end of a connection that leads from one node, or to another, with its label."""
    ways = _ways(edge)
    if after is not None:
        yield from [(b, edge.label) for a, b in ways if a == after.id][:1]
    if before is not None:
        yield from [(a, edge.label) for a, b in ways if b == before.id][:1]


def path(reading: Reading, query: Path) -> Finding:
    """The shortest way from ``node`` to ``to``, both included; no items where there is none."""
    diagram = _diagram(reading)
    if not query.node or not query.to:
        raise CannotAnswer(
            _("A way has two ends."), _("Name the box where it starts and the one where it ends."), field="to"
        )
    start, end = _node(diagram, query.node, "node"), _node(diagram, query.to, "to")
    way = _shortest(diagram, start.id, end.id)
    names = _names(diagram)
    return Finding(
        query=query,
        badge=badge_of(reading),
        series=f"{_name(start)}, {_name(end)}"[:500],
        value=float(len(way) - 1) if way else None,
        items=tuple(names.get(node, node) for node in way)[:_MOST],
        method=_("the fewest connections"),
    )


def _shortest(diagram: Diagram, start: str, end: str) -> list[str]:
    """The ids on the way; none where there is no way."""
    nexts: dict[str, list[str]] = {}
    for here, there in (way for edge in diagram.edges for way in _ways(edge)):
        nexts.setdefault(here, []).append(there)
    ways = {start: [start]}
    waiting = deque([start])
    while waiting and end not in ways:
        here = waiting.popleft()
        for there in nexts.get(here, []):
            if there not in ways:
                ways[there] = [*ways[here], there]
                waiting.append(there)
    return ways.get(end, [])
