"""Charts in SVG read from their coordinates: axes by the texts at their ticks, series by their shapes."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.pixels import calibration
from rusoil_jupyter.figures.pixels.calibration import Label, Scale
from rusoil_jupyter.figures.pixels.ocr import as_number
from rusoil_jupyter.figures.reading import Reading, cell_of
from rusoil_jupyter.figures.units import parted, plain
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Panel, Series
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.svg import Drawing, Mark
    from rusoil_jupyter.figures.pixels.svg import Label as Text
    from rusoil_jupyter.figures.values.description import AxisName, SeriesKind

    Numbers = NDArray[np.float64]

WIDE = 0.58  # of its size, a letter
CERTAIN = 0.05  # units of the drawing: what rounding in the file may hide
MARKER = 26.0  # units: what is larger is no marker
_FURNITURE = re.compile(
    r"legend|tick|axis|grid|gridline|background|text_\d|title|infolayer|bg|xlines|ylines|domain"
)
_SERIES = re.compile(r"role-mark|trace|scatterlayer|barlayer|line2d_\d|patch_\d|PathCollection|mark-")


def read_drawing(drawing: Drawing) -> Reading | None:
    """The chart that a drawing shows.

    ``None`` where its axes can't be calibrated or it has several panels.
    """
    if sum(1 for name in _names(drawing) if re.fullmatch(r"axes_\d+", name)) > 1:
        return None
    x = _scale(drawing, "x")
    y = _scale(drawing, "y")
    if x is None or y is None:
        return None
    axes: dict[AxisName, Axis] = {"x": _axis(x, drawing, "x"), "y": _axis(y, drawing, "y")}
    arrays: dict[str, Mapping[str, Numbers]] = {}
    error: dict[str, Mapping[str, float]] = {}
    series: list[Series] = []
    legend = _legend(drawing)
    for kind, colour, columns, along in _found(drawing, x, y):
        name = f"p1s{len(series) + 1}"
        bare = Series(id=name, kind=kind, colour=colour, label=legend.get(colour, ""), along=along)
        arrays[name] = columns
        dependent = y if along == "x" else x
        scales = {"x": x, "y": y, "base": dependent, "left": x, "right": x}
        error[name] = {column: _error(scales[column]) for column in columns}
        series.append(summarised(bare, columns, axes))
    if not series:
        return None
    title = _title(drawing)
    panel = Panel(id="p1", title=title, axes=axes, series=tuple(series[:500]), has_legend=bool(legend))
    size = round(drawing.width), round(drawing.height)
    omitted = () if len(series) <= 500 else (_("More series than can be described were left out."),)
    description = FigureDescription(library="svg", title=title, size=size, panels=(panel,), omitted=omitted)
    return Reading(description, arrays, "estimated", error)


def _error(scale: Scale) -> float:
    """The error of a coordinate in the axis' unit, in the middle of the axis."""
    if scale.kind == "category":
        return 0.0
    return scale.spread((scale.labels[0].at + scale.labels[-1].at) / 2, CERTAIN + scale.error)


def _names(drawing: Drawing) -> set[str]:
    return {name for mark in drawing.marks for name in mark.within}


def _centre(text: Text) -> tuple[float, float]:
    shift = {"start": 0.5, "middle": 0.0, "end": -0.5}.get(text.anchor, 0.5)
    return text.x + shift * WIDE * text.size * len(text.text), text.y - 0.35 * text.size


def _scale(drawing: Drawing, axis: str) -> Scale | None:
    """The scale of an axis from the best row or column of labels."""
    own = [text for text in drawing.labels if _belongs(text, axis)]
    candidates = own or [text for text in drawing.labels if not _is_legend(text.within)]
    groups: dict[float, list[Text]] = defaultdict(list)
    for text in candidates:
        if abs(text.angle) > 80 and axis == "y":
            continue
        key = text.y if axis == "x" else text.x
        groups[0.0 if own else round(key / 3)].append(text)
    best: Scale | None = None
    for texts in groups.values():
        labels = [Label(_plain(t.text), as_number(_plain(t.text)), _at(t, drawing, axis)) for t in texts]
        scale = calibration.fitted(labels, least=0.02)
        if scale is None and own:
            scale = calibration.categories(labels)
        if scale is not None and (best is None or len(scale.labels) > len(best.labels)):
            best = scale
    if best is None or len(best.labels) < 2:
        return None
    factor = _factor(drawing, axis)
    return (
        replace(best, slope=best.slope * factor, offset=best.offset * factor)
        if best.kind == "linear"
        else best
    )


def _plain(text: str) -> str:
    return plain(text.replace("\\mathdefault", ""))


def _factor(drawing: Drawing, axis: str) -> float:
    """What matplotlib writes at the end of an axis when its numbers are large: ``1e6``."""
    group = "matplotlib.axis_1" if axis == "x" else "matplotlib.axis_2"
    for text in drawing.labels:
        if group in text.within and not _belongs(text, axis):
            number = as_number(_plain(text.text).lstrip("×"))
            if number and re.fullmatch(r"(×\s*)?(1e-?\d+|10[\^⁰¹²³⁴⁵⁶⁷⁸⁹⁻].*)", _plain(text.text)):
                return number
    return 1.0


def _belongs(text: Text, axis: str) -> bool:
    """Whether the drawing itself says that a text is a tick's label of this axis."""
    for name in text.within:
        if re.fullmatch(rf"{axis}tick_\d+", name) or name == f"{axis}tick":
            return True
    if "role-axis-label" in text.within:
        horizontal = text.anchor == "middle" or abs(text.angle) > 20
        return horizontal == (axis == "x")
    return False


def _is_legend(within: tuple[str, ...]) -> bool:
    return any("legend" in name for name in within)


def _at(text: Text, drawing: Drawing, axis: str) -> float:
    """Where the tick of a label is: its own mark, the nearest line across the axis.

    Else the text's middle.
    """
    side = 0 if axis == "x" else 1
    for name in text.within:
        if re.fullmatch(rf"{axis}tick_\d+", name):
            for mark in drawing.marks:
                if name in mark.within and any(part.startswith("line2d") for part in mark.within):
                    return float(mark.points[0, side])
    middle = _centre(text)[side]
    near = [
        float(mark.points[0, side])
        for mark in drawing.marks
        if mark.points.shape[0] == 2
        and not mark.closed
        and abs(mark.points[0, side] - mark.points[1, side]) < 0.01
        and abs(mark.points[0, side] - middle) <= 0.8 * text.size
    ]
    at = min(near, key=lambda place: abs(place - middle)) if near else middle
    # Vega draws its axes half a pixel off, so that thin lines are sharp.
    return at - 0.5 if near and "role-axis-label" in text.within else at


def _axis(scale: Scale, drawing: Drawing, axis: str) -> Axis:
    label = _axis_title(drawing, axis)
    unit = parted(label)[1]
    if scale.kind == "category":
        return Axis(label=label, unit=unit, kind="category", categories=tuple(t.text for t in scale.labels))
    ends = [scale.labels[0].at, scale.labels[-1].at]
    first, last = (float(value) for value in scale.value(np.array(ends)))
    kind = Axis(kind="date") if scale.kind == "date" else Axis()
    rising = last > first if axis == "x" else last < first
    low, high = sorted((first, last))
    return kind.model_copy(
        update={
            "label": label,
            "unit": unit,
            "scale": "log" if scale.kind == "log" else "linear",
            "inverted": not rising,
            "range": (cell_of(low, kind), cell_of(high, kind)),
        }
    )


def _words(drawing: Drawing) -> list[Text]:
    """Texts that are neither labels of ticks nor a legend."""
    return [
        text
        for text in drawing.labels
        if not _is_legend(text.within)
        and not _belongs(text, "x")
        and not _belongs(text, "y")
        and as_number(text.text) is None
    ]


def _axis_title(drawing: Drawing, axis: str) -> str:
    words = [text for text in _words(drawing) if (abs(text.angle) > 80) == (axis == "y")]
    if axis == "x":
        words = [text for text in words if text.y > 0.7 * drawing.height]
    return max(words, key=lambda text: text.y if axis == "x" else text.size).text if words else ""


def _title(drawing: Drawing) -> str:
    high = [text for text in _words(drawing) if abs(text.angle) < 1 and text.y < 0.2 * drawing.height]
    return max(high, key=lambda text: text.size).text if high else ""


def _legend(drawing: Drawing) -> dict[str, str]:
    """The legend's texts by the colours that stand beside them."""
    texts = [text for text in drawing.labels if _is_legend(text.within)]
    swatches = [mark for mark in drawing.marks if _is_legend(mark.within)]
    found: dict[str, str] = {}
    for text in texts:
        best, nearest = "", 1.2 * text.size
        for mark in swatches:
            colour = _colour(mark)
            middle = mark.points.mean(axis=0)
            off = abs(float(middle[1]) - (text.y - 0.35 * text.size))
            if colour and float(middle[0]) < text.x and off < nearest:
                best, nearest = colour, off
        if best:
            found.setdefault(best, text.text)
    return found


def _colour(mark: Mark) -> str:
    """The colour that tells a mark's series, as #rrggbb; empty for none, black.

    White and greys of the page.
    """
    for value in (mark.fill, mark.stroke):
        colour = _hex(value)
        if colour and max(_channels(colour)) - min(_channels(colour)) > 12:
            return colour
    return ""


def _hex(value: str) -> str:
    from PIL import ImageColor

    if not value or value in {"none", "transparent"} or "url" in value:
        return ""
    try:
        red, green, blue = ImageColor.getrgb(value.strip()[:40])[:3]
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _found(
    drawing: Drawing, x: Scale, y: Scale
) -> list[tuple[SeriesKind, str, dict[str, Numbers], Literal["x", "y"]]]:
    """The series among the marks: kind, colour, columns, and the axis they run along."""
    marks = [mark for mark in drawing.marks if _is_data(mark)]
    found: list[tuple[SeriesKind, str, dict[str, Numbers], Literal["x", "y"]]] = []
    rectangles: dict[str, list[Numbers]] = defaultdict(list)
    dots: dict[str, list[Numbers]] = defaultdict(list)
    for mark in marks:
        size = np.ptp(mark.points, axis=0)
        colour = _colour(mark)
        if colour and "mark-symbol" in mark.within and max(size) <= MARKER:
            dots[colour].append((mark.points.min(axis=0) + mark.points.max(axis=0)) / 2)
        elif _hex(mark.fill) == "" and not mark.closed and mark.points.shape[0] >= 3:
            line = colour or _hex(mark.stroke)
            found.append(("line", line, _placed(mark.points, x, y), "x"))
        elif colour and mark.closed and _is_rectangle(mark.points) and max(size) > 0:
            low, high = mark.points.min(axis=0), mark.points.max(axis=0)
            rectangles[colour].append(np.array([low[0], low[1], high[0], high[1]]))
        elif colour and mark.closed and max(size, default=0) <= MARKER:
            dots[colour].append((mark.points.min(axis=0) + mark.points.max(axis=0)) / 2)
    for colour, boxes in rectangles.items():
        if (bars := _bars(np.array(boxes), x, y, rectangles)) is not None:
            found.append((bars[0], colour, bars[1], bars[2]))
    lines = {colour for kind, colour, *_rest in found if kind == "line"}
    for colour, centres in dots.items():
        if colour not in lines and len(centres) >= 2:
            found.append(("scatter", colour, _placed(np.array(centres), x, y), "x"))
    return found


def _is_data(mark: Mark) -> bool:
    return not any(_FURNITURE.search(name) and not _SERIES.search(name) for name in mark.within) and not (
        "role-axis-grid" in mark.within
        or any(name.startswith(("xtick", "ytick", "legend")) for name in mark.within)
    )


def _is_rectangle(points: Numbers) -> bool:
    if points.shape[0] not in {4, 5}:
        return False
    steps = np.abs(np.diff(points, axis=0))
    return bool((steps.min(axis=1) < 0.01).all())


def _placed(points: Numbers, x: Scale, y: Scale) -> dict[str, Numbers]:
    columns = {"x": x.value(points[:, 0]), "y": y.value(points[:, 1])}
    order = np.argsort(columns["x"], kind="stable")
    return {name: column[order] for name, column in columns.items()}


def _bars(
    boxes: Numbers, x: Scale, y: Scale, everything: Mapping[str, list[Numbers]]
) -> tuple[SeriesKind, dict[str, Numbers], Literal["x", "y"]] | None:
    every = np.array([box for group in everything.values() for box in group])
    wide, tall = every[:, 2] - every[:, 0], every[:, 3] - every[:, 1]
    upright = x.kind == "category" or (y.kind != "category" and np.ptp(wide) <= np.ptp(tall))
    own, other = (x, y) if upright else (y, x)
    if other.kind in {"category", "date"}:
        return None
    first, second = (boxes[:, 0], boxes[:, 2]) if upright else (boxes[:, 1], boxes[:, 3])
    starts, ends = (boxes[:, 3], boxes[:, 1]) if upright else (boxes[:, 0], boxes[:, 2])
    base, end = other.value(starts), other.value(ends)
    place = own.value((first + second) / 2)
    if own.kind == "category":
        place = np.clip(np.round(place), 0, len(own.labels) - 1)
    order = np.argsort(place, kind="stable")
    names: tuple[Literal["x", "y"], Literal["x", "y"]] = ("x", "y") if upright else ("y", "x")
    tiny = 1e-3 * max(float(np.ptp(end)), abs(float(end.max())), 1e-12)
    base = np.where(np.abs(base) < tiny, 0.0, base)
    columns: dict[str, Numbers] = {names[0]: place[order], names[1]: (end - base)[order]}
    if np.any(base != 0):
        columns["base"] = base[order]
    if upright and own.kind == "linear" and first.size >= 4:
        gaps = np.sort(first)[1:] - np.sort(second)[:-1]
        if np.median(np.abs(gaps)) < 0.02 * np.median(second - first):
            sides = {"left": own.value(first)[order], "right": own.value(second)[order]}
            return "histogram", {**sides, "y": columns["y"]}, "x"
    return "bar", columns, names[0]
