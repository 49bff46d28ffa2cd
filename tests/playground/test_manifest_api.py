"""The app's configuration by API, with app configuration tokens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.playground.credentials import Credentials

TOKEN, REFRESH = Credentials().config_token, Credentials().config_refresh_token
ROOT = Path(__file__).parents[2]
OURS = json.loads((ROOT / "manifest.json").read_text("utf-8"))


async def test_our_own_manifest_makes_the_app(driver: Any) -> None:
    made = await driver.call("apps.manifest.create", token=TOKEN, manifest=json.dumps(OURS))
    assert made["app_id"] == "A0LEADHAND"
    assert made["credentials"]["signing_secret"] == Credentials().signing_secret
    assert made["oauth_authorize_url"].startswith(f"{driver.url}/oauth/v2/authorize?client_id=")
    exported = await driver.call("apps.manifest.export", token=TOKEN, app_id="A0LEADHAND")
    assert exported["manifest"] == OURS
    async with driver.session.post(
        f"{driver.url}/api/auth.test", headers={"Authorization": f"Bearer {Credentials().bot_token}"}
    ) as answer:
        assert answer.headers["x-oauth-scopes"].split(",") == OURS["oauth_config"]["scopes"]["bot"]


async def test_a_changed_manifest_asks_again_before_it_gives(driver: Any) -> None:
    await driver.call("apps.manifest.create", token=TOKEN, manifest=OURS)
    scopes = [*OURS["oauth_config"]["scopes"]["bot"], "team:read"]
    wider = {**OURS, "oauth_config": {"scopes": {"bot": scopes}}}
    assert (await driver.call("team.info"))["error"] == "missing_scope"
    told = await driver.call("apps.manifest.update", token=TOKEN, app_id="A0LEADHAND", manifest=wider)
    assert told == {"ok": True, "app_id": "A0LEADHAND", "permissions_updated": True}
    assert (await driver.call("team.info"))["error"] == "missing_scope"


async def test_an_app_hears_and_reads_what_it_asked_for(driver: Any) -> None:
    events = {"event_subscriptions": {"bot_events": ["message.groups", "reaction_added"]}}
    narrow = {**OURS, "settings": {**OURS["settings"], **events}}
    narrow["oauth_config"] = {"scopes": {"bot": ["groups:history", "channels:read", "commands"]}}
    await driver.call("apps.manifest.create", token=TOKEN, manifest=narrow)
    private = next(c["id"] for c in (await driver.read("state"))["channels"] if c["is_private"] and not c["is_im"])
    member = next(c["members"] for c in (await driver.read("state"))["channels"] if c["id"] == private)[0]
    await driver.act("join", channel=private, user="U0LEADHAND")
    message = await driver.say("<@U0LEADHAND> in public")
    await driver.act("reaction", channel="C0GENERAL", ts=message["ts"], user="U0MIRA", name="ticket")
    await driver.say("in private", channel=private, user=member)
    told = [line["detail"]["payload"]["event"] for line in await driver.deliveries()]
    assert {event["type"] for event in told} == {"message", "reaction_added"}
    assert {event["channel"] for event in told if event["type"] == "message"} == {private}
    for method, arguments, needed in (
        ("conversations.history", {"channel": "C0GENERAL"}, "channels:history"),
        ("conversations.history", {"channel": private}, ""),
        ("conversations.info", {"channel": private}, "groups:read"),
        ("conversations.list", {"types": "public_channel"}, ""),
        ("conversations.list", {"types": "public_channel,im"}, "im:read"),
        ("chat.postMessage", {"channel": "C0GENERAL", "text": "x"}, "chat:write"),
        ("views.publish", {}, ""),
    ):
        assert (await driver.call(method, **arguments)).get("needed", "") == needed, method


@pytest.mark.parametrize(
    ("manifest", "pointer"),
    [
        ("{", "/"),
        ([], ""),
        ({}, "/display_information/name"),
        ({"display_information": {"name": "x" * 36}}, "/display_information/name"),
        ({**OURS, "colour": 1}, "/colour"),
        ({**OURS, "features": {}}, "/features/bot_user"),
        ({**OURS, "settings": {**OURS["settings"], "socket_mode_enabled": False}}, "/settings/event_subscriptions"),
    ],
)
async def test_what_slack_would_not_take(driver: Any, manifest: Any, pointer: str) -> None:
    for method, more in (("create", {}), ("validate", {}), ("update", {"app_id": "A0LEADHAND"})):
        given = manifest if isinstance(manifest, str) else json.dumps(manifest)
        refused = await driver.call(f"apps.manifest.{method}", token=TOKEN, manifest=given, **more)
        assert refused["error"] == "invalid_manifest", method
        assert pointer in {problem["pointer"] for problem in refused["errors"]}
        assert all(problem["message"] for problem in refused["errors"])
    assert (await driver.call("apps.manifest.validate", token=TOKEN, manifest=json.dumps(OURS)))["ok"]


async def test_who_may_ask(driver: Any) -> None:
    for token, code in (
        ("", "not_authed"),
        ("xoxe.xoxp-no", "invalid_auth"),
        ("xoxb-playground", "not_allowed_token_type"),
    ):
        assert (await driver.call("apps.manifest.export", token=token, app_id="A0LEADHAND"))["error"] == code
    assert (await driver.call("auth.test", token=TOKEN))["error"] == "not_allowed_token_type"
    for app, code in (("A0OTHER", "app_not_found"), ("nonsense", "invalid_app_id"), ("", "invalid_arguments")):
        assert (await driver.call("apps.manifest.export", token=TOKEN, app_id=app))["error"] == code


async def test_a_configuration_token_is_renewed_once(driver: Any) -> None:
    renewed = await driver.call("tooling.tokens.rotate", token="", refresh_token=REFRESH)
    assert renewed["exp"] - renewed["iat"] == 43200
    assert renewed["team_id"] == "T0LARKSPUR"
    assert (await driver.call("apps.manifest.export", token=renewed["token"], app_id="A0LEADHAND"))["ok"]
    assert (await driver.call("apps.manifest.export", token=TOKEN, app_id="A0LEADHAND"))["error"] == "invalid_auth"
    again = await driver.call("tooling.tokens.rotate", token="", refresh_token=REFRESH)
    assert again["error"] == "invalid_refresh_token"


def test_the_reference_names_these_methods() -> None:
    page = (
        (ROOT / "docs/reference/playground.md").read_text("utf-8").partition("## Installing")[2].partition("\n## ")[0]
    )
    source = "".join(
        (ROOT / "bot/playground/methods" / name).read_text("utf-8") for name in ("oauth.py", "manifest.py")
    )
    served = set(re.findall(r'^            "([a-z0-9.]+)":', source, re.MULTILINE))
    assert len(served) == 9
    assert {name for name in served if f"`{name}`" not in page} == set()
