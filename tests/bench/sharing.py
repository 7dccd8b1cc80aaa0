"""One engine for many: who waits how long for a first word, what is read twice, how soon a cancel works."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.catalogue import SMOLLM2
from rusoil_jupyter.events import Progress, Text
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings
from tests.bench.engines import WORDS, quantile
from tests.bench.streaming import models_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SESSIONS, SLOTS = 8, 4
BEHIND = 4
QUIET_SECONDS = 0.5  # without any CPU: the engine has stopped


def text_of(tokens: int, mark: object) -> str:
    """Words of about so many tokens, that nobody has read before."""
    chosen = random.Random(str(mark))
    return f"{mark} " + " ".join(chosen.choice(WORDS) for _word in range(int(tokens / 1.38)))


class Asked:
    """One request and what has come of it so far."""

    def __init__(self, backend: LlamaCppBackend, *messages: Message, tokens: int, background: bool) -> None:
        self.text = ""
        self.read = 0.0
        self.first: float | None = None
        self._something = asyncio.Event()
        request = ModelRequest(
            model=SMOLLM2.id,
            messages=messages,
            max_tokens=tokens,
            conversation=messages[0].text[:40],
            priority="background" if background else "interactive",
        )
        self._started = time.monotonic()
        self.task = asyncio.create_task(self._follow(backend, request))

    async def _follow(self, backend: LlamaCppBackend, request: ModelRequest) -> None:
        stream: Any = backend.stream(request)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Text):
                    self.first = self.first or time.monotonic() - self._started
                    self.text += event.delta
                elif isinstance(event, Progress):
                    self.read = event.done
                self._something.set()

    async def until(self, condition: Any) -> None:
        """Wait for something that the next events will bring."""
        while not condition():
            self._something.clear()
            done, _waiting = await asyncio.wait(
                {self.task, asyncio.ensure_future(self._something.wait())},
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self.task in done:
                return  # it had less to say

    async def cancel(self) -> None:
        """End it now."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def ask(backend: LlamaCppBackend, text: str, tokens: int = 4, *, background: bool = False) -> Asked:
    """Ask one question."""
    return Asked(backend, Message.of("user", text), tokens=tokens, background=background)


async def first_token(backend: LlamaCppBackend, mark: object) -> float:
    """Seconds to the first word of a short interactive question."""
    asked = ask(backend, f"Question {mark}: what does a {random.Random(str(mark)).choice(WORDS)} do?")
    await asked.task
    assert asked.first is not None
    return asked.first


async def _first_tokens(backend: LlamaCppBackend, rounds: int) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {"idle": [], "beside four": [], "behind a reading": []}
    for number in range(rounds):
        samples["idle"].append(await first_token(backend, f"idle {number}"))
        behind = [
            ask(backend, f"Write a long essay on oil wells, part {number}.{place}.", 900, background=True)
            for place in range(BEHIND)
        ]
        for asked in behind:
            await asked.until(lambda asked=asked: asked.text)
        samples["beside four"].append(await first_token(backend, f"beside {number}"))
        for asked in behind:
            await asked.cancel()
        long = ask(backend, text_of(3400, number), background=True)
        # Not always at the same place of it: later steps take longer.
        await long.until(lambda long=long, number=number: long.read > 300 * (1 + number % 10))
        samples["behind a reading"].append(await first_token(backend, f"behind {number}"))
        await long.cancel()
        print(f"round {number + 1} of {rounds}", flush=True)
    return samples


async def _second_turns(backend: LlamaCppBackend) -> dict[str, list[float]]:
    samples: dict[str, list[float]] = {"cold": [], "second": []}
    told: list[list[Message]] = []
    for number in range(SESSIONS):
        question = Message.of("user", text_of(2000, f"session {number}"))
        asked = Asked(backend, question, tokens=16, background=False)
        await asked.task
        samples["cold"].append(asked.first or 0)
        told.append([question, Message.of("assistant", asked.text)])
    for messages in told:
        asked = Asked(backend, *messages, Message.of("user", "And shorter?"), tokens=4, background=False)
        await asked.task
        samples["second"].append(asked.first or 0)
    return samples


async def _stops(process: psutil.Process) -> float:
    """Seconds until the process uses no CPU any more."""

    def used() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    started = last = time.monotonic()
    before = used()
    while time.monotonic() - last < QUIET_SECONDS:
        await asyncio.sleep(0.005)
        if (now := used()) > before:
            before, last = now, time.monotonic()
    return last - started


async def _cancels(backend: LlamaCppBackend, rounds: int) -> dict[str, list[float]]:
    process = psutil.Process(backend.engine_pids[0])
    samples: dict[str, list[float]] = {"cancel decoding": [], "cancel reading": []}
    for number in range(rounds):
        talking = ask(backend, f"Write a long essay on pumps, part {number}.", 900)
        await talking.until(lambda talking=talking: bool(talking.text))
        await talking.cancel()
        samples["cancel decoding"].append(await _stops(process))
        reading = ask(backend, text_of(2000, f"cancel {number}"))
        await reading.until(lambda reading=reading: reading.read > 100)
        await asyncio.sleep(random.Random(number).random() * 0.3)  # anywhere in a step
        await reading.cancel()
        samples["cancel reading"].append(await _stops(process))
    return samples


@asynccontextmanager
async def _backend(scratch: Path, **options: int) -> AsyncIterator[LlamaCppBackend]:
    settings = Settings(model_dirs=(Path(models_folder()),), data_dir=scratch)
    backend = LlamaCppBackend("here", settings, **options)
    await ask(backend, "Hi").task
    yield backend
    await backend.aclose()


async def _measure(scratch: Path, rounds: int) -> dict[str, Any]:
    async with _backend(scratch) as backend:
        samples = await _first_tokens(backend, rounds)
        samples |= await _cancels(backend, rounds)
    async with _backend(scratch, n_parallel=SLOTS) as backend:
        samples |= await _second_turns(backend)
    return {"rounds": rounds, "samples": samples}


def measure(scratch: Path, rounds: int) -> dict[str, Any]:
    """Seconds of everything."""
    return asyncio.run(_measure(scratch, rounds))


def report(result: dict[str, Any]) -> str:
    """Each figure beside its goal."""
    samples = result["samples"]
    idle, beside = median(samples["idle"]), median(samples["beside four"])
    pairs = zip(samples["beside four"], samples["idle"], strict=True)
    ratio = median(one / other for one, other in pairs)
    behind = samples["behind a reading"]
    cold, second = median(samples["cold"]), median(samples["second"])
    worst_second = max(samples["second"]) / min(samples["cold"])
    decoding, reading = samples["cancel decoding"], samples["cancel reading"]
    return "\n".join(
        (
            f"first token, idle                       {idle * 1000:6.0f} ms",
            f"  beside four background answers        {beside * 1000:6.0f} ms, {ratio:.2f} x idle (goal: 2)",
            f"  behind a background reading of 3,400  {median(behind) * 1000:6.0f} ms,"
            f" at worst {max(behind):.2f} s (goal: 1 s)",
            f"session of 2,000 tokens, first turn     {cold * 1000:6.0f} ms",
            f"  second turn, {SESSIONS} sessions on {SLOTS} slots   {second * 1000:6.0f} ms,"
            f" {second / cold:.3f} x the first, at worst {worst_second:.3f} (goal: 0.05)",
            f"CPU after a cancel, decoding            {median(decoding) * 1000:6.0f} ms,"
            f" 95 % within {quantile(decoding, 0.95) * 1000:.0f} ms (goal: 200 ms)",
            f"  reading                               {median(reading) * 1000:6.0f} ms,"
            f" at worst {max(reading) * 1000:.0f} ms (goal: one bounded step)",
            f"[{result['rounds']} rounds, medians]",
        )
    )
