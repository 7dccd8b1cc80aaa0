"""``GET api/status``."""

from __future__ import annotations

from tornado import web

from rusoil_jupyter_server.handlers.base import AssistantHandler


class StatusHandler(AssistantHandler):
    """Mode, version and the health of every backend."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.Status`."""
        self.reply(await self.assistant.status())
