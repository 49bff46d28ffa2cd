"""What the bot remembers of a thread follows what people do to their messages."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def remembered(team: Any, ts: str) -> dict[str, str]:
    rows = await team.parts.threads.read("T0LARKSPUR", team.channel, ts)
    return {row.ts: row.text for row in rows}


async def test_a_thread_is_remembered_masked_edited_and_forgotten(team: Any) -> None:
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    ts = await team.says("mira", f"{team.report} key {secret}")
    reply = await team.says("tomas", "same here on version 3.9.1", thread=ts)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)
    kept = await remembered(team, ts)
    assert set(kept) == {ts, reply}
    assert secret not in str(kept)

    await team.control("edit-message", channel=team.channel, user="U0TOMAS", ts=reply, text="no, version 3.9.2")
    await team.until(lambda: says(team, ts, reply, "3.9.2"), "the edit to be taken over")
    await team.control("delete-message", channel=team.channel, user="U0TOMAS", ts=reply)
    await team.until(lambda: forgotten(team, ts, reply), "the deleted message to be forgotten")


async def says(team: Any, root: str, ts: str, text: str) -> bool:
    return text in (await remembered(team, root)).get(ts, "")


async def forgotten(team: Any, root: str, ts: str) -> bool:
    return ts not in await remembered(team, root)
