"""Any server that speaks the OpenAI chat wire: vLLM, llama.cpp, Ollama, a campus gateway, a hosted one."""

from __future__ import annotations

import os
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar, Literal

import aiohttp

from rusoil_jupyter.backends.base import Backend
from rusoil_jupyter.backends.openai_wire import OpenAIClient
from rusoil_jupyter.errors import RusoilError
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import BackendStatus, ModelInfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.settings import Settings

FRESH_SECONDS = 30.0
CONNECT_SECONDS = 5.0


class OpenAICompatibleBackend(Backend):
    """A server known by its base URL.

    Args:
        base_url: up to and including ``/v1``.
        api_key_env: name of the environment variable that holds the key. The key itself is never an
            option, so that it can't end up in a configuration listing.
        runs_on: where the server stands, as shown to the user.
        languages: what its models speak, if the administrator knows.
        vision: whether its models accept images.
        tools: whether its models call tools.
    """

    kind: ClassVar[str] = "openai-compatible"

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        base_url: str,
        api_key_env: str | None = None,
        runs_on: Literal["this-computer", "campus", "elsewhere"] = "elsewhere",
        languages: Sequence[str] = (),
        vision: bool = False,
        tools: bool = True,
    ) -> None:
        super().__init__(name, settings)
        self._base_url = base_url
        self._api_key_env = api_key_env
        self._traits = {
            "runs_on": runs_on,
            "languages": tuple(languages),
            "vision": vision,
            "tools": tools,
        }
        self._session: aiohttp.ClientSession | None = None
        self._models: tuple[ModelInfo, ...] = ()
        self._trouble: RusoilError | None = None
        self._asked_at = float("-inf")

    @property
    def _client(self) -> OpenAIClient:
        if self._session is None or self._session.closed:
            key = os.environ.get(self._api_key_env, "") if self._api_key_env else ""
            self._session = aiohttp.ClientSession(
                headers={"Authorization": f"Bearer {key}"} if key else None,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                trust_env=True,
            )
        return OpenAIClient(self._session, self._base_url)

    async def models(self) -> Sequence[ModelInfo]:
        """What ``GET models`` lists, asked at most every 30 seconds while the server is well."""
        if self._trouble is not None or time.monotonic() - self._asked_at > FRESH_SECONDS:
            await self._ask()
        return self._models

    async def _ask(self) -> None:
        try:
            listing = await self._client.get("models")
            rows = listing.get("data") if isinstance(listing, dict) else None
            rows = rows if isinstance(rows, list) else ()
            ids = [str(row["id"]) for row in rows if isinstance(row, dict) and row.get("id")]
        except RusoilError as error:
            self._trouble, self._models = error, ()
            return
        self._trouble, self._asked_at = None, time.monotonic()
        self._models = tuple(
            ModelInfo.model_validate(
                {"id": f"{self.name}/{id_}", "name": id_, "backend": self.name, **self._traits}
            )
            for id_ in ids
        )

    async def status(self) -> BackendStatus:
        """Ready when the server lists a model."""
        models = await self.models()
        trouble = self._trouble
        return BackendStatus(
            name=self.name,
            kind=self.kind,
            ready=bool(models),
            reason="" if models else str(trouble or _("The server lists no models.")),
            next_step="" if models else (trouble.next_step if trouble else _("Load a model there.")),
        )

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """As :meth:`Backend.stream`."""
        async with aclosing(self._client.stream(request)) as events:
            async for event in events:
                yield event

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """As :meth:`Backend.embed`."""
        return await self._client.embed(model, texts)

    async def aclose(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()
