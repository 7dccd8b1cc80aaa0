"""Chat Completions as a server: its requests become ours, our events its chunks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import bodies, events
from rusoil_jupyter.errors import ErrorDetail, InvalidRequest, RateLimited
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.wires.completions import (
    ChatCompletionRequest,
    Completion,
    EmbeddingsRequest,
    embedding_list,
    error_body,
    to_chat_request,
)

from .wire_json import anything, near, objects, texts

HI = [{"role": "user", "content": "Hi."}]
PNG = "data:image/png;base64,AAAA"
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
FULL = {
    "model": "auto",
    "messages": HI,
    "temperature": 0.1,
    "top_p": 0.9,
    "seed": 1,
    "max_tokens": 5,
    "stop": "x",
    "tools": [TOOL],
    "tool_choice": "auto",
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
    "stream": True,
}


def parse(kind: Any, body: bytes) -> Any:
    return asyncio.run(bodies.read(kind, body))


def convert(**fields: Any) -> ChatRequest:
    body = {"messages": HI} | fields
    return to_chat_request(parse(ChatCompletionRequest, json.dumps(body).encode()))


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ({"role": "user", "content": "Hi."}, ["text"]),
        ({"role": "developer", "content": "Be brief."}, ["text"]),
        ({"role": "user", "content": [{"type": "text", "text": "Hi."}]}, ["text"]),
        (
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What?"},
                    {"type": "image_url", "image_url": {"url": PNG}},
                ],
            },
            ["text", "image"],
        ),
        ({"role": "assistant", "content": None, "tool_calls": [CALL]}, ["tool_call"]),
        (
            {"role": "assistant", "content": "I call.", "tool_calls": [CALL, CALL]},
            ["text", "tool_call", "tool_call"],
        ),
        ({"role": "tool", "tool_call_id": "c1", "content": "42"}, ["tool_result"]),
        (
            {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "42"}]},
            ["tool_result"],
        ),
    ],
)
def test_a_message_becomes_parts(message, parts):
    [converted] = convert(messages=[message]).messages
    assert [part.type for part in converted.parts] == parts


def test_the_fields_with_an_effect_are_kept():
    request = convert(**FULL)
    assert (request.temperature, request.top_p, request.seed, request.max_tokens) == (0.1, 0.9, 1, 5)
    assert request.stop == ("x",)
    assert request.tools[0].name == "f"
    assert request.response_format.json_schema == {"type": "object"}


def test_max_completion_tokens_wins_over_its_old_name():
    assert convert(max_tokens=5, max_completion_tokens=7).max_tokens == 7


def test_documented_fields_without_effect_are_reported():
    request = parse(
        ChatCompletionRequest, json.dumps({"messages": HI, "user": "u", "logit_bias": {}}).encode()
    )
    assert request.ignored == ["logit_bias", "user"]
    assert Completion(request, "r").whole([events.Done()])["ignored_parameters"] == ["logit_bias", "user"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hi."}, "messages"),
        ({"n": 2}, "n"),
        ({"temperature": 9}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_completion_tokens": 0}, "max_tokens"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice"),
        ({"tools": [{"type": "web_search"}]}, "tools.0"),
        ({"tools": [TOOL, {"type": "function"}]}, "tools.1"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"messages": [*HI, {"role": "wizard", "content": ""}]}, "messages.1"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, "messages.0.content.0"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/"}}]}
                ]
            },
            "messages.0.content.0",
        ),
        ({"top_logprobs": 21}, "top_logprobs"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"response_format": {"type": "grammar"}}, "response_format"),
        ({"messages": [{"role": "assistant", "tool_calls": "x"}]}, "messages.0.tool_calls"),
        ({"messages": [{"role": "assistant", "tool_calls": [1]}]}, "messages.0.tool_calls"),
        ({"messages": [{"role": "tool", "content": "42"}]}, "messages.0"),
    ],
)
def test_what_can_not_be_honoured_names_its_field(fields, field):
    with pytest.raises(InvalidRequest) as caught:
        convert(**fields)
    assert caught.value.field.startswith(field)


def shaped(value: object) -> dict[str, Any]:
    return FULL | {"messages": [value]}


MESSAGE = {
    "role": "user",
    "content": [{"type": "text", "text": "Hi."}],
    "tool_calls": [CALL],
    "tool_call_id": "1",
}
PARTS = objects("type", "text", "image_url").map(lambda part: shaped({"role": "user", "content": [part]}))
CALLS = near(CALL).map(lambda call: shaped({"role": "assistant", "tool_calls": [call]}))


@given(
    texts(
        near(FULL), near(MESSAGE).map(shaped), PARTS, CALLS, near(TOOL).map(lambda t: FULL | {"tools": [t]})
    )
)
def test_any_json_is_a_request_or_an_invalid_request(text):
    with contextlib.suppress(InvalidRequest):
        assert to_chat_request(parse(ChatCompletionRequest, text.encode()))


@given(st.binary() | anything.map(json.dumps).map(str.encode))
def test_any_body_is_an_embeddings_request_or_an_invalid_request(body):
    with contextlib.suppress(InvalidRequest):
        parse(EmbeddingsRequest, body)


# --- answers ----------------------------------------------------------------------------------------

TURN = (
    events.Started(model="b/m", backend="b"),
    events.Reasoning(delta="hm"),
    events.Text(delta="Привет"),
    events.Text(delta="."),
    events.Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1),
    events.Done(finish_reason="length"),
)


def stream(*turn: events.Event, **fields: Any) -> list[Any]:
    request = parse(ChatCompletionRequest, json.dumps({"messages": HI} | fields).encode())
    completion = Completion(request, "r1")
    lines = [line for event in turn for line in completion.lines(event)]
    assert all(line.startswith("data: ") and line.endswith("\n\n") for line in lines)
    return [line[6:-2] if "[DONE]" in line else json.loads(line[6:]) for line in lines]


def test_a_stream_is_openais():
    first, thought, *said, last, done = stream(*TURN)
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert thought["choices"][0]["delta"] == {"reasoning_content": "hm"}
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in said) == "Привет."
    assert last["choices"][0] == {"index": 0, "delta": {}, "finish_reason": "length", "logprobs": None}
    assert done == "[DONE]"
    assert {chunk["model"] for chunk in (first, *said, last)} == {"b/m"}


def test_usage_comes_last_when_it_is_asked_for():
    *_chunks, usage, _done = stream(*TURN, stream_options={"include_usage": True})
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] == 5


def test_tool_calls_are_numbered():
    calls = [events.ToolCall(id=str(n), name="f", arguments="{}") for n in range(2)]
    chunks = stream(TURN[0], *calls, events.Done(finish_reason="tool_calls"))
    assert [chunk["choices"][0]["delta"]["tool_calls"][0]["index"] for chunk in chunks[1:3]] == [0, 1]


def test_a_failed_stream_says_so_and_is_not_done():
    failed = events.Failed(error=ErrorDetail(code="model_unavailable", message="Away."))
    chunks = stream(TURN[0], failed)
    assert chunks[-1]["error"]["message"] == "Away."


def test_a_whole_answer_is_openais():
    request = parse(ChatCompletionRequest, json.dumps({"messages": HI}).encode())
    answer = Completion(request, "r1").whole(TURN)
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"] == {
        "role": "assistant",
        "content": "Привет.",
        "reasoning_content": "hm",
    }
    assert answer["usage"]["prompt_tokens_details"] == {"cached_tokens": 1}


def test_a_tool_forced_by_name_is_the_only_one_and_required():
    choice = {"type": "function", "function": {"name": "f"}}
    other = {"type": "function", "function": {"name": "g"}}
    request = convert(tools=[other, TOOL], tool_choice=choice)
    assert [tool.name for tool in request.tools] == ["f"]
    assert request.tool_choice == "required"


@pytest.mark.parametrize("input_", ["", [], ["a", ""], ["a"] * 3000, [1, 2]], ids=repr)
def test_nothing_can_not_be_embedded(input_):
    with pytest.raises(InvalidRequest) as caught:
        parse(EmbeddingsRequest, json.dumps({"input": input_}).encode())
    assert caught.value.field.startswith("input")


ODDS = events.TokenLogprob(token="Hi", logprob=-0.1, bytes=(72, 105), top_logprobs=())


def test_probabilities_come_in_openais_shape():
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    told = (TURN[0], events.Text(delta="Hi", logprobs=(ODDS,)), events.Done())
    request = parse(ChatCompletionRequest, json.dumps({"messages": HI, "logprobs": True}).encode())
    whole = Completion(request, "r1").whole(told)
    [token] = ChatCompletion.model_validate(whole | {"usage": None}).choices[0].logprobs.content
    assert (token.token, token.logprob, token.bytes) == ("Hi", -0.1, [72, 105])
    [_first, text, _done] = stream(*told, logprobs=True)[:3]
    assert ChatCompletionChunk.model_validate(text).choices[0].logprobs.content[0].token == "Hi"


def test_probabilities_that_are_not_known_are_reported():
    request = parse(ChatCompletionRequest, json.dumps({"messages": HI, "logprobs": True}).encode())
    assert Completion(request, "r1").whole(TURN)["ignored_parameters"] == ["logprobs"]


def test_the_openai_package_reads_our_answers():
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    request = parse(ChatCompletionRequest, json.dumps({"messages": HI}).encode())
    whole = Completion(request, "r1").whole(
        (*TURN[:-1], events.ToolCall(id="1", name="f", arguments="{}"), TURN[-1])
    )
    assert ChatCompletion.model_validate(whole).choices[0].message.tool_calls
    for chunk in stream(*TURN, stream_options={"include_usage": True})[:-1]:
        ChatCompletionChunk.model_validate(chunk)


def test_embeddings_come_plain_or_as_base64():
    import base64
    import struct

    for form in ("float", "base64"):
        request = parse(EmbeddingsRequest, json.dumps({"input": "x", "encoding_format": form}).encode())
        [row] = json.loads(embedding_list(request, [[0.5, 1.0]]))["data"]
        got = row["embedding"]
        assert (got if form == "float" else list(struct.unpack("<2f", base64.b64decode(got)))) == [0.5, 1.0]


def test_an_error_body_has_what_openais_clients_look_for():
    error = json.loads(error_body(RateLimited("Too many.", "Wait.", field="n").body("r")))["error"]
    assert (error["type"], error["param"], error["message"]) == ("rate_limited", "n", "Too many.")
