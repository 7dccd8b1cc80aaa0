"""Which figure a line means: what its first word names, or the last one; never another one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.figures.target import target_of, variables_of
from tests import cases
from tests.conftest import LOG

CASE = cases.cells("53-magic-unknown-target/input.ipy")
SETTING = """
import matplotlib; matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
fig, axs = plt.subplots(1, 2)
axs[0].plot([7, 500], label="left")
axs[1].plot([3, 900], label="right")
fig2, ax2 = plt.subplots()
ax2.plot([1, 9], label="GR")
ax2.plot([2, 4], label="well 3.las")
ax2.set_xlabel("Depth, m")
get_ipython().display_formatter.format(fig2)
df = pd.DataFrame({"GR": [1, 77]})
array, rows, number, words, path = np.array([1, 88]), [1, 99], 5, "hello", "12.las"
maximum, GR, дебит, trend = 5, [1, 2], [3, 4], df
chart = object()
"""
Ask = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder and home, with a well log under several names and a table."""
    for name in ("12.las", "Well 17.las", "с пробелом.las"):
        (tmp_path / name).write_text(LOG)
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.las").write_text(LOG)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def ask(shell: InteractiveShell, folder: Path, wire: Any, capsys: pytest.CaptureFixture[str]) -> Ask:
    """A function that asks in one line and returns what was said."""
    shell.run_cell(SETTING).raise_error()

    def asked(line: str) -> str:
        capsys.readouterr()
        shell.run_line_magic("rusoil", f"interpret {line}")
        return capsys.readouterr().out

    return asked


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("wel.las Maximum of GR", "no file “wel.las”"),
        ("wel.las: Maximum of GR?", "no file “wel.las”"),
        ("«wel.las» Максимум GR", "no file “wel.las”"),
        ("“my well.las” Maximum of GR", "no file “my well.las”"),
        ("„wel.las“ maximum", "no file “wel.las”"),
        ('"my well.las" maximum', "no file “my well.las”"),
        ("D:/x/Well 17.las Maximum", "no file “D:/x/Well 17.las”"),
        ("D:\\x\\17.las Maximum", "no file “D:\\x\\17.las”"),
        ("~/x.las Maximum of GR", "no file “~/x.las”"),
        ("./x Maximum of GR", "no file “./x”"),
        ("/nowhere/x What is the maximum", "no file “/nowhere/x”"),
        ("Well 18.las Maximum", "no file “18.las”"),
        ("plot.png What is the maximum", "no file “plot.png”"),
        ("results.xlsx maximum", "no file “results.xlsx”"),
        ("What is the maximum of GR in wel.las", "no file “wel.las”"),
        ("What is the maximum of GR in 12.las", "“12.las” stands inside"),
        ("data.csv Maximum of GR", "data.csv shows no figure"),
        ("fgi What is the maximum", "no figure “fgi”. Did you mean fig?"),
        ("fgi maximum", "no figure “fgi”"),
        ("fig3 What is the maximum", "no figure “fig3”"),
        ("plot1 maximum", "no figure “plot1”"),
        ("my_figure summary please", "no figure “my_figure”"),
        ("wells_chart Какой максимум?", "no figure “wells_chart”"),
        ("dashboard What is the maximum?", "no figure “dashboard”"),
        ("Well7 What is the maximum?", "no figure “Well7”"),
        ("{fgi} What is the maximum", "no figure “fgi”"),
        ("“fgi” What is the maximum", "no figure “fgi”"),
        ("«fgi» maximum", "no figure “fgi”"),
        ("фиг Какой максимум", "no figure “фиг”"),
        ("axes1[0] What is the maximum", "no figure “axes1[0]”"),
        ("fgi.axes[0] maximum", "no figure “fgi.axes[0]”"),
        ("figs['a'] maximum", "no figure “figs['a']”"),
        ("axs[7] What is the maximum", "“axs[7]” can't be read: IndexError"),
        ("fig.axis[0] What is the maximum", "“fig.axis[0]” can't be read: AttributeError"),
        ("axs What is the maximum", "“axs” is no figure but of the type ndarray"),
        ("df What is the maximum", "“df” is no figure but of the type DataFrame"),
        ("df maximum", "“df” is no figure but of the type DataFrame"),
        ("df['GR'] maximum", "“df['GR']” is no figure but of the type Series"),
        ("array maximum", "of the type ndarray"),
        ("rows Какой максимум?", "of the type list"),
        ("number What is it", "of the type int"),
        ("words maximum", "of the type str"),
        ("plt What is the maximum", "of the type module"),
        ("chart What is the maximum?", "of the type object"),
        ("trend What is the maximum?", "of the type DataFrame"),
        ("“df” What is the maximum?", "of the type DataFrame"),
    ],
)
def test_a_name_that_names_no_figure_is_one_sentence(ask: Ask, line: str, told: str) -> None:
    with pytest.raises(MagicError) as refused:
        ask(line)
    assert told in str(refused.value)
    assert refused.value.next_step and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("fig2 What is the maximum of GR", "9"),
        ("fig2: What is the maximum of GR?", "9"),
        ("{fig2} What is the maximum of GR?", "9"),
        ("“fig2” What is the maximum of GR?", "9"),
        ("«fig2» Какой максимум GR?", "9"),
        ("axs[0] What is the maximum", "500"),
        ("axs[1] What is the maximum", "900"),
        ("axs[-1] Какой максимум", "900"),
        ("fig.axes[0] What is the maximum", "500"),
        ("fig.axes[1] maximum", "900"),
        ("ax2 maximum of GR", "9"),
        ("12.las Maximum of GR", "91.25"),
        ("12.las: Maximum of GR?", "91.25"),
        ("./12.las Maximum of GR", "91.25"),
        ("~/12.las Maximum of GR", "91.25"),
        ("data/x.las Maximum of GR", "91.25"),
        ("Well 17.las Maximum of GR", "91.25"),
        ("./Well 17.las Maximum of GR", "91.25"),
        ("“Well 17.las” Maximum of GR", "91.25"),
        ("«с пробелом.las» Максимум GR", "91,25"),
        ("path Maximum of GR", "91.25"),
    ],
)
def test_what_is_named_is_read(ask: Ask, line: str, number: str) -> None:
    said = ask(line)
    assert number in said and ("exact" in said or "точно" in said)


QUESTIONS = [
    "What is the maximum of GR?",
    "what is the maximum of GR",
    "What's the maximum of GR?",
    "maximum of GR",
    "Maximum of GR",
    "max GR",
    "GR maximum",
    "GR: what is the maximum?",
    "trend of GR",
    "trend",
    "maximum",
    "дебит максимальный",
    "Какой максимум GR",
    "какой максимум?",
    "Максимум GR",
    "максимум",
    "GR максимум",
    "Назови максимум GR",
    "Скажи, какой максимум GR?",
    "Скажи Какой максимум GR?",
    "Пожалуйста, найди максимум GR",
    "и какой минимум?",
    "Depth at the maximum of GR",
    "depth, m at the maximum",
    "please give the maximum of GR",
    "Hey, what is the maximum of GR?",
    "i.e. the maximum of GR",
    "e.g. the maximum",
    "т.е. максимум GR",
    "макс.значение GR",
    "max.value of GR",
    "oil/water ratio",
    "min/max of GR",
    "т/сут максимум",
    "и/или минимум",
    "3.5 is exceeded by GR?",
    "well 3.las maximum",
    "What is the maximum of well 3.las?",
    '"GR" maximum',
    "«GR» максимум",
    "“What is the maximum of GR?”",
    "Q[м3/сут] максимум",
    "Summarise it",
    "qwerty uiop asdf",
    "Wait, is it rising?",
    "Number of points",
    "1st value of GR",
    "\\Delta GR maximum",
    "\\alpha is what?",
    "“maximum”",
    "«максимум»",
    "shale volume maximum",
    "cumulative GR maximum",
    "using GR, what is the maximum?",
    "",
]


def refused(shell: InteractiveShell, questions: list[str]) -> list[str]:
    """Why some of these are no questions to the last figure as they stand."""
    told = []
    for question in questions:
        try:
            target = target_of(question, variables_of(shell))
            (panel,) = target.read().description.panels
            if target.question != question.strip() or panel.series[0].label != "GR" or len(panel.series) != 2:
                told.append(f"{question}: to another figure")
        except MagicError as error:
            told.append(f"{question}: {error}")
    return told


def test_a_question_is_a_question_to_the_last_figure(shell: InteractiveShell, ask: Ask) -> None:
    assert refused(shell, QUESTIONS) == []


def test_the_names_of_ipython_are_words(ask: Ask, wire: Any) -> None:
    assert ask("In what units is the x axis?")
    assert ask("Out of range?") or wire.requests


def test_a_name_that_nobody_has_asks_nobody(ask: Ask, wire: Any) -> None:
    with pytest.raises(MagicError):
        ask("fgi Why is it so?")
    assert wire.requests == []


def test_a_plain_question_without_a_figure_says_so(shell: InteractiveShell) -> None:
    with pytest.raises(MagicError, match="No figure has been shown yet"):
        target_of("What is the maximum?", {}).read()


def corpus() -> list[str]:
    """The questions that the understanding of words is tested with, as they stand there."""
    import ast

    here = Path(__file__).parents[2] / "core" / "figures" / "words"
    trees = [ast.parse((here / name).read_text()) for name in ("questions.py", "more_questions.py")]
    texts = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and text.count(" ") > 1 and len(text) < 200]


def test_no_question_of_the_tests_is_taken_for_a_name(shell: InteractiveShell, ask: Ask) -> None:
    assert len(corpus()) > 300
    assert refused(shell, corpus()) == []
