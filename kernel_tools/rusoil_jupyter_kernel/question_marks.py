"""Lines that begin with ``%rusoil`` and end with a question mark are questions, not requests for help.

IPython takes ``%magic …?`` for help on the last word, before any magic is called. Our transformer comes
before its own, for lines of ours alone, and does with them what IPython does with any other line of a
magic: strings, other magics and ``%rusoil?`` itself are left as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tokenize import DEDENT, INDENT, TokenInfo
from typing import TYPE_CHECKING, Any

from IPython.core.inputtransformer2 import EscapedCommand, HelpEnd, MagicAssign, TokenTransformBase

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_FINDERS: tuple[Any, ...] = (EscapedCommand.find, MagicAssign.find)  # untyped in IPython


class Questions:
    """Stands among IPython's token transformers; ``is_ours`` tells the names of our magics."""

    def __init__(self, is_ours: Callable[[str], bool]) -> None:
        self._is_ours = is_ours

    def find(self, tokens_by_line: list[list[TokenInfo]]) -> TokenTransformBase | None:
        """The first line of ours that IPython would take for help."""
        return next((one for line in tokens_by_line for one in self._found(line)), None)

    def _found(self, line: list[TokenInfo]) -> Iterator[TokenTransformBase]:
        for find in _FINDERS:
            command = find([line])
            if command is not None and self._asks(line, command):
                yield _Question(_first(line), command)

    def _asks(self, line: list[TokenInfo], command: TokenTransformBase) -> bool:
        """Whether the command is one of our magics, and a question follows it."""
        text = "".join(dict.fromkeys(token.line for token in line))[command.start_col :].rstrip()
        name, _space, question = text[1:].partition(" ")
        is_asked = text.startswith("%") and text.endswith("?") and bool(question.strip(" ?"))
        return is_asked and self._is_ours(name)


class _Question(TokenTransformBase):
    """A line that is asked: what ``command`` makes of it, before help is thought of."""

    priority = HelpEnd.priority - 1

    def __init__(self, start: tuple[int, int], command: TokenTransformBase) -> None:
        super().__init__(start)  # type: ignore[no-untyped-call]
        self._command = command

    def transform(self, lines: list[str]) -> list[str]:
        """The lines with the call in place of the command."""
        transformed: list[str] = self._command.transform(lines)
        return transformed


def _first(line: list[TokenInfo]) -> tuple[int, int]:
    """Where the line begins for IPython: two transformers of one line are told apart by their priority."""
    return next(token.start for token in line if token.type not in {INDENT, DEDENT})


def install(shell: InteractiveShell, is_ours: Callable[[str], bool]) -> None:
    """Let lines of our magics end with a question mark in this shell. Safe to call twice."""
    uninstall(shell)
    _transformers(shell).append(Questions(is_ours))


def uninstall(shell: InteractiveShell) -> None:
    """Leave such lines to IPython again."""
    transformers = _transformers(shell)
    transformers[:] = [one for one in transformers if not isinstance(one, Questions)]


def _transformers(shell: InteractiveShell) -> list[Any]:
    found: list[Any] = shell.input_transformer_manager.token_transformers
    return found
