"""The numbers of a figure as tables, and a table as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from rusoil_jupyter.figures.reading import axis_of, cell_of
from rusoil_jupyter.figures.values.interpretation import FigureTable
from rusoil_jupyter.i18n import _

if TYPE_CHECKING:
    from rusoil_jupyter.figures.reading import Reading
    from rusoil_jupyter.figures.values.description import Axis, Cell, Diagram, Panel, Series

MOST_ROWS = 5000  # of one table; of more, so many evenly spread ones
MOST_TABLES = 100
MOST_CELLS = 200_000  # of all tables together
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet computes


def tables(reading: Reading) -> tuple[FigureTable, ...]:
    """One table for each series that has numbers, the independent column first; of a diagram its boxes and
    edges.

    A series of more than ``MOST_ROWS`` points, or of which the description kept a sample only, says so in
    its name.
    """
    made: list[FigureTable] = []
    room = MOST_CELLS
    for panel in reading.description.panels:
        for series in panel.series:
            if len(made) >= MOST_TABLES or room <= 0:
                break
            table = _table(reading, panel, series, room)
            if table is not None:
                made.append(table)
                room -= len(table.rows) * len(table.columns)
    if reading.description.diagram is not None:
        made += _of_diagram(reading.description.diagram)
    return tuple(made)


def as_csv(table: FigureTable) -> str:
    """A table as CSV (RFC 4180) with units in the head; texts that would be formulas begin with an
    apostrophe.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    names = [
        f"{column}, {unit}" if unit and unit not in column else column
        for column, unit in zip(table.columns, table.units, strict=True)
    ]
    writer.writerow([_defused(name) for name in names])
    for row in table.rows:
        writer.writerow(["" if cell is None else _defused(cell) for cell in row])
    return target.getvalue()


def _defused(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return "'" + cell
    return cell


def _table(reading: Reading, panel: Panel, series: Series, room: int) -> FigureTable | None:
    columns = reading.table(series.id).columns
    length = max((len(column) for column in columns.values()), default=0)
    named = len(series.names) == length and length > 0
    columns = {name: column for name, column in columns.items() if len(column) == length}
    if not length or not columns:
        return None
    first = [name for name in (series.along, "left", "right") if name in columns]
    order = [*first, *(name for name in columns if name not in first)]
    most = max(1, min(MOST_ROWS, room // (len(order) + named)))
    kept = np.arange(length)
    if length > most:
        kept = np.unique(np.linspace(0, length - 1, most).round().astype(int))
    axes = {name: axis_of(panel, series, name) for name in order}
    cells: list[list[Cell]] = []
    for row in kept:
        values: list[Cell] = [_cell(float(columns[name][row]), axes[name]) for name in order]
        cells.append([series.names[row], *values] if named else values)
    heads = [_head(name, series, axes[name]) for name in order]
    units = [axis.unit if axis is not None else "" for axis in (axes[name] for name in order)]
    if named:
        heads, units = [_("name"), *heads], ["", *units]
    title = series.label or panel.title or series.id
    whole = max(series.n, length)
    if len(kept) < whole:
        title = _("{name} ({kept} of {n} points)").format(name=title, kept=len(kept), n=whole)
    return FigureTable(
        series=title, columns=tuple(heads), units=tuple(units), rows=tuple(tuple(row) for row in cells)
    )


def _cell(number: float, axis: Axis | None) -> Cell:
    if axis is not None and axis.kind != "number":
        return cell_of(number, axis)
    return float(f"{number:.12g}") if np.isfinite(number) else None


def _head(name: str, series: Series, axis: Axis | None) -> str:
    if name in {"x", "y"} and axis is not None and axis.label:
        return axis.label
    if name in {"x", "y"} and name != series.along and series.label:
        return series.label
    return name


def _of_diagram(diagram: Diagram) -> list[FigureTable]:
    boxes = tuple((node.id, node.label, node.group) for node in diagram.nodes[:MOST_ROWS])
    edges = tuple((edge.source, edge.target, edge.label) for edge in diagram.edges[:MOST_ROWS])
    made = []
    if boxes:
        columns = (_("id"), _("label"), _("group"))
        made.append(FigureTable(series=_("boxes"), columns=columns, units=("", "", ""), rows=boxes))
    if edges:
        columns = (_("from"), _("to"), _("label"))
        made.append(FigureTable(series=_("connections"), columns=columns, units=("", "", ""), rows=edges))
    return made
