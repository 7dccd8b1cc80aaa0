"""Inputs that once went wrong, as they came: each stands for its kind, and tests read them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).parent


def read(name: str) -> str:
    """The text of a file, by its path below this folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def values(name: str) -> Any:
    """The ``input.json`` of a case."""
    return json.loads(read(f"{name}/input.json"))


def program(name: str) -> ModuleType:
    """The ``input.py`` of a case; its functions are tests."""
    path = FOLDER / name / "input.py"
    spec = importlib.util.spec_from_file_location(f"case_{name.rpartition('/')[2]}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(name: str) -> list[str]:
    """The cells of a notebook that is kept as one text: a new one begins at each comment ``# cell``."""
    found: list[list[str]] = [[]]
    for line in read(name).splitlines():
        if line.startswith("# cell"):
            found.append([])
        else:
            found[-1].append(line)
    return ["\n".join(lines).strip() for lines in found]
