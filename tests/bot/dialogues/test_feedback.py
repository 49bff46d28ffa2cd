"""Thumbs under drafts and answers: one vote of each person, the latest counts, and a word on what to do next."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def votes_on(team: Any, message: Any) -> dict[str, str]:
    element = next(b for b in message["blocks"] if b["type"] == "context_actions")["elements"][0]
    run = element["positive_button"]["value"].split(":", 2)[2]
    return {vote.user: vote.choice for vote in await team.parts.votes.of_run(run)}


async def test_a_draft_is_judged_and_the_judge_told_what_to_do(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.votes("tomas", draft, "negative")
    await team.whispers("tomas", "*Edit*")
    await team.votes("priya", draft, "positive")
    await team.whispers("priya", "*File*")
    assert await votes_on(team, draft) == {"U0TOMAS": "down", "U0PRIYA": "up"}


async def test_the_vote_belongs_to_the_run_that_made_the_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.votes("ella", draft, "positive")
    await team.whispers("ella", "*File*")
    await team.quiet()
    (row,) = [row for row in await team.parts.drafts.recent(20) if row.preview_ts == draft["ts"]]
    (vote,) = await team.parts.votes.of_run(row.ask_key)
    assert (vote.user, vote.ts, vote.kind) == ("U0ELLA", draft["ts"], "draft")
    assert (await team.parts.audit.entries(5, key=row.ask_key))[0].action == "ticket.draft"


async def test_a_new_press_changes_the_vote(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    for thumb in ("positive", "negative", "positive", "negative"):
        await team.votes("wei", draft, thumb)
    await team.quiet()
    assert await votes_on(team, draft) == {"U0WEI": "down"}
    assert len(await team.thread(ts)) == 1, "votes change nothing for the others"


async def test_an_answer_is_judged_and_an_edited_draft_keeps_its_thumbs(team: Any) -> None:
    asked = await team.says("jonas", "@leadhand help")
    said = await team.hears(asked, "What I can do")
    await team.votes("jonas", said, "negative")
    await team.whispers("jonas", "in other words")
    assert await votes_on(team, said) == {"U0JONAS": "down"}
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_edit")
    await team.saves("priya", await team.modal("priya"), title="Another title for the export")
    edited = await team.hears(ts, "Another title")
    assert await votes_on(team, edited) == {}
    await team.votes("mira", edited, "positive")
    await team.whispers("mira", "*File*")


async def test_what_is_no_answer_is_not_judged(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, team.order), "ticket_discard")
    gone = await team.hears(ts, "discarded")
    assert "context_actions" not in str(gone["blocks"])


@pytest.mark.parametrize("value", ["", "up", "sideways:draft:x", "up:draft:", "up:poem:x", "\u0000:\u0000:\u0000"])
async def test_a_press_that_cannot_be_read_is_answered(team: Any, value: str) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    action = {"type": "feedback_buttons", "action_id": "answer_feedback", "value": value}
    await team.control("interact", channel=team.channel, user="U0WEI", messageTs=draft["ts"], action=action)
    await team.ended("feedback.vote", "refused")


async def test_where_slack_refuses_the_block_the_message_comes_without(open_team: Any) -> None:
    async with open_team() as team:
        await team.control("fault", target="slack", method="chat.postMessage", kind="invalid_blocks")
        first, second = await team.says("mira", team.report), await team.says("mira", f"{team.report} again")
        await team.reacts("priya", first)
        draft = await team.hears(first, team.order)
        assert "context_actions" not in str(draft["blocks"])
        assert "ticket_file" in str(draft["blocks"])
        await team.reacts("priya", second)
        assert "context_actions" not in str((await team.hears(second, team.order))["blocks"]), "it is not tried again"
        await team.presses("priya", draft, "ticket_file")
        await team.hears(first, "Filed")
        assert len(await team.thread(first)) == 1


async def test_blocks_that_slack_refuses_for_good_are_no_endless_try(open_team: Any) -> None:
    async with open_team() as team:
        await team.control("fault", target="slack", method="chat.postMessage", kind="invalid_blocks", times=2)
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.whispers("priya", "invalid_blocks")
        await team.ended("ticket.draft", "told")
