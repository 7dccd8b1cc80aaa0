"""The tables. A change here needs a migration in ``migrations/versions`` (a test compares the two)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables."""


class SessionRow(Base):
    """A conversation of one owner."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_sessions_owner_updated", "owner", "updated_at"),)


class MessageRow(Base):
    """A message, but for what it says. Those that an edit replaces are deleted.

    An answer that is being given is ``running_until`` a moment that its server moves on as long as it works:
    one that is past, and no end, tell that the server was stopped.
    """

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    request_id: Mapped[str | None] = mapped_column(String(64))
    model: Mapped[str | None] = mapped_column(String(300))
    finish_reason: Mapped[str | None] = mapped_column(String(30))
    error: Mapped[str | None] = mapped_column(Text)
    notices: Mapped[list[str]] = mapped_column(JSON, default=list)
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    readings: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    running_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index("ix_messages_session_position", "session_id", "position"),)


class StepRow(Base):
    """What a message says, piece by piece in the order in which it came; pictures are kept apart."""

    __tablename__ = "steps"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[dict[str, Any]] = mapped_column(JSON)


class PictureRow(Base):
    """A picture of a step, as its base64."""

    __tablename__ = "pictures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    data: Mapped[str] = mapped_column(Text)


class QueuedRow(Base):
    """A question that waits in its session; its id is the ``request_id`` of the turn to come."""

    __tablename__ = "queued"

    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    request: Mapped[dict[str, Any]] = mapped_column(JSON)


class ConsentRow(Base):
    """An owner's agreement to send what is asked to a host."""

    __tablename__ = "consents"

    owner: Mapped[str] = mapped_column(String(200), primary_key=True)
    destination: Mapped[str] = mapped_column(String(300), primary_key=True)
    agreed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
