"""What is written on a figure, and what a diagram connects."""

from __future__ import annotations

import pytest

from rusoil_jupyter.figures.query import CannotAnswer, answer
from rusoil_jupyter.figures.values.flat import Flat
from tests.core.figures.words.samples import SAMPLES


def ask(name, **query):
    return answer(SAMPLES[name](), Flat(**query).query())


@pytest.mark.parametrize(
    ("name", "query", "value"),
    [
        ("production", {"op": "title"}, "Динамика добычи"),
        ("waves", {"op": "title"}, "Signals"),
        ("waves", {"op": "title", "panel": "b"}, "Cosine"),
        ("permeability", {"op": "title"}, None),
        ("production", {"op": "type"}, "line"),
        ("pie", {"op": "type"}, "pie"),
        ("scheme", {"op": "type"}, "diagram"),
        ("production", {"op": "series"}, 3.0),
        ("waves", {"op": "panels"}, 3.0),
        ("production", {"op": "axis", "axis": "y"}, "Дебит, м³/сут"),
        ("rates", {"op": "axis", "series": "cut"}, "Water cut, %"),
        ("sales", {"op": "references"}, 60.0),
        ("sales", {"op": "notes"}, "record month"),
        ("scheme", {"op": "nodes"}, 5.0),
        ("scheme", {"op": "edges"}, 4.0),
        ("scheme", {"op": "path", "node": "w", "to": "t"}, 3.0),
        ("scheme", {"op": "path", "node": "t", "to": "w"}, None),
    ],
)
def test_a_question_to_what_is_written(name, query, value):
    assert ask(name, **query).value == value


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ({"op": "neighbours", "node": "s"}, ("Насос", "Факел")),
        ({"op": "neighbours", "to": "p"}, ("Сепаратор",)),
        ({"op": "neighbours", "node": "s", "to": "s"}, ("Скважина", "Насос", "Факел")),
        ({"op": "neighbours", "node": "Насос"}, ("Резервуар",)),
        ({"op": "path", "node": "w", "to": "f"}, ("Скважина", "Сепаратор", "Факел")),
        ({"op": "edges", "node": "s", "to": "f"}, ("газ",)),
    ],
)
def test_a_diagram_knows_what_it_connects(query, items):
    assert ask("scheme", **query).items == items


def test_the_range_of_an_axis_is_in_the_details():
    found = ask("well_log", op="axis", axis="x", panel="rt")
    assert (found.details["from"], found.details["to"], found.details["scale"]) == (1.0, 100.0, "log")


def test_the_colour_and_kind_of_a_series_are_told():
    found = ask("production", op="series", series="oil")
    assert (found.series, found.points[0].value) == ("Дебит нефти", "#d62728")


@pytest.mark.parametrize(
    "query", [{"op": "path", "node": "w", "to": "x"}, {"op": "neighbours"}, {"op": "path", "node": "w"}]
)
def test_a_box_that_is_not_there_or_not_named_is_refused(query):
    with pytest.raises(CannotAnswer):
        ask("scheme", **query)


def test_a_chart_is_no_diagram_and_a_diagram_no_chart():
    with pytest.raises(CannotAnswer):
        ask("sales", op="nodes")
    with pytest.raises(CannotAnswer):
        ask("scheme", op="maximum")
