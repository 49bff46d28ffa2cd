"""Whatever is delivered how often, by whomever, the effect is one."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def filed(team: Any, ts: str) -> dict[str, Any]:
    await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
    return dict(await team.hears(ts, "Filed"))


@pytest.mark.parametrize("other_id", [False, True], ids=["same event id", "another event id"])
async def test_every_event_delivered_again_has_one_effect(team: Any, other_id: bool) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.control("redeliver", last=True, new_event_id=other_id)
    await team.hears(ts, team.order)
    await team.control("redeliver", last=True, new_event_id=other_id)
    await team.quiet()
    assert len(await team.thread(ts)) == 1

    mention = await team.says("tomas", "@leadhand ticket the search box eats umlauts in version 3.9.1")
    for _ in range(3):
        await team.control("redeliver", last=True, new_event_id=other_id)
    await team.hears(mention, "umlauts")
    await team.quiet()
    assert len(await team.thread(mention)) == 1


async def test_two_people_reacting_get_one_draft(team: Any) -> None:
    ts = await team.says("mira", team.report)
    for person in ("priya", "tomas", "ella"):
        await team.reacts(person, ts)
    await team.hears(ts, team.order)
    await team.ended("ticket.draft", "known", at_least=2)
    assert len(await team.thread(ts)) == 1


async def test_file_pressed_twice_and_by_two_makes_one_card(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    for person in ("priya", "priya", "tomas"):
        await team.presses(person, draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.ended("ticket.file", "refused", at_least=2)
    assert len(await team.cards_like(team.order)) == 1
    assert len(await team.thread(ts)) == 1


@pytest.mark.parametrize("kind", ["lost_reply", "500", "429", "drop"])
async def test_a_fault_while_the_card_is_created_makes_one_card(team: Any, kind: str) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.control("fault", target="trello", method="POST /1/cards", kind=kind, times=1, after=0)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.quiet()
    assert len(await team.cards_like(team.order)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lost_reply", "500", "429", "drop"])
@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.replies"])
async def test_a_fault_while_the_draft_is_posted_posts_one_draft(team: Any, kind: str, method: str) -> None:
    await team.control("fault", target="slack", method=method, kind=kind, times=2, after=0)
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, team.order)
    await team.quiet()
    assert len(await team.thread(ts)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lost_reply", "500"])
async def test_a_fault_while_the_link_is_shown_shows_it_still(team: Any, kind: str) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.control("fault", target="slack", method="chat.update", kind=kind, times=2, after=0)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.quiet()
    assert len(await team.thread(ts)) == 1
    assert len(await team.cards_like(team.order)) == 1


@pytest.mark.slow
async def test_a_long_outage_of_the_board_is_said_in_the_draft_and_ends_in_one_card(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.control("fault", target="trello", method="", kind="500", times=9, after=0)
    await team.presses("priya", draft, "ticket_file")
    waiting = await team.hears(ts, "I keep trying")
    assert waiting["ts"] == draft["ts"]
    assert "ticket_file" not in str(waiting["blocks"])
    await team.hears(ts, "Filed")
    assert len(await team.cards_like(team.order)) == 1


async def test_card_moves_reported_twice_are_told_once(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await filed(team, ts)
    (card,) = await team.cards_like(team.order)
    await team.drags("tomas", card, "Done")
    await team.hears(ts, "Done")
    await team.process.watch.ask()
    await team.quiet()
    assert len(await team.thread(ts)) == 2
