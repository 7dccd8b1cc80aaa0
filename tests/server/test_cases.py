"""The inputs of attacks on the server, as they were found, each a test module of its own."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parent.parent / "cases" / "security"


def _tests(case: str) -> dict[str, Any]:
    (folder,) = CASES.glob(f"{case}-*")
    return {name: test for name, test in runpy.run_path(str(folder / "input.py")).items() if "test_" in name}


SCHEMAS, TEXTS, WIRE = map(_tests, ("09", "15", "16"))

test_jupyter_answers_while_a_schema_is_read = pytest.mark.model(
    SCHEMAS["test_jupyter_answers_while_a_schema_is_read"]
)
test_many_texts_to_embed = TEXTS["test_many_texts_to_embed"]
test_many_large_tools = pytest.mark.model(TEXTS["test_many_large_tools"])
test_a_body_over_the_limit = WIRE["test_a_body_over_the_limit"]
test_memory_comes_back = WIRE["test_memory_comes_back"]
