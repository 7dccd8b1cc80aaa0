"""Real kernels: what a saved notebook holds, what a stop does, what a console sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from rusoil_jupyter.letters import page
from tests import cases

LOAD = "%load_ext rusoil_jupyter_kernel"


async def execute(*cells: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=60)
    try:
        await client.async_execute()
    except CellExecutionError as error:
        notebook.metadata["failed"] = str(error)
    nbformat.validate(notebook)
    return notebook


async def test_an_executed_notebook_keeps_the_final_answer(wire: Any, said: Any) -> None:
    notice = {"type": "notice", "code": "weak", "message": "A small model.", "next_step": ""}
    progress = {"type": "progress", "phase": "reading", "done": 1, "total": 2}
    wire.events = [notice, progress, *said("Porosity is ", "**0.2**.")]
    notebook = await execute(LOAD, "phi = 0.2", "%%rusoil --into said\nIs {phi} good?", "print(said)")
    (output,) = notebook.cells[2].outputs
    assert output.output_type == "display_data"
    assert output.data == {
        "text/html": page(
            "<blockquote>\n<p><em>A small model.</em></p>\n</blockquote>\n"
            "<p>Porosity is <strong>0.2</strong>.</p>\n"
        ),
        "text/plain": "A small model.\n\nPorosity is **0.2**.",
    }
    assert wire.requests[0]["prompt"] == "Is 0.2 good?"
    assert notebook.cells[3].outputs[0].text == "Porosity is **0.2**.\n"


async def test_a_failed_question_fails_the_cell_in_one_line(wire: Any) -> None:
    detail = {"code": "overloaded", "message": "Too busy.", "next_step": "Wait."}
    wire.refusal = (503, {"error": detail})
    notebook = await execute(LOAD, "%rusoil hi", "print('later')")
    (output,) = notebook.cells[1].outputs
    assert output.output_type == "error"
    assert output.traceback == ["Too busy. Wait."]
    assert "Too busy. Wait." in notebook.metadata["failed"]
    assert notebook.cells[2].outputs == []


async def test_a_line_that_ends_with_a_question_mark_is_asked(wire: Any) -> None:
    notebook = await execute(*cases.cells("50-magic-question-mark/input.ipy"))
    answers = [cell.outputs[-1].data["text/plain"] for cell in notebook.cells[1:]]
    assert answers[0].startswith("The maximum is 5, at x = 1.") and answers[1] == "Hello **you**."
    assert [one["prompt"] for one in wire.requests] == ["What is a dry well?"]


@pytest.fixture
async def kernel(tmp_path: Path) -> AsyncIterator[tuple[AsyncKernelManager, AsyncKernelClient]]:
    manager = AsyncKernelManager(kernel_name="python3")
    await manager.start_kernel(cwd=str(tmp_path))
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    yield manager, client
    client.stop_channels()
    await manager.shutdown_kernel(now=True)


class Outputs:
    """The messages of one cell; ``shown`` is set at the first that shows something."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.shown = asyncio.Event()

    def __call__(self, message: dict[str, Any]) -> None:
        if message["msg_type"] in {"display_data", "update_display_data", "error", "stream"}:
            self.messages.append(message)
            self.shown.set()

    def text(self, kind: str) -> str:
        """The letters of the last message of this kind."""
        content = [one["content"] for one in self.messages if one["msg_type"] == kind][-1]
        return str(content["data"]["text/plain"])


async def run(client: AsyncKernelClient, code: str, outputs: Outputs | None = None, **options: Any) -> Any:
    hook = outputs or Outputs()
    reply = await client.execute_interactive(code, output_hook=hook, timeout=60, **options)
    return reply["content"]


async def test_a_stop_closes_the_stream_and_keeps_the_words(wire: Any, kernel: Any) -> None:
    manager, client = kernel
    wire.events = [{"type": "text", "delta": "Half an answer"}, None]
    await run(client, LOAD)
    outputs = Outputs()
    asking = asyncio.create_task(run(client, "%rusoil hi", outputs, allow_stdin=False))
    await asyncio.wait_for(outputs.shown.wait(), 60)
    await manager.interrupt_kernel()
    reply = await asking
    assert await asyncio.to_thread(wire.disconnected.wait, 5)
    assert reply["status"] == "error" and reply["traceback"] == ["Stopped."]
    assert outputs.text("update_display_data") == "Half an answer\n\nstopped"


async def test_code_is_offered_as_the_next_cell(wire: Any, kernel: Any, said: Any) -> None:
    _, client = kernel
    wire.events = said("```python\nx = 1\n```")
    await run(client, LOAD)
    outputs = Outputs()
    reply = await run(client, "%rusoil -o code hi", outputs, allow_stdin=False)
    (payload,) = reply["payload"]
    assert payload["source"] == "set_next_input" and payload["text"] == "x = 1"
    assert outputs.text("update_display_data") == "x = 1"


async def test_a_console_of_a_kernel_gets_a_stream(wire: Any, kernel: Any) -> None:
    _, client = kernel
    await run(client, LOAD)
    outputs = Outputs()
    await run(client, "%rusoil hi", outputs, allow_stdin=True)
    assert {one["msg_type"] for one in outputs.messages} == {"stream"}
    assert "".join(one["content"]["text"] for one in outputs.messages) == "Hello **you**.\n"
