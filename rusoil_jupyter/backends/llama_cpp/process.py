"""One engine process: how it is started, where it listens, how it ended and why."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import aiohttp

from rusoil_jupyter.backends.llama_cpp.engines import ENGINES, TIED
from rusoil_jupyter.environment import for_child
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.errors import ModelUnavailable

STOP_SECONDS = 1.5  # one that loads a model, or reads a long text, does not listen; it has nothing to save
LOG_BYTES = 4000
OOM_SCORE = 800  # of 1000: where memory runs out, the engine is ended, not Jupyter
# OpenMP's threads spin for milliseconds before they sleep. Where anything else computes on these cores, the
# one that is awaited does not run meanwhile: 0.7 tokens/s, and 25 to 100 with this bound (two busy cores).
SPIN = {"GOMP_SPINCOUNT": "1000"}
# Drivers of GPUs reserve memory without measure, which a process with bounds has not.
BLIND = {"CUDA_VISIBLE_DEVICES": "", "HIP_VISIBLE_DEVICES": "", "GGML_VK_VISIBLE_DEVICES": ""}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EngineOptions:
    """What the engine is started with; sizes in tokens.

    ``engine`` is a name in :data:`engines.ENGINES`: they all speak the same wire. ``n_ctx`` is a pool
    shared by ``n_parallel`` answers. ``n_batch`` bounds one step of reading a prompt: it is how often
    progress is told and how soon a cancelled reading ends (64 tokens: a quarter of a second for a small
    model on two cores; larger steps read no faster, half as much is 14 % slower). ``cache_mib`` is the
    memory for what was read of conversations that have no slot just now. ``n_gpu_layers`` is -1 for all
    that fit; an engine that was built for no GPU does not look at it. ``n_draft`` tokens are guessed at
    once where the last twelve occurred before (16 is good: 1.2 to 1.4 times the speed in edits of code
    that repeat most of it, greedily; nothing where a model's penalty forbids repetition); 0 guesses none.
    ``mmproj`` is the file that gives the model eyes. ``pooling`` (``mean``, ``cls``, ``last``, or
    ``unspecified`` for the model's own) makes it an engine for embeddings. ``cpu_seconds`` and
    ``data_bytes`` are what the process may use at most; 0 is no bound.
    """

    model: str
    model_path: str
    engine: str = "xllamacpp"
    n_ctx: int = 16384
    n_batch: int = 64
    n_parallel: int = 8
    n_threads: int = 0
    cache_mib: int = 2048
    n_gpu_layers: int = -1
    n_draft: int = 0
    mmproj: str = ""
    pooling: str = ""
    cpu_seconds: int = 0
    data_bytes: int = 0


@dataclass(frozen=True)
class LastWords:
    """What a process wrote on standard error, and how it ended.

    ``status`` is as :attr:`subprocess.Popen.returncode`; ``ending`` is the same in words. Both are ``None``
    for one that lives. ``broken`` is what to say if it ended as one whose build does not fit this processor.
    """

    text: str
    status: int | None
    ending: str | None
    broken: ModelUnavailable | None

    @property
    def about_template(self) -> str:
        """What it says against the model's chat template; empty if nothing."""
        found = re.search(r"^.*template.*error: *(.*)", self.text, re.MULTILINE)
        return found[1][:200] if found else ""

    @property
    def about_file(self) -> str:
        """What it says against the model's file; empty if nothing."""
        found = re.search(r"error loading model: (?:\w+: )?(.*)", self.text)
        return found[1][:200] if found else ""

    @property
    def last_line(self) -> str:
        """The last it said; of one that was killed, how."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        return lines[-1][:300] if lines and (self.status or 0) >= 0 else f"{self.ending}."


class EngineProcess:
    """A process with one model, and the private folder where it listens.

    Args:
        options: the model and its sizes.
        use_tcp: a loopback port behind a random key instead of a unix socket.
    """

    def __init__(self, options: EngineOptions, *, use_tcp: bool) -> None:
        self._options = options
        self._use_tcp = use_tcp
        # A fresh folder each time: the socket of a killed engine stays and would block the next one.
        # mkdtemp makes it 0700, so the socket is the owner's alone.
        self._folder = tempfile.TemporaryDirectory(prefix="rusoil-", ignore_cleanup_errors=True)
        self._key = secrets.token_urlsafe(32)
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int | None:
        """Its number; ``None`` before it is started."""
        return None if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def memory(self) -> int:
        """Bytes it holds of its own, beside files. Linux alone tells; else 0."""
        with contextlib.suppress(OSError, ValueError):
            _size, resident, shared = Path(f"/proc/{self.pid}/statm").read_text().split()[:3]
            return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
        return 0

    @property
    def broken(self) -> ModelUnavailable | None:
        """What to say if it ended as one does whose build does not fit this processor."""
        status = None if self._process is None else self._process.poll()
        return ENGINES[self._options.engine].broken(status)

    async def start(self) -> None:
        """Start it; a start that is cancelled is finished first, or nobody would know of it, nor end it."""
        starting = asyncio.ensure_future(asyncio.to_thread(self._start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            await starting
            raise

    def _start(self) -> None:
        folder = Path(self._folder.name)
        options = asdict(self._options) | {"folder": str(folder), "parent": os.getpid()}
        if not self._use_tcp:
            options["socket"] = str(folder / "engine.sock")
        program = ENGINES[self._options.engine].program
        with (folder / "log").open("w") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-P", str(TIED), str(program), json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=folder,
                env=SPIN | for_child() | (BLIND if options["cpu_seconds"] else {}),
            )
        with contextlib.suppress(OSError):  # Linux alone has it
            Path(f"/proc/{self.pid}/oom_score_adj").write_text(str(OOM_SCORE))
        with contextlib.suppress(BrokenPipeError):  # died at once: the missing "ready" tells
            pipe = cast("IO[str]", self._process.stdin)
            pipe.write(self._key + "\n")
            pipe.flush()

    async def ready(self, seconds: float) -> str | None:
        """The address it says once the model is loaded; ``None`` if it ends before, or takes longer."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._ready), seconds)
        except TimeoutError:
            return None

    def _ready(self) -> str | None:
        for line in cast("IO[str]", cast("subprocess.Popen[str]", self._process).stdout):
            with contextlib.suppress(ValueError, TypeError, KeyError):  # a library's own chatter
                return str(json.loads(line)["ready"])
        return None

    def connect(self, address: str, silence: float) -> tuple[aiohttp.ClientSession, str]:
        """Connections to it, and its address on them; ``silence`` is how many seconds it may say nothing."""
        # No connection is used twice: one kept from the last question may be closed just now.
        connector: aiohttp.BaseConnector
        if self._use_tcp:
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
        else:
            address = "http://engine"
            socket = str(Path(self._folder.name) / "engine.sock")
            connector = aiohttp.UnixConnector(socket, limit=0, force_close=True)
        session = aiohttp.ClientSession(
            connector=connector,
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=aiohttp.ClientTimeout(total=None, sock_read=silence),
        )
        return session, address

    async def ending(self) -> str | None:
        """How it died, now or within the second that a killed one takes to show it; ``None`` if it lives."""
        try:
            process = cast("subprocess.Popen[str]", self._process)
            return _in_words(await asyncio.to_thread(process.wait, 1))
        except subprocess.TimeoutExpired:
            return None

    async def last_words(self) -> LastWords:
        """What it said last, and how it ended."""
        ending = await self.ending()  # its pipe closes a moment before its end can be seen
        text = ""
        with contextlib.suppress(OSError):  # closed while it started
            text = (Path(self._folder.name) / "log").read_text(errors="replace")[:LOG_BYTES]
        status = cast("subprocess.Popen[str]", self._process).returncode
        return LastWords(text, status, ending, self.broken)

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()

    async def end(self) -> None:
        """End it and remove its folder."""
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
        self._folder.cleanup()


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(OSError):
        cast("IO[str]", process.stdin).close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast("IO[str]", process.stdout).close()


def _in_words(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return _("it ended with status {status}").format(status=status)
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = str(-status)
    if name == "SIGKILL":
        return _("the system ended it (SIGKILL), most often because memory ran out")
    return _("it crashed ({signal})").format(signal=name)
