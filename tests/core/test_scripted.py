"""The scripted backend does what its table of commands says."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.backends.scripted import ScriptedBackend
from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable
from rusoil_jupyter.messages import Message, ToolCallPart, ToolResultPart
from rusoil_jupyter.protocol import ResponseFormat, ToolSpec
from rusoil_jupyter.settings import Settings


def ask(question: str, **choices: object) -> ModelRequest:
    return ModelRequest(model="echo", messages=(Message.of("user", question),), **choices)


async def play(question: str, **choices: object) -> list[object]:
    backend = ScriptedBackend("scripted", Settings())
    return [event async for event in backend.stream(ask(question, **choices))]


def text(events: list[object]) -> str:
    return "".join(event.delta for event in events if event.type == "text")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("Hello  you", "Hello  you\n"),
        ("!words 3", "word0 word1 word2 "),
        (r"!say one\ntwo", "one\ntwo"),
        ("!words 0\nafter", "after\n"),
    ],
)
async def test_what_is_said(script, said):
    assert text(await play(script)) == said


@pytest.mark.parametrize(
    ("script", "types"),
    [
        ("!think hm", ["reasoning", "usage", "done"]),
        ("!read 4", ["progress"] * 5 + ["usage", "done"]),
        ("!wait 0\nx", ["text", "usage", "done"]),
        ('!call f {"a": 1}', ["tool_call", "usage", "done"]),
        ("!cut", []),
    ],
)
async def test_what_happens(script, types):
    assert [event.type for event in await play(script)] == types


@pytest.mark.parametrize(
    ("script", "error"), [("!crash", ModelUnavailable), ("!bug", RuntimeError), ("!nonsense", InvalidRequest)]
)
async def test_what_is_raised(script, error):
    with pytest.raises(error):
        await play(script)


async def test_a_tool_call_is_the_finish_reason():
    assert (await play("!call f"))[-1].finish_reason == "tool_calls"


async def test_closing_ends_an_endless_answer():
    backend = ScriptedBackend("scripted", Settings())
    async with aclosing(backend.stream(ask("!forever"))) as events:
        await anext(events)
        assert backend.active == 1
    assert backend.active == 0


async def test_answers_at_once_do_not_mix():
    backend = ScriptedBackend("scripted", Settings())

    async def said(question: str) -> str:
        return text([event async for event in backend.stream(ask(question))])

    assert await asyncio.gather(said("a b c"), said("d e f")) == ["a b c\n", "d e f\n"]


@given(st.text().map(lambda text: " ".join(text.split())))
def test_any_text_can_be_said(question):
    assert text(asyncio.run(play("!say " + question))).strip() == question.replace("\\n", "\n").strip()


async def test_embeddings_are_stable():
    backend = ScriptedBackend("scripted", Settings())
    assert await backend.embed("echo", ["a"]) == await backend.embed("echo", ["a"])


@pytest.mark.parametrize("question", ["Hi", "", 'a "b" \\ {\n\u2028 c', "x" * 9000])
async def test_json_is_json_where_it_was_asked_for(question):
    events = await play(question, response_format=ResponseFormat(type="json_object"))
    assert json.loads(text(events)) == {"text": question}


async def test_a_required_tool_is_called():
    events = await play("Hi", tools=(ToolSpec(name="density"),), tool_choice="required")
    assert [(event.name, event.arguments) for event in events if event.type == "tool_call"] == [
        ("density", "{}")
    ]
    assert text(events) == ""


async def test_a_script_is_played_as_it_is():
    events = await play("!say no", tools=(ToolSpec(name="density"),), tool_choice="required")
    assert text(events) == "no"


async def test_a_schema_is_refused():
    with pytest.raises(InvalidRequest, match="schema"):
        await play("Hi", response_format=ResponseFormat(type="json_schema", json_schema={"type": "object"}))


SCRIPT = """!say First.
!call density {"oil": "Brent"}
!call gravity
!then
!call density {"oil": "Urals"}
!then
!say Both are light."""
TOOLS = (ToolSpec(name="density"), ToolSpec(name="gravity"))


async def converse(question: str, *past: Message, rounds: int = 9) -> list[str]:
    """What is said and called, round by round, by a program that answers each call; ended by words."""
    backend, messages, told = (
        ScriptedBackend("scripted", Settings()),
        [*past, Message.of("user", question)],
        [],
    )
    for _round in range(rounds):
        request = ModelRequest(model="eyes", messages=tuple(messages), tools=TOOLS)
        events = [event async for event in backend.stream(request)]
        calls = [event for event in events if event.type == "tool_call"]
        told.append(" ".join([*text(events).splitlines(), *(call.name for call in calls)]))
        if not calls:
            return told
        parts = (ToolCallPart(id=call.id, name=call.name, arguments=call.arguments) for call in calls)
        messages.append(Message(role="assistant", parts=tuple(parts)))
        results = (ToolResultPart(id=call.id, text=f"!{call.name} of {call.arguments}") for call in calls)
        messages += [Message(role="tool", parts=(result,)) for result in results]
    raise AssertionError(f"no end: {told}")


async def test_the_next_step_follows_when_the_tools_have_answered():
    assert await converse(SCRIPT) == ["First. density gravity", "density", "Both are light."]


async def test_after_the_last_step_it_says_what_the_tools_answered():
    calls = "!call density\n!call gravity"
    assert await converse(calls) == ["density gravity", "!density of {} !gravity of {}"]


async def test_the_steps_are_those_of_the_last_question():
    past = (
        Message.of("user", SCRIPT),
        Message(role="assistant", parts=(ToolCallPart(id="1", name="density"),)),
        Message(role="tool", parts=(ToolResultPart(id="1", text="0.835"),)),
        Message.of("assistant", "Light."),
    )
    assert await converse("!call gravity\n!then\n!say 38 degrees", *past) == ["gravity", "38 degrees"]


async def test_a_question_beside_the_conversation_uses_nothing_up():
    title = Message.of("user", "Find a title for this conversation.")
    backend = ScriptedBackend("scripted", Settings())
    request = ModelRequest(model="eyes", messages=(title, Message.of("user", SCRIPT)))
    assert text([event async for event in backend.stream(request)]) == "Both are light."
    assert len(await converse(SCRIPT)) == 3
