"""Figures in JupyterLab: a button on each, answers with a badge, a notebook that changes only when asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser import notebooks
from tests.browser.conftest import SCREENS
from tests.browser.figures import LOG, RATES, Card, drawn, interpreted, outputs
from tests.browser.panel import LONG
from tests.browser.test_models import _go_dark
from tests.lab import running_lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.panel import Panel
    from tests.lab import Lab

pytestmark = pytest.mark.browser

PASTE = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'image/png' }));
  document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
  );
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A Lab without any model but the scripted one, which sees."""
    data = str(tmp_path_factory.mktemp("data"))
    with running_lab(RUSOIL_DATA_DIR=data, RUSOIL_BACKENDS="scripted") as lab:
        yield lab


def image_of(lab: Lab, name: str) -> str:
    """The first picture of a saved notebook, as base64."""
    notebook = nbformat.read(lab.root / name, as_version=4)
    return next(
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    )


def save(page: Page) -> None:
    with page.expect_response(lambda r: "/api/contents/" in r.url and r.request.method == "PUT"):
        page.keyboard.press("Control+s")


def test_a_figure_is_read_exactly_while_the_kernel_holds_it_and_from_what_was_saved_afterwards(
    panel: Panel, page: Page, lab: Lab
):
    cells = drawn(panel, lab, "exact.ipynb", RATES)
    output = outputs(page).first
    expect(output.locator("img")).to_be_visible()  # the picture is shown, not our description of it
    button = output.get_by_role("button", name="Interpret this output")
    page.mouse.move(0, 0)
    expect(output.locator(".jp-RusoilInterpret")).to_have_css("opacity", "0")
    output.hover()
    expect(output.locator(".jp-RusoilInterpret")).to_have_css("opacity", "1")
    expect(button).to_be_visible()

    card = interpreted(panel)
    expect(card.badge).to_have_text("estimated")  # a decline is fitted, too
    card.ask("What is the maximum?")
    expect(card.last).to_contain_text("131.25")
    expect(card.badge).to_have_text("exact")
    expect(card.badge).to_have_attribute("title", re.compile("Computed from all points"))

    page.get_by_role("button", name="Restart the kernel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=LONG)
    card.ask("What is the maximum?")
    expect(card.last).to_contain_text("131.25")
    expect(card.badge).to_have_text("stored")
    expect(cells).to_have_count(1)


def test_a_question_in_russian_is_answered_in_russian(panel: Panel, lab: Lab):
    drawn(panel, lab, "russian.ipynb", RATES)
    card = interpreted(panel)
    card.ask("Каково наибольшее значение дебита?")
    expect(card.last).to_contain_text("131,25")
    expect(card.last).to_contain_text("м³/сут")
    expect(card.badge).to_have_text("exact")


def test_what_is_typed_never_becomes_code_in_the_kernel(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "literal.ipynb", RATES)
    card = interpreted(panel)
    card.ask("""max "'); import os; os._exit(1) #\\ ' \u2028 \U0001f6e2""")
    cells.first.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("print(len(t))")
    page.keyboard.press("Control+Enter")
    # The kernel lives, knows its variables, and counted nothing but the user's own cells.
    expect(cells.first.locator(".jp-OutputArea-output")).to_have_text("12")
    expect(cells.first.locator(".jp-InputPrompt")).to_have_text("[2]:")


def test_the_keyboard_the_menu_and_the_palette_open_the_same_card(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "keys.ipynb", RATES)
    cells.first.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+i")
    card = Card(panel)
    card.wait(1)
    expect(card.box).to_be_focused()

    outputs(page).first.click(button="right")
    page.locator(".lm-Menu-item", has_text="Interpret This Output").click()
    expect(card.root).to_have_count(1)
    card.root.get_by_role("button", name="Close the figure").click()
    expect(card.root).to_have_count(0)

    button = outputs(page).first.get_by_role("button", name="Interpret this output")
    button.focus()
    expect(outputs(page).first.locator(".jp-RusoilInterpret")).to_have_css("opacity", "1")
    button.press("Enter")
    card.wait(1)


def test_nothing_is_written_until_a_button_is_pressed(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "untouched.ipynb", RATES, LOG)
    save(page)
    path = lab.root / "untouched.ipynb"
    before = path.read_bytes()
    card = interpreted(panel)
    card.ask("What is the mean?")
    for tool in ("Check", "Data", "Code", "Alt text", "Caption"):
        card.tool(tool)
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)
    save(page)
    assert path.read_bytes() == before


def test_a_mistake_is_mended_by_a_fix_that_was_shown_and_can_be_undone(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "fix.ipynb", LOG)
    source = cells.first.locator(".cm-content")
    card = interpreted(panel)
    card.tool("Check")
    problem = card.last.get_by_role("listitem").filter(has_text="Depth grows upwards")
    problem.get_by_role("button", name="Show the fix").click()
    diff = problem.locator(".jp-RusoilDiff")
    expect(diff.locator("ins")).to_have_text("+ plt.gcf().axes[0].invert_yaxis()")
    expect(source).not_to_contain_text("invert_yaxis")

    problem.get_by_role("button", name="Apply").click()
    expect(problem).to_contain_text("Applied")
    lines = source.inner_text().splitlines()
    assert [line for line in lines if line][-2:] == ["plt.gcf().axes[0].invert_yaxis()", "plt.show()"]
    notebooks.run_cell(page, cells.first)
    outputs(page).first.hover()
    outputs(page).first.get_by_role("button", name="Interpret this output").click()
    again = Card(panel).root.nth(1)
    again.get_by_text("Check", exact=True).first.click()
    expect(again.locator("[data-task=check][data-state=answered]")).not_to_contain_text("Depth grows upwards")

    source.click()
    page.keyboard.press("Control+z")
    expect(source).not_to_contain_text("invert_yaxis")
    expect(source).to_contain_text("Каротаж")


def test_a_fix_is_not_applied_to_a_cell_that_was_changed_meanwhile(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "changed.ipynb", LOG)
    card = interpreted(panel)
    card.tool("Check")
    problem = card.last.get_by_role("listitem").filter(has_text="Depth grows upwards")
    problem.get_by_role("button", name="Show the fix").click()
    cells.first.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("# mine\n")
    problem.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The cell has been changed. Look at the fix again.").first).to_be_visible()
    expect(cells.first.locator(".cm-content")).not_to_contain_text("invert_yaxis")
    problem.get_by_role("button", name="Apply").click()
    expect(cells.first.locator(".cm-content")).to_contain_text("invert_yaxis")


def test_a_region_is_drawn_with_the_mouse_and_with_the_keyboard(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "region.ipynb", RATES)
    card = interpreted(panel)
    region_button = card.root.get_by_role("button", name="Region", exact=True)

    region_button.click()
    box = card.region.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    page.mouse.up()
    assert asked_region(card, page) == pytest.approx([0.2, 0.3, 0.7, 0.9], abs=0.01)
    expect(card.last).to_contain_text("in the selected region")

    region_button.click()  # and away
    region_button.click()
    expect(card.region).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    expect(card.region.get_by_role("status")).to_have_text(
        "From 27 to 75 per cent across, 27 to 77 per cent down"
    )
    page.keyboard.press("Enter")
    expect(card.box).to_be_focused()
    assert asked_region(card, page) == [0.27, 0.27, 0.75, 0.77]

    region_button.click()
    page.keyboard.press("Escape")
    expect(card.root.get_by_role("button", name="Remove Selected region")).to_have_count(0)


def asked_region(card: Card, page: Page) -> list[float]:
    """The region that goes along with a question."""
    with page.expect_request("**/rusoil/api/interpret*") as asked:
        card.ask("What is the maximum?")
    region = asked.value.post_data_json["region"]
    assert isinstance(region, list)
    return region


def test_alternative_text_and_caption_are_written_below_the_figure(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "texts.ipynb", RATES)
    card = interpreted(panel)
    card.root.get_by_role("combobox", name="Language of the texts").select_option("ru")
    card.tool("Caption")
    expect(cells).to_have_count(1)
    card.last.get_by_role("button", name="Write below the figure").click()
    expect(cells).to_have_count(2)
    expect(cells.nth(1)).to_contain_text("Рисунок 1")
    expect(cells.nth(1)).to_contain_text("Дебит нефти")

    card.tool("Alt text")
    card.last.get_by_role("button", name="Write below the figure").click()
    expect(cells).to_have_count(2)
    details = cells.nth(1).locator("details")
    expect(details.locator("summary")).to_have_text("Что показано на рисунке")
    details.locator("summary").click()
    expect(details).to_contain_text("м³/сут")
    alt = outputs(page).first.locator("img").get_attribute("alt")
    assert alt and "м³/сут" in alt

    save(page)
    notebook = nbformat.read(lab.root / "texts.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].metadata["alt"] == alt
    assert (
        "metadata" not in notebook.cells[0].outputs[-1] or "alt" not in notebook.cells[0].outputs[-1].metadata
    )


def test_the_data_is_copied_as_csv(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "data.ipynb", RATES)
    card = interpreted(panel)
    card.tool("Data")
    expect(card.last.get_by_role("row")).to_have_count(13)
    card.last.get_by_role("button", name="Copy as CSV").click()
    header, first, second, *rest = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert "м³/сут" in header
    assert (first, second) == ("1,100", "2,131.25")
    assert len(rest) == 10


def test_the_code_of_a_figure_goes_into_a_new_cell_below_it(panel: Panel, page: Page, lab: Lab):
    cells = drawn(panel, lab, "code.ipynb", RATES, LOG)
    card = interpreted(panel)
    card.tool("Code")
    cells.nth(1).locator(".cm-content").click()  # another cell is the active one
    card.last.get_by_role("button", name="Insert below the figure as a new cell").click()
    expect(cells).to_have_count(3)
    expect(cells.nth(1)).to_contain_text("131.25")
    notebooks.run_cell(page, cells.nth(1))
    expect(outputs(page)).to_have_count(3)


def test_two_figures_are_compared(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "compare.ipynb", RATES, RATES.replace("131.25", "151.5").replace('12"', '14"'))
    card = interpreted(panel)
    card.root.get_by_role("combobox", name="Compare with another figure").select_option(
        "compare.ipynb, cell 2"
    )
    card.wait(2)
    expect(card.last).to_contain_text("compared with compare.ipynb, cell 2")
    expect(card.root.get_by_role("button", name="Remove Compared with compare.ipynb, cell 2")).to_be_visible()


def test_a_figure_is_attached_to_a_question_in_the_chat(panel: Panel, lab: Lab):
    drawn(panel, lab, "chat.ipynb", RATES)
    card = interpreted(panel)
    card.root.get_by_role("button", name="Ask in chat, with this figure attached").click()
    expect(panel.box).to_be_focused()
    chip = panel.root.get_by_role("listitem").filter(has_text="chat.ipynb, cell 1")
    expect(chip.locator("img")).to_be_visible()
    answer = panel.ask("What is the maximum?")
    expect(answer.locator(".jp-RusoilBadge").first).to_be_visible()
    expect(panel.questions.first.get_by_role("listitem")).to_contain_text("chat.ipynb, cell 1")


def test_a_pasted_picture_is_attached_and_interpreted(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "paste.ipynb", RATES)
    save(page)
    panel.box.focus()
    page.evaluate(PASTE, [image_of(lab, "paste.ipynb"), "chart.png"])
    chip = panel.root.get_by_role("listitem").filter(has_text="chart.png")
    expect(chip.locator("img")).to_be_visible()
    chip.get_by_role("button", name="Interpret chart.png").click()
    card = Card(panel)
    card.wait(1)
    expect(card.root.get_by_role("img", name="Picture of chart.png")).to_be_visible()
    expect(card.root.get_by_text("Alt text", exact=True)).to_be_visible()
    expect(card.root.get_by_role("button", name="Ask in chat")).to_have_count(0)


def test_a_dropped_clip_that_is_none_is_refused_in_words(panel: Panel, page: Page, lab: Lab):
    panel.box.focus()
    page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(['x'], 'a.xyz', { type: 'video/x-unheard-of' }));
          document.querySelector('.jp-RusoilComposer').dispatchEvent(
            new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
          );
        }"""
    )
    expect(page.get_by_text("“a.xyz” is of a kind that can’t be attached.").first).to_be_visible()


def test_the_card_can_be_read_in_both_themes(panel: Panel, page: Page, lab: Lab):
    drawn(panel, lab, "themes.ipynb", RATES, LOG)
    card = interpreted(panel, 1)
    card.tool("Check")
    card.last.get_by_role("button", name="Show the fix").first.click()
    card.tool("Data")
    card.ask("What is the maximum?")
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1400, "height": 1600})
    outputs(page).first.hover()
    page.screenshot(path=SCREENS / "figures-light.png")
    assert contrast(card.last.locator(".jp-RusoilExchange-text")) > 100
    page.set_viewport_size({"width": 1400, "height": 900})
    _go_dark(page)
    page.set_viewport_size({"width": 1400, "height": 1600})
    outputs(page).first.hover()
    page.screenshot(path=SCREENS / "figures-dark.png")
    assert contrast(card.last.locator(".jp-RusoilExchange-text")) > 100


def contrast(words: Locator) -> float:
    """How far apart in lightness words and the card behind them are, from 0 to 255."""
    light = words.evaluate(
        """element => {
          const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
          const card = element.closest('.jp-RusoilFigure');
          return light(getComputedStyle(element).color) - light(getComputedStyle(card).backgroundColor);
        }"""
    )
    return abs(float(light))
