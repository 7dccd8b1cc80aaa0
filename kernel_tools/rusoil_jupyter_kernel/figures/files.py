"""A figure in a file beside the notebook: a well log, a picture, the source of a diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from rusoil_jupyter.figures.reading import Reading

MOST_BYTES = 64 << 20
_PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
}


def is_figure_file(path: Path) -> bool:
    """Whether :func:`reading_of_file` knows this kind of file, and it is there."""
    from rusoil_jupyter.figures import type_of_file

    try:
        return (path.suffix.lower() in _PICTURES or bool(type_of_file(path.name))) and path.is_file()
    except (OSError, ValueError):  # no name that a file can have
        return False


def reading_of_file(path: Path) -> Reading | None:
    """What a file shows; ``None`` where that is no figure.

    Raises:
        InvalidRequest: it is broken, hostile or too large, or an extra is missing.
        OSError: it can't be read.
    """
    from rusoil_jupyter.errors import PayloadTooLarge
    from rusoil_jupyter.figures import LAS, read, read_log, read_picture, type_of_file

    kind = type_of_file(path.name)
    if kind == LAS:
        return read_log(path)
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PayloadTooLarge(
            _("{name} is larger than {n} MB.").format(name=path.name, n=MOST_BYTES >> 20),
            _("Save it smaller, or cut out the part that matters."),
        )
    if kind:
        return read({kind: data.decode("utf-8-sig", errors="replace")})
    return read_picture(data, _PICTURES[path.suffix.lower()])
