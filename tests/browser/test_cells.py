"""Answers in cells of a real Lab, which trusts the output of a cell that was just run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import notebooks
from tests.browser.panel import LONG, Panel

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser

CASES = Path(__file__).parents[1] / "cases"
EVIL = json.loads((CASES / "security/01-answers-of-magics/input.json").read_text("utf-8"))
WORDS = json.loads((CASES / "security/02-words-of-figures/input.json").read_text("utf-8"))["words"]
LOAD = "%load_ext rusoil_jupyter_kernel"
FORBIDDEN = (
    "img, script, iframe, svg, video, audio, object, embed, form, input, button, style, link, [onerror]"
)


def ask(answer: str) -> str:
    return "%%rusoil -m scripted/echo\n!say " + answer.replace("\n", "\\n")


def interpret(words: str) -> str:
    return f"plt.plot([1, 2]); plt.title({words!r})\nplt.show()\n%rusoil interpret"


def test_nothing_of_an_answer_or_a_figure_runs_or_is_fetched(lab: Lab, page: Page) -> None:
    """Neither in the page that ran the cells nor where the saved notebook is opened again."""
    answers = [answer for answer in EVIL.values() if "\r" not in answer]
    cells = [LOAD + "\nfrom matplotlib import pyplot as plt", *map(ask, answers), *map(interpret, WORDS)]
    notebooks.write(lab, "evil.ipynb", *cells)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    def answer_dialog(dialog: Dialog) -> None:
        fetched.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer_dialog)
    opened = notebooks.open_in(Panel(page, lab), "evil.ipynb", model=None)
    for cell in range(len(cells)):
        notebooks.run_cell(page, opened.nth(cell))
    outputs = page.locator(".jp-OutputArea-output .rusoil-words")
    expect(outputs).to_have_count(len(answers) + len(WORDS), timeout=LONG)
    assert outputs.locator(FORBIDDEN).count() == 0
    addresses = outputs.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert addresses
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in addresses)
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    notebooks.open_in(Panel(page, lab), "evil.ipynb", model=None)
    expect(outputs.first).to_be_visible()
    assert [what for what in fetched if "attacker.example" in what or what == "1"] == []


def test_mathematics_is_set_and_prices_are_not(lab: Lab, page: Page) -> None:
    names = ("03-chat-latex-brackets", "06-chat-dollar-prices")
    sources = [(CASES / name / "input.md").read_text("utf-8").strip() for name in names]
    notebooks.write(lab, "words.ipynb", LOAD, *map(ask, sources))
    opened = notebooks.open_in(Panel(page, lab), "words.ipynb", model=None)
    for cell in range(3):
        notebooks.run_cell(page, opened.nth(cell))
    brackets, prices = (opened.nth(cell).locator(".rusoil-words") for cell in (1, 2))
    expect(brackets.locator("mjx-container")).to_have_count(2, timeout=LONG)
    expect(brackets).to_contain_text("Path C:\\[a]\\(b) and \\(d\\).")
    expect(prices.locator("mjx-container")).to_have_count(1, timeout=LONG)
    expect(prices).to_contain_text("Oil cost $61.5 in May and $66 in June. A formula:")
