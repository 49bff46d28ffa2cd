"""The Web API's errors, limits and pages, as tables; faults as dialogues."""

import json
import re
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.methods import METHODS

G = "C0GENERAL"
LEADS = "C0LEADS"
OLD = "1000000000.000000"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}

ERRORS: list[tuple[str, dict[str, Any], str]] = [
    ("no.such", {}, "unknown_method"),
    ("chat.postMessage", {}, "invalid_arguments"),
    ("chat.postMessage", {"channel": G}, "no_text"),
    ("chat.postMessage", {"channel": G, "text": "  "}, "no_text"),
    ("chat.postMessage", {"channel": G, "blocks": []}, "no_text"),
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": LEADS, "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#leads", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "#", "text": "x"}, "channel_not_found"),
    ("chat.update", {"channel": "#general", "ts": OLD, "text": "x"}, "channel_not_found"),
    ("conversations.history", {"channel": "#general"}, "channel_not_found"),
    ("reactions.add", {"channel": "general", "name": "ticket", "timestamp": OLD}, "channel_not_found"),
    ("chat.postMessage", {"channel": {"a": 1}, "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": G, "text": "x", "thread_ts": OLD}, "thread_not_found"),
    ("chat.postMessage", {"channel": G, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": G, "text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": G, "text": "x", "blocks": [{"type": "nope"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": G, "text": "x", "blocks": [SECTION] * 51}, "invalid_blocks"),
    ("chat.postMessage", {"channel": G, "text": "x", "metadata": {"event_type": "e"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": G, "text": "x", "metadata": "{"}, "invalid_json"),
    ("chat.postMessage", {"channel": G, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ("chat.postMessage", {"channel": G, "markdown_text": "y" * 12_001}, "msg_too_long"),
    ("chat.update", {"channel": G, "ts": OLD, "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": G, "text": "x"}, "invalid_arguments"),
    ("chat.delete", {"channel": G, "ts": OLD}, "message_not_found"),
    ("chat.postEphemeral", {"channel": G, "text": "x"}, "invalid_arguments"),
    ("chat.postEphemeral", {"channel": G, "user": "U0NOBODY", "text": "x"}, "user_not_found"),
    ("chat.postEphemeral", {"channel": "C0DEV", "user": "U0RUTH", "text": "x"}, "user_not_in_channel"),
    ("chat.getPermalink", {"channel": G, "message_ts": OLD}, "message_not_found"),
    ("conversations.info", {"channel": LEADS}, "channel_not_found"),
    ("conversations.history", {"channel": G, "limit": 0}, "invalid_limit"),
    ("conversations.history", {"channel": G, "limit": "many"}, "invalid_limit"),
    ("conversations.history", {"channel": G, "cursor": "%%%"}, "invalid_cursor"),
    ("conversations.history", {"channel": G, "oldest": "yesterday"}, "invalid_ts_oldest"),
    ("conversations.history", {"channel": G, "latest": "now"}, "invalid_ts_latest"),
    ("conversations.replies", {"channel": G, "ts": OLD}, "thread_not_found"),
    ("conversations.list", {"types": "public_channel,secret"}, "invalid_types"),
    ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
    ("conversations.open", {"users": "U0MIRA,U0RUTH"}, "method_not_supported_for_channel_type"),
    ("conversations.join", {"channel": LEADS}, "channel_not_found"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.info", {}, "invalid_arguments"),
    ("bots.info", {"bot": "B0"}, "bot_not_found"),
    ("reactions.add", {"channel": G, "name": "ticket", "timestamp": OLD}, "message_not_found"),
    ("reactions.add", {"channel": G, "name": "Not an emoji!", "timestamp": OLD}, "invalid_name"),
    ("reactions.remove", {"channel": G, "timestamp": OLD}, "invalid_arguments"),
    ("views.open", {"trigger_id": "x", "view": {}}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "123.1.abc", "view": {}}, "expired_trigger_id"),
    ("views.open", {"view": {}}, "invalid_arguments"),
    ("views.update", {"view_id": "V0", "view": {}}, "not_found"),
    ("views.update", {"external_id": "E0", "view": {}}, "not_found"),
    ("views.publish", {"user_id": "U0MIRA", "view": {"type": "modal"}}, "invalid_arguments"),
    ("api.test", {"error": "as_told"}, "as_told"),
]


async def test_one_posts_to_a_channel_by_its_name(driver: Any) -> None:
    for name in ("#general", "general", G):
        posted = await driver.call("chat.postMessage", channel=name, text=f"to {name}")
        assert (posted["ok"], posted["channel"]) == (True, G), posted
        whispered = await driver.call("chat.postEphemeral", channel=name, user="U0MIRA", text="only you")
        assert whispered["ok"], whispered
    assert [message["text"] for message in await driver.messages(limit=3)] == [
        "to #general",
        "to general",
        f"to {G}",
    ]


LINKED = [
    ("see https://x.test/a_b.", "see <https://x.test/a_b>."),
    ("<https://x.test/a|here>, <https://x.test/b>", "<https://x.test/a|here>, <https://x.test/b>"),
    ("*http://x.test/a* `https://x.test/b`", "*<http://x.test/a>* `https://x.test/b`"),
    ("a &lt;https://x.test/?b=1&amp;c=2&gt;", "a &lt;<https://x.test/?b=1&amp;c=2>&gt;"),
    ("no link: x.test, ftp://x.test", "no link: x.test, ftp://x.test"),
]


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update"])
async def test_bare_urls_of_apps_become_links_unless_told_not_to(driver: Any, method: str) -> None:
    posted = await driver.call("chat.postMessage", channel=G, text="first")
    place = {"channel": G, **({"ts": posted["ts"]} if method == "chat.update" else {})}
    for given, kept in LINKED:
        assert (await driver.call(method, **place, text=given))["message"]["text"] == kept
        assert (await driver.call(method, **place, text=given, parse="none"))["message"]["text"] == given
    markdown = "[a](https://x.test/a)"
    assert (await driver.call(method, **place, markdown_text=markdown))["message"]["text"] == markdown


MISSING = (
    "chat.scheduleMessage",
    "files.list",
    "reactions.list",
    "users.lookupByEmail",
    "users.profile.get",
    "agents.conversations.create",
)


async def test_the_reference_names_what_is_there_and_what_is_not(driver: Any) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "playground.md").read_text(encoding="utf-8")
    there, _, missing = page.partition("## Web API")[2].partition("## Events")[0].partition("unknown_method")
    assert {name for name in re.findall(r"`([a-z.A-Z]+)`", there) if "." in name} == set(METHODS)
    for method in MISSING:
        assert f"`{method}`" in missing, method
        assert (await driver.call(method))["error"] == "unknown_method", method


MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}


async def test_errors_are_slacks_own(driver: Any) -> None:
    wrong = []
    for method, given, error in ERRORS:
        arguments = {**given, "view": MODAL} if given.get("view") == {} else given
        answer = await driver.call(method, **arguments)
        if (answer["ok"], answer["error"]) != (False, error):
            wrong.append((method, given, error, answer))
    assert wrong == []


TOKENS = [
    ("auth.test", "", "not_authed"),
    ("auth.test", "xoxb-other", "invalid_auth"),
    ("auth.test", "xapp-playground", "not_allowed_token_type"),
    ("apps.connections.open", "xoxb-playground", "not_allowed_token_type"),
    ("apps.connections.open", "xapp-other", "invalid_auth"),
]


async def test_a_token_must_be_the_right_one(driver: Any) -> None:
    answers = [(method, token, (await driver.call(method, token=token))["error"]) for method, token, _ in TOKENS]
    assert answers == TOKENS


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def test_arguments_come_as_json_form_or_query(driver: Any) -> None:
    where, blocks = f"{driver.url}/api/chat.postMessage", json.dumps([SECTION])
    fields = {"token": "xoxb-playground", "channel": G, "text": "by form", "blocks": blocks}
    async with driver.session.post(where, data=fields) as response:
        answer = await response.json()
        assert "chat:write" in response.headers["x-oauth-scopes"]
    assert answer["message"]["blocks"][0]["block_id"]
    async with driver.session.get(where, params={**fields, "text": "by query"}) as response:
        assert (await response.json())["ok"]
    assert [message["text"] for message in await driver.messages(limit=2)] == ["by form", "by query"]


async def test_auth_names_team_and_bot(client: AsyncWebClient, driver: Any) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team"]) == ("U0LEADHAND", "B0LEADHAND", "Larkspur Bikes")
    assert (await client.bots_info(bot="B0LEADHAND"))["bot"]["user_id"] == "U0LEADHAND"
    assert (await client.team_info())["team"]["id"] == answer["team_id"]
    assert (await client.emoji_list())["emoji"] == {}
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}


async def test_posting_changing_deleting(client: AsyncWebClient, driver: Any) -> None:
    posted = await client.chat_postMessage(channel=G, text="one", blocks=[SECTION])
    place: dict[str, Any] = {"channel": G, "ts": posted["ts"]}
    kept = await client.chat_update(**place, text="two")
    assert kept["message"]["blocks"], "blocks that are not named stay"
    bare = await client.chat_update(**place, text="three", blocks=[])
    assert "blocks" not in bare["message"]
    assert bare["message"]["edited"]["user"] == "U0LEADHAND"
    link = (await client.chat_getPermalink(channel=G, message_ts=posted["ts"]))["permalink"]
    assert link == f"{driver.url}/archives/{G}/p{str(posted['ts']).replace('.', '')}"
    await client.chat_delete(**place)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_delete(**place)


async def test_only_own_messages_can_be_changed(client: AsyncWebClient, driver: Any) -> None:
    theirs = await driver.say("mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=G, ts=theirs["ts"], text="x")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=G, ts=theirs["ts"])


async def test_long_texts(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=G, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert (await client.chat_update(channel=G, ts=posted["ts"], text="y" * 4_000))["ok"]
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel=G, ts=posted["ts"], text="ü" * 2_001)
    wide = [{"type": "section", "text": {"type": "mrkdwn", "text": "z" * 3000}}] * 5
    with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
        await client.chat_postMessage(channel=G, text="x", blocks=wide)


async def test_metadata_is_shown_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "draft", "event_payload": {"id": 7}}
    await client.chat_postMessage(channel=G, text="with metadata", metadata=metadata)
    plain = await client.conversations_history(channel=G, limit=1)
    assert "metadata" not in plain["messages"][0]
    full = await client.conversations_history(channel=G, limit=1, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == metadata


async def test_history_comes_in_pages_newest_first(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("root")
    await driver.say("reply", thread_ts=root["ts"])
    seen: list[Any] = []
    cursor = ""
    while True:
        page = await client.conversations_history(channel=G, limit=3, cursor=cursor)
        seen += page["messages"]
        if not page["has_more"]:
            break
        cursor = page["response_metadata"]["next_cursor"]
    stamps = [message["ts"] for message in seen]
    assert stamps == sorted(set(stamps), reverse=True)
    assert seen[0]["text"] == "root"
    assert seen[0]["reply_count"] == 1
    assert "reply" not in [message["text"] for message in seen]
    later = await client.conversations_history(channel=G, oldest=stamps[2])
    assert [message["ts"] for message in later["messages"]] == stamps[:2]
    around = await client.conversations_history(channel=G, latest=stamps[1], oldest=stamps[1], inclusive=True, limit=1)
    assert [message["ts"] for message in around["messages"]] == [stamps[1]]


async def test_replies_start_with_the_parent(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("root")
    replies = [await driver.say(f"reply {number}", thread_ts=root["ts"]) for number in range(3)]
    first = await client.conversations_replies(channel=G, ts=root["ts"], limit=2)
    assert [message["text"] for message in first["messages"]] == ["root", "reply 0"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_replies(channel=G, ts=root["ts"], cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["reply 1", "reply 2"]
    one = await client.conversations_replies(channel=G, ts=replies[1]["ts"])
    assert [message["text"] for message in one["messages"]] == ["reply 1"]


async def test_the_parent_of_a_thread_leaves_a_tombstone(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("root")
    await driver.say("reply", thread_ts=root["ts"])
    await driver.act("delete-message", channel=G, ts=root["ts"], user="U0MIRA")
    left = await client.conversations_replies(channel=G, ts=root["ts"])
    assert [message.get("subtype") for message in left["messages"]] == ["tombstone", None]
    again = await driver.act("reaction", channel=G, ts=root["ts"], user="U0MIRA", name="ticket")
    assert again["error"] == "message_not_found"


async def test_lists_of_channels_and_people(client: AsyncWebClient) -> None:
    public = await client.conversations_list()
    assert {channel["name"] for channel in public["channels"]} == {"general", "support", "product", "dev", "incidents"}
    private = await client.conversations_list(types="private_channel")
    assert private["channels"] == []
    first = await client.conversations_list(limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await client.conversations_list(limit=100, cursor=cursor)
    assert len(first["channels"]) + len(rest["channels"]) == 5
    everybody = await client.users_list()
    assert len(everybody["members"]) == 9
    members = await client.conversations_members(channel=G)
    assert set(members["members"]) == {member["id"] for member in everybody["members"]}
    mira = (await client.users_info(user="U0MIRA"))["user"]
    assert mira["profile"]["real_name"] == "Mira Okafor"
    opened = await client.conversations_open(users="U0MIRA")
    again = await client.conversations_open(users=["U0MIRA"], return_im=True)
    assert again["already_open"]
    assert again["channel"]["id"] == opened["channel"]["id"]


async def test_reactions_by_the_app(client: AsyncWebClient, driver: Any) -> None:
    message = await driver.say("react")
    place: dict[str, Any] = {"channel": G, "timestamp": message["ts"]}
    await client.reactions_add(**place, name="eyes")
    with pytest.raises(SlackApiError, match="already_reacted"):
        await client.reactions_add(**place, name="eyes")
    got = await client.reactions_get(**place)
    assert got["message"]["reactions"] == [{"name": "eyes", "users": ["U0LEADHAND"], "count": 1}]
    await client.reactions_remove(**place, name="eyes")
    with pytest.raises(SlackApiError, match="no_reaction"):
        await client.reactions_remove(**place, name="eyes")


async def post_count(driver: Any, text: str) -> int:
    return [message["text"] for message in await driver.messages()].count(text)


async def test_faults_are_played_in_order(driver: Any) -> None:
    where = f"{driver.url}/api/chat.postMessage"
    headers = {"Authorization": "Bearer xoxb-playground"}
    order: dict[str, Any] = {"target": "slack", "method": "chat.postMessage"}
    await driver.act("fault", **order, kind="429", after=1)
    await driver.act("fault", **order, kind=500)
    statuses = []
    for number in range(4):
        body = {"channel": G, "text": f"post {number}"}
        async with driver.session.post(where, json=body, headers=headers) as response:
            statuses.append(response.status)
            if response.status == 429:
                assert response.headers["Retry-After"] == "1"
    assert statuses == [200, 429, 500, 200]
    assert [await post_count(driver, f"post {number}") for number in range(4)] == [1, 0, 0, 1]


@pytest.mark.parametrize(("kind", "effect"), [("lost_reply", 1), ("drop", 0)])
async def test_a_dropped_connection(driver: Any, kind: str, effect: int) -> None:
    await driver.act("fault", target="slack", method="chat.postMessage", kind=kind)
    where, body = f"{driver.url}/api/chat.postMessage", {"channel": G, "text": kind}
    headers = {"Authorization": "Bearer xoxb-playground"}
    with pytest.raises(aiohttp.ClientError):
        await driver.session.post(where, json=body, headers=headers)
    assert await post_count(driver, kind) == effect


async def test_hang_and_garbage(driver: Any) -> None:
    await driver.act("fault", target="slack", method="auth.test", kind="garbage")
    async with driver.session.post(f"{driver.url}/api/auth.test") as response:
        assert response.content_type == "text/html"
    await driver.act("fault", target="slack", method="auth.test", kind="hang")
    with pytest.raises(TimeoutError):
        await driver.session.post(f"{driver.url}/api/auth.test", timeout=aiohttp.ClientTimeout(total=0.2))
    assert (await driver.call("auth.test"))["ok"]


async def test_bad_orders_are_refused(driver: Any) -> None:
    good: dict[str, Any] = {"target": "slack", "method": "auth.test", "kind": "429"}
    for change in ({"target": "jira"}, {"kind": "418"}, {"times": 0}, {"after": -1}, {"times": "many"}, {"kind": None}):
        assert (await driver.act("fault", **{**good, **change}))["error"] == "invalid_fault", change


async def test_many_messages_stay_fast(driver: Any, client: AsyncWebClient) -> None:
    for number in range(300):
        await driver.say(f"message {number}", user="U0SAM", channel="C0DEV")
    started = time.perf_counter()
    page = await client.conversations_history(channel="C0DEV", limit=200)
    newest = await driver.messages("C0DEV", limit=50)
    assert time.perf_counter() - started < 1.0
    assert page["messages"][0]["text"] == newest[-1]["text"] == "message 299"
    assert len(newest) == 50
    older = await driver.read(f"messages/C0DEV?limit=50&before={newest[0]['ts']}")
    assert older["messages"][-1]["text"] == "message 249"
