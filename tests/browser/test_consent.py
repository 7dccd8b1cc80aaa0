"""Before anything is sent elsewhere: the dialog that shows it, by keyboard alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.browser.panel import Panel
from tests.lab import TOKEN, running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser

FAR = {"kind": "scripted", "runs_on": "elsewhere"}
BACKENDS = {"far": FAR, "away": FAR, "here": {"kind": "scripted"}}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The first model is one elsewhere, to which nobody has agreed yet."""
    data = str(tmp_path_factory.mktemp("data"))
    with running_lab(RUSOIL_DATA_DIR=data, RUSOIL_BACKENDS=json.dumps(BACKENDS)) as lab:
        yield lab


def test_the_simple_page_asks_too_and_shows_all(page: Page, lab: Lab):
    page.goto(f"{lab.url}/rusoil/chat?token={TOKEN}")
    page.get_by_role("combobox").select_option("away/eyes")
    dialog = page.get_by_role("dialog")
    for button, expected in (("Cancel", "Nothing was sent"), ("Agree", "My rows")):
        page.get_by_role("textbox").fill("My rows " + "x" * 5000 + " THE-END")
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text("away.example", timeout=30_000)
        expect(dialog).to_contain_text("My rows")
        expect(dialog).to_contain_text("THE-END")
        dialog.get_by_role("button", name=button).click()
        expect(page.locator("#messages li").last).to_contain_text(expected)
        page.get_by_role("button", name="Send").and_(page.locator(":enabled")).wait_for()
    expect(dialog).to_have_count(0)


def test_the_user_sees_what_would_be_sent_and_agrees_once(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.send("What is in my data?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Send this to far.example?")
    expect(dialog).to_contain_text("What is in my data?")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "consent-dialog.png")

    page.keyboard.press("Enter")  # the same key that sent the question does not agree to it
    expect(dialog).to_have_count(0)
    expect(panel.answers.first.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(panel.questions).to_contain_text("What is in my data?")

    panel.button("See what would be sent").press("Enter")
    expect(dialog).to_be_visible()
    agree = dialog.get_by_role("button", name="Agree and send")
    for _step in range(10):
        if agree.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel.wait_done(panel.answers.first)
    expect(panel.answers).to_have_count(1)
    expect(panel.questions).to_have_count(1)
    expect(panel.answers.first).to_contain_text("What is in my data?")

    expect(panel.ask("And now?")).to_contain_text("And now?")
    expect(dialog).to_have_count(0)

    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").fill("Where Questions May Be Sent")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("You agreed to send questions to:")
    dialog.get_by_role("combobox").select_option("far.example")
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        dialog.get_by_role("button", name="Revoke").click()
    expect(dialog).to_have_count(0)
    panel.send("Once more?")
    expect(dialog).to_contain_text("Send this to far.example?")
