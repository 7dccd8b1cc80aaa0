"""A session as a file: a runnable notebook, markdown, or JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import FilePart, ImagePart, OutputPart, TextPart, VideoPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.protocol import SessionDetail, StoredMessage

MEDIA_TYPES = {"ipynb": "application/x-ipynb+json", "md": "text/markdown", "json": "application/json"}
_CODE = re.compile(r"^```[ \t]*(python|py|ipython)[^\n]*\n(.*?)^```[ \t]*$", re.M | re.S | re.I)


def export(session: SessionDetail, form: str) -> str:
    """The text of the file; ``form`` is ``ipynb``, ``md`` or ``json``."""
    match form:
        case "json":
            return session.model_dump_json(indent=2)
        case "ipynb":
            return json.dumps(_notebook(session), ensure_ascii=False, indent=1)
        case _:
            return _markdown(session)


def _heading(message: StoredMessage) -> str:
    return _("Question") if message.role == "user" else _("Answer ({model})").format(model=message.model)


def _text(message: StoredMessage) -> str:
    error = f"> {message.error}" if message.error else ""
    return "\n\n".join(filter(None, [*map(_part, message.parts), error]))


def _part(part: object) -> str:
    match part:
        case TextPart():
            return part.text
        case FilePart():
            return _("Attached: {name}").format(name=part.name) + f"\n\n{_indented(part.text)}"
        case ImagePart():
            return _("Attached: {name}").format(name=part.name or part.media_type)
        case VideoPart():
            return _("Attached: {name}").format(name=part.name or part.type)
        case OutputPart():
            text = part.mimebundle.get("text/plain", "")
            text = "".join(map(str, text)) if isinstance(text, list) else str(text)
            return f"{part.name}\n\n{_indented(text)}".strip("\n")
        case _:
            return ""


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines())


def _markdown(session: SessionDetail) -> str:
    blocks = [f"# {session.title}"]
    for message in session.messages:
        blocks += [f"## {_heading(message)}", _text(message)]
    return "\n\n".join(blocks) + "\n"


def _notebook(session: SessionDetail) -> dict[str, Any]:
    cells = [_cell("markdown", f"# {session.title}", "title")]
    for message in session.messages:
        for number, (kind, source) in enumerate(_split(message)):
            cells.append(_cell(kind, source, f"{message.id}-{number}"))
    return {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _split(message: StoredMessage) -> Iterator[tuple[str, str]]:
    """Prose becomes markdown cells; Python blocks of an answer become code cells."""
    text = f"**{_heading(message)}**\n\n{_text(message)}"
    if message.role != "assistant":
        yield "markdown", text
        return
    position = 0
    for block in _CODE.finditer(text):
        if prose := text[position : block.start()].strip():
            yield "markdown", prose
        yield "code", block.group(2).rstrip()
        position = block.end()
    if prose := text[position:].strip():
        yield "markdown", prose


def _cell(kind: str, source: str, cell_id: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
