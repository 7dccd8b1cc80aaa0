"""The WebSocket: many turns on one socket, and turns that outlive it."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.server.conftest import Server, Socket, poll, words

CUTS = 60


async def test_a_question_is_answered_by_numbered_events(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!think why\n!words 3")
        events = await stream.rest()
    assert {event["request_id"] for event in events} == {request_id}
    assert [event["seq"] for event in events] == list(range(len(events)))
    kinds = [event["type"] for event in events]
    assert kinds == ["started", "reasoning", "text", "text", "text", "usage", "done"]


async def test_two_turns_share_a_socket(server: Server) -> None:
    async with server.socket() as stream:
        first = await stream.chat("!words 20", model="slow/echo")
        second = await stream.chat("!say short")
        events: list[dict[str, Any]] = []
        while sum(event["type"] == "done" for event in events) < 2:
            events.append(await stream.event())
    ended = [event["request_id"] for event in events if event["type"] == "done"]
    assert ended == [second, first], "the quick one waited for the slow one"
    assert words([e for e in events if e["request_id"] == second]) == "short"
    assert words([e for e in events if e["request_id"] == first]).split() == [f"word{n}" for n in range(20)]


async def test_cancel_ends_one_turn_at_once_and_leaves_the_other(server: Server) -> None:
    async with server.socket() as stream:
        stays = await stream.chat("!forever")
        goes = await stream.chat("!forever")
        while (await stream.event())["request_id"] != goes:
            pass
        await stream.send({"type": "cancel", "request_id": goes})
        last = (await stream.rest(goes))[-1]
        assert (last["type"], last["finish_reason"]) == ("done", "cancelled")
        assert server.inside()["running"] == [stays]
        await stream.send({"type": "cancel", "request_id": stays})
        assert (await stream.rest(stays))[-1]["finish_reason"] == "cancelled"
    assert server.idle()


async def test_a_stop_right_behind_the_question_stops_it(server: Server) -> None:
    async with server.socket() as stream:
        for _ in range(30):
            request_id = await stream.chat("!forever")
            await stream.send({"type": "cancel", "request_id": request_id})
            events = await stream.rest(request_id)
            assert events[-1].get("finish_reason") == "cancelled", events[-1]
    assert server.idle()


async def test_cancel_of_an_ended_turn_changes_nothing(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("hi")
        await stream.rest()
        await stream.send({"type": "cancel", "request_id": request_id})
        await stream.send({"type": "resume", "request_id": request_id})
        assert (await stream.rest())[-1]["finish_reason"] == "stop"


async def test_cuts_at_random_points_lose_no_event_and_double_none(server: Server) -> None:
    """Also before the first event, where the client sends the same chat frame again."""
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    cuts = before_the_first = 0
    while cuts < CUTS or before_the_first < 5:
        count = dice.randrange(20, 120)
        request_id = uuid4().hex
        events: list[dict[str, Any]] = []
        while not events or events[-1]["type"] != "done":
            async with server.socket() as stream:
                if events:
                    await stream.send({"type": "resume", "request_id": request_id, "seq": events[-1]["seq"]})
                else:
                    await stream.chat(f"!words {count}", request_id, model="slow/echo")
                for _ in range(dice.choice((0, 0, 1, dice.randrange(30)))):
                    events.append(await stream.event())
                    if events[-1]["type"] == "done":
                        break
                else:
                    before_the_first += not events
                    cuts += 1
                    stream.cut()
        assert [event["seq"] for event in events] == list(range(len(events))), f"seed {seed}"
        assert words(events).split() == [f"word{n}" for n in range(count)], f"seed {seed}"
    print(f"seed {seed}: {cuts} cuts, {before_the_first} before the first event")


async def test_the_same_chat_frame_twice_is_one_turn(server: Server) -> None:
    session = server.ask("POST", "api/sessions").json()["id"]
    async with server.socket() as first, server.socket() as second:
        request_id = uuid4().hex
        for stream in (first, second):
            await stream.chat("!words 5", request_id, session_id=session)
        assert await first.rest() == await second.rest()
    assert len(server.ask("GET", f"api/sessions/{session}").json()["messages"]) == 2


async def test_a_resume_on_the_same_socket_replaces_the_reader_before(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!words 50", model="slow/echo")
        for _ in range(5):
            await stream.event()
        await stream.send({"type": "resume", "request_id": request_id, "seq": 1})
        seen = []
        while not seen or seen[-1]["seq"] != 2:  # what was under way when the resume came
            seen.append(await stream.event())
        rest = await stream.rest()
    assert [event["seq"] for event in rest] == list(range(3, 3 + len(rest)))


@pytest.mark.parametrize("seq", [0, 10_000])
async def test_resume_after_the_end_sends_the_rest_and_no_more(server: Server, seq: int) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!words 3")
        events = await stream.rest()
        await stream.send({"type": "resume", "request_id": request_id, "seq": seq})
        later = [await stream.event() for _ in events[seq + 1 :]]
        assert later == events[seq + 1 :]
        await stream.send({"type": "resume", "request_id": uuid4().hex})
        assert (await stream.event())["error"]["code"] == "unknown_turn"


async def test_a_turn_lives_on_without_a_reader(server: Server) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat("!words 30", model="slow/echo")
        assert (await stream.event())["type"] == "started"
        stream.cut()
    await asyncio.to_thread(poll, "it ends by itself", server.idle)
    async with server.socket() as stream:
        await stream.send({"type": "resume", "request_id": request_id, "seq": 0})
        events = await stream.rest()
    assert events[-1]["finish_reason"] == "stop"
    assert len(words(events).split()) == 30


@pytest.mark.parametrize("script", ["!forever", "!wait 100"])
async def test_a_turn_that_nobody_reads_ends_after_the_grace_period(campus: Server, script: str) -> None:
    async with campus.socket() as stream:
        await stream.chat(script)
        assert (await stream.event())["type"] == "started"
        left = time.monotonic()
    await asyncio.to_thread(poll, "it is cancelled", campus.idle, 60)
    assert time.monotonic() - left > 0.8, "the grace period was not kept"


async def test_a_turn_whose_socket_was_lost_before_it_started_ends_too(campus: Server) -> None:
    for _ in range(10):
        async with campus.socket() as stream:
            await stream.chat("!wait 100")
            stream.cut()
    await asyncio.to_thread(poll, "they are cancelled", campus.idle, 60)


async def test_an_ended_turn_is_forgotten_after_the_grace_period(campus: Server) -> None:
    async with campus.socket() as stream:
        request_id = await stream.chat("hi")
        await stream.rest()
    gone = lambda: request_id not in campus.inside()["kept"]  # noqa: E731
    await asyncio.to_thread(poll, "it is forgotten", gone, 10)


async def refused(stream: Socket, frame: Any) -> dict[str, Any]:
    await stream.send(frame)
    event = await stream.event()
    assert event["type"] == "error"
    assert event["error"]["message"]
    return event


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("", "body"),
        ("{", "body"),
        ("null", "body"),
        ("[]", "body"),
        ("\0", "body"),
        ("[" * 100_000, "body"),
        (b"binary", "frame"),
        ('{"type": "cancel", "request_id": "\\ud800"}', "body"),
        (b'{"type": "cancel", "request_id": "\\ud800"}', "frame"),
        ({"type": "fly"}, "body"),
        ({"type": "cancel"}, "cancel.request_id"),
        ({"type": "cancel", "request_id": "short"}, "cancel.request_id"),
        ({"type": "cancel", "request_id": 7}, "cancel.request_id"),
        ({"type": "resume", "request_id": "12345678", "seq": -2}, "resume.seq"),
        ({"type": "chat", "request_id": "12345678"}, "chat.request"),
        ({"type": "chat", "request_id": "12345678", "request": {"prompt": 1}}, "chat.request.prompt"),
        ({"type": "chat", "request_id": "12345678", "request": {"prompt": "x"}, "y": 1}, "chat.y"),
    ],
)
async def test_a_wrong_frame_is_an_error_event_and_the_socket_stays(
    server: Server, frame: Any, field: str
) -> None:
    async with server.socket() as stream:
        event = await refused(stream, frame)
        assert (event["error"]["code"], event["error"]["field"]) == ("invalid_request", field)
        if isinstance(frame, dict) and isinstance(frame.get("request_id"), str):
            assert event["request_id"] == frame["request_id"]
        await stream.chat("!say still here")
        assert words(await stream.rest()) == "still here"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"prompt": "x", "model": "no/x"}, "unknown_model"),
        ({"prompt": "x", "session_id": "x"}, "unknown_session"),
    ],
)
async def test_a_refused_question_is_an_error_event_of_its_turn(
    server: Server, request_: dict[str, Any], code: str
) -> None:
    async with server.socket() as stream:
        frame = {"type": "chat", "request_id": uuid4().hex, "request": request_}
        event = await refused(stream, frame)
    assert (event["error"]["code"], event["request_id"]) == (code, frame["request_id"])


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("!words 2\n!crash", "model_unavailable"),
        ("!words 2\n!cut", "internal"),
        ("!words 2\n!bug", "internal"),
    ],
)
async def test_a_failed_turn_ends_with_exactly_one_error(server: Server, script: str, code: str) -> None:
    async with server.socket() as stream:
        request_id = await stream.chat(script)
        events = await stream.rest()
        assert events[-1]["error"]["code"] == code
        assert "secret" not in json.dumps(events)
        await stream.chat("!say next")
        after = await stream.rest()
    assert words(after) == "next"
    assert request_id not in {event["request_id"] for event in after}


async def test_a_slow_reader_loses_nothing(server: Server) -> None:
    async with server.socket() as stream:
        await stream.chat("!words 5000")
        await asyncio.to_thread(poll, "the turn ends", server.idle)
        events = await stream.rest()
    assert [event["seq"] for event in events] == list(range(len(events)))
    assert len(events) == 5003
