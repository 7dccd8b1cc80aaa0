"""The one way in: which reader takes which file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.figures.pixels import svg
from rusoil_jupyter.figures.pixels.image import decode
from rusoil_jupyter.figures.pixels.reader import read_picture
from rusoil_jupyter.figures.pixels.svg_reader import read_drawing

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading


def read_file(data: bytes, media_type: str, *, hint: str | None = None) -> Reading:
    """See :func:`rusoil_jupyter.figures.pixels.read`."""
    if not media_type.lower().startswith("image/svg"):
        return read_picture(decode(data, media_type), hint=hint)
    root = svg.parse(data)
    return read_drawing(svg.drawing(root)) or read_picture(svg.rasterised(root), hint=hint)
