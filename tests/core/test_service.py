"""The assistant: which model answers, what is kept, what the user is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from rusoil_jupyter.backends.scripted import ScriptedBackend
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import (
    Conflict,
    ModelUnavailable,
    RateLimited,
    UnknownModel,
    UnknownSession,
    UnsupportedModality,
)
from rusoil_jupyter.messages import Message
from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings
from tests.conftest import PIXEL

PICTURE = {"type": "image", "data": PIXEL}


def ask(prompt: str = "Hello.", **more: object) -> ChatRequest:
    return ChatRequest.model_validate({"prompt": prompt} | more)


async def answer(assistant: Assistant, request: ChatRequest, owner: str = "me") -> list[object]:
    return await (await assistant.start_turn(request, Caller(owner))).result()


def types(events: list[object]) -> list[str]:
    return [event.type for event in events]


def text(events: list[object]) -> str:
    return "".join(event.delta for event in events if event.type == "text")


@pytest.fixture
async def session(assistant) -> str:
    return assistant.store.create("me").id


def stored(assistant: Assistant, session_id: str) -> list[object]:
    return list(assistant.store.read("me", session_id).messages)


# --- which model ------------------------------------------------------------------------------------


async def test_auto_is_the_first_available_model(assistant):
    [started, *_rest] = await answer(assistant, ask())
    assert (started.model, started.backend) == ("scripted/echo", "scripted")
    assert (await assistant.models()).default == "scripted/echo"


async def test_auto_with_a_picture_is_a_model_that_sees(assistant):
    [started, *_rest] = await answer(assistant, ask(attachments=[PICTURE]))
    assert started.model == "scripted/eyes"


async def test_the_configured_default_is_what_auto_means(settings):
    assistant = Assistant(settings.model_copy(update={"default_model": "scripted/eyes"}))
    assert (await answer(assistant, ask()))[0].model == "scripted/eyes"
    await assistant.aclose()


async def test_a_default_that_is_not_there_does_not_break_auto(settings):
    assistant = Assistant(settings.model_copy(update={"default_model": "gone/model"}))
    assert (await answer(assistant, ask()))[0].model == "scripted/echo"
    await assistant.aclose()


@pytest.mark.parametrize("model", ["scripted/none", "none/echo", "echo"])
async def test_an_unknown_model_is_refused_before_anything_is_kept(assistant, session, model):
    with pytest.raises(UnknownModel):
        await assistant.start_turn(ask(model=model, session_id=session), Caller("me"))
    assert stored(assistant, session) == []


async def test_a_picture_for_a_model_that_does_not_see_is_refused(assistant, session):
    request = ask(attachments=[PICTURE], model="scripted/echo")
    with pytest.raises(UnsupportedModality) as caught:
        await assistant.start_turn(request, Caller("me"))
    assert caught.value.field == "attachments"
    # In a session it is looked at by its turn, and the question is kept whatever is seen.
    events = await answer(assistant, request.model_copy(update={"session_id": session}))
    assert types(events) == ["looking", "error"]
    assert events[-1].error.field == "attachments"
    [question, failed] = stored(assistant, session)
    assert question.id == events[0].message_id
    assert failed.error.startswith(caught.value.message)


async def test_a_question_is_kept_while_its_figures_are_looked_at(assistant, session, monkeypatch):
    looking, seen = asyncio.Event(), asyncio.Event()
    look = assistant.interpreter.look

    async def slowly(*given, **named):
        looking.set()
        await seen.wait()
        return await look(*given, **named)

    monkeypatch.setattr(assistant.interpreter, "look", slowly)
    request = ask(attachments=[PICTURE], model="scripted/eyes", session_id=session)
    turn = await assistant.start_turn(request, Caller("me"))
    await looking.wait()
    question, running = stored(assistant, session)
    assert (question.parts[0].text, running.running) == ("Hello.", True)
    seen.set()
    events = await turn.result()
    assert types(events)[:2] == ["looking", "started"]
    assert (events[0].message_id, events[0].answer_id) == (events[1].message_id, events[1].answer_id)
    question, answered = stored(assistant, session)
    assert [part.type for part in question.parts] == ["text", "image"]
    assert answered.finish_reason == "stop"


async def test_the_list_of_models_has_a_lifetime_and_refusals_are_not_remembered(assistant, monkeypatch):
    backend, _name = assistant.registry.find("scripted/echo")
    models, looks = await backend.models(), []

    async def listed():
        looks.append(len(looks))
        return models if len(looks) > 1 else models[:1]

    monkeypatch.setattr(backend, "models", listed)
    await answer(assistant, ask(model="scripted/echo"))
    await answer(assistant, ask(model="scripted/echo"))
    assert len(looks) == 1
    await answer(assistant, ask(model="scripted/eyes"))  # it came meanwhile
    assert len(looks) == 2
    assert len((await assistant.models()).models) == 2
    assert len(looks) == 3


async def test_an_unavailable_model_says_why(tmp_path):
    assistant = Assistant(Settings(data_dir=tmp_path))
    with pytest.raises(ModelUnavailable) as caught:
        await assistant.start_turn(ask(), Caller("me"))
    assert caught.value.next_step
    status = await assistant.status()
    assert not status.ready
    assert status.reason
    assert status.next_step
    await assistant.aclose()


async def test_no_backend_at_all_is_a_sentence(tmp_path):
    assistant = Assistant(Settings(data_dir=tmp_path, backends={}))
    with pytest.raises(ModelUnavailable):
        await assistant.start_turn(ask(), Caller("me"))
    assert (await assistant.status()).next_step
    await assistant.aclose()


# --- what the model is told, what the user is told --------------------------------------------------


async def test_the_system_text_and_history_come_first(assistant, session):
    seen = []
    backend = assistant.registry.backends["scripted"]
    play = backend.stream
    backend.stream = lambda request: seen.append(request) or play(request)
    await answer(assistant, ask("one", session_id=session))
    await answer(assistant, ask("two", session_id=session, system="Be brief.", temperature=0.5, max_tokens=9))
    roles = [(message.role, message.text.strip()) for message in seen[1].messages]
    assert roles == [("system", "Be brief."), ("user", "one"), ("assistant", "one"), ("user", "two")]
    assert (seen[1].temperature, seen[1].max_tokens, seen[1].model) == (0.5, 9, "echo")


async def test_the_language_notice_comes_before_the_first_word(assistant):
    events = await answer(assistant, ask("Что такое тензор?"))
    assert types(events)[:3] == ["started", "notice", "text"]
    assert events[1].suggested_models == ("scripted/eyes",)


async def test_a_model_that_speaks_the_language_gives_no_notice(assistant):
    assert "notice" not in types(await answer(assistant, ask("Что такое тензор?", model="scripted/eyes")))


async def test_an_answer_to_messages_is_not_kept(assistant):
    request = ChatRequest(messages=(Message.of("user", "Hello."),))
    events = await answer(assistant, request)
    assert text(events) == "Hello.\n"
    assert events[0].session_id is None
    assert assistant.store.list_sessions("me") == []


# --- what is kept -----------------------------------------------------------------------------------


async def test_question_and_answer_are_kept_with_their_ids(assistant, session):
    events = await answer(assistant, ask(session_id=session))
    question, reply = stored(assistant, session)
    assert (events[0].message_id, events[0].answer_id) == (question.id, reply.id)
    assert reply.parts[0].text == "Hello.\n"
    assert (reply.finish_reason, reply.model) == ("stop", "scripted/echo")
    assert reply.usage.completion_tokens == 1


async def test_the_question_is_kept_before_the_model_is_asked(assistant, session):
    turn = await assistant.start_turn(ask("!forever", session_id=session), Caller("me"))
    question, reply = stored(assistant, session)
    assert (question.role, question.running) == ("user", False)
    assert (reply.role, reply.parts, reply.running) == ("assistant", (), True)
    await turn.cancel()
    assert not stored(assistant, session)[1].running


@pytest.mark.parametrize("script", ["!words 3\n!crash", "!words 3\n!bug", "!words 3\n!cut"])
async def test_what_was_said_before_a_failure_is_kept_with_the_error(assistant, session, script):
    events = await answer(assistant, ask(script, session_id=session))
    assert events[-1].type == "error"
    question, reply = stored(assistant, session)
    assert question.parts[0].text == script
    assert reply.parts[0].text == "word0 word1 word2 "
    assert events[-1].error.message in reply.error
    assert "secret" not in reply.error


async def test_what_was_said_before_a_cancel_is_kept(assistant, session):
    turn = await assistant.start_turn(ask("!forever", session_id=session), Caller("me"))
    async for event in turn.events():
        if event.type == "text":
            break
    await turn.cancel()
    reply = stored(assistant, session)[1]
    assert reply.parts[0].text.startswith("word0")
    assert (reply.finish_reason, reply.error) == ("cancelled", None)


async def test_the_answer_is_kept_before_its_end_is_told(assistant, session):
    turn = await assistant.start_turn(ask(session_id=session), Caller("me"))
    async for event in turn.events():
        if event.type == "done":
            assert stored(assistant, session)[1].finish_reason == "stop"


async def test_regenerating_replaces_the_question(assistant, session):
    first = (await answer(assistant, ask("one", session_id=session)))[0].message_id
    await answer(assistant, ask("two", session_id=session, replace_from=first))
    assert [message.parts[0].text.strip() for message in stored(assistant, session)] == ["two", "two"]


async def test_a_replaced_message_can_not_be_replaced_again(assistant, session):
    first = (await answer(assistant, ask("one", session_id=session)))[0].message_id
    await answer(assistant, ask("two", session_id=session, replace_from=first))
    with pytest.raises(Conflict):
        await assistant.start_turn(ask("three", session_id=session, replace_from=first), Caller("me"))


async def test_a_session_deleted_meanwhile_costs_a_notice_not_the_answer(assistant, session):
    turn = await assistant.start_turn(ask("!wait 0.2\nHello.", session_id=session), Caller("me"))
    assistant.store.delete("me", session)
    events = await turn.result()
    assert types(events)[-2:] == ["notice", "done"]
    assert events[-2].code == "not_saved"


def spoil(folder: Path) -> None:
    for file in folder.glob("sessions.db*"):
        file.write_bytes(b"not a database, " * 1000)


async def test_a_broken_store_costs_a_notice_not_the_answer(assistant, session, settings):
    turn = await assistant.start_turn(ask("!wait 0.2\nHello.", session_id=session), Caller("me"))
    assistant.store.close()
    spoil(settings.data_dir)
    events = await turn.result()
    assert text(events) == "Hello.\n"
    assert types(events)[-2:] == ["notice", "done"]
    assert events[-2].code == "not_saved"


async def test_somebody_elses_session_is_unknown(assistant, session):
    with pytest.raises(UnknownSession):
        await assistant.start_turn(ask(session_id=session), Caller("you"))


# --- many at once -----------------------------------------------------------------------------------


async def test_one_request_id_twice_at_once_is_one_turn_and_one_question(assistant, session):
    request = ask("!words 3", session_id=session)
    turns = await asyncio.gather(
        *(assistant.start_turn(request, Caller("me"), "request-1") for _n in range(5))
    )
    assert len(set(turns)) == 1
    await turns[0].result()
    assert [message.role for message in stored(assistant, session)] == ["user", "assistant"]


async def test_too_many_turns_at_once_are_refused_even_when_they_come_together(settings):
    assistant = Assistant(settings.model_copy(update={"turns_per_user": 3}))
    starts = [assistant.start_turn(ask("!forever"), Caller("me")) for _n in range(8)]
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert sum(isinstance(result, RateLimited) for result in results) == 5
    assert (await answer(assistant, ask(), owner="you"))[-1].type == "done"
    await assistant.aclose()


async def test_closing_ends_the_turns_and_leaves_no_task(settings):
    assistant = Assistant(settings)
    turn = await assistant.start_turn(ask("!forever"), Caller("me"))
    backend = assistant.registry.backends["scripted"]
    assert isinstance(backend, ScriptedBackend)
    await assistant.aclose()
    assert turn.ended
    assert backend.active == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}
