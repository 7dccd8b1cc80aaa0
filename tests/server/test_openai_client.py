"""OpenAI's own Python client, given nothing but our address and Jupyter's token."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest
from pydantic import BaseModel, Field

from tests.conftest import PIXEL
from tests.server.conftest import Server, poll

TOOL: Any = {
    "type": "function",
    "function": {
        "name": "density",
        "description": "Density of an oil",
        "parameters": {"type": "object", "properties": {"oil": {"type": "string"}}},
    },
}


@pytest.fixture
def client(server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url + "rusoil/v1", api_key=server.token, max_retries=0) as client:
        yield client


@pytest.fixture
async def async_client(server: Server) -> AsyncIterator[openai.AsyncOpenAI]:
    url = server.url + "rusoil/v1"
    async with openai.AsyncOpenAI(base_url=url, api_key=server.token, max_retries=0) as client:
        yield client


REQUIRED: Any = {"tools": [TOOL], "tool_choice": "required"}


def form(**fields: Any) -> Any:
    return {"response_format": fields}


def asked(prompt: str) -> Any:
    return {"model": "auto", "messages": [{"role": "user", "content": prompt}]}


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [
        *("scripted/echo", "scripted/eyes", "slow/echo", "slow/eyes")
    ]


def test_a_question_is_answered(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(**asked("!think hm\n!say one two"), temperature=0.5, seed=1)
    (choice,) = answer.choices
    assert (choice.message.role, choice.message.content, choice.finish_reason) == (
        "assistant",
        "one two",
        "stop",
    )
    assert answer.model == "scripted/echo"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 2
    assert answer.model_extra == {}


def test_an_answer_is_cut_at_max_tokens(client: openai.OpenAI) -> None:
    for limit in ({"max_tokens": 2}, {"max_completion_tokens": 2}):
        answer = client.chat.completions.create(**asked("!words 9"), **limit)
        assert answer.choices[0].finish_reason == "length"
        assert answer.choices[0].message.content == "word0 word1 "


def test_fields_without_effect_are_reported_back(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(**asked("hi"), logit_bias={"1": 1}, user="me")
    assert (answer.model_extra or {})["ignored_parameters"] == ["logit_bias", "user"]


def test_a_stream_brings_chunks_and_usage(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            **asked("!words 3"), stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == "word0 word1 word2 "
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3
    assert [c.choices[0].finish_reason for c in chunks[:-1]] == [None] * (len(chunks) - 2) + ["stop"]
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_stream_without_that_option_ends_without_usage(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(**asked("!words 3"), stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in chunks)


def test_the_clients_own_stream_helper_works(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(**asked("!words 3")) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "word0 word1 word2 "


def test_closing_a_stream_stops_the_model(client: openai.OpenAI, server: Server) -> None:
    stream = client.chat.completions.create(**asked("!forever"), stream=True)
    for _ in range(3):
        next(stream)
    assert server.inside()["streams"] == 1
    stream.close()
    poll("the backend stops", server.idle)


async def test_the_async_client_streams_and_cancels(async_client: openai.AsyncOpenAI, server: Server) -> None:
    stream = await async_client.chat.completions.create(**asked("!forever"), stream=True)
    async for chunk in stream:
        if chunk.choices[0].delta.content == "word3 ":
            break
    await stream.close()
    await asyncio.to_thread(poll, "the backend stops", server.idle, 2)


async def test_cancelling_an_async_request_stops_the_model(
    async_client: openai.AsyncOpenAI, server: Server
) -> None:
    request = asyncio.create_task(async_client.chat.completions.create(**asked("!forever")))
    await asyncio.to_thread(poll, "it runs", lambda: server.inside()["streams"])
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    await asyncio.to_thread(poll, "the backend stops", server.idle, 2)


async def test_the_async_client_asks_many_questions_at_once(async_client: openai.AsyncOpenAI) -> None:
    create = async_client.chat.completions.create
    answers = await asyncio.gather(*(create(**asked(f"!say n{n}")) for n in range(12)))
    assert [answer.choices[0].message.content for answer in answers] == [f"n{n}" for n in range(12)]


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called(client: openai.OpenAI, stream: bool) -> None:
    request = asked('!call density {"oil": "Brent"}') | {"model": "scripted/eyes", "tools": [TOOL]}
    if stream:
        with client.chat.completions.stream(**request) as events:
            completion: Any = events.get_final_completion()
    else:
        completion = client.chat.completions.create(**request)
    (choice,) = completion.choices
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert (call.function.name, call.function.arguments) == ("density", '{"oil": "Brent"}')
    result = {"role": "tool", "tool_call_id": call.id, "content": "0.835"}
    spoken = choice.message.model_dump(exclude_none=True, include={"role", "content", "tool_calls"})
    request["messages"] += [spoken, result, {"role": "user", "content": "!say 0.835"}]
    assert client.chat.completions.create(**request).choices[0].message.content == "0.835"


def test_a_picture_is_seen(client: openai.OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    content = [{"type": "text", "text": "!say seen"}, picture]
    message: Any = {"role": "user", "content": content}
    answer = client.chat.completions.create(model="auto", messages=[message])
    assert (answer.model, answer.choices[0].message.content) == ("scripted/eyes", "seen")


def test_an_address_of_a_picture_is_not_fetched(client: openai.OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "http://169.254.169.254/"}}
    message: Any = {"role": "user", "content": [picture]}
    with pytest.raises(openai.BadRequestError, match=r"messages\.0\.content\.0"):
        client.chat.completions.create(model="auto", messages=[message])


def test_a_form_of_the_answer_is_parsed_by_the_client(client: openai.OpenAI) -> None:
    class Oil(BaseModel):
        name: str
        density: float

    answer = client.chat.completions.parse(
        **asked('!say {"name":"Brent","density":0.835}'), response_format=Oil
    )
    assert answer.choices[0].message.parsed == Oil(name="Brent", density=0.835)


def test_texts_are_embedded(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model="scripted/echo", input=["oil", "gas", "oil"])
    oil, gas, again = (row.embedding for row in answer.data)
    assert len(oil) == 8
    assert oil == again != gas
    plain = client.embeddings.create(model="auto", input="oil", encoding_format="float")
    assert plain.data[0].embedding == pytest.approx(oil)  # without a form the client asks for base64


@pytest.mark.parametrize(
    ("request_", "kind", "code"),
    [
        (asked("hi") | {"model": "no/such"}, openai.NotFoundError, "unknown_model"),
        (asked("hi") | {"messages": []}, openai.BadRequestError, "invalid_request"),
        (asked("hi") | {"temperature": 7}, openai.BadRequestError, "invalid_request"),
        (asked("hi") | {"n": 2}, openai.BadRequestError, "invalid_request"),
        (asked("!crash"), openai.InternalServerError, "model_unavailable"),
        (asked("!bug"), openai.InternalServerError, "internal"),
        (asked("!say Sure!") | REQUIRED, openai.InternalServerError, "model_unavailable"),
        (asked("!say Sure!") | form(type="json_object"), openai.InternalServerError, "model_unavailable"),
        (asked("Yes.") | form(type="grammar", grammar="x"), openai.BadRequestError, "invalid_request"),
    ],
)
def test_errors_are_the_clients_own_with_our_sentence(
    client: openai.OpenAI, request_: Any, kind: type[openai.APIStatusError], code: str
) -> None:
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**request_)
    body: Any = caught.value.body
    assert caught.value.code == caught.value.type == body["code"] == code
    assert body["message"] in str(caught.value)
    assert body["request_id"]


def test_an_error_in_the_middle_of_a_stream_is_raised(client: openai.OpenAI) -> None:
    seen = []
    with pytest.raises(openai.APIError, match="stopped in the middle") as caught:
        for chunk in client.chat.completions.create(**asked("!words 2\n!crash"), stream=True):
            seen.append(chunk.choices[0].delta.content)
    assert seen == ["", "word0 ", "word1 "]
    assert caught.value.code == caught.value.type == "model_unavailable"


def test_a_wrong_key_is_an_authentication_error(client: openai.OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError, match="not logged in"):
        client.with_options(api_key="wrong").models.list()


@pytest.fixture(scope="module")
def real(start_server: Callable[..., Server], model_dir: Path) -> Iterator[openai.OpenAI]:
    """A client of a server with the real embedded model."""
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    with openai.OpenAI(
        base_url=server.url + "rusoil/v1", api_key=server.token, max_retries=0, timeout=120
    ) as client:
        yield client
    server.stop()


@pytest.mark.model
@pytest.mark.parametrize("stream", [False, True])
def test_a_model_without_tools_calls_the_one_that_is_required(real: openai.OpenAI, stream: bool) -> None:
    request = asked("What is the density of Brent?") | {
        "tools": [TOOL],
        "tool_choice": {"type": "function", "function": {"name": "density"}},
        "max_tokens": 200,
    }
    if stream:
        with real.chat.completions.stream(**request) as events:
            completion: Any = events.get_final_completion()
    else:
        completion = real.chat.completions.create(**request)
    (choice,) = completion.choices
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    assert call.function.name == "density"
    assert isinstance(json.loads(call.function.arguments), dict)
    spoken = choice.message.model_dump(exclude_none=True, include={"role", "content", "tool_calls"})
    request["messages"] += [spoken, {"role": "tool", "tool_call_id": call.id, "content": "0.835"}]
    answer = real.chat.completions.create(**request | {"tool_choice": "none"})
    assert answer.choices[0].message.content


@pytest.mark.model
def test_the_real_model_is_held_to_a_form(real: openai.OpenAI) -> None:
    class Oil(BaseModel):
        name: str = Field(max_length=20)
        heavy: bool

    answer = real.chat.completions.parse(**asked("Describe an oil."), response_format=Oil, max_tokens=200)
    assert isinstance(answer.choices[0].message.parsed, Oil)
    choice = {"type": "grammar", "grammar": 'root ::= "yes" | "no"'}
    said = real.chat.completions.create(**asked("Is oil wet?"), extra_body={"response_format": choice})
    assert said.choices[0].message.content in {"yes", "no"}


@pytest.mark.model
def test_an_impossible_form_is_refused_by_name(real: openai.OpenAI) -> None:
    schema = {"type": "array", "minItems": 5, "maxItems": 2}
    form: Any = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    with pytest.raises(openai.BadRequestError, match=r"json_schema\.maxItems") as caught:
        real.chat.completions.create(**asked("Hi."), response_format=form)
    assert caught.value.code == "invalid_request"
    assert caught.value.param == "response_format.json_schema.maxItems"


@pytest.mark.model
def test_the_real_model_tells_its_probabilities(real: openai.OpenAI) -> None:
    answer = real.chat.completions.create(**asked("Hi."), max_tokens=5, logprobs=True, top_logprobs=2)
    (choice,) = answer.choices
    assert choice.logprobs
    tokens = choice.logprobs.content or []
    assert "".join(token.token for token in tokens) == choice.message.content
    assert all(token.logprob <= 0 and len(token.top_logprobs) == 2 for token in tokens)


@pytest.mark.model
def test_the_real_model_embeds_texts(real: openai.OpenAI) -> None:
    texts = ["oil", "gas", "oil"]
    oil, gas, again = (row.embedding for row in real.embeddings.create(model="auto", input=texts).data)
    assert sum(x * x for x in oil) == pytest.approx(1, abs=1e-3)
    assert oil == pytest.approx(again, abs=1e-3)
    assert oil != pytest.approx(gas, abs=1e-3)
    for unfit in ("", [], "oil " * 5000):
        with pytest.raises(openai.BadRequestError) as caught:
            real.embeddings.create(model="auto", input=unfit)
        assert caught.value.code in {"invalid_request", "context_too_long"}


@pytest.mark.model
def test_closing_a_stream_stops_the_real_engine(start_server: Callable[..., Server], model_dir: Path) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    with openai.OpenAI(base_url=server.url + "rusoil/v1", api_key=server.token) as client:
        stream = client.chat.completions.create(
            **asked("Write a very long story about the sea."), stream=True, max_tokens=4000
        )
        for _ in range(5):
            next(stream)
        (pid,) = server.inside()["engines"]
        engine = psutil.Process(pid)
        stream.close()

        def at_rest() -> bool:
            before = sum(engine.cpu_times()[:2])
            time.sleep(0.3)  # a stretch of time is what is measured
            return sum(engine.cpu_times()[:2]) - before < 0.05

        poll("the engine rests", at_rest, 20)  # the rest of the story would take minutes
    server.stop()
