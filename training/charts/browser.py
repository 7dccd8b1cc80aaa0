"""A page in a headless Chromium that draws charts one after another and hands each back as a PNG."""

from __future__ import annotations

import base64
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextmanager
def page(scripts: Sequence[Path]) -> Iterator[Any]:
    """A blank page with these scripts loaded. Playwright's own Chromium is not needed: the system's will
    do."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        try:
            opened = browser.new_page(viewport={"width": 1000, "height": 800})
            opened.set_content("<html><body style='margin:0'><div id='chart'></div></body></html>")
            for script in scripts:
                opened.add_script_tag(path=str(script))
            yield opened
        finally:
            browser.close()


def png(data_url: str) -> bytes:
    """The bytes of a ``data:image/png;base64,`` address."""
    return base64.b64decode(data_url.partition(",")[2])


def script(folder: Path | None, pattern: str) -> Path:
    """The library's file under the folder where npm's packages were unpacked."""
    if folder is None:
        raise FileNotFoundError(
            f"Tell where the JavaScript libraries are: --javascript FOLDER (looking for {pattern})."
        )
    found = sorted(folder.rglob(pattern))
    if not found:
        raise FileNotFoundError(f"There is no {pattern} under {folder}: unpack it with npm pack.")
    return found[0]
