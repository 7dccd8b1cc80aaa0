"""Code that is made from a description holds its numbers and literals, and no word that stood in it."""

from __future__ import annotations

import ast
import json
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter.errors import InvalidRequest
from rusoil_jupyter.figures.reading import Reading
from rusoil_jupyter.figures.tasks import checks, reproduce
from rusoil_jupyter.figures.values import description as described
from rusoil_jupyter.figures.values.description import COLUMNS, FigureDescription
from tests import cases

CASE = json.loads(cases.read("security/08-code-from-a-figure/input.json"))
HOSTILE = [
    *CASE["columns"],
    "y\nimport os",
    "y # ",
    "a[f()]",
    "os.system('id')",
    "__import__('os')",
    "ｅｘｅｃ",  # Python folds it into exec
    "ｘ",  # and this into x
    "np",
    "nan",
    "ax",
    "fig",
    "print",
    "len",
    "range",
    "None",
    "class",
    "*y",
    "y, z",
    "y: int",
    "(y)",
    "",
    " ",
    "X",
    "columns",
    "'); __import__('os').remove('x') #",
    '"""',
    "\\",
    "{x}",
    "\x00",
    "$\\frac$",
    "\u202e",
    "\u2028import os",
]
IMPORTS = ["import matplotlib.pyplot as plt", "import numpy as np"]
MADE = {"fig", "ax", "right_axes", "top_axes", "other_axes", "points", "columns", "rows", "grid", "cells"}
MADE |= {"boxes", "nan"}
READ = MADE | COLUMNS | {"plt", "np", "i", "v", "range", "len", "float", "line", "colour", "zip"}
_CALLED = """
figure add_subplot suptitle tight_layout show twinx twiny set_title get_legend_handles_labels legend
set_xlabel set_ylabel set_zlabel set_xscale set_yscale set_xticks set_yticks set_xlim set_ylim
invert_xaxis invert_yaxis annotate text axvspan axhspan axvline axhline colorbar plot step scatter
stem fill_between fill_betweenx bar barh errorbar hlines vlines bxp pie pcolormesh contourf
tricontourf quiver array datetime64 unique lexsort reshape sqrt maximum asarray range len float zip
gcf remove autoscale tick_params update_layout update_xaxes update_yaxes set_color
"""
CALLED = _CALLED.split()
NODES = (
    *(ast.Module, ast.Expr, ast.Assign, ast.If, ast.For, ast.Call, ast.keyword, ast.Attribute, ast.Name),
    *(ast.Load, ast.Store, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.comprehension),
    *(ast.Subscript, ast.Lambda, ast.arguments, ast.arg, ast.Import, ast.alias),
    *(ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Compare, ast.cmpop),
)


def see_that_it_only_draws(code: str) -> None:
    """Every statement, name and call is one of ours; whatever else is in the code is a literal."""
    tree = ast.parse(code)
    imports = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports in (IMPORTS, [])
    for node in ast.walk(tree):
        assert isinstance(node, NODES), ast.dump(node)
        if isinstance(node, ast.Name):
            assert node.id in (READ if isinstance(node.ctx, ast.Load) else READ - IMPORTED)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            assert name in CALLED, name
            root = ast.unparse(node.func).split(".")[0].split("[")[0].split("(")[0]
            assert root in READ, root


IMPORTED = {"plt", "np", "range", "len", "float", "zip"}  # never given another meaning


def drawn(description: FigureDescription) -> str:
    try:
        return reproduce.code(Reading(description))
    except InvalidRequest:
        return ""


def of_series(kind: str, names: list[str], **more: Any) -> FigureDescription:
    """A figure of one series with these columns."""
    values = {name: [1, 2] for name in names}
    series = {"id": "s1", "kind": kind, "n": 2, "values": values, **more}
    panel = {"id": "p1", "series": [series], "axes": {"x": {"label": "t"}, "y": {"label": "q"}}}
    return FigureDescription.model_validate({"panels": [panel]})


@pytest.mark.parametrize("column", HOSTILE)
def test_a_column_that_no_description_has_is_left_out(column: str) -> None:
    figure = json.loads(json.dumps(CASE["figure"]))
    figure["panels"][0]["series"][0]["values"][column] = [1, 2]
    code = drawn(FigureDescription.model_validate(figure))
    see_that_it_only_draws(code)
    assert code == drawn(FigureDescription.model_validate(CASE["figure"]))


@pytest.mark.parametrize("kind", get_args(described.SeriesKind))
def test_no_code_names_a_column_that_the_series_has_not(kind: str) -> None:
    for along, missing in product("xy", COLUMNS):
        code = drawn(of_series(kind, sorted(COLUMNS - {missing}), along=along))
        names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        assert {node.id for node in names} & COLUMNS <= made


def test_axes_on_the_other_side_keep_their_name_beside_a_histogram() -> None:
    code = drawn(of_series("histogram", ["left", "right", "y"], y="y2"))
    assert "right_axes = ax.twinx()" in code and "right_axes.bar(left, y, width=right - left" in code


words = st.sampled_from(HOSTILE) | st.text(max_size=30)
cells = st.none() | st.floats(allow_nan=False) | words
columns = st.dictionaries(
    st.sampled_from(sorted(COLUMNS)) | words.filter(lambda name: len(name) <= 64),
    st.lists(cells, min_size=1, max_size=3).map(tuple),
    max_size=8,
)
axes = st.fixed_dictionaries(
    {},
    optional={
        "label": words,
        "unit": words,
        "kind": st.sampled_from(get_args(described.AxisKind)),
        "scale": st.sampled_from(get_args(described.Scale)),
        "inverted": st.booleans(),
        "range": st.tuples(cells, cells),
        "categories": st.lists(words, max_size=3),
    },
)
axis_names = st.sampled_from(get_args(described.AxisName))
series = st.fixed_dictionaries(
    {"id": st.sampled_from(["s1", "s2", "y;z"]), "kind": st.sampled_from(get_args(described.SeriesKind))},
    optional={
        "label": words,
        "colour": words.filter(lambda text: len(text) <= 30) | st.just("#aabbcc"),
        "x": axis_names,
        "y": axis_names,
        "along": st.sampled_from("xy"),
        "n": st.integers(0, 10**30),
        "names": st.lists(words, max_size=3),
        "stack": words,
        "sampled": st.booleans(),
        "values": columns,
    },
)
panels = st.fixed_dictionaries(
    {"id": st.just("p"), "series": st.lists(series, max_size=3)},
    optional={
        "title": words,
        "row": st.integers(),
        "column": st.integers(),
        "axes": st.dictionaries(axis_names, axes, max_size=4),
        "references": st.lists(
            st.fixed_dictionaries({"axis": axis_names, "value": cells, "end": cells, "label": words}),
            max_size=2,
        ),
        "notes": st.lists(st.fixed_dictionaries({"text": words, "x": cells, "y": cells}), max_size=2),
        "legend_title": words,
        "has_legend": st.booleans(),
    },
)
figures = st.fixed_dictionaries(
    {"panels": st.lists(panels, max_size=3)},
    optional={
        "title": words,
        "library": st.sampled_from(get_args(described.Library)),
        "size": st.tuples(st.integers(), st.integers()),
    },
).map(FigureDescription.model_validate)


@given(figures)
def test_whatever_a_description_says_its_code_only_draws(figure: FigureDescription) -> None:
    see_that_it_only_draws(drawn(figure))


@given(figures)
def test_whatever_a_description_says_what_mends_it_only_draws(figure: FigureDescription) -> None:
    for problem in checks.check(Reading(figure)):
        see_that_it_only_draws(problem.fix)
