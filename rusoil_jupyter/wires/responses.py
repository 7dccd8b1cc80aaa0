"""OpenAI's Responses: its requests to ours, our events to its numbered ones.

Nothing is kept here under a response's id: what would take that is refused (``previous_response_id``) or
reported as ignored (``store``).
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from rusoil_jupyter.errors import ErrorBody, InvalidRequest
from rusoil_jupyter.events import Done, Failed, Reasoning, Started, Text, ToolCall, Usage
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
    odds,
    only,
    picture,
    wrong,
)
from rusoil_jupyter.wires.completions import error_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rusoil_jupyter.events import Event
    from rusoil_jupyter.protocol import ChatRequest

    Told = Iterator[tuple[str, dict[str, Any]]]

_ODDS = "message.output_text.logprobs"
_KEPT = ("previous_response_id", "conversation", "prompt", "background")
_ROLES = {"developer": "system"}
_CUT = {"length": "max_output_tokens", "content_filter": "content_filter"}


class InputRequest(WireRequest):
    """``POST v1/responses/input_tokens``, and what a whole request has of it."""

    model: str = Field(default=AUTO, max_length=300)
    input: str | Annotated[list[Any], Field(min_length=1, max_length=5000)]
    instructions: str | None = None
    tools: list[Any] | None = None
    tool_choice: str | dict[str, Any] | None = None
    text: dict[str, Any] | None = None
    reasoning: dict[str, Any] | None = None
    truncation: str | None = None
    previous_response_id: Any = None
    conversation: Any = None

    def without_effect(self) -> dict[str, bool]:
        """Thoughts that no vendor wants back, and how much is to be said or summarised."""
        thoughts = [item for item in self.input if isinstance(item, dict) and item.get("type") == "reasoning"]
        return {
            "input.reasoning": any(not thought.get("encrypted_content") for thought in thoughts),
            "reasoning.summary": bool((self.reasoning or {}).get("summary")),
            "text.verbosity": bool((self.text or {}).get("verbosity")),
            "truncation": self.truncation not in {None, "disabled"},
        }


class ResponsesRequest(InputRequest):
    """``POST v1/responses``."""

    stream: bool = False
    temperature: float | None = None
    top_p: float | None = None
    max_output_tokens: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    top_logprobs: int | None = None
    include: list[str] | None = None
    store: bool | None = None
    prompt: Any = None
    background: Any = None

    def without_effect(self) -> dict[str, bool]:
        """As of what is counted; nothing is kept, and little more can be told."""
        more = {"store": bool(self.store), "include": bool({*(self.include or ())} - {_ODDS})}
        return super().without_effect() | more

    @property
    def wants_odds(self) -> bool:
        """Whether the probabilities of the answer's words are asked for."""
        return bool(self.top_logprobs) or _ODDS in (self.include or ())


def to_chat_request(request: InputRequest) -> ChatRequest:
    """OpenAI's request as ours.

    Raises:
        InvalidRequest: a field has a value that can't be honoured; the field is named.
    """
    for name in _KEPT:
        if getattr(request, name, None):
            raise _not_kept(name)
    tools = [_tool(tool, n) for n, tool in enumerate(items(request.tools or [], "tools"))]
    values = {
        "model": request.model,
        "system": request.instructions,
        "messages": _messages(request.input),
        "reasoning_effort": effort((request.reasoning or {}).get("effort")),
        "response_format": json_form((request.text or {}).get("format"), "text.format"),
    }
    if isinstance(request, ResponsesRequest):
        values |= {
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_tokens": request.max_output_tokens,
            "logprobs": request.wants_odds,
            "top_logprobs": request.top_logprobs,
            "stream": request.stream,
        }
    return chat_request(values | _chosen(tools, request.tool_choice))


def _not_kept(name: str) -> InvalidRequest:
    return InvalidRequest(
        _("“{field}” can't be used: this server keeps no responses or conversations to go on from.").format(
            field=name
        ),
        _("Send all that was said before in “input”, and leave this field out."),
        field=name,
    )


def _chosen(tools: list[dict[str, Any]], choice: str | dict[str, Any] | None) -> dict[str, Any]:
    match choice:
        case None:
            return {"tools": tools}
        case {"type": "function", "name": name}:
            return {"tools": only(tools, name), "tool_choice": "required"}
        case {"type": "allowed_tools", "mode": mode, "tools": list() as allowed}:
            names = [tool.get("name") for tool in allowed if isinstance(tool, dict)]
            return {"tools": [tool for tool in tools if tool.get("name") in names], "tool_choice": mode}
        case str():
            return {"tools": tools, "tool_choice": choice}
        case _:
            raise wrong("tool_choice", _("only function tools are known"))


def _tool(tool: dict[str, Any], position: int) -> dict[str, Any]:
    if tool.get("type") != "function":
        raise wrong(f"tools.{position}", _("only function tools are known"))
    return {key: tool[key] for key in ("name", "description", "parameters") if tool.get(key) is not None}


def _messages(given: str | list[Any]) -> list[dict[str, Any]]:
    conversation = Conversation()
    if isinstance(given, str):
        conversation.say("user", [{"type": "text", "text": given}])
        return conversation.messages()
    for n, item in enumerate(items(given, "input")):
        _add(conversation, item, f"input.{n}")
    return conversation.messages()


def _add(conversation: Conversation, item: dict[str, Any], where: str) -> None:
    match item.get("type", "message"):
        case "message":
            role = item.get("role")
            known = _ROLES.get(role, role) if isinstance(role, str) else role
            conversation.say(known, _content(item.get("content"), f"{where}.content"))
        case "function_call":
            call = {"id": item.get("call_id"), "name": item.get("name")}
            arguments = item.get("arguments") or "{}"
            conversation.say("assistant", [call | {"type": "tool_call", "arguments": arguments}])
        case "function_call_output":
            conversation.result(item.get("call_id"), _content(item.get("output"), f"{where}.output"))
        case "reasoning":
            conversation.say("assistant", [_thought(item, where)])
        case "item_reference":
            raise _not_kept(where)
        case _:
            raise wrong(where, _("only messages, function calls, their outputs and reasoning are known"))


def _thought(item: dict[str, Any], where: str) -> dict[str, Any]:
    """With the signature of a vendor who wants it back; other models are given no old thoughts."""
    rows = items(item.get("content") or item.get("summary") or [], where)
    text = "".join(str(row.get("text", "")) for row in rows)
    return {"type": "reasoning", "text": text, "signature": item.get("encrypted_content") or ""}


def _content(content: object, where: str) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [_part(part, f"{where}.{n}") for n, part in enumerate(items(content, where))]


def _part(part: dict[str, Any], where: str) -> dict[str, Any]:
    match part:
        case {"type": "input_text" | "output_text" | "text", "text": str(text)}:
            return {"type": "text", "text": text}
        case {"type": "refusal", "refusal": str(text)}:
            return {"type": "text", "text": text}
        case {"type": "input_image"}:
            return picture(part.get("image_url"), where)
        case _:
            raise wrong(where, _("only text and pictures are known"))


# --- answers ----------------------------------------------------------------------------------------


class Response:
    """Tells one answer, as numbered events or whole: its ``output`` grows item by item."""

    def __init__(self, request: ResponsesRequest, request_id: str) -> None:
        self._request = request
        self._id = request_id
        self._number = 0
        self._begun = False
        self._item: dict[str, Any] | None = None
        self._said: list[str] = []
        self._odds: list[dict[str, Any]] = []
        self._told_odds = False
        self._response = _head(request, f"resp_{request_id}")

    def lines(self, event: Event) -> Iterator[str]:
        """The server-sent events of one event."""
        for kind, fields in self._tell(event):
            yield line({"type": kind, "sequence_number": self._number, **fields}, kind)
            self._number += 1

    def whole(self, events: Sequence[Event]) -> dict[str, Any]:
        """The answer as one ``response`` object."""
        for event in events:
            for _told in self._tell(event):
                pass
        return self._response

    def _tell(self, event: Event) -> Told:
        if isinstance(event, Started):
            self._response["model"] = event.model
        if not self._begun:
            self._begun = True
            yield "response.created", {"response": self._response}
            yield "response.in_progress", {"response": self._response}
        match event:
            case Text() | Reasoning():
                yield from self._say(event)
            case ToolCall():
                yield from self._call(event)
            case Usage():
                self._response["usage"] = _usage(event)
            case Done():
                yield from self._end(event)
            case Failed():
                yield from self._fail(event)

    def _at(self, **fields: Any) -> dict[str, Any]:
        item, place = self._item or {}, len(self._response["output"]) - 1
        return {"item_id": item.get("id"), "output_index": place, **fields}

    def _say(self, event: Text | Reasoning) -> Told:
        kind = "message" if isinstance(event, Text) else "reasoning"
        if self._item is None or self._item["type"] != kind:
            yield from self._close()
            head: dict[str, Any] = {"role": "assistant"} if kind == "message" else {"summary": []}
            yield from self._open(kind, **head, content=[])
            yield "response.content_part.added", self._at(content_index=0, part=_spoken(kind, ""))
        if isinstance(event, Reasoning) and event.signature and self._item is not None:
            self._item["encrypted_content"] = self._item.get("encrypted_content", "") + event.signature
        if not event.delta:
            return
        self._said.append(event.delta)
        place = self._at(content_index=0, delta=event.delta)
        if isinstance(event, Text):
            self._odds += odds(event)
            yield "response.output_text.delta", place | {"logprobs": odds(event)}
        else:
            yield "response.reasoning_text.delta", place

    def _call(self, call: ToolCall) -> Told:
        yield from self._close()
        yield from self._open("function_call", call_id=call.id, name=call.name, arguments="")
        yield "response.function_call_arguments.delta", self._at(delta=call.arguments)
        told = {"name": call.name, "arguments": call.arguments}
        yield "response.function_call_arguments.done", self._at(**told)
        if self._item is not None:
            self._item |= told
        yield from self._close()

    def _open(self, kind: str, **fields: Any) -> Told:
        output = self._response["output"]
        prefix = {"message": "msg", "reasoning": "rs", "function_call": "fc"}[kind]
        name = f"{prefix}_{self._id}_{len(output)}"
        self._item = {"id": name, "type": kind, "status": "in_progress", **fields}
        output.append(self._item)
        yield "response.output_item.added", {"output_index": len(output) - 1, "item": self._item}

    def _close(self, status: str = "completed") -> Told:
        item = self._item
        if item is None:
            return
        if item["type"] != "function_call":
            text, told = "".join(self._said), self._odds
            part = _spoken(item["type"], text, told)
            done = self._at(content_index=0, text=text)
            if item["type"] == "message":
                yield "response.output_text.done", done | {"logprobs": told}
            else:
                yield "response.reasoning_text.done", done
            yield "response.content_part.done", self._at(content_index=0, part=part)
            item["content"] = [part]
            self._told_odds = self._told_odds or bool(told)
            self._said, self._odds = [], []
        item["status"] = status
        yield "response.output_item.done", {"output_index": self._at()["output_index"], "item": item}
        self._item = None

    def _end(self, done: Done) -> Told:
        cut = _CUT.get(done.finish_reason)
        status = "cancelled" if done.finish_reason == "cancelled" else "incomplete" if cut else "completed"
        spoke = any(item["type"] == "message" for item in self._response["output"])
        yield from self._close("completed" if status == "completed" else "incomplete")
        if self._request.wants_odds and spoke and not self._told_odds:
            self._response.setdefault("ignored_parameters", []).append("top_logprobs")
        self._response |= {"status": status, "incomplete_details": {"reason": cut} if cut else None}
        kind = "completed" if status == "completed" else "incomplete"
        yield f"response.{kind}", {"response": self._response}

    def _fail(self, failed: Failed) -> Told:
        error = json.loads(error_body(ErrorBody(error=failed.error)))["error"]
        yield from self._close("incomplete")
        self._response |= {"status": "failed", "error": error}
        flat = {name: error[name] for name in ("code", "message", "param")}
        yield "error", flat | {"error": error}
        yield "response.failed", {"response": self._response}


def _head(request: ResponsesRequest, name: str) -> dict[str, Any]:
    form = {"type": "text"} | ((request.text or {}).get("format") or {})
    head = {
        "id": name,
        "object": "response",
        "created_at": int(time.time()),
        "status": "in_progress",
        "model": request.model,
        "output": [],
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "max_output_tokens": request.max_output_tokens,
        "metadata": {},
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "reasoning": {"effort": (request.reasoning or {}).get("effort"), "summary": None},
        "temperature": request.temperature,
        "text": {"format": form},
        "tool_choice": request.tool_choice or "auto",
        "tools": request.tools or [],
        "top_p": request.top_p,
        "truncation": "disabled",
        "usage": None,
    }
    return head | ({"ignored_parameters": request.ignored} if request.ignored else {})


def _spoken(kind: str, text: str, told: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    if kind == "reasoning":
        return {"type": "reasoning_text", "text": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": list(told)}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},  # engines don't tell them apart
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
    }


WIRE = Wire(ResponsesRequest, to_chat_request, Response, error_body)
