"""Legends: texts with a piece of colour before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.pixels import written
from rusoil_jupyter.figures.pixels.tracing import CHROMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.lettering import Box
    from rusoil_jupyter.figures.pixels.ocr import Text
    from rusoil_jupyter.figures.pixels.tracing import Colour

ALIKE = 0.97  # cosine of the angle between two shades of one colour, seen from their paper
LEAST_NAME = 0.6  # the confidence of a name that was read surely
REACH = 4.5  # heights of a letter, from the text to the far end of its swatch


@dataclass(frozen=True)
class Entry:
    """One line of a legend: what it says, its colour, and the box around text and swatch.

    ``sure`` is whether it was read surely, ``alone`` whether it is a word even without others near it.
    """

    label: str
    colour: Colour
    box: Box
    sure: bool = True
    alone: bool = True


def entries(rgb: NDArray[np.uint8], texts: Sequence[Text]) -> list[Entry]:
    """The entries of a legend among ``texts``; those that are alone with their colour are taken for notes.

    A text of several words may have come in pieces: what follows closely on the same line belongs to it.
    """
    found: list[Entry] = []
    used: set[int] = set()
    for place, text in enumerate(texts):
        if text.line.angle or place in used:
            continue
        swatch = _swatch(rgb, text.line.box, text.line.height)
        if swatch is None or not _names(rgb, text, swatch[0]):
            continue
        label, box, sure = text.text, text.line.box, text.confidence >= LEAST_NAME
        for other, following in enumerate(texts):
            if (
                other != place
                and not following.line.angle
                and _follows(box, following.line.box, text.line.height)
            ):
                label, box = f"{label} {following.text}", _around(box, following.line.box)
                sure = sure and following.confidence >= LEAST_NAME
                used.add(other)
        colour, left = swatch
        found.append(Entry(label, colour, (left, box[1], box[2], box[3]), sure, written.is_word(text)))
    return _together(found)


def _names(rgb: NDArray[np.uint8], text: Text, colour: Colour) -> bool:
    """Whether a text names its sample: one in the sample's own colour is most likely a mark beside a mark."""
    if not any(sign.isalnum() for sign in text.text):
        return False
    letters, paper = written.ink(rgb, text.line.box)
    ways = [np.array(shade, dtype=np.float64) - np.array(paper) for shade in (letters, colour)]
    sizes = [float(np.linalg.norm(way)) for way in ways]
    alike = float(ways[0] @ ways[1]) > ALIKE * sizes[0] * sizes[1]
    return not alike or written.is_word(text)


def _swatch(rgb: NDArray[np.uint8], box: Box, height: float) -> tuple[Colour, float] | None:
    """The colour before a text and where it begins; ``None`` where there is none."""
    left, middle = int(box[0]), (box[1] + box[3]) / 2
    start, half = max(0, int(left - REACH * height)), max(2, int(0.55 * height))
    strip = rgb[max(0, int(middle) - half) : int(middle) + half + 1, start : max(start, left - 1)]
    if strip.shape[0] < 2 or strip.shape[1] < 4:
        return None
    page = np.array(written.ink(rgb, box)[1])  # the rows above and below a text may lie in a large sample
    shift = strip.astype(np.int16) - page
    chroma = shift.max(axis=2) - shift.min(axis=2)
    size = np.abs(shift).max(axis=2)
    marked = (chroma > CHROMA) & (size > 30)
    if marked.sum() < 5:
        marked = _stroke(size)
    if marked.sum() < 5:
        return None
    columns = np.flatnonzero(marked.any(axis=0))
    gap = strip.shape[1] - columns[-1]
    if gap > 2.2 * height:
        return None
    # What runs on past the strip is a curve that passes by, not a swatch.
    if columns[0] == 0 and marked[:, 0].any() and columns.size > 3.9 * height:
        return None
    strong = size[marked] >= np.percentile(size[marked], 60)
    colour = np.median(strip[marked][strong], axis=0)
    return (int(colour[0]), int(colour[1]), int(colour[2])), float(start + columns[0])


def _stroke(size: NDArray[np.int16]) -> NDArray[np.bool_]:
    """A dark line across the middle: the swatch of a black or grey curve."""
    dark = size > 90
    middle = dark[dark.shape[0] // 4 : -max(1, dark.shape[0] // 4)]
    run = middle.any(axis=0)
    thin = dark.sum(axis=0) <= max(3, dark.shape[0] // 3)
    good = run & thin
    return dark if good.sum() >= 0.5 * max(8, run.sum()) else np.zeros_like(dark)


def _follows(box: Box, other: Box, height: float) -> bool:
    shared = min(box[3], other[3]) - max(box[1], other[1])
    return shared > 0.5 * height and -2 <= other[0] - box[2] < 1.9 * height


def _around(box: Box, other: Box) -> Box:
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])


def _together(found: list[Entry]) -> list[Entry]:
    """Entries stand in a column or in a row; where there are several, a stray one is dropped."""
    if len(found) < 2:
        return [entry for entry in found if entry.alone]
    groups: list[list[Entry]] = []
    for entry in found:
        for group in groups:
            if any(_near(entry.box, other.box) for other in group):
                group.append(entry)
                break
        else:
            groups.append([entry])
    best = max(groups, key=len)
    if len(best) > 1 and (any(entry.alone for entry in best) or all(entry.sure for entry in best)):
        return best
    return [entry for entry in found if entry.alone][:1]


def _near(box: Box, other: Box) -> bool:
    height = max(box[3] - box[1], other[3] - other[1])
    stacked = abs(box[0] - other[0]) < height and abs(box[1] - other[1]) < 3.5 * height
    beside = abs(box[3] - other[3]) < 0.7 * height and abs(box[0] - other[0]) < 40 * height
    return stacked or beside
