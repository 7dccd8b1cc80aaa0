"""Everything else the panel does, on the scripted model."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import notebooks
from tests.browser.panel import Panel

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser

# How light the answer's letters and their background are, from 0 to 255.
CONTRAST = """() => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
  const text = document.querySelector('[data-role=assistant] p');
  const panel = document.querySelector('.jp-RusoilChatPanel');
  return [light(getComputedStyle(text).color), light(getComputedStyle(panel).backgroundColor)];
}"""
MARKDOWN = r"!say # Title\n\nMath $x^2$ and **bold**.\n\n```python\nprint(1)\n```\n\nEnd."


def test_markdown_math_and_highlighted_code(panel: Panel):
    answer = panel.ask(MARKDOWN)
    expect(answer.get_by_role("heading", name="Title")).to_be_visible()
    expect(answer.locator("mjx-container, .MathJax")).to_be_visible()
    expect(answer.locator("pre span[class*=cm-], pre .ͼ, pre span").first).to_be_visible()


def test_regenerate_replaces_the_answer(panel: Panel):
    panel.ask("hello there")
    panel.button("Regenerate answer").click()
    expect(panel.answers).to_have_count(1)
    panel.wait_done(panel.answers.first)
    expect(panel.questions).to_have_count(1)


def test_edit_and_ask_again_replaces_what_followed(panel: Panel):
    panel.ask("first question")
    panel.ask("second question")
    panel.questions.first.hover()
    panel.button("Edit and ask again").first.click()
    expect(panel.box).to_have_value("first question")
    panel.send("better question")
    expect(panel.questions).to_have_count(1)
    expect(panel.answers).to_have_count(1)
    expect(panel.answers.first).to_contain_text("better question")


def test_sessions_are_switched_renamed_and_deleted(panel: Panel, page: Page):
    panel.ask("about wells")
    panel.button("New conversation").click()
    expect(panel.answers).to_have_count(0)
    panel.ask("about pumps")
    panel.button("Conversations").click()
    page.get_by_role("button", name="Rename about wells").first.click()
    page.get_by_role("textbox", name="Title").fill("Wells")
    page.get_by_role("button", name="Rename", exact=True).click()
    panel.button("Conversations").click()
    page.locator(".jp-RusoilSessions-open").filter(has_text="Wells").first.click()
    expect(panel.questions).to_contain_text("about wells")
    panel.button("Conversations").click()
    page.get_by_role("button", name="Delete Wells").first.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".jp-RusoilSessions-open").filter(has_text="Wells")).to_have_count(0)


def test_a_failed_answer_is_a_sentence_with_a_retry_and_keeps_the_question(panel: Panel):
    answer = panel.ask("one two\n!crash")
    card = answer.get_by_role("alert")
    expect(card).to_contain_text("The model stopped in the middle of the answer.")
    expect(panel.questions.first).to_contain_text("!crash")
    card.get_by_role("button", name="Retry").click()
    expect(panel.answers).to_have_count(1)


def test_a_reload_in_the_middle_goes_on_where_it_was(panel: Panel, page: Page):
    with page.expect_response(lambda r: "/lab/api/workspaces" in r.url and r.request.method == "PUT"):
        panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word20")
    page.reload()
    panel.root.wait_for()
    expect(panel.answers.first).to_contain_text("word0 word1 word2", timeout=60_000)
    panel.button("Stop").click()
    panel.wait_done(panel.answers.first)
    numbers = [int(n) for n in re.findall(r"word(\d+)", panel.answers.first.inner_text())]
    assert numbers == list(range(len(numbers)))


def test_an_answer_that_is_coming_is_found_from_another_browser(
    panel: Panel, page: Page, browser: Browser, lab: Lab
):
    panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word20")
    elsewhere = browser.new_context(viewport={"width": 1400, "height": 900})
    other = Panel(elsewhere.new_page(), lab).open()
    other.button("Conversations").click()
    other.page.locator(".jp-RusoilSessions-open").filter(has_text="Answering now").first.click()
    expect(other.answers.first).to_contain_text("word0 word1 word2", timeout=60_000)
    page.goto("about:blank")
    other.button("Stop").click()
    other.wait_done(other.answers.first)
    numbers = [int(n) for n in re.findall(r"word(\d+)", other.answers.first.inner_text())]
    assert numbers == list(range(len(numbers)))
    elsewhere.close()


def test_a_lost_connection_is_told_and_nothing_is_lost(panel: Panel, page: Page):
    panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word20")
    panel.network(down=True)
    expect(panel.root.get_by_text("Reconnecting")).to_be_visible()
    panel.network(down=False)
    expect(panel.root.get_by_text("Reconnecting")).to_have_count(0, timeout=60_000)
    panel.button("Stop").click()
    panel.wait_done(panel.answers.first)
    numbers = [int(n) for n in re.findall(r"word(\d+)", panel.answers.first.inner_text())]
    assert numbers == list(range(len(numbers)))


def test_what_will_be_sent_is_shown_first(panel: Panel, page: Page, lab: Lab):
    notebooks.write(lab, "attach.ipynb", "secret_number = 42")
    cells = notebooks.open_in(panel, "attach.ipynb")
    cells.first.locator(".cm-content").click()
    panel.box.fill("What is this? @cell")
    panel.button("Preview what will be sent").click()
    expect(panel.root.get_by_role("region", name="What will be sent")).to_contain_text("secret_number = 42")
    panel.box.press("Enter")
    expect(panel.questions.first.get_by_role("listitem")).to_be_visible()


def test_code_goes_into_the_notebook_only_when_asked(panel: Panel, page: Page, lab: Lab):
    path = notebooks.write(lab, "code.ipynb", "x = 1")
    before = path.read_bytes()
    cells = notebooks.open_in(panel, "code.ipynb")
    answer = panel.ask(MARKDOWN)
    expect(cells).to_have_count(1)
    assert path.read_bytes() == before
    answer.get_by_role("button", name="Insert as a new cell below").click()
    expect(cells).to_have_count(2)
    expect(cells.nth(1)).to_contain_text("print(1)")
    cells.nth(0).locator(".cm-content").click()
    answer.get_by_role("button", name="Replace the active cell").click()
    expect(cells.nth(0)).to_contain_text("print(1)")
    answer.get_by_role("button", name="Copy code").click()
    assert page.evaluate("navigator.clipboard.readText()").strip() == "print(1)"


def test_an_error_is_explained_by_a_button_at_its_traceback(panel: Panel, page: Page, lab: Lab):
    notebooks.write(lab, "error.ipynb", "1 / 0")
    cells = notebooks.open_in(panel, "error.ipynb")
    notebooks.run_cell(page, cells.first)
    cells.first.get_by_role("button", name="Explain this error").click()
    expect(panel.questions.first).to_contain_text("Explain this error")
    panel.wait_done(panel.answers.first)
    stored = page.request.get(f"{lab.url}/rusoil/api/sessions").json()["sessions"][0]["id"]
    sent = json.dumps(page.request.get(f"{lab.url}/rusoil/api/sessions/{stored}").json())
    assert "ZeroDivisionError" in sent
    assert "1 / 0" in sent
    assert "\\u001b" not in sent


def test_the_keyboard_alone_is_enough(panel: Panel, page: Page):
    panel.box.focus()
    page.keyboard.type("line one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("!forever")
    page.keyboard.press("Enter")
    expect(panel.answers.first).to_contain_text("word3")
    page.keyboard.press("Escape")
    panel.wait_done(panel.answers.first)
    page.keyboard.press("ArrowUp")
    expect(panel.box).to_have_value("line one\n!forever")


def test_both_themes_look_right(panel: Panel, page: Page):
    panel.ask(MARKDOWN)
    page.screenshot(path="artifacts/screens/theme-light.png")
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    expect(panel.answers.first.get_by_role("heading", name="Title")).to_be_visible()
    ink, paper = page.evaluate(CONTRAST)
    assert abs(ink - paper) > 120, "the answer can't be read in the dark theme"
