"""Wrapped methods are the methods: what they take, return, raise and warn of."""

from __future__ import annotations

import inspect
import subprocess
import sys
import warnings

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes

from rusoil_jupyter_kernel.figures import recording


@pytest.mark.parametrize("name", ["pie", "hist", "bxp", "violin", "contour", "contourf"])
def test_a_wrapped_method_keeps_its_name_signature_and_words(name: str) -> None:
    method = getattr(Axes, name)
    assert method.__name__ == name
    assert inspect.signature(method) == inspect.signature(method.__wrapped__)
    assert method.__doc__ == method.__wrapped__.__doc__


def test_wrapping_again_changes_nothing() -> None:
    before = Axes.pie
    recording.start()
    assert Axes.pie is before


def test_a_wrapped_method_returns_what_the_method_returns() -> None:
    drawn = plt.pie([1, 2])
    assert len(list(drawn)) == 2


def test_what_we_can_not_record_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_floats", None)
    counts, _edges, _patches = plt.hist([1, 2, 2])
    assert counts.sum() == 3


def test_a_mistake_is_raised_as_it_is() -> None:
    with pytest.raises(ValueError, match=r"non.negative"):
        plt.pie([-1, 2])


def test_a_warning_names_the_callers_file() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        plt.gca().bxp([{"med": 1, "q1": 0, "q3": 2, "whislo": 0, "whishi": 2, "fliers": []}], vert=True)
    assert {one.filename for one in said if "vert" in str(one.message)} <= {__file__}


def test_matplotlib_is_wrapped_whenever_it_is_imported() -> None:
    code = (
        "from rusoil_jupyter_kernel.figures import recording\n"
        "recording.start()\n"
        "import matplotlib; matplotlib.use('Agg')\n"
        "import matplotlib.pyplot as plt\n"
        "wedges = plt.pie([3, 4])[0]\n"
        "print(recording.of(wedges[0]).data['values'].tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[3.0, 4.0]"


def test_a_program_without_matplotlib_is_told_so_by_python() -> None:
    code = (
        "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]\n"
        "from rusoil_jupyter_kernel.figures.recording import _Finder\n"
        "print(_Finder().find_spec('matplotlib.axes._axes', ['/nowhere']))"
    )
    code = code.split("\n", 1)[1]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "None"
