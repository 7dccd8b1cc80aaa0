"""``api/uploads``: pictures and clips, brought in pieces and then named by their ids."""

from __future__ import annotations

import asyncio

from tornado import web

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import NewUpload
from rusoil_jupyter_server.handlers.base import AssistantHandler


class UploadsHandler(AssistantHandler):
    """All uploads of the user."""

    @web.authenticated
    async def get(self) -> None:
        """The limits, told in advance, and what is here."""
        self.reply(await asyncio.to_thread(self.assistant.uploads.list, self.owner))

    @web.authenticated
    async def post(self) -> None:
        """Make room for a new one (201)."""
        wanted = await self.read(NewUpload)
        self.reply(await asyncio.to_thread(self.assistant.uploads.begin, self.owner, wanted), status=201)


class UploadHandler(AssistantHandler):
    """One upload."""

    @web.authenticated
    async def get(self, upload_id: str) -> None:
        """How far it is."""
        self.reply(await asyncio.to_thread(self.assistant.uploads.info, self.owner, upload_id))

    @web.authenticated
    async def patch(self, upload_id: str) -> None:
        """Append the body, which belongs at ``offset``."""
        uploads, body = self.assistant.uploads, self.request.body
        self.reply(await asyncio.to_thread(uploads.append, self.owner, upload_id, self._offset(), body))

    @web.authenticated
    async def delete(self, upload_id: str) -> None:
        """Forget it (204)."""
        await asyncio.to_thread(self.assistant.uploads.delete, self.owner, upload_id)
        self.set_status(204)
        self.finish()

    def _offset(self) -> int:
        text = self.get_query_argument("offset", "")
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise InvalidRequest(
                _("“offset” says where the piece belongs: a number from 0."),
                _("Correct this field and send the request again."),
                field="offset",
            )
        return int(text)
