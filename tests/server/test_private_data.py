"""Words and pictures that are kept: closed to others, and gone when they have to be."""

from __future__ import annotations

import base64
import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cases import program
from tests.server.conftest import Server, poll

WORD = "ZANZIBAR-4711"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 32
Start = Callable[..., Server]


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """The mode and path of everything that somebody else may read, write or enter."""
    found = [folder, *folder.rglob("*")]
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in found if not path.is_symlink()}
    return [f"{mode:o} {path}" for path, mode in modes.items() if mode & 0o077]


def holds(folder: Path, word: str) -> list[str]:
    """The files in which these words are."""
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def begin_upload(server: Server, size: int = len(PNG)) -> str:
    asked = {"name": f"{WORD}.png", "media_type": "image/png", "size": size}
    return str(server.ask("POST", "api/uploads", json=asked).json()["id"])


def upload(server: Server, whole: bool = True) -> str:
    begun = begin_upload(server, len(PNG) + (not whole))
    assert server.ask("PATCH", f"api/uploads/{begun}?offset=0", content=PNG).status_code == 200
    return begun


def talk(server: Server, **more: Any) -> str:
    session = str(server.ask("POST", "api/sessions", json={}).json()["id"])
    asked = {"prompt": f"!say {WORD}", "session_id": session} | more
    assert server.ask("POST", "api/chat", json=asked).status_code == 200
    return session


def copy_of(server: Server) -> dict[str, str]:
    """The environment of another process that finds the same data."""
    return os.environ | {"RUSOIL_DATA_DIR": str(server.folder / "data"), "RUSOIL_BACKENDS": "scripted"}


# --- rights -----------------------------------------------------------------------------------------


def test_nobody_else_reads_conversations(start_server: Start) -> None:
    program("security/12-rights-of-the-data").test_nobody_else_reads_conversations(start_server)


def test_all_that_a_server_keeps_is_closed_whatever_the_umask(start_server: Start, no_umask: None) -> None:
    far = '{"far": {"kind": "scripted", "runs_on": "elsewhere"}, "scripted": {"kind": "scripted"}}'
    server = start_server(RUSOIL_BACKENDS=far)
    talk(server, model="scripted/echo")
    upload(server)
    upload(server, whole=False)
    assert server.ask("POST", "api/consents", json={"destination": "far.example"}).is_success
    names = {path.name for path in (server.folder / "data").rglob("*")}
    assert {"sessions.db", "sessions.db-wal", "sessions.db-shm", ".lock"} <= names
    assert open_to_others(server.folder / "data") == []


@pytest.mark.parametrize(
    "arguments", [["chat", "Hello."], ["consent"], ["models", "list"], ["doctor"]], ids=lambda given: given[0]
)
def test_all_that_the_command_line_keeps_is_closed_too(
    tmp_path: Path, arguments: list[str], no_umask: None
) -> None:
    environ = os.environ | {"RUSOIL_DATA_DIR": str(tmp_path / "data"), "RUSOIL_BACKENDS": "scripted"}
    subprocess.run([sys.executable, "-m", "rusoil_jupyter.cli", *arguments], env=environ, check=True)
    assert (tmp_path / "data").is_dir()
    assert open_to_others(tmp_path / "data") == []


def test_what_an_earlier_version_left_open_is_closed_at_the_next_start(
    start_server: Start, tmp_path: Path, no_umask: None
) -> None:
    data = tmp_path / "data"
    owner = data / "uploads" / ("a" * 32)
    owner.mkdir(parents=True)
    kept = [data / "sessions.db.backup", owner / f"{'b' * 32}.json", owner / f"{'b' * 32}.whole"]
    for path in (*kept, owner / ".lock"):
        path.write_bytes(WORD.encode())
    with closing(sqlite3.connect(data / "sessions.db")) as database:
        database.execute("CREATE TABLE x (y)")
    (data / "models").mkdir()
    (data / "models" / "a.gguf").write_bytes(b"GGUF")
    start_server(RUSOIL_DATA_DIR=str(data))
    assert open_to_others(data) != []
    poll("the folder is closed", lambda: not data.stat().st_mode & 0o077)
    models = {str(path) for path in (data / "models", *(data / "models").iterdir())}
    poll("all in it is closed", lambda: {told.split()[1] for told in open_to_others(data)} <= models)


def test_a_folder_with_nothing_but_models_may_be_one_that_others_share(
    start_server: Start, tmp_path: Path, no_umask: None
) -> None:
    shared = tmp_path / "shared"
    (shared / "models").mkdir(parents=True)
    server = start_server(RUSOIL_DATA_DIR=str(shared))
    assert shared.stat().st_mode & 0o077
    talk(server)
    assert [told for told in open_to_others(shared) if not told.endswith(("/models", "/shared"))] == []


# --- uploads ----------------------------------------------------------------------------------------


def test_an_expired_upload_leaves_the_disk(start_server: Start) -> None:
    program("security/13-uploads-that-stay").test_an_expired_upload_leaves_the_disk(start_server)


@pytest.mark.parametrize("whole", [True, False])
def test_an_expired_upload_goes_though_nobody_asks_for_anything(start_server: Start, whole: bool) -> None:
    server = start_server(RUSOIL_UPLOAD_SECONDS="8")
    begun = upload(server, whole)
    uploads = server.folder / "data" / "uploads"
    assert list(uploads.rglob(f"{begun}.*"))
    poll("the upload is gone", lambda: not list(uploads.rglob(f"{begun}.*")))


def test_an_upload_that_expired_while_no_server_ran_goes_at_the_next_start(start_server: Start) -> None:
    server = start_server()
    whole, part, begun = upload(server), upload(server, whole=False), begin_upload(server)
    server.stop()
    uploads = server.folder / "data" / "uploads"
    long_ago = time.time() - 25 * 3600
    for file in (*uploads.rglob(f"{whole}.*"), *uploads.rglob(f"{part}.*")):
        os.utime(file, (long_ago, long_ago))
    start_server(RUSOIL_DATA_DIR=str(server.folder / "data"))
    poll("what expired is gone", lambda: {path.stem for path in uploads.glob("*/[0-9a-f]*")} == {begun})


def test_the_command_line_sweeps_too(start_server: Start) -> None:
    server = start_server()
    begun = upload(server)
    server.stop()
    [file] = (server.folder / "data" / "uploads").rglob(f"{begun}.whole")
    os.utime(file, (1, 1))
    subprocess.run(
        [sys.executable, "-m", "rusoil_jupyter.cli", "models", "list"], env=copy_of(server), check=True
    )
    assert holds(server.folder / "data" / "uploads", WORD) == []


def test_the_timer_ends_with_the_server(start_server: Start) -> None:
    server = start_server(RUSOIL_UPLOAD_SECONDS="0.5")
    upload(server)
    server.stop()
    assert server.process.returncode == 0
    assert "Task was destroyed" not in server.log


# --- deleted words ----------------------------------------------------------------------------------


def test_a_deleted_conversation_leaves_no_words(start_server: Start) -> None:
    program("security/14-deleted-words").test_a_deleted_conversation_leaves_no_words(start_server)


def test_of_an_edited_question_the_first_words_are_gone_with_their_title(start_server: Start) -> None:
    server = start_server()
    session = talk(server)
    [asked, _answer] = server.ask("GET", f"api/sessions/{session}").json()["messages"]
    again = {"prompt": "Harmless.", "session_id": session, "replace_from": asked["id"]}
    assert server.ask("POST", "api/chat", json=again).status_code == 200
    poll("the words are gone", lambda: not holds(server.folder / "data", WORD))
    assert server.ask("GET", f"api/sessions/{session}").json()["title"] == "Harmless."
    server.ask("DELETE", f"api/sessions/{session}")
    poll("the others too", lambda: not holds(server.folder / "data", "Harmless."))


# In a process of its own: whoever closes a file that SQLite has open in the same one takes its locks away.
READER = """
import sqlite3, sys

reader = sqlite3.connect(sys.argv[1], isolation_level=None)
reader.execute("BEGIN")
reader.execute("SELECT count(*) FROM messages").fetchall()
print("reading", flush=True)
sys.stdin.read()
"""


@contextmanager
def reading(database: Path) -> Iterator[None]:
    """While somebody else reads from the database."""
    command = [sys.executable, "-c", READER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == b"reading\n"
        yield


def test_words_are_gone_after_another_program_has_stopped_reading(start_server: Start) -> None:
    server = start_server()
    session = talk(server)
    database = server.folder / "data" / "sessions.db"
    with reading(database):
        assert server.ask("DELETE", f"api/sessions/{session}").status_code == 204
        assert server.ask("GET", "api/status").status_code == 200
        talk(server, prompt="Another one.")
        assert holds(database.parent, WORD)
    poll("the words are gone", lambda: not holds(database.parent, WORD))


def test_what_a_killed_server_left_goes_at_the_next_start(start_server: Start) -> None:
    server = start_server()
    session = talk(server)
    database = server.folder / "data" / "sessions.db"
    with reading(database):
        server.ask("DELETE", f"api/sessions/{session}")
        server.process.kill()
        server.process.wait()
        kept = {path: path.read_bytes() for path in database.parent.glob("sessions.db*")}
    for path, data in kept.items():  # the last to leave empties the log; a killed one does not
        path.write_bytes(data)
    assert holds(database.parent, WORD)
    start_server(RUSOIL_DATA_DIR=str(database.parent))
    poll("the words are gone", lambda: not holds(database.parent, WORD))


def test_a_deleted_conversation_takes_its_pictures_along(start_server: Start) -> None:
    server = start_server()
    picture = base64.b64decode(PICTURE)
    asked = {"name": f"{WORD}.png", "media_type": "image/png", "size": len(picture)}
    begun = server.ask("POST", "api/uploads", json=asked).json()["id"]
    assert server.ask("PATCH", f"api/uploads/{begun}?offset=0", content=picture).json()["complete"]
    part = {"type": "image", "data": "", "upload": begun, "name": f"{WORD}.png"}
    session = talk(server, model="scripted/eyes", attachments=[part])
    assert holds(server.folder / "data" / "uploads", WORD)
    server.ask("DELETE", f"api/sessions/{session}")
    assert server.ask("GET", f"api/uploads/{begun}").status_code == 404
    poll("all is gone", lambda: not holds(server.folder / "data", WORD))


def test_a_title_goes_with_its_session(start_server: Start) -> None:
    server = start_server()
    session = server.ask("POST", "api/sessions", json={"title": WORD}).json()["id"]
    server.ask("PATCH", f"api/sessions/{session}", json={"title": "Another one."})
    poll("the first title is gone", lambda: not holds(server.folder / "data", WORD))
    server.ask("DELETE", f"api/sessions/{session}")
    poll("the second too", lambda: not holds(server.folder / "data", "Another one."))


# --- names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "../../etc/passwd", "a\nb", "\x1b[31m", "..", "", "%00"])
@pytest.mark.parametrize("what", ["pull", "cancel", "verify", "remove"])
def test_a_name_that_no_model_has_is_refused_in_a_sentence(server: Server, name: str, what: str) -> None:
    for model in (name, f"llama-cpp/{name}", f"scripted/{name}"):
        answer = server.ask("POST", f"api/models/{what}", json={"model": model})
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["error"]["message"]
