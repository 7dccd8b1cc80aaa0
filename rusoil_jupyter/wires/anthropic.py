"""Anthropic's Messages: its requests to ours, our events to its blocks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import Field

from rusoil_jupyter.errors import ErrorBody, status_of
from rusoil_jupyter.events import Done, Failed, Progress, Queued, Reasoning, Started, Text, ToolCall, Usage
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import AUTO
from rusoil_jupyter.wires.common import (
    Conversation,
    Wire,
    WireRequest,
    chat_request,
    effort,
    items,
    json_form,
    line,
    only,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.protocol import ChatRequest

    Told = Iterator[tuple[str, dict[str, Any]]]

_STOP = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
    "cancelled": "end_turn",
}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}
_CHOICES = {"auto": "auto", "any": "required", "none": "none", "tool": "required"}
# Thinking is bounded here by words for effort, not by tokens: what a budget is about.
_BUDGETS = ((4096, "low"), (16384, "medium"))


class CountRequest(WireRequest):
    """``POST v1/messages/count_tokens``, and what a whole request has of it."""

    model: str = Field(default=AUTO, max_length=300)
    messages: list[Any] = Field(min_length=1, max_length=5000)
    system: str | list[Any] | None = None
    tools: list[Any] | None = None
    tool_choice: dict[str, Any] | None = None
    thinking: dict[str, Any] | None = None
    output_config: dict[str, Any] | None = None

    def without_effect(self) -> dict[str, bool]:
        """Thoughts that no vendor wants back, a budget of tokens, tools one after the other."""
        rows = [message.get("content") for message in self.messages if isinstance(message, dict)]
        told = [block for row in rows if isinstance(row, list) for block in row if isinstance(block, dict)]
        choice = self.tool_choice or {}
        return {
            "messages.thinking": any(map(_is_unsigned, told)),
            "thinking.budget_tokens": "budget_tokens" in (self.thinking or {}),
            "tool_choice.disable_parallel_tool_use": bool(choice.get("disable_parallel_tool_use")),
        }


class MessagesRequest(CountRequest):
    """``POST v1/messages``."""

    max_tokens: int = Field(ge=1, le=1_000_000)
    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: list[str] | None = None


def to_chat_request(request: CountRequest) -> ChatRequest:
    """Anthropic's request as ours.

    Raises:
        InvalidRequest: a field has a value that can't be honoured; the field is named.
    """
    values = {
        "model": request.model,
        "system": _system(request.system),
        "messages": _messages(request.messages),
        "reasoning_effort": _effort(request),
        "response_format": json_form((request.output_config or {}).get("format"), "output_config.format"),
    }
    if isinstance(request, MessagesRequest):
        values |= {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": request.stop_sequences or [],
            "stream": request.stream,
        }
    tools = [_tool(tool, n) for n, tool in enumerate(items(request.tools or [], "tools"))]
    return chat_request(values | _chosen(tools, request.tool_choice))


def _is_unsigned(block: dict[str, Any]) -> bool:
    """Whether it is a thought that no vendor wants back: one without a signature, or another's secret."""
    return block.get("type") == "redacted_thinking" or (
        block.get("type") == "thinking" and not block.get("signature")
    )


def _system(system: str | list[Any] | None) -> str | None:
    if system is None or isinstance(system, str):
        return system
    return "\n\n".join(part["text"] for part in _blocks(system, "system") if part["type"] == "text")


def _effort(request: CountRequest) -> object:
    thinking = request.thinking or {}
    if thinking.get("type") == "disabled":
        return "none"
    if asked := (request.output_config or {}).get("effort"):
        return effort(asked)
    budget = thinking.get("budget_tokens")
    if not isinstance(budget, int):
        return None
    return next((level for most, level in _BUDGETS if budget <= most), "high")


def _tool(tool: dict[str, Any], position: int) -> dict[str, Any]:
    if tool.get("type") not in {None, "custom"}:
        raise wrong(f"tools.{position}", _("only tools of the client's own are known"))
    names = {"name": "name", "description": "description", "input_schema": "parameters"}
    return {ours: tool[theirs] for theirs, ours in names.items() if tool.get(theirs) is not None}


def _chosen(tools: list[dict[str, Any]], choice: dict[str, Any] | None) -> dict[str, Any]:
    if choice is None:
        return {"tools": tools}
    kind = choice.get("type")
    if not isinstance(kind, str) or kind not in _CHOICES:
        raise wrong("tool_choice.type", _("auto, any, tool or none is expected"))
    chosen = only(tools, choice.get("name")) if kind == "tool" else tools
    return {"tools": chosen, "tool_choice": _CHOICES[kind]}


def _messages(given: list[Any]) -> list[dict[str, Any]]:
    conversation = Conversation()
    for n, message in enumerate(items(given, "messages")):
        where = f"messages.{n}.content"
        content, role = message.get("content"), message.get("role")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else items(content, where)
        results = [place for place, block in enumerate(blocks) if block.get("type") == "tool_result"]
        for place in results:
            _add_result(conversation, blocks[place], f"{where}.{place}")
        if parts := _blocks(blocks, where):
            conversation.say(role, parts)
        elif not results:
            conversation.say(role, [])
    messages = conversation.messages()
    if messages[-1]["role"] == "assistant":
        raise wrong(
            f"messages.{len(given) - 1}", _("an answer that is begun for the model is not gone on with")
        )
    return messages


def _add_result(conversation: Conversation, block: dict[str, Any], where: str) -> None:
    content = block.get("content")
    if content is None or isinstance(content, str):
        parts = [{"type": "text", "text": content or ""}]
    else:
        parts = _blocks(content, f"{where}.content")
    if block.get("is_error"):  # for the model: no other wire has a field for it
        parts.insert(0, {"type": "text", "text": "Error: "})
    conversation.result(block.get("tool_use_id"), parts)


def _blocks(blocks: object, where: str) -> list[dict[str, Any]]:
    """Parts of ours, without results, which are messages of their own here."""
    told = {"tool_result", "redacted_thinking"}
    rows = enumerate(items(blocks, where))
    return [_part(block, f"{where}.{n}") for n, block in rows if str(block.get("type")) not in told]


def _part(block: dict[str, Any], where: str) -> dict[str, Any]:
    match block:
        case {"type": "text", "text": str(text)}:
            return {"type": "text", "text": text}
        case {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}:
            return {"type": "image", "media_type": media_type, "data": data}
        case {"type": "image"}:
            raise wrong(where, _("pictures must come as base64"))
        case {"type": "thinking", "thinking": str(text)}:
            return {"type": "reasoning", "text": text, "signature": block.get("signature") or ""}
        case {"type": "tool_use", "input": dict() as arguments}:
            text = json.dumps(arguments, ensure_ascii=False)
            return {"type": "tool_call", "id": block.get("id"), "name": block.get("name"), "arguments": text}
        case _:
            raise wrong(where, _("only text, pictures, tools and thinking are known"))


# --- answers ----------------------------------------------------------------------------------------


class Answer:
    """Tells one answer, as events or whole: its ``content`` grows block by block."""

    def __init__(self, request: MessagesRequest, request_id: str) -> None:
        self._begun = False
        self._block: dict[str, Any] | None = None
        self._said: list[str] = []
        self._message: dict[str, Any] = {
            "id": f"msg_{request_id}",
            "type": "message",
            "role": "assistant",
            "model": request.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,  # engines don't tell which one it was
            "usage": {"input_tokens": 0, "output_tokens": 0},
        }
        if ignored := request.ignored:
            self._message["ignored_parameters"] = ignored

    def lines(self, event: Event) -> Iterator[str]:
        """The server-sent events of one event."""
        for kind, fields in self._tell(event):
            yield line({"type": kind, **fields}, kind)

    def whole(self, events: Sequence[Event]) -> dict[str, Any]:
        """The answer as one ``message`` object."""
        for event in events:
            for _told in self._tell(event):
                pass
        return self._message

    def _tell(self, event: Event) -> Told:
        match event:
            case Started() if not self._begun:
                self._begun = True
                self._message["model"] = event.model
                yield "message_start", {"message": self._message}
            case Queued() | Progress():
                yield "ping", {}
            case Text() | Reasoning():
                yield from self._say(event)
            case ToolCall():
                yield from self._call(event)
            case Usage():
                self._message["usage"] = _usage(event)
            case Done():
                yield from self._end(event)
            case Failed():
                yield "error", json.loads(error_body(ErrorBody(error=event.error)))

    def _say(self, event: Text | Reasoning) -> Told:
        kind = "text" if isinstance(event, Text) else "thinking"
        if self._block is None or self._block["type"] != kind:
            yield from self._close()
            signature = {"signature": ""} if kind == "thinking" else {}
            yield from self._open({"type": kind, kind: "", **signature})
        self._said.append(event.delta)
        if event.delta:
            yield self._delta({"type": f"{kind}_delta", kind: event.delta})
        if isinstance(event, Reasoning) and event.signature:
            self._message["content"][-1]["signature"] += event.signature
            yield self._delta({"type": "signature_delta", "signature": event.signature})

    def _call(self, call: ToolCall) -> Told:
        yield from self._close()
        yield from self._open({"type": "tool_use", "id": call.id, "name": call.name, "input": {}})
        yield self._delta({"type": "input_json_delta", "partial_json": call.arguments})
        self._message["content"][-1]["input"] = json.loads(call.arguments)
        yield from self._close()

    def _open(self, block: dict[str, Any]) -> Told:
        self._block = block
        self._message["content"].append(block)
        yield "content_block_start", {"index": self._place, "content_block": block}

    @property
    def _place(self) -> int:
        return len(self._message["content"]) - 1

    def _delta(self, delta: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        return "content_block_delta", {"index": self._place, "delta": delta}

    def _close(self) -> Told:
        if self._block is None:
            return
        if (kind := self._block["type"]) != "tool_use":
            self._block[kind] = "".join(self._said)
        self._block, self._said = None, []
        yield "content_block_stop", {"index": self._place}

    def _end(self, done: Done) -> Told:
        yield from self._close()
        stop = {"stop_reason": _STOP[done.finish_reason], "stop_sequence": None}
        self._message |= stop
        yield "message_delta", {"delta": stop, "usage": self._message["usage"]}
        yield "message_stop", {}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt_tokens - usage.cached_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": usage.cached_tokens,
        "output_tokens": usage.completion_tokens,
    }


def error_body(body: ErrorBody) -> str:
    """Our error body within Anthropic's, whose kinds are fewer."""
    error = body.error.model_dump(mode="json")
    kind = _ERRORS.get(status_of(body.error.code), "api_error")
    told = {"type": "error", "error": error | {"type": kind}, "request_id": body.error.request_id}
    return json.dumps(told)


WIRE = Wire(MessagesRequest, to_chat_request, Answer, error_body)
