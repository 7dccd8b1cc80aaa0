"""Pictures read from their pixels: the way for figures of which nothing but an image is left.

:func:`read` takes any picture: PNG, JPEG, WebP, GIF, SVG. What it finds is an estimate, and each number has
its error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading


def read(data: bytes, media_type: str, *, hint: str | None = None) -> Reading:
    """What a picture of a chart shows, as far as it can be read.

    Args:
        data: the file; at most 20 MB and 40 megapixels.
        media_type: ``image/png``, ``image/jpeg``, ``image/webp``, ``image/gif`` or ``image/svg+xml``.
        hint: the type of chart, where it is known (``line``, ``bar``, ``pie``, ...).

    Returns:
        A reading with the badge ``estimated`` and the error of each series; ``omitted`` of its description
        says in words what could not be read.

    Raises:
        InvalidRequest: no such picture, a damaged, hostile or too large one, or the ``[vision]`` extra is
        missing.
    """
    from rusoil_jupyter.figures.pixels.image import extra_missing

    try:
        from rusoil_jupyter.figures.pixels.reading import read_file
    except ImportError as error:
        raise extra_missing() from error
    return read_file(data, media_type, hint=hint)
