"""What the child process is asked to do. JSON values in and out; everything here is deterministic.

``interpret`` answers with an interpretation, the case by which it is decided who answers, and what a model
has to know where one may. ``look`` does the same for what is attached in a chat. ``contradictions`` judges
what a model said.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.interpret.comparing import compared
from rusoil_jupyter.figures.interpret.looking import clip, look, picture_of_file, source_of_part
from rusoil_jupyter.figures.interpret.source import Source, decoded
from rusoil_jupyter.figures.interpret.telling import brief_text, cut, full_text, language_of
from rusoil_jupyter.figures.interpret.vision import FULL_BYTES, Picture
from rusoil_jupyter.figures.tasks import case_of, done, has_content, hear, said
from rusoil_jupyter.figures.values.decision import MODELS, Case, decide
from rusoil_jupyter.figures.words.intent import intent
from rusoil_jupyter.i18n import _, use_language
from rusoil_jupyter.protocol import Interpretation, InterpretRequest

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.tasks import Heard, Language

__all__ = ["contradictions", "interpret", "look", "picture", "plugins"]


def interpret(
    request: dict[str, Any], file: dict[str, str] | None = None, chosen: str | None = None
) -> dict[str, Any]:
    """Read a figure and do what is asked.

    Args:
        request: an ``InterpretRequest``.
        file: ``path`` and ``media_type`` of the upload that it names.
        chosen: the query that a model chose, as it wrote it.

    Returns:
        ``interpretation``, as it is without a model; ``case``, as ``decide`` takes it; and ``open``, what a
        model needs (see :func:`_open`), ``None`` where none may answer. Where the model's choice is none,
        ``refused`` says why.

    Raises:
        InvalidRequest: it can't be read, or does not hold what was asked.
    """
    from rusoil_jupyter.figures import words

    asked = InterpretRequest.model_validate(request)
    language = language_of(asked.question, asked.language)
    use_language(language)
    if asked.video is not None and file is not None:
        return _clip(asked, file["path"], language)
    source = source_of(asked, file)
    try:
        reading = source.read(asked.region)
    except InvalidRequest:
        if source.picture is None or not asked.model:
            raise
        reading = None  # no chart; a model that sees may know what it is
    if reading is None or (asked.model and not has_content(reading) and source.picture is not None):
        return _unread(asked, source, reading, language)
    if chosen is not None:
        try:
            query = words.from_model(chosen, reading.description)
        except InvalidRequest as error:
            return {"refused": error.message}
        asked = asked.model_copy(update={"query": query, "findings": ()})
    if asked.other is not None:
        return _outcome(*compared(asked, reading, language), None)
    heard = hear(asked, reading, language)
    answer = done(reading, asked, heard, language)
    case = case_of(heard, answer, reading, "api")
    wanted = _open(reading, source, heard, language, asked) if asked.model and _may_ask(case) else None
    return _outcome(answer, case, wanted)


def _outcome(answer: Interpretation, case: Case, wanted: dict[str, Any] | None) -> dict[str, Any]:
    answer = answer.model_copy(update={"answerer": decide(case)})
    return {"interpretation": answer.model_dump(mode="json"), "case": asdict(case), "open": wanted}


def _may_ask(case: Case) -> bool:
    """Whether it is not the reader's alone, whichever model there is."""
    return any(decide(replace(case, model=model)) != "reader" for model in MODELS)


def source_of(asked: InterpretRequest, file: dict[str, str] | None) -> Source:
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


def _unread(
    asked: InterpretRequest, source: Source, reading: Reading | None, language: Language
) -> dict[str, Any]:
    """Nothing here shows a figure: a model that sees may still say something of a picture."""
    if source.picture is None or not asked.model:
        raise InvalidRequest(
            _("There is no figure in this output that can be read."),
            _("Choose an output with a plot, a diagram or a picture."),
            field="mimebundle",
        )
    answer = Interpretation(text="", language=language)
    told = "" if reading is None else brief_text(reading, language)
    image = source.picture.cut(asked.region).part()
    wanted: dict[str, Any] = {"told": told, "brief": told, "schema": None, "menu": "", "times": []}
    wanted["images"] = [image.model_dump()]
    return _outcome(
        answer, Case(door="api", asks=intent(asked.question), grasp="nothing", sure=False), wanted
    )


def _open(
    reading: Reading,
    source: Source,
    heard: Heard,
    language: Language,
    asked: InterpretRequest,
) -> dict[str, Any]:
    """What a model needs to close an open question.

    ``told`` and ``brief`` are what was read, for one that reads much or little; ``schema`` is the form of a
    query that it may choose, and ``menu`` says what the ids in it stand for; ``images`` is what it sees.
    """
    from rusoil_jupyter.figures import words

    images = []
    with suppress(InvalidRequest):  # the figure is known without its picture
        if source.picture is not None:
            images.append(source.picture.cut(asked.region).part().model_dump())
    facts = said(heard.findings, reading, language) if heard.findings else heard.sentence
    return {
        "told": full_text(reading, language, facts),
        "brief": brief_text(reading, language, facts),
        "schema": words.query_schema(reading.description),
        "menu": cut(words.menu(reading.description), FULL_BYTES),
        "images": images,
        "times": [],
    }


def _clip(asked: InterpretRequest, path: str, language: Language) -> dict[str, Any]:
    seen = clip(path, "", language, brief=False)
    answer = Interpretation(text=seen["told"], badge="estimated", language=language)
    wanted = {name: seen[name] for name in ("told", "brief", "images", "times")} | {
        "schema": None,
        "menu": "",
    }
    asks = intent(asked.question)
    # Of a clip the reader only describes, whatever is asked.
    case = Case(door="api", asks="description" if asks == "question" else asks, grasp="whole", sure=False)
    return _outcome(answer, case, wanted if asked.model else None)


def contradictions(
    text: str,
    request: dict[str, Any] | None = None,
    part: dict[str, Any] | None = None,
    files: dict[str, dict[str, str]] | None = None,
) -> list[str]:
    """Sentences about numbers in a model's text that the figure refutes."""
    from rusoil_jupyter.figures import words

    if request is not None:
        asked = InterpretRequest.model_validate(request)
        source, region = source_of(asked, next(iter((files or {}).values()), None)), asked.region
    elif part is not None and (found := source_of_part(part, files or {})) is not None:
        source, region = found, None
    else:
        return []
    reading = source.read(region)
    if reading is None or not has_content(reading):
        return []
    return list(words.verify(text, reading))


def picture(data: str, media_type: str) -> dict[str, Any]:
    """A picture that a model made, as it is kept.

    Raises:
        InvalidRequest: it can't be decoded, or is over a limit.
    """
    part: dict[str, Any] = Picture(decoded(data), media_type).part(side=2048).model_dump()
    return part


def plugins() -> list[dict[str, str]]:
    """The readers of other packages that could not be loaded, and why."""
    from rusoil_jupyter.figures import readers

    return [{"name": failure.name, "error": failure.error} for failure in readers.plugins().failures]
