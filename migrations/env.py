"""Runs the migrations on the connection that the program hands to alembic."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from storage.models import is_ours, metadata


def run(connection: Connection) -> None:
    """Bring the database to the wanted revision within the transaction of the caller."""
    # SQLite can roll back CREATE TABLE too; alembic only assumes so when told.
    context.configure(connection=connection, target_metadata=metadata, include_name=is_ours, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


# The name under which alembic loads this file: importing it in any other way does nothing.
if __name__ == "env_py":
    run(context.config.attributes["connection"])
