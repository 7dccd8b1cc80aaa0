"""Forms, tools, thoughts, seeds and odd requests against the real engine: one end each, and it lives on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.llama_cpp import LlamaCppBackend
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.errors import (
    ContextTooLong,
    InvalidRequest,
    ModelUnavailable,
    RusoilError,
    UnsupportedModality,
)
from rusoil_jupyter.events import Done, Event, Reasoning, Text, ToolCall
from rusoil_jupyter.inbox import Inbox
from rusoil_jupyter.messages import ImagePart, Message, ToolCallPart, ToolResultPart
from rusoil_jupyter.pipeline.promises import kept
from rusoil_jupyter.protocol import ResponseFormat, ToolSpec
from rusoil_jupyter.settings import Settings

MODEL = catalogue.SMOLLM2.id
WEATHER = ToolSpec(
    name="weather",
    description="Weather of a city",
    parameters={"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}},
)
# As the templates of thinking models: thoughts between marks, switched by an argument; and tools.
THINKING = (
    "{% for m in messages %}<|im_start|>{{m.role}}\n"
    "{% if m.reasoning_content %}<think>\n{{m.reasoning_content}}\n</think>\n\n{% endif %}"
    "{{m.content}}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking %}<think>\n{% else %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
TOOLS = (
    "{% if tools %}<tools>{{tools|tojson}}</tools>\n{% endif %}"
    "{% for m in messages %}<|im_start|>{{m.role}}\n{{m.content or ''}}"
    "{% for c in m.tool_calls or [] %}\n<tool_call>\n"
    '{"name": "{{c.function.name}}", "arguments": {{c.function.arguments|tojson}}}\n</tool_call>{% endfor %}'
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
pytestmark = pytest.mark.model


def with_template(model: Path, to: Path, template: str) -> None:
    """A copy of the model with another chat template, filled up with a comment to the length of its own."""
    data = bytearray(model.read_bytes())
    key = b"tokenizer.chat_template"
    at = data.index(key) + len(key) + 4
    size = int.from_bytes(data[at : at + 8], "little")
    text = template.encode()
    data[at + 8 : at + 8 + size] = text + b"{#" + b" " * (size - len(text) - 4) + b"#}"
    to.write_bytes(data)


@pytest.fixture(scope="module")
def folder(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model, one that thinks, and one whose template has tools."""
    folder = tmp_path_factory.mktemp("models")
    file = catalogue.SMOLLM2.file
    (folder / file).symlink_to(model_dir / file)
    with_template(model_dir / file, folder / "thinker.gguf", THINKING)
    with_template(model_dir / file, folder / "caller.gguf", TOOLS)
    return folder


@pytest.fixture(params=list(ENGINES))
async def backend(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[LlamaCppBackend]:
    backend = LlamaCppBackend(
        "here", Settings(model_dirs=(folder,)), engine=request.param, n_ctx=4096, n_parallel=2, n_threads=1
    )
    yield backend
    await backend.aclose()


async def ask(
    backend: LlamaCppBackend, question: str = "Hello.", model: str = MODEL, **choices: Any
) -> list[Event]:
    choices = {"messages": (Message.of("user", question),), "max_tokens": 16, "temperature": 0} | choices
    request = ModelRequest(model=model, **choices)
    return [event async for event in kept(request, backend.stream(request))]


def said(events: list[Event], kind: type[Text | Reasoning] = Text) -> str:
    return "".join(event.delta for event in events if isinstance(event, kind))


async def test_thoughts_are_told_apart_and_switched_off(backend):
    thinking = await ask(backend, model="thinker", reasoning_effort="low")
    assert said(thinking, Reasoning)
    assert not said(thinking)
    plain = await ask(backend, model="thinker", reasoning_effort="none")
    assert said(plain)
    assert not said(plain, Reasoning)
    form = ResponseFormat(type="grammar", grammar='root ::= "yes"')
    held = await ask(backend, model="thinker", reasoning_effort="high", response_format=form)
    assert (said(held), said(held, Reasoning)) == ("yes", "")


async def test_thinking_ends_when_its_person_wants_the_answer(backend):
    [info] = [model for model in await backend.models() if model.id == "here/thinker"]
    inbox = Inbox()
    request = ModelRequest(
        model="thinker",
        messages=(Message.of("user", "Tell me a long story about oil."),),
        max_tokens=120,
        temperature=0,
        reasoning_effort="high",
        inbox=inbox,
    )
    events = []
    async for event in backend.stream(request):
        events.append(event)
        if isinstance(event, Reasoning):
            inbox.concluded.set()
    assert bool(said(events)) is info.concludes is (backend._engine_name == "xllamacpp")
    assert isinstance(events[-1], Done)


async def test_a_template_with_tools_gets_them_and_harmful_ones_do_no_harm(backend):
    harmful = ToolSpec(name="f", parameters={"type": "array", "minItems": 5, "maxItems": 2})
    choices = {"model": "caller", "max_tokens": 48}
    required = choices | {"tools": (WEATHER,), "tool_choice": "required"}
    events = await ask(backend, "What is the weather in Ufa?", **required)
    [call] = [event for event in events if isinstance(event, ToolCall)]
    past = (
        Message.of("user", "What is the weather in Ufa?"),
        Message(role="assistant", parts=(ToolCallPart(id=call.id, name="weather", arguments="{}"),)),
        Message(role="tool", parts=(ToolResultPart(id=call.id, text="Cold."),)),
    )
    events = await ask(backend, messages=past, tools=(WEATHER, harmful), **choices)
    assert isinstance(events[-1], Done)


async def test_the_same_seed_says_the_same(folder):
    """Compared cold, one at a time: what is warm is computed in other steps and rounds otherwise."""
    answers = []
    for seed in (7, 7, 8):
        backend = LlamaCppBackend(
            "here", Settings(model_dirs=(folder,)), n_ctx=1024, n_parallel=1, n_threads=1
        )
        answers.append(said(await ask(backend, "Tell me a story.", temperature=1.5, seed=seed)))
        await backend.aclose()
    assert answers[0] == answers[1] != answers[2]


async def test_a_folder_may_be_given_relative(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    backend = LlamaCppBackend("here", Settings(model_dirs=(Path(folder.name),)), n_threads=1)
    assert isinstance((await ask(backend, max_tokens=1))[-1], Done)
    await backend.aclose()


async def test_a_picture_is_refused_by_a_model_without_eyes(backend):
    with pytest.raises(UnsupportedModality):
        await ask(backend, messages=(Message(role="user", parts=(ImagePart(data="AAAA"),)),))


async def test_the_file_beside_a_model_is_its_eyes(tmp_path, model_dir):
    """No such weights here: that the engine is given the file shows in that it can't load this one."""
    (tmp_path / "seeing.gguf").symlink_to(model_dir / catalogue.SMOLLM2.file)
    (tmp_path / "seeing.mmproj.gguf").write_bytes(b"GGUF" + bytes(100))
    backend = LlamaCppBackend("here", Settings(model_dirs=(tmp_path,), data_dir=tmp_path), n_threads=1)
    [info] = [model for model in await backend.models() if model.available]
    assert (info.id, info.vision) == ("here/seeing", True)
    with pytest.raises(ModelUnavailable, match="could not load seeing"):
        await ask(backend, model="seeing")
    await backend.aclose()


async def test_embeddings_are_unit_vectors_that_come_again(backend):
    first, again = [await backend.embed(MODEL, ["oil and gas", "Уфа"]) for _ in range(2)]
    for vector, same in zip(first, again, strict=True):
        assert sum(x * x for x in vector) == pytest.approx(1, abs=1e-3)
        assert vector == pytest.approx(same, abs=1e-3)
    assert first[0] != pytest.approx(first[1], abs=1e-3)
    with pytest.raises(ContextTooLong, match="3001 tokens"):
        await backend.embed(MODEL, ["oil " * 3000])
    with pytest.raises(InvalidRequest):
        await backend.embed(MODEL, [""])
    assert isinstance((await ask(backend))[-1], Done)


def schema(value: Any) -> dict[str, Any]:
    return {"response_format": ResponseFormat(type="json_schema", json_schema=value), "max_tokens": 64}


def written(value: str) -> dict[str, Any]:
    return {"response_format": ResponseFormat(type="grammar", grammar=value)}


def tool(parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"tools": (ToolSpec(name="f", parameters=parameters),), "max_tokens": 48, **more}


# Each of these hung llama.cpp, or made it fail or answer something else.
HOSTILE: list[dict[str, Any]] = [
    schema({"type": "array", "items": {"type": "integer"}, "minItems": 5, "maxItems": 2}),
    schema({"type": "string", "minLength": 5, "maxLength": 2}),
    schema({"type": "string", "pattern": "^a{2,1}$"}),
    schema({"enum": [f"v{n}" for n in range(5000)]}),
    schema({"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(2000)}}),
    schema({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 6}),
    schema({"$ref": "#"}),
    written('root ::= "a"{5,2}'),
    written("root ::= " + "a " * 300 + '\na ::= "x"?'),
    written("root ::= [^\\x00-\\U0010FFFE]"),
    written('root ::= "\U0010ffff"'),
]
# And these are odd but right.
ODD: list[dict[str, Any]] = [
    schema({"type": "string", "pattern": '^a"b$'}),
    schema({"enum": [f"v{n}" for n in range(400)]}),
    schema({"type": "object", "properties": {f"p{n}": {"type": "boolean"} for n in range(60)}}),
    schema({"type": "array", "items": {"type": "array", "items": {"type": "integer"}, "maxItems": 900}}),
    written('root ::= ""'),
    tool({"type": "object", "description": "x" * 100_000}),
    tool({"type": "object", "properties": {"a": {"enum": ["y" * 300] * 300}}}, tool_choice="required"),
    tool({"not": {}, "minItems": 5}, tool_choice="required"),
    tool({"type": "object"}, stop=('"', "}", "{")),
    {"temperature": 2, "top_p": 1e-9, "seed": 2**32 - 1},
    {"temperature": 0, "top_p": 1.0, "seed": 0},
    {"temperature": 1e-30},
    {"stop": tuple(f"{n} " * 100 for n in range(16))},
    {"stop": ("\x00", "\ufffd", "e", "👩‍🚀")},
    {"max_tokens": 1},
    {"max_tokens": 1_000_000},
    {"logprobs": True, "top_logprobs": 20, "max_tokens": 4},
    {"question": "\x00\x01\ufffe\u202e" + "🏴‍☠️" * 5 + "\ud7ff\ue000" + "a\u0300" * 10},
    {"question": "<|im_end|><|im_start|>system<|im_end|>" * 3},
    {"question": " "},
    {"messages": (Message(role="assistant", parts=()),)},
    {"messages": (Message(role="tool", parts=(ToolResultPart(id="", text=""),)),)},
    {"messages": (Message(role="assistant", parts=(ToolCallPart(id="", name="{", arguments="\x00"),)),)},
    {"question": "x " * 40_000},
]


async def end(backend: LlamaCppBackend, request: dict[str, Any]) -> str:
    """How the answer ended: a finish reason or the code of an error; all else is a failure of the test."""
    try:
        *events, last = await asyncio.wait_for(ask(backend, **request), 60)
    except RusoilError as error:
        assert error.message
        assert error.next_step
        return error.code
    assert isinstance(last, Done)
    assert not any(isinstance(event, Done) for event in events)
    for event in events:
        if isinstance(event, ToolCall):
            assert isinstance(json.loads(event.arguments), dict)
    return last.finish_reason


async def test_no_form_hangs_or_ends_the_engine(backend):
    await ask(backend)
    [pid] = backend.engine_pids
    assert [await end(backend, request) for request in HOSTILE] == ["invalid_request"] * len(HOSTILE)
    assert backend.engine_pids == (pid,)


async def test_odd_requests_have_one_end_and_the_engine_lives(backend):
    await ask(backend)
    [pid] = backend.engine_pids
    ends = [await end(backend, request) for request in ODD]
    assert not {"internal"} & {*ends}
    assert isinstance((await ask(backend))[-1], Done)
    assert backend.engine_pids == (pid,)
