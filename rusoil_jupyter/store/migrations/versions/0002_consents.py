"""What owners agreed to send where."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "consents",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("destination", sa.String(300), primary_key=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("consents")
