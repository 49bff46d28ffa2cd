"""A playground's Slack, and what a bot process has to be installed there by OAuth, without the rest of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.oauth import Tenancy, make_tenancy
from bot.playground.server import Playground, start
from bot.playground.timing import Timing
from bot.settings import Settings
from bot.slack.install import INSTALL, REDIRECT
from bot.web import Doors, build, listen
from storage.audit import Audit
from storage.database import Database
from tests.tenants import OAUTH, Tenants

SOON = 3600.0


class Bot:
    """One process's share: its own connection to the common database, its own memory."""

    def __init__(self, tenancy: Tenancy, database: Database) -> None:
        self.workspaces: Any = tenancy.workspaces
        self.installer: Any = tenancy.installer
        self.installations: Any = tenancy.installations
        self.database = database
        self.audit = Audit(database)


@pytest.fixture
def timing() -> Timing:
    """Rotated tokens live for an hour, so that they are due to be renewed at once."""
    return Timing(token=SOON)


@pytest.fixture
async def playground(tmp_path: Path, timing: Timing) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db", timing=timing)
    yield running
    await running.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def make_bot(playground: Playground, session: aiohttp.ClientSession) -> AsyncIterator[Callable[..., Any]]:
    """Makes a process's share on a database; more of them are more processes."""
    async with AsyncExitStack() as stack:

        async def made(url: str, **overrides: str) -> Bot:
            settings = Settings(_env_file=None, **{**playground.environment(), **OAUTH, **overrides})
            database = Database.connect(url)
            stack.push_async_callback(database.close)
            tenancy = make_tenancy(settings, database, Audit(database), session)
            stack.push_async_callback(tenancy.workspaces.close)
            assert tenancy.installer
            pages = {INSTALL: tenancy.installer.start, REDIRECT: tenancy.installer.finish}
            runner, port = await listen(build(Doors(checks={}, pages=pages)), "127.0.0.1", 0)
            stack.push_async_callback(runner.cleanup)
            tenancy.installer.origin = f"http://127.0.0.1:{port}"
            return Bot(tenancy, database)

        yield made


@pytest.fixture
async def tenants(playground: Playground, session: aiohttp.ClientSession) -> Tenants:
    return Tenants(playground.url, session)


@pytest.fixture
async def bot(make_bot: Callable[..., Any], sqlite_url: str, tenants: Tenants) -> Bot:
    made: Bot = await make_bot(sqlite_url)
    tenants.bot = made.installer.origin
    return made
