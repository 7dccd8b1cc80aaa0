"""The server extension: Jupyter's configuration in, one assistant built, routes listed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.settings import Settings
from rusoil_jupyter_server.handlers import ROUTES
from rusoil_jupyter_server.options import make_traits, name_trait

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from rusoil_jupyter.service import Assistant


class RusoilExtension(ExtensionApp):
    """Options of the assistant; each also has an environment variable, see the help texts."""

    name = "rusoil_jupyter_server"
    app_name = "Rusoil Jupyter"
    description = "An AI assistant that lives in Jupyter"
    extension_url = "/rusoil/chat"
    load_other_extensions = True
    _upkeep: asyncio.Task[None] | None = None

    vars().update(make_traits(Settings))  # each setting of the core is an option

    @property
    def choices(self) -> Settings:
        """The configuration and the environment together.

        Raises:
            InvalidRequest: a variable of the environment has a value that is not allowed.
        """
        chosen = {one.name: getattr(self, name_trait(one)) for one in Settings.describe()}
        return Settings.from_environ(**chosen)

    @cached_property
    def assistant(self) -> Assistant:
        """Made at the first request, so that starting Jupyter does not wait for it."""
        from rusoil_jupyter.service import Assistant

        return Assistant(self.choices)

    def initialize_settings(self) -> None:
        """Let the handlers find the assistant."""
        self.settings["rusoil_assistant"] = lambda: self.assistant

    def initialize_handlers(self) -> None:
        """Mount every route of the contract."""
        self.handlers.extend(ROUTES)

    async def _start_jupyter_server_extension(self, _server: ServerApp) -> None:
        """Keep the data folder in order from now on."""
        from rusoil_jupyter import upkeep

        with suppress(InvalidRequest):  # the first request says what is wrong
            self._upkeep = asyncio.create_task(upkeep.run(self.choices))

    async def stop_extension(self) -> None:
        """End turns, engines and the upkeep with the server."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait({self._upkeep})
        if "assistant" in self.__dict__:
            await self.assistant.aclose()


def main(argv: Any = None) -> None:
    """Start a Jupyter server with this extension."""
    RusoilExtension.launch_instance(argv)
