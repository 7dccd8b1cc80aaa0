"""What an answer may do to a page: nothing. A listener on the net and an inspector of the page."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page, Request

    from tests.browser.panel import Panel

CASES = Path(__file__).parent.parent / "cases"
NOWHERE = "http://attacker.example"

# Every element of the answers that a markdown answer can't have, our own buttons and typeset formulas apart.
STRANGERS = """() => {
  const known = 'P BR HR EM STRONG S CODE PRE BLOCKQUOTE UL OL LI H1 H2 H3 H4 H5 H6'
    + ' TABLE THEAD TBODY TR TH TD A SPAN DIV';
  const names = new Set(known.split(' '));
  const attributes = new Set(['class', 'href', 'rel', 'target', 'start', 'tabindex', 'hidden']);
  const ours = '.jp-RusoilCode-toolbar, .jp-RusoilCode-toolbar *, .jp-RusoilDiagram,'
    + ' .jp-RusoilDiagram-reason, mjx-container, mjx-container *';
  const strange = element => !names.has(element.tagName)
    || [...element.attributes].some(({ name }) => !attributes.has(name))
    || (element.tagName === 'A' && !/^(https?:|mailto:)/.test(element.href));
  return [...document.querySelectorAll('.jp-RusoilMarkdown *')]
    .filter(element => !element.matches(ours) && strange(element))
    .map(element => element.outerHTML);
}"""


class Listener(ThreadingHTTPServer):
    """A server that waits for a page to ask it for anything, and notes for what."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Ear(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.heard.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener at work."""
    with Listener() as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        yield listener
        listener.shutdown()
        thread.join()


def strangers(page: Page) -> list[str]:
    """What stands in the answers of the page and is no part of a markdown answer."""
    return list(page.evaluate(STRANGERS))


def requests_elsewhere(panel: Panel) -> list[str]:
    """A list that fills with the addresses outside of this Lab that the page asks for.

    What its policy stops is no request: it was never sent.
    """
    elsewhere: list[str] = []
    own = (panel.lab.url, panel.lab.url.replace("http", "ws", 1), "data:", "blob:", "about:")

    def forget(request: Request) -> None:
        if request.failure == "csp":
            elsewhere.remove(request.url)

    panel.page.on("request", lambda request: request.url.startswith(own) or elsewhere.append(request.url))
    panel.page.on("requestfailed", forget)
    return elsewhere


FRAMES = 60  # that the browser may take to say so


def sent(page: Page, elsewhere: list[str]) -> list[str]:
    """What of these was sent: the browser tells a moment after a request that its policy has stopped it."""
    for _frame in range(FRAMES):
        if not elsewhere:
            break
        page.evaluate("() => new Promise(resolve => requestAnimationFrame(() => resolve()))")
    return elsewhere


def work_of(page: Page) -> Callable[[], float]:
    """A clock of the page's main thread: seconds of the processor, so that a busy machine does not count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")

    return seconds


def say(panel: Panel, text: str) -> Locator:
    """Let the scripted model say a text; the answer."""
    return panel.ask("!say " + text.replace("\n", "\\n"))


def reopen(panel: Panel, answers: int) -> None:
    """Open Lab and its conversation again, as somebody does the next day."""
    panel.page.reload()
    panel.root.wait_for()
    panel.button("Conversations").click()
    panel.page.locator(".jp-RusoilSessions-open").first.click()
    panel.page.wait_for_function(
        "n => document.querySelectorAll('[data-role=assistant][data-state=done]').length === n", arg=answers
    )


def words_of(answer: Locator) -> Locator:
    """The text of an answer, without its buttons."""
    return answer.locator(".jp-RusoilAnswer-text")
