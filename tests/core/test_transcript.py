"""What an answer says is kept step by step, before what follows is seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter import transcript
from rusoil_jupyter.events import Artifact, Done, Notice, Reasoning, Text, ToolCall
from rusoil_jupyter.messages import (
    ImagePart,
    Inquiry,
    InquiryPart,
    Message,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from rusoil_jupyter.transcript import Transcript, messages_of

from .test_messages import parts


class Kept:
    """A store of one answer."""

    def __init__(self) -> None:
        self.steps: list[Part] = []
        self.times = 0
        self.is_broken = False
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def keep(self, position: int, parts: Sequence[Part]) -> None:
        self.times += 1
        if self.is_broken:
            raise OSError("full")
        await self.is_free.wait()
        self.steps[position:] = parts


CALL = ToolCall(id="1", name="look", arguments="{}")
MADE = Artifact(purpose="made", image=ImagePart(data="aaaa"))
EVENTS = [
    Reasoning(delta="I "),
    Reasoning(delta="see.", signature="s"),
    Text(delta="First "),
    Text(delta="this."),
    CALL,
    Notice(code="x", message="y"),
    Text(delta="Then"),
    MADE,
    Artifact(purpose="sent", image=ImagePart(data="bbbb")),
    Text(delta="that."),
]
STEPS = [
    ReasoningPart(text="I see.", signature="s"),
    TextPart(text="First this."),
    ToolCallPart(id="1", name="look", arguments="{}"),
    TextPart(text="Then"),
    ImagePart(data="aaaa"),
    TextPart(text="that."),
]


async def test_steps_are_kept_in_the_order_of_their_events():
    kept = Kept()
    written = Transcript(kept.keep)
    for event in [*EVENTS, Done()]:
        await written.add(event)
    await written.end()
    assert kept.steps == STEPS


async def test_who_has_seen_an_event_finds_all_before_it_kept():
    for count in range(1, len(EVENTS) + 1):
        kept = Kept()
        written = Transcript(kept.keep)
        for event in EVENTS[:count]:
            await written.add(event)
        whole = Kept()
        again = Transcript(whole.keep)
        for event in EVENTS[:count]:
            await again.add(event)
        await again.end()
        ended = len(whole.steps) if EVENTS[count - 1] in {CALL, MADE} else len(whole.steps) - 1
        assert kept.steps[:ended] == whole.steps[:ended]


async def test_words_alone_are_kept_at_times(monkeypatch):
    now = 0.0
    monkeypatch.setattr(transcript.time, "monotonic", lambda: now)
    kept = Kept()
    written = Transcript(kept.keep)
    for number in range(40):
        now += 0.1
        await written.add(Text(delta=f"{number} "))
        await asyncio.sleep(0)
    assert 2 <= kept.times <= 4
    assert kept.steps[0].text.startswith("0 1 2 ")
    assert len(kept.steps) == 1


async def test_a_store_that_fails_costs_no_answer_and_is_asked_for_all_at_the_end():
    kept = Kept()
    written = Transcript(kept.keep)
    kept.is_broken = True
    for event in EVENTS:
        await written.add(event)
    assert kept.times == 1, "it is not asked again at every word"
    kept.is_broken = False
    await written.end()
    assert kept.steps == STEPS


async def test_words_do_not_wait_for_a_store_that_is_slow_and_come_in_their_order(monkeypatch):
    now = 0.0
    monkeypatch.setattr(transcript.time, "monotonic", lambda: now)
    kept = Kept()
    kept.is_free.clear()
    written = Transcript(kept.keep)
    for number in range(40):
        now += 0.1
        await asyncio.wait_for(written.add(Text(delta=f"{number} ")), 5)
        await asyncio.sleep(0)
    assert (kept.times, kept.steps) == (1, [])
    ending = asyncio.create_task(written.end())
    await asyncio.sleep(0)
    assert not ending.done()
    kept.is_free.set()
    await ending
    assert [step.text for step in kept.steps] == ["".join(f"{number} " for number in range(40))]


async def test_what_can_not_be_kept_is_said_at_the_end():
    kept = Kept()
    kept.is_broken = True
    written = Transcript(kept.keep)
    await written.add(Text(delta="Hi."))
    with pytest.raises(OSError, match="full"):
        await written.end()


async def test_a_text_longer_than_a_part_becomes_several(monkeypatch):
    monkeypatch.setattr(transcript, "MAX_TEXT_CHARS", 10)
    kept = Kept()
    written = Transcript(kept.keep)
    await written.add(Text(delta="x" * 25))
    await written.end()
    assert [len(step.text) for step in kept.steps] == [10, 10, 5]


# --- what models are told of it ---------------------------------------------------------------------

CALLED = ToolCallPart(id="1", name="look", arguments="{}")
RESULT = ToolResultPart(id="1", text="It is there.")
OTHER = ToolCallPart(id="2", name="run", arguments="{}")


def told(*parts):
    return [
        (message.role, [getattr(part, "text", None) or part.name for part in message.parts])
        for message in messages_of(Message(role="assistant", parts=parts))
    ]


def test_a_text_is_one_message():
    assert told(TextPart(text="Yes.")) == [("assistant", ["Yes."])]
    assert told() == []


def test_results_follow_their_calls_and_come_before_what_was_said_then():
    said = told(TextPart(text="Let me see."), CALLED, OTHER, RESULT, TextPart(text="It is."))
    [(first, before), (second, results), (third, after)] = said
    assert (first, second, third) == ("assistant", "tool", "assistant")
    assert (before, after) == (["Let me see.", "look", "run"], ["It is."])
    assert results[0] == "It is there."
    assert "may have run" in results[1]


@given(st.lists(parts, max_size=12))
def test_whatever_the_steps_each_call_has_one_result_behind_it(steps):
    told = messages_of(Message.model_construct(role="assistant", parts=tuple(steps)))
    waiting: list[str] = []
    for message in told:
        assert message.parts
        assert (message.role == "tool") == bool(waiting)
        results = [part.id for part in message.parts if isinstance(part, ToolResultPart)]
        assert set(results) == set(waiting)
        assert len(results) == len(set(results))
        waiting = [part.id for part in message.parts if isinstance(part, ToolCallPart)]
    assert not waiting
    texts = [part for part in steps if isinstance(part, TextPart)]
    assert [part for message in told for part in message.parts if isinstance(part, TextPart)] == texts


def test_a_call_that_was_cut_off_may_have_run():
    [_call, (role, [words])] = told(CALLED)
    assert role == "tool"
    assert "Do not call it again" in words


def test_what_a_person_was_asked_is_between_the_two():
    inquiry = InquiryPart(id="q", inquiry=Inquiry(kind="question", text="Which?"), reply="3")
    assert told(TextPart(text="a"), inquiry, TextPart(text="b")) == [("assistant", ["a", "b"])]
