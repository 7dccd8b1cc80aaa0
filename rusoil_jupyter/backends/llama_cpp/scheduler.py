"""Who may use the engine next: interactive before background, in turn between conversations.

The engine computes several answers at once, in slots that share one pool of context tokens. If the pool
runs dry, every answer in it dies, so a request enters only when the tokens it may need are free.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_arrivals = itertools.count()


@dataclass(eq=False)
class Ticket:
    """A request's place in the queue, then in the engine.

    Attributes:
        conversation: requests of one conversation wait for each other's fair share.
        tokens: the most it can need of the pool: prompt and answer.
        background: it lets every interactive request go first.
        paused: set when it must give its place to an interactive request, if it can go on later.
    """

    conversation: str
    tokens: int
    background: bool = False
    paused: asyncio.Event = field(default_factory=asyncio.Event)
    arrival: int = field(default_factory=lambda: next(_arrivals))
    entered_at: float = 0.0


class Scheduler:
    """The queue before one engine.

    Args:
        slots: answers computed at once. Background requests take half of them at most.
        tokens: size of the pool. A request that needs more enters when it has the engine to itself.
    """

    def __init__(self, slots: int, tokens: int) -> None:
        self._slots = slots
        self._tokens = tokens
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._turns: dict[str, int] = {}  # when each conversation last entered
        self._entries = itertools.count()
        self._changed = asyncio.Event()
        self._usual_seconds = 0.0

    async def enter(self, ticket: Ticket) -> AsyncGenerator[tuple[int, float | None], None]:
        """Wait for a place. Yields the number of requests before this one, and the expected seconds,
        whenever they change; ends when the place is taken. Closing it early leaves the queue.
        """
        ticket.paused.clear()
        self._waiting.append(ticket)
        if not ticket.background:
            for other in self._running:
                if other.background:
                    other.paused.set()
        self._admit()
        told = -1
        try:
            while ticket in self._waiting:
                if (before := self._before(ticket)) != told:
                    told = before
                    yield before, self._expected(before)
                else:
                    await self._changed.wait()
        finally:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                self._admit()

    def leave(self, ticket: Ticket) -> None:
        """Give the place back, or do nothing if there is none."""
        if ticket not in self._running:
            return
        self._running.remove(ticket)
        seconds = time.monotonic() - ticket.entered_at
        self._usual_seconds += (seconds - self._usual_seconds) * (0.2 if self._usual_seconds else 1.0)
        self._admit()

    def _admit(self) -> None:
        while self._waiting:
            best = min(self._waiting, key=self._rank)
            if not self._fits(best):
                break
            self._waiting.remove(best)
            self._running.append(best)
            self._turns[best.conversation] = next(self._entries)
            best.entered_at = time.monotonic()
        if not self._waiting and not self._running:
            self._turns.clear()  # nobody is left to be fair to
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _rank(self, ticket: Ticket) -> tuple[bool, int, int, int]:
        at_work = sum(other.conversation == ticket.conversation for other in self._running)
        return ticket.background, at_work, self._turns.get(ticket.conversation, -1), ticket.arrival

    def _fits(self, ticket: Ticket) -> bool:
        if not self._running:
            return True
        if len(self._running) >= self._slots:
            return False
        if ticket.background:
            behind = [other for other in self._running if other.background]
            if len(behind) < len(self._running) or len(behind) >= max(1, self._slots // 2):
                return False
        return ticket.tokens + sum(other.tokens for other in self._running) <= self._tokens

    def _before(self, ticket: Ticket) -> int:
        rank = self._rank(ticket)
        return sum(self._rank(other) < rank for other in self._waiting)

    def _expected(self, before: int) -> float | None:
        return (before + 1) * self._usual_seconds / self._slots if self._usual_seconds else None
