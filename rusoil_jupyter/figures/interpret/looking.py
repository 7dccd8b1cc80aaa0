"""What there is to see in the parts of a message: pictures, outputs, clips."""

from __future__ import annotations

import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.figures.interpret.source import Source, decoded
from rusoil_jupyter.figures.interpret.telling import brief_text, cut, full_text, language_of
from rusoil_jupyter.figures.interpret.unread import as_error
from rusoil_jupyter.figures.interpret.vision import BRIEF_BYTES, THUMB_SIDE, Picture
from rusoil_jupyter.figures.readers import type_of_file
from rusoil_jupyter.figures.tasks import badge_of_heard, has_content, hear_words, said, unanswered
from rusoil_jupyter.figures.values.description import FIGURE_TYPE
from rusoil_jupyter.i18n import _, use_language

if TYPE_CHECKING:
    from rusoil_jupyter.figures.tasks import Language

WORDS_SECONDS = 20.0  # for the frames of a clip


def look(
    parts: list[dict[str, Any]],
    question: str,
    files: dict[str, dict[str, str]] | None = None,
    language: str | None = None,
    brief: bool = False,
) -> list[dict[str, Any] | None]:
    """What there is to see in the parts of a message; ``None`` for a part that shows no figure.

    Args:
        parts: JSON of message parts.
        question: what is asked about them.
        files: ``path`` and ``media_type`` by the ids of uploads.
        language: of the reader.
        brief: pictures are only decoded and made small, and of outputs only what is stored is read.

    Raises:
        InvalidRequest: a picture or clip that was attached can't be decoded.
    """
    spoken = language_of(question, language)
    use_language(spoken)
    return [_look(part, question, files or {}, spoken, brief=brief) for part in parts]


def _look(
    part: dict[str, Any], question: str, files: dict[str, dict[str, str]], language: Language, *, brief: bool
) -> dict[str, Any] | None:
    seen: dict[str, Any] = {"name": part.get("name", ""), "language": language, "times": [], "images": []}
    match part["type"]:
        case "video":
            return seen | clip(files[part["upload"]]["path"], seen["name"], language, brief=brief)
        case "output" if brief:
            return seen | _stored(part["mimebundle"], language)
    source = source_of_part(part, files)
    if source is None:
        return None
    if source.file is not None:
        seen["images"] = [source.file.part(seen["name"]).model_dump()]
    else:
        with suppress(InvalidRequest):  # the figure may be known without its picture
            if source.picture is not None:
                seen["images"] = [source.picture.part(seen["name"]).model_dump()]
    if not brief or part["type"] == "file":
        seen |= _read_of(source, question, language)
    return seen if seen["images"] or seen.keys() & {"brief", "trouble"} else None


def source_of_part(part: dict[str, Any], files: dict[str, dict[str, str]]) -> Source | None:
    """The figure in a part of a message; ``None`` where it has none.

    Raises:
        InvalidRequest: its base64 is none.
    """
    match part["type"]:
        case "image":
            file = files.get(part.get("upload", ""))
            picture = picture_of_file(file) if file else Picture(decoded(part["data"]), part["media_type"])
            return Source(file=picture)
        case "output":
            return Source(mimebundle=part["mimebundle"])
        case "file" if kind := type_of_file(part["name"]):
            return Source(mimebundle={kind: part["text"]})
    return None


def _read_of(source: Source, question: str, language: Language) -> dict[str, Any]:
    """What was read of a figure, and what its finding says to the question; or why it was not read."""
    try:
        return _said_of(source, question, language)
    except Exception as error:  # one figure that can't be read must not cost its reader the question
        told, cause = as_error(error)
        return {"trouble": f"{told.message} {told.next_step}", "cause": cause}


def _said_of(source: Source, question: str, language: Language) -> dict[str, Any]:

    reading = source.read()
    if reading is None or not has_content(reading):
        return {}
    heard = hear_words(question, reading, language)
    seen: dict[str, Any] = {"grasp": heard.grasp, "badge": badge_of_heard(heard, reading)}
    if heard.findings:
        seen["sentence"] = said(heard.findings, reading, language)
        seen["findings"] = [finding.model_dump(mode="json") for finding in heard.findings]
    if not heard.is_answer:
        told = unanswered(reading, heard, language)
        seen["offers"] = [offer.model_dump(mode="json") for offer in told.offers]
        seen["unread"] = told.text
    facts = seen.get("sentence", heard.sentence)
    return seen | {
        "brief": brief_text(reading, language, facts),
        "told": full_text(reading, language, facts),
    }


def _stored(mimebundle: dict[str, Any], language: Language) -> dict[str, Any]:

    if FIGURE_TYPE not in mimebundle:
        return {}
    try:
        reading = Source(mimebundle={FIGURE_TYPE: mimebundle[FIGURE_TYPE]}).read()
    except RusoilError:
        return {}
    if reading is None:
        return {}
    return {"brief": brief_text(reading, language), "told": full_text(reading, language)}


def clip(path: str, name: str, language: Language, *, brief: bool) -> dict[str, Any]:
    """A clip frame by frame: what each shows in words, and the frames for a model that sees.

    Frames are put into words for :data:`WORDS_SECONDS`; the rest, and all where ``brief``, have times alone.
    """
    from rusoil_jupyter.figures.interpret import video

    file = Path(path)
    clip = video.frames(file, _media_type(file))
    length = video.moment(clip.seconds)
    lines = [_("A clip of {length}, {count} frames of it:").format(length=length, count=len(clip.frames))]
    images, times, before, said = [], [], None, ""
    unchanged, unread = _("unchanged"), _("not read: it would take too long")
    until = time.monotonic() + WORDS_SECONDS
    for frame in clip.frames:
        times.append(video.moment(frame.seconds))
        picture = _still(frame.image)
        images.append(picture.part(f"{name} {times[-1]}".strip(), THUMB_SIDE).model_dump())
        if brief:
            lines.append(times[-1])
        elif said and _alike(before, frame.image):
            lines.append(f"{times[-1]} {unchanged}")
        elif time.monotonic() > until:
            lines.append(f"{times[-1]} {unread}")
        else:
            told = _frame_in_words(picture, language)
            lines.append(f"{times[-1]} {told if told != said else unchanged}")
            before, said = frame.image, told
    text = "\n".join(lines)
    seen: dict[str, Any] = {"told": text, "brief": cut(text, BRIEF_BYTES), "images": images, "times": times}
    return seen


def _media_type(path: Any) -> str:
    """By the first bytes: an upload's file has no name of its own."""
    from rusoil_jupyter.figures.interpret.video import CONTAINERS

    with path.open("rb") as file:
        head = file.read(16)
    for media_type, (_name, place, begins) in CONTAINERS.items():
        if begins and head[place : place + len(begins)] == begins:
            return media_type
    return "video/quicktime"


def _still(image: Any) -> Picture:

    file = BytesIO()
    image.save(file, "PNG")
    return Picture(file.getvalue(), "image/png")


def _alike(first: Any, second: Any) -> bool:
    """Whether two frames show the same, but for a hundredth of their brightness."""
    if first is None or first.size != second.size:
        return False
    from PIL import ImageChops, ImageStat

    return max(ImageStat.Stat(ImageChops.difference(first, second)).mean) < 0.5


def _frame_in_words(picture: Picture, language: Language) -> str:
    from rusoil_jupyter.figures import words

    try:
        reading = Source(file=picture).read()
    except Exception:  # a frame may show anything
        reading = None
    if reading is None or not has_content(reading):
        return _("no chart was recognised")
    return words.describe(reading, language)


def picture_of_file(file: dict[str, str]) -> Picture:
    """An uploaded picture."""

    return Picture(Path(file["path"]).read_bytes(), file["media_type"])
