"""Messages as a server: Anthropic's requests become ours, our events its blocks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given

from rusoil_jupyter import bodies, events
from rusoil_jupyter.errors import ErrorDetail, InvalidRequest, RateLimited
from rusoil_jupyter.wires.anthropic import Answer, MessagesRequest, error_body, to_chat_request

from .wire_json import near, objects, texts

HI = [{"role": "user", "content": "Hi."}]
TOOL = {"name": "f", "description": "d", "input_schema": {"type": "object"}}
USE = {"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}}
RESULT = {"type": "tool_result", "tool_use_id": "c1", "content": "42"}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": ""}
FULL = {
    "model": "auto",
    "max_tokens": 5,
    "messages": HI,
    "system": "Be brief.",
    "temperature": 0.1,
    "top_p": 0.9,
    "stop_sequences": ["x"],
    "tools": [TOOL],
    "tool_choice": {"type": "auto"},
    "thinking": {"type": "disabled"},
    "stream": True,
}


def said(text):
    return {"type": "text", "text": text}


def parse(**fields: Any) -> MessagesRequest:
    body = {"messages": HI, "max_tokens": 9} | fields
    return asyncio.run(bodies.read(MessagesRequest, json.dumps(body).encode()))


def convert(**fields: Any) -> Any:
    return to_chat_request(parse(**fields))


def test_the_fields_with_an_effect_are_kept():
    request = convert(**FULL)
    assert (request.temperature, request.top_p, request.max_tokens, request.stream) == (0.1, 0.9, 5, True)
    assert (request.system, request.stop, request.reasoning_effort) == ("Be brief.", ("x",), "none")
    assert (request.tools[0].name, request.tools[0].parameters) == ("f", {"type": "object"})
    form = {"type": "json_schema", "schema": {"type": "object"}}
    assert convert(output_config={"format": form}).response_format.json_schema == {"type": "object"}
    assert convert(system=[said("a"), said("b")]).system == "a\n\nb"


@pytest.mark.parametrize(
    ("messages", "roles"),
    [
        (HI, ["user"]),
        ([{"role": "user", "content": [said("What?"), PNG]}], ["user"]),
        (
            [*HI, {"role": "assistant", "content": [THOUGHT, said("x"), USE]}, *HI],
            ["user", "assistant", "user"],
        ),
        ([{"role": "user", "content": [RESULT, RESULT | {"tool_use_id": "c2"}]}], ["tool", "tool"]),
        ([{"role": "user", "content": [RESULT, said("And?")]}], ["tool", "user"]),
        ([{"role": "user", "content": [RESULT | {"content": [said("x"), PNG]}]}], ["tool", "user"]),
    ],
)
def test_blocks_become_messages(messages, roles):
    assert [message.role for message in convert(messages=messages).messages] == roles


def test_a_result_that_is_an_error_says_so_to_the_model():
    request = convert(messages=[{"role": "user", "content": [RESULT | {"is_error": True}]}])
    assert request.messages[0].parts[0].text == "Error: 42"


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({}, None),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "low"),
        ({"thinking": {"type": "enabled", "budget_tokens": 10_000}}, "medium"),
        ({"thinking": {"type": "enabled", "budget_tokens": 31_999}}, "high"),
        ({"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}, "high"),
    ],
)
def test_thinking_is_bounded_by_effort(fields, level):
    assert convert(**fields).reasoning_effort == level


@pytest.mark.parametrize(
    ("fields", "ignored"),
    [
        ({}, []),
        ({"top_k": 4, "metadata": {"user_id": "u"}}, ["metadata", "top_k"]),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, ["thinking.budget_tokens"]),
        ({"messages": [{"role": "assistant", "content": [THOUGHT, USE]}, *HI]}, ["messages.thinking"]),
        (
            {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
            ["tool_choice.disable_parallel_tool_use"],
        ),
    ],
)
def test_documented_fields_without_effect_are_reported(fields, ignored):
    request = parse(**fields)
    assert request.ignored == ignored
    assert Answer(request, "r").whole([events.Done()]).get("ignored_parameters", []) == ignored


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"messages": []}, "messages"),
        ({"max_tokens": None}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": ["x"]}, "messages.0"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [{"type": "document"}]}]}, "messages.0.content.0"),
        (
            {"messages": [{"role": "user", "content": [PNG | {"source": {"type": "url"}}]}]},
            "messages.0.content.0",
        ),
        ({"messages": [*HI, {"role": "assistant", "content": "It is"}]}, "messages.1"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages.0.role"),
        ({"system": [{"type": "document"}]}, "system.0"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools.0"),
        ({"tool_choice": {"type": "tool", "name": "g"}, "tools": [TOOL]}, "tool_choice"),
        ({"tool_choice": {"type": "sometimes"}}, "tool_choice.type"),
        ({"output_config": {"format": "xml"}}, "output_config.format"),
        ({"temperature": 9}, "temperature"),
    ],
)
def test_what_can_not_be_honoured_names_its_field(fields, field):
    with pytest.raises(InvalidRequest) as caught:
        convert(**fields)
    assert caught.value.field.startswith(field)


def test_tools_are_chosen():
    other = TOOL | {"name": "g"}
    request = convert(tools=[TOOL, other], tool_choice={"type": "tool", "name": "g"})
    assert ([tool.name for tool in request.tools], request.tool_choice) == (["g"], "required")
    assert convert(tools=[TOOL], tool_choice={"type": "any"}).tool_choice == "required"


BLOCKS = near(USE) | near(RESULT) | near(PNG) | objects("type", "text", "content", "source", "input")


@given(
    texts(
        near(FULL),
        BLOCKS.map(lambda block: FULL | {"messages": [{"role": "user", "content": [block]}]}),
        near(TOOL).map(lambda tool: FULL | {"tools": [tool]}),
    )
)
def test_any_json_is_a_request_or_an_invalid_request(text):
    with contextlib.suppress(InvalidRequest):
        assert to_chat_request(asyncio.run(bodies.read(MessagesRequest, text.encode())))


# --- answers ----------------------------------------------------------------------------------------

TURN = (
    events.Started(model="b/m", backend="b"),
    events.Progress(phase="reading", done=0, total=1),
    events.Reasoning(delta="hm"),
    events.Text(delta="Привет"),
    events.Text(delta="."),
    events.ToolCall(id="1", name="f", arguments='{"a": 1}'),
    events.Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1),
    events.Done(finish_reason="tool_calls"),
)


def stream(*turn: events.Event, **fields: Any) -> list[Any]:
    answer = Answer(parse(**fields), "r1")
    told = []
    for line in (line for event in turn for line in answer.lines(event)):
        name, data = line.strip().split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def test_a_stream_is_anthropics():
    block = ("content_block_start", "content_block_delta", "content_block_stop")
    told = stream(*TURN)
    assert [event["type"] for event in told] == [
        *("message_start", "ping", *block, *block[:2], *block[1:], *block, "message_delta", "message_stop")
    ]
    assert [event["index"] for event in told if event["type"] == block[0]] == [0, 1, 2]
    assert told[-2]["usage"] == {
        "input_tokens": 2,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 1,
        "output_tokens": 2,
    }


def test_a_whole_answer_is_anthropics():
    from anthropic.types import Message

    message = Message.model_validate(Answer(parse(), "r1").whole(TURN))
    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
    assert (message.content[1].text, message.content[2].input) == ("Привет.", {"a": 1})
    assert (message.stop_reason, message.model) == ("tool_use", "b/m")


def test_each_event_is_one_of_the_anthropic_package():
    from anthropic.types import RawMessageStreamEvent
    from pydantic import TypeAdapter

    adapter = TypeAdapter[Any](RawMessageStreamEvent)
    for event in stream(*TURN):
        assert event["type"] == "ping" or adapter.validate_python(event).type == event["type"]


def test_a_failed_stream_says_so_and_is_not_done():
    failed = events.Failed(error=ErrorDetail(code="model_unavailable", message="Away."))
    assert stream(*TURN[:4], failed)[-1]["error"]["message"] == "Away."


def test_an_error_body_is_anthropics_with_what_we_say_more():
    body = json.loads(error_body(RateLimited("Too many.", "Wait.").body("r")))
    assert (body["type"], body["error"]["type"], body["request_id"]) == ("error", "rate_limit_error", "r")
    assert (body["error"]["code"], body["error"]["next_step"]) == ("rate_limited", "Wait.")


def test_a_signed_thought_goes_and_comes_back():
    told = (TURN[0], events.Reasoning(delta="hm"), events.Reasoning(delta="", signature="s"), events.Done())
    assert [e["delta"]["type"] for e in stream(*told) if e["type"] == "content_block_delta"] == [
        *("thinking_delta", "signature_delta")
    ]
    content = Answer(parse(), "r1").whole(told)["content"]
    request = parse(messages=[{"role": "assistant", "content": content}, *HI])
    assert request.ignored == []
    part = to_chat_request(request).messages[0].parts[0]
    assert (part.text, part.signature) == ("hm", "s")
