"""A figure that did not understand says which words, and what it can be asked; a button asks exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.browser.figures import RATES, Card, drawn, interpreted
from tests.browser.panel import Panel
from tests.lab import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser
OFFERED = "You can ask this figure:"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A Lab without any model."""
    data = str(tmp_path_factory.mktemp("data"))
    with running_lab(RUSOIL_DATA_DIR=data, RUSOIL_BACKENDS="{}") as lab:
        yield lab


@pytest.fixture
def panel(page: Page, lab: Lab) -> Panel:
    return Panel(page, lab).open()


def offers(of: Locator) -> Locator:
    """The buttons, of which a screen reader is told what they are for."""
    return of.get_by_role("group", name=OFFERED).get_by_role("button")


def photographed(page: Page, name: str, seen: Locator) -> None:
    """A picture in both themes; the light one stays on."""
    for theme in ("Dark", "Light"):
        page.set_viewport_size({"width": 1400, "height": 900})
        wear(page, theme)
        page.set_viewport_size({"width": 1400, "height": 1300})
        seen.scroll_into_view_if_needed()
        page.screenshot(path=SCREENS / f"{name}-{theme.lower()}.png")


def wear(page: Page, theme: str) -> None:
    """Choose a theme by the menu."""
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item").get_by_text(f"JupyterLab {theme}", exact=True).click()
    page.locator(f"body[data-jp-theme-light={'true' if theme == 'Light' else 'false'}]").wait_for(
        state="attached"
    )


def test_the_card_says_what_it_did_not_understand_and_a_key_asks_what_it_offers(
    panel: Panel, page: Page, lab: Lab
):
    drawn(panel, lab, "offers.ipynb", RATES, model=None)
    card = interpreted(panel)
    card.ask("Максимум дебита, кроме Зюкс")
    expect(card.last).to_contain_text("Не понято: «кроме», «Зюкс»")
    expect(card.badge).to_have_count(0)  # nothing was answered: nothing is exact
    maximum = offers(card.last).get_by_text("Максимум", exact=True)
    maximum.focus()
    page.keyboard.press("Tab")
    expect(offers(card.last).nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(maximum).to_be_focused()
    page.keyboard.press("Enter")
    card.wait(3)
    expect(card.last.locator("header")).to_contain_text("Максимум")
    expect(card.last).to_contain_text("131,25")
    expect(card.badge).to_have_text("exact")
    expect(offers(card.last)).to_have_count(0)
    photographed(page, "offers-card", card.last)


def test_in_the_chat_an_instruction_without_a_model_is_said_to_be_so_and_a_key_asks_the_figure(
    panel: Panel, page: Page, lab: Lab
):
    drawn(panel, lab, "instructed.ipynb", RATES, model=None)
    card = interpreted(panel)
    card.root.get_by_role("button", name="Ask in chat, with this figure attached").click()
    card.root.get_by_role("button", name="Close the figure").click()
    answer = panel.ask("Draw a line at the mean")
    expect(answer).to_contain_text("only a model can do it")
    expect(answer.locator(".jp-RusoilBadge")).to_have_count(0)
    minimum = offers(answer).get_by_text("Minimum", exact=True)
    minimum.focus()
    page.keyboard.press("Enter")
    card = Card(panel)
    card.wait(1)
    expect(card.last).to_contain_text("75")
    expect(card.badge).to_have_text("stored")
    expect(panel.questions).to_have_count(1)  # nothing was sent to the chat
    photographed(page, "offers-chat", answer)
