"""A turn that asks its person, and what the person says to it meanwhile."""

from __future__ import annotations

import asyncio
import json

import pytest

from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import Conflict, InvalidRequest, RateLimited, UnknownTurn
from rusoil_jupyter.events import Awaits, Done, Failed, QueueChanged, Reasoning, Replied, Text, ToolResult
from rusoil_jupyter.inbox import Inbox
from rusoil_jupyter.messages import (
    Choice,
    Inquiry,
    InquiryPart,
    Message,
    ReasoningPart,
    TextPart,
    ToolResultPart,
)
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.store import queued
from rusoil_jupyter.turns import Turn, TurnManager

from .waiting import until

ME = Caller("me")
MAY_I = Inquiry(
    kind="approval",
    text="May I?",
    details="rm -r data",
    choices=(Choice(id="yes", label="Yes"), Choice(id="no", label="No")),
)
WHICH = Inquiry(kind="question", text="Which well?")
ASKS = '!say First.\n!ask approval {"text": "May I?", "choices": [{"id": "yes", "label": "Yes"}]}\n!say Then.'


def asked(prompt: str, session: str | None = None) -> ChatRequest:
    return ChatRequest(prompt=prompt, session_id=session, model="scripted/echo")


async def first(turn: Turn, kind: type) -> object:
    async for event in turn.events():
        if isinstance(event, kind):
            return event
    pytest.fail(f"no {kind.__name__}")


@pytest.fixture
async def session(assistant: Assistant) -> str:
    return assistant.store.create("me").id


# --- the inbox alone --------------------------------------------------------------------------------


async def test_a_reply_is_what_comes_back():
    inbox = Inbox()
    asking = inbox.ask(MAY_I)
    awaits = await anext(asking)
    assert (awaits.inquiry, inbox.awaited) == (MAY_I, MAY_I)
    inbox.reply(awaits.id, "yes")
    assert inbox.awaited is None
    assert await anext(asking) == Replied(id=awaits.id, value="yes")
    await asking.aclose()


@pytest.mark.parametrize(("inquiry", "value"), [(MAY_I, "perhaps"), (MAY_I, ""), (WHICH, " \n")])
async def test_what_is_no_answer_is_refused_and_the_question_stays(inquiry, value):
    inbox = Inbox()
    awaits = await anext(asking := inbox.ask(inquiry))
    with pytest.raises(InvalidRequest) as caught:
        inbox.reply(awaits.id, value)
    assert caught.value.next_step
    assert inbox.awaited == inquiry
    await asking.aclose()


async def test_only_the_first_reply_counts():
    inbox = Inbox()
    awaits = await anext(asking := inbox.ask(WHICH))
    inbox.reply(awaits.id, "Well 3")
    with pytest.raises(Conflict):
        inbox.reply(awaits.id, "Well 4")
    assert (await anext(asking)).value == "Well 3"
    await asking.aclose()
    with pytest.raises(Conflict):
        inbox.reply(awaits.id, "Well 5")


def test_an_approval_without_choices_can_not_be_asked():
    with pytest.raises(ValueError, match="choices"):
        Inquiry(kind="approval", text="May I?")


# --- turns that wait --------------------------------------------------------------------------------


async def test_a_turn_rests_until_its_person_replies(assistant, session):
    turn = await assistant.start_turn(asked(ASKS, session), ME)
    awaits = await first(turn, Awaits)
    parts = assistant.store.read("me", session).messages[-1].parts
    assert parts == (TextPart(text="First."), InquiryPart(id=awaits.id, inquiry=awaits.inquiry))
    turn.inbox.reply(awaits.id, "yes")
    kinds = [event.type for event in await turn.result()]
    assert kinds == ["started", "text", "awaits", "replied", "text", "text", "usage", "done"]
    said, answered, *rest = assistant.store.read("me", session).messages[-1].parts
    assert (said.text, answered.reply) == ("First.", "yes")
    assert "".join(part.text for part in rest) == "You said: yes\nThen."


async def test_a_turn_that_waits_for_its_person_does_not_expire():
    manager = TurnManager(grace_seconds=0.01)
    inbox = Inbox()

    async def source():
        async for event in inbox.ask(WHICH):
            yield event
        yield Done()

    turn = manager.start("r" * 8, "me", source(), inbox=inbox)
    await until(lambda: inbox.awaited)
    for _ in range(5):  # grace periods
        await asyncio.sleep(0.02)
        assert not turn.ended
    awaits = await first(turn, Awaits)
    inbox.reply(awaits.id, "3")
    await until(lambda: turn.ended)
    await manager.aclose()


async def test_a_turn_that_waits_can_be_stopped(assistant, session):
    turn = await assistant.start_turn(asked(ASKS, session), ME)
    awaits = await first(turn, Awaits)
    await turn.cancel()
    with pytest.raises(Conflict):
        turn.inbox.reply(awaits.id, "yes")
    [*_said, part] = assistant.store.read("me", session).messages[-1].parts
    assert part == InquiryPart(id=awaits.id, inquiry=awaits.inquiry)


async def test_a_program_has_nobody_to_ask(assistant):
    request = ChatRequest(messages=(Message.of("user", ASKS),), model="scripted/echo")
    turn = await assistant.start_turn(request, ME)
    [*_said, last] = await turn.result()
    assert isinstance(last, Failed)
    assert last.error.code == "invalid_request"


@pytest.mark.parametrize("fields", ["", "{", "3", "{}", '{"text": 3}', '{"text": "?", "choices": 1}'])
async def test_a_script_that_asks_for_nothing_is_refused(assistant, fields):
    [*_said, last] = await (await assistant.start_turn(asked(f"!ask approval {fields}"), ME)).result()
    assert (last.error.code, last.error.field) == ("invalid_request", "prompt")


async def test_thinking_is_ended_when_its_person_wants_the_answer(assistant, session):
    turn = await assistant.start_turn(asked("!ponder\n!say Done thinking.", session), ME)
    await first(turn, Reasoning)
    turn.inbox.concluded.set()
    assert (await turn.result())[-1].finish_reason == "stop"
    thought, said = assistant.store.read("me", session).messages[-1].parts
    assert isinstance(thought, ReasoningPart)
    assert said.text == "Done thinking."


async def test_results_of_tools_are_kept_and_told_in_their_place(assistant, session):
    script = '!say Let me see.\n!call look {"at": "it"}\n!result Oil.\n!say It is oil.'
    turn = await assistant.start_turn(asked(script, session), ME)
    assert ToolResult in [type(event) for event in await turn.result()]
    parts = assistant.store.read("me", session).messages[-1].parts
    assert [part.type for part in parts] == ["text", "tool_call", "tool_result", "text"]
    assert isinstance(parts[2], ToolResultPart)
    assert parts[2].id == parts[1].id


# --- an end of the server ---------------------------------------------------------------------------


async def test_an_orderly_end_interrupts_and_keeps_what_had_come(assistant, session):
    turn = await assistant.start_turn(asked("!words 3\n!forever", session), ME)
    await first(turn, Text)
    await assistant.turns.aclose()
    last = (await turn.result())[-1]
    assert isinstance(last, Failed)
    assert last.error.code == "interrupted"
    answer = assistant.store.read("me", session).messages[-1]
    assert (answer.interrupted, answer.running, answer.finish_reason) == (True, False, None)
    assert answer.error == f"{last.error.message} {last.error.next_step}"
    assert answer.parts[0].text.startswith("word0 word1")


# --- questions that wait ----------------------------------------------------------------------------


def waiting(assistant: Assistant, session: str) -> list[str]:
    return [one.id for one in assistant.store.read("me", session).queue]


def questions(assistant: Assistant, session: str) -> list[str]:
    messages = assistant.store.read("me", session).messages
    return [message.parts[0].text for message in messages if message.role == "user"]


async def test_what_waits_is_asked_when_the_answer_has_ended(assistant, session):
    turn = await assistant.start_turn(asked("!ponder", session), ME)
    await first(turn, Reasoning)
    await assistant.queue.put(asked("second", session), ME, "turn-two")
    await assistant.queue.put(asked("third", session), ME, "turn-three")
    assert waiting(assistant, session) == ["turn-two", "turn-three"]
    turn.inbox.concluded.set()
    events = await turn.result()
    told = [[q.prompt for q in e.questions] for e in events if isinstance(e, QueueChanged)]
    assert told == [["second"], ["second", "third"]]
    for name in ("turn-two", "turn-three"):
        assert (await (await assistant.find_turn(name, "me")).result())[-1].finish_reason == "stop"
    assert questions(assistant, session) == ["!ponder", "second", "third"]
    assert waiting(assistant, session) == []


async def test_what_waits_can_be_changed_and_taken_back(assistant, session):
    turn = await assistant.start_turn(asked("!ponder", session), ME)
    await first(turn, Reasoning)
    await assistant.queue.put(asked("second", session), ME, "turn-two")
    await assistant.queue.put(asked("third", session), ME, "turn-three")
    await assistant.queue.put(asked("second, better", session), ME, "turn-two")
    await assistant.queue.drop("somebody", "turn-two")
    await assistant.queue.drop("me", "turn-three")
    await assistant.queue.drop("me", "turn-three")
    turn.inbox.concluded.set()
    await turn.result()
    await (await assistant.find_turn("turn-two", "me")).result()
    assert questions(assistant, session) == ["!ponder", "second, better"]
    with pytest.raises(UnknownTurn):
        await assistant.find_turn("turn-three", "me")


@pytest.mark.parametrize("end", ["cancel", "fail"])
async def test_after_a_bad_end_what_waits_is_left_to_its_person(assistant, session, end):
    script = "!ponder\n!crash" if end == "fail" else "!ponder"
    turn = await assistant.start_turn(asked(script, session), ME)
    await first(turn, Reasoning)
    await assistant.queue.put(asked("second", session), ME, "turn-two")
    if end == "cancel":
        await turn.cancel()
    turn.inbox.concluded.set()
    await turn.result()
    assert waiting(assistant, session) == ["turn-two"]
    await assistant.queue.put(asked("second", session), ME, "turn-two")  # “ask now”
    await (await assistant.find_turn("turn-two", "me")).result()
    assert waiting(assistant, session) == []


async def test_where_nothing_runs_it_is_asked_at_once(assistant, session):
    await assistant.queue.put(asked("now", session), ME, "turn-one")
    await (await assistant.find_turn("turn-one", "me")).result()
    assert questions(assistant, session) == ["now"]


async def test_what_comes_twice_is_asked_once(assistant, session):
    for _ in range(2):  # as a client sends it that has lost its connection
        await assistant.queue.put(asked("now", session), ME, "turn-one")
        await (await assistant.find_turn("turn-one", "me")).result()
    assert questions(assistant, session) == ["now"]
    assert waiting(assistant, session) == []


async def test_what_waits_is_asked_after_the_last_of_answers_that_run_at_once(assistant, session):
    turns = [await assistant.start_turn(asked("!ponder", session), ME) for _ in range(2)]
    for turn in turns:
        await first(turn, Reasoning)
    await assistant.queue.put(asked("next", session), ME, "turn-next")
    turns[0].inbox.concluded.set()
    await turns[0].result()
    assert waiting(assistant, session) == ["turn-next"]
    turns[1].inbox.concluded.set()
    await turns[1].result()
    await (await assistant.find_turn("turn-next", "me")).result()
    assert waiting(assistant, session) == []


async def test_what_is_refused_when_its_turn_comes_waits_on(assistant, session):
    request = ChatRequest(prompt="now", session_id=session, model="scripted/none")
    await assistant.queue.put(request, ME, "turn-one")
    with pytest.raises(Exception, match="no model"):
        await assistant.find_turn("turn-one", "me")
    assert waiting(assistant, session) == ["turn-one"]


async def test_what_waits_outlives_the_server(assistant, session, settings):
    turn = await assistant.start_turn(asked("!ponder", session), ME)
    await first(turn, Reasoning)
    await assistant.queue.put(asked("second", session), ME, "turn-two")
    await assistant.aclose()
    other = Assistant(settings)
    [one] = other.store.read("me", session).queue
    assert (one.id, one.request) == ("turn-two", asked("second", session))
    await other.aclose()


async def test_there_is_an_end_to_what_may_wait(assistant, session):
    turn = await assistant.start_turn(asked("!ponder", session), ME)
    await first(turn, Reasoning)
    for number in range(queued.MOST):
        await assistant.queue.put(asked(str(number), session), ME, f"turn-{number:04}")
    with pytest.raises(RateLimited):
        await assistant.queue.put(asked("one more", session), ME, "turn-more")
    await turn.cancel()


async def test_questions_put_and_answers_ending_at_the_same_moment_leave_nothing_behind(assistant, session):
    names = [f"turn-{number:04}" for number in range(12)]
    for name in names:  # each is put just as the one before may be ending
        await assistant.queue.put(asked(f"!say {name}", session), ME, name)
        await asyncio.sleep(0)
    for name in names:
        await until(lambda name=name: assistant.turns.find(name, "me"))
        await (await assistant.find_turn(name, "me")).result()
    assert waiting(assistant, session) == []
    assert sorted(questions(assistant, session)) == [f"!say {name}" for name in names]


def test_a_question_that_waits_is_part_of_its_session_on_the_wire(assistant):
    owner = assistant.store.create("me")
    assistant.store.put_queued("me", owner.id, "turn-one", asked("later", owner.id))
    told = json.loads(assistant.store.read("me", owner.id).model_dump_json())
    assert told["queue"][0]["request"]["prompt"] == "later"
