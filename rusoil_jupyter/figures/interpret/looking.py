"""What there is to see in the parts of a message: pictures, outputs, clips."""

from __future__ import annotations

import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rusoil_jupyter.errors import InvalidRequest, RusoilError
from rusoil_jupyter.figures.interpret.errands import Look, Looks, file_of
from rusoil_jupyter.figures.interpret.source import Source, decoded
from rusoil_jupyter.figures.interpret.telling import brief_text, cut, full_text, language_of
from rusoil_jupyter.figures.interpret.unread import as_error
from rusoil_jupyter.figures.interpret.vision import BRIEF_BYTES, THUMB_SIDE, Picture
from rusoil_jupyter.figures.tasks import badge_of_heard, has_content, hear_words, said, unanswered
from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE, type_of_text
from rusoil_jupyter.i18n import _, use_language
from rusoil_jupyter.messages import FilePart, ImagePart, OutputPart, VideoPart

if TYPE_CHECKING:
    from rusoil_jupyter.figures.interpret.errands import Attached, File
    from rusoil_jupyter.figures.tasks import Language
    from rusoil_jupyter.messages import Part

WORDS_SECONDS = 20.0  # for the frames of a clip


def look(given: Attached) -> Looks:
    """What there is to see in the parts of a message.

    Raises:
        InvalidRequest: a picture or clip that was attached can't be decoded.
    """
    spoken = language_of(given.question, given.language)
    use_language(spoken)
    return Looks(looks=tuple(_look(part, given, spoken) for part in given.parts))


def _look(part: Part, given: Attached, language: Language) -> Look | None:
    match part:
        case VideoPart():
            path = cast("File", file_of(given.files, part.upload)).path
            return clip(path, part.name, language, brief=given.brief)
        case OutputPart() if given.brief:
            return _stored(part, language)
    source = source_of_part(part, given.files)
    if source is None or not isinstance(part, ImagePart | OutputPart | FilePart):
        return None
    images = _images(source, part.name)
    is_read = not given.brief or isinstance(part, FilePart)
    seen = _read_of(source, given.question, language) if is_read else Look()
    seen = seen.model_copy(update={"name": part.name, "images": images})
    return seen if seen.images or seen.brief or seen.trouble else None


def _images(source: Source, name: str) -> tuple[ImagePart, ...]:
    """Its picture, small.

    Raises:
        InvalidRequest: it was attached as a picture, and can't be decoded.
    """
    if source.file is not None:
        return (source.file.part(name),)
    with suppress(InvalidRequest):  # the figure may be known without its picture
        if source.picture is not None:
            return (source.picture.part(name),)
    return ()


def source_of_part(part: Part, files: tuple[File, ...]) -> Source | None:
    """The figure in a part of a message; ``None`` where it has none.

    Raises:
        InvalidRequest: its base64 is none.
    """
    match part:
        case ImagePart():
            file = file_of(files, part.upload)
            here = picture_of_file(file) if file else Picture(decoded(part.data), part.media_type)
            return Source(file=here)
        case OutputPart():
            return Source(mimebundle=part.mimebundle)
        case FilePart() if kind := type_of_text(part.name):
            return Source(mimebundle={kind: part.text})
    return None


def _read_of(source: Source, question: str, language: Language) -> Look:
    """What was read of a figure, and what its finding says to the question; or why it was not read."""
    try:
        return _said_of(source, question, language)
    except Exception as error:  # one figure that can't be read must not cost its reader the question
        told, cause = as_error(error)
        return Look(trouble=f"{told.message} {told.next_step}", cause=cause)


def _said_of(source: Source, question: str, language: Language) -> Look:
    reading = source.read()
    if reading is None or not has_content(reading):
        return Look()
    heard = hear_words(question, reading, language)
    sentence = said(heard.findings, reading, language) if heard.findings else ""
    open_still = None if heard.is_answer else unanswered(reading, heard, language)
    facts = sentence or heard.sentence
    return Look(
        grasp=heard.grasp,
        badge=badge_of_heard(heard, reading),
        sentence=sentence,
        findings=heard.findings,
        unread=open_still.text if open_still else "",
        offers=open_still.offers if open_still else (),
        brief=brief_text(reading, language, facts),
        told=full_text(reading, language, facts),
    )


def _stored(part: OutputPart, language: Language) -> Look:
    """What was saved of an output's figure, in words."""
    reading = None
    if FIGURE_TYPE in part.mimebundle:
        with suppress(RusoilError):
            reading = Source(mimebundle={FIGURE_TYPE: part.mimebundle[FIGURE_TYPE]}).read()
    if reading is None:
        return Look(name=part.name)
    return Look(name=part.name, brief=brief_text(reading, language), told=full_text(reading, language))


def clip(path: str, name: str, language: Language, *, brief: bool) -> Look:
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
        images.append(picture.part(f"{name} {times[-1]}".strip(), THUMB_SIDE))
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
    return Look(name=name, told=text, brief=cut(text, BRIEF_BYTES), images=tuple(images), times=tuple(times))


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


def picture_of_file(file: File) -> Picture:
    """An uploaded picture."""
    return Picture(Path(file.path).read_bytes(), file.media_type)
