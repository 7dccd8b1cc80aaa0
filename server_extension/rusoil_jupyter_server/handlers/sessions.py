"""``api/sessions``: what was said, kept by the server."""

from __future__ import annotations

from urllib.parse import quote

from tornado import web

from rusoil_jupyter.aside import computed
from rusoil_jupyter.protocol import ExportRequest, NewSession, RenameSession, SessionList
from rusoil_jupyter.store.export import MEDIA_TYPES, export
from rusoil_jupyter_server.handlers.base import AssistantHandler


class SessionsHandler(AssistantHandler):
    """All sessions of the user."""

    @web.authenticated
    async def get(self) -> None:
        """List them, the latest first."""
        sessions = await self.assistant.store.run(self.assistant.store.list_sessions, self.owner)
        self.reply(SessionList(sessions=tuple(sessions)))

    @web.authenticated
    async def post(self) -> None:
        """Make a new one (201)."""
        title = (await self.read(NewSession)).title
        info = await self.assistant.store.run(self.assistant.store.create, self.owner, title)
        self.reply(info, status=201)


class SessionHandler(AssistantHandler):
    """One session."""

    @web.authenticated
    async def get(self, session_id: str) -> None:
        """Read it with its messages."""
        self.reply(await self.assistant.store.run(self.assistant.store.read, self.owner, session_id))

    @web.authenticated
    async def patch(self, session_id: str) -> None:
        """Rename it."""
        title = (await self.read(RenameSession)).title
        store = self.assistant.store
        self.reply(await store.run(store.rename, self.owner, session_id, title))

    @web.authenticated
    async def delete(self, session_id: str) -> None:
        """Delete it with its messages and uploads (204)."""
        await self.assistant.forget_session(self.owner, session_id)
        self.set_status(204)
        self.finish()


class SessionExportHandler(AssistantHandler):
    """One session as a file."""

    @web.authenticated
    async def post(self, session_id: str) -> None:
        """Answer with a notebook, markdown or JSON."""
        form = (await self.read(ExportRequest)).format
        session = await self.assistant.store.run(self.assistant.store.read, self.owner, session_id)
        name = quote(f"{session.title or session.id}.{form}")
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{name}")
        self.finish(await computed(export, session, form), set_content_type=MEDIA_TYPES[form])
