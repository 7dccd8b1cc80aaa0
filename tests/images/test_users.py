"""Whoever runs the container, and wherever the home is, the assistant answers."""

from __future__ import annotations

import json

import pytest

from .conftest import LOCAL, NOTEBOOK, TOKEN, Start
from .engine import Container, Docker, until

WITH_TOKEN = ("--env", f"JUPYTER_TOKEN={TOKEN}")
AS_ROOT = ("--user", "root", "--env", "CHOWN_HOME=yes", "--env", "NB_USER=stu", "--env", "NB_UID=1234")


def assert_it_works(container: Container) -> None:
    """The chat answers, the folder can be written, a kernel comes up."""
    question = {"prompt": "Say hello.", "max_tokens": 5}
    code, text = container.request("POST", "/rusoil/api/chat", question, TOKEN)
    assert code == 200, text
    note = {"type": "file", "format": "text", "content": "hello"}
    code, text = container.request("PUT", "/api/contents/note.txt", note, TOKEN)
    assert code == 201, text
    code, text = container.request("POST", "/api/kernels", {}, TOKEN)
    assert code == 201, text
    kernel = f"/api/kernels/{json.loads(text)['id']}"

    def state() -> str:
        return json.loads(container.request("GET", kernel, token=TOKEN)[1])["execution_state"]

    with container.websocket(f"{kernel}/channels", TOKEN):
        until(lambda: state() == "idle", lambda: f"the kernel is idle, but {state()}; log:\n{container.log}")


@pytest.mark.parametrize(
    ("image", "options"),
    [
        pytest.param(LOCAL, ("--user", "5555:100"), id="local-other-user"),
        pytest.param(LOCAL, ("--user", "5555"), id="local-other-user-without-the-group"),
        pytest.param(LOCAL, ("--volume", "/home/jovyan"), id="local-volume-on-home"),
        pytest.param(LOCAL, ("--read-only", "--tmpfs", "/tmp"), id="local-read-only"),
        pytest.param(NOTEBOOK, ("--user", "5555:100"), id="notebook-other-user"),
        pytest.param(NOTEBOOK, (*AS_ROOT, "--workdir", "/home/stu"), id="notebook-nb-uid"),
        pytest.param(NOTEBOOK, ("--volume", "/home/jovyan"), id="notebook-volume-on-home"),
    ],
)
def test_it_works_for(started: Start, image: str, options: tuple[str, ...]) -> None:
    container = started(image, *WITH_TOKEN, *options)
    assert_it_works(container)
    assert "Traceback" not in container.log


def test_a_foreign_home_is_replaced_and_said(started: Start) -> None:
    container = started(LOCAL, *WITH_TOKEN, "--tmpfs", "/home/jovyan:uid=4444,mode=700")
    assert "User 1000 can't write to /home/jovyan: files go to /tmp/home-1000" in container.log
    assert_it_works(container)


def test_a_restart_keeps_the_work_and_the_health(started: Start, docker: Docker) -> None:
    container = started(LOCAL, *WITH_TOKEN)
    assert_it_works(container)
    docker("restart", container.name)
    container.wait_until_healthy()
    names = json.loads(container.request("GET", "/api/contents/", token=TOKEN)[1])["content"]
    assert {"Welcome.ipynb", "note.txt"} <= {entry["name"] for entry in names}


def test_behind_a_base_url_it_is_healthy(started: Start) -> None:
    command = ("jupyter", "lab", "--ServerApp.base_url=/user/alice/")
    container = started(LOCAL, *WITH_TOKEN, command=command)
    assert container.request("GET", "/user/alice/rusoil/api/status", token=TOKEN)[0] == 200
