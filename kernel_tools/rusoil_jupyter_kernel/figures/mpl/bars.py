"""Bars, histograms, slices of pies and spans across a panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib import container, patches, spines

from rusoil_jupyter.figures.units import plain
from rusoil_jupyter.figures.values.description import AxisName, Reference
from rusoil_jupyter_kernel.figures import recording
from rusoil_jupyter_kernel.figures.mpl.legends import hexed
from rusoil_jupyter_kernel.figures.mpl.sheet import Mark, Sheet, floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_BINS = 3  # bars that touch are a histogram from here on, or where their widths differ


def read_bars(sheet: Sheet) -> None:
    """The bars of each container; they are a histogram where ``Axes.hist`` drew them, or where they touch."""
    for one in sheet.axes.containers:
        if not isinstance(one, container.BarContainer):
            continue
        shown: list[Any] = list(one.patches)
        sheet.take(*shown)
        if not shown:
            continue
        boxes = floats([(p.get_x(), p.get_y(), p.get_width(), p.get_height()) for p in shown])
        along: Literal["x", "y"] = "y" if getattr(one, "orientation", "") == "horizontal" else "x"
        colour = hexed(shown[0].get_facecolor()) or hexed(shown[0].get_edgecolor())
        own = str(one.get_label() or "")
        label = plain(own if own and not own.startswith("_") else _label(sheet, shown, colour))
        sheet.marks.append(_bar_mark(sheet, boxes, along, label, colour, recording.of(shown[0])))


def _label(sheet: Sheet, shown: list[Any], colour: str) -> str:
    """The one label that patches have, else what the legend says of their colour."""
    own = {str(patch.get_label() or "") for patch in shown}
    named = [label for label in own if label and not label.startswith("_")]
    if len(named) == 1:
        return named[0]
    colours = {hexed(patch.get_facecolor()) for patch in shown}
    return sheet.legend.name(colour) if len(colours) == 1 else ""


def _bar_mark(
    sheet: Sheet, boxes: NDArray[np.float64], along: Literal["x", "y"], label: str, colour: str, record: Any
) -> Mark:
    place, value = (0, 1) if along == "x" else (1, 0)
    left, base = boxes[:, place], boxes[:, value]
    right, length = left + boxes[:, 2 + place], boxes[:, 2 + value]
    across = "y" if along == "x" else "x"
    columns = {across: length}
    if np.any(base != 0):
        columns["base"] = base
    is_hist = record is not None and record.kind == "hist"
    if is_hist and record.data["edges"].size == left.size + 1:  # bars of two sets stand beside each other
        left, right = record.data["edges"][:-1], record.data["edges"][1:]
    if is_hist or (sheet.ruler(along).axis.kind != "category" and _touch(left, right)):
        return Mark("histogram", {"left": left, "right": right, **columns}, label, colour, along)
    return Mark("bar", {along: (left + right) / 2, **columns}, label, colour, along)


def _touch(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    order = np.argsort(left)
    widths = (right - left)[order]
    if left.size < 2 or (left.size < FEWEST_BINS and np.allclose(widths, widths[0])):
        return False
    gaps = left[order][1:] - right[order][:-1]
    return bool(np.all(widths > 0) and np.all(np.abs(gaps) <= 1e-6 * np.abs(widths).max()))


def read_stairs(sheet: Sheet) -> None:
    """Histograms drawn as one outline: ``Axes.stairs``, and ``hist`` with a step type."""
    for patch in sheet.left(patches.StepPatch):
        values, edges, baseline = patch.get_data()
        sheet.take(patch)
        edges, values = floats(edges), floats(values)
        along: Literal["x", "y"] = "x" if patch.orientation == "vertical" else "y"
        colour = hexed(patch.get_edgecolor()) or hexed(patch.get_facecolor())
        columns = {"left": edges[:-1], "right": edges[1:]}
        base = np.broadcast_to(floats(0 if baseline is None else baseline), values.shape)
        columns["y" if along == "x" else "x"] = values - base
        if np.any(base != 0):
            columns["base"] = np.array(base)
        label = plain(sheet.label(patch, colour))
        sheet.marks.append(Mark("histogram", columns, label, colour, along))
    for patch in sheet.left(patches.Polygon):
        record = recording.of(patch)
        if record is not None and record.kind == "hist":
            sheet.take(patch)
            colour = hexed(patch.get_edgecolor()) or hexed(patch.get_facecolor())
            along = "y" if record.data.get("horizontal") else "x"
            columns = {"left": record.data["edges"][:-1], "right": record.data["edges"][1:]}
            columns["y" if along == "x" else "x"] = record.data["counts"]
            label = plain(sheet.label(patch, colour))
            sheet.marks.append(Mark("histogram", columns, label, colour, along))


def read_pies(sheet: Sheet) -> None:
    """Slices with their values as they were given; without a record of the call, as parts of the circle."""
    wedges = list(sheet.left(patches.Wedge))
    rings: dict[tuple[float, float, float], list[Any]] = {}
    for wedge in wedges:
        x, y = wedge.center
        rings.setdefault((float(x), float(y), float(wedge.r)), []).append(wedge)
    by_record: dict[int, list[Any]] = {}
    for wedge in wedges:
        record = recording.of(wedge)
        if record is not None and record.kind == "pie":
            by_record.setdefault(id(record), []).append(wedge)
    groups = list(by_record.values()) or list(rings.values())
    for group in groups:
        record = recording.of(group[0])
        turned = floats([abs(wedge.theta2 - wedge.theta1) / 360 for wedge in group])
        values, names = turned, [_wedge_name(wedge) for wedge in group]
        if record is not None and record.kind == "pie" and len(record.data["values"]) == len(group):
            values = record.data["values"]
            names = [name or given for name, given in zip(record.data["names"], names, strict=True)]
        names = [
            name or sheet.legend.name(hexed(w.get_facecolor())) for name, w in zip(names, group, strict=True)
        ]
        sheet.take(*wedges)
        names = [plain(name)[:500] for name in names]
        texts = [plain(text.get_text()) for text in sheet.axes.texts]
        if not any(names) and len(texts) >= len(group):
            names = texts[: len(group)]
        sheet.take(*sheet.axes.texts)
        sheet.marks.append(Mark("pie", {"y": values}, names=tuple(names)))


def _wedge_name(wedge: Any) -> str:
    label = str(wedge.get_label() or "")
    return "" if label.startswith("_") else label


def read_spans(sheet: Sheet, x: AxisName, y: AxisName) -> None:
    """``axvspan`` and ``axhspan``."""
    for patch in sheet.left(patches.Rectangle, patches.Polygon):
        for axis, name, transform in (
            ("x", x, sheet.axes.get_xaxis_transform(which="grid")),
            ("y", y, sheet.axes.get_yaxis_transform(which="grid")),
        ):
            if patch.get_data_transform() != transform:
                continue
            sheet.take(patch)
            if isinstance(patch, patches.Rectangle):
                begin = patch.get_x() if axis == "x" else patch.get_y()
                end = begin + (patch.get_width() if axis == "x" else patch.get_height())
            else:
                column = floats(patch.get_xy())[:, 0 if axis == "x" else 1]
                begin, end = column.min(), column.max()
            ruler = sheet.ruler("x" if axis == "x" else "y")
            colour = hexed(patch.get_facecolor())
            reference = Reference(
                axis=name,
                value=ruler.cell(float(begin)),
                end=ruler.cell(float(end)),
                label=plain(sheet.label(patch, colour))[:500],
            )
            sheet.references.append(reference)


def read_loose(sheet: Sheet) -> None:
    """Rectangles that were added one by one, and shapes: said to be there, not measured."""
    loose = [
        patch
        for patch in sheet.left(patches.Patch)
        if sheet.in_data(patch) and not _is_box(patch) and not _is_sample(patch)
    ]
    for patch in loose:
        sheet.take(patch)
    polygons = [patch for patch in loose if isinstance(patch, patches.Polygon)]
    for patch in polygons[:20]:
        colour = hexed(patch.get_facecolor()) or hexed(patch.get_edgecolor())
        xy = floats(patch.get_xy())
        label = plain(sheet.label(patch, colour))
        sheet.marks.append(Mark("line", {"x": xy[:, 0], "y": xy[:, 1]}, label, colour))
    others = [patch for patch in loose if not isinstance(patch, patches.Polygon)]
    if others:
        labels = {plain(sheet.label(patch, "")) for patch in others}
        sheet.marks.append(Mark("other", {}, labels.pop() if len(labels) == 1 else ""))


def _is_sample(patch: Any) -> bool:
    """Whether it has no size: seaborn's legends are made from such."""
    return isinstance(patch, patches.Rectangle) and patch.get_width() == 0 == patch.get_height()


def _is_box(patch: Any) -> bool:
    """Whether it only frames or points: boxes of texts, arrows, the edges of the panel."""
    return isinstance(patch, patches.FancyBboxPatch | patches.FancyArrowPatch | spines.Spine)
