"""Anthropic's own Python client, given nothing but our address and Jupyter's token."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from tests.conftest import PIXEL
from tests.server.conftest import Server, poll

TOOL: Any = {
    "name": "density",
    "description": "Density of an oil",
    "input_schema": {"type": "object", "properties": {"oil": {"type": "string"}}},
}
SCRIPT = '!think Which one?\n!call density {"oil": "Brent"}\n!then\n!say It is 0.835.'


@pytest.fixture
def client(server: Server) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=server.url + "rusoil", api_key=server.token, max_retries=0) as client:
        yield client


def asked(prompt: str) -> Any:
    return {"model": "auto", "max_tokens": 900, "messages": [{"role": "user", "content": prompt}]}


def test_models_are_listed_and_found(client: anthropic.Anthropic) -> None:
    listed = [model.id for model in client.models.list()]
    assert listed == ["scripted/echo", "scripted/eyes", "slow/echo", "slow/eyes"]
    assert client.models.retrieve("slow/eyes").display_name == "Scripted eyes"
    with pytest.raises(anthropic.NotFoundError) as caught:
        client.models.retrieve("slow/ears")
    assert caught.value.body["error"]["type"] == "not_found_error"  # type: ignore[index]


def test_a_token_goes_in_the_other_header_too(server: Server) -> None:
    with anthropic.Anthropic(base_url=server.url + "rusoil", auth_token=server.token, api_key=None) as client:
        assert client.messages.create(**asked("!say yes")).content[0].text == "yes"  # type: ignore[union-attr]


def test_a_question_is_answered(client: anthropic.Anthropic) -> None:
    answer = client.messages.create(
        **asked("!think hm\n!say one two"), system="Be brief.", extra_body={"temperature": 0.5}
    )
    thought, text = answer.content
    assert (thought.type, text.type) == ("thinking", "text")
    assert (text.text, answer.stop_reason, answer.model) == ("one two", "end_turn", "scripted/echo")
    assert answer.usage.output_tokens == 2
    assert answer.model_extra == {}


def test_an_answer_is_cut_at_max_tokens(client: anthropic.Anthropic) -> None:
    answer = client.messages.create(**asked("!words 9") | {"max_tokens": 2})
    assert (answer.stop_reason, answer.content[0].text) == ("max_tokens", "word0 word1 ")  # type: ignore[union-attr]


def test_fields_without_effect_are_reported_back(client: anthropic.Anthropic) -> None:
    answer = client.messages.create(**asked("hi"), extra_body={"top_k": 3})
    assert (answer.model_extra or {})["ignored_parameters"] == ["top_k"]


def test_a_stream_is_gathered_by_the_clients_own_helper(client: anthropic.Anthropic) -> None:
    with client.messages.stream(**asked("!read 4\n!think hm\n!words 3")) as stream:
        assert "".join(stream.text_stream) == "word0 word1 word2 "
        final = stream.get_final_message()
    assert [block.type for block in final.content] == ["thinking", "text"]
    assert final.usage.input_tokens > 0
    assert final.usage.output_tokens == 3


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_call_ends_in_words(client: anthropic.Anthropic, stream: bool) -> None:
    request = asked(SCRIPT) | {"model": "scripted/eyes", "tools": [TOOL]}
    steps = []
    for _round in range(3):
        if stream:
            with client.messages.stream(**request) as events:
                answer: Any = events.get_final_message()
        else:
            answer = client.messages.create(**request)
        last = answer.content[-1]
        steps.append((answer.stop_reason, last.type))
        request["messages"].append({"role": "assistant", "content": answer.content})
        if last.type != "tool_use":
            break
        assert (last.name, last.input) == ("density", {"oil": "Brent"})
        result = {"type": "tool_result", "tool_use_id": last.id, "content": "0.835"}
        request["messages"].append({"role": "user", "content": [result]})
    assert steps == [("tool_use", "tool_use"), ("end_turn", "text")]
    assert answer.content[-1].text == "It is 0.835."
    assert answer.model_extra["ignored_parameters"] == ["messages.thinking"]


def test_a_picture_is_seen(client: anthropic.Anthropic) -> None:
    picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}}
    content: Any = [{"type": "text", "text": "!say seen"}, picture]
    answer = client.messages.create(
        model="auto", max_tokens=9, messages=[{"role": "user", "content": content}]
    )
    assert (answer.model, answer.content[0].text) == ("scripted/eyes", "seen")  # type: ignore[union-attr]


def test_tokens_are_counted_as_usage_says(client: anthropic.Anthropic) -> None:
    request = asked("!say one two") | {"system": "Be brief."}
    answer = client.messages.create(**request)
    del request["max_tokens"]
    assert client.messages.count_tokens(**request).input_tokens == answer.usage.input_tokens == 5


def test_closing_a_stream_stops_the_model(client: anthropic.Anthropic, server: Server) -> None:
    stream = client.messages.create(**asked("!forever"), stream=True)
    for event in stream:
        if event.type == "content_block_delta":
            break
    assert server.inside()["streams"] == 1
    stream.close()
    poll("the backend stops", server.idle)


async def test_cancelling_an_async_request_stops_the_model(server: Server) -> None:
    url = server.url + "rusoil"
    async with anthropic.AsyncAnthropic(base_url=url, api_key=server.token) as client:
        request = asyncio.create_task(client.messages.create(**asked("!forever")))
        await asyncio.to_thread(poll, "it runs", lambda: server.inside()["streams"])
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    await asyncio.to_thread(poll, "the backend stops", server.idle)


@pytest.mark.parametrize(
    ("request_", "kind", "code", "type_"),
    [
        (asked("hi") | {"model": "no/such"}, anthropic.NotFoundError, "unknown_model", "not_found_error"),
        (
            asked("hi") | {"messages": []},
            anthropic.BadRequestError,
            "invalid_request",
            "invalid_request_error",
        ),
        (
            asked("hi") | {"extra_body": {"temperature": 7}},
            anthropic.BadRequestError,
            "invalid_request",
            "invalid_request_error",
        ),
        (asked("!crash"), anthropic.APIStatusError, "model_unavailable", "overloaded_error"),
        (asked("!bug"), anthropic.InternalServerError, "internal", "api_error"),
    ],
)
def test_errors_are_the_clients_own_with_our_sentence(
    client: anthropic.Anthropic, request_: Any, kind: type[anthropic.APIStatusError], code: str, type_: str
) -> None:
    with pytest.raises(kind) as caught:
        client.messages.create(**request_)
    error: Any = caught.value.body["error"]  # type: ignore[index]
    assert (error["code"], error["type"]) == (code, type_)
    assert error["message"] in str(caught.value)


def test_an_error_in_the_middle_of_a_stream_is_raised(client: anthropic.Anthropic) -> None:
    seen = []
    with pytest.raises(anthropic.APIStatusError, match="stopped in the middle"):
        for event in client.messages.create(**asked("!words 2\n!crash"), stream=True):
            seen.append(event.type)
    assert seen.count("content_block_delta") == 2


def test_a_wrong_key_is_an_authentication_error(client: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.AuthenticationError, match="not logged in"):
        client.with_options(api_key="wrong").models.list()
