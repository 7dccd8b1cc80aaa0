"""A reading of a plain matplotlib figure, without the kernel's describer: lines, labels, references,
texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.dates as mdates
import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.description import Axis, FigureDescription, Note, Panel, Reference, Series
from rusoil_jupyter.figures.reading import Reading, cell_of
from rusoil_jupyter.figures.units import parted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def reading_of(figure: Figure) -> Reading:
    arrays: dict[str, Any] = {}
    panels = tuple(_panel(place, axes, arrays) for place, axes in enumerate(figure.axes))
    return Reading(FigureDescription(panels=panels), arrays)


def _axis(axis: Any, scale: str, limits: tuple[float, float]) -> Axis:
    label = axis.get_label_text()
    dates = isinstance(axis.get_converter(), mdates._SwitchableDateConverter)
    low, high = sorted(map(float, limits))
    kind = "date" if dates else "number"
    ends = (low * 86400, high * 86400) if dates else (low, high)
    bare = Axis(kind=kind)
    return Axis(
        label=label,
        unit=parted(label)[1],
        kind=kind,
        scale=scale,
        inverted=limits[0] > limits[1],
        range=(cell_of(ends[0], bare), cell_of(ends[1], bare)),
    )


def _panel(place: int, axes: Axes, arrays: dict[str, Any]) -> Panel:
    scales = {
        "x": _axis(axes.xaxis, axes.get_xscale(), axes.get_xlim()),
        "y": _axis(axes.yaxis, axes.get_yscale(), axes.get_ylim()),
    }
    if not scales["y"].label:
        shared = [other for other in axes.get_shared_y_axes().get_siblings(axes) if other.get_ylabel()]
        if shared:
            unit = parted(shared[0].get_ylabel())[1]
            scales["y"] = scales["y"].model_copy(update={"label": shared[0].get_ylabel(), "unit": unit})
    series, references = [], []
    for number, line in enumerate(axes.lines):
        label = "" if str(line.get_label()).startswith("_") else str(line.get_label())
        raw = [np.asarray(axis, dtype=float) for axis in line.get_xydata().T]
        if len(raw[0]) == 2 and list(raw[0]) == [0, 1] and raw[1][0] == raw[1][1]:
            references.append(Reference(axis="y", value=float(raw[1][0]), label=label))
            continue
        if scales["x"].kind == "date":
            raw[0] = raw[0] * 86400
        name = f"a{place}l{number}"
        along = "y" if scales["y"].inverted else "x"
        columns = {"x": raw[0], "y": raw[1]}
        arrays[name] = columns
        kind = "scatter" if line.get_linestyle() in {"None", ""} else "line"
        series.append(summarised(Series(id=name, kind=kind, label=label, along=along), columns, scales))
    notes = tuple(Note(text=text.get_text()) for text in axes.texts)
    return Panel(
        id=f"a{place}",
        title=axes.get_title(),
        axes=scales,
        series=tuple(series),
        references=tuple(references),
        notes=notes,
        has_legend=axes.get_legend() is not None,
    )
