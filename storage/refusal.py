"""From what a driver says to what an operator can do."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from storage.errors import StorageLocked, StorageRefused

# What the driver or server says, in lower case -> what we say; {place} never holds a password.
SQLITE_WORDS = (
    ("file is not a database", "{place} is not a database; move it away or set DATABASE_URL to another file."),
    ("malformed", "{place} is damaged; restore a backup."),
    ("readonly", "{place} is read-only; make the file and its folder writable for this user."),
    ("read-only", "{place} is read-only; make the file and its folder writable for this user."),
    ("unable to open", "{place} cannot be opened; make the file and its folder writable for this user."),
    ("locked", "{place} is held by another program; stop that program and try again."),
    ("full", "The disk that holds {place} is full; free some space."),
    ("disk i/o", "{place} cannot be read or written; check its disk."),
)
POSTGRES_WORDS = (
    (
        "password",
        "The database server at {place} refused the user {user}; correct the name and password in DATABASE_URL.",
    ),
    ("authentication failed", "The database server at {place} refused the user {user}; correct DATABASE_URL."),
    ("pg_hba", "The database server at {place} does not let {user} in from here; change its pg_hba.conf."),
    ("role", "The database server at {place} knows no user {user}; create it or correct DATABASE_URL."),
    ("does not exist", "The database {name} does not exist at {place}; create it or correct DATABASE_URL."),
    ("permission denied", "The user {user} may not create tables in {name} at {place}; grant it that right."),
    ("read-only", "The database {name} at {place} is read-only; set DATABASE_URL to the primary server."),
    ("too many", "The database server at {place} has no free connection; raise its max_connections."),
)
UNREACHABLE = "The database server at {place} cannot be reached; start it or correct DATABASE_URL."
UNKNOWN = "The database at {place} cannot be used ({kind}); check the server and DATABASE_URL."


def refusal(url: str, failure: Exception) -> StorageRefused:
    """One sentence for a failure of the database at this URL; it never repeats the URL or the driver's text."""
    parsed = make_url(url)
    said = str(failure.orig if isinstance(failure, DBAPIError) else failure).lower()
    if parsed.get_backend_name() == "sqlite":
        place = {"place": parsed.database or "", "kind": type(failure).__name__}
        chosen = _choose(SQLITE_WORDS, said, UNKNOWN, place)
        return StorageLocked(chosen.words) if "locked" in said else chosen
    names = {
        "place": _server(parsed),
        "user": parsed.username or "(none)",
        "name": parsed.database or "",
        "kind": type(failure).__name__,
    }
    offline = any(word in said for word in ("connection", "timeout", "resolve", "name or service", "no such file"))
    return _choose(POSTGRES_WORDS, said, UNREACHABLE if offline else UNKNOWN, names)


def _choose(table: tuple[tuple[str, str], ...], said: str, otherwise: str, names: dict[str, str]) -> StorageRefused:
    words = next((words for sign, words in table if sign in said), otherwise)
    return StorageRefused(words.format_map(names))


def _server(url: URL) -> str:
    host = url.host or str(url.query.get("host", "")) or "localhost"
    return f"{host}:{url.port}" if url.port else host


def check_file(path: Path, *, must_exist: bool = False) -> None:
    """Raise StorageRefused when a SQLite file cannot be opened or made there; makes nothing itself."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise StorageRefused(f"The folder {folder} does not exist; create it or set DATABASE_URL to another file.")
    if path.is_dir():
        raise StorageRefused(f"{path} is a folder; set DATABASE_URL to a file.")
    if must_exist and not path.exists():
        raise StorageRefused(f"There is no database at {path}; run `leadhand migrate`.")
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        raise StorageRefused(f"{path} is read-only; make the file and its folder writable for this user.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageRefused(f"The folder {folder} is read-only; make it writable for this user.")
