"""XML from strangers: read within limits, without entities of its own, nothing fetched."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.i18n import _

MOST_CHARS = 20_000_000
MOST_ELEMENTS = 200_000
DEEPEST = 200
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)


class _Limited(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise PayloadTooLarge(
                _("This drawing has too many parts to be read."),
                _("Draw less, or split the drawing."),
                field="mimebundle",
            )
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def parsed(text: str) -> Element:
    """The root of an XML text.

    Raises:
        InvalidRequest: it is no XML, it defines entities, or it is too large.
    """
    if len(text) > MOST_CHARS:
        raise PayloadTooLarge(
            _("This drawing is too large to be read."),
            _("Draw less, or split the drawing."),
            field="mimebundle",
        )
    if _ENTITY.search(text):
        raise InvalidRequest(
            _("This drawing defines entities of its own, which are not read."),
            _("Export the drawing again without them."),
            field="mimebundle",
        )
    parser = XMLParser(target=_Limited())  # noqa: S314 (no entities, bounded in size, count and depth)
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise InvalidRequest(
            _("This drawing is broken: it is no valid XML."),
            _("Run the cell that makes the drawing again."),
            field="mimebundle",
        ) from error
    if not isinstance(root, Element):
        raise TypeError("the tree builder builds elements")
    return root


def local(tag: object) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
