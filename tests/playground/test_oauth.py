"""Installing by OAuth as Slack does it: consent, codes, tokens that rotate, and their ends."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.playground.credentials import Credentials
from bot.playground.server import Playground, start
from bot.playground.timing import Timing

CLIENT_ID, CLIENT_SECRET = Credentials().client_id, Credentials().client_secret
CONFIG_TOKEN = Credentials().config_token
BACK = "http://127.0.0.1:1/slack/oauth_redirect"
ASKED = {"client_id": CLIENT_ID, "scope": "chat:write,commands", "state": "s 1&2", "redirect_uri": BACK}
APP = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def consent(driver: Any, **changed: str) -> str:
    return str(URL(f"{driver.url}/oauth/v2/authorize").with_query({**ASKED, **changed}))


@pytest.fixture
async def second(driver: Any) -> Any:
    """A second workspace, where the app is not installed."""
    return await driver.act("workspace", name="Harbour Prints")


@pytest.fixture
async def install(driver: Any) -> Any:
    """Installs by control and redeems the code; the answer of oauth.v2.access."""

    async def go(team: str | None = None, **asked: str) -> Any:
        decided = await driver.act("install", url=consent(driver, **asked), **({"team": team} if team else {}))
        assert decided["ok"], decided
        return await driver.call("oauth.v2.access", token="", code=decided["code"], redirect_uri=BACK, **APP)

    return go


async def test_the_page_asks_and_leads_back_with_code_and_state(driver: Any, second: Any) -> None:
    async with driver.session.get(consent(driver, state='"><script>')) as page:
        shown = await page.text()
        assert page.status == 200
        assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "<script>" not in shown
    assert "chat:write" in shown
    assert "127.0.0.1" in shown
    assert set(re.findall(r"<option[^>]*>([^<]+)", shown)) == {"Larkspur Bikes", "Harbour Prints"}
    for decision, found in (("allow", "code"), ("deny", "error")):
        form = {**ASKED, "team": second["team"]["id"], "decision": decision}
        async with driver.session.post(f"{driver.url}/oauth/v2/authorize", data=form, allow_redirects=False) as answer:
            assert answer.status == 302
            back = URL(answer.headers["Location"])
        assert str(back.with_query(None)) == BACK
        assert back.query["state"] == ASKED["state"]
        assert found in back.query
    assert back.query["error"] == "access_denied"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"client_id": "9.9"}, "client_id"),
        ({"scope": ""}, "no scopes"),
        ({"redirect_uri": ""}, "redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
    ],
)
async def test_the_page_refuses_what_slack_refuses(driver: Any, changed: dict[str, str], words: str) -> None:
    async with driver.session.get(consent(driver, **changed)) as page:
        assert page.status == 400
        assert words in await page.text()
    assert words.rsplit(maxsplit=1)[-1] in str(await driver.act("install", url=consent(driver, **changed)))


async def test_a_code_becomes_a_token_of_its_workspace_once(driver: Any, second: Any) -> None:
    team = second["team"]["id"]
    decided = await driver.act("install", url=consent(driver), team=team)
    asked = {"code": decided["code"], "redirect_uri": BACK, **APP}
    for changed, code in (
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "bad_redirect_uri"),
        ({"redirect_uri": ""}, "bad_redirect_uri"),
        ({"code": "made-up"}, "invalid_code"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ):
        assert await driver.call("oauth.v2.access", token="", **{**asked, **changed}) == {"ok": False, "error": code}
    given = await driver.call("oauth.v2.access", token="", **asked)
    assert given["team"] == {"id": team, "name": "Harbour Prints"}
    assert given["scope"] == "chat:write,commands"
    assert given["token_type"] == "bot"
    assert given["enterprise"] is None
    assert "refresh_token" not in given
    assert given["authed_user"]["id"] in {user["id"] for user in second["users"]}
    assert (await driver.call("oauth.v2.access", token="", **asked))["error"] == "invalid_code"
    who = await driver.call("auth.test", token=given["access_token"])
    assert (who["team_id"], who["user_id"], who["team"]) == (team, given["bot_user_id"], "Harbour Prints")
    refused = await driver.call("reactions.add", token=given["access_token"], channel="C1", name="x", timestamp="1")
    assert refused == {"ok": False, "error": "missing_scope", "needed": "reactions:write", "provided": given["scope"]}
    log = str((await driver.read("log"))["log"])
    assert given["access_token"] not in log
    assert CLIENT_SECRET not in log


async def test_a_code_waits_ten_minutes_at_most(tmp_path: Path, drive: Any) -> None:
    running = await start("127.0.0.1", 0, tmp_path / "p.db", timing=Timing(code=0.0))
    driver = drive(running.url)
    decided = await driver.act("install", url=consent(driver))
    late = await driver.call("oauth.v2.access", token="", code=decided["code"], redirect_uri=BACK, **APP)
    await running.close()
    assert late["error"] == "invalid_code"


async def test_a_second_install_keeps_the_lasting_token_and_adds_scopes(install: Any, second: Any) -> None:
    team = second["team"]["id"]
    first = await install(team)
    again = await install(team, scope="reactions:write")
    assert again["access_token"] == first["access_token"]
    assert again["scope"] == "chat:write,commands,reactions:write"
    assert (await install())["access_token"] == Credentials().bot_token


async def test_rotating_tokens_run_out_and_refresh_once(driver: Any, install: Any, second: Any) -> None:
    team = second["team"]["id"]
    await driver.act("app", token_rotation=True)
    given = await install(team)
    assert given["expires_in"] == 43200
    assert given["access_token"].startswith("xoxe.xoxb-")
    assert given["refresh_token"].startswith("xoxe-1-")
    asked = {"grant_type": "refresh_token", **APP}
    fresh = await driver.call("oauth.v2.access", token="", refresh_token=given["refresh_token"], **asked)
    assert fresh["ok"], fresh
    assert fresh["access_token"] != given["access_token"]
    again = await driver.call("oauth.v2.access", token="", refresh_token=given["refresh_token"], **asked)
    assert again["error"] == "invalid_refresh_token"
    # Two are live: the one before may still be on its way.
    for token in (given["access_token"], fresh["access_token"]):
        assert (await driver.call("auth.test", token=token))["ok"]
    third = await driver.call("oauth.v2.access", token="", refresh_token=fresh["refresh_token"], **asked)
    assert (await driver.call("auth.test", token=given["access_token"]))["error"] == "token_revoked"
    assert (await driver.act("expire-tokens", team=team))["expired"] == 2
    assert (await driver.call("auth.test", token=third["access_token"]))["error"] == "token_expired"
    last = await driver.call("oauth.v2.access", token="", refresh_token=third["refresh_token"], **asked)
    assert (await driver.call("auth.test", token=last["access_token"]))["ok"]


async def test_a_lasting_token_is_exchanged_when_rotation_comes(driver: Any, install: Any, second: Any) -> None:
    token = (await install(second["team"]["id"]))["access_token"]
    assert (await driver.call("oauth.v2.exchange", token=token, **APP))["error"] == "token_rotation_not_enabled"
    await driver.act("app", token_rotation=True)
    swapped = await driver.call("oauth.v2.exchange", token=token, **APP)
    assert swapped["access_token"].startswith("xoxe.xoxb-")
    assert (await driver.call("oauth.v2.exchange", token=token, **APP))["error"] == "token_already_exchanged"
    assert (await driver.call("oauth.v2.exchange", token="xoxb-none", **APP))["error"] == "invalid_token"
    assert (await driver.call("auth.test", token=token))["error"] == "token_revoked"


async def test_leaving_a_workspace(driver: Any, install: Any, second: Any) -> None:
    """dialogue: installed and invited, then removed: the app hears of it, and of nothing after it."""
    team, channel, user = second["team"]["id"], second["channels"][0]["id"], second["users"][0]["id"]
    given = await install(team)
    await driver.act("join", channel=channel, user=given["bot_user_id"])
    assert (await driver.call("auth.revoke", token=given["access_token"], test=True)) == {"ok": True, "revoked": False}
    bad = await driver.call("apps.uninstall", token=given["access_token"], client_id=CLIENT_ID, client_secret="x")
    assert bad["error"] == "bad_client_secret"
    assert (await driver.call("apps.uninstall", token=given["access_token"], **APP))["ok"]
    assert (await driver.call("auth.test", token=given["access_token"]))["error"] == "account_inactive"
    told = [line["detail"]["payload"] for line in await driver.deliveries()]
    kinds = {one["event"]["type"]: one for one in told if one["team_id"] == team}
    assert kinds["tokens_revoked"]["event"]["tokens"] == {"oauth": [], "bot": [given["bot_user_id"]]}
    assert "app_uninstalled" in kinds
    await driver.say("anybody?", channel=channel, user=user)
    assert (await driver.act("command", channel=channel, user=user, command="/ticket"))["error"] == "app_not_installed"
    assert "message" not in {line["detail"]["payload"]["event"]["type"] for line in await driver.deliveries()}
    back = await install(team)
    assert back["access_token"] != given["access_token"]
    assert back["bot_user_id"] == given["bot_user_id"]
    assert (await driver.call("auth.revoke", token=back["access_token"]))["revoked"]
    assert (await driver.call("auth.test", token=back["access_token"]))["error"] == "token_revoked"


@pytest.fixture
async def stock(playground: Playground, tmp_path: Path) -> AsyncIterator[tuple[AsyncApp, str]]:
    """A stock Bolt app that installs by OAuth, at its own address."""
    store = FileInstallationStore(base_dir=str(tmp_path / "installs"), client_id=CLIENT_ID)
    settings = AsyncOAuthSettings(
        **APP,
        scopes=["chat:write", "app_mentions:read"],
        authorization_url=f"{playground.url}/oauth/v2/authorize",
        installation_store=store,
        state_validation_enabled=False,
    )
    client = AsyncWebClient(base_url=f"{playground.url}/api/")
    app = AsyncApp(client=client, signing_secret=Credentials().signing_secret, oauth_settings=settings)

    @app.event("app_mention")
    async def answer(event: dict[str, Any], say: Any) -> None:
        await say(text=f"heard in {event['team']}")

    runner = aiohttp.web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
    yield app, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


# slack_sdk 3.47 itself builds its header with a class that aiohttp will drop.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
async def test_a_stock_app_installs_and_answers_in_two_workspaces(driver: Any, second: Any, stock: Any) -> None:
    app, address = stock
    # An app that names no redirect_uri is led back to the one that its manifest names first.
    manifest = (await driver.call("apps.manifest.export", token=CONFIG_TOKEN, app_id="A0LEADHAND"))["manifest"]
    manifest["oauth_config"]["redirect_urls"] = [f"{address}/slack/oauth_redirect"]
    await driver.call("apps.manifest.update", token=CONFIG_TOKEN, app_id="A0LEADHAND", manifest=manifest)
    assert (await driver.act("install", url=consent(driver)))["error"] == "bad_redirect_uri"
    await driver.act("app", events_url=f"{address}/slack/events", token_rotation=True)
    for team, channel, user in (
        ("T0LARKSPUR", "C0GENERAL", "U0MIRA"),
        (second["team"]["id"], second["channels"][0]["id"], second["users"][0]["id"]),
    ):
        async with driver.session.get(f"{address}/slack/install") as page:
            link = re.search(r'href="(http[^"]+)"', await page.text())
        assert link
        decided = await driver.act("install", url=link[1].replace("&amp;", "&"), team=team)
        async with driver.session.get(f"{address}/slack/oauth_redirect?code={decided['code']}&state=s") as done:
            assert "Thank you" in await done.text()
        bot = next(one for one in (await driver.read("state"))["teams"] if one["id"] == team)
        assert bot["installed"]
        await driver.act("join", channel=channel, user=bot["botUserId"])
        await driver.say(f"<@{bot['botUserId']}> hello", channel=channel, user=user)
        await driver.find(f"heard in {team}", channel=channel)
    found = app.oauth_flow.settings.installation_store.find_installation(enterprise_id=None, team_id=team)
    rotator = AsyncTokenRotator(**APP, client=app.client)
    rotated = await rotator.perform_token_rotation(installation=found, minutes_before_expiration=60 * 24)
    assert rotated is not None
    assert rotated.bot_token != found.bot_token
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await app.client.auth_test(token="xoxb-unknown")
