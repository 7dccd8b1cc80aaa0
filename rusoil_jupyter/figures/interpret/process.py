"""Reading happens in a process of its own, with a deadline and a bound on memory.

What is read was made by anybody. A picture, a specification or a clip that hangs or kills whatever decodes it
costs one child process, never the server, and nothing in the child waits on the server's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any, cast

from rusoil_jupyter.environment import for_child
from rusoil_jupyter.errors import InvalidRequest, RateLimited, RusoilError, Unavailable, every_error
from rusoil_jupyter.figures.interpret.frames import Answer, Question, opened, read_frame, write_frame
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.interpret.errands import Brought, Errand, Given

CHILDREN = 2
IDLE_SECONDS = 180.0
START_SECONDS = 30.0  # on top of the deadline, for a process that has just been started
MOST_WAITING = 32
MOST_ANSWER = 256 * 2**20
# -P: what lies in the folder of a notebook is not imported.
COMMAND = (sys.executable, "-P", "-m", "rusoil_jupyter.figures.interpret.worker")
log = logging.getLogger(__name__)


class Readers:
    """Child processes that read, started when they are needed and ended when they are not.

    Args:
        children: how many may read at once.
        idle_seconds: how long one is kept that nobody asks.
        command: the program that reads.
    """

    def __init__(
        self,
        children: int = CHILDREN,
        idle_seconds: float = IDLE_SECONDS,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._command = command
        self._free = asyncio.Semaphore(children)
        self._idle_seconds = idle_seconds
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0

    async def send(
        self, errand: Errand[Given, Brought], given: Given, seconds: float, reader: str = ""
    ) -> Brought:
        """What a child process brings back of an errand.

        Args:
            errand: what it is sent for.
            given: what it needs.
            seconds: after which it is stopped.
            reader: the language of whoever asks.

        Raises:
            RusoilError: as the errand; or the deadline passed, the child died, or too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise RateLimited(_("Many figures wait to be read already."), _("Try again soon."), retry_after=5)
        self._waiting += 1
        try:
            async with self._free:
                question = Question(errand=errand.name, reader=reader, given=given)
                return errand.brought.model_validate(_opened(await self._ask(question, seconds)))
        finally:
            self._waiting -= 1

    async def _ask(self, question: Question, seconds: float) -> Answer:
        if self._timer is not None:
            self._timer.cancel()
        child = next((one for one in iter(self._pop, None) if one.alive), None) or _Child(self._command)
        self._busy.add(child)
        try:
            async with asyncio.timeout(seconds if child.warm else seconds + START_SECONDS):
                answer = await asyncio.to_thread(child.exchange, question)
        except TimeoutError:
            raise _too_slow(seconds) from None
        else:
            self._idle.append(child)
            return answer
        finally:
            self._busy.discard(child)
            if child not in self._idle:  # it hangs, died, or whoever asked is gone: its state is unknown
                child.kill()
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._idle_seconds, self._end_idle)

    def _pop(self) -> _Child | None:
        return self._idle.pop() if self._idle else None

    def _end_idle(self) -> None:
        while child := self._pop():
            child.kill()

    async def aclose(self) -> None:
        """End them all, also those that read: a thread that waits for one would keep this process."""
        if self._timer is not None:
            self._timer.cancel()
        self._end_idle()
        for child in tuple(self._busy):
            child.kill()


class _Child:
    """One process. ``exchange`` blocks: call it in a thread."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False

    @property
    def warm(self) -> bool:
        return self._process is not None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def exchange(self, question: Question) -> Answer:
        """Raises:
        RusoilError: the child can't be started, or died.
        """
        if self._process is None:
            self._start()
        process = cast("subprocess.Popen[bytes]", self._process)
        try:
            write_frame(cast("IO[bytes]", process.stdin), question)
            answer = opened(read_frame(cast("IO[bytes]", process.stdout), MOST_ANSWER), Answer)
        except (OSError, ValueError, EOFError) as error:
            raise InvalidRequest(
                _("Reading this was stopped: it needs too much memory, or breaks what reads it."),
                _("Make it smaller or simpler, or save it again in another format."),
            ) from error
        return answer

    def _start(self) -> None:
        new_group: dict[str, Any] = {} if os.name == "nt" else {"start_new_session": True}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=for_child(),
                **new_group,
            )
        except OSError as error:
            raise Unavailable(
                _("The process that reads figures can't be started: {reason}").format(reason=error),
                _("Try again; if it happens again, restart Jupyter."),
            ) from error
        if self._killed:  # the deadline passed while it was being started
            self.kill()

    def kill(self) -> None:
        """End it with all that it started; whoever waits for its answer gets an end of file."""
        self._killed = True
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError):
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                cast("IO[bytes]", pipe).close()


def _opened(answer: Answer) -> Any:
    """What was brought.

    Raises:
        RusoilError: there is an error instead; as it was when it crossed the pipe.
    """
    if answer.error is None:
        return answer.brought
    if answer.cause:
        log.warning("a figure could not be read: %s", answer.cause)
    detail = answer.error
    kind = next((kind for kind in every_error() if kind.code == detail.code), InvalidRequest)
    error = RusoilError.__new__(kind)
    RusoilError.__init__(
        error, detail.message, detail.next_step, retry_after=detail.retry_after, field=detail.field
    )
    raise error


def _too_slow(seconds: float) -> InvalidRequest:
    return InvalidRequest(
        _("Reading this was stopped after {seconds} s.").format(seconds=round(seconds)),
        _("Make it smaller or simpler and try again."),
    )
