"""The door of figures: every name it promises is there, and nothing heavy comes with it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rusoil_jupyter import figures


@pytest.mark.parametrize("name", figures.__all__)
def test_what_the_door_promises_is_there(name):
    assert getattr(figures, name) is not None


def test_another_name_is_none():
    with pytest.raises(AttributeError, match="no attribute 'anything'"):
        figures.anything  # noqa: B018


def test_the_wire_takes_values_alone():
    code = (
        "import sys, rusoil_jupyter.protocol, rusoil_jupyter.events;"
        "inside = [name.split('.') for name in sys.modules if name.startswith('rusoil_jupyter.figures.')];"
        "print(*sorted({name[2] for name in inside}))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == ["values"]
