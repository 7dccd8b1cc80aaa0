"""An answer on screen while it is written. Two screens, one interface.

:class:`NotebookScreen` keeps one output and updates it; what is left at the end is a clean
mimebundle. :class:`ConsoleScreen` writes what is new. A front end that can't update an output (a
terminal, ``jupyter console``, Qt console) gets the second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from rusoil_jupyter.letters import one_line, plain
from rusoil_jupyter_kernel.answer import Outcome
from rusoil_jupyter_kernel.shown import Shown, answer, notice, remark, stacked

MIN_INTERVAL = 0.125  # seconds between two updates of an output
REST = 8  # a long answer is rendered anew each time: for one part of rendering, so many of rest


class Screen(Protocol):
    """Where an answer is shown."""

    def notice(self, text: str) -> None:
        """Show a short line above the answer, and keep it."""

    def progress(self, text: str) -> None:
        """Show what happens now, in place; the next word of the answer takes its place."""

    def write(self, delta: str) -> None:
        """Add to the answer."""

    def tick(self) -> None:
        """Show what was held back, if it is time."""

    def end(self, outcome: Outcome | None = None, mark: str = "") -> None:
        """Show the answer as it stays: in its final form, or as far as it came, with a mark."""


class NotebookScreen:
    """One output of the cell, updated at most eight times a second."""

    def __init__(self, as_markdown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._as_markdown = as_markdown
        self._clock = clock
        self._handle: Any = None
        self._next_at = float("-inf")
        self._pending = False
        self._notices: list[Shown] = []
        self._progress = ""
        self._text = ""

    def notice(self, text: str) -> None:
        """Show a short line above the answer, and keep it."""
        self._notices.append(notice(text))
        self._changed()

    def progress(self, text: str) -> None:
        """Show what happens now until the first word comes."""
        if text != self._progress:
            self._progress = text
            self._changed()

    def write(self, delta: str) -> None:
        """Add to the answer."""
        self._progress = ""
        self._text += delta
        self._changed()

    def tick(self) -> None:
        """Show what was held back, if it is time."""
        if self._pending and self._clock() >= self._next_at:
            began = self._clock()
            self._show(self._bundle(self._text, self._as_markdown, self._progress))
            now = self._clock()
            self._next_at = now + max(MIN_INTERVAL, REST * (now - began))

    def end(self, outcome: Outcome | None = None, mark: str = "") -> None:
        """Show the answer as it stays. Nothing is left where nothing was said."""
        if outcome is None:
            bundle = self._bundle(self._text, self._as_markdown, mark if self._text else "")
        elif outcome.markdown is None:
            bundle = self._bundle(outcome.plain, False, mark)
        else:
            bundle = self._bundle(outcome.markdown, True, mark, outcome.plain)
        if self._handle is not None or any(bundle.values()):
            self._show(bundle)

    def _changed(self) -> None:
        self._pending = True
        self.tick()

    def _show(self, bundle: dict[str, str]) -> None:
        if self._handle is None:
            self._handle = _new_output()  # first: an interrupt may come when the output is there already
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)
        self._pending = False

    def _bundle(
        self, text: str, as_markdown: bool, below: str, in_plain: str | None = None
    ) -> dict[str, str]:
        body = answer(text, in_plain) if text else Shown("", "")
        shown = stacked([*self._notices, body, remark(below) if below else Shown("", "")])
        if not shown.plain or not as_markdown:
            return {"text/plain": plain(shown.plain)}
        return shown.bundle()


class ConsoleScreen:
    """Standard output, as the words come. Progress only where a line can be erased."""

    def __init__(self) -> None:
        self._progress = False
        self._written = ""

    def notice(self, text: str) -> None:
        """Write the line."""
        self._erase()
        self._put(f"* {one_line(text)}\n")

    def progress(self, text: str) -> None:
        """Write it over the last one, on a terminal."""
        if sys.stdout.isatty():
            self._erase()
            self._progress = True
            self._put(text)

    def write(self, delta: str) -> None:
        """Write what is new."""
        self._erase()
        self._written += delta
        self._put(plain(delta))

    def tick(self) -> None:
        """Nothing is held back."""

    def end(self, _outcome: Outcome | None = None, mark: str = "") -> None:
        """End the line; the words are there already."""
        self._erase()
        if self._written and not self._written.endswith("\n"):
            self._put("\n")
        if mark and self._written:
            self._put(f"({mark})\n")

    def _erase(self) -> None:
        if self._progress:
            self._progress = False
            self._put("\r\x1b[K")

    def _put(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _new_output() -> Any:
    """A place for an output that can be updated; it is made before anything is shown there."""
    from IPython import display

    untyped: Any = display.DisplayHandle  # IPython doesn't say what it takes
    return untyped()


def updates_outputs(shell: Any) -> bool:
    """Whether the front end of this cell can update an output it has shown.

    A notebook names the cell in the request; an executed notebook (nbclient) can't be asked for
    input. A console does neither.
    """
    if getattr(shell, "kernel", None) is None:
        return False
    parent = shell.parent_header
    content, metadata = parent.get("content", {}), parent.get("metadata", {})
    return bool(metadata) or not content.get("allow_stdin", False)


def screen_for(shell: Any, as_markdown: bool) -> Screen:
    """The screen that suits the shell and the front end of this cell."""
    return NotebookScreen(as_markdown) if updates_outputs(shell) else ConsoleScreen()


def show(shell: Any, shown: Shown) -> None:
    """Show something short and finished, such as a list of models."""
    if updates_outputs(shell):
        _new_output().display(shown.bundle(), raw=True)
    else:
        sys.stdout.write(plain(shown.plain) + "\n")
