"""What an edit replaced is deleted, no longer kept unseen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Delete what was kept, and the column that said so."""
    op.execute(sa.text("DELETE FROM messages WHERE superseded"))
    with op.batch_alter_table("messages") as table:
        table.drop_column("superseded")


def downgrade() -> None:
    """All that is there is shown."""
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("superseded", sa.Boolean(), nullable=False, server_default=sa.false()))
