"""`/leadhand status`: how the bot is, for whoever asks, whatever is broken."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_anybody_hears_how_the_bot_is(team: Any, mode: str) -> None:
    await team.commands("jonas", "/leadhand", "status")
    told = await team.whispers("jonas", "*leadhand 0.")
    assert "up for " in told
    assert f"Slack: {'over HTTP' if mode == 'http' else 'Socket Mode, connections: '}" in told
    assert "Board: Larkspur" in told
    assert "Queue: nothing waits" in told, "the question itself does not count"
    assert "*No model*: I draft by rules alone" in told
    assert "Set `LEADHAND_MODEL`" in told
    ts = await team.says("jonas", "@leadhand status")
    await team.hears(ts, "*leadhand 0.")


async def test_a_board_that_is_away_is_said_and_keeps_nobody_waiting(team: Any) -> None:
    await team.control("fault", target="trello", method="", kind="500", times=9, after=0)
    await team.commands("wei", "/leadhand", "status")
    assert "Board: Trello has a fault" in await team.whispers("wei", "*leadhand 0.")
