"""Durable JSON documents in the playground's own SQLite file, held in memory for reading."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

Document = dict[str, Any]

FORMAT = 1
LOCK_SECONDS = 0.2
SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, key)
)
"""
BLOBS = "CREATE TABLE IF NOT EXISTS blob (key TEXT PRIMARY KEY, body BLOB NOT NULL)"
UPSERT = """
INSERT INTO document (kind, key, body) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body
"""


class StateUnusable(Exception):
    """The state file cannot be used; the message says in plain words why and what to do."""


class Table:
    """Documents of one kind by key, in the order in which they were first put.

    The documents handed out are the table's own: change one, then `put` it.
    """

    def __init__(self, database: sqlite3.Connection, kind: str) -> None:
        self._database = database
        self._kind = kind
        self._documents: dict[str, Document] = {}
        self.load()

    def load(self) -> None:
        """Read every document of this kind from the file."""
        rows = self._database.execute("SELECT key, body FROM document WHERE kind = ? ORDER BY seq", (self._kind,))
        self._documents = {key: json.loads(body) for key, body in rows}

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, key: str) -> bool:
        return key in self._documents

    def get(self, key: str) -> Document | None:
        """The document under this key, or None."""
        return self._documents.get(key)

    def put(self, key: str, document: Document) -> None:
        """Write the document; it is in the file when this returns (or when the batch around it ends)."""
        self._database.execute(UPSERT, (self._kind, key, json.dumps(document)))
        self._documents[key] = document

    def delete(self, key: str) -> None:
        """Forget the document; a key that is not there is no error."""
        self._database.execute("DELETE FROM document WHERE kind = ? AND key = ?", (self._kind, key))
        self._documents.pop(key, None)

    def all(self) -> list[Document]:
        """Every document, oldest put first."""
        return list(self._documents.values())

    def items(self) -> list[tuple[str, Document]]:
        """Every key with its document, oldest put first."""
        return list(self._documents.items())

    def clear(self) -> None:
        """Forget every document of this kind."""
        self._database.execute("DELETE FROM document WHERE kind = ?", (self._kind,))
        self._documents.clear()


class Store:
    """The state file. Writes block for some tens of microseconds, so no thread is needed.

    With WAL and `synchronous=NORMAL` a write survives kill -9 of this process once it has returned.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file in a folder that is there.

        Raises StateUnusable when it is locked, foreign, newer or not writable.
        """
        self._tables: dict[str, Table] = {}
        self._in_batch = False
        self._database = _open(path)

    def table(self, name: str) -> Table:
        """The table of this name; always the same object."""
        if name not in self._tables:
            self._tables[name] = Table(self._database, name)
        return self._tables[name]

    def put_blob(self, key: str, body: bytes) -> None:
        """Write bytes that are too many to be held in memory; they are in the file when this returns."""
        self._database.execute("INSERT OR REPLACE INTO blob (key, body) VALUES (?, ?)", (key, body))

    def get_blob(self, key: str) -> bytes | None:
        """The bytes under this key, or None."""
        found = self._database.execute("SELECT body FROM blob WHERE key = ?", (key,)).fetchone()
        return found and bytes(found[0])

    def delete_blob(self, key: str) -> None:
        """Forget the bytes; a key that is not there is no error."""
        self._database.execute("DELETE FROM blob WHERE key = ?", (key,))

    def delete_blobs(self, prefix: str) -> None:
        """Forget all bytes whose key begins with the prefix."""
        self._database.execute("DELETE FROM blob WHERE substr(key, 1, ?) = ?", (len(prefix), prefix))

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Write everything inside as one transaction; an exception undoes it all, in memory too."""
        if self._in_batch:
            yield
            return
        self._in_batch = True
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            for table in self._tables.values():
                table.load()
            raise
        else:
            self._database.execute("COMMIT")
        finally:
            self._in_batch = False

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._database.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        _create(path)
        database = sqlite3.connect(path, isolation_level=None, timeout=LOCK_SECONDS)
    except (OSError, sqlite3.Error) as error:
        raise StateUnusable(_reason(path, error)) from error
    try:
        _prepare(database, path)
    except (StateUnusable, sqlite3.Error) as error:
        database.close()
        raise error if isinstance(error, StateUnusable) else StateUnusable(_reason(path, error)) from error
    return database


def _create(path: Path) -> None:
    """Make the file for its owner alone whatever the umask; SQLite gives the journal beside it the same mode."""
    # Never opened where it is there: closing it would end the lock of another store of this process.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    # Exclusive locking keeps a second playground off the same file; the lock ends with the process.
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found > FORMAT:
        raise StateUnusable(f"{path} was written by a newer leadhand: update leadhand or delete this file.")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute(SCHEMA)
    database.execute(BLOBS)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def _reason(path: Path, error: Exception) -> str:
    words = str(error)
    if "locked" in words:
        return f"{path} is in use by another playground: stop that one or choose another data folder."
    if "not a database" in words:
        return f"{path} is not a playground state file: move it away or choose another data folder."
    return f"{path} cannot be written ({words}): make its folder writable or choose another data folder."
