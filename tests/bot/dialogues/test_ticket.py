"""From a message to a card, as people live it; every flow over sockets and over signed HTTP."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


def actions(message: dict[str, Any]) -> set[str]:
    return {e["action_id"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]}


async def test_a_reaction_drafts_a_press_files_and_a_drag_to_done_is_heard(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    assert actions(draft) == {"ticket_file", "ticket_edit", "ticket_discard", "triage_run"}

    await team.presses("priya", draft, "ticket_file")
    filed = await team.hears(ts, "Filed")
    assert filed["ts"] == draft["ts"], "the draft becomes the link; there is no second message"

    (card,) = await team.cards_like(team.order)
    assert card["url"] in str(filed) or card["shortUrl"] in str(filed)
    assert team.report in card["desc"]
    assert card["name"] not in team.report

    await team.drags("tomas", card, "Done")
    news = await team.hears(ts, "Done")
    assert "Tomás Herrera" in news["text"]
    await team.quiet()
    assert len(await team.thread(ts)) == 2


async def test_a_card_taken_up_again_is_heard_and_other_moves_are_not(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    await team.drags("tomas", card, "Doing")
    await team.drags("tomas", card, "Done")
    await team.hears(ts, "Done")
    await team.drags("tomas", card, "Backlog")
    await team.hears(ts, "Taken up again")
    await team.quiet()
    assert len(await team.thread(ts)) == 3


async def test_file_this_in_the_thread_drafts_the_thread(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.says("jonas", "same for a customer, order 48213, app version 3.9.1", thread=ts)
    await team.says("priya", "@leadhand file this", thread=ts)
    draft = await team.hears(ts, "3.9.1")
    assert "file this" not in str(draft["blocks"]).lower()
    assert "48213" in str(draft["blocks"])


async def test_the_reaction_and_file_this_are_one_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)
    await team.says("tomas", "@leadhand file this", thread=ts)
    await team.hears(ts, "already a draft")
    assert len([m for m in await team.thread(ts) if m.get("blocks") and "ticket_file" in actions(m)]) == 1


async def test_a_command_drafts_from_its_own_words(team: Any) -> None:
    words = f"The invoice PDF shows 0.00 EUR for order {team.order} since release 3.9.1"
    await team.commands("jonas", "/ticket", words)

    async def drafted() -> Any:
        return [m for m in await team.messages() if m["user"] == team.bot and team.order in str(m.get("blocks"))]

    (draft,) = await team.until(drafted, "a draft in the channel")
    await team.presses("jonas", draft, "ticket_file")
    assert (await team.thread(draft["ts"])) == []
    await team.until(lambda: team.cards_like(team.order), "a card")
    await team.ended("ticket.file", "filed")
    (card,) = await team.cards_like(team.order)
    assert words in card["desc"]
    await team.drags("tomas", card, "Done")
    await team.hears(draft["ts"], "Done")


async def test_a_mention_with_text_drafts_it(team: Any) -> None:
    ts = await team.says("jonas", "@leadhand file a ticket: checkout rejects postcode SW1A 1AA in version 3.9.1")
    draft = await team.hears(ts, "SW1A 1AA")
    assert "ticket_file" in actions(draft)


async def test_edit_then_file_puts_the_edited_text_on_the_card(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_edit")
    view = await team.modal("priya")
    assert {b["block_id"].rpartition(".")[2] for b in view["blocks"]} >= {"title", "type", "steps", "expected"}

    refused = await team.saves("priya", view, title="x")
    assert "title" in refused["errors"]
    await team.saves("priya", view, title="CSV export hangs on Safari 17.4", expected="A file within 5 seconds")

    edited = await team.hears(ts, "A file within 5 seconds")
    assert edited["ts"] == draft["ts"]
    await team.presses("priya", edited, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like("CSV export hangs on Safari 17.4")
    assert "A file within 5 seconds" in card["desc"]


async def test_a_press_on_the_text_of_yesterday_files_nothing(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    old = await team.hears(ts, team.order)
    await team.presses("priya", old, "ticket_edit")
    await team.saves("priya", await team.modal("priya"), title="Another title for the export")
    await team.hears(ts, "Another title")
    await team.presses("tomas", old, "ticket_file")
    await team.whispers("tomas", "changed since you saw it")
    assert await team.cards_like(team.order) == []


async def test_of_two_editors_the_slower_one_keeps_their_words(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_edit")
    first = await team.modal("priya")
    await team.presses("tomas", draft, "ticket_edit")
    second = await team.modal("tomas")
    await team.saves("priya", first, title="The title of the quicker one")
    await team.hears(ts, "quicker one")
    await team.saves("tomas", second, title="The title of the slower one")
    assert "slower one" in await team.whispers("tomas", "not taken over")


async def test_discard_leaves_one_line_and_a_new_reaction_starts_anew(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_discard")
    gone = await team.hears(ts, "discarded")
    assert gone["ts"] == draft["ts"]
    assert not any(b["type"] == "actions" for b in gone["blocks"])
    await team.presses("priya", draft, "ticket_file")
    await team.whispers("priya", "discarded")
    assert await team.cards_like(team.order) == []

    await team.reacts("priya", ts, present=False)
    await team.reacts("priya", ts)

    async def fresh() -> bool:
        return any("ticket_file" in str(m.get("blocks")) and m["ts"] != draft["ts"] for m in await team.thread(ts))

    await team.until(fresh, "a new draft")


async def test_undo_takes_the_card_back(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
    filed = await team.hears(ts, "Filed")
    await team.presses("priya", filed, "ticket_undo")
    await team.hears(ts, "Taken back")
    assert await team.cards_like(team.order) == []


async def test_direct_filing_needs_no_press_and_offers_undo(open_team: Any) -> None:
    async with open_team(LEADHAND_FILING="direct") as team:
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        filed = await team.hears(ts, "Filed")
        assert actions(filed) == {"ticket_undo"}
        (card,) = await team.cards_like(team.order)
        assert len(await team.thread(ts)) == 1
        await team.presses("priya", filed, "ticket_undo")
        await team.hears(ts, "Taken back")
        assert await team.cards_like(card["name"]) == []


async def test_only_approvers_may_decide_where_they_are_named(open_team: Any) -> None:
    async with open_team(LEADHAND_APPROVERS="U0PRIYA", LEADHAND_FILING="direct") as team:
        ts = await team.says("mira", team.report)
        await team.reacts("mira", ts)
        draft = await team.hears(ts, team.order)
        for action in ("ticket_file", "ticket_discard"):
            await team.presses("mira", draft, action)
        await team.whispers("mira", "LEADHAND_APPROVERS")
        assert await team.cards_like(team.order) == []
        await team.presses("priya", draft, "ticket_file")
        await team.hears(ts, "Filed")
