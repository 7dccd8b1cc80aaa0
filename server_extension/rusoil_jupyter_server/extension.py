"""The server extension: Jupyter's configuration in, one assistant built, routes listed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Dict, Enum, Float, Int, List, Unicode

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter_server.handlers import ROUTES

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from rusoil_jupyter.service import Assistant
    from rusoil_jupyter.settings import Settings


class RusoilExtension(ExtensionApp):
    """Options of the assistant; each also has an environment variable, see the help texts."""

    name = "rusoil_jupyter_server"
    app_name = "Rusoil Jupyter"
    description = "An AI assistant that lives in Jupyter"
    extension_url = "/rusoil/chat"
    load_other_extensions = True
    _upkeep: asyncio.Task[None] | None = None

    mode = Enum(
        ["local", "hybrid", "campus"],
        default_value=None,
        allow_none=True,
        help="Where this server stands. Shown in api/status. Environment: RUSOIL_MODE.",
    ).tag(config=True)
    assistant_dir = Unicode(
        None,
        allow_none=True,
        help="Folder for sessions and downloaded models. Environment: RUSOIL_DATA_DIR.",
    ).tag(config=True)
    model_dirs = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="Folders searched for GGUF models (or single files), before assistant_dir/models. "
        "Environment: RUSOIL_MODEL_DIR (separated as in PATH).",
    ).tag(config=True)
    model_mirror = Unicode(
        None,
        allow_none=True,
        help="Address or folder that has the files of models by their names; asked before their own "
        "source. Environment: RUSOIL_MODEL_MIRROR.",
    ).tag(config=True)
    backends = Dict(
        default_value=None,
        allow_none=True,
        help="Ways to reach models, in order of preference: name to {'kind': ..., options}. "
        "Kinds: llama-cpp, openai-compatible (base_url, api_key_env), openai, azure-openai, anthropic, "
        "google, mistral, ollama, vllm, scripted. "
        "Environment: RUSOIL_BACKENDS (JSON, or kinds separated by commas).",
    ).tag(config=True)
    default_model = Unicode(
        None,
        allow_none=True,
        help="The model that “auto” means; by default the best one that fits into the memory. "
        "Environment: RUSOIL_DEFAULT_MODEL.",
    ).tag(config=True)
    fallback = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="Who answers for “auto”, in order: model ids, or names of backends. When one can't answer "
        "before its first word, the next one does, and the user is told. In mode hybrid the order of the "
        "backends unless given. Environment: RUSOIL_FALLBACK (separated by commas).",
    ).tag(config=True)
    hosted = Enum(
        ["ask", "agreed", "off"],
        default_value=None,
        allow_none=True,
        help="Models that run elsewhere: ask each user before anything is sent (the default), agreed for "
        "everybody by you, or off. Environment: RUSOIL_HOSTED.",
    ).tag(config=True)
    grace_seconds = Float(
        None,
        allow_none=True,
        help="How long an answer that nobody reads runs on, and can be resumed, after its connection "
        "was lost. By default 60. Environment: RUSOIL_GRACE_SECONDS.",
    ).tag(config=True)

    upload_quota = Int(
        None,
        allow_none=True,
        help="Bytes that one user's uploads may take together. By default 1,000,000,000. "
        "Environment: RUSOIL_UPLOAD_QUOTA.",
    ).tag(config=True)
    upload_seconds = Float(
        None,
        allow_none=True,
        help="How long an upload is kept after it was last used. By default a day. "
        "Environment: RUSOIL_UPLOAD_SECONDS.",
    ).tag(config=True)

    @property
    def choices(self) -> Settings:
        """The configuration and the environment together.

        Raises:
            InvalidRequest: a variable of the environment has a value that is not allowed.
        """
        from rusoil_jupyter.settings import Settings

        traits = ["mode", "model_dirs", "model_mirror", "backends", "default_model", "fallback", "hosted"]
        traits += ["grace_seconds", "upload_quota", "upload_seconds"]
        chosen = {name: getattr(self, name) for name in traits}
        return Settings.from_environ(data_dir=self.assistant_dir, **chosen)

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
