"""Where the coordinate systems of a picture lie, and where their axes have ticks.

A plot's frame, grid or coloured ground is the largest connected thing that is not the page; curves, bars
and ticks hang together with it. Its bounding box, cut back to the outermost long straight lines, is the
plot area.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAINT = 9  # of 255: what differs less from the page is the page
RIM = 6  # pixels that may lie around the page
LEAST_SIDE = 0.16  # of the picture, for a plot area
MOST_AREAS = 12


@dataclass(frozen=True)
class PlotArea:
    """A plot area in pixels, its edges included, and the colour of its ground."""

    left: int
    top: int
    right: int
    bottom: int
    ground: tuple[int, int, int]

    @property
    def width(self) -> int:
        """From edge to edge."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From edge to edge."""
        return self.bottom - self.top

    def holds(self, x: float, y: float) -> bool:
        """Whether a place is inside."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def plot_areas(rgb: NDArray[np.uint8], texts: NDArray[np.bool_]) -> list[PlotArea]:
    """The plot areas of a picture (height, width, 3), from the upper left..

    ``texts`` is True on its lettering.
    """
    from scipy import ndimage

    page, contrast = _off_page(rgb)
    differs = (contrast > FAINT) & ~texts
    joined = ndimage.maximum_filter(differs, size=3)
    labels, _count = ndimage.label(joined, structure=np.ones((3, 3)))
    height, width = differs.shape
    found = []
    for place, box in enumerate(ndimage.find_objects(labels), 1):
        rows, columns = box
        tall, wide = rows.stop - rows.start, columns.stop - columns.start
        if tall < LEAST_SIDE * height or wide < LEAST_SIDE * width:
            continue
        own = np.where(differs[box] & (labels[box] == place), contrast[box], 0)
        found.append(_cut_back(own, columns.start, rows.start))
    outer = [box for box in found if not any(_inside(box, other) for other in found if other != box)]
    areas = []
    for left, top, right, bottom in outer:
        # Along three edges: bars may cover most of an area, but stand on the fourth.
        inner = rgb[top + 3 : bottom - 2, left + 3 : right - 2]
        rim = [inner[:6].reshape(-1, 3), inner[:, :4].reshape(-1, 3), inner[:, -4:].reshape(-1, 3)]
        ground = commonest(np.concatenate(rim)) if inner.size else page
        areas.append(PlotArea(left, top, right, bottom, ground))
    areas = _of_one_size(areas)
    return sorted(areas, key=lambda area: (round(area.top / (0.2 * height)), area.left))[:MOST_AREAS]


def _off_page(rgb: NDArray[np.uint8]) -> tuple[tuple[int, int, int], NDArray[np.int16]]:
    """The page's colour, and how far each pixel is from it; a rim that a screen left around it is no ink."""
    deep = RIM if min(rgb.shape[:2]) > 20 * RIM else 0
    page = commonest(_edge(rgb[deep : rgb.shape[0] - deep, deep : rgb.shape[1] - deep]))
    contrast = np.abs(rgb.astype(np.int16) - np.array(page)).max(axis=2).astype(np.int16)
    if deep and (np.abs(_edge(rgb).astype(np.int16) - np.array(page)).max(axis=1) > FAINT).mean() > 0.2:
        contrast[:deep] = contrast[-deep:] = contrast[:, :deep] = contrast[:, -deep:] = 0
    return page, contrast


def _edge(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])


def commonest(pixels: NDArray[np.uint8]) -> tuple[int, int, int]:
    """The colour that most of the pixels (n, 3) have."""
    codes = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    values, counts = np.unique(codes, return_counts=True)
    code = int(values[np.argmax(counts)])
    return code >> 16, code >> 8 & 255, code & 255


def tick_marks(rgb: NDArray[np.uint8], area: PlotArea, side: str) -> list[float]:
    """Where short marks stand on one side of an area: outside of its edge, else inside, else its grid.

    Args:
        side: ``left``, ``right``, ``top`` or ``bottom``; the marks' places are along that side, in pixels
        of the
            picture, to a fraction of a pixel.
    """
    grey = rgb.astype(np.int32).sum(axis=2) / 3
    along_x = side in {"top", "bottom"}
    picture = grey if along_x else grey.T
    first, last = (area.left, area.right) if along_x else (area.top, area.bottom)
    near, far = {
        "bottom": (area.bottom, 1),
        "right": (area.right, 1),
        "top": (area.top, -1),
        "left": (area.left, -1),
    }[side]
    start, stop = max(0, first - 3), min(picture.shape[1], last + 4)
    for begin, end, least in ((2, 3, 25.0), (-4, -3, 25.0), (-20, -4, 8.0)):
        rows = sorted((near + far * begin, near + far * end))
        strip = picture[max(0, rows[0]) : max(0, rows[1] + 1), start:stop]
        if strip.shape[0] < 2:
            continue
        profile = np.abs(strip - np.median(strip, axis=1, keepdims=True)).min(axis=0)
        marks = _peaks(profile, least)
        if 2 <= len(marks) <= 60:
            return [start + mark for mark in marks]
    return []


def _peaks(profile: NDArray[np.float64], least: float) -> list[float]:
    """The centres of narrow runs that stand out of a profile."""
    above = np.flatnonzero(profile > least)
    if not above.size:
        return []
    runs = np.split(above, np.flatnonzero(np.diff(above) > 1) + 1)
    found = []
    for run in runs:
        if run.size <= 5:
            around = np.arange(max(0, run[0] - 1), min(profile.size, run[-1] + 2))
            found.append(float((around * profile[around]).sum() / profile[around].sum()))
    return found


def _cut_back(own: NDArray[np.int16], left: int, top: int) -> tuple[int, int, int, int]:
    """The box of a component without the ticks that stick out of it."""
    columns = _ends((own > 0).mean(axis=0), own.mean(axis=0))
    rows = _ends((own > 0).mean(axis=1), own.mean(axis=1))
    return left + columns[0], top + rows[0], left + columns[1], top + rows[1]


def _ends(share: NDArray[np.float64], strength: NDArray[np.float64]) -> tuple[int, int]:
    """The outermost places near both ends where a line runs along most of the other side.

    A line that lies between two pixels is where it is stronger.
    """
    reach = max(12, share.size // 25)
    head = np.flatnonzero(share[:reach] > 0.55)
    tail = np.flatnonzero(share[-reach:] > 0.55)
    first = int(head[0]) if head.size else int(np.flatnonzero(share > 0)[0])
    last = share.size - reach + int(tail[-1]) if tail.size else int(np.flatnonzero(share > 0)[-1])
    first = first + int(strength[first : first + 2].argmax()) if head.size else first
    last = last - int(strength[max(0, last - 1) : last + 1][::-1].argmax()) if tail.size else last
    return first, last


def _inside(box: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return (
        box[0] >= other[0] - 2
        and box[1] >= other[1] - 2
        and box[2] <= other[2] + 2
        and box[3] <= other[3] + 2
    )


def _of_one_size(areas: list[PlotArea]) -> list[PlotArea]:
    """Without what is small beside the largest, or lies in it: legends' frames, pictures, logos."""
    largest = max((area.width * area.height for area in areas), default=0)
    kept: list[PlotArea] = []
    for area in sorted(areas, key=lambda one: -one.width * one.height):
        if area.width * area.height > 0.12 * largest and not any(_overlap(area, other) for other in kept):
            kept.append(area)
    return kept


def _overlap(area: PlotArea, other: PlotArea) -> bool:
    """Whether more than half of an area lies in another: a curve that its broken frame does not hold."""
    wide = min(area.right, other.right) - max(area.left, other.left)
    tall = min(area.bottom, other.bottom) - max(area.top, other.top)
    return min(wide, tall) > 0 and 2 * wide * tall > area.width * area.height
