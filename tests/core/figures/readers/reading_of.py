"""Short words for what a reading holds, for tests."""

from __future__ import annotations

from typing import Any

from rusoil_jupyter.figures.reading import Reading, axis_of, cell_of
from rusoil_jupyter.figures.values.description import Panel, Series


def series(reading: Reading | None, kind: str = "", label: str | None = None) -> tuple[Panel, Series]:
    """The only series of that kind and label, and its panel."""
    assert reading is not None
    found = [
        (panel, one)
        for panel in reading.description.panels
        for one in panel.series
        if kind in {"", one.kind} and label in {None, one.label}
    ]
    assert len(found) == 1, [(one.kind, one.label) for _panel, one in found]
    return found[0]


def column(reading: Reading | None, name: str, kind: str = "", label: str | None = None) -> list[Any]:
    """A column of it, as a person would see it: six digits, dates as texts, categories by their labels."""
    assert reading is not None
    panel, one = series(reading, kind, label)
    axis = axis_of(panel, one, name)
    return [cell_of(number, axis) for number in reading.table(one.id)[name].tolist()]


def rows(
    reading: Reading | None, *names: str, kind: str = "", label: str | None = None
) -> list[tuple[Any, ...]]:
    """Several columns side by side, in order."""
    columns = [column(reading, name, kind, label) for name in names]
    return sorted(zip(*columns, strict=True), key=lambda row: [str(cell) for cell in row])


def edges(reading: Reading | None) -> list[tuple[str, str, str]]:
    """A diagram's connections by the labels of their ends."""
    assert reading is not None and reading.description.diagram is not None
    labels = {node.id: node.label for node in reading.description.diagram.nodes}
    return [(labels[e.source], labels[e.target], e.label) for e in reading.description.diagram.edges]
