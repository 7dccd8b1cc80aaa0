"""One question of the chat and its answer: what is kept of them, and when."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import Interrupted, RusoilError
from rusoil_jupyter.events import Done, Failed, FigureRead, Looking, Notice, Started, Usage
from rusoil_jupyter.figures import READER
from rusoil_jupyter.i18n import _
from rusoil_jupyter.inbox import Inbox
from rusoil_jupyter.pipeline import Call, routing
from rusoil_jupyter.protocol import Sampling
from rusoil_jupyter.store.sessions import LEASE, new_id
from rusoil_jupyter.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from rusoil_jupyter.chat import Chat, Prepared
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.pipeline import Caller
    from rusoil_jupyter.protocol import ChatRequest

log = logging.getLogger(__name__)


class Exchange:
    """One question and its answer.

    Args:
        chat: where it takes place.
        request: what the client sent.
        caller: who asks.
        request_id: names the turn.
    """

    def __init__(self, chat: Chat, request: ChatRequest, caller: Caller, request_id: str) -> None:
        self._chat = chat
        self._request = request
        self._caller = caller
        self._request_id = request_id
        self._prepared: Prepared | None = None
        self._answers = READER
        self._message_id: str | None = None
        self._answer_id = new_id()
        self._transcript = Transcript(self._keep)
        self.inbox = Inbox()

    async def prepare(self) -> Prepared:
        """See what is asked and who answers.

        Raises:
            RusoilError: it can't be read, nobody can answer, or it is refused.
        """
        before = self._message_id or self._request.replace_from
        prepared = await self._chat.prepare(self._request, self._caller, before)
        if call := self._call(prepared):
            await self._chat.admit(call)
        self._prepared = prepared
        return prepared

    def _call(self, prepared: Prepared) -> Call | None:
        """What a model is asked; ``None`` where none is."""
        if not prepared.way.links:
            return None
        first = routing.first(prepared.way.links)
        session_id = self._request.session_id
        return Call(
            caller=self._caller,
            question=prepared.told,
            model=first,
            options=self._request.sampling if first.purpose != "image" else Sampling(),
            conversation=f"{self._caller.owner}/{session_id or self._request_id}",
            inbox=self.inbox if session_id is not None else None,
            in_session=session_id is not None,
            links=tuple(prepared.way.links),
            others=prepared.models,
        )

    async def keep_question(self) -> None:
        """Store the question before any model sees it: a failed answer must not lose it."""
        if (session_id := self._request.session_id) is None:
            return
        question = self._request.said[-1]
        self._message_id = await self._chat.store.run(
            self._chat.store.add_question,
            self._caller.owner,
            session_id,
            self._prepared.told.seen.kept if self._prepared else question,
            self._request_id,
            self._request.replace_from,
            self._answer_id,
        )
        if self._prepared:
            await self._note_use(self._prepared, session_id)

    async def _note_use(self, prepared: Prepared, session_id: str) -> None:
        """The uploads of the question are kept as long as its session."""
        if used := [file.upload for file in prepared.told.seen.files]:
            await asyncio.to_thread(self._chat.uploads.note_use, self._caller.owner, used, session_id)

    async def events(self) -> AsyncGenerator[Event, None]:
        """What the client sees, from the first event to the last; each step is kept before the next."""
        is_kept = self._request.session_id is not None
        renewing = asyncio.create_task(self._renew()) if is_kept else None
        try:
            async with aclosing(self._answer()) as events:
                async for event in events:
                    if is_kept:
                        await self._transcript.add(event)
                    yield self._named(event) if isinstance(event, Started) else event
        finally:
            if renewing is not None:
                renewing.cancel()

    async def _answer(self) -> AsyncGenerator[Event, None]:
        prepared = self._prepared
        if prepared is None:
            yield Looking.model_validate(self._ids())
            prepared = await self._look()
        call = self._call(prepared)
        answer = self._read_alone(prepared) if call is None else self._led(prepared, call)
        async with aclosing(answer) as events:
            async for event in events:
                yield event

    async def _look(self) -> Prepared:
        """Prepare what is kept already; of its pictures, what was seen of them is kept from now on."""
        prepared = await self.prepare()
        seen, store = prepared.told.seen, self._chat.store
        if seen.kept != seen.question:
            await store.run(store.keep_question, str(self._message_id), seen.kept)
        await self._note_use(prepared, str(self._request.session_id))
        return prepared

    def _led(self, prepared: Prepared, call: Call) -> AsyncGenerator[Event, None]:
        return prepared.told.seen.led(self._chat.ask(call), prepared.way.answerer)

    async def _keep(self, position: int, parts: Sequence[Part]) -> None:
        await self._chat.store.run(self._chat.store.add_steps, self._answer_id, position, parts)

    async def _renew(self) -> None:
        """Tell others that this server works on it still."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._chat.store.run(self._chat.store.renew, [self._answer_id])
            # It is tried again, and the answer's end tells of a store that is broken.
            except RusoilError as error:
                log.warning("turn %s: %s", self._request_id, error)

    async def _read_alone(self, prepared: Prepared) -> AsyncGenerator[Event, None]:
        yield Started(model=READER, backend=READER)
        for event in prepared.told.seen.alone(prepared.way.answerer, prepared.way.trouble):
            yield event

    def _named(self, started: Started) -> Started:
        """With the ids under which question and answer are kept."""
        self._answers = started.model
        return started if self._request.session_id is None else started.model_copy(update=self._ids())

    def _ids(self) -> dict[str, str | None]:
        return {
            "session_id": self._request.session_id,
            "message_id": self._message_id,
            "answer_id": self._answer_id,
        }

    async def keep_answer(self, said: Sequence[Event], last: Event) -> Sequence[Event]:
        """Store what was said, whole or cut, before the client is told that the turn has ended."""
        session_id = self._request.session_id
        if session_id is None:
            return ()
        error = f"{last.error.message} {last.error.next_step}" if isinstance(last, Failed) else None
        try:
            await self._transcript.end()
            await self._chat.store.run(
                self._chat.store.end_answer,
                self._caller.owner,
                session_id,
                self._answer_id,
                model=self._answers,
                finish_reason=last.finish_reason if isinstance(last, Done) else None,
                error=error,
                notices=[e.message for e in said if isinstance(e, Notice)],
                usage=next((e for e in said if isinstance(e, Usage)), None),
                readings=[e for e in said if isinstance(e, FigureRead)],
                interrupted=isinstance(last, Failed) and last.error.code == Interrupted.code,
            )
            return ()
        except RusoilError as trouble:
            reason = trouble.message
        # The database is broken or full; the answer is on the screen and the user must know.
        except Exception:
            log.exception("turn %s: the answer could not be saved", self._request_id)
            reason = _("the session database can't be written. The log has the details.")
        message = _("The answer could not be saved: {reason}").format(reason=reason)
        return (Notice(code="not_saved", message=message),)
