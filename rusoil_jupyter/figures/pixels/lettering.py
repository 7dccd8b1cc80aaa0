"""Where a picture has lettering: lines of glyphs, across, upright along an axis, or slanted.

Glyphs are connected components of what stands out of its near surroundings (top-hat), so that text on bars
and coloured fields is found as on white. They are chained by their distance in both directions; the longer
chain wins. Curves, grids and frames are larger than any letter and fall out. Every box is left, top, right,
bottom in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

Box = tuple[float, float, float, float]
MOST_GLYPHS = 4000
CONTRAST = 40  # of 255: fainter marks are grids
LETTER = 0.11  # of the picture's height: no glyph is taller


@dataclass(frozen=True)
class TextLine:
    """One line of lettering.

    Args:
        box: around it, in the picture as it is.
        angle: degrees by which the text is turned counter-clockwise: 0, 90 (along a left axis), or between.
        glyphs: the boxes of its components, in reading order.
        dark: whether it is darker than what it stands on.
    """

    box: Box
    angle: float
    glyphs: tuple[Box, ...]
    dark: bool = True

    @property
    def height(self) -> float:
        """The height of a letter, across the direction of reading."""
        sides = [(g[2] - g[0]) if self.angle == 90 else (g[3] - g[1]) for g in self.glyphs]
        return float(np.percentile(sides, 75)) if sides else 0.0

    def power(self) -> tuple[TextLine, TextLine] | None:
        """The base and the raised exponent of a label such as 10³; ``None`` where nothing is raised."""
        if self.angle or not 2 < len(self.glyphs) <= 7:
            return None
        tall = max(glyph[3] - glyph[1] for glyph in self.glyphs)
        floor = max(glyph[3] for glyph in self.glyphs)
        raised = [glyph[3] < floor - 0.3 * tall for glyph in self.glyphs]
        first = raised.index(True) if True in raised else 0
        if first < 1 or not all(raised[first:]) or self.glyphs[first - 1][3] < floor - 0.2 * tall:
            return None
        return _part_of(self, self.glyphs[:first]), _part_of(self, self.glyphs[first:])

    def crop(self, grey: Image, pad: int = 3) -> Image:
        """The line alone, upright, dark on white. ``grey`` is the whole picture in mode ``L``."""
        from PIL import Image as pillow
        from PIL import ImageOps

        left, top = int(self.box[0]) - pad, int(self.box[1]) - pad
        right, bottom = int(self.box[2]) + pad + 1, int(self.box[3]) + pad + 1
        paper = _paper(grey, self.box, pad)
        image = pillow.new("L", (right - left, bottom - top), paper)
        for glyph in self.glyphs:  # what lies between the glyphs (grids, ticks, frames) is left out
            x, y = max(0, int(glyph[0]) - 2), max(0, int(glyph[1]) - 2)
            piece = grey.crop((x, y, min(grey.width, int(glyph[2]) + 2), min(grey.height, int(glyph[3]) + 2)))
            image.paste(piece, (x - left, y - top))
        if self.angle == 90:
            image = image.transpose(pillow.Transpose.ROTATE_270)
        elif self.angle:
            image = image.rotate(-self.angle, pillow.Resampling.BICUBIC, expand=True, fillcolor=paper)
            image = _trimmed(image, paper, pad)
        if not self.dark:
            image, paper = ImageOps.invert(image), 255 - paper
        darkest = int(np.percentile(np.asarray(image), 1))
        span = max(paper - darkest, 1)
        return image.point([int(min(255, max(0, (value - darkest) * 255 / span))) for value in range(256)])


def _part_of(line: TextLine, glyphs: tuple[Box, ...]) -> TextLine:
    sides = list(zip(*glyphs, strict=True))
    return TextLine((min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])), 0.0, glyphs, line.dark)


def text_lines(rgb: NDArray[np.uint8]) -> list[TextLine]:
    """The lines of lettering in a picture (height, width, 3), those read across first."""
    signed = rgb.astype(np.int32)
    grey = ((signed[..., 0] * 299 + signed[..., 1] * 587 + signed[..., 2] * 114) // 1000).astype(np.int16)
    colour = (signed.max(axis=2) - signed.min(axis=2)).astype(np.int16)
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    usual = bool(np.median(rim) > 110)  # a dark page has light letters
    found = _lines(grey if usual else 255 - grey, colour, dark=usual)
    taken = np.zeros(grey.shape, dtype=bool)
    for line in found:
        left, top, right, bottom = (int(side) for side in line.box)
        taken[max(0, top - 4) : bottom + 4, max(0, left - 4) : right + 4] = True
    other = _lines(255 - grey if usual else grey, colour, dark=not usual, least=110)
    light = [line for line in other if not _covered(taken, line.box)]
    lines = _without_strokes(found + light)
    return sorted(lines, key=lambda line: (line.angle != 0, line.box[1], line.box[0]))


def _without_strokes(lines: list[TextLine]) -> list[TextLine]:
    """Without lone thin strokes that are shorter than the letters of the other lines: ticks, not ones."""
    usual = [line.height for line in lines if len(line.glyphs) >= 2 and line.angle == 0]
    least = 0.7 * float(np.median(usual)) if usual else 0.0

    def stroke(line: TextLine) -> bool:
        wide, tall = line.box[2] - line.box[0], line.box[3] - line.box[1]
        return len(line.glyphs) == 1 and max(wide, tall) < least and max(wide, tall) >= 2 * min(wide, tall)

    return [line for line in lines if not stroke(line)]


def _lines(
    grey: NDArray[np.int16], colour: NDArray[np.int16], *, dark: bool, least: int = 0
) -> list[TextLine]:
    """Lines that are darker than their surroundings in ``grey``, which are at least as light as ``least``."""
    from scipy import ndimage

    size = int(np.clip(min(grey.shape) // 30, 9, 31))
    closed = ndimage.grey_closing(grey, size=(size, size))
    relief = closed - grey
    ink = _without_grid(relief, relief > CONTRAST)
    if least:
        ink &= closed > least
    labels, count = ndimage.label(ink, structure=np.ones((3, 3)))
    if not count:
        return []
    boxes = np.array([(s[1].start, s[0].start, s[1].stop, s[0].stop) for s in ndimage.find_objects(labels)])
    areas = np.bincount(labels.ravel(), minlength=count + 1)[1:]
    tints = ndimage.mean(colour, labels, np.arange(1, count + 1))
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    tallest = max(12, LETTER * grey.shape[0])
    short, long = np.minimum(width, height), np.maximum(width, height)
    fits = (short <= tallest) & (long <= 0.6 * max(grey.shape)) & (areas >= 2)
    if least:
        fits &= areas < 0.8 * width * height  # else what lies between letters looks like one
    lines = []
    for chosen in (fits & (tints < 70), fits & (tints >= 70)):
        picked = np.flatnonzero(chosen)
        if 0 < picked.size <= MOST_GLYPHS:
            coloured = bool(tints[picked[0]] >= 70)
            found = _chained(boxes[picked], areas[picked], dark=dark)
            lines += _in_columns(found) if coloured else found
    return lines


def _in_columns(lines: list[TextLine]) -> list[TextLine]:
    """Coloured glyphs alone are marks, but for short labels of a coloured axis, in line with longer ones."""
    words = [line for line in lines if len(line.glyphs) > 1]

    def aligned(line: TextLine) -> bool:
        return any(
            min(abs(line.box[0] - word.box[0]), abs(line.box[2] - word.box[2])) <= 0.3 * word.height
            and abs(line.height - word.height) <= 0.25 * word.height
            for word in words
        )

    return [line for line in lines if len(line.glyphs) > 1 or aligned(line)]


def _without_grid(relief: NDArray[np.int16], ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Faint long straight lines are taken out, which else would tie the letters that they pass under."""
    from scipy import ndimage

    kept = ink.copy()
    for axis in (0, 1):
        length = max(30, ink.shape[axis] // 8)
        shrunk = ndimage.minimum_filter1d(ink.view(np.uint8), length, axis=axis)
        runs = ndimage.maximum_filter1d(shrunk, length, axis=axis).astype(bool) & ink
        for place in np.flatnonzero(runs.any(axis=axis)):
            line = (slice(None), place) if axis == 0 else (place, slice(None))
            level = float(np.median(relief[line][runs[line]]))
            if level < 120:  # frames and axes are darker, and hold their ticks
                kept[line] &= ~(runs[line] & (relief[line] <= level + 25))
    return kept


def _chained(boxes: NDArray[np.int64], areas: NDArray[np.int64], *, dark: bool) -> list[TextLine]:
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    body = (height >= 5) & (width >= 2) & (areas >= 6) | (width >= 5) & (height >= 2) & (areas >= 9)
    body |= (np.minimum(width, height) == 1) & (np.maximum(width, height) >= 7)  # the l and i of small type
    across = _groups(boxes, body & (height >= 5), reach=1.15)
    # Closer together, since lines of a legend and labels of an axis stand under each other too; the words
    # of an
    # upright title are brought together afterwards.
    upright = _groups(_turned(boxes), body & (width >= 5), reach=0.6)
    size_across, size_upright = _size(across), _size(upright)
    length_across = _length(boxes, across)
    length_upright = _length(_turned(boxes), upright)
    longer = length_upright > np.maximum(length_across, 2.5 * width)
    several = (size_upright >= 0.7 * size_across) & (size_upright >= 2) & longer
    alone = (size_upright <= 2) & (size_across <= size_upright) & (length_upright >= 3.5 * length_across)
    stands = (upright >= 0) & (several | (alone & (length_upright >= 24)))
    for group in np.unique(upright[stands]):  # the first letter may touch a tick's label: most of them decide
        stands[upright == group] = stands[upright == group].mean() > 0.5
    lines = []
    words = [np.flatnonzero((upright == group) & stands) for group in np.unique(upright[stands])]
    loose = _groups(_turned(boxes), (upright >= 0) & (stands | (size_across <= 2)), reach=0.95)
    for group in np.unique(loose[loose >= 0]):
        members = np.flatnonzero(loose == group)
        if members.size >= 3 and np.ptp(boxes[members][:, [1, 3]]) >= 2.2 * np.ptp(boxes[members][:, [0, 2]]):
            words = [rest for word in words if (rest := np.setdiff1d(word, members)).size]
            words.append(members)
            stands[members] = True
    spare = np.flatnonzero((upright >= 0) & ~stands)
    for members in _columns(boxes, words, spare):
        stands[members] = True
        lines.append((members, 90.0))
    for group in np.unique(across[(across >= 0) & ~stands]):
        lines.append((np.flatnonzero((across == group) & ~stands), 0.0))
    lines = _slanted(boxes, lines)
    lone = [members for members, _angle in lines if members.size == 1]
    small = np.flatnonzero(~body | ((across < 0) & ~stands))
    made, taken = [], set()
    for members, angle in sorted(lines, key=lambda line: -line[0].size):
        if members.size == 1 and int(members[0]) in taken:
            continue
        near = np.concatenate([small, *lone]) if members.size > 1 else small
        extra = _belonging(boxes, members, near, angle)
        taken.update(extra.tolist())
        made.append(_line(boxes, np.concatenate([members, extra]), angle, dark=dark))
    return made


def _turned(boxes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The boxes in a picture turned clockwise: what stood upright along a left axis reads across."""
    return np.stack([-boxes[:, 3], boxes[:, 0], -boxes[:, 1], boxes[:, 2]], axis=1)


def _size(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many glyphs the group of each has; 0 for those in none."""
    counts = np.bincount(group + 1, minlength=group.size + 1)
    counts[0] = 0
    sizes: NDArray[np.int64] = counts[group + 1]
    return sizes


def _columns(
    boxes: NDArray[np.int64], words: list[NDArray[np.int64]], spare: NDArray[np.int64]
) -> list[NDArray[np.int64]]:
    """The words of upright titles as whole lines, with the ``spare`` glyphs that stand in line with them."""
    lines = [word for word in words if word.size >= 2]
    pieces = [word for word in words if word.size < 2]
    pieces += [np.array([glyph]) for glyph in spare]
    merged = True
    while merged:
        merged = False
        for place, line in enumerate(lines):
            for other in [*lines[place + 1 :], *pieces]:
                if _in_line(boxes[line], boxes[other], alone=other.size < 2):
                    lines[place] = np.concatenate([line, other])
                    lines = [one for one in lines if one is not other]
                    pieces = [one for one in pieces if one is not other]
                    merged = True
                    break
            if merged:
                break
    return lines + [piece for piece in pieces if piece[0] not in spare]


def _in_line(line: NDArray[np.int64], other: NDArray[np.int64], *, alone: bool) -> bool:
    """Whether two upright pieces share a column and follow each other closely."""
    if alone and np.ptp(line[:, [1, 3]]) < 30:
        return False
    wide = max(np.ptp(line[:, [0, 2]]), np.ptp(other[:, [0, 2]]))
    shared = min(line[:, 2].max(), other[:, 2].max()) - max(line[:, 0].min(), other[:, 0].min())
    gap = max(line[:, 1].min(), other[:, 1].min()) - min(line[:, 3].max(), other[:, 3].max())
    return bool(shared >= (0.3 if alone else 0.5) * wide and gap <= 1.1 * wide)


def _length(boxes: NDArray[np.int64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far the group of each box reaches from left to right; 0 for those in none."""
    reach = np.zeros(boxes.shape[0])
    for name in np.unique(group[group >= 0]):
        members = group == name
        reach[members] = boxes[members, 2].max() - boxes[members, 0].min()
    return reach


def _groups(boxes: NDArray[np.int64], body: NDArray[np.bool_], *, reach: float) -> NDArray[np.int64]:
    """The chain that each glyph belongs to, from left to right; -1 for what is no body of a letter."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    group = np.full(boxes.shape[0], -1)
    index = np.flatnonzero(body)
    if not index.size:
        return group
    left, top, right, bottom = (boxes[index, side].astype(np.float64) for side in range(4))
    tall = bottom - top
    overlap = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    lower, higher = np.minimum(tall[:, None], tall), np.maximum(tall[:, None], tall)
    gap = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    joined = (overlap >= 0.5 * lower) & (gap <= reach * higher) & (higher <= 2.6 * lower)
    joined &= (bottom[:, None] - bottom) ** 2 <= (0.45 * higher) ** 2
    _count, names = connected_components(coo_matrix(joined), directed=False)
    group[index] = names
    return group


def _slanted(
    boxes: NDArray[np.int64], lines: list[tuple[NDArray[np.int64], float]]
) -> list[tuple[NDArray[np.int64], float]]:
    """Chains of single glyphs that climb together (tick labels turned by 30 or 45 degrees) become lines."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    single = [place for place, (members, angle) in enumerate(lines) if angle == 0 and members.size <= 2]
    if len(single) < 6:
        return lines
    index = np.concatenate([lines[place][0] for place in single])
    centre = np.stack([boxes[index, 0] + boxes[index, 2], boxes[index, 1] + boxes[index, 3]], axis=1) / 2
    size = np.maximum(boxes[index, 2] - boxes[index, 0], boxes[index, 3] - boxes[index, 1])
    step = centre[:, None] - centre
    near = np.hypot(step[..., 0], step[..., 1]) <= 1.35 * np.maximum(size[:, None], size)
    climbs = (step[..., 0] * step[..., 1] < 0) & (np.abs(step[..., 1]) >= 0.2 * np.abs(step[..., 0]))
    _count, names = connected_components(coo_matrix(near & climbs), directed=False)
    made, gone = [], set()
    for name in np.unique(names):
        members = index[names == name]
        if members.size < 4:
            continue
        spots = centre[names == name]
        direction = np.linalg.svd(spots - spots.mean(axis=0))[2][0]
        angle = float(np.degrees(np.arctan2(-direction[1], direction[0])))
        angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
        across = (spots - spots.mean(axis=0)) @ np.array([-direction[1], direction[0]])
        # Ticks, dashes and points that follow each other along a curve are no line of letters.
        straight = np.abs(across).max() <= 0.8 * float(np.median(size[names == name]))
        if straight and 15 <= angle <= 75:
            made.append((members, angle))
            gone.update(members.tolist())
    kept = [(members, turn) for members, turn in lines if not gone.intersection(members.tolist())]
    rest = [
        (left, turn)
        for members, turn in lines
        if gone.intersection(members.tolist())
        and (left := np.array([m for m in members if m not in gone], dtype=np.int64)).size
    ]
    return kept + rest + made


def _belonging(
    boxes: NDArray[np.int64], members: NDArray[np.int64], small: NDArray[np.int64], angle: float
) -> NDArray[np.int64]:
    """Those of ``small`` that are dots, accents, commas and signs of a line's letters."""
    frame = _turned(boxes) if angle == 90 else boxes
    mine, other = frame[members], frame[small]
    tall = float(np.percentile(mine[:, 3] - mine[:, 1], 75))
    left, top, right, bottom = mine[:, 0].min(), mine[:, 1].min(), mine[:, 2].max(), mine[:, 3].max()
    wide, high = other[:, 2] - other[:, 0], other[:, 3] - other[:, 1]
    inside = (other[:, 0] >= left - 1.3 * tall) & (other[:, 2] <= right + 0.8 * tall)
    inside &= (other[:, 1] >= top - 0.5 * tall) & (other[:, 3] <= bottom + 0.45 * tall)
    inside &= (wide <= 1.2 * tall) & (high <= tall)
    before = other[:, 2] < left  # only a minus stands before a line, and close to it
    sign = (wide >= 0.3 * tall) & (high <= 0.3 * tall)
    sign &= (other[:, 1] > top + 0.25 * tall) & (other[:, 3] < bottom - 0.15 * tall)
    inside &= ~before | (sign & (left - other[:, 2] < 0.6 * tall))
    inside &= ~((other[:, 0] >= right) & sign)  # the tick of an axis, not a dash
    inside &= ~((other[:, 3] <= top) & (high > 1.5 * wide))
    inside &= (other[:, 0] < right + 0.25 * tall) | (wide * high >= 4)  # crumbs of a dotted grid
    found: NDArray[np.int64] = np.setdiff1d(small[inside], members)
    return found


def _line(boxes: NDArray[np.int64], members: NDArray[np.int64], angle: float, *, dark: bool) -> TextLine:
    chosen = _without_tick(boxes[members]) if angle == 0 else boxes[members]
    order = np.argsort(-chosen[:, 3] if angle == 90 else chosen[:, 0], kind="stable")
    glyphs = tuple((float(b[0]), float(b[1]), float(b[2]), float(b[3])) for b in chosen[order])
    (left, top), (right, bottom) = chosen[:, :2].min(axis=0), chosen[:, 2:].max(axis=0)
    return TextLine((float(left), float(top), float(right), float(bottom)), angle, glyphs, dark)


def _without_tick(chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without a short mark at half height after the last letter: the tick that the label belongs to."""
    if chosen.shape[0] < 2:
        return chosen
    last = int(np.argmax(chosen[:, 0]))
    others = np.delete(chosen, last, axis=0)
    tall = float(np.percentile(others[:, 3] - others[:, 1], 75))
    middle = (chosen[last, 1] + chosen[last, 3] - others[:, 1].min() - others[:, 3].max()) / 2
    apart = chosen[last, 0] >= others[:, 2].max()
    low = chosen[last, 3] - chosen[last, 1] < 0.55 * tall
    return others if apart and low and abs(middle) < 0.2 * tall else chosen


def _covered(taken: NDArray[np.bool_], box: Box) -> bool:
    left, top, right, bottom = (int(side) for side in box)
    piece = taken[top:bottom, left:right]
    return bool(piece.size) and float(piece.mean()) > 0.2


def _paper(grey: Image, box: Box, pad: int) -> int:
    """The grey that a line stands on: the commonest along the rim of its box."""
    values = np.asarray(grey)
    left, top = max(0, int(box[0]) - pad), max(0, int(box[1]) - pad)
    piece = values[top : int(box[3]) + pad, left : int(box[2]) + pad]
    rim = np.concatenate([piece[0], piece[-1], piece[:, 0], piece[:, -1]]) if piece.size else values.ravel()
    return int(np.median(rim))


def _trimmed(image: Image, paper: int, pad: int) -> Image:
    """Without the empty rows that turning brought."""
    rows = np.flatnonzero((np.abs(np.asarray(image).astype(np.int16) - paper) > CONTRAST).any(axis=1))
    if not rows.size:
        return image
    return image.crop(
        (0, max(0, int(rows[0]) - pad), image.width, min(image.height, int(rows[-1]) + pad + 1))
    )
