"""Translations: every sentence about figures has its Russian, and what is compiled is what is written."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import rusoil_jupyter.figures
from rusoil_jupyter.testing import catalogs

RUSSIAN = catalogs.LOCALE / "ru" / "LC_MESSAGES"
ROOMS = ("query", "words")


def sentences() -> set[str]:
    found = set()
    for room in ROOMS:
        folder = Path(rusoil_jupyter.figures.__file__).parent / room
        keywords = {"_": None, "ngettext": (1, 2)}
        for _file, _line, message, _comments, _context in extract_from_dir(str(folder), keywords=keywords):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_every_sentence_of_questions_and_words_is_translated():
    with (RUSSIAN / "figures.po").open("rb") as file:
        known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in read_po(file, locale="ru") if m.string}
    assert sentences() - known == set()


def test_the_compiled_catalog_says_what_the_sources_say():
    with (RUSSIAN / f"{catalogs.i18n.DOMAIN}.mo").open("rb") as file:
        written = {str(m.id): m.string for m in read_mo(file) if m.id}
    fresh = {str(m.id): m.string for m in read_mo(io.BytesIO(catalogs.compiled(RUSSIAN)[0])) if m.id}
    assert written == fresh


def catalog(folder: Path, name: str, *entries: tuple[str, str]) -> None:
    head = 'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += '"Plural-Forms: nplurals=3; plural=n % 10 == 1 ? 0 : n % 10 < 5 ? 1 : 2;\\n"\n'
    lines = [f'#, python-brace-format\nmsgid "{source}"\nmsgstr "{text}"\n' for source, text in entries]
    (folder / name).write_text("\n".join([head, *lines]), encoding="utf-8")


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([("a.po", ("Yes", "Да")), ("b.po", ("Yes", "Ага"))], "another file"),
        ([("a.po", ("Yes", ""))], "not translated"),
        ([("a.po", ("Yes", "Да")), ("b.po", ("Yes", "Да"))], ""),
        ([("a.po", ("{count} m", "{number} м"))], "placeholders"),
    ],
)
def test_what_is_wrong_with_translations_is_told(tmp_path, entries, problem):
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for name, entry in entries:
        catalog(folder, name, entry)
    _data, problems = catalogs.compiled(folder)
    assert (problem in problems[0]) if problem else not problems
