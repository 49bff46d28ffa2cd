"""App Home and direct messages: what one sees there, what one can say there, and who sees what."""

from typing import Any

import pytest

from tests.team import buttons, who

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_home_tells_of_drafts_cards_help_and_what_is_missing(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.opens_home("priya")
    waiting = await team.home("priya", "Draft: <")
    assert f"/archives/{team.support}/p{draft['ts'].replace('.', '')}" in waiting
    assert "asked for by <@U0PRIYA>" in waiting
    assert "LEADHAND_MODEL" in waiting, "the model is not set"
    assert "TRELLO_API_KEY" not in waiting, "the board is"
    assert "@leadhand file this" in waiting


async def test_home_changes_under_the_eyes_of_whoever_looks(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.opens_home("priya")
    await team.home("priya", draft["ts"].replace(".", ""))
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    await team.home("priya", card["shortUrl"])
    await team.presses("priya", await team.hears(ts, "Filed"), "ticket_undo")
    await team.home("priya", "Taken back: <")


async def test_who_never_looked_gets_no_home(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("wei", ts)
    await team.hears(ts, team.order)
    await team.quiet()
    homes = (await team.get("/_control/state"))["homes"]
    assert "U0WEI" not in {home["user"] for home in homes}


async def test_nobody_sees_the_drafts_of_a_channel_that_they_are_not_in(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("mira", ts)
    draft = await team.hears(ts, team.order)
    at = draft["ts"].replace(".", "")
    await team.opens_home("mira")
    await team.home("mira", at)
    await team.opens_home("ruth")
    assert at not in await team.home("ruth", "What I can do"), "Ruth is not in #support"


async def test_what_was_said_to_the_bot_directly_stays_between_the_two(team: Any) -> None:
    await team.talk_with_bot("jonas")
    ts = await team.says("jonas", f"ticket {team.report}")
    draft = await team.hears(ts, team.order)
    at = draft["ts"].replace(".", "")
    await team.opens_home("jonas")
    assert "a direct message" in await team.home("jonas", at)
    await team.opens_home("mira")
    assert at not in await team.home("mira", "What I can do")


async def test_a_draft_is_edited_and_filed_from_home(team: Any) -> None:
    draft = await drafted(team, "priya")
    await press_at_home(team, "priya", "ticket_edit", draft)
    window = await team.modal("priya")
    title = f"Export of order {team.order} hangs on Safari"
    await team.saves("priya", window, title=title)
    await team.home("priya", title)
    await press_at_home(team, "priya", "ticket_file", draft)
    await team.hears(draft["thread_ts"], "Filed")
    (card,) = await team.cards_like(team.order)
    assert card["name"] == title
    await team.home("priya", card["shortUrl"])


async def test_a_draft_is_discarded_from_home_and_late_presses_are_told(team: Any) -> None:
    draft = await drafted(team, "priya")
    stale = await home_button(team, "priya", "ticket_discard", draft)
    await team.presses("mira", draft, "ticket_file")
    await team.hears(draft["thread_ts"], "Filed")
    await interact_at_home(team, "priya", stale)
    await team.whispers("priya", "This is already filed")
    draft = await drafted(team, "priya")
    await press_at_home(team, "priya", "ticket_discard", draft)
    await team.hears(draft["thread_ts"], "discarded by")


async def test_home_opens_the_settings(team: Any) -> None:
    await team.opens_home("wei")
    await team.home("wei", "What I can do")
    await interact_at_home(team, "wei", {"type": "button", "action_id": "settings_open", "value": "home"})

    async def window() -> Any:
        views = (await team.get("/_control/state"))["views"]
        return [v for v in views if v["user"] == "U0WEI" and "Me" in str(v["view"]["blocks"])]

    await team.until(window, "the settings")


async def test_home_tells_what_was_asked_and_how_much(team: Any) -> None:
    team.channel = "C0DEV"
    ts = await team.says("tomas", "@leadhand how does the export work?")
    await team.until(lambda: team.thread(ts), "an answer")
    await team.quiet()
    await team.opens_home("tomas")
    home = await team.home("tomas", "How much I am used")
    assert "Today" in home
    assert "questions: " in home
    assert "model calls: 0" in home


async def drafted(team: Any, user: str) -> Any:
    """A draft that stands on the person's Home, with its buttons."""
    team.renew()
    ts = await team.says("mira", team.report)
    await team.reacts(user, ts)
    draft = await team.hears(ts, team.order)
    await team.opens_home(user)
    await team.home(user, draft["ts"].replace(".", ""))
    return draft


async def home_button(team: Any, user: str, action_id: str, draft: Any) -> Any:
    """The button on Home that belongs to the draft: what it carries begins with the draft's id."""
    draft_id = next(e["value"] for e in buttons(draft) if e["action_id"] == "ticket_file").partition(":")[0]

    async def found() -> Any:
        homes = (await team.get("/_control/state"))["homes"]
        view = next(home["view"] for home in homes if home["user"] == who(user))
        mine = [e for e in buttons(view) if e["action_id"] == action_id and e["value"].startswith(draft_id)]
        return mine[0] if mine else None

    return await team.until(found, f"{action_id} on Home")


async def press_at_home(team: Any, user: str, action_id: str, draft: Any) -> None:
    await interact_at_home(team, user, await home_button(team, user, action_id, draft))


async def interact_at_home(team: Any, user: str, button: Any) -> None:
    homes = (await team.get("/_control/state"))["homes"]
    view = next(home["view"] for home in homes if home["user"] == who(user))
    action = {"type": "button", "action_id": button["action_id"], "value": button["value"]}
    await team.control("interact", user=who(user), view_id=view["id"], action=action)


@pytest.mark.parametrize("said", ["help", "@leadhand help", "HELP"])
async def test_in_a_direct_message_no_name_is_needed(team: Any, said: str) -> None:
    await team.talk_with_bot("wei")
    ts = await team.says("wei", said)
    await team.hears(ts, "What I can do")
    await team.quiet()
    assert len(await team.thread(ts)) == 1


async def test_a_ticket_from_a_direct_message_is_filed_like_any_other(team: Any) -> None:
    await team.talk_with_bot("wei")
    ts = await team.says("wei", f"ticket {team.report}")
    draft = await team.hears(ts, team.order)
    await team.presses("wei", draft, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert team.report in card["desc"]


async def test_a_thread_in_a_direct_message_goes_on_there(team: Any) -> None:
    await team.talk_with_bot("ella")
    ts = await team.says("ella", team.report)
    await team.says("ella", "file this", thread=ts)
    draft = await team.hears(ts, team.order)
    assert draft["thread_ts"] == ts


async def test_a_reaction_in_a_direct_message_drafts_too(team: Any) -> None:
    await team.talk_with_bot("tomas")
    ts = await team.says("tomas", team.report)
    await team.reacts("tomas", ts)
    await team.until(lambda: team.thread(ts), "an answer")
    draft = await team.hears(ts, team.order)
    assert draft["thread_ts"] == ts


async def test_the_first_opening_of_the_messages_tab_offers_what_to_say(team: Any) -> None:
    channel = await team.talk_with_bot("sam")
    await team.opens_home("sam", "messages")

    async def offered() -> Any:
        return (await team.get("/_control/state"))["prompts"].get(channel)

    offer = await team.until(offered, "prompts")
    for prompt in offer["prompts"]:
        ts = await team.says("sam", prompt["message"])
        said = await team.hears(ts)
        assert "cannot answer" not in str(said)
    calls = len(await prompts_set(team, channel))
    await team.opens_home("sam", "messages")
    await team.opens_home("sam")
    await team.home("sam")
    assert len(await prompts_set(team, channel)) == calls == 1


async def prompts_set(team: Any, channel: str) -> list[Any]:
    log = (await team.get("/_control/log"))["log"]
    return [line for line in log if "setSuggestedPrompts" in line["summary"] and channel in str(line["detail"])]
