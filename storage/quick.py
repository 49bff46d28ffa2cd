"""The shortest way of a row into a SQLite file: one thread, one connection, one prepared statement, one hop a batch.

Through an async session a batch costs eight hops between threads, each of them more than the insert itself.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Table, create_engine, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from storage.connection import engine_options, prepare

Row = dict[str, Any]


class QuickInsert:
    """Inserts rows of a table that are new by its unique keys; `columns` are those that rows give."""

    def __init__(self, url: str, table: Table, columns: Sequence[str]) -> None:
        dialect = sqlite.dialect()
        statement = sqlite.insert(table).on_conflict_do_nothing()
        self._statement = str(statement.compile(dialect=dialect, column_keys=list(columns)))
        # In the statement's order, which is the table's.
        named = [column for column in table.columns if column.name in columns]
        self._columns = [(column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in named]
        self._url = make_url(url).set(drivername="sqlite")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="insert")
        self._connection: PoolProxiedConnection | None = None

    async def __call__(self, rows: Sequence[Row]) -> list[bool]:
        """For each row whether it is new; all are committed, or none. Raises what a session would raise."""
        values = [self._values(row) for row in rows]
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, values)

    def _values(self, row: Row) -> tuple[Any, ...]:
        return tuple(make(row[name]) if make else row[name] for name, make in self._columns)

    def _write(self, rows: Sequence[tuple[Any, ...]]) -> list[bool]:
        try:
            cursor = self._open().cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                new = [self._insert(cursor, row) for row in rows]
                cursor.execute("COMMIT")
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
        except sqlite3.Error as failure:
            kind = OperationalError if isinstance(failure, sqlite3.OperationalError) else DBAPIError
            raise kind(self._statement, None, failure, hide_parameters=True) from failure
        return new

    def _insert(self, cursor: Any, row: tuple[Any, ...]) -> bool:
        cursor.execute(self._statement, row)
        return bool(cursor.rowcount == 1)

    def _open(self) -> PoolProxiedConnection:
        if self._connection is None:
            engine = create_engine(self._url, poolclass=NullPool, **engine_options(str(self._url)))
            prepare(engine)
            self._connection = engine.raw_connection()
        return self._connection

    async def close(self) -> None:
        """Give back the connection and the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._let_go)
        self._thread.shutdown(wait=False)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
