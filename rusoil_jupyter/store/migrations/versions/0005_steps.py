"""What a message says as steps, pictures apart; an answer that is being given says until when."""

import sqlalchemy as sa
from alembic import op

from rusoil_jupyter.store.pictures import put_in, take_out
from rusoil_jupyter.store.sessions import new_id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

steps = sa.table(
    "steps", sa.column("message_id", sa.String), sa.column("position", sa.Integer), sa.column("part", sa.JSON)
)
pictures = sa.table(
    "pictures", sa.column("id", sa.String), sa.column("message_id", sa.String), sa.column("data", sa.Text)
)
messages = sa.table("messages", sa.column("id", sa.String), sa.column("parts", sa.JSON))


def upgrade() -> None:
    """Make the tables and move the parts there, message by message: one may hold many pictures."""
    op.create_table(
        "steps",
        sa.Column(
            "message_id", sa.String(32), sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("part", sa.JSON(), nullable=False),
    )
    op.create_table(
        "pictures",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "message_id", sa.String(32), sa.ForeignKey("messages.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("data", sa.Text(), nullable=False),
    )
    op.create_index("ix_pictures_message_id", "pictures", ["message_id"])
    db = op.get_bind()
    for message_id in db.scalars(sa.select(messages.c.id)).all():
        _move(db, message_id)
    op.drop_index("ix_messages_session_id", "messages")
    # Not in a batch: SQLite would make the table anew, and with the old one drop what refers to it.
    op.drop_column("messages", "parts")
    op.add_column("messages", sa.Column("running_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_messages_session_position", "messages", ["session_id", "position"])


def _move(db: sa.Connection, message_id: str) -> None:
    def keep(data: str) -> str:
        picture_id = new_id()
        db.execute(pictures.insert().values(id=picture_id, message_id=message_id, data=data))
        return picture_id

    parts = db.scalar(sa.select(messages.c.parts).where(messages.c.id == message_id))
    for position, part in enumerate(parts or ()):
        row = {"message_id": message_id, "position": position, "part": take_out(part, keep)}
        db.execute(steps.insert().values(row))


def downgrade() -> None:
    """Move all parts back."""
    db = op.get_bind()
    op.add_column("messages", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]"))
    op.drop_column("messages", "running_until")
    shown = dict(db.execute(sa.select(pictures.c.id, pictures.c.data)).all())
    for message_id in db.scalars(sa.select(messages.c.id)).all():
        rows = sa.select(steps.c.part).where(steps.c.message_id == message_id).order_by(steps.c.position)
        parts = [put_in(part, shown) for part in db.scalars(rows)]
        db.execute(sa.update(messages).where(messages.c.id == message_id).values(parts=parts))
    op.drop_index("ix_messages_session_position", "messages")
    op.create_index("ix_messages_session_id", "messages", ["session_id"])
    op.drop_table("pictures")
    op.drop_table("steps")
