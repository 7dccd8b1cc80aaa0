"""Any server that speaks the OpenAI chat wire: vLLM, llama.cpp, Ollama, a campus gateway, a hosted one."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar

from rusoil_jupyter.backends.openai_wire import OpenAIClient
from rusoil_jupyter.backends.remote import RemoteBackend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.messages import ImagePart

# Who says how much a model reads calls it by one of these.
_CONTEXT = ("max_model_len", "context_length", "max_context_length", "context_window")


class OpenAICompatibleBackend(RemoteBackend):
    """A server known by its base URL, up to and including ``/v1``; options as :class:`RemoteBackend`."""

    kind: ClassVar[str] = "openai-compatible"

    @property
    def _client(self) -> OpenAIClient:
        return OpenAIClient(self._http, self._base_url, self._adapt)

    @staticmethod
    def _adapt(body: dict[str, Any]) -> dict[str, Any]:
        """The body of a question as this server wants it."""
        return body

    async def _list(self) -> Iterable[dict[str, Any]]:
        listing = await self._client.get("models")
        rows = listing.get("data") if isinstance(listing, dict) else None
        rows = rows if isinstance(rows, list) else ()
        return [self._row(row) for row in rows if isinstance(row, dict) and row.get("id")]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        sizes = (row.get(name) for name in _CONTEXT)
        size = next((size for size in sizes if type(size) is int and size > 0), None)
        return {"id": str(row["id"]), "context_length": size}

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """As :meth:`Backend.stream`."""
        with self.key.hidden():
            async with aclosing(self._client.stream(request)) as events:
                async for event in events:
                    yield event

    async def generate_image(self, model: str, prompt: str) -> ImagePart:
        """As :meth:`Backend.generate_image`, by ``images/generations``."""
        with self.key.hidden():
            return await self._client.generate_image(model, prompt)

    async def embed(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """As :meth:`Backend.embed`."""
        with self.key.hidden():
            return await self._client.embed(model, texts)
