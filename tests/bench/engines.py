"""Our way to the engine beside the engines themselves, on the same weights, questions and sampling.

Every way asks the same questions in turn, 1, 2, 4 and 8 at once, round after round, each in an engine
process of its own that rests while the others work. Ratios are taken round by round, so that a change of
the machine's mood touches both sides.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket as sockets
import subprocess
import sys
import time
import uuid
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import psutil

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.llama_cpp.engine import usable_cores
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.catalogue import SMOLLM2
from rusoil_jupyter.events import Text, Usage
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings
from tests.bench.streaming import models_folder
from tests.lab import TOKEN, running_lab

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

STREAMS = (1, 2, 4, 8)
TOKENS = 96
# What the model is always asked with here; a penalty costs time for each token, so everybody pays it.
SAMPLING = {name: value for name, value in SMOLLM2.sampling.items() if name != "max_tokens"} | {"seed": 7}
OURS = {name: value for name, value in SAMPLING.items() if name in ModelRequest.model_fields}
PEERS = Path(__file__).parent / "peers"
WORDS = ("reservoir", "porosity", "drilling", "sandstone", "pump", "casing", "cement", "oil", "water")


class Answer(NamedTuple):
    """Seconds to the first token, and tokens in all."""

    first: float
    tokens: int


class Batch(NamedTuple):
    """What some answers at once took: seconds of all together, each answer, and seconds of our own CPU."""

    seconds: float
    answers: list[Answer]
    cpu: float | None = None

    @property
    def speed(self) -> float:
        """Tokens per second of all answers together, reading included."""
        return sum(answer.tokens for answer in self.answers) / self.seconds


class Way:
    """One way to the weights. ``process`` is where they lie in memory."""

    name: str
    process: psutil.Process
    relays: psutil.Process | None = None  # whose CPU is ours

    async def ask(self, question: str, tokens: int) -> Answer:
        """One answer of so many tokens."""
        raise NotImplementedError

    async def batch(self, questions: list[str], tokens: int) -> Batch:
        """Answers to all questions at once."""
        before, started = self._cpu(), time.monotonic()
        answers = await asyncio.gather(*(self.ask(question, tokens) for question in questions))
        seconds = time.monotonic() - started
        return Batch(seconds, list(answers), None if before is None else (self._cpu() or 0) - before)

    def _cpu(self) -> float | None:
        if self.relays is None:
            return None
        times = self.relays.cpu_times()
        return float(times.user + times.system)


def body(question: str, tokens: int) -> dict[str, Any]:
    """The question on the OpenAI wire."""
    return {
        "model": "auto",
        "messages": [{"role": "user", "content": question}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": tokens,
        **SAMPLING,
    }


class Wire(Way):
    """Any server that speaks the OpenAI wire."""

    def __init__(self, name: str, process: psutil.Process, url: str, session: aiohttp.ClientSession) -> None:
        self.name, self.process = name, process
        self._url, self._session = url, session

    async def ask(self, question: str, tokens: int) -> Answer:
        first, count, pieces = None, 0, 0
        started = time.monotonic()
        async with self._session.post(self._url, json=body(question, tokens)) as response:
            assert response.status == 200, await response.text()
            async for line in response.content:
                if not line.startswith(b"data: {"):
                    continue
                chunk = json.loads(line[5:])
                for choice in chunk.get("choices") or ():
                    if choice["delta"].get("content"):
                        first = first or time.monotonic() - started
                        pieces += 1
                count = (chunk.get("usage") or {}).get("completion_tokens") or count
        return Answer(first or time.monotonic() - started, count or pieces)


class Outside(Wire):
    """Our server, as a program outside uses it."""

    def __init__(self, url: str, server: psutil.Process, session: aiohttp.ClientSession) -> None:
        super().__init__("ours through v1", server, f"{url}/rusoil/v1/chat/completions", session)
        self.relays = server


class Piped(Way):
    """A program of ``peers/`` that is told its questions on standard input."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.name, self._pipe = name, process
        self.process = psutil.Process(process.pid)

    async def batch(self, questions: list[str], tokens: int) -> Batch:
        told = await asyncio.to_thread(self._tell, [body(question, tokens) for question in questions])
        return Batch(told["seconds"], [Answer(*answer) for answer in told["answers"]])

    def _tell(self, bodies: list[dict[str, Any]]) -> dict[str, Any]:
        assert self._pipe.stdin and self._pipe.stdout
        self._pipe.stdin.write(json.dumps(bodies) + "\n")
        self._pipe.stdin.flush()
        answer: dict[str, Any] = json.loads(self._pipe.stdout.readline())
        return answer


class InProcess(Way):
    """Our backend, without a server around it."""

    name = "ours in process"

    def __init__(self, backend: LlamaCppBackend) -> None:
        self._backend = backend
        self.process = psutil.Process(backend.engine_pids[0])
        self.relays = psutil.Process()

    async def ask(self, question: str, tokens: int) -> Answer:
        request = ModelRequest.model_validate(
            {
                "model": SMOLLM2.id,
                "messages": [Message.of("user", question)],
                "max_tokens": tokens,
                "conversation": question,
                **OURS,
            }
        )
        first, count = None, 0
        started = time.monotonic()
        stream: Any = self._backend.stream(request)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Text):
                    first = first or time.monotonic() - started
                elif isinstance(event, Usage):
                    count = event.completion_tokens
        return Answer(first or time.monotonic() - started, count)


class WebSocket(Way):
    """Our server, as the panel uses it."""

    name = "ours through WebSocket"

    def __init__(self, url: str, server: psutil.Process, engine: psutil.Process, session: Any) -> None:
        self._url, self._session = url, session
        self.process, self.relays = engine, server

    async def ask(self, question: str, tokens: int) -> Answer:
        request = {"prompt": question, "max_tokens": tokens, **OURS}
        first, count = None, 0
        started = time.monotonic()
        async with self._session.ws_connect(f"{self._url}/rusoil/api/stream") as socket:
            await socket.send_json({"type": "chat", "request_id": uuid.uuid4().hex, "request": request})
            async for message in socket:
                event = json.loads(message.data)
                if event["type"] == "text":
                    first = first or time.monotonic() - started
                elif event["type"] == "usage":
                    count = event["completion_tokens"]
                elif event["type"] in {"done", "error"}:
                    assert event["type"] == "done", event
                    break
        return Answer(first or time.monotonic() - started, count)


@asynccontextmanager
async def _spawned(*command: str, ready: Callable[[subprocess.Popen[str]], Coroutine[Any, Any, None]]) -> Any:
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        [sys.executable, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            await ready(process)
            yield process
        finally:
            process.kill()


async def _says_so(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    line = await asyncio.to_thread(process.stdout.readline)
    assert "ready" in line, "the peer did not start"


@asynccontextmanager
async def all_ways(scratch: Path) -> AsyncIterator[list[Way]]:
    """Every way, ready, each with an engine of its own."""
    models = models_folder()
    weights = str(Path(models) / SMOLLM2.file)
    sizes = EngineOptions("any", weights)
    options = {
        "model_path": weights,
        "n_ctx": sizes.n_ctx,
        "n_parallel": sizes.n_parallel,
        "n_threads": usable_cores(),
    }
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        long = aiohttp.ClientTimeout(total=None)
        plain = await enter(aiohttp.ClientSession(timeout=long))

        # Two of them: what one has read would be known to the other way into it.
        raw = []
        for way in ("callback", "socket"):
            mine = json.dumps({**options, "socket": str(scratch / f"{way}.sock")})
            raw.append(await enter(_spawned(str(PEERS / "xllamacpp_callback.py"), mine, ready=_says_so)))
        connector = aiohttp.UnixConnector(str(scratch / "socket.sock"), limit=0, force_close=True)
        over = await enter(aiohttp.ClientSession(connector=connector, timeout=long))

        python = await enter(
            _spawned(str(PEERS / "llama_cpp_python.py"), json.dumps(options), ready=_says_so)
        )

        with sockets.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server_options = f"--model {weights} --n_ctx {sizes.n_ctx} --n_threads {options['n_threads']}"
        server_options += f" --interrupt_requests False --port {port}"
        url = f"http://127.0.0.1:{port}/v1"

        async def answers(_process: subprocess.Popen[str]) -> None:
            async with asyncio.timeout(120):
                while True:
                    try:
                        async with plain.get(f"{url}/models") as response:
                            if response.status == 200:
                                return
                    except aiohttp.ClientError:
                        await asyncio.sleep(0.2)

        server = await enter(_spawned("-m", "llama_cpp.server", *server_options.split(), ready=answers))

        settings = Settings(model_dirs=(Path(models),), data_dir=scratch / "here")
        backend = LlamaCppBackend("here", settings)
        stack.push_async_callback(backend.aclose)
        async for _event in backend.stream(
            ModelRequest(model=SMOLLM2.id, messages=(Message.of("user", "Hi"),), max_tokens=2)
        ):
            pass

        lab = stack.enter_context(running_lab(RUSOIL_DATA_DIR=str(scratch / "lab"), RUSOIL_MODEL_DIR=models))
        let_in = await enter(aiohttp.ClientSession(headers={"Authorization": f"token {TOKEN}"}, timeout=long))
        through = WebSocket(lab.url, lab.process, lab.process, let_in)
        await through.ask("Hi", 2)
        through.process = lab.engines[0]
        # Another server: what one way has had read would be known to the other.
        other = stack.enter_context(
            running_lab(RUSOIL_DATA_DIR=str(scratch / "other"), RUSOIL_MODEL_DIR=models)
        )
        outside = Outside(other.url, other.process, let_in)
        await outside.ask("Hi", 2)
        outside.process = other.engines[0]
        yield [
            Piped("xllamacpp, callback", raw[0]),
            Wire("xllamacpp, socket", psutil.Process(raw[1].pid), "http://engine/v1/chat/completions", over),
            Piped("llama-cpp-python", python),
            Wire("llama_cpp.server", psutil.Process(server.pid), f"{url}/chat/completions", plain),
            InProcess(backend),
            through,
            outside,
        ]


def questions(count: int, mark: int) -> list[str]:
    """Questions that nobody was asked before."""
    return [f"Write a short story, number {mark}.{number}, about an oil field." for number in range(count)]


def long_question(mark: int) -> str:
    """About 700 tokens to read."""
    chosen = random.Random(mark)
    return " ".join(chosen.choice(WORDS) for _word in range(450)) + " Say yes."


READING_TOKENS = 480  # of a long question, about; the same for everybody


async def _measure(rounds: int, scratch: Path, at_once: Sequence[int], tokens: int) -> dict[str, Any]:
    samples: list[dict[str, Any]] = []
    async with all_ways(scratch) as ways:
        for way in ways:
            await way.batch(questions(1, -1), 4)
        for number in range(rounds):
            turn = ways[number % len(ways) :] + ways[: number % len(ways)]
            for streams in at_once:
                for way in turn:
                    batch = await way.batch(questions(streams, number * 10 + streams), tokens)
                    samples.append(
                        {
                            "round": number,
                            "way": way.name,
                            "streams": streams,
                            "speed": batch.speed,
                            "first": [answer.first for answer in batch.answers],
                            "tokens": sum(answer.tokens for answer in batch.answers),
                            "cpu": batch.cpu,
                        }
                    )
            for way in turn:
                [read] = (await way.batch([long_question(number)], 1)).answers
                samples.append({"round": number, "way": way.name, "streams": 0, "first": [read.first]})
            print(f"round {number + 1} of {rounds}", flush=True)
        memory = {way.name: way.process.memory_full_info().pss / 1e6 for way in ways}
        names = [way.name for way in ways]
    return {
        "rounds": rounds,
        "streams": at_once,
        "ways": names,
        "memory": memory,
        "samples": samples,
        "load": os.getloadavg()[0],
    }


def interval(values: list[float], repeats: int = 2000) -> tuple[float, float, float]:
    """The median and its 95 % confidence interval, by the percentile bootstrap (Efron 1979)."""
    chosen = random.Random(1)
    medians = sorted(median(chosen.choices(values, k=len(values))) for _repeat in range(repeats))
    return median(values), medians[int(0.025 * repeats)], medians[int(0.975 * repeats)]


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def summary(result: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each way and number of streams; ratios to the better of xllamacpp's own two ways."""
    rows = []
    table: dict[tuple[str, int], dict[int, dict[str, Any]]] = {}
    for sample in result["samples"]:
        table.setdefault((sample["way"], sample["streams"]), {})[sample["round"]] = sample
    for streams in result["streams"]:
        speed = {
            way: {number: sample["speed"] for number, sample in table[way, streams].items()}
            for way in result["ways"]
        }
        raw = max(result["ways"][:2], key=lambda way: median(speed[way].values()))
        for way in result["ways"]:
            taken = list(table[way, streams].values())
            first = [seconds for sample in taken for seconds in sample["first"]]
            cpus = [1e6 * s["cpu"] / s["tokens"] for s in taken if s["cpu"] is not None]
            reading = [READING_TOKENS / s["first"][0] for s in table[way, 0].values()]
            rows.append(
                {
                    "streams": streams,
                    "way": way,
                    "tokens_per_second": interval(list(speed[way].values())),
                    "of_raw": interval([v / speed[raw][n] for n, v in speed[way].items()]),
                    "of_server": interval([v / speed["llama_cpp.server"][n] for n, v in speed[way].items()]),
                    "first_p50": quantile(first, 0.5),
                    "first_p99": quantile(first, 0.99),
                    "reading_tokens_per_second": median(reading),
                    "cpu_microseconds_per_token": median(cpus) if cpus else None,
                    "memory_mb": result["memory"][way],
                    "raw": raw,
                }
            )
    return rows


def measure(
    scratch: Path, rounds: int, at_once: Sequence[int] = STREAMS, tokens: int = TOKENS
) -> dict[str, Any]:
    """All samples and their summary."""
    result = asyncio.run(_measure(rounds, scratch, at_once, tokens))
    return {**result, "summary": summary(result)}


def report(result: dict[str, Any]) -> str:
    """The table."""
    lines = [
        f"{'streams':>7}  {'way':<24}{'tokens/s':>9}{'of raw xllamacpp':>24}{'of llama_cpp.server':>21}"
        f"{'first p50':>11}{'p99':>9}{'reads':>8}{'CPU/token':>11}{'memory':>9}"
    ]
    for row in result["summary"]:
        ratio, low, high = row["of_raw"]
        cpu = row["cpu_microseconds_per_token"]
        lines.append(
            f"{row['streams']:>7}  {row['way']:<24}{row['tokens_per_second'][0]:>9.1f}"
            f"{ratio:>9.3f} ({low:.3f}-{high:.3f}){row['of_server'][0]:>16.2f}"
            f"{row['first_p50'] * 1000:>13.0f} ms{row['first_p99'] * 1000:>6.0f} ms"
            f"{row['reading_tokens_per_second']:>8.0f}"
            + (f"{cpu:>8.0f} us" if cpu is not None else " " * 11)
            + f"{row['memory_mb']:>6.0f} MB"
        )
    goal = (
        "(goals: 1 and 8 streams at least 0.97 of raw, the interval's lower end at least 0.95;"
        " 8 streams at least 1.9 times llama_cpp.server)"
    )
    return "\n".join([*lines, f"{goal}   [{result['rounds']} rounds, medians, compared round by round]"])
