"""``v1/*``: the OpenAI wire, so that any of its clients works here with base URL and Jupyter token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado import web

from rusoil_jupyter import openai_api
from rusoil_jupyter.aside import computed
from rusoil_jupyter.events import Failed
from rusoil_jupyter_server.handlers.base import AssistantHandler
from rusoil_jupyter_server.handlers.chat import TurnHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rusoil_jupyter.errors import ErrorBody
    from rusoil_jupyter.turns import Turn


class OpenAIHandler(AssistantHandler):
    """Errors in a shape that OpenAI's clients read too."""

    def error_body(self, body: ErrorBody) -> str:
        """Ours, with OpenAI's ``type`` and ``param`` added."""
        return openai_api.error_body(body)


class OpenAIModelsHandler(OpenAIHandler):
    """``GET v1/models``."""

    @web.authenticated
    async def get(self) -> None:
        """List what can answer now."""
        self.finish(openai_api.model_list((await self.assistant.models()).models))


class ChatCompletionsHandler(OpenAIHandler, TurnHandler):
    """``POST v1/chat/completions``."""

    @web.authenticated
    async def post(self) -> None:
        """Answer whole or in chunks; closing the connection cancels."""
        asked = await self.read(openai_api.ChatCompletionRequest)
        turn = await self.begin(await computed(openai_api.to_chat_request, asked))
        completion = openai_api.Completion(asked, self.request_id)
        if asked.stream:
            await self.stream(_chunks(turn, completion))
            return
        events = await turn.result()
        if isinstance(events[-1], Failed):
            self.refuse(events[-1].error)
        else:
            self.finish(completion.whole(events))


class EmbeddingsHandler(OpenAIHandler):
    """``POST v1/embeddings``."""

    @web.authenticated
    async def post(self) -> None:
        """A vector per text."""
        request = await self.read(openai_api.EmbeddingsRequest)
        vectors = await self.assistant.embed(request.model, request.texts, self.caller)
        text = await computed(openai_api.embedding_list, request, vectors)
        self.finish(text, set_content_type="application/json")


async def _chunks(turn: Turn, completion: openai_api.Completion) -> AsyncIterator[str]:
    async for event in turn.events():
        for line in completion.chunks(event):
            yield line
