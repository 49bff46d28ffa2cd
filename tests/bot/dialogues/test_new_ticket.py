"""A ticket from anywhere in Slack: the global shortcut and App Home open a window to write it in."""

from typing import Any

import pytest

from tests.team import who

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def window(team: Any, user: str) -> Any:
    await team.control("shortcut", callback_id="ticket_new", user=who(user))
    return await team.modal(user)


async def drafts_of(team: Any) -> list[Any]:
    return [m for m in await team.messages() if m.get("user") == team.bot and team.order in str(m)]


async def test_what_is_written_becomes_a_draft_in_the_chosen_channel(team: Any) -> None:
    view = await window(team, "priya")
    assert view["title"]["text"] == "New ticket"
    said = await team.saves("priya", view, words=team.report, where=team.support)
    assert "errors" not in said
    (draft,) = await team.until(lambda: drafts_of(team), "the draft")
    assert "<@U0PRIYA>" in str(draft["blocks"])
    await team.presses("mira", draft, "ticket_file")
    (card,) = await team.until(lambda: team.cards_like(team.order), "the card")
    assert team.report in card["desc"]


async def test_a_channel_that_one_is_not_in_or_the_bot_is_not_in_is_refused_at_once(team: Any) -> None:
    view = await window(team, "ruth")
    assert "Join the channel" in str(await team.saves("ruth", view, words=team.report, where=team.support))
    assert "Invite me there" in str(await team.saves("ruth", view, words=team.report, where="C0LEADS"))
    assert "Write a few words" in str(await team.saves("ruth", view, words="   ", where="C0PRODUCT"))
    await team.saves("ruth", view, words=team.report, where="C0PRODUCT")
    team.channel = "C0PRODUCT"
    await team.until(lambda: drafts_of(team), "the draft in #product")


async def test_home_opens_the_window_too(team: Any) -> None:
    await team.opens_home("tomas")
    await team.home("tomas", "New ticket")
    homes = (await team.get("/_control/state"))["homes"]
    view = next(home["view"] for home in homes if home["user"] == who("tomas"))
    action = {"type": "button", "action_id": "ticket_new", "value": "home"}
    await team.control("interact", user=who("tomas"), view_id=view["id"], action=action)
    assert (await team.modal("tomas"))["callback_id"] == "ticket_new"
