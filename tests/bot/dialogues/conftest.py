"""The real bot among a team in the playground, in Socket Mode or over signed HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.app import Parts, make_parts
from bot.playground.server import start
from bot.process import Process, Role
from bot.settings import Settings
from tests.team import Team, install_manifest


class TeamWithBot(Team):
    """A team whose bot runs in this process, so that its records can be read."""

    def __init__(self, url: str, session: aiohttp.ClientSession, process: Process) -> None:
        super().__init__(url, session)
        self.parts = process.parts
        self.process = process

    async def ended(self, action: str, outcome: str, at_least: int = 1) -> list[Any]:
        """Audit rows of asks that ended so."""

        async def rows() -> list[Any] | None:
            found = await self.parts.audit.entries(500, action=action, outcome=outcome)
            found = [row for row in found if row.at.timestamp() >= self.since - 0.001]
            return found if len(found) >= at_least else None

        return await self.until(rows, f"{action} to end as {outcome}")

    async def quiet(self) -> None:
        """Until every arrival is finished."""

        async def idle() -> bool:
            return await self.parts.inbox.unfinished_age() == 0.0

        await asyncio.sleep(0.15)
        await self.until(idle, "quiet")


Opened = Callable[..., Any]
BOTH = Role(hears=True, works=True)


@pytest.fixture(scope="module", params=["socket", "http"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def open_team(tmp_path_factory: pytest.TempPathFactory, mode: str) -> Opened:
    """Opens a playground with the bot on it; `change` replaces parts, settings go by their field's alias."""

    @asynccontextmanager
    async def opened(
        change: Callable[[Parts], Parts] = lambda parts: parts, **overrides: str
    ) -> AsyncIterator[TeamWithBot]:
        folder = tmp_path_factory.mktemp("team")
        playground = await start("127.0.0.1", 0, folder / "playground.db")
        await install_manifest(playground.url)
        over_http = {"SLACK_APP_TOKEN": ""} if mode == "http" else {}
        surroundings = {**playground.environment(), "LEADHAND_DATA": str(folder), "PORT": "0", **over_http, **overrides}
        try:
            async with aiohttp.ClientSession() as session:
                parts = change(make_parts(Settings(_env_file=None, **surroundings), session))
                process = Process(parts, BOTH)
                await process.start()
                try:
                    yield await _meet(playground.url, session, process, mode)
                finally:
                    await process.stop()
        finally:
            await playground.close()

    return opened


async def _meet(url: str, session: aiohttp.ClientSession, process: Process, mode: str) -> TeamWithBot:
    team = TeamWithBot(url, session, process)
    if mode == "http":
        await team.control("app", events_url=f"http://127.0.0.1:{process.port}/slack/events")
    await team.meet()
    return team


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_team(open_team: Opened) -> AsyncIterator[TeamWithBot]:
    async with open_team() as opened:
        yield opened


@pytest.fixture
def team(shared_team: TeamWithBot) -> TeamWithBot:
    """The module's team, in the support channel, with a report that nobody has made before."""
    shared_team.renew()
    return shared_team
