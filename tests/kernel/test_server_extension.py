"""Against the real server extension, with the scripted backend: found, asked, stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.blocking.client import BlockingKernelClient

from rusoil_jupyter.protocol import ChatRequest
from rusoil_jupyter_kernel.client import AnswerStream, check
from rusoil_jupyter_kernel.server import Server, find_server

START = [
    *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
    "--ServerApp.jpserver_extensions={'rusoil_jupyter_server': True}",
]

BACKENDS = '{"scripted": {"kind": "scripted"}, "far": {"kind": "scripted", "runs_on": "elsewhere"}}'


def _start(folder: Path, *options: str) -> tuple[subprocess.Popen[str], threading.Thread]:
    environment = {**os.environ, "RUSOIL_BACKENDS": BACKENDS, "RUSOIL_DATA_DIR": str(folder / "d")}
    environment["JUPYTER_CONFIG_DIR"] = str(folder / "config")
    process = subprocess.Popen(
        [*START, *options], cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    )
    log: list[str] = []
    assert process.stderr
    for line in process.stderr:
        log.append(line)
        if "To access the server" in line or "is listening on" in line:
            break  # said after the runtime file is written
    else:
        process.stderr.close()
        process.wait()
        pytest.fail("the server did not start:\n" + "".join(log))
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    return process, drain


@pytest.fixture(scope="module", params=["token", "socket"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The runtime folder of a real server, on TCP with a token or on a unix socket."""
    folder = tmp_path_factory.mktemp(request.param)
    runtime = folder / "runtime"
    options = {
        "token": ["--port=0"],
        "socket": [f"--ServerApp.sock={folder}/s"],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        process, drain = _start(folder, *options[request.param])
    yield runtime
    process.terminate()
    process.wait(60)
    drain.join(60)
    assert process.stderr
    process.stderr.close()


@pytest.fixture
def found(running: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as discovery finds it."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(running))
    (info,) = [json.loads(path.read_text()) for path in running.glob("jpserver-*.json")]
    monkeypatch.setenv("JPY_PARENT_PID", str(info["pid"]))
    return find_server(check)


def test_a_question_is_answered(
    found: Server, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("%rusoil --into x Porosity of sand is high").raise_error()
    assert shell.user_ns["x"].split() == ["Porosity", "of", "sand", "is", "high"]
    shell.run_cell("%rusoil models").raise_error()
    assert "- scripted/echo: Scripted echo" in capsys.readouterr().out


def test_a_crash_fails_the_cell_with_the_servers_sentence(found: Server, shell: InteractiveShell) -> None:
    result = shell.run_cell("%%rusoil\nhello\n!crash")
    assert "Traceback" not in str(result.error_in_exec)
    assert type(result.error_in_exec).__name__ == "MagicError"


def test_an_unknown_model_is_one_sentence(found: Server, shell: InteractiveShell) -> None:
    result = shell.run_cell("%rusoil -m scripted/nobody hi")
    assert "nobody" in str(result.error_in_exec)


def test_a_turn_that_is_left_frees_the_server(found: Server) -> None:
    for _attempt in range(20):  # more than one user may have running at once
        with AnswerStream(found, ChatRequest(prompt="!forever", stream=True)) as events:
            assert any(type(event).__name__ == "Text" for event in events)


@pytest.fixture
def kernel(found: Server, running: Path) -> Iterator[BlockingKernelClient]:
    """A real kernel, started by the server, with the magics loaded."""
    transport = httpx2.HTTPTransport(uds=found.socket or None)
    with httpx2.Client(transport=transport, base_url=found.url, headers=found.headers) as http:
        kernel = http.post("api/kernels", json={"name": "python3"}).json()["id"]
        client = BlockingKernelClient(connection_file=str(running / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.hb_channel.time_to_dead = 60.0  # a busy machine's kernel misses the beat of every second
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            client.execute_interactive("%load_ext rusoil_jupyter_kernel", timeout=60)
            yield client
        finally:
            client.stop_channels()
            http.delete(f"api/kernels/{kernel}")


def test_a_kernel_of_the_server_asks_its_own_server(kernel: BlockingKernelClient) -> None:
    ask = "%rusoil --into x Hello"
    said = kernel.execute_interactive(ask, user_expressions={"x": "x.strip()"}, timeout=60)
    assert said["content"]["user_expressions"]["x"]["data"]["text/plain"] == "'Hello'"


def test_a_model_elsewhere_is_asked_only_after_the_user_saw_what_and_agreed(
    kernel: BlockingKernelClient,
) -> None:
    def run(cell: str) -> tuple[str, str]:
        """What the cell shows, and its error."""
        shown: list[str] = []
        reply = kernel.execute_interactive(
            cell, timeout=60, output_hook=lambda message: shown.append(json.dumps(message["content"]))
        )
        return "".join(shown), str(reply["content"].get("evalue", ""))

    ask = "%%rusoil -m far/echo --into x\nWhat is in {table}?"
    run("table = 'secret rows'")
    _shown, error = run("%rusoil consent far")
    assert "You have not seen yet what would be sent to far." in error
    shown, error = run(ask)
    assert "secret rows" in shown
    assert "far.example" in shown
    assert error.startswith("Nothing was sent")
    assert "%rusoil consent far" in error
    shown, error = run("%rusoil consent far")
    assert (error, "far.example" in shown) == ("", True)
    assert run(ask)[1] == ""
    assert "secret rows" in run("print(x)")[0]
    assert "far.example" in run("%rusoil consent")[0]
    assert "no host" in run("%rusoil revoke far")[0]
    assert run(ask)[1].startswith("Nothing was sent")
