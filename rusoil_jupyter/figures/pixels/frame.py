"""What stands around a plot: which texts are the labels of its axes, their titles, its legend, its notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.pixels import calibration, evidence, legend, ocr, written
from rusoil_jupyter.figures.pixels.calibration import Label
from rusoil_jupyter.figures.pixels.plot_area import PlotArea, tick_marks
from rusoil_jupyter.figures.reading import cell_of
from rusoil_jupyter.figures.units import parted
from rusoil_jupyter.figures.values.description import Axis, AxisName, Note
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rusoil_jupyter.figures.pixels.calibration import Scale
    from rusoil_jupyter.figures.pixels.legend import Entry
    from rusoil_jupyter.figures.pixels.ocr import Text, Word
    from rusoil_jupyter.figures.pixels.tracing import Colour
    from rusoil_jupyter.figures.values.description import AxisKind

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


def frame_of(rgb: NDArray[np.uint8], area: PlotArea, texts: Sequence[Text]) -> Frame:
    """What the texts in and around a plot area are: labels, titles, a legend, notes."""
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


def middle_of(text: Text) -> tuple[float, float]:
    """The middle of a text, in pixels."""
    box = text.line.box
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _row(texts: Sequence[Text], area: PlotArea, *, below: bool) -> list[Text]:
    """The texts of the first row under an area: the labels of its horizontal axis."""
    reach = area.left - 0.05 * area.width, area.right + 0.05 * area.width
    under = [
        text
        for text in texts
        if (text.line.box[1] >= area.bottom - 2 if below else text.line.box[3] <= area.top + 2)
        and reach[0] <= middle_of(text)[0] <= reach[1]
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
        and area.top - 0.06 * area.height <= middle_of(text)[1] <= area.bottom + 0.06 * area.height
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
            and (middle_of(text)[0] < area.left if side == "left" else middle_of(text)[0] > area.right)
        ]
        if not beside:
            return []
        closest = max if side == "left" else min
        column = closest(middle_of(text)[0] for text in beside)
        height = max(text.line.height for text in beside)
        return [text for text in beside if abs(middle_of(text)[0] - column) < height]
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
            abs(middle_of(text)[0] - x) / area.width + 0.2 * abs(middle_of(text)[1] - y) / area.height
        ),
    )
    line = [
        text for text in outside if abs(middle_of(text)[1] - middle_of(anchor)[1]) < 0.8 * anchor.line.height
    ]
    return sorted(line, key=lambda text: text.line.box[0])


def _joined(texts: Sequence[Text]) -> str:
    return " ".join(text.text for text in texts)


def _labelled(axis: Axis, title: Sequence[Text]) -> Axis:
    label = _joined(title)[:500]
    return axis.model_copy(update={"label": label, "unit": parted(label)[1]}) if label else axis


def notes_of(frame: Frame) -> tuple[Note, ...]:
    """The other texts of a plot; those inside it with their places on its axes."""
    notes = []
    for text in frame.notes:
        if len(text.text) < 2 and not text.text.isdigit():
            continue
        x, y = middle_of(text)
        place: dict[str, float | str | None] = {}
        if frame.area.holds(x, y):
            if frame.x is not None and frame.x.kind != "category":
                place["x"] = cell_of(float(frame.x.value(np.array([x]))[0]), frame.axes["x"])
            if frame.y is not None and frame.y.kind != "category":
                place["y"] = cell_of(float(frame.y.value(np.array([y]))[0]), frame.axes["y"])
        notes.append(Note(text=text.text[:500], x=place.get("x"), y=place.get("y")))
    return tuple(notes[:200])


def headline(texts: Sequence[Text], height: int) -> str:
    """The largest text at the top of a picture; empty where there is none."""
    high = [text for text in texts if text.line.box[3] < 0.15 * height and text.line.angle == 0]
    return max(high, key=lambda text: text.line.height).text[:500] if high else ""
