"""Supervises one engine process: start at first use, notice its death, start again, end with us."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

import aiohttp

from rusoil_jupyter.backends.openai_wire import OpenAIClient
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.i18n import _

START_SECONDS = 120.0
STOP_SECONDS = 5.0
LOG_BYTES = 4000
# OpenMP's threads spin for milliseconds before they sleep. Where anything else computes on these cores, the
# one that is awaited does not run meanwhile: 0.7 tokens/s, and 25 to 100 with this bound (two busy cores).
SPIN = {"GOMP_SPINCOUNT": "1000"}
log = logging.getLogger(__name__)


def usable_cores() -> int:
    """Cores this process may really use: affinity and the container's quota, at least 1.

    More threads than cores cut the engine's speed tenfold: its threads wait for each other by spinning.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(cores, _quota_cores(Path("/sys/fs/cgroup"))))


def _quota_cores(root: Path) -> int:
    """Whole cores that the control group grants (v2: ``cpu.max``; v1: ``cpu.cfs_*``)."""
    for files in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
            quota, period = " ".join((root / name).read_text() for name in files).split()
            if quota not in {"max", "-1"}:
                return max(1, int(quota) // int(period))
    return sys.maxsize


@dataclass(frozen=True)
class EngineOptions:
    """What the engine is started with; sizes in tokens.

    ``engine`` names a program in ``engines/``: they all speak the same wire.
    ``n_ctx`` is shared by ``n_parallel`` conversations. ``n_batch`` bounds one step of reading a
    prompt: it is how often progress is told and how long a cancel can take (256 tokens: about a
    second on two cores, at 2 % of the speed of larger steps).
    """

    model: str
    model_path: str
    engine: str = "xllamacpp"
    n_ctx: int = 8192
    n_batch: int = 256
    n_parallel: int = 4
    n_threads: int = 0


class Engine:
    """One model in one child process, reached over a private socket.

    Args:
        options: the model and its sizes.
        use_tcp: a loopback port behind a random key instead of a unix socket (Windows).
    """

    def __init__(self, options: EngineOptions, *, use_tcp: bool = os.name == "nt") -> None:
        self._options = options
        self._use_tcp = use_tcp
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._address = ""
        self.streams = 0

    @property
    def alive(self) -> bool:
        """Whether the process runs and is ready."""
        return self._session is not None and self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id while alive."""
        return self._process.pid if self._process is not None and self.alive else None

    async def has_ended(self, pid: int | None) -> bool:
        """Whether that process is dead, now or within the second that a killed one takes to show it."""
        process = self._process
        if process is None or process.pid != pid:
            return True
        try:
            await asyncio.to_thread(process.wait, 1)
        except subprocess.TimeoutExpired:
            return False
        return True

    async def client(self) -> OpenAIClient:
        """A client of the running engine, started (again) if need be.

        Raises:
            ModelUnavailable: it could not be started; the sentence holds the engine's own last words.
        """
        async with self._starting:
            if not self.alive:
                await self.aclose()
                await self._start()
        assert self._session is not None  # noqa: S101 - _start sets it or raises
        return OpenAIClient(self._session, f"{self._address}/v1")

    async def _start(self) -> None:
        # A fresh folder each time: the socket of a killed engine stays and would block the next one.
        # mkdtemp makes it 0700, so the socket is the owner's alone.
        self._folder = tempfile.TemporaryDirectory(prefix="rusoil-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        key = secrets.token_urlsafe(32)
        spawning = asyncio.ensure_future(asyncio.to_thread(self._spawn, folder, key))
        try:
            process = await asyncio.shield(spawning)
        except asyncio.CancelledError:
            self._process = await spawning  # or nobody would know of it, nor end it
            raise
        self._process = process
        try:
            line = await asyncio.wait_for(
                asyncio.to_thread(cast("IO[str]", process.stdout).readline), START_SECONDS
            )
        except TimeoutError:
            line = ""
        if not line:
            reason = await asyncio.to_thread(self._last_words, folder)
            await self.aclose()
            raise ModelUnavailable(
                _("The engine could not load {model}: {reason}").format(
                    model=self._options.model, reason=reason
                ),
                _("Choose another model, or run “rusoil doctor” to see what is wrong."),
            )
        self._connect(folder, json.loads(line)["ready"], key)

    def _spawn(self, folder: Path, key: str) -> subprocess.Popen[str]:
        options = asdict(self._options)
        options["n_threads"] = options["n_threads"] or usable_cores()
        if not self._use_tcp:
            options["socket"] = str(folder / "engine.sock")
        program = Path(__file__).parent / "engines" / f"{self._options.engine}.py"
        with (folder / "log").open("w") as errors:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-P", str(program), json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=folder,
                env=SPIN | os.environ,
            )
        with contextlib.suppress(BrokenPipeError):  # died at once: the missing "ready" tells
            pipe = cast("IO[str]", process.stdin)
            pipe.write(key + "\n")
            pipe.flush()
        return process

    def _connect(self, folder: Path, address: str, key: str) -> None:
        connector: aiohttp.BaseConnector
        if self._use_tcp:
            self._address, connector = address, aiohttp.TCPConnector(limit=0)
        else:
            self._address = "http://engine"
            connector = aiohttp.UnixConnector(str(folder / "engine.sock"), limit=0)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"Authorization": f"Bearer {key}"},
            timeout=aiohttp.ClientTimeout(total=None),
        )

    def _last_words(self, folder: Path) -> str:
        if self._process is not None:
            try:
                self._process.wait(1)  # its pipe closes a moment before its end can be seen
            except subprocess.TimeoutExpired:
                return _("it took longer than {seconds:.0f} s.").format(seconds=START_SECONDS)
        text = ""
        with contextlib.suppress(OSError):  # closed while it started
            text = (folder / "log").read_text(errors="replace")[-LOG_BYTES:]
        log.error("the engine did not start:\n%s", text)
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1][:300] if lines else _("it ended without a word.")

    async def aclose(self) -> None:
        """End the process and forget its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(OSError):
        cast("IO[str]", process.stdin).close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast("IO[str]", process.stdout).close()
