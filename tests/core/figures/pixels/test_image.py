"""Pictures from anywhere: what is refused, what is made of the rest, and how much memory that takes."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, RusoilError, UnsupportedModality
from rusoil_jupyter.figures.pixels.image import MAX_BYTES, decode, fit, thumbnail


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    """A small file whose picture is as large as it says."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 3 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_hundred_megapixels_are_refused_with_a_next_step() -> None:
    with pytest.raises(PayloadTooLarge) as refused:
        decode(bomb(10_000, 10_000), "image/png")
    assert "40 megapixels" in refused.value.message
    assert refused.value.next_step


def test_a_bomb_is_refused_before_it_takes_memory() -> None:
    script = (
        "import resource, sys\n"
        "from rusoil_jupyter.errors import RusoilError\n"
        "from rusoil_jupyter.figures.pixels.image import decode\n"
        "from PIL import PngImagePlugin\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    decode(sys.stdin.buffer.read(), 'image/png')\n"
        "except RusoilError as error:\n"
        "    print(error.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=bomb(10_000, 10_000), capture_output=True, check=True
    )
    code, kilobytes = done.stdout.split()
    assert code == b"payload_too_large"
    assert int(kilobytes) < 40_000


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), name)
    with pytest.raises(InvalidRequest) as refused:
        decode(data[: len(data) // 2], f"image/{name.lower()}")
    assert "cut off" in refused.value.message


def test_a_file_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        decode(saved(Image.new("RGB", (8, 8)), "PNG"), "image/jpeg")
    assert "no JPEG picture" in refused.value.message


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(UnsupportedModality):
        decode(b"BM", "image/bmp")


def test_a_moving_picture_is_refused() -> None:
    frames = [Image.new("L", (20, 20), shade) for shade in (0, 90, 200)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(UnsupportedModality) as refused:
        decode(data, "image/gif")
    assert "frame" in refused.value.next_step


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PayloadTooLarge):
        decode(b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_BYTES, "image/png")


def test_a_photograph_is_turned_upright() -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    upright = decode(saved(image, "JPEG", exif=exif.tobytes(), quality=100, subsampling=0), "image/jpeg")
    assert upright.size == (20, 40)


def test_what_is_transparent_lies_on_white() -> None:
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert decode(saved(image), "image/png").getpixel((1, 1)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    ramp = np.linspace(0, 60_000, 256).astype(np.uint16).reshape(1, -1)
    decoded = np.asarray(decode(saved(Image.fromarray(ramp)), "image/png"))[0, :, 0]
    assert decoded[0] == 0 and decoded[-1] >= 254 and np.unique(decoded).size > 200


def test_a_thumbnail_is_small_and_in_proportion() -> None:
    small = Image.open(io.BytesIO(thumbnail(Image.new("RGB", (1000, 500)), 100)))
    assert small.size == (100, 50)


def test_a_picture_is_made_to_fit_in_side_and_bytes() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (900, 1800, 3), dtype=np.uint8)
    data, media_type = fit(Image.fromarray(noise), side=1000, most_bytes=200_000)
    assert len(data) <= 200_000 and media_type == "image/jpeg"
    assert max(Image.open(io.BytesIO(data)).size) <= 1000


def test_where_a_photograph_was_made_is_not_sent_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    image = decode(saved(Image.new("RGB", (30, 30)), "JPEG", exif=exif.tobytes()), "image/jpeg")
    assert b"secret" not in fit(image)[0] and b"secret" not in thumbnail(image)


SMALL = {
    name: saved(Image.effect_noise((24, 24), 60).convert("RGB"), name) for name in ("PNG", "JPEG", "GIF")
}


@settings(max_examples=150)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_damaged_bytes_give_a_picture_or_an_error_of_ours(name: str, data: st.DataObject) -> None:
    raw = bytearray(SMALL[name])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert decode(bytes(raw), f"image/{name.lower()}").mode == "RGB"
    except RusoilError as error:
        assert error.next_step
