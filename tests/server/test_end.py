"""SIGTERM ends the server within seconds, whatever it is doing, and leaves no process behind."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from tests.server.conftest import Server, poll
from tests.server.heavy import nested, requests

SECONDS = 15.0  # 5 are promised; a machine that does much else takes its time
TOOLS = [{"name": f"t{n}", "parameters": nested("items", 40)} for n in range(60)]


class Clients:
    """Requests under way, each in a thread of its own; how they end does not matter."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.first_words: list[bytes] = []

    def ask(self, path: str, body: bytes | dict[str, Any]) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        threading.Thread(target=self._ask, args=(path, data), daemon=True).start()

    def _ask(self, path: str, data: bytes) -> None:
        login = {"Authorization": f"token {self.server.token}", "Content-Type": "application/json"}
        url = f"{self.server.url}rusoil/{path}"
        try:
            with httpx2.stream("POST", url, content=data, headers=login, timeout=60) as answer:
                for piece in answer.iter_bytes():
                    self.first_words.append(piece)
        except httpx2.HTTPError:
            pass


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes a connection and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def end(server: Server) -> None:
    """Ask it to end; see that it does, with all that it started."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    asked = time.monotonic()
    server.stop(signal.SIGTERM, SECONDS)
    print(f"the end: {time.monotonic() - asked:.2f} s")
    _gone, left = psutil.wait_procs(children, timeout=SECONDS)
    assert not left


def test_while_an_answer_is_streamed(start_server: Callable[..., Server]) -> None:
    server = start_server()
    clients = Clients(server)
    clients.ask("api/chat", {"prompt": "!forever", "stream": True})
    poll("words come", lambda: clients.first_words)
    end(server)


def test_while_a_figure_is_read(start_server: Callable[..., Server]) -> None:
    server = start_server()
    path, make = dict(requests())["numbers to interpret"]
    Clients(server).ask(path, make())
    poll("a child reads", lambda: psutil.Process(server.process.pid).children())
    end(server)


def test_while_a_question_waits_for_its_figure(start_server: Callable[..., Server]) -> None:
    server = start_server()
    numbers = ",".join(["0.12345678901"] * 1_500_000)
    figure = {"type": "output", "mimebundle": {"application/vnd.plotly.v1+json": f"[{numbers}]"}}
    Clients(server).ask("api/chat", {"prompt": "x", "attachments": [figure]})
    poll("a child reads", lambda: psutil.Process(server.process.pid).children())
    end(server)


def test_while_a_model_is_brought(start_server: Callable[..., Server], silent: str) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_MIRROR=silent)
    models = server.ask("GET", "api/models").json()["models"]
    wanted = next(model["id"] for model in models if model["action"] == "pull")
    assert server.ask("POST", "api/models/pull", json={"model": wanted}).status_code == 202
    end(server)


@pytest.mark.model
def test_while_an_engine_starts(start_server: Callable[..., Server], model_dir: Path) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    Clients(server).ask("api/chat", {"prompt": "x"})
    poll("an engine begins", lambda: psutil.Process(server.process.pid).children())
    end(server)


@pytest.mark.model
def test_while_schemas_are_read_and_the_engine_answers(
    start_server: Callable[..., Server], model_dir: Path
) -> None:
    server = start_server(RUSOIL_BACKENDS="llama-cpp", RUSOIL_MODEL_DIR=str(model_dir))
    clients = Clients(server)
    clients.ask("api/chat", {"prompt": "Write a very long story.", "stream": True})
    poll("the engine runs", lambda: server.inside()["engines"])
    for _ in range(10):
        clients.ask("api/chat", {"prompt": "x", "tools": TOOLS, "tool_choice": "required"})
        clients.ask("api/chat", {"prompt": "x " * 150_000})
    poll("they are looked at", lambda: len(server.inside()["running"]) > 5)
    end(server)
