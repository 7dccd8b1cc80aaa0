"""A turn of the chat: from a question to its kept answer."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import ModelUnavailable, RusoilError, UnsupportedModality
from rusoil_jupyter.events import (
    Done,
    Failed,
    FigureRead,
    Notice,
    Started,
    Usage,
)
from rusoil_jupyter.figures import READER, Conversation
from rusoil_jupyter.figures.values.decision import MODELS, decide
from rusoil_jupyter.i18n import _, current_language
from rusoil_jupyter.messages import Message, TextPart
from rusoil_jupyter.pipeline import Call, Needs, routing
from rusoil_jupyter.protocol import AUTO, Sampling
from rusoil_jupyter.store.sessions import LEASE, new_id
from rusoil_jupyter.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.figures import Interpreter
    from rusoil_jupyter.figures.values.decision import Answerer
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.pipeline import Caller, Link, Snapshot, Step, Survey
    from rusoil_jupyter.protocol import ChatRequest, ModelInfo
    from rusoil_jupyter.store.sessions import SessionStore
    from rusoil_jupyter.uploads import Uploads

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Way:
    """Who answers a turn: the models in their order, none where the reader does alone or nobody can."""

    answerer: Answerer
    links: Sequence[Link] = ()
    trouble: RusoilError | None = None


class Chat:
    """Makes turns.

    Args:
        road: the way to a model.
        survey: what models there are for a caller.
        store: where sessions are.
        uploads: where large pictures and clips are.
        interpreter: reads figures.
    """

    def __init__(
        self,
        road: Step,
        survey: Survey,
        store: SessionStore,
        uploads: Uploads,
        interpreter: Interpreter,
    ) -> None:
        self.admit, self.ask = road.admit, road.stream
        self.store = store
        self.uploads = uploads
        self._survey = survey
        self._interpreter = interpreter

    async def begin(self, request: ChatRequest, caller: Caller, request_id: str) -> Exchange:
        """The turn's exchange, admitted, its question kept.

        Raises:
            RusoilError: any of the tree; nothing was kept or sent then.
        """
        *said, question = _question(request)
        known = await self._survey.of(caller)
        maker = _maker(known, request, question)
        # A program that sends the whole conversation gets its model's words; a person, all that can be read.
        by_program = request.messages is not None
        told = await self._read(request, caller.owner, said, question, brief=by_program or maker is not None)
        way = Way("model", [maker]) if maker else _way(known, request, told)
        exchange = Exchange(self, request, caller, request_id, way, told, known.models)
        if call := exchange.call:
            await self.admit(call)
        await exchange.keep_question()
        return exchange

    async def _read(
        self, request: ChatRequest, owner: str, said: Sequence[Message], question: Message, *, brief: bool
    ) -> Conversation:
        """The question with its figures read, after all that was said before it."""
        reader = current_language()
        seen = await self._interpreter.look(question, owner, reader, brief=brief)
        past = [*await self._history(request, owner), *said]
        strict = request.messages is not None
        looks = await self._interpreter.recall(past, owner, reader, strict=strict)
        system = [Message.of("system", request.system)] if request.system else []
        return Conversation(
            system, list(zip(past, looks, strict=True)), seen, self._interpreter.contradictions
        )

    async def _history(self, request: ChatRequest, owner: str) -> list[Message]:
        if request.session_id is None:
            return []
        return await self.store.run(self.store.history, owner, request.session_id, request.replace_from)


def _maker(known: Snapshot, request: ChatRequest, question: Message) -> ModelInfo | None:
    """The model that makes a picture of this question; ``None`` where none was asked for.

    Raises:
        RusoilError: one was asked for, and there is none, or it can't now.
    """
    is_prompt = request.messages is None and not question.has_image
    maker = routing.maker(known, request.model, is_wanted=request.modality == "image" and is_prompt)
    if maker and request.messages is not None:
        raise UnsupportedModality(
            _("{model} makes pictures of a prompt; it holds no conversation.").format(model=maker.name),
            _("Send a prompt to api/chat, or choose a model that talks."),
            field="model",
        )
    return maker


def _way(known: Snapshot, request: ChatRequest, told: Conversation) -> Way:
    """Who answers; where no model can, the figures' own words, if there are any.

    Raises:
        RusoilError: nobody can, and there is nothing to say without.
    """
    seen, is_free = told.seen, request.model == AUTO
    case = seen.case(by_program=bool(request.messages or request.tools or request.response_format))
    if all(decide(replace(case, model=model)) == "reader" for model in MODELS):
        return Way("reader")
    needs = Needs(
        vision=told.needs_vision or (is_free and seen.has_pictures and known.sees),
        grammar=request.response_format is not None and request.response_format.type == "grammar",
    )
    try:
        links = routing.links(known, request.model, needs)
    except ModelUnavailable as trouble:
        answerer = decide(case)
        if is_free and seen.has_words and case.asks != "program":
            return Way(answerer, trouble=trouble if answerer == "nobody" else None)
        raise
    sees = routing.first(links).vision and seen.has_pictures
    answerer = decide(replace(case, model="sees" if sees else "reads"))
    return Way(answerer, links if answerer != "reader" else ())


class Exchange:
    """One question and its answer.

    Args:
        chat: where it takes place.
        request: what the client sent.
        caller: who asks.
        request_id: names the turn.
        way: who answers.
        told: the question, with its figures and its past.
        models: all there are, to advise another.
    """

    def __init__(
        self,
        chat: Chat,
        request: ChatRequest,
        caller: Caller,
        request_id: str,
        way: Way,
        told: Conversation,
        models: Sequence[ModelInfo],
    ) -> None:
        self._chat = chat
        self._request = request
        self._caller = caller
        self._request_id = request_id
        self._way = way
        self._told = told
        self._models = tuple(models)
        self._answers = READER
        self._message_id: str | None = None
        self._answer_id = new_id()
        self._transcript = Transcript(self._keep)

    @property
    def call(self) -> Call | None:
        """What a model is asked; ``None`` where none is."""
        if not self._way.links:
            return None
        first = routing.first(self._way.links)
        session_id = self._request.session_id
        return Call(
            caller=self._caller,
            question=self._told,
            model=first,
            options=self._request.sampling if first.purpose != "image" else Sampling(),
            conversation=f"{self._caller.owner}/{session_id or self._request_id}",
            in_session=session_id is not None,
            links=tuple(self._way.links),
            others=self._models,
        )

    async def keep_question(self) -> None:
        """Store the question before any model sees it: a failed answer must not lose it."""
        session_id, owner = self._request.session_id, self._caller.owner
        if session_id is None:
            return
        self._message_id = await self._chat.store.run(
            self._chat.store.add_question,
            owner,
            session_id,
            self._told.seen.kept,
            self._request_id,
            self._request.replace_from,
            self._answer_id,
        )
        if used := [file.upload for file in self._told.seen.files]:
            await asyncio.to_thread(self._chat.uploads.note_use, owner, used, session_id)

    async def events(self) -> AsyncGenerator[Event, None]:
        """What the client sees, from ``started`` to the last event; each step is kept before the next."""
        call = self.call
        answer = self._read_alone() if call is None else self._led(call)
        is_kept = self._request.session_id is not None
        renewing = asyncio.create_task(self._renew()) if is_kept else None
        try:
            async with aclosing(answer) as events:
                async for event in events:
                    if is_kept:
                        await self._transcript.add(event)
                    yield self._named(event) if isinstance(event, Started) else event
        finally:
            if renewing is not None:
                renewing.cancel()

    def _led(self, call: Call) -> AsyncGenerator[Event, None]:
        return self._told.seen.led(self._chat.ask(call), self._way.answerer)

    async def _keep(self, position: int, parts: Sequence[Part]) -> None:
        await self._chat.store.run(self._chat.store.add_steps, self._answer_id, position, parts)

    async def _renew(self) -> None:
        """Tell others that this server works on it still."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                await self._chat.store.run(self._chat.store.renew, [self._answer_id])
            except (
                RusoilError
            ) as error:  # it is tried again, and the answer's end tells of a store that is broken
                log.warning("turn %s: %s", self._request_id, error)

    async def _read_alone(self) -> AsyncGenerator[Event, None]:
        yield Started(model=READER, backend=READER)
        for event in self._told.seen.alone(self._way.answerer, self._way.trouble):
            yield event

    def _named(self, started: Started) -> Started:
        """With the ids under which question and answer are kept."""
        self._answers = started.model
        if (session_id := self._request.session_id) is None:
            return started
        kept = {"session_id": session_id, "message_id": self._message_id, "answer_id": self._answer_id}
        return started.model_copy(update=kept)

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


def _question(request: ChatRequest) -> tuple[Message, ...]:
    if request.messages is not None:
        return request.messages
    text: tuple[Part, ...] = (TextPart(text=request.prompt),) if request.prompt else ()
    return (Message(role="user", parts=(*text, *request.attachments)),)
