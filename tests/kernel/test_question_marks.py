"""A line of ours may end with a question mark, and help stays help."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter_kernel.question_marks import Questions, install
from tests import cases

DOCS = Path(__file__).parents[2] / "docs"
CASE = cases.cells("50-magic-question-mark/input.ipy")


def asked(line: str) -> str:
    name, _space, question = line[1:].partition(" ")
    return f"get_ipython().run_line_magic({name!r}, {question!r})"


def transformed(cell: str) -> str:
    manager = TransformerManager()
    manager.token_transformers.append(Questions({"rusoil", "ai"}.__contains__))
    return str(manager.transform_cell(cell))


@pytest.mark.parametrize(
    "line",
    [
        "%rusoil What is a dry well?",
        "%ai What is it?",
        "%rusoil interpret fig What is the maximum?",
        "%rusoil Какой максимум?",
        "%rusoil Is it true??",
        "%rusoil Really???",
        "%rusoil Что значит «пласт»?",
        "%rusoil Что значит «пласт?»?",
        "%rusoil What's the maximum?",
        '%rusoil Is it "dry?" or wet?',
        "%rusoil Is x (the first?",
        "%rusoil Is $x_{i}$ or {name} in [0, 1) larger?",
        "%rusoil -m tiny --temperature 0 What is it?",
        "%rusoil what is \\alpha?",
        "%rusoil models?",
        "%rusoil # is no comment?",
        "%rusoil *?",
        "%rusoil axs[0]?",
        "%rusoil a.b?",
        "%rusoil Is !ls a line?",
    ],
)
def test_a_question_is_asked_as_it_is_written(line: str) -> None:
    assert transformed(line) == asked(line) + "\n"


@pytest.mark.parametrize(
    "cell",
    [
        "%rusoil?",
        "%rusoil??",
        "%ai?",
        "?%rusoil",
        "obj?",
        "obj.method??",
        "%matplotlib?",
        "%matplotlib inline?",
        "%other What is it?",
        "%rusoils What is it?",
        "!echo what?",
        "%time %rusoil what?",
        "# %rusoil what?",
        "s = '%rusoil what?'",
        "s = '''\n%rusoil what?\n'''",
        'f("""\n    %rusoil what?\n""")',
        "%%rusoil what?\nis it?",
        "%%rusoil?",
        "x = y % rusoil",
        "x = 1\nobj?",
        "%rusoil\twhat?",
    ],
)
def test_everything_else_is_what_it_was(cell: str) -> None:
    assert transformed(cell) == TransformerManager().transform_cell(cell)


def test_a_question_stands_anywhere_in_a_cell() -> None:
    cell = (
        "x = 1\n%rusoil Is it {x}?\nx?\nfor i in range(2):\n    %rusoil Is {i} (odd?\n    x?\n"
        "answer = %rusoil Is it so?\nd['a'] = %ai Or so?\n%rusoil Is it \\\n long?\n"
    )
    assert transformed(cell) == (
        f"x = 1\n{asked('%rusoil Is it {x}?')}\nget_ipython().run_line_magic('pinfo', 'x')\n"
        f"for i in range(2):\n    {asked('%rusoil Is {i} (odd?')}\n"
        "    get_ipython().run_line_magic('pinfo', 'x')\n"
        f"answer = {asked('%rusoil Is it so?')}\nd['a'] = {asked('%ai Or so?')}\n"
        f"{asked('%rusoil Is it   long?')}\n"
    )


QUESTION = st.text(
    st.characters(exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\\", exclude_categories=["Cs"]),
    max_size=30,
)


@given(QUESTION.filter(lambda text: bool(text.strip(" ?"))))
def test_any_question_reaches_the_magic_word_for_word(question: str) -> None:
    seen = transformed(f"%rusoil {question}?").removesuffix("\n")
    assert seen == asked(f"%rusoil {question}?")


@given(st.text(st.sampled_from(list("%rusoil? \n'\"()!=a;#\\")), max_size=30))
def test_a_cell_without_our_magic_is_never_changed(cell: str) -> None:
    if "%rusoil " not in cell:
        assert transformed(cell) == TransformerManager().transform_cell(cell)


def test_a_cell_is_complete_when_its_question_is(shell: InteractiveShell) -> None:
    check = shell.input_transformer_manager.check_complete
    assert check("%rusoil What is it?")[0] == "complete"
    assert check("for i in x:\n    %rusoil Is it {i}?")[0] == "incomplete"


def test_loading_twice_adds_one_and_unloading_leaves_none(bare_shell: InteractiveShell) -> None:
    manager = bare_shell.input_transformer_manager
    before = list(manager.token_transformers)
    bare_shell.extension_manager.load_extension("rusoil_jupyter_kernel")
    bare_shell.extension_manager.reload_extension("rusoil_jupyter_kernel")
    install(bare_shell, lambda name: False)
    assert len(manager.token_transformers) == len(before) + 1
    bare_shell.extension_manager.unload_extension("rusoil_jupyter_kernel")
    assert manager.token_transformers == before
    assert bare_shell.find_line_magic("rusoil") is None and bare_shell.find_cell_magic("ai") is None


def test_ai_of_somebody_else_keeps_its_help(bare_shell: InteractiveShell) -> None:
    bare_shell.register_magic_function(lambda line, cell=None: None, "line_cell", "ai")
    bare_shell.extension_manager.load_extension("rusoil_jupyter_kernel")
    cell = "%ai What is it?"
    assert bare_shell.transform_cell(cell) == TransformerManager().transform_cell(cell)


def test_the_case_is_answered_in_a_shell(
    shell: InteractiveShell, wire: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell(CASE[0]).raise_error()
    shell.run_cell(CASE[1]).raise_error()
    assert "maximum is 5, at x = 1" in capsys.readouterr().out
    shell.run_cell(CASE[2]).raise_error()
    assert [one["prompt"] for one in wire.requests] == ["What is a dry well?"]


def one_liners() -> list[str]:
    """The lines of the documentation that ask in one line, but for those with a word to be filled in."""
    text = "\n".join((DOCS / name).read_text() for name in ("magics.md", "figures.md"))
    found = re.findall(r"^ {4}(%(?:rusoil|ai) .+)$", text, re.MULTILINE)
    found += re.findall(r"`(%(?:rusoil|ai) [^`]+)`", text)
    listed = {"models", "status", "help", "capture", "consent", "revoke"}
    return [line for line in found if not re.search(r"\b[A-Z]{4,}\b", line) and line.split()[1] not in listed]


def test_the_documentation_asks_in_one_line() -> None:
    assert {"%rusoil What is a dry well?", "%rusoil interpret fig What is the maximum?"} <= set(one_liners())
    assert len(one_liners()) >= 4


@pytest.mark.parametrize("line", one_liners())
def test_an_example_of_the_documentation_works(
    shell: InteractiveShell,
    wire: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
) -> None:
    from tests.conftest import LOG

    monkeypatch.chdir(tmp_path)
    Path("well.las").write_text(LOG)
    shell.run_cell("import matplotlib; matplotlib.use('agg')\n" + CASE[0].split("\n", 1)[1]).raise_error()
    shell.run_cell("get_ipython().display_formatter.format(fig);").raise_error()
    shell.run_cell(line).raise_error()
    said = capsys.readouterr().out
    assert ("exact" in said) if " interpret" in line else ("Hello" in said and len(wire.requests) == 1)
