"""What is written about the wire is what the wire is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rusoil_jupyter.testing.schema import VALUES, wire_schema

LAB = Path(__file__).parents[2] / "labextension"


def test_the_schema_describes_every_value_on_the_wire():
    definitions = wire_schema()["$defs"]
    assert {value.__name__ for value in VALUES} <= set(definitions)
    json.dumps(definitions)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.skipif(not (LAB / "node_modules").is_dir(), reason="needs the lab extension's node_modules")
def test_the_generated_typescript_is_fresh():
    check = subprocess.run(
        ["node", "scripts/generate-protocol.mjs", "--check"], cwd=LAB, capture_output=True, text=True
    )
    assert check.returncode == 0, check.stdout[-2000:] + check.stderr[-2000:]
