"""What people said while the bot was down, and Slack had given up delivering."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import make_parts
from bot.playground.server import start
from bot.playground.timing import Timing
from bot.process import Process, Role
from bot.settings import Settings
from bot.slack.catchup import ALIVE
from tests.team import Team, buttons

GIVES_UP_AT_ONCE = Timing(retry_delays=())
HOUR = 3600.0


@asynccontextmanager
async def running_bot(playground: Any, folder: Path, session: aiohttp.ClientSession) -> AsyncIterator[Process]:
    surroundings = {**playground.environment(), "LEADHAND_DATA": str(folder), "PORT": "0"}
    process = Process(make_parts(Settings(_env_file=None, **surroundings), session), Role(hears=True, works=True))
    await process.start()
    try:
        yield process
    finally:
        await process.stop()


@asynccontextmanager
async def workspace(folder: Path) -> AsyncIterator[tuple[Any, Team, aiohttp.ClientSession]]:
    playground = await start("127.0.0.1", 0, folder / "playground.db", timing=GIVES_UP_AT_ONCE)
    try:
        async with aiohttp.ClientSession() as session:
            team = Team(playground.url, session)
            await team.meet()
            yield playground, team, session
    finally:
        await playground.close()


async def pretend_it_was_alive_until(process: Process, moment: float) -> None:
    await process.parts.notes.put(ALIVE, str(moment))


async def first_look(team: Team, process: Process) -> None:
    async def looked() -> bool:
        return await process.parts.notes.get(ALIVE) is not None

    await team.until(looked, "the first look")


async def caught_up(team: Team, process: Process, since: float) -> None:
    async def noted() -> bool:
        return float(await process.parts.notes.get(ALIVE) or 0) >= since and not await process.parts.inbox.unstarted()

    await team.until(noted, "the catch-up")

    async def idle() -> bool:
        return await process.parts.inbox.unfinished_age() == 0.0

    await team.until(idle, "quiet")


async def test_what_was_missed_is_answered_once_and_nothing_else(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (playground, team, session):
        old = await team.says("mira", team.report)
        async with running_bot(playground, tmp_path, session) as process:
            served = await team.says("tomas", f"@leadhand ticket the invoice of order {team.order} is empty")
            await team.hears(served, team.order)
            discarded = await team.says("mira", f"the search box forgets order {team.order} on reload")
            await team.reacts("priya", discarded)
            await team.presses("priya", await team.hears(discarded, team.order), "ticket_discard")
            await team.hears(discarded, "discarded")
            await first_look(team, process)
            await pretend_it_was_alive_until(process, time.time() - HOUR)

        mention = await team.says("mira", f"@leadhand ticket the export of order {team.order} hangs on Safari 17.4")
        await team.says("ella", "@leadhand file this", thread=old)
        chatter = await team.says("ella", "lunch?")
        await team.reacts("priya", chatter, "thumbsup")
        reacted = await team.says("tomas", f"printing order {team.order} shows an error 500 in Firefox 120")
        await team.reacts("priya", reacted)
        channel = team.channel
        direct = await team.talk_with_bot("mira")
        await team.says("mira", "help")

        for _ in range(2):
            began = time.time()
            async with running_bot(playground, tmp_path, session) as process:
                await caught_up(team, process, began)
                await pretend_it_was_alive_until(process, time.time() - HOUR)
        assert team.channel == direct
        (answer,) = [m for m in await team.messages() if m["user"] == team.bot]
        assert "What I can do" in answer["text"]
        team.channel = channel
        for ts in (mention, old, reacted, served):
            (draft,) = await team.thread(ts)
            assert next(b["action_id"] for b in buttons(draft)) == "ticket_file"
        assert not await team.thread(chatter)
        (closed,) = await team.thread(discarded)
        assert "discarded" in closed["text"]


async def test_a_first_start_leaves_the_past_alone(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (playground, team, session):
        await team.says("mira", f"@leadhand ticket the export of order {team.order} hangs on Safari 17.4")
        async with running_bot(playground, tmp_path, session) as process:
            await first_look(team, process)
            assert await process.parts.inbox.unfinished_age() == 0.0
            assert not [m for m in await team.messages() if m["user"] == team.bot]


async def test_where_conversations_cannot_be_listed_those_that_are_known_are_read(tmp_path: Path) -> None:
    async with workspace(tmp_path) as (playground, team, session):
        async with running_bot(playground, tmp_path, session) as process:
            known = await team.says("mira", team.report)
            await team.reacts("priya", known)
            await team.hears(known, team.order)
            await pretend_it_was_alive_until(process, time.time() - HOUR)
        missed = await team.says("mira", f"@leadhand ticket the import of order {team.order} hangs")
        for method in ("users.conversations", "conversations.list"):
            await team.control("fault", target="slack", method=method, kind="unknown_method", times=99)
        async with running_bot(playground, tmp_path, session):
            await team.hears(missed, "import")
