"""What an answer promises whoever gives it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.errors import ModelUnavailable
from rusoil_jupyter.events import Done, Event, Notice, Text, TokenLogprob, ToolCall
from rusoil_jupyter.messages import Message
from rusoil_jupyter.pipeline.promises import kept
from rusoil_jupyter.protocol import ResponseFormat, ToolSpec

TOOLS = (ToolSpec(name="f"),)
JSON = ResponseFormat(type="json_object")
REQUIRED = {"tools": TOOLS, "tool_choice": "required"}


async def answer(*events: Event) -> AsyncGenerator[Event, None]:
    for event in events:
        yield event


async def ask(*events: Event, **choices: Any) -> list[Event]:
    request = ModelRequest(model="m", messages=(Message.of("user", "Hi."),), **choices)
    return [event async for event in kept(request, answer(*events))]


def call(arguments: str = "{}", id_: str = "1") -> ToolCall:
    return ToolCall(id=id_, name="f", arguments=arguments)


async def test_what_is_kept_passes_unchanged():
    for events, choices in (
        ((Text(delta="Hi."), Done()), {}),
        ((Text(delta='{"a":'), Text(delta="1}"), Done()), {"response_format": JSON}),
        ((call(), Done(finish_reason="tool_calls")), REQUIRED),
        ((Text(delta="Hi."), Done()), {"tools": TOOLS}),
    ):
        assert await ask(*events, **choices) == list(events)


@pytest.mark.parametrize(
    ("events", "choices", "reason"),
    [
        ((Text(delta="Sure!"), Done()), {"response_format": JSON}, "not the JSON"),
        ((Done(),), {"response_format": JSON}, "not the JSON"),
        ((Text(delta="[" * 100_000), Done()), {"response_format": JSON}, "not the JSON"),
        ((Text(delta="Sure!"), Done()), REQUIRED, "called no tool"),
        ((call('{"a"'), Done()), REQUIRED, "can't be read"),
        ((call("[]"), Done()), {"tools": TOOLS}, "can't be read"),
    ],
)
async def test_what_is_not_kept_is_an_error_with_a_next_step(events, choices, reason):
    with pytest.raises(ModelUnavailable, match=reason) as caught:
        await ask(*events, **choices)
    assert caught.value.next_step


@pytest.mark.parametrize("choices", [{"response_format": JSON}, REQUIRED])
async def test_a_cut_answer_promises_nothing_but_its_finish_reason(choices):
    assert (await ask(Text(delta='{"a'), Done(finish_reason="length"), **choices))[
        -1
    ].finish_reason == "length"


async def test_calls_get_ids_of_their_own():
    events = await ask(call(), call(), call(id_=""), Done(finish_reason="tool_calls"), **REQUIRED)
    ids = [event.id for event in events if isinstance(event, ToolCall)]
    assert ids[0] == "1"
    assert len({*ids} - {""}) == 3


async def test_probabilities_that_do_not_come_are_told():
    events = await ask(Text(delta="Hi."), Done(), logprobs=True)
    assert [event.code for event in events if isinstance(event, Notice)] == ["no_logprobs"]
    told = Text(delta="Hi.", logprobs=(TokenLogprob(token="Hi.", logprob=-1),))
    assert await ask(told, Done(), logprobs=True) == [told, Done()]
