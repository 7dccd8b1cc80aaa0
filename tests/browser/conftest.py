"""A real JupyterLab and a real Chromium, both with the network cut (see offline.py)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.chromium import EXECUTABLE, FLAGS
from tests.browser.panel import Panel
from tests.lab import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.lab import Lab

SCREENS = Path("artifacts/screens")


@pytest.fixture(scope="session")
def models() -> str:
    """Where the embedded model lies; ``make test-browser`` has put it there."""
    folder = Path(os.environ.get("RUSOIL_CACHE", Path.home() / ".cache/rusoil-jupyter")) / "models"
    assert list(folder.glob("*.gguf")), f"no model in {folder}: run the tests by make test-browser"
    return str(folder)


@pytest.fixture(scope="session")
def lab(models: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab for all tests: the embedded model first, the scripted one beside it."""
    data = tmp_path_factory.mktemp("data")
    environ = {"RUSOIL_MODEL_DIR": models, "RUSOIL_BACKENDS": "llama-cpp,scripted"}
    with running_lab(RUSOIL_DATA_DIR=str(data), **environ) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh browser profile; a screenshot of its last state is kept under the test's name."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{request.node.name}.png")
    context.close()


@pytest.fixture
def panel(page: Page, lab: Lab) -> Panel:
    """The chat in a freshly opened Lab, with the scripted model chosen."""
    return Panel(page, lab).open(model="Scripted eyes")
