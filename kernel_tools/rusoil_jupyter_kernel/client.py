"""The server's HTTP API as a kernel uses it: short requests, and a stream of a turn's events.

The stream is read in a thread. So the stop button works at once on every system (on Windows a
blocked read can't be interrupted), and what has arrived is shown even while the model pauses. httpx
costs 0.1 s to import and is imported at the first question.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from rusoil_jupyter_kernel.language import accept_language
from rusoil_jupyter_kernel.refusals import away, not_understood, refusal

if TYPE_CHECKING:
    import httpx
    from pydantic import BaseModel

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.protocol import ChatRequest, ConsentList, ModelList, Status
    from rusoil_jupyter_kernel.server import Server

    ValueT = TypeVar("ValueT", bound=BaseModel)

TICK = 0.1  # seconds between two looks of the reader at its queue
CONNECT_TIMEOUT = 5.0
REQUEST_TIMEOUT = 15.0
MAX_ERROR_BYTES = 64 * 2**20  # a refusal shows all that would be sent, so it is as long as a request


def check(server: Server) -> None:
    """See that the assistant answers there.

    Raises:
        ServerAway, NoAssistant, NotLetIn: it does not, and why.
    """
    _get(server, "rusoil/api/status")


def status(server: Server) -> Status:
    """What works on the server and what does not. Raises like :func:`check`."""
    from rusoil_jupyter.protocol import Status

    return _parsed(Status, _get(server, "rusoil/api/status"))


def models(server: Server) -> ModelList:
    """The models that the server knows. Raises like :func:`check`."""
    from rusoil_jupyter.protocol import ModelList

    return _parsed(ModelList, _get(server, "rusoil/api/models"))


def consents(server: Server) -> ConsentList:
    """To which hosts the user agreed to send questions. Raises like :func:`check`."""
    from rusoil_jupyter.protocol import ConsentList

    return _parsed(ConsentList, _get(server, "rusoil/api/consents"))


def agree(server: Server, destination: str) -> None:
    """Agree to send questions to this host. Raises like :func:`check`."""
    _send(server, "POST", "rusoil/api/consents", {"destination": destination})


def revoke(server: Server, destination: str) -> None:
    """Be asked again before anything is sent to this host. Raises like :func:`check`."""
    _send(server, "DELETE", f"rusoil/api/consents/{quote(destination, safe='')}")


def _parsed(kind: type[ValueT], data: bytes) -> ValueT:
    from pydantic import ValidationError

    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        raise not_understood() from error


def _get(server: Server, path: str) -> bytes:
    return _send(server, "GET", path)


def _send(server: Server, method: str, path: str, body: dict[str, str] | None = None) -> bytes:
    import httpx

    transport = httpx.HTTPTransport(verify=server.verify, uds=server.socket or None)
    timeout = httpx.Timeout(REQUEST_TIMEOUT, connect=CONNECT_TIMEOUT)
    headers = {**server.headers, "Accept-Language": accept_language()}
    try:
        with httpx.Client(transport=transport, timeout=timeout, trust_env=False) as client:
            response = client.request(method, server.url + path, headers=headers, json=body)
            if not response.is_success:
                raise refusal(server, response.status_code, response.content)
            return response.content
    except httpx.RequestError as error:
        raise away(server) from error


class AnswerStream:
    """The events of one turn as they come; None where there was none for a moment.

    Leaving the ``with`` block closes the connection, and with it the server cancels the turn.

    Raises (while iterating):
        MagicError: the request was refused, or the stream is not one of events.
        ServerAway: the connection could not be made or broke.
    """

    def __init__(self, server: Server, request: ChatRequest) -> None:
        self._server = server
        self._body = request.model_dump_json(exclude_none=True, exclude_defaults=True)
        self._queue: queue.SimpleQueue[Event | Exception | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rusoil-answer", daemon=True)

    def __enter__(self) -> AnswerStream:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Event | None]:
        while True:
            try:
                item = self._queue.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item

    def close(self) -> None:
        """Close the connection, wherever the turn is. Safe to call twice."""
        self._started.wait(CONNECT_TIMEOUT)
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(CONNECT_TIMEOUT)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._read())

    async def _read(self) -> None:
        import httpx

        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._started.set()
        try:
            async for event in self._events():
                self._queue.put(event)
            self._queue.put(None)
        except httpx.RequestError as error:
            failure = away(self._server)
            failure.__cause__ = error
            self._queue.put(failure)
        except Exception as error:  # handed to the thread that reads the queue, which raises it
            self._queue.put(error)

    async def _events(self) -> AsyncIterator[Event]:
        import httpx

        server = self._server
        transport = httpx.AsyncHTTPTransport(verify=server.verify, uds=server.socket or None)
        timeout = httpx.Timeout(None, connect=CONNECT_TIMEOUT, write=REQUEST_TIMEOUT)
        headers = {
            **server.headers,
            "Accept": "text/event-stream",
            "Accept-Language": accept_language(),
            "Content-Type": "application/json",
        }
        url = server.url + "rusoil/api/chat"
        async with (
            httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
            client.stream("POST", url, content=self._body, headers=headers) as response,
        ):
            await self._see_that_it_streams(response)
            async for data in _sse(response.aiter_bytes()):
                if event := read_event(data):
                    yield event

    async def _see_that_it_streams(self, response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "")
        if response.status_code == 200 and kind.startswith("text/event-stream"):
            return
        body = b""
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > MAX_ERROR_BYTES:
                break
        raise refusal(self._server, response.status_code, body)


async def _sse(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The data of each server-sent event. Lines end with LF or CRLF only: JSON may hold U+2028."""
    buffer, data = b"", []
    async for piece in pieces:
        *lines, buffer = (buffer + piece).split(b"\n")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
            elif not line and data:
                yield b"\n".join(data)
                data = []


def read_event(data: bytes) -> Event | None:
    """An event of the wire; None for a kind of a newer server that this version doesn't know.

    Raises:
        MagicError: the data is not an event.
    """
    from pydantic import ValidationError

    from rusoil_jupyter.events import parse_event

    try:
        return parse_event(data)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "union_tag_invalid":
            return None
        raise not_understood() from error
