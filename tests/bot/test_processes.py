"""The Procfile's processes on one Postgres: release, web and worker apart, and the same work as in one process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import Playground, start
from tests.team import Team

pytestmark = pytest.mark.slow

PATIENCE = 30.0


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


class Processes:
    """leadhand processes of one installation; all are ended together."""

    def __init__(self, playground: Playground, folder: Path, url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        own = {"LEADHAND_DATA": str(folder), "DATABASE_URL": url, "PORT": "0", "PYTHONPATH": str(Path.cwd())}
        self._environment = {**kept, **playground.environment(), **own}
        self._folder = folder
        self._running: list[asyncio.subprocess.Process] = []

    async def run(self, *command: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *command),
            env=self._environment,
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._running.append(process)
        return process

    async def ready(self, *command: str) -> asyncio.subprocess.Process:
        process = await self.run(*command)
        assert process.stderr is not None
        line = await asyncio.wait_for(process.stderr.readline(), PATIENCE)
        assert b"is ready" in line, line
        return process

    async def end(self) -> None:
        for process in self._running:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.communicate(), PATIENCE)


@pytest.fixture
async def processes(playground: Playground, tmp_path: Path, postgres_url: str) -> AsyncIterator[Processes]:
    made = Processes(playground, tmp_path, postgres_url)
    yield made
    await made.end()


async def test_web_and_worker_apart_do_what_one_process_does(playground: Playground, processes: Processes) -> None:
    release = await processes.run("migrate")
    assert await asyncio.wait_for(release.wait(), PATIENCE) == 0
    await processes.ready("serve")
    worker = await processes.ready("work")
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        team.patience = PATIENCE
        await team.meet()
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        draft = await team.hears(ts, team.order)

        worker.kill()
        await worker.wait()
        await team.presses("priya", draft, "ticket_file")
        await processes.ready("work")
        await team.hears(ts, "Filed")
        (card,) = await team.cards_like(team.order)
        await team.drags("tomas", card, "Done")
        await team.hears(ts, "Done")


async def test_a_database_that_is_not_migrated_is_one_sentence(
    playground: Playground, tmp_path: Path, empty_postgres_url: str
) -> None:
    processes = Processes(playground, tmp_path, empty_postgres_url)
    for command in ("serve", "work"):
        process = await processes.run(command)
        assert process.stderr is not None
        said = (await asyncio.wait_for(process.stderr.read(), PATIENCE)).decode()
        assert await process.wait() == 2
        assert said.count("\n") == 1, said
        assert "leadhand migrate" in said
