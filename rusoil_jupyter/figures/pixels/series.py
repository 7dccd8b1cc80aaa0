"""What is drawn in a plot: its series by colour, in the numbers of its axes, each with its error."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.pixels import evidence, legend, ocr, tracing, written
from rusoil_jupyter.figures.pixels.frame import Frame, headline, middle_of
from rusoil_jupyter.figures.pixels.plot_area import PlotArea
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.values.description import AxisName, Panel, Reference, Series, SeriesKind
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.calibration import Scale
    from rusoil_jupyter.figures.pixels.frame import Axes
    from rusoil_jupyter.figures.pixels.legend import Entry
    from rusoil_jupyter.figures.pixels.lettering import Box
    from rusoil_jupyter.figures.pixels.ocr import Text
    from rusoil_jupyter.figures.pixels.tracing import Colour, Layer

    Numbers = NDArray[np.float64]

KINDS: dict[str, SeriesKind] = {"line": "line", "area": "area", "scatter": "scatter", "bar": "bar"}
LEAST_CLIMB = 0.02  # of a plot area's height: by how much less a straight edge climbs
THICKEST = 8  # pixels of a line across
HALF_PIXEL = 0.5  # what an edge or a centre may be off


@dataclass
class Found:
    """What is gathered on the way."""

    panels: list[Panel] = field(default_factory=list)
    arrays: dict[str, Mapping[str, Numbers]] = field(default_factory=dict)
    error: dict[str, Mapping[str, float]] = field(default_factory=dict)
    omitted: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    uncounted: set[str] = field(default_factory=set)

    def doubt(self, name: str, reason: str) -> None:
        """The numbers of a panel or series are not offered, and why: the first reason counts."""
        if reason:
            self.doubts.setdefault(name, reason)
            self.omitted.append(reason)

    def add(
        self, series: Series, columns: Mapping[str, Numbers], error: Mapping[str, float], axes: Axes
    ) -> Series:
        """Keeps a series' numbers; the series as it is stored."""
        self.arrays[series.id] = columns
        self.error[series.id] = error
        return summarised(series, columns, axes)


def series_of(
    rgb: NDArray[np.uint8], frame: Frame, kind: str, panel: str, found: Found
) -> tuple[list[Series], list[Reference]]:
    """The series of one panel, and the lines across it."""
    area = frame.area
    if kind in {"heatmap", "contour", "box", "violin"}:
        found.doubt(
            panel, _("The values of a chart of this type are not read from pixels: {kind}.").format(kind=kind)
        )
        return [], []
    for reason in frame.doubts:
        found.doubt(panel, reason)
    if frame.x is None or frame.y is None:
        return [], []
    if frame.y2 is not None and frame.right is not None:
        found.omitted.append(
            _("There are two vertical axes; which series belongs to which was told by their colours.")
        )
    pixels = tracing.inside(rgb, area)
    covers = _covers(rgb, frame)
    hidden = _hidden(covers, pixels.shape)
    layers = tracing.layers(pixels, area.ground, hidden, [key.colour for key in frame.entries])
    if not layers:
        found.doubt(panel, _("No coloured series were found; black ones are read only with a legend."))
        return [], []
    letters = _hidden(_boxes(frame, [text.line.box for text in frame.notes]), pixels.shape)
    layers = [tracing.filled(layer) for layer in layers if layer.cover[letters].sum() < 0.8 * layer.pixels]
    shapes = {id(layer): _shape(layer, kind) for layer in layers}
    upright = tracing.upright_bars([layer for layer in layers if shapes[id(layer)] == "bar"])
    stacked = list(shapes.values()).count("area") > 1
    references = []
    made: list[Series] = []
    explained: list[Layer] = []
    for layer in layers:
        name = f"{panel}s{len(made) + 1}"
        if shapes[id(layer)] == "line" and (reference := _reference(layer, frame)):
            references.append(reference)
            explained.append(layer)
            continue
        series = _measured(layer, shapes[id(layer)], frame, name, found, upright=upright, stacked=stacked)
        if series is not None:
            made.append(series)
            explained.append(layer)
    if len(made) > 1:  # points of one series may lie under those of another
        found.uncounted.update(series.id for series in made if series.kind == "scatter")
    found.doubt(panel, evidence.of_names(len(frame.entries), len(made)))
    found.doubt(panel, evidence.of_ink(pixels, area.ground, hidden, explained))
    return made, references


def _reference(layer: Layer, frame: Frame) -> Reference | None:
    """The straight line across the whole area that a layer is, where its place is known."""
    seen = np.flatnonzero((layer.cover > 0.5).any(axis=1))
    if frame.y is None or frame.y.kind != "linear" or not seen.size or np.ptp(seen) > THICKEST:
        return None
    columns, rows = tracing.line(layer)
    if not evidence.is_level(columns, rows, frame.area.width):
        return None
    value = float(frame.y.value(np.array([np.median(rows) + frame.area.top + tracing.TRIM]))[0])
    return Reference(axis="y", value=cell_of(value, frame.axes["y"]))


def _covers(rgb: NDArray[np.uint8], frame: Frame) -> list[tuple[int, int, int, int]]:
    """Where the inside of a plot area has a legend, or a note on the ground, with some room.

    A note on a bar is left: it makes a hole there, and what covered it would cut the bar's edge.
    """
    notes = [
        text.line.box
        for text in frame.notes
        if len(text.text) > 1 and _alike(written.ink(rgb, text.line.box)[1], frame.area.ground)
    ]
    return _boxes(frame, [key.box for key in frame.entries] + notes)


def _boxes(frame: Frame, boxes: Sequence[Box]) -> list[tuple[int, int, int, int]]:
    """Boxes of the picture, with some room, in pixels of the inside of the plot area."""
    x, y = frame.area.left + tracing.TRIM, frame.area.top + tracing.TRIM
    return [
        (int(left) - x - 2, int(top) - y - 2, int(right) - x + 3, int(bottom) - y + 3)
        for left, top, right, bottom in boxes
    ]


def _hidden(covers: Sequence[tuple[int, int, int, int]], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """True in these boxes."""
    hidden = np.zeros(shape[:2], dtype=bool)
    for left, top, right, bottom in covers:
        hidden[max(0, top) : max(0, bottom + 1), max(0, left) : max(0, right + 1)] = True
    return hidden


def _shape(layer: Layer, kind: str) -> str:
    """What a layer's marks are, by their look and by the type of the chart."""
    shape = tracing.shape_of(layer)
    if kind in {"bar", "histogram"} and shape == "area":
        return "bar"
    if kind == "area" and shape == "bar":
        return "area"
    if kind == "scatter" and shape != "scatter":
        return "line" if tracing.is_long(layer) else "scatter"
    return shape


def _label(frame: Frame, colour: Colour, found: Found, series: str) -> str:
    """The legend's label of a colour; empty where there is none like it.

    One that was not read surely is no answer to "which"; whoever asks by this very name bears it out.
    """
    entry = _entry(frame, colour)
    if entry is None:
        return ""
    if not entry.sure and len(frame.entries) > 1:
        found.doubt(f"{series}.name", _("The name of a series could not be read."))
    return entry.label[:500]


def _entry(frame: Frame, colour: Colour) -> Entry | None:
    """The line of a legend with a colour's sample."""
    best = min(
        frame.entries,
        key=lambda key: sum((a - b) ** 2 for a, b in zip(key.colour, colour, strict=True)),
        default=None,
    )
    if best is None or sum((a - b) ** 2 for a, b in zip(best.colour, colour, strict=True)) > 75**2:
        return None
    return best


def _alike(one: Colour, other: Colour) -> bool:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) <= 80**2


def _measured(
    layer: Layer, shape: str, frame: Frame, name: str, found: Found, *, upright: bool, stacked: bool
) -> Series | None:
    """One layer as a series with its numbers, ``None`` where too little of it was found."""
    colour = "#{:02x}{:02x}{:02x}".format(*layer.colour)
    second = frame.y2 is not None and frame.right is not None and _alike(frame.right, layer.colour)
    side: AxisName = "y2" if second else "y"
    if second:
        frame = replace(frame, y=frame.y2)
    assert frame.x is not None and frame.y is not None  # noqa: S101
    label = _label(frame, layer.colour, found, name)
    series = Series(id=name, kind=KINDS[shape], label=label, colour=colour, y=side)
    if shape == "bar":
        return _bars(layer, frame, series, found, upright=upright)
    columns, rows = _followed(layer, series, found)
    if columns.size < 2 or (shape == "line" and np.ptp(columns) < 0.04 * frame.area.width):
        return None
    if "category" in {frame.x.kind, frame.y.kind} or frame.y.kind == "date":
        found.doubt(name, _("The names along an axis don't tell where the marks of a series lie."))
    x = frame.x.value(columns + frame.area.left + tracing.TRIM)
    y = frame.y.value(rows + frame.area.top + tracing.TRIM)
    if shape == "area" and stacked:
        low = tracing.edge(layer, upper=False)[1]
        if np.ptp(low) > LEAST_CLIMB * frame.area.height:  # it stands on another one
            y = y - frame.y.value(low + frame.area.top + tracing.TRIM)
    error = {"x": _error(frame.x, columns + frame.area.left), "y": _error(frame.y, rows + frame.area.top)}
    order = np.argsort(x, kind="stable")
    return found.add(series, {"x": x[order], "y": y[order]}, error, frame.axes)


def _followed(layer: Layer, series: Series, found: Found) -> tuple[Numbers, Numbers]:
    """Where the marks of a line, an area or points lie; what can't be counted or followed is noted."""
    if series.kind == "scatter":
        columns, rows, apart = tracing.points(layer)
        if not apart:
            found.uncounted.add(series.id)
        found.doubt(series.id, evidence.of_points(layer))
        return columns, rows
    found.uncounted.add(series.id)
    if series.kind == "area":
        return tracing.edge(layer)
    columns, rows = tracing.line(layer)
    found.doubt(series.id, evidence.of_line(layer, columns, rows))
    return columns, rows


def _error(scale: Scale, at: Numbers) -> float:
    """The error of values at these places, in the axis' unit: half a pixel and the scale's own."""
    middle = float(np.median(at)) if at.size else 0.0
    return scale.spread(middle, HALF_PIXEL + scale.error)


def _bars(layer: Layer, frame: Frame, series: Series, found: Found, *, upright: bool) -> Series | None:
    rectangles = tracing.bars(layer, upright=upright)
    if not rectangles:
        return None
    across, along = (frame.x, frame.y) if upright else (frame.y, frame.x)
    assert across is not None and along is not None  # noqa: S101
    left, top = frame.area.left + tracing.TRIM, frame.area.top + tracing.TRIM
    edges = np.array([(bar.left, bar.top, bar.right, bar.bottom) for bar in rectangles])
    edges = edges + np.array([left, top, left, top]) - 0.5  # from the corners of pixels to their centres
    if upright:
        place, ends, starts = (edges[:, 0] + edges[:, 2]) / 2, edges[:, 1], edges[:, 3]
    else:
        place, ends, starts = (edges[:, 1] + edges[:, 3]) / 2, edges[:, 2], edges[:, 0]
    if along.kind in {"category", "date"}:
        return None
    base = along.value(starts)
    end = along.value(ends)
    zero = along.kind == "linear"
    if zero:
        slack = abs(along.slope) * (2.0 + tracing.TRIM + along.error)
        down = np.abs(end) < slack  # a bar that hangs from zero
        base, end = (
            np.where(down & (np.abs(base) > slack), end, base),
            np.where(down & (np.abs(base) > slack), base, end),
        )
        base = np.where(np.abs(base) < slack, 0.0, base)
    at = across.value(place)
    if across.kind == "category":
        found.doubt(series.id, evidence.of_bars(at, len(across.labels)))
        at = np.clip(np.round(at), 0, len(across.labels) - 1)
    own, other = ("x", "y") if upright else ("y", "x")
    order = np.argsort(at, kind="stable")
    columns = {own: at[order], other: (end - base)[order]}
    if np.any(base != 0) and zero:
        columns["base"] = base[order]
    error = {own: 0.0 if across.kind == "category" else _error(across, place), other: _error(along, ends)}
    series = series.model_copy(update={"along": own})
    if upright and _bins(edges) and across.kind == "linear":
        sides = {"left": across.value(edges[:, 0])[order], "right": across.value(edges[:, 2])[order]}
        columns = {**sides, "y": columns["y"]}
        error = {"left": error["x"], "right": error["x"], "y": error["y"]}
        series = series.model_copy(update={"kind": "histogram"})
    return found.add(series, columns, error, frame.axes)


def _bins(edges: Numbers) -> bool:
    """Whether bars touch each other all along: the bins of a histogram."""
    gaps = np.sort(edges[:, 0])[1:] - np.sort(edges[:, 2])[:-1]
    return bool(gaps.size >= 3 and np.median(np.abs(gaps)) < 1.5)


def read_pie(
    pie: Sequence[tuple[Colour, float, float, float]],
    rgb: NDArray[np.uint8],
    texts: Sequence[Text],
    found: Found,
) -> None:
    """The shares of a pie in per cent, named by its legend or by the texts around it."""
    keys = legend.entries(rgb, texts)
    area = PlotArea(0, 0, rgb.shape[1], rgb.shape[0], (255, 255, 255))
    frame = Frame(area, None, None, None, {}, "", keys, [])
    names = [
        _label(frame, colour, found, "p1s1") or _beside(middle, texts, rgb)
        for colour, _share, middle, _error in pie
    ]
    shares = np.array([100 * share for _colour, share, _middle, _error in pie])
    series = Series(id="p1s1", kind="pie", names=tuple(name[:500] for name in names))
    stored = found.add(series, {"y": shares}, {"y": 100 * pie[0][3]}, {})
    title = headline(texts, rgb.shape[0])
    found.panels.append(Panel(id="p1", title=title, series=(stored,), has_legend=bool(keys)))
    if not all(names):
        found.omitted.append(_("Some slices have no name that could be read."))


def _beside(middle: float, texts: Sequence[Text], rgb: NDArray[np.uint8]) -> str:
    """The text that stands in this direction from the middle of the picture."""
    best, nearest = "", 14.0
    for text in texts:
        if ocr.as_number(text.text) is not None or len(text.text) < 2:
            continue
        x, y = middle_of(text)
        way = float(np.degrees(np.arctan2(rgb.shape[0] / 2 - y, x - rgb.shape[1] / 2)))
        off = abs((way - middle + 180) % 360 - 180)
        if off < nearest and text.line.box[3] > 0.12 * rgb.shape[0]:
            best, nearest = text.text, off
    return best
