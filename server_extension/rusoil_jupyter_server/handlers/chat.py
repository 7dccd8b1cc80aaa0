"""``POST api/chat`` (JSON or server-sent events), what turns run, and polling of a turn's events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tornado import web
from tornado.iostream import StreamClosedError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.events import Done, Failed, Notice, Reasoning, Started, Text, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import ChatAnswer, ChatRequest, TurnInfo, TurnList
from rusoil_jupyter_server.handlers.base import AssistantHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.turns import Turn

MAX_WAIT_SECONDS = 30.0


class TurnHandler(AssistantHandler):
    """Base of handlers whose connection is the turn: when the client leaves, the turn is cancelled."""

    turn: Turn | None = None
    client_left = False

    async def begin(self, request: ChatRequest) -> Turn:
        """Start the turn."""
        self.turn = await self.assistant.start_turn(request, self.caller, self.request_id)
        if self.client_left:
            self.assistant.turns.cancel_soon(self.turn)
        return self.turn

    def on_connection_close(self) -> None:
        """The client is gone."""
        super().on_connection_close()
        self.abandon()

    def abandon(self) -> None:
        """Free the model at once."""
        if self.turn is not None and not self.client_left and not self.turn.ended:
            self.assistant.turns.cancel_soon(self.turn)
        self.client_left = True

    async def stream(self, lines: AsyncIterator[str]) -> None:
        """Send server-sent events as they come."""
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")
        self.request.connection.stream.set_nodelay(True)  # as in the WebSocket: no event waits for an ACK
        try:
            async for line in lines:
                self.write(line)
                await self.flush()
        except StreamClosedError:
            self.abandon()  # tornado calls on_connection_close only of handlers that still run
            return
        self.finish(set_content_type="text/event-stream")


class ChatHandler(TurnHandler):
    """One turn."""

    @web.authenticated
    async def post(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.ChatAnswer`, or with events when ``stream``."""
        request = await self.read(ChatRequest)
        turn = await self.begin(request)
        if request.stream:
            await self.stream(_lines(turn))
            return
        events = await turn.result()
        if isinstance(events[-1], Failed):
            self.refuse(events[-1].error)
        else:
            self.reply(_answer(events))


async def _lines(turn: Turn) -> AsyncIterator[str]:
    async for event in turn.events():
        yield f"data: {event.model_dump_json()}\n\n"


def _answer(events: Sequence[Event]) -> ChatAnswer:
    started = next(e for e in reversed(events) if isinstance(e, Started))  # another may have taken over
    done = events[-1]
    return ChatAnswer(
        request_id=started.request_id,
        model=started.model,
        backend=started.backend,
        text="".join(e.delta for e in events if isinstance(e, Text)),
        reasoning="".join(e.delta for e in events if isinstance(e, Reasoning)),
        notices=tuple(e.message for e in events if isinstance(e, Notice)),
        finish_reason=done.finish_reason if isinstance(done, Done) else "stop",
        usage=next((e for e in events if isinstance(e, Usage)), None),
        session_id=started.session_id,
    )


class TurnsHandler(AssistantHandler):
    """What runs, so that another tab, browser or device can join it."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.TurnList`."""
        turns = self.assistant.turns.running(self.owner)
        self.reply(TurnList(turns=tuple(map(_info, turns))))


def _info(turn: Turn) -> TurnInfo:
    return TurnInfo(
        request_id=turn.request_id,
        session_id=turn.session_id,
        started_at=turn.started_at.isoformat(timespec="milliseconds"),
        awaits=turn.inbox.awaited.text if turn.inbox.awaited else "",
    )


class TurnEventsHandler(AssistantHandler):
    """A turn's events for a client without WebSocket."""

    @web.authenticated
    async def get(self, request_id: str) -> None:
        """The events after ``after``; waits up to ``wait`` seconds for the first."""
        turn = await self.assistant.find_turn(request_id, self.owner)
        wait = min(self._number("wait", 0.0), MAX_WAIT_SECONDS)
        events = await turn.wait(int(self._number("after", -1.0)), wait)
        self.finish(json.dumps({"events": [e.model_dump(mode="json") for e in events]}))

    def _number(self, name: str, default: float) -> float:
        text = self.get_query_argument(name, str(default))
        try:
            number = float(text)
            if not -1 <= number <= 1e9:
                raise ValueError(text)
        except ValueError as error:
            raise InvalidRequest(
                _("“{field}” is not valid: a number from -1 is expected.").format(field=name),
                _("Correct this field and send the request again."),
                field=name,
            ) from error
        return number
