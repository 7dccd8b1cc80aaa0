"""Vendors on the OpenAI chat wire: an address, a key and the few words in which they differ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from rusoil_jupyter.addresses import is_loopback
from rusoil_jupyter.backends.openai_compatible import OpenAICompatibleBackend
from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yarl import URL

    from rusoil_jupyter.backends.remote import RunsOn
    from rusoil_jupyter.settings import Settings

# What OpenAI lists beside the models that chat.
_NOT_CHAT = re.compile(
    r"embedding|whisper|tts|dall-e|moderation|audio|realtime|transcribe|image|sora|davinci|babbage|instruct"
)


class OpenAIBackend(OpenAICompatibleBackend):
    """OpenAI's own service."""

    kind: ClassVar[str] = "openai"
    default_url = "https://api.openai.com/v1"
    default_key_env = "OPENAI_API_KEY"
    needs_key = True
    sees = True
    cost_class = "paid"

    @staticmethod
    def _adapt(body: dict[str, Any]) -> dict[str, Any]:
        if "max_tokens" in body:  # its reasoning models refuse the older name
            body["max_completion_tokens"] = body.pop("max_tokens")
        return body

    async def _list(self) -> Iterable[dict[str, Any]]:
        return [row for row in await super()._list() if not _NOT_CHAT.search(row["id"])]


class AzureOpenAIBackend(OpenAIBackend):
    """A resource at Azure, on its v1 API; ``models`` names the deployments, which it does not list."""

    kind: ClassVar[str] = "azure-openai"
    default_url = ""
    default_key_env = "AZURE_OPENAI_API_KEY"

    def __init__(self, name: str, settings: Settings, **options: Any) -> None:
        super().__init__(name, settings, **options)
        if not self._chosen:
            raise InvalidRequest(
                _("Azure does not list its deployments."), _("Name them in “models”."), field="models"
            )

    def _credentials(self, key: str) -> dict[str, str]:
        return {"api-key": key}


class _OwnServer(OpenAICompatibleBackend):
    """A model server that people run themselves: at an address of this computer it runs here."""

    def _place(self, url: URL) -> RunsOn:
        return "this-computer" if is_loopback(url.host or "") else "elsewhere"


class OllamaBackend(_OwnServer):
    """Ollama. Its cloud models are listed like the others, and what is asked of them leaves the computer."""

    kind: ClassVar[str] = "ollama"
    default_url = "http://localhost:11434/v1"
    default_key_env = "OLLAMA_API_KEY"

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        traits = super()._row(row)
        if traits["id"].endswith(("-cloud", ":cloud")):
            traits |= {"runs_on": "elsewhere", "sends_to": "ollama.com"}
        return traits


class VLLMBackend(_OwnServer):
    """vLLM's server."""

    kind: ClassVar[str] = "vllm"
    default_url = "http://localhost:8000/v1"
    default_key_env = "VLLM_API_KEY"
