"""The line after the magic: options first, the question word for word."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.options import Options, parse


@pytest.fixture
def magic(shell: InteractiveShell) -> object:
    return shell.find_line_magic("rusoil")


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", Options("")),
        ('What\'s  this: "a"?', Options('What\'s  this: "a"?')),
        ("-m tiny why -o text?", Options("why -o text?", model="tiny")),
        ("--model=tiny --output=json why", Options("why", model="tiny", output="json")),
        ("--into x -o code why", Options("why", into="x", output="code")),
        ('--system "be brief" why', Options("why", system="be brief")),
        ("--system='be \"brief\"' why", Options("why", system='be "brief"')),
        ('--system "-- short" why', Options("why", system="-- short")),
        ("--temperature 0.5 --max-tokens 9", Options("", temperature=0.5, max_tokens=9)),
        ("-- -5 is what?", Options("-5 is what?")),
        ("--server http://x/ why", Options("why", server="http://x/")),
        ("-h", Options("help")),
    ],
)
def test_lines(magic: object, line: str, options: Options) -> None:
    assert parse(line, magic) == options


@pytest.mark.parametrize(
    "line",
    [
        *("--nope", "-o html x", "--temperature 3", "--temperature nan", "--max-tokens 0"),
        *("--into 1x", "--model", "--max-tokens many"),
    ],
)
def test_a_wrong_option_is_one_sentence(magic: object, line: str) -> None:
    with pytest.raises(MagicError, match=r"^The options can't be read: .*%rusoil help"):
        parse(line, magic)
