"""The dialog that brings, checks and removes models, with the real small one from a mirror that hesitates."""

from __future__ import annotations

import re
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.panel import Panel
from tests.lab import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.lab import Lab

pytestmark = pytest.mark.browser
MODEL = "SmolLM2 135M"
FILE = "smollm2-135m-instruct-q4_1.gguf"


class Mirror(ThreadingHTTPServer):
    """Gives one file; stops in the middle until :attr:`go` is set."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self.go = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        if not self.path.endswith(FILE):
            self.send_error(404)
            return
        data = self.server.data
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(data) - start))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        middle = max(len(data) // 2, start)
        self.wfile.write(data[start:middle])
        self.wfile.flush()
        self.server.go.wait()
        with suppress(ConnectionError):  # a download that was cancelled meanwhile
            self.wfile.write(data[middle:])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def mirror(models: str) -> Iterator[Mirror]:
    server = Mirror(Path(models) / FILE)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.go.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bare(mirror: Mirror, tmp_path: Path) -> Iterator[Lab]:
    """A Lab whose owner has no model yet."""
    options = {"RUSOIL_MODEL_DIR": "", "RUSOIL_MODEL_MIRROR": mirror.url}
    with running_lab(RUSOIL_DATA_DIR=str(tmp_path), RUSOIL_BACKENDS="llama-cpp,scripted", **options) as lab:
        yield lab


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog").get_by_role("row").filter(has_text=name)


def test_a_model_is_downloaded_stopped_continued_verified_used_and_removed(
    page: Page, bare: Lab, mirror: Mirror, tmp_path: Path
):
    panel = Panel(page, bare).open()
    panel.root.get_by_role("button", name="Model:").click()
    page.get_by_role("button", name="Models…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Free on the disk")
    expect(row(page, "GigaChat")).to_contain_text("good")

    dialog.get_by_role("button", name=f"Download {MODEL}").press("Enter")
    bar = row(page, MODEL).get_by_role("progressbar")
    expect(bar).to_have_attribute("value", str(len(mirror.data) // 2))
    page.screenshot(path=_screens() / "models-downloading.png")
    dialog.get_by_role("button", name=f"Cancel {MODEL}").click()
    expect(row(page, MODEL)).to_contain_text("49 MB of it are here.")
    assert not list(tmp_path.glob("models/*.gguf"))

    mirror.go.set()
    dialog.get_by_role("button", name=f"Continue the download of {MODEL}").click()
    expect(dialog.get_by_role("status")).to_contain_text(f"{MODEL} is here")
    expect(dialog).to_contain_text("It is the only model on this computer.")

    dialog.get_by_role("button", name=f"Verify {MODEL}").click()
    expect(row(page, MODEL)).to_contain_text("Every byte is as the catalogue says.")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert panel.ask("What is a pump?").inner_text()

    _go_dark(page)
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("button", name="Models…").click()
    dialog.get_by_role("button", name=f"Remove {MODEL}").click()
    page.screenshot(path=_screens() / "models-dark.png")
    dialog.get_by_role("button", name="Keep").click()
    dialog.get_by_role("button", name=f"Remove {MODEL}").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(dialog.get_by_role("button", name=f"Download {MODEL}")).to_be_visible()
    assert not list(tmp_path.glob("models/*.gguf"))


def test_the_palette_opens_the_dialog_and_the_keyboard_reaches_its_buttons(page: Page, panel: Panel):
    page.keyboard.press("Control+Shift+c")
    page.locator(".lm-CommandPalette-input").fill("Models…")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("table")).to_be_visible()
    names = []
    for _ in range(len(dialog.get_by_role("button").all()) + 2):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert f"Remove {MODEL}" in names
    assert "Download Qwen3 0.6B" in names


def _screens() -> Path:
    folder = Path("artifacts/screens")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _go_dark(page: Page) -> None:
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator(".lm-Menu-item", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item", has_text="JupyterLab Dark").first.click()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
