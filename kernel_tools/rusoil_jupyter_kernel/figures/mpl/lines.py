"""Lines: curves, steps, points drawn as lines, stems, error bars, lines across a panel."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import collections, container, lines

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter.figures.values.description import AxisName, Reference
from rusoil_jupyter_kernel.figures.mpl.legends import dash_of, hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING = {"None", "none", " ", "", None}
MOST_REFERENCES = 5  # of one set of parallel lines; more are data
SPANNING = 0.8  # of a panel


def read_stems(sheet: Sheet) -> None:
    """What ``Axes.stem`` drew."""
    for one in sheet.axes.containers:
        if isinstance(one, container.StemContainer):
            line = one.markerline
            x, y = _data(line)
            along: Literal["x", "y"] = "y" if _is_horizontal_stem(one.stemlines, y) else "x"
            colour = hexed(line.get_color())
            label = _named(one.get_label()) or sheet.label(line, colour)
            sheet.marks.append(Mark("stem", {"x": x, "y": y}, label, colour, along))
            sheet.take(line, one.baseline, one.stemlines)
            if isinstance(one.stemlines, list | tuple):
                sheet.take(*one.stemlines)


def _is_horizontal_stem(stems: Any, y: NDArray[np.float64]) -> bool:
    segments = stems.get_segments() if hasattr(stems, "get_segments") else []
    return any(
        len(one) == 2 and one[0][1] == one[1][1] and one[0][0] != one[1][0] for one in segments[: y.size]
    )


def _named(label: Any) -> str:
    text = str(label or "")
    return "" if text.startswith("_") else text


def read_error_bars(sheet: Sheet) -> None:
    """What ``Axes.errorbar`` drew, also on top of bars: the value and where its bars end."""
    for one in sheet.axes.containers:
        if not isinstance(one, container.ErrorbarContainer):
            continue
        parts: Any = one.lines
        line, caps, bars = parts
        sheet.take(*caps, *bars, *([line] if line is not None else []))
        host = next((bar for bar in sheet.axes.containers if getattr(bar, "errorbar", None) is one), None)
        along: Literal["x", "y"] = "y" if one.has_xerr and not one.has_yerr else "x"
        segments = [ends for bar in bars for ends in bar.get_segments()]
        mark = _error_mark(segments, along)
        if mark is None:
            continue
        if line is not None:
            mark.colour = hexed(line.get_color())
            _set_values(mark, *_data(line))
        elif bars:
            mark.colour = hexed(bars[0].get_colors()[0]) if len(bars[0].get_colors()) else ""
        label = _named(one.get_label()) or _named(host.get_label() if host is not None else "")
        mark.label = label or sheet.legend.name(mark.colour)
        if host is not None and mark.across not in mark.columns:
            tips = [_tip(patch, along) for patch in host.patches]
            _set_values(mark, *(floats([tip[axis] for tip in tips]) for axis in (0, 1)))
        sheet.marks.append(mark)


def _tip(patch: Any, along: str) -> tuple[float, float]:
    x, y, width, height = patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()
    return (x + width / 2, y + height) if along == "x" else (x + width, y + height / 2)


def _error_mark(segments: list[Any], along: Literal["x", "y"]) -> Mark | None:
    """Error bars along one axis; those of the other direction are left out."""
    place, value = (0, 1) if along == "x" else (1, 0)
    ends = [one for one in map(floats, segments) if one.shape == (2, 2) and one[0][place] == one[1][place]]
    if not ends:
        return None
    stacked = np.stack(ends)
    columns: dict[str, NDArray[np.float64]] = {along: stacked[:, 0, place]}
    columns["low"], columns["high"] = stacked[:, :, value].min(axis=1), stacked[:, :, value].max(axis=1)
    return Mark("errorbar", columns, along=along)


def _set_values(mark: Mark, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """The values that the bars stand around, matched by place."""
    along, across = (x, y) if mark.along == "x" else (y, x)
    places = mark.columns[mark.along]
    if along.size == places.size and np.array_equal(along, places, equal_nan=True):
        values = across
    else:
        known = dict(zip(along.tolist(), across.tolist(), strict=False))
        values = floats([known.get(place, np.nan) for place in places.tolist()])
    low, high = mark.columns.pop("low"), mark.columns.pop("high")
    mark.columns[mark.across] = values
    mark.columns |= {"low": low, "high": high}


def _data(line: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))


def read_references(sheet: Sheet, x: AxisName, y: AxisName) -> None:
    """Lines across the whole panel: ``axhline``, ``axvline``, and full-length ``hlines``, ``vlines``."""
    names: dict[str, AxisName] = {"x": x, "y": y}
    for line in sheet.left(lines.Line2D):
        for axis, transform in _across(sheet.axes):
            if line.get_transform() == transform:
                sheet.take(line)
                value = floats(line.get_xdata(orig=False) if axis == "x" else line.get_ydata(orig=False))
                if value.size and np.all(value == value[0]):
                    _refer(sheet, axis, names[axis], float(value[0]), _named(line.get_label()))
    for many in sheet.left(collections.LineCollection):
        for axis, transform in _across(sheet.axes):
            if many.get_transform() == transform or _spans_panel(sheet, many, axis):
                sheet.take(many)
                segments = many.get_segments()
                if len(segments) <= MOST_REFERENCES:  # more are a rug
                    place = 0 if axis == "x" else 1
                    for one in segments:
                        _refer(sheet, axis, names[axis], float(one[0][place]), _named(many.get_label()))
                break


def _spans_panel(sheet: Sheet, many: Any, axis: Literal["x", "y"]) -> bool:
    """Whether these few lines at places of an axis reach from edge to edge, nearly."""
    segments = [floats(one) for one in many.get_segments()]
    if not 1 <= len(segments) <= MOST_REFERENCES or any(one.shape != (2, 2) for one in segments):
        return False
    if hasattr(many, "_segments3d") or not sheet.in_data(many):
        return False
    place, value = (0, 1) if axis == "x" else (1, 0)
    other = sheet.axes.yaxis if axis == "x" else sheet.axes.xaxis
    low, high = sorted(other.get_view_interval())
    return all(
        one[0][place] == one[1][place] and abs(one[1][value] - one[0][value]) >= SPANNING * (high - low)
        for one in segments
    )


def _across(axes: Any) -> tuple[tuple[Literal["x", "y"], Any], ...]:
    """For lines at a place of one axis: the transform whose other direction is the panel's."""
    return (
        ("x", axes.get_xaxis_transform(which="grid")),
        ("y", axes.get_yaxis_transform(which="grid")),
    )


def _refer(sheet: Sheet, axis: Literal["x", "y"], name: AxisName, value: float, label: str) -> None:
    ruler = sheet.ruler(axis)
    sheet.references.append(Reference(axis=name, value=ruler.cell(value), label=plain(label)[:500]))


def read_lines(sheet: Sheet) -> None:
    """What is left of lines, as curves, steps or points."""
    for line in sheet.left(lines.Line2D):
        if hasattr(line, "get_data_3d") or not sheet.in_data(line) or isinstance(line, lines.AxLine):
            continue
        sheet.take(line)
        x, y = _data(line)
        if x.size == 0 or x.size != y.size:
            continue
        drawn = line.get_linestyle() not in _NOTHING
        colour = hexed(line.get_color()) if drawn else hexed(line.get_markerfacecolor())
        label = sheet.label(line, colour or hexed(line.get_color()), dash_of(line))
        marked = line.get_marker() not in _NOTHING
        if not drawn and not marked:
            continue
        style = str(line.get_drawstyle())
        is_points = not drawn or (marked and x.size == 1)
        kind: Any = "scatter" if is_points else "step" if style.startswith("steps") else "line"
        sheet.marks.append(Mark(kind, {"x": x, "y": y}, plain(label), colour, width=line.get_linewidth()))


def read_segments(sheet: Sheet) -> None:
    """``vlines`` and ``hlines`` between two values, and lines of many colours."""
    for many in sheet.left(collections.LineCollection):
        if hasattr(many, "_segments3d") or not sheet.in_data(many):
            continue
        segments = [floats(one) for one in many.get_segments()]
        segments = [one for one in segments if one.ndim == 2 and len(one) > 1]
        if not segments:
            continue
        sheet.take(many)
        colours = many.get_colors()
        colour = hexed(colours[0]) if len(colours) else ""
        label = plain(sheet.label(many, colour))
        if all(len(one) == 2 for one in segments):
            ends = np.stack(segments)
            for along, place in (("x", 0), ("y", 1)):
                if np.all(ends[:, 0, place] == ends[:, 1, place]):
                    sheet.marks.append(_spans(ends, along, label, colour))  # type: ignore[arg-type]
                    break
            else:
                _chain(sheet, segments, label, colour)
        else:
            _chain(sheet, segments, label, colour)


def _spans(ends: NDArray[np.float64], along: Literal["x", "y"], label: str, colour: str) -> Mark:
    place, value = (0, 1) if along == "x" else (1, 0)
    low, high = ends[:, :, value].min(axis=1), ends[:, :, value].max(axis=1)
    columns = {along: ends[:, 0, place], "y" if along == "x" else "x": high - low}
    if np.any(low != 0):
        columns["base"] = low
    return Mark("bar", columns, label, colour, along)


def _chain(sheet: Sheet, segments: list[NDArray[np.float64]], label: str, colour: str) -> None:
    joined = all(np.array_equal(one[-1], two[0]) for one, two in pairwise(segments))
    if joined and len(segments) > 1:
        points = np.concatenate([segments[0], *(one[1:] for one in segments[1:])])
        sheet.marks.append(Mark("line", {"x": points[:, 0], "y": points[:, 1]}, label, colour))
    elif len(segments) <= 20 and all(len(one) > 2 for one in segments):
        for one in segments:
            sheet.marks.append(Mark("line", {"x": one[:, 0], "y": one[:, 1]}, label, colour))
    else:
        sheet.marks.append(Mark("other", {}, label, colour))
