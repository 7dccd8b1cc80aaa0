"""What the wires share: how requests are read and refused, pictures, tools by name, the list of models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, UnknownModel
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import ChatRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rusoil_jupyter.errors import ErrorBody
    from rusoil_jupyter.events import Event, Text
    from rusoil_jupyter.protocol import ModelInfo

# Levels that others have between or beyond ours mean the nearest of ours.
_EFFORTS = {"minimal": "low", "xhigh": "high", "max": "high"}
EPOCH = "1970-01-01T00:00:00Z"


class WireRequest(BaseModel):
    """A request of another wire: the fields that have an effect here, typed; the rest in extras."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True, hide_input_in_errors=True)

    @property
    def ignored(self) -> list[str]:
        """Names of the given fields that change nothing."""
        unknown = (name for name, value in (self.model_extra or {}).items() if value is not None)
        return sorted([*unknown, *(name for name, is_so in self.without_effect().items() if is_so)])

    def without_effect(self) -> dict[str, bool]:
        """Of the fields that are known, those with values that change nothing, and whether one was given."""
        return {}


R = TypeVar("R", bound=WireRequest)


class Answer(Protocol):
    """Tells a turn as a wire does."""

    def lines(self, event: Event) -> Iterator[str]:
        """What a stream says of this event."""

    def whole(self, events: Sequence[Event]) -> dict[str, Any]:
        """The body that says all of these."""


@dataclass(frozen=True)
class Wire(Generic[R]):
    """One wire.

    Args:
        request: what a body is read as.
        translate: that as a request of ours; raises InvalidRequest.
        answer: tells the turn of this request and id.
        error: the body of an error.
    """

    request: type[R]
    translate: Callable[[R], ChatRequest]
    answer: Callable[[R, str], Answer]
    error: Callable[[ErrorBody], str]


def wrong(field: str, reason: str) -> InvalidRequest:
    """The refusal of a field."""
    return InvalidRequest(
        _("“{field}” is not valid: {reason}.").format(field=field, reason=reason),
        _("Correct this field and send the request again."),
        field=field,
    )


def chat_request(values: dict[str, Any]) -> ChatRequest:
    """These values as a request of ours.

    Raises:
        InvalidRequest: they are none; the field is named.
    """
    try:
        return ChatRequest.model_validate(values)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error


def effort(given: object) -> object:
    """How much a model is to think, in our levels."""
    return _EFFORTS.get(given, given) if isinstance(given, str) else given


def items(value: object, where: str) -> list[dict[str, Any]]:
    """A list of objects.

    Raises:
        InvalidRequest: it is none.
    """
    if not isinstance(value, list):
        raise wrong(where, _("a list is expected"))
    for place, item in enumerate(value):
        if not isinstance(item, dict):
            raise wrong(f"{where}.{place}", _("an object is expected"))
    return value


def picture(url: object, where: str) -> dict[str, Any]:
    """A part for a picture given as a ``data:`` URL.

    Raises:
        InvalidRequest: it is another address. Fetching what a stranger names would make us a tool of theirs.
    """
    if not isinstance(url, str) or not url.startswith("data:"):
        raise wrong(where, _("pictures must be data: URLs"))
    media_type, _separator, data = url.removeprefix("data:").partition(";base64,")
    return {"type": "image", "media_type": media_type, "data": data}


def json_form(form: object, where: str) -> dict[str, Any] | None:
    """The form that an answer must have, of one that holds its schema itself.

    Raises:
        InvalidRequest: it is no object.
    """
    if form is None:
        return None
    if not isinstance(form, dict):
        raise wrong(where, _("an object is expected"))
    return {"type": form.get("type"), "json_schema": form.get("schema")}


def only(tools: Sequence[dict[str, Any]], name: object, field: str = "tool_choice") -> list[dict[str, Any]]:
    """The tool of this name alone.

    Raises:
        InvalidRequest: there is none.
    """
    chosen = [tool for tool in tools if tool.get("name") == name]
    if not chosen:
        raise wrong(field, _("it names none of the tools"))
    return chosen


class Conversation:
    """Messages of ours, made one after the other of pieces that other wires tell apart."""

    def __init__(self) -> None:
        self._messages: list[dict[str, Any]] = []
        self._pictures: list[dict[str, Any]] = []

    def say(self, role: object, parts: list[dict[str, Any]]) -> None:
        """Somebody says this; what an assistant says in several pieces is one message."""
        if role == "user":
            parts, self._pictures = [*self._pictures, *parts], []
        self._show()
        if role == "assistant" and self._messages and self._messages[-1]["role"] == role:
            self._messages[-1]["parts"] += parts
        else:
            self._messages.append({"role": role, "parts": parts})

    def result(self, call: object, parts: Sequence[dict[str, Any]]) -> None:
        """A tool answers this call; its pictures the user shows, as models take them from nobody else."""
        text = "".join(part["text"] for part in parts if part["type"] == "text")
        self._pictures += (part for part in parts if part["type"] == "image")
        result = {"type": "tool_result", "id": call, "text": text}
        self._messages.append({"role": "tool", "parts": [result]})

    def messages(self) -> list[dict[str, Any]]:
        """All of them."""
        self._show()
        return self._messages

    def _show(self) -> None:
        if self._pictures:
            self._messages.append({"role": "user", "parts": self._pictures})
            self._pictures = []


# --- answers ----------------------------------------------------------------------------------------


def line(value: dict[str, Any], event: str = "") -> str:
    """A server-sent event."""
    data = f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
    return f"event: {event}\n{data}" if event else data


def odds(text: Text) -> list[dict[str, Any]]:
    """The probabilities of a text's tokens."""
    return [token.model_dump(mode="json") for token in text.logprobs or ()]


def model_list(models: Sequence[ModelInfo]) -> dict[str, Any]:
    """``GET v1/models``: what can answer now, for the clients of both vendors."""
    rows = [_row(model) for model in models if model.available]
    ends = {"first_id": rows[0]["id"], "last_id": rows[-1]["id"]} if rows else {}
    return {"object": "list", "data": rows, "has_more": False, "first_id": None, "last_id": None} | ends


def model_row(models: Sequence[ModelInfo], wanted: str) -> dict[str, Any]:
    """``GET v1/models/{id}``: one that can answer now.

    Raises:
        UnknownModel: nobody knows it.
        ModelUnavailable: it can't answer now.
    """
    for model in models:
        if model.id == wanted and not model.available:
            raise ModelUnavailable(model.reason, model.next_step)
        if model.id == wanted:
            return _row(model)
    raise UnknownModel(
        _("There is no model called “{model}”.").format(model=wanted),
        _("Choose one from the list of models, or “auto”."),
        field="model",
    )


def _row(model: ModelInfo) -> dict[str, Any]:
    openai = {"id": model.id, "object": "model", "created": 0, "owned_by": model.backend}
    anthropic = {"type": "model", "display_name": model.name, "created_at": EPOCH, "lifecycle": "active"}
    return openai | anthropic | {"max_input_tokens": model.context_length}
