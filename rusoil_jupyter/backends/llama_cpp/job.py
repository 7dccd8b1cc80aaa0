"""One request on its way through the queue and the engine."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.backends.llama_cpp.scheduler import Ticket
from rusoil_jupyter.backends.openai_wire import part_text, request_body
from rusoil_jupyter.errors import ContextTooLong, ModelUnavailable
from rusoil_jupyter.events import Progress, Queued, Reasoning, Text, ToolCall, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import ImagePart, Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.backends.llama_cpp.engine import Engine, EngineClient
    from rusoil_jupyter.backends.llama_cpp.scheduler import Scheduler
    from rusoil_jupyter.events import Event

MOST_TOKEN_CHARS = 50  # on average, of any text: words have four
IMAGE_TOKENS = 1500  # what one picture takes of the pool, at most, in the models of the catalogue
TEMPLATE_TOKENS = 64  # what a chat template adds of its own


def check_length(chars: int, tokens: int) -> None:
    """That a text may fit: to count the tokens of one that can't would keep the engine from others.

    Raises:
        ContextTooLong: it has more characters than so many tokens can spell.
    """
    if chars > tokens * MOST_TOKEN_CHARS:
        raise ContextTooLong(
            _("This text has {chars} characters and the model reads at most {limit} tokens.").format(
                chars=chars, limit=tokens
            ),
            _("Start a new session, attach less, or choose a model that reads more."),
        )


class _Paused(Exception):
    """A background request gave its place away."""


class Job:
    """A request, from the queue to its last event.

    A background request is paused while interactive ones run. One that has not said anything yet is
    simply asked again: what the engine has read stays in its cache. One that talks goes on from its last
    word, where the model's template allows it.

    Args:
        request: what is asked; ``max_tokens`` must be set, for the pool's sake.
        defaults: fields of the body where the request says nothing.
    """

    def __init__(
        self, engine: Engine, scheduler: Scheduler, request: ModelRequest, defaults: Mapping[str, Any]
    ) -> None:
        self._engine = engine
        self._scheduler = scheduler
        self._request = request
        self._defaults = defaults
        self._said = ""
        self._said_tokens = 0
        self._begun = False
        # What can't go on in the middle:
        self._fixed = bool(request.tools or "grammar" in defaults)

    async def events(self) -> AsyncGenerator[Event, None]:
        """As :meth:`Backend.stream`."""
        client = await self._engine.client()
        ticket = Ticket(
            self._request.conversation, await self._tokens(client), self._request.priority == "background"
        )
        while True:
            async with aclosing(self._scheduler.enter(ticket)) as places:
                async for before, seconds in places:
                    if not self._begun:
                        yield Queued(position=before, expected_seconds=seconds)
            try:
                async with aclosing(self._answer(ticket)) as events:
                    async for event in events:
                        yield event
                return
            except _Paused:
                pass
            finally:
                self._scheduler.leave(ticket)

    async def _tokens(self, client: EngineClient) -> int:
        """What this request may need of the pool. No token is shorter than a byte, so the size of the
        text is enough where it is small; else the engine counts.
        """
        parts = [part for message in self._request.messages for part in message.parts]
        images = [part for part in parts if isinstance(part, ImagePart)]
        check_length(sum(len(part_text(part)) for part in parts), self._engine.options.n_ctx)
        body = request_body(self._request)
        text = json.dumps([body["messages"], body.get("tools", ())], ensure_ascii=False)
        for image in images:
            text = text.replace(image.data, "")
        room = self._engine.options.n_ctx // self._engine.options.n_parallel
        size = len(text.encode(errors="replace"))
        prompt = size if size < room // 2 else await client.count(text)
        return prompt + len(images) * IMAGE_TOKENS + TEMPLATE_TOKENS + (self._request.max_tokens or 0)

    async def _answer(self, ticket: Ticket) -> AsyncGenerator[Event, None]:
        """The engine's answer. An engine that turns out to have died meanwhile is started again, once."""
        for again in (True, False):
            client, pid = await self._engine.client(), self._engine.pid
            try:
                request = await self._rest(client)
                stream = client.stream(request, **self._defaults)
                if ticket.background:
                    stream = self._until_paused(stream, ticket, client)
                async with aclosing(stream) as events:
                    async for event in events:
                        if not isinstance(event, Progress):
                            self._begun = True
                            self._engine.worked()
                        elif self._begun:
                            continue  # it reads its own words again
                        yield self._counted(event)
                return
            except ModelUnavailable as error:
                if isinstance(error.__cause__, TimeoutError):
                    await self._engine.aclose()  # it hangs
                ending = await self._engine.how_it_ended(pid)
                if ending is None:
                    raise
                if broken := self._engine.broken:
                    raise broken from error
                if self._begun or not again:
                    raise ModelUnavailable(
                        _("The engine stopped in the middle: {reason}.").format(reason=ending),
                        _("Ask again; what you typed is kept."),
                        retry_after=1,
                    ) from error

    async def _rest(self, client: EngineClient) -> ModelRequest:
        """The request, or what is left of it."""
        if not self._said:
            return self._request
        self._said_tokens = await client.count(self._said)
        return self._request.model_copy(
            update={
                "messages": (*self._request.messages, Message.of("assistant", self._said)),
                "max_tokens": max(1, (self._request.max_tokens or 0) - self._said_tokens),
            }
        )

    def _counted(self, event: Event) -> Event:
        match event:
            case Text():
                self._said += event.delta
            case Reasoning() | ToolCall():
                self._fixed = True
            case Usage() if self._said_tokens:
                return event.model_copy(
                    update={
                        "completion_tokens": event.completion_tokens + self._said_tokens,
                        "prompt_tokens": max(0, event.prompt_tokens - self._said_tokens),
                    }
                )
        return event

    async def _until_paused(
        self, events: AsyncGenerator[Event, None], ticket: Ticket, client: EngineClient
    ) -> AsyncGenerator[Event, None]:
        pausing = asyncio.ensure_future(ticket.paused.wait())
        try:
            while True:
                coming = asyncio.ensure_future(anext(events, None))
                try:
                    await asyncio.wait({coming, pausing}, return_when=asyncio.FIRST_COMPLETED)
                    if not coming.done() and await self._can_pause(client):
                        raise _Paused
                    event = await coming
                finally:
                    coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)
                if event is None:
                    return
                yield event
        finally:
            pausing.cancel()
            await events.aclose()

    async def _can_pause(self, client: EngineClient) -> bool:
        if not self._begun:
            return True
        if not self._fixed and self._said:
            messages = request_body(self._request)["messages"]
            self._fixed = not await client.continues(messages, self._said)
        return not self._fixed
