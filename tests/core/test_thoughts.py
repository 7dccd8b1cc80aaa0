"""What a model thinks is told apart from what it says, on every backend of the OpenAI wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.hosted.presets import OllamaBackend, OpenAIBackend, VLLMBackend
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.backends.thoughts import TAGS, Thoughts, thinks_always
from rusoil_jupyter.events import Event, Reasoning, Text, TokenLogprob, ToolCall
from rusoil_jupyter.messages import Message
from rusoil_jupyter.settings import Settings

CASE = Path(__file__).parents[1] / "cases/33-chat-think-tags/input.sse"


def parted(*pieces: str, begun: bool = False, cut: bool = False) -> tuple[str, str]:
    """Thought and answer."""
    thoughts, events = Thoughts(begun=begun), []
    for piece in pieces:
        events += thoughts.part(Text(delta=piece))
    return told([*events, *thoughts.rest(cut=cut)])


def told(events: list[Event]) -> tuple[str, str]:
    assert all(event.delta for event in events if isinstance(event, Text | Reasoning)), "nothing is no event"
    return (
        "".join(event.delta for event in events if isinstance(event, Reasoning)),
        "".join(event.delta for event in events if isinstance(event, Text)),
    )


@pytest.mark.parametrize(
    ("pieces", "thought", "said"),
    [
        (["<think>hm", "</think>Yes."], "hm", "Yes."),
        (["<", "think", ">hm<", "/thi", "nk>", "Yes."], "hm", "Yes."),
        (["\n <think>\nhm \n</think>\n\n", "\nYes."], "hm", "Yes."),
        (["<think>\n\n</think>\n\nYes."], "", "Yes."),
        (["<Think>hm</THINK>Yes."], "hm", "Yes."),
        (["<thinking>hm</thinking>Yes."], "hm", "Yes."),
        (["<reasoning>a</thought>b</reasoning>Yes."], "a</thought>b", "Yes."),
        (["<thought>hm</thought>Yes."], "hm", "Yes."),
        (["[THINK]hm[/THINK]Yes."], "hm", "Yes."),
        (["<think>a</think><think>b</think>Yes."], "ab", "Yes."),
        (["<think>hm, and on"], "hm, and on", ""),
        (["<think>", "a < b </th", "ink> of it"], "a < b", " of it".strip()),
        (["hm\n</think>\n\nYes."], "hm", "Yes."),
        (["hm", ".</think>", "Yes."], "", "hm.</think>Yes."),
    ],
)
def test_a_thought_at_the_beginning_is_told_apart(pieces, thought, said):
    if pieces == ["hm", ".</think>", "Yes."]:  # what is told is told; such a model is known by its name
        assert parted(*pieces, begun=True) == ("hm.", "Yes.")
    assert parted(*pieces) == (thought, said)


@pytest.mark.parametrize(
    "text",
    [
        "The tag <think>hm</think> opens a thought.",
        "`<think>` and `</think>` are tags.",
        "It ends with </think>, I think.",
        "```\n</think>\n```",
        '{"a": "<think>b</think>c"}',
        '["x</think>y"]',
        "<thin> ice",
        "<t",
        " \n leading space stays",
        "a <think>b\n</think>\nc",
        "<p>thinking</p>",
    ],
)
def test_words_about_thoughts_stay_words(text):
    assert parted(text) == ("", text)
    assert parted(*text)[1] == text


@given(
    st.sampled_from(["", "\n", " <think>", "<thinking>\n", "[think]"]),
    st.text("ab <>/think\n", max_size=20).filter(lambda text: not any(end in text for end in TAGS.values())),
    st.text("ab <", max_size=10),
    st.lists(st.integers(1, 9), max_size=40),
)
def test_any_pieces_give_the_same_as_the_whole(opening, thought, said, sizes):
    end = TAGS.get(opening.strip(), "")
    whole = f"{opening}{thought}{end}{said}" if end else f"{opening}{said}"
    pieces, rest = [], whole
    while rest:
        size = sizes.pop() if sizes else 1
        pieces.append(rest[:size])
        rest = rest[size:]
    thinks, says = parted(*pieces)
    assert thinks == (thought.strip() if end else "")
    assert says == (said.lstrip() if end else whole)


@pytest.mark.parametrize(
    ("model", "always"),
    [
        ("deepseek-r1:8b", True),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", True),
        ("QwQ-32B", True),
        ("Qwen3-4B-Thinking-2507", True),
        ("qwen3-4b-instruct", False),
        ("gpt-5.2", False),
        ("r10", False),
    ],
)
def test_models_that_always_think_are_known_by_their_names(model, always):
    assert thinks_always(model) == always


def test_an_answer_of_such_a_model_that_closed_no_thought_is_an_answer():
    assert parted("Yes", ".", begun=True) == ("Yes.", "Yes.")


def test_a_thought_that_was_cut_is_no_answer():
    assert parted("hm", begun=True, cut=True) == ("hm", "")


def test_probabilities_go_with_the_words_that_are_said():
    thoughts = Thoughts()
    pieces = ["<think>", "hm", "</think>", "Ye", "s."]
    events = [
        event
        for piece in pieces
        for event in thoughts.part(Text(delta=piece, logprobs=(TokenLogprob(token=piece, logprob=-1.0),)))
    ]
    odds = [row.token for event in events if isinstance(event, Text) for row in event.logprobs or ()]
    assert odds == ["Ye", "s."]


# --- on the wire ------------------------------------------------------------------------------------


@pytest.fixture(params=[OpenAICompatibleBackend, VLLMBackend, OllamaBackend, OpenAIBackend])
async def answering(request: pytest.FixtureRequest, monkeypatch):
    """``await answering(pieces, **fields)``: the events of an answer whose stream is these pieces."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    opened: list[Any] = []

    async def ask(*pieces: bytes, model: str = "m") -> list[Event]:
        async def handler(query: web.Request) -> web.StreamResponse:
            await query.read()
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await response.prepare(query)
            for piece in pieces:
                await response.write(piece)
            return response

        application = web.Application()
        application.router.add_post("/v1/chat/completions", handler)
        server = TestServer(application)
        await server.start_server()
        backend = request.param("b", Settings(), base_url=str(server.make_url("/v1")))
        opened.extend([server.close, backend.aclose])
        asked = ModelRequest(model=model, messages=(Message.of("user", "Hi."),))
        return [event async for event in backend.stream(asked)]

    yield ask
    for close in reversed(opened):
        await close()


def sse(*deltas: dict[str, Any]) -> list[bytes]:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    return [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]


async def test_the_case_of_the_tags(answering):
    assert told(await answering(CASE.read_bytes())) == ("hm", "Yes.")
    assert told(await answering(*[bytes([byte]) for byte in CASE.read_bytes()])) == ("hm", "Yes.")


async def test_a_thought_that_the_template_opened(answering):
    assert told(await answering(b"".join(sse({"content": "hm"}, {"content": "\n</think>\n\nYes."})))) == (
        "hm",
        "Yes.",
    )
    slow = sse({"content": "hm"}, {"content": "</think>"}, {"content": "Yes."})
    assert told(await answering(*slow, model="deepseek-r1:8b")) == ("hm", "Yes.")


async def test_a_server_that_parts_thoughts_itself_is_believed(answering):
    pieces = sse({"reasoning_content": "hm"}, {"content": "Yes. <think>no</think>"})
    assert told(await answering(*pieces, model="qwq")) == ("hm", "Yes. <think>no</think>")


async def test_calls_of_tools_are_not_looked_into(answering):
    arguments = json.dumps({"a": "<think>b</think>"})
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": arguments}}
    events = await answering(*sse({"content": "<think>hm</think>"}, {"tool_calls": [call]}))
    assert [event.arguments for event in events if isinstance(event, ToolCall)] == [arguments]
    assert told(events) == ("hm", "")
