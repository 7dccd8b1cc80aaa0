"""Folders and files for their owner's eyes alone, and what is said where that can't be."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rusoil_jupyter import private, upkeep
from rusoil_jupyter.errors import Forbidden, RusoilError, Unavailable
from rusoil_jupyter.messages import Message
from rusoil_jupyter.protocol import NewUpload
from rusoil_jupyter.settings import Settings
from rusoil_jupyter.store import sqlite
from rusoil_jupyter.store.sessions import SessionStore
from rusoil_jupyter.uploads import Uploads

NOBODY = 54321


@pytest.fixture(params=[0, 0o022, 0o077, 0o777], ids=lambda umask: f"umask {umask:o}")
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of another user, seen by one who is not root."""
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, -1)
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY + 1)
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_closed_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    private.make_folder(tmp_path / "a")
    assert private.make_file(tmp_path / "a" / "b")
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o600)


def test_a_file_that_is_there_is_closed_and_keeps_what_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("words")
    file.chmod(0o666)
    assert not private.make_file(file)
    assert (mode(file), file.read_text()) == (0o600, "words")


def test_a_link_is_not_followed_by_closing(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.touch(mode=0o644)
    target.chmod(0o644)
    (tmp_path / "link").symlink_to(target)
    private.close([tmp_path / "link", tmp_path / "nothing"])
    assert mode(target) == 0o644


@pytest.mark.parametrize("name", ["theirs", "link"])
def test_the_folder_of_another_user_is_refused(of_another: Path, name: str) -> None:
    (of_another.parent / "link").symlink_to(of_another)
    with pytest.raises(Forbidden, match="another user"):
        private.make_folder(of_another.parent / name)


def test_nothing_is_kept_in_the_folder_of_another_user(of_another: Path) -> None:
    store = SessionStore(f"sqlite:///{of_another / 'sessions.db'}")
    with pytest.raises(Forbidden):
        store.create("me")
    uploads = Uploads(of_another / "uploads", quota=1000, kept_seconds=60)
    with pytest.raises(Forbidden):
        uploads.begin("me", NewUpload(media_type="image/png", size=1))
    assert list(of_another.iterdir()) == []


@pytest.mark.parametrize("name", ["file/data", "file", "x" * 300, "a\0b"])
def test_what_can_be_no_folder_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="Nothing can be kept"):
        private.make_folder(tmp_path / name)


@pytest.mark.parametrize(
    "make",
    [lambda path: path.touch(), lambda path: path.symlink_to("nowhere/at/all"), None],
    ids=["a file", "a link to nowhere", "nothing"],
)
def test_the_upkeep_never_fails(
    tmp_path: Path, make: Callable[[Path], None] | None, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / ("x" * 300) if make is None else tmp_path / "data"
    if make is not None:
        make(data)
    upkeep.tidy(Settings(data_dir=data))
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert "RUSOIL_DATA_DIR" not in record.getMessage()


def test_a_folder_for_more_than_our_files_is_not_closed_but_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, sticky in ((tmp_path / "home", False), (tmp_path / "public", True)):
        folder.mkdir()
        folder.chmod(0o1777 if sticky else 0o755)
        monkeypatch.setenv("HOME", str(tmp_path / "home" / "me"))
        (folder / "mine.txt").write_text("not of this program")
        (folder / "mine.txt").chmod(0o644)
        (folder / "sessions.db").touch(mode=0o644)
        upkeep.tidy(Settings(data_dir=folder))
        assert mode(folder) == (0o1777 if sticky else 0o755)
        assert mode(folder / "mine.txt") == 0o644
        assert mode(folder / "sessions.db") == 0o600


async def test_the_upkeep_goes_on_until_it_is_cancelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[float] = []
    enough = threading.Event()

    def tidy(settings: Settings, most: float, given_up: Callable[[], bool]) -> None:
        rounds.append(most)
        if len(rounds) == 3:
            enough.set()

    monkeypatch.setattr(upkeep, "tidy", tidy)
    monkeypatch.setattr(upkeep, "SHORTEST", 0.001)
    running = asyncio.create_task(upkeep.run(Settings(data_dir=tmp_path, upload_seconds=0.002)))
    await asyncio.to_thread(enough.wait)
    running.cancel()
    await asyncio.wait({running})
    assert rounds[:3] == [float("inf"), sqlite.WIPE_BYTES, sqlite.WIPE_BYTES]
    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(("kept", "pause"), [(24 * 3600, 3600), (3600, 1800), (3, 1.5), (0.01, 0.25)])
async def test_the_rounds_follow_a_shorter_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: float, pause: float
) -> None:
    class Slept(Exception):
        pass

    async def sleep(seconds: float) -> None:
        raise Slept(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(Slept) as slept:
        await upkeep.run(Settings(data_dir=tmp_path, upload_seconds=kept))
    assert slept.value.args == (pause,)


def test_what_a_crash_left_of_an_upload_goes_in_time(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads", quota=10**6, kept_seconds=3600)
    folder = tmp_path / "uploads" / ("a" * 32)
    folder.mkdir(parents=True)
    old, new = "0" * 32, "1" * 32
    for name in (f"{old}.part", f"{old}.new", f"{new}.part", f"{new}.new", "2" * 32 + ".used"):
        (folder / name).touch()
    for path in folder.glob(f"{old}.*"):
        os.utime(path, (time.time() - 4000,) * 2)
    uploads.sweep()
    assert {path.name for path in folder.glob("[0-9]*")} == {f"{new}.part", f"{new}.new"}


def test_an_upload_goes_with_the_only_session_that_asked_about_it(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "uploads", quota=10**6, kept_seconds=3600)
    alone, shared, unused = (
        uploads.begin("me", NewUpload(media_type="image/png", size=1)).id for _n in range(3)
    )
    uploads.note_use("me", [alone, shared], "session-1")
    uploads.note_use("me", [shared, "f" * 32], "session-2")
    uploads.forget_session("me", "session-1")
    assert {upload.id for upload in uploads.list("me").uploads} == {shared, unused}
    uploads.forget_session("you", "session-2")
    uploads.forget_session("me", "session-2")
    assert {upload.id for upload in uploads.list("me").uploads} == {unused}
    assert not list((tmp_path / "uploads").rglob(f"{alone}.*"))


def test_a_full_disk_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> int:
        raise OSError(28, "No space left on device")

    private.make_folder(tmp_path / "data")
    monkeypatch.setattr(os, "open", full)
    with pytest.raises(RusoilError, match="No space left"):
        SessionStore(f"sqlite:///{tmp_path / 'data' / 'sessions.db'}").create("me")


def spoil(path: Path) -> None:
    path.write_bytes(b"not a database, " * 1000)


def fill(path: Path) -> None:
    """What a write raises on a full disk."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT no_room(); END")


@pytest.mark.parametrize("harm", [spoil, fill])
def test_a_database_that_fails_is_a_sentence_and_its_log_tells_no_words(
    tmp_path: Path, harm: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "sessions.db"
    before = SessionStore(f"sqlite:///{path}")
    before.create("me")
    before.close()
    harm(path)
    store = SessionStore(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="can't be used"):
        store.create("me", "SECRET")
    store.close()
    assert caplog.records
    assert "SECRET" not in caplog.text


def test_two_programs_may_work_on_one_file_while_it_is_wiped(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sessions.db'}"
    first, second = SessionStore(url), SessionStore(url)
    kept = [first.create("me").id for _n in range(3)]

    def work(store: SessionStore) -> None:
        for number in range(20):
            session = store.create("me").id
            store.add_question("me", session, Message.of("user", f"GONE{number}"), f"request-{number}")
            store.delete("me", session)

    threads = [threading.Thread(target=work, args=(store,)) for store in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {session.id for session in second.list_sessions("me")} == set(kept)
    first.close()
    second.close()
    assert sqlite.wipe(tmp_path / "sessions.db")
    assert not [path.name for path in tmp_path.iterdir() if b"GONE" in path.read_bytes()]
