"""``rusoil env``: clients that are told nothing else use the Jupyter that runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import anthropic
import openai
import pytest

from tests.server.conftest import Server


def test_clients_that_know_the_environment_alone_are_answered(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.folder / "runtime"))
    monkeypatch.delenv("RUSOIL_SERVER_URL", raising=False)
    command = [sys.executable, "-m", "rusoil_jupyter.cli", "env", "--json"]
    environment = os.environ | {
        "RUSOIL_DATA_DIR": str(server.folder / "other"),
        "RUSOIL_BACKENDS": "scripted",
    }
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    for name, value in json.loads(told).items():
        monkeypatch.setenv(name, value)
    question = {"role": "user", "content": "!say yes"}
    with openai.OpenAI() as client:
        answer = client.responses.create(model="auto", input="!say yes")
        assert answer.output_text == "yes"
    with anthropic.Anthropic() as other:
        said = other.messages.create(model=os.environ["ANTHROPIC_MODEL"], max_tokens=9, messages=[question])  # type: ignore[list-item]
        assert said.content[0].text == "yes"  # type: ignore[union-attr]
