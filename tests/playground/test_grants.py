"""An app gets what its manifest asks for: events that it subscribes to, and what its scopes reach."""

import json
from typing import Any

import pytest

from bot.playground.credentials import Credentials

TOKEN = Credentials().config_token
G = "C0GENERAL"


async def become(driver: Any, scopes: list[str], events: list[str]) -> None:
    """Make the app one that asks for these alone."""
    manifest = {
        "display_information": {"name": "small"},
        "features": {"bot_user": {"display_name": "small"}},
        "oauth_config": {"scopes": {"bot": scopes}},
        "settings": {"event_subscriptions": {"bot_events": events}, "socket_mode_enabled": True},
    }
    made = await driver.call("apps.manifest.create", token=TOKEN, manifest=json.dumps(manifest))
    assert made["ok"], made


async def test_an_app_hears_what_it_subscribes_to(driver: Any) -> None:
    await become(driver, ["chat:write"], ["app_mention", "message.im", "reaction_added"])
    message = await driver.say("@leadhand hello")
    place = {"channel": G, "ts": message["ts"], "user": "U0MIRA", "name": "eyes"}
    await driver.act("reaction", **place)
    await driver.act("reaction", **place, present=False)
    direct = (await driver.act("open-dm", user="U0MIRA", **{"with": "U0LEADHAND"}))["channel"]["id"]
    await driver.say("psst", channel=direct)
    await driver.act("archive", channel=G)

    async def kinds() -> list[str]:
        return [line["detail"]["payload"]["event"]["type"] for line in await driver.deliveries()]

    async def told() -> bool:
        return "message" in await kinds()

    await driver.until(told, "the direct message")
    assert sorted(set(await kinds())) == ["app_mention", "message", "reaction_added"]


async def test_without_the_event_of_stop_slack_warns(driver: Any) -> None:
    root = await driver.say("work")
    session = {"channel_id": G, "thread_ts": root["ts"], "status": "processing"}
    assert "warning" not in await driver.call("agents.sessions.setStatus", **session)
    await become(driver, ["chat:write"], ["message.im"])
    answer = await driver.call("agents.sessions.setStatus", **session)
    assert (answer["ok"], answer["warning"]) == (True, "missing_agent_session_stopped_event_subscription")


NEEDS: list[tuple[str, dict[str, Any], str]] = [
    ("conversations.history", {"channel": G}, "channels:history"),
    ("conversations.replies", {"channel": G, "ts": "1.0"}, "channels:history"),
    ("conversations.info", {"channel": G}, "channels:read"),
    ("conversations.members", {"channel": G}, "channels:read"),
    ("conversations.list", {"types": "public_channel,private_channel"}, "channels:read"),
    ("conversations.list", {"types": "im"}, "im:read"),
    ("users.conversations", {"types": "private_channel"}, "groups:read"),
    ("conversations.open", {"users": "U0MIRA"}, "im:write"),
    ("conversations.join", {"channel": "C0DEV"}, "channels:join"),
    ("chat.startStream", {}, "chat:write"),
    ("files.info", {"file": "F0"}, "files:read"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
]


async def test_a_token_without_the_scope_is_told_which(driver: Any) -> None:
    await become(driver, ["users:read"], [])
    answers = [(method, given, await driver.call(method, **given)) for method, given, _ in NEEDS]
    assert [(method, given, answer.get("needed")) for method, given, answer in answers if answer["error"]] == NEEDS
    assert {answer["error"] for *_, answer in answers} == {"missing_scope"}
    assert "email" not in (await driver.call("users.info", user="U0MIRA"))["user"]["profile"]


@pytest.mark.parametrize(
    ("method", "listed", "given"),
    [
        ("users.list", "members", {}),
        ("conversations.list", "channels", {"types": "public_channel"}),
        ("conversations.members", "members", {"channel": G}),
        ("users.conversations", "channels", {}),
    ],
)
async def test_long_lists_come_in_pages(driver: Any, method: str, listed: str, given: dict[str, Any]) -> None:
    whole = (await driver.call(method, **given, limit=1000))[listed]
    seen: list[Any] = []
    cursor = "first"
    while cursor:
        more = {} if cursor == "first" else {"cursor": cursor}
        page = await driver.call(method, **given, limit=2, **more)
        assert 1 <= len(page[listed]) <= 2
        seen += page[listed]
        cursor = page["response_metadata"]["next_cursor"]
    assert seen == whole
    assert (await driver.call(method, **given, cursor="nonsense"))["error"] == "invalid_cursor"
