"""Clips for tests, encoded here: frames of one brightness each, which tells their time, or of noise."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

CODECS = {"mp4": "mp4v", "mkv": "MP4V", "webm": "VP80"}


def clip(
    path: Path, seconds: float = 4, fps: int = 10, size: tuple[int, int] = (160, 120), noise: bool = False
) -> Path:
    """A clip whose brightness grows from black to white; the container by the file's ending."""
    chance = np.random.default_rng(1)
    width, height = size
    count = max(1, round(seconds * fps))
    shape = (height, width, 3)
    frames = (
        chance.integers(0, 255, shape, dtype=np.uint8)
        if noise
        else np.full(shape, round(255 * number / count), dtype=np.uint8)
        for number in range(count)
    )
    return film(path, [Image.fromarray(frame) for frame in frames], fps)


def film(path: Path, pictures: list[Image.Image], fps: int) -> Path:
    """A clip of these pictures, which are of one size."""
    kind = path.suffix[1:]
    if kind == "gif":
        first, *rest = pictures
        first.save(path, save_all=True, append_images=rest, duration=1000 // fps)
        return path
    writer = cv2.VideoWriter(
        str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*CODECS[kind]), fps, pictures[0].size
    )
    for picture in pictures:
        writer.write(cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR))
    writer.release()
    return path
