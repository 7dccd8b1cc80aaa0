"""What was read of a question's figures, kept with the answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older answers have none."""
    op.add_column("messages", sa.Column("readings", sa.JSON, nullable=True))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("messages") as table:
        table.drop_column("readings")
