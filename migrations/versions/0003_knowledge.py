"""What is known of repositories: files, passages, commits, and the search over them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = "INSERT INTO passage_search(rowid, words) VALUES (new.id, new.words)"
OLD = "INSERT INTO passage_search(passage_search, rowid, words) VALUES ('delete', old.id, old.words)"
# The words are split by code already: the tokenizer only takes them apart at spaces.
ON_SQLITE = (
    "CREATE VIRTUAL TABLE passage_search USING fts5(words, content='passage', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE passage_search_terms USING fts5vocab(passage_search, row)",
    f"CREATE TRIGGER passage_search_new AFTER INSERT ON passage BEGIN {NEW}; END",
    f"CREATE TRIGGER passage_search_old AFTER DELETE ON passage BEGIN {OLD}; END",
)
# Not to_tsvector: its parser would take words apart in a way of its own.
ON_POSTGRES = (
    "CREATE INDEX passage_search_words ON passage USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def upgrade() -> None:
    """Create the tables, then the search in the database's own words."""
    op.create_table(
        "repository",
        *map(_text, ("name", "commit")),
        _text("web", default=True),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_repository"),
    )
    op.create_table(
        "source_file",
        *map(_text, ("repository", "path", "blob")),
        sa.Column("imports", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "path", name="pk_source_file"),
    )
    op.create_table(
        "passage",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        *map(_text, ("repository", "kind", "path", "title", "text", "words")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("first_line", "last_line", "size")),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
    )
    op.create_index("ix_passage_repository_kind_path", "passage", ["repository", "kind", "path"])
    for statement in ON_SQLITE if op.get_bind().dialect.name == "sqlite" else ON_POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Drop them; on Postgres the search goes with its table."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_search_terms")
        op.execute("DROP TABLE passage_search")
    for table in ("passage", "source_file", "repository"):
        op.drop_table(table)


def _text(name: str, *, default: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="" if default else None)
