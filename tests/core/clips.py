"""Clips for tests, encoded here: frames of one brightness each, which tells their time, or of noise."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

CODECS = {"mp4": "mpeg4", "mkv": "mpeg4", "webm": "libvpx", "gif": "gif"}


def clip(
    path: Path, seconds: float = 4, fps: int = 10, size: tuple[int, int] = (160, 120), noise: bool = False
) -> Path:
    """A clip whose brightness grows from black to white; the container by the file's ending."""
    chance = np.random.default_rng(1)
    width, height = size
    kind = path.suffix[1:]
    count = max(1, round(seconds * fps))
    with av.open(str(path), "w") as output:
        stream = output.add_stream(CODECS[kind], rate=fps)
        stream.width, stream.height = width, height
        stream.pix_fmt = "rgb8" if kind == "gif" else "yuv420p"
        stream.time_base = Fraction(1, fps)
        for number in range(count):
            grey = np.full((height, width, 3), round(255 * number / count), dtype=np.uint8)
            if noise:
                grey = chance.integers(0, 255, grey.shape, dtype=np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")):
                output.mux(packet)
        for packet in stream.encode():
            output.mux(packet)
    return path
