"""Vendors with a wire of their own, through pydantic-ai, which knows what each of their models takes.

pydantic-ai and the vendors' clients come with an extra (``pip install "rusoil-jupyter[anthropic]"``) and
cost seconds to import, so that is done at the first question, in a thread.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import time
from abc import abstractmethod
from contextlib import aclosing
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

from rusoil_jupyter.addresses import is_direct
from rusoil_jupyter.backends.openai_wire import OpenAIClient, part_text
from rusoil_jupyter.backends.remote import CONNECT_SECONDS, SILENCE_SECONDS, RemoteBackend
from rusoil_jupyter.errors import (
    ContextTooLong,
    Forbidden,
    InvalidRequest,
    ModelUnavailable,
    RateLimited,
    RusoilError,
    UnknownModel,
)
from rusoil_jupyter.events import Done, Event, Reasoning, Text, ToolCall, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import ImagePart, ReasoningPart, ToolCallPart, ToolResultPart

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence

    import httpx2
    from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
    from pydantic_ai.settings import ModelSettings

    from rusoil_jupyter.backends.base import ModelRequest
    from rusoil_jupyter.messages import Message

_SIGNED = ":"  # between who signed a thought and the signature
_FINISH = {"stop": "stop", "length": "length", "tool_call": "tool_calls", "content_filter": "content_filter"}


class VendorBackend(RemoteBackend):
    """A vendor that pydantic-ai speaks to. ``extra`` is both our extra's name and pydantic-ai's module."""

    extra: ClassVar[str]
    module: ClassVar[str]  # the vendor's client, which the extra installs
    has_seed: ClassVar[bool] = True
    needs_key = True
    sees = True
    cost_class = "paid"

    def _check(self) -> None:
        if not (_installed("pydantic_ai") and _installed(self.module)):
            raise ModelUnavailable(
                _("The client for {vendor} is not installed.").format(vendor=self.kind),
                _("Run “{command}” where Jupyter is installed, then restart Jupyter.").format(
                    command=f'pip install "rusoil-jupyter[{self.extra}]"'
                ),
            )
        super()._check()

    async def _get(self, path: str, field: str) -> Iterable[dict[str, Any]]:
        """The rows of a listing."""
        listing = await OpenAIClient(self._http, self._base_url).get(path)
        rows = listing.get(field) if isinstance(listing, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    # --- one answer ------------------------------------------------------------------------------

    async def stream(self, request: ModelRequest) -> AsyncIterator[Event]:
        """As :meth:`Backend.stream`."""
        with self.key.hidden():
            self._check()
            await asyncio.to_thread(importlib.import_module, f"pydantic_ai.models.{self.extra}")
            try:
                async with aclosing(self._stream(request)) as events:
                    async for event in events:
                        yield event
            except RusoilError:
                raise
            # pydantic-ai wraps most of what its clients raise, and the clients wrap most of their own.
            except Exception as error:
                raise _mapped(error) from error

    async def _stream(self, request: ModelRequest) -> AsyncGenerator[Event, None]:
        import httpx2
        from pydantic_ai.direct import model_request_stream

        # A client of its own for each answer: not all of the vendors' clients close the connection of an
        # answer that is left, and this one does. It follows no redirection to where nobody agreed to.
        async with httpx2.AsyncClient(
            verify=self._certificates,
            timeout=httpx2.Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=not is_direct(self._base_url),
        ) as http:
            model = self._model(request.model, self.key.read(), http)
            has_schemas = bool(model.profile.get("supports_json_schema_output"))
            answer = model_request_stream(
                model,
                list(_messages(request.messages, model.system)),
                model_settings=self._settings(request),
                model_request_parameters=_parameters(request, has_schemas=has_schemas),
                instrument=False,
            )
            async with answer as events, aclosing(_Reader(model.system).read(events)) as said:
                async for event in said:
                    yield event

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        """Made once: reading the certificates takes longer than all the rest of a connection."""
        import httpx2

        return httpx2.create_ssl_context()

    @abstractmethod
    def _model(self, model: str, key: str, http: httpx2.AsyncClient) -> Model[Any]:
        """The model behind this key, on this HTTP client."""

    def _settings(self, request: ModelRequest) -> ModelSettings:
        chosen = {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "seed": request.seed if self.has_seed else None,
            "stop_sequences": list(request.stop) or None,
            "thinking": False if request.reasoning_effort == "none" else request.reasoning_effort,
            "tool_choice": request.tool_choice if request.tools else None,
        }
        settings: Any = {name: value for name, value in chosen.items() if value is not None}
        settings["max_retries"] = 0  # trying again is the user's and the fallback chain's business
        return settings  # type: ignore[no-any-return]


class AnthropicBackend(VendorBackend):
    """Anthropic's Claude."""

    kind: ClassVar[str] = "anthropic"
    extra = module = "anthropic"
    default_url = "https://api.anthropic.com"
    default_key_env = "ANTHROPIC_API_KEY"
    has_seed = False

    def _credentials(self, key: str) -> dict[str, str]:
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}

    async def _list(self) -> Iterable[dict[str, Any]]:
        rows = await self._get("v1/models?limit=1000", "data")
        return [
            {
                "id": str(row["id"]),
                "name": str(row.get("display_name") or row["id"]),
                "context_length": _count(row.get("max_input_tokens")),
            }
            for row in rows
            if row.get("id")
        ]

    def _model(self, model: str, key: str, http: httpx2.AsyncClient) -> Model[Any]:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        provider = AnthropicProvider(api_key=key, base_url=self._base_url, http_client=http)
        return AnthropicModel(model, provider=provider)


class GoogleBackend(VendorBackend):
    """Google's Gemini API."""

    kind: ClassVar[str] = "google"
    extra = "google"
    module = "google.genai"
    default_url = "https://generativelanguage.googleapis.com"
    default_key_env = "GOOGLE_API_KEY"

    def _credentials(self, key: str) -> dict[str, str]:
        return {"x-goog-api-key": key}

    async def _list(self) -> Iterable[dict[str, Any]]:
        rows = await self._get("v1beta/models?pageSize=1000", "models")
        return [
            {
                "id": str(row.get("name")).removeprefix("models/"),
                "name": str(row.get("displayName") or row.get("name")),
                "context_length": _count(row.get("inputTokenLimit")),
            }
            for row in rows
            if row.get("name") and "generateContent" in (row.get("supportedGenerationMethods") or ())
        ]

    def _model(self, model: str, key: str, http: httpx2.AsyncClient) -> Model[Any]:
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        provider = GoogleProvider(api_key=key, base_url=self._base_url, http_client=http)
        return GoogleModel(model, provider=provider)


class MistralBackend(VendorBackend):
    """Mistral's own service; its wire looks like OpenAI's but refuses several of its fields."""

    kind: ClassVar[str] = "mistral"
    extra = "mistral"
    module = "mistralai"
    default_url = "https://api.mistral.ai"
    default_key_env = "MISTRAL_API_KEY"
    sees = False

    async def _list(self) -> Iterable[dict[str, Any]]:
        rows = {row["id"]: row for row in await self._get("v1/models", "data") if row.get("id")}
        return [self._row(row) for row in rows.values() if _can(row, "completion_chat", default=True)]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": str(row["id"]),
            "context_length": _count(row.get("max_context_length")),
            "vision": _can(row, "vision"),
            "tools": _can(row, "function_calling"),
        }

    def _model(self, model: str, key: str, http: httpx2.AsyncClient) -> Model[Any]:
        from pydantic_ai.models.mistral import MistralModel
        from pydantic_ai.providers.mistral import MistralProvider

        provider = MistralProvider(api_key=key, base_url=self._base_url, http_client=http)
        return MistralModel(model, provider=provider)


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def _count(value: object) -> int | None:
    return value if type(value) is int and value > 0 else None


def _can(row: dict[str, Any], ability: str, *, default: bool = False) -> bool:
    abilities = row.get("capabilities")
    return bool(abilities.get(ability)) if isinstance(abilities, dict) else default


# --- out --------------------------------------------------------------------------------------------


def _messages(messages: Sequence[Message], vendor: str) -> Iterator[Any]:
    """Ours as pydantic-ai's: what is said to a model, in turns with what it answered."""
    from pydantic_ai import messages as theirs

    tools: dict[str, str] = {}
    said: list[Any] = []
    for message in messages:
        if message.role != "assistant":
            said += _request_parts(message, tools)
            continue
        answered = _response_parts(message, vendor)
        tools |= {part.id: part.name for part in message.parts if isinstance(part, ToolCallPart)}
        if not answered:
            continue
        if said:
            yield theirs.ModelRequest(parts=said)
            said = []
        yield theirs.ModelResponse(parts=answered)
    if said:
        yield theirs.ModelRequest(parts=said)


def _request_parts(message: Message, tools: dict[str, str]) -> Iterator[Any]:
    from pydantic_ai import messages as theirs

    content: list[Any] = []
    for part in message.parts:
        match part:
            case ToolResultPart():
                yield theirs.ToolReturnPart(
                    tool_name=tools.get(part.id, "tool"), content=part.text, tool_call_id=part.id
                )
            case ImagePart():
                content.append(
                    theirs.BinaryContent(data=base64.b64decode(part.data), media_type=part.media_type)
                )
            case _ if text := part_text(part):
                content.append(text)
    if message.role == "system":
        yield theirs.SystemPromptPart(content="\n\n".join(map(str, content)))
    elif content:
        texts_only = all(isinstance(piece, str) for piece in content)
        yield theirs.UserPromptPart(content="\n\n".join(content) if texts_only else content)


def _response_parts(message: Message, vendor: str) -> list[Any]:
    from pydantic_ai import messages as theirs

    parts: list[Any] = []
    for part in message.parts:
        match part:
            case ToolCallPart():
                call = theirs.ToolCallPart(tool_name=part.name, args=part.arguments, tool_call_id=part.id)
                parts.append(call)
            case ReasoningPart():  # who signed its thoughts wants them back, and nobody else's
                signer, _sign, signature = part.signature.partition(_SIGNED)
                if signature and signer == vendor:
                    thought = theirs.ThinkingPart(part.text, signature=signature, provider_name=vendor)
                    parts.append(thought)
            case _ if text := part_text(part):
                parts.append(theirs.TextPart(content=text))
    return parts


def _parameters(request: ModelRequest, *, has_schemas: bool) -> ModelRequestParameters:
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition
    from pydantic_ai.tools import ToolDefinition

    tools = [
        ToolDefinition(
            name=tool.name,
            description=tool.description,
            parameters_json_schema=tool.parameters or {"type": "object", "properties": {}},
        )
        for tool in request.tools
    ]
    form = request.response_format
    if form is None or form.type == "text":
        return ModelRequestParameters(function_tools=tools)
    if form.type == "grammar":
        raise InvalidRequest(
            _("{model} can't be held to a grammar.").format(model=request.model),
            _("Ask for a JSON schema, or choose a model on this computer."),
            field="response_format",
        )
    has_schema = form.type == "json_schema"
    return ModelRequestParameters(
        function_tools=tools,
        output_mode="native" if has_schema and has_schemas else "prompted",
        output_object=OutputObjectDefinition(
            name="answer", json_schema=(form.json_schema if has_schema else None) or {"type": "object"}
        ),
    )


# --- in ---------------------------------------------------------------------------------------------


class _Reader:
    """Turns pydantic-ai's events into ours.

    Args:
        vendor: who speaks, as its signatures of thoughts say: what another one signed it would refuse.
    """

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._is_signed = False
        self._started = time.monotonic()
        self._first: float | None = None

    async def read(self, answer: StreamedResponse) -> AsyncGenerator[Event, None]:
        """What is said, then the tool calls, the count and the end.

        Raises:
            ModelUnavailable: the stream ended without saying how.
        """
        from pydantic_ai import messages as theirs

        async for event in answer:
            match event:
                case (
                    theirs.PartStartEvent(part=theirs.TextPart(content=str(text)))
                    | theirs.PartDeltaEvent(delta=theirs.TextPartDelta(content_delta=str(text)))
                ) if text:
                    self._first = self._first or time.monotonic()
                    yield Text(delta=text)
                case theirs.PartStartEvent(part=theirs.ThinkingPart(content=text, signature=signature)):
                    self._is_signed = False
                    if text or signature:
                        yield self._thought(text, signature)
                case theirs.PartDeltaEvent(
                    delta=theirs.ThinkingPartDelta(content_delta=text, signature_delta=signature)
                ) if text or signature:
                    yield self._thought(text, signature)
        if answer.finish_reason not in _FINISH:
            raise ModelUnavailable(
                _("The model stopped in the middle of the answer."),
                _("Ask again; what you typed is kept."),
                retry_after=1,
            )
        calls = [part for part in answer.get().parts if isinstance(part, theirs.ToolCallPart)]
        for call in calls:
            yield ToolCall(id=call.tool_call_id, name=call.tool_name, arguments=call.args_as_json_str())
        yield self._count(answer)
        reason = "tool_calls" if calls else _FINISH[answer.finish_reason]
        yield Done.model_validate({"finish_reason": reason})

    def _thought(self, text: str | None, signature: str | None) -> Reasoning:
        signer = f"{self._vendor}{_SIGNED}" if signature and not self._is_signed else ""
        self._is_signed = self._is_signed or bool(signature)
        return Reasoning(delta=text or "", signature=signer + (signature or ""))

    def _count(self, answer: StreamedResponse) -> Usage:
        usage = answer.usage
        speed = None
        if self._first is not None and usage.output_tokens > 1:
            speed = (usage.output_tokens - 1) / max(time.monotonic() - self._first, 1e-6)
        return Usage(
            prompt_tokens=usage.input_tokens,
            completion_tokens=usage.output_tokens,
            cached_tokens=usage.cache_read_tokens,
            first_token_seconds=None if self._first is None else self._first - self._started,
            tokens_per_second=speed,
        )


def _mapped(error: Exception) -> RusoilError:
    """The error of pydantic-ai or of a vendor's client, as ours."""
    from pydantic_ai import exceptions as theirs

    said = _said(error)
    after = getattr(error, "retry_after", None)
    match error:
        case theirs.ModelContextWindowExceededError():
            return ContextTooLong(
                _("This conversation is longer than the model can read: {message}").format(message=said),
                _("Start a new session, attach less, or choose a model that reads more."),
            )
        case theirs.ModelAuthenticationError():
            return Forbidden(
                _("The model server refused the key it was given."),
                _("Ask whoever runs this server to check the key in its configuration."),
            )
        case theirs.ModelNotFoundError():
            return UnknownModel(
                _("The model server does not know this model: {message}").format(message=said),
                _("Choose another model from the list."),
                field="model",
            )
        case theirs.ModelRateLimitError():
            return RateLimited(
                _("The model server is answering too many requests."),
                _("Try again soon."),
                retry_after=after or 5,
            )
        case theirs.ModelQuotaExceededError():
            return ModelUnavailable(
                _("The account at the model server has no credit left."),
                _("Choose another model, or ask whoever runs this server."),
            )
        case theirs.ModelRequestRejectedError() | theirs.UserError():
            return InvalidRequest(
                _("The model server did not accept the request: {message}").format(message=said),
                _("Change the request and send it again."),
            )
        case theirs.ModelConnectionError(phase="read"):
            return ModelUnavailable(
                _("The model stopped in the middle of the answer."),
                _("Ask again; what you typed is kept."),
                retry_after=1,
            )
        case theirs.ModelConnectionError():
            return ModelUnavailable(
                _("The model server can't be reached ({reason}).").format(reason=type(error).__name__),
                _("Check that it runs and that its address is right, or choose another model."),
                retry_after=5,
            )
        case _:
            return ModelUnavailable(
                _("The model server failed: {message}").format(message=said),
                _("Try again soon."),
                retry_after=after or 5,
            )


def _said(error: Exception) -> str:
    """The vendor's own sentence, where it gave one."""
    body = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, dict) else None
    message = inner.get("message") if isinstance(inner, dict) else None
    return str(message or getattr(error, "message", error))[:300]
