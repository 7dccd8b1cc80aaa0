"""A small server that speaks the wire, and a real IPython shell to ask it from."""

from __future__ import annotations

import atexit
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

STATUS = {"version": "1", "mode": "local", "ready": True, "backends": []}
MODELS = {"models": [{"id": "tiny", "name": "Tiny", "backend": "b"}], "default": "tiny"}
VARIABLES = (
    *("RUSOIL_SERVER_URL", "RUSOIL_SERVER_TOKEN", "JPY_PARENT_PID", "JPY_SESSION_NAME"),
    *("JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_API_TOKEN"),
)


def text(*deltas: str, reason: str = "stop") -> list[dict[str, Any]]:
    """The events of a turn that says these words."""
    said = [{"type": "text", "delta": delta} for delta in deltas]
    return [*said, {"type": "done", "finish_reason": reason}]


class WireServer(ThreadingHTTPServer):
    """Answers ``api/chat`` with the given events; ``None`` among them waits until the client goes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), WireHandler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.token = "s3cret"
        self.events: list[dict[str, Any] | bytes | None] = text("Hello **you**.")
        self.refusal: tuple[int, dict[str, Any] | str] | None = None
        self.requests: list[dict[str, Any]] = []
        self.seen_headers: list[dict[str, str]] = []
        self.waiting = threading.Event()
        self.disconnected = threading.Event()


class WireHandler(BaseHTTPRequestHandler):
    server: WireServer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def answer(self, code: int, kind: str, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def json(self, code: int, value: object) -> None:
        self.answer(code, "application/json", json.dumps(value).encode())

    def do_GET(self) -> None:
        pages = {"/rusoil/api/status": STATUS, "/rusoil/api/models": MODELS}
        if self.headers["Authorization"] != f"token {self.server.token}":
            return self.answer(403, "text/html", b"Forbidden")
        if self.path not in pages:
            return self.answer(404, "text/html", b"Not found")
        return self.json(200, pages[self.path])

    def do_POST(self) -> None:
        self.server.seen_headers.append(dict(self.headers.items()))
        length = int(self.headers["Content-Length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        if self.server.refusal:
            code, body = self.server.refusal
            html = isinstance(body, str)
            return self.answer(code, "text/html", body.encode()) if html else self.json(code, body)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for event in self.server.events:
            self.emit(event)
        return None

    def emit(self, event: dict[str, Any] | bytes | None) -> None:
        if event is None:
            self.server.waiting.set()
            if self.rfile.read(1) == b"":
                self.server.disconnected.set()
        elif isinstance(event, bytes):
            self.wfile.write(event)
        else:
            data = json.dumps(event, ensure_ascii=False)
            self.wfile.write(f"data: {data}\n\n".encode())


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No server of the machine is found; the returned folder holds the runtime files."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "")
    return runtime


@pytest.fixture
def start_wire() -> Iterator[Callable[[], WireServer]]:
    """A function that starts one more server."""
    running: list[WireServer] = []

    def start() -> WireServer:
        server = WireServer()
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return server

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def wire(start_wire: Callable[[], WireServer], monkeypatch: pytest.MonkeyPatch) -> WireServer:
    """The one server, named by the environment."""
    server = start_wire()
    monkeypatch.setenv("RUSOIL_SERVER_URL", server.url)
    monkeypatch.setenv("RUSOIL_SERVER_TOKEN", server.token)
    return server


@pytest.fixture
def said() -> Callable[..., list[dict[str, Any]]]:
    """The events of a turn that says these words."""
    return text


@pytest.fixture
def bare_shell() -> Iterator[InteractiveShell]:
    """A real shell, its history in memory."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    yield shell
    atexit.unregister(shell.atexit_operations)
    shell.atexit_operations()
    InteractiveShell.clear_instance()


@pytest.fixture
def shell(bare_shell: InteractiveShell) -> InteractiveShell:
    """A real shell with the extension loaded."""
    bare_shell.extension_manager.load_extension("rusoil_jupyter_kernel")
    return bare_shell
