"""Notebooks with figures, and the card in which one is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser import notebooks
from tests.browser.panel import LONG

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.panel import Panel
    from tests.lab import Lab

# A kernel and a reader are at work behind what is expected here.
expect.set_options(timeout=20_000)
LOAD = "%load_ext rusoil_jupyter_kernel\nimport matplotlib.pyplot as plt\n"
RATES = """t = list(range(1, 13))
q = [100, 131.25, 128, 120, 112, 105, 99, 93, 88, 83, 79, 75]
fig, ax = plt.subplots()
ax.plot(t, q, label="Скважина 12")
ax.set_xlabel("Время, мес")
ax.set_ylabel("Дебит, м³/сут")
ax.set_title("Дебит нефти")
plt.show()"""
# Depth that grows upwards: a mistake whose remedy is sure.
LOG = """fig, ax = plt.subplots()
ax.plot([40, 90, 55, 70], [1000, 1010, 1020, 1030], label="ГК")
ax.set_xlabel("ГК, API")
ax.set_ylabel("Глубина, м")
ax.set_title("Каротаж")
plt.show()"""


class Card:
    """A figure that is read in the chat."""

    def __init__(self, panel: Panel) -> None:
        self.page = panel.page
        self.root = panel.root.locator(".jp-RusoilFigure")
        self.exchanges = self.root.locator(".jp-RusoilExchange")
        self.last = self.exchanges.last
        self.badge = self.last.locator("header .jp-RusoilBadge")
        self.box = self.root.get_by_role("textbox", name="Ask about this figure")
        self.region = self.root.get_by_role("application")

    def tool(self, words: str) -> None:
        """Press one of the buttons under the picture and wait for what comes of it."""
        count = self.exchanges.count()
        self.root.get_by_role("group", name="This figure").get_by_text(words, exact=True).click()
        self.wait(count + 1)

    def ask(self, question: str) -> None:
        """Ask in words and wait for the answer."""
        count = self.exchanges.count()
        self.box.fill(question)
        self.box.press("Enter")
        self.wait(count + 1)

    def wait(self, count: int) -> None:
        """Until so many questions are there and the last one is answered."""
        expect(self.exchanges).to_have_count(count)
        ended = self.last.and_(self.page.locator("[data-state=answered], [data-state=failed]"))
        ended.wait_for(timeout=LONG)
        expect(self.last).to_have_attribute("data-state", "answered")


def outputs(page: Page) -> Locator:
    """All outputs with a figure."""
    return page.locator(".jp-RusoilFigureOutput")


def drawn(panel: Panel, lab: Lab, name: str, *sources: str, model: str | None = "Scripted eyes") -> Locator:
    """A notebook whose cells were run, each with a figure; its cells."""
    notebooks.write(lab, name, *(LOAD + source for source in sources))
    cells = notebooks.open_in(panel, name, model=model)
    for place in range(len(sources)):
        notebooks.run_cell(panel.page, cells.nth(place))
    expect(outputs(panel.page)).to_have_count(len(sources))
    return cells


def interpreted(panel: Panel, place: int = 0) -> Card:
    """The card of a figure, opened by the button on it."""
    output = outputs(panel.page).nth(place)
    output.hover()
    output.get_by_role("button", name="Interpret this output").click()
    card = Card(panel)
    card.wait(1)
    return card
