"""The first tables: inbox, threads, drafts, links to cards, what was sent, audit, settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    _create_inbox()
    _create_threads()
    _create_draft()
    _create_card_link()
    _create_outgoing()
    _create_audit()
    op.create_table("setting", _text("name"), _text("value"), _time("updated_at"), _key("setting", "name"))


def downgrade() -> None:
    """Drop every table."""
    for table in ("setting", "audit", "outgoing", "card_move", "card_link", "draft", "message", "thread", "inbox"):
        op.drop_table(table)


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _text("key"),
        sa.Column("alias", sa.Text(), nullable=True),
        _text("kind"),
        sa.Column("payload", sa.JSON(), nullable=False),
        _time("received_at"),
        _time("started_at", nullable=True),
        _time("finished_at", nullable=True),
        _text("outcome", default=True),
        _text("reason", default=True),
        _key("inbox", "id"),
        sa.UniqueConstraint("alias", name="uq_inbox_alias"),
        sa.UniqueConstraint("key", name="uq_inbox_key"),
    )
    op.create_index("ix_inbox_finished_at_received_at", "inbox", ["finished_at", "received_at"])


def _create_threads() -> None:
    place = ("team", "channel", "thread_ts")
    op.create_table("thread", *map(_text, place), _time("updated_at"), _key("thread", *place))
    said = ("team", "channel", "ts", "thread_ts", "user", "name", "text", "permalink")
    op.create_table("message", *map(_text, said), _key("message", "team", "channel", "ts"))
    op.create_index("ix_message_team_channel_thread_ts", "message", list(place))


def _create_draft() -> None:
    asked = ("id", "key", "team", "channel", "thread_ts", "anchor_ts", "requested_by", "request", "state", "digest")
    filed = ("ask_key", "claim", "preview_ts", "card_id", "card_url", "list_name", "closed_by", "filed_by")
    op.create_table(
        "draft",
        *map(_text, asked),
        sa.Column("body", sa.JSON(), nullable=False),
        *(_text(name, default=True) for name in filed),
        _time("created_at"),
        _time("updated_at"),
        _key("draft", "id"),
        sa.UniqueConstraint("key", name="uq_draft_key"),
    )
    op.create_index("ix_draft_created_at", "draft", ["created_at"])
    op.create_index("ix_draft_state", "draft", ["state"])


def _create_card_link() -> None:
    linked = ("card_id", "draft_id", "team", "channel", "thread_ts", "card_url", "title")
    op.create_table(
        "card_link",
        *map(_text, linked),
        _text("announced_list", default=True),
        _time("created_at"),
        _key("card_link", "card_id"),
    )
    move = ("card_id", "move_id")
    op.create_table("card_move", *map(_text, move), _time("seen_at"), _key("card_move", *move))


def _create_outgoing() -> None:
    op.create_table(
        "outgoing",
        *map(_text, ("key", "channel", "method")),
        _text("ts", default=True),
        _time("claimed_at"),
        _time("sent_at", nullable=True),
        _key("outgoing", "key"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _time("at"),
        *map(_text, ("actor", "action", "target", "outcome", "reason")),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        _key("audit", "id"),
        sa.UniqueConstraint("key", "action", name="uq_audit_key_action"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _text(name: str, *, default: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="" if default else None)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")
