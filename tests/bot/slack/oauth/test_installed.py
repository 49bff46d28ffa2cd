"""Many workspaces in memory: each with its own token, looked up again when Slack refuses it or it goes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.slack.installed import NOT_INSTALLED, UNREADABLE
from pipelines.core.errors import TellPerson, TryAgain
from storage.sealing import make_key
from tests.statements import counted
from tests.tenants import KEY

LARKSPUR = "T0LARKSPUR"


async def two(tenants: Any) -> tuple[str, str]:
    """Two workspaces with the app in them."""
    other = (await tenants.opens("Harbour Prints"))["team"]["id"]
    for team in (LARKSPUR, other):
        assert (await tenants.installs(team))[0] == 200
    return LARKSPUR, other


async def test_each_workspace_is_answered_with_its_own_token(bot: Any, tenants: Any) -> None:
    teams = await two(tenants)
    for team in teams:
        workspace = await bot.workspaces.of(team)
        assert (await workspace.client.auth_test())["team_id"] == team == workspace.people.team
    assert await bot.workspaces.teams() == sorted(teams)
    assert await bot.workspaces.remark() == "2 workspaces"


async def test_what_was_looked_up_once_costs_no_call_and_no_statement(bot: Any, tenants: Any) -> None:
    teams = await two(tenants)
    for team in teams:
        await bot.workspaces.of(team)
    calls = await tenants.calls("auth.test")
    with counted(bot.database) as statements:
        for number in range(200):
            await bot.workspaces.of(teams[number % 2])
    assert statements == []
    assert await tenants.calls("auth.test") == calls


async def test_a_workspace_that_is_not_installed_is_not_looked_up_for_each_event(bot: Any) -> None:
    with counted(bot.database) as statements:
        for _ in range(200):
            with pytest.raises(TellPerson, match="not installed"):
                await bot.workspaces.of("T0STRANGER")
    assert sum("installation" in statement for statement in statements) == 1


async def test_the_workspace_of_the_settings_is_served_beside_the_others(
    make_bot: Any, tenants: Any, sqlite_url: str
) -> None:
    bot = await make_bot(sqlite_url, SLACK_BOT_TOKEN="xoxb-playground")
    tenants.bot = bot.installer.origin
    await bot.workspaces.check()
    other = (await tenants.opens("Harbour Prints"))["team"]["id"]
    await tenants.installs(other)
    assert (await bot.workspaces.of(LARKSPUR)).client.token == "xoxb-playground"
    assert (await bot.workspaces.of(other)).client.token != "xoxb-playground"
    assert set(await bot.workspaces.teams()) == {LARKSPUR, other}
    with pytest.raises(TellPerson):
        await bot.workspaces.of("T0STRANGER")


async def test_a_removed_workspace_is_not_served_and_the_other_is(bot: Any, tenants: Any) -> None:
    gone, stays = await two(tenants)
    for team in (gone, stays):
        await bot.workspaces.of(team)
    await tenants.control("uninstall", team=gone)
    await bot.workspaces.removed(gone, time.time() + 60)
    with pytest.raises(TellPerson) as refusal:
        await bot.workspaces.of(gone)
    assert refusal.value.words == NOT_INSTALLED
    assert (await bot.workspaces.of(stays)).team == stays
    assert (await bot.installations.get(gone)).tokens is None
    await bot.workspaces.removed(gone, time.time() + 60)
    assert len(await bot.audit.entries(action="install.remove")) == 1
    await tenants.installs(gone)
    assert (await (await bot.workspaces.of(gone)).client.auth_test())["team_id"] == gone


async def test_late_news_of_a_removal_does_not_undo_the_next_install(bot: Any, tenants: Any) -> None:
    await tenants.installs(LARKSPUR)
    await bot.workspaces.removed(LARKSPUR, time.time() - 300)
    await bot.workspaces.removed(LARKSPUR, 0.0)
    assert (await bot.workspaces.of(LARKSPUR)).team == LARKSPUR
    await tenants.control("uninstall", team=LARKSPUR)
    for fault in ("500", "429", "lost_reply"):
        await tenants.control("fault", target="slack", method="auth.test", kind=fault, times=1)
        with pytest.raises(TryAgain):
            await bot.workspaces.removed(LARKSPUR, 0.0)
        assert not (await bot.installations.get(LARKSPUR)).removed_at
    await bot.workspaces.removed(LARKSPUR, 0.0)
    assert (await bot.installations.get(LARKSPUR)).removed_at


async def test_a_process_learns_from_slacks_refusal_what_another_one_did(
    make_bot: Any, tenants: Any, sqlite_url: str
) -> None:
    one, other = await make_bot(sqlite_url), await make_bot(sqlite_url)
    tenants.bot = one.installer.origin
    await tenants.installs(LARKSPUR)
    stale = (await other.workspaces.of(LARKSPUR)).client
    await tenants.control("uninstall", team=LARKSPUR)
    await one.workspaces.removed(LARKSPUR, time.time() + 60)
    with pytest.raises(SlackApiError):
        await stale.auth_test()
    with pytest.raises(TellPerson):
        await other.workspaces.of(LARKSPUR)
    await tenants.installs(LARKSPUR)
    # The other process forgets after two seconds by itself that there was nothing.
    other.workspaces.forget(LARKSPUR)
    assert (await (await other.workspaces.of(LARKSPUR)).client.auth_test())["ok"]


async def test_a_token_that_was_replaced_elsewhere_is_taken_up_within_the_call(
    make_bot: Any, tenants: Any, sqlite_url: str
) -> None:
    one, other = await make_bot(sqlite_url), await make_bot(sqlite_url)
    tenants.bot = one.installer.origin
    await tenants.installs(LARKSPUR)
    client = (await other.workspaces.of(LARKSPUR)).client
    await tenants.control("uninstall", team=LARKSPUR)
    await tenants.installs(LARKSPUR)
    before = await tenants.calls("auth.test")
    assert (await client.auth_test())["team_id"] == LARKSPUR
    assert await tenants.calls("auth.test") == before + 2


async def test_a_token_that_slack_refuses_is_told(bot: Any, tenants: Any) -> None:
    await tenants.installs(LARKSPUR)
    client = (await bot.workspaces.of(LARKSPUR)).client
    await tenants.control("uninstall", team=LARKSPUR)
    with pytest.raises(SlackApiError):
        await client.auth_test()
    assert "Slack refuses my token (account_inactive)" in await bot.workspaces.remark()
    await tenants.installs(LARKSPUR)
    await bot.workspaces.of(LARKSPUR)
    assert await bot.workspaces.remark() == "1 workspace"


async def test_a_database_that_does_not_answer_is_told_and_not_taken_for_an_empty_one(bot: Any) -> None:
    async with bot.database.begin() as session:
        await session.execute(text("ALTER TABLE installation RENAME TO elsewhere"))
    assert await bot.workspaces.remark() == "The installations cannot be read."
    with pytest.raises(SQLAlchemyError):
        await bot.workspaces.of(LARKSPUR)
    async with bot.database.begin() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO installation"))
    with pytest.raises(TellPerson):
        await bot.workspaces.of(LARKSPUR)


async def test_a_new_key_takes_over_at_the_start(make_bot: Any, tenants: Any, sqlite_url: str) -> None:
    before = await make_bot(sqlite_url)
    tenants.bot = before.installer.origin
    await tenants.installs(LARKSPUR)
    new = make_key()
    between = await make_bot(sqlite_url, LEADHAND_SIGNING_KEYS=f"{new}, {KEY}")
    await between.workspaces.open()
    after = await make_bot(sqlite_url, LEADHAND_SIGNING_KEYS=new)
    assert (await (await after.workspaces.of(LARKSPUR)).client.auth_test())["ok"]
    late = await make_bot(sqlite_url)
    with pytest.raises(TellPerson) as refusal:
        await late.workspaces.of(LARKSPUR)
    assert refusal.value.words == UNREADABLE
    assert UNREADABLE in await late.workspaces.remark()
