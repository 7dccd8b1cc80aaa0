"""What others say is text in a cell: while it comes, when it is there, and in a page of nbconvert."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output

from rusoil_jupyter_kernel import display
from tests.kernel import conftest
from tests.words.pages import Page, strangers

CASES = Path(__file__).parents[1] / "cases"
ANSWERS = json.loads((CASES / "security/01-answers-of-magics/input.json").read_text("utf-8"))
FIGURES = json.loads((CASES / "security/02-words-of-figures/input.json").read_text("utf-8"))
FRAME = ('<div class="rusoil-words tex2jax_ignore mathjax_ignore">\n', "</div>\n")


class Outputs(list[dict[str, str]]):
    """The bundles that a notebook's front end was told to show, partial ones too."""

    def display(self, bundle: dict[str, str], raw: bool) -> None:
        self.append(bundle)

    update = display

    @property
    def html(self) -> list[str]:
        """What stands in our element, of each output."""
        pages = [bundle["text/html"] for bundle in self]
        assert all(page.startswith(FRAME[0]) and page.endswith(FRAME[1]) for page in pages)
        return [page.removeprefix(FRAME[0]).removesuffix(FRAME[1]) for page in pages]


@pytest.fixture
def outputs(monkeypatch: pytest.MonkeyPatch) -> Outputs:
    """A notebook's screen that shows every word at once."""
    outputs = Outputs()
    monkeypatch.setattr(display, "_new_output", lambda: outputs)
    monkeypatch.setattr(display, "updates_outputs", lambda shell: True)
    monkeypatch.setattr(display, "MIN_INTERVAL", 0)
    monkeypatch.setattr(display, "REST", 0)
    return outputs


def exported(bundle: dict[str, str]) -> str:
    """The output as it stands in the file that nbconvert writes."""
    cell = new_code_cell("", outputs=[new_output("display_data", bundle)])
    whole, _ = HTMLExporter().from_notebook_node(new_notebook(cells=[cell]))
    return whole[whole.index(FRAME[0]) :]


def is_only_text(outputs: Outputs) -> bool:
    """Nothing of it is an element but ours, and both pages have it so."""
    assert all(set(bundle) == {"text/html", "text/plain"} for bundle in outputs)
    assert all(exported(bundle).startswith(bundle["text/html"]) for bundle in outputs[-1:])
    return [strangers(html) for html in outputs.html] == [[] for _ in outputs]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_text_while_it_comes_and_when_it_is_there(
    shell: InteractiveShell, wire: conftest.WireServer, outputs: Outputs, name: str
) -> None:
    answer = ANSWERS[name]
    wire.events = conftest.text(*answer)
    shell.run_cell("%%rusoil\nhi").raise_error()
    assert len(outputs) > 2
    assert is_only_text(outputs)
    assert "attacker.example" in outputs.html[-1] or "alert(1)" in outputs.html[-1]


@pytest.mark.parametrize("words", FIGURES["words"])
def test_the_words_of_a_figure_are_text(shell: InteractiveShell, outputs: Outputs, words: str) -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2], [3, 4], label=words)
    axes.set(title=words, xlabel=words)
    shell.user_ns["fig"] = figure
    shell.run_line_magic("rusoil", "interpret fig")
    plt.close(figure)
    assert is_only_text(outputs)
    assert "<a" not in outputs.html[-1]
    assert words.replace("$", "") in Page(outputs.html[-1]).text


@pytest.mark.parametrize("words", FIGURES["words"])
def test_the_header_of_a_well_log_is_text(
    shell: InteractiveShell, outputs: Outputs, tmp_path: Path, words: str
) -> None:
    (tmp_path / "w.las").write_text(FIGURES["las"].replace("{words}", words))
    shell.run_line_magic("rusoil", f"interpret {tmp_path}/w.las")
    assert is_only_text(outputs)
    assert "<a" not in outputs.html[-1]


def test_what_a_vendor_lists_is_text(
    shell: InteractiveShell, wire: Any, outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = FIGURES["model"]
    listed = [
        {"id": evil, "name": evil + "`", "backend": evil},
        {"id": "b", "name": "B", "backend": "b", "available": False, "reason": evil, "next_step": evil},
    ]
    backends = [{"name": evil, "kind": "x", "ready": False, "reason": evil, "next_step": evil}]
    monkeypatch.setattr(conftest, "MODELS", {"models": listed, "default": evil})
    monkeypatch.setattr(conftest, "STATUS", {**conftest.STATUS, "backends": backends, "mode": "local"})
    shell.run_line_magic("rusoil", "models")
    shell.run_line_magic("rusoil", "status")
    assert len(outputs) == 2
    assert is_only_text(outputs)
    assert "onerror=alert(1)" in Page(outputs.html[0]).text


def test_the_words_of_a_refusal_and_a_notice_are_text(
    shell: InteractiveShell, wire: Any, outputs: Outputs
) -> None:
    evil = FIGURES["model"] + "\n\n<script>alert(1)</script>"
    part = {"kind": "file", "name": evil, "size": 10, "text": evil + "\n```\n<b>"}
    consent = {"backend": "far", "model": evil, "destination": evil, "parts": [part]}
    error = {"code": "consent_required", "message": evil, "next_step": evil, "consent": consent}
    wire.refusal = (403, {"error": error})
    assert not shell.run_cell("%rusoil hi").success
    wire.refusal = None
    wire.events = [{"type": "notice", "code": "x", "message": evil, "next_step": evil}, *conftest.text("ok")]
    shell.run_cell("%rusoil hi").raise_error()
    assert "<script>" in outputs[0]["text/plain"]
    assert is_only_text(outputs)


@pytest.mark.parametrize(
    ("case", "seen", "typeset"),
    [
        ("03-chat-latex-brackets", ["Path C:\\[a]\\(b) and", "<code>\\(d\\)</code>"], 2),
        ("06-chat-dollar-prices", ["Oil cost $61.5 in May and $66 in June. A formula: "], 1),
        ("28-chat-nested-fences", ["run me\n```\n\nEnd of T.\n</code></pre>\n<p>After.</p>"], 0),
        (
            "38-chat-angle-brackets",
            ["Use vector&lt;int&gt;. Put it into &lt;YOUR_KEY&gt;.", ">https://example.org</a>"],
            0,
        ),
    ],
)
def test_an_answer_looks_as_it_was_meant(
    shell: InteractiveShell, wire: Any, outputs: Outputs, case: str, seen: list[str], typeset: int
) -> None:
    wire.events = conftest.text((CASES / case / "input.md").read_text("utf-8"))
    shell.run_cell("%%rusoil\nhi").raise_error()
    html = outputs.html[-1]
    assert all(part in html for part in seen)
    assert html.count('class="rusoil-math tex2jax_process mathjax_process"') == typeset
    assert strangers(html) == []
    assert all(part in exported(outputs[-1]) for part in seen)


def test_long_answers_cost_the_kernel_little(shell: InteractiveShell, wire: Any, outputs: Outputs) -> None:
    """Each answer of a hundred thousand characters is shown; how work grows is tested in tests/words."""
    source = (CASES / "security/17-slow-texts-in-the-kernel/input.py").read_text("utf-8")
    named: dict[str, Any] = {}
    exec(source, named)
    for answer in named["ANSWERS"].values():
        wire.events = conftest.text(answer[:50_000], answer[50_000:])
        shell.run_cell("%%rusoil\nhi").raise_error()
        assert outputs[-1]["text/plain"] == answer
        assert strangers(outputs.html[-1]) == []


def test_a_saved_notebook_holds_no_markdown_of_a_model(
    outputs: Outputs, shell: InteractiveShell, wire: Any
) -> None:
    wire.events = conftest.text("*a* ", "b")
    shell.run_cell("%rusoil hi").raise_error()
    cell = new_code_cell("", outputs=[new_output("display_data", bundle) for bundle in outputs])
    nbformat.validate(new_notebook(cells=[cell]))
    assert all("text/markdown" not in bundle for bundle in outputs)
