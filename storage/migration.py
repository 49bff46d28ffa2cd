"""Bring the tables of a database to the version of this program, or say why not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from storage.connection import engine_options, normalise, prepare, sqlite_file
from storage.errors import StorageLocked, StorageRefused
from storage.models import metadata
from storage.refusal import check_file, refusal

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
# Any constant of our own: processes that migrate one Postgres database at once take turns.
POSTGRES_LOCK = 5_323_202_611
LOCKED_PATIENCE, LOCKED_PAUSE = 3.0, 0.2


async def migrate(url: str) -> None:
    """Create or upgrade the tables, all or nothing; raises StorageRefused."""
    url = normalise(url)
    until = time.monotonic() + LOCKED_PATIENCE
    while True:
        try:
            return await asyncio.to_thread(_migrate, url)
        except StorageLocked:
            # Turning on the write-ahead log of a new file does not wait for another process that does the same.
            if time.monotonic() > until:
                raise
        await asyncio.sleep(LOCKED_PAUSE)


async def check_version(url: str) -> None:
    """Raise StorageRefused unless the tables are of exactly this program's version; writes nothing."""
    await asyncio.to_thread(_check_version, normalise(url))


def head() -> str:
    """The revision that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _migrate(url: str) -> None:
    with _connection(url, writes=True) as connection:
        if _refuse_newer(connection) is None:
            _refuse_foreign(connection)
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Bring the tables to this version within the transaction of the caller."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_version(url: str) -> None:
    with _connection(url, writes=False) as connection:
        if _refuse_newer(connection) != head():
            raise StorageRefused("The database does not have this version's tables; run `leadhand migrate`.")


def _refuse_newer(connection: Connection) -> str | None:
    """The revision of the database; raises StorageRefused for one that this program does not know."""
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StorageRefused(
            f"This database was written by a newer leadhand (revision {revision}); "
            "install that version or restore a backup."
        )
    return revision


def _refuse_foreign(connection: Connection) -> None:
    taken = sorted(set(inspect(connection).get_table_names()) & set(metadata.tables))
    if taken:
        raise StorageRefused(
            f"Another program's table {taken[0]} is in this database; set DATABASE_URL to an empty one for leadhand."
        )


@contextmanager
def _connection(url: str, *, writes: bool) -> Iterator[Connection]:
    """One transaction: alembic works in threads only, and a half-done upgrade leaves nothing behind."""
    path = sqlite_file(url)
    if path is not None:
        check_file(path, must_exist=not writes)
    # The URLs differ in the driver alone; psycopg serves both ways.
    plain = make_url(url).set(drivername="sqlite" if path is not None else "postgresql+psycopg")
    engine = create_engine(plain, **engine_options(url))
    prepare(engine, writes=writes)
    try:
        with engine.execution_options(writes=writes).begin() as connection:
            if writes and path is None:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": POSTGRES_LOCK})
            yield connection
    except (SQLAlchemyError, OSError) as failure:
        raise refusal(url, failure) from None
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
