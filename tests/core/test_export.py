"""A session as a file: a notebook that Jupyter opens, markdown, or JSON."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from rusoil_jupyter.messages import (
    Choice,
    FilePart,
    ImagePart,
    Inquiry,
    InquiryPart,
    OutputPart,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from rusoil_jupyter.protocol import SessionDetail, StoredMessage
from rusoil_jupyter.store.export import MEDIA_TYPES, export
from tests.words.pages import Page

from .test_messages import parts

NOW = "2026-01-01T00:00:00.000+00:00"


def session(*messages: StoredMessage) -> SessionDetail:
    return SessionDetail(id="s", title="Talk", created_at=NOW, updated_at=NOW, messages=messages)


def said(role: str, text: str | None = None, **more: object) -> StoredMessage:
    given_parts = more.pop("parts", (TextPart(text=text or ""),))
    return StoredMessage(id="0" * 32, role=role, parts=given_parts, created_at=NOW, model="b/m", **more)


def notebook(*messages: StoredMessage) -> nbformat.NotebookNode:
    read = nbformat.reads(export(session(*messages), "ipynb"), as_version=4)
    nbformat.validate(read)
    return read


def code(text: str) -> list[str]:
    return [cell.source for cell in notebook(said("assistant", text)).cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Try:\n```python\nx = 1\n```\nand\n```py\ny = 2\n```", ["x = 1", "y = 2"]),
        ("```Python title=a\nx = 1\n\n```", ["x = 1"]),
        ("```\nplain\n```", []),
        ("```bash\nls\n```", []),
        ("```python\nnever closed", []),
        ("1. Do:\n   ```python\n   x = 1\n   ```", ["x = 1"]),
        ("```markdown\n```python\nx\n```\n```", []),
        ("\\`\\`\\`python\nno\n\\`\\`\\`", []),
        ("no code", []),
    ],
)
def test_python_blocks_of_an_answer_become_code_cells(text, cells):
    assert code(text) == cells


def test_prose_around_code_is_kept_in_order():
    cells = notebook(said("assistant", "Before.\n```python\nx\n```\nAfter.")).cells[1:]
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "markdown"]
    assert "Before." in cells[0].source
    assert cells[2].source == "After."


def test_code_in_a_question_stays_text():
    assert all(cell.cell_type == "markdown" for cell in notebook(said("user", "```python\nx\n```")).cells)


def test_a_failed_answer_shows_its_error_in_every_form():
    failed = said("assistant", parts=(), error="The model went away.")
    assert "went away" in json.dumps(notebook(failed))
    assert "went away" in export(session(failed), "md")
    assert "went away" in export(session(failed), "json")


EVIL = "[x](javascript:alert(1)) <img src=http://attacker.example/a onerror=alert(1)> ![x](http://attacker.example/b)"


def test_whatever_was_said_an_exported_session_is_text():
    """The words stand in a cell of Lab and in a file that nbconvert makes: neither may run or fetch them."""
    evil_parts = (
        TextPart(text=EVIL),
        FilePart(name=f"{EVIL}\n{EVIL}", text=f"```\n{EVIL}"),
        ImagePart(data="AAAA", name=EVIL),
        OutputPart(name=EVIL, mimebundle={"text/plain": f"```\n{EVIL}"}),
    )
    evil = session(
        said("user", parts=evil_parts), said("assistant", parts=evil_parts, error=f"a\n\n{EVIL}")
    ).model_copy(update={"title": f"{EVIL}\n\n{EVIL}"})
    for cell in json.loads(export(evil, "ipynb"))["cells"]:
        assert Page(markdown2html_mistune(cell["source"])).dangers == []
    assert Page(markdown2html_mistune(export(evil, "md"))).dangers == []


def test_prices_stay_prices_and_mathematics_mathematics():
    prices = session(said("assistant", "Oil cost $61.5 in May and $66 in June: \\(p_1\\)."))
    assert "Oil cost `$61.5` in May and `$66` in June: $p_1$." in export(prices, "md")


def test_attachments_are_named_and_told():
    attached = (FilePart(name="a.csv", text="1,2"), ImagePart(data="AAAA", name="p.png"))
    markdown = export(session(said("user", parts=attached)), "md")
    assert "a.csv" in markdown
    assert "```\n1,2\n```" in markdown
    assert "p.png" in markdown


def test_an_output_in_lines_is_joined():
    output = OutputPart(name="Out[1]", mimebundle={"text/plain": ["a\n", "b"]})
    assert "```\na\nb\n```" in export(session(said("user", parts=(output,))), "md")


def test_json_can_be_read_back():
    whole = session(said("user", "Привет"), said("assistant", "Hi.", finish_reason="stop"))
    assert SessionDetail.model_validate_json(export(whole, "json")) == whole


@pytest.mark.parametrize("form", sorted(MEDIA_TYPES))
def test_an_empty_session_can_be_exported(form):
    assert export(session(), form)


@given(
    st.lists(
        st.builds(lambda role, part: (role, part), st.sampled_from(["user", "assistant"]), parts), max_size=4
    )
)
def test_any_session_becomes_a_valid_notebook(rows):
    notebook(
        *(
            StoredMessage(id=f"{n:032x}", role=role, parts=(part,), created_at=NOW)
            for n, (role, part) in enumerate(rows)
        )
    )


ASKED = Inquiry(
    kind="approval", text="May I <b>run</b>?", details="run()", choices=(Choice(id="yes", label="Of course"),)
)


def test_thoughts_and_tools_are_exported_in_their_order():
    given = (
        ReasoningPart(text="First <b>this</b>.\nThen that."),
        ToolCallPart(id="1", name="look", arguments='{"at": 1}'),
        ToolResultPart(id="1", text="seen"),
        InquiryPart(id="2", inquiry=ASKED, reply="yes"),
        InquiryPart(id="3", inquiry=ASKED),
        TextPart(text="So."),
    )
    text = export(session(said("assistant", parts=given)), "md")
    words = (
        "First",
        "Then that",
        "look",
        '{"at": 1}',
        "seen",
        "May I",
        "run()",
        "Of course",
        "nobody",
        "So.",
    )
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    assert "<b>" not in text
