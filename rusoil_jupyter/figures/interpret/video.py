"""A clip as some of its frames, each with its time. Runs in the child process, under its deadline.

The container has to be what its media type says, and is read through an open file: a playlist or a reference
in it leads nowhere. Sizes are judged before anything is decoded; one frame is in memory at a time, beside the
small copies that are kept.
"""

from __future__ import annotations

import math
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RusoilError, UnsupportedModality
from rusoil_jupyter.figures.pixels.image import on_white
from rusoil_jupyter.i18n import _
from rusoil_jupyter.uploads import VIDEO_FRAMES, VIDEO_PIXELS, VIDEO_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from PIL.Image import Image

SIDE = 1280  # of a frame that is kept
MOST_DECODED = 36_000  # frames of a clip that is looked at from beginning to end
MOST_FORWARD = 600  # frames from a key frame to the time that is wanted
STEP = 0.5  # seconds: frames are not kept more often
# Media type to what reads it, and how such a file begins (place, bytes).
CONTAINERS: dict[str, tuple[str, int, bytes]] = {
    "video/mp4": ("mov", 4, b"ftyp"),
    "video/quicktime": ("mov", 4, b""),
    "video/webm": ("matroska", 0, b"\x1a\x45\xdf\xa3"),
    "video/x-matroska": ("matroska", 0, b"\x1a\x45\xdf\xa3"),
    "image/gif": ("gif", 0, b"GIF8"),
}
GIF_SECONDS = 0.1  # what browsers show a frame for that does not say how long
# Kinds of pictures that OpenCV's wheels know by name and do not decode everywhere.
UNREAD = {"AV01": "AV1"}
# Read by OpenCV whenever it opens a clip: no other demuxer than the named one, and no address is followed.
OPTIONS = "OPENCV_FFMPEG_CAPTURE_OPTIONS"


@dataclass(frozen=True)
class Frame:
    """What is seen at a time, in seconds from the beginning."""

    seconds: float
    image: Image


@dataclass(frozen=True)
class Clip:
    """Frames in the order of time; ``seconds`` is the whole length."""

    seconds: float
    frames: tuple[Frame, ...]


def frames(path: Path, media_type: str, most: int = VIDEO_FRAMES) -> Clip:
    """At most ``most`` frames of a clip, spread over its length.

    Raises:
        UnsupportedModality: no container that is read here, or pictures packed in a way that is not.
        PayloadTooLarge: too long, or its frames have too many pixels.
        InvalidRequest: it is damaged, has no pictures, or the extra is not installed.
    """
    with path.open("rb") as file:
        container = _container_of(file, media_type)
        try:
            return _gif(file, most) if container == "gif" else _film(file, container, most)
        except ImportError as error:
            raise InvalidRequest(
                _("Reading clips needs packages that are not installed here."),
                _('Install them with: pip install "rusoil-jupyter[vision]"'),
                field="video",
            ) from error


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


# --- films: MP4, MOV, WebM, MKV ------------------------------------------------------------------


def _film(file: IO[bytes], container: str, most: int) -> Clip:
    with _opened(file, container) as film:
        codec = _codec(film)
        seconds = _length(film)
        if seconds is not None and seconds > VIDEO_SECONDS:
            raise _too_long(seconds)
        kept = [] if seconds is None else _spread(film, seconds, most)
    if seconds is None or not kept:
        with _opened(file, container) as film:
            kept, last = _thinned(_times(film), lambda: _picture(film), most)
        seconds = seconds or last
    if not kept:
        raise _unread(UNREAD[codec]) if codec in UNREAD else _damaged()
    return Clip(seconds, tuple(kept))


@contextmanager
def _opened(file: IO[bytes], container: str) -> Iterator[Any]:
    import cv2

    file.seek(0)
    before = os.environ.get(OPTIONS)
    os.environ[OPTIONS] = f"input_format;{container}|protocol_whitelist;none"
    try:
        # One thread: each holds frames of its own.
        film = cv2.VideoCapture(cast("Any", file), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    finally:
        os.environ.pop(OPTIONS)
        if before is not None:
            os.environ[OPTIONS] = before
    try:
        if not film.isOpened():
            raise _damaged()
        _check_pixels(int(film.get(cv2.CAP_PROP_FRAME_WIDTH)), int(film.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        yield film
    except cv2.error as error:
        raise _damaged() from error
    finally:
        film.release()


def _length(film: Any) -> float | None:
    """Seconds, as the file says; ``None`` where it does not."""
    import cv2

    count, rate = film.get(cv2.CAP_PROP_FRAME_COUNT), film.get(cv2.CAP_PROP_FPS)
    told = count / rate if rate > 0 else math.nan
    return told if told > 0 and math.isfinite(told) else None


def _spread(film: Any, seconds: float, most: int) -> list[Frame]:
    """One frame from the middle of each of equal parts; none at all where a jump does not lead there.

    OpenCV counts frames when it jumps: where they come unevenly it lands elsewhere. The end may be cut off
    as well.
    """
    count = max(1, min(most, math.ceil(seconds / STEP)))
    part = seconds / count
    kept: list[Frame] = []
    for number in range(count):
        wanted = part * (number + 0.5)
        at = _jump(film, wanted)
        if at is None or at > wanted + part / 2:
            return []
        kept.append(Frame(at, _picture(film)))
    return kept


def _jump(film: Any, wanted: float) -> float | None:
    """Go to the first frame at a time or after it; its time, ``None`` where nothing can be decoded there."""
    import cv2

    film.set(cv2.CAP_PROP_POS_MSEC, wanted * 1000)
    for number, at in enumerate(_times(film)):
        if at >= wanted or number >= MOST_FORWARD:
            return at
    return None


def _times(film: Any) -> Iterator[float]:
    """Go from frame to frame, as far as they can be decoded: what is cut off still has a beginning."""
    import cv2

    while film.grab():
        yield film.get(cv2.CAP_PROP_POS_MSEC) / 1000


def _picture(film: Any) -> Image:
    import cv2
    from PIL import Image as pillow

    found, pixels = film.retrieve()
    if not found:
        raise _damaged()
    height, width = pixels.shape[:2]
    _check_pixels(width, height)  # it may grow in the middle
    return _small(pillow.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)))


def _codec(film: Any) -> str:
    import cv2

    return int(film.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little", signed=False).decode("latin-1").upper()


# --- moving pictures: GIF ------------------------------------------------------------------------


def _gif(file: IO[bytes], most: int) -> Clip:
    from PIL import Image as pillow

    try:
        with pillow.open(file, formats=["GIF"]) as picture:
            _check_pixels(*picture.size)
            kept, last = _thinned(_gif_times(picture), lambda: _small(on_white(picture)), most)
            return Clip(last + _gif_shown(picture), tuple(kept))
    except RusoilError:
        raise
    except Exception as error:  # as in pixels/image.py: whatever a decoder raises, the file is at fault
        raise _damaged() from error


def _gif_times(picture: Image) -> Iterator[float]:
    """Go from frame to frame, as far as they can be decoded."""
    seconds = 0.0
    picture.load()
    yield seconds
    for number in range(1, MOST_DECODED + 1):
        seconds += _gif_shown(picture)
        try:
            picture.seek(number)
            _check_pixels(*picture.size)  # a frame may lie outside of those before it
            picture.load()
        except (EOFError, OSError, ValueError, SyntaxError):
            return
        yield seconds


def _gif_shown(picture: Image) -> float:
    return float(picture.info.get("duration") or GIF_SECONDS * 1000) / 1000


# --- both ----------------------------------------------------------------------------------------


def _thinned(times: Iterable[float], picture: Callable[[], Image], most: int) -> tuple[list[Frame], float]:
    """Frames from beginning to end, at a step that doubles as they become too many; the last one's time."""
    kept: list[Frame] = []
    step, seconds = STEP, 0.0
    for number, seconds in enumerate(times):
        if number >= MOST_DECODED or seconds > VIDEO_SECONDS:
            raise _too_long(seconds)
        if kept and seconds < kept[-1].seconds + step:
            continue
        kept.append(Frame(seconds, picture()))
        if len(kept) >= 2 * most:
            kept, step = kept[::2], step * 2
    if len(kept) > most:
        kept = [kept[round(place * (len(kept) - 1) / max(1, most - 1))] for place in range(most)]
    return kept, seconds


def _check_pixels(width: int, height: int) -> None:
    if width * height > VIDEO_PIXELS:
        raise PayloadTooLarge(
            _("This clip has {width} × {height} pixels; at most {limit} megapixels are read.").format(
                width=width, height=height, limit=f"{VIDEO_PIXELS / 1e6:.1f}"
            ),
            _("Save the clip with a lower resolution."),
            field="video",
        )


def _small(image: Image) -> Image:
    image.thumbnail((SIDE, SIDE))
    return image


def moment(seconds: float) -> str:
    """A time as it is said: ``1:02.5``."""
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _damaged() -> InvalidRequest:
    return InvalidRequest(
        _(
            "The clip can't be decoded: the file is damaged or cut off, has no pictures, "
            "or is of a kind that is not known here."
        ),
        _("Save it again as MP4 with H.264 and attach the new file."),
        field="video",
    )


def _unread(codec: str) -> UnsupportedModality:
    return UnsupportedModality(
        _("The pictures of this clip are packed as {codec}, which can't be read here.").format(codec=codec),
        _("Save it again as MP4 with H.264 and attach the new file."),
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
