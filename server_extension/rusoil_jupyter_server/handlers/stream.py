"""``WS api/stream``: many turns on one socket; the turns outlive it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from rusoil_jupyter import bodies
from rusoil_jupyter.errors import Forbidden, Internal, InvalidRequest, RusoilError
from rusoil_jupyter.events import Failed
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import (
    AnyFrame,
    CancelFrame,
    ChatFrame,
    ChatRequest,
    ConcludeFrame,
    QueueFrame,
    ReplyFrame,
    ResumeFrame,
    parse_frame,
)
from rusoil_jupyter_server.handlers.base import AssistantMixin

if TYPE_CHECKING:
    from rusoil_jupyter.turns import Turn

_ID = re.compile(r'"request_id"\s*:\s*"([A-Za-z0-9_-]{1,64})"')
_WORD = re.compile(r'"type"\s*:\s*"(reply|conclude)"')
_ID_WITHIN = 100_000  # characters
PING_SECONDS = 20  # below the 60 s after which proxies cut an idle socket


class StreamHandler(AssistantMixin, WebSocketMixin, WebSocketHandler, JupyterHandler):
    """Frames in, events out. Losing the socket leaves every turn running for the grace period."""

    auth_action = "execute"

    def initialize(self) -> None:
        """Nothing is read yet."""
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._frames: set[asyncio.Task[None]] = set()
        self._reading = asyncio.Lock()
        self._order: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def ping_interval(self) -> float:
        """Seconds between two of tornado's own pings; an unanswered one closes the socket."""
        return PING_SECONDS

    ping_timeout = ping_interval

    def open(self, *_args: Any, **_kwargs: Any) -> None:
        """Tornado pings: Jupyter's second pinger, which counts in milliseconds, is not started."""
        # Small frames must not wait for the acknowledgement of the one before: that costs up to 40 ms.
        self.set_nodelay(True)

    @property
    def max_message_size(self) -> int:
        """Bytes of the largest frame accepted."""
        return bodies.MAX_BYTES

    @ws_authenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade to a WebSocket.

        Raises:
            InvalidRequest: the client asks for something else.
            Forbidden: a page from elsewhere asks.
        """
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise InvalidRequest(
                _("This address is for WebSockets only."), _("Use POST api/chat without a WebSocket.")
            )
        if not self.check_origin():
            raise Forbidden(
                _("A page from elsewhere may not use this assistant."), _("Open it from this server.")
            )
        await super().get(*args, **kwargs)

    def on_message(self, message: str | bytes) -> None:
        """Handle a frame beside the socket, so that no turn waits behind another one."""
        task = asyncio.create_task(self._handle(message))
        self._frames.add(task)
        task.add_done_callback(self._frames.discard)

    async def _handle(self, message: str | bytes) -> None:
        request_id, seq = _request_id(message), _seq_of_refusal(message)
        try:
            # Frames of one turn in the order they came: a “cancel” finds the turn of the “chat” before it.
            async with self._reading:
                frame = await bodies.parsed(parse_frame, message)
            async with self._order.setdefault(frame.request_id, asyncio.Lock()):
                await self._obey(frame)
        except RusoilError as error:
            await self._refuse(error, request_id, seq)
        # The outermost edge of a frame: a bug ends in an error event, the socket stays.
        except Exception:
            self.log.exception("frame of request %s failed", request_id)
            await self._refuse(Internal.default(), request_id, seq)

    async def _obey(self, frame: AnyFrame) -> None:
        match frame:
            case ChatFrame():
                turn = await self.assistant.start_turn(frame.request, self.caller, frame.request_id)
                self._read(turn, after=-1)
            case ResumeFrame():
                self._read(await self._turn(frame), frame.seq)
            case CancelFrame():
                await (await self._turn(frame)).cancel()
            case QueueFrame(request=None):
                await self.assistant.queue.drop(self.owner, frame.request_id)
            case QueueFrame(request=ChatRequest() as request):
                await self.assistant.queue.put(request, self.caller, frame.request_id)
            case ReplyFrame():
                (await self._turn(frame)).inbox.reply(frame.id, frame.value)
            case ConcludeFrame():
                (await self._turn(frame)).inbox.concluded.set()

    async def _turn(self, frame: AnyFrame) -> Turn:
        return await self.assistant.find_turn(frame.request_id, self.owner)

    async def _refuse(self, error: RusoilError, request_id: str, seq: int) -> None:
        event = Failed(request_id=request_id, seq=seq, error=error.detail(request_id))
        await self._send(event.model_dump_json())

    def _read(self, turn: Turn, after: int) -> None:
        """Send the turn's events from here on; an earlier reading of it on this socket ends."""
        if earlier := self._readers.get(turn.request_id):
            earlier.cancel()
        task = asyncio.create_task(self._forward(turn, after))
        self._readers[turn.request_id] = task
        task.add_done_callback(lambda done: self._forget(turn.request_id, done))

    def _forget(self, request_id: str, task: asyncio.Task[None]) -> None:
        if self._readers.get(request_id) is task:
            del self._readers[request_id]

    async def _forward(self, turn: Turn, after: int) -> None:
        async for event in turn.events(after):
            if not await self._send(event.model_dump_json()):
                return

    async def _send(self, text: str) -> bool:
        try:
            await self.write_message(text)
        except WebSocketClosedError:
            return False
        return True

    def on_close(self) -> None:
        """Stop reading; the turns run on until their grace period ends."""
        super().on_close()
        for task in self._readers.values():
            task.cancel()


def _request_id(message: str | bytes) -> str:
    """The id a frame carries, also when the rest of it is wrong; empty if it has none.

    Quotation marks within a text are escaped, so what looks like it in somebody's words is not taken for it.
    """
    found = None if isinstance(message, bytes) else _ID.search(message, 0, _ID_WITHIN)
    return found[1] if found else ""


def _seq_of_refusal(message: str | bytes) -> int:
    """-1 for a person's word to a turn, also where the frame is wrong: that it was refused ends no turn."""
    is_word = not isinstance(message, bytes) and _WORD.search(message, 0, _ID_WITHIN)
    return -1 if is_word else 0
