"""What the start of a server costs, and what its log tells."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import httpx2
import pytest

from tests.server.conftest import Server

HEAVY = {
    *("sqlalchemy", "alembic", "aiohttp", "xllamacpp", "llama_cpp", "openai", "anthropic", "pydantic_ai"),
    *("google", "litellm", "langchain", "numpy", "pandas", "torch", "onnxruntime", "matplotlib"),
}


def modules(server: Server) -> set[str]:
    answer = server.ask("GET", "../probe/modules")
    assert answer.status_code == 200
    return set(answer.json()["modules"])


@pytest.mark.parametrize("backends", ["llama-cpp", "openai-compatible"])
def test_the_start_loads_nothing_heavy(start_server: Callable[..., Server], backends: str) -> None:
    server = start_server(RUSOIL_BACKENDS=backends)
    loaded = modules(server)
    assert "rusoil_jupyter_server.handlers.stream" in loaded
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert not any(name.startswith(("rusoil_jupyter.backends", "rusoil_jupyter.service")) for name in loaded)
    server.stop()


def test_loading_the_extension_imports_no_engine_and_no_database() -> None:
    """As above without a server, where nothing else could have removed them again."""
    script = (
        "import sys, rusoil_jupyter_server as e; e._jupyter_server_extension_points(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & HEAVY == set()


@pytest.mark.parametrize("app", ["jupyter_server", "jupyterlab"])
def test_no_token_reaches_the_log(start_server: Callable[..., Server], app: str) -> None:
    server = start_server("--debug", app=app)
    for path in ("api/status", "api/nothing", "chat", "v1/models"):
        for address in (path, f"{path}?token={server.token}"):
            server.ask("GET", address)
            server.ask("GET", address, headers={"Authorization": f"Bearer {server.token}"})
            server.ask(
                "GET", address, token=None, headers={"Referer": f"{server.url}lab?token={server.token}"}
            )
    server.ask("POST", "api/chat", json={"prompt": "!bug"})
    server.ask("POST", f"v1/chat/completions?token={server.token}", json={"messages": 1})
    with httpx2.Client(base_url=server.url) as browser:
        browser.get("rusoil/chat", params={"token": server.token}, headers={"Accept": "text/html"})
    server.stop()
    assert "scripted bug" in server.log
    assert len(re.findall("rusoil", server.log)) > 20
    assert server.token not in server.log
