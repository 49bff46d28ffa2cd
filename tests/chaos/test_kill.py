"""kill -9 at each boundary of the way from a reaction to a card, then a restart: one draft, one card, one link."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.playground.server import Playground, start
from tests.team import Team, seen

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("dying_bot.py")
BOUNDARIES = [
    f"{when} {what}" for what in ("commit", "ack", "post", "card", "note", "link") for when in ("before", "after")
]
NEVER = "never"
DIES_WITHIN = 30.0


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db")
    yield running
    await running.close()


async def bot(playground: Playground, boundary: str, folder: Path, url: str) -> asyncio.subprocess.Process:
    surroundings = {"LEADHAND_DATA": str(folder), "DATABASE_URL": url, "PORT": "0", "PYTHONPATH": "."}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(SCRIPT),
        boundary,
        str(folder / "word"),
        env={**os.environ, **playground.environment(), **surroundings},
        stdin=asyncio.subprocess.DEVNULL,
    )


async def until_connected(team: Team) -> None:
    async def connected() -> bool:
        return bool((await team.get("/_control/state"))["apps"][0]["connected"])

    await team.until(connected, "the bot to connect")


async def live(team: Team, dying: asyncio.subprocess.Process, *, presses: bool) -> str:
    """React, press File once there is a draft if that is still to come, and see the bot die; the report's ts."""
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    dead = asyncio.create_task(dying.wait())
    while presses and not dead.done():
        drafts = [m for m in await team.thread(ts) if "ticket_file" in str(m.get("blocks"))]
        if drafts:
            await team.presses("priya", drafts[0], "ticket_file")
            break
        await asyncio.sleep(0.02)
    await asyncio.wait_for(dead, DIES_WITHIN)
    await team.until(lambda: _gone(team), "the playground to notice")
    return ts


async def _gone(team: Team) -> bool:
    return not (await team.get("/_control/state"))["apps"][0]["connected"]


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_killed_at_a_boundary_and_started_again_there_is_one_of_each(
    playground: Playground, tmp_path: Path, boundary: str, sqlite_url: str
) -> None:
    await _kill_and_restart(playground, tmp_path, boundary, sqlite_url)


@pytest.mark.parametrize("boundary", ["after commit", "after post", "after card", "before link"])
async def test_the_same_on_postgres(playground: Playground, tmp_path: Path, boundary: str, postgres_url: str) -> None:
    await _kill_and_restart(playground, tmp_path, boundary, postgres_url)


@pytest.mark.parametrize("boundary", ["before archive", "after archive", "before news", "after news"])
async def test_killed_while_it_takes_a_card_back_or_tells_of_it(
    playground: Playground, tmp_path: Path, boundary: str, sqlite_url: str
) -> None:
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        await team.meet()
        dying = await bot(playground, boundary, tmp_path, sqlite_url)
        await until_connected(team)
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
        filed = await team.hears(ts, "Filed")
        (card,) = await team.cards_like(team.order)
        if "archive" in boundary:
            await team.presses("priya", filed, "ticket_undo")
        else:
            await team.drags("tomas", card, "Done")
        await asyncio.wait_for(dying.wait(), DIES_WITHIN)
        assert (tmp_path / "word").read_text() == boundary

        again = await bot(playground, NEVER, tmp_path, sqlite_url)
        try:
            await _see_the_end(team, ts, boundary)
        finally:
            again.kill()
            await again.wait()


async def _see_the_end(team: Team, ts: str, boundary: str) -> None:
    team.patience = 20.0
    await team.hears(ts, "Taken back" if "archive" in boundary else "Done:")
    await asyncio.sleep(1.0)
    assert len(await team.thread(ts)) == (1 if "archive" in boundary else 2)
    assert len(await team.cards_like(team.order)) == (0 if "archive" in boundary else 1)


async def _kill_and_restart(playground: Playground, folder: Path, boundary: str, url: str) -> None:
    async with aiohttp.ClientSession() as session:
        team = Team(playground.url, session)
        await team.meet()
        dying = await bot(playground, boundary, folder, url)
        await until_connected(team)
        ts = await live(team, dying, presses=boundary.endswith(("card", "note", "link")))
        assert dying.returncode == -signal.SIGKILL
        assert (folder / "word").read_text() == boundary, "it died where it was meant to"

        again = await bot(playground, NEVER, folder, url)
        try:
            await until_connected(team)
            await _see_one_of_each(team, ts)
        finally:
            again.kill()
            await again.wait()


async def _see_one_of_each(team: Team, ts: str) -> None:
    async def drafted_or_filed() -> bool:
        said = await team.thread(ts)
        return any("ticket_file" in str(m.get("blocks")) or "Filed" in seen(m) for m in said)

    team.patience = 20.0
    await team.until(drafted_or_filed, "the draft")
    if not any("Filed" in seen(m) for m in await team.thread(ts)):
        draft = next(m for m in await team.thread(ts) if "ticket_file" in str(m.get("blocks")))
        await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    # A second effect would come from work that is still under way: give it the time to show.
    await asyncio.sleep(1.0)
    said = await team.thread(ts)
    assert len(said) == 1, [seen(m)[:100] for m in said]
    cards = await team.cards_like(team.order)
    assert len(cards) == 1
    assert cards[0]["shortUrl"] in str(said) or cards[0]["url"] in str(said)
