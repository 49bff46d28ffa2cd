"""Two sockets, what becomes of them, and that nobody notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def mode() -> str:
    return "socket"


def up(team: Any) -> int:
    return int(team.process.link.sockets.open_count)


async def test_two_sockets_are_open(team: Any) -> None:
    async def both() -> bool:
        return up(team) == 2

    await team.until(both, "two sockets")


async def test_reconnects_in_the_middle_of_a_run_lose_nothing_and_double_nothing(team: Any) -> None:
    asked: list[str] = []
    for number in range(12):
        asked.append(await team.says("mira", f"@leadhand ticket the export of order {team.order}-{number} hangs"))
        if number % 4 == 1:
            await team.control("disconnect", reason="refresh_requested")
    for number, ts in enumerate(asked):
        await team.hears(ts, f"{team.order}-{number}")
    await team.quiet()
    assert [len(await team.thread(ts)) for ts in asked] == [1] * len(asked)


async def test_a_connection_that_dies_is_replaced(team: Any) -> None:
    sockets = team.process.link.sockets
    doomed = sockets.connections[0]
    doomed._tasks()[0].cancel()

    async def replaced() -> bool:
        return doomed not in sockets.connections and up(team) == 2

    await team.until(replaced, "a new connection")
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)


async def test_stopping_while_asks_arrive_leaves_no_task_behind(open_team: Any) -> None:
    async with open_team() as other:
        for _ in range(5):
            await other.says("mira", f"@leadhand ticket the export of order {other.order} hangs")
    await asyncio.sleep(0)
    names = [str(task.get_coro()) for task in asyncio.all_tasks()]
    assert len([name for name in names if "receive_messages" in name]) <= 2
