"""What looks at somebody else's objects never ends a cell, or the kernel: whatever they raise stays here."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from rusoil_jupyter_kernel.errors import MagicError


class Harmless:
    """In this block a figure's own code may raise anything, ``SystemExit`` too, and the cell goes on.

    Only the person's own interrupt goes through. ``note`` is told what was raised.
    """

    def __init__(self, note: Callable[[str], None] | None = None) -> None:
        self._note = note

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _where: TracebackType | None
    ) -> bool:
        if error is None or kind is KeyboardInterrupt:
            return False
        if self._note is not None:
            self._note(f"{type(error).__name__}: {reason(error)}")
        return True


class OneSentence:
    """In this block whatever is raised becomes a :class:`MagicError`; ``{reason}`` in its message says what.

    One that is raised as such, and the person's own interrupt, go through.
    """

    def __init__(self, message: str, next_step: str = "", *, with_class: bool = False) -> None:
        self._message, self._next_step, self._with_class = message, next_step, with_class

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _where: TracebackType | None
    ) -> None:
        if error is None or kind is KeyboardInterrupt or isinstance(error, MagicError):
            return
        told = f"{type(error).__name__} {reason(error)}" if self._with_class else reason(error)
        raise MagicError(self._message.replace("{reason}", told), self._next_step) from error


def reason(error: BaseException) -> str:
    """What an error says; its class where it says nothing, or where even that raises."""
    try:
        return str(error) or type(error).__name__
    except KeyboardInterrupt:
        raise
    except BaseException:
        return type(error).__name__
