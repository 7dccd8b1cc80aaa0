"""Turns outlive their readers: nothing lost, nothing twice, one end."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rusoil_jupyter.errors import Conflict, ModelUnavailable, RateLimited, UnknownTurn
from rusoil_jupyter.events import Done, Event, Failed, Notice, Text
from rusoil_jupyter.turns import Turn, TurnManager

from .no_time import in_no_time
from .waiting import until

SOON = 0.05


async def words(count: int, gate: asyncio.Event | None = None) -> AsyncGenerator[Event, None]:
    """This many pieces; with a gate, the last ones wait behind it."""
    for n in range(count):
        if gate and n == count // 2:
            await gate.wait()
        yield Text(delta=str(n))
        await asyncio.sleep(0)
    yield Done()


async def endless(closed: Callable[[], None] = lambda: None) -> AsyncGenerator[Event, None]:
    try:
        while True:
            yield Text(delta=".")
            await asyncio.sleep(0.001)
    finally:
        closed()


async def raising(error: BaseException) -> AsyncGenerator[Event, None]:
    yield Text(delta="some")
    raise error


@pytest.fixture
async def manager():
    manager = TurnManager(grace_seconds=60, limit=3)
    yield manager
    await manager.aclose()


def numbered(events: list[Event]) -> None:
    assert [event.seq for event in events] == list(range(len(events)))
    ends = [event for event in events if isinstance(event, Done | Failed)]
    assert ends == events[-1:]


# --- one turn ---------------------------------------------------------------------------------------


async def test_events_are_numbered_from_zero_and_carry_the_request_id(manager):
    events = await manager.start("request-1", "me", words(5)).result()
    numbered(events)
    assert {event.request_id for event in events} == {"request-1"}


async def test_a_turn_that_has_ended_does_not_keep_the_question(manager):
    class Work:
        async def keep(self, _said: object, _last: object) -> tuple[Event, ...]:
            return ()

        async def answer(self) -> AsyncGenerator[Event, None]:
            yield Done()

    work = Work()
    kept = weakref.ref(work)
    turn = manager.start("request-1", "me", work.answer(), work.keep)
    del work
    await turn.result()
    await asyncio.sleep(0)
    assert kept() is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ModelUnavailable("Away.", "Wait."), "model_unavailable"),
        (RuntimeError("with a secret"), "internal"),
        (TimeoutError(), "internal"),
    ],
)
async def test_a_failure_is_the_one_last_event(manager, error, code):
    events = await manager.start("request-1", "me", raising(error)).result()
    numbered(events)
    assert events[-1].error.code == code
    assert events[-1].error.request_id == "request-1"
    assert "secret" not in events[-1].model_dump_json()


async def test_a_source_that_just_ends_is_a_failure(manager):
    async def cut() -> AsyncGenerator[Event, None]:
        yield Text(delta="some")

    events = await manager.start("request-1", "me", cut()).result()
    assert events[-1].error.code == "internal"


async def test_nothing_after_the_last_event_is_taken(manager):
    async def talkative() -> AsyncGenerator[Event, None]:
        yield Done()
        yield Text(delta="too late")

    numbered(await manager.start("request-1", "me", talkative()).result())


async def test_cancel_closes_the_source_and_ends_with_cancelled(manager):
    closed = []
    turn = manager.start("request-1", "me", endless(lambda: closed.append(True)))
    await until(lambda: turn._log)
    await turn.cancel()
    assert closed
    events = await turn.result()
    numbered(events)
    assert events[-1].finish_reason == "cancelled"


async def test_a_cancel_before_the_first_step_ends_the_turn_too(manager):
    turn = manager.start("request-1", "me", endless())
    await turn.cancel()
    async with asyncio.timeout(60):
        assert (await turn.result())[-1].finish_reason == "cancelled"


async def test_cancelling_an_ended_turn_changes_nothing(manager):
    turn = manager.start("request-1", "me", words(2))
    before = await turn.result()
    await turn.cancel()
    assert await turn.result() == before


# --- the end hook -----------------------------------------------------------------------------------


async def test_what_the_end_hook_says_comes_before_the_last_event(manager):
    async def hook(log: list[Event], last: Event) -> list[Event]:
        return [Notice(code="saved", message=f"{len(log)} {last.type}")]

    events = await manager.start("request-1", "me", words(2), hook).result()
    numbered(events)
    assert [event.type for event in events] == ["text", "text", "notice", "done"]
    assert events[2].message == "2 done"


@pytest.mark.parametrize(
    ("source", "last"), [(words, "done"), (lambda _n: raising(ModelUnavailable("Away.")), "error")]
)
async def test_a_failing_end_hook_costs_nothing(manager, source, last):
    async def hook(log: list[Event], last: Event) -> list[Event]:
        raise OSError("disk full")

    events = await manager.start("request-1", "me", source(2), hook).result()
    numbered(events)
    assert events[-1].type == last


@pytest.mark.parametrize("cancelled_first", [False, True], ids=["after done", "after a cancel"])
async def test_a_cancel_during_the_end_hook_loses_no_end(manager, cancelled_first):
    saving, go_on, saved = asyncio.Event(), asyncio.Event(), []

    async def hook(log: list[Event], last: Event) -> list[Event]:
        saving.set()
        await go_on.wait()
        saved.append(last)
        return ()

    turn = manager.start("request-1", "me", endless() if cancelled_first else words(2), hook)
    cancels = [asyncio.create_task(turn.cancel())] if cancelled_first else []
    await saving.wait()
    cancels.append(asyncio.create_task(turn.cancel()))
    await asyncio.sleep(0)
    go_on.set()
    async with asyncio.timeout(60):
        events = await turn.result()
        await asyncio.gather(*cancels)
    numbered(events)
    assert saved


# --- readers ----------------------------------------------------------------------------------------


async def test_two_readers_see_the_same(manager):
    turn = manager.start("request-1", "me", words(20))
    first, second = await asyncio.gather(turn.result(), turn.result())
    assert first == second


async def test_a_reader_of_an_ended_turn_gets_what_it_missed(manager):
    turn = manager.start("request-1", "me", words(5))
    whole = await turn.result()
    assert [event async for event in turn.events(after=2)] == whole[3:]


@settings(max_examples=60)
@given(
    count=st.integers(0, 12),
    readers=st.lists(st.lists(st.integers(0, 6), max_size=8), min_size=1, max_size=3),
    polls=st.booleans(),
)
def test_readers_that_come_cut_and_resume_miss_nothing(count, readers, polls):
    """Each reader takes some events, leaves, and comes back with the number it has last."""

    async def read(turn: Turn, takes: list[int]) -> list[Event]:
        seen: list[Event] = []
        for take in takes:
            async with aclosing(turn.events(after=len(seen) - 1)) as events:
                left = take
                while left and (event := await anext(events, None)):
                    seen.append(event)
                    left -= 1
            await asyncio.sleep(0)
        if polls:
            while not seen or not isinstance(seen[-1], Done):
                seen += await turn.wait(after=len(seen) - 1, seconds=1)
        else:
            seen += [event async for event in turn.events(after=len(seen) - 1)]
        return seen

    async def check() -> None:
        manager = TurnManager(grace_seconds=60)
        turn = manager.start("request-1", "me", words(count))
        for seen in await asyncio.gather(*(read(turn, takes) for takes in readers)):
            numbered(seen)
            assert len(seen) == count + 1
        await manager.aclose()

    asyncio.run(asyncio.wait_for(check(), 120))


async def test_a_poll_returns_at_once_when_there_is_something(manager):
    turn = manager.start("request-1", "me", words(3))
    await turn.result()
    assert len(await turn.wait(after=0, seconds=60)) == 3


async def test_a_poll_of_a_silent_turn_returns_empty_after_its_time(manager):
    turn = manager.start("request-1", "me", words(2, asyncio.Event()))
    await until(lambda: turn._log)
    assert await turn.wait(after=0, seconds=0.01) == []


# --- the manager ------------------------------------------------------------------------------------


@in_no_time
async def test_a_turn_that_nobody_reads_is_cancelled_and_then_forgotten():
    manager = TurnManager(grace_seconds=SOON)
    turn = manager.start("request-1", "me", endless())
    await until(lambda: turn.ended)
    assert turn._log[-1].finish_reason == "cancelled"
    await until(lambda: manager.find("request-1", "me") is None)
    await manager.aclose()


@in_no_time
async def test_a_turn_with_a_reader_is_not_cancelled():
    manager = TurnManager(grace_seconds=SOON)
    gate = asyncio.Event()
    turn = manager.start("request-1", "me", words(4, gate))
    reader = asyncio.create_task(turn.result())
    asyncio.get_running_loop().call_later(4 * SOON, gate.set)
    assert (await reader)[-1].finish_reason == "stop"
    await manager.aclose()


@pytest.mark.parametrize("how", ["events", "wait"])
@in_no_time
async def test_a_reader_that_is_torn_away_starts_the_grace_period(how):
    manager = TurnManager(grace_seconds=SOON)
    turn = manager.start("request-1", "me", words(2, asyncio.Event()))
    await until(lambda: turn._log)
    reading = turn.result() if how == "events" else turn.wait(after=0, seconds=60)
    reader = asyncio.create_task(reading)
    await until(lambda: turn.has_readers)
    reader.cancel()
    await asyncio.wait({reader})
    await until(lambda: turn.ended)
    await manager.aclose()


@in_no_time
async def test_polling_keeps_a_turn_alive():
    manager = TurnManager(grace_seconds=SOON)
    gate = asyncio.Event()
    turn = manager.start("request-1", "me", words(2, gate))
    for _poll in range(8):
        await turn.wait(after=0, seconds=SOON / 2)
    assert not turn.ended
    gate.set()
    assert (await turn.result())[-1].finish_reason == "stop"
    await manager.aclose()


@in_no_time
async def test_an_ended_turn_is_kept_for_the_grace_period_then_forgotten():
    manager = TurnManager(grace_seconds=SOON)
    await manager.start("request-1", "me", words(1)).result()
    assert manager.get("request-1", "me").ended
    await until(lambda: manager.find("request-1", "me") is None)
    with pytest.raises(UnknownTurn):
        manager.get("request-1", "me")
    await manager.aclose()


async def test_a_turn_is_its_owners_alone(manager):
    manager.start("request-1", "me", endless())
    with pytest.raises(UnknownTurn):
        manager.get("request-1", "you")


async def test_two_owners_may_use_one_request_id(manager):
    mine = manager.start("request-1", "me", words(1))
    yours = manager.start("request-1", "you", words(1))
    assert mine is not yours


async def test_a_request_id_is_used_once(manager):
    manager.start("request-1", "me", words(1))
    with pytest.raises(Conflict):
        manager.start("request-1", "me", words(1))


async def test_the_limit_counts_running_turns_of_one_owner(manager):
    turns = [manager.start(f"request-{n}", "me", endless()) for n in range(3)]
    with pytest.raises(RateLimited) as caught, manager.room("me"):
        pass
    assert caught.value.retry_after
    with manager.room("you"):
        pass
    await turns[0].cancel()
    with manager.room("me"):
        pass


async def test_the_limit_counts_turns_that_are_about_to_begin(manager):
    three = (manager.room("me"), manager.room("me"), manager.room("me"))
    with three[0], three[1], three[2], pytest.raises(RateLimited), manager.room("me"):
        pass
    with manager.room("me"):
        pass


async def test_closing_the_manager_ends_every_turn():
    manager = TurnManager()
    turns = [manager.start(f"request-{n}", "me", endless()) for n in range(5)]
    await manager.aclose()
    assert all(turn.ended for turn in turns)
