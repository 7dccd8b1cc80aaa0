"""Photographs and scans of charts made like a screen's picture: even light, white paper, straight lines.

The light is what is left of a picture when everything thinner than a twentieth of it is taken away;
dividing by it takes shadows out. The tilt is the angle at which rows and columns of ink are sharpest.
Perspective is not undone: a picture taken at a slant keeps its keystone, and what can't be calibrated is
then said to be missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

UNEVEN = 3.0  # of 255: how much the paper of a rendered picture never varies
MOST_TILT = 8.0  # degrees
LEAST_TILT = 0.15


def is_photograph(image: Image) -> bool:
    """Whether the rim of an RGB picture has the uneven shades of a camera or a scanner."""
    grey = np.asarray(image.convert("L"), dtype=np.float64)
    if min(grey.shape) < 60:
        return False
    high, wide = max(4, grey.shape[0] // 40), max(4, grey.shape[1] // 40)
    patches = [
        grey[y : y + high, x : x + wide]
        for y in (0, grey.shape[0] - high)
        for x in range(0, grey.shape[1] - wide, wide)
    ]
    # Where a rendered picture has no ink it has exactly one shade in a row, though its rows may differ.
    grain = [(patch - np.median(patch, axis=1, keepdims=True)).std() for patch in patches]
    return float(np.median(grain)) > UNEVEN / 3 or _drifts(patches)


def straightened(image: Image) -> Image:
    """The picture with even light and without tilt, in the size that it has."""
    from PIL import Image as pillow

    flat = _evenly_lit(np.asarray(image))
    angle = tilt(flat)
    straight = pillow.fromarray(flat)
    if abs(angle) < LEAST_TILT:
        return straight
    return straight.rotate(-angle, pillow.Resampling.BICUBIC, fillcolor=(255, 255, 255))


def tilt(rgb: NDArray[np.uint8]) -> float:
    """Degrees by which the lines of a picture climb; 0 where no angle is better than none."""
    from PIL import Image as pillow

    grey = pillow.fromarray(rgb).convert("L")
    grey.thumbnail((700, 700))

    def sharpness(angle: float) -> float:
        turned = np.asarray(grey.rotate(-angle, pillow.Resampling.BILINEAR, fillcolor=255), dtype=np.float64)
        ink = 255 - turned[turned.shape[0] // 10 : -turned.shape[0] // 10]
        return float((np.diff(ink.sum(axis=1)) ** 2).sum() + (np.diff(ink.sum(axis=0)) ** 2).sum())

    coarse = np.arange(-MOST_TILT, MOST_TILT + 0.1, 0.5)
    best = float(coarse[int(np.argmax([sharpness(angle) for angle in coarse]))])
    fine = np.arange(best - 0.5, best + 0.51, 0.1)
    found = float(fine[int(np.argmax([sharpness(angle) for angle in fine]))])
    return found if sharpness(found) > 1.05 * sharpness(0.0) else 0.0


def _evenly_lit(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from scipy import ndimage

    # Grain is smoothed less than a thin line is wide; a median would break the line.
    smooth = ndimage.gaussian_filter(rgb.astype(np.float32), (0.7, 0.7, 0))
    step = max(1, min(rgb.shape[:2]) // 240)
    small = smooth[::step, ::step]
    size = max(5, min(small.shape[:2]) // 10)
    # One light for the three colours, of the brightest: a coloured field is no shadow.
    light = ndimage.grey_closing(small.max(axis=2), size=(size, size))
    light = ndimage.gaussian_filter(light, size / 2)
    rows = np.linspace(0, light.shape[0] - 1, rgb.shape[0])
    columns = np.linspace(0, light.shape[1] - 1, rgb.shape[1])
    full = ndimage.map_coordinates(light, np.meshgrid(rows, columns, indexing="ij"), order=1)
    even = smooth / np.maximum(full, 1)[..., None]
    # Paper is white from 92 % on, so that its grain is gone.
    flat: NDArray[np.uint8] = np.clip(even / 0.92 * 255, 0, 255).astype(np.uint8)
    return flat


def _drifts(patches: list[NDArray[np.float64]]) -> bool:
    shades = np.array([np.median(patch) for patch in patches])
    return bool(np.ptp(shades) > 4 * UNEVEN and np.unique(shades).size > len(patches) // 3)
