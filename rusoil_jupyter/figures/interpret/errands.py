"""What the child process is sent for, and what it brings back: values, and no dictionary of ours among them.

What is a dictionary on the wire already stays one: an output's mimebundle, the JSON schema of a query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rusoil_jupyter.figures.values.decision import Case, Grasp
from rusoil_jupyter.figures.values.finding import Badge, Finding
from rusoil_jupyter.figures.values.interpretation import Interpretation, InterpretRequest, Offer
from rusoil_jupyter.messages import ImagePart, Part, Value
from rusoil_jupyter.protocol import PluginFailure

Given = TypeVar("Given", bound=Value)
Brought = TypeVar("Brought", bound=Value)


@dataclass(frozen=True)
class Errand(Generic[Given, Brought]):
    """Something that a child process can do.

    Args:
        name: by which both processes know it.
        given: what it needs.
        brought: what it comes back with.
    """

    name: str
    given: type[Given]
    brought: type[Brought]


class File(Value):
    """An upload, and where it lies on this computer."""

    upload: str
    path: str
    media_type: str


class Asked(Value):
    """A request, and the upload that it names."""

    request: InterpretRequest
    file: File | None = None


class Chosen(Asked):
    """And the query that a model chose for it, as it wrote it."""

    query: str


class Open(Value):
    """What a model needs to close an open question.

    ``told`` and ``brief`` are what was read, for one that reads much or little; ``schema_of_query`` is the
    form of a query that it may choose, and ``menu`` says what the ids in it stand for; ``images`` is what it
    sees, and of a clip ``times`` when each of them is.
    """

    told: str = ""
    brief: str = ""
    schema_of_query: dict[str, Any] | None = None
    menu: str = ""
    images: tuple[ImagePart, ...] = ()
    times: tuple[str, ...] = ()


class Outcome(Value):
    """An interpretation as it is without a model; by what it is decided who answers; and what a model needs
    to know, ``None`` where none may answer.
    """

    interpretation: Interpretation
    case: Case
    open: Open | None = None


class Answered(Value):
    """The figure's answer to the query that a model chose, or why that is none."""

    interpretation: Interpretation | None = None
    refused: str = ""


class Attached(Value):
    """What a message brings that may show figures.

    ``language`` is the reader's. Where ``brief``, pictures are only decoded and made small, and of outputs
    only what is stored is read.
    """

    parts: tuple[Part, ...]
    question: str = ""
    files: tuple[File, ...] = ()
    language: str | None = None
    brief: bool = False


class Look(Value):
    """What there is to see in a part of a message.

    ``images`` for a model that sees, and of a clip ``times`` when each of them is. ``brief`` and ``told`` are
    what was read, for one that reads little or much. ``grasp``, ``badge``, ``sentence`` and ``findings`` are
    the reader's answer to the question; where it has none, ``unread`` says why and ``offers`` what can be
    asked instead. ``trouble`` is why nothing could be read, in words, and ``cause`` what goes into the log.
    """

    name: str = ""
    images: tuple[ImagePart, ...] = ()
    times: tuple[str, ...] = ()
    brief: str = ""
    told: str = ""
    grasp: Grasp = "nothing"
    badge: Badge | None = None
    sentence: str = ""
    findings: tuple[Finding, ...] = ()
    unread: str = ""
    offers: tuple[Offer, ...] = ()
    trouble: str = ""
    cause: str = ""


class Looks(Value):
    """For each part what there is to see in it; ``None`` where it shows no figure."""

    looks: tuple[Look | None, ...]


class Claim(Value):
    """What a model said about the figure of a request or of a part of a message."""

    text: str
    request: InterpretRequest | None = None
    part: Part | None = None
    files: tuple[File, ...] = ()


class Contradictions(Value):
    """Sentences about numbers that the figure refutes."""

    sentences: tuple[str, ...]


class Made(Value):
    """A picture that a model made: base64 and its media type."""

    data: str
    media_type: str


class Nothing(Value):
    """Of what needs nothing."""


class Plugins(Value):
    """Readers of other packages: what the media types begin with that they take, and which do not load."""

    types: tuple[str, ...] = ()
    failures: tuple[PluginFailure, ...] = ()


INTERPRET = Errand("interpret", Asked, Outcome)
CHOOSE = Errand("choose", Chosen, Answered)
LOOK = Errand("look", Attached, Looks)
CONTRADICT = Errand("contradict", Claim, Contradictions)
PICTURE = Errand("picture", Made, ImagePart)
PLUGINS = Errand("plugins", Nothing, Plugins)


def file_of(files: tuple[File, ...], upload: str) -> File | None:
    """The file of an upload; ``None`` for one that is not among them."""
    return next((file for file in files if upload and file.upload == upload), None)
