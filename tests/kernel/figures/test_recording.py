"""Wrapped methods are the methods: what they take, return, raise and warn of."""

from __future__ import annotations

import inspect
import runpy
import subprocess
import sys
import warnings
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from matplotlib.axes import Axes

from rusoil_jupyter_kernel.figures import recording
from tests import cases


@pytest.mark.parametrize("name", ["pie", "hist", "bxp", "violin"])
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


LAZY = runpy.run_path(str(cases.FOLDER / "security/23-lazy-arrays-twice/input.py"))["CELL"]
SETTING = LAZY.split("fig, ax = ")[0] + (
    "def rows(lazy):\n    Lazy.count += 1\n    return iter(lazy.a)\nLazy.__iter__ = rows\n"
)
DRAWN = {
    "pie": "ax.pie(Lazy([1, 2, 3]))",
    "pie with labels": "ax.pie(Lazy([1, 2, 3]), labels=list('abc'), explode=Lazy([0, 0, 0]))",
    "contour": "ax.contour(Lazy(G))",
    "contour on places": "ax.contour(Lazy([0, 1, 2]), Lazy([0, 1, 2]), Lazy(G), levels=[2, 4])",
    "contourf": "ax.contourf(Lazy(G))",
    "contourf on places": "ax.contourf(Lazy([0, 1, 2]), Lazy([0, 1, 2]), Lazy(G))",
    "contour of contourf": "ax.contour(ax.contourf(Lazy(G)))",
    "tricontour": "ax.tricontour(Lazy([0, 1, 0]), Lazy([0, 0, 1]), Lazy([1, 2, 3]))",
    "tripcolor": "ax.tripcolor(Lazy([0, 1, 0]), Lazy([0, 0, 1]), Lazy([1, 2, 3]))",
    "line": "ax.plot(Lazy([1, 2, 3]), Lazy([1, 4, 2]))",
    "scatter": "ax.scatter(Lazy([1, 2, 3]), Lazy([1, 4, 2]), s=Lazy([9, 8, 7]), c=Lazy([1, 2, 3]))",
    "bar": "ax.bar(Lazy([1, 2, 3]), Lazy([1, 4, 2]), bottom=Lazy([0, 1, 0]))",
    "barh": "ax.barh(Lazy([1, 2, 3]), Lazy([1, 4, 2]))",
    "hist": "ax.hist(Lazy([1, 2, 2, 3]))",
    "hist of two": "ax.hist([Lazy([1, 2, 2]), Lazy([3, 3, 1])], bins=Lazy([0, 2, 4]))",
    "hist2d": "ax.hist2d(Lazy([1, 2, 2, 3]), Lazy([1, 2, 1, 3]))",
    "hexbin": "ax.hexbin(Lazy([1, 2, 2, 3]), Lazy([1, 2, 1, 3]), gridsize=4)",
    "boxplot": "ax.boxplot(Lazy([1, 2, 2, 9]))",
    "boxplots": "ax.boxplot([Lazy([1, 2, 2, 9]), Lazy([1, 2, 3])], positions=Lazy([1, 3]))",
    "violins": "ax.violinplot([Lazy([1, 2, 2, 9]), Lazy([1, 2, 3])], positions=Lazy([1, 3]))",
    "errorbar": "ax.errorbar(Lazy([1, 2]), Lazy([1, 2]), yerr=Lazy([0.1, 0.2]))",
    "fill": "ax.fill_between(Lazy([1, 2]), Lazy([1, 2]), Lazy([0, 0]))",
    "stack": "ax.stackplot(Lazy([1, 2]), Lazy([1, 2]), Lazy([2, 3]))",
    "step": "ax.step(Lazy([1, 2]), Lazy([1, 2]))",
    "stairs": "ax.stairs(Lazy([1, 2]), Lazy([0, 1, 2]))",
    "stem": "ax.stem(Lazy([1, 2]), Lazy([1, 2]))",
    "events": "ax.eventplot(Lazy([1, 2]))",
    "imshow": "ax.imshow(Lazy(G))",
    "mesh": "ax.pcolormesh(Lazy(G))",
    "quiver": "ax.quiver(Lazy([1, 2]), Lazy([1, 2]), Lazy([1, 0]), Lazy([0, 1]))",
    "lines": "ax.vlines(Lazy([1, 2]), 0, Lazy([1, 2]))",
    "ecdf": "ax.ecdf(Lazy([1, 2, 3]))",
    "bxp": "ax.bxp([dict(med=1, q1=0, q3=2, whislo=0, whishi=3, fliers=Lazy([4]))])",
    "violin": "ax.violin([dict(coords=Lazy([0, 1]), vals=Lazy([1, 2]), mean=1, median=1, min=0, max=1)])",
}


@pytest.mark.parametrize("name", DRAWN)
def test_an_array_is_computed_as_often_as_without_us(shell: InteractiveShell, name: str) -> None:
    def computed(state: str) -> int:
        cell = f"{SETTING}G = [[1, 2, 3], [2, 3, 4], [3, 4, 5]]\nfig, ax = plt.subplots()\n{DRAWN[name]}\n"
        cell += "get_ipython().display_formatter.format(fig)\nfig.canvas.draw(); plt.close(fig)"
        shell.run_cell(f"%rusoil capture {state}").raise_error()
        shell.run_cell(cell).raise_error()
        return int(shell.user_ns["Lazy"].count)

    without = computed("off")
    assert computed("on") == without
    assert without  # matplotlib has read it: it is what we think


def test_the_case_prints_the_same_number(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("from IPython.display import display").raise_error()
    counts = []
    for state in ("off", "on"):
        shell.run_cell(f"%rusoil capture {state}").raise_error()
        capsys.readouterr()
        shell.run_cell(LAZY).raise_error()
        counts.append(capsys.readouterr().out.split()[-1])
    assert counts[0] == counts[1]


def test_a_pie_of_an_array_that_is_computed_has_its_values_and_names() -> None:
    class Lazy:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.array([30.0, 10.0])

    wedges, *_texts = plt.pie(Lazy(), labels=["oil", "_gas"])
    record = recording.of(wedges[0])
    assert record is not None
    assert (record.data["values"].tolist(), record.data["names"]) == ([30.0, 10.0], ["oil", "_gas"])


def test_a_contour_keeps_the_grid_that_its_lines_are_made_of() -> None:
    drawn = plt.contour([0, 1], [10, 20, 30], [[1, 2], [3, float("nan")], [5, 6]])
    record = recording.of(drawn)
    assert record is not None
    assert record.data["x"].tolist() == [0, 1] * 3 and record.data["y"].tolist() == [10, 10, 20, 20, 30, 30]
    assert record.data["z"][:3].tolist() == [1, 2, 3] and np.isnan(record.data["z"][3])
