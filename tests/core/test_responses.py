"""Responses as a server: its requests become ours, our events its numbered ones."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given

from rusoil_jupyter import bodies, events
from rusoil_jupyter.errors import ErrorDetail, InvalidRequest
from rusoil_jupyter.wires.responses import Response, ResponsesRequest, to_chat_request

from .wire_json import near, objects, texts

TOOL = {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}, "strict": True}
CALL = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a": 1}', "id": "fc_1"}
RESULT = {"type": "function_call_output", "call_id": "c1", "output": "42"}
PNG = {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}
SIGNED = THOUGHT | {"encrypted_content": "s", "content": [{"type": "reasoning_text", "text": "hm"}]}
FULL = {
    "model": "auto",
    "input": "Hi.",
    "instructions": "Be brief.",
    "temperature": 0.1,
    "top_p": 0.9,
    "max_output_tokens": 5,
    "tools": [TOOL],
    "tool_choice": "auto",
    "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}},
    "reasoning": {"effort": "minimal"},
    "stream": True,
}


def parse(**fields: Any) -> ResponsesRequest:
    return asyncio.run(bodies.read(ResponsesRequest, json.dumps({"input": "Hi."} | fields).encode()))


def convert(**fields: Any) -> Any:
    return to_chat_request(parse(**fields))


def test_the_fields_with_an_effect_are_kept():
    request = convert(**FULL)
    assert (request.temperature, request.top_p, request.max_tokens, request.stream) == (0.1, 0.9, 5, True)
    assert (request.system, request.reasoning_effort) == ("Be brief.", "low")
    assert request.tools[0].name == "f"
    assert request.response_format.json_schema == {"type": "object"}
    assert request.messages[0].text == "Hi."


@pytest.mark.parametrize(
    ("items", "roles"),
    [
        ([{"role": "user", "content": "Hi."}], ["user"]),
        (
            [{"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "x"}]}],
            ["system"],
        ),
        ([{"role": "user", "content": [{"type": "input_text", "text": "x"}, PNG]}], ["user"]),
        (
            [{"role": "assistant", "content": [{"type": "output_text", "text": "x"}]}, CALL, CALL],
            ["assistant"],
        ),
        ([{"role": "user", "content": "x"}, THOUGHT, CALL, RESULT], ["user", "assistant", "tool"]),
        (
            [CALL, RESULT | {"output": [{"type": "input_text", "text": "x"}, PNG]}],
            ["assistant", "tool", "user"],
        ),
    ],
)
def test_items_become_messages(items, roles):
    assert [message.role for message in convert(input=items).messages] == roles


@pytest.mark.parametrize("field", ["previous_response_id", "conversation", "prompt", "background"])
def test_what_would_take_a_kept_response_is_refused(field):
    with pytest.raises(InvalidRequest, match="keeps no responses") as caught:
        convert(**{field: "x"})
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("fields", "ignored"),
    [
        ({}, []),
        ({"store": False, "truncation": "disabled", "include": [], "user": None}, []),
        ({"store": True, "metadata": {"a": "b"}}, ["metadata", "store"]),
        ({"truncation": "auto", "include": ["reasoning.encrypted_content"]}, ["include", "truncation"]),
        (
            {"reasoning": {"summary": "auto"}, "text": {"verbosity": "low"}},
            ["reasoning.summary", "text.verbosity"],
        ),
        ({"input": [THOUGHT, {"role": "user", "content": "Hi."}]}, ["input.reasoning"]),
        ({"input": [SIGNED, {"role": "user", "content": "Hi."}]}, []),
    ],
)
def test_documented_fields_without_effect_are_reported(fields, ignored):
    request = parse(**fields)
    assert request.ignored == ignored
    assert Response(request, "r").whole([events.Done()]).get("ignored_parameters", []) == ignored


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"input": []}, "input"),
        ({"input": 5}, "input"),
        ({"input": ["x"]}, "input.0"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "input.0"),
        ({"input": [{"type": "web_search_call"}]}, "input.0"),
        ({"input": [{"role": "wizard", "content": "x"}]}, "messages.0.role"),
        ({"input": [{"role": "user", "content": 5}]}, "input.0.content"),
        ({"input": [{"role": "user", "content": [{"type": "input_file"}]}]}, "input.0.content.0"),
        ({"input": [{"role": "user", "content": [PNG | {"image_url": "http://x/"}]}]}, "input.0.content.0"),
        ({"tools": [{"type": "web_search"}]}, "tools.0"),
        ({"tool_choice": {"type": "function", "name": "g"}, "tools": [TOOL]}, "tool_choice"),
        ({"tool_choice": {"type": "mcp"}}, "tool_choice"),
        ({"tool_choice": "sometimes"}, "tool_choice"),
        ({"text": {"format": {"type": "xml"}}}, "response_format"),
        ({"text": {"format": "xml"}}, "text.format"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"temperature": 9}, "temperature"),
    ],
)
def test_what_can_not_be_honoured_names_its_field(fields, field):
    with pytest.raises(InvalidRequest) as caught:
        convert(**fields)
    assert caught.value.field.startswith(field)


def test_tools_that_are_allowed_are_the_only_ones():
    other = TOOL | {"name": "g"}
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "g"}]}
    for choice in (allowed, {"type": "function", "name": "g"}):
        request = convert(tools=[TOOL, other], tool_choice=choice)
        assert [tool.name for tool in request.tools] == ["g"]
        assert request.tool_choice == "required"


ITEMS = near(CALL) | near(RESULT) | objects("type", "role", "content", "output")


@given(
    texts(
        near(FULL),
        ITEMS.map(lambda item: FULL | {"input": [item]}),
        near(TOOL).map(lambda t: FULL | {"tools": [t]}),
    )
)
def test_any_json_is_a_request_or_an_invalid_request(text):
    with contextlib.suppress(InvalidRequest):
        assert to_chat_request(asyncio.run(bodies.read(ResponsesRequest, text.encode())))


# --- answers ----------------------------------------------------------------------------------------

TURN = (
    events.Started(model="b/m", backend="b"),
    events.Reasoning(delta="hm"),
    events.Text(delta="Привет"),
    events.Text(delta="."),
    events.ToolCall(id="1", name="f", arguments='{"a": 1}'),
    events.Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1),
    events.Done(finish_reason="tool_calls"),
)


def stream(*turn: events.Event, **fields: Any) -> list[Any]:
    answer = Response(parse(**fields), "r1")
    lines = [line for event in turn for line in answer.lines(event)]
    told = []
    for line in lines:
        name, data = line.strip().split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def test_a_stream_is_numbered_and_in_openais_order():
    told = stream(*TURN)
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    assert [event["type"].removeprefix("response.") for event in told] == [
        *("created", "in_progress"),
        *("output_item.added", "content_part.added", "reasoning_text.delta", "reasoning_text.done"),
        *("content_part.done", "output_item.done", "output_item.added", "content_part.added"),
        *("output_text.delta", "output_text.delta", "output_text.done", "content_part.done"),
        *("output_item.done", "output_item.added", "function_call_arguments.delta"),
        *("function_call_arguments.done", "output_item.done", "completed"),
    ]
    assert told[-1]["response"] == Response(parse(), "r1").whole(TURN) | {
        "created_at": told[-1]["response"]["created_at"]
    }


def test_a_whole_answer_is_openais():
    from openai.types.responses import Response as Official

    answer = Response(parse(), "r1").whole(TURN)
    official = Official.model_validate(answer)
    assert official.output_text == "Привет."
    thought, message, call = answer["output"]
    assert thought["content"][0]["text"] == "hm"
    assert {item["status"] for item in (thought, message, call)} == {"completed"}
    assert (call["call_id"], call["arguments"]) == ("1", '{"a": 1}')
    assert answer["usage"]["total_tokens"] == 5


def test_each_event_is_one_of_the_openai_package():
    from openai.types.responses import ResponseStreamEvent
    from pydantic import TypeAdapter

    adapter = TypeAdapter[Any](ResponseStreamEvent)
    for event in stream(*TURN):
        assert adapter.validate_python(event).type == event["type"]


@pytest.mark.parametrize(
    ("reason", "status", "details"),
    [
        ("stop", "completed", None),
        ("length", "incomplete", {"reason": "max_output_tokens"}),
        ("content_filter", "incomplete", {"reason": "content_filter"}),
        ("cancelled", "cancelled", None),
    ],
)
def test_an_answer_says_how_it_ended(reason, status, details):
    answer = Response(parse(), "r1").whole((*TURN[:4], events.Done(finish_reason=reason)))
    assert (answer["status"], answer["incomplete_details"]) == (status, details)
    assert answer["output"][-1]["status"] == ("completed" if reason == "stop" else "incomplete")


def test_a_failed_stream_says_so_twice_as_clients_look_in_either_place():
    failed = events.Failed(error=ErrorDetail(code="model_unavailable", message="Away."))
    *_told, error, last = stream(*TURN[:3], failed)
    assert error["message"] == error["error"]["message"] == "Away."
    assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")


def test_probabilities_come_where_they_are_asked_for_or_it_is_reported():
    odds = events.TokenLogprob(token="Hi", logprob=-0.1, bytes=(72, 105), top_logprobs=())
    told = (TURN[0], events.Text(delta="Hi", logprobs=(odds,)), events.Done())
    assert convert(include=["message.output_text.logprobs"]).logprobs
    answer = Response(parse(top_logprobs=1), "r1").whole(told)
    assert answer["output"][0]["content"][0]["logprobs"][0]["token"] == "Hi"
    assert "ignored_parameters" not in answer
    assert Response(parse(top_logprobs=1), "r1").whole(TURN)["ignored_parameters"] == ["top_logprobs"]


def test_a_signed_thought_goes_and_comes_back():
    told = (TURN[0], events.Reasoning(delta="hm"), events.Reasoning(delta="", signature="s"), events.Done())
    [thought] = Response(parse(), "r1").whole(told)["output"]
    assert (thought["encrypted_content"], thought["content"][0]["text"]) == ("s", "hm")
    [said] = convert(input=[thought]).messages
    assert (said.role, said.parts[0].text, said.parts[0].signature) == ("assistant", "hm", "s")
