"""The magics in a real shell: what is asked, stored and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests import cases

Said = Callable[..., list[dict[str, Any]]]
Capture = pytest.CaptureFixture[str]


def failure(shell: InteractiveShell, cell: str) -> str:
    result = shell.run_cell(cell)
    assert result.error_in_exec is not None
    return str(result.error_in_exec)


def test_a_cell_asks_with_the_variables_content(shell: InteractiveShell, wire: Any, capsys: Capture) -> None:
    shell.run_cell("well = {'depth': 2100}")
    shell.run_cell("%%rusoil -m tiny --temperature 0 --max-tokens 5 Explain:\n$well {well}\n").raise_error()
    assert wire.requests == [
        {"prompt": "Explain:\n\n$well {'depth': 2100}", "model": "tiny", "temperature": 0.0}
        | {"max_tokens": 5, "stream": True}
    ]
    assert capsys.readouterr().out == "Hello **you**.\n"


def test_a_line_asks_with_local_variables(shell: InteractiveShell, wire: Any) -> None:
    shell.run_cell("def ask():\n    inner = 7\n    %rusoil What is {inner}?\nask()").raise_error()
    assert wire.requests[0]["prompt"] == "What is 7?"


def test_an_unknown_name_fails_before_anything_is_sent(
    shell: InteractiveShell, wire: Any, capsys: Capture
) -> None:
    message = failure(shell, "%rusoil What is {nope}?")
    assert capsys.readouterr().out.strip() == message
    assert "no variable “nope”" in message and "Traceback" not in message
    assert wire.requests == []


def test_an_error_is_one_line_and_keeps_what_was_said(
    shell: InteractiveShell, wire: Any, said: Said, capsys: Capture
) -> None:
    error = {"code": "model_unavailable", "message": "The model crashed.", "next_step": "Try again."}
    wire.events = [*said("Half an ans")[:-1], {"type": "error", "error": error}]
    assert failure(shell, "%rusoil --into x hi") == "The model crashed. Try again."
    output = "Half an ans\n(not complete)\nThe model crashed. Try again.\n"
    assert capsys.readouterr().out == output
    assert "x" not in shell.user_ns


def test_a_stream_that_just_ends_is_an_error(shell: InteractiveShell, wire: Any, said: Said) -> None:
    wire.events = said("Half")[:-1]
    assert "ended before the answer did" in failure(shell, "%rusoil hi")


def test_an_answer_cut_at_its_limit_says_so(
    shell: InteractiveShell, wire: Any, said: Said, capsys: Capture
) -> None:
    wire.events = said("Half", reason="length")
    shell.run_cell("%rusoil hi").raise_error()
    assert "cut at its limit" in capsys.readouterr().out


def test_the_answer_goes_into_a_variable(shell: InteractiveShell, wire: Any, said: Said) -> None:
    shell.run_cell("%rusoil --into answer hi").raise_error()
    assert shell.user_ns["answer"] == "Hello **you**."
    wire.events = said('{"a": ', "[1]}")
    shell.run_cell("%rusoil -o json --into answer hi").raise_error()
    assert shell.user_ns["answer"] == {"a": [1]}
    assert wire.requests[-1]["response_format"] == {"type": "json_object"}


def test_code_goes_into_a_new_cell_and_is_not_run(shell: InteractiveShell, wire: Any, said: Said) -> None:
    wire.events = said("Sure:\n```python\nran = True\n```\n")
    shell.run_cell("%rusoil -o code --system 'Use numpy.' hi").raise_error()
    assert shell.rl_next_input == "ran = True"
    assert "ran" not in shell.user_ns
    assert wire.requests[0]["system"].startswith("Use numpy.\nAnswer with one fenced")


SHAPES = "18-magic-code-block-shapes"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("docstring", "T = '''\n```\n'''\nprint(2)"),
        ("in_list", "print(5)"),
        ("no_fence", "import math\nprint(math.e)"),
        ("shell_first", "print(3)"),
    ],
)
def test_code_is_found_in_answers_of_any_shape(
    shell: InteractiveShell, wire: Any, said: Said, name: str, value: str
) -> None:
    wire.events = said(cases.read(f"{SHAPES}/input_{name}.md"))
    shell.run_cell("%rusoil -o code --into fix hi").raise_error()
    assert (shell.user_ns["fix"], shell.rl_next_input) == (value, value)


def test_a_command_of_the_shell_is_a_cell_of_the_shell(
    shell: InteractiveShell, wire: Any, said: Said
) -> None:
    wire.events = said("Run:\n```bash\nls -l\n```\n")
    shell.run_cell("%rusoil -o code --into fix hi").raise_error()
    assert (shell.user_ns["fix"], shell.rl_next_input) == ("ls -l", "%%bash\nls -l")


def test_code_that_was_cut_is_no_cell_and_is_kept(shell: InteractiveShell, wire: Any, said: Said) -> None:
    cut = cases.read(f"{SHAPES}/input_cut.md")
    wire.events = said(cut)
    assert "cut before its code ended" in failure(shell, "%rusoil -o code --into fix hi")
    assert shell.user_ns["fix"] == cut
    assert not hasattr(shell, "rl_next_input")


@pytest.mark.parametrize("words", ["Sure", "No, there is none.", "yes, no", "42", ""])
def test_words_are_no_code(shell: InteractiveShell, wire: Any, said: Said, words: str) -> None:
    wire.events = said(words)
    assert "holds no code block" in failure(shell, "%rusoil -o code hi")


def test_a_program_that_python_cannot_read_is_still_the_answers(
    shell: InteractiveShell, wire: Any, said: Said
) -> None:
    wire.events = said("```python\nprint 1\n```\nand\n```\nx = 1\n```\n")
    shell.run_cell("%rusoil -o code hi").raise_error()
    assert shell.rl_next_input == "print 1"


def test_a_prime_hides_no_name(shell: InteractiveShell, wire: Any) -> None:
    for cell in cases.cells("57-magic-prime-hides-name/input.ipy"):
        if "load_ext" in cell:
            cell = cell.replace("%load_ext rusoil_jupyter_kernel", "")
        shell.run_cell(cell).raise_error()
    assert wire.requests[0]["prompt"] == "Find f'(x) of x**2 and g'(x)."


def test_lists(shell: InteractiveShell, wire: Any, capsys: Capture) -> None:
    shell.run_cell("%rusoil models").raise_error()
    shell.run_cell("%rusoil status").raise_error()
    shell.run_cell("%rusoil help").raise_error()
    output = capsys.readouterr().out
    assert "- tiny: Tiny; the default" in output
    assert f"at {wire.url}" in output
    assert "--max-tokens" in output
    assert wire.requests == []


@pytest.mark.parametrize("cell", ["%rusoil", "%rusoil -m tiny", "%%rusoil\n\n  \n"])
def test_without_a_question(shell: InteractiveShell, wire: Any, cell: str) -> None:
    assert "There is no question" in failure(shell, cell)
    assert wire.requests == []


def test_a_prompt_over_the_limit_is_not_sent(shell: InteractiveShell, wire: Any) -> None:
    shell.user_ns["big"] = "x" * 1_000_001
    assert "“prompt” is too large" in failure(shell, "%rusoil {big}")
    assert wire.requests == []


def test_a_server_that_went_away_is_looked_for_again(
    shell: InteractiveShell, start_wire: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUSOIL_SERVER_URL", "http://127.0.0.1:9/")
    assert "failed" in failure(shell, "%rusoil hi")
    monkeypatch.setenv("RUSOIL_SERVER_URL", start_wire().url)
    shell.run_cell("%rusoil hi").raise_error()


def test_ai_is_ours_where_nobody_owns_it(shell: InteractiveShell, wire: Any) -> None:
    shell.run_cell("%%ai\nhi").raise_error()
    shell.extension_manager.reload_extension("rusoil_jupyter_kernel")
    shell.run_cell("%ai hi").raise_error()
    assert len(wire.requests) == 2


def test_ai_of_somebody_else_is_not_stolen(bare_shell: InteractiveShell, wire: Any) -> None:
    asked: list[str] = []
    bare_shell.register_magic_function(lambda line, cell: asked.append(cell), "cell", "ai")
    bare_shell.extension_manager.load_extension("rusoil_jupyter_kernel")
    bare_shell.run_cell("%%ai\nhi").raise_error()
    assert asked == ["hi\n"] and wire.requests == []
    assert bare_shell.find_line_magic("ai") is None


def test_loading_imports_nothing_heavy(isolated: Path) -> None:
    import subprocess
    import sys

    code = (
        "from IPython.core.interactiveshell import InteractiveShell; import sys\n"
        "before = set(sys.modules)\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'rusoil_jupyter_kernel')\n"
        "heavy = {'markdown_it', 'httpx', 'pydantic', 'numpy', 'pandas', 'aiohttp', 'sqlalchemy'}\n"
        "assert not heavy & (set(sys.modules) - before)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
