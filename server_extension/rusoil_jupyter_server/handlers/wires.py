"""``v1/*``: the wires of OpenAI and Anthropic; their clients need our address and Jupyter's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tornado import web

from rusoil_jupyter.aside import computed
from rusoil_jupyter.events import Failed
from rusoil_jupyter.wires import anthropic, common, completions, responses
from rusoil_jupyter_server.handlers.base import AssistantHandler
from rusoil_jupyter_server.handlers.chat import TurnHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rusoil_jupyter.errors import ErrorBody
    from rusoil_jupyter.turns import Turn


class WireHandler(AssistantHandler):
    """Errors in the form that the clients of a wire read."""

    wire: ClassVar[common.Wire[Any]] = completions.WIRE

    def initialize(self, **options: Any) -> None:
        """Take ``x-api-key``, which Anthropic's clients send, for the token that it is; Jupyter judges it."""
        super().initialize(**options)
        headers = self.request.headers
        if (key := headers.get("X-Api-Key")) and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {key}"

    def error_body(self, body: ErrorBody) -> str:
        """Ours, within the wire's."""
        return self.wire.error(body)


class _ModelsOfBoth(WireHandler):
    """The clients of both vendors ask here."""

    def error_body(self, body: ErrorBody) -> str:
        """In the form of whoever asks."""
        is_anthropic = "Anthropic-Version" in self.request.headers
        return (anthropic.WIRE if is_anthropic else self.wire).error(body)


class WireModelsHandler(_ModelsOfBoth):
    """``GET v1/models``."""

    @web.authenticated
    async def get(self) -> None:
        """List what can answer now."""
        self.finish(common.model_list((await self.assistant.models()).models))


class WireModelHandler(_ModelsOfBoth):
    """``GET v1/models/{id}``; ids have slashes."""

    @web.authenticated
    async def get(self, model: str) -> None:
        """One that can answer now."""
        self.finish(common.model_row((await self.assistant.models()).models, model))


class ChatCompletionsHandler(WireHandler, TurnHandler):
    """``POST v1/chat/completions``, and what the other wires have instead."""

    @web.authenticated
    async def post(self) -> None:
        """Answer whole or in a stream; closing the connection cancels."""
        asked = await self.read(self.wire.request)
        turn = await self.begin(await computed(self.wire.translate, asked))
        answer = self.wire.answer(asked, self.request_id)
        if asked.stream:
            await self.stream(_lines(turn, answer))
            return
        events = await turn.result()
        if isinstance(events[-1], Failed):
            self.refuse(events[-1].error)
        else:
            self.finish(await computed(answer.whole, events))


class ResponsesHandler(ChatCompletionsHandler):
    """``POST v1/responses``."""

    wire = responses.WIRE


class MessagesHandler(ChatCompletionsHandler):
    """``POST v1/messages``."""

    wire = anthropic.WIRE


class InputTokensHandler(WireHandler):
    """``POST v1/responses/input_tokens``."""

    @web.authenticated
    async def post(self) -> None:
        """How many tokens a model would read."""
        asked = await self.read(responses.InputRequest)
        request = await computed(responses.to_chat_request, asked)
        count = await self.assistant.count_tokens(request, self.caller)
        self.finish({"object": "response.input_tokens", "input_tokens": count})


class CountTokensHandler(WireHandler):
    """``POST v1/messages/count_tokens``."""

    wire = anthropic.WIRE

    @web.authenticated
    async def post(self) -> None:
        """How many tokens a model would read."""
        asked = await self.read(anthropic.CountRequest)
        request = await computed(anthropic.to_chat_request, asked)
        self.finish({"input_tokens": await self.assistant.count_tokens(request, self.caller)})


class EmbeddingsHandler(WireHandler):
    """``POST v1/embeddings``."""

    @web.authenticated
    async def post(self) -> None:
        """A vector per text."""
        request = await self.read(completions.EmbeddingsRequest)
        vectors = await self.assistant.embed(request.model, request.texts, self.caller)
        text = await computed(completions.embedding_list, request, vectors)
        self.finish(text, set_content_type="application/json")


async def _lines(turn: Turn, answer: common.Answer) -> AsyncIterator[str]:
    async for event in turn.events():
        for line in answer.lines(event):
            yield line
