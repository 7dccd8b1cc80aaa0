"""While the heaviest requests of every form are looked at, Jupyter answers everybody else."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.server.conftest import Server
from tests.server.heavy import requests

BACKENDS = {"llama-cpp": {"kind": "llama-cpp"}, "scripted": {"kind": "scripted"}}
HELD_SECONDS = 0.5  # of a core, at a time; what a busy machine adds is not this server's
GAP_SECONDS = 5.0  # of Jupyter's own status: 0.5 on a quiet machine
SECONDS = 120.0


class Watched:
    """A server whose own status is asked for again and again."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.login = {"Authorization": f"token {server.token}"}

    def status(self) -> float:
        """Seconds that Jupyter's status took."""
        began = time.monotonic()
        answer = self.server.client.get(self.server.url + "api/status", headers=self.login)
        assert answer.status_code == 200
        return time.monotonic() - began

    def lag(self) -> dict[str, float]:
        answer = self.server.client.get(self.server.url + "probe/lag", headers=self.login)
        return answer.json()  # type: ignore[no-any-return]

    def send(self, path: str, data: bytes) -> tuple[int, float]:
        """The status of the answer, and the longest that Jupyter's own took meanwhile."""
        got: list[int] = []

        def ask() -> None:
            headers = self.login | {"Content-Type": "application/json"}
            url = f"{self.server.url}rusoil/{path}"
            got.append(httpx2.post(url, content=data, headers=headers, timeout=SECONDS).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        longest = 0.0
        while asking.is_alive():
            longest = max(longest, self.status())
            asking.join(0.01)
        return got[0], longest


@pytest.mark.model
@pytest.mark.timeout(900)
def test_nothing_that_is_sent_keeps_others_waiting(
    start_server: Callable[..., Server], model_dir: Path
) -> None:
    server = start_server(RUSOIL_BACKENDS=json.dumps(BACKENDS), RUSOIL_MODEL_DIR=str(model_dir))
    watched = Watched(server)
    watched.send("api/chat", json.dumps({"prompt": "x", "max_tokens": 1}).encode())
    watched.lag()
    for name, (path, make) in requests():
        status, gap = watched.send(path, make())
        lag = watched.lag()
        print(f"{name:40} {status} status {gap:.2f} s, loop {lag['longest']:.2f} s ({lag['computed']:.2f} s)")
        assert status in {200, 400, 413}, name
        assert lag["computed"] < HELD_SECONDS, name
        assert gap < GAP_SECONDS, name
    assert "Traceback" not in server.log
