"""draw.io: mxGraph XML, plain or packed, alone or inside the SVG or PNG that was exported with it."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge
from rusoil_jupyter.figures.readers.diagrams import DiagramDraft
from rusoil_jupyter.figures.readers.markup import local, parsed
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading

MOST_BYTES = 20_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_FILE = re.compile(r"<mxfile[\s>]|<mxGraphModel[\s>]")


def is_drawio(text: str) -> bool:
    """Whether a text is a diagram of draw.io."""
    return _FILE.search(text[:5000]) is not None


def read_drawio(text: str) -> Reading | None:
    """A diagram of draw.io as a reading; ``None`` where it is empty. Of several pages the first one is read.

    Raises:
        InvalidRequest: it is broken, or unpacks to far too much.
    """
    root = parsed(text)
    title = ""
    if local(root.tag) == "mxfile":
        pages = [page for page in root if local(page.tag) == "diagram"]
        if not pages:
            return None
        title = pages[0].get("name", "")
        models = [child for child in pages[0] if local(child.tag) == "mxGraphModel"]
        root = models[0] if models else parsed(unpacked(pages[0].text or ""))
    draft = DiagramDraft(title="" if re.match(r"(?:Page|Страница)-\d+$", title) else title)
    _cells(root, draft)
    return draft.reading("drawio")


def unpacked(data: str) -> str:
    """What draw.io packs: XML, percent-encoded, deflated without a header, in base64.

    Raises:
        InvalidRequest: it is no such text, or unpacks to far too much.
    """
    try:
        packed = base64.b64decode("".join(data.split()), validate=True)
        return unquote(_inflated(packed, -15).decode())
    except (binascii.Error, zlib.error, ValueError) as error:
        raise _broken() from error


def _inflated(packed: bytes, wbits: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=wbits)
    text = unpacker.decompress(packed, MOST_BYTES)
    if unpacker.unconsumed_tail:
        raise PayloadTooLarge(
            _("This drawing is too large to be read."),
            _("Draw less, or split the drawing."),
            field="mimebundle",
        )
    return text


def _broken() -> InvalidRequest:
    return InvalidRequest(
        _("This draw.io diagram can't be read: it is broken."),
        _("Export the diagram again."),
        field="mimebundle",
    )


def in_svg(root: Element) -> str:
    """The diagram that draw.io keeps in an exported SVG; empty where there is none."""
    content = root.get("content", "") if local(root.tag) == "svg" else ""
    if content.startswith("%3C"):
        content = unquote(content)
    return content if is_drawio(content) else ""


def in_png(data: bytes) -> str:
    """The diagram that draw.io keeps in an exported PNG; empty where there is none or where it is broken."""
    if not data.startswith(_PNG):
        return ""
    place = len(_PNG)
    while place + 12 <= len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        kind, chunk = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
        if kind == b"IDAT" and size == 0:
            return ""
        text = _text_chunk(kind, chunk)
        if text:
            return text
        place += size + 12
    return ""


def _text_chunk(kind: bytes, chunk: bytes) -> str:
    if kind not in {b"tEXt", b"zTXt", b"iTXt"} or not chunk.startswith((b"mxfile\0", b"mxGraphModel\0")):
        return ""
    _key, _zero, rest = chunk.partition(b"\0")
    try:
        if kind == b"zTXt":
            rest = _inflated(rest[1:], 15)
        elif kind == b"iTXt":
            packed = rest[:1] == b"\x01"
            rest = rest[2:].split(b"\0", 2)[2]
            rest = _inflated(rest, 15) if packed else rest
        text = rest.decode(errors="replace")
    except (zlib.error, IndexError, PayloadTooLarge):
        return ""
    text = unquote(text) if text.startswith("%3C") else text
    return text if is_drawio(text) else ""


def _cells(root: Element, draft: DiagramDraft) -> None:
    cells: dict[str, tuple[Element, str]] = {}
    for element in root.iter():
        name = local(element.tag)
        if name == "mxCell" and element.get("id"):
            cells[element.get("id", "")] = (element, element.get("value", ""))
        elif name in {"UserObject", "object"}:
            inner = next((child for child in element if local(child.tag) == "mxCell"), None)
            if inner is not None:
                cells[element.get("id", "")] = (inner, element.get("label", ""))
    edges = {key: cell for key, (cell, _label) in cells.items() if cell.get("edge") == "1"}
    labels = {key: label for key, (_cell, label) in cells.items()}
    for key, (cell, label) in cells.items():
        parent = cell.get("parent", "")
        if cell.get("vertex") == "1" and parent in edges:
            labels[parent] = " ".join(filter(None, (labels[parent], label)))
        elif cell.get("vertex") == "1":
            inside = cells.get(parent)
            group = parent if inside is not None and inside[0].get("vertex") == "1" else ""
            draft.node(key, label, _shape(cell.get("style", "")), group)
    for key, cell in edges.items():
        source, target = cell.get("source", ""), cell.get("target", "")
        if source in draft.nodes and target in draft.nodes:
            arrows = dict(part.partition("=")[::2] for part in cell.get("style", "").split(";"))
            directed = (
                arrows.get("endArrow", "classic") != "none" or arrows.get("startArrow", "none") != "none"
            )
            backwards = arrows.get("endArrow") == "none" and arrows.get("startArrow", "none") != "none"
            ends = (target, source) if backwards else (source, target)
            draft.edge(*ends, labels[key], directed=directed)


def _shape(style: str) -> str:
    parts = [part for part in style.split(";") if part]
    named = next((part[6:] for part in parts if part.startswith("shape=")), "")
    return named or (parts[0] if parts and "=" not in parts[0] else "box")
