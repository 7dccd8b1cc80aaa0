"""The main job, as a newcomer does it: a fresh Lab, no key, no network, the embedded model."""

from __future__ import annotations

import re
import socket
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.browser import notebooks
from tests.browser.panel import LONG, Panel

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.lab import Lab

pytestmark = [pytest.mark.browser, pytest.mark.model]


def test_the_network_is_cut():
    interfaces = [name for name, stats in psutil.net_if_stats().items() if stats.isup]
    assert interfaces == ["lo"]
    with pytest.raises(OSError), socket.create_connection(("192.0.2.1", 80), timeout=5):
        pass


def test_a_fresh_lab_answers(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.send("What is a pandas DataFrame?")
    answer = panel.answers.first
    panel.wait_done(answer)
    assert answer.get_attribute("data-state") == "done"
    words = panel.status_line.inner_text()
    assert re.search(r"SmolLM2 135M · on this computer · \d+ tokens/s", words), words


def test_a_second_question_continues_the_conversation(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.ask("Name one Python library for data tables, in one sentence.")
    panel.ask("Thank you. Name another one.")
    assert panel.answers.count() == 2
    assert panel.root.get_by_role("heading").first.inner_text().startswith("Name one Python library")


def test_stop_stops_the_engine(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.send("Write a very long story about an oil field, with many chapters.")
    panel.answers.first.and_(page.locator("[data-state=streaming]")).wait_for(timeout=LONG)
    panel.button("Stop").click()
    panel.wait_done(panel.answers.first)
    assert "You stopped this answer." in panel.answers.first.inner_text()
    (engine,) = lab.engines
    deadline = time.monotonic() + 30
    while engine.cpu_percent(interval=0.3) > 5:
        assert time.monotonic() < deadline, "the engine still computes"


def test_a_russian_question_is_warned_of_before_the_babble(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.send("Что такое дебит скважины?")
    notice = panel.root.get_by_role("note").first
    notice.wait_for(timeout=LONG)
    assert "does not speak the language" in notice.inner_text()
    answer = panel.answers.first
    assert answer.evaluate("a => a.firstElementChild.matches('[role=note]')"), "the warning must come first"
    notice.get_by_role("button", name="Ask Scripted eyes instead").click()
    panel.root.get_by_text("Что такое дебит скважины?").nth(1).wait_for()


def test_a_long_text_shows_how_far_it_is_read(page: Page, lab: Lab):
    panel = Panel(page, lab).open()
    panel.send("Summarise: " + "the pressure in the reservoir falls as oil is produced. " * 150)
    progress = panel.root.get_by_text(re.compile(r"Reading your text: [\d,]+ of 1,\d\d\d tokens"))
    progress.wait_for(timeout=LONG)
    panel.wait_done(panel.answers.first)
    assert progress.count() == 0


def test_a_cell_magic_is_answered_by_a_real_kernel(page: Page, lab: Lab):
    notebooks.write(
        lab, "magic.ipynb", "%load_ext rusoil_jupyter_kernel", "%%rusoil\nWhat is a pandas DataFrame?"
    )
    panel = Panel(page, lab)
    cells = notebooks.open_in(panel, "magic.ipynb", model=None)
    notebooks.run_cell(page, cells.nth(0))
    notebooks.run_cell(page, cells.nth(1))
    output = cells.nth(1).locator(".rusoil-words")
    output.wait_for()
    assert output.inner_text().strip()
