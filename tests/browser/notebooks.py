"""Notebooks for the browser tests, and how one is used in the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from tests.browser.panel import LONG

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.panel import Panel
    from tests.lab import Lab


def write(lab: Lab, name: str, *sources: str) -> Path:
    """A notebook file of code cells in the served folder."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = lab.root / name
    nbformat.write(notebook, path)
    return path


def open_in(panel: Panel, name: str, *, model: str | None = "Scripted eyes") -> Locator:
    """Open Lab on this notebook, kernel ready; the notebook's cells."""
    panel.open(path=f"/tree/{name}", model=model)
    cells = panel.page.locator(".jp-Notebook .jp-Cell")
    cells.first.wait_for()
    panel.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=LONG)
    return cells


def run_cell(page: Page, cell: Locator) -> None:
    """Run one cell and wait until the kernel has finished it."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    prompt = cell.locator(".jp-InputPrompt")
    page.wait_for_function("e => /\\[\\d+\\]/.test(e.textContent)", arg=prompt.element_handle(), timeout=LONG)
