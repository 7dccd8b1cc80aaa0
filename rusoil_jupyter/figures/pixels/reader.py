"""A picture of a chart read back: what is written on it, its axes, its series, each number with its error."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.pixels import calibration, evidence, legend, ocr, tracing, written
from rusoil_jupyter.figures.pixels.calibration import Label
from rusoil_jupyter.figures.pixels.photograph import is_photograph, straightened
from rusoil_jupyter.figures.pixels.plot_area import PlotArea, commonest, plot_areas, tick_marks
from rusoil_jupyter.figures.reading import Reading, cell_of
from rusoil_jupyter.figures.units import parted
from rusoil_jupyter.figures.values.description import (
    Axis,
    AxisName,
    FigureDescription,
    Note,
    Panel,
    Reference,
    Series,
    SeriesKind,
)
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from PIL.Image import Image

    from rusoil_jupyter.figures.pixels.calibration import Scale
    from rusoil_jupyter.figures.pixels.legend import Entry
    from rusoil_jupyter.figures.pixels.lettering import Box
    from rusoil_jupyter.figures.pixels.ocr import Text, Word
    from rusoil_jupyter.figures.pixels.tracing import Colour, Layer
    from rusoil_jupyter.figures.values.description import AxisKind

    Numbers = NDArray[np.float64]

MOST_SIDE = 2000  # a larger picture is read at this size
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


Axes = dict[AxisName, Axis]


@dataclass(frozen=True)
class Frame:
    """A panel on the way: its area, its texts by their roles, the scales of its axes."""

    area: PlotArea
    x: Scale | None
    y: Scale | None
    y2: Scale | None
    axes: Axes
    title: str
    entries: list[Entry]
    notes: list[Text]
    right: Colour | None = None
    doubts: tuple[str, ...] = ()


def read_picture(image: Image, *, hint: str | None = None, texts: Sequence[Text] | None = None) -> Reading:
    """What a decoded picture shows, as far as it can be read; ``omitted`` says what could not.

    Args:
        image: RGB.
        hint: the type of chart, where it is known.
        texts: what is written on it, where that has been read before; none of its sides is over MOST_SIDE
        then.
    """
    size = image.size
    shrink = min(1.0, MOST_SIDE / max(size))
    if shrink < 1:
        image = image.resize((max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))))
    found = Found()
    if texts is None and is_photograph(image):
        image = straightened(image)
        found.omitted.append(
            _("This is a photograph or a scan: light and tilt were corrected, a slanted view was not.")
        )
    rgb = np.asarray(image)
    texts = ocr.read_texts(image) if texts is None else texts
    if not texts:
        found.omitted.append(_no_text())
    kind = hint or _kind(image)
    page = commonest(np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]]))
    pie = tracing.slices(rgb, page) if kind in {"", "pie", "other"} else None
    if pie:
        _read_pie(pie, rgb, texts, found)
    else:
        _read_panels(rgb, texts, kind, found)
    description = FigureDescription(
        library="pixels",
        title=_headline(texts, rgb.shape[0]) if len(found.panels) != 1 else found.panels[0].title,
        size=size,
        panels=tuple(found.panels),
        omitted=tuple(dict.fromkeys(found.omitted))[:50],
    )
    return Reading(
        description, found.arrays, "estimated", found.error, found.doubts, frozenset(found.uncounted)
    )


def _no_text() -> str:
    if not ocr.tesseract_there() and not ocr.recogniser_there():
        return _("No words were read: neither tesseract nor the bundled recogniser is there.")
    return _("No words were found in the picture.")


def _kind(image: Image) -> str:
    """The likeliest type of chart, where the classifier is there and sure; else empty."""
    try:
        from rusoil_jupyter.figures.pixels.chart_type import chart_type

        name, probability = chart_type(image)[0]
    except (ImportError, OSError):
        return ""
    return name if probability >= 0.6 else ""


def _read_panels(rgb: NDArray[np.uint8], texts: Sequence[Text], kind: str, found: Found) -> None:
    areas = plot_areas(rgb, written.mask(rgb.shape, texts))
    if not areas:
        found.doubt("p1", _("No coordinate system was found, so no values were read."))
        notes = [Note(text=text.text[:500]) for text in texts if text.confidence > 0.5]
        found.panels.append(Panel(id="p1", notes=tuple(notes[:200])))
        return
    for number, area in enumerate(areas, 1):
        mine = [text for text in texts if _nearest(text, areas) is area]
        frame = _frame(rgb, area, mine)
        series, references = _series(rgb, frame, kind, f"p{number}", found)
        height, width = rgb.shape[:2]
        found.panels.append(
            Panel(
                id=f"p{number}",
                title=frame.title[:500],
                row=1 + sum(1 for top in {a.top // 20 for a in areas} if top < area.top // 20),
                column=1 + sum(1 for left in {a.left // 20 for a in areas} if left < area.left // 20),
                box=(area.left / width, area.top / height, area.right / width, area.bottom / height),
                axes=frame.axes,
                series=tuple(series),
                references=tuple(references),
                notes=_notes(frame),
                has_legend=bool(frame.entries),
            )
        )


def _nearest(text: Text, areas: Sequence[PlotArea]) -> PlotArea:
    left, top, right, bottom = text.line.box
    x, y = (left + right) / 2, (top + bottom) / 2

    def off(area: PlotArea) -> float:
        across = max(area.left - x, x - area.right, 0)
        down = max(area.top - y, y - area.bottom, 0)
        return float(np.hypot(across, down))

    return min(areas, key=off)


def _frame(rgb: NDArray[np.uint8], area: PlotArea, texts: Sequence[Text]) -> Frame:
    rest = [text for text in texts if text.text.strip()]
    # Beside the area a number is an axis' label, though its tick looks like a swatch.
    keys = legend.entries(
        rgb, [t for t in rest if not _outside_left_or_below(t, area) and not _number_right(t, area)]
    )
    in_legend = [text for text in rest if any(_within(text.line.box, key.box) for key in keys)]
    rest = written.written([text for text in rest if text not in in_legend], area)
    below = _row(rest, area, below=True)
    side = "bottom"
    if not any(ocr.as_number(word.text) is not None for text in below for word in text.words):
        above = _row(rest, area, below=False)  # a well log has its horizontal axis on top
        if sum(ocr.as_number(word.text) is not None for text in above for word in text.words) >= 2:
            below, side = above, "top"
    left = _column(rest, area, right=False)
    right = _column(rest, area, right=True)
    x, x_axis, x_doubt = _axis(rgb, area, below, side, rest)
    y, y_axis, y_doubt = _axis(rgb, area, left, "left", rest)
    axes: Axes = {"x": x_axis, "y": y_axis}
    y2, y2_axis, y2_doubt = _axis(rgb, area, right, "right", [])
    used = [*below, *left]
    if y2 is not None and y2.kind != "category" and len(y2.labels) >= 2:
        axes["y2"] = y2_axis
        used += right
    else:
        y2 = None
    rest = [text for text in rest if not any(text is other for other in used)]
    x_title = _title(rest, area, side)
    y_title = _title(rest, area, "left")
    y2_title = _title(rest, area, "right") if y2 is not None else []
    title = _title([text for text in rest if not any(text is t for t in x_title)], area, "top")
    axes["x"] = _labelled(axes["x"], x_title)
    axes["y"] = _labelled(axes["y"], y_title)
    if y2 is not None:
        axes["y2"] = _labelled(axes["y2"], y2_title)
    spoken = [*x_title, *y_title, *y2_title, *title]
    notes = [text for text in rest if not any(text is other for other in spoken) and text.confidence > 0.4]
    tint = _tint(rgb, [*right, *y2_title]) if y2 is not None else None
    doubts = [x_doubt, y_doubt]
    if y2 is not None:
        untold = _("There are two vertical axes, and nothing tells which series belongs to which.")
        doubts += [y2_doubt, untold if tint is None else ""]
    return Frame(area, x, y, y2, axes, _joined(title), keys, notes, tint, tuple(filter(None, doubts)))


def _tint(rgb: NDArray[np.uint8], texts: Sequence[Text]) -> Colour | None:
    """The colour that an axis' labels are written in; ``None`` for black and grey ones."""
    found = []
    for text in texts:
        left, top, right, bottom = (max(0, int(side)) for side in text.line.box)
        pixels = rgb[top : bottom + 1, left : right + 1].reshape(-1, 3).astype(np.int16)
        chroma = pixels.max(axis=1) - pixels.min(axis=1)
        found.append(pixels[chroma > 60])
    ink = np.concatenate(found) if found else np.empty((0, 3))
    if ink.shape[0] < 12:
        return None
    strong = np.median(ink[np.argsort(np.ptp(ink, axis=1))[ink.shape[0] // 2 :]], axis=0)
    return int(strong[0]), int(strong[1]), int(strong[2])


def _outside_left_or_below(text: Text, area: PlotArea) -> bool:
    box = text.line.box
    return box[2] < area.left or box[1] > area.bottom


def _number_right(text: Text, area: PlotArea) -> bool:
    return text.line.box[0] > area.right - 2 and ocr.as_number(text.text) is not None


def _within(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _middle(text: Text) -> tuple[float, float]:
    box = text.line.box
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _row(texts: Sequence[Text], area: PlotArea, *, below: bool) -> list[Text]:
    """The texts of the first row under an area: the labels of its horizontal axis."""
    reach = area.left - 0.05 * area.width, area.right + 0.05 * area.width
    under = [
        text
        for text in texts
        if (text.line.box[1] >= area.bottom - 2 if below else text.line.box[3] <= area.top + 2)
        and reach[0] <= _middle(text)[0] <= reach[1]
    ]
    if not under:
        return []
    height = max(8.0, float(np.median([text.line.height for text in under])))
    # Level labels share their line; upright and slanted ones end at their ticks.
    near, far = (1, 3) if below else (3, 1)
    ends = [text.line.box[far if text.line.angle == 0 else near] for text in under]
    rows = [row for turned in (False, True) for row in _rows(under, ends, height, turned=turned)]

    def off(row: list[Text]) -> float:
        if below:
            return min(text.line.box[1] for text in row) - area.bottom
        return area.top - max(text.line.box[3] for text in row)

    return _best(rows, off, height)


def _rows(texts: Sequence[Text], ends: Sequence[float], height: float, *, turned: bool) -> list[list[Text]]:
    """The texts that are turned, or those that are not, in rows."""
    chosen = [place for place, text in enumerate(texts) if (text.line.angle != 0) == turned]
    return _clustered([texts[place] for place in chosen], [ends[place] for place in chosen], 0.7 * height)


def _clustered(texts: Sequence[Text], at: Sequence[float], reach: float) -> list[list[Text]]:
    """The texts in groups whose places follow each other within ``reach``."""
    order = np.argsort(at)
    groups: list[list[Text]] = []
    last = -np.inf
    for place in order:
        if at[place] - last > reach:
            groups.append([])
        groups[-1].append(texts[place])
        last = at[place]
    return groups


def _best(groups: Sequence[list[Text]], off: Callable[[list[Text]], float], height: float) -> list[Text]:
    """The group that is most like the labels of an axis: many numbers, and close to it."""

    def merit(group: list[Text]) -> float:
        numbers = sum(ocr.as_number(word.text) is not None for text in group for word in text.words)
        words = sum(len(text.text) > 1 for text in group if ocr.as_number(text.text) is None)
        return 1.5 * numbers + words - 0.5 * off(group) / height

    return max(groups, key=merit)


def _column(texts: Sequence[Text], area: PlotArea, *, right: bool) -> list[Text]:
    """The texts of the first column beside an area: the labels of a vertical axis."""
    beside = [
        text
        for text in texts
        if (text.line.box[0] >= area.right - 2 if right else text.line.box[2] <= area.left + 2)
        and area.top - 0.06 * area.height <= _middle(text)[1] <= area.bottom + 0.06 * area.height
        and text.line.angle == 0
    ]
    if not beside:
        return []
    height = max(8.0, float(np.median([text.line.height for text in beside])))
    sides = [text.line.box[0] if right else text.line.box[2] for text in beside]
    columns = _clustered(beside, sides, 1.2 * height)

    def off(column: list[Text]) -> float:
        if right:
            return min(text.line.box[0] for text in column) - area.right
        return area.left - max(text.line.box[2] for text in column)

    return _best(columns, off, height)


def _axis(
    rgb: NDArray[np.uint8], area: PlotArea, texts: Sequence[Text], side: str, everything: Sequence[Text]
) -> tuple[Scale | None, Axis, str]:
    """The scale of one axis, the axis as it is described (without its title), and what makes it doubtful."""
    marks = tick_marks(rgb, area, side)
    labels = calibration.snapped(_names(_labels(texts, side, marks, 0.5 * area.width)), marks)
    scale = calibration.fitted(labels, below=_years(everything, texts))
    scale = _multiplied(scale, everything, area, side)
    words = [label for label in labels if label.value is None and any(sign.isalnum() for sign in label.text)]
    if scale is None or (len(words) > len(scale.labels) and scale.kind != "date"):
        names = calibration.categories([label for label in labels if any(s.isalnum() for s in label.text)])
        if names is None or side == "right":
            return None, Axis(), evidence.of_scale(None, labels)
        named = Axis(kind="category", categories=tuple(label.text[:500] for label in names.labels))
        return names, named, evidence.of_scale(names, labels)
    counted = [label for label in labels if any(sign.isdigit() for sign in label.text)]
    return scale, _described(scale, area, side), evidence.of_scale(scale, counted)


def _years(everything: Sequence[Text], labels: Sequence[Text]) -> list[Label]:
    """Years that stand under the labels of an axis."""
    under = max((text.line.box[3] for text in labels), default=0.0)
    return [
        Label(word.text, float(word.text), (word.box[0] + word.box[2]) / 2)
        for text in everything
        if text.line.box[1] >= under - 2
        for word in text.words
        if re.fullmatch(r"(?:19|20)\d{2}", word.text)
    ]


def _labels(texts: Sequence[Text], side: str, marks: Sequence[float], most: float) -> list[Label]:
    """The labels of an axis and where they stand.

    Words that stand close are parted by the ticks they belong to.
    """
    labels = []
    for text in texts:
        box = text.line.box
        if text.line.angle == 90 and side in {"bottom", "top"}:
            labels.append(Label(text.text, ocr.as_number(text.text), (box[0] + box[2] - 1) / 2))
            continue
        if text.line.angle:  # a slanted label ends under its tick
            labels.append(Label(text.text, ocr.as_number(text.text), box[2] - 0.5 * text.line.height))
            continue
        if side not in {"bottom", "top"}:
            shown = _without_strokes(text)
            labels.append(Label(shown, ocr.as_number(shown), (box[1] + box[3] - 1) / 2))
            continue
        under = [mark for mark in marks if box[0] <= mark <= box[2]]
        one_each = box[2] - box[0] > most or all(ocr.as_number(word.text) is not None for word in text.words)
        for words in [[word] for word in text.words] if one_each else _by_tick(text, under):
            shown = " ".join(word.text for word in words)
            at = (words[0].box[0] + words[-1].box[2] - 1) / 2
            labels.append(Label(shown, ocr.as_number(shown), at))
    return labels


def _names(labels: Sequence[Label]) -> list[Label]:
    """The labels without numbers where all begin with one letter: Q1, Q2, ... are names."""
    first = {label.text[:1] for label in labels}
    if len(labels) > 1 and len(first) == 1 and first.pop().isalpha():
        return [replace(label, value=None) for label in labels]
    return list(labels)


def _without_strokes(text: Text) -> str:
    """The text of a label without what ticks and frames beside a number were read as."""
    first, *rest = text.text.split()
    stray = rest and ocr.as_number(first) is not None and all(len(word) == 1 for word in rest)
    return first if stray and not set("".join(rest)) & set("%°") else text.text


def _by_tick(text: Text, marks: Sequence[float]) -> list[list[Word]]:
    """The words of a line in groups, one for each tick above it."""
    if len(marks) < 2:
        return [list(text.words)]
    groups: dict[int, list[Word]] = {}
    for word in text.words:
        middle = (word.box[0] + word.box[2]) / 2
        groups.setdefault(int(np.argmin([abs(mark - middle) for mark in marks])), []).append(word)
    return [groups[place] for place in sorted(groups)]


def _multiplied(scale: Scale | None, notes: Sequence[Text], area: PlotArea, side: str) -> Scale | None:
    """The scale times what stands at the end of its axis: ``1e6`` or ``×10^6``."""
    if scale is None or scale.kind != "linear":
        return scale
    for text in notes:
        power = re.fullmatch(r"[×xXх*]?\s?(?:[1lI][eе]|10\^)\+?(-?\w{1,2})", text.text)
        left, top, right, bottom = text.line.box
        ends = bottom < area.top and left < area.left + 0.2 * area.width
        if side == "bottom":
            ends = top > area.bottom and right > area.right - 0.2 * area.width
        if power and ends and (exponent := power[1].translate(ocr.TWINS)).lstrip("-").isdigit():
            factor = 10.0 ** int(exponent)
            return replace(scale, slope=scale.slope * factor, offset=scale.offset * factor)
    return scale


def _described(scale: Scale, area: PlotArea, side: str) -> Axis:
    ends = (area.left, area.right) if side in {"bottom", "top"} else (area.bottom, area.top)
    first, last = (float(value) for value in scale.value(np.array(ends, dtype=np.float64)))
    kind: AxisKind = "date" if scale.kind == "date" else "number"
    plain = Axis(kind=kind)
    low, high = sorted((first, last))
    return Axis(
        kind=kind,
        scale="log" if scale.kind == "log" else "linear",
        inverted=last < first,
        range=(cell_of(low, plain), cell_of(high, plain)),
    )


def _title(texts: Sequence[Text], area: PlotArea, side: str) -> list[Text]:
    """The title on one side of an area, in reading order."""
    x, y = (area.left + area.right) / 2, (area.top + area.bottom) / 2
    if side in {"left", "right"}:
        beside = [
            text
            for text in texts
            if text.line.angle == 90
            and (_middle(text)[0] < area.left if side == "left" else _middle(text)[0] > area.right)
        ]
        if not beside:
            return []
        closest = max if side == "left" else min
        column = closest(_middle(text)[0] for text in beside)
        height = max(text.line.height for text in beside)
        return [text for text in beside if abs(_middle(text)[0] - column) < height]
    outside = [
        text
        for text in texts
        if text.line.angle == 0
        and (text.line.box[3] < area.top + 2 if side == "top" else text.line.box[1] > area.bottom - 2)
        and len(text.text) > 1
        and ocr.as_number(text.text) is None
    ]
    if not outside:
        return []
    anchor = min(
        outside,
        key=lambda text: (
            abs(_middle(text)[0] - x) / area.width + 0.2 * abs(_middle(text)[1] - y) / area.height
        ),
    )
    line = [text for text in outside if abs(_middle(text)[1] - _middle(anchor)[1]) < 0.8 * anchor.line.height]
    return sorted(line, key=lambda text: text.line.box[0])


def _joined(texts: Sequence[Text]) -> str:
    return " ".join(text.text for text in texts)


def _labelled(axis: Axis, title: Sequence[Text]) -> Axis:
    label = _joined(title)[:500]
    return axis.model_copy(update={"label": label, "unit": parted(label)[1]}) if label else axis


def _notes(frame: Frame) -> tuple[Note, ...]:
    notes = []
    for text in frame.notes:
        if len(text.text) < 2 and not text.text.isdigit():
            continue
        x, y = _middle(text)
        place: dict[str, float | str | None] = {}
        if frame.area.holds(x, y):
            if frame.x is not None and frame.x.kind != "category":
                place["x"] = cell_of(float(frame.x.value(np.array([x]))[0]), frame.axes["x"])
            if frame.y is not None and frame.y.kind != "category":
                place["y"] = cell_of(float(frame.y.value(np.array([y]))[0]), frame.axes["y"])
        notes.append(Note(text=text.text[:500], x=place.get("x"), y=place.get("y")))
    return tuple(notes[:200])


def _headline(texts: Sequence[Text], height: int) -> str:
    high = [text for text in texts if text.line.box[3] < 0.15 * height and text.line.angle == 0]
    return max(high, key=lambda text: text.line.height).text[:500] if high else ""


def _series(
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


def _read_pie(
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
    title = _headline(texts, rgb.shape[0])
    found.panels.append(Panel(id="p1", title=title, series=(stored,), has_legend=bool(keys)))
    if not all(names):
        found.omitted.append(_("Some slices have no name that could be read."))


def _beside(middle: float, texts: Sequence[Text], rgb: NDArray[np.uint8]) -> str:
    """The text that stands in this direction from the middle of the picture."""
    best, nearest = "", 14.0
    for text in texts:
        if ocr.as_number(text.text) is not None or len(text.text) < 2:
            continue
        x, y = _middle(text)
        way = float(np.degrees(np.arctan2(rgb.shape[0] / 2 - y, x - rgb.shape[1] / 2)))
        off = abs((way - middle + 180) % 360 - 180)
        if off < nearest and text.line.box[3] > 0.12 * rgb.shape[0]:
            best, nearest = text.text, off
    return best
