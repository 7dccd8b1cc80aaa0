"""What happens during a turn, in order. Immutable values, numbered by the turn that emits them.

A backend yields events without numbers; :class:`rusoil_jupyter.turns.Turn` stamps ``request_id`` and
``seq`` (from 0, without a gap). Exactly one :class:`Done` or :class:`Failed` ends a turn.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from rusoil_jupyter.errors import ErrorDetail
from rusoil_jupyter.figures.values.finding import Badge, Finding
from rusoil_jupyter.figures.values.interpretation import Offer
from rusoil_jupyter.messages import ImagePart, Inquiry, Value

FinishReason = Literal["stop", "length", "tool_calls", "cancelled", "content_filter"]


class Event(Value):
    """Base of all events."""

    request_id: str = ""
    seq: int = -1


class Queued(Event):
    """The turn waits: ``position`` turns are before it, for about ``expected_seconds``."""

    type: Literal["queued"] = "queued"
    position: int
    expected_seconds: float | None = None


class Looking(Event):
    """The question is kept, under these ids, and what is attached is looked at before anybody answers."""

    type: Literal["looking"] = "looking"
    session_id: str
    message_id: str
    answer_id: str


class Started(Event):
    """A model took the turn. In a session, the ids of the question's and the answer's messages.

    When it fails before its first word another may take over: then this comes once more, and
    ``degraded_from`` names the first choice.
    """

    type: Literal["started"] = "started"
    model: str
    backend: str
    degraded_from: str | None = None
    session_id: str | None = None
    message_id: str | None = None
    answer_id: str | None = None


class Progress(Event):
    """Work before the first word: ``done`` of ``total`` (tokens while reading, 0..1 while loading)."""

    type: Literal["progress"] = "progress"
    phase: Literal["loading", "reading"]
    done: float
    total: float


class Reasoning(Event):
    """A piece of the model's thinking; ``signature`` is what its vendor wants back with it."""

    type: Literal["reasoning"] = "reasoning"
    delta: str
    signature: str = ""


class TopLogprob(Value):
    """A token that could have come, and the logarithm of its probability; ``bytes`` is its UTF-8."""

    token: str
    logprob: float
    bytes: tuple[int, ...] | None = None


class TokenLogprob(TopLogprob):
    """A token that came, and the likeliest ones at its place."""

    top_logprobs: tuple[TopLogprob, ...] = ()


class Text(Event):
    """A piece of the answer; with ``logprobs`` of its tokens where they were asked for and are known."""

    type: Literal["text"] = "text"
    delta: str
    logprobs: tuple[TokenLogprob, ...] | None = None


class ToolCall(Event):
    """The model calls a tool; ``arguments`` is JSON text."""

    type: Literal["tool_call"] = "tool_call"
    id: str
    name: str
    arguments: str


class ToolResult(Event):
    """What a tool answered to the call with this id; where it failed, how."""

    type: Literal["tool_result"] = "tool_result"
    id: str
    text: str


class Awaits(Event):
    """The turn rests until its person replies, however long that takes."""

    type: Literal["awaits"] = "awaits"
    id: str
    inquiry: Inquiry


class Replied(Event):
    """The person did, here or in another tab: the turn goes on."""

    type: Literal["replied"] = "replied"
    id: str
    value: str


class QueuedQuestion(Value):
    """A question that waits for the one before it; its ``id`` is that of the turn it will be."""

    id: str
    prompt: str
    attachments: int = 0


class QueueChanged(Event):
    """What waits now to be asked in this session, when this turn has ended well."""

    type: Literal["queue"] = "queue"
    questions: tuple[QueuedQuestion, ...] = ()


class Notice(Event):
    """Something the user should know: what was substituted, cut or doubtful, in words.

    ``suggested_models`` are ids that would do better; empty means the user should add one.
    """

    type: Literal["notice"] = "notice"
    code: str
    message: str
    next_step: str = ""
    suggested_models: tuple[str, ...] = ()


class FigureRead(Event):
    """What was read of an attached figure before any model spoke: the findings, and how sure they are.

    ``name`` is the attachment's; without findings there is no ``badge``. ``answers`` says that the text which
    follows, up to the first word of a model if one goes on, is this reading in words. ``offers`` are what the
    figure can be asked where it does not answer.
    """

    type: Literal["reading"] = "reading"
    name: str = ""
    badge: Badge | None = None
    findings: tuple[Finding, ...] = ()
    answers: bool = False
    offers: tuple[Offer, ...] = Field(default=(), max_length=20)


class Artifact(Event):
    """A picture of the turn: one that was ``sent`` to a model, as it got it, or one that a model ``made``."""

    type: Literal["artifact"] = "artifact"
    purpose: Literal["sent", "made"]
    image: ImagePart


class Usage(Event):
    """What the turn cost: tokens, and seconds measured where the model runs."""

    type: Literal["usage"] = "usage"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    first_token_seconds: float | None = None
    tokens_per_second: float | None = None


class Done(Event):
    """The turn ended well (or was cancelled: ``finish_reason`` says which)."""

    type: Literal["done"] = "done"
    finish_reason: FinishReason = "stop"


class Failed(Event):
    """The turn ended with an error."""

    type: Literal["error"] = "error"
    error: ErrorDetail


AnyEvent = Annotated[
    Queued
    | Looking
    | Started
    | Progress
    | Reasoning
    | Text
    | ToolCall
    | ToolResult
    | Awaits
    | Replied
    | QueueChanged
    | Notice
    | FigureRead
    | Artifact
    | Usage
    | Done
    | Failed,
    Field(discriminator="type"),
]

_adapter: TypeAdapter[Any] = TypeAdapter(AnyEvent, config={"defer_build": True})


def parse_event(data: str | bytes) -> Event:
    """An event from its JSON text.

    Raises:
        pydantic.ValidationError: the text is not an event.
    """
    event: Event = _adapter.validate_json(data)
    return event
