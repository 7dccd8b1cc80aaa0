"""Questions that wait in a session, within a transaction of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rusoil_jupyter.errors import RateLimited
from rusoil_jupyter.i18n import _
from rusoil_jupyter.protocol import QueuedRequest

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from rusoil_jupyter.protocol import ChatRequest

MOST = 20  # questions that may wait in one session


def read(db: Session, session_id: str) -> tuple[QueuedRequest, ...]:
    """What waits, in order."""
    from sqlalchemy import select

    from rusoil_jupyter.store.schema import QueuedRow

    rows = select(QueuedRow).where(QueuedRow.session_id == session_id).order_by(QueuedRow.position)
    return tuple(
        QueuedRequest.model_validate({"id": row.id, "request": row.request}) for row in db.scalars(rows)
    )


def put(db: Session, session_id: str, request_id: str, request: ChatRequest) -> bool:
    """Let a question wait, after all that wait; one of the same id is replaced in its place.

    Returns:
        Whether it waits; it does not once it has been asked.

    Raises:
        RateLimited: too many wait.
    """
    from rusoil_jupyter.store.schema import QueuedRow

    if _is_asked(db, session_id, request_id):
        return False
    row = db.get(QueuedRow, (session_id, request_id))
    if row is None:
        row = QueuedRow(session_id=session_id, id=request_id, position=_end(db, session_id))
        db.add(row)
    row.request = request.model_dump(mode="json", exclude_none=True)
    return True


def drop(db: Session, session_id: str, request_id: str) -> None:
    """Let it wait no more; it may not have waited."""
    from sqlalchemy import delete

    from rusoil_jupyter.store.schema import QueuedRow

    db.execute(delete(QueuedRow).where(QueuedRow.session_id == session_id, QueuedRow.id == request_id))


def session_of(db: Session, owner: str, request_id: str) -> str | None:
    """The owner's session in which it waits."""
    from sqlalchemy import select

    from rusoil_jupyter.store.schema import QueuedRow, SessionRow

    mine = select(QueuedRow.session_id).join(SessionRow, SessionRow.id == QueuedRow.session_id)
    return db.scalar(mine.where(SessionRow.owner == owner, QueuedRow.id == request_id))


def _is_asked(db: Session, session_id: str, request_id: str) -> bool:
    from sqlalchemy import select

    from rusoil_jupyter.store.schema import MessageRow

    of_it = select(MessageRow.id).where(MessageRow.session_id == session_id)
    return db.scalar(of_it.where(MessageRow.request_id == request_id).limit(1)) is not None


def _end(db: Session, session_id: str) -> int:
    """The place after the last.

    Raises:
        RateLimited: too many wait.
    """
    from sqlalchemy import func, select

    from rusoil_jupyter.store.schema import QueuedRow

    places = select(func.count(), func.max(QueuedRow.position)).where(QueuedRow.session_id == session_id)
    count, last = db.execute(places).one()
    if count >= MOST:
        raise RateLimited(
            _("{count} questions wait in this conversation already.").format(count=count),
            _("Wait for an answer, or remove one of them."),
            retry_after=5,
        )
    return last + 1 if count else 0
