"""A workspace installs the app on two pages: what goes right, and everything that may go wrong on the way."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import pytest

from bot.manifest import load, scopes_of
from bot.slack.install import USED
from tests.tenants import a_browser

LARKSPUR = "T0LARKSPUR"
SCOPES = set(scopes_of(load()))
# One that ran out or was never given looks the same.
OTHER_WAYS_BACK: dict[str, dict[str, str]] = {
    "cancelled": {"error": "access_denied"},
    "no state": {"code": "some"},
    "nothing": {},
    "a state of somebody's own making": {"code": "some", "state": "gAAAAABm" + "A" * 60},
    "no text": {"code": "some", "state": "\x00\ud7ff%%%"},
    "a long one": {"code": "some", "state": "s" * 6000},
}


async def test_the_page_leads_to_slack_with_a_state_and_a_cookie(bot: Any, tenants: Any) -> None:
    async with a_browser() as browser:
        page = await tenants.starts(browser)
        (cookie,) = browser.cookie_jar
    assert str(page).startswith(f"{tenants.url}/oauth/v2/authorize?")
    assert page.query["client_id"] == "1000.2000"
    assert set(page.query["scope"].split(",")) == SCOPES
    assert page.query["redirect_uri"] == f"{tenants.bot}/slack/oauth_redirect"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/slack", "600")
    assert cookie.value not in page.query["state"]


async def test_over_https_the_cookie_is_for_https_alone(bot: Any, tenants: Any) -> None:
    tenants.bot, bot.installer.origin = bot.installer.origin, "https://bot.example"
    async with tenants.session.get(f"{tenants.bot}/slack/install", allow_redirects=False) as answer:
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "https%3A%2F%2Fbot.example" in answer.headers["Location"] or "https://bot.example" in str(
            answer.headers["Location"]
        )


async def test_an_install_is_kept_told_and_recorded(bot: Any, tenants: Any) -> None:
    made = await tenants.opens("Harbour Prints <b>")
    team = made["team"]["id"]
    status, said = await tenants.installs(team)
    assert (status, "Harbour Prints &lt;b&gt;" in said) == (200, True), said
    assert "xox" not in said
    row = await bot.installations.get(team)
    assert row.bot_user
    assert row.bot_id
    assert row.url.startswith("http")
    assert set(row.scopes.split(",")) == SCOPES
    workspace = await bot.workspaces.of(team)
    assert (await workspace.client.auth_test())["team_id"] == team
    assert workspace.people.bot_user == row.bot_user
    (entry,) = await bot.audit.entries(action="install.add")
    assert (entry.target, entry.outcome, entry.actor) == (team, "installed", row.installed_by)
    assert "xox" not in str(entry)


async def test_installing_again_updates_and_is_served_at_once(bot: Any, tenants: Any) -> None:
    await tenants.control("app", token_rotation=True)
    await tenants.installs(LARKSPUR)
    before = (await bot.workspaces.of(LARKSPUR)).client.token
    assert (await tenants.installs(LARKSPUR))[0] == 200
    after = (await bot.workspaces.of(LARKSPUR)).client.token
    assert before != after
    assert [entry.outcome for entry in await bot.audit.entries(action="install.add")] == [
        "installed again",
        "installed",
    ]
    assert await bot.installations.count() == 1


async def test_a_workspace_that_was_asked_for_too_early_is_served_as_soon_as_it_installs(
    bot: Any, tenants: Any
) -> None:
    with pytest.raises(Exception, match="not installed"):
        await bot.workspaces.of(LARKSPUR)
    await tenants.installs(LARKSPUR)
    assert (await bot.workspaces.of(LARKSPUR)).team == LARKSPUR


@pytest.mark.parametrize("query", OTHER_WAYS_BACK.values(), ids=OTHER_WAYS_BACK.keys())
async def test_a_way_back_that_slack_did_not_lead(bot: Any, tenants: Any, query: dict[str, str]) -> None:
    async with a_browser() as browser:
        await tenants.starts(browser)
        async with browser.get(f"{tenants.bot}/slack/oauth_redirect", params=query) as answer:
            said = await answer.text()
    assert answer.status == 400
    assert "Start again" in said
    assert "some" not in said
    assert await bot.installations.count() == 0
    assert await tenants.calls("oauth.v2.access") == 0


async def test_the_state_is_good_in_its_own_browser_alone(bot: Any, tenants: Any) -> None:
    async with a_browser() as victim, a_browser() as stranger, a_browser() as nobody:
        back = await tenants.consents(await tenants.starts(stranger), LARKSPUR)
        await tenants.starts(victim)
        for browser in (victim, nobody):
            status, said = await tenants.ends(browser, back)
            assert (status, "not started in this browser" in said) == (400, True)
        assert await tenants.calls("oauth.v2.access") == 0
        assert (await tenants.ends(stranger, back))[0] == 200


async def test_the_state_is_good_once_and_the_code_too(bot: Any, tenants: Any) -> None:
    async with a_browser() as browser:
        page = await tenants.starts(browser)
        back = await tenants.consents(page, LARKSPUR)
        assert (await tenants.ends(browser, back))[0] == 200
        status, said = await tenants.ends(browser, back)
        assert (status, USED in said) == (400, True)
        fresh = (await tenants.starts(browser)).query["state"]
        status, said = await tenants.ends(browser, back.update_query({"state": fresh}))
        assert (status, "used already or ran out" in said.replace("&#x27;", "'")) == (400, True), said
    assert [entry.outcome for entry in await bot.audit.entries(action="install.add")] == ["installed"]


async def test_two_tabs_of_one_browser_both_get_there(bot: Any, tenants: Any) -> None:
    async with a_browser() as browser:
        one, other = await tenants.starts(browser), await tenants.starts(browser)
        assert (await tenants.ends(browser, await tenants.consents(one, LARKSPUR)))[0] == 200
        assert (await tenants.ends(browser, await tenants.consents(other, LARKSPUR)))[0] == 200


async def test_it_must_be_done_in_ten_minutes(bot: Any, tenants: Any) -> None:
    async with a_browser() as browser:
        back = await tenants.consents(await tenants.starts(browser), LARKSPUR)
        with patch("cryptography.fernet.time.time", return_value=time.time() + 601):
            status, said = await tenants.ends(browser, back)
    assert (status, "more than ten minutes ago" in said) == (400, True)


async def test_cancelling_installs_nothing(bot: Any, tenants: Any) -> None:
    async with a_browser() as browser:
        back = await tenants.consents(await tenants.starts(browser), LARKSPUR, allow=False)
        status, said = await tenants.ends(browser, back)
    assert (status, "Nothing was installed" in said) == (400, True)


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [("500", 503, "again in a minute"), ("429", 503, "again in a minute"), ("lost_reply", 503, "again in a minute")],
)
async def test_slack_that_does_not_answer(bot: Any, tenants: Any, fault: str, status: int, words: str) -> None:
    await tenants.control("fault", target="slack", method="oauth.v2.access", kind=fault, times=1)
    found, said = await tenants.installs(LARKSPUR)
    assert (found, words in said) == (status, True), said
    assert (await tenants.installs(LARKSPUR))[0] == 200


async def test_when_auth_test_fails_the_install_stands_and_is_completed_at_the_first_use(
    bot: Any, tenants: Any
) -> None:
    await tenants.control("fault", target="slack", method="auth.test", kind="500", times=1)
    assert (await tenants.installs(LARKSPUR))[0] == 200
    row = await bot.installations.get(LARKSPUR)
    assert (row.bot_id, bool(row.bot_user)) == ("", True)
    people = (await bot.workspaces.of(LARKSPUR)).people
    assert people.bot_id
    assert people.url


async def test_a_wrong_client_secret_is_the_operators_matter(make_bot: Any, tenants: Any, sqlite_url: str) -> None:
    bot = await make_bot(sqlite_url, SLACK_CLIENT_SECRET="not the one")
    tenants.bot = bot.installer.origin
    status, said = await tenants.installs(LARKSPUR)
    assert (status, "SLACK_CLIENT_SECRET" in said, "not the one" in said) == (400, True, False)


async def test_the_workspace_of_the_settings_keeps_its_token_though_it_is_not_listed(
    make_bot: Any, tenants: Any, sqlite_url: str
) -> None:
    bot = await make_bot(sqlite_url, LEADHAND_WORKSPACES="T0OTHER", SLACK_BOT_TOKEN="xoxb-playground")
    await bot.workspaces.check()
    tenants.bot = bot.installer.origin
    assert (await tenants.installs(LARKSPUR))[0] == 400
    assert (await (await bot.workspaces.of(LARKSPUR)).client.auth_test())["ok"]


async def test_a_workspace_that_is_not_listed_loses_the_app_again(make_bot: Any, tenants: Any, sqlite_url: str) -> None:
    bot = await make_bot(sqlite_url, LEADHAND_WORKSPACES=f"T0OTHER, {LARKSPUR}")
    tenants.bot = bot.installer.origin
    team = (await tenants.opens("Harbour Prints"))["team"]["id"]
    status, said = await tenants.installs(team)
    assert (status, "does not serve this workspace" in said) == (400, True)
    assert not await tenants.is_installed(team)
    assert await bot.installations.get(team) is None
    assert (await tenants.installs(LARKSPUR))[0] == 200
