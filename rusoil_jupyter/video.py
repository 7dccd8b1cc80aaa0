"""A clip as some of its frames, each with its time. Runs in the child process, under its deadline.

The container has to be what its media type says, and is read through an open file: a playlist or a reference
in it leads nowhere. Sizes are judged before anything is decoded; one frame is in memory at a time, beside the
small copies that are kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, UnsupportedModality
from rusoil_jupyter.i18n import _
from rusoil_jupyter.uploads import VIDEO_FRAMES, VIDEO_PIXELS, VIDEO_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

SIDE = 1280  # of a frame that is kept
MOST_DECODED = 20_000  # frames of a clip that does not say how long it is
MOST_FORWARD = 600  # frames from a key frame to the time that is wanted
# Media type to the demuxer of FFmpeg, and how such a file begins (place, bytes).
CONTAINERS: dict[str, tuple[str, int, bytes]] = {
    "video/mp4": ("mov", 4, b"ftyp"),
    "video/quicktime": ("mov", 4, b""),
    "video/webm": ("matroska", 0, b"\x1a\x45\xdf\xa3"),
    "video/x-matroska": ("matroska", 0, b"\x1a\x45\xdf\xa3"),
    "image/gif": ("gif", 0, b"GIF8"),
}


@dataclass(frozen=True)
class Frame:
    """What is seen at a time, in seconds from the beginning."""

    seconds: float
    image: Image


@dataclass(frozen=True)
class Clip:
    """Frames in the order of time; ``seconds`` is the whole length, ``None`` where that is not known."""

    seconds: float | None
    frames: tuple[Frame, ...]


def frames(path: Path, media_type: str, most: int = VIDEO_FRAMES) -> Clip:
    """At most ``most`` frames of a clip, spread over its length.

    Raises:
        UnsupportedModality: no container that is read here.
        PayloadTooLarge: too long, or its frames have too many pixels.
        InvalidRequest: it is damaged, has no pictures, or the extra is not installed.
    """
    try:
        import av
    except ImportError as error:
        raise InvalidRequest(
            _("Reading clips needs packages that are not installed here."),
            _('Install them with: pip install "rusoil-jupyter[vision]"'),
            field="video",
        ) from error
    with path.open("rb") as file:
        container = _container_of(file, media_type)
        try:
            with av.open(file, format=container) as opened:
                return _clip(opened, most)
        except (av.FFmpegError, ValueError, IndexError, EOFError) as error:
            raise _damaged() from error


def _container_of(file: IO[bytes], media_type: str) -> str:
    if media_type not in CONTAINERS:
        raise UnsupportedModality(
            _("Clips of the type “{type}” can't be read.").format(type=media_type[:60]),
            _("Save the clip as MP4, WebM, MKV or GIF."),
            field="video",
        )
    name, place, begins = CONTAINERS[media_type]
    head = file.read(16)
    file.seek(0)
    if head[place : place + len(begins)] != begins:
        raise InvalidRequest(
            _("The file is not what it is said to be: no {type}.").format(type=media_type),
            _("Attach the clip with its right type."),
            field="video",
        )
    return name


def _clip(opened: Any, most: int) -> Clip:
    if not opened.streams.video:
        raise InvalidRequest(_("There are no pictures in this clip."), _("Attach another."), field="video")
    stream = opened.streams.video[0]
    context = stream.codec_context
    if context is None:
        raise _damaged()
    if context.width * context.height > VIDEO_PIXELS:
        raise PayloadTooLarge(
            _("This clip has {width} × {height} pixels; at most {limit} megapixels are read.").format(
                width=context.width, height=context.height, limit=f"{VIDEO_PIXELS / 1e6:.1f}"
            ),
            _("Save the clip with a lower resolution."),
            field="video",
        )
    context.thread_count = 1  # each thread holds frames of its own
    seconds = _length(opened, stream)
    if seconds is not None and seconds > VIDEO_SECONDS:
        raise _too_long(seconds)
    kept = _thinned(opened, stream, most) if seconds is None else _spread(opened, stream, seconds, most)
    if not kept:
        raise _damaged()
    return Clip(seconds, tuple(kept))


def _length(opened: Any, stream: Any) -> float | None:
    """Seconds, as the file says; ``None`` where it does not."""
    import av

    if stream.duration and stream.time_base:
        told = float(stream.duration * stream.time_base)
    elif opened.duration:
        told = opened.duration / av.time_base
    else:
        return None
    return told if told > 0 and math.isfinite(told) else None


def _spread(opened: Any, stream: Any, seconds: float, most: int) -> list[Frame]:
    """One frame from the middle of each of equal parts; fewer where the clip is short or its end broken."""
    import av

    count = max(1, min(most, math.ceil(seconds * 2)))
    start = float((stream.start_time or 0) * stream.time_base)
    kept: list[Frame] = []
    for part in range(count):
        wanted = start + seconds * (part + 0.5) / count
        try:
            opened.seek(int(wanted / stream.time_base), stream=stream, backward=True)
            frame = _first_at(opened, stream, wanted)
        except av.FFmpegError:
            frame = None
        if frame is not None and (not kept or frame.seconds - start > kept[-1].seconds):
            kept.append(Frame(max(0.0, frame.seconds - start), frame.image))
    # Where the index lies or is cut off, what can be decoded from the beginning is still there.
    return kept or _from_beginning(opened, stream, most)


def _from_beginning(opened: Any, stream: Any, most: int) -> list[Frame]:
    opened.seek(0)
    return _thinned(opened, stream, most)


def _first_at(opened: Any, stream: Any, wanted: float) -> Frame | None:
    last = None
    for number, frame in enumerate(opened.decode(stream)):
        last = frame
        if frame.time is None or frame.time >= wanted or number >= MOST_FORWARD:
            break
    return None if last is None else _kept(last)


def _thinned(opened: Any, stream: Any, most: int) -> list[Frame]:
    """Frames from beginning to end, at a step that doubles as they become too many."""
    kept: list[Frame] = []
    step = 1
    for number, frame in enumerate(_decoded(opened, stream)):
        if number >= MOST_DECODED or (frame.time or 0) > VIDEO_SECONDS:
            raise _too_long(float(frame.time or 0))
        if number % step:
            continue
        kept.append(_kept(frame))
        if len(kept) >= 2 * most:
            kept, step = kept[::2], step * 2
    return kept if len(kept) <= most else kept[:: math.ceil(len(kept) / most)]


def _decoded(opened: Any, stream: Any) -> Iterator[Any]:
    """Frames as far as they can be decoded: what is cut off still has a beginning."""
    import av

    count = 0
    try:
        for frame in opened.decode(stream):
            yield frame
            count += 1
    except av.FFmpegError:
        if not count:
            raise


def _kept(frame: Any) -> Frame:
    if frame.width * frame.height > VIDEO_PIXELS:  # it may grow in the middle
        raise _damaged()
    scale = min(1.0, SIDE / max(frame.width, frame.height, 1))
    size = {"width": max(1, round(frame.width * scale)), "height": max(1, round(frame.height * scale))}
    return Frame(float(frame.time or 0.0), frame.to_image(**size).convert("RGB"))


def moment(seconds: float) -> str:
    """A time as it is said: ``1:02.5``."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _damaged() -> InvalidRequest:
    return InvalidRequest(
        _("The clip can't be decoded: the file is damaged, cut off, or of a kind that is not known here."),
        _("Save it again as MP4 and attach the new file."),
        field="video",
    )


def _too_long(seconds: float) -> PayloadTooLarge:
    return PayloadTooLarge(
        _("This clip is {length} long; at most {limit} are looked at.").format(
            length=moment(seconds), limit=moment(VIDEO_SECONDS)
        ),
        _("Cut out the part that matters."),
        field="video",
    )
