"""A session as a file: a runnable notebook, markdown, or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import clean
from rusoil_jupyter.markdown import Block, fenced, literal, parts
from rusoil_jupyter.messages import (
    FilePart,
    ImagePart,
    InquiryPart,
    OutputPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    VideoPart,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rusoil_jupyter.protocol import SessionDetail, StoredMessage

MEDIA_TYPES = {"ipynb": "application/x-ipynb+json", "md": "text/markdown", "json": "application/json"}
_PYTHON = frozenset(["python", "py", "python3", "ipython"])


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
    if message.role == "user":
        return _("Question")
    return _("Answer ({model})").format(model=literal(message.model or ""))


def _parts(message: StoredMessage) -> Iterator[str | Block]:
    """Safe markdown, and the blocks of code between it."""
    for part in message.parts:
        yield from _part(part)
    if message.error:
        yield f"> {literal(message.error)}"


def _part(part: object) -> Iterator[str | Block]:
    match part:
        case TextPart():
            yield from parts(part.text)
        case FilePart():
            yield _attached(part.name)
            yield Block("", part.text)
        case ImagePart():
            yield _attached(part.name or part.media_type)
        case VideoPart():
            yield _attached(part.name or part.type)
        case ReasoningPart():
            yield "\n".join(f"> {literal(line)}" for line in (_("Thoughts:"), *part.text.splitlines()))
        case ToolCallPart():
            yield _("Tool: {name}").format(name=literal(part.name))
            yield Block("json", part.arguments)
        case ToolResultPart():
            yield _("The tool answered:")
            yield Block("", part.text)
        case InquiryPart():
            yield _("The user was asked: {text}").format(text=literal(part.inquiry.text))
            if part.inquiry.details:
                yield Block("", part.inquiry.details)
            reply = part.inquiry.label(part.reply) if part.reply is not None else _("nobody replied")
            yield _("The reply: {reply}").format(reply=literal(reply))
        case OutputPart():
            text = part.mimebundle.get("text/plain", "")
            yield literal(part.name)
            yield Block("", "".join(map(str, text)) if isinstance(text, list) else str(text))


def _written(part: str | Block) -> str:
    return part if isinstance(part, str) else fenced(part.code, part.language)


def _attached(name: str) -> str:
    return _("Attached: {name}").format(name=literal(name))


def _markdown(session: SessionDetail) -> str:
    blocks = [f"# {literal(session.title)}"]
    for message in session.messages:
        blocks += [f"## {_heading(message)}", *map(_written, _parts(message))]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _notebook(session: SessionDetail) -> dict[str, Any]:
    cells = [_cell("markdown", f"# {literal(session.title)}", "title")]
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
    """Prose becomes markdown cells; whole Python blocks of an answer become code cells."""
    prose = [f"**{_heading(message)}**"]
    for part in _parts(message):
        if message.role == "assistant" and isinstance(part, Block) and _is_python(part):
            if prose:
                yield "markdown", "\n\n".join(prose)
            yield "code", clean(part.code).rstrip()
            prose = []
        elif part:
            prose.append(_written(part))
    if prose:
        yield "markdown", "\n\n".join(prose)


def _is_python(block: Block) -> bool:
    return block.whole and block.language in _PYTHON


def _cell(kind: str, source: str, cell_id: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
