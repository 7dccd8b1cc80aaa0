"""Hosted backends against each vendor's emulated wire: words, tools, pictures, errors, keys."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from rusoil_jupyter.backends import openai_wire, remote
from rusoil_jupyter.backends.base import Backend, ModelRequest
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.backends.registry import load_backend_class
from rusoil_jupyter.errors import (
    ContextTooLong,
    Forbidden,
    InvalidRequest,
    ModelUnavailable,
    RateLimited,
    RusoilError,
    UnknownModel,
)
from rusoil_jupyter.events import Done, Event, Reasoning, Text, ToolCall, Usage
from rusoil_jupyter.messages import ImagePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from rusoil_jupyter.protocol import ResponseFormat, ToolSpec
from rusoil_jupyter.settings import Settings
from tests.core.waiting import until
from tests.vendors import KEY, VENDORS, Vendor, running

VARIABLE = "RUSOIL_TEST_VENDOR_KEY"
PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 20).decode()
WEATHER = ToolSpec(
    name="weather",
    description="The weather of a place.",
    parameters={"type": "object", "properties": {"place": {"type": "string"}}},
)
every_vendor = pytest.mark.parametrize("kind", VENDORS)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.setattr(openai_wire, "PACE_SECONDS", 0)


@pytest.fixture
async def vendor(kind: str) -> AsyncIterator[Vendor]:
    make, path = VENDORS[kind]
    vendor = make()
    async with running(vendor) as address:
        vendor.base_url = address + path
        yield vendor


@pytest.fixture
async def backend(kind: str, vendor: Vendor) -> AsyncIterator[Backend]:
    backend = make_backend(kind, vendor)
    yield backend
    await backend.aclose()


def make_backend(kind: str, vendor: Vendor, **options: Any) -> Backend:
    given = {"base_url": vendor.base_url, "api_key_env": VARIABLE} | options
    if kind == "azure-openai":
        given = {"models": [vendor.name]} | given
    backend = load_backend_class(kind)("far", Settings(), **given)
    backend.vendor = vendor
    return backend


def request(backend: Backend, *parts: Any, **more: Any) -> ModelRequest:
    message = Message(role="user", parts=[TextPart(text=p) if isinstance(p, str) else p for p in parts])
    return ModelRequest(**({"model": backend.vendor.name, "messages": (message,)} | more))


async def ask(backend: Backend, *parts: Any, **more: Any) -> list[Event]:
    return [event async for event in backend.stream(request(backend, *parts, **more))]


def text(events: list[Event], kind: type[Event] = Text) -> str:
    return "".join(event.delta for event in events if isinstance(event, kind))


# --- what there is ----------------------------------------------------------------------------------


@every_vendor
async def test_models_are_listed_once_for_many_questions(kind, vendor, backend):
    models = await backend.models()
    assert models == await backend.models()
    assert models[0].id == f"far/{vendor.name}"
    assert not any("embed" in model.id or "whisper" in model.id for model in models)
    assert (await backend.status()).ready
    assert vendor.listings == (0 if kind == "azure-openai" else 1)


@every_vendor
async def test_a_model_says_where_it_runs_and_who_gets_what_is_asked(kind, vendor, backend):
    model = (await backend.models())[0]
    if kind in {"ollama", "vllm"}:
        assert (model.runs_on, model.sends_to, model.cost_class) == ("this-computer", "", "free")
    else:
        host = vendor.base_url.split("/")[2]
        assert (model.runs_on, model.sends_to, model.cost_class) == ("elsewhere", host, "paid")


@pytest.mark.parametrize("kind", ["ollama"])
async def test_ollamas_cloud_models_run_elsewhere(vendor, backend):
    cloud = (await backend.models())[1]
    assert (cloud.runs_on, cloud.sends_to) == ("elsewhere", "ollama.com")


@every_vendor
async def test_models_can_be_named_and_are_then_not_asked_for(kind, vendor):
    backend = make_backend(kind, vendor, models={vendor.name: {"name": "Mine", "vision": False}, "other": {}})
    mine, other = await backend.models()
    assert (mine.name, mine.vision, other.id) == ("Mine", False, "far/other")
    assert vendor.listings == 0
    await backend.aclose()


@pytest.mark.parametrize("kind", ["openai"])
async def test_a_server_that_is_slow_to_list_does_not_hold_the_status(kind, vendor, monkeypatch):
    listed = asyncio.Event()
    monkeypatch.setattr(remote, "PATIENCE_SECONDS", 0.05)
    backend = make_backend(kind, vendor)
    list_now = backend._list

    async def slowly() -> Any:
        await listed.wait()
        return await list_now()

    monkeypatch.setattr(backend, "_list", slowly)
    status = await backend.status()
    assert (status.ready, status.reason) == (False, "The model server has not answered yet.")
    listed.set()
    await asyncio.wait({backend._asking})
    assert (await backend.status()).ready
    await backend.aclose()


@pytest.mark.parametrize("kind", ["openai"])
async def test_what_was_listed_stays_listed_with_the_reason_when_the_server_is_away(
    kind, vendor, backend, monkeypatch
):
    await backend.models()
    monkeypatch.setattr(remote, "FRESH_SECONDS", 0)
    monkeypatch.setattr(backend, "_list", _away)
    [model] = await backend.models()
    assert (model.available, model.reason) == (False, "gone")
    assert (await backend.status()).reason == "gone"


async def _away() -> Any:
    raise ModelUnavailable("gone", "wait")


@pytest.mark.parametrize("kind", ["anthropic", "google", "mistral"])
async def test_a_missing_extra_is_a_sentence_with_the_command(kind, vendor, backend, monkeypatch):
    monkeypatch.setattr(type(backend), "module", "no_such_module.at_all")
    status = await backend.status()
    assert not status.ready
    assert f'pip install "rusoil-jupyter[{kind}]"' in status.next_step
    with pytest.raises(ModelUnavailable, match="not installed"):
        await ask(backend, "Hi.")


# --- one answer -------------------------------------------------------------------------------------


@every_vendor
async def test_words_thoughts_and_counts(kind, vendor, backend):
    events = await ask(
        backend,
        "!think let me see\nПривет, мир 👋 of words",
        max_tokens=50,
        temperature=0.5,
        top_p=0.9,
        seed=3,
    )
    assert text(events, Reasoning) == "let me see"
    assert text(events).strip() == "Привет, мир 👋 of words"
    [usage] = [event for event in events if isinstance(event, Usage)]
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens == 5
    assert events[-1] == Done(finish_reason="stop")


@pytest.mark.parametrize("kind", ["anthropic"])
async def test_thoughts_that_a_vendor_signed_go_back_to_it(kind, vendor, backend):
    events = await ask(backend, "!think let me see\nHello.")
    thoughts = [event for event in events if isinstance(event, Reasoning)]
    signature = "".join(thought.signature for thought in thoughts)
    assert signature == "anthropic:signed"
    thought = ReasoningPart(text=text(events, Reasoning), signature=signature)
    answered = Message(role="assistant", parts=(thought, TextPart(text=text(events))))
    said = (Message.of("user", "Hi."), answered, Message.of("user", "And?"))
    request = ModelRequest(model=vendor.name, messages=said, max_tokens=50)
    assert [event async for event in backend.stream(request)][-1] == Done(finish_reason="stop")
    [kept, _words] = vendor.asked[-1]["messages"][1]["content"]
    assert kept == {"type": "thinking", "thinking": "let me see", "signature": "signed"}


@pytest.mark.parametrize("kind", ["anthropic", "google", "mistral"])
@pytest.mark.parametrize("signature", ["somebody-else:signed", "signed", ""])
async def test_thoughts_that_another_vendor_signed_stay_here(kind, vendor, backend, signature):
    thought = ReasoningPart(text="let me see", signature=signature)
    answered = Message(role="assistant", parts=(thought, TextPart(text="Hello.")))
    said = (Message.of("user", "Hi."), answered, Message.of("user", "And?"))
    request = ModelRequest(model=vendor.name, messages=said, max_tokens=50)
    assert [event async for event in backend.stream(request)][-1] == Done(finish_reason="stop")
    assert "let me see" not in json.dumps(vendor.asked[-1])


@every_vendor
async def test_a_tool_is_called_and_its_result_is_read(kind, vendor, backend):
    events = await ask(backend, '!call weather {"place": "Ufa"}', tools=(WEATHER,), tool_choice="required")
    [call] = [event for event in events if isinstance(event, ToolCall)]
    assert (call.name, json.loads(call.arguments)) == ("weather", {"place": "Ufa"})
    assert events[-1] == Done(finish_reason="tool_calls")
    assert "weather" in json.dumps(vendor.asked[-1]["tools"])
    history = (
        Message.of("system", "Be brief."),
        Message.of("user", "What is the weather?"),
        Message(
            role="assistant", parts=(ToolCallPart(id=call.id, name="weather", arguments=call.arguments),)
        ),
        Message(role="tool", parts=(ToolResultPart(id=call.id, text="snow-and-wind"),)),
        Message.of("user", "Say it."),
    )
    assert text(await ask(backend, messages=history, tools=(WEATHER,))).strip() == "Say it."
    sent = json.dumps(vendor.asked[-1], ensure_ascii=False)
    assert all(said in sent for said in ("Be brief.", "snow-and-wind", "Ufa", "What is the weather?"))


@every_vendor
async def test_a_picture_is_sent(kind, vendor, backend):
    await ask(backend, "What is it?", ImagePart(data=PICTURE))
    sent = json.dumps(vendor.asked[-1])
    assert PICTURE in sent
    assert "image/png" in sent


@every_vendor
async def test_an_answer_in_a_schema_is_asked_for(kind, vendor, backend):
    schema = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
    form = ResponseFormat(type="json_schema", json_schema=schema)
    await ask(backend, "Where?", response_format=form)
    assert "town" in json.dumps(vendor.asked[-1])


@every_vendor
async def test_closing_an_answer_stops_the_model(kind, vendor, backend):
    events = backend.stream(request(backend, "!forever"))
    while not isinstance(await anext(events), Text):
        pass
    assert vendor.running == 1
    await events.aclose()
    await until(lambda: not vendor.running)


# --- trouble ----------------------------------------------------------------------------------------


@every_vendor
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("!status 401", Forbidden),
        ("!status 403", Forbidden),
        ("!status 429", RateLimited),
        ("!status 400", InvalidRequest),
        ("!status 500", ModelUnavailable),
        ("!status 503", ModelUnavailable),
        ("!too-long", ContextTooLong),
        ("one two\n!cut", ModelUnavailable),
        ("one two\n!end", ModelUnavailable),
    ],
)
async def test_trouble_is_an_error_of_the_tree_without_the_key(
    kind, vendor, backend, question, expected, caplog
):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RusoilError) as caught:
        await ask(backend, question)
    error = caught.value
    assert type(error) is expected
    assert error.message
    assert error.next_step
    if expected is RateLimited:
        assert error.retry_after == 7
    assert KEY not in "".join(traceback.format_exception(error))
    assert KEY not in repr(error)
    assert KEY not in caplog.text


@every_vendor
async def test_an_unknown_model_is_refused(kind, vendor, backend):
    with pytest.raises(UnknownModel):
        await ask(backend, "Hi.", model="no-such-model")


@every_vendor
async def test_a_wrong_key_is_a_sentence_that_does_not_repeat_it(kind, vendor, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = "sk-wrong-abcdef"
    monkeypatch.setenv(VARIABLE, wrong)
    backend = make_backend(kind, vendor)
    status = await backend.status()
    assert status.ready == (kind == "azure-openai")  # whose models are named and not asked for
    with pytest.raises(Forbidden) as caught:
        await ask(backend, "Hi.")
    shown = [status.model_dump_json(), *traceback.format_exception(caught.value), caplog.text]
    assert wrong not in "".join([*shown, repr(backend), repr(vars(backend)), str(backend.key)])
    await backend.aclose()


@every_vendor
async def test_a_server_that_is_away_is_a_sentence(kind, vendor, unused_tcp_port):
    address = f"http://127.0.0.1:{unused_tcp_port}"
    backend = make_backend(kind, vendor, base_url=address, models=[vendor.name])
    with pytest.raises(ModelUnavailable, match="can't be reached"):
        await ask(backend, "Hi.")
    await backend.aclose()


@every_vendor
async def test_a_redirection_takes_neither_the_question_nor_the_key_elsewhere(kind, vendor):
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect("/".join(vendor.base_url.split("/")[:3]) + request.path_qs)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere)
    async with TestServer(app) as server:
        path = vendor.base_url.split("/", 3)[3:]
        backend = make_backend(kind, vendor, base_url=str(server.make_url("/" + "".join(path))))
        assert not (await backend.status()).ready or kind == "azure-openai"
        with pytest.raises(ModelUnavailable):
            await ask(backend, "My secret.")
        await backend.aclose()
    assert (vendor.asked, vendor.listings) == ([], 0)


@pytest.mark.parametrize("kind", ["anthropic", "google", "mistral"])
async def test_a_grammar_is_refused_and_not_forgotten(kind, vendor, backend):
    with pytest.raises(InvalidRequest, match="grammar"):
        await ask(backend, "Hi.", response_format=ResponseFormat(type="grammar", grammar='root ::= "a"'))
    assert vendor.asked == []


async def test_a_connection_that_is_closed_just_now_costs_no_question():
    """llama.cpp's server ends a connection that has rested for five seconds, whatever comes meanwhile."""
    used: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        used.append(0)
        place = len(used) - 1
        while not reader.at_eof():
            with suppress(asyncio.IncompleteReadError):
                head = await reader.readuntil(b"\r\n\r\n")
            if reader.at_eof():
                break
            used[place] += 1
            if used[place] == 2:  # it was resting
                break
            size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            await reader.readexactly(int(size[1]) if size else 0)
            body = b'{"data": [{"index": 0, "embedding": [1.0]}]}'
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: %d\r\n\r\n%s" % (len(body), body))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        backend = OpenAICompatibleBackend("far", Settings(), base_url=f"http://127.0.0.1:{port}/v1")
        for _question in range(3):
            assert await backend.embed("any", ["Hello."]) == [[1.0]]
        await backend.aclose()
    assert used == [2, 2, 1]
