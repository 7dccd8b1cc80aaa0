"""What is said in a conversation: a :class:`Message` and its parts. Immutable values, no handles."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_TEXT_CHARS = 1_000_000
MAX_IMAGE_CHARS = 28_000_000  # about 20 MiB of picture, as base64
MAX_PARTS = 200

Role = Literal["system", "user", "assistant", "tool"]


class Value(BaseModel):
    """Base of every wire value: immutable, and it refuses fields it does not know."""

    # Schemas are built at first use: at import they would cost every start of Jupyter 0.1 s.
    # What was refused is somebody's text: it is not repeated in an error, which goes to the log.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, hide_input_in_errors=True)


class TextPart(Value):
    """Plain text or markdown."""

    type: Literal["text"] = "text"
    text: str = Field(max_length=MAX_TEXT_CHARS)

    @classmethod
    def made(cls, text: str) -> TextPart:
        """What we wrote around texts that were within the limit: it may be longer than that."""
        return cls.model_construct(text=text)


class ImagePart(Value):
    """A picture: base64 ``data`` of the given media type, or empty ``data`` and the id of an ``upload``."""

    type: Literal["image"] = "image"
    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"] = "image/png"
    data: str = Field(max_length=MAX_IMAGE_CHARS)
    name: str = Field(default="", max_length=1000)
    upload: str = Field(default="", pattern=r"^([0-9a-f]{32})?$")


class VideoPart(Value):
    """A clip that was uploaded; it is looked at in key frames, each with its time."""

    type: Literal["video"] = "video"
    upload: str = Field(pattern=r"^[0-9a-f]{32}$")
    name: str = Field(default="", max_length=1000)


class FilePart(Value):
    """Text that the user attached: a file, a notebook cell or a selection of either."""

    type: Literal["file"] = "file"
    name: str = Field(max_length=1000)
    text: str = Field(max_length=MAX_TEXT_CHARS)
    media_type: str = Field(default="text/plain", max_length=200)
    source: Literal["file", "cell", "selection"] = "file"


class OutputPart(Value):
    """What a cell printed or showed, as its mimebundle (media type to content)."""

    type: Literal["output"] = "output"
    name: str = Field(default="", max_length=1000)
    mimebundle: dict[str, Any] = Field(max_length=50)


class ReasoningPart(Value):
    """What a model thought before it went on; ``signature`` is its vendor's, who wants it back with it."""

    type: Literal["reasoning"] = "reasoning"
    text: str = Field(max_length=MAX_TEXT_CHARS)
    signature: str = Field(default="", max_length=MAX_TEXT_CHARS)


class ToolCallPart(Value):
    """The assistant's wish to call a tool; ``arguments`` is JSON text as the model wrote it."""

    type: Literal["tool_call"] = "tool_call"
    id: str = Field(max_length=200)
    name: str = Field(max_length=200)
    arguments: str = Field(default="{}", max_length=MAX_TEXT_CHARS)


class ToolResultPart(Value):
    """What a tool answered to the call with this id."""

    type: Literal["tool_result"] = "tool_result"
    id: str = Field(max_length=200)
    text: str = Field(max_length=MAX_TEXT_CHARS)


class Choice(Value):
    """An answer to click: its ``id`` is what comes back, ``label`` what is read."""

    id: str = Field(min_length=1, max_length=100)
    label: str = Field(max_length=200)


class Inquiry(Value):
    """What a person is asked in the middle of an answer.

    An ``approval`` is answered by one of its ``choices``; a ``question`` by any text, its choices being
    proposals. ``details`` is what would be done, to be read before: code, a command, a change.
    """

    kind: Literal["approval", "question"]
    text: str = Field(max_length=10_000)
    details: str = Field(default="", max_length=MAX_TEXT_CHARS)
    choices: tuple[Choice, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _can_be_answered(self) -> Inquiry:
        if self.kind == "approval" and not self.choices:
            raise ValueError("an approval needs choices")
        return self

    def label(self, value: str) -> str:
        """A reply as it was read where it was chosen."""
        return next((choice.label for choice in self.choices if choice.id == value), value)

    def is_answered_by(self, value: str) -> bool:
        """Whether this may come back."""
        if self.kind == "question":
            return bool(value.strip())
        return any(value == choice.id for choice in self.choices)


class InquiryPart(Value):
    """What a person was asked, and the ``reply``: ``None`` where there was none."""

    type: Literal["inquiry"] = "inquiry"
    id: str = Field(max_length=200)
    inquiry: Inquiry
    reply: str | None = Field(default=None, max_length=MAX_TEXT_CHARS)


Part = Annotated[
    TextPart
    | ImagePart
    | VideoPart
    | FilePart
    | OutputPart
    | ReasoningPart
    | ToolCallPart
    | ToolResultPart
    | InquiryPart,
    Field(discriminator="type"),
]


class Message(Value):
    """One contribution to a conversation."""

    role: Role
    parts: tuple[Part, ...] = Field(max_length=MAX_PARTS)

    @classmethod
    def of(cls, role: Role, text: str) -> Message:
        """A message of ours with one text part, see :meth:`TextPart.made`."""
        return cls(role=role, parts=(TextPart.made(text),))

    @property
    def text(self) -> str:
        """The text parts joined; attachments left out."""
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def has_image(self) -> bool:
        """Whether a model needs vision to read this message."""
        return any(isinstance(part, ImagePart) for part in self.parts)


def size_of(value: Any, most: int) -> int:
    """About how many characters this is as JSON; something above ``most`` where it is more than that.

    It looks at no more of the value than that takes.
    """
    size = 0
    pending: list[Any] = [value]
    while pending and size <= most:
        inner: Iterable[Any] = ()
        match pending.pop():
            case dict() as members:
                size += 2
                inner = (part for member in members.items() for part in member)
            case list() | tuple() as items:
                size += 2
                inner = items
            case str() as text:
                size += len(text) + 2
            case int() as number:
                size += number.bit_length() // 4 + 1
            case _:
                size += 1
        pending.extend(islice(inner, max(0, most - size + 2)))
    return size
