"""A real HTTP server on the loopback that gives one file, well or badly."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FileServer:
    """What it serves, how it misbehaves, and the ``Range`` of every request it got."""

    data: bytes
    url: str = ""
    ranges: bool = True
    tagged: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes to drop each of the next connections."""
    statuses: list[int] = field(default_factory=list)
    """What to answer to the next requests instead."""
    shift: int = 0
    """Added to the start of every range asked for."""
    page: bool = False
    """Whether a page comes instead, as from a network that wants a login."""
    stated: int = 0
    """Added to the length that is stated."""
    whole: bool = True
    """Whether it stays on the line to the end; else it stalls after the first bytes until :attr:`go`."""
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    heads: int = 0
    logins: list[str] = field(default_factory=list)
    hub: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    """Sent with the file."""

    @property
    def tag(self) -> str:
        return f'"{hashlib.sha256(self.data).hexdigest()}"'

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":
            self.heads += 1
        else:
            self.asked.append(request.headers.get("Range", ""))
            self.logins.append(request.headers.get("Authorization", ""))
        if self.statuses:
            reason = {"X-Error-Code": "EntryNotFound"} if self.hub else {}
            return web.Response(status=self.statuses.pop(0), text="not now", headers=reason)
        if self.page:
            return web.Response(text="<html>Please log in</html>", content_type="text/html")
        start = self._start(request)
        if start > len(self.data) or (start and start == len(self.data)):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(self.data)}"})
        body = self.data[start:]
        asked = request.headers.get("Range") and self.ranges
        response = web.StreamResponse(status=206 if start or (self.shift and asked) else 200)
        response.content_length = len(body) + self.stated
        if response.status == 206:
            response.headers["Content-Range"] = f"bytes {start}-{len(self.data) - 1}/{len(self.data)}"
        if self.tagged:
            response.headers["ETag"] = self.tag
        if self.hub:
            response.headers.update({"X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"})
        response.headers.update(self.headers)
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        await self._send(request, response, body)
        return response

    def _start(self, request: web.Request) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if not asked or not self.ranges or request.headers.get("If-Range", self.tag) != self.tag:
            return 0
        return max(int(asked[1]) + self.shift, 0)

    async def _send(self, request: web.Request, response: web.StreamResponse, body: bytes) -> None:
        assert request.transport is not None
        if self.cuts:
            await response.write(body[: self.cuts.pop(0)])
            request.transport.close()  # after what was written; an abort could take it along
            return
        if not self.whole:
            await response.write(body[: len(body) // 2])
            await self.go.wait()
            body = body[len(body) // 2 :]
        with_lie = body[: len(body) + min(self.stated, 0)]
        await response.write(with_lie)
        if self.stated > 0:
            request.transport.close()


@asynccontextmanager
async def serving(data: bytes) -> AsyncIterator[FileServer]:
    """A server of this file, at any path."""
    server = FileServer(data)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [address] = runner.addresses
    server.url = f"http://127.0.0.1:{address[1]}"
    try:
        yield server
    finally:
        server.go.set()
        await runner.cleanup()
