"""Opening, migrating and refusing a database: each refusal is one sentence that says what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url, text

from storage import migration
from storage.database import Database, check_version, migrate, normalise
from storage.errors import StorageRefused
from storage.models import is_ours, metadata
from storage.refusal import refusal


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///data/lead.db", "sqlite+aiosqlite:///data/lead.db"),
        ("sqlite:////var/lib/lead.db", "sqlite+aiosqlite:////var/lib/lead.db"),
        ("sqlite+aiosqlite:///lead.db", "sqlite+aiosqlite:///lead.db"),
        ("postgres://u:p%40ss@db:5433/lead", "postgresql+psycopg://u:p%40ss@db:5433/lead"),
        ("postgresql://db/lead?sslmode=require", "postgresql+psycopg://db/lead?sslmode=require"),
        ("postgresql+asyncpg://u@db/lead", "postgresql+psycopg://u@db/lead"),
        ("postgresql:///lead?host=/run/pg", "postgresql+psycopg:///lead?host=%2Frun%2Fpg"),
    ],
)
def test_urls_that_people_write(given: str, used: str) -> None:
    assert normalise(given) == used
    assert normalise(used) == used


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("mysql://u:fake-secret@db/lead", "sqlite:///FILE or postgresql://"),
        ("lead.db", "sqlite:///FILE or postgresql://"),
        ("", "sqlite:///FILE or postgresql://"),
        ("postgresql://u:fake-secret@db:port/lead", "sqlite:///FILE or postgresql://"),
        ("sqlite://", "sqlite:///FILE"),
        ("sqlite:///:memory:", "sqlite:///FILE"),
    ],
)
def test_urls_that_we_cannot_use(given: str, says: str) -> None:
    with pytest.raises(StorageRefused, match=says) as refused:
        Database.connect(given)
    assert "fake-secret" not in refused.value.words


async def test_connecting_does_no_io(tmp_path: Path) -> None:
    database = Database.connect(f"sqlite:///{tmp_path / 'a.db'}")
    assert database.dialect == "sqlite"
    assert os.listdir(tmp_path) == []
    await database.close()


async def test_from_empty_to_head_and_again(empty_url: str) -> None:
    with pytest.raises(StorageRefused, match="run `leadhand migrate`"):
        await check_version(empty_url)
    await migrate(empty_url)
    await check_version(empty_url)
    await migrate(empty_url)
    database = Database.connect(empty_url)
    await database.check()
    await database.close()


async def test_asking_for_the_version_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageRefused, match=r"no database at .*run `leadhand migrate`"):
        await check_version(f"sqlite:///{tmp_path / 'a.db'}")
    assert os.listdir(tmp_path) == []


async def test_three_processes_migrate_at_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(3)))
    await check_version(empty_url)


def test_the_migrations_make_what_the_models_say(database_url: str) -> None:
    engine = create_engine(_sync(database_url))
    with engine.connect() as connection:
        # Alembic takes DEFAULT '' on SQLite for another default than ''.
        defaults = engine.dialect.name == "postgresql"
        opts = {"include_name": is_ours, "compare_type": True, "compare_server_default": defaults}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


async def test_every_table_can_be_taken_back(database_url: str) -> None:
    await asyncio.to_thread(_downgrade, normalise(database_url))
    engine = create_engine(_sync(database_url))
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    await migrate(database_url)
    await check_version(database_url)


async def test_a_newer_database_is_refused_and_left_alone(database_url: str) -> None:
    _execute(database_url, "UPDATE alembic_version SET version_num = '9999'", "DROP TABLE setting")
    for attempt in (migrate, check_version):
        with pytest.raises(StorageRefused) as refused:
            await attempt(database_url)
        assert refused.value.words == (
            "This database was written by a newer leadhand (revision 9999); install that version or restore a backup."
        )
    engine = create_engine(_sync(database_url))
    assert "setting" not in inspect(engine).get_table_names()
    engine.dispose()


async def test_another_programs_database_is_refused_and_left_alone(empty_url: str) -> None:
    _execute(empty_url, "CREATE TABLE message (id INTEGER)")
    with pytest.raises(StorageRefused, match="Another program's table message"):
        await migrate(empty_url)
    engine = create_engine(_sync(empty_url))
    assert inspect(engine).get_table_names() == ["message"]
    engine.dispose()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("a shopping list, long enough to have a header's length" * 40)
    before = path.read_bytes()
    for attempt in (migrate, check_version):
        with pytest.raises(StorageRefused, match="is not a database; move it away"):
            await attempt(f"sqlite:///{path}")
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["notes.txt"]


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StorageRefused, match="does not exist; create it"):
        await migrate(f"sqlite:///{tmp_path / 'none' / 'a.db'}")
    with pytest.raises(StorageRefused, match="is a folder; set DATABASE_URL to a file"):
        await migrate(f"sqlite:///{tmp_path}")


async def test_a_database_that_another_program_holds(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.connection.BUSY_TIMEOUT", 0.1)
    holder = sqlite3.connect(make_url(sqlite_url).database or "")
    holder.execute("BEGIN EXCLUSIVE")
    database = Database.connect(sqlite_url)
    with pytest.raises(StorageRefused, match="held by another program"):
        await database.check()
    holder.close()
    await database.check()
    await database.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="leadhand-storage-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


# The first round loads whatever is loaded late: the other user may not read the interpreter's folder.
AS_ANOTHER_USER = """
import asyncio, os, sys
from storage.database import Database, check_version, migrate
from storage.errors import StorageRefused

async def check(url):
    database = Database.connect(url)
    try:
        await database.check()
    finally:
        await database.close()

def tell(urls):
    for url in urls:
        for act in (migrate, check_version, check):
            try:
                asyncio.run(act(url))
            except StorageRefused as refused:
                print(act.__name__, refused.words)

tell(sys.argv[1:2])
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
tell(sys.argv[2:])
"""


def test_a_read_only_folder(open_folder: Path, sqlite_template: Path, tmp_path: Path) -> None:
    there, absent = open_folder / "there.db", open_folder / "absent.db"
    shutil.copy(sqlite_template, there)
    there.chmod(0o444)
    open_folder.chmod(0o555)
    done = _python(AS_ANOTHER_USER, *(f"sqlite:///{path}" for path in (tmp_path / "warm.db", there, absent)))
    assert done.stdout.splitlines() == [
        f"migrate {there} is read-only; make the file and its folder writable for this user.",
        f"check_version {there} is read-only; make the file and its folder writable for this user.",
        f"check {there} is read-only; make the file and its folder writable for this user.",
        f"migrate The folder {open_folder} is read-only; make it writable for this user.",
        f"check_version There is no database at {absent}; run `leadhand migrate`.",
        f"check {absent} cannot be opened; make the file and its folder writable for this user.",
    ], done.stderr
    assert os.listdir(open_folder) == ["there.db"]


async def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        url = f"postgresql://lead:fake-secret@127.0.0.1:{port}/lead"
        for attempt in (migrate, check_version, _check):
            with pytest.raises(StorageRefused) as refused:
                await attempt(url)
            assert refused.value.words == (
                f"The database server at 127.0.0.1:{port} cannot be reached; start it or correct DATABASE_URL."
            )


async def test_a_database_and_a_user_that_are_not_there(postgres_url: str) -> None:
    url = make_url(postgres_url)
    with pytest.raises(StorageRefused, match=r"The database nowhere does not exist at .*; create it"):
        await migrate(url.set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(StorageRefused, match=r"nobody_we_know.*correct"):
        await migrate(url.set(username="nobody_we_know").render_as_string(hide_password=False))


async def test_a_user_without_rights(postgres_url: str) -> None:
    role = f"reader_{os.getpid()}"
    _execute(
        postgres_url,
        f"CREATE ROLE {role} LOGIN PASSWORD 'fake-secret'",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        f"GRANT USAGE ON SCHEMA public TO {role}",
    )
    try:
        with pytest.raises(StorageRefused, match=f"The user {role} may not create tables"):
            await migrate(make_url(postgres_url).set(username=role).render_as_string(hide_password=False))
    finally:
        _execute(postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_wrong_password_is_never_repeated() -> None:
    said = psycopg.OperationalError('connection failed: FATAL:  password authentication failed for user "lead"')
    words = refusal("postgresql+psycopg://lead:fake-secret@db:5432/lead", said).words
    assert words == (
        "The database server at db:5432 refused the user lead; correct the name and password in DATABASE_URL."
    )


async def test_the_log_is_written_ahead_and_flushed(sqlite_url: str) -> None:
    database = Database.connect(sqlite_url)
    async with database.session() as session:
        found = {
            name: await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await _write_and_fail(database)
    async with database.session() as session:
        assert await session.scalar(text("SELECT count(*) FROM setting")) == 0


async def _write_and_fail(database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("INSERT INTO setting VALUES ('a', 'b', CURRENT_TIMESTAMP)"))
        raise ZeroDivisionError


async def _check(url: str) -> None:
    database = Database.connect(url)
    try:
        await database.check()
    finally:
        await database.close()


def _sync(url: str) -> str:
    plain = make_url(normalise(url))
    driver = "sqlite" if plain.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return plain.set(drivername=driver).render_as_string(hide_password=False)


def _downgrade(url: str) -> None:
    with migration._connection(url, writes=True) as connection:
        config = migration._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(_sync(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
