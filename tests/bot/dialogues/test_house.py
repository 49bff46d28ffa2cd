"""What was chosen counts: emoji, muted channels, filing at once, people who opted out."""

from typing import Any

import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def choose(team: Any) -> Any:
    """Chooses for the support channel, or for a person; everything is taken back afterwards."""
    taken = []

    async def chosen(name: str, value: Any, user: str = "") -> None:
        key = ("person", user, name) if user else ("channel", team.support, name)
        workspace = await team.parts.workspaces.of("")
        taken.append((workspace.team, key))
        await team.parts.house.choose(workspace.team, key, value, "U0RUTH")

    yield chosen
    for place, key in taken:
        await team.parts.house.choose(place, key, None, "U0RUTH")


async def test_a_channel_has_emoji_of_its_own(team: Any, choose: Any) -> None:
    await choose("emoji", ["bug", "beetle"])
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts, "ticket")
    await team.reacts("priya", ts, "beetle")
    await team.hears(ts, team.order)
    await team.quiet()
    drafts = await team.ended("ticket.draft", "drafted")
    assert [row.key.split(":")[4] for row in drafts] == ["beetle"]


async def test_in_a_muted_channel_only_commands_are_answered_in_private(team: Any, choose: Any) -> None:
    await choose("muted", True)
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    asked = await team.says("mira", "@leadhand help")
    await team.ended("ticket.draft", "ignored")
    await team.ended("help.help", "ignored")
    assert await team.thread(ts) == await team.thread(asked) == []
    await team.commands("mira", "/leadhand", "help")
    await team.whispers("mira", "What I can do")
    await team.commands("mira", "/ticket", team.report)
    await team.whispers("mira", "I am muted in this channel")
    assert not any(team.order in str(m) for m in await team.messages() if m.get("user") == team.bot)


async def test_a_channel_may_file_at_once(team: Any, choose: Any) -> None:
    await choose("filing", "direct")
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.hears(ts, "Filed")
    assert len(await team.cards_like(team.order)) == 1


async def test_who_opted_out_is_not_read(team: Any, choose: Any) -> None:
    await choose("opted_out", True, "U0MIRA")
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.whispers("priya", "has opted out")
    await team.says("tomas", "The invoice page of order 77 shows a blank screen in Firefox 131", thread=ts)
    await team.says("tomas", "@leadhand file this", thread=ts)
    draft = await team.hears(ts, "invoice")
    assert team.order not in str(draft)
    await choose("opted_out", None, "U0MIRA")
    again = await team.says("mira", team.report)
    await team.reacts("priya", again)
    await team.hears(again, team.order)
