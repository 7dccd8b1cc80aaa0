"""Translations compiled: every ``*.po`` beside ``rusoil_jupyter.mo`` becomes part of it.

``python -m rusoil_jupyter.testing.catalogs`` writes the compiled catalogs, ``--check`` only tells whether
they
are as they would be written. Needs babel, which JupyterLab brings.
"""

from __future__ import annotations

import io
import string
import sys
from pathlib import Path

from rusoil_jupyter import i18n

LOCALE = Path(i18n.__file__).parent / "locale"


def compiled(folder: Path) -> tuple[bytes, list[str]]:
    """The ``.mo`` of a folder with ``.po`` files, and what is wrong with them.

    Wrong is a sentence that is not translated, has other placeholders than its translation, or is translated
    twice and differently: then the first file by name has its way.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    language = folder.parent.name
    whole = Catalog(locale=language, domain=i18n.DOMAIN, charset="utf-8", header_comment="")
    problems: list[str] = []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language, abort_invalid=True)
        whole.mime_headers = [*part.mime_headers]
        for message in part:
            if not message.id:
                continue
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.fuzzy or not all(texts):
                problems.append(f"{path.name}: {message.id!r} is not translated")
                continue
            sources = message.id if isinstance(message.id, tuple) else (message.id,)
            if any(_fields(str(text)) != _fields(str(sources[-1])) for text in texts):
                problems.append(f"{path.name}: {message.id!r} has other placeholders than its translation")
            known = whole.get(message.id)
            if known is None:
                whole.add(message.id, message.string)
            elif known.string != message.string:
                problems.append(f"{path.name}: {message.id!r} is {known.string!r} in another file")
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue(), problems


def _fields(text: str) -> set[str]:
    try:
        return {name for _before, name, _format, _conversion in string.Formatter().parse(text) if name}
    except ValueError:  # a brace that is no placeholder
        return set()


def main(arguments: list[str]) -> int:
    """Write or check every language; 1 where something is not as it should be."""
    wrong: list[str] = []
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        target = folder / f"{i18n.DOMAIN}.mo"
        data, problems = compiled(folder)
        wrong += problems
        if target.is_file() and target.read_bytes() == data:
            continue
        if "--check" in arguments:
            wrong.append(f"{target.name} is not compiled from its .po files: run make generate")
        else:
            target.write_bytes(data)
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
