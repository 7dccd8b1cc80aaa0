"""``api/consents``: to which hosts the user agreed to send what is asked of models there."""

from __future__ import annotations

from tornado import web

from rusoil_jupyter.protocol import GiveConsent
from rusoil_jupyter_server.handlers.base import AssistantHandler


class ConsentsHandler(AssistantHandler):
    """All of the user's consents."""

    @web.authenticated
    async def get(self) -> None:
        """List them, with the administrator's policy."""
        self.reply(await self.assistant.consents.list(self.owner))

    @web.authenticated
    async def post(self) -> None:
        """Agree to one more (201)."""
        destination = (await self.read(GiveConsent)).destination
        self.reply(await self.assistant.agree(self.owner, destination), status=201)


class ConsentHandler(AssistantHandler):
    """One consent."""

    @web.authenticated
    async def delete(self, destination: str) -> None:
        """Revoke it; there may have been none (204)."""
        await self.assistant.consents.revoke(self.owner, destination)
        self.set_status(204)
        self.finish()
