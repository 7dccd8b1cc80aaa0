"""The simple chat page in a real Chromium, as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server.conftest import Server, poll

pytestmark = pytest.mark.browser
expect.set_options(timeout=60_000)
SCREENS = Path(__file__).parents[2] / "artifacts" / "screens"
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """The page, opened with the token in its address; it must not complain in the console."""
    page = browser.new_page(viewport={"width": 900, "height": 760}, locale="en-US")
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if "Security Policy" in line.text else None)
    page.goto(f"{server.url}rusoil/chat?token={server.token}")
    expect(page.locator("#model option")).to_have_count(5)
    yield page
    assert troubles == []
    page.close()


def ask(page: Page, text: str) -> None:
    page.get_by_label("Ask the assistant").fill(text)
    page.keyboard.press("Enter")


def test_a_question_is_answered_on_the_page(page: Page) -> None:
    ask(page, "!say Hello, oil!")
    expect(page.locator("li[data-role=user]")).to_have_text("!say Hello, oil!")
    expect(page.locator("li[data-role=assistant]")).to_have_text("Hello, oil!")
    expect(page.get_by_label("Ask the assistant")).to_have_value("")
    expect(page.get_by_label("Ask the assistant")).to_be_focused()


def test_the_conversation_goes_on(page: Page) -> None:
    for number in range(3):
        ask(page, f"!say answer {number}")
        expect(page.locator("li[data-role=assistant]").nth(number)).to_have_text(f"answer {number}")
        expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_an_answer_streams_and_is_stopped(page: Page, server: Server) -> None:
    ask(page, "!forever")
    expect(page.locator("li[data-role=assistant]")).to_contain_text("word3 ")
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("li[data-role=notice]")).to_have_text("Stopped.")
    poll("the model is free", server.idle)
    expect(page.get_by_label("Ask the assistant")).to_have_value("!forever")


def test_an_error_is_a_sentence_and_the_prompt_is_kept(page: Page) -> None:
    ask(page, "!words 2\n!crash")
    error = page.locator("li[data-role=error]")
    expect(error).to_have_text("The model stopped in the middle of the answer. Ask again.")
    expect(page.get_by_label("Ask the assistant")).to_have_value("!words 2\n!crash")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_a_lost_server_is_a_sentence_and_the_prompt_is_kept(page: Page) -> None:
    page.route("**/api/chat", lambda route: route.abort())
    ask(page, "precious words")
    expect(page.locator("li[data-role=error]")).to_contain_text("connection was lost")
    expect(page.get_by_label("Ask the assistant")).to_have_value("precious words")


def test_a_long_answer_is_followed_to_its_end(page: Page) -> None:
    ask(page, "!words 900\n!say the end")
    expect(page.locator("li[data-role=assistant]")).to_contain_text("the end")
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport()
    left = page.locator("#messages").evaluate(
        "list => list.scrollHeight - list.scrollTop - list.clientHeight"
    )
    assert left < 2, "the end of the answer is out of sight"
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), "the page itself scrolls"


def test_what_is_typed_during_an_answer_stays(page: Page) -> None:
    ask(page, "!wait 0.5\n!say done")
    page.get_by_label("Ask the assistant").fill("my next question")
    expect(page.locator("li[data-role=assistant]")).to_have_text("done")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    expect(page.get_by_label("Ask the assistant")).to_have_value("my next question")


def test_what_the_model_says_is_text_and_no_page(page: Page) -> None:
    ask(page, "!say <img src=x onerror=document.title=1><b>bold</b>")
    expect(page.locator("li[data-role=assistant]")).to_contain_text("<b>bold</b>")
    assert page.locator("li b, li img").count() == 0


def test_without_a_login_the_page_leads_to_it_and_back(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    page.goto(f"{server.url}rusoil/chat")
    assert "/login" in page.url
    page.locator("#password_input").fill(server.token)
    page.locator("#login_submit").click()
    page.wait_for_url("**/rusoil/chat")
    ask(page, "!say in")
    expect(page.locator("li[data-role=assistant]")).to_have_text("in")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_of_the_page_is_kept(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ask(page, r"!say The density of Brent is 0.835.\n\nrho = 0.835 * 1000  # kg/m3")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    ask(page, "!say A second answer, a little longer, so that a line must break somewhere near the margin.")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    ask(page, "!say Сколько это в барр")  # a language that this model does not speak
    expect(page.locator("li[data-role=notice]")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_enabled()
    ask(page, "!words 3\n!crash")
    expect(page.locator("li[data-role=error]")).to_be_in_viewport()
    SCREENS.mkdir(parents=True, exist_ok=True)
    name = "chat-page.png" if scheme == "light" else "chat-page-dark.png"
    page.screenshot(path=SCREENS / name)
    assert (SCREENS / name).stat().st_size > 10_000
