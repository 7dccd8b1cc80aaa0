"""Marks of a chart followed by their colour: lines, bars, points, areas, slices, in pixels.

A pixel at the edge of a mark is a mixture of the mark's colour and the ground's; in colour space it lies on
the straight line from the one to the other. Directions from the ground's colour therefore tell the series
apart, the distance tells how much of the pixel is covered, and edges and centres come out to a fraction of
a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.plot_area import PlotArea

    Numbers = NDArray[np.float64]

Shape = Literal["line", "bar", "scatter", "area"]
Colour = tuple[int, int, int]
CHROMA = 26  # how much of colour a pixel has to have, of 255
NEAR = 0.972  # cosine of the angle between two directions of one colour
MOST_COLOURS = 12
MOST_MARKS = 5000
LEAST_FILL = 0.03  # of a plot area, for what has an inside
TRIM = 2  # pixels of a plot area's frame


@dataclass(frozen=True)
class Layer:
    """The pixels of one colour: ``cover`` (rows, columns of the area.

    0..1) tells how much of each is the mark's.
    """

    colour: Colour
    cover: Numbers

    @property
    def pixels(self) -> float:
        """How many pixels it has, parts summed."""
        return float(self.cover.sum())


@dataclass(frozen=True)
class Bar:
    """A rectangle, its edges in pixels of the area to a fraction of a pixel."""

    left: float
    top: float
    right: float
    bottom: float


def layers(
    rgb: NDArray[np.uint8], ground: Colour, hidden: NDArray[np.bool_], wanted: Sequence[Colour] = ()
) -> list[Layer]:
    """The coloured layers of a plot area, those of the ``wanted`` colours first.

    Args:
        rgb: the plot area (rows, columns, 3).
        ground: its background.
        hidden: True where nothing is a mark (a legend, notes).
        wanted: colours that a legend names; grey and black ones are found only here.
    """
    shift = rgb.astype(np.float64) - np.array(ground)
    size = np.sqrt((shift**2).sum(axis=2))
    chroma = shift.max(axis=2) - shift.min(axis=2)
    free = (size > 22) & ~hidden
    direction = shift / np.maximum(size, 1e-9)[..., None]
    seeds = [(colour, way) for colour in wanted if (way := _direction(colour, ground)) is not None]
    coloured = free & (chroma > CHROMA)
    rest = coloured.copy()
    for _colour, way in seeds:
        rest &= direction @ way < NEAR
    least = 20 + 0.0004 * rest.size
    while len(seeds) < MOST_COLOURS + len(wanted) and rest.sum() > least:
        colour = _strongest(rgb[rest], size[rest])
        way = _direction(colour, ground)
        if way is None:
            break
        near = direction @ way >= NEAR
        if (near & rest).sum() < least:
            rest &= ~near
            continue
        seeds.append((colour, way))
        rest &= ~near
    return _shared(seeds, direction, size, chroma, free, ground)


def _shared(
    seeds: Sequence[tuple[Colour, Numbers]],
    direction: Numbers,
    size: Numbers,
    chroma: Numbers,
    free: NDArray[np.bool_],
    ground: Colour,
) -> list[Layer]:
    """Each pixel to the colour that it is most like."""
    if not seeds:
        return []
    likeness = np.stack([direction @ way for _colour, way in seeds])
    best = likeness.argmax(axis=0)
    found = []
    for place, (colour, _way) in enumerate(seeds):
        full = float(np.linalg.norm(np.array(colour, dtype=np.float64) - np.array(ground)))
        grey = max(colour) - min(colour) <= CHROMA
        mine = free & (best == place) & (likeness[place] >= NEAR)
        if grey:
            mine &= (size > 0.62 * full) & (chroma <= CHROMA)  # grids are fainter than a curve
        else:
            mine &= chroma > min(CHROMA, 0.2 * (max(colour) - min(colour)))
        cover = np.where(mine, np.minimum(size / max(full, 1e-9), 1.0), 0.0)
        found.append(Layer(colour, cover))
    return _without_mixtures([layer for layer in found if layer.pixels > 8], ground)


def _without_mixtures(found: Sequence[Layer], ground: Colour) -> list[Layer]:
    """Without thin seams in a mixture of two stronger colours: where their marks touch."""
    kept: list[Layer] = []
    for layer in sorted(found, key=lambda one: -one.pixels):
        mixed = any(_mixes(layer, a, b, ground) for a, b in combinations(kept, 2))
        if not (mixed and _thickness(layer.cover > 0.5) <= 2.5):
            kept.append(layer)
    return [layer for layer in found if any(layer is one for one in kept)]


def _mixes(layer: Layer, one: Layer, other: Layer, ground: Colour) -> bool:
    """Whether a colour is made of two others and the ground, and has less than a tenth of their pixels."""
    ways = np.array([one.colour, other.colour], dtype=np.float64) - np.array(ground)
    wanted = np.array(layer.colour, dtype=np.float64) - np.array(ground)
    shares = np.linalg.lstsq(ways.T, wanted, rcond=None)[0]
    off = float(np.linalg.norm(shares @ ways - wanted))
    within = shares.min() > 0.1 and shares.sum() < 1.1
    return bool(within and off < 30 and layer.pixels < 0.1 * min(one.pixels, other.pixels))


def shape_of(layer: Layer) -> Shape:
    """What a layer's marks look like: bars, points, a filled area or lines."""
    from scipy import ndimage

    solid = layer.cover > 0.5
    labels, count = ndimage.label(solid, structure=np.ones((3, 3)))
    if not count:
        return "line"
    boxes = np.array([(s[0].start, s[1].start, s[0].stop, s[1].stop) for s in ndimage.find_objects(labels)])
    area = np.bincount(labels.ravel(), minlength=count + 1)[1:].astype(np.float64)
    tall, wide = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    fill = area / (tall * wide)
    total = area.sum()
    rectangular = (fill > 0.88) & (np.minimum(tall, wide) >= 2) & (np.maximum(tall, wide) >= 7) & (area >= 40)
    rectangular &= ~((np.maximum(tall, wide) < 16) & (np.abs(tall - wide) <= 2))  # square markers
    thick = _thickness(solid)
    if area[rectangular].sum() > 0.7 * total and thick >= 5:
        return "bar"
    small = (np.maximum(tall, wide) <= 26) & (np.maximum(tall, wide) <= 1.7 * np.minimum(tall, wide) + 1)
    small &= area >= 3
    spread = np.ptp(boxes[:, 1]) if count else 0
    round_enough = area[small & (fill > 0.55)].sum() > 0.6 * total
    if round_enough and small.sum() >= 2 and spread > 0 and thick >= 2.5:
        return "scatter"
    if thick > max(9.0, 0.03 * solid.shape[0]):
        return "bar" if _stepped(solid) else "area"
    return "line"


def is_long(layer: Layer) -> bool:
    """Whether most of a layer is one thin thing that runs through a quarter of the area: a line."""
    from scipy import ndimage

    solid = layer.cover > 0.4
    labels, count = ndimage.label(solid, structure=np.ones((3, 3)))
    if not count:
        return False
    largest = int(np.bincount(labels.ravel())[1:].argmax()) + 1
    rows, columns = ndimage.find_objects(labels)[largest - 1]
    wide = max((columns.stop - columns.start) / solid.shape[1], (rows.stop - rows.start) / solid.shape[0])
    return bool(wide > 0.25 and (labels == largest).sum() > 0.5 * solid.sum() and _thickness(solid) < 6)


def _thickness(solid: NDArray[np.bool_]) -> float:
    """How thick the marks are: twice the distance to their edge, at their middle lines."""
    from scipy import ndimage

    depth = ndimage.distance_transform_edt(np.pad(solid, 1))
    ridge = depth[(depth == ndimage.maximum_filter(depth, size=3)) & (depth > 0)]
    weights = ridge
    return float(2 * np.average(ridge, weights=weights)) if ridge.size else 0.0


def _stepped(solid: NDArray[np.bool_]) -> bool:
    """Whether the upper edge runs in steps: the bins of a histogram without gaps."""
    columns = np.flatnonzero(solid.any(axis=0))
    if columns.size < 6:
        return False
    top = solid[:, columns].argmax(axis=0)
    return bool((np.diff(top) == 0).mean() > 0.8)


def line(layer: Layer) -> tuple[Numbers, Numbers]:
    """The curve of a layer: columns and rows of its centre, one for each column where it is seen.

    Where another curve lies over it, or where it is dashed, there is nothing; of several runs in a column
    the one that goes on smoothly is taken.
    """
    cover = layer.cover
    columns, rows = [], []
    last: tuple[float, float] | None = None
    slope = 0.0
    for column in np.flatnonzero((cover > 0.2).any(axis=0)):
        runs = _runs(cover[:, column])
        if last is None:
            heaviest = max(runs, key=lambda run: run[1])
            choice = heaviest
        else:
            step = column - last[0]
            expected = last[1] + float(np.clip(slope, -6, 6)) * min(step, 4)
            choice = min(runs, key=lambda run: (max(run[2] - expected, expected - run[3], 0.0), -run[1]))
        centre = choice[0]
        if last is not None:
            step = column - last[0]
            slope = 0.6 * slope + 0.4 * (centre - last[1]) / step
        last = (float(column), centre)
        columns.append(float(column))
        rows.append(centre)
    return np.array(columns), np.array(rows)


def _runs(cover: Numbers) -> list[tuple[float, float, float, float]]:
    """The runs of one column: centre, weight, first and last row."""
    on = np.flatnonzero(cover > 0.12)
    pieces = np.split(on, np.flatnonzero(np.diff(on) > 1) + 1)
    found = []
    for piece in pieces:
        weight = cover[piece]
        found.append(
            (
                float((piece * weight).sum() / weight.sum()),
                float(weight.sum()),
                float(piece[0]),
                float(piece[-1]),
            )
        )
    return found


def points(layer: Layer) -> tuple[Numbers, Numbers, bool]:
    """The centres of a layer's blobs (columns, rows), and whether they lie apart: all are of one size."""
    from scipy import ndimage

    labels, count = ndimage.label(layer.cover > 0.25, structure=np.ones((3, 3)))
    if not count:
        return np.array([]), np.array([]), False
    index = np.arange(1, count + 1)
    area = ndimage.sum(layer.cover, labels, index)
    usual = float(np.median(area[area >= 3])) if (area >= 3).any() else 3.0
    boxes = ndimage.find_objects(labels)
    columns, rows = [], []
    for place in index[(area >= max(3.0, 0.3 * usual))][:MOST_MARKS]:
        box = boxes[place - 1]
        piece = np.where(labels[box] == place, layer.cover[box], 0)
        parts = _parted(piece, usual)
        for row, column in parts:
            rows.append(row + box[0].start)
            columns.append(column + box[1].start)
    apart = bool((np.abs(area / usual - 1) <= 0.35).all())
    return np.array(columns), np.array(rows), apart


def _parted(piece: Numbers, usual: float) -> list[tuple[float, float]]:
    """One centre, or several where a blob is as large as several."""
    from scipy import ndimage

    if piece.sum() < 1.5 * usual:
        row, column = ndimage.center_of_mass(piece)
        return [(float(row), float(column))]
    radius = np.sqrt(usual / np.pi)
    depth = ndimage.gaussian_filter(ndimage.distance_transform_edt(np.pad(piece > 0.5, 1)), 0.7)
    high = (depth == ndimage.maximum_filter(depth, size=2 * max(1, int(radius)) + 1)) & (
        depth > 0.55 * radius
    )
    spots, count = ndimage.label(high, structure=np.ones((3, 3)))
    return [
        (float(row) - 1, float(column) - 1)
        for row, column in ndimage.center_of_mass(high, spots, np.arange(1, count + 1))
    ]


def filled(layer: Layer) -> Layer:
    """The layer without the small holes that letters on its bars and areas left."""
    from scipy import ndimage

    solid = layer.cover > 0.5
    if solid.sum() < LEAST_FILL * solid.size:
        return layer
    holes = ndimage.binary_fill_holes(solid) & ~solid
    return Layer(layer.colour, np.where(holes, 1.0, layer.cover)) if holes.sum() < solid.sum() else layer


def bars(layer: Layer, *, upright: bool) -> list[Bar]:
    """The rectangles of a layer; those that touch side by side are told apart by their lengths."""
    cover = layer.cover if upright else layer.cover.T
    solid = cover > 0.5
    columns = np.flatnonzero(solid.sum(axis=0) >= 1)
    if not columns.size:
        return []
    tops = np.array([_edge(cover[:, column], first=True) for column in columns])
    bottoms = np.array([_edge(cover[:, column], first=False) for column in columns])
    breaks = (np.diff(columns) > 1) | (np.abs(np.diff(tops)) > 1.2) | (np.abs(np.diff(bottoms)) > 1.2)
    found = []
    for piece in np.split(np.arange(columns.size), np.flatnonzero(breaks) + 1):
        if piece.size < 3:
            continue
        left, right = float(columns[piece[0]]), float(columns[piece[-1]]) + 1
        top, bottom = float(np.median(tops[piece])), float(np.median(bottoms[piece]))
        found.append(Bar(left, top, right, bottom) if upright else Bar(top, left, bottom, right))
    return found


def _edge(column: Numbers, *, first: bool) -> float:
    """Where the longest solid run of a column begins or ends.

    By the cover of the pixel before or after it.
    """
    on = np.flatnonzero(column > 0.5)
    pieces = np.split(on, np.flatnonzero(np.diff(on) > 6) + 1)  # a grid over a bar cuts nothing
    run = max(pieces, key=len)
    if first:
        start = int(run[0])
        before = column[start - 1] if start else 0.0
        return start - float(before)
    end = int(run[-1]) + 1
    after = column[end] if end < column.size else 0.0
    return end + float(after)


def upright_bars(found: Sequence[Layer]) -> bool:
    """Whether bars stand or lie: they share their width, not their length."""
    from scipy import ndimage

    tall: list[float] = []
    wide: list[float] = []
    lefts: list[float] = []
    bottoms: list[float] = []
    for layer in found:
        labels, _count = ndimage.label(layer.cover > 0.5)
        for rows, columns in ndimage.find_objects(labels):
            if (rows.stop - rows.start) * (columns.stop - columns.start) >= 30:
                tall.append(rows.stop - rows.start)
                wide.append(columns.stop - columns.start)
                lefts.append(columns.start)
                bottoms.append(rows.stop)
    if len(tall) < 2:
        return not tall or tall[0] >= 0.2 * wide[0]
    return _same(bottoms) + _same(wide) >= _same(lefts) + _same(tall)


def _same(values: Sequence[float]) -> float:
    """The share of values that lie within 2 pixels of their median."""
    array = np.asarray(values)
    return float((np.abs(array - np.median(array)) <= 2).mean())


def edge(layer: Layer, *, upper: bool = True) -> tuple[Numbers, Numbers]:
    """The upper or lower edge of a filled area: columns and rows."""
    columns = np.flatnonzero((layer.cover > 0.5).any(axis=0))
    return columns.astype(np.float64), np.array([_edge(layer.cover[:, c], first=upper) for c in columns])


def slices(rgb: NDArray[np.uint8], page: Colour) -> list[tuple[Colour, float, float, float]] | None:
    """The slices of a pie: colour, share of the whole, and the direction of their middle.

    The direction is in degrees counter-clockwise from the right. ``None`` where there is no full disc.
    """
    from scipy import ndimage

    shift = rgb.astype(np.float64) - np.array(page)
    size = np.sqrt((shift**2).sum(axis=2))
    chroma = rgb.max(axis=2).astype(np.int16) - rgb.min(axis=2)
    disc = ndimage.binary_closing((size > 30) & (chroma > CHROMA), iterations=2)
    labels, count = ndimage.label(disc)
    if not count:
        return None
    area = np.bincount(labels.ravel())[1:]
    rows, columns = ndimage.find_objects(labels)[int(area.argmax())]
    tall, wide = rows.stop - rows.start, columns.stop - columns.start
    fill = float(area.max()) / (tall * wide)
    if abs(tall - wide) > 0.06 * max(tall, wide) or not 0.72 < fill < 0.82 or tall < 60:
        return None
    y, x = (rows.start + rows.stop - 1) / 2, (columns.start + columns.stop - 1) / 2
    angles = np.deg2rad(np.arange(0, 360, 0.25))
    radius = 0.42 * tall
    picked = np.stack(
        [
            rgb[(y - r * np.sin(angles)).round().astype(int), (x + r * np.cos(angles)).round().astype(int)]
            for r in (radius * 0.85, radius, radius * 1.1)
        ]
    )
    return _sectors(np.median(picked, axis=0).astype(np.uint8))


def _sectors(ring: NDArray[np.uint8]) -> list[tuple[Colour, float, float, float]] | None:
    """Stretches of one colour on a ring of samples."""
    change = np.abs(np.diff(ring.astype(np.int16), axis=0, append=ring[:1])).max(axis=1) > 14
    cuts = np.flatnonzero(change)
    if not cuts.size:
        return None
    found = []
    for start, end in zip(cuts, [*cuts[1:], cuts[0] + ring.shape[0]], strict=True):
        if end - start < 6:  # the edge itself, or a thin white line
            continue
        middle = (start + end) / 2
        colour = ring[int(middle) % ring.shape[0]]
        found.append(((int(colour[0]), int(colour[1]), int(colour[2])), float(end - start), middle / 4 % 360))
    total = sum(length for _colour, length, _middle in found)
    return (
        [(colour, length / total, middle, 0.5 / 360) for colour, length, middle in found] if found else None
    )


def _direction(colour: Colour, ground: Colour) -> Numbers | None:
    shift = np.array(colour, dtype=np.float64) - np.array(ground)
    size = float(np.linalg.norm(shift))
    return shift / size if size > 22 else None


def _strongest(pixels: NDArray[np.uint8], size: Numbers) -> Colour:
    """The full colour of what is left: the commonest one, of the strong half."""
    strong = pixels[size >= np.percentile(size, 50)]
    coarse = (strong >> 4).astype(np.uint32) @ np.array([256, 16, 1], dtype=np.uint32)
    values, counts = np.unique(coarse, return_counts=True)
    mine = strong[coarse == values[np.argmax(counts)]]
    middle = np.median(mine, axis=0)
    return int(middle[0]), int(middle[1]), int(middle[2])


def inside(rgb: NDArray[np.uint8], area: PlotArea, trim: int = TRIM) -> NDArray[np.uint8]:
    """The pixels of a plot area without its frame."""
    return rgb[area.top + trim : area.bottom + 1 - trim, area.left + trim : area.right + 1 - trim]
