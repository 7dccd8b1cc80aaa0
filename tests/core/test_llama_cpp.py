"""How requests share the engine of this computer. Against the real model."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import psutil
import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.llama_cpp import engine as engine_module
from rusoil_jupyter.backends.llama_cpp.engine import Engine, EngineClient
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.backends.registry import BackendRegistry
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.events import Done, Event, Notice, Progress, Queued, Text, Usage
from rusoil_jupyter.messages import Message
from rusoil_jupyter.pipeline import Call, Endpoint, Plain
from rusoil_jupyter.pipeline.overflow import Overflow
from rusoil_jupyter.protocol import ModelInfo, ResponseFormat
from rusoil_jupyter.settings import Settings

from .waiting import until

pytestmark = pytest.mark.model
LONG = "Tell me about this: " + "pump sand gas rock oil water mud salt " * 100


@pytest.fixture(params=list(ENGINES))
async def backend(
    request: pytest.FixtureRequest, model_dir: Path, tmp_path: Path
) -> AsyncIterator[LlamaCppBackend]:
    settings = Settings(model_dirs=(model_dir,), data_dir=tmp_path)
    backend = LlamaCppBackend("here", settings, engine=request.param, n_threads=1)
    yield backend
    await backend.aclose()


def request(text: str = "Tell me a story.", max_tokens: int = 4, **fields: object) -> ModelRequest:
    return ModelRequest.model_validate(
        {
            "model": catalogue.SMOLLM2.id,
            "messages": (Message.of("user", text),),
            "max_tokens": max_tokens,
            "conversation": text,
            **fields,
        }
    )


class Listener:
    """Collects the events of one answer."""

    def __init__(self, backend: LlamaCppBackend, asked: ModelRequest) -> None:
        self.events: list[Event] = []
        self.task = asyncio.ensure_future(self._listen(backend, asked))

    async def _listen(self, backend: LlamaCppBackend, asked: ModelRequest) -> None:
        async with aclosing(backend.stream(asked)) as events:  # type: ignore[type-var]
            async for event in events:
                self.events.append(event)

    @property
    def text(self) -> str:
        return "".join(event.delta for event in self.events if isinstance(event, Text))

    @property
    def read(self) -> float:
        """Tokens of the question that were read."""
        return max(
            (e.done for e in self.events if isinstance(e, Progress) and e.phase == "reading"), default=0
        )

    def has(self, kind: type[Event], **fields: object) -> bool:
        return any(
            isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items())
            for event in self.events
        )

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


async def test_an_interactive_request_stops_a_background_one_that_reads(backend):
    behind = Listener(backend, request(LONG, priority="background"))
    await until(lambda: behind.read > 100)
    before = Listener(backend, request())
    await before.task
    assert before.has(Done)
    assert not behind.text
    read = behind.read
    assert read < 700
    await behind.task
    assert behind.has(Done)
    [usage] = [event for event in behind.events if isinstance(event, Usage)]
    assert usage.cached_tokens >= read / 2, "what was read before the pause is not read again"


async def test_a_background_answer_rests_while_another_is_given_and_goes_on(backend):
    behind = Listener(backend, request(max_tokens=60, priority="background", temperature=0))
    await until(lambda: len(behind.text) > 20)
    before = Listener(backend, request("Name three rivers.", max_tokens=40))
    await until(lambda: bool(before.text))
    rested = behind.text
    await before.task
    assert behind.text == rested
    await behind.task
    assert behind.text.startswith(rested)
    assert len(behind.text) > len(rested)
    assert behind.text.count(rested) == 1, "the first part is not said again"
    [usage] = [event for event in behind.events if isinstance(event, Usage)]
    assert 55 <= usage.completion_tokens <= 61
    assert behind.has(Done)


async def test_an_answer_of_a_given_form_is_not_paused_in_the_middle(backend):
    form = ResponseFormat(
        type="json_schema",
        json_schema={
            "type": "object",
            "properties": {
                "names": {"type": "array", "items": {"enum": ["oil", "gas"]}, "minItems": 30, "maxItems": 30}
            },
            "required": ["names"],
        },
    )
    behind = Listener(backend, request(max_tokens=600, priority="background", response_format=form))
    await until(lambda: len(behind.text) > 20)
    before = Listener(backend, request(max_tokens=10))
    await asyncio.gather(before.task, behind.task)
    assert len(json.loads(behind.text)["names"]) == 30
    assert behind.has(Done)
    assert before.has(Done)


async def test_more_than_the_pool_holds_waits_and_is_told_so(backend):
    first = Listener(backend, request(max_tokens=12_000))
    await until(lambda: bool(first.text))
    second = Listener(backend, request("And you?", max_tokens=12_000))
    await until(lambda: second.has(Queued, position=0))
    await first.stop()
    await until(lambda: bool(second.text))
    await second.stop()


async def test_the_second_turn_does_not_read_the_first_again_however_many_are_between(
    model_dir: Path, tmp_path: Path
):
    settings = Settings(model_dirs=(model_dir,), data_dir=tmp_path)
    backend = LlamaCppBackend("here", settings, n_threads=1, n_parallel=2)
    told: dict[int, list[Message]] = {}
    for number in range(4):
        question = Message.of("user", f"{number} {LONG[:1500]}")
        answer = Listener(backend, request().model_copy(update={"messages": (question,)}))
        await answer.task
        told[number] = [question, Message.of("assistant", answer.text), Message.of("user", "Go on.")]
    for messages in told.values():
        again = Listener(backend, request().model_copy(update={"messages": tuple(messages)}))
        await again.task
        [usage] = [event for event in again.events if isinstance(event, Usage)]
        assert usage.prompt_tokens - usage.cached_tokens < 40
    await backend.aclose()


async def test_loading_is_shown_and_goes_on_when_the_question_is_withdrawn(backend):
    first = Listener(backend, request())
    await until(lambda: backend.engine_pids)
    await first.stop()
    loading = backend.engine_pids
    second = Listener(backend, request())
    await second.task
    assert backend.engine_pids == loading
    shares = [e.done for e in second.events if isinstance(e, Progress) and e.phase == "loading"]
    assert shares == sorted(shares)
    assert all(0 <= share < 1 for share in shares)


async def test_a_model_that_nobody_asks_for_leaves_the_memory(model_dir: Path, tmp_path: Path):
    settings = Settings(model_dirs=(model_dir,), data_dir=tmp_path)
    backend = LlamaCppBackend("here", settings, n_threads=1, idle_minutes=0.1 / 60)
    await Listener(backend, request()).task
    assert backend.engine_pids
    await until(lambda: not psutil.Process().children())
    assert backend.engine_pids == ()
    answer = Listener(backend, request())
    await answer.task
    assert answer.has(Done)
    await backend.aclose()


async def test_a_question_whose_engine_another_one_ended_is_put_to_the_next_engine(backend, monkeypatch):
    """Between the look at the template and the question itself, the engine may be started again."""
    prepare, ended = EngineClient.prepare, []

    async def prepare_and_lose(self: EngineClient, body: dict[str, object]) -> None:
        await prepare(self, body)
        if not ended:
            ended.extend(backend.engine_pids)
            [(engine, _scheduler)] = backend._engines.values()
            await engine.aclose()

    monkeypatch.setattr(EngineClient, "prepare", prepare_and_lose)
    answer = Listener(backend, request())
    await answer.task
    assert answer.has(Done)
    assert set(backend.engine_pids).isdisjoint(ended)


async def test_an_engine_that_hangs_is_ended_and_said(backend, monkeypatch):
    monkeypatch.setattr(engine_module, "SILENCE_SECONDS", 5.0)
    answer = Listener(backend, request(max_tokens=2000))
    await until(lambda: bool(answer.text))
    [pid] = backend.engine_pids
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(ModelUnavailable) as caught:
        await answer.task
    assert caught.value.next_step
    await until(lambda: not psutil.pid_exists(pid))
    after = Listener(backend, request())
    await after.task
    assert after.has(Done)


async def test_an_engine_that_dies_again_and_again_before_it_speaks_is_left_alone_for_a_while(
    backend, monkeypatch
):
    monkeypatch.setattr(engine_module, "START_SECONDS", 0.01)
    for _attempt in range(2):
        with pytest.raises(ModelUnavailable, match="could not load"):
            await Listener(backend, request()).task
    with pytest.raises(ModelUnavailable, match="in a row") as caught:
        await Listener(backend, request()).task
    assert caught.value.retry_after
    assert "doctor" in caught.value.next_step
    assert psutil.Process().children() == []


async def test_the_crash_is_named(backend):
    answer = Listener(backend, request(max_tokens=2000))
    await until(lambda: bool(answer.text))
    os.kill(backend.engine_pids[0], signal.SIGSEGV)
    with pytest.raises(ModelUnavailable, match="SIGSEGV"):
        await answer.task


async def test_a_conversation_that_outgrew_the_model_is_answered_without_its_beginning(
    model_dir: Path, tmp_path: Path
):
    settings = Settings(model_dirs=(model_dir,), data_dir=tmp_path)
    backend = LlamaCppBackend("here", settings, n_threads=1, n_ctx=512)
    told = [
        message
        for number in range(8)
        for message in (Message.of("user", f"{number} {LONG[:300]}"), Message.of("assistant", "Yes."))
    ]
    asked = request().model_copy(update={"messages": (*told, Message.of("user", "Say hi."))})
    model = ModelInfo(id=f"here/{asked.model}", name="M", backend="here")
    only = cast("BackendRegistry", SimpleNamespace(find=lambda _id: (backend, asked.model)))
    call = Call(Caller("me"), Plain(asked.messages), model, asked.sampling, in_session=True)
    async with aclosing(Overflow(Endpoint(only)).stream(call)) as events:
        said = [event async for event in events if not isinstance(event, Progress)]
    assert isinstance(said[0], Notice)
    assert isinstance(said[-1], Done)
    [usage] = [event for event in said if isinstance(event, Usage)]
    assert usage.prompt_tokens < 300
    await backend.aclose()


async def test_an_edit_is_guessed_from_what_was_there(model_dir: Path):
    code = "\n".join(f"total_{n} = df['{n}'].sum() / len(df['{n}']) * factor" for n in ("oil", "gas", "mud"))
    path = str(model_dir / catalogue.SMOLLM2.file)
    engine = Engine(EngineOptions("m", path, n_threads=1, n_ctx=2048, n_draft=16))
    body = {
        "messages": [{"role": "user", "content": f"Repeat this code without any change:\n{code}"}],
        "max_tokens": 120,
        "temperature": 0,
    }
    answer = await (await engine.client())._call("POST", "chat/completions", json=body)
    assert answer["timings"]["draft_n_accepted"] > 10
    await engine.aclose()


async def test_drafts_that_are_configured_reach_the_engine(model_dir: Path, tmp_path: Path):
    options = {"kind": "llama-cpp", "engine": "xllamacpp", "n_threads": 1, "n_draft": 16}
    settings = Settings.from_environ(
        {"RUSOIL_BACKENDS": json.dumps({"here": options})}, data_dir=tmp_path, model_dirs=[model_dir]
    )
    backend = cast("LlamaCppBackend", BackendRegistry(settings).backends["here"])
    await Listener(backend, request()).task
    [pid] = backend.engine_pids
    started_with = json.loads(psutil.Process(pid).cmdline()[-1])
    assert started_with["n_draft"] == 16
    await backend.aclose()
