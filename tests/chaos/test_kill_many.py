"""kill -9 of a bot that serves two workspaces by OAuth, then a restart: one draft in each, each in its own place."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import start
from tests.branches import Branch, two_branches
from tests.team import Team, seen
from tests.tenants import OAUTH

pytestmark = pytest.mark.slow

STARTS_WITHIN = 40.0


@asynccontextmanager
async def serving(surroundings: dict[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The bot as its own process, and its address; killed at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--with-worker"),
        env={**os.environ, **surroundings},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        said = ""
        async with asyncio.timeout(STARTS_WITHIN):
            while not (found := re.search(r"(http://[\d.:]+)/readyz", said)):
                line = (await process.stderr.readline()).decode()
                assert line, said
                said += line
        yield process, found[1]
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def drafts(branch: Branch, ts: str) -> int:
    return sum("ticket_file" in str(message.get("blocks")) for message in await branch.thread(ts))


async def test_each_workspace_gets_its_draft_once(tmp_path: Path) -> None:
    playground = await start("127.0.0.1", 0, tmp_path / "playground.db")
    surroundings = {**playground.environment(), **OAUTH, "LEADHAND_DATA": str(tmp_path), "PORT": "0", "PYTHONPATH": "."}
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        await team.meet()
        async with serving(surroundings) as (process, address):
            branches = await two_branches(team, address)
            roots = [await one.tells() for one in branches]
            await asyncio.gather(*(one.marks(ts) for one, ts in zip(branches, roots, strict=True)))
            process.send_signal(signal.SIGKILL)
            await process.wait()
        async with serving(surroundings):
            for one, other, ts in zip(branches, reversed(branches), roots, strict=True):
                one.patience = 30.0
                await one.hears(ts, one.order)
                assert await drafts(one, ts) == 1
                assert one.order not in "".join(seen(message) for message in await other.messages())
    await playground.close()
