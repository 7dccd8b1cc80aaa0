"""Variables in a prompt: the table of the rule, and what holds for any text."""

from __future__ import annotations

import re
import runpy
import time
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from rusoil_jupyter_kernel.errors import MagicError
from rusoil_jupyter_kernel.interpolate import escape, interpolate
from tests import cases

WELL = SimpleNamespace(depth=2100, log=SimpleNamespace(name="GR"))
NAMES = {"a": "A", "b": "B", "n": 7, "well": WELL, "rows": ["x", "y"], "d": {"k": "v", "k k": 1}}

REPLACED = [
    ("{a}", "A"),
    ("{a}{b}", "AB"),
    ("n is {n}.", "n is 7."),
    ("{well.depth} m, {well.log.name}", "2100 m, GR"),
    ("{rows[0]} {rows[-1]}", "x y"),
    ("{d['k']} {d[\"k k\"]}", "v 1"),
    ("```python\n{a}\n```", "```python\nA\n```"),
    ('{"key": {a}}', '{"key": A}'),
    ("{{a}}", "{a}"),
    ("{{{a}}}", "{{a}}"),
    ("{{a}, {b}}", "{A, B}"),
    ("from $5, {a}, to 6$", "from $5, A, to 6$"),
    ("\\( {a}\n\n\\)", "\\( A\n\n\\)"),
    ("cost {a} in $ and {b} in $", "cost A in $ and B in $"),
    ("Find f'(x) of {a} and g'(x).", "Find f'(x) of A and g'(x)."),
    ("Is f' of {a} equal to g' there?", "Is f' of A equal to g' there?"),
    ("F'(0) of {a} isn't 'known'", "F'(0) of A isn't 'known'"),
    ("f''(x) of {a} and g''(x)", "f''(x) of A and g''(x)"),
]
LITERAL = [
    "{}",
    "{ a }",
    "{0}",
    "{a:b}",
    "{a!r}",
    "{a + b}",
    "{a()}",
    "{a.b()}",
    "{a[b]}",
    "{return}",
    "{None}",
    '{"a": {"b": {"c": 1}}}',
    "{'a': a, 'b': {}}",
    "{{ a }}",
    "{% if a %}",
    'print(f"{a} and {missing}")',
    'rf\'{a}\' and f"""{a}\n{b}"""',
    "print(f'{a} m')",
    "x = f'({a}, {b})'",
    "f'well {missing}' + 'x'",
    r"\frac{a}{b}",
    r"\frac{\mathbf{a}}{b}",
    r"\sqrt[n]{a} and \text{missing}",
    r"$x_{a}$, $$\n e^{b} \n$$, \(x_{a}\), \[y_{missing}\]",
    "if (x) { return a; }",
    "{a",
    "a}",
]


@pytest.mark.parametrize(("prompt", "expected"), REPLACED)
def test_a_placeholder_becomes_the_variables_text(prompt: str, expected: str) -> None:
    assert interpolate(prompt, NAMES) == expected


@pytest.mark.parametrize("prompt", LITERAL)
def test_other_braces_stay(prompt: str) -> None:
    assert interpolate(prompt, NAMES) == prompt


@pytest.mark.parametrize(
    ("prompt", "part"),
    [
        ("{missing}", "no variable “missing”"),
        ("{len}", "no variable “len”"),
        ("{well.age}", "“well.age” can't be read: AttributeError"),
        ("{rows[9]}", "“rows[9]” can't be read: IndexError"),
        ("{d['z']}", "KeyError"),
    ],
)
def test_a_name_that_is_not_there_is_one_sentence(prompt: str, part: str) -> None:
    with pytest.raises(MagicError) as caught:
        interpolate(prompt, NAMES)
    assert part in str(caught.value)
    assert "{" + prompt + "}" in caught.value.next_step
    assert "\n" not in str(caught.value)


def test_a_repr_that_raises_is_one_sentence() -> None:
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no\nway")

    with pytest.raises(MagicError, match="can't be shown as text: no way"):
        interpolate("{x}", {"x": Broken()})


BRACED = st.text(st.sampled_from(list("{}{}{}ab1._[]'\"\\$ f:\n")), max_size=40)


@given(st.text().filter(lambda text: not re.search(r"\{\w", text)))
def test_text_without_names_in_braces_never_changes(text: str) -> None:
    assert interpolate(text, {}) == text


@given(st.text() | BRACED)
def test_escaped_text_comes_back(text: str) -> None:
    assert interpolate(escape(text), {}) == text


@given(BRACED, st.text())
def test_a_value_is_never_read_as_a_prompt(prompt: str, value: str) -> None:
    names = dict.fromkeys(("a", "b", "ab", "_", "f"), "{missing}" + value)
    try:
        interpolate(prompt, names)
    except MagicError as error:
        assert "“missing”" not in str(error)


PROMPTS = runpy.run_path(str(cases.FOLDER / "security/17-slow-texts-in-the-kernel/input.py"))["PROMPTS"]


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_of_one_sign_alone_is_asked_as_it_is(shell: InteractiveShell, wire: Any, name: str) -> None:
    shell.run_cell(f"%%rusoil\n{PROMPTS[name]}").raise_error()
    assert [one["prompt"] for one in wire.requests] == [PROMPTS[name]]


SIGNS = "{}[]()\\$f'\"a_.\n "
UNITS = [a + b for a, b in product(SIGNS, repeat=2)]
UNITS += [r"\a{", r"\a[", r"\a{}", "$x_{", "{a}", "{a.", "{a[0", "{a['", "f'''"]
UNITS += ["$$\n\n", "\\(\n \n", "\\(\n   "]


def work(text: str) -> float:
    """Seconds of this process, the best of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        escape(text)  # it goes over the text as interpolate does
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("end", ["", "}", "\\)", '"""'])
def test_work_grows_with_the_length_of_a_text_not_faster(end: str) -> None:
    """Four times as long is four times the work; where each sign began anew it would be sixteen times."""
    for unit in UNITS:
        short, long = ("x" + unit * (size // len(unit)) + end for size in (4_000, 16_000))
        assert work(long) < 9 * work(short) + 0.01, f"{unit!r} is slow"


def test_a_variable_is_read_once_however_often_it_is_named() -> None:
    class Counted:
        shown = 0

        def __repr__(self) -> str:
            Counted.shown += 1
            return "c"

    assert interpolate("{c}" * 1000, {"c": Counted()}) == "c" * 1000
    assert Counted.shown == 1
