"""Three hundred mixtures on real pages, the panel's and nbconvert's: nothing runs and nothing is fetched."""

from __future__ import annotations

import re
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from rusoil_jupyter.messages import TextPart
from rusoil_jupyter.protocol import SessionDetail, SessionInfo, SessionList, StoredMessage
from rusoil_jupyter.store.export import export
from rusoil_jupyter_kernel import display
from rusoil_jupyter_kernel.display import NotebookScreen
from tests.browser.chromium import EXECUTABLE, FLAGS
from tests.browser.panel import LONG, Panel
from tests.browser.words import listening, requests_elsewhere, sent, strangers
from tests.words.chosen import chosen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.words import Listener
    from tests.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NOW = "2026-01-01T00:00:00.000+00:00"
# What can run or fetch in a cell of a page that nbconvert made. Its own anchors lead to their heading.
LIVELY = """() => {
  const names = 'script, iframe, object, embed, form, input, button, select, textarea, link, meta, base'
    + ', img, picture, video, audio, source, track, style, svg, math, dialog, details, template, portal';
  const lively = ({ name, value }) => /^on|^src|^srcset|^poster|^action|^formaction|^data/i.test(name)
    || (/href$/i.test(name) && !/^(https?:|mailto:|#)/i.test(value))
    || (/^style$/i.test(name) && /url|expression|import/i.test(value));
  return [...document.querySelectorAll('.jp-OutputArea-output *, .jp-MarkdownOutput *')]
    .filter(element => element.matches(names) || [...element.attributes].some(lively))
    .map(element => element.outerHTML);
}"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def wild(browser: Browser, listener: Listener) -> Iterator[Page]:
    """A page for which every host of the mixtures is the listener."""
    host = listener.url.removeprefix("http://")
    rules = f"--host-resolver-rules=MAP *.example {host}"
    with browser.browser_type.launch(executable_path=EXECUTABLE, args=[*FLAGS, rules]) as own:
        page = own.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(LONG)
        yield page


def session(texts: tuple[str, ...]) -> SessionDetail:
    """A conversation in which the model said all of them."""

    def said(number: int, role: str, text: str) -> StoredMessage:
        parts = (TextPart(text=text),)
        return StoredMessage(
            id=f"{number:032x}", role=role, parts=parts, created_at=NOW, model="scripted/echo"
        )

    pairs = [("user", f"Question {number}.", "assistant", text) for number, text in enumerate(texts)]
    messages = [
        said(2 * n + place, *pair[2 * place : 2 * place + 2])
        for n, pair in enumerate(pairs)
        for place in (0, 1)
    ]
    return SessionDetail(
        id="f" * 32, title="Mixtures", created_at=NOW, updated_at=NOW, messages=tuple(messages)
    )


def answer_with(page: Page, address: str, value: SessionList | SessionDetail) -> None:
    """Let the page find this where the server keeps conversations."""
    body = value.model_dump_json()
    page.route(
        re.compile(rf"/rusoil/api/sessions{address}(\?|$)"),
        lambda route: route.fulfill(body=body, content_type="application/json"),
    )


def test_nothing_of_the_mixtures_runs_or_fetches_in_the_panel(
    wild: Page, lab: Lab, listener: Listener
) -> None:
    """They come as stored answers, all of one conversation."""
    kept = session(chosen())
    listed = SessionList(
        sessions=(SessionInfo.model_validate(kept.model_dump(exclude={"messages", "queue"})),)
    )
    answer_with(wild, "", listed)
    answer_with(wild, f"/{kept.id}", kept)
    panel = Panel(wild, lab).open()
    elsewhere = requests_elsewhere(panel)
    panel.button("Conversations").click()
    wild.locator(".jp-RusoilSessions-open").filter(has_text="Mixtures").first.click()
    wild.wait_for_function(
        """count => {
          const shown = [...document.querySelectorAll('.jp-RusoilMarkdown')];
          return shown.length === count && shown.every(each => each.firstElementChild)
            && !document.querySelector('.jp-RusoilMarkdown-first');
        }""",
        arg=len(chosen()),
    )
    assert strangers(wild) == []
    assert (sent(panel.page, elsewhere), listener.heard) == ([], [])
    assert wild.evaluate("window.pwned") is None


def test_nothing_of_the_mixtures_runs_or_fetches_in_the_page_of_a_notebook(
    wild: Page, listener: Listener, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are outputs of the magic."""
    shown: list[dict[str, Any]] = []
    output = SimpleNamespace(display=lambda bundle, raw: shown.append(bundle))
    output.update = output.display
    monkeypatch.setattr(display, "_new_output", lambda: output)
    outputs = []
    for text in chosen():
        screen = NotebookScreen(True)
        screen.write(text)
        screen.end()
        outputs.append(new_output("display_data", shown[-1]))
    notebook = new_notebook(cells=[new_code_cell("%%rusoil", outputs=[one]) for one in outputs])
    check_page(wild, listener, empty, as_page(tmp_path / "magics.ipynb", notebook))


def test_nothing_of_the_mixtures_runs_or_fetches_in_the_page_of_an_exported_conversation(
    wild: Page, listener: Listener, empty: str, tmp_path: Path
) -> None:
    notebook = nbformat.reads(export(session(chosen()), "ipynb"), as_version=4)
    check_page(wild, listener, empty, as_page(tmp_path / "exported.ipynb", notebook))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a notebook in which nothing was said."""
    notebook = new_notebook(cells=[new_markdown_cell("$x$")])
    return as_page(tmp_path_factory.mktemp("empty") / "empty.ipynb", notebook)


def check_page(page: Page, listener: Listener, empty: str, address: str) -> None:
    """It asks for nothing but what the page of an empty notebook asks for, and nothing in it is alive."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(empty)
    own, asked[:] = {*asked}, []
    page.goto(address)
    assert page.locator(".jp-Cell").count() >= len(chosen())
    assert page.evaluate(LIVELY) == []
    assert {*asked} - own == {address}
    assert listener.heard == []
    assert page.evaluate("window.pwned") is None


def as_page(path: Path, notebook: Any) -> str:
    """The address of what nbconvert makes of it."""
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", str(path)]
    subprocess.run(command, check=True)
    return path.with_suffix(".html").as_uri()
