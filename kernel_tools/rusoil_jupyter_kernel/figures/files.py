"""A figure in a file beside the notebook: a well log, a picture, the source of a diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from pathlib import Path

    from rusoil_jupyter.figures.reading import Reading

MOST_BYTES = 64 << 20


def is_figure_file(path: Path) -> bool:
    """Whether :func:`reading_of_file` knows this kind of file, and it is there."""
    from rusoil_jupyter.figures.values.kinds import type_of_file

    try:
        return bool(type_of_file(path.name)) and path.is_file()
    except (OSError, ValueError):  # no name that a file can have
        return False


def reading_of_file(path: Path) -> Reading | None:
    """What a file shows; ``None`` where that is no figure.

    Raises:
        InvalidRequest: it is broken, hostile or too large, or an extra is missing.
        OSError: it can't be read.
    """
    from rusoil_jupyter.errors import PayloadTooLarge
    from rusoil_jupyter.figures import read, read_log, read_picture
    from rusoil_jupyter.figures.values.kinds import LAS, PIXELS, type_of_file

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
    if kind in PIXELS:
        return read_picture(data, kind)
    return read({kind: data.decode("utf-8-sig", errors="replace")})
