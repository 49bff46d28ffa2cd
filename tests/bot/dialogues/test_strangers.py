"""People who are not in the channel: they see its drafts on Slack, and decide nothing."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_strangers_reaction_is_silent_on_record(team: Any) -> None:
    team.channel = "C0DEV"
    ts = await team.says("tomas", team.report)
    await team.reacts("mira", ts)
    (row,) = await team.ended("ticket.draft", "ignored")
    assert row.reason == "The asker is not a member of the channel."
    assert await team.thread(ts) == []


async def test_a_strangers_press_files_undoes_and_edits_nothing(team: Any) -> None:
    team.channel = "C0DEV"
    ts = await team.says("tomas", team.report)
    await team.reacts("tomas", ts)
    draft = await team.hears(ts, team.order)
    for action in ("ticket_file", "ticket_discard", "ticket_edit"):
        await team.presses("mira", draft, action)
    await team.ended("ticket.file", "ignored")
    await team.ended("ticket.discard", "ignored")
    assert await team.cards_like(team.order) == []
    assert not [v for v in (await team.get("/_control/state"))["views"] if v["user"] == "U0MIRA"]

    await team.presses("tomas", draft, "ticket_file")
    filed = await team.hears(ts, "Filed")
    await team.presses("mira", filed, "ticket_undo")
    await team.ended("ticket.undo", "ignored")
    assert len(await team.cards_like(team.order)) == 1
