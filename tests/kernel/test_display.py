"""Two screens: an output that is updated, and words on standard output."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from rusoil_jupyter.letters import page
from rusoil_jupyter_kernel import display
from rusoil_jupyter_kernel.answer import Outcome, outcome
from rusoil_jupyter_kernel.display import ConsoleScreen, NotebookScreen, updates_outputs
from rusoil_jupyter_kernel.errors import MagicError


class Shown(list[dict[str, str]]):
    """What a front end was told to show, in order."""

    def display(self, bundle: dict[str, str], raw: bool) -> None:
        self.append(bundle)

    update = display


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    shown = Shown()
    monkeypatch.setattr(display, "_new_output", lambda: shown)
    return shown


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_at_most_eight_updates_a_second(shown: Shown) -> None:
    clock = Clock()
    screen = NotebookScreen(True, clock)
    for step in range(1000):
        clock.now = step / 1000
        screen.write("x")
    assert len(shown) == 8
    clock.now = 2
    screen.tick()
    assert shown[-1]["text/plain"] == "x" * 1000
    screen.tick()
    assert len(shown) == 9


def test_a_long_answer_is_rendered_less_often(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    screen = NotebookScreen(True, clock)

    def slow(bundle: dict[str, str], raw: bool) -> None:
        clock.now += 1
        shown.append(bundle)

    monkeypatch.setattr(shown, "display", slow)
    screen.write("long")
    for second in range(2, 9):
        clock.now = second
        screen.write(" answer")
    assert len(shown) == 1
    clock.now = 9
    screen.tick()
    assert len(shown) == 2


def test_progress_disappears_and_notices_stay(shown: Shown) -> None:
    clock = Clock()
    screen = NotebookScreen(True, clock)
    screen.progress("Reading: 1 of 2 tokens…")
    clock.now = 1
    screen.notice("The model is <b>small</b>.")
    clock.now = 2
    screen.write("**Answer**")
    assert "Reading" in shown[1]["text/plain"] and "Reading" not in shown[2]["text/plain"]
    screen.end(outcome("**Answer**", "markdown"))
    assert shown[0] == {
        "text/html": page("<p><em>Reading: 1 of 2 tokens…</em></p>\n"),
        "text/plain": "Reading: 1 of 2 tokens…",
    }
    assert shown[-1] == {
        "text/html": page(
            "<blockquote>\n<p><em>The model is &lt;b&gt;small&lt;/b&gt;.</em></p>\n</blockquote>\n"
            "<p><strong>Answer</strong></p>\n"
        ),
        "text/plain": "The model is <b>small</b>.\n\n**Answer**",
    }


def test_nothing_is_left_where_nothing_was_said(shown: Shown) -> None:
    screen = NotebookScreen(True)
    screen.end(mark="not complete")
    assert shown == []
    screen.progress("Reading…")
    screen.end(mark="not complete")
    assert shown[-1] == {"text/plain": ""}


def test_plain_text_is_not_markdown(shown: Shown) -> None:
    screen = NotebookScreen(False)
    screen.write("*a*")
    screen.end(outcome("*a*", "text"))
    assert all(set(bundle) == {"text/plain"} for bundle in shown)


def test_a_console_gets_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    screen = ConsoleScreen()
    screen.progress("Reading…")
    screen.notice("Small model.")
    screen.write("a\x1b[2J")
    screen.write("b")
    screen.end(outcome("ab", "markdown"), mark="stopped")
    assert capsys.readouterr().out == "* Small model.\na[2Jb\n(stopped)\n"


@pytest.mark.parametrize(
    ("metadata", "allow_stdin", "updates"),
    [({"cellId": "1"}, True, True), ({}, False, True), ({}, True, False)],
)
def test_who_can_update(metadata: dict[str, Any], allow_stdin: bool, updates: bool) -> None:
    parent = {"metadata": metadata, "content": {"allow_stdin": allow_stdin}}
    shell = SimpleNamespace(kernel=object(), parent_header=parent)
    assert updates_outputs(shell) is updates
    assert not updates_outputs(SimpleNamespace())


def test_json_is_parsed_and_shown() -> None:
    for text in ('{"a": "ж"}', '```json\n{"a": "ж"}\n```'):
        result = outcome(text, "json")
        assert result.value == {"a": "ж"}
        assert result.markdown == '```json\n{\n  "a": "ж"\n}\n```'


@pytest.mark.parametrize("text", ["", "Sure!", "{'a': 1}", '{"a": NaN}', "[" * 100_000])
def test_what_is_not_json_is_one_sentence(text: str) -> None:
    with pytest.raises(MagicError, match="The answer is not JSON"):
        outcome(text, "json")


def test_code_is_the_first_block() -> None:
    expected = Outcome("x = 1", "```python\nx = 1\n```", "x = 1", cell="x = 1")
    assert outcome("Here:\n```py\nx = 1\n```\nEnjoy!", "code") == expected
    with pytest.raises(MagicError, match="no code block"):
        outcome("I can't.", "code")
