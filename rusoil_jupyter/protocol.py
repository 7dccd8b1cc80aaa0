"""The wire: what a client sends and gets, over HTTP and WebSocket, in every mode.

The TypeScript types of the lab extension are generated from this module (``make generate``); a test
fails when they are stale.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.events import FigureRead, Usage
from rusoil_jupyter.figures.values.interpretation import FigureProblem as FigureProblem
from rusoil_jupyter.figures.values.interpretation import FigureTable as FigureTable
from rusoil_jupyter.figures.values.interpretation import Interpretation as Interpretation
from rusoil_jupyter.figures.values.interpretation import InterpretRequest as InterpretRequest
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import (
    MAX_TEXT_CHARS,
    FilePart,
    Message,
    OutputPart,
    Part,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Value,
    size_of,
)

Mode = Literal["local", "hybrid", "campus"]
ReasoningEffort = Literal["none", "low", "medium", "high"]
HostedPolicy = Literal["ask", "agreed", "off"]
RequestId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
AUTO = "auto"
Russian = Literal["good", "usable", "weak", "none"]
Purpose = Literal["chat", "code", "embedding", "image"]
MAX_TOGETHER_CHARS = 8_000_000  # of all texts of a request: more than any model reads
MAX_TOGETHER_PARTS = 10_000
MAX_SCHEMAS_CHARS = 1_000_000


def check_together(chars: int) -> None:
    """That the texts of a request are not too long together, for a validator.

    Raises:
        PydanticCustomError: they are.
    """
    if chars > MAX_TOGETHER_CHARS:
        raise _too_long(_("its texts have more than {limit} characters together"), MAX_TOGETHER_CHARS)


def _too_long(reason: str, limit: int) -> PydanticCustomError:
    return PydanticCustomError("too_long", "{reason}", {"reason": reason.format(limit=limit)})


class ResponseFormat(Value):
    """The form the answer must take: any text, any JSON object, JSON of a schema, or a text of a
    grammar (GBNF, whose rule ``root`` is the whole answer; engines on llama.cpp only).
    """

    type: Literal["text", "json_object", "json_schema", "grammar"] = "text"
    json_schema: dict[str, Any] | None = None
    grammar: str | None = Field(default=None, max_length=50_000)

    @model_validator(mode="after")
    def _has_its_form(self) -> ResponseFormat:
        if self.type in {"json_schema", "grammar"} and getattr(self, self.type) is None:
            raise ValueError(f"{self.type} is missing")
        return self


class ToolSpec(Value):
    """A function the model may call: its parameters are a JSON schema."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    description: str = Field(default="", max_length=10_000)
    parameters: dict[str, Any] = Field(default_factory=dict)


class Sampling(Value):
    """How an answer is to be made: its length, chance, form and tools."""

    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    top_p: float | None = Field(default=None, gt=0, le=1)
    seed: int | None = Field(default=None, ge=0, le=2**32 - 1)
    stop: tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...] = Field(default=(), max_length=16)
    reasoning_effort: ReasoningEffort | None = None
    logprobs: bool = False
    top_logprobs: int | None = Field(default=None, ge=0, le=20)
    priority: Literal["interactive", "background"] = "interactive"
    response_format: ResponseFormat | None = None
    tools: tuple[ToolSpec, ...] = Field(default=(), max_length=128)
    tool_choice: Literal["auto", "none", "required"] = "auto"

    @property
    def sampling(self) -> Sampling:
        """These options alone."""
        return Sampling.model_construct(**{name: getattr(self, name) for name in Sampling.model_fields})


class ChatRequest(Sampling):
    """One turn.

    Either ``prompt`` (with optional ``attachments``) or ``messages``. With ``session_id`` the history
    kept by the server comes first, and question and answer are added to it; ``replace_from`` names a
    message of the session that this turn replaces with everything after it (edit and regenerate).
    ``modality`` is ``image`` where a picture is attached, or where one is to be made of the prompt; it is
    derived when absent.
    """

    prompt: str | None = Field(default=None, max_length=MAX_TEXT_CHARS)
    attachments: tuple[Part, ...] = Field(default=(), max_length=100)
    messages: tuple[Message, ...] | None = Field(default=None, max_length=2000)
    system: str | None = Field(default=None, max_length=MAX_TEXT_CHARS)
    model: str = Field(default=AUTO, max_length=300)
    modality: Literal["text", "image", "video"] | None = None
    mode: Literal["chat"] = "chat"
    session_id: str | None = Field(default=None, max_length=100)
    replace_from: str | None = Field(default=None, max_length=100)
    stream: bool = False

    @property
    def said(self) -> tuple[Message, ...]:
        """The conversation that the request brings; the last message is the question."""
        if self.messages is not None:
            return self.messages
        text: tuple[Part, ...] = (TextPart(text=self.prompt),) if self.prompt else ()
        return (Message(role="user", parts=(*text, *self.attachments)),)

    @model_validator(mode="before")
    @classmethod
    def _has_few_parts(cls, given: object) -> object:
        """Before each of them is looked at, which takes longest."""
        messages = given.get("messages") if isinstance(given, dict) else None
        if not isinstance(messages, list | tuple):
            return given
        rows = [message.get("parts") for message in messages if isinstance(message, dict)]
        if sum(len(row) for row in rows if isinstance(row, list)) > MAX_TOGETHER_PARTS:
            raise _too_long(_("its messages have more than {limit} parts"), MAX_TOGETHER_PARTS)
        return given

    @model_validator(mode="after")
    def _is_readable(self) -> ChatRequest:
        parts = [part for message in self.messages or () for part in message.parts]
        parts += self.attachments
        check_together(len(self.prompt or "") + len(self.system or "") + sum(map(_chars, parts)))
        form = self.response_format and self.response_format.json_schema
        schemas = [form, *((tool.description, tool.parameters) for tool in self.tools)]
        if size_of(schemas, MAX_SCHEMAS_CHARS) > MAX_SCHEMAS_CHARS:
            raise _too_long(_("its schemas have more than {limit} characters together"), MAX_SCHEMAS_CHARS)
        return self

    @model_validator(mode="after")
    def _has_something_to_say(self) -> ChatRequest:
        if (self.prompt is None) == (self.messages is None):
            raise ValueError("give either prompt or messages")
        if self.messages is not None and not self.messages:
            raise ValueError("messages is empty")
        if self.prompt is not None and not self.prompt.strip() and not self.attachments:
            raise ValueError("prompt is empty")
        if self.messages is not None and (self.attachments or self.session_id):
            raise ValueError("attachments and session_id go with prompt, not with messages")
        if self.replace_from and not self.session_id:
            raise ValueError("replace_from needs session_id")
        return self


class ChatAnswer(Value):
    """The whole turn at once, for a client that does not stream."""

    request_id: str
    model: str
    backend: str
    text: str
    reasoning: str = ""
    notices: tuple[str, ...] = ()
    finish_reason: str
    usage: Usage | None = None
    session_id: str | None = None


# --- WebSocket frames, client to server -------------------------------------------------------------


class ChatFrame(Value):
    """Start a turn under an id the client chose. Sent again with the same id it attaches to that turn."""

    type: Literal["chat"]
    request_id: RequestId
    request: ChatRequest


class CancelFrame(Value):
    """Stop a turn now; its last event will be ``done`` with ``cancelled``."""

    type: Literal["cancel"]
    request_id: RequestId


class ResumeFrame(Value):
    """Send every event of a turn after ``seq`` (-1: from the first), then go on live."""

    type: Literal["resume"]
    request_id: RequestId
    seq: int = Field(default=-1, ge=-1)


class ReplyFrame(Value):
    """The person's answer to what a turn awaits; only the first one counts."""

    type: Literal["reply"]
    request_id: RequestId
    id: str = Field(max_length=200)
    value: str = Field(max_length=MAX_TEXT_CHARS)


class ConcludeFrame(Value):
    """End the thinking and answer now; nothing happens where the model is not thinking, or can't."""

    type: Literal["conclude"]
    request_id: RequestId


class QueueFrame(Value):
    """Ask this in its session as soon as the running answer has ended well, at once where none runs.

    Its ``request_id`` is that of the turn to come. Once more with the same id puts another question in its
    place as long as it waits; without a ``request`` it is asked no more.
    """

    type: Literal["queue"]
    request_id: RequestId
    request: ChatRequest | None = None

    @model_validator(mode="after")
    def _has_a_session(self) -> QueueFrame:
        if self.request and (self.request.session_id is None or self.request.replace_from is not None):
            raise ValueError("a question that waits has a session_id and replaces nothing")
        return self


AnyFrame = ChatFrame | CancelFrame | ResumeFrame | ReplyFrame | ConcludeFrame | QueueFrame
Frame = Annotated[AnyFrame, Field(discriminator="type")]


# --- Resources --------------------------------------------------------------------------------------


class Download(Value):
    """What is being done with a model's files, in bytes; ``message`` says how it ended.

    ``paused``: a part is here, and the next ``pull`` goes on from it. ``checking`` and ``checked``: the files
    are, or were, compared with their digests. ``failed``: it stopped, and ``message`` says why.
    """

    state: Literal["running", "paused", "checking", "checked", "failed"]
    done: int = 0
    total: int = 0
    message: str = ""


class ModelInfo(Value):
    """A model and what it can do.

    ``action`` is what a button can do about an unavailable model: ``pull`` downloads it. ``installed``: its
    files are on this computer and can be verified and removed. ``memory_bytes`` is the estimated need.
    ``tools`` says that tool calls come as promised; ``tools_emulated`` that the model was not trained
    for them: it is held to their form by a grammar, and picks tools and arguments as well as it can.
    ``purpose`` is ``image`` for a model that makes pictures of words, and does nothing else.
    ``concludes`` says that its thinking can be ended before it ends by itself (a ``conclude`` frame).
    ``grammars`` says that it can be held to any grammar (``response_format``).
    ``sends_to`` is the host that receives the conversation, where the model runs elsewhere.
    """

    id: str
    name: str
    backend: str
    description: str = ""
    purpose: Purpose = "chat"
    context_length: int | None = None
    vision: bool = False
    tools: bool = False
    tools_emulated: bool = False
    grammars: bool = False
    reasoning: bool = False
    concludes: bool = False
    languages: tuple[str, ...] = ()
    russian: Russian | None = None
    cost_class: Literal["free", "campus", "paid"] = "free"
    license: str = ""
    runs_on: Literal["this-computer", "campus", "elsewhere"] = "this-computer"
    sends_to: str = ""
    size_bytes: int | None = None
    memory_bytes: int | None = None
    available: bool = True
    installed: bool = False
    reason: str = ""
    next_step: str = ""
    action: Literal["pull"] | None = None
    download: Download | None = None


class ModelList(Value):
    """All models known to the server; ``default`` is what ``auto`` means now, and why.

    ``memory_bytes`` is what a model may use on the server's computer, ``disk_free_bytes`` the room for
    downloads; ``None`` where that is not known.
    """

    models: tuple[ModelInfo, ...]
    default: str | None = None
    default_reason: str = ""
    memory_bytes: int | None = None
    disk_free_bytes: int | None = None


class NamedModel(Value):
    """The model that something is to be done with."""

    model: str = Field(max_length=300)


class Consent(Value):
    """A host to which the user agreed to send what is asked of its models. The time is ISO 8601, UTC."""

    destination: str
    agreed_at: str


class ConsentList(Value):
    """All that the authenticated user agreed to; ``policy`` is the administrator's."""

    policy: HostedPolicy
    consents: tuple[Consent, ...]


class GiveConsent(Value):
    """Agree to send what is asked to this host, until it is revoked."""

    destination: str = Field(min_length=1, max_length=300)


class BackendStatus(Value):
    """Health of one way to reach models; where it is not ready, why and what to do."""

    name: str
    kind: str
    ready: bool
    reason: str = ""
    next_step: str = ""


class PluginFailure(Value):
    """A plugin that could not be loaded; everything else works."""

    group: str
    name: str
    error: str


class Status(Value):
    """``GET api/status``. ``figure_types``: what the media types begin with of figures that plugins read."""

    version: str
    mode: Mode
    ready: bool
    reason: str = ""
    next_step: str = ""
    default_model: str | None = None
    backends: tuple[BackendStatus, ...]
    plugin_failures: tuple[PluginFailure, ...] = ()
    figure_types: tuple[str, ...] = ()


class TurnInfo(Value):
    """A turn that runs: who joins it with ``resume`` gets all its events. Its time is ISO 8601, UTC.

    ``awaits`` is what it asks its person, where it rests until the reply.
    """

    request_id: str
    session_id: str | None
    started_at: str
    awaits: str = ""


class TurnList(Value):
    """What is running for the authenticated user, the latest first."""

    turns: tuple[TurnInfo, ...]


class NewSession(Value):
    """Create a session."""

    title: str = Field(default="", max_length=200)


class RenameSession(Value):
    """Give a session another title."""

    title: str = Field(min_length=1, max_length=200)


class ExportRequest(Value):
    """The form in which a session leaves the store."""

    format: Literal["ipynb", "md", "json"] = "md"


class SessionInfo(Value):
    """A conversation kept by the server; in a ``running`` one an answer is being given.

    Times are ISO 8601, UTC.
    """

    id: str
    title: str
    created_at: str
    updated_at: str
    message_count: int = 0
    running: bool = False


class SessionList(Value):
    """Sessions of the authenticated user, the latest first."""

    sessions: tuple[SessionInfo, ...]


class StoredMessage(Value):
    """A message of a session. An answer also says who gave it, how it ended and what it cost.

    ``readings`` are what was read of the question's figures, with their badges. An answer that is ``running``
    is being given still: by its ``request_id`` it can be resumed. One that was ``interrupted`` was cut by the
    end of its server: what had come is here, and a next question can go on from it.
    """

    id: str
    role: Role
    parts: tuple[Part, ...]
    created_at: str
    request_id: str | None = None
    model: str | None = None
    finish_reason: str | None = None
    error: str | None = None
    running: bool = False
    interrupted: bool = False
    notices: tuple[str, ...] = ()
    usage: Usage | None = None
    readings: tuple[FigureRead, ...] = ()


class QueuedRequest(Value):
    """A question that waits in a session, whole: what is taken back can be written on."""

    id: str
    request: ChatRequest


class SessionDetail(SessionInfo):
    """A session with its messages, and the questions that wait for their turn in it."""

    messages: tuple[StoredMessage, ...]
    queue: tuple[QueuedRequest, ...] = ()


# --- uploads ---------------------------------------------------------------------------------------


class NewUpload(Value):
    """Something large that is to come: its size in bytes and, where it is known, its SHA-256 in hex.

    The ``name`` is for people alone; it never becomes part of a path.
    """

    name: str = Field(default="", max_length=1000)
    media_type: str = Field(max_length=200)
    size: int = Field(ge=1)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class UploadInfo(Value):
    """An upload: ``received`` of ``size`` bytes are here; the next piece goes to this offset.

    Times are ISO 8601, UTC. When it is complete, parts name it by its id until it expires.
    """

    id: str
    name: str
    media_type: str
    size: int
    received: int
    complete: bool
    created_at: str
    expires_at: str


class UploadLimits(Value):
    """What may be uploaded, told in advance: bytes by media type, and what a clip may be.

    ``piece_bytes`` is the most that one request may append. Clips are at most ``video_seconds`` long and
    ``video_pixels`` large; ``video_frames`` of their frames are looked at.
    """

    media_types: dict[str, int]
    piece_bytes: int
    quota_bytes: int
    used_bytes: int
    kept_seconds: int
    video_seconds: float
    video_pixels: int
    video_frames: int


class UploadList(Value):
    """The limits, and what the authenticated user has uploaded."""

    limits: UploadLimits
    uploads: tuple[UploadInfo, ...]


_frames: TypeAdapter[Any] = TypeAdapter(Frame, config={"defer_build": True})


def _chars(part: Part) -> int:
    """Length of what a model would read of a part."""
    match part:
        case TextPart() | FilePart() | ToolResultPart():
            return len(part.text)
        case ToolCallPart():
            return len(part.arguments)
        case OutputPart():
            texts = [text for kind, text in part.mimebundle.items() if kind.startswith("text/")]
            return size_of(texts, MAX_TOGETHER_CHARS)
        case _:
            return 0


def parse_frame(data: str | bytes) -> AnyFrame:
    """A client's WebSocket frame.

    Raises:
        InvalidRequest: the text is not a frame; the field that is wrong is named.
    """
    if isinstance(data, bytes):
        raise InvalidRequest(
            _("Frames are JSON text, not binary."), _("Send the frame as text."), field="frame"
        )
    try:
        frame: AnyFrame = _frames.validate_json(data)
    except ValidationError as error:
        raise InvalidRequest.from_validation(error) from error
    return frame
