"""The session store: what was asked, answered and agreed to, by owner.

Its methods block: from the event loop they are called by :meth:`SessionStore.run`.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import secrets
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from rusoil_jupyter.errors import Conflict, Interrupted, Unavailable, UnknownSession
from rusoil_jupyter.i18n import _
from rusoil_jupyter.messages import Message
from rusoil_jupyter.protocol import Consent, SessionDetail, SessionInfo, StoredMessage
from rusoil_jupyter.store import pictures, queued, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    from rusoil_jupyter.events import FigureRead, Usage
    from rusoil_jupyter.messages import Part
    from rusoil_jupyter.protocol import ChatRequest, QueuedRequest
    from rusoil_jupyter.store.schema import MessageRow, SessionRow

log = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")
TITLE_CHARS = 60
THREADS = 4
LEASE = timedelta(seconds=30)  # an answer that nobody renews for so long is being given no more


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
        self._threads = ThreadPoolExecutor(THREADS, "rusoil-store")

    async def run(self, method: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """One of the other methods, in a thread of this store: nothing else that is slow delays it.

        Raises:
            RusoilError: as the method.
        """
        call = partial(contextvars.copy_context().run, partial(method, *given, **named))
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

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
        self._threads.shutdown(wait=False)
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
            select(SessionRow, func.count(MessageRow.id), func.max(MessageRow.running_until))
            .outerjoin(MessageRow)
            .where(SessionRow.owner == owner)
            .group_by(SessionRow.id)
            .order_by(SessionRow.updated_at.desc(), SessionRow.id)
        )
        with self._session() as db:
            return [_info(row, count, until) for row, count, until in db.execute(query)]

    def read(self, owner: str, session_id: str) -> SessionDetail:
        """A session with its messages.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._session() as db:
            info = _about(db, _find(db, owner, session_id))
            return SessionDetail(
                **info.model_dump(), messages=_messages(db, session_id), queue=queued.read(db, session_id)
            )

    def rename(self, owner: str, session_id: str, title: str) -> SessionInfo:
        """Give it another title.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._deleting() as db:
            row = _find(db, owner, session_id, lock=True)
            row.title = _printable(title)
            return _about(db, row)

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
        with self._session() as db:
            _find(db, owner, session_id)
            end = None if before is None else _place(db, session_id, before)
            messages = _messages(db, session_id, end)
        return [Message(role=m.role, parts=m.parts) for m in messages if m.parts]

    def add_question(
        self,
        owner: str,
        session_id: str,
        message: Message,
        request_id: str,
        replace_from: str | None = None,
        answer_id: str | None = None,
    ) -> str:
        """Append the user's message and return its id. ``replace_from`` and all after it are forgotten.

        With an ``answer_id`` the answer begins with it: both are there, or neither. One that waited in the
        session under its ``request_id`` waits no more.

        Raises:
            UnknownSession: the owner has no such session.
            Conflict: the session has no message ``replace_from``.
        """
        with self._writing() if replace_from is None else self._deleting() as db:
            row = _find(db, owner, session_id, lock=True)
            if replace_from is not None:
                _forget(db, row, replace_from)
            if not row.title:
                row.title = _title(message)
            queued.drop(db, session_id, request_id)
            row.updated_at = datetime.now(UTC)
            asked = _append(db, row, role=message.role, request_id=request_id)
            _add_steps(db, asked.id, 0, message.parts)
            if answer_id is not None:
                until = row.updated_at + LEASE
                _append(db, row, id=answer_id, role="assistant", request_id=request_id, running_until=until)
            return asked.id

    def keep_question(self, message_id: str, message: Message) -> None:
        """Keep a question once more, now that its pictures have been seen."""
        from rusoil_jupyter.store.schema import MessageRow

        with self._writing() as db:
            if db.get(MessageRow, message_id):
                _add_steps(db, message_id, 0, message.parts)

    def add_steps(self, answer_id: str, position: int, parts: Sequence[Part]) -> None:
        """Keep what a running answer says from its step ``position`` on; once more replaces what was there.

        Nothing happens where its question was replaced or its session deleted.
        """
        with self._writing() as db:
            if _renew(db, [answer_id]):
                _add_steps(db, answer_id, position, parts)

    def renew(self, answer_ids: Sequence[str]) -> None:
        """Say that these answers are being given still."""
        with self._writing() as db:
            _renew(db, answer_ids)

    def end_answer(
        self,
        owner: str,
        session_id: str,
        answer_id: str,
        *,
        model: str,
        finish_reason: str | None,
        error: str | None,
        notices: Sequence[str],
        usage: Usage | None,
        readings: Sequence[FigureRead] = (),
        interrupted: bool = False,
    ) -> None:
        """Say how an answer ended, also when it was cut short; not if its question was replaced.

        One that was ``interrupted`` has no end: it is left as by a server that was killed.

        Raises:
            UnknownSession: the session was deleted in the meantime.
        """
        from rusoil_jupyter.store.schema import MessageRow

        with self._writing() as db:
            row = _find(db, owner, session_id, lock=True)
            answer = db.get(MessageRow, answer_id)
            if answer is None:
                return
            row.updated_at = datetime.now(UTC)
            answer.running_until = row.updated_at if interrupted else None
            answer.model = model
            answer.finish_reason = finish_reason
            answer.error = error
            answer.notices = list(notices)
            answer.usage = usage.model_dump(mode="json") if usage else None
            answer.readings = [reading.model_dump(mode="json") for reading in readings]

    # --- questions that wait ---------------------------------------------------------------------

    def queued(self, owner: str, session_id: str) -> tuple[QueuedRequest, ...]:
        """What waits in a session, in order.

        Raises:
            UnknownSession: the owner has no such session.
        """
        with self._session() as db:
            _find(db, owner, session_id)
            return queued.read(db, session_id)

    def put_queued(self, owner: str, session_id: str, request_id: str, request: ChatRequest) -> bool:
        """Let a question wait, as :func:`.queued.put`.

        Raises:
            UnknownSession: the owner has no such session.
            RateLimited: too many wait.
        """
        with self._writing() as db:
            _find(db, owner, session_id, lock=True)
            return queued.put(db, session_id, request_id, request)

    def drop_queued(self, owner: str, request_id: str) -> str | None:
        """Let a question wait no more; the session it waited in, ``None`` where it did not wait."""
        with self._deleting() as db:
            session_id = queued.session_of(db, owner, request_id)
            if session_id is not None:
                queued.drop(db, session_id, request_id)
            return session_id

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


def _forget(db: Session, row: SessionRow, first: str) -> None:
    """Delete a message and all after it, with the title if it was made of one of them."""
    from sqlalchemy import delete

    from rusoil_jupyter.store.schema import MessageRow

    start = _place(db, row.id, first)
    if any(_is_made_of(row.title, message) for message in _messages(db, row.id, start=start)):
        row.title = ""
    db.execute(delete(MessageRow).where(MessageRow.session_id == row.id, MessageRow.position >= start))


def _place(db: Session, session_id: str, message_id: str) -> int:
    """Where a message stands.

    Raises:
        Conflict: it is not in this session.
    """
    from rusoil_jupyter.store.schema import MessageRow

    row = db.get(MessageRow, message_id)
    if row is None or row.session_id != session_id:
        raise _gone()
    return row.position


def _about(db: Session, row: SessionRow) -> SessionInfo:
    from sqlalchemy import func, select

    from rusoil_jupyter.store.schema import MessageRow

    told = select(func.count(MessageRow.id), func.max(MessageRow.running_until))
    count, running_until = db.execute(told.where(MessageRow.session_id == row.id)).one()
    return _info(row, count, running_until)


def _append(db: Session, row: SessionRow, **columns: Any) -> MessageRow:
    from sqlalchemy import func, select

    from rusoil_jupyter.store.schema import MessageRow

    last = db.scalar(select(func.max(MessageRow.position)).where(MessageRow.session_id == row.id))
    given = {"id": new_id(), "notices": [], "created_at": row.updated_at} | columns
    added = MessageRow(session_id=row.id, position=-1 if last is None else last, **given)
    added.position += 1
    db.add(added)
    db.flush()
    return added


def _add_steps(db: Session, message_id: str, position: int, parts: Sequence[Part]) -> None:
    from sqlalchemy import delete

    from rusoil_jupyter.store.schema import PictureRow, StepRow

    def keep(data: str) -> str:
        db.add(row := PictureRow(id=new_id(), message_id=message_id, data=data))
        return row.id

    db.execute(delete(StepRow).where(StepRow.message_id == message_id, StepRow.position >= position))
    for place, part in enumerate(parts, position):
        kept = pictures.take_out(part.model_dump(mode="json"), keep)
        db.add(StepRow(message_id=message_id, position=place, part=kept))


def _renew(db: Session, answer_ids: Sequence[str]) -> int:
    """How many of these are still there."""
    from sqlalchemy import update

    from rusoil_jupyter.store.schema import MessageRow

    moved = update(MessageRow).where(MessageRow.id.in_(answer_ids))
    return db.connection().execute(moved.values(running_until=datetime.now(UTC) + LEASE)).rowcount


def _messages(
    db: Session, session_id: str, end: int | None = None, start: int = 0
) -> tuple[StoredMessage, ...]:
    """The messages from place ``start`` to before ``end``."""
    from sqlalchemy import select

    from rusoil_jupyter.store.schema import MessageRow, PictureRow, StepRow

    where = [MessageRow.session_id == session_id, MessageRow.position >= start]
    if end is not None:
        where.append(MessageRow.position < end)
    of_message = MessageRow.id == StepRow.message_id
    steps = select(StepRow.message_id, StepRow.part).join(MessageRow, of_message).where(*where)
    said = defaultdict[str, list[dict[str, Any]]](list)
    kept = select(PictureRow.id, PictureRow.data).join(MessageRow, MessageRow.id == PictureRow.message_id)
    shown = {row.id: row.data for row in db.execute(kept.where(*where))}
    for message_id, part in db.execute(steps.order_by(MessageRow.position, StepRow.position)):
        said[message_id].append(pictures.put_in(part, shown))
    rows = db.scalars(select(MessageRow).where(*where).order_by(MessageRow.position))
    return tuple(_stored(row, said[row.id]) for row in rows)


def _printable(text: str) -> str:
    """Without control characters: nobody can read them, and PostgreSQL refuses NUL."""
    return "".join(char for char in text if char.isprintable())


def _is_made_of(title: str, message: StoredMessage) -> bool:
    """Whether a title is how a message begins; a client may have cut it by other rules than ours."""
    text = Message.model_construct(role=message.role, parts=message.parts).text
    beginning = " ".join(title.removesuffix("…").split())
    return beginning != "" and _printable(" ".join(text.split())).startswith(beginning)


def _title(message: Message) -> str:
    text = _printable(" ".join(message.text.split()))
    return text if len(text) <= TITLE_CHARS else text[: TITLE_CHARS - 1].rstrip() + "…"


def _time(moment: datetime) -> str:
    return moment.replace(tzinfo=moment.tzinfo or UTC).isoformat(timespec="milliseconds")


def _info(row: SessionRow, count: int, running_until: datetime | None = None) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        title=row.title,
        created_at=_time(row.created_at),
        updated_at=_time(row.updated_at),
        message_count=count,
        running=_is_ahead(running_until),
    )


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and moment.replace(tzinfo=moment.tzinfo or UTC) > datetime.now(UTC)


def _stored(row: MessageRow, parts: Sequence[dict[str, Any]]) -> StoredMessage:
    is_running = _is_ahead(row.running_until)
    is_left = row.running_until is not None and not is_running
    return StoredMessage.model_validate(
        {
            "id": row.id,
            "role": row.role,
            "parts": parts,
            "created_at": _time(row.created_at),
            "request_id": row.request_id,
            "model": row.model,
            "finish_reason": row.finish_reason,
            "error": Interrupted.default().sentences if is_left else row.error,
            "running": is_running,
            "interrupted": is_left,
            "notices": row.notices,
            "usage": row.usage,
            "readings": row.readings or (),
        }
    )
