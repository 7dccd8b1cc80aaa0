"""OpenAI's Chat Completions: its requests to ours, our events to its chunks; and its embeddings."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from rusoil_jupyter.errors import ErrorBody, InvalidRequest
from rusoil_jupyter.events import Done, Event, Failed, Reasoning, Started, Text, ToolCall, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import MAX_TEXT_CHARS
from rusoil_jupyter.protocol import AUTO, check_together
from rusoil_jupyter.wires.common import (
    Wire,
    WireRequest,
    chat_request,
    effort,
    line,
    odds,
    only,
    picture,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.protocol import ChatRequest

_SAMPLING = ("temperature", "top_p", "seed", "top_logprobs")


class ChatCompletionRequest(WireRequest):
    """``POST v1/chat/completions``."""

    model: str = Field(default=AUTO, max_length=300)
    messages: list[dict[str, Any]] = Field(min_length=1, max_length=2000)
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: Literal["auto", "none", "required"] | dict[str, Any] | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    n: int | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether the stream should end with a usage chunk."""
        return bool((self.stream_options or {}).get("include_usage"))


_Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS)]


class EmbeddingsRequest(WireRequest):
    """``POST v1/embeddings``."""

    model: str = Field(default=AUTO, max_length=300)
    input: _Text | Annotated[list[_Text], Field(min_length=1, max_length=2048)]
    encoding_format: Literal["float", "base64"] = "float"

    @property
    def texts(self) -> list[str]:
        """What is to be embedded, one text or many."""
        return [self.input] if isinstance(self.input, str) else self.input

    @model_validator(mode="after")
    def _is_readable(self) -> EmbeddingsRequest:
        check_together(sum(map(len, self.texts)))
        return self


def to_chat_request(request: ChatCompletionRequest) -> ChatRequest:
    """OpenAI's request as ours.

    Raises:
        InvalidRequest: a field has a value that can't be honoured; the field is named.
    """
    if request.n not in {None, 1}:
        raise InvalidRequest(
            _("Only one answer at a time can be given (n = 1)."), _("Leave “n” out."), field="n"
        )
    values: dict[str, Any] = {name: getattr(request, name) for name in _SAMPLING}
    values |= {
        "model": request.model,
        "reasoning_effort": effort(request.reasoning_effort),
        "messages": [_message(m, n) for n, m in enumerate(request.messages)],
        "max_tokens": request.max_tokens
        if request.max_completion_tokens is None
        else request.max_completion_tokens,
        "stop": [request.stop] if isinstance(request.stop, str) else request.stop or [],
        "tools": [_tool(tool, n) for n, tool in enumerate(request.tools or [])],
        "stream": request.stream,
        "logprobs": bool(request.logprobs),
    }
    if isinstance(request.tool_choice, dict):  # one tool by name: that one alone, and required
        values["tools"] = only(values["tools"], _named(request.tool_choice))
        values["tool_choice"] = "required"
    elif request.tool_choice is not None:
        values["tool_choice"] = request.tool_choice
    if request.response_format is not None:
        values["response_format"] = _response_format(request.response_format)
    return chat_request(values)


def _named(choice: dict[str, Any]) -> object:
    function = choice.get("function")
    return function.get("name") if isinstance(function, dict) else None


def _response_format(form: dict[str, Any]) -> dict[str, Any]:
    wrapped = form.get("json_schema")
    schema = wrapped.get("schema") if isinstance(wrapped, dict) else None
    return {"type": form.get("type"), "json_schema": schema, "grammar": form.get("grammar")}


def _tool(tool: dict[str, Any], position: int) -> dict[str, Any]:
    function = tool.get("function")
    if tool.get("type") != "function" or not isinstance(function, dict):
        raise wrong(f"tools.{position}", _("only function tools are known"))
    return {key: function[key] for key in ("name", "description", "parameters") if key in function}


def _message(message: dict[str, Any], position: int) -> dict[str, Any]:
    where = f"messages.{position}"
    role = {"developer": "system"}.get(str(message.get("role")), message.get("role"))
    if role == "tool":
        result = message.get("content")
        if isinstance(result, list):
            result = "".join(str(part.get("text", "")) for part in _content(result, where))
        part = {"type": "tool_result", "id": message.get("tool_call_id"), "text": result}
        return {"role": "tool", "parts": [part]}
    parts = _content(message.get("content"), where)
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        raise wrong(f"{where}.tool_calls", _("a list is expected"))
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            raise wrong(f"{where}.tool_calls", _("each call needs a function"))
        parts.append(
            {
                "type": "tool_call",
                "id": call.get("id"),
                "name": function.get("name"),
                "arguments": function.get("arguments", "{}"),
            }
        )
    return {"role": role, "parts": parts}


def _content(content: object, where: str) -> list[dict[str, Any]]:
    if content is None:
        return []
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    if not isinstance(content, list):
        raise wrong(f"{where}.content", _("text or a list of parts is expected"))
    return [_part(part, f"{where}.content.{n}") for n, part in enumerate(content)]


def _part(part: object, where: str) -> dict[str, Any]:
    match part:
        case {"type": "text", "text": text}:
            return {"type": "text", "text": text}
        case {"type": "image_url", "image_url": {"url": url}}:
            return picture(url, where)
        case _:
            raise wrong(where, _("only text and image_url parts are known"))


# --- answers ----------------------------------------------------------------------------------------


class Completion:
    """Collects one answer, as chunks or whole."""

    def __init__(self, request: ChatCompletionRequest, request_id: str) -> None:
        self._request = request
        self._id = f"chatcmpl-{request_id}"
        self._created = int(time.time())
        self._model = request.model
        self._started = False
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: list[dict[str, Any]] = []
        self._usage: dict[str, Any] | None = None
        self._finish = "stop"
        self._logprobs: list[dict[str, Any]] = []
        self._unanswered: list[str] = []

    def _head(self, kind: str) -> dict[str, Any]:
        head = {"id": self._id, "object": kind, "created": self._created, "model": self._model}
        if ignored := self._request.ignored + self._unanswered:
            head["ignored_parameters"] = ignored
        return head

    def lines(self, event: Event) -> Iterator[str]:
        """The server-sent ``data`` lines of one event."""
        begins = not self._started
        self._take(event)
        match event:
            case Started() if begins:
                yield self._chunk({"role": "assistant", "content": ""})
            case Text():
                yield self._chunk({"content": event.delta}, logprobs=odds(event))
            case Reasoning():
                yield self._chunk({"reasoning_content": event.delta})
            case ToolCall():
                yield self._chunk({"tool_calls": [self._calls[-1] | {"index": len(self._calls) - 1}]})
            case Done():
                yield self._chunk({}, finish=self._finish)
                if self._request.wants_usage:
                    yield line(self._head("chat.completion.chunk") | {"choices": [], "usage": self._usage})
                yield "data: [DONE]\n\n"
            case Failed():
                yield f"data: {error_body(ErrorBody(error=event.error))}\n\n"

    def _chunk(
        self, delta: dict[str, Any], finish: str | None = None, logprobs: Sequence[dict[str, Any]] = ()
    ) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": _wrapped(logprobs)}
        return line(self._head("chat.completion.chunk") | {"choices": [choice]})

    def _take(self, event: Event) -> None:
        match event:
            case Started():  # once more when another model takes over
                self._started, self._model = True, event.model
            case Text():
                self._text.append(event.delta)
                self._logprobs.extend(odds(event))
            case Reasoning():
                self._reasoning.append(event.delta)
            case ToolCall():
                function = {"name": event.name, "arguments": event.arguments}
                self._calls.append({"id": event.id, "type": "function", "function": function})
            case Usage():
                self._usage = {
                    "prompt_tokens": event.prompt_tokens,
                    "completion_tokens": event.completion_tokens,
                    "total_tokens": event.prompt_tokens + event.completion_tokens,
                    "prompt_tokens_details": {"cached_tokens": event.cached_tokens},
                }
            case Done():
                self._finish = "stop" if event.finish_reason == "cancelled" else event.finish_reason
                if self._request.logprobs and self._text and not self._logprobs:
                    self._unanswered = ["logprobs"]

    def whole(self, events: Sequence[Event]) -> dict[str, Any]:
        """The answer as one ``chat.completion`` object."""
        for event in events:
            self._take(event)
        message: dict[str, Any] = {"role": "assistant", "content": "".join(self._text) or None}
        if self._reasoning:
            message["reasoning_content"] = "".join(self._reasoning)
        if self._calls:
            message["tool_calls"] = self._calls
        else:
            message["content"] = message["content"] or ""
        odds = _wrapped(self._logprobs)
        choice = {"index": 0, "message": message, "finish_reason": self._finish, "logprobs": odds}
        return self._head("chat.completion") | {"choices": [choice], "usage": self._usage}


def _wrapped(logprobs: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    return {"content": list(logprobs), "refusal": None} if logprobs else None


def embedding_list(request: EmbeddingsRequest, vectors: Sequence[Sequence[float]]) -> str:
    """The JSON that answers ``POST v1/embeddings``; numbers as asked, plain or base64 of float32.

    It is written vector by vector: as one it could be a second in which no other thread runs.
    """
    rows = (
        {"object": "embedding", "index": n, "embedding": _numbers(vector, request.encoding_format)}
        for n, vector in enumerate(vectors)
    )
    usage = {"prompt_tokens": 0, "total_tokens": 0}
    head = json.dumps({"object": "list", "model": request.model, "usage": usage})
    return f'{head[:-1]}, "data": [{", ".join(map(json.dumps, rows))}]}}'


def _numbers(vector: Sequence[float], form: str) -> list[float] | str:
    if form == "float":
        return list(vector)
    import base64
    import struct

    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def error_body(body: ErrorBody) -> str:
    """Our error body is a superset of OpenAI's; its clients also look for ``type`` and ``param``."""
    error = body.error.model_dump(mode="json")
    return json.dumps({"error": error | {"type": error["code"], "param": error["field"]}})


WIRE = Wire(ChatCompletionRequest, to_chat_request, Completion, error_body)
