"""A :ticket: that is taken back: its unfiled draft goes, unless somebody else cares for it."""

from typing import Any

import pytest

from tests.team import seen

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drafted(team: Any) -> tuple[str, Any]:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    return ts, await team.hears(ts, team.order)


async def test_the_draft_goes_and_a_new_reaction_makes_another(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.reacts("priya", ts, present=False)
    gone = await team.hears(ts, "Draft discarded by <@U0PRIYA>")
    assert gone["ts"] == draft["ts"]
    await team.reacts("priya", ts)
    await team.until(lambda: drafts(team, ts, 2), "another draft")


async def drafts(team: Any, ts: str, count: int) -> bool:
    return len(await team.thread(ts)) == count


async def test_added_removed_and_added_quickly_ends_with_one_open_draft(team: Any) -> None:
    for round_ in range(4):
        ts = await team.says("mira", f"{team.report}, try {round_}")
        for present in (True, False, True):
            await team.reacts("priya", ts, present=present)
        await team.quiet()
        assert len(await waiting(team, ts)) == 1
        await team.reacts("priya", ts, present=False)
        await team.quiet()
        assert await waiting(team, ts) == []


async def waiting(team: Any, ts: str) -> list[Any]:
    return [m for m in await team.thread(ts) if "ticket_file" in str(m.get("blocks"))]


async def test_somebody_elses_reaction_does_nothing_and_others_keep_it(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.reacts("tomas", ts)
    await team.quiet()
    await team.reacts("tomas", ts, present=False)
    await team.ended("amend.take_back", "ignored")
    await team.reacts("jonas", ts)
    await team.quiet()
    await team.reacts("priya", ts, present=False)
    await team.whispers("priya", "others reacted as well")
    assert seen((await team.thread(ts))[0]) == seen(draft)


async def test_a_draft_that_was_edited_stays_and_its_asker_hears_why(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.presses("tomas", draft, "ticket_edit")
    await team.saves("tomas", await team.modal("tomas"), title="Export spins for ever")
    await team.hears(ts, "spins for ever")
    await team.reacts("priya", ts, present=False)
    await team.whispers("priya", "because somebody worked on it")
    assert await waiting(team, ts)


async def test_a_filed_card_stays_with_a_word_to_the_remover_alone(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.reacts("priya", ts, present=False)
    assert "/c/" in await team.whispers("priya", "the card is on the board already")
    await team.quiet()
    assert len(await team.thread(ts)) == 1
    assert await team.cards_like(team.order)


async def test_another_emoji_taken_back_means_nothing(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.reacts("priya", ts, "tada")
    await team.reacts("priya", ts, "tada", present=False)
    await team.quiet()
    assert seen((await team.thread(ts))[0]) == seen(draft)


async def test_removed_while_the_draft_is_made(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.reacts("priya", ts, present=False)
    await team.quiet()
    assert await waiting(team, ts) == []
    found = [row for row in await team.parts.drafts.in_state("open") if row.anchor_ts == ts]
    assert found == []
