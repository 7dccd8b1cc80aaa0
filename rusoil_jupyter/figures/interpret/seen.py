"""What a turn knows of the figures attached to its question, and what each model is told of them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.events import Artifact, Done, FigureRead, Notice, Text
from rusoil_jupyter.figures.interpret import vision
from rusoil_jupyter.figures.tasks import SURE
from rusoil_jupyter.figures.values.decision import Case
from rusoil_jupyter.figures.values.finding import Finding
from rusoil_jupyter.figures.values.interpretation import Offer
from rusoil_jupyter.figures.words.intent import intent
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import fenced
from rusoil_jupyter.messages import ImagePart, Message, TextPart, VideoPart

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence

    from rusoil_jupyter.errors import RusoilError
    from rusoil_jupyter.events import Event
    from rusoil_jupyter.figures.values.decision import Answerer, Grasp
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ModelInfo

    Check = Callable[..., Awaitable[Sequence[str]]]

GRASPS: tuple[Grasp, ...] = ("whole", "absent", "left", "nothing")  # of several figures the last counts
READER = "figure-reader"  # who answers where no model does
Look = dict[str, Any]


class Seen:
    """A question with what was read of its attachments.

    Args:
        question: as it was asked.
        looks: for each of its parts what was read of it, or ``None``.
        files: the uploads that it names.
    """

    def __init__(
        self, question: Message, looks: tuple[Look | None, ...], files: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.question = question
        self._looks = looks
        self.files = files

    @property
    def figures(self) -> list[Look]:
        """What was read of, in words at least."""
        return [look for look in self._looks if look and look.get("brief")]

    def case(self, *, by_program: bool) -> Case:
        """What it depends on who answers, but for the model.

        Args:
            by_program: a model's own words are wanted, whatever is read.
        """
        figures = self.figures
        grasps: list[Grasp] = [look.get("grasp", "nothing") for look in figures]
        return Case(
            door="chat",
            asks="program" if by_program else intent(self.question.text),
            grasp=max(grasps, key=GRASPS.index, default="nothing"),
            sure=all(look["badge"] in SURE for look in figures if "badge" in look),
            rest=len(figures) < sum(look is not None for look in self._looks),
        )

    @property
    def has_words(self) -> bool:
        """Whether there is anything to say without a model."""
        return bool(self.figures)

    @property
    def needs_vision(self) -> bool:
        """Whether there is a picture of which nothing could be read."""
        return any(look["images"] and not look.get("brief") for look in self._looks if look)

    @property
    def has_pictures(self) -> bool:
        """Whether a model that sees would see more than one that reads."""
        sure = [look for look in self.figures if look.get("badge") in SURE]
        return any(look["images"] and look not in sure for look in self._looks if look)

    @property
    def kept(self) -> Message:
        """The question as it is kept: pictures as they were sent, since uploads expire."""
        return self.question.model_copy(update={"parts": tuple(self._kept())})

    def _kept(self) -> Iterator[Part]:
        for part, look in zip(self.question.parts, self._looks, strict=True):
            if isinstance(part, ImagePart) and look and look["images"]:
                yield ImagePart.model_validate(look["images"][0])
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
        name = " ".join(str(look["name"]).split()) or _("Figure")
        told = look.get("told" if much else "brief")
        if told:
            yield TextPart.made(f"{name}:\n{fenced(told)}")
        if part.type == "file":
            if (
                not told or len(part.text) <= vision.FULL_BYTES
            ):  # a source is worked on; rows of a log are not
                yield part
        elif not told and (part.type == "output" or not model.vision):
            yield part if not isinstance(part, ImagePart | VideoPart) else TextPart(text=f"[{name}]")
        if not model.vision:
            return
        for number, image in enumerate(look["images"]):
            if look["times"]:
                yield TextPart(text=f"Frame at {look['times'][number]} (minutes:seconds):")
            yield ImagePart.model_validate(image)

    def before(self, answerer: Answerer) -> Iterator[Event]:
        """What the client is told before any model speaks."""
        for figure in self.figures:
            found = figure.get("findings", ()) if answerer != "nobody" else ()
            offers = figure.get("offers", ()) if answerer != "model" else ()
            yield FigureRead(
                name=str(figure["name"]),
                badge=figure["badge"] if found else None,
                findings=tuple(Finding.model_validate(finding) for finding in found),
                answers=answerer in {"reader", "both"},
                offers=tuple(Offer.model_validate(offer) for offer in offers),
            )
        for look in self._looks:
            if look and (trouble := look.get("trouble")):
                name = str(look["name"]) or _("Figure")
                yield Notice(code="figure_unread", message=f"{name}: {trouble}")

    def sent_to(self, model: ModelInfo) -> Iterator[Event]:
        """The pictures that this model gets, for the user's eyes."""
        if model.vision:
            for look in self._looks:
                for image in look["images"] if look else ():
                    yield Artifact(purpose="sent", image=ImagePart.model_validate(image))
        elif any(look and look["images"] and look.get("badge") not in SURE for look in self._looks):
            yield Notice(
                code="picture_not_sent",
                message=_("{model} can't see pictures: it is told what was read from them.").format(
                    model=model.name
                ),
                next_step=_("Choose a model with vision to have the picture itself looked at."),
            )

    def sentences(self, answerer: Answerer) -> str:
        """The reader's answer in words: its findings, else why there are none, else what the figures show."""
        keys = ("unread", "brief") if answerer == "nobody" else ("sentence", "unread", "brief")
        said = [(look["name"], next(look[key] for key in keys if look.get(key))) for look in self.figures]
        if len(said) == 1:
            return str(said[0][1])
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

    async def checked(self, answer: AsyncGenerator[Event, None], check: Check) -> AsyncGenerator[Event, None]:
        """A model's events; before the last, a notice where a figure says otherwise than its numbers."""
        words: list[str] = []
        async with aclosing(answer) as events:
            async for event in events:
                if isinstance(event, Text):
                    words.append(event.delta)
                if isinstance(event, Done) and words and event.finish_reason != "cancelled":
                    for wrong in await self._wrong("".join(words), check):
                        yield Notice(
                            code="contradiction",
                            message=wrong,
                            next_step=_("Trust the figure's own number, or ask for it alone."),
                        )
                yield event

    async def _wrong(self, said: str, check: Check) -> Sequence[str]:
        wrong: list[str] = []
        for part, read in zip(self.question.parts, self._looks, strict=True):
            look = read or {}
            if look.get("brief") and not look["times"]:
                files = {key: dict(value) for key, value in self.files.items()}
                wrong += await check(said, files, part=part)
        return wrong
