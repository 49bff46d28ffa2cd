"""The tables, in words that SQLite and Postgres share."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from storage.columns import Entries, Moment, Words


def utc_now() -> datetime:
    """The time that rows are stamped with."""
    return datetime.now(UTC)


# On Postgres the durable engine's tables stand in a schema of their own; SQLite has none, so there they are known
# by name, and alembic leaves them alone.
ENGINE_SCHEMA = "dbos"
ENGINE_TABLES = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)


# Full-text search is written in each database's own words by its migration: FTS5 tables on SQLite, an index over
# an expression on Postgres.
SEARCH_PREFIX = "passage_search"


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Alembic's question whether to look at a table, or at anything else, by name."""
    if (name or "").startswith(SEARCH_PREFIX):
        return False
    return kind != "table" or name not in ENGINE_TABLES


# Names for constraints, so that later migrations can change them on both databases.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

# SQLite gives out row numbers for INTEGER only, never for BIGINT.
_Serial = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("alias", Text, nullable=True, unique=True),
    Column("kind", Text, nullable=False),
    # JSON and not JSONB: JSONB refuses the NUL that people paste.
    Column("payload", JSON, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("started_at", Moment, nullable=True),
    Column("finished_at", Moment, nullable=True),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("reason", Words, nullable=False, server_default=""),
    Index(None, "finished_at", "received_at"),
)

thread = Table(
    "thread",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread_ts", Text, primary_key=True),
    Column("updated_at", Moment, nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("thread_ts", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("name", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("permalink", Words, nullable=False),
    Index(None, "team", "channel", "thread_ts"),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    Column("anchor_ts", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("ask_key", Text, nullable=False, server_default=""),
    Column("claim", Text, nullable=False, server_default=""),
    Column("request", Words, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("digest", Text, nullable=False),
    Column("preview_ts", Text, nullable=False, server_default=""),
    Column("card_id", Text, nullable=False, server_default=""),
    Column("card_url", Words, nullable=False, server_default=""),
    Column("list_name", Text, nullable=False, server_default=""),
    Column("closed_by", Text, nullable=False, server_default=""),
    Column("filed_by", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    # Which fields people edited by hand, each with who did it last.
    Column("hand", Entries, nullable=True),
    # The latest change of the messages that it was made of, as pipelines/desk/changing.py writes it.
    Column("source_change", Entries, nullable=True),
    # When the act that closed it was done, in Slack's seconds; 0 while it is open.
    Column("closed_at", Float(53), nullable=False, server_default="0"),
    # Its channel was closed to the bot when there was something to show of it.
    Column("unshown", Boolean, nullable=False, server_default=false()),
    Index(None, "state"),
    Index(None, "created_at"),
    Index(None, "team", "channel", "thread_ts"),
)

# The latest word about each person's emoji on a message, of those that ask for something.
reaction = Table(
    "reaction",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("at", Float(53), nullable=False),
    Column("present", Boolean, nullable=False),
)

card_link = Table(
    "card_link",
    metadata,
    Column("card_id", Text, primary_key=True),
    Column("draft_id", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread_ts", Text, nullable=False),
    Column("card_url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("announced_list", Words, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
)

# Every move that was seen, so that a late repetition of an old one stays silent.
card_move = Table(
    "card_move",
    metadata,
    Column("card_id", Text, primary_key=True),
    Column("move_id", Text, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

outgoing = Table(
    "outgoing",
    metadata,
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("ts", Text, nullable=False, server_default=""),
    Column("claimed_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Words, nullable=False),
    Column("outcome", Text, nullable=False),
    # NULL when the act has no key: NULLs never collide.
    Column("key", Text, nullable=True),
    Column("reason", Words, nullable=False),
    Column("detail", JSON, nullable=False),
    UniqueConstraint("key", "action"),
    Index(None, "at"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Words, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# One row for each call of a model.
ledger = Table(
    "ledger",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("ask_key", Text, nullable=False),
    Column("pipeline", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("model", Words, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", Text, nullable=False),
    Index(None, "at"),
    Index(None, "ask_key"),
)

# What is known of each repository at the commit that it was read at.
repository = Table(
    "repository",
    metadata,
    Column("name", Words, primary_key=True),
    Column("commit", Text, nullable=False),
    Column("web", Words, nullable=False, server_default=""),
    Column("indexed_at", Moment, nullable=False),
)

source_file = Table(
    "source_file",
    metadata,
    Column("repository", Words, primary_key=True),
    Column("path", Words, primary_key=True),
    Column("blob", Text, nullable=False),
    Column("imports", JSON, nullable=False),
)

# A piece of a file, a whole file (its words alone), or a commit. `words` is what search looks at, made by code so that
# both databases split identifiers alike; `size` counts them.
passage = Table(
    "passage",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("repository", Words, nullable=False),
    Column("kind", Text, nullable=False),
    Column("path", Words, nullable=False),
    Column("first_line", Integer, nullable=False),
    Column("last_line", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("words", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("detail", JSON, nullable=False),
    Index(None, "repository", "kind", "path"),
)

vote = Table(
    "vote",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("ts", Text, primary_key=True),
    Column("user", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("choice", Text, nullable=False),
    # Double precision: microseconds of a press are kept on both databases.
    Column("pressed_at", Float(53), nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index(None, "run"),
)

# One row for each workspace that the app was ever installed in. `token` and `refresh` are encrypted, empty once the
# app was removed; `version` counts the changes of the tokens, so that of two writers one wins.
installation = Table(
    "installation",
    metadata,
    Column("team", Text, primary_key=True),
    Column("name", Words, nullable=False, server_default=""),
    Column("enterprise", Text, nullable=False, server_default=""),
    Column("app", Text, nullable=False, server_default=""),
    Column("bot_user", Text, nullable=False, server_default=""),
    Column("bot_id", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("scopes", Text, nullable=False, server_default=""),
    Column("installed_by", Text, nullable=False, server_default=""),
    Column("token", Text, nullable=False, server_default=""),
    Column("refresh", Text, nullable=False, server_default=""),
    Column("expires_at", Moment, nullable=True),
    Column("version", Integer, nullable=False),
    Column("renewer", Text, nullable=False, server_default=""),
    Column("renewing_until", Moment, nullable=True),
    Column("installed_at", Moment, nullable=False),
    Column("removed_at", Moment, nullable=True),
)

# Ways through Slack's consent page that were used: each is good once. `state` is a digest.
install_attempt = Table(
    "install_attempt",
    metadata,
    Column("state", Text, primary_key=True),
    Column("expires_at", Moment, nullable=False),
)

# What a workspace, a channel or a person has chosen; `subject` is the channel's or the person's id.
preference = Table(
    "preference",
    metadata,
    Column("team", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# The threads in which the bot talks: with whom last, how that ended, and how many bots' turns in a row there were.
talk = Table(
    "talk",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("thread_ts", Text, primary_key=True),
    Column("asker", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("ask_key", Text, nullable=False),
    Column("bot_turns", Integer, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
