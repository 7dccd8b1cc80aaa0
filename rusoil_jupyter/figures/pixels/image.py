"""Pictures that come from anywhere: decoded within limits, turned upright, made small enough to be sent.

The format, the bytes and the pixels are judged from the header, before anything is decoded. A picture at the
limit takes about 320 MB while it is decoded, one of an ordinary plot 10 MB.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, UnsupportedModality
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 20_000_000
MAX_PIXELS = 40_000_000  # a 100-megapixel picture is refused, a telephone's photograph is not
MAX_SIDE = 20_000

FORMATS = {
    "image/png": ("PNG", b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": ("JPEG", b"\xff\xd8\xff"),
    "image/webp": ("WEBP", b"RIFF"),
    "image/gif": ("GIF", b"GIF8"),
}


def decode(data: bytes, media_type: str) -> Image:
    """The picture as RGB, upright (EXIF), what is transparent on white.

    Args:
        data: the file.
        media_type: PNG, JPEG, WebP or GIF; it has to be what the file is.

    Raises:
        UnsupportedModality: another type, or a moving picture.
        PayloadTooLarge: over MAX_BYTES or MAX_PIXELS.
        InvalidRequest: not such a file, damaged or cut off, or the ``[vision]`` extra is missing.
    """
    name = _format_of(data, media_type)
    try:
        from PIL import Image as pillow
        from PIL import ImageOps
    except ImportError as error:
        raise extra_missing() from error
    try:
        with pillow.open(io.BytesIO(data), formats=[name]) as picture:
            _check_size(picture.size)
            if getattr(picture, "is_animated", False):
                raise UnsupportedModality(
                    _("This is a moving picture; only still ones can be read."),
                    _("Save one frame as PNG and attach that, or attach the clip as a video."),
                    field="image",
                )
            _check_size(picture.size)  # a second frame may lie outside of the first
            picture.load()
            return on_white(ImageOps.exif_transpose(picture))
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (InvalidRequest, MemoryError):
        raise
    except Exception as error:  # a decoder meets hostile bytes: whatever it raises, the file is at fault
        raise InvalidRequest(
            _("The picture can't be decoded: the file is damaged or cut off."),
            _("Save the picture again and attach the new file."),
            field="image",
        ) from error


def thumbnail(image: Image, side: int = 320) -> bytes:
    """A small PNG of the picture, to be shown to a person; no side is longer than ``side``."""
    small = image.copy()
    small.thumbnail((side, side))
    return _saved(small, "PNG")


def fit(image: Image, side: int = 1280, most_bytes: int = 4_000_000) -> tuple[bytes, str]:
    """The picture within a model's limits: the file and its media type.

    PNG as long as it is small enough, since it keeps letters sharp; then JPEG, then smaller and smaller.
    """
    smaller = image.copy()
    smaller.thumbnail((side, side))
    data = _saved(smaller, "PNG")
    if len(data) <= most_bytes:
        return data, "image/png"
    for quality in (92, 85, 75, 60):
        data = _saved(smaller, "JPEG", quality=quality)
        if len(data) <= most_bytes:
            return data, "image/jpeg"
    longest = max(smaller.size)
    return (data, "image/jpeg") if longest <= 64 else fit(smaller, longest * 3 // 4, most_bytes)


def extra_missing() -> InvalidRequest:
    """What is said where the packages that read pictures are not installed."""
    return InvalidRequest(
        _("Reading pictures needs packages that are not installed here."),
        _('Install them with: pip install "rusoil-jupyter[vision]"'),
        field="image",
    )


def _format_of(data: bytes, media_type: str) -> str:
    wanted = media_type.partition(";")[0].strip().lower().replace("image/jpg", "image/jpeg")
    if wanted not in FORMATS:
        raise UnsupportedModality(
            _("Pictures of the type “{type}” can't be read.").format(type=media_type[:60]),
            _("Save the picture as PNG, JPEG, WebP, GIF or SVG."),
            field="image",
        )
    if len(data) > MAX_BYTES:
        raise PayloadTooLarge(
            _("The picture has {size} MB; at most {limit} MB can be read.").format(
                size=len(data) // 1_000_000, limit=MAX_BYTES // 1_000_000
            ),
            _("Save it smaller, or cut out the part that matters."),
            field="image",
        )
    name, beginning = FORMATS[wanted]
    if not data.startswith(beginning) or (name == "WEBP" and data[8:12] != b"WEBP"):
        raise InvalidRequest(
            _("The file is not what it is said to be: no {name} picture.").format(name=name),
            _("Attach the picture with its right type, or save it again as PNG."),
            field="image",
        )
    return name


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        raise _too_many_pixels()


def _too_many_pixels() -> PayloadTooLarge:
    return PayloadTooLarge(
        _("The picture has too many pixels; at most {limit} megapixels can be read.").format(
            limit=MAX_PIXELS // 1_000_000
        ),
        _("Save it with a lower resolution, or cut out the part that matters."),
        field="image",
    )


def on_white(picture: Image) -> Image:
    """The picture as RGB, what is transparent on white."""
    from PIL import Image as pillow

    if picture.mode in {"I", "F"} or picture.mode.startswith("I;16"):
        return _grey(picture).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = pillow.new("RGBA", layered.size, "white")
        white.alpha_composite(layered)
        return white.convert("RGB")
    return picture.convert("RGB")


def _grey(picture: Image) -> Image:
    """16 and 32 bits of grey as 8: by their own range, since nothing tells what is white."""
    import numpy as np
    from PIL import Image as pillow

    values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
    low, high = float(values.min()), float(values.max())
    return pillow.fromarray(((values - low) / max(high - low, 1e-9) * 255).astype(np.uint8))


def _saved(image: Image, name: str, **options: int) -> bytes:
    file = io.BytesIO()
    with suppress(KeyError):
        image.info.pop("exif", None)  # where and by whom a photograph was made stays here
    image.save(file, name, optimize=True, **options)
    return file.getvalue()
