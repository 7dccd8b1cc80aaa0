"""Vega, run apart: a child process (:mod:`vega_worker`), started at the first chart, killed when it hangs."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rusoil_jupyter.environment import for_child
from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, Unavailable
from rusoil_jupyter.figures.readers.vega_worker import Question, answer_of, written
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.readers.vega_worker import Answer, Drawing

WORKER = Path(__file__).with_name("vega_worker.py")
DEADLINE_S = 10.0  # for one chart; the slowest of the official gallery needs a tenth of it
START_S = 30.0  # on top for a process that has just been started
MOST_SPEC_BYTES = 32 << 20
MOST_RESIDENT = 1 << 30


class VegaRuntime:
    """Compiles Vega-Lite and draws Vega. Safe to call from several threads: they wait for each other.

    Args:
        deadline: seconds that one call may take, beside the start of the process.
    """

    def __init__(self, deadline: float = DEADLINE_S) -> None:
        self.deadline = deadline
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def compile(self, spec: str) -> dict[str, Any]:
        """The Vega specification of a Vega-Lite one.

        Raises:
            InvalidRequest: it is no valid specification, or it is too large, or takes too long.
            Unavailable: the extra is not installed, or the process can't be started.
        """
        compiled: dict[str, Any] = json.loads(self._ask(Question("compile", spec)).compiled)
        return compiled

    def draw(self, spec: str) -> Drawing:
        """What a Vega specification draws; it fetches nothing.

        Raises:
            InvalidRequest, Unavailable: see :meth:`compile`.
        """
        return cast("Drawing", self._ask(Question("draw", spec)).drawing)

    def close(self) -> None:
        """End the process; the next call starts another one."""
        with self._lock:
            self._end()

    def _ask(self, question: Question) -> Answer:
        if len(question.spec) > MOST_SPEC_BYTES:
            raise PayloadTooLarge(
                _("This chart's specification is larger than {most} MB.").format(most=MOST_SPEC_BYTES >> 20),
                _("Plot fewer points, or aggregate them before plotting."),
                field="mimebundle",
            )
        with self._lock:
            answer = self._exchange(written(question))
        if answer.is_too_large:
            raise PayloadTooLarge(
                _("This chart has too many marks to be read."),
                _("Plot fewer points, or aggregate them before plotting."),
                field="mimebundle",
            )
        if answer.error:
            raise InvalidRequest(
                _("Vega can't draw this chart: {reason}").format(reason=_first_line(answer.error)),
                _("Correct the chart's specification and run the cell again."),
                field="mimebundle",
            )
        return answer

    def _exchange(self, line: bytes) -> Answer:
        # A worker that went to sleep a moment ago is no failure: ask a new one, once.
        for attempt in (1, 2):
            fresh = self._process is None or self._process.poll() is not None
            if fresh:
                self._end()
                self._start()
            answered = self._talk(line, self.deadline + (START_S if fresh else 0.0))
            if answered:
                return answer_of(answered)
            self._end()
            if fresh or attempt == 2:
                break
        raise InvalidRequest(
            _("Vega's process ended while it drew this chart: it needs too much memory."),
            _("Plot fewer points, or aggregate them before plotting."),
            field="mimebundle",
        )

    def _talk(self, line: bytes, deadline: float) -> bytes:
        """One line there, one line back; empty when the process has died."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return b""
        stdin, stdout = process.stdin, process.stdout
        answer: list[bytes] = []

        def converse() -> None:
            with contextlib.suppress(OSError, ValueError):
                stdin.write(line)
                stdin.flush()
                answer.append(stdout.readline())

        thread = threading.Thread(target=converse, name="vega", daemon=True)
        thread.start()
        until = time.monotonic() + deadline
        while thread.is_alive():
            thread.join(0.05 if until - time.monotonic() > 0.05 else 0.01)
            late = time.monotonic() > until
            if thread.is_alive() and (late or _resident(process.pid) > MOST_RESIDENT):
                self._end()
                thread.join()
                raise InvalidRequest(
                    _("This chart takes too long to draw: it was stopped after {seconds:.0f} s.").format(
                        seconds=self.deadline
                    )
                    if late
                    else _("This chart needs too much memory to draw: it was stopped."),
                    _("Plot fewer points, or simplify the chart's transforms."),
                    field="mimebundle",
                )
        return answer[0] if answer else b""

    def _start(self) -> None:
        if importlib.util.find_spec("vl_convert") is None:
            raise Unavailable(
                _("Vega-Lite charts are read with the package vl-convert-python, which is not installed."),
                _("Install it: pip install “rusoil-jupyter[vision]”."),
            )
        environment = for_child() | {"TZ": "UTC"}  # dates without a zone stay what they are
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own file, no shell)
                [sys.executable, "-I", str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
        except OSError as error:
            raise Unavailable(
                _("The process that draws charts can't be started: {reason}").format(reason=error),
                _("Try again; if it happens again, restart Jupyter."),
            ) from error

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()


def _resident(pid: int) -> int:
    """Bytes of memory the process holds; 0 where the system does not tell it this way."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def _first_line(text: str) -> str:
    """The line that says what is wrong; the others are where in the engine it was found."""
    lines = [
        line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("at ")
    ]
    told = next((line for line in lines if "Error" in line), lines[0] if lines else "")
    return told[:300]


runtime = VegaRuntime()
