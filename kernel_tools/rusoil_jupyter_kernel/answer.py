"""What a finished answer becomes: shown text, a value for ``--into``, a new cell."""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass
from typing import Any

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.options import Form

CODE_REQUEST = "Answer with one fenced code block that holds the whole code."
_PYTHON = frozenset(("", "python", "python3", "py", "ipython", "ipython3"))
_SHELL = frozenset(("bash", "sh"))  # IPython has cells for them
_FENCE = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_DOES = (ast.Call, ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


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
    from rusoil_jupyter.markdown import fenced

    language, code = _chosen(text)
    if not code.strip():
        raise MagicError(
            _("The answer holds no code block."),
            _("Ask again, more exactly, or choose another model with -m."),
        )
    if language in _SHELL:
        return Outcome(code, fenced(code, language), code, cell=f"%%{language}\n{code}")
    return Outcome(code, fenced(code, "python" if language in _PYTHON else language), code, cell=code)


def _chosen(text: str) -> tuple[str, str]:
    """The language and the code of the block that is wanted: Python before others, else the first one.

    Raises:
        MagicError: the answer ended before the code did.
    """
    from rusoil_jupyter.markdown import blocks

    found = [block for block in blocks(text) if block.code.strip()]
    if not found:
        return ("python", text.strip()) if _is_program(text) else ("", "")
    best = next((block for block in found if block.language in _PYTHON), found[0])
    if best.language not in _PYTHON or _tree(best.code) is not None:
        return best.language, best.code.rstrip("\n")
    whole = _beyond_inner_fences(text, best.code)
    if whole is None and not best.whole:
        raise MagicError(
            _("The answer was cut before its code ended."), _("Ask again with a larger --max-tokens.")
        )
    return best.language, (whole or best.code).rstrip("\n")


def _beyond_inner_fences(text: str, code: str) -> str | None:
    """The code up to the fence that closes a program: one before stands in a string of its own."""
    begin = text.find(code)
    for fence in _FENCE.finditer(text, begin + len(code)) if begin >= 0 else ():
        longer = text[begin : fence.start()]
        if _tree(longer) is not None:
            return longer
    return None


def _is_program(text: str) -> bool:
    """Whether an answer without a fence is nothing but code: more than names and values."""
    tree = _tree(text)
    return tree is not None and any(isinstance(node, _DOES) for node in ast.walk(tree))


def _tree(code: str) -> ast.Module | None:
    """The code as Python with IPython's own lines reads it; ``None`` where it is none, or not all of it."""
    from IPython.core import inputtransformer2

    transformer: Any = inputtransformer2.TransformerManager  # untyped
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the code, not of ours
            return ast.parse(str(transformer().transform_cell(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
