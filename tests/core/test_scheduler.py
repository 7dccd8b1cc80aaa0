"""The queue before an engine: who goes first, and that nobody is forgotten."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.backends.llama_cpp.scheduler import Scheduler, Ticket


class Visitor:
    """A request that enters and stays until it is told to leave."""

    def __init__(self, scheduler: Scheduler, ticket: Ticket) -> None:
        self.ticket = ticket
        self.places: list[int] = []
        self.inside = False
        self._scheduler = scheduler
        self._task = asyncio.ensure_future(self._enter())

    async def _enter(self) -> None:
        async with aclosing(self._scheduler.enter(self.ticket)) as places:
            async for before, _seconds in places:
                self.places.append(before)
        self.inside = True

    def leave(self) -> None:
        self.inside = False
        self._scheduler.leave(self.ticket)

    async def give_up(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self.leave()


async def settle() -> None:
    """Let every task run until it waits."""
    for _step in range(10):
        await asyncio.sleep(0)


class Queue:
    def __init__(self, slots: int, tokens: int = 10_000) -> None:
        self.scheduler = Scheduler(slots, tokens)

    async def come(self, conversation: str, tokens: int = 10, *, background: bool = False) -> Visitor:
        visitor = Visitor(self.scheduler, Ticket(conversation, tokens, background))
        await settle()
        return visitor

    async def go(self, visitor: Visitor) -> None:
        visitor.leave()
        await settle()


async def test_a_free_place_is_taken_at_once_and_nobody_is_told_of_a_queue():
    visitor = await Queue(2).come("a")
    assert visitor.inside
    assert visitor.places == []


async def test_those_who_wait_are_told_how_many_are_before_them():
    queue = Queue(1)
    first, second, third = [await queue.come(name) for name in "abc"]
    assert (second.places, third.places) == ([0], [1])
    await queue.go(first)
    assert second.inside
    assert third.places == [1, 0]


async def test_interactive_goes_before_background():
    queue = Queue(1)
    first = await queue.come("a")
    background = await queue.come("b", background=True)
    interactive = await queue.come("c")
    assert background.places == [0, 1]
    await queue.go(first)
    assert interactive.inside
    assert not background.inside


async def test_conversations_take_turns():
    queue = Queue(1)
    greedy = [await queue.come("greedy") for _request in range(3)]
    modest = await queue.come("modest")
    await queue.go(greedy[0])
    assert modest.inside


async def test_a_conversation_at_work_waits_for_those_with_nothing():
    queue = Queue(2)
    [first, second, third] = [await queue.come("greedy") for _request in range(3)]
    modest = await queue.come("modest")
    await queue.go(second)
    assert first.inside
    assert modest.inside
    assert not third.inside


async def test_an_interactive_request_asks_background_ones_for_their_place():
    queue = Queue(4)
    background = await queue.come("a", background=True)
    assert not background.ticket.paused.is_set()
    interactive = await queue.come("b")
    assert interactive.inside
    assert background.ticket.paused.is_set()


async def test_background_enters_only_where_nobody_interactive_is():
    queue = Queue(4)
    interactive = await queue.come("a")
    background = await queue.come("b", background=True)
    assert not background.inside
    await queue.go(interactive)
    assert background.inside


async def test_background_takes_half_of_the_places():
    queue = Queue(4)
    visitors = [await queue.come(name, background=True) for name in "abc"]
    assert [visitor.inside for visitor in visitors] == [True, True, False]


async def test_one_enters_only_when_the_pool_holds_its_tokens():
    queue = Queue(4, tokens=100)
    first = await queue.come("a", tokens=60)
    second = await queue.come("b", tokens=60)
    assert not second.inside
    await queue.go(first)
    assert second.inside


async def test_one_that_needs_more_than_the_pool_enters_alone():
    queue = Queue(4, tokens=100)
    first = await queue.come("a", tokens=10)
    large = await queue.come("b", tokens=1000)
    assert not large.inside
    await queue.go(first)
    assert large.inside
    assert not (await queue.come("c", tokens=1)).inside


async def test_one_who_gives_up_makes_room_for_the_next():
    queue = Queue(1)
    first = await queue.come("a")
    second = await queue.come("b")
    third = await queue.come("c")
    await second.give_up()
    assert third.places == [1, 0]
    await queue.go(first)
    assert third.inside


async def test_the_expected_time_comes_from_what_was_seen(monkeypatch):
    now = 0.0
    monkeypatch.setattr("rusoil_jupyter.backends.llama_cpp.scheduler.time.monotonic", lambda: now)
    queue = Queue(1)
    first = await queue.come("a")
    now = 8.0
    await queue.go(first)
    await queue.come("b")
    async with aclosing(queue.scheduler.enter(Ticket("c", 1))) as places:
        assert await anext(places) == (0, 8.0)


visits = st.lists(
    st.tuples(
        st.sampled_from(["come", "come", "leave", "give up"]),
        st.sampled_from("abc"),
        st.integers(1, 150),
        st.booleans(),
        st.integers(0, 20),
    ),
    max_size=40,
)


@given(st.integers(1, 4), visits)
def test_whatever_happens_nobody_is_forgotten_and_the_bounds_hold(slots, steps):
    async def play() -> None:
        queue = Queue(slots, tokens=100)
        here: list[Visitor] = []
        for what, name, tokens, background, index in steps:
            if what == "come":
                here.append(await queue.come(name, tokens, background=background))
            elif here:
                visitor = here.pop(index % len(here))
                if what == "leave" and visitor.inside:
                    await queue.go(visitor)
                else:
                    await visitor.give_up()
                    await settle()
            inside = [visitor.ticket for visitor in here if visitor.inside]
            assert len(inside) <= slots
            assert len(inside) <= 1 or sum(ticket.tokens for ticket in inside) <= 100
        while here:  # everybody who waits gets in when those inside leave
            inside_now = [visitor for visitor in here if visitor.inside]
            assert inside_now
            for visitor in inside_now:
                here.remove(visitor)
                await queue.go(visitor)

    asyncio.run(play())


async def test_leaving_twice_or_without_entering_is_harmless():
    queue = Queue(1)
    first = await queue.come("a")
    await queue.go(first)
    await queue.go(first)
    queue.scheduler.leave(Ticket("b", 1))
    assert (await queue.come("c")).inside
