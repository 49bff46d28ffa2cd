"""A workspace or an emulator that lacks a method: a courtesy is left out, and a card is filed all the same."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOR_EVER = 10_000
COURTESIES = [
    "views.publish",
    "assistant.threads.setSuggestedPrompts",
    "reactions.add",
    "reactions.remove",
    "chat.getPermalink",
    "agents.sessions.setStatus",
    "conversations.info",
    "conversations.members",
    "users.info",
]
# Who belongs to a channel is no courtesy where Slack could tell.
SCOPED = [method for method in COURTESIES if method != "conversations.members"]
# Asked for only where another one is lacking, too.
SECOND_CHOICES = ["assistant.threads.setStatus", "chat.startStream"]


@pytest.fixture(scope="module")
def mode() -> str:
    """Methods are called in the same way in both."""
    return "socket"


async def lack(team: Any, method: str, kind: str = "unknown_method") -> None:
    await team.control("fault", target="slack", method=method, kind=kind, times=FOR_EVER)


async def file_a_ticket(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, team.order)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    assert len(await team.cards_like(team.order)) == 1


@pytest.mark.parametrize("method", COURTESIES)
async def test_without_it_the_main_flow_works(open_team: Any, method: str) -> None:
    async with open_team() as team:
        await lack(team, method)
        await team.opens_home("priya")
        await team.opens_home("priya", "messages")
        await file_a_ticket(team)
        channel = await team.talk_with_bot("priya")
        ts = await team.says("priya", "help")
        await team.hears(ts, "What I can do")
        team.channel = team.support
        await team.commands("mira", "/leadhand", "settings")
        await team.modal("mira")
        await team.quiet()
        log = (await team.get("/_control/log"))["log"]
        assert any(line["summary"] == f"{method}: unknown_method" for line in log), "it was never asked for"
        assert await team.parts.audit.entries(10, outcome="failed") == []
        assert channel


@pytest.mark.parametrize(
    ("kind", "methods"), [("unknown_method", COURTESIES + SECOND_CHOICES), ("missing_scope", SCOPED + SECOND_CHOICES)]
)
async def test_without_any_of_them_it_works_too(open_team: Any, kind: str, methods: list[str]) -> None:
    async with open_team() as team:
        for method in methods:
            await lack(team, method, kind)
        await team.opens_home("priya")
        await file_a_ticket(team)
        ts = await team.says("tomas", "@leadhand help")
        await team.hears(ts, "What I can do")
        await team.quiet()
        assert await team.parts.audit.entries(10, outcome="failed") == []


async def test_who_belongs_to_a_channel_is_not_guessed_where_slack_could_tell(open_team: Any) -> None:
    async with open_team() as team:
        await lack(team, "conversations.members", "missing_scope")
        ts = await team.says("mira", team.report)
        await team.reacts("priya", ts)
        await team.quiet()
        assert await team.cards_like(team.order) == []


async def test_a_home_that_slack_refused_is_shown_at_the_next_opening(open_team: Any) -> None:
    async with open_team() as team:
        await team.control("fault", target="slack", method="views.publish", kind="500")
        await team.opens_home("priya")
        await team.opens_home("priya")
        await team.home("priya", "What I can do")
