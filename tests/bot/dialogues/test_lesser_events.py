"""Events with nothing but what is needed, of one kind alone: an older workspace or an emulator sends no more."""

from typing import Any

import pytest

from bot.slack.listeners.events import hear

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEAM = "T0LARKSPUR"


@pytest.mark.parametrize("kind", ["message", "app_mention"])
async def test_a_mention_of_one_kind_alone_is_answered_once(team: Any, kind: str) -> None:
    ts = await team.says("priya", "hello all")
    event = {"type": kind, "channel": team.channel, "user": "U0PRIYA", "ts": ts, "text": f"<@{team.bot}> help"}
    for _ in range(2):
        await hear(team.process._front, {"team_id": TEAM, "event": event})
    await team.hears(ts, "What I can do")
    await team.quiet()
    assert len(await team.thread(ts)) == 1


async def test_a_reaction_without_a_time_makes_a_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    item = {"type": "message", "channel": team.channel, "ts": ts}
    event = {"type": "reaction_added", "user": "U0PRIYA", "reaction": "ticket", "item": item}
    await hear(team.process._front, {"team_id": TEAM, "event": event})
    await team.hears(ts, team.order)


async def test_a_direct_message_without_its_kind_is_answered(team: Any) -> None:
    channel = await team.talk_with_bot("priya")
    ts = await team.says("priya", "help")
    await team.hears(ts, "What I can do")
    await team.quiet()
    event = {"type": "message", "channel": channel, "user": "U0PRIYA", "ts": "1.000001", "text": "help"}
    await hear(team.process._front, {"team_id": TEAM, "event": event})
    assert await team.parts.inbox.get(f"mention:{TEAM}:{channel}:1.000001") is not None
