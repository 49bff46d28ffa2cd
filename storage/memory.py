"""A database that lives in memory, for commands that answer and leave nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from storage.connection import prepare
from storage.database import Database
from storage.migration import upgrade

URL = "sqlite+aiosqlite:///:memory:"


@asynccontextmanager
async def memory_database() -> AsyncIterator[Database]:
    """A migrated SQLite database on one connection, for one task at a time; gone at the end."""
    engine = create_async_engine(URL, poolclass=StaticPool)
    prepare(engine.sync_engine)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    database = Database(URL, engine)
    try:
        yield database
    finally:
        await database.close()
