"""Supervises one engine process: start at first use, notice its death, start again, end with us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.control_tokens import ControlTokens
from rusoil_jupyter.backends.llama_cpp import gguf, trial
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions, EngineProcess
from rusoil_jupyter.backends.openai_wire import OpenAIClient
from rusoil_jupyter.backends.tool_envelope import Abilities
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, RusoilError
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence

    import aiohttp

    from rusoil_jupyter.backends.llama_cpp.engines import EngineKind
    from rusoil_jupyter.backends.llama_cpp.process import LastWords

START_SECONDS = 120.0
GLANCE_SECONDS = 0.25  # how often the progress of loading is looked at
SILENCE_SECONDS = 120.0  # an engine that reads tells it every step: one that says nothing so long hangs
MAX_BACK_OFF_SECONDS = 60.0
# What a template may take for one question; a good one takes milliseconds and nothing to speak of.
RENDER_SECONDS, RENDER_BYTES, RENDER_GLANCE_SECONDS = 3.0, 2**29, 0.05
# What templates of thinking models write: marks around thoughts, a switch, a channel of its own.
_THINKS = re.compile(rb"think|reason|channel", re.IGNORECASE)
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


class EngineClient(OpenAIClient):
    """The wire of one running engine.

    Args:
        tokens: its model's.
        render: sees that a question can be put to the model.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: ControlTokens,
        render: Callable[[EngineClient, dict[str, Any]], Awaitable[None]],
    ) -> None:
        super().__init__(session, base_url, tokens=tokens)
        self._render = render

    async def prepare(self, body: dict[str, Any]) -> None:
        """As :meth:`OpenAIClient.prepare`.

        Raises:
            InvalidRequest: the model's template makes no prompt of this question.
        """
        await self._render(self, body)

    async def thinks(self, request: ModelRequest, name: str) -> None:
        """End it, once its person wants the answer; an engine that can't goes on."""
        if request.inbox is None or not request.inbox.concluded.is_set():
            return
        try:
            wish = {"id": name, "action": "reasoning_end"}
            await self._call("POST", "chat/completions/control", json=wish)
        except RusoilError as error:
            log.warning("the thinking could not be ended: %s", error)

    async def prompt(self, body: dict[str, Any]) -> str:
        """What the model's template makes of a question."""
        return str((await self._call("POST", "../apply-template", json=body))["prompt"])

    async def count(self, text: str, *, is_prompt: bool = False) -> int:
        """Tokens of a text; of a whole prompt with those that begin it."""
        answer = await self._call("POST", "../tokenize", json={"content": text, "add_special": is_prompt})
        return len(answer["tokens"])

    async def count_request(self, request: ModelRequest, **defaults: Any) -> int:
        """Tokens of the prompt that the template makes of a question. Raises as :meth:`prepare`."""
        body = await self.body(request, **defaults)
        await self.prepare(body)
        return await self.count(await self.prompt(body), is_prompt=True)

    async def continues(self, messages: Sequence[object], said: str) -> bool:
        """Whether this model can go on with an answer that begins with ``said``.

        Some templates close every answer, or have a place for thoughts before it.
        """
        body = {"messages": [*messages, {"role": "assistant", "content": said}]}
        try:
            return (await self.prompt(body)).endswith(said)
        except RusoilError:
            return False


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
        self._process: EngineProcess | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tokens = ControlTokens()
        self._thinks = False
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
        return self._session is not None and self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """Process id while alive."""
        return self._process.pid if self._process is not None and self.alive else None

    @property
    def busy(self) -> bool:
        """Whether anybody uses it."""
        return self._users > 0

    @property
    def concludes(self) -> bool:
        """Whether its model thinks, by its template, and can be told to end that."""
        return self._thinks and ENGINES[self.options.engine].concludes

    @property
    def broken(self) -> ModelUnavailable | None:
        """Why its process can't live on this processor, once it has ended so before its first word."""
        if self._process is None or self._worked:
            return None
        return self._process.broken

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
                yield await asyncio.to_thread(self._share)
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
        session = cast("aiohttp.ClientSession", self._session)
        return EngineClient(session, f"{self._address}/v1", self._tokens, self._render)

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
        return await process.ending()

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
        try:
            head = await asyncio.to_thread(gguf.read, Path(self.options.model_path))
        except OSError as error:
            raise self._unloadable(f"{error.strerror}.") from error
        except gguf.UnreadableError as error:
            log.error("%s is no model: %s", self.options.model_path, error)
            raise self._unloadable(_("it is no whole GGUF file."), _damaged()) from error
        if fault := await trial.fault(head, self.options.model, self.options.engine):
            raise self._unloadable(_("its chat template can't be used ({reason}).").format(reason=fault))
        options = replace(self.options, n_threads=self.options.n_threads or usable_cores())
        self._process = process = EngineProcess(options, use_tcp=self._use_tcp)
        await process.start()
        address = await process.ready(START_SECONDS)
        if address is None:
            words = await process.last_words()
            await self._end()
            log.error("the engine did not start (%s):\n%s", words.ending, words.text)
            raise words.broken or self._failed(words)
        self._tokens = ControlTokens(head.steering)
        self._thinks = any(_THINKS.search(template) for template in head.templates.values())
        self._session, self._address = process.connect(address, SILENCE_SECONDS)

    def _failed(self, words: LastWords) -> ModelUnavailable:
        """Why it did not start, and what to do."""
        if words.ending is None:
            return self._unloadable(_("it took longer than {seconds:.0f} s.").format(seconds=START_SECONDS))
        if fault := words.about_template:
            return self._unloadable(_("its chat template can't be used ({reason}).").format(reason=fault))
        if fault := words.about_file:
            return self._unloadable(f"{fault}.", _damaged())
        return self._unloadable(words.last_line)

    def _unloadable(self, reason: str, next_step: str = "") -> ModelUnavailable:
        return ModelUnavailable(
            _("The engine could not load {model}: {reason}").format(model=self.options.model, reason=reason),
            next_step or _("Choose another model, or run “rusoil doctor” to see what is wrong."),
        )

    async def _render(self, client: EngineClient, body: dict[str, Any]) -> None:
        """Let the template make a prompt of this question, as it will again for the answer, and watch it.

        What else is wrong with the question, or the engine, shows when it is asked.

        Raises:
            InvalidRequest: the template takes too long or too much memory, or breaks the engine.
        """
        process, began, taken = self._process, time.monotonic(), 0
        if process is None:  # it died since; asking it says so
            return
        rendering = asyncio.ensure_future(client.prompt(body))
        try:
            while not (await asyncio.wait({rendering}, timeout=RENDER_GLANCE_SECONDS))[0]:
                taken = taken or process.memory
                if process.memory - taken > RENDER_BYTES or time.monotonic() - began > RENDER_SECONDS:
                    process.kill()  # asked to end, it would go on growing meanwhile
                    await self.aclose()
                    raise self._no_prompt(_("it does not come to an end"))
        finally:
            rendering.cancel()
            await asyncio.wait({rendering})
        failed = not rendering.cancelled() and isinstance(rendering.exception(), ModelUnavailable)
        if failed and (ending := await process.ending()) and process.broken:
            self.worked()  # it computed nothing
            raise self._no_prompt(ending)

    def _no_prompt(self, reason: str) -> InvalidRequest:
        return InvalidRequest(
            _("The chat template of {model} can't be used for this ({reason}).").format(
                model=self.options.model, reason=reason
            ),
            _("Choose another model."),
        )

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
        if session is not None:
            await session.close()
        if process is not None:
            await process.end()


def _damaged() -> str:
    return _(
        "If the file is damaged or incomplete, remove it and download it again; if the model is"
        " newer than the engine, update the engine; or choose another model."
    )


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
