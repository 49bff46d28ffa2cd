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
    _create_changes()
    _create_choices(moment)


def _create_changes() -> None:
    """Let a draft know what its people typed and how its source changed; keep the latest word of each reaction."""
    op.add_column("draft", sa.Column("hand", sa.JSON(), nullable=True))
    op.add_column("draft", sa.Column("source_change", sa.JSON(), nullable=True))
    op.add_column("draft", sa.Column("closed_at", sa.Float(53), nullable=False, server_default="0"))
    op.add_column("draft", sa.Column("unshown", sa.Boolean(), nullable=False, server_default=sa.false()))
    place = ("team", "channel", "thread_ts")
    op.create_index("ix_draft_team_channel_thread_ts", "draft", list(place))
    emoji = ("team", "channel", "ts", "name", "user")
    op.create_table(
        "reaction",
        *(sa.Column(name, sa.Text(), nullable=False) for name in emoji),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(*emoji, name="pk_reaction"),
    )


def _create_choices(moment: sa.DateTime) -> None:
    names = ("team", "scope", "subject", "name")
    op.create_table(
        "preference",
        *(sa.Column(name, sa.Text(), nullable=False) for name in names),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint(*names, name="pk_preference"),
    )
    place = ("team", "channel", "thread_ts")
    op.create_table(
        "talk",
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*place, "asker", "said", "ask_key")),
        sa.Column("bot_turns", sa.Integer(), nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint(*place, name="pk_talk"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("reaction")
    op.drop_index("ix_draft_team_channel_thread_ts", "draft")
    for name in ("unshown", "closed_at", "source_change", "hand"):
        op.drop_column("draft", name)
    op.drop_table("talk")
    op.drop_table("preference")
    op.drop_table("install_attempt")
    op.drop_table("installation")
