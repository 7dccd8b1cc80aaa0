"""The errands as they are done, in the child process. Everything here is deterministic.

:func:`interpret` comes back with an interpretation, the case by which it is decided who answers, and what a
model has to know where one may. :func:`look` does the same for what is attached in a chat, and
:func:`contradict` judges what a model said.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.interpret.comparing import compared
from rusoil_jupyter.figures.interpret.errands import (
    Answered,
    Asked,
    Contradictions,
    Open,
    Outcome,
    Plugins,
)
from rusoil_jupyter.figures.interpret.looking import clip, look, picture_of_file, source_of_part
from rusoil_jupyter.figures.interpret.source import Source, decoded
from rusoil_jupyter.figures.interpret.telling import brief_text, cut, full_text, language_of
from rusoil_jupyter.figures.interpret.vision import FULL_BYTES, Picture
from rusoil_jupyter.figures.tasks import case_of, done, has_content, hear, said
from rusoil_jupyter.figures.values.decision import MODELS, Case, decide
from rusoil_jupyter.figures.values.interpretation import Interpretation
from rusoil_jupyter.figures.values.kinds import GROUP
from rusoil_jupyter.figures.words.intent import intent
from rusoil_jupyter.i18n import _, use_language
from rusoil_jupyter.protocol import PluginFailure

if TYPE_CHECKING:
    from rusoil_jupyter.figures.interpret.errands import Chosen, Claim, File, Made, Nothing
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Heard, Language
    from rusoil_jupyter.figures.values.interpretation import InterpretRequest
    from rusoil_jupyter.messages import ImagePart

__all__ = ["choose", "contradict", "interpret", "look", "picture", "plugins"]


def interpret(given: Asked) -> Outcome:
    """Read a figure and do what is asked.

    Raises:
        InvalidRequest: it can't be read, or does not hold what was asked.
    """
    asked = given.request
    language = language_of(asked.question, asked.language)
    use_language(language)
    if asked.video is not None and given.file is not None:
        return _clip(asked, given.file, language)
    source = source_of(asked, given.file)
    reading = _read(source, asked)
    if reading is None or (asked.model and not has_content(reading) and source.picture is not None):
        return _unread(asked, source, reading, language)
    if asked.other is not None:
        return _outcome(*compared(asked, reading, language))
    heard = hear(asked, reading, language)
    answer = done(reading, asked, heard, language)
    case = case_of(heard, answer, reading, "api")
    may_ask = asked.model and _may_ask(case)
    return _outcome(answer, case, _open(reading, source, heard, language, asked) if may_ask else None)


def _read(source: Source, asked: InterpretRequest) -> Reading | None:
    try:
        return source.read(asked.region)
    except InvalidRequest:
        if source.picture is None or not asked.model:
            raise
        return None  # no chart; a model that sees may know what it is


def choose(given: Chosen) -> Answered:
    """Answer the query that a model chose.

    Raises:
        InvalidRequest: as :func:`interpret`.
    """
    from rusoil_jupyter.figures import words

    asked = given.request
    use_language(language_of(asked.question, asked.language))
    reading = source_of(asked, given.file).read(asked.region)
    if reading is None:
        raise _no_figure()
    try:
        query = words.from_model(given.query, reading.description)
    except InvalidRequest as error:
        return Answered(refused=error.message)
    exact = asked.model_copy(update={"query": query, "findings": (), "model": ""})
    return Answered(interpretation=interpret(Asked(request=exact, file=given.file)).interpretation)


def _outcome(answer: Interpretation, case: Case, wanted: Open | None = None) -> Outcome:
    answer = answer.model_copy(update={"answerer": decide(case)})
    return Outcome(interpretation=answer, case=case, open=wanted)


def _may_ask(case: Case) -> bool:
    """Whether it is not the reader's alone, whichever model there is."""
    return any(decide(replace(case, model=model)) != "reader" for model in MODELS)


def source_of(asked: InterpretRequest, file: File | None) -> Source:
    """What the request brings."""
    if asked.description is not None:
        return Source(description=asked.description)
    if asked.mimebundle is not None:
        return Source(mimebundle=asked.mimebundle)
    if file is not None:
        return Source(file=picture_of_file(file))
    if asked.image is None:
        raise InvalidRequest(_("There is nothing to read."), _("Choose an output with a figure."))
    return Source(file=Picture(decoded(asked.image.data), asked.image.media_type))


def _unread(asked: InterpretRequest, source: Source, reading: Reading | None, language: Language) -> Outcome:
    """Nothing here shows a figure: a model that sees may still say something of a picture."""
    if source.picture is None or not asked.model:
        raise _no_figure()
    answer = Interpretation(text="", language=language)
    told = "" if reading is None else brief_text(reading, language)
    image = source.picture.cut(asked.region).part()
    case = Case(door="api", asks=intent(asked.question), grasp="nothing", sure=False)
    return _outcome(answer, case, Open(told=told, brief=told, images=(image,)))


def _no_figure() -> InvalidRequest:
    return InvalidRequest(
        _("There is no figure in this output that can be read."),
        _("Choose an output with a plot, a diagram or a picture."),
        field="mimebundle",
    )


def _open(
    reading: Reading, source: Source, heard: Heard, language: Language, asked: InterpretRequest
) -> Open:
    from rusoil_jupyter.figures import words

    images: tuple[ImagePart, ...] = ()
    with suppress(InvalidRequest):  # the figure is known without its picture
        if source.picture is not None:
            images = (source.picture.cut(asked.region).part(),)
    facts = said(heard.findings, reading, language) if heard.findings else heard.sentence
    return Open(
        told=full_text(reading, language, facts),
        brief=brief_text(reading, language, facts),
        schema_of_query=words.query_schema(reading.description),
        menu=cut(words.menu(reading.description), FULL_BYTES),
        images=images,
    )


def _clip(asked: InterpretRequest, file: File, language: Language) -> Outcome:
    seen = clip(file.path, "", language, brief=False)
    answer = Interpretation(text=seen.told, badge="estimated", language=language)
    wanted = Open(told=seen.told, brief=seen.brief, images=seen.images, times=seen.times)
    asks = intent(asked.question)
    # Of a clip the reader only describes, whatever is asked.
    case = Case(door="api", asks="description" if asks == "question" else asks, grasp="whole", sure=False)
    return _outcome(answer, case, wanted if asked.model else None)


def contradict(given: Claim) -> Contradictions:
    """Sentences about numbers in a model's text that the figure refutes."""
    from rusoil_jupyter.figures import words

    source, region = None, None
    if given.request is not None:
        source, region = source_of(given.request, next(iter(given.files), None)), given.request.region
    elif given.part is not None:
        source = source_of_part(given.part, given.files)
    reading = source.read(region) if source is not None else None
    if reading is None or not has_content(reading):
        return Contradictions(sentences=())
    return Contradictions(sentences=tuple(words.verify(given.text, reading)))


def picture(given: Made) -> ImagePart:
    """A picture that a model made, as it is kept.

    Raises:
        InvalidRequest: it can't be decoded, or is over a limit.
    """
    return Picture(decoded(given.data), given.media_type).part(side=2048)


def plugins(_given: Nothing) -> Plugins:
    """What readers of other packages take, and which can't be loaded."""
    from rusoil_jupyter.figures import readers

    found = readers.plugins()
    failed = (PluginFailure(group=GROUP, name=one.name, error=one.error) for one in found.failures)
    return Plugins(types=found.types, failures=tuple(failed))
