"""Clips: frames with their times, spread over the length; and no file that breaks or stalls the reader."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageStat

from rusoil_jupyter import video
from rusoil_jupyter.errors import InvalidRequest, PayloadTooLarge, UnsupportedModality
from rusoil_jupyter.uploads import MEDIA_TYPES, VIDEO_FRAMES

from .clips import clip

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
    monkeypatch.setattr(video, "_kept", None)
    with pytest.raises(PayloadTooLarge) as refused:
        video.frames(path, "video/mp4")
    assert "0:03.0" in refused.value.message
    assert "0:02.0" in refused.value.message


def test_a_clip_of_unknown_length_ends_at_the_limit(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(video, "_length", lambda opened, stream: None)
    path = clip(tmp_path / "a.mp4", seconds=3)
    assert len(video.frames(path, "video/mp4", most=4).frames) <= 4
    monkeypatch.setattr(video, "MOST_DECODED", 20)
    with pytest.raises(PayloadTooLarge):
        video.frames(path, "video/mp4")


def test_frames_with_too_many_pixels_are_refused_before_they_are_decoded(
    tmp_path: Path, monkeypatch: Any
) -> None:
    path = clip(tmp_path / "a.mp4")
    monkeypatch.setattr(video, "VIDEO_PIXELS", 160 * 120 - 1)
    monkeypatch.setattr(video, "_kept", None)
    with pytest.raises(PayloadTooLarge) as refused:
        video.frames(path, "video/mp4")
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


def test_a_file_with_sound_alone_is_refused(tmp_path: Path) -> None:
    import av
    import numpy as np

    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44100)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 44100), dtype=np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 44100
        output.mux(stream.encode(frame) + stream.encode(None))
    with pytest.raises(InvalidRequest) as refused:
        video.frames(path, "video/mp4")
    assert "no pictures" in refused.value.message


def test_a_missing_extra_is_a_sentence(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(InvalidRequest) as refused:
        video.frames(tmp_path / "a", "video/mp4")
    assert "[vision]" in refused.value.next_step


def test_the_moment_is_minutes_and_seconds() -> None:
    assert [video.moment(seconds) for seconds in (0, 3.25, 62.5)] == ["0:00.0", "0:03.2", "1:02.5"]


def test_nothing_heavy_comes_with_the_import() -> None:
    heavy = {"av", "PIL", "numpy", "scipy", "onnxruntime"}
    code = f"import sys, rusoil_jupyter.video, rusoil_jupyter.service; print({heavy} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
