"""What a model is told of a figure, and in which language its reader is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from rusoil_jupyter.figures.interpret.vision import BRIEF_BYTES, FULL_BYTES
from rusoil_jupyter.i18n import current_language

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Language


def language_of(question: str, chosen: str | None) -> Language:
    """The question's own language, else the chosen one, else the reader's."""
    if question.strip():
        from rusoil_jupyter.figures import words

        return words.language_of(question)
    if chosen:
        return cast("Language", chosen)
    return "ru" if current_language().lower().startswith("ru") else "en"


def brief_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a small model is told of a figure, in words: at most 1.2 KB in UTF-8."""
    from rusoil_jupyter.figures import words

    text = f"{facts}\n{words.describe(reading, language)}".strip()
    return cut(text, BRIEF_BYTES)


def full_text(reading: Reading, language: Language, facts: str = "") -> str:
    """What a model is told that reads much: the words, and the description as JSON."""
    from rusoil_jupyter.figures.budget import fitted

    saved = json.dumps(fitted(reading.description, FULL_BYTES).to_json(), ensure_ascii=False)
    return f"{brief_text(reading, language, facts)}\n{cut(saved, 2 * FULL_BYTES)}"


def cut(text: str, most: int) -> str:
    """At most so many bytes, ended at a word."""
    data = text.encode(errors="replace")
    if len(data) <= most:
        return text
    return data[: most - 4].decode(errors="ignore").rsplit(" ", 1)[0] + " …"
