"""What is written in a plot area, told from its marks: points, bends and grids are read as letters too.

Outside of an area everything is lettering. Inside, a word counts that was read surely; shorter and less sure
ones count only beside the sample of a legend (see :mod:`rusoil_jupyter.figures.pixels.legend`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.pixels.ocr import as_number
from rusoil_jupyter.figures.pixels.plot_area import commonest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.lettering import Box
    from rusoil_jupyter.figures.pixels.ocr import Text
    from rusoil_jupyter.figures.pixels.plot_area import PlotArea
    from rusoil_jupyter.figures.pixels.tracing import Colour

SURE = 0.75  # the confidence of a word among marks
LIKELY = 0.4  # of one that a legend's sample vouches for
LEAST_SIGNS = 3  # letters and digits of a word that needs no sample


def written(texts: Sequence[Text], area: PlotArea) -> list[Text]:
    """The texts without those that are marks of this area."""
    return [text for text in texts if not lies_in(text, area) or is_word(text)]


def is_word(text: Text) -> bool:
    """Whether a text is surely one, whatever lies around it."""
    signs = sum(sign.isalnum() for sign in text.text)
    least = 2 if as_number(text.text) is not None else LEAST_SIGNS
    return text.confidence >= SURE and signs >= least and is_level(text)


def is_level(text: Text) -> bool:
    """Whether it is written across or upright; among marks, what is slanted is a chain of them."""
    return text.line.angle in {0, 90}


def lies_in(text: Text, area: PlotArea) -> bool:
    """Whether the middle of a text lies in an area."""
    left, top, right, bottom = text.line.box
    return area.holds((left + right) / 2, (top + bottom) / 2)


def mask(shape: tuple[int, ...], texts: Sequence[Text]) -> NDArray[np.bool_]:
    """True in the boxes of what is lettering as far as that is known before the areas are."""
    covered = np.zeros(shape[:2], dtype=bool)
    for text in texts:
        likely = text.confidence >= LIKELY and (is_level(text) or text.confidence >= SURE)
        if likely and (len(text.text) > 1 or text.text.isalnum()):
            left, top, right, bottom = (int(side) for side in text.line.box)
            covered[top : bottom + 1, left : right + 1] = True
    return covered


def ink(rgb: NDArray[np.uint8], box: Box) -> tuple[Colour, Colour]:
    """The colour that the letters in a box have, that of what differs most from paper; and the paper's."""
    left, top, right, bottom = (max(0, int(side)) for side in box)
    pixels = rgb[top : bottom + 1, left : right + 1].reshape(-1, 3)
    if not pixels.size:
        return (0, 0, 0), (255, 255, 255)
    paper = commonest(pixels)
    shift = np.abs(pixels.astype(np.int16) - np.array(paper)).max(axis=1)
    colour = np.median(pixels[shift >= np.percentile(shift, 90)], axis=0)
    return (int(colour[0]), int(colour[1]), int(colour[2])), paper
