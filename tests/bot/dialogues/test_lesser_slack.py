"""A workspace or an emulator that lacks a method: a courtesy is left out, and a card is filed all the same."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOR_EVER = 10_000
COURTESIES = [
    "views.publish",
    "assistant.threads.setSuggestedPrompts",
    "reactions.add",
    "reactions.remove",
    "chat.getPermalink",
]


async def lack(team: Any, method: str) -> None:
    await team.control("fault", target="slack", method=method, kind="unknown_method", times=FOR_EVER)


async def file_a_ticket(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    assert len(await team.cards_like(team.order)) == 1


@pytest.mark.parametrize("method", COURTESIES)
async def test_without_it_the_main_flow_works(open_team: Any, method: str) -> None:
    async with open_team() as team:
        await lack(team, method)
        await team.opens_home("priya")
        await team.opens_home("priya", "messages")
        await file_a_ticket(team)
        channel = await team.talk_with_bot("priya")
        ts = await team.says("priya", "help")
        await team.hears(ts, "What I can do")
        await team.quiet()
        log = (await team.get("/_control/log"))["log"]
        assert any(line["summary"] == f"{method}: unknown_method" for line in log), "it was never asked for"
        assert await team.parts.audit.entries(10, outcome="failed") == []
        assert channel


async def test_without_any_of_them_it_works_too(open_team: Any) -> None:
    async with open_team() as team:
        for method in COURTESIES:
            await lack(team, method)
        await team.opens_home("priya")
        await file_a_ticket(team)


async def test_a_home_that_slack_refused_is_shown_at_the_next_opening(open_team: Any) -> None:
    async with open_team() as team:
        await team.control("fault", target="slack", method="views.publish", kind="500")
        await team.opens_home("priya")
        await team.opens_home("priya")
        await team.home("priya", "What I can do")
