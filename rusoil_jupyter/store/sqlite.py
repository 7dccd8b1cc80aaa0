"""What keeps a SQLite file closed to others, and rids it of what was deleted.

Deleted rows leave copies: in the write-ahead log until that is truncated; in free pages, where SQLite was not
built to overwrite them; and, on every build, in pages whose rows were moved to others. Against the last only
``VACUUM`` helps. The file's ``user_version`` says whether it has had one since the last deletion.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rusoil_jupyter import private

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

log = logging.getLogger(__name__)
WIPED = 1  # files of earlier versions say 0, as those do from which something was deleted
WIPE_BYTES = 200_000_000  # rewritten in about two seconds, while other writers wait
PATIENCE_MS = 15_000
PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between two tries while somebody else reads or writes
_LATER = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT}


def is_file(database: str | None) -> bool:
    """Whether the database of a URL is a file."""
    return bool(database) and database != ":memory:" and not str(database).startswith("file:")


def make(path: Path) -> None:
    """See that the file is there, closed. SQLite gives its ``-wal``, ``-shm`` and ``-journal`` its rights.

    Raises:
        RusoilError: its folder can't be used.
    """
    private.make_folder(path.parent)
    if private.make_file(path):
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"PRAGMA user_version={WIPED}")
    close(path)


def close(path: Path) -> None:
    """Close the file to others, with what lies beside it: logs, copies."""
    private.close(path.parent.glob(f"{path.name}*"))


def prepare(connection: Any, _record: object = None) -> None:
    """What every connection needs."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    # Several servers of one user may share the file. The mode is kept in it, so of two that set it at
    # the same moment one is refused at once, whatever its patience, and nothing is missing.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def mark(connection: Connection) -> None:
    """Note, in the transaction that deletes, that copies may be left."""
    connection.exec_driver_sql(f"PRAGMA user_version={WIPED - 1}")


def truncate_log(path: Path) -> bool:
    """Empty the write-ahead log; ``False`` where that can't be now, as when somebody reads from it."""
    with suppress(sqlite3.Error), closing(_open(path)) as connection:
        return _truncate(connection)
    return False


def wipe(path: Path, most: float = WIPE_BYTES, given_up: Callable[[], bool] = bool) -> bool:
    """Rid the file of all copies of what was deleted.

    Args:
        path: the database.
        most: bytes of a file that is rewritten; of a larger one only the log is emptied.
        given_up: asked now and then, whether to stop; the file is then as it was.

    Returns:
        Whether it is done, as far as it can be; ``False`` where somebody else reads or writes.
    """
    if not path.exists():
        return True
    try:
        with closing(_open(path)) as connection:
            connection.set_progress_handler(given_up, 10_000)
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version != WIPED and path.stat().st_size <= most:
                connection.execute("VACUUM")
                connection.execute(f"PRAGMA user_version={WIPED}")
            return _truncate(connection)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _LATER:
            return False
        # A full disk, or no database: whoever opens it for a question says so, and the upkeep tries again.
        log.warning("%s can't be wiped: %s", path, error)
        return True


def _open(path: Path) -> sqlite3.Connection:
    """A connection that makes no file and waits for nobody."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)
    connection.isolation_level = None
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def _truncate(connection: sqlite3.Connection) -> bool:
    busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


class Wiper:
    """Wipes a file: its log at once, the rest in the background, again and again where others are at it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wanted, self._closed = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Something was deleted."""
        truncate_log(self._path)
        self._wanted.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="rusoil-wiper", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._wanted.wait() and not self._closed.is_set():
            self._wanted.clear()
            pause = PAUSE
            while not wipe(self._path, given_up=self._closed.is_set) and not self._closed.wait(pause):
                pause = min(2 * pause, LONGEST_PAUSE)

    def close(self) -> None:
        """End; what is left is wiped at the next start."""
        self._closed.set()
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()
