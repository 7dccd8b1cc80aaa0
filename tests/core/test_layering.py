"""Who may import whom: the contracts in ``pyproject.toml`` hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTS = ("server_extension", "kernel_tools", "hub_config")


def test_the_layers_of_pyproject_hold(tmp_path):
    command = Path(sys.executable).with_name("lint-imports")
    paths = os.pathsep.join([str(ROOT), *(str(ROOT / host) for host in HOSTS)])
    checked = subprocess.run(
        [command, "--cache-dir", tmp_path],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-3000:]


def test_models_are_asked_on_the_road_alone():
    rooms = ("pipeline", "backends", "testing")
    core = ROOT / "rusoil_jupyter"
    asking = {path.relative_to(core) for path in core.rglob("*.py") if ".stream(" in path.read_text("utf-8")}
    assert {path for path in asking if path.parts[0] not in rooms} == set()


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("rusoil_jupyter.service", ["sqlalchemy", "alembic", "xllamacpp", "openai", "pytest", "tornado"]),
        ("rusoil_jupyter.protocol", ["aiohttp", "sqlalchemy", "xllamacpp", "pytest"]),
        ("rusoil_jupyter.cli", ["sqlalchemy", "xllamacpp", "pytest"]),
        ("rusoil_jupyter.testing.schema", ["pytest"]),
    ],
)
def test_importing_a_module_leaves_what_is_heavy_for_later(module, heavy):
    code = f"import sys, {module}; print(*(set({heavy!r}) & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []
