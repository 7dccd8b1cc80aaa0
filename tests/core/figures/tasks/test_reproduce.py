"""A figure as code: the code runs in a process of its own, and what it draws has the same numbers."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.tasks import reproduce
from rusoil_jupyter.figures.values.description import (
    Axis,
    Diagram,
    FigureDescription,
    Note,
    Panel,
    Reference,
    Series,
)
from tests.core.figures.experts.drawing import axis, figure

T = np.linspace(0.1, 9.7, 25)
RUNNER = """
import json, sys
from rusoil_jupyter_kernel.figures import recording
recording.start()
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from rusoil_jupyter_kernel.figures.mpl import read
plt.show = lambda: None
answers = []
for code in json.load(sys.stdin):
    plt.close("all")
    exec(compile(code, "figure", "exec"), {})
    figure = plt.gcf()
    figure.canvas.draw()
    reading = read(figure)
    arrays = {k: {n: list(map(float, c)) for n, c in v.items()} for k, v in reading.arrays.items()}
    answers.append({"description": reading.description.to_json(), "arrays": arrays})
json.dump(answers, sys.stdout)
"""


def one_series(kind, columns, axes=None, **more):
    n = len(next(iter(columns.values())))
    values = {name: tuple(map(float, column)) for name, column in columns.items()}
    series = Series(id="s", kind=kind, label="ряд", n=n, values=values, **more)
    panel = Panel(id="p", axes=axes or {"x": Axis(label="x"), "y": Axis(label="y")}, series=(series,))
    return Reading(FigureDescription(panels=(panel,)))


def dated():
    start = datetime(2023, 5, 1, tzinfo=UTC).timestamp()
    days = start + 86400 * np.arange(25.0)
    return figure(axis("Дата", days, kind="date"), "Дебит, м³/сут", {"Скв. 1": (days, 100 - T)})


def categories():
    x = axis("Пласт", kind="category", categories=("Д1", "Д2", "Б2"))
    return figure(x, "Дебит, м³/сут", {"a": ([0.0, 1.0, 2.0], [5.0, 7.0, 3.0])}, kind="bar")


def grid():
    x, y = (part.ravel() for part in np.meshgrid([1.0, 2.0, 3.0], [10.0, 20.0]))
    return one_series("heatmap", {"x": x, "y": y, "z": x * y})


def two_panels():
    left = figure("Время, сут", "q, м³/сут", {"a": (T, 100 - T)}, title="слева").description.panels[0]
    down = axis("Глубина, м", 1000 + T, inverted=True)
    right = figure("ГК", down, {"b": (50 + T, 1000 + T)}, along="y").description.panels[0]
    series = (right.series[0].model_copy(update={"id": "other"}),)
    right = right.model_copy(update={"id": "p2", "column": 2, "series": series})
    return Reading(FigureDescription(title="Оба", panels=(left, right)))


def twin():
    reading = figure("Время, сут", "q, м³/сут", {"a": (T, 100 - T), "b": (T, 10 + T)})
    panel = reading.description.panels[0]
    second = panel.series[1].model_copy(update={"y": "y2"})
    axes = {**panel.axes, "y2": axis("p, МПа", 10 + T)}
    panel = panel.model_copy(update={"axes": axes, "series": (panel.series[0], second), "has_legend": True})
    return Reading(FigureDescription(panels=(panel,)), reading.arrays)


def marked():
    notes, references = ["просто текст"], [Reference(axis="y", value=95.0, label="предел")]
    reading = figure("x", "y", {"a": (T, 100 - T)}, notes=notes, references=references)
    panel = reading.description.panels[0]
    panel = panel.model_copy(update={"notes": (*panel.notes, Note(text="здесь", x=5, y=95))})
    span = Reference(axis="x", value=2.0, end=3.0)
    panel = panel.model_copy(update={"references": (*panel.references, span)})
    return Reading(FigureDescription(panels=(panel,)), reading.arrays)


READINGS = {
    "line": figure("Время, сут", "Дебит, м³/сут", {"Скв. 1": (T, 100 / (1 + T)), "Скв. 2": (T, T**2)}),
    "log axes": figure(axis("t", T, scale="log"), axis("p", T, scale="log"), {"a": (T, T**0.5)}),
    "scatter": figure("x", "y", {"a": (T, np.sin(T))}, kind="scatter"),
    "gaps": figure("x", "y", {"a": (T, np.where(T > 5, np.nan, T))}),
    "dates": dated(),
    "categories": categories(),
    "two panels": two_panels(),
    "twin": twin(),
    "bars": one_series("bar", {"x": [1, 2], "y": [3, 4], "base": [0, 1], "width": [0.5, 0.5]}),
    "lying bars": one_series("bar", {"y": [1, 2], "x": [3, 4]}, along="y"),
    "histogram": one_series("histogram", {"left": [0, 1, 2], "right": [1, 2, 4], "y": [3, 9, 2]}),
    "errors": one_series("errorbar", {"x": [1, 2], "y": [3, 4], "low": [2.5, 3], "high": [4, 5]}),
    "band": one_series("band", {"x": [1, 2, 3], "low": [1, 0.5, 1], "high": [2, 3, 4]}),
    "box": one_series(
        "box", {"x": [1, 2], "low": [0, 1], "q1": [1, 2], "median": [2, 3], "q3": [3, 4], "high": [4, 9]}
    ),
    "pie": one_series("pie", {"y": [3, 1]}, names=("нефть", "газ")),
    "heatmap": grid(),
    "step": one_series("step", {"x": [1, 2, 3], "y": [3, 1, 2]}),
    "stem": one_series("stem", {"x": [1, 2, 3], "y": [3, 1, 2]}),
    "area": one_series("area", {"x": [1, 2, 3], "y": [3, 1, 2]}),
    "violin": one_series("violin", {"x": [1, 2], "low": [0, 1], "high": [4, 9]}),
    "vector": one_series("vector", {"x": [1, 2], "y": [0, 1], "u": [1, 0], "v": [0, 1]}),
    "surface": one_series("surface", {"x": [1, 2, 3], "y": [0, 1, 0], "z": [1, 0, 2]}),
    "marks": marked(),
}
SAME_KIND = {
    "line",
    "scatter",
    "bar",
    "histogram",
    "errorbar",
    "band",
    "box",
    "pie",
    "heatmap",
    "step",
    "stem",
    "area",
}
EVIL = "'); __import__('os').remove('x') #\n\"\"\" $\\frac$ \x00"


def ran(codes):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUNNER],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        timeout=150,
        env={**os.environ, "MPLBACKEND": "agg"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def drawn():
    """Each figure drawn by its code, and read from the artists again."""
    answers = ran([reproduce.code(reading) for reading in READINGS.values()])
    return dict(zip(READINGS, answers, strict=True))


@pytest.mark.parametrize("name", READINGS)
def test_the_code_draws_the_same_numbers(drawn, name):
    reading, again = READINGS[name], drawn[name]
    before = [s for panel in reading.description.panels for s in panel.series]
    after = [s for panel in again["description"]["panels"] for s in panel.get("series", [])]
    for series in before:
        if series.kind not in SAME_KIND:
            continue
        alike = [one for one in after if one["kind"] == series.kind]
        assert alike, f"no {series.kind} among {[one['kind'] for one in after]}"
        table = reading.table(series.id)
        differences = []
        for one in alike:
            columns = again["arrays"][one["id"]]
            shared = [key for key in table.columns if key in columns and key not in {"base", "width"}]
            assert shared
            same = all(
                np.array_equal(np.shape(columns[key]), np.shape(table[key]))
                and np.allclose(np.sort(columns[key]), np.sort(table[key]), rtol=1e-9, equal_nan=True)
                for key in shared
            )
            differences.append(not same)
        assert not all(differences), f"{series.id} of {name}"


@pytest.mark.parametrize("name", ["line", "dates", "two panels", "twin", "log axes", "categories"])
def test_the_code_keeps_labels_scales_units_and_directions(drawn, name):
    again = drawn[name]["description"]["panels"]
    for panel, after in zip(READINGS[name].description.panels, again, strict=True):
        assert after.get("title", "") == panel.title
        for axis_name, before in panel.axes.items():
            now = after["axes"][axis_name]
            for field in ("label", "unit", "scale", "inverted", "kind", "categories"):
                default = getattr(Axis(), field)
                value = now.get(field, default)
                assert (tuple(value) if field == "categories" else value) == getattr(before, field)
            if before.range and before.kind == "number":
                assert now["range"] == pytest.approx(before.range, rel=1e-5)


def test_marks_and_notes_are_drawn(drawn):
    (panel,) = drawn["marks"]["description"]["panels"]
    assert {note["text"] for note in panel["notes"]} >= {"просто текст", "здесь"}
    assert any(mark["value"] == 95 for mark in panel["references"])


def test_texts_of_a_figure_are_nothing_but_texts():
    panel = Panel(
        id="p",
        title=EVIL,
        legend_title=EVIL,
        has_legend=True,
        axes={"x": Axis(label=EVIL, kind="category", categories=(EVIL, "b")), "y": Axis(label=EVIL)},
        series=(
            Series(id="s", kind="bar", label=EVIL, colour=EVIL[:30], n=2, values={"x": (0, 1), "y": (1, 2)}),
            Series(id="t", kind="pie", names=(EVIL, "b"), n=2, values={"y": (1, 2)}),
        ),
        references=(Reference(axis="y", value=1.0, label=EVIL),),
        notes=(Note(text=EVIL),),
    )
    code = reproduce.code(Reading(FigureDescription(title=EVIL, panels=(panel,))))
    names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    assert "__import__" not in names
    imported = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [alias.name for node in imported for alias in node.names] == ["matplotlib.pyplot", "numpy"]


@given(st.text(max_size=60))
def test_any_text_is_a_literal(words):
    assert ast.literal_eval(reproduce.text(words)) == words.replace("$", "\\$")


def test_a_million_points_are_thinned_and_a_comment_says_so():
    n = 1_000_000
    code = reproduce.code(figure("x", "y", {"a": (np.arange(n), np.arange(n))}))
    assert f"# {reproduce.MOST_POINTS} of {n} points" in code
    assert len(code) < 100_000


@pytest.mark.parametrize("description", [FigureDescription(), FigureDescription(diagram=Diagram())])
def test_a_figure_without_numbers_has_no_code(description):
    with pytest.raises(InvalidRequest) as refused:
        reproduce.code(Reading(description))
    assert refused.value.next_step
