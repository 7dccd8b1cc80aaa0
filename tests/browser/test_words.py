"""What a model says stays words: nothing of an answer runs, fetches, starts or stalls anything."""

from __future__ import annotations

import json
import runpy
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import notebooks
from tests.browser.words import (
    CASES,
    NOWHERE,
    listening,
    reopen,
    requests_elsewhere,
    say,
    sent,
    strangers,
    words_of,
    work_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.panel import Panel
    from tests.browser.words import Listener
    from tests.lab import Lab

pytestmark = pytest.mark.browser

SECURITY = CASES / "security"


def answers_of(case: str) -> dict[str, str]:
    """The answers of a case by name, and others of their kind."""
    files = [SECURITY / case / name for name in ("input.json", "others.json")]
    return {
        name: text for file in files if file.is_file() for name, text in json.loads(file.read_text()).items()
    }


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def test_the_panel_fetches_nothing_that_an_answer_names(panel: Panel, page: Page, listener: Listener):
    elsewhere = requests_elsewhere(panel)
    answers = answers_of("03-panel-fetches")
    for text in answers.values():
        say(panel, f"{text}\n\n{text.replace(NOWHERE, listener.url)}")
    reopen(panel, len(answers))
    expect(panel.answers.nth(0).get_by_role("link", name="x").first).to_have_attribute(
        "href", f"{NOWHERE}/picture?q=secret"
    )
    assert strangers(page) == []
    assert (sent(panel.page, elsewhere), listener.heard) == ([], [])
    assert page.evaluate("window.pwned") is None


def test_a_diagram_is_drawn_where_nothing_can_be_fetched(panel: Panel, page: Page, listener: Listener):
    elsewhere = requests_elsewhere(panel)
    hostile = [text for name, text in answers_of("03-panel-fetches").items() if name.startswith("diagram")]
    for text in hostile:
        answer = say(panel, text.replace(NOWHERE, listener.url))
        draw(answer)
    drawn = draw(say(panel, "```mermaid\ngraph TD\n A[Скважина] --> B[Насос]\n```"))
    expect(drawn).to_have_attribute("alt", "Diagram")
    assert page.evaluate("e => e.naturalWidth", drawn.element_handle()) > 50
    assert page.locator("iframe").count() == 0
    assert strangers(page) == []
    assert (sent(panel.page, elsewhere), listener.heard) == ([], [])
    assert page.evaluate("window.pwned") is None


def draw(answer: Locator) -> Locator:
    """Press the button of a diagram; its picture, or the note that there is none."""
    answer.get_by_role("button", name="Draw the diagram").click()
    drawn = answer.locator(".jp-RusoilDiagram, .jp-RusoilDiagram-reason")
    drawn.wait_for()
    return drawn


def test_a_diagram_that_is_none_is_told_and_its_source_stays(panel: Panel):
    answer = say(panel, "```mermaid\ngraph TD\n A --\n```")
    expect(draw(answer)).to_contain_text("The diagram can’t be drawn")
    expect(answer.locator("pre")).to_contain_text("A --")
    drawn = say(panel, "```mermaid\ngraph TD\n A --> B\n```")
    draw(drawn)
    expect(drawn.locator("pre")).to_be_hidden()
    drawn.get_by_role("button", name="Show the source").press("Enter")
    expect(drawn.locator("pre")).to_contain_text("A --> B")


def test_nothing_in_an_answer_can_be_pressed_but_our_own_buttons_and_links(panel: Panel, page: Page):
    pressable = (
        "button, input, select, textarea, form, summary, label, area, [data-commandlinker-command], "
        "[tabindex]:not(pre), [role], [contenteditable], [onclick]"
    )
    for text in answers_of("04-buttons-of-answers").values():
        found = words_of(say(panel, text)).locator(pressable)
        assert found.and_(page.locator(":not(.jp-RusoilCode-toolbar *, .jp-RusoilCode-toolbar)")).count() == 0
        expect(words_of(panel.answers.last)).to_contain_text(text.split("\n")[0][:10].lstrip("["))
    assert strangers(page) == []


def test_what_is_copied_is_what_is_seen(panel: Panel, page: Page):
    answers = answers_of("05-code-that-is-not-seen")
    answers |= {
        "comment": "```py\nprint(1)<!-- ;HIDDEN -->\n```".replace("HIDDEN", "SEEN"),
        "title": '<pre title=";HIDDEN"><code>print(1)</code></pre>',
    }
    for text in answers.values():
        answer = say(panel, text)
        for copy in answer.get_by_role("button", name="Copy code").all():
            copy.click()
            copied = page.evaluate("navigator.clipboard.readText()")
            assert "HIDDEN" not in copied
            assert copied in words_of(answer).inner_text()
        assert answer.locator("pre").count() == text.count("```") / 2


def test_a_fence_keeps_every_letter_to_the_cell(panel: Panel, page: Page, lab: Lab):
    code = "a = '<b>&amp;</b>'  # \\(x\\) $5 `q` *s* <!-- c -->\n\n\tif a:\n        pass  "
    notebooks.write(lab, "letters.ipynb", "x = 1")
    cells = notebooks.open_in(panel, "letters.ipynb")
    answer = say(panel, f"```python\n{code}\n```\n\nEnd.")
    answer.get_by_role("button", name="Copy code").click()
    assert page.evaluate("navigator.clipboard.readText()") == code
    answer.get_by_role("button", name="Insert as a new cell below").click()
    lines = cells.nth(1).locator(".cm-line")
    expect(lines).to_have_text(code.split("\n"))


def test_words_of_others_are_text_wherever_they_stand(panel: Panel, page: Page, listener: Listener):
    elsewhere = requests_elsewhere(panel)
    tag = f'<img src="{listener.url}/x" onerror="window.pwned=1"><b>bold</b> **two** [a]({listener.url})'
    question = f"{tag}\n!think {tag}\n!crash"
    page.evaluate(DROP, f"{tag.replace('/', ':')}.xyz")
    expect(page.locator(".jp-toast-message")).to_contain_text("<b>bold")
    answer = panel.ask(question)
    answer.locator("summary").click()
    expect(answer.locator(".jp-RusoilReasoning-text")).to_have_text(tag)
    expect(panel.questions.first).to_contain_text(tag)
    expect(panel.root.get_by_role("heading").first).to_contain_text("<img src=")
    panel.button("Conversations").click()
    expect(page.locator(".jp-RusoilSessions-open").first).to_contain_text("<img src=")
    page.get_by_role("button", name="Delete <img").first.click()
    expect(page.locator(".jp-Dialog")).to_contain_text("<img src=")
    assert page.locator("img[src*=x], b", has_text="bold").count() == 0
    assert (sent(panel.page, elsewhere), listener.heard) == ([], [])
    assert page.evaluate("window.pwned") is None


DROP = """name => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(['x'], name, { type: 'video/x-unheard-of' }));
  document.querySelector('.jp-RusoilComposer').dispatchEvent(
    new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
  );
}"""


DEEP = {
    "scripts": "$" + "x^{" * 150 + "1" + "}" * 150 + "$",
    "groups": "$$" + "{" * 300 + "x" + "}" * 300 + "$$",
    "brackets": "\\[" + "\\left(" * 200 + "x" + "\\right)" * 200 + "\\]",
    "roots": "\\(" + "\\sqrt{" * 150 + "x" + "}" * 150 + "\\)",
    "environments": "\\begin{align}" + "\\begin{aligned}" * 90 + "x" + "\\end{aligned}" * 90 + "\\end{align}",
    "in a table": "|a|\n|-|\n|$" + "\\frac{1}{" * 120 + "x" + "}" * 120 + "$|",
    "not closed": "$" + "\\frac{1}{" * 120 + "x$",
    "long": "$" + "x+" * 5000 + "x$",
    "definitions": "$\\def\\a{x\\a\\a}\\a$ $\\let\\b\\def\\b\\c{x}$",
    "marks": "$" + "\\hat{" * 120 + "x" + "}" * 120 + "$",
}


def test_deep_mathematics_stays_text_and_the_tab_lives(panel: Panel, page: Page):
    answers = {**answers_of("06-deep-mathematics"), **DEEP}
    for text in answers.values():
        answer = say(panel, text)
        expect(words_of(answer)).to_contain_text("x")
        expect(answer.locator("mjx-container")).to_have_count(0)
    ordinary = say(panel, "$\\frac{1}{1+\\frac{1}{1+\\frac{1}{x}}}$ and \\[\\sqrt{x^{2^{2}}}\\]")
    expect(ordinary.locator("mjx-container")).to_have_count(2)
    reopen(panel, len(answers) + 1)
    expect(panel.answers.last.locator("mjx-container")).to_have_count(2)
    expect(panel.answers.first.locator("code")).to_contain_text("\\frac{1}{\\frac{1}")
    assert panel.ask("still there").is_visible()


def test_deep_mathematics_stays_text_while_it_comes(panel: Panel):
    words = " ".join(f"\\frac{{{n}}}{{" for n in range(150))
    panel.send(f"!say ${words} x\n!forever")
    expect(panel.answers.first).to_contain_text("word50")
    panel.button("Stop").click()
    panel.wait_done(panel.answers.first)
    expect(panel.answers.first.locator("mjx-container")).to_have_count(0)


def long_texts() -> dict[str, str]:
    runs = " ".join("`" * n for n in range(1, 400))
    table = "\n".join(["|" + "h|" * 100, "|" + "-|" * 100, *["|" + "cell|" * 100] * 300])
    return {
        **runpy.run_path(str(SECURITY / "07-texts-that-stall-the-page/input.py"))["ANSWERS"],
        "backticks": runs,
        "underscores": "_a __a " * 4000,
        "brackets": "[" * 20_000,
        "openers": "$a \\(b \\[c " * 4000,
        "quotes": ">" * 20_000,
        "code": "```python\n" + "print(1)\n" * 20_000 + "```",
        "table": table,
    }


@pytest.mark.timeout(600)
def test_a_long_answer_does_not_stall_the_page(panel: Panel, page: Page):
    work = work_of(page)
    answers = long_texts()
    for name, text in answers.items():
        before = work()
        say(panel, text)
        assert work() - before < 5, name  # all of its work, so that no part of it can take longer
    panel.answers.nth(len(answers) - 1).locator("td").nth(29_999).wait_for()
    assert panel.answers.nth(len(answers) - 2).locator("pre").inner_text().count("print(1)") == 20_000


def test_formulas_are_typeset_and_prices_stay_prices(panel: Panel):
    brackets = say(panel, (CASES / "03-chat-latex-brackets/input.md").read_text())
    expect(brackets.locator("mjx-container")).to_have_count(2)
    expect(words_of(brackets)).to_contain_text("Path C:\\[a]\\(b) and \\(d\\).")
    prices = say(panel, (CASES / "06-chat-dollar-prices/input.md").read_text())
    expect(prices.locator("mjx-container")).to_have_count(1)
    expect(words_of(prices)).to_contain_text("Oil cost $61.5 in May and $66 in June.")


def test_a_fence_in_a_fence_of_markdown_loses_nothing(panel: Panel):
    answer = say(panel, (CASES / "28-chat-nested-fences/input.md").read_text())
    expect(answer.locator("pre")).to_have_count(1)
    expect(answer.locator("pre")).to_contain_text("End of T.")
    expect(answer.locator("p", has_text="After.")).to_be_visible()
    expect(answer.get_by_role("button", name="Copy code")).to_have_count(1)


def test_words_in_angle_brackets_stay(panel: Panel):
    answer = say(panel, (CASES / "38-chat-angle-brackets/input.md").read_text())
    expect(words_of(answer)).to_contain_text(
        "Use vector<int>. Put it into <YOUR_KEY>. See https://example.org."
    )
    expect(answer.get_by_role("link")).to_have_attribute("href", "https://example.org")


# The first answer as it is shown, without our buttons.
SHOWN = """() => {
  const shown = document.querySelector('.jp-RusoilMarkdown').cloneNode(true);
  shown.querySelectorAll('.jp-RusoilCode-toolbar').forEach(bar => bar.remove());
  return shown.innerHTML;
}"""


def test_an_answer_looks_the_same_when_it_is_opened_again(panel: Panel, page: Page):
    answer = say(
        panel,
        "See [the book][1].\n\n- a\n\n  ```py\n  1\n  ```\n\n$$\nx\n- y\n$$\n\n[1]: https://example.org",
    )
    expect(answer.get_by_role("link", name="the book")).to_be_visible()
    expect(answer.locator("mjx-container")).to_be_visible()
    before = page.evaluate(SHOWN)
    reopen(panel, 1)
    expect(panel.answers.first.locator("mjx-container")).to_be_visible()
    assert page.evaluate(SHOWN) == before
