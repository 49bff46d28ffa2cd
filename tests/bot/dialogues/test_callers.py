"""Guests, people of other workspaces and other bots: each gets what the house allows, people in words."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def becomes(team: Any, user: str, **what: Any) -> None:
    await team.control("user", user=f"U0{user.upper()}", **what)


async def test_a_guest_has_tickets_drafted_and_decides_nothing(team: Any) -> None:
    await becomes(team, "jonas", is_restricted=True)
    ts = await team.says("mira", team.report)
    await team.reacts("jonas", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("jonas", draft, "ticket_file")
    await team.whispers("jonas", "Guests of this workspace may have tickets drafted here, and no more")
    asked = await team.says("jonas", "@leadhand where is the cart?")
    await team.ended("qa.answer", "refused")
    assert await team.thread(asked) == []
    assert await team.cards_like(team.order) == []

    await becomes(team, "jonas", is_restricted=False)
    await team.presses("jonas", draft, "ticket_file")
    await team.hears(ts, "Filed")


async def test_a_stranger_gets_one_private_sentence(team: Any) -> None:
    await becomes(team, "wei", is_stranger=True)
    ts = await team.says("wei", f"@leadhand ticket {team.report}")
    await team.whispers("wei", "People of other workspaces may not use me here")
    assert await team.thread(ts) == []
    await becomes(team, "wei", is_stranger=False)
    ts = await team.says("wei", f"@leadhand ticket {team.report}")
    await team.hears(ts, team.order)


async def test_other_bots_are_ignored_until_allowed_and_get_three_turns(team: Any) -> None:
    await becomes(team, "robot", name="robot", is_bot=True)
    ts = await team.says("robot", "@leadhand help")
    await team.quiet()
    assert await team.thread(ts) == []
    assert await team.parts.audit.entries(10, actor="U0ROBOT") == []

    workspace = await team.parts.workspaces.of("")
    key = ("workspace", "", "bots")
    await team.parts.house.choose(workspace.team, key, ["U0ROBOT"], "U0RUTH")
    ts = await team.says("robot", "@leadhand help")
    for turn in range(2, 5):
        await team.ended("help.help", "answered", at_least=turn - 1)
        await team.says("robot", "@leadhand help", thread=ts)
    await team.ended("help.help", "ignored")
    assert len(await team.thread(ts)) == 3
    await team.says("mira", "what is going on here?", thread=ts)
    await team.says("robot", "@leadhand help", thread=ts)
    await team.ended("help.help", "answered", at_least=4)
    await team.parts.house.choose(workspace.team, key, None, "U0RUTH")
