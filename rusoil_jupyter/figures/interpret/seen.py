"""What a turn knows of the figures attached to its question, and what each model is told of them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from rusoil_jupyter.events import Artifact, Done, FigureRead, Notice, Text
from rusoil_jupyter.figures.interpret import vision
from rusoil_jupyter.figures.tasks import SURE
from rusoil_jupyter.figures.values.decision import Case
from rusoil_jupyter.figures.words.intent import intent
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import fenced
from rusoil_jupyter.messages import ImagePart, Message, TextPart, VideoPart

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.figures.interpret.errands import File, Look
    from rusoil_jupyter.figures.values.decision import Answerer, Grasp
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ModelInfo

    Files = tuple[File, ...]

GRASPS: tuple[Grasp, ...] = ("whole", "absent", "left", "nothing")  # of several figures the last counts
READER = "figure-reader"  # who answers where no model does


class Check(Protocol):
    """What a figure says against a model's numbers: see :meth:`.Interpreter.contradictions`."""

    async def __call__(self, said: str, files: Files, *, part: Part) -> Sequence[str]:
        """Sentences about the figure in a part, which may be one of the files."""


class Seen:
    """A question with what was read of its attachments.

    Args:
        question: as it was asked.
        looks: for each of its parts what was read of it, or ``None``.
        files: the uploads that it names.
    """

    def __init__(self, question: Message, looks: tuple[Look | None, ...], files: Files) -> None:
        self.question = question
        self._looks = looks
        self.files = files

    @property
    def figures(self) -> list[Look]:
        """What was read of, in words at least."""
        return [look for look in self._looks if look and look.brief]

    def case(self, *, by_program: bool) -> Case:
        """What it depends on who answers, but for the model.

        Args:
            by_program: a model's own words are wanted, whatever is read.
        """
        figures = self.figures
        return Case(
            door="chat",
            asks="program" if by_program else intent(self.question.text),
            grasp=max((look.grasp for look in figures), key=GRASPS.index, default="nothing"),
            sure=all(look.badge in SURE for look in figures if look.badge),
            rest=len(figures) < sum(look is not None for look in self._looks),
        )

    @property
    def has_words(self) -> bool:
        """Whether there is anything to say without a model."""
        return bool(self.figures)

    @property
    def needs_vision(self) -> bool:
        """Whether there is a picture of which nothing could be read."""
        return any(look.images and not look.brief for look in self._looks if look)

    @property
    def has_pictures(self) -> bool:
        """Whether a model that sees would see more than one that reads."""
        return any(look.images and not (look.brief and look.badge in SURE) for look in self._looks if look)

    @property
    def kept(self) -> Message:
        """The question as it is kept: pictures as they were sent, since uploads expire."""
        return self.question.model_copy(update={"parts": tuple(self._kept())})

    def _kept(self) -> Iterator[Part]:
        for part, look in zip(self.question.parts, self._looks, strict=True):
            if isinstance(part, ImagePart) and look and look.images:
                yield look.images[0]
            else:
                yield part

    def told_to(self, model: ModelInfo) -> Message:
        """The question as this model gets it: figures as fenced words, pictures only where it sees."""
        parts: list[Part] = []
        for part, look in zip(self.question.parts, self._looks, strict=True):
            parts += [part] if look is None else self.told_of(part, look, model)
        if self.figures:
            parts.append(TextPart(text=f"({vision.RULES})"))
        return self.question.model_copy(update={"parts": tuple(parts)})

    @staticmethod
    def told_of(part: Part, look: Look, model: ModelInfo) -> Iterator[Part]:
        """A part as a model gets it: in words where there are any, and as pictures if it sees."""
        much = (model.context_length or 0) >= vision.READS_MUCH
        name = " ".join(look.name.split()) or _("Figure")
        told = look.told if much else look.brief
        if told:
            yield TextPart.made(f"{name}:\n{fenced(told)}")
        if _is_needed(part, has_words=bool(told), model=model):
            yield part if not isinstance(part, ImagePart | VideoPart) else TextPart(text=f"[{name}]")
        for number, image in enumerate(look.images if model.vision else ()):
            if look.times:
                yield TextPart(text=f"Frame at {look.times[number]} (minutes:seconds):")
            yield image

    def before(self, answerer: Answerer) -> Iterator[Event]:
        """What the client is told before any model speaks."""
        for figure in self.figures:
            found = figure.findings if answerer != "nobody" else ()
            yield FigureRead(
                name=figure.name,
                badge=figure.badge if found else None,
                findings=found,
                answers=answerer in {"reader", "both"},
                offers=figure.offers if answerer != "model" else (),
            )
        for look in self._looks:
            if look and look.trouble:
                yield Notice(code="figure_unread", message=f"{look.name or _('Figure')}: {look.trouble}")

    def sent_to(self, model: ModelInfo) -> Iterator[Event]:
        """The pictures that this model gets, for the user's eyes."""
        if model.vision:
            for look in self._looks:
                for image in look.images if look else ():
                    yield Artifact(purpose="sent", image=image)
        elif any(look and look.images and look.badge not in SURE for look in self._looks):
            yield Notice(
                code="picture_not_sent",
                message=_("{model} can't see pictures: it is told what was read from them.").format(
                    model=model.name
                ),
                next_step=_("Choose a model with vision to have the picture itself looked at."),
            )

    def sentences(self, answerer: Answerer) -> str:
        """The reader's answer in words: its findings, else why there are none, else what the figures show."""
        answers = answerer != "nobody"
        said = [(one.name, (answers and one.sentence) or one.unread or one.brief) for one in self.figures]
        if len(said) == 1:
            return said[0][1]
        return "\n\n".join(f"{name or _('Figure')}: {text}" for name, text in said)

    async def led(
        self, answer: AsyncGenerator[Event, None], answerer: Answerer
    ) -> AsyncGenerator[Event, None]:
        """A turn's events; after the first, what was read, and in words where the reader leads."""
        has_begun = False
        async with aclosing(answer) as events:
            async for event in events:
                yield event
                if not has_begun:
                    has_begun = True
                    for told in self.before(answerer):
                        yield told
                    if answerer == "both":
                        yield Text(delta=f"{self.sentences(answerer)}\n\n")

    def alone(self, answerer: Answerer, trouble: RusoilError | None) -> Iterator[Event]:
        """The whole answer of a turn in which no model is asked, and where one was wanted, why."""
        yield from self.before(answerer)
        if trouble is not None:
            yield Notice(code="no_model", message=trouble.message, next_step=trouble.next_step)
        yield Text(delta=self.sentences(answerer))
        yield Done()

    async def contradictions(self, said: str, check: Check) -> Sequence[str]:
        """What the figures say against a model's numbers."""
        wrong: list[str] = []
        for part, look in zip(self.question.parts, self._looks, strict=True):
            if look and look.brief and not look.times:
                wrong += await check(said, self.files, part=part)
        return wrong


def _is_needed(part: Part, *, has_words: bool, model: ModelInfo) -> bool:
    """Whether a part itself is told of, beside what was read of it: a source, or what nothing was read of."""
    if part.type == "file":  # a source is worked on; rows of a log are not
        return not has_words or len(part.text) <= vision.FULL_BYTES
    return not has_words and (part.type == "output" or not model.vision)
