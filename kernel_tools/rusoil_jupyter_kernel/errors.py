"""The one way a magic fails: a sentence and a next step on one line, and the cell counts as failed.

IPython prints its own :class:`UsageError` on stderr, where a saved notebook shows it like any
output. A subclass with ``_render_traceback_`` becomes a proper error output instead: one line in
Lab, in a terminal and in nbclient, and the cells after it don't run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from rusoil_jupyter.letters import one_line

if TYPE_CHECKING:
    from rusoil_jupyter.errors import WouldSend


class MagicError(UsageError):
    """A magic can't do what was asked. ``str(error)`` is the sentence and the next step."""

    def __init__(self, message: str, next_step: str = "") -> None:
        self.message = message
        self.next_step = next_step
        super().__init__(one_line(f"{message} {next_step}"))

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class ServerAway(MagicError):
    """No server answered at the address; another may have been started since."""


class NoAssistant(MagicError):
    """A Jupyter server answered, but without the rusoil extension."""


class NotLetIn(MagicError):
    """The server did not accept the kernel's credential, or there is none."""


class ConsentNeeded(MagicError):
    """The model runs elsewhere and the user has not agreed yet. It carries what would be sent."""

    def __init__(self, message: str, next_step: str, would_send: WouldSend) -> None:
        self.would_send = would_send
        super().__init__(message, next_step)


class Interrupted(MagicError):
    """The user stopped the answer. The cell fails, so that "Run all" stops here too."""
