"""Clips: frames with their times, spread over the length; and no file that breaks or stalls the reader."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageStat

from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, UnsupportedModality
from rusoil_jupyter.figures.interpret import video
from rusoil_jupyter.uploads import MEDIA_TYPES, VIDEO_FRAMES
from tests.core.clips import clip

CODECS = Path(__file__).with_name("codecs")
TYPES = {"mp4": "video/mp4", "mkv": "video/x-matroska", "webm": "video/webm", "gif": "image/gif"}


def brightness(frame: video.Frame) -> float:
    return ImageStat.Stat(frame.image).mean[0] / 255


@pytest.mark.parametrize("kind", TYPES)
def test_frames_are_spread_over_the_clip_each_with_its_time(tmp_path: Path, kind: str) -> None:
    found = video.frames(clip(tmp_path / f"a.{kind}"), TYPES[kind], most=4)
    times = [frame.seconds for frame in found.frames]
    assert 3 <= len(times) <= 4
    assert times == sorted(times)
    assert times[-1] - times[0] > 1.8
    for frame in found.frames:  # what is shown is what was there at that time
        assert brightness(frame) == pytest.approx(frame.seconds / 4, abs=0.08)


def test_every_type_that_is_read_can_be_uploaded() -> None:
    assert set(video.CONTAINERS) <= set(MEDIA_TYPES)


def test_a_short_clip_has_few_frames_and_a_long_one_no_more_than_the_limit(tmp_path: Path) -> None:
    assert len(video.frames(clip(tmp_path / "a.mp4", seconds=0.1), "video/mp4").frames) == 1
    assert len(video.frames(clip(tmp_path / "b.mp4", seconds=30, fps=5), "video/mp4").frames) == VIDEO_FRAMES


def test_frames_are_made_small(tmp_path: Path) -> None:
    [frame, *_rest] = video.frames(clip(tmp_path / "a.mp4", 0.2, size=(2560, 1440)), "video/mp4").frames
    assert max(frame.image.size) == video.SIDE


def test_a_clip_that_is_too_long_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: Any) -> None:
    path = clip(tmp_path / "a.mp4", seconds=3)
    monkeypatch.setattr(video, "VIDEO_SECONDS", 2.0)
    monkeypatch.setattr(video, "_times", None)
    with pytest.raises(PayloadTooLarge) as refused:
        video.frames(path, "video/mp4")
    assert "0:03.0" in refused.value.message
    assert "0:02.0" in refused.value.message


def test_a_clip_of_unknown_length_ends_at_the_limit(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(video, "_length", lambda film: None)
    path = clip(tmp_path / "a.mp4", seconds=3)
    assert len(video.frames(path, "video/mp4", most=4).frames) <= 4
    assert video.frames(path, "video/mp4").seconds == pytest.approx(3, abs=0.2)
    monkeypatch.setattr(video, "MOST_DECODED", 20)
    with pytest.raises(PayloadTooLarge):
        video.frames(path, "video/mp4")


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_frames_with_too_many_pixels_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: Any, kind: str
) -> None:
    path = clip(tmp_path / f"a.{kind}")
    monkeypatch.setattr(video, "VIDEO_PIXELS", 160 * 120 - 1)
    monkeypatch.setattr(video, "_times", None)
    monkeypatch.setattr(video, "_gif_times", None)
    with pytest.raises(PayloadTooLarge) as refused:
        video.frames(path, TYPES[kind])
    assert refused.value.field == "video"


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.95])
def test_a_clip_that_is_cut_off_is_read_as_far_as_it_goes_or_refused(
    tmp_path: Path, kind: str, share: float
) -> None:
    data = clip(tmp_path / f"a.{kind}").read_bytes()
    path = tmp_path / "cut"
    path.write_bytes(data[: int(len(data) * share)])
    try:
        found = video.frames(path, TYPES[kind])
    except InvalidRequest as refused:
        assert refused.message and refused.next_step
    else:
        assert found.frames


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", ["mp4", "webm", "gif"])
def test_a_damaged_clip_is_an_error_or_a_picture(tmp_path: Path, kind: str, seed: int) -> None:
    import random

    chance = random.Random(seed)
    data = bytearray(clip(tmp_path / f"a.{kind}", seconds=1).read_bytes())
    for _ in range(40):
        data[chance.randrange(16, len(data))] = chance.randrange(256)
    path = tmp_path / "damaged"
    path.write_bytes(data)
    try:
        assert video.frames(path, TYPES[kind]).frames
    except InvalidRequest as refused:
        assert refused.next_step


def test_a_playlist_that_calls_itself_a_clip_leads_nowhere(tmp_path: Path) -> None:
    secret = clip(tmp_path / "secret.mp4")
    for text in (f"#EXTM3U\n#EXTINF:10,\nfile://{secret}\n", f"ffconcat version 1.0\nfile {secret}\n"):
        path = tmp_path / "list"
        path.write_text(text)
        for media_type in video.CONTAINERS:
            with pytest.raises(InvalidRequest):
                video.frames(path, media_type)


def test_a_type_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModality):
        video.frames(clip(tmp_path / "a.mp4"), "application/vnd.apple.mpegurl")


def test_a_lie_about_the_length_makes_nothing_longer(tmp_path: Path) -> None:
    """The header says a tenth of a second; what is decoded is bounded all the same."""
    path = clip(tmp_path / "a.mp4", seconds=4)
    data = path.read_bytes()
    for box in (b"mvhd", b"mdhd", b"tkhd"):
        place = data.index(box) + 4
        skip = 20 if box == b"tkhd" else 16
        data = data[: place + skip] + struct.pack(">I", 1) + data[place + skip + 4 :]
    path.write_bytes(data)
    assert len(video.frames(path, "video/mp4").frames) <= VIDEO_FRAMES


@pytest.mark.parametrize("name", ["h264.mp4", "hevc.mp4", "vp8.webm", "vp9.webm"])
def test_what_telephones_and_browsers_record_is_read(name: str) -> None:
    found = video.frames(CODECS / name, TYPES[name.rpartition(".")[2]], most=4)
    assert found.seconds == pytest.approx(4)
    assert [round(frame.seconds, 1) for frame in found.frames] == [0.5, 1.5, 2.5, 3.5]
    for frame in found.frames:
        assert brightness(frame) == pytest.approx(frame.seconds / 4, abs=0.08)


def test_frames_that_come_unevenly_are_spread_over_the_time() -> None:
    found = video.frames(CODECS / "uneven.mp4", "video/mp4", most=5)
    times = [frame.seconds for frame in found.frames]
    assert times[-1] > 15
    for frame in found.frames:
        number = frame.seconds * 10 if frame.seconds < 2 else 18 + frame.seconds
        assert brightness(frame) == pytest.approx(number / 40, abs=0.08)


@pytest.mark.parametrize("name", ["av1.mp4", "av1.webm"])
def test_pictures_that_are_packed_as_nothing_here_reads_are_refused_by_name(name: str) -> None:
    """Some wheels of OpenCV decode AV1; where none does, the sentence says what it is."""
    try:
        assert video.frames(CODECS / name, TYPES[name.rpartition(".")[2]]).frames
    except UnsupportedModality as refused:
        assert "AV1" in refused.message
        assert "H.264" in refused.next_step


def test_a_file_with_sound_alone_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        video.frames(CODECS / "sound.mp4", "video/mp4")
    assert "no pictures" in refused.value.message


def test_frames_that_lie_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    """An MP4 may name the file or the address that has its frames (a data reference)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        secret = clip(tmp_path / "secret.mp4")
        for address in (f"http://127.0.0.1:{listener.getsockname()[1]}/a", f"file://{secret}", str(secret)):
            path = tmp_path / "elsewhere.mp4"
            path.write_bytes(leading_to(address, (CODECS / "h264.mp4").read_bytes()))
            with contextlib.suppress(InvalidRequest):
                video.frames(path, "video/mp4")
            with pytest.raises(BlockingIOError):
                listener.accept()


def leading_to(address: str, data: bytes) -> bytes:
    """The clip with its only data reference changed to an address, and the boxes around made longer."""
    own = data.index(b"url \x00\x00\x00\x01") - 4
    other = b"url \x00\x00\x00\x00" + address.encode() + b"\x00"
    longer = len(other) + 4 - 12
    out = bytearray(data[:own] + struct.pack(">I", len(other) + 4) + other + data[own + 12 :])
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = out.index(box) - 4
        struct.pack_into(">I", out, place, struct.unpack_from(">I", out, place)[0] + longer)
    return bytes(out)


def test_the_settings_of_the_process_are_left_as_they_were(monkeypatch: Any) -> None:
    monkeypatch.setenv(video.OPTIONS, "rtsp_transport;tcp")
    video.frames(CODECS / "h264.mp4", "video/mp4")
    assert os.environ[video.OPTIONS] == "rtsp_transport;tcp"


def test_a_missing_extra_is_a_sentence(tmp_path: Path, monkeypatch: Any) -> None:
    path = clip(tmp_path / "a.mp4")
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(InvalidRequest) as refused:
        video.frames(path, "video/mp4")
    assert "[vision]" in refused.value.next_step


def test_the_moment_is_minutes_and_seconds() -> None:
    assert [video.moment(seconds) for seconds in (0, 3.25, 62.5)] == ["0:00.0", "0:03.2", "1:02.5"]


def test_nothing_heavy_comes_with_the_import() -> None:
    heavy = {"cv2", "PIL", "numpy", "scipy", "onnxruntime"}
    ours = "rusoil_jupyter.figures.interpret.video, rusoil_jupyter.service"
    code = f"import sys, {ours}; print({heavy} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
