"""``GET api/models``, and what can be done with one: pull, cancel, verify, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado import web

from rusoil_jupyter.protocol import NamedModel
from rusoil_jupyter_server.handlers.base import AssistantHandler

if TYPE_CHECKING:
    from collections.abc import Awaitable


class ModelsHandler(AssistantHandler):
    """The models, what each can do, and where it is not available why."""

    @web.authenticated
    async def get(self) -> None:
        """Answer with :class:`rusoil_jupyter.protocol.ModelList`."""
        self.reply(await self.assistant.models())


class _ModelAction(AssistantHandler):
    @web.authenticated
    async def post(self) -> None:
        """Begin (202); the list of models that comes back, and each later one, shows how far it is."""
        await self.act((await self.read(NamedModel)).model)
        self.reply(await self.assistant.models(), status=202)

    def act(self, model: str) -> Awaitable[None]:
        """Do it."""
        raise NotImplementedError


class PullHandler(_ModelAction):
    """Bring a model to this computer."""

    def act(self, model: str) -> Awaitable[None]:
        """Start the download."""
        return self.assistant.pull(model)


class CancelPullHandler(_ModelAction):
    """Stop a download; what has come is kept for the next."""

    def act(self, model: str) -> Awaitable[None]:
        """Stop it."""
        return self.assistant.cancel_pull(model)


class VerifyHandler(_ModelAction):
    """Compare a model's files with their digests."""

    def act(self, model: str) -> Awaitable[None]:
        """Start to read them."""
        return self.assistant.verify(model)


class RemoveHandler(_ModelAction):
    """Delete a model's files."""

    def act(self, model: str) -> Awaitable[None]:
        """Delete them."""
        return self.assistant.remove(model)
