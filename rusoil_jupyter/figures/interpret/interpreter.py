"""What is read, by what, and when a model is asked: the rules of ``api/interpret``."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

from rusoil_jupyter.errors import InvalidRequest, ModelUnavailable, RusoilError
from rusoil_jupyter.figures.interpret import errands, vision
from rusoil_jupyter.figures.interpret.errands import File, Look
from rusoil_jupyter.figures.interpret.process import Readers
from rusoil_jupyter.figures.interpret.seen import Seen
from rusoil_jupyter.figures.values.decision import decide
from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE, GROUP, may_show, type_of_text
from rusoil_jupyter.i18n import _
from rusoil_jupyter.letters import fenced
from rusoil_jupyter.messages import FilePart, ImagePart, Message, OutputPart, VideoPart
from rusoil_jupyter.protocol import Interpretation, PluginFailure, ResponseFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rusoil_jupyter.figures.interpret.errands import Asked, Attached, Open
    from rusoil_jupyter.figures.values.decision import Model
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import InterpretRequest, ModelInfo
    from rusoil_jupyter.uploads import Uploads

log = logging.getLogger(__name__)
READ_SECONDS = 30.0
CLIP_SECONDS = 120.0
HOW_TO_CHOOSE = (
    "Choose the one query whose answer answers the question about the figure. Use ids and names as they "
    "stand in the description. Answer with the JSON of the query alone."
)
Files = tuple[File, ...]


class Ask(Protocol):
    """A way to a model: who it is, and its answer to some messages."""

    async def model(self, *, vision: bool) -> ModelInfo:
        """Who answers; one that sees is preferred where ``vision`` and the choice is free.

        Raises:
            RusoilError: nobody can.
        """

    async def answer(
        self, model: ModelInfo, messages: Sequence[Message], form: ResponseFormat | None = None
    ) -> str:
        """What it says.

        Raises:
            RusoilError: it can't, or nothing may be sent to it.
        """


class Interpreter:
    """Reads figures.

    Args:
        uploads: where large pictures and clips are.
    """

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads
        self._readers = Readers()
        self._plugins: errands.Plugins | None = None

    async def interpret(
        self, request: InterpretRequest, owner: str, ask: Ask, reader: str = ""
    ) -> Interpretation:
        """Do what the request asks; a model is asked only where one is named and a question stays open.

        Raises:
            RusoilError: it can't be read, does not hold what was asked, or the model can't answer.
        """
        files = await self._files([request.image, request.video], owner)
        asked = errands.Asked(request=request, file=next(iter(files), None))
        seconds = CLIP_SECONDS if request.video is not None else READ_SECONDS
        outcome = await self._readers.send(errands.INTERPRET, asked, seconds, reader)
        answer, wanted = outcome.interpretation, outcome.open
        if wanted is None:
            return answer
        try:
            model = await ask.model(vision=bool(wanted.images))
        except ModelUnavailable as trouble:
            if not answer.text:
                raise
            return _with_notice(answer, f"{trouble.message} {trouble.next_step}".strip())
        answerer = decide(replace(outcome.case, model=_sees(model, wanted, answer)))
        match answerer:
            case "model":
                answered = await self._said(request, answer, wanted, model, ask, files)
            case "chosen":
                answered = await self._chosen(asked, wanted, model, ask, reader)
            case _:
                answered = _unseen(answer, model)
        return answered.model_copy(update={"answerer": answerer})

    async def _chosen(
        self, asked: Asked, wanted: Open, model: ModelInfo, ask: Ask, reader: str
    ) -> Interpretation:
        """The figure's answer to the query that a model chose."""
        form = ResponseFormat(type="json_schema", json_schema=wanted.schema_of_query)
        messages = (
            Message.of("system", f"{vision.RULES} {HOW_TO_CHOOSE}"),
            Message.of("user", f"{fenced(wanted.menu)}\n\n{asked.request.question}"),
        )
        query = await ask.answer(model, messages, form)
        chosen = errands.Chosen(request=asked.request, file=asked.file, query=query)
        outcome = await self._readers.send(errands.CHOOSE, chosen, READ_SECONDS, reader)
        answer = outcome.interpretation
        if answer is None:
            raise InvalidRequest(
                _("{model} did not understand the question: {reason}").format(
                    model=model.name, reason=outcome.refused
                ),
                _("Ask for one thing, such as a maximum, a mean or a crossing, or choose another model."),
                field="question",
            )
        notice = _("{model} chose what to look for; the figure gave the answer.").format(model=model.name)
        return answer.model_copy(update={"model": model.id, "notices": (*answer.notices, notice)})

    async def _said(
        self,
        request: InterpretRequest,
        answer: Interpretation,
        wanted: Open,
        model: ModelInfo,
        ask: Ask,
        files: Files,
    ) -> Interpretation:
        """What a model says to what was read, and to the picture if it sees; its numbers are judged."""
        images = wanted.images if model.vision else ()
        messages = vision.question(
            _about(_told(wanted, model), wanted.times), _asked(request, answer), images, answer.language
        )
        said = await ask.answer(model, messages)
        wrong = await self.contradictions(said, files, request=request)
        return answer.model_copy(
            update={
                "text": said,
                "badge": "model",
                "model": model.id,
                "thumbnail": images[0] if images else None,
                "contradictions": wrong,
                "notices": (),
                "offers": (),
            }
        )

    # --- for a chat ------------------------------------------------------------------------------

    async def shows(self, message: Message) -> bool:
        """Whether there is anything to look at in a question."""
        others = (await self.plugins()).types
        return any(_shows(part, others) for part in message.parts)

    async def look(self, message: Message, owner: str, reader: str, *, brief: bool = False) -> Seen:
        """What there is to see in a question's attachments.

        Raises:
            RusoilError: a picture or clip that was attached can't be read.
        """
        others = (await self.plugins()).types
        places = [place for place, part in enumerate(message.parts) if _shows(part, others)]
        looks: list[Look | None] = [None] * len(message.parts)
        if not places:
            return Seen(message, tuple(looks), ())
        shown = tuple(message.parts[place] for place in places)
        files = await self._files(shown, owner)
        attached = errands.Attached(parts=shown, question=message.text, files=files, brief=brief)
        is_clip = any(isinstance(part, VideoPart) for part in shown)
        try:
            found = await self._look(attached, CLIP_SECONDS if is_clip else READ_SECONDS, reader)
        except RusoilError as error:
            found = _text_alone(shown, error)
        for place, look in zip(places, found, strict=True):
            looks[place] = look
            if look and look.cause:
                log.warning("an attached figure could not be read: %s", look.cause)
        return Seen(message, tuple(looks), files)

    async def _look(self, attached: Attached, seconds: float, reader: str) -> tuple[Look | None, ...]:
        return (await self._readers.send(errands.LOOK, attached, seconds, reader)).looks

    async def recall(
        self, messages: Sequence[Message], owner: str, reader: str, *, strict: bool
    ) -> list[tuple[Look | None, ...]]:
        """What is stored with the figures of earlier messages; ``strict`` for those that were not seen yet.

        Raises:
            RusoilError: in strict messages, a picture can't be decoded.
        """
        looks: list[list[Look | None]] = [[None] * len(message.parts) for message in messages]
        places = [
            (row, place, part)
            for row, message in zip(looks, messages, strict=True)
            for place, part in enumerate(message.parts)
            if _is_stored(part) or (strict and isinstance(part, ImagePart | VideoPart))
        ]
        if places:
            parts = tuple(part for *_place, part in places)
            attached = errands.Attached(parts=parts, files=await self._files(parts, owner), brief=True)
            found = await self._look(attached, READ_SECONDS, reader)
            for (row, place, _part), look in zip(places, found, strict=True):
                row[place] = look
        return [tuple(row) for row in looks]

    async def contradictions(
        self, said: str, files: Files, *, request: InterpretRequest | None = None, part: Part | None = None
    ) -> tuple[str, ...]:
        """What a figure says against a model's numbers; nothing where that can't be told."""
        try:
            claim = errands.Claim(text=said, request=request, part=part, files=files)
            return (await self._readers.send(errands.CONTRADICT, claim, READ_SECONDS)).sentences
        except RusoilError:  # the answer is worth more than its check
            return ()

    async def picture(self, data: str, media_type: str) -> ImagePart:
        """A picture that a model made, decoded and within our limits.

        Raises:
            RusoilError: it can't be decoded.
        """
        return await self._readers.send(
            errands.PICTURE, errands.Made(data=data, media_type=media_type), READ_SECONDS
        )

    async def _files(self, parts: Sequence[Part | None], owner: str) -> Files:
        """Where the uploads are that these parts name.

        Raises:
            RusoilError: one is not there, not complete, or of another kind.
        """
        files: dict[str, File] = {}
        for part in parts:
            if isinstance(part, VideoPart) or (isinstance(part, ImagePart) and part.upload):
                info, path = await asyncio.to_thread(self._uploads.whole, owner, part.upload)
                files[part.upload] = File(upload=part.upload, path=str(path), media_type=info.media_type)
        return tuple(files.values())

    async def plugins(self) -> errands.Plugins:
        """What readers of other packages take, and which can't be loaded; without any, nothing is started."""
        if self._plugins is None:
            self._plugins = errands.Plugins()
            if entry_points(group=GROUP):
                try:
                    self._plugins = await self._readers.send(errands.PLUGINS, errands.Nothing(), READ_SECONDS)
                except RusoilError as error:
                    failed = PluginFailure(group=GROUP, name="", error=error.message)
                    self._plugins = errands.Plugins(failures=(failed,))
        return self._plugins

    async def aclose(self) -> None:
        """End the processes that read."""
        await self._readers.aclose()


def _sees(model: ModelInfo, wanted: Open, answer: Interpretation) -> Model:
    """What this model could go by: the picture, what was read of it, or nothing."""
    if model.vision and wanted.images:
        return "sees"
    return "reads" if answer.text else "none"


def _unseen(answer: Interpretation, model: ModelInfo) -> Interpretation:
    """A model that does not see can add nothing to what was estimated: the reader's own words stay.

    Raises:
        InvalidRequest: there are none.
    """
    notice = _("{model} can't see pictures; this is what was read without it.").format(model=model.name)
    if not answer.text:
        raise InvalidRequest(notice, _("Choose a model with vision."), field="model")
    return _with_notice(answer, notice)


def _with_notice(answer: Interpretation, notice: str) -> Interpretation:
    return answer.model_copy(update={"notices": (*answer.notices, notice)})


def _shows(part: Part, others: tuple[str, ...]) -> bool:
    match part:
        case OutputPart():
            return may_show(part.mimebundle, others)
        case FilePart():
            return bool(type_of_text(part.name))
    return isinstance(part, ImagePart | VideoPart)


def _is_stored(part: Part) -> bool:
    """Whether what was read of its figure came with it."""
    if isinstance(part, OutputPart):
        return FIGURE_TYPE in part.mimebundle
    return isinstance(part, FilePart) and bool(type_of_text(part.name))


def _text_alone(shown: Sequence[Part], error: RusoilError) -> tuple[Look, ...]:
    """Of parts that have their text still: the question goes on without their figures.

    Raises:
        RusoilError: the error; one of them is a picture or a clip.
    """
    texts = [part for part in shown if isinstance(part, OutputPart | FilePart)]
    if len(texts) < len(shown):
        raise error
    trouble = f"{error.message} {error.next_step}"
    return tuple(Look(name=part.name, trouble=trouble) for part in texts)


def _told(wanted: Open, model: ModelInfo) -> str:
    much = (model.context_length or 0) >= vision.READS_MUCH
    return wanted.told if much else wanted.brief


def _about(told: str, times: Sequence[str]) -> str:
    """What goes with pictures, fenced; of a clip also when each of them is."""
    lines = [fenced(told)] if told else []
    if times:
        lines.append(f"The pictures are frames of a clip, at {', '.join(times)} (minutes:seconds).")
    return "\n".join(lines)


def _asked(request: InterpretRequest, answer: Interpretation) -> str:
    if request.question.strip():
        return request.question
    return "Опиши, что показано." if answer.language == "ru" else "Describe what is shown."
