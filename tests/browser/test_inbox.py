"""Answers that rest for their person, questions that wait, thinking that is ended, what runs elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.browser.panel import Panel
from tests.lab import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser

APPROVAL = {
    "text": "Shall this be run?",
    "details": "rm -r <b>old</b>/\nls",
    "choices": [{"id": "once", "label": "Run it once"}, {"id": "no", "label": "Leave it"}],
}
QUESTION = {"text": "Which well?", "choices": [{"id": "Well 1", "label": "The first one"}]}


def ask(kind: str, inquiry: object) -> str:
    """What has the scripted model ask its person."""
    return f"!ask {kind} {json.dumps(inquiry)}"


@pytest.fixture
def elsewhere(browser: Browser, lab: Lab) -> Iterator[Panel]:
    """The same person at another computer."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield Panel(context.new_page(), lab).open()
    context.close()


def open_running(panel: Panel, words: str) -> None:
    """Join an answer by the list of conversations."""
    panel.button("Conversations").click()
    panel.root.get_by_role("list", name="Running now").get_by_role("button").filter(
        has_text=words
    ).first.click()


def queued(panel: Panel) -> Locator:
    return panel.root.get_by_role("region", name="Still to be asked").get_by_role("listitem")


def stop(panel: Panel) -> None:
    panel.button("Stop").click()
    panel.wait_done(panel.answers.last)


def test_an_approval_is_given_after_its_first_browser_was_closed(
    panel: Panel, page: Page, browser: Browser, lab: Lab
):
    panel.send(f"Clean up.\n{ask('approval', APPROVAL)}")
    card = panel.answers.first.get_by_role("group", name="Your approval is needed")
    expect(card).to_contain_text("rm -r <b>old</b>/")
    expect(panel.answers.first).not_to_contain_text("Waiting for the answer")
    expect(panel.root.get_by_text("The assistant asks: Shall this be run?")).to_be_attached()
    page.goto("about:blank")

    context = browser.new_context(viewport={"width": 1400, "height": 900})
    other = Panel(context.new_page(), lab).open()
    expect(other.button("Conversations")).to_contain_text("1")
    open_running(other, "Waits for you: Shall this be run?")
    other.button("Run it once").click()
    other.wait_done(other.answers.first)
    expect(other.answers.first).to_contain_text("You said: once")
    card = other.answers.first.get_by_role("group", name="Your approval is needed")
    expect(card).to_contain_text("Your reply: Run it once")
    expect(card.get_by_role("button")).to_have_count(0)
    context.close()


def test_a_question_is_answered_in_own_words_and_seen_in_every_tab(
    panel: Panel, page: Page, elsewhere: Panel
):
    panel.send(f"Plot it.\n{ask('question', QUESTION)}\nThank you.")
    card = panel.answers.first.get_by_role("group", name="The assistant asks you")
    expect(card.get_by_role("button", name="The first one")).to_be_visible()
    elsewhere.page.evaluate("window.dispatchEvent(new Event('focus'))")
    open_running(elsewhere, "Waits for you: Which well?")
    expect(elsewhere.button("The first one")).to_be_visible()
    card.get_by_role("textbox", name="Your reply").fill("Well 7")
    page.keyboard.press("Enter")
    panel.wait_done(panel.answers.first)
    expect(card).to_contain_text("Your reply: Well 7")
    expect(panel.answers.first).to_contain_text("You said: Well 7")
    expect(elsewhere.answers.first).to_contain_text("Your reply: Well 7")
    expect(elsewhere.button("The first one")).to_have_count(0)
    page.reload()
    expect(panel.answers.first).to_contain_text("Your reply: Well 7", timeout=60_000)
    words = panel.answers.first.inner_text()
    assert words.index("Which well?") < words.index("You said") < words.index("Thank you.")


def test_what_nobody_replied_to_says_so(panel: Panel, page: Page):
    panel.send(ask("approval", APPROVAL))
    expect(panel.button("Leave it")).to_be_visible()
    page.keyboard.press("Escape")
    panel.wait_done(panel.answers.first)
    expect(panel.answers.first).to_contain_text("Nobody answered this.")
    expect(panel.button("Leave it")).to_have_count(0)


def test_a_reply_is_not_lost_with_the_connection(panel: Panel):
    panel.send(ask("approval", APPROVAL))
    expect(panel.button("Leave it")).to_be_visible()
    panel.network(down=True)
    panel.button("Leave it").click()
    expect(panel.root.get_by_text("Reconnecting")).to_be_visible()
    panel.network(down=False)
    panel.wait_done(panel.answers.first)
    expect(panel.answers.first).to_contain_text("You said: no")


def test_what_a_tool_was_called_with_is_folded_text(panel: Panel):
    answer = panel.ask('Look.\n!call look {"at": "<b>here</b>"}\n!result <i>nothing</i>\nSeen.')
    tool = answer.locator("details", has_text="look")
    expect(tool.get_by_text("<i>nothing</i>")).not_to_be_visible()
    tool.locator("summary").click()
    expect(tool.get_by_text('"at": "<b>here</b>"')).to_be_visible()
    expect(tool.get_by_text("<i>nothing</i>")).to_be_visible()


def test_questions_that_wait_are_edited_removed_and_asked_in_their_order(panel: Panel):
    panel.send(ask("approval", APPROVAL))
    expect(panel.button("Leave it")).to_be_visible()
    for words in ("about pumps", "about valves", "about wells"):
        panel.send(words)
    expect(queued(panel)).to_have_count(3)
    expect(panel.questions).to_have_count(1)
    panel.button("Remove about valves").click()
    panel.button("Edit about pumps").click()
    expect(panel.box).to_have_value("about pumps")
    panel.send("about pipes")
    expect(queued(panel)).to_have_count(2)
    expect(queued(panel).nth(0)).to_contain_text("about wells")
    panel.button("Leave it").click()
    expect(panel.questions).to_have_count(3)
    panel.wait_done(panel.answers.nth(2))
    assert [text.strip() for text in panel.questions.all_inner_texts()][1:] == [
        "about wells",
        "about pipes",
    ]
    expect(panel.answers.nth(1)).to_contain_text("about wells")
    expect(panel.answers.nth(2)).to_contain_text("about pipes")
    expect(queued(panel)).to_have_count(0)


def test_questions_that_waited_for_a_stopped_answer_are_asked_by_hand(panel: Panel, page: Page):
    with page.expect_response(lambda r: "/lab/api/workspaces" in r.url and r.request.method == "PUT"):
        panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word3")
    panel.send("about pumps")
    expect(queued(panel)).to_have_count(1)
    stop(panel)
    expect(panel.questions).to_have_count(1)
    page.reload()
    expect(queued(panel)).to_have_count(1, timeout=60_000)
    panel.root.get_by_role("button", name="Ask now: about pumps").click()
    expect(panel.questions).to_have_count(2)
    panel.wait_done(panel.answers.nth(1))
    expect(panel.answers.nth(1)).to_contain_text("about pumps")
    expect(queued(panel)).to_have_count(0)


def test_a_question_asked_elsewhere_is_taken_back_whole(panel: Panel, elsewhere: Panel):
    panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word3")
    panel.box.fill("about pumps")
    panel.button("Send").click()
    expect(queued(panel)).to_have_count(1)
    open_running(elsewhere, "!forever")
    elsewhere.button("Edit about pumps").click()
    expect(elsewhere.box).to_have_value("about pumps")
    expect(queued(panel)).to_have_count(0)
    stop(panel)


def test_thinking_is_ended_by_a_button(panel: Panel):
    panel.send("!ponder\nThe answer.")
    expect(panel.answers.first.get_by_text("Thinking…")).to_be_visible()
    panel.button("Answer now").click()
    panel.wait_done(panel.answers.first)
    expect(panel.answers.first).to_contain_text("The answer.")
    expect(panel.answers.first.get_by_text("Reasoning")).to_be_visible()
    expect(panel.button("Answer now")).to_have_count(0)


def test_what_runs_elsewhere_stands_first_in_the_list(panel: Panel, page: Page):
    panel.send("!forever")
    expect(panel.answers.first).to_contain_text("word3")
    panel.button("New conversation").click()
    panel.ask("about pumps")
    expect(panel.button("Conversations")).to_contain_text("1")
    panel.button("Conversations").click()
    running = panel.root.get_by_role("list", name="Running now").get_by_role("listitem")
    expect(running).to_have_count(1)
    page.screenshot(path=SCREENS / "running-list.png")
    running.get_by_role("button").first.click()
    expect(panel.answers.first).to_contain_text("word3", timeout=60_000)
    stop(panel)
    expect(panel.button("Conversations")).not_to_contain_text("1")


def test_an_answer_that_the_server_cut_is_gone_on_from(browser: Browser, models: str, tmp_path: Path):
    environ = {
        "RUSOIL_MODEL_DIR": models,
        "RUSOIL_BACKENDS": "scripted",
        "RUSOIL_DATA_DIR": str(tmp_path / "data"),
    }
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    with running_lab(**environ) as lab:
        panel = Panel(page, lab).open(model="Scripted eyes")
        panel.send("!forever")
        expect(panel.answers.first).to_contain_text("word20")
    with running_lab(**environ) as lab:
        panel = Panel(page, lab).open(model="Scripted eyes")
        panel.button("Conversations").click()
        page.locator(".jp-RusoilSessions-open").filter(has_text="!forever").click()
        expect(panel.answers.first).to_contain_text("word20")
        expect(panel.answers.first).to_contain_text("The server was stopped before this answer ended.")
        page.screenshot(path=SCREENS / "interrupted.png")
        panel.button("Go on").click()
        expect(panel.questions).to_have_count(2)
        panel.wait_done(panel.answers.nth(1))
        expect(panel.answers.nth(1)).to_contain_text("Go on from where you stopped.")
    context.close()


def test_all_of_it_can_be_read_in_both_themes(panel: Panel, page: Page):
    panel.ask('Look.\n!think Hm.\n!call look {"at": "here"}\n!result nothing\nSeen.')
    panel.answers.first.locator("details", has_text="look").locator("summary").click()
    panel.send(f"{ask('question', QUESTION)}\n{ask('approval', APPROVAL)}\n!ponder")
    panel.button("The first one").click()
    expect(panel.button("Run it once")).to_be_visible()
    panel.send("And how deep is it, and when was it drilled, and who may be asked about it now?")
    expect(queued(panel)).to_have_count(1)
    expect(panel.button("Run it once")).to_be_in_viewport(ratio=1)
    page.screenshot(path=SCREENS / "inbox-light.png")
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.locator("#jupyterlab-splash").wait_for(state="detached")
    page.screenshot(path=SCREENS / "inbox-dark.png")
    panel.button("Run it once").click()
    expect(panel.button("Answer now")).to_be_visible()
    page.screenshot(path=SCREENS / "inbox-thinking-dark.png")
    panel.button("Stop").click()
    expect(panel.root.get_by_role("button", name="Ask now")).to_be_visible()
    page.screenshot(path=SCREENS / "inbox-waiting-dark.png")
