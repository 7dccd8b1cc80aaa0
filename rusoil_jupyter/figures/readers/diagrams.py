"""A diagram being read: nodes and edges collected within the limits of the schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rusoil_jupyter.figures.readers.drafting import Draft, plain, text_of
from rusoil_jupyter.figures.values.description import Diagram, Edge, Node
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Library

MOST_NODES, MOST_EDGES = 2000, 5000


@dataclass
class DiagramDraft:
    """Boxes by their ids, in the order they were met, and what connects them."""

    kind: str = "graph"
    title: str = ""
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    left_out: int = 0

    def node(self, name: object, label: object = None, shape: str = "", group: str = "") -> str:
        """Add a node, or what is newly known of it; its id."""
        key = text_of(name)
        known = self.nodes.get(key)
        if known is None:
            if len(self.nodes) >= MOST_NODES:
                self.left_out += 1
                return key
            self.nodes[key] = Node(
                id=key, label=key if label is None else plain(label), shape=shape[:64], group=group
            )
            return key
        update: dict[str, str] = {}
        if label is not None:
            update["label"] = plain(label)
        if shape:
            update["shape"] = shape[:64]
        if group and not known.group:
            update["group"] = group
        if update:
            self.nodes[key] = known.model_copy(update=update)
        return key

    def edge(self, source: object, target: object, label: object = "", *, directed: bool = True) -> None:
        """Add a connection; its nodes are added where they are new."""
        ends = self.node(source), self.node(target)
        if len(self.edges) >= MOST_EDGES:
            self.left_out += 1
            return
        self.edges.append(Edge(source=ends[0], target=ends[1], label=plain(label), directed=directed))

    def reading(self, library: Library) -> Reading | None:
        """The diagram as a reading; ``None`` where there is nothing in it."""
        if not self.nodes:
            return None
        draft = Draft(library, self.title)
        if self.left_out:
            draft.omitted.append(_("{count} parts of the diagram were left out.").format(count=self.left_out))
        draft.diagram = Diagram(
            kind=self.kind[:64], nodes=tuple(self.nodes.values()), edges=tuple(self.edges)
        )
        return draft.reading()
