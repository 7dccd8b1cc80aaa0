"""A conversation that outgrew its model: the oldest turns go, and the user is told."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ContextTooLong
from rusoil_jupyter.events import Done, Event, Notice, Progress, Text
from rusoil_jupyter.messages import Message, Part, ToolCallPart, ToolResultPart
from rusoil_jupyter.pipeline import Call, Plain
from rusoil_jupyter.pipeline.overflow import Overflow
from rusoil_jupyter.protocol import ModelInfo


class Model:
    """Reads so many words, and keeps what it was asked."""

    def __init__(self, limit: int, *, counts: bool = True) -> None:
        self.limit, self.counts = limit, counts
        self.asked: list[tuple[Message, ...]] = []

    async def admit(self, call: Call) -> None:
        pass

    async def stream(self, call: Call) -> AsyncGenerator[Event, None]:
        messages = call.request().messages
        self.asked.append(messages)
        yield Progress(phase="loading", done=0, total=1)
        words = sum(len(message.text.split()) for message in messages)
        if words > self.limit:
            told = {"tokens": words, "limit": self.limit} if self.counts else {}
            raise ContextTooLong("too long", **told)
        yield Text(delta="yes")
        yield Done()


def conversation(turns: int, words: int = 10) -> tuple[Message, ...]:
    told = [Message.of("system", "be kind")]
    for number in range(turns):
        told += [
            Message.of("user", f"q{number} " + "word " * (words - 1)),
            Message.of("assistant", f"a{number} " + "word " * (words - 1)),
        ]
    return (*told, Message.of("user", "the last question"))


async def ask(policy: Overflow, messages: tuple[Message, ...], key: str = "c", **more: bool) -> list[Event]:
    whom = ModelInfo(id="x/m", name="M", backend="x")
    call = Call(Caller("me"), Plain(messages), whom, conversation=key, **({"in_session": True} | more))
    return [event async for event in policy.stream(call)]


async def test_a_conversation_that_fits_is_untouched():
    model = Model(1000)
    events = await ask(Overflow(model), conversation(3))
    assert model.asked == [conversation(3)]
    assert not any(isinstance(event, Notice) for event in events)


@pytest.mark.parametrize("counts", [True, False])
async def test_the_oldest_turns_go_and_the_user_is_told_once_before_the_answer(counts):
    model = Model(100, counts=counts)
    events = await ask(Overflow(model), conversation(10))
    said = [event for event in events if not isinstance(event, Progress)]
    assert [type(event) for event in said] == [Notice, Text, Done]
    read = model.asked[-1]
    assert read[0] == Message.of("system", "be kind")
    assert read[1].role == "user"
    assert read[1:] == conversation(10)[-len(read) + 1 :]
    left_out = len(conversation(10)) - len(read)
    assert str(left_out) in said[0].message
    assert said[0].next_step
    free = 40 if counts else 0
    assert sum(len(message.text.split()) for message in read) <= 100 - free, "half is free again"


async def test_what_was_left_out_stays_so_in_the_next_turns_so_that_their_beginning_is_the_same():
    model = Model(100)
    policy = Overflow(model)
    await ask(policy, conversation(10))
    first = model.asked[-1]
    calls = len(model.asked)
    events = await ask(policy, conversation(11))
    assert len(model.asked) == calls + 1, "the engine is not asked in vain again"
    assert model.asked[-1][: len(first) - 1] == first[:-1]
    assert any(isinstance(event, Notice) for event in events)
    await ask(policy, conversation(3), key="another")
    assert model.asked[-1] == conversation(3)


async def test_a_question_that_is_too_long_alone_is_an_error():
    model = Model(2)
    with pytest.raises(ContextTooLong):
        await ask(Overflow(model), conversation(5))
    assert model.asked[-1] == (conversation(0)[0], conversation(0)[-1])


async def test_what_a_tool_answered_stays_with_its_call():
    def said(role: str, *parts: Part) -> Message:
        return Message(role=role, parts=parts)

    call = said("assistant", ToolCallPart(id="1", name="look"))
    result = said("user", ToolResultPart(id="1", text="x"))
    head, last = conversation(8)[:-1], conversation(0)[-1]
    model = Model(30)
    await ask(Overflow(model), (*head, Message.of("user", "look please"), call, result, last))
    read = model.asked[-1]
    assert (call in read) == (result in read)
    assert not read[1].parts[0].type.startswith("tool")


@given(st.integers(1, 30), st.integers(1, 30), st.integers(4, 200), st.booleans())
def test_it_always_ends_and_never_loses_the_system_or_the_question(turns, words, limit, counts):
    import asyncio

    async def play() -> None:
        model = Model(limit, counts=counts)
        messages = conversation(turns, words)
        try:
            await ask(Overflow(model), messages)
        except ContextTooLong:
            assert limit < 5
        assert len(model.asked) <= turns + 2
        for read in model.asked:
            assert read[0] == messages[0]
            assert read[-1] == messages[-1]

    asyncio.run(play())


async def test_a_program_that_sends_the_whole_conversation_is_told_that_it_is_too_long():
    model = Model(100)
    with pytest.raises(ContextTooLong):
        await ask(Overflow(model), conversation(10), in_session=False)
    assert len(model.asked) == 1
