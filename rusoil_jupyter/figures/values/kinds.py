"""What counts as a figure: the one list of media types and of ends of files' names.

Readers, the server, the kernel and (generated) the panel go by it; it imports nothing. Readers of other
packages add the media types that they take; those are known where such a reader is loaded, and handed on as
values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

Role = Literal[
    "description",  # saved beside the picture by a kernel of ours
    "specification",  # what a library draws from
    "source",  # of a diagram, or a log
    "page",  # may hold a specification among much else
    "picture",
]


@dataclass(frozen=True)
class Kind:
    """Entries of one kind in a cell's output.

    Args:
        name: of the kind.
        role: how much such an entry says.
        types: what its media types begin with, the usual one first.
        endings: of files that hold such an entry and nothing else.
        words: where the media type does not tell, an entry that shows a figure has one of them.
        beside: what the types of entries begin with that only say that such a one stands beside them.
        libraries: whose objects are shown as such an entry.
    """

    name: str
    role: Role
    types: tuple[str, ...]
    endings: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


GROUP = "rusoil_jupyter.interpreters"  # of entry points: readers of other packages
FIGURE_TYPE = "application/vnd.rusoil.figure.v1+json"
LAS = "application/x-las"
KINDS = (
    Kind("stored", "description", (FIGURE_TYPE,)),
    Kind(
        "vega",
        "specification",
        ("application/vnd.vegalite.v", "application/vnd.vega.v"),
        libraries=("altair",),
    ),
    Kind("plotly", "specification", ("application/vnd.plotly.v",), libraries=("plotly",)),
    Kind(
        "bokeh",
        "page",
        ("application/javascript",),
        beside=("application/vnd.bokehjs_exec",),
        libraries=("bokeh",),
    ),
    Kind("page", "page", ("text/html",), words=("plotly", "vega", "bokeh")),
    Kind(
        "mermaid",
        "source",
        ("text/vnd.mermaid", "text/x-mermaid", "application/vnd.mermaid"),
        endings=(".mmd", ".mermaid"),
    ),
    Kind("markdown", "page", ("text/markdown",), words=("mermaid",)),
    Kind("dot", "source", ("text/vnd.graphviz", "text/x-graphviz", "text/x-dot"), endings=(".dot", ".gv")),
    Kind(
        "drawio",
        "source",
        ("application/x-drawio", "application/vnd.jgraph", "application/vnd.drawio", "application/mxfile"),
        endings=(".drawio",),
    ),
    Kind("xml", "page", ("application/xml", "text/xml"), words=("mxfile", "mxGraphModel")),
    Kind("las", "source", (LAS,), endings=(".las",)),
    Kind("png", "picture", ("image/png",), endings=(".png",)),
    Kind("jpeg", "picture", ("image/jpeg",), endings=(".jpg", ".jpeg")),
    Kind("webp", "picture", ("image/webp",), endings=(".webp",)),
    Kind("gif", "picture", ("image/gif",), endings=(".gif",)),
    Kind("svg", "picture", ("image/svg+xml",), endings=(".svg",)),
)
SVG = "image/svg+xml"
LIBRARIES = tuple(library for kind in KINDS for library in kind.libraries)
PICTURES = tuple(kind.types[0] for kind in KINDS if kind.role == "picture")  # the one that is read best first
SHOWN = tuple(  # what the media types begin with that show a figure by themselves
    one for kind in KINDS for one in ((*kind.types, *kind.beside) if kind.role != "page" else kind.beside)
)
PAGES = tuple(one for kind in KINDS if kind.role == "page" for one in kind.types)
PIXELS = tuple(media_type for media_type in PICTURES if media_type != SVG)


def types_of(*names: str) -> tuple[str, ...]:
    """What the media types of these kinds begin with."""
    return tuple(one for name in names for kind in KINDS if kind.name == name for one in kind.types)


def type_of_file(name: str) -> str:
    """The media type of a file that is a figure, by the end of its name; empty for any other."""
    ending = PurePath(name).suffix.lower()
    return next((kind.types[0] for kind in KINDS if ending and ending in kind.endings), "")


def type_of_text(name: str) -> str:
    """The same for files of text alone: no pictures of pixels."""
    media_type = type_of_file(name)
    return "" if media_type in PIXELS else media_type


def may_show(mimebundle: Mapping[str, Any], others: Iterable[str] = ()) -> bool:
    """Whether an output may show a figure, as far as that can be told without reading it.

    Args:
        mimebundle: media type to value, a text as one string or a list of lines.
        others: what the media types begin with that other packages read.
    """
    return any(
        media_type.startswith(tuple(others)) or any(_may_be(kind, media_type, value) for kind in KINDS)
        for media_type, value in mimebundle.items()
    )


def _may_be(kind: Kind, media_type: str, value: Any) -> bool:
    if not media_type.startswith((*kind.types, *kind.beside)):
        return False
    return not kind.words or any(word in _text(value) for word in kind.words)


def _text(value: object) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
