"""Questions that wait in their sessions until the one before them is answered."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from rusoil_jupyter.events import Done, QueueChanged, QueuedQuestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rusoil_jupyter.caller import Caller
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.protocol import ChatRequest, QueuedRequest
    from rusoil_jupyter.store.sessions import SessionStore
    from rusoil_jupyter.turns import EndHook, TurnManager

    Start = Callable[[ChatRequest, Caller, str], object]

log = logging.getLogger(__name__)


class Queue:
    """What is asked next.

    A question is stored from the moment it waits until it is asked, so that nothing typed is lost with a tab,
    an answer or a server; after an answer that failed or was stopped it waits on, for its person to decide.

    Args:
        store: where questions wait.
        turns: what runs, and is told how its session's queue changes.
        start: begins to answer a question; at once, so that whoever asks for its turn finds it.
    """

    def __init__(self, store: SessionStore, turns: TurnManager, start: Start) -> None:
        self._store = store
        self._turns = turns
        self._start = start
        self._running: Counter[tuple[str, str]] = Counter()
        self._orders: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def _order(self, owner: str, session_id: str) -> asyncio.Lock:
        """Nobody may come between the look at what waits and what is done about it."""
        return self._orders.setdefault((owner, session_id), asyncio.Lock())

    async def put(self, request: ChatRequest, caller: Caller, request_id: str) -> None:
        """Ask this when the session's running answer has ended well; at once where none runs.

        Raises:
            RusoilError: there is no such session, or too many questions wait in it.
        """
        owner, session_id = caller.owner, str(request.session_id)
        async with self._order(owner, session_id):
            waits = await self._store.run(self._store.put_queued, owner, session_id, request_id, request)
            if not waits:
                return  # the frame came again, after a lost connection
            if self._running[owner, session_id]:
                await self._tell(owner, session_id)
            else:
                self._start(request, caller, request_id)

    async def drop(self, owner: str, request_id: str) -> None:
        """Ask it no more; nothing happens where it does not wait."""
        session_id = await self._store.run(self._store.drop_queued, owner, request_id)
        if session_id is not None:
            await self._tell(owner, session_id)

    def then(self, caller: Caller, session_id: str | None, keep: EndHook) -> EndHook:
        """What is done at the end of a turn: its answer is kept, then what waits is asked."""

        async def end(said: Sequence[Event], last: Event) -> Sequence[Event]:
            notices = await keep(said, last)
            await self.end(caller, session_id, last)
            return notices

        return end

    def begin(self, owner: str, session_id: str | None) -> None:
        """Something is being answered in this session."""
        if session_id is not None:
            self._running[owner, session_id] += 1

    async def end(self, caller: Caller, session_id: str | None, last: Event | None) -> None:
        """It is answered no more: what waits is asked, if that went well."""
        if session_id is None:
            return
        async with self._order(caller.owner, session_id):
            self._running[caller.owner, session_id] -= 1
            self._running += Counter()  # drops those at zero
            has_ended_well = isinstance(last, Done) and last.finish_reason != "cancelled"
            if has_ended_well and not self._running[caller.owner, session_id]:
                await self._ask_next(caller, session_id)

    async def _ask_next(self, caller: Caller, session_id: str) -> None:
        try:
            waiting = await self._store.run(self._store.queued, caller.owner, session_id)
        # The session was deleted, or the store is broken or closed: that must not cost the answer before.
        except Exception:
            log.warning("what waits in session %s can't be asked", session_id, exc_info=True)
            return
        if waiting:
            self._start(waiting[0].request, caller, waiting[0].id)

    async def _tell(self, owner: str, session_id: str) -> None:
        waiting = await self._store.run(self._store.queued, owner, session_id)
        changed = QueueChanged(questions=tuple(_shown(waiting)))
        for turn in self._turns.running(owner):
            if turn.session_id == session_id:
                turn.tell(changed)


def _shown(waiting: Iterable[QueuedRequest]) -> Iterable[QueuedQuestion]:
    for one in waiting:
        asked = one.request
        yield QueuedQuestion(id=one.id, prompt=asked.prompt or "", attachments=len(asked.attachments))
