"""Which server is asked, in the documented order, and with which token."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rusoil_jupyter.servers import alive
from rusoil_jupyter_kernel.client import check
from rusoil_jupyter_kernel.errors import MagicError, NoAssistant, NotLetIn, ServerAway
from rusoil_jupyter_kernel.runtime import runtimes
from rusoil_jupyter_kernel.server import Server, find_server, parse_address
from tests import cases

Write = Callable[..., Path]


def fine(server: Server) -> None:
    """A probe that every server passes."""


@pytest.fixture
def write(isolated: Path) -> Write:
    """Writes a runtime file; the age is in seconds."""

    def write(pid: int, port: int, age: float = 0, **more: Any) -> Path:
        path = isolated / f"jpserver-{pid}.json"
        info = {"pid": pid, "port": port, "hostname": "localhost", "base_url": "/", "token": "t"}
        path.write_text(json.dumps({**info, **more}))
        os.utime(path, (1e9 - age, 1e9 - age))
        return path

    return write


@pytest.fixture
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_dead_servers_file_is_left_out(write: Write, dead_pid: int, isolated: Path) -> None:
    write(dead_pid, 1)
    (isolated / "jpserver-5.json").write_text("{half")
    (isolated / "jpserver-6.json").write_text("[]")
    write(os.getpid(), 2)
    assert [one.pid for one in runtimes()] == [os.getpid()]
    assert not alive(dead_pid) and not alive(-1) and not alive(2**70)


def test_with_none_running_one_sentence_says_what_to_do() -> None:
    with pytest.raises(ServerAway) as caught:
        find_server(fine)
    assert "No Jupyter server" in str(caught.value) and "jupyter lab" in str(caught.value)


def test_a_given_address_comes_first(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(os.getpid(), 1)
    monkeypatch.setenv("RUSOIL_SERVER_URL", "http://env:1/")
    assert find_server(fine, "http://given:9/x?token=k") == Server("http://given:9/x/", "k")


def test_the_environment_comes_before_the_parent(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(os.getpid(), 1)
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
    monkeypatch.setenv("RUSOIL_SERVER_URL", "http://env:1")
    monkeypatch.setenv("RUSOIL_SERVER_TOKEN", "e")
    assert find_server(fine) == Server("http://env:1/", "e")


def test_the_server_that_started_the_kernel_comes_before_later_ones(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(os.getppid(), 1, age=100, token="parent")
    write(os.getpid(), 2, root_dir=str(Path.cwd()))
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getppid()))
    found = find_server(fine)
    assert (found.url, found.token) == ("http://localhost:1/", "parent")


def test_the_deepest_root_wins_then_the_latest(write: Write, tmp_path: Path) -> None:
    write(os.getpid(), 1, root_dir=str(Path.cwd().parent), age=50)
    write(os.getppid(), 2, root_dir=str(Path.cwd()), age=100)
    write(1, 3, root_dir=str(tmp_path))
    asked: list[str] = []

    def refuse(server: Server) -> None:
        asked.append(server.url)
        raise NoAssistant("no")

    with pytest.raises(NoAssistant):
        find_server(refuse)
    assert asked == [f"http://localhost:{port}/" for port in (2, 1, 3)]


def test_a_server_without_the_extension_is_passed_over(write: Write, start_wire: Callable[[], Any]) -> None:
    other, ours = start_wire(), start_wire()
    there = {"hostname": "127.0.0.1", "token": other.token}
    write(os.getpid(), other.server_port, base_url="/elsewhere/", **there)
    write(os.getppid(), ours.server_port, age=100, **there)
    assert find_server(check).url == ours.url


def test_the_reason_is_told_when_no_server_can_be_used(write: Write, start_wire: Callable[[], Any]) -> None:
    other = start_wire()
    write(os.getpid(), other.server_port, base_url="/elsewhere/", token=other.token)
    with pytest.raises(NoAssistant, match=r"/elsewhere/ runs without the assistant.*Install"):
        find_server(check)


def test_a_password_server_says_what_to_do(write: Write, start_wire: Callable[[], Any]) -> None:
    write(os.getpid(), start_wire().server_port, token="", password=True)
    with pytest.raises(NotLetIn, match=r"doesn't let this kernel in.*RUSOIL_SERVER_TOKEN"):
        find_server(check)


def test_a_handed_token_goes_to_the_parent_only(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSOIL_SERVER_TOKEN", "handed")
    write(os.getpid(), 1, token="")
    assert find_server(fine).token == ""
    assert find_server(fine, "http://elsewhere:1/").token == ""
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
    assert find_server(fine).token == "handed"
    assert find_server(fine, "http://127.0.0.1:1/lab").token == "handed"


def test_on_a_hub_the_hubs_token_opens_the_users_server(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ann/")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_URL", "http://0.0.0.0:8888/user/ann/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hub")
    expected = Server("http://127.0.0.1:8888/user/ann/", "hub")
    assert find_server(fine) == expected
    write(os.getpid(), 8888, base_url="/user/ann/", hostname="0.0.0.0", token="")
    monkeypatch.setenv("JPY_PARENT_PID", str(os.getpid()))
    assert find_server(fine) == expected


def test_sockets_and_certificates(write: Write) -> None:
    write(os.getpid(), 0, sock="/tmp/a.sock", age=9)
    write(os.getppid(), 443, secure=True, hostname="::")
    latest, other = runtimes()
    assert (latest.url, latest.secure) == ("https://[::1]:443/", True)
    assert (other.url, other.socket) == ("http://localhost/", "/tmp/a.sock")
    assert not find_server(fine).verify


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("http://h:1", Server("http://h:1/")),
        ("https://h/user/a/lab?token=t", Server("https://h/user/a/", "t")),
        ("http+unix://%2Ftmp%2Fs/b", Server("http://localhost/b/", "", "/tmp/s")),
    ],
)
def test_addresses(address: str, server: Server) -> None:
    assert parse_address(address) == server


@pytest.mark.parametrize("address", ["h:1", "ftp://h", "http://h:x/?token=secret", "http://"])
def test_what_is_no_address_is_one_sentence(address: str) -> None:
    with pytest.raises(MagicError, match="not a server's address") as caught:
        parse_address(address)
    assert "secret" not in str(caught.value)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(Server("http://h/", "secret"))


CASE = runpy.run_path(str(cases.FOLDER / "security/19-runtime-files-of-others/input.py"))


def test_the_case_of_a_folder_that_others_may_write(
    isolated: Path, start_wire: Callable[[], Any], shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    CASE["test_a_folder_that_others_may_write"](isolated, start_wire, shell, monkeypatch)


def test_on_a_hub_a_file_that_others_may_write_gets_no_token(
    write: Write, shell: Any, start_wire: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = start_wire()
    wire.token = "hub"
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ann/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hub")
    write(os.getpid(), wire.server_port, base_url="/user/ann/", hostname="127.0.0.1", token="").chmod(0o666)
    shell.run_cell("%rusoil secret question")
    shell.run_cell(f"%rusoil --server {wire.url} secret question")
    assert [one for one in wire.seen_headers if "Authorization" in one] == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_passed_over(write: Write, mode: int) -> None:
    path = write(os.getpid(), 1)
    path.chmod(mode)
    assert runtimes() == []
    path.chmod(0o644)
    assert len(runtimes()) == 1


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_files_of_a_folder_that_others_may_write_are_passed_over(
    write: Write, isolated: Path, mode: int
) -> None:
    write(os.getpid(), 1)
    isolated.chmod(mode)
    assert runtimes() == []
    isolated.chmod(0o700)
    assert len(runtimes()) == 1


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_somebody_else_owns_is_passed_over(
    write: Write, isolated: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = write(os.getpid(), 1)
    if os.getuid() == 0:
        os.chown(path if what == "file" else isolated, 12345, -1)
    else:  # nobody can give a file away: then it is we who are somebody else
        monkeypatch.setattr(os, "getuid", lambda: 12345)
    assert runtimes() == []


def test_a_pipe_or_a_file_of_lists_in_lists_is_passed_over(isolated: Path) -> None:
    os.mkfifo(isolated / "jpserver-1.json", 0o600)
    (isolated / "jpserver-2.json").write_text("[" * 100_000)
    (isolated / "jpserver-3.json").mkdir(mode=0o700)
    assert runtimes() == []


def test_without_a_runtime_folder_no_server_runs(isolated: Path) -> None:
    isolated.rmdir()
    assert runtimes() == []
