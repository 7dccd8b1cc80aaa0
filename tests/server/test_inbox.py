"""A turn that asks its person, questions that wait, and thinking that is ended, over the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.server.conftest import Server, Socket, words

ASKS = '!say First.\n!ask approval {"text": "May I?", "choices": [{"id": "yes", "label": "Yes"}]}'


async def until(stream: Socket, kind: str) -> dict[str, Any]:
    while (event := await stream.event())["type"] != kind:
        assert event["type"] not in {"done", "error"}, event
    return event


def new_session(server: Server) -> str:
    return str(server.ask("POST", "api/sessions").json()["id"])


def session(server: Server, name: str) -> Any:
    return server.ask("GET", f"api/sessions/{name}").json()


async def test_who_comes_back_elsewhere_finds_the_question_and_replies(server: Server) -> None:
    name = new_session(server)
    async with server.socket() as first:
        request_id = await first.chat(ASKS, session_id=name)
        await until(first, "awaits")
    [turn] = server.ask("GET", "api/turns").json()["turns"]
    assert (turn["request_id"], turn["session_id"], turn["awaits"]) == (request_id, name, "May I?")
    async with server.socket() as second:
        await second.send({"type": "resume", "request_id": request_id})
        asked = await until(second, "awaits")
        reply = {"type": "reply", "request_id": request_id, "id": asked["id"]}
        await second.send(reply | {"value": "perhaps"})
        refused = await second.event()
        assert (refused["type"], refused["seq"], refused["error"]["field"]) == ("error", -1, "value")
        await second.send(reply | {"value": 3})
        assert (await second.event())["seq"] == -1
        await second.send(reply | {"value": "yes"})
        rest = await second.rest(request_id)
        await second.send(reply | {"value": "yes"})  # as a client that was cut off may do
        late = await second.event()
        assert (late["seq"], late["error"]["code"]) == (-1, "conflict")
    assert rest[0]["type"] == "replied"
    assert words(rest).strip() == "You said: yes"
    assert server.ask("GET", "api/turns").json()["turns"] == []
    [_asked, answer] = session(server, name)["messages"]
    assert [part["type"] for part in answer["parts"]] == ["text", "inquiry", "text"]
    assert answer["parts"][1]["reply"] == "yes"


async def test_a_question_that_waits_is_a_turn_when_its_time_comes(server: Server) -> None:
    name, later = new_session(server), uuid4().hex
    async with server.socket() as stream:
        request_id = await stream.chat("!ponder\n!say thought", session_id=name)
        await until(stream, "reasoning")
        request = {"prompt": "!say next", "session_id": name}
        await stream.send({"type": "queue", "request_id": later, "request": request})
        assert (await until(stream, "queue"))["questions"][0]["prompt"] == "!say next"
        assert session(server, name)["queue"][0]["id"] == later
        await stream.send({"type": "conclude", "request_id": request_id})
        assert words(await stream.rest(request_id)) == "thought"
        await stream.send({"type": "resume", "request_id": later})
        assert words(await stream.rest(later)) == "next"
    detail = session(server, name)
    assert [message["request_id"] for message in detail["messages"]] == [request_id] * 2 + [later] * 2
    assert detail["queue"] == []


async def test_frames_that_make_no_sense_are_refused_and_the_socket_stays(server: Server) -> None:
    name = new_session(server)
    async with server.socket() as stream:
        nowhere = {"type": "queue", "request_id": uuid4().hex, "request": {"prompt": "hi"}}
        await stream.send(nowhere)
        assert (await stream.event())["error"]["code"] == "invalid_request"
        await stream.send(nowhere | {"request": {"prompt": "hi", "session_id": "0" * 32}})
        assert (await stream.event())["error"]["code"] == "unknown_session"
        for frame in ({"type": "conclude"}, {"type": "reply", "id": "x", "value": "y"}):
            await stream.send(frame | {"request_id": uuid4().hex})
            assert (await stream.event())["error"]["code"] == "unknown_turn"
        await stream.send({"type": "queue", "request_id": uuid4().hex})  # nothing of that name waits
        request_id = await stream.chat("!say alive", session_id=name)
        assert words(await stream.rest(request_id)) == "alive"


async def test_an_orderly_end_of_the_server_is_told_and_kept(start_server: Callable[..., Server]) -> None:
    server = start_server()
    name = new_session(server)
    async with server.socket() as stream:
        await stream.chat("!words 3\n!forever", session_id=name)
        await until(stream, "text")
        server.process.terminate()
        last = (await stream.rest())[-1]
    assert last["error"]["code"] == "interrupted"
    assert last["error"]["next_step"]
