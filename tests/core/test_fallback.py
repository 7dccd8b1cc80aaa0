"""The chain of ``auto``: who answers when the first choice can't, and what the user is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ConsentRequired, ContextTooLong, ModelUnavailable, RateLimited
from rusoil_jupyter.events import Done, Progress, Text
from rusoil_jupyter.messages import Message
from rusoil_jupyter.pipeline import Call, Passed, Plain
from rusoil_jupyter.pipeline.fallback import Fallback
from rusoil_jupyter.protocol import ChatRequest, ModelInfo
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings
from tests.conftest import PIXEL

HERE = {"kind": "scripted"}
AWAY = {"kind": "scripted", "away": True, "runs_on": "campus"}
FAR = {"kind": "scripted", "runs_on": "elsewhere"}
A, B, C = (ModelInfo(id=f"x/{name}", name=name.upper(), backend="x") for name in "abc")


# --- the policy -------------------------------------------------------------------------------------


async def run(chain: list[Any], **answers: list[Any]) -> tuple[list[Any], list[Any]]:
    """The events, and who was asked after whom had been passed over."""
    asked: list[Any] = []
    admitted: list[str] = []

    class Models:
        async def admit(self, call: Call) -> None:
            admitted.append(call.model.id)

        async def stream(self, call: Call) -> AsyncIterator[Any]:
            asked.append((call.model.id, [p.name for p in call.passed]))
            for said in answers[call.model.name.lower()]:
                if isinstance(said, Exception):
                    raise said
                yield said

    first = next(link for link in chain if isinstance(link, ModelInfo))
    road = Fallback(Models())
    call = Call(Caller("me"), Plain((Message.of("user", "?"),)), first, links=tuple(chain))
    await road.admit(call)
    events = [event async for event in road.stream(call)]
    assert admitted == [model for model, _passed in asked], "each is admitted once, before it is asked"
    return events, asked


WORD, END = Text(delta="word"), Done()


@pytest.mark.parametrize("trouble", [ModelUnavailable("away"), RateLimited("busy")])
async def test_the_next_one_answers_when_the_first_fails_before_its_first_word(trouble):
    loading = Progress(phase="loading", done=0, total=1)
    events, asked = await run([A, B, C], a=[loading, trouble], b=[WORD, END], c=[])
    assert events == [loading, WORD, END]
    assert asked == [("x/a", []), ("x/b", ["x/a"])]


async def test_nobody_takes_over_after_the_first_word():
    with pytest.raises(ModelUnavailable):
        await run([A, B], a=[WORD, ModelUnavailable("cut")], b=[WORD, END])


async def test_a_question_that_is_wrong_is_not_asked_again():
    with pytest.raises(ContextTooLong):
        await run([A, B], a=[ContextTooLong("long")], b=[WORD, END])


async def test_when_all_fail_the_last_ones_reason_is_the_error():
    with pytest.raises(RateLimited, match="busy"):
        await run([A, B, Passed("x/c", "off")], a=[ModelUnavailable("away")], b=[RateLimited("busy")])


async def test_places_passed_over_are_told_in_order():
    _events, asked = await run(
        [Passed("campus", "off"), A, Passed("x/c", "not agreed"), B],
        a=[ModelUnavailable("away")],
        b=[WORD, END],
    )
    assert asked[-1] == ("x/b", ["campus", "x/a", "x/c"])


# --- in the assistant -------------------------------------------------------------------------------


@pytest.fixture
async def make(tmp_path) -> AsyncIterator[Any]:
    made: list[Assistant] = []

    def start(backends: dict[str, Any], **more: Any) -> Assistant:
        chosen = {"data_dir": tmp_path, "mode": "hybrid", "backends": backends} | more
        made.append(Assistant(Settings.model_validate(chosen)))
        return made[-1]

    yield start
    for assistant in made:
        await assistant.aclose()


async def ask(assistant: Assistant, **more: Any) -> list[Any]:
    request = ChatRequest.model_validate({"prompt": "Hello."} | more)
    return await (await assistant.start_turn(request, Caller("me"))).result()


def told(events: list[Any]) -> list[str]:
    return [event.message for event in events if event.type == "notice" and event.code == "fallback"]


async def test_a_campus_that_is_away_is_told_and_the_next_one_answers(make):
    assistant = make({"campus": AWAY, "here": HERE})
    session = assistant.store.create("me").id
    events = await ask(assistant, session_id=session)
    started = [event for event in events if event.type == "started"]
    assert [(s.model, s.degraded_from) for s in started] == [
        ("campus/echo", None),
        ("here/echo", "campus/echo"),
    ]
    assert told(events) == [
        "Scripted echo answers instead of campus/echo. campus/echo: The scripted model is away."
    ]
    assert events[-1].type == "done"
    assert [event.seq for event in events] == list(range(len(events)))
    answer = assistant.store.read("me", session).messages[-1]
    assert answer.model == "here/echo"
    assert told(events)[0] in answer.notices


async def test_it_never_falls_to_a_hosted_model_without_consent_and_says_so(make):
    assistant = make({"campus": AWAY, "far": FAR, "here": HERE})
    events = await ask(assistant)
    assert events[-1].type == "done"
    assert assistant.registry.backends["far"].asked == 0
    assert "You have not agreed to send anything to far.example" in told(events)[0]
    await assistant.agree("me", "far.example")
    events = await ask(assistant)
    assert [e.model for e in events if e.type == "started"] == ["campus/echo", "far/echo"]


@pytest.mark.parametrize("backends", [{"far": FAR, "here": HERE}, {"gone": {"kind": "none"}, "far": FAR}])
async def test_the_user_is_asked_where_the_hosted_model_is_the_first_choice_or_the_only_one(make, backends):
    with pytest.raises(ConsentRequired):
        await ask(make(backends))


async def test_a_backend_that_lists_nothing_is_passed_over_with_its_reason(make, unused_tcp_port):
    campus = {"kind": "openai-compatible", "base_url": f"http://127.0.0.1:{unused_tcp_port}/v1"}
    assistant = make({"campus": campus | {"runs_on": "campus"}, "here": HERE})
    assert (await assistant.models()).default == "here/echo"
    [message] = told(await ask(assistant))
    assert message.startswith(
        "Scripted echo answers instead of campus. campus: The model server can't be reached"
    )


async def test_a_chain_names_models_or_backends(make):
    assistant = make(
        {"here": HERE, "campus": AWAY}, mode="local", fallback=["nowhere", "campus/eyes", "here/eyes"]
    )
    events = await ask(assistant)
    assert [e.model for e in events if e.type == "started"] == ["campus/eyes", "here/eyes"]
    assert "nowhere: It is not configured." in told(events)[0]


async def test_a_model_chosen_by_name_is_not_replaced(make):
    events = await ask(make({"campus": AWAY, "here": HERE}), model="campus/echo")
    assert events[-1].type == "error"
    assert told(events) == []


async def test_without_a_chain_nobody_answers_instead(make):
    events = await ask(make({"campus": AWAY, "here": HERE}, mode="local"))
    assert events[-1].type == "error"


async def test_a_picture_goes_to_the_first_of_the_chain_that_sees(make):
    events = await ask(make({"here": HERE}), attachments=[{"type": "image", "data": PIXEL}])
    assert events[0].model == "here/eyes"
