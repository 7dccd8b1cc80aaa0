"""Code that the server makes from what a notebook has saved draws, and does nothing else."""

from __future__ import annotations

import ast
import json

import pytest

from tests import cases
from tests.server.conftest import Server

FIGURE = "application/vnd.rusoil.figure.v1+json"
CASE = json.loads(cases.read("security/08-code-from-a-figure/input.json"))


@pytest.mark.parametrize("column", [*CASE["columns"], "a[f()]", "ｅｘｅｃ", "", "y\nimport os"])
def test_a_saved_column_is_never_a_word_of_the_code(server: Server, column: str) -> None:
    figure = json.loads(json.dumps(CASE["figure"]))
    figure["panels"][0]["series"][0]["values"][column] = [1, 2]
    answer = server.ask("POST", "api/interpret", json={"mimebundle": {FIGURE: figure}, "task": "code"})
    if answer.status_code == 400:
        return
    tree = ast.parse(answer.json()["code"])
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert names == {"plt", "np", "fig", "ax", "x", "y"}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported == {"matplotlib.pyplot", "numpy"}
