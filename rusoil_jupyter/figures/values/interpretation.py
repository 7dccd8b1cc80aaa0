"""What is asked of a figure and what comes back: the values of ``api/interpret`` and of the kernel."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from rusoil_jupyter.figures.values.decision import Answerer
from rusoil_jupyter.figures.values.description import Cell, FigureDescription
from rusoil_jupyter.figures.values.finding import Badge, Finding
from rusoil_jupyter.figures.values.queries import Query
from rusoil_jupyter.messages import ImagePart, Value, VideoPart

FigureTask = Literal["answer", "describe", "alt", "caption", "check", "code", "table"]
Share = Annotated[float, Field(ge=0, le=1)]


class FigureProblem(Value):
    """Something that is wrong with a figure. ``fix`` is code that mends it, where that is sure."""

    code: str
    message: str
    fix: str = ""


class FigureTable(Value):
    """The numbers of one series as rows; ``units`` stand beside the columns' names."""

    series: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Offer(Value):
    """Something that the figure can be asked: the words of a button, plain text, and what it asks."""

    label: Annotated[str, Field(max_length=200)]
    query: Query


class InterpretRequest(Value):
    """Something to read, and what to do with it.

    What is read: a cell output's ``mimebundle`` (a figure description in it counts most, then a
    specification, then a picture), a ``description`` alone, an ``image``, or an uploaded ``video``. ``other``
    is a second output to compare with. ``region`` is a rectangle of the picture: left, top, right, bottom as
    shares of its size. ``findings`` are what the kernel that holds the figure has computed already. ``query``
    asks exactly, ``question`` in words. ``model`` may choose the query and word the answer: empty means no
    model at all.
    """

    mimebundle: dict[str, Any] | None = Field(default=None, max_length=50)
    description: FigureDescription | None = None
    image: ImagePart | None = None
    video: VideoPart | None = None
    other: dict[str, Any] | None = Field(default=None, max_length=50)
    region: tuple[Share, Share, Share, Share] | None = None
    task: FigureTask = "answer"
    question: str = Field(default="", max_length=10_000)
    query: Query | None = None
    findings: tuple[Finding, ...] = Field(default=(), max_length=50)
    language: Literal["en", "ru"] | None = None
    model: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _has_something_to_read(self) -> InterpretRequest:
        if (self.mimebundle, self.description, self.image, self.video).count(None) != 3:
            raise ValueError("give one of mimebundle, description, image and video")
        return self


class Interpretation(Value):
    """What was read, in words; ``badge`` is that of the least sure thing in it.

    ``answerer`` says who answered. Where that is ``nobody``, the text says why, and a model may be asked;
    there, and where the figure does not hold what was asked, there is no badge, and ``offers`` are what can
    be asked instead.
    ``findings`` are the numbers behind the words. ``thumbnail`` is what was sent to a model that sees.
    ``contradictions`` are sentences about numbers of the model that the reader can refute.
    """

    text: str
    badge: Badge | None = None
    language: Literal["en", "ru"]
    answerer: Answerer = "reader"
    model: str = ""
    findings: tuple[Finding, ...] = ()
    contradictions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = Field(default=(), max_length=20)
    problems: tuple[FigureProblem, ...] = ()
    tables: tuple[FigureTable, ...] = ()
    code: str = ""
    description: FigureDescription | None = None
    thumbnail: ImagePart | None = None
