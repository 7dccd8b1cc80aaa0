"""``GET api/models`` and ``POST api/models/pull``."""

from __future__ import annotations

from tornado import web

from rusoil_jupyter.protocol import PullRequest
from rusoil_jupyter_server.handlers.base import AssistantHandler


class ModelsHandler(AssistantHandler):
    """The models, what each can do, and where it is not available why."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.ModelList`."""
        self.reply(await self.assistant.models())


class PullHandler(AssistantHandler):
    """Bring a model to this computer."""

    @web.authenticated
    async def post(self) -> None:
        """Start the download (202); ``GET api/models`` shows its progress."""
        await self.assistant.pull(self.read(PullRequest).model)
        self.reply(await self.assistant.models(), status=202)
