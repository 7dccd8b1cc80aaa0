"""Questions to a diagram: its boxes, what connects them, and the ways through."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.query.refusal import CannotAnswer
from rusoil_jupyter.figures.query.writing import badge_of
from rusoil_jupyter.figures.values.finding import Finding, Point
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
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
    plain = " ".join(wanted.casefold().split())
    for node in diagram.nodes:
        if node.id == wanted:
            return node
    labels = [(" ".join((node.label or node.id).casefold().split()), node) for node in diagram.nodes]
    exact = [node for label, node in labels if label == plain]
    near = exact or [node for label, node in labels if plain and plain in label]
    if len(near) == 1 or exact:
        return near[0]
    names = ", ".join(f"“{_name(node)[:60]}”" for node in (near or list(diagram.nodes))[:10])
    raise CannotAnswer(
        _("Which box is “{name}”?").format(name=wanted[:80])
        if near
        else _("There is no box “{name}”.").format(name=wanted[:80]),
        _("There are: {names}.").format(names=names),
        field=field,
    )


def _name(node: Node) -> str:
    return node.label or node.id


def _names(diagram: Diagram) -> dict[str, str]:
    return {node.id: _name(node) for node in diagram.nodes}


def nodes(reading: Reading, query: Boxes) -> Finding:
    """Which boxes there are; those without a way in or out are named in the details."""
    diagram = _diagram(reading)
    sources, targets = {edge.source for edge in diagram.edges}, {edge.target for edge in diagram.edges}
    starts = [_name(node) for node in diagram.nodes if node.id not in targets and node.id in sources]
    ends = [_name(node) for node in diagram.nodes if node.id not in sources and node.id in targets]
    details: dict[str, float | str | None] = {}
    if starts:
        details["starts"] = ", ".join(starts)[:500]
    if ends:
        details["ends"] = ", ".join(ends)[:500]
    return Finding(
        query=query,
        badge=badge_of(reading),
        value=float(len(diagram.nodes)),
        items=tuple(_name(node) for node in diagram.nodes[:_MOST]),
        details=details,
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
    ways = (
        [(edge.source, edge.target)]
        if edge.directed
        else [(edge.source, edge.target), (edge.target, edge.source)]
    )
    return any(start in {None, a} and end in {None, b} for a, b in ways)


def neighbours(reading: Reading, query: Neighbours) -> Finding:
    """What follows ``node``, what leads to ``to``, or both where both name one box."""
    diagram = _diagram(reading)
    names = _names(diagram)
    after = _node(diagram, query.node, "node") if query.node else None
    before = _node(diagram, query.to, "to") if query.to else None
    if after is None and before is None:
        raise CannotAnswer(_("The question names no box."), _("Name one of the boxes."), field="node")
    found: list[tuple[str, str]] = []
    for edge in diagram.edges:
        if after is not None and (edge.source == after.id or (not edge.directed and edge.target == after.id)):
            found.append((edge.target if edge.source == after.id else edge.source, edge.label))
        if before is not None and (
            edge.target == before.id or (not edge.directed and edge.source == before.id)
        ):
            found.append((edge.source if edge.target == before.id else edge.target, edge.label))
    unique = list(dict.fromkeys(found))
    one = after or before
    return Finding(
        query=query,
        badge=badge_of(reading),
        series=_name(one) if one is not None else "",
        value=float(len({node for node, _label in unique})),
        points=tuple(Point(value=names.get(node, node), label=label) for node, label in unique[:_MOST]),
        items=tuple(dict.fromkeys(names.get(node, node) for node, _label in unique))[:_MOST],
        method=_("as drawn"),
    )


def path(reading: Reading, query: Path) -> Finding:
    """The shortest way from ``node`` to ``to``, both included; no items where there is none."""
    diagram = _diagram(reading)
    if not query.node or not query.to:
        raise CannotAnswer(
            _("A way has two ends."), _("Name the box where it starts and the one where it ends."), field="to"
        )
    start, end = _node(diagram, query.node, "node"), _node(diagram, query.to, "to")
    nexts: dict[str, list[str]] = {}
    for edge in diagram.edges:
        nexts.setdefault(edge.source, []).append(edge.target)
        if not edge.directed:
            nexts.setdefault(edge.target, []).append(edge.source)
    came: dict[str, str] = {start.id: ""}
    waiting = deque([start.id])
    while waiting and end.id not in came:
        here = waiting.popleft()
        for there in nexts.get(here, []):
            if there not in came:
                came[there] = here
                waiting.append(there)
    way: list[str] = []
    at = end.id if end.id in came else ""
    while at:
        way.append(at)
        at = came[at]
    names = _names(diagram)
    return Finding(
        query=query,
        badge=badge_of(reading),
        series=f"{_name(start)}, {_name(end)}"[:500],
        value=float(max(len(way) - 1, 0)) if way else None,
        items=tuple(names.get(node, node) for node in reversed(way))[:_MOST],
        method=_("the fewest connections"),
    )
