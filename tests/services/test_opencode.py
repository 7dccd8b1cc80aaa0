"""An agent of others, unchanged: opencode over each of the three wires, with a tool call that ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.conftest import Server
from tests.services.conftest import CACHE, needed

WIRES = {
    "completions": "@ai-sdk/openai-compatible",
    "responses": "@ai-sdk/openai",
    "messages": "@ai-sdk/anthropic",
}
SCRIPT = """!think Which file?
!call bash {"command": "echo made > made.txt", "description": "Make a file"}
!then
!say It is made."""


@pytest.fixture(scope="module")
def opencode() -> Path:
    """The program, from npm; it carries the clients of all three wires, and needs no network."""
    needed(shutil.which("node"), "Run “apt-get install nodejs npm”.")
    program = CACHE / "opencode/node_modules/.bin/opencode"
    if not program.exists():
        npm = needed(shutil.which("npm"), "Run “apt-get install npm”.")
        subprocess.run(
            [npm, "install", "--silent", "--prefix", CACHE / "opencode", "opencode-ai@1"], check=True
        )
    return program


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Jupyter server with the scripted backend."""
    server = Server(tmp_path_factory.mktemp("server"), token="t0ken", app="jupyter_server", environ={})
    yield server
    server.stop()


@pytest.mark.services
@pytest.mark.parametrize("wire", WIRES)
def test_an_agent_calls_its_tool_and_ends_in_words(
    opencode: Path, server: Server, tmp_path: Path, wire: str
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    model = {"tool_call": True, "limit": {"context": 100_000, "output": 8000}}
    provider = {
        "npm": WIRES[wire],
        "options": {"baseURL": server.url + "rusoil/v1", "apiKey": server.token},
        "models": {"scripted/eyes": model},
    }
    settings = {
        "provider": {wire: provider},
        "enabled_providers": [wire],
        "small_model": f"{wire}/scripted/eyes",  # asked for a title, beside the conversation
        "permission": {"bash": "allow"},
        "share": "disabled",
        "autoupdate": False,
    }
    (work / "opencode.json").write_text(json.dumps(settings))
    off = ("MODELS_FETCH", "AUTOUPDATE", "DEFAULT_PLUGINS", "LSP_DOWNLOAD")
    environment = {f"OPENCODE_DISABLE_{name}": "1" for name in off}
    environment |= {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [opencode, "run", "--model", f"{wire}/scripted/eyes", "--format", "json"],
        cwd=work,
        env=environment,
        input=SCRIPT,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["type"] for event in told] == [
        *("step_start", "tool_use", "step_finish", "step_start", "text", "step_finish")
    ]
    assert told[1]["part"]["state"]["status"] == "completed"
    assert told[4]["part"]["text"] == "It is made."
    assert [told[at]["part"]["reason"] for at in (2, 5)] == ["tool-calls", "stop"]
    assert (work / "made.txt").read_text() == "made\n"
    assert server.idle()
