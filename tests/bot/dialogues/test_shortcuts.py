"""The menu of a message: the same draft as the reaction, and an answer for whoever may not have one."""

from typing import Any

import pytest

from tests.sample_repository import make_sample

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drafts(team: Any, ts: str) -> list[Any]:
    return [message for message in await team.thread(ts) if "ticket_file" in str(message.get("blocks"))]


async def test_a_shortcut_drafts_the_thread_of_its_message(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.says("jonas", "same here with app version 3.9.1", thread=ts)
    await team.shortcuts("priya", ts)
    draft = await team.hears(ts, team.order)
    assert "3.9.1" in str(draft["blocks"])
    assert "<@U0PRIYA>" in str(draft["blocks"])
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert team.report in card["desc"]


async def test_a_shortcut_on_a_reply_drafts_in_its_thread(team: Any) -> None:
    ts = await team.says("mira", "morning everybody")
    reply = await team.says("jonas", team.report, thread=ts)
    await team.shortcuts("jonas", reply)
    await team.hears(ts, team.order)
    assert len(await drafts(team, ts)) == 1


async def test_the_reaction_and_the_shortcut_are_one_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)
    await team.shortcuts("tomas", ts)
    await team.whispers("tomas", "already a draft")
    await team.reacts("ella", ts)
    await team.quiet()
    assert len(await drafts(team, ts)) == 1


async def test_a_shortcut_first_and_the_reaction_after_it_are_one_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.shortcuts("tomas", ts)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)
    await team.quiet()
    assert len(await drafts(team, ts)) == 1


async def test_on_the_bots_own_message_it_says_why_not(team: Any) -> None:
    ts = await team.says("priya", "@leadhand help")
    said = await team.hears(ts, "What I can do")
    await team.shortcuts("priya", said["ts"])
    await team.whispers("priya", "my own")


async def test_a_stranger_to_the_channel_is_told_to_join_it(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.shortcuts("ruth", ts)
    await team.whispers("ruth", "Join the channel")
    await team.quiet()
    assert await team.thread(ts) == []


async def test_where_the_bot_is_not_it_says_how_to_invite_it(team: Any) -> None:
    state = await team.get("/_control/state")
    team.channel = next(channel["id"] for channel in state["channels"] if channel["name"] == "leads")
    ts = await team.says("ruth", team.report)
    await team.shortcuts("ruth", ts)
    await team.whispers("ruth", "/invite @leadhand")


async def test_a_shortcut_that_means_nothing_is_acknowledged_and_global_ones_too(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.shortcuts("priya", ts, "burn_it")
    await team.control("shortcut", callback_id="ticket_from_message", user="U0PRIYA")
    await team.quiet()
    assert await team.thread(ts) == []


async def test_triage_without_a_repository_says_what_to_set(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.shortcuts("priya", ts, "triage_from_message")
    await team.whispers("priya", "set LEADHAND_REPOS")
    await team.quiet()
    assert await team.thread(ts) == []


async def test_triage_of_a_message_stands_in_its_thread_with_thumbs(
    open_team: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sample = make_sample(tmp_path_factory.mktemp("sample") / "bikes", 29)
    client = sample.names["client"]
    async with open_team(LEADHAND_REPOS=str(sample.folder)) as team:
        ts = await team.says("tomas", f"the {client} client gives up before it tries again")
        await team.shortcuts("priya", ts, "triage_from_message")
        told = await team.hears(ts, f"src/{client}/client.py")
        assert told["thread_ts"] == ts
        await team.votes("tomas", told, "positive")
        await team.whispers("tomas", "Thank you")
        await team.shortcuts("priya", told["ts"], "triage_from_message")
        await team.whispers("priya", "my own")
        await team.opens_home("priya")
        assert "LEADHAND_REPOS" not in await team.home("priya", "What I can do")
