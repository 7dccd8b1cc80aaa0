"""What marks mean together, once all of them are read: the same for every library.

Names along y are places, a line and its points are one series, a piece of a bar that is drawn again
is no bar.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.values.description import SeriesKind

    Numbers = NDArray[np.float64]

_DOTS = frozenset(("scatter", "stem", "line", "step"))
_BOXES = frozenset(("box", "violin"))
_CURVES = frozenset(("line", "step", "area"))
_PLAIN = frozenset(("x", "y"))
_NONE = np.zeros(1)
_CLOSE = 1e-6
MOST_MARKED, MOST_CORNERS = 200, 5000  # of a line of which some points are marked


class Marked(Protocol):
    """Marks of one kind, whoever reads them."""

    kind: SeriesKind
    label: str
    along: Literal["x", "y"]
    names: Any
    stack: str
    columns: dict[str, Numbers]


def runs_along_names(marks: Marked, x: str, y: str) -> bool:
    """Whether names (or moments) run along y, and numbers over x: those are the values of the names.

    Args:
        x: the kind of the axis of x.
        y: the kind of the axis of y.
    """
    return marks.kind in _DOTS and x == "number" and y in {"category", "date"}


def doubled(group: Sequence[Marked]) -> Iterator[Marked]:
    """Points that only mark the corners of a line, and the area that only fills what is below it: that is one
    series, drawn twice. The line gets the name of points where it has none and they mark all of it.
    """
    yield from _fills(group)
    dots = [
        one for one in group if one.kind == "scatter" and one.columns.keys() == _PLAIN and not len(one.names)
    ]
    curves = [one for one in group if _has_corners(one)] if dots else []
    lines = [(one, _Places(one)) for one in curves]
    for points in dots:
        places = _Places(points)
        line = next((one for one, corners in lines if _marks_corners(points, places, one, corners)), None)
        if line is not None:
            line.label = line.label or points.label
            yield points


def _fills(group: Sequence[Marked]) -> Iterator[Marked]:
    lines = [_Places(one) for one in group if one.kind in {"line", "step"} and one.columns.keys() >= _PLAIN]
    for area in group:
        unnamed = area.kind == "area" and not (area.label or area.stack) and area.columns.keys() >= _PLAIN
        if unnamed and lines and any(_Places(area).are(line) for line in lines):
            yield area


def _has_corners(one: Marked) -> bool:
    """Whether points may mark it: a curve, or the stems of a lollipop chart."""
    stems = one.kind == "bar" and not one.stack and not np.any(one.columns.get("base", _NONE[:0]))
    return (one.kind in _CURVES or stems) and one.columns.keys() >= _PLAIN


def stand_beside(group: Sequence[Marked]) -> None:
    """Move bars of several series that stand beside each other to the whole number that they stand about."""
    bars = [one for one in group if one.kind == "bar" and one.along in one.columns and not len(one.names)]
    places = [one.columns[one.along] for one in bars]
    if len(bars) < 2 or len({(one.along, place.size) for one, place in zip(bars, places, strict=True)}) > 1:
        return
    centres: Numbers = np.asarray(np.mean(places, axis=0), dtype=np.float64)
    shifts = [place - centres for place in places]
    beside = all(np.ptp(shift) < _CLOSE and 0 < abs(shift[0]) < 0.5 for shift in shifts if shift.size)
    if centres.size and beside and np.all(np.abs(centres - np.round(centres)) < _CLOSE):
        for one in bars:
            one.columns[one.along] = np.rint(centres)


def gathered(group: Sequence[Marked], is_at_its_name: Callable[[Marked], bool]) -> Iterator[Marked]:
    """Boxes of which each is a series, called like the place where it stands: the first becomes all of them,
    without a name, and the others come back."""
    boxes = [one for one in group if one.kind in _BOXES]
    alone = all(one.columns[one.along].size == 1 and is_at_its_name(one) for one in boxes)
    if len(boxes) < 2 or not alone or len({(one.kind, *sorted(one.columns)) for one in boxes}) > 1:
        return
    for name in boxes[0].columns:
        boxes[0].columns[name] = np.concatenate([one.columns[name] for one in boxes])
    boxes[0].label = ""
    yield from boxes[1:]


class _Places:
    """Where marks are; the least x and y are looked at first, as there may be many lines."""

    def __init__(self, marks: Marked) -> None:
        places = np.stack([marks.columns["x"], marks.columns["y"]])
        self.known = places[:, np.isfinite(places).all(axis=0)]
        self.size = self.known.shape[1]
        self.least = tuple(self.known.min(axis=1).tolist()) if self.size else ()

    def are(self, other: _Places) -> bool:
        """Whether they are the same, in whatever order."""
        if self.size != other.size or self.least != other.least:
            return False
        one, two = (places.known[:, np.lexsort(places.known)] for places in (self, other))
        return np.array_equal(one, two)

    def are_some_of(self, other: _Places) -> bool:
        """Whether they are a few of them."""
        if not 0 < self.size <= MOST_MARKED or not self.size < other.size <= MOST_CORNERS:
            return False
        if any(mine < least for mine, least in zip(self.least, other.least, strict=True)):
            return False
        mine, others = (set(map(tuple, places.known.T.tolist())) for places in (self, other))
        return mine <= others


def _marks_corners(points: Marked, places: _Places, line: Marked, corners: _Places) -> bool:
    is_named_alike = points.label in {"", line.label}
    if line.label and not is_named_alike:
        return False
    return places.size > 0 and (places.are(corners) or (is_named_alike and places.are_some_of(corners)))


def mark_pieces(group: Sequence[Marked]) -> None:
    """Make bands of floating bars that end where other bars end: they stand for no value of their own, a
    part of those is drawn again, in another colour.
    """
    for piece in group:
        if piece.kind != "bar" or piece.stack or not np.all(piece.columns.get("base", _NONE)):
            continue
        value = "y" if piece.along == "x" else "x"
        base = piece.columns["base"]
        ends = base + piece.columns[value]
        places = piece.columns[piece.along]
        if any(_ends_there(whole, piece, places, ends) for whole in group if whole is not piece):
            piece.kind = "band"
            piece.columns = {piece.along: places, "low": np.fmin(base, ends), "high": np.fmax(base, ends)}


def _ends_there(whole: Marked, piece: Marked, places: Numbers, ends: Numbers) -> bool:
    """Whether these are bars from zero that reach as far, at each place of the piece."""
    if (whole.kind, whole.along) != ("bar", piece.along) or whole.stack or "base" in whole.columns:
        return False
    value = "y" if whole.along == "x" else "x"
    known = dict(zip(whole.columns[whole.along].tolist(), whole.columns[value].tolist(), strict=True))
    return all(known.get(place) == end for place, end in zip(places.tolist(), ends.tolist(), strict=True))
