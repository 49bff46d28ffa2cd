"""A thread that the bot is in goes on without a mention when it is meant, and is left alone otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_repository import Sample, git, make_sample

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    made = make_sample(tmp_path_factory.mktemp("sample") / "bikes", 7)
    git(made.folder, "remote", "add", "origin", "git@github.com:larkspur/bikes.git")
    return made


async def said_by_bot(team: Any, ts: str) -> int:
    return len(await team.thread(ts))


async def test_a_question_goes_on_and_thanks_end_it(open_team: Any, sample: Sample) -> None:
    async with open_team(LEADHAND_REPOS=str(sample.folder)) as team:
        first, second = sample.questions[0], sample.questions[1]
        ts = await team.says("tomas", f"@leadhand {first.text}")
        await team.hears(ts, first.marker)
        await team.ended("qa.answer", "answered")
        await team.says("tomas", f"and {second.text}", thread=ts)
        await team.ended("qa.answer", "answered", at_least=2)
        heard = await said_by_bot(team, ts)

        await team.says("tomas", "thanks, that helps!", thread=ts)
        await team.says("wei", "who wants lunch?", thread=ts)
        await team.says("wei", second.text, thread=ts)
        await team.says("tomas", "@ella can you look at this?", thread=ts)
        await team.quiet()
        assert await said_by_bot(team, ts) == heard, "none of this is for the bot"

        await team.says("wei", f"leadhand, {second.text}", thread=ts)
        await team.ended("qa.answer", "answered", at_least=3)


async def test_threads_without_the_bot_and_talk_in_the_channel_are_left_alone(team: Any) -> None:
    before = len(await team.parts.audit.entries(500))
    ts = await team.says("mira", "where is the torque wrench?")
    await team.says("tomas", "why do you ask?", thread=ts)
    await team.says("mira", "leadhand, do you know?", thread=ts)
    await team.quiet()
    assert await team.thread(ts) == []
    assert len(await team.parts.audit.entries(500)) == before


async def test_where_it_is_switched_off_a_mention_is_needed(team: Any) -> None:
    workspace = await team.parts.workspaces.of("")
    key = ("channel", team.support, "continue")
    ts = await team.says("tomas", "@leadhand where is the cart?")
    await team.hears(ts)
    await team.parts.house.choose(workspace.team, key, False, "U0RUTH")
    heard = await said_by_bot(team, ts)
    await team.says("tomas", "leadhand, and the checkout?", thread=ts)
    await team.quiet()
    assert await said_by_bot(team, ts) == heard
    await team.parts.house.choose(workspace.team, key, None, "U0RUTH")


async def test_in_a_direct_message_every_message_goes_on(team: Any) -> None:
    await team.talk_with_bot("sam")
    ts = await team.says("sam", "help")
    await team.hears(ts, "What I can do")
    await team.says("sam", "help", thread=ts)
    await team.until(lambda: _twice(team, ts), "a second answer")


async def _twice(team: Any, ts: str) -> bool:
    return len([m for m in await team.thread(ts) if "What I can do" in str(m)]) == 2


async def test_answers_to_a_drafts_questions_complete_it(team: Any) -> None:
    ts = await team.says("mira", f"The export of order {team.order} is broken")
    await team.reacts("priya", ts)
    draft = await team.hears(ts, "To make it complete")
    assert "Firefox 131" not in str(draft)
    await team.says("jonas", "my customers complain about that, too", thread=ts)
    await team.says("mira", "It is Firefox 131 on Windows 11, production", thread=ts)
    told = await team.hears(ts, "Taken over into the draft")
    assert "nvironment" in str(told)
    completed = next(m for m in await team.thread(ts) if m["ts"] == draft["ts"])
    assert "Firefox 131" in str(completed)
    assert "Completed by what <@U0MIRA> said below" in str(completed)
    assert "complain" not in str(completed)
    await team.ended("complete.take_over", "revised")
    await team.says("priya", "file it please", thread=ts)
    await team.hears(ts, "press *File*")
    await team.presses("priya", completed, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert "Firefox 131" in card["desc"]


async def test_under_a_commands_draft_it_is_the_same(team: Any) -> None:
    await team.commands("mira", "/ticket", f"The export of order {team.order} is broken")
    draft = await team.until(lambda: _draft(team), "the draft")
    await team.ended("ticket.draft", "drafted")
    await team.says("mira", "one more thing: it is Safari 17.4 on staging", thread=draft["ts"])
    await team.hears(draft["ts"], "Taken over into the draft")
    completed = await _draft(team)
    assert "Safari 17.4" in str(completed)
    assert team.order in str(completed)


async def _draft(team: Any) -> Any:
    mine = [m for m in await team.messages() if m.get("user") == team.bot and team.order in str(m)]
    return mine[0] if mine else None
