"""Who runs the durable work on a database: a held lock says that its holder is alive."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage.connection import engine_options
from storage.errors import StorageRefused
from storage.refusal import refusal


class Lease(Protocol):
    """A lock that the system drops when its holder dies, by whatever death."""

    async def hold(self) -> None:
        """Take the lock; raises StorageRefused when that cannot be."""

    async def held(self) -> bool:
        """Whether it is still ours."""

    async def release(self) -> None:
        """Give it back."""


class FileLease:
    """On SQLite one process runs the work: it locks a file beside the database."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    async def hold(self) -> None:
        """Take the lock; raises StorageRefused when another process has it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise StorageRefused(f"{self._path} cannot be written; make its folder writable for this user.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise StorageRefused(
                f"Another leadhand is already running on {self._database}; "
                "stop it, or use Postgres for several processes."
            ) from None
        self._descriptor = descriptor

    async def held(self) -> bool:
        """Whether the file that we locked is still the one beside the database."""
        return self._descriptor is not None and os.fstat(self._descriptor).st_nlink > 0

    async def release(self) -> None:
        """Give the lock back; the empty file stays, since removing it would race with the next process."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class ServerLease:
    """On Postgres each process locks its own id for as long as its connection lives."""

    def __init__(self, url: str, holder: str) -> None:
        self._url = url
        self._holder = holder
        self._engine = create_async_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", **engine_options(url, pooled=False)
        )
        self._connection: AsyncConnection | None = None
        self._busy = asyncio.Lock()

    async def hold(self) -> None:
        """Take the lock of our own id; raises StorageRefused when the server cannot be used."""
        async with self._busy:
            await self._drop()
            try:
                self._connection = await self._engine.connect()
                # A machine that lost its power never says goodbye: the server must notice within half a minute.
                for name, seconds in (("idle", 10), ("interval", 5), ("count", 3)):
                    await self._connection.execute(text(f"SET tcp_keepalives_{name} = {seconds}"))
                await self._connection.execute(text("SELECT pg_advisory_lock(:id)"), {"id": _number(self._holder)})
            except (SQLAlchemyError, OSError) as failure:
                await self._drop()
                raise refusal(self._url, failure) from None

    async def held(self) -> bool:
        """Whether the connection that holds the lock still answers; a dead one is let go."""
        async with self._busy:
            if self._connection is None:
                return False
            try:
                await self._connection.execute(text("SELECT 1"))
            except (SQLAlchemyError, OSError):
                await self._drop()
                return False
            return True

    @asynccontextmanager
    async def borrowed(self, holder: str) -> AsyncIterator[bool]:
        """Try to take another process's lock for a moment: True when that process is gone."""
        async with self._busy:
            if self._connection is None:
                yield False
                return
            ident = {"id": _number(holder)}
            free = bool(await self._connection.scalar(text("SELECT pg_try_advisory_lock(:id)"), ident))
            try:
                yield free
            finally:
                if free:
                    await self._connection.execute(text("SELECT pg_advisory_unlock(:id)"), ident)

    async def release(self) -> None:
        """Give the lock back."""
        async with self._busy:
            await self._drop()
            await self._engine.dispose()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # A server that is gone cannot be told goodbye.
            await connection.invalidate()
            await connection.close()


def _number(holder: str) -> int:
    # Advisory locks are named by signed 64-bit numbers.
    digest = hashlib.sha256(f"leadhand executor {holder}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
