"""``POST api/interpret``: a figure read, in words and numbers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tornado import web

from rusoil_jupyter.protocol import InterpretRequest
from rusoil_jupyter_server.handlers.base import AssistantHandler

if TYPE_CHECKING:
    from rusoil_jupyter.protocol import Interpretation


class InterpretHandler(AssistantHandler):
    """One figure. When the client leaves, nobody goes on reading."""

    _reading: asyncio.Task[Interpretation] | None = None
    _left = False

    @web.authenticated
    async def post(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.Interpretation`."""
        request = await self.read(InterpretRequest)
        if self._left:  # while its request was read
            return
        self._reading = asyncio.create_task(self.assistant.interpret(request, self.caller))
        await asyncio.wait({self._reading})
        if not self._reading.cancelled():
            self.reply(self._reading.result())

    def on_connection_close(self) -> None:
        """The client is gone."""
        super().on_connection_close()
        self._left = True
        if self._reading is not None:
            self._reading.cancel()
