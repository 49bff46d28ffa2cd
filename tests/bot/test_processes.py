"""The Procfile's processes on one Postgres: release, web and worker apart, and the same work as in one process."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import Playground, start
from tests.branches import two_branches
from tests.team import Team, seen
from tests.tenants import OAUTH

pytestmark = pytest.mark.slow

PATIENCE = 30.0


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


class Processes:
    """leadhand processes of one installation; all are ended together."""

    def __init__(self, playground: Playground, folder: Path, url: str, **more: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        own = {"LEADHAND_DATA": str(folder), "DATABASE_URL": url, "PORT": "0", "PYTHONPATH": str(Path.cwd())}
        self._environment = {**kept, **playground.environment(), **own, **more}
        self.address = ""
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
        if address := re.search(rb"(http://[\d.:]+)/readyz", line):
            self.address = address[1].decode()
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


async def test_workspaces_that_install_on_the_web_process_are_served_by_the_worker(
    playground: Playground, tmp_path: Path, postgres_url: str
) -> None:
    processes = Processes(playground, tmp_path, postgres_url, **OAUTH)
    try:
        _, worker = await asyncio.gather(processes.ready("serve"), processes.ready("work"))
        await serve_two(playground, processes, worker)
    finally:
        await processes.end()


async def serve_two(playground: Playground, processes: Processes, worker: asyncio.subprocess.Process) -> None:
    """The worker is killed while it drafts; then the tokens run out, are renewed, and each card is filed."""
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        await team.meet()
        await team.control("app", token_rotation=True)
        branches = await two_branches(team, processes.address)
        roots = [await one.tells() for one in branches]
        await asyncio.gather(*(one.marks(ts) for one, ts in zip(branches, roots, strict=True)))
        worker.kill()
        await worker.wait()
        await processes.ready("work")
        for one, other, ts in zip(branches, reversed(branches), roots, strict=True):
            one.patience = PATIENCE
            draft = await one.hears(ts, one.order)
            assert sum("ticket_file" in str(message.get("blocks")) for message in await one.thread(ts)) == 1
            await one.control("expire-tokens", team=one.team)
            await one.files(draft)
            await one.hears(ts, "Filed")
            assert one.order not in "".join(seen(message) for message in await other.messages())


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
