"""Box plots from what was drawn: the parts say exactly where the quartiles and the whiskers are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import lines, patches

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter.i18n import _
from rusoil_jupyter_kernel.figures import recording
from rusoil_jupyter_kernel.figures.mpl.legends import hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PARTS = ("boxes", "medians", "whiskers", "caps", "fliers", "means")


def read_boxes(sheet: Sheet) -> None:
    """The boxes of each call: seaborn keeps its parts beside the axes, those of others are recorded."""
    found: dict[int, dict[str, list[Any]]] = {}
    for one in sheet.axes.containers:
        if type(one).__name__ == "BoxPlotContainer":
            found[id(one)] = {name: list(getattr(one, name, None) or []) for name in _PARTS}
    known = {id(artist) for parts in found.values() for artist in parts["medians"]}
    for artist in sheet.left(lines.Line2D, patches.PathPatch):
        record = recording.of(artist)
        if record is not None and record.kind == "box" and id(artist) not in known:
            parts = {name: record.artists(name) for name in _PARTS}
            if id(parts["medians"][0]) not in known if parts["medians"] else False:
                found[id(record)] = parts
    for parts in found.values():
        for artists in parts.values():
            sheet.take(*artists)
        if parts["medians"]:
            boxes = _mark(sheet, parts)
            sheet.marks.append(boxes)
            sheet.marks += _outliers(boxes, parts["fliers"])


def _mark(sheet: Sheet, parts: dict[str, list[Any]]) -> Mark:
    medians = [_ends(line) for line in parts["medians"]]
    whiskers = [_ends(line) for line in parts["whiskers"]]
    along: Literal["x", "y"] = "x" if _level(medians, whiskers) else "y"
    place, value = (0, 1) if along == "x" else (1, 0)
    columns: dict[str, Any] = {along: [], "low": [], "q1": [], "median": [], "q3": [], "high": []}
    for row, median in enumerate(medians):
        columns[along].append(float(median[place].mean()))
        columns["median"].append(float(median[value][0]))
        pair = whiskers[2 * row : 2 * row + 2]
        ends = [(one[value][0], one[value][-1]) for one in pair if one[value].size >= 2]
        first, second = (*ends, (np.nan, np.nan), (np.nan, np.nan))[:2]
        columns["q1"].append(first[0])
        columns["low"].append(first[1])
        columns["q3"].append(second[0])
        columns["high"].append(second[1])
    if len(parts["means"]) == len(medians):
        columns["mean"] = [float(_ends(line)[value].mean()) for line in parts["means"]]
    boxes = parts["boxes"]
    colour = _colour(boxes[0]) if boxes else ""
    label = sheet.label(boxes[0], colour) if boxes else ""
    if len({_colour(box) for box in boxes}) > 1:
        label = ""
    return Mark("box", {k: floats(v) for k, v in columns.items()}, plain(label), colour, along)


def _outliers(boxes: Mark, fliers: list[Any]) -> Iterator[Mark]:
    """The points beyond the whiskers, of all boxes of a call together."""
    pairs = [pair for line in fliers if line.get_visible() and len((pair := _ends(line))[0])]
    if pairs:
        columns = {name: np.concatenate([pair[way] for pair in pairs]) for way, name in enumerate("xy")}
        label = ", ".join(filter(None, (boxes.label, _("outliers"))))
        yield Mark("scatter", columns, label, boxes.colour, boxes.along)


def _ends(line: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))


def _level(medians: list[Any], whiskers: list[Any]) -> bool:
    """Whether the boxes stand upright: their median lines are level, their whiskers are not."""
    for x, y in whiskers:
        if x.size >= 2 and (x[0] != x[-1] or y[0] != y[-1]):
            return bool(x[0] == x[-1])
    return all(y.size and y[0] == y[-1] for _x, y in medians)


def _colour(box: Any) -> str:
    return hexed(box.get_facecolor()) if hasattr(box, "get_facecolor") else hexed(box.get_color())
