"""The line after ``%rusoil``: options first, then the question, word for word."""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass
from typing import Any, Literal, cast

from IPython.core import magic_arguments
from IPython.core.error import UsageError

from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.errors import MagicError

argument: Any = magic_arguments.argument  # untyped in IPython
Form = Literal["text", "markdown", "code", "json"]
_TOKEN = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'])+|\S+)""")
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
_FLAGS = {"-h", "--help"}


def temperature(text: str) -> float:
    """A number from 0 to 2."""
    value = float(text)
    if not (math.isfinite(value) and 0 <= value <= 2):
        raise argparse.ArgumentTypeError(_("temperature is a number from 0 to 2"))
    return value


def tokens(text: str) -> int:
    """A count of at least 1."""
    value = int(text)
    if not 1 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(_("max-tokens is a number from 1 to 1000000"))
    return value


def variable(text: str) -> str:
    """A name that a variable can have."""
    if not text.isidentifier():
        raise argparse.ArgumentTypeError(_("{name} is not a name for a variable").format(name=text))
    return text


ARGUMENTS = (
    argument("-m", "--model", default="auto", help="the model to ask; %%rusoil models lists them"),
    argument(
        "-o",
        "--output",
        default="markdown",
        choices=("text", "markdown", "code", "json"),
        help="form of the answer; code puts it into a new cell below",
    ),
    argument("--into", metavar="NAME", type=variable, help="store the answer in this variable"),
    argument("--system", metavar="TEXT", help="instructions that come before the question"),
    argument("--temperature", type=temperature, help="0 (steady) to 2 (wild)"),
    argument("--max-tokens", type=tokens, help="longest answer"),
    argument("--server", metavar="URL", help="address of the Jupyter server to ask"),
    argument("question", nargs="*", help="the question; {name} becomes the variable's content"),
)


@dataclass(frozen=True)
class Options:
    """A parsed line. ``question`` is what follows the options, unchanged."""

    question: str
    model: str = "auto"
    output: Form = "markdown"
    into: str | None = None
    system: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    server: str | None = None


def parse(line: str, magic: Any) -> Options:
    """The options of a line for a magic decorated with ``magic_arguments``.

    Options come first; ``--`` or the first word that is not one starts the question, whose quotes,
    spaces and dashes are left alone.

    Raises:
        MagicError: an unknown option, or a value that an option doesn't take.
    """
    words, question = _split(line)
    if _FLAGS.intersection(words):
        return Options(question="help")
    try:
        given = vars(magic.parser.parse_args(words))
    except UsageError as error:
        reason = str(error).strip().splitlines()[-1]
        raise MagicError(
            _("The options can't be read: {reason}.").format(reason=reason.rstrip(".")),
            _("See %rusoil help; write -- before a question that starts with a dash."),
        ) from error
    values = {name: value for name, value in given.items() if name != "question"}
    return Options(question=question, **cast("dict[str, Any]", values))


def _split(line: str) -> tuple[list[str], str]:
    words: list[str] = []
    position = 0
    while match := _TOKEN.match(line, position):
        word = match[1]
        if not word.startswith("-") or word == "-":
            break
        position = match.end()
        if word == "--":
            break
        words.append(_unquoted(word))
        if "=" not in word and word not in _FLAGS and (value := _TOKEN.match(line, position)):
            words[-1:] = _joined(words[-1], _unquoted(value[1]))
            position = value.end()
    return words, line[position:].strip()


def _joined(option: str, value: str) -> list[str]:
    """Option and value as one word where argparse would take the value for an option."""
    return [f"{option}={value}"] if option.startswith("--") else [option, value]


def _unquoted(word: str) -> str:
    return _QUOTED.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1] or match[2] or ""), word)
