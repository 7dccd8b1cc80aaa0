"""Nothing is sent elsewhere before the user has seen what, and agreed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from rusoil_jupyter.backends.base import ModelRequest
from rusoil_jupyter.caller import Caller
from rusoil_jupyter.errors import ConsentRequired, InvalidRequest, ModelUnavailable
from rusoil_jupyter.messages import FilePart, ImagePart, Message, TextPart
from rusoil_jupyter.pipeline.consent import not_agreed, would_send
from rusoil_jupyter.protocol import ChatRequest, ModelInfo
from rusoil_jupyter.service import Assistant
from rusoil_jupyter.settings import Settings

HERE = {"kind": "scripted"}
FAR = {"kind": "scripted", "runs_on": "elsewhere"}


@pytest.fixture
async def make(tmp_path) -> AsyncIterator[Any]:
    made: list[Assistant] = []

    def start(**more: Any) -> Assistant:
        chosen = {"data_dir": tmp_path, "backends": {"far": FAR, "here": HERE}} | more
        made.append(Assistant(Settings.model_validate(chosen)))
        return made[-1]

    yield start
    for assistant in made:
        await assistant.aclose()


def question(prompt: str = "Hello.", model: str = "far/echo", **more: Any) -> ChatRequest:
    return ChatRequest.model_validate({"prompt": prompt, "model": model} | more)


async def ask(assistant: Assistant, request: ChatRequest, owner: str = "me") -> list[Any]:
    return await (await assistant.start_turn(request, Caller(owner))).result()


async def test_a_model_elsewhere_is_not_asked_before_the_user_agreed(make):
    assistant = make()
    session = assistant.store.create("me").id
    with pytest.raises(ConsentRequired) as caught:
        await assistant.start_turn(question("My data", session_id=session), Caller("me"))
    assert assistant.registry.backends["far"].asked == 0
    assert assistant.store.read("me", session).messages == ()
    error = caught.value.detail("r1")
    assert (error.code, caught.value.status, error.request_id) == ("consent_required", 403, "r1")
    assert (error.consent.destination, error.consent.model) == ("far.example", "far/echo")
    assert [(part.kind, part.text) for part in error.consent.parts] == [("question", "My data")]


async def test_after_agreeing_the_same_request_is_answered_and_stays_agreed(make):
    assistant = make()
    session = assistant.store.create("me").id
    request = question("My data", session_id=session)
    with pytest.raises(ConsentRequired):
        await assistant.start_turn(request, Caller("me"), "request-1")
    agreed = await assistant.agree("me", "far.example")
    assert [consent.destination for consent in agreed.consents] == ["far.example"]
    turn = await assistant.start_turn(request, Caller("me"), "request-1")
    assert (await turn.result())[-1].type == "done"
    assert (await ask(assistant, question(model="far/eyes")))[-1].type == "done"


async def test_consent_is_the_owners_own_and_can_be_revoked(make):
    assistant = make()
    await assistant.agree("me", "far.example")
    with pytest.raises(ConsentRequired):
        await assistant.start_turn(question(), Caller("somebody-else"))
    await assistant.consents.revoke("me", "far.example")
    with pytest.raises(ConsentRequired):
        await assistant.start_turn(question(), Caller("me"))
    assert (await assistant.consents.list("me")).consents == ()


async def test_consent_outlives_the_server(make):
    await make().agree("me", "far.example")
    assert (await ask(make(), question()))[-1].type == "done"


async def test_another_host_behind_the_same_name_is_asked_about_anew(make):
    assistant = make()
    await assistant.agree("me", "far.example")
    [model, *_rest] = (await assistant.models()).models
    moved = model.model_copy(update={"sends_to": "other.example"})
    assert not await assistant.consents.missing("me", [model])
    assert await assistant.consents.missing("me", [model, moved]) == {moved.id: not_agreed(moved)}


@pytest.mark.parametrize("runs_on", ["this-computer", "campus"])
async def test_models_here_and_on_campus_need_none(make, runs_on):
    assistant = make(backends={"near": HERE | {"runs_on": runs_on}})
    assert (await ask(assistant, question(model="near/echo")))[-1].type == "done"


async def test_embeddings_are_not_sent_elsewhere_either(make):
    assistant = make()
    with pytest.raises(ConsentRequired) as caught:
        await assistant.embed("far/echo", ["secret text"], Caller("me"))
    assert "secret text" in caught.value.would_send.parts[0].text
    assert assistant.registry.backends["far"].asked == 0
    await assistant.agree("me", "far.example")
    assert len(await assistant.embed("far/echo", ["secret text"], Caller("me"))) == 1


async def test_one_can_only_agree_to_what_is_configured(make):
    with pytest.raises(InvalidRequest, match=r"evil\.example"):
        await make().agree("me", "evil.example")


async def test_the_administrator_may_agree_for_everybody(make):
    assert (await ask(make(hosted="agreed"), question()))[-1].type == "done"


async def test_the_administrator_may_switch_hosted_models_off(make):
    assistant = make(hosted="off")
    await assistant.consents.agree("me", "far.example", (await assistant.models()).models)
    models = await assistant.models()
    assert models.default == "here/echo"
    assert {model.available for model in models.models if model.backend == "far"} == {False}
    for model in ("far/echo", "far/eyes"):
        with pytest.raises(ModelUnavailable, match="switched off"):
            await assistant.start_turn(question(model=model), Caller("me"))
    with pytest.raises(ModelUnavailable, match="switched off"):
        await assistant.embed("far/echo", ["text"], Caller("me"))
    assert assistant.registry.backends["far"].asked == 0


def test_what_would_be_sent_is_told_part_by_part():
    model = ModelInfo(id="far/m", name="M", backend="far", runs_on="elsewhere")
    messages = (
        Message.of("system", "Be brief."),
        Message.of("user", "First."),
        Message.of("assistant", "Answer."),
        Message(
            role="user",
            parts=(
                TextPart(text="x" * 10_000),
                FilePart(name="data.csv", text="a,b\n1,2"),
                ImagePart(data="A" * 4000, name="plot.png"),
            ),
        ),
    )
    told = would_send(model, ModelRequest(model="m", messages=messages))
    assert told.destination == "far"  # a plugin that does not say where
    assert [(part.kind, part.name, part.size) for part in told.parts] == [
        ("system", "", 9),
        ("history", "2", len("user: First.\n\nassistant: Answer.")),
        ("question", "", 10_000),
        ("file", "data.csv", len("data.csv:\n```csv\na,b\n1,2\n```") - 3),
        ("image", "plot.png", 3000),
    ]
    assert told.parts[2].text == "x" * 10_000
    assert "a,b" in told.parts[3].text
    assert told.parts[4].text == ""
