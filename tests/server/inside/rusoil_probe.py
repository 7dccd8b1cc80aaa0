"""An extension inside the servers under test: names users, records the authorizer, looks inside."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any

from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.iostream import StreamClosedError

from rusoil_jupyter_server.handlers.base import AssistantHandler
from rusoil_jupyter_server.handlers.chat import ChatHandler

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

TOKEN_PREFIX = "secret-of-"
DENIED = "mallory"
asked: list[dict[str, str]] = []


class NamedTokens(IdentityProvider):
    """The token ``secret-of-alice`` is alice's."""

    def get_user_token(self, handler: web.RequestHandler) -> User | None:
        token = self.get_token(handler) or ""
        return User(token.removeprefix(TOKEN_PREFIX)) if token.startswith(TOKEN_PREFIX) else None

    def get_user_cookie(self, handler: web.RequestHandler) -> None:
        return None


class Recorder(Authorizer):
    """Everybody may everything, except one; every question is kept."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        if not isinstance(handler, ProbeHandler):
            asked.append({"user": user.username, "action": action, "resource": resource})
        return user.username != DENIED


class ProbeHandler(JupyterHandler):
    """What goes on inside: running turns, streams at work in backends, what was asked of the authorizer."""

    @web.authenticated
    async def get(self) -> None:
        assistant = self.settings["rusoil_assistant"]()
        turns: dict[Any, Any] = assistant.turns._turns
        backends = assistant.registry.backends.values()
        running = [request_id for (_owner, request_id), turn in turns.items() if not turn.ended]
        self.finish(
            {
                "starting": len(assistant._beginning),
                "running": running,
                "kept": [request_id for _owner, request_id in turns],
                "streams": sum(getattr(backend, "active", 0) for backend in backends),
                "engines": [pid for backend in backends for pid in getattr(backend, "engine_pids", ())],
                "asked": asked,
            }
        )


class LagHandler(JupyterHandler):
    """How long, in seconds, the loop did nothing else since the last question: at the most.

    ``computed`` is the most that this process had a core meanwhile: the rest was waiting for a busy machine.
    """

    longest = computed = 0.0
    watch: asyncio.Task[None] | None = None

    @web.authenticated
    async def get(self) -> None:
        if LagHandler.watch is None:
            LagHandler.watch = asyncio.create_task(self._watch())
        self.finish({"longest": LagHandler.longest, "computed": LagHandler.computed})
        LagHandler.longest = LagHandler.computed = 0.0

    @staticmethod
    async def _watch() -> None:
        while True:
            began, worked = time.monotonic(), time.process_time()
            await asyncio.sleep(0.01)
            LagHandler.longest = max(LagHandler.longest, time.monotonic() - began - 0.01)
            LagHandler.computed = max(LagHandler.computed, time.process_time() - worked)


class ModulesHandler(JupyterHandler):
    """What this process has imported so far; asks nothing of the assistant."""

    @web.authenticated
    async def get(self) -> None:
        self.finish({"modules": sorted(sys.modules)})


class ForgetfulHandler(AssistantHandler):
    """A new handler whose author forgot ``@web.authenticated``."""

    async def get(self) -> None:
        self.finish({"secret": "told"})


class OpenHandler(AssistantHandler):
    """A new handler whose author even opened it."""

    @allow_unauthenticated
    async def get(self) -> None:
        self.finish({"secret": "told"})


class LosingHandler(ChatHandler):
    """A chat whose connection is lost while it is written to."""

    async def flush(self, include_footers: bool = False) -> None:
        self.request.connection.set_close_callback(None)  # as tornado does when a handler has ended
        self.request.connection.stream.close()
        raise StreamClosedError


def _load_jupyter_server_extension(app: ServerApp) -> None:
    base = app.base_url.rstrip("/") + "/probe/"
    handlers = [
        *(("inside", ProbeHandler), ("modules", ModulesHandler), ("lag", LagHandler)),
        ("losing", LosingHandler),
        *(("forgetful", ForgetfulHandler), ("open", OpenHandler)),
    ]
    app.web_app.add_handlers(".*$", [(base + name, handler) for name, handler in handlers])
