"""OpenAI's own Python client over its Responses wire, given nothing but our address and Jupyter's token."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.conftest import PIXEL
from tests.server.conftest import Server, poll

TOOL: Any = {
    "type": "function",
    "name": "density",
    "description": "Density of an oil",
    "parameters": {"type": "object", "properties": {"oil": {"type": "string"}}},
    "strict": False,
}
SCRIPT = '!think Which one?\n!call density {"oil": "Brent"}\n!then\n!say It is 0.835.'


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url + "rusoil/v1", api_key=server.token, max_retries=0) as client:
        yield client


def asked(prompt: str) -> Any:
    return {"model": "auto", "input": prompt}


@pytest.mark.parametrize("model", ["scripted/echo", "slow/eyes"])
def test_a_model_is_found_by_its_id_with_a_slash(client: openai.OpenAI, model: str) -> None:
    found = client.models.retrieve(model)
    assert (found.id, found.owned_by) == (model, model.partition("/")[0])
    with pytest.raises(openai.NotFoundError, match="no model called"):
        client.models.retrieve(model + "/x")


def test_a_question_is_answered(client: openai.OpenAI) -> None:
    answer = client.responses.create(
        **asked("!think hm\n!say one two"), instructions="Be brief.", store=False
    )
    assert (answer.status, answer.output_text, answer.model) == ("completed", "one two", "scripted/echo")
    assert [item.type for item in answer.output] == ["reasoning", "message"]
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.input_tokens + 2
    assert answer.model_extra == {}


def test_an_answer_is_cut_at_its_limit(client: openai.OpenAI) -> None:
    answer = client.responses.create(**asked("!words 9"), max_output_tokens=2)
    assert (answer.status, answer.output_text) == ("incomplete", "word0 word1 ")
    assert answer.incomplete_details and answer.incomplete_details.reason == "max_output_tokens"


def test_a_stream_is_gathered_by_the_clients_own_helper(client: openai.OpenAI) -> None:
    with client.responses.stream(**asked("!think hm\n!words 3")) as stream:
        told = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in told if hasattr(event, "sequence_number")] == [
        *range(len(told))
    ]
    assert "".join(e.delta for e in told if e.type == "response.output_text.delta") == "word0 word1 word2 "
    assert final.output_text == "word0 word1 word2 "


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_call_ends_in_words(client: openai.OpenAI, stream: bool) -> None:
    said: list[Any] = [{"role": "user", "content": SCRIPT}]
    steps = []
    for _round in range(3):
        request = {"model": "scripted/eyes", "input": said, "tools": [TOOL]}
        if stream:
            with client.responses.stream(**request) as events:
                answer: Any = events.get_final_response()
        else:
            answer = client.responses.create(**request)
        calls = [item for item in answer.output if item.type == "function_call"]
        steps.append(answer.output_text or calls[0].name)
        said += [item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in answer.output]
        if not calls:
            break
        assert json.loads(calls[0].arguments) == {"oil": "Brent"}
        said.append({"type": "function_call_output", "call_id": calls[0].call_id, "output": "0.835"})
    assert steps == ["density", "It is 0.835."]


def test_a_picture_is_seen(client: openai.OpenAI) -> None:
    picture = {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}", "detail": "auto"}
    content = [{"type": "input_text", "text": "!say seen"}, picture]
    answer = client.responses.create(model="auto", input=[{"role": "user", "content": content}])  # type: ignore[misc,list-item]
    assert (answer.model, answer.output_text) == ("scripted/eyes", "seen")


def test_a_form_of_the_answer_is_parsed_by_the_client(client: openai.OpenAI) -> None:
    class Oil(BaseModel):
        name: str
        density: float

    answer = client.responses.parse(**asked('!say {"name":"Brent","density":0.835}'), text_format=Oil)
    assert answer.output_parsed == Oil(name="Brent", density=0.835)


def test_tokens_are_counted_as_usage_says(client: openai.OpenAI) -> None:
    counted = client.responses.input_tokens.count(**asked("!say one two"), instructions="Be brief.")
    answer = client.responses.create(**asked("!say one two"), instructions="Be brief.")
    assert answer.usage is not None
    assert counted.input_tokens == answer.usage.input_tokens == 5


def test_closing_a_stream_stops_the_model(client: openai.OpenAI, server: Server) -> None:
    stream = client.responses.create(**asked("!forever"), stream=True)
    for event in stream:
        if event.type == "response.output_text.delta":
            break
    assert server.inside()["streams"] == 1
    stream.close()
    poll("the backend stops", server.idle)


async def test_cancelling_an_async_request_stops_the_model(server: Server) -> None:
    async with openai.AsyncOpenAI(base_url=server.url + "rusoil/v1", api_key=server.token) as client:
        request = asyncio.create_task(client.responses.create(**asked("!forever")))
        await asyncio.to_thread(poll, "it runs", lambda: server.inside()["streams"])
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
    await asyncio.to_thread(poll, "the backend stops", server.idle)


@pytest.mark.parametrize(
    ("request_", "kind", "code"),
    [
        (asked("hi") | {"model": "no/such"}, openai.NotFoundError, "unknown_model"),
        (asked("hi") | {"previous_response_id": "resp_1"}, openai.BadRequestError, "invalid_request"),
        (asked("hi") | {"temperature": 7}, openai.BadRequestError, "invalid_request"),
        (asked("!crash"), openai.InternalServerError, "model_unavailable"),
        (asked("!bug"), openai.InternalServerError, "internal"),
    ],
)
def test_errors_are_the_clients_own_with_our_sentence(
    client: openai.OpenAI, request_: Any, kind: type[openai.APIStatusError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        client.responses.create(**request_)
    body: Any = caught.value.body
    assert caught.value.code == body["code"] == code
    assert body["message"] in str(caught.value)


def test_an_error_in_the_middle_of_a_stream_is_raised(client: openai.OpenAI) -> None:
    seen = []
    with pytest.raises(openai.APIError, match="stopped in the middle") as caught:
        for event in client.responses.create(**asked("!words 2\n!crash"), stream=True):
            seen.append(event.type)
    assert seen.count("response.output_text.delta") == 2
    assert caught.value.code == "model_unavailable"


@pytest.mark.model
def test_the_real_model_counts_as_its_usage_says(
    start_server: Callable[..., Server], model_dir: Path
) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    with openai.OpenAI(base_url=server.url + "rusoil/v1", api_key=server.token, timeout=120) as client:
        for more in ({}, {"tools": [TOOL]}):
            request = asked("What is the density of Brent?") | {"instructions": "Be brief."} | more
            counted = client.responses.input_tokens.count(**request)
            answer = client.responses.create(**request, max_output_tokens=60)
            assert answer.usage is not None
            assert counted.input_tokens == answer.usage.input_tokens
    server.stop()
