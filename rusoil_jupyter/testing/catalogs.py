"""Translations compiled: every ``*.po`` beside ``rusoil_jupyter.mo`` becomes part of it.

``python -m rusoil_jupyter.testing.catalogs`` writes the compiled catalogs, ``--check`` only tells whether they are as
they would be written. Needs babel, which JupyterLab brings.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rusoil_jupyter import i18n

LOCALE = Path(i18n.__file__).parent / "locale"


class CatalogError(Exception):
    """Two translations of one sentence, or one that is not finished."""


def compiled(folder: Path) -> bytes:
    """The ``.mo`` of a folder with ``.po`` files.

    Raises:
        CatalogError: a sentence is translated twice and differently, not at all, or with other placeholders.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole: Catalog | None = None
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=folder.parent.name, abort_invalid=True)
        if whole is None:
            whole = Catalog(locale=folder.parent.name, domain=i18n.DOMAIN, charset="utf-8", header_comment="")
            whole.mime_headers = [*part.mime_headers]
        for message in part:
            if not message.id:
                continue
            known = whole.get(message.id)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.fuzzy or not all(texts):
                raise CatalogError(f"{path.name}: {message.id!r} is not translated")
            for problem in message.check():
                raise CatalogError(f"{path.name}: {message.id!r}: {problem}")
            if known is not None and known.string != message.string:
                raise CatalogError(f"{path.name}: {message.id!r} has another translation elsewhere")
            whole.add(message.id, message.string)
    if whole is None:
        raise CatalogError(f"no .po in {folder}")
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    """Write or check every language; the number of those that are not as they should be."""
    stale = 0
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        target = folder / f"{i18n.DOMAIN}.mo"
        data = compiled(folder)
        if target.is_file() and target.read_bytes() == data:
            continue
        if "--check" in arguments:
            stale += 1
            sys.stderr.write(f"{target} is not compiled from its .po files: run make generate\n")
        else:
            target.write_bytes(data)
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
