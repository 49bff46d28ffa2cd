"""Choosing settings in Slack: in words and in the window, by whoever may."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Mira created #support in the playground, Ruth is an admin, Priya is neither.


async def leadhand(team: Any, user: str, text: str, answer: str) -> str:
    await team.commands(user, "/leadhand", text)
    return str(await team.whispers(user, answer))


async def test_a_channels_creator_chooses_in_words(team: Any) -> None:
    await leadhand(team, "mira", "settings emoji :bug:, :beetle:", "Saved for this channel: `emoji` :bug:, :beetle:.")
    ts = await team.says("tomas", team.report)
    await team.reacts("priya", ts, "ticket")
    await team.reacts("priya", ts, "beetle")
    await team.hears(ts, team.order)
    await leadhand(team, "mira", "settings emoji :bug:, :beetle:", "it is so already")
    await leadhand(team, "mira", "settings emoji default", "`emoji` the default again")


@pytest.mark.parametrize(
    ("user", "text", "answer"),
    [
        ("priya", "settings emoji :bug:", "Only whoever created this channel"),
        ("priya", "mute", "Only whoever created this channel"),
        ("mira", "settings workspace filing direct", "Only admins and owners"),
        ("mira", "settings bots B123", "Only admins and owners"),
        ("mira", "settings colour red", "I know no setting 'colour'"),
        ("mira", "settings emoji nothing here!", "Name one to 10 emoji"),
        ("mira", "settings me muted on", "`muted` is chosen for this channel"),
    ],
)
async def test_who_may_not_and_what_makes_no_sense_is_said(team: Any, user: str, text: str, answer: str) -> None:
    await leadhand(team, user, text, answer)


async def test_everybody_chooses_for_themselves_and_admins_for_all(team: Any) -> None:
    await leadhand(team, "priya", "settings me language de", "Gespeichert für dich: `language` de.")
    await leadhand(team, "priya", "settings me language default", "Saved for you: `language` the default again.")
    team.channel = "C0GENERAL"
    await leadhand(team, "ruth", "settings workspace guests everything", "Saved for the whole workspace")
    await leadhand(team, "ruth", "settings workspace guests default", "Saved for the whole workspace")


async def test_muting_says_how_to_end_it(team: Any) -> None:
    await leadhand(team, "mira", "mute", "`/leadhand unmute` ends that")
    ts = await team.says("mira", "@leadhand help")
    await team.quiet()
    assert await team.thread(ts) == []
    await team.says("mira", "@leadhand unmute")
    await team.whispers("mira", "I am back in this channel")
    ts = await team.says("mira", "@leadhand help")
    await team.hears(ts, "What I can do")


async def test_opting_out_and_in(team: Any) -> None:
    await leadhand(team, "ella", "optout", "I read your messages no more")
    ts = await team.says("ella", team.report)
    await team.reacts("priya", ts)
    await team.whispers("priya", "has opted out")
    await team.says("ella", "@leadhand opt in")
    await team.whispers("ella", "I read your messages again")


async def test_the_window_shows_what_one_may_choose(team: Any) -> None:
    await team.commands("mira", "/leadhand", "settings")
    view = await window(team, "mira", "emoji")
    blocks = [block["block_id"] for block in view["blocks"]]
    assert {"scope", "emoji", "filing", "muted", "guests"} <= set(blocks)
    assert "Name one to 10 emoji" in str(await team.saves("mira", view, emoji="two words!"))
    await team.saves("mira", view, emoji=":beetle:", filing="direct")
    await team.whispers("mira", "`emoji` :beetle:, `filing` direct")
    ts = await team.says("tomas", team.report)
    await team.reacts("priya", ts, "beetle")
    await team.hears(ts, "Filed")
    await leadhand(team, "mira", "settings filing default", "`filing` the default again")
    await leadhand(team, "mira", "settings emoji default", "`emoji` the default again")


async def test_whoever_may_not_choose_sees_it_and_why(team: Any) -> None:
    await team.commands("priya", "/leadhand", "settings")
    view = await window(team, "priya", "Only whoever created this channel")
    assert "submit" not in view or not view["submit"]


async def test_without_windows_it_is_told_in_words(team: Any) -> None:
    await team.control("fault", target="slack", method="views.open", kind="unknown_method", times=1)
    assert "`muted` — Silent here: off" in await leadhand(team, "tomas", "settings", "What counts here")


async def window(team: Any, user: str, text: str) -> Any:
    async def filled() -> Any:
        view = await team.modal(user)
        return view if text in str(view["blocks"]) else None

    return await team.until(filled, f"a window with {text}")
