"""Readings made by hand, as a describer would make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from rusoil_jupyter.figures.budget import summarised
from rusoil_jupyter.figures.reading import Reading, cell_of
from rusoil_jupyter.figures.units import parted
from rusoil_jupyter.figures.values.description import Axis, FigureDescription, Note, Panel, Reference, Series


def axis(label: str, values: Any = (0.0, 1.0), **more: Any) -> Axis:
    bare = Axis(label=label, unit=parted(label)[1], **more)
    if bare.range is not None or bare.kind == "category":
        return bare
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    ends = (cell_of(float(finite.min()), bare), cell_of(float(finite.max()), bare))
    return bare.model_copy(update={"range": ends})


def figure(
    x: Axis | str,
    y: Axis | str,
    curves: Mapping[str, tuple[Any, Any]],
    *,
    kind: Any = "line",
    along: Any = "x",
    notes: Sequence[str] = (),
    references: Sequence[Reference] = (),
    title: str = "",
    saved: bool = False,
) -> Reading:
    """One panel; ``curves`` are pairs of arrays by their labels."""
    xs, ys = (np.concatenate([np.ravel(pair[i]) for pair in curves.values()]) for i in (0, 1))
    axes = {
        "x": axis(x, xs) if isinstance(x, str) else x,
        "y": axis(y, ys) if isinstance(y, str) else y,
    }
    arrays, series = {}, []
    for place, (label, pair) in enumerate(curves.items()):
        columns = {"x": np.asarray(pair[0], dtype=float), "y": np.asarray(pair[1], dtype=float)}
        arrays[f"s{place}"] = columns
        bare = Series(id=f"s{place}", kind=kind, label=label, along=along)
        series.append(summarised(bare, columns, axes))
    panel = Panel(
        id="p1",
        title=title,
        axes=axes,
        series=tuple(series),
        notes=tuple(Note(text=text) for text in notes),
        references=tuple(references),
    )
    return Reading(FigureDescription(panels=(panel,)), {} if saved else arrays)
