"""What a finished answer becomes: shown text, a value for ``--into``, a new cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.options import Form

CODE_REQUEST = "Answer with one fenced code block that holds the whole code."


@dataclass(frozen=True)
class Outcome:
    """An answer in the form that was asked for.

    ``markdown`` is None where plain text was asked for; ``value`` goes into the user's variable,
    ``cell`` into a new cell.
    """

    plain: str
    markdown: str | None
    value: Any
    cell: str | None = None


def outcome(text: str, form: Form) -> Outcome:
    """The answer in its form.

    Raises:
        MagicError: JSON was asked for and the answer is not JSON, or code and it holds no code.
    """
    if form == "text":
        return Outcome(text, None, text)
    if form == "json":
        return _json(text)
    if form == "code":
        return _code(text)
    return Outcome(text, text, text)


def _json(text: str) -> Outcome:
    from rusoil_jupyter.markdown import blocks, fenced  # its parser waits for the first answer

    source = text.strip()
    if source.startswith("```"):
        source = next((block.code for block in blocks(source)), "")
    try:
        value = json.loads(source, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MagicError(
            _("The answer is not JSON."),
            _("Ask again, more exactly, or choose another model with -m."),
        ) from error
    pretty = json.dumps(value, ensure_ascii=False, indent=2)
    return Outcome(pretty, fenced(pretty, "json"), value)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _code(text: str) -> Outcome:
    from rusoil_jupyter.markdown import blocks, fenced

    code = next((block.code.rstrip("\n") for block in blocks(text)), "")
    if not code.strip():
        raise MagicError(
            _("The answer holds no code block."),
            _("Ask again, more exactly, or choose another model with -m."),
        )
    return Outcome(code, fenced(code, "python"), code, cell=code)
