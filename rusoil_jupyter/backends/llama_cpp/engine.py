"""Supervises one engine process: start at first use, notice its death, start again, end with us."""

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
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import aiohttp

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.openai_wire import OpenAIClient
from rusoil_jupyter.backends.tool_envelope import Abilities
from rusoil_jupyter.errors import ModelUnavailable, RusoilError
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from rusoil_jupyter.backends.llama_cpp.engines import EngineKind

START_SECONDS = 120.0
STOP_SECONDS = 1.5  # one that loads a model, or reads a long text, does not listen; it has nothing to save
LOG_BYTES = 4000
GLANCE_SECONDS = 0.25  # how often the progress of loading is looked at
SILENCE_SECONDS = 120.0  # an engine that reads tells it every step: one that says nothing so long hangs
MAX_BACK_OFF_SECONDS = 60.0
OOM_SCORE = 800  # of 1000: where memory runs out, the engine is ended, not Jupyter
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

    ``engine`` is a name in :data:`engines.ENGINES`: they all speak the same wire. ``n_ctx`` is a pool
    shared by ``n_parallel`` answers. ``n_batch`` bounds one step of reading a prompt: it is how often
    progress is told and how soon a cancelled reading ends (64 tokens: a quarter of a second for a small
    model on two cores; larger steps read no faster, half as much is 14 % slower). ``cache_mib`` is the
    memory for what was read of conversations that have no slot just now. ``n_gpu_layers`` is -1 for all
    that fit; an engine that was built for no GPU does not look at it. ``n_draft`` tokens are guessed at
    once where the last twelve occurred before (16 is good: 1.2 to 1.4 times the speed in edits of code
    that repeat most of it, greedily; nothing where a model's penalty forbids repetition); 0 guesses none.
    ``mmproj`` is the file that gives the model eyes. ``pooling`` (``mean``, ``cls``, ``last``, or
    ``unspecified`` for the model's own) makes it an engine for embeddings.
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


class EngineClient(OpenAIClient):
    """The wire of one running engine."""

    async def count(self, text: str) -> int:
        """Tokens of a text."""
        answer = await self._call("POST", "../tokenize", json={"content": text})
        return len(answer["tokens"])

    async def continues(self, messages: Sequence[object], said: str) -> bool:
        """Whether this model can go on with an answer that begins with ``said``.

        Some templates close every answer, or have a place for thoughts before it.
        """
        body = {"messages": [*messages, {"role": "assistant", "content": said}]}
        try:
            answer = await self._call("POST", "../apply-template", json=body)
        except RusoilError:
            return False
        return str(answer["prompt"]).endswith(said)


class Engine:
    """One model in one child process, reached over a private socket.

    Args:
        options: the model and its sizes.
        idle_seconds: how long the model stays in memory when nobody asks; 0 for ever.
        use_tcp: a loopback port behind a random key instead of a unix socket (Windows).
    """

    def __init__(
        self, options: EngineOptions, *, idle_seconds: float = 0, use_tcp: bool = os.name == "nt"
    ) -> None:
        self.options = options
        self._idle_seconds = idle_seconds
        self._use_tcp = use_tcp
        self._start: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._address = ""
        self._users = 0
        self._unloading: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._failures = 0
        self._worked = True
        self._not_before = 0.0

    # --- who uses it -----------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the process runs and is ready."""
        return self._session is not None and self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id while alive."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def busy(self) -> bool:
        """Whether anybody uses it."""
        return self._users > 0

    @property
    def broken(self) -> ModelUnavailable | None:
        """Why its process can't live on this processor, once it has ended so before its first word."""
        if self._process is None or self._worked:
            return None
        return ENGINES[self.options.engine].broken(self._process.poll())

    @contextlib.contextmanager
    def use(self) -> Iterator[None]:
        """Keep it from being unloaded."""
        self._users += 1
        if isinstance(self._unloading, asyncio.TimerHandle):
            self._unloading.cancel()
        try:
            yield
        finally:
            self._users -= 1
            if not self.busy and self._idle_seconds:
                loop = asyncio.get_running_loop()
                self._unloading = loop.call_later(self._idle_seconds, self._unload)

    def _unload(self) -> None:
        log.info("%s is unloaded: nobody asked for %g s", self.options.model, self._idle_seconds)
        self._unloading = asyncio.get_running_loop().create_task(self.aclose())

    def worked(self) -> None:
        """Say that it answered: its next death, if any, has nothing to do with the last one."""
        self._worked, self._failures = True, 0

    # --- start and end ---------------------------------------------------------------------------

    async def loading(self) -> AsyncGenerator[float, None]:
        """Start it if need be; yields the share of the model that is in memory until it is ready.

        The start goes on when nobody waits for it any more.

        Raises:
            ModelUnavailable: it could not be started; the sentence holds the engine's own last words.
        """
        while not self.alive:
            if self._start is None or self._start.done():
                self._start = asyncio.create_task(self._restart())
                self._start.add_done_callback(lambda task: task.cancelled() or task.exception())
            start = self._start
            while not start.done():
                yield self._share()
                await asyncio.wait({start}, timeout=GLANCE_SECONDS)
            if start.cancelled():
                raise ModelUnavailable(_("The engine was stopped."), _("Ask again."), retry_after=1)
            start.result()

    async def client(self) -> EngineClient:
        """A client of the running engine, started (again) if need be.

        Raises:
            ModelUnavailable: as :meth:`loading`.
        """
        async with contextlib.aclosing(self.loading()) as shares:
            async for _share in shares:
                pass
        return EngineClient(cast("aiohttp.ClientSession", self._session), f"{self._address}/v1")

    async def abilities(self) -> Abilities:
        """What its model can do, as it says itself. Raises as :meth:`loading`."""
        return Abilities.of(await (await self.client()).get("../props"))

    def _share(self) -> float:
        """How much of the file is in memory: it is mapped, and read page by page. Linux alone tells."""
        with contextlib.suppress(OSError, AttributeError, ValueError, ZeroDivisionError):
            path = os.path.realpath(self.options.model_path)
            lines = Path(f"/proc/{self._process.pid}/smaps").read_text().splitlines()  # type: ignore[union-attr]
            maps = [place for place, line in enumerate(lines) if line.endswith(f" {path}")]
            kilobytes = sum(
                int(next(line for line in lines[place:] if line.startswith("Rss:")).split()[1])
                for place in maps
            )
            return min(0.99, kilobytes * 1024 / Path(path).stat().st_size)
        return 0.0

    async def how_it_ended(self, pid: int | None) -> str | None:
        """How that process died, now or within the second that a killed one takes to show it; ``None``
        if it lives.
        """
        process = self._process
        if process is None or process.pid != pid:
            return _("it was stopped")
        try:
            return _ending(await asyncio.to_thread(process.wait, 1))
        except subprocess.TimeoutExpired:
            return None

    async def _restart(self) -> None:
        if not self._worked:  # the last one died before it said a word, or did not even start
            self._failures += 1
            back_off = min(MAX_BACK_OFF_SECONDS, 2.0 ** (self._failures - 2)) if self._failures > 1 else 0.0
            self._not_before = time.monotonic() + back_off
        self._worked = True
        if (wait := self._not_before - time.monotonic()) > 0:
            raise ModelUnavailable(
                _("The engine failed {count} times in a row with {model}.").format(
                    count=self._failures, model=self.options.model
                ),
                _("Try again in {seconds:.0f} s, choose another model, or run “rusoil doctor”.").format(
                    seconds=wait + 0.5
                ),
                retry_after=int(wait) + 1,
            )
        await self._end()
        self._worked = False
        try:
            await self._begin()
        except asyncio.CancelledError:
            self._worked = True
            raise

    async def _begin(self) -> None:
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
            address = await asyncio.wait_for(asyncio.to_thread(_ready, process), START_SECONDS)
        except TimeoutError:
            address = None
        if address is None:
            reason, next_step = await asyncio.to_thread(self._last_words, folder)
            broken = self.broken
            await self._end()
            raise broken or ModelUnavailable(
                _("The engine could not load {model}: {reason}").format(
                    model=self.options.model, reason=reason
                ),
                next_step,
            )
        self._connect(folder, address, key)

    def _spawn(self, folder: Path, key: str) -> subprocess.Popen[str]:
        options = asdict(self.options) | {"folder": str(folder)}
        options["n_threads"] = options["n_threads"] or usable_cores()
        if not self._use_tcp:
            options["socket"] = str(folder / "engine.sock")
        program = ENGINES[self.options.engine].program
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
        with contextlib.suppress(OSError):  # Linux alone has it
            Path(f"/proc/{process.pid}/oom_score_adj").write_text(str(OOM_SCORE))
        with contextlib.suppress(BrokenPipeError):  # died at once: the missing "ready" tells
            pipe = cast("IO[str]", process.stdin)
            pipe.write(key + "\n")
            pipe.flush()
        return process

    def _connect(self, folder: Path, address: str, key: str) -> None:
        # No connection is used twice: one kept from the last question may be closed just now.
        connector: aiohttp.BaseConnector
        if self._use_tcp:
            self._address, connector = address, aiohttp.TCPConnector(limit=0, force_close=True)
        else:
            self._address = "http://engine"
            connector = aiohttp.UnixConnector(str(folder / "engine.sock"), limit=0, force_close=True)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"Authorization": f"Bearer {key}"},
            timeout=aiohttp.ClientTimeout(total=None, sock_read=SILENCE_SECONDS),
        )

    def _last_words(self, folder: Path) -> tuple[str, str]:
        """Why it did not start, and what to do."""
        next_step = _("Choose another model, or run “rusoil doctor” to see what is wrong.")
        ending, status = _("it ended without a word"), 0
        if self._process is not None:
            try:
                # Its pipe closes a moment before its end can be seen.
                status = self._process.wait(1)
                ending = _ending(status)
            except subprocess.TimeoutExpired:
                return _("it took longer than {seconds:.0f} s.").format(seconds=START_SECONDS), next_step
        text = ""
        with contextlib.suppress(OSError):  # closed while it started
            text = (folder / "log").read_text(errors="replace")[:LOG_BYTES]
        log.error("the engine did not start (%s):\n%s", ending, text)
        if found := re.search(r"^.*template.*error: *(.*)", text, re.MULTILINE):
            reason = _("its chat template can't be used ({reason}).").format(reason=found[1][:200])
        elif found := re.search(r"error loading model: (?:\w+: )?(.*)", text):
            reason = f"{found[1][:200]}."
            next_step = _(
                "If the file is damaged or incomplete, remove it and download it again; if the model is"
                " newer than the engine, update the engine; or choose another model."
            )
        else:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            reason = lines[-1][:300] if lines and status >= 0 else f"{ending}."
        return reason, next_step

    async def aclose(self) -> None:
        """End the process and forget its connections. It starts again when it is used again."""
        if isinstance(self._unloading, asyncio.TimerHandle):
            self._unloading.cancel()
        if self._start is not None and not self._start.done():
            self._start.cancel()
            await asyncio.wait({self._start})
        self._worked = True  # ended by us, not by a failure
        await self._end()

    async def _end(self) -> None:
        session, self._session = self._session, None
        process, self._process = self._process, None
        folder, self._folder = self._folder, None
        if session is not None:
            await session.close()
        if process is not None:
            await asyncio.to_thread(_end, process)
        if folder is not None:
            folder.cleanup()


def _ready(process: subprocess.Popen[str]) -> str | None:
    """The address the engine says once the model is loaded; ``None`` if it ends before."""
    for line in cast("IO[str]", process.stdout):
        with contextlib.suppress(ValueError, TypeError, KeyError):  # a library's own chatter
            return str(json.loads(line)["ready"])
    return None


def _ending(status: int) -> str:
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


async def decode_once(kind: EngineKind, model: Path) -> RusoilError | None:
    """Why this engine can't compute a word with this model, if it can't. In a process of its own."""
    engine = Engine(EngineOptions(model.stem, str(model), kind.name, n_ctx=512, n_parallel=1))
    request = ModelRequest(model=model.stem, messages=(Message.of("user", "Say hello."),), max_tokens=2)
    try:
        client, pid = await engine.client(), engine.pid
        try:
            async with contextlib.aclosing(client.stream(request)) as events:
                async for _event in events:
                    pass
        except RusoilError as error:
            await engine.how_it_ended(pid)
            return engine.broken or error
    except RusoilError as error:
        return error
    finally:
        await engine.aclose()
    return None


def _end(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(OSError):
        cast("IO[str]", process.stdin).close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    cast("IO[str]", process.stdout).close()
