"""Looking up what one reported and what there is, each for the eyes of whoever may see it."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def mode() -> str:
    return "socket"


async def drafted(team: Any, author: str, asker: str) -> Any:
    ts = await team.says(author, team.report)
    await team.reacts(asker, ts)
    return await team.hears(ts, team.order)


async def test_what_i_reported_and_where_it_is_now(team: Any) -> None:
    draft = await drafted(team, "mira", "priya")
    await team.commands("mira", "/ticket", "mine")
    told = await team.whispers("mira", draft["ts"].replace(".", ""))
    assert told.startswith("What you reported")
    assert "Draft: <" in told
    assert "asked for by <@U0PRIYA>" in told, "Mira wrote it, Priya asked for the ticket"
    await team.presses("priya", draft, "ticket_file")
    await team.hears(draft["thread_ts"], "Filed")
    (card,) = await team.cards_like(team.order)
    await team.drags("wei", card, "Doing")
    await team.commands("priya", "/ticket", "Mine")
    told = await team.whispers("priya", card["shortUrl"])
    assert "in the list *Doing*" in told, "as it is on the board, whatever the thread heard"
    assert "Filed: <" in told


async def test_the_words_find_it_and_only_for_people_of_its_channel(team: Any) -> None:
    draft = await drafted(team, "mira", "mira")
    at = draft["ts"].replace(".", "")
    await team.commands("wei", "/ticket", f"search SAFARI {team.order}")
    told = await team.whispers("wei", at)
    assert told.count("asked for by") == 1
    assert f"> SAFARI {team.order}" in told
    await team.talk_with_bot("ruth")
    ts = await team.says("ruth", f"search {team.order}")
    assert "find nothing" in (await team.hears(ts))["blocks"][0]["text"]["text"], "Ruth is not in #support"


async def test_what_was_said_to_the_bot_directly_is_found_by_that_person_alone(team: Any) -> None:
    await team.talk_with_bot("jonas")
    ts = await team.says("jonas", f"ticket {team.report}")
    draft = await team.hears(ts, team.order)
    at = draft["ts"].replace(".", "")
    ts = await team.says("jonas", f"search {team.order}")
    await team.hears(ts, at)
    ts = await team.says("jonas", "my tickets")
    await team.hears(ts, at)
    team.channel = team.support
    await team.commands("mira", "/ticket", f"search {team.order}")
    await team.whispers("mira", f"> {team.order}")
    assert at not in await team.whispers("mira", "find nothing")


async def test_a_mention_in_a_channel_is_answered_in_private(team: Any) -> None:
    draft = await drafted(team, "mira", "mira")
    ts = await team.says("mira", f"@leadhand search {team.order}")
    await team.whispers("mira", draft["ts"].replace(".", ""))
    await team.quiet()
    assert await team.thread(ts) == []


async def test_many_are_counted_and_none_without_words(team: Any) -> None:
    for _ in range(11):
        await drafted(team, "wei", "tomas")
        team.renew()
    await team.commands("tomas", "/ticket", "mine")
    told = await team.whispers("tomas", "more.")
    assert told.count("asked for by <@U0TOMAS>") == 10
    assert "And 1 more." in told
    await team.commands("tomas", "/ticket", "search")
    await team.whispers("tomas", "Tell me the words")


async def test_a_report_that_begins_with_mine_is_a_report(team: Any) -> None:
    await team.commands("jonas", "/ticket", f"mine fails: {team.report}")
    await team.ended("ticket.draft", "drafted")


async def test_a_board_that_is_away_does_not_keep_the_answer(team: Any) -> None:
    draft = await drafted(team, "mira", "ella")
    await team.presses("ella", draft, "ticket_file")
    await team.hears(draft["thread_ts"], "Filed")
    (card,) = await team.cards_like(team.order)
    await team.control("fault", target="trello", method="GET /1/cards", kind="500", times=1, after=0)
    await team.commands("ella", "/ticket", "mine")
    assert "in the list *" in await team.whispers("ella", card["shortUrl"])
