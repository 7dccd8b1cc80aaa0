"""Inputs that broke something once, as they came, and how tests get them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent


def program(name: str) -> ModuleType:
    """The ``input.py`` of a case; its functions are tests."""
    spec = importlib.util.spec_from_file_location(f"case_{name.rpartition('/')[2]}", FOLDER / name / "input.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def values(name: str) -> Any:
    """The ``input.json`` of a case."""
    return json.loads((FOLDER / name / "input.json").read_text())
