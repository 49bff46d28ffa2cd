"""One database by URL: SQLite in a file, or Postgres."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage.connection import engine_options, normalise, prepare
from storage.errors import StorageRefused
from storage.migration import check_version, migrate
from storage.models import setting, utc_now
from storage.refusal import refusal
from storage.statements import DialectName, upsert

__all__ = ["Database", "check_version", "migrate", "normalise"]


class Database:
    """The engine and its sessions; connecting does no IO, the first statement does."""

    def __init__(self, url: str, engine: AsyncEngine) -> None:
        self.url = url
        self.dialect: DialectName = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        self._engine = engine
        self.session = async_sessionmaker(engine, expire_on_commit=False)
        """Makes sessions for reading."""
        self._writers = async_sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)
        # SQLite lets one writer in: queueing here is fair and wakes at once, its own busy wait polls.
        self._one_writer = asyncio.Lock() if self.dialect == "sqlite" else None

    @classmethod
    def connect(cls, url: str) -> Database:
        """A database for this URL; raises StorageRefused for a URL that we cannot use."""
        url = normalise(url)
        engine = create_async_engine(url, **engine_options(url))
        prepare(engine.sync_engine)
        return cls(url, engine)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction that may write; committed at the end, rolled back on an exception."""
        async with self.writing(), self._writers.begin() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[None]:
        """Our turn to write, where there are turns; `begin` takes it by itself."""
        if self._one_writer is None:
            yield
            return
        async with self._one_writer:
            yield

    async def check(self) -> None:
        """Write a value and read it back through another transaction; raises StorageRefused when that fails."""
        token = secrets.token_hex(8)
        row = {"name": "readiness", "value": token, "updated_at": utc_now()}
        try:
            async with self.begin() as session:
                await session.execute(upsert(self.dialect, setting), row)
            async with self.session() as session:
                found = await session.scalar(select(setting.c.value).where(setting.c.name == "readiness"))
        except (SQLAlchemyError, OSError) as failure:
            raise refusal(self.url, failure) from None
        # Another process may have checked in between: a value of the right form is a value read back.
        if found is None or len(found) != len(token):
            raise StorageRefused("The database does not give back what was written to it; check its disk.")

    async def close(self) -> None:
        """Give back every connection."""
        await self._engine.dispose()
