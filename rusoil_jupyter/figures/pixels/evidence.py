"""How far a picture explains itself: what speaks against the numbers that were read of it.

Each function returns a sentence for a person, or nothing where the evidence holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.pixels import tracing
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.calibration import Label, Scale
    from rusoil_jupyter.figures.pixels.tracing import Colour, Layer, Numbers

LEAST_LABELS = 3  # that agree on a scale: two always do
MOST_WRONG = 0.25  # of an axis' labels
LEAST_TRACED = 0.8  # of a line's pixels that its trace passes through
LONG, THIN = 0.25, 0.15  # of an area's width, and of the box around it: what a line is, and no cloud
MOST_LEFT = 0.12  # of the ink in a plot area that no series explains


def of_scale(scale: Scale | None, labels: Sequence[Label]) -> str:
    """Whether the labels of an axis tell one scale."""
    if scale is None:
        return _("The labels of an axis could not be read, so there are no values.")
    if scale.kind == "category":
        return ""
    if len(scale.labels) < LEAST_LABELS:
        return _("An axis was read from two labels only.")
    if len(scale.labels) < (1 - MOST_WRONG) * len(labels):
        return _("The labels of an axis do not lie on one scale.")
    if scale.kind == "linear" and _is_crowded(scale):
        return _("The labels of an axis do not lie on one scale.")
    return ""


def _is_crowded(scale: Scale) -> bool:
    """Whether the steps between labels differ though the scale is straight: most likely it is none."""
    steps = np.diff([label.at for label in scale.labels])
    values = np.diff([label.value or 0.0 for label in scale.labels])
    return bool(np.ptp(np.abs(values)) > 0 and np.abs(steps / np.median(steps)).min() < 0.4)


def of_line(layer: Layer, columns: Numbers, rows: Numbers) -> str:
    """Whether a trace goes through most of the pixels of its colour, without leaps."""
    solid = layer.cover > 0.3  # marks that are half transparent count too
    total = int(solid.sum())
    if not total or not columns.size:
        return _("The marks of a series could not be followed.")
    at, across = np.clip(np.round(rows), 0, solid.shape[0] - 1).astype(int), columns.astype(int)
    begins = solid & ~np.pad(solid, ((1, 0), (0, 0)))[:-1]
    runs = np.cumsum(begins, axis=0) * solid  # of each column, numbered from 1
    most = int(runs.max()) + 1
    lengths = np.bincount((runs + most * np.arange(solid.shape[1])).ravel(), minlength=most * solid.shape[1])
    met = runs[at, across]
    passed = int(lengths[met + most * across][met > 0].sum())
    return "" if passed >= LEAST_TRACED * total else _("The marks of a series could not be followed.")


def of_points(layer: Layer) -> str:
    """Whether nothing but points is in their colour: a line through them is none."""
    from scipy import ndimage

    labels, _count = ndimage.label(layer.cover > 0.3, structure=np.ones((3, 3)))
    sizes = np.bincount(labels.ravel())[1:]
    for size, (rows, columns) in zip(sizes, ndimage.find_objects(labels), strict=True):
        tall, wide = rows.stop - rows.start, columns.stop - columns.start
        if wide > LONG * layer.cover.shape[1] and size < THIN * tall * wide:
            return _("The marks of a series could not be followed.")
    return ""


def of_bars(at: Numbers, categories: int) -> str:
    """Whether the bars of a series stand at one category each."""
    places = np.round(at)
    near = np.abs(at - places) < 0.45
    if np.unique(places).size < places.size or not near.all() or places.max(initial=0) >= categories:
        return _("The bars could not be matched with the names below them.")
    return ""


def of_ink(
    rgb: NDArray[np.uint8], ground: Colour, hidden: NDArray[np.bool_], explained: Sequence[Layer]
) -> str:
    """Whether the series explain what is drawn in a plot area, but for its grid."""
    from scipy import ndimage

    size = np.abs(rgb.astype(np.int16) - np.array(ground)).max(axis=2)
    ink = (size > 60) & ~hidden
    covered = np.zeros(ink.shape, dtype=bool)
    for layer in explained:
        covered |= layer.cover > 0.3
    total = float(ink.sum())
    left = ink & ~covered
    if left.sum() <= MOST_LEFT * total:
        return ""
    left &= ~ndimage.binary_dilation(covered, iterations=2)
    for axis in (0, 1):
        straight = left.mean(axis=axis) > 0.35
        left &= ~(straight[None, :] if axis == 0 else straight[:, None])
    if total and left.sum() > MOST_LEFT * total:
        return _("More is drawn in this picture than the series that were found.")
    return ""


def of_names(names: int, found: int) -> str:
    """Whether a legend names as many series as there are."""
    if names > 1 and names != found:
        return _("The legend names {names} series, and {found} were found.").format(names=names, found=found)
    return ""


def is_level(columns: Numbers, rows: Numbers, width: int) -> bool:
    """Whether a line runs straight across a whole area: a reference, not a series."""
    return bool(columns.size and np.ptp(columns) > 0.97 * (width - 2 * tracing.TRIM) and np.ptp(rows) < 1.5)
