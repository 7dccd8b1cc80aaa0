"""A figure's numbers as tables and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.tasks import tables as module
from rusoil_jupyter.figures.tasks.tables import as_csv, tables
from rusoil_jupyter.figures.values.description import (
    Axis,
    Diagram,
    Edge,
    FigureDescription,
    Node,
    Panel,
    Series,
)
from rusoil_jupyter.figures.values.interpretation import FigureTable
from tests.core.figures.experts.drawing import axis, figure


def test_the_independent_column_comes_first_with_labels_and_units():
    reading = figure("Время, сут", "Дебит, м³/сут", {"Скв. 1": ([0.0, 1.0], [10.0, 9.123456789])})
    (table,) = tables(reading)
    assert table == FigureTable(
        series="Скв. 1",
        columns=("Время, сут", "Дебит, м³/сут"),
        units=("сут", "м³/сут"),
        rows=((0.0, 10.0), (1.0, 9.123456789)),
    )


def test_depth_comes_first_in_a_log():
    depth = axis("Глубина, м", [1000.0, 1001.0], inverted=True)
    (table,) = tables(figure("ГК", depth, {"": ([50.0, 60.0], [1000.0, 1001.0])}, along="y"))
    assert table.columns[0] == "Глубина, м"
    assert table.rows[0] == (1000.0, 50.0)


def test_dates_and_categories_are_texts_and_gaps_are_empty():
    start = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    dates = axis("Дата", [start], kind="date")
    (table,) = tables(figure(dates, "q", {"": ([start, start + 86400], [1.0, np.nan])}))
    assert table.rows == (("2024-01-01", 1.0), ("2024-01-02", None))


def test_slices_have_their_names():
    pie = Series(id="s", kind="pie", names=("нефть", "газ"), values={"y": (3.0, 1.0)}, n=2)
    (table,) = tables(Reading(FigureDescription(panels=(Panel(id="p", series=(pie,)),))))
    assert table.rows == (("нефть", 3.0), ("газ", 1.0))


def test_a_long_series_is_bounded_and_says_so():
    n = 1_000_000
    (table,) = tables(figure("x", "y", {"long": (np.arange(n), np.arange(n))}))
    assert len(table.rows) == module.MOST_ROWS
    assert table.rows[-1] == (n - 1, n - 1)
    assert table.series == f"long ({module.MOST_ROWS} of {n} points)"


def test_all_tables_together_are_bounded():
    curves = {f"s{i}": (np.arange(5000), np.arange(5000)) for i in range(60)}
    made = tables(figure("x", "y", curves))
    assert sum(len(table.rows) * len(table.columns) for table in made) <= module.MOST_CELLS


def test_a_diagram_is_its_boxes_and_connections():
    diagram = Diagram(nodes=(Node(id="a", label="Скважина"),), edges=(Edge(source="a", target="b"),))
    made = tables(Reading(FigureDescription(diagram=diagram)))
    assert [table.rows for table in made] == [(("a", "Скважина", ""),), (("a", "b", ""),)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_text_that_a_spreadsheet_would_compute_is_defused(start):
    bad = start + "cmd|'/C calc'!A0"
    table = FigureTable(series="s", columns=(bad, "y"), units=("", "м"), rows=((bad, -1.5),))
    head, row = csv.reader(io.StringIO(as_csv(table), newline=""))
    assert head == ["'" + bad, "y, м"]
    assert row == ["'" + bad, "-1.5"]


@given(st.lists(st.tuples(st.text(max_size=20), st.floats(allow_nan=False)), max_size=5))
def test_what_csv_says_can_be_read_back(rows):
    table = FigureTable(series="s", columns=("a", "b"), units=("", ""), rows=tuple(rows))
    back = list(csv.reader(io.StringIO(as_csv(table), newline="")))[1:]
    assert [(text.removeprefix("'"), float(number)) for text, number in back] == [
        (text.removeprefix("'"), number) for text, number in rows
    ]


def test_a_figure_without_numbers_has_no_tables():
    panel = Panel(id="p", axes={"x": Axis()}, series=(Series(id="s", kind="image"),))
    assert tables(Reading(FigureDescription(panels=(panel,)))) == ()
