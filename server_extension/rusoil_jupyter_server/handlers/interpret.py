"""``POST api/interpret``: a figure read, in words and numbers."""

from __future__ import annotations

from tornado import web

from rusoil_jupyter.protocol import InterpretRequest
from rusoil_jupyter_server.handlers.base import AssistantHandler


class InterpretHandler(AssistantHandler):
    """One figure."""

    @web.authenticated
    async def post(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.Interpretation`."""
        request = self.read(InterpretRequest)
        self.reply(await self.assistant.interpret(request, self.owner))
