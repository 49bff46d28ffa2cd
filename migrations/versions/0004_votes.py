"""What people thought of answers and drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of votes."""
    place = ("team", "channel", "ts", "user")
    op.create_table(
        "vote",
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*place, "run", "kind", "choice")),
        sa.Column("pressed_at", sa.Float(53), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(*place, name="pk_vote"),
    )
    op.create_index("ix_vote_run", "vote", ["run"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("vote")
