"""The workspaces that installed the app, with their encrypted tokens, and the installs that are used up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of the door."""
    moment = sa.DateTime(timezone=True)
    texts = ("name", "enterprise", "app", "bot_user", "bot_id", "url", "scopes", "installed_by", "token", "refresh")
    op.create_table(
        "installation",
        sa.Column("team", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in texts),
        sa.Column("expires_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("renewer", sa.Text(), nullable=False, server_default=""),
        sa.Column("renewing_until", moment, nullable=True),
        sa.Column("installed_at", moment, nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("team", name="pk_installation"),
    )
    op.create_table(
        "install_attempt",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_install_attempt"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("install_attempt")
    op.drop_table("installation")
