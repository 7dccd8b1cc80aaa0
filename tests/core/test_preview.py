"""Whatever reaches a vendor was shown before its user agreed: every text of every field, on every wire.

Each text of a request gets a mark of its own. A vendor's service records what comes over its wire; the marks
it has seen have to be in what was shown.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ConsentRequired, RusoilError, SentPart, WouldSend
from rusoil_jupyter.messages import FilePart, Message, OutputPart, TextPart, ToolCallPart, ToolResultPart
from rusoil_jupyter.pipeline.consent import would_send
from rusoil_jupyter.protocol import ChatRequest, InterpretRequest, ModelInfo, ResponseFormat, ToolSpec
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.wires import completions
from rusoil_jupyter_kernel import listing
from tests.cases import values
from tests.vendors import KEY, VENDORS, Vendor, running

VARIABLE = "RUSOIL_TEST_VENDOR_KEY"
MARK = re.compile(r"Mark\d+x")
# Fields whose value decides where a request goes, or has to be one that exists.
CHOSEN = {"model", "session_id", "replace_from", "upload", "data", "region"}
FAR = ModelInfo(id="far/m", name="M", backend="far", runs_on="elsewhere")


class Marks:
    """Values for the fields of a model of the wire, with a mark in each text."""

    def __init__(self) -> None:
        self._numbers = itertools.count(100)

    def new(self) -> str:
        return f"Mark{next(self._numbers)}x"

    def schema(self) -> dict[str, Any]:
        inner = {"type": "string", "description": self.new(), "title": self.new(), "enum": [self.new()]}
        inner |= {"default": self.new(), "examples": [self.new()], "pattern": self.new()}
        outer = {"type": "object", "title": self.new(), "description": self.new(), "$comment": self.new()}
        name = self.new()
        return outer | {"properties": {name: inner}, "required": [name], "additionalProperties": False}

    def of(self, kind: type[BaseModel], **given: Any) -> dict[str, Any]:
        fields = {
            name: value
            for name, field in kind.model_fields.items()
            if name not in CHOSEN and (value := self.value(name, field.annotation)) is not None
        }
        return fields | given

    def value(self, name: str, annotation: Any) -> Any:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self.value(name, arguments[0])
        if origin in {Union, UnionType}:
            return next((v for one in arguments if (v := self.value(name, one)) is not None), None)
        if origin is tuple:
            inner = self.value(name, arguments[0])
            return None if inner is None else [inner]
        if origin is dict:
            return {"text/plain": self.new()} if name == "mimebundle" else self.schema()
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.of(annotation)
        return self.new() if annotation is str else None


def parts(marks: Marks) -> dict[str, dict[str, Any]]:
    """One part of each kind that is words, each text of it marked."""
    kinds = (TextPart, FilePart, OutputPart, ToolCallPart, ToolResultPart)
    made = [marks.of(kind) | {"type": kind.model_fields["type"].default} for kind in kinds]
    return {part["type"]: part for part in made}


def asked_by_prompt() -> ChatRequest:
    marks = Marks()
    given = marks.of(ChatRequest)
    said = [part for kind, part in parts(marks).items() if kind in {"file", "output", "text"}]
    form = {"type": "json_schema", "json_schema": marks.schema()}
    given |= {"prompt": f"Say {marks.new()}", "messages": None, "attachments": said, "response_format": form}
    given["tools"] = []  # some vendors take no form beside tools
    return ChatRequest.model_validate(
        given | {"temperature": 0.5, "max_tokens": 300, "top_p": 0.5, "seed": 7}
    )


def asked_by_messages(*, tools: bool) -> ChatRequest:
    marks = Marks()
    kinds = parts(marks)
    call = kinds["tool_call"] | {"id": "call00001", "arguments": json.dumps({marks.new(): marks.new()})}
    result = kinds["tool_result"] | {"id": "call00001"}
    tool = {"name": marks.new(), "description": marks.new(), "parameters": marks.schema()}
    messages = [
        {"role": "system", "parts": [kinds["text"] | {"text": marks.new()}]},
        {"role": "user", "parts": [kinds["file"], kinds["output"]]},
        {"role": "assistant", "parts": [kinds["text"] | {"text": marks.new()}, call]},
        {"role": "tool", "parts": [result]},
        {"role": "system", "parts": [kinds["text"] | {"text": marks.new()}]},
        {"role": "user", "parts": [kinds["text"]]},
    ]
    given = marks.of(ChatRequest) | {"prompt": None, "attachments": [], "messages": messages}
    given |= {"tools": [tool] if tools else [], "tool_choice": "auto", "response_format": None}
    return ChatRequest.model_validate(given)


def asked_in_openais_words() -> ChatRequest:
    marks = Marks()
    tool = {"name": marks.new(), "description": marks.new(), "parameters": marks.schema(), "strict": True}
    call = {"id": "call00001", "type": "function"}
    call |= {"function": {"name": tool["name"], "arguments": json.dumps({marks.new(): marks.new()})}}
    body = {
        "model": "far/m",
        "messages": [
            {"role": "developer", "content": marks.new(), "name": marks.new()},
            {"role": "assistant", "content": marks.new(), "tool_calls": [call], "name": marks.new()},
            {"role": "tool", "tool_call_id": "call00001", "content": [{"type": "text", "text": marks.new()}]},
            {"role": "user", "content": [{"type": "text", "text": marks.new()}], "name": marks.new()},
        ],
        "stop": [marks.new(), marks.new()],
        "tools": [{"type": "function", "function": tool}],
        "tool_choice": {"type": "function", "function": {"name": tool["name"]}},
        "user": marks.new(),
        "metadata": {marks.new(): marks.new()},
        "prediction": marks.new(),
    }
    return completions.to_chat_request(completions.ChatCompletionRequest.model_validate(body))


REQUESTS = {
    "prompt": asked_by_prompt,
    "messages": lambda: asked_by_messages(tools=False),
    "tools": lambda: asked_by_messages(tools=True),
    "openai": asked_in_openais_words,
}


@pytest.fixture
async def vendor(kind: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vendor]:
    monkeypatch.setenv(VARIABLE, KEY)
    make, path = VENDORS[kind]
    vendor = make()
    async with running(vendor) as address:
        vendor.base_url = address + path
        yield vendor


@pytest.fixture
async def assistant(kind: str, vendor: Vendor, tmp_path: Any) -> AsyncIterator[Assistant]:
    traits: dict[str, Any] = {"context_length": 100_000}
    far = {"kind": kind, "base_url": vendor.base_url, "api_key_env": VARIABLE, "runs_on": "elsewhere"}
    models = {vendor.name: traits, "dall-e-3": {"purpose": "image"}}
    settings = {"data_dir": tmp_path, "backends": {"far": far | {"models": models}}}
    assistant = Assistant(Settings.model_validate(settings))
    yield assistant
    await assistant.aclose()


def all_of(shown: WouldSend) -> str:
    return "\n".join(f"{part.name}\n{part.text}" for part in shown.parts)


def sent(vendor: Vendor) -> set[str]:
    return set(MARK.findall(json.dumps(vendor.asked)))


async def shown_and_sent(assistant: Assistant, vendor: Vendor, request: ChatRequest) -> tuple[str, set[str]]:
    """What was shown, and the marks that came over the wire once its user had agreed."""
    with pytest.raises(ConsentRequired) as refused:
        await assistant.start_turn(request, Caller("me"))
    assert vendor.asked == []
    shown = refused.value.would_send
    await assistant.agree("me", shown.destination)
    await (await assistant.start_turn(request, Caller("me"))).result()
    return all_of(shown), sent(vendor)


@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("form", REQUESTS)
async def test_every_text_that_reaches_a_vendor_was_shown(
    assistant: Assistant, vendor: Vendor, form: str
) -> None:
    request = REQUESTS[form]().model_copy(update={"model": f"far/{vendor.name}"})
    shown, on_the_wire = await shown_and_sent(assistant, vendor, request)
    assert on_the_wire - set(MARK.findall(shown)) == set()
    surely = request.model_dump_json(include={"stop", "prompt", "system"})
    assert on_the_wire >= set(MARK.findall(surely))
    assert len(on_the_wire) > 7


@pytest.mark.parametrize("kind", ["openai"])
async def test_of_a_picture_to_be_made_the_prompt_is_shown(assistant: Assistant, vendor: Vendor) -> None:
    request = asked_by_prompt().model_copy(update={"model": "far/dall-e-3", "attachments": ()})
    shown, on_the_wire = await shown_and_sent(assistant, vendor, request)
    assert on_the_wire
    assert on_the_wire == set(MARK.findall(shown))


@pytest.mark.parametrize("kind", ["openai"])
async def test_of_a_figure_that_a_model_is_asked_about_all_is_shown(
    assistant: Assistant, vendor: Vendor
) -> None:
    line = {"type": "scatter", "name": "Mark1x", "x": [1.0, 2.0, 3.0], "y": [1.0, 5.0, 2.0]}
    figure = {"data": [line], "layout": {"title": {"text": "Mark2x"}}}
    bundle = {"application/vnd.plotly.v1+json": figure}
    asked = {"model": f"far/{vendor.name}", "question": "Why Mark3x?", "mimebundle": bundle}
    request = InterpretRequest.model_validate(asked)
    with pytest.raises(ConsentRequired) as refused:
        await assistant.interpret(request, Caller("me"))
    await assistant.agree("me", refused.value.would_send.destination)
    with suppress(RusoilError):  # what it answers is no query
        await assistant.interpret(request, Caller("me"))
    assert {"Mark1x", "Mark3x"} <= sent(vendor)
    assert sent(vendor) <= set(MARK.findall(all_of(refused.value.would_send)))


@pytest.mark.parametrize("kind", ["openai"])
async def test_of_more_texts_than_a_message_has_parts_each_is_shown_before_it_becomes_a_vector(
    assistant: Assistant, vendor: Vendor
) -> None:
    texts = [f"Mark{number}x" for number in range(1000)]
    with pytest.raises(ConsentRequired) as refused:
        await assistant.embed(f"far/{vendor.name}", texts, Caller("me"))
    assert MARK.findall(all_of(refused.value.would_send)) == texts


NOT_SENT = {"conversation", "priority", "inbox"}


@pytest.mark.parametrize("name", sorted(ModelRequest.model_fields.keys() - NOT_SENT))
def test_each_field_of_a_request_is_shown(name: str) -> None:
    """Also one that a later version adds: what is set and has no part of its own is an option."""
    given = {
        "model": "m",
        "messages": (Message.of("user", "mark"),),
        "response_format": ResponseFormat(type="grammar", grammar='root ::= "mark"'),
        "tools": (ToolSpec(name="mark"),),
        "tool_choice": "required",
        "stop": ("mark",),
        "reasoning_effort": "high",
        "logprobs": True,
    }
    numbers = {"temperature": 0.25, "max_tokens": 25, "top_p": 0.25, "seed": 25, "top_logprobs": 2}
    value = (given | numbers)[name]
    model = FAR.model_copy(update={"id": "far/mark"})
    said = {"model": "m", "messages": (Message.of("user", "mark" if name == "messages" else ""),)}
    told = would_send(model, ModelRequest.model_validate(said | {name: value}))
    assert name == "model" or len(told.parts) == 2 or name == "messages"
    assert name in {"model", "messages", "response_format", "tools"} or f'"{name}": ' in all_of(told)
    assert name not in {"messages", "response_format", "tools", "stop"} or "mark" in all_of(told)


def test_what_is_shown_can_be_read_in_any_alphabet() -> None:
    form = ResponseFormat(type="json_schema", json_schema={"description": "Дебит, м³"})
    tool = ToolSpec(name="x", description="Скважина")
    said = (Message.of("user", "?"),)
    told = all_of(
        would_send(FAR, ModelRequest(model="m", messages=said, tools=(tool,), response_format=form))
    )
    assert "Дебит, м³" in told
    assert "Скважина" in told


@pytest.mark.parametrize("kind", get_args(SentPart.model_fields["kind"].annotation))
def test_a_notebook_has_a_word_for_each_kind_of_part(kind: str) -> None:
    part = SentPart.model_validate({"kind": kind, "name": "", "size": 3, "text": "abc"})
    said = listing.would_send(WouldSend(destination="d", backend="b", model="m", parts=(part,)))
    assert "abc" in said.plain


def test_long_texts_are_shown_to_their_end() -> None:
    said = tuple(Message.of("user", f"{'x' * 50_000} end{number}") for number in range(3))
    told = all_of(would_send(FAR, ModelRequest(model="m", messages=said)))
    assert [f"end{number}" in told for number in range(3)] == [True] * 3


async def test_the_form_of_an_answer_is_shown(tmp_path: Any) -> None:
    case = values("security/20-preview-before-consent")
    far = {"far": {"kind": "scripted", "runs_on": "elsewhere"}}
    assistant = Assistant(Settings.model_validate({"data_dir": tmp_path, "backends": far}))
    with pytest.raises(ConsentRequired) as refused:
        await assistant.start_turn(ChatRequest.model_validate(case["request"]), Caller("me"))
    assert [word for word in case["shown"] if word not in all_of(refused.value.would_send)] == []
    await assistant.aclose()
