"""Tokens that end are renewed in time, by one process of many, and nothing is lost when it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.renewal import SPENT
from pipelines.core.errors import TellPerson, TryAgain

LARKSPUR = "T0LARKSPUR"
REFRESH = "oauth.v2.access"


@pytest.fixture
async def rotating(tenants: Any) -> Any:
    await tenants.control("app", token_rotation=True)
    return tenants


async def renewals(bot: Any, outcome: str = "done") -> int:
    return len(await bot.audit.entries(action="install.renew", outcome=outcome))


async def test_a_token_is_renewed_two_hours_before_its_end(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    client = (await bot.workspaces.of(LARKSPUR)).client
    before = client.token
    await bot.workspaces.renew_due()
    assert client.token != before, "whoever holds the client speaks with the new token"
    assert (await client.auth_test())["team_id"] == LARKSPUR
    assert await renewals(bot) == 1
    assert "xox" not in str(await bot.audit.entries())


async def test_of_many_who_renew_at_once_one_asks_slack(make_bot: Any, rotating: Any, database_url: str) -> None:
    """Two processes, twenty times each, on SQLite and on Postgres: the refresh token is spent once."""
    one, other = await make_bot(database_url), await make_bot(database_url)
    rotating.bot = one.installer.origin
    await rotating.installs(LARKSPUR)
    clients = [(await bot.workspaces.of(LARKSPUR)).client for bot in (one, other)]
    row = await one.installations.get(LARKSPUR)
    before = await rotating.calls(REFRESH)
    renewed = await asyncio.gather(*(bot.workspaces._renewal.renew(row) for bot in (one, other) for _ in range(20)))
    assert await rotating.calls(REFRESH) == before + 1
    assert len({found.tokens.token for found in renewed}) == 1
    assert renewed[0].tokens.token != row.tokens.token
    for client in clients:
        assert (await client.auth_test())["ok"], "the token before still counts"
    assert await renewals(one) == 1
    assert await renewals(one, "failed") == 0


async def test_two_processes_that_look_at_the_clock_at_once(make_bot: Any, rotating: Any, database_url: str) -> None:
    one, other = await make_bot(database_url), await make_bot(database_url)
    rotating.bot = one.installer.origin
    await rotating.installs(LARKSPUR)
    rounds = 6
    for _ in range(rounds):
        await asyncio.gather(*(bot.workspaces.renew_due() for bot in (one, other)))
    assert await renewals(one, "failed") == 0
    assert rounds <= await renewals(one) <= 2 * rounds
    for bot in (one, other):
        assert (await (await bot.workspaces.of(LARKSPUR)).client.auth_test())["ok"]


async def test_a_token_that_ran_out_is_renewed_within_the_call_and_the_post_made_once(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    workspace = await bot.workspaces.of(LARKSPUR)
    await rotating.control("expire-tokens", team=LARKSPUR)
    await rotating.control("join", channel="C0GENERAL", user=workspace.people.bot_user)
    await workspace.client.chat_postMessage(channel="C0GENERAL", text="said once")
    async with rotating.session.get(f"{rotating.url}/_control/messages/C0GENERAL") as answer:
        assert sum(m["text"] == "said once" for m in (await answer.json())["messages"]) == 1


async def test_after_a_long_night_no_event_waits_and_fifty_calls_renew_once(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    await rotating.control("expire-tokens", team=LARKSPUR)
    before = await rotating.calls(REFRESH)
    found = await asyncio.gather(*(bot.workspaces.of(LARKSPUR) for _ in range(50)))
    assert await rotating.calls(REFRESH) == before
    said = await asyncio.gather(*(one.client.auth_test() for one in found))
    assert {one["team_id"] for one in said} == {LARKSPUR}
    assert await rotating.calls(REFRESH) == before + 1


@pytest.mark.parametrize("fault", ["500", "429"])
async def test_a_passing_fault_is_told_and_tried_again(bot: Any, rotating: Any, fault: str) -> None:
    await rotating.installs(LARKSPUR)
    workspace = await bot.workspaces.of(LARKSPUR)
    await rotating.control("fault", target="slack", method=REFRESH, kind=fault, times=1)
    await bot.workspaces.renew_due()
    assert "Slack is not answering" in await bot.workspaces.remark()
    assert (await workspace.client.auth_test())["ok"], "the old one lasts for an hour still"
    await bot.workspaces.renew_due()
    assert await bot.workspaces.remark() == "1 workspace"
    assert await renewals(bot) == 1


async def test_a_lost_answer_costs_the_token_and_is_told(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    await bot.workspaces.of(LARKSPUR)
    await rotating.control("fault", target="slack", method=REFRESH, kind="lost_reply", times=1)
    await bot.workspaces.renew_due()
    await bot.workspaces.renew_due()
    assert SPENT in await bot.workspaces.remark()
    (entry,) = await bot.audit.entries(action="install.renew", outcome="failed")
    assert "invalid_refresh_token" in entry.reason
    assert (await (await bot.workspaces.of(LARKSPUR)).client.auth_test())["ok"]
    await rotating.control("expire-tokens", team=LARKSPUR)
    with pytest.raises(TellPerson, match="once more"):
        await (await bot.workspaces.of(LARKSPUR)).client.auth_test()
    await rotating.installs(LARKSPUR)
    assert (await (await bot.workspaces.of(LARKSPUR)).client.auth_test())["ok"]
    assert await bot.workspaces.remark() == "1 workspace"


async def test_whoever_died_in_the_middle_is_followed_when_the_claim_ends(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    row = await bot.installations.get(LARKSPUR)
    assert await bot.installations.claim(LARKSPUR, row.version, "the dead", 0.4)
    await bot.workspaces.renew_due()
    assert await renewals(bot) == 0
    renewed = await bot.workspaces._renewal.renew(row)
    assert renewed.version == row.version + 1


async def test_a_stop_in_the_middle_waits_for_the_new_token(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    row = await bot.installations.get(LARKSPUR)
    before = await rotating.calls(REFRESH)
    waiting = asyncio.create_task(bot.workspaces._renewal.renew(row))
    async with asyncio.timeout(5):
        while not bot.workspaces._renewal._running:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await bot.workspaces.close()
    assert await rotating.calls(REFRESH) == before + 1
    assert (await bot.installations.get(LARKSPUR)).version == row.version + 1


async def test_a_removed_app_is_not_renewed(bot: Any, rotating: Any) -> None:
    await rotating.installs(LARKSPUR)
    client = (await bot.workspaces.of(LARKSPUR)).client
    await rotating.control("uninstall", team=LARKSPUR)
    with pytest.raises((SlackApiError, TellPerson, TryAgain)):
        await client.auth_test()
    before = await rotating.calls(REFRESH)
    await bot.installations.remove(LARKSPUR)
    await bot.workspaces.renew_due()
    assert await rotating.calls(REFRESH) == before
