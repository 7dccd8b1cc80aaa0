"""What a model writes is shown as text, never as page structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rusoil_jupyter_kernel.markdown import fenced, first_block, plain, safe

DEFUSED = [
    ("<script>x</script>", "< script>x< /script>"),
    ("![a](https://x/y.png)", "\\![a](https://x/y.png)"),
    ("<!-- -->", "< !-- -->"),
    ("a `code\n\n<img src=x> `", "a `code\n\n< img src=x> `"),
]
UNCHANGED = [
    "a < b and $x<3$",
    "<https://example.org/a>",
    "`<b>`",
    "``a ` <b>``",
    "```html\n<b>\n![x](y)\n```",
    "~~~\n<b>",
    "[a](b) ! **bold**",
]


@pytest.mark.parametrize(("text", "expected"), DEFUSED)
def test_html_and_pictures_lose_their_meaning(text: str, expected: str) -> None:
    assert safe(text) == expected


@pytest.mark.parametrize("text", UNCHANGED)
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text


def test_what_follows_a_closed_block_is_not_code() -> None:
    assert safe("```\na\n```\n<b>") == "```\na\n```\n< b>"


@given(st.text(st.sampled_from(list("`~ab\n ")), max_size=60))
def test_a_fence_holds_any_code(code: str) -> None:
    block = first_block(fenced(code, "python"))
    assert block == code.rstrip()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Here:\n```python\nx = 1\n\ny = 2\n```\nDone.", "x = 1\n\ny = 2"),
        ("```\na\n```\n```\nb\n```", "a"),
        ("~~~py\na\n~~~", "a"),
        ("```py\ncut", "cut"),
        ("no code", None),
    ],
)
def test_the_first_block(text: str, code: str | None) -> None:
    assert first_block(text) == code


def test_control_characters_are_dropped() -> None:
    assert plain("a\x1b[31mb\r\x07\n\tc") == "a[31mb\n\tc"
