"""Turns that outlive their connection: a numbered log of events, read by anyone entitled, at any time.

A turn runs as a task of its own. Readers come and go; each says which event it has last and gets the
rest, without a gap or a double. A turn that nobody reads for the grace period is cancelled, an ended
one is forgotten after the same time. One that rests until its person replies waits as long as that takes.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import Conflict, Internal, Interrupted, RateLimited, RusoilError, UnknownTurn
from rusoil_jupyter.events import Done, Event, Failed
from rusoil_jupyter.i18n import _
from rusoil_jupyter.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence

    EventSource = AsyncGenerator[Event, None]
    EndHook = Callable[[Sequence[Event], Event], Awaitable[Sequence[Event]]]

log = logging.getLogger(__name__)


class Turn:
    """One question being answered.

    Args:
        request_id: the client's or server's name for it.
        owner: who may read and cancel it.
        source: what the model does; closed when the turn ends.
        before_end: called once with all events and the last one before that is published (to save
            the answer); what it returns is published before the last event.
        session_id: the session to which question and answer belong.
        inbox: where its person's words to it arrive.
    """

    def __init__(
        self,
        request_id: str,
        owner: str,
        source: EventSource,
        before_end: EndHook | None = None,
        session_id: str | None = None,
        inbox: Inbox | None = None,
    ) -> None:
        self.request_id = request_id
        self.owner = owner
        self.session_id = session_id
        self.inbox = inbox or Inbox()
        self.started_at = datetime.now(UTC)
        self.ended = False
        self._source = source
        self._before_end = before_end
        self._log: list[Event] = []
        self._changed = asyncio.Event()
        self._readers = 0
        self._on_idle: Callable[[], None] = lambda: None
        self._on_busy: Callable[[], None] = lambda: None
        self._begun = asyncio.Event()
        self._ending = False
        self._is_interrupted = False
        self._task = asyncio.create_task(self._run(), name=f"turn {request_id}")

    def watch(self, on_idle: Callable[[], None], on_busy: Callable[[], None]) -> None:
        """Tell the manager when the last reader leaves and when one comes."""
        self._on_idle, self._on_busy = on_idle, on_busy

    @property
    def has_readers(self) -> bool:
        """Whether anybody reads it now."""
        return self._readers > 0

    async def _run(self) -> None:
        last: Event
        self._begun.set()
        try:
            last = await self._drain()
        except asyncio.CancelledError:
            last = self._cut()
        except RusoilError as error:
            last = Failed(error=error.detail(self.request_id))
        # The outermost edge of a turn: whatever went wrong ends in exactly one event.
        except Exception:
            log.exception("turn %s failed", self.request_id)
            last = Failed(error=Internal.default().detail(self.request_id))
        self._ending = True
        for extra in await self._closing_events(last):
            self._append(extra)
        del self._source, self._before_end  # they hold the whole question, and the turn is kept for a while
        self.ended = True
        self._append(last)
        if not self._readers:
            self._on_idle()

    def _cut(self) -> Event:
        if self._is_interrupted:
            return Failed(error=Interrupted.default().detail(self.request_id))
        return Done(finish_reason="cancelled")

    async def _drain(self) -> Event:
        async with aclosing(self._source) as events:
            async for event in events:
                if isinstance(event, Done | Failed):
                    return event
                self._append(event)
        raise RuntimeError("the backend ended its stream without saying how")

    async def _closing_events(self, last: Event) -> Sequence[Event]:
        if self._before_end is None:
            return ()
        try:
            return await self._before_end(self._log, last)
        except Exception:  # saving must not cost the user an answer that is already on the screen
            log.exception("turn %s: the end hook failed", self.request_id)
            return ()

    def _append(self, event: Event) -> None:
        stamp = {"request_id": self.request_id, "seq": len(self._log)}
        self._log.append(event.model_copy(update=stamp))
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def tell(self, event: Event) -> None:
        """Put something beside the answer's own events; an ended turn says nothing more."""
        if not self.ended:
            self._append(event)

    async def events(self, after: int = -1) -> AsyncIterator[Event]:
        """Every event with a ``seq`` greater than ``after``, then live ones, to the end."""
        self._readers += 1
        self._on_busy()
        try:
            position = max(after + 1, 0)
            while True:
                changed = self._changed
                while position < len(self._log):
                    yield self._log[position]
                    position += 1
                if changed is self._changed:
                    if self.ended:
                        return
                    await changed.wait()
        finally:
            self._leave()

    def _leave(self) -> None:
        self._readers -= 1
        if not self._readers:
            self._on_idle()

    async def wait(self, after: int, seconds: float) -> list[Event]:
        """Events after ``after``; waits up to ``seconds`` for the first one. For polling clients."""
        changed = self._changed
        if len(self._log) <= after + 1 and not self.ended:
            self._readers += 1
            self._on_busy()
            try:
                await asyncio.wait_for(changed.wait(), seconds)
            except TimeoutError:
                pass
            finally:
                self._leave()
        elif not self._readers:
            self._on_idle()  # a poll is a sign of life: the grace period begins anew
        return self._log[max(after + 1, 0) :]

    async def result(self) -> list[Event]:
        """All events, when it has ended."""
        return [event async for event in self.events()]

    async def cancel(self) -> None:
        """Stop it now; returns when its last event is published. An ended turn stays as it is."""
        await self._begun.wait()  # a task cancelled before its first step would publish no last event
        if not self._ending:  # a second cancel must not cut the saving of the answer
            self._task.cancel()
        await asyncio.wait({self._task})

    async def interrupt(self) -> None:
        """As :meth:`cancel`, where not its person wants it but the server ends: the answer is none."""
        self._is_interrupted = True
        await self.cancel()


class TurnManager:
    """All turns of this process.

    Args:
        grace_seconds: how long a turn runs without a reader, and how long an ended one is kept.
        limit: how many turns of one owner may run at once.
    """

    def __init__(self, grace_seconds: float = 60, limit: int = 16) -> None:
        self._grace = grace_seconds
        self._limit = limit
        self._turns: dict[tuple[str, str], Turn] = {}
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._cleaning: set[asyncio.Task[None]] = set()
        self._beginning: Counter[str] = Counter()

    @contextmanager
    def room(self, owner: str) -> Iterator[None]:
        """Room for one more turn of this owner, held until it is started within.

        Raises:
            RateLimited: too many of them run or begin.
        """
        running = len(self.running(owner))
        if running + self._beginning[owner] >= self._limit:
            raise RateLimited(
                _("You have {count} answers running already.").format(count=running),
                _("Wait for one to end, or stop one."),
                retry_after=5,
            )
        self._beginning[owner] += 1
        try:
            yield
        finally:
            self._beginning[owner] -= 1
            self._beginning += Counter()  # drops the owners at zero

    def start(
        self,
        request_id: str,
        owner: str,
        source: EventSource,
        before_end: EndHook | None = None,
        session_id: str | None = None,
        inbox: Inbox | None = None,
    ) -> Turn:
        """Run a new turn.

        Raises:
            Conflict: this owner has a turn of that name.
        """
        key = (owner, request_id)
        if key in self._turns:
            raise Conflict(
                _("There is a turn with this request id already."), _("Choose another request id.")
            )
        turn = Turn(request_id, owner, source, before_end, session_id, inbox)
        turn.watch(lambda: self._leave(key), lambda: self._stay(key))
        self._turns[key] = turn
        self._leave(key)  # until the first reader comes, the grace period runs
        return turn

    def get(self, request_id: str, owner: str) -> Turn:
        """A turn of this owner.

        Raises:
            UnknownTurn: there is none, or it is somebody else's.
        """
        turn = self._turns.get((owner, request_id))
        if turn is None:
            raise UnknownTurn(
                _("This answer is no longer kept."),
                _("Open the session to see what was saved, or ask again."),
            )
        return turn

    def running(self, owner: str) -> list[Turn]:
        """The turns of this owner that have not ended, the latest first."""
        turns = [turn for turn in self._turns.values() if turn.owner == owner and not turn.ended]
        return sorted(turns, key=lambda turn: turn.started_at, reverse=True)

    def find(self, request_id: str, owner: str) -> Turn | None:
        """As :meth:`get`, ``None`` where there is none."""
        return self._turns.get((owner, request_id))

    def _leave(self, key: tuple[str, str]) -> None:
        self._stay(key)
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(self._grace, self._expire, key)

    def _stay(self, key: tuple[str, str]) -> None:
        if timer := self._timers.pop(key, None):
            timer.cancel()

    def _expire(self, key: tuple[str, str]) -> None:
        self._timers.pop(key, None)
        turn = self._turns.get(key)
        if turn is None or turn.has_readers:
            return
        if turn.ended:
            del self._turns[key]
            return
        if turn.inbox.awaited:
            self._leave(key)
            return
        log.info("turn %s: nobody reads it, cancelled", key[1])
        self.cancel_soon(turn)

    def cancel_soon(self, turn: Turn) -> None:
        """Cancel a turn from code that can't wait for it."""
        task = asyncio.create_task(turn.cancel())
        self._cleaning.add(task)
        task.add_done_callback(self._cleaning.discard)

    async def aclose(self) -> None:
        """Interrupt every turn and forget them all."""
        await asyncio.gather(*(turn.interrupt() for turn in self._turns.values()))
        await asyncio.gather(*self._cleaning, return_exceptions=True)
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._turns.clear()
