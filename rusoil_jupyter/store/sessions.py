"""The session store: what was asked, answered and agreed to, by owner. Blocking: call from a thread."""

from __future__ import annotations

import logging
import secrets
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rusoil_jupyter.errors import Conflict, Unavailable, UnknownSession
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Message
from rusoil_jupyter.protocol import Consent, SessionDetail, SessionInfo, StoredMessage
from rusoil_jupyter.store import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    from rusoil_jupyter.events import FigureRead, Usage
    from rusoil_jupyter.store.schema import MessageRow, SessionRow

log = logging.getLogger(__name__)
TITLE_CHARS = 60


def new_id() -> str:
    """An id nobody can guess (128 bits)."""
    return secrets.token_hex(16)


class SessionStore:
    """Sessions in the database at ``url``; tables are made and upgraded at first use.

    Every method takes the ``owner`` and sees that owner's sessions only.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._upgrading = threading.Lock()
        self._wiper: sqlite.Wiper | None = None

    @cached_property
    def _engine(self) -> Engine:
        # Imported here: SQLAlchemy and Alembic cost 0.3 s, which no server start should pay.
        from alembic import command
        from alembic.config import Config
        from sqlalchemy import create_engine, event

        engine = create_engine(self._url, hide_parameters=True)  # an error that is logged tells no words
        if engine.dialect.name == "sqlite":
            if sqlite.is_file(engine.url.database):
                path = Path(str(engine.url.database))
                sqlite.make(path)
                self._wiper = sqlite.Wiper(path)
            event.listen(engine, "connect", sqlite.prepare)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with engine.begin() as connection:
            _lock_out_others(connection)  # two servers may both be the first
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        if self._wiper:
            self._wiper.wake()  # a server that was killed, or an earlier version, may have left copies
        return engine

    @contextmanager
    def _session(self) -> Iterator[Session]:
        from sqlalchemy.exc import DatabaseError, OperationalError
        from sqlalchemy.orm import Session

        try:
            with self._upgrading:
                engine = self._engine
            with Session(engine) as db:
                yield db
        except DatabaseError as error:
            if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
                raise  # one of our own making
            log.warning("the session database: %s", error.orig, exc_info=True)
            raise _unusable() from error

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction that no other writer's steps come between."""
        with self._session() as db, db.begin():
            if db.get_bind().dialect.name == "sqlite":
                _lock_out_others(db.connection())
            yield db

    @contextmanager
    def _deleting(self) -> Iterator[Session]:
        """As :meth:`_writing`, and of what is deleted no copy stays in the file or beside it."""
        with self._writing() as db:
            if self._wiper:
                sqlite.mark(db.connection())
            yield db
        if self._wiper:
            self._wiper.wake()

    def close(self) -> None:
        """Close the connections."""
        if "_engine" in self.__dict__:
            if self._wiper:
                self._wiper.close()
            self._engine.dispose()

    # --- sessions --------------------------------------------------------------------------------

    def create(self, owner: str, title: str = "") -> SessionInfo:
        """A new, empty session."""
        from rusoil_jupyter.store.schema import SessionRow

        now = datetime.now(UTC)
        row = SessionRow(id=new_id(), owner=owner, title=_printable(title), created_at=now, updated_at=now)
        with self._writing() as db:
            db.add(row)
            return _info(row, 0)

    def list_sessions(self, owner: str) -> list[SessionInfo]:
        """All sessions of the owner, the latest first."""
        from sqlalchemy import func, select

        from rusoil_jupyter.store.schema import MessageRow, SessionRow

        query = (
            select(SessionRow, func.count(MessageRow.id))
            .outerjoin(MessageRow)
            .where(SessionRow.owner == owner)
            .group_by(SessionRow.id)
            .order_by(SessionRow.updated_at.desc(), SessionRow.id)
        )
        with self._session() as db:
            return [_info(row, count) for row, count in db.execute(query)]

    def read(self, owner: str, session_id: str) -> SessionDetail:
        """A session with its messages.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._session() as db:
            row = _find(db, owner, session_id)
            messages = tuple(map(_stored, row.messages))
            info = _info(row, len(messages))
            return SessionDetail(**info.model_dump(), messages=messages)

    def rename(self, owner: str, session_id: str, title: str) -> SessionInfo:
        """Give it another title.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._deleting() as db:
            row = _find(db, owner, session_id, lock=True)
            row.title = _printable(title)
            return _info(row, len(row.messages))

    def delete(self, owner: str, session_id: str) -> None:
        """Forget it with all its messages.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._deleting() as db:
            db.delete(_find(db, owner, session_id))

    # --- messages --------------------------------------------------------------------------------

    def history(self, owner: str, session_id: str, before: str | None = None) -> list[Message]:
        """What was said, for the model; with ``before``, only what precedes that message.

        Raises:
            UnknownSession: the owner has no such session.
            Conflict: the session has no message ``before``.
        """
        messages = list(self.read(owner, session_id).messages)
        if before is not None:
            positions = [n for n, m in enumerate(messages) if m.id == before]
            if not positions:
                raise _gone()
            messages = messages[: positions[0]]
        return [Message(role=m.role, parts=m.parts) for m in messages if m.parts]

    def add_question(
        self,
        owner: str,
        session_id: str,
        message: Message,
        request_id: str,
        replace_from: str | None = None,
    ) -> str:
        """Append the user's message and return its id. ``replace_from`` and all after it are forgotten.

        Raises:
            UnknownSession: the owner has no such session.
            Conflict: the session has no message ``replace_from``.
        """
        with self._writing() if replace_from is None else self._deleting() as db:
            row = _find(db, owner, session_id, lock=True)
            if replace_from is not None:
                _forget(row, replace_from)
            if not row.title:
                row.title = _title(message)
            return _append(row, message, request_id=request_id)

    def add_answer(
        self,
        owner: str,
        session_id: str,
        message: Message,
        *,
        request_id: str,
        answer_id: str,
        model: str,
        finish_reason: str | None,
        error: str | None,
        notices: Sequence[str],
        usage: Usage | None,
        readings: Sequence[FigureRead] = (),
    ) -> None:
        """Append what the model said, also when it was cut short; not if its question was replaced.

        Raises:
            UnknownSession: the session was deleted in the meantime.
        """
        with self._writing() as db:
            row = _find(db, owner, session_id, lock=True)
            if not any(asked.request_id == request_id for asked in row.messages):
                return
            _append(
                row,
                message,
                id=answer_id,
                request_id=request_id,
                model=model,
                finish_reason=finish_reason,
                error=error,
                notices=list(notices),
                usage=usage.model_dump(mode="json") if usage else None,
                readings=[reading.model_dump(mode="json") for reading in readings],
            )

    # --- consents --------------------------------------------------------------------------------

    def consents(self, owner: str) -> list[Consent]:
        """What the owner agreed to, by host."""
        from sqlalchemy import select

        from rusoil_jupyter.store.schema import ConsentRow

        query = select(ConsentRow).where(ConsentRow.owner == owner).order_by(ConsentRow.destination)
        with self._session() as db:
            rows = db.scalars(query)
            return [Consent(destination=row.destination, agreed_at=_time(row.agreed_at)) for row in rows]

    def agree(self, owner: str, destination: str) -> None:
        """The owner agrees; once more changes nothing."""
        from rusoil_jupyter.store.schema import ConsentRow

        with self._writing() as db:
            if db.get(ConsentRow, (owner, destination)) is None:
                db.add(ConsentRow(owner=owner, destination=destination, agreed_at=datetime.now(UTC)))

    def revoke(self, owner: str, destination: str) -> None:
        """The owner takes it back; there may have been none."""
        from rusoil_jupyter.store.schema import ConsentRow

        with self._deleting() as db:
            if row := db.get(ConsentRow, (owner, destination)):
                db.delete(row)


def _lock_out_others(connection: Connection) -> None:
    """Until this transaction ends. SQLite would lock only at the first write, after what we read."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('rusoil_jupyter'))")


def _find(db: Session, owner: str, session_id: str, *, lock: bool = False) -> SessionRow:
    from rusoil_jupyter.store.schema import SessionRow

    row = db.get(SessionRow, session_id, with_for_update=lock)
    if row is None or row.owner != owner:
        raise UnknownSession(
            _("There is no such session."), _("Choose another one, or start a new one."), field="session_id"
        )
    return row


def _unusable() -> Unavailable:
    return Unavailable(
        _("The session database can't be used now: it is locked, damaged, or on a disk that is full."),
        _("Try again soon. If it stays so, whoever runs this server finds the cause in the log."),
        retry_after=5,
    )


def _gone() -> Conflict:
    return Conflict(
        _("The message to replace is not in this session any more."),
        _("Open the session again to see its present state."),
        field="replace_from",
    )


def _forget(row: SessionRow, first: str) -> None:
    """Delete a message and all after it, with the title if it was made of one of them."""
    start = next((number for number, message in enumerate(row.messages) if message.id == first), None)
    if start is None:
        raise _gone()
    if any(_is_made_of(row.title, message) for message in row.messages[start:]):
        row.title = ""
    del row.messages[start:]


def _append(row: SessionRow, message: Message, **columns: Any) -> str:
    from rusoil_jupyter.store.schema import MessageRow

    row.updated_at = datetime.now(UTC)
    stored = MessageRow(
        position=max((earlier.position for earlier in row.messages), default=-1) + 1,
        role=message.role,
        parts=message.model_dump(mode="json")["parts"],
        created_at=row.updated_at,
        **({"id": new_id(), "notices": []} | columns),
    )
    row.messages.append(stored)
    return stored.id


def _printable(text: str) -> str:
    """Without control characters: nobody can read them, and PostgreSQL refuses NUL."""
    return "".join(char for char in text if char.isprintable())


def _is_made_of(title: str, row: MessageRow) -> bool:
    """Whether a title is how a message begins; a client may have cut it by other rules than ours."""
    message = Message.model_validate({"role": row.role, "parts": row.parts})
    beginning = " ".join(title.removesuffix("…").split())
    return beginning != "" and _printable(" ".join(message.text.split())).startswith(beginning)


def _title(message: Message) -> str:
    text = _printable(" ".join(message.text.split()))
    return text if len(text) <= TITLE_CHARS else text[: TITLE_CHARS - 1].rstrip() + "…"


def _time(moment: datetime) -> str:
    return moment.replace(tzinfo=moment.tzinfo or UTC).isoformat(timespec="milliseconds")


def _info(row: SessionRow, count: int) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        title=row.title,
        created_at=_time(row.created_at),
        updated_at=_time(row.updated_at),
        message_count=count,
    )


def _stored(row: MessageRow) -> StoredMessage:
    return StoredMessage.model_validate(
        {
            "id": row.id,
            "role": row.role,
            "parts": row.parts,
            "created_at": _time(row.created_at),
            "request_id": row.request_id,
            "model": row.model,
            "finish_reason": row.finish_reason,
            "error": row.error,
            "notices": row.notices,
            "usage": row.usage,
            "readings": row.readings or (),
        }
    )
