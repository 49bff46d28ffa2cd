"""How a connection to either database is made ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageRefused

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
BUSY_TIMEOUT = 10.0  # seconds that a writer waits for another one
CONNECT_TIMEOUT = 10  # seconds until a server counts as unreachable


def normalise(url: str) -> str:
    """The URL with the driver that we use: sqlite:///FILE, postgresql:// or postgres://, driver part or not.

    Raises StorageRefused for anything else, without repeating the URL: it may carry a password.
    """
    wrong = StorageRefused("DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.")
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise wrong from None
    family = parsed.drivername.partition("+")[0]
    if family not in DRIVERS:
        raise wrong
    if family == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StorageRefused("SQLite needs a file that survives a restart: set DATABASE_URL to sqlite:///FILE.")
    return parsed.set(drivername=DRIVERS[family]).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL; None for Postgres."""
    parsed = make_url(normalise(url))
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def engine_options(url: str, *, pooled: bool = True) -> dict[str, Any]:
    """Arguments for create_engine that suit the database of a normalised URL."""
    # What people wrote must not reach the log inside an exception's text.
    quiet = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return {**quiet, "connect_args": {"timeout": BUSY_TIMEOUT}}
    return {**quiet, "pool_pre_ping": pooled, "connect_args": {"connect_timeout": CONNECT_TIMEOUT}}


def prepare(engine: Engine, *, writes: bool = True) -> None:
    """Set up each SQLite connection; nothing to do on Postgres."""
    if engine.dialect.name == "sqlite":
        if writes:
            event.listen(engine, "connect", _turn_on_log)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions of its own: _begin does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
    # FULL, not NORMAL: Slack never repeats an event that we acknowledged, so the row must outlive a power
    # cut too; one flush per commit is shared by a whole batch of arrivals.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is gone from the file, too, not only from its tables.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _turn_on_log(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Stays on in the file: readers no longer wait for the writer, nor a writer for readers.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that turns into a writer half-way fails at once when another one wrote: writers say so first.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
