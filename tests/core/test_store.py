"""The session store on SQLite."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from rusoil_jupyter.messages import ImagePart, Message, TextPart
from rusoil_jupyter.store import migrations, sqlite
from rusoil_jupyter.store.sessions import SessionStore, new_id

from .store_suite import SessionStoreSuite


class TestSqlite(SessionStoreSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'new folder' / 'sessions.db'}"


def test_constructing_a_store_touches_nothing(tmp_path):
    SessionStore(f"sqlite:///{tmp_path / 'data' / 'sessions.db'}").close()
    assert list(tmp_path.iterdir()) == []


# --- what is deleted leaves no copy -----------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def store(path: Path) -> Iterator[SessionStore]:
    store = SessionStore(f"sqlite:///{path}")
    yield store
    store.close()


def say(store: SessionStore, session_id: str, words: str) -> None:
    store.add_question("me", session_id, Message.of("user", words), new_id())


def copies(path: Path, *words: str) -> list[str]:
    """Which of these words are in the file or beside it, once nobody works on it any more."""
    data = b"".join(file.read_bytes() for file in path.parent.iterdir())
    return [word for word in words if word.encode() in data]


def wiped(path: Path) -> None:
    until_true(lambda: sqlite.wipe(path) and not (path.parent / f"{path.name}-wal").stat().st_size)


def until_true(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def build_without_secure_delete(connection: sqlite3.Connection, record: object) -> None:
    """As SQLite is where nobody built it otherwise."""
    connection.execute("PRAGMA secure_delete=OFF")


def test_each_connection_overwrites_what_is_deleted(store, path, monkeypatch) -> None:
    prepare = sqlite.prepare

    def prepare_another_build(connection: sqlite3.Connection, record: object) -> None:
        build_without_secure_delete(connection, record)
        prepare(connection, record)

    monkeypatch.setattr(sqlite, "prepare", prepare_another_build)
    monkeypatch.setattr(sqlite.Wiper, "wake", lambda self: None)
    session = store.create("me").id
    say(store, session, "SECRET " * 3)
    store.delete("me", session)
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    assert sqlite.truncate_log(path)
    assert copies(path, "SECRET") == []


def test_rows_that_were_moved_leave_no_copy_either(store, path) -> None:
    """SQLite copies rows to other pages when it makes room, and overwrites only the last place of each."""
    chance = random.Random(1)
    kept: dict[str, str] = {}
    gone: list[str] = []
    for step in range(250):
        session, word = store.create("me").id, f"WORD{step:06}X"
        for _n in range(chance.randint(1, 4)):
            say(store, session, f"{word} " * chance.choice([1, 3, 20, 100, 350]))
        kept[session] = word
        if chance.random() < 0.6:
            chosen = chance.choice(list(kept))
            gone += [chosen, kept.pop(chosen)]
            store.delete("me", chosen)
    wiped(path)
    assert copies(path, *gone) == []
    assert sorted(copies(path, *kept.values())) == sorted(kept.values())


def test_what_earlier_versions_left_is_wiped_when_the_file_is_opened(path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA secure_delete=OFF")
        old.execute("CREATE TABLE notes (text)")
        old.execute("INSERT INTO notes VALUES (?)", ("SECRET " * 2000,))
        old.commit()
        old.execute("DELETE FROM notes")
        old.commit()
    assert copies(path, "SECRET") == ["SECRET"]
    store = SessionStore(f"sqlite:///{path}")
    store.create("me")
    until_true(lambda: copies(path, "SECRET") == [])
    store.close()


def test_what_an_edit_replaced_in_an_earlier_version_is_deleted(path) -> None:
    path.parent.mkdir()
    upgrade(path, "0003")
    with closing(sqlite3.connect(path)) as old, old:
        now = "2026-11-30 00:00:00"
        old.execute("INSERT INTO sessions VALUES ('s', 'me', 'Title', ?, ?)", (now, now))
        for place, (words, is_gone) in enumerate([("OLD", True), ("OLDER", True), ("NEW", False)]):
            values = (f"m{place}", place, is_gone, json.dumps([{"type": "text", "text": words}]), now)
            old.execute(
                "INSERT INTO messages"
                " (id, session_id, position, superseded, role, parts, created_at, notices)"
                " VALUES (?, 's', ?, ?, 'user', ?, ?, '[]')",
                values,
            )
    store = SessionStore(f"sqlite:///{path}")
    assert [message.parts[0].text for message in store.read("me", "s").messages] == ["NEW"]
    say(store, "s", "next")
    assert [message.parts[0].text for message in store.read("me", "s").messages] == ["NEW", "next"]
    until_true(lambda: copies(path, "OLD") == [])
    store.close()


def upgrade(path: Path, revision: str) -> None:
    """The tables as an earlier version left them."""
    migrate(path, lambda config: command.upgrade(config, revision))


def downgrade(path: Path, revision: str) -> None:
    migrate(path, lambda config: command.downgrade(config, revision))


def migrate(path: Path, change: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        change(config)
    engine.dispose()


EARLIER = Path(__file__).with_name("earlier")


def test_sessions_of_an_earlier_version_are_there_to_the_last_picture(path) -> None:
    """A database that the version before steps wrote, with what it read of it."""
    path.parent.mkdir()
    path.write_bytes(gzip.decompress((EARLIER / "sessions-0004.db.gz").read_bytes()))
    store = SessionStore(f"sqlite:///{path}")
    for owner, sessions in json.loads((EARLIER / "sessions-0004.json").read_text()).items():
        read = [store.read(owner, info.id).model_dump(mode="json") for info in store.list_sessions(owner)]
        for session in read:
            assert not any([session.pop("running"), *(one.pop("running") for one in session["messages"])])
            assert not any([session.pop("queue"), *(one.pop("interrupted") for one in session["messages"])])
        assert read == sessions
    assert [len(row) for row in pictures_of(path)] == [6464, 6500]
    store.add_question("local", "e6477e81c0c1d2db82b6f0c2f6f830d5", Message.of("user", "on"), new_id())
    store.close()


def pictures_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [data for (data,) in connection.execute("SELECT data FROM pictures")]


def test_a_downgrade_brings_the_parts_back(store, path) -> None:
    parts = (TextPart(text="See."), ImagePart(data="A" * 5000))
    session = store.create("local").id
    store.add_question("local", session, Message(role="user", parts=parts), "request-1")
    store.close()
    downgrade(path, "0004")
    with closing(sqlite3.connect(path)) as connection:
        [(kept,)] = connection.execute("SELECT parts FROM messages").fetchall()
    assert json.loads(kept) == [part.model_dump(mode="json") for part in parts]
    again = SessionStore(f"sqlite:///{path}")
    assert again.read("local", session).messages[0].parts == parts
    again.close()


def test_a_reader_elsewhere_delays_the_wiping_and_nothing_else(store, path) -> None:
    session = store.create("me").id
    say(store, session, "SECRET")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM messages").fetchall()
        store.delete("me", session)
        say(store, store.create("me").id, "Another.")
        assert copies(path, "SECRET") == ["SECRET"]
        reader.execute("COMMIT")
    until_true(lambda: copies(path, "SECRET") == [])


def test_a_wiping_that_is_given_up_leaves_the_file_whole(store, path) -> None:
    for number in range(200):
        say(store, store.create("me").id, f"word{number} " * 200)
    gone = store.list_sessions("me")[0]
    store.delete("me", gone.id)
    asked = iter(range(10**9))
    sqlite.wipe(path, given_up=lambda: next(asked) > 0)
    assert len(store.list_sessions("me")) == 199
    wiped(path)


def test_a_large_file_is_not_rewritten_while_others_wait_for_it(store, path) -> None:
    say(store, store.create("me").id, "Hello.")
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=0")
    before = path.stat().st_ino, path.read_bytes()
    assert sqlite.wipe(path, most=1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    assert (path.stat().st_ino, path.read_bytes()) == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "sessions.db"
    other.write_bytes(b"not a database, " * 1000)
    assert sqlite.wipe(other)
    assert other.read_bytes() == b"not a database, " * 1000
    assert sqlite.wipe(tmp_path / "nothing.db")
    assert [path.name for path in tmp_path.iterdir()] == ["sessions.db"]


def test_a_consent_that_was_revoked_leaves_no_copy(store, path) -> None:
    store.agree("me", "secret-host.example")
    store.revoke("me", "secret-host.example")
    until_true(lambda: copies(path, "secret-host") == [])
