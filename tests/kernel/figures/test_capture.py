"""The entry beside a figure: always there, never at the cost of another entry."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import KernelManager

import rusoil_jupyter
import rusoil_jupyter_kernel
from rusoil_jupyter.figures.values.description import FigureDescription
from rusoil_jupyter.figures.values.kinds import FIGURE_TYPE
from rusoil_jupyter_kernel.figures import cache, capture
from rusoil_jupyter_kernel.guard import Harmless
from tests import cases

Run = Callable[[str], list[dict[str, Any]]]
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3], [3, 1, 2], label='a');"


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A function that runs code in a real kernel and returns the content of its outputs."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(extra_arguments=["--HistoryManager.enabled=False"])
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def ran(code: str) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = []

        def keep(message: dict[str, Any]) -> None:
            if message["msg_type"] in {"display_data", "execute_result", "error", "stream"}:
                outputs.append(message["content"])

        client.execute_interactive(code, output_hook=keep, timeout=60, allow_stdin=False)
        return outputs

    ran("%load_ext rusoil_jupyter_kernel")
    yield ran
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def described(outputs: list[dict[str, Any]]) -> list[FigureDescription]:
    return [FigureDescription.model_validate(one["data"][FIGURE_TYPE]) for one in outputs if "data" in one]


def ours_in(text: str) -> list[str]:
    """Which of our packages' folders are named in it; the folder of this checkout may have any name."""
    folders = [str(Path(module.__file__).parent) for module in (rusoil_jupyter, rusoil_jupyter_kernel)]
    return [folder for folder in folders if folder in text.replace("~", str(Path.home()))]


def others(outputs: list[dict[str, Any]]) -> list[Any]:
    """Everything but our entry, and what differs from one run to the next (numbers of executions)."""
    return [
        (
            {kind: data for kind, data in one.get("data", {}).items() if kind != FIGURE_TYPE},
            one.get("metadata"),
            one.get("text"),
        )
        for one in outputs
    ]


@pytest.mark.parametrize(
    ("code", "count"),
    [
        pytest.param(PLOT, 1, id="flush"),
        pytest.param(PLOT + "\nplt.show()", 1, id="show"),
        pytest.param(PLOT + "\nfigure = plt.gcf(); plt.close(); figure", 1, id="result"),
        pytest.param(PLOT + "\ndisplay(plt.gcf()); plt.close()", 1, id="display"),
        pytest.param("plt.plot([1]); plt.show(); plt.bar(['a'], [1]); plt.show()", 2, id="two"),
    ],
)
def test_a_figure_has_one_description_however_it_is_shown(run: Run, code: str, count: int) -> None:
    run(PLOT)
    assert len(described(run(code))) == count


@pytest.mark.parametrize(
    "code",
    [
        PLOT,
        PLOT + "\nplt.gcf()",
        "plt.figure(facecolor='none'); plt.pie([1, 2]);",
        "plt.imshow([[1, 2], [3, 4]]); plt.colorbar();",
        "%config InlineBackend.figure_formats = ['svg', 'png', 'jpeg']\nplt.hist([1, 2, 2, 3]);",
        "%config InlineBackend.figure_formats = ['retina']\nplt.boxplot([[1, 2, 3, 9]]);",
        "import warnings\nplt.plot([1, 2]); plt.yscale('log'); plt.ylim(-1, 3);",
        "plt.pie('not numbers')",
    ],
)
def test_every_other_entry_is_the_same_byte_for_byte(run: Run, code: str) -> None:
    run(PLOT)
    run("import matplotlib, os; matplotlib.rcParams['svg.hashsalt'] = 'x'")
    run("os.environ['SOURCE_DATE_EPOCH'] = '0'")  # SVG has the time of day in it
    run("%rusoil capture off")
    without = run(code)
    run("plt.close('all')\n%rusoil capture on")
    beside = run(code)
    run("plt.close('all')\n%config InlineBackend.figure_formats = ['png']")
    assert not any(FIGURE_TYPE in one.get("data", {}) for one in without)
    assert others(beside) == others(without)


def test_what_the_user_reads_of_a_mistake_is_hidden_from_by_no_frame_of_ours(run: Run) -> None:
    run(PLOT)
    (error,) = [one for one in run("plt.pie('abc')\nplt.close()") if "ename" in one]
    assert ours_in("".join(error["traceback"])) == []
    run("plt.close('all')")


def test_a_warning_of_matplotlib_names_the_users_line(run: Run) -> None:
    run(PLOT)
    said = run("plt.close('all')\nplt.boxplot([1, 2, 3], vert=True)\nplt.close('all')")
    text = "".join(one.get("text", "") for one in said if one.get("name") == "stderr")
    assert "vert" in text
    assert "ipykernel" in text.split("Warning")[0]
    assert ours_in(text) == []


def test_loading_costs_no_import_of_matplotlib_numpy_or_pydantic(tmp_path: Any) -> None:
    import subprocess
    import sys

    code = (
        "from IPython.core.interactiveshell import InteractiveShell\nimport sys\n"
        "before = set(sys.modules)\n"
        "from rusoil_jupyter_kernel.figures.capture import install\n"
        "install(InteractiveShell.instance())\n"
        "new = set(sys.modules) - before\n"
        "print([name for name in ('matplotlib', 'numpy', 'pydantic') if name in new])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_first_figure_waits_for_no_import(run: Run) -> None:
    (told,) = run(
        "import threading, time\n"
        "for thread in threading.enumerate():\n"
        "    if thread.name == 'rusoil-figures': thread.join(30)\n"
        "import sys; print('rusoil_jupyter_kernel.figures.mpl' in sys.modules)"
    )
    assert told["text"].strip() == "True"


# --- in this process --------------------------------------------------------------------------------


def entry_of(shell: InteractiveShell, shown: Any) -> dict[str, Any] | None:
    data, _metadata = shell.display_formatter.format(shown)
    found: dict[str, Any] | None = data.get(FIGURE_TYPE)
    return found


def test_nothing_but_figures_is_described(shell: InteractiveShell) -> None:
    for shown in (1, "text", [plt], {"figure": 1}, object()):
        assert entry_of(shell, shown) is None


def test_the_environment_turns_capture_off(
    bare_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSOIL_CAPTURE", "0")
    bare_shell.extension_manager.load_extension("rusoil_jupyter_kernel")
    plt.plot([1, 2])
    assert entry_of(bare_shell, plt.gcf()) is None
    capture.recording.switch(True)


def test_the_magic_turns_capture_off_and_on(shell: InteractiveShell) -> None:
    plt.plot([1, 2])
    shell.run_line_magic("rusoil", "capture off")
    assert entry_of(shell, plt.gcf()) is None
    shell.run_line_magic("rusoil", "capture on")
    assert entry_of(shell, plt.gcf()) is not None


def test_choosing_a_format_for_pictures_keeps_the_description(shell: InteractiveShell) -> None:
    from IPython.core.pylabtools import select_figure_formats

    plt.plot([1, 2])
    select_figure_formats(shell, ["png"])
    select_figure_formats(shell, ["svg"])
    assert entry_of(shell, plt.gcf()) is not None


def test_loading_twice_describes_once(shell: InteractiveShell) -> None:
    shell.extension_manager.reload_extension("rusoil_jupyter_kernel")
    plt.plot([1, 2])
    assert entry_of(shell, plt.gcf()) is not None


def test_a_figure_that_can_not_be_read_is_shown_all_the_same(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_shown: Any) -> Any:
        raise MemoryError("no more")

    monkeypatch.setitem(capture._readers, ("matplotlib.figure", "Figure"), broken)
    plt.plot([1, 2])
    data, _metadata = shell.display_formatter.format(plt.gcf())
    assert set(data) >= {"text/plain"}
    assert FIGURE_TYPE not in data
    assert capture.last_failure() == "MemoryError: no more"


def test_what_is_asked_for_alone_comes_alone(shell: InteractiveShell) -> None:
    plt.plot([1, 2])
    data, _metadata = shell.display_formatter.format(plt.gcf(), include=["text/plain"])
    assert set(data) == {"text/plain"}


def test_a_canvas_of_a_widget_is_read_as_its_figure(shell: InteractiveShell) -> None:
    plt.plot([1, 2, 3])
    canvas = type("Canvas", (), {"__module__": "ipympl.backend_nbagg", "figure": plt.gcf()})()
    entry = entry_of(shell, canvas)
    assert entry is not None
    assert entry["panels"][0]["series"][0]["n"] == 3


def test_the_last_figure_is_kept_with_all_of_its_points(shell: InteractiveShell) -> None:
    plt.plot(range(1000), [row % 7 for row in range(1000)])
    entry = entry_of(shell, plt.gcf())
    assert entry is not None
    kept = cache.figures.get(entry["id"])
    assert kept is not None
    assert cache.figures.last is kept
    assert kept.table("s1")["y"].size == 1000
    assert len(json.dumps(entry)) < 4096


# --- what a figure's own code raises ----------------------------------------------------------------

LOUD = runpy.run_path(str(cases.FOLDER / "security/22-capture-ends-the-kernel/input.py"))["CELLS"]
RAISED = [
    "SystemExit(3)",
    "GeneratorExit()",
    "StopIteration()",
    "Own('x')",
    "Silent()",
    "RecursionError()",
    "MemoryError()",
    "asyncio.CancelledError()",
]
KINDS = """
import asyncio
class Own(BaseException): pass
class Silent(BaseException):
    def __str__(self): raise SystemExit(4)
"""


def shown_of(outputs: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """What was printed, and the media types of what was shown."""
    text = "".join(one.get("text", "") for one in outputs)
    return text, sorted(kind for one in outputs for kind in one.get("data", {}) if kind != FIGURE_TYPE)


def test_an_artist_that_ends_the_program_ends_nothing(run: Run) -> None:
    run(LOUD[0])
    text, kinds = shown_of(run(LOUD[1]))
    assert text == "after\n" and "image/png" in kinds
    assert shown_of(run("print(1 + 1)"))[0] == "2\n"  # the kernel is there


@pytest.mark.parametrize("raised", RAISED)
def test_whatever_an_artist_raises_a_cell_goes_on_as_without_us(run: Run, raised: str) -> None:
    run(LOUD[0] + KINDS)
    cell = LOUD[1].replace("SystemExit(3)", raised)
    run("%rusoil capture off")
    without = shown_of(run(cell))
    run("%rusoil capture on")
    assert shown_of(run(cell)) == without
    assert without[0] == "after\n"


HOSTILE = """
import sys
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
{draw}
display(fig)
plt.close()
print('after')
"""


@pytest.mark.parametrize(
    "draw",
    [
        "ax.plot([1, 2], label=type('S', (str,), {'__format__': lambda s, f: sys.exit(1)})('a'))",
        "ax.figure.get_size_inches = lambda: sys.exit(1)",
        "ax.get_legend = lambda: sys.exit(1)",
        "ax.get_title = lambda *a, **k: sys.exit(1)",
        "ax.xaxis.get_label_text = lambda: sys.exit(1)",
        "type(ax).child_axes = property(lambda s: sys.exit(1)); del type(ax).child_axes",
    ],
)
def test_hostile_parts_of_a_figure_end_nothing(run: Run, draw: str) -> None:
    run(LOUD[0])
    cell = HOSTILE.replace("{draw}", draw)
    run("%rusoil capture off")
    without = shown_of(run(cell))
    run("%rusoil capture on")
    assert shown_of(run(cell)) == without


def test_an_object_whose_class_answers_nothing_is_shown_as_it_is(run: Run) -> None:
    code = (
        "class Meta(type):\n"
        "    def __getattribute__(cls, name):\n"
        "        if name == '__name__' and Meta.on: raise SystemExit(7)\n"
        "        return super().__getattribute__(name)\n"
        "    on = False\n"
        "class Odd(metaclass=Meta):\n"
        "    def _repr_html_(self): return 'odd'\n"
        "odd = Odd(); Meta.on = True\n"
        "try: get_ipython().display_formatter.formatters['application/vnd.rusoil.figure.v1+json'](odd)\n"
        "finally: Meta.on = False\n"
        "print('after')"
    )
    assert shown_of(run(code))[0] == "after\n"


def test_the_persons_own_interrupt_goes_through(shell: InteractiveShell) -> None:
    with pytest.raises(KeyboardInterrupt), Harmless():
        raise KeyboardInterrupt


def test_a_question_to_a_figure_that_ends_the_program_is_one_sentence(run: Run) -> None:
    run(LOUD[0])
    told = run(LOUD[1].replace("Loud.on = False\nplt.close()", "") + "\n%rusoil interpret fig maximum")
    (error,) = [one for one in told if "ename" in one]
    assert error["traceback"][0].startswith("This figure can't be read: 3. Ask about another one")
    run("Loud.on = False; plt.close('all')")
    told = run("Loud.on = True\n%rusoil Is {fig} so?")
    (error,) = [one for one in told if "ename" in one]
    assert "can't be shown as text" in error["traceback"][0]
    run("Loud.on = False")
