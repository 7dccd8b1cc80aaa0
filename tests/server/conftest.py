"""Real Jupyter servers, each a process of its own, and clients that speak to them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import httpx2
import psutil
import pytest

from rusoil_jupyter_server.handlers import ROUTES

INSIDE = Path(__file__).with_name("inside")
DEADLINE = 120.0
SCRIPTED = {
    "scripted": {"kind": "scripted"},
    "slow": {"kind": "scripted", "delay": 0.01},
}


def poll(what: str, condition: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """What ``condition`` returns as soon as that is true."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


class Server:
    """A Jupyter server with our extension and the probe, in a process of its own."""

    def __init__(self, folder: Path, *options: str, token: str, app: str, environ: dict[str, str]) -> None:
        self.folder, self.token = folder, token
        self.log_path = folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("RUSOIL_")}
        environment |= {
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_DATA_DIR": str(folder / "share"),
            "JUPYTER_TOKEN": token,  # in the environment: arguments can be listed by everybody
            "PYTHONPATH": os.pathsep.join([str(INSIDE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
            "TMPDIR": str(folder / "tmp"),
            "RUSOIL_DATA_DIR": str(folder / "data"),
            "RUSOIL_BACKENDS": json.dumps(SCRIPTED),
        } | environ
        (folder / "tmp").mkdir(exist_ok=True)
        (folder / "root").mkdir(exist_ok=True)
        command = [sys.executable, "-m", app, "--no-browser", "--allow-root", "--ServerApp.port=0"]
        command += [f"--ServerApp.root_dir={folder / 'root'}"]
        command += ["--ServerApp.jpserver_extensions={'rusoil_jupyter_server': True, 'rusoil_probe': True}"]
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                # Whoever runs the tests in the background ignores interrupts, and so would the server.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )
        self.client = httpx2.Client(cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])), timeout=60)
        try:
            self.url = self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> str:
        def answering() -> str | None:
            if self.process.poll() is not None:
                pytest.fail(f"the server did not start:\n{self.log}")
            for path in (self.folder / "runtime").glob("jpserver-*.json"):
                try:
                    url = str(json.loads(path.read_text())["url"])
                    self.client.get(url + "api")
                except (ValueError, httpx2.TransportError):
                    continue
                return url.replace("localhost", "127.0.0.1")
            return None

        return str(poll("the server answers", answering, 60))

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def origin(self) -> str:
        return re.match(r"https?://[^/]+", self.url)[0]  # type: ignore[index]

    def ask(
        self, method: str, path: str, *, token: str | None = "", headers: Any = None, **options: Any
    ) -> httpx2.Response:
        """A request to ``rusoil/<path>`` with this server's token, another one, or (``None``) without."""
        token = self.token if token == "" else token
        login = {"Authorization": f"token {token}"} if token else {}
        return self.client.request(
            method, f"{self.url}rusoil/{path}", headers=login | dict(headers or {}), **options
        )

    def inside(self) -> dict[str, Any]:
        """What the probe sees."""
        answer = self.client.get(self.url + "probe/inside", headers={"Authorization": f"token {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def idle(self) -> bool:
        """Whether no turn runs and no backend works."""
        inside = self.inside()
        return not inside["running"] and not inside["streams"]

    @asynccontextmanager
    async def socket(self, *, token: str | None = "", **options: Any) -> AsyncIterator[Socket]:
        """A WebSocket to ``api/stream``."""
        token = self.token if token == "" else token
        headers = options.pop("headers", {}) | ({"Authorization": f"token {token}"} if token else {})
        url = self.url.replace("http", "ws", 1) + "rusoil/api/stream"
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, headers=headers, max_msg_size=0, **options) as connection,
        ):
            yield Socket(connection)

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 60) -> None:
        """End the process, and what it may have left if that failed."""
        self.client.close()
        children = []
        if self.process.poll() is None:
            children = psutil.Process(self.process.pid).children(recursive=True)
            self.process.send_signal(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            for process in (*children, psutil.Process(self.process.pid)):
                process.kill()
            self.process.wait()
            pytest.fail(f"the server did not end within {seconds:.0f} s:\n{self.log[-3000:]}")


class Socket:
    """Frames out, events in."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self.connection = connection

    async def chat(self, prompt: str, request_id: str | None = None, **fields: Any) -> str:
        request_id = request_id or uuid4().hex
        request = {"prompt": prompt, **fields}
        await self.send({"type": "chat", "request_id": request_id, "request": request})
        return request_id

    async def send(self, frame: dict[str, Any] | str | bytes) -> None:
        if isinstance(frame, bytes):
            await self.connection.send_bytes(frame)
        else:
            await self.connection.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def event(self, seconds: float = DEADLINE) -> dict[str, Any]:
        return json.loads(await self.connection.receive_str(timeout=seconds))  # type: ignore[no-any-return]

    async def rest(self, request_id: str | None = None) -> list[dict[str, Any]]:
        """All events (of this turn) until its last one."""
        events = []
        while True:
            event = await self.event()
            if request_id in {None, event["request_id"]}:
                events.append(event)
                if event["type"] in {"done", "error"}:
                    return events

    def cut(self) -> None:
        """Lose the connection, without a goodbye."""
        raw = self.connection.get_extra_info("socket")
        raw.shutdown(2)


def words(events: list[dict[str, Any]]) -> str:
    """What the model said."""
    return "".join(event["delta"] for event in events if event["type"] == "text")


def check_error(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The error of a refused request, in the contract's shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code, error
    assert error["message"] and error["message"][-1] in ".!?", error
    assert re.fullmatch("[0-9A-Za-z_-]{8,64}", error["request_id"]), error
    assert isinstance(error.get("next_step"), str)
    return error


EXAMPLES = {
    r"([A-Za-z0-9_-]+)": "0123456789abcdef",
    r"(.+)": "scripted/echo",
    r"([^/]+)": "api.example.com%3A8443",
    r"(?:/(chat\.js|chat\.css))?": "",
    r"(?:/.*)?": "/nowhere",
}


def example(pattern: str) -> str:
    """A path below ``rusoil/`` that this route's pattern matches."""
    path = pattern
    for part, text in EXAMPLES.items():
        path = path.replace(part, text)
    assert re.fullmatch(pattern, path), f"add an example for {pattern}"
    return path.removeprefix("/rusoil/")


PATHS = {example(pattern): handler for pattern, handler in ROUTES}


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server; it ends with the session at the latest."""
    with ExitStack() as running:

        def start(
            *options: str, token: str = f"t0ken-{uuid4().hex}", app: str = "jupyter_server", **environ: str
        ) -> Server:
            server = Server(
                tmp_path_factory.mktemp("server"), *options, token=token, app=app, environ=environ
            )
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """As on a laptop: one person, one token, the scripted backends."""
    return start_server()


@pytest.fixture(scope="session")
def campus(start_server: Callable[..., Server]) -> Server:
    """Named users (the token ``secret-of-NAME``), one of whom may nothing; a short grace period."""
    return start_server(
        "--ServerApp.identity_provider_class=rusoil_probe.NamedTokens",
        "--ServerApp.authorizer_class=rusoil_probe.Recorder",
        "--RusoilExtension.grace_seconds=1",
        token="secret-of-alice",
    )
