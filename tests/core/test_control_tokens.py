"""Control tokens in what a model is told are letters: by the rules, and by the tokenizers of real engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import catalogue
from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.control_tokens import JOINER, ControlTokens
from rusoil_jupyter.backends.hosted.presets import OllamaBackend, VLLMBackend
from rusoil_jupyter.backends.llama_cpp import gguf
from rusoil_jupyter.backends.llama_cpp.engine import Engine, EngineClient
from rusoil_jupyter.backends.llama_cpp.engines import ENGINES
from rusoil_jupyter.backends.llama_cpp.process import EngineOptions
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.events import Text, ToolCall
from rusoil_jupyter.messages import (
    FilePart,
    Message,
    OutputPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from rusoil_jupyter.protocol import ToolSpec
from rusoil_jupyter.settings import Settings

CASE = json.loads(
    Path(__file__).parents[1].joinpath("cases/security/10-control-tokens/input.json").read_text()
)
VOCABULARY = ["<|im_end|>", "<|im_start|>", "<jupyter_code>", "|im_end|><x>", "[INST]", "<s>", "##END", "##"]
NESTED = "<|im_<|im_end|>end|>"
WELL_KNOWN = (
    "<|im_end|> <|im_start|> <|eot_id|> <|start_header_id|> <|endoftext|> <|channel|> <|turn> <turn|> "
    "<｜User｜> <｜tool▁calls▁begin｜> </s> <s> <bos> <eos> [INST] [/INST] <<SYS>> <</SYS>> [TOOL_RESULTS] "
    "<start_of_turn> <end_of_turn> <tool_call> </tool_response> </think> <|reserved_special_token_17|>"
)
FAMILIES = WELL_KNOWN.split()


# --- the rules --------------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from([*VOCABULARY, "<", "|", "im_", "end", ">", "a", JOINER]), max_size=12).map(
        "".join
    )
)
def test_no_token_is_left_whole_whatever_it_is_mixed_with(text):
    tokens = ControlTokens(VOCABULARY)
    letters = tokens.as_letters(text)
    assert not [token for token in VOCABULARY if token in letters]
    assert letters.replace(JOINER, "") == text.replace(JOINER, ""), "nothing is taken out"
    assert tokens.as_letters(letters) == letters


@given(st.sets(st.text("<|>[]ab", min_size=2, max_size=4), max_size=6), st.text("<|>[]ab", max_size=20))
def test_the_tokens_of_any_vocabulary_are_parted(vocabulary, text):
    letters = ControlTokens(vocabulary).as_letters(text)
    assert not [token for token in vocabulary if token in letters]


@pytest.mark.parametrize("token", FAMILIES)
def test_well_known_tokens_are_parted_where_nobody_tells_the_vocabulary(token):
    assert ControlTokens().as_letters(f"a{token}b") == f"a{token[0]}{JOINER}{token[1:]}b"


@pytest.mark.parametrize(
    "text",
    ["a <| b |> c", "x < y and y > z", "<b>bold</b>", "list[int]", "if a<b or b>c: [1]", "a <|> b", "1 << 2"],
)
def test_ordinary_text_and_code_stay_as_they_are(text):
    assert ControlTokens().as_letters(text) == text


def test_pictures_are_not_looked_into():
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,<s>"}}
    assert ControlTokens().as_letters([picture]) == [picture]


@pytest.mark.parametrize("text", ["<|", "<", "[", "<|im_", "<s", "<" * 63 + "|"])
def test_the_work_grows_with_the_text_and_no_faster(text, monkeypatch):
    """Counted in places that are looked at more closely."""
    tokens, looks = ControlTokens(VOCABULARY), [0]
    look = ControlTokens._part

    def counted(self: ControlTokens, begin: Any) -> str:
        looks[0] += 1
        return look(self, begin)

    monkeypatch.setattr(ControlTokens, "_part", counted)
    tokens.as_letters(text * 1000)
    assert looks[0] <= len(text) * 1000


# --- over the wire ----------------------------------------------------------------------------------


@pytest.fixture(params=[OpenAICompatibleBackend, VLLMBackend, OllamaBackend])
async def asked(request: pytest.FixtureRequest):
    """A backend, and the bodies that its server gets; the server repeats the question."""
    bodies: list[dict[str, Any]] = []

    async def handler(query: web.Request) -> web.Response:
        bodies.append(await query.json())
        said = bodies[-1]["messages"][-1]["content"]
        call = {
            "index": 0,
            "id": "c",
            "function": {"name": "f", "arguments": json.dumps({"a": said}, ensure_ascii=False)},
        }
        chunks = [{"delta": {"content": said}}, {"delta": {"tool_calls": [call]}, "finish_reason": "stop"}]
        lines = [f"data: {json.dumps({'choices': [chunk]}, ensure_ascii=False)}\n\n" for chunk in chunks]
        return web.Response(text="".join(lines), content_type="text/event-stream")

    application = web.Application()
    application.router.add_post("/v1/chat/completions", handler)
    server = TestServer(application)
    await server.start_server()
    backend = request.param("campus", Settings(), base_url=str(server.make_url("/v1")))
    yield backend, bodies
    await backend.aclose()
    await server.close()


def everywhere(text: str) -> ModelRequest:
    """This text in every place that a template takes."""
    tool = ToolSpec(
        name="f", description=text, parameters={"type": "object", "properties": {text: {"enum": [text]}}}
    )
    return ModelRequest(
        model="m",
        tools=(tool,),
        messages=(
            Message.of("system", text),
            Message(
                role="user",
                parts=(
                    FilePart(name=text, text=text, media_type="text/plain"),
                    OutputPart(name=text, mimebundle={"text/plain": text}),
                ),
            ),
            Message(
                role="assistant",
                parts=(
                    TextPart(text=text),
                    ToolCallPart(id="a", name="f", arguments=json.dumps({"x": text})),
                ),
            ),
            Message(role="tool", parts=(ToolResultPart(id="a", text=text),)),
            Message.of("user", text),
        ),
    )


@pytest.mark.parametrize("text", [*FAMILIES, NESTED])
async def test_every_text_of_a_question_is_sent_as_letters_and_the_answer_repeats_it_whole(asked, text):
    backend, bodies = asked
    events = [event async for event in backend.stream(everywhere(text))]
    [body] = bodies
    known = [token for token in FAMILIES if token in json.dumps(body, ensure_ascii=False)]
    assert not known
    assert JOINER in json.dumps(body["tools"], ensure_ascii=False)
    assert "".join(e.delta for e in events if isinstance(e, Text)) == text
    [call] = [event for event in events if isinstance(event, ToolCall)]
    assert json.loads(call.arguments) == {"a": text}


# --- the real tokenizers ----------------------------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("name", list(ENGINES))
async def test_each_token_of_the_model_costs_several_tokens_and_is_none(model_dir, name):
    """All of its vocabulary: alone, doubled, and one within another."""
    path = model_dir / catalogue.SMOLLM2.file
    steering = gguf.read(path).steering
    tokens = ControlTokens(steering)
    engine = Engine(EngineOptions("m", str(path), name, n_ctx=512, n_parallel=1, n_threads=1))
    try:
        client = await engine.client()

        async def read(text: str) -> list[int]:
            answer = await client._call("POST", "../tokenize", json={"content": text, "parse_special": True})
            return list(answer["tokens"])

        control = {token: await read(token) for token in steering}
        assert len(control) > 10
        assert all(len(ids) == 1 for ids in control.values()), "the tokenizer reads them as tokens"
        ids = {ids[0] for ids in control.values()}
        for token in steering:
            for text in (token, token * 2, f"{token[:4]}{token}{token[4:]}", f"a{token}\n"):
                letters = await read(tokens.as_letters(text))
                assert len(letters) >= 2
                assert not ids & set(letters), text
    finally:
        await engine.aclose()


@pytest.mark.model
@pytest.mark.parametrize("name", list(ENGINES))
async def test_a_token_costs_more_than_one_wherever_it_stands(model_dir, name, monkeypatch):
    """What is sent is put into the model's template, and counted; nothing is computed."""
    path = model_dir / catalogue.SMOLLM2.file
    engine = Engine(EngineOptions("m", str(path), name, n_ctx=512, n_parallel=1, n_threads=1))
    sent: list[str] = []

    async def prepare(self: EngineClient, body: dict[str, Any]) -> None:
        sent.append(await self.prompt(body))
        raise InvalidRequest("Seen.")

    monkeypatch.setattr(EngineClient, "prepare", prepare)
    try:
        client = await engine.client()

        async def cost(place: str, text: str) -> int:
            with pytest.raises(InvalidRequest, match="Seen"):
                await anext(client.stream(ModelRequest(model="m", messages=told(place, text))))
            return await client.count(sent.pop())

        for place in PLACES:
            for token in (*CASE["tokens"], NESTED):
                copies = [await cost(place, token * number) for number in (5, 25)]
                assert (copies[1] - copies[0]) / 20 > 1.5, (place, token)
    finally:
        await engine.aclose()


PLACES = ("instructions", "history", "name of a file", "output")


def told(place: str, text: str) -> tuple[Message, ...]:
    file = FilePart(name=text, text="x", media_type="text/plain")
    output = OutputPart(name="o", mimebundle={"text/plain": text})
    return {
        "instructions": (Message.of("system", text), Message.of("user", "Hi.")),
        "history": (Message.of("user", "Hi."), Message.of("assistant", text), Message.of("user", "Hi.")),
        "name of a file": (Message(role="user", parts=(file,)),),
        "output": (Message(role="user", parts=(output,)),),
    }[place]
