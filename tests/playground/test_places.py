"""What becomes of channels and people: the events that the app hears, and what the Web API then answers."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

G = "C0GENERAL"
BOT = "U0LEADHAND"


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def events(driver: Any) -> list[Any]:
    """Everything that was put on its way to the app; nobody needs to be there."""
    return [line["detail"]["payload"]["event"] for line in await driver.deliveries()]


async def event(driver: Any, kind: str) -> Any:
    """The event of this type or subtype, as soon as it was sent."""

    async def look() -> Any:
        found = [one for one in await events(driver) if kind in (one["type"], one.get("subtype"))]
        return found[-1] if found else None

    return await driver.until(look, kind)


async def act(driver: Any, verb: str, **body: Any) -> Any:
    answer = await driver.act(verb, **body)
    assert answer["ok"], answer
    return answer


async def test_an_archived_channel_is_read_and_never_written(client: AsyncWebClient, driver: Any) -> None:
    message = await driver.say("before")
    mine = await client.chat_postMessage(channel=G, text="mine")
    await act(driver, "archive", channel=G, user="U0RUTH")
    told = await event(driver, "channel_archive")
    assert (told["channel"], told["user"]) == (G, "U0RUTH")
    assert (await event(driver, "message"))["subtype"] == "channel_archive", "the channel tells it, too"
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.chat_postMessage(channel=G, text="after")
    with pytest.raises(SlackApiError, match="is_archived"):
        await client.reactions_add(channel=G, timestamp=message["ts"], name="eyes")
    with pytest.raises(SlackApiError, match="is_inactive"):
        await client.chat_update(channel=G, ts=str(mine["ts"]), text="changed")
    assert (await client.conversations_info(channel=G))["channel"]["is_archived"]
    assert (await client.conversations_history(channel=G, limit=2))["messages"][1]["text"] == "mine"
    live = await client.conversations_list(exclude_archived=True)
    assert G not in [channel["id"] for channel in live["channels"]]
    assert (await driver.act("message", channel=G, user="U0MIRA", text="x"))["error"] == "is_archived"
    assert (await driver.act("archive", channel=G))["error"] == "already_archived"
    await act(driver, "unarchive", channel=G)
    assert (await event(driver, "channel_unarchive"))["channel"] == G
    assert (await client.chat_postMessage(channel=G, text="again"))["ok"]


async def test_a_channel_gets_another_name(client: AsyncWebClient, driver: Any) -> None:
    assert (await driver.act("rename", channel=G, name="dev"))["error"] == "name_taken"
    assert (await driver.act("rename", channel=G, name="No Name"))["error"] == "invalid_name"
    await act(driver, "rename", channel=G, name="everybody", user="U0RUTH")
    told = await event(driver, "channel_rename")
    assert (told["channel"]["id"], told["channel"]["name"]) == (G, "everybody")
    notice = await event(driver, "channel_name")
    assert (notice["old_name"], notice["name"], notice["user"]) == ("general", "everybody", "U0RUTH")
    assert (await client.conversations_info(channel=G))["channel"]["name"] == "everybody"


async def test_a_public_channel_becomes_private(client: AsyncWebClient, driver: Any) -> None:
    await act(driver, "make-private", channel=G)
    notice = await event(driver, "channel_convert_to_private")
    assert (notice["type"], notice["channel"], notice["channel_type"]) == ("message", G, "group")
    about = (await client.conversations_info(channel=G))["channel"]
    assert (about["id"], about["is_private"], about["is_group"]) == (G, True, True)
    await act(driver, "rename", channel=G, name="closed")
    assert (await event(driver, "group_rename"))["channel"]["name"] == "closed"
    await act(driver, "archive", channel=G)
    assert (await event(driver, "group_archive"))["channel"] == G
    assert (await driver.act("make-private", channel=G))["error"] == "already_private"


@pytest.mark.parametrize(
    ("private", "kind", "code"), [(False, "channel_left", "not_in_channel"), (True, "group_left", "channel_not_found")]
)
async def test_the_bot_is_put_out(client: AsyncWebClient, driver: Any, private: bool, kind: str, code: str) -> None:
    if private:
        await act(driver, "make-private", channel=G)
    await act(driver, "kick", channel=G, user=BOT, by="U0RUTH")
    told = await event(driver, kind)
    assert (told["channel"], told["actor_id"]) == (G, "U0RUTH")
    assert (await event(driver, "member_left_channel"))["user"] == BOT
    slackbot = await event(driver, "message")
    assert (slackbot["user"], slackbot["channel_type"]) == ("USLACKBOT", "im")
    for method in ("chat.postMessage", "conversations.history"):
        assert (await driver.call(method, channel=G, text="x"))["error"] == code
    count = len(await events(driver))
    await driver.say("the bot hears none of this")
    assert len(await events(driver)) == count
    await act(driver, "invite", channel=G, user=BOT, by="U0MIRA")
    joined = await event(driver, "member_joined_channel")
    assert (joined["user"], joined["inviter"]) == (BOT, "U0MIRA")
    assert (await client.chat_postMessage(channel=G, text="back"))["ok"]


async def test_people_come_and_go(client: AsyncWebClient, driver: Any) -> None:
    await act(driver, "kick", channel=G, user="U0WEI")
    assert (await event(driver, "member_left_channel"))["user"] == "U0WEI"
    assert "U0WEI" not in (await client.conversations_members(channel=G))["members"]
    assert (await driver.act("kick", channel=G, user="U0WEI"))["error"] == "not_in_channel"
    made = await act(driver, "create-channel", name="fresh", user="U0WEI", is_private=True)
    fresh = made["channel"]["id"]
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel=fresh)
    await act(driver, "invite", channel=fresh, user=BOT)
    mine = await client.users_conversations(types="public_channel,private_channel")
    assert fresh in [channel["id"] for channel in mine["channels"]]
    his = await client.users_conversations(user="U0WEI", types="private_channel")
    assert [channel["name"] for channel in his["channels"]] == ["fresh"]


GUEST = {"is_restricted": True, "is_ultra_restricted": True}
PEOPLE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"user": "U0MIRA", "deleted": True}, {"deleted": True}),
    ({"user": "U0MIRA", "is_restricted": True, "is_ultra_restricted": True}, GUEST),
    ({"user": "U0WEI", "is_admin": True, "is_owner": False}, {"is_admin": True, "is_owner": False}),
    ({"user": "U0WEI", "tz": "Asia/Shanghai", "locale": "zh-CN"}, {"tz_offset": 28800, "locale": "zh-CN"}),
    ({"user": "U0WEI", "tz": "../nowhere"}, {"tz_offset": 0}),
    ({"user": "U0WEI", "tz_offset": -3600}, {"tz_offset": -3600}),
    ({"name": "gita", "real_name": "Gita Rao", "is_restricted": True}, {"name": "gita", "team_id": "T0LARKSPUR"}),
    ({"name": "olga", "team_id": "T0PARTNER", "is_stranger": True}, {"team_id": "T0PARTNER", "is_stranger": True}),
    ({"user": "U0PARTNER", "is_bot": True, "name": "ci"}, {"id": "U0PARTNER", "is_bot": True}),
]


@pytest.mark.parametrize(("given", "shown"), PEOPLE)
async def test_people_change_and_join(client: AsyncWebClient, driver: Any, given: Any, shown: Any) -> None:
    known = given.get("user") in ("U0MIRA", "U0WEI")
    user = (await act(driver, "user", **given))["user"]["id"]
    told = await event(driver, "user_change" if known else "team_join")
    seen = (await client.users_info(user=user, include_locale=True))["user"]
    assert told["user"] == seen
    assert {key: seen[key] for key in shown} == shown
    assert "locale" not in (await client.users_info(user=user))["user"]


async def test_an_email_is_part_of_the_profile(client: AsyncWebClient, driver: Any) -> None:
    await act(driver, "user", user="U0MIRA", profile={"email": "new@larkspur.example"})
    assert (await client.users_info(user="U0MIRA"))["user"]["profile"]["email"] == "new@larkspur.example"
    for wrong in ({"user": "mira"}, {"user": "U0MIRA", "deleted": "yes"}, {"user": "U0MIRA", "tz_offset": "1"}):
        assert (await driver.act("user", **wrong))["error"] == "invalid_user"


async def test_strangers_bots_and_the_deactivated_write_as_slack_marks_them(client: Any, driver: Any) -> None:
    stranger = (await act(driver, "user", name="olga", team_id="T0PARTNER", is_stranger=True))["user"]["id"]
    await driver.say("hello from outside", user=stranger)
    heard = await event(driver, "message")
    assert (heard["user_team"], heard["source_team"], heard["team"]) == ("T0PARTNER",) * 3
    outer = [line["detail"]["payload"] for line in await driver.deliveries()][-1]
    assert outer["is_ext_shared_channel"]
    assert (await client.conversations_info(channel=G))["channel"]["is_ext_shared"]
    robot = (await act(driver, "user", name="ci", is_bot=True))["user"]
    await driver.say("build is red", user=robot["id"])
    heard = await event(driver, "message")
    assert (heard["user"], heard["bot_id"], heard.get("subtype")) == (robot["id"], robot["profile"]["bot_id"], None)
    assert (await client.bots_info(bot=heard["bot_id"]))["bot"]["user_id"] == robot["id"]
    await act(driver, "message", channel=G, text="deployed", as_bot="Deploys", bot_id="B0DEPLOYS")
    heard = await event(driver, "bot_message")
    assert (heard["bot_id"], heard["username"], heard.get("user")) == ("B0DEPLOYS", "Deploys", None)
    hook = (await client.bots_info(bot="B0DEPLOYS"))["bot"]
    assert (hook["name"], "user_id" in hook) == ("Deploys", False)
    with pytest.raises(SlackApiError, match="bot_not_found"):
        await client.bots_info(bot="B0NOBODY")
    await act(driver, "user", user="U0JONAS", deleted=True)
    assert (await driver.act("message", channel=G, user="U0JONAS", text="x"))["error"] == "user_is_deactivated"


async def test_a_workspace_has_emoji_of_its_own(client: AsyncWebClient, driver: Any) -> None:
    await act(driver, "emoji", name="bell", value="https://larkspur.example/bell.png")
    await act(driver, "emoji", name=":ding:", value="alias:bell")
    assert (await client.emoji_list())["emoji"] == {"bell": "https://larkspur.example/bell.png", "ding": "alias:bell"}
    await act(driver, "emoji", name="ding")
    assert (await event(driver, "emoji_changed"))["names"] == ["ding"]
    assert (await driver.act("emoji", name="ding", value="bell"))["error"] == "invalid_value"


async def test_what_a_person_looks_at_is_told(driver: Any) -> None:
    message = await driver.say("look here")
    await act(driver, "look", user="U0MIRA", channel=G, ts=message["ts"])
    told = await event(driver, "app_context_changed")
    assert [entity["type"] for entity in told["context"]["entities"]] == [
        "slack#/types/message_context",
        "slack#/types/channel_id",
    ]
    assert told["context"]["entities"][1]["value"] == G
    await act(driver, "look", user="U0MIRA")

    async def nothing() -> bool:
        return (await event(driver, "app_context_changed"))["context"] == {}

    await driver.until(nothing, "an empty context")
