"""The chat panel as a person uses it: by labels, in a real page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tests.lab import TOKEN

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.lab import Lab

# Lets a test cut the page's sockets and keep new ones from opening, as a bad network does.
BAD_NETWORK = """
window.network = { isDown: false, sockets: [] };
window.WebSocket = class extends WebSocket {
  constructor(url, protocols) {
    super(window.network.isDown ? 'ws://127.0.0.1:9' : url, protocols || []);
    window.network.sockets.push(this);
  }
};
"""
LONG = 120_000  # a page load beside a busy model, in milliseconds


class Panel:
    """Opens Lab, asks, and finds what the answer looks like."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.root = page.locator(".jp-RusoilChatPanel")
        self.box = self.root.get_by_role("textbox", name="Ask the assistant")
        self.questions = self.root.locator("[data-role=user]")
        self.answers = self.root.locator("[data-role=assistant]")
        self.status_line = self.root.locator(".jp-RusoilStatusLine")

    def open(self, *, model: str | None = None, path: str = "", reset: bool = True) -> Self:
        """Load Lab; the panel must be open by itself."""
        self.page.add_init_script(BAD_NETWORK)
        self.page.goto(f"{self.lab.url}/lab{path}?token={TOKEN}" + ("&reset" if reset else ""))
        self.root.wait_for(timeout=LONG)
        if model:
            self.choose_model(model)
        return self

    def network(self, *, down: bool) -> None:
        """Cut every WebSocket of the page and keep new ones from opening, or let them open again."""
        self.page.evaluate(
            """down => {
              network.isDown = down;
              if (down) { network.sockets.forEach(socket => socket.close()); }
            }""",
            down,
        )

    def choose_model(self, name: str) -> None:
        self.root.get_by_role("button", name="Model:").click()
        self.page.get_by_role("radio").filter(has_text=name).click()

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def send(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str) -> Locator:
        """Ask and wait for the end; the answer."""
        count = self.answers.count()
        self.send(text)
        answer = self.answers.nth(count)
        self.wait_done(answer)
        return answer

    def wait_done(self, answer: Locator) -> None:
        answer.and_(self.page.locator("[data-state=done], [data-state=error]")).wait_for(timeout=LONG)

    def attach(self, name: str) -> None:
        self.button("Attach").click()
        self.page.get_by_role("button", name=name).click()
