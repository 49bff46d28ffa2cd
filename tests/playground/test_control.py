"""The control API: its state, its feed and its refusals."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

G = "C0GENERAL"
MIRA = {"channel": G, "user": "U0MIRA"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("message", {**MIRA, "text": ""}, "no_text"),
    ("message", {**MIRA, "text": "x" * 40_001}, "msg_too_long"),
    ("message", {**MIRA, "channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("message", {**MIRA, "user": "U0NOBODY", "text": "x"}, "user_not_found"),
    ("message", {**MIRA, "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
    ("message", {"channel": "C0LEADS", "user": "U0TOMAS", "text": "x"}, "not_in_channel"),
    ("reaction", {**MIRA, "ts": "1.0", "name": "ticket"}, "message_not_found"),
    ("reaction", {**MIRA, "ts": "1.0", "name": "not an emoji"}, "invalid_name"),
    ("edit-message", {**MIRA, "ts": "1.0", "text": "x"}, "message_not_found"),
    ("delete-message", {**MIRA, "ts": "1.0"}, "message_not_found"),
    ("command", {**MIRA, "command": "ticket"}, "invalid_command"),
    ("command", {**MIRA, "command": "/ticket", "thread_ts": "1.0"}, "not_supported_in_threads"),
    ("interact", {**MIRA, "messageTs": "1.0", "action": {"action_id": "a"}}, "message_not_found"),
    ("interact", {**MIRA, "messageTs": "1.0"}, "invalid_action"),
    ("interact", {"user": "U0MIRA", "view_id": "V0", "action": {"action_id": "a"}}, "view_not_found"),
    ("shortcut", MIRA, "invalid_shortcut"),
    ("shortcut", {**MIRA, "callback_id": "c"}, "dispatch_failed"),
    ("submit-view", {"user": "U0MIRA", "view_id": "V0"}, "view_not_found"),
    ("close-view", {"user": "U0MIRA", "view_id": "V0"}, "view_not_found"),
    ("open-dm", {"user": "U0MIRA", "with": "U0NOBODY"}, "user_not_found"),
    ("open-home", {}, "user_not_found"),
    ("notice", {"progress": 0.5}, "invalid_notice"),
    ("notice", {"text": "x" * 501}, "invalid_notice"),
    ("notice", {"text": "x", "progress": 1.5}, "invalid_notice"),
    ("notice", {"text": "x", "progress": True}, "invalid_notice"),
    ("nonsense", {}, "unknown_verb"),
]


async def test_refusals_have_a_code_and_plain_words(driver: Any) -> None:
    wrong = []
    for verb, body, code in REFUSED:
        answer = await driver.act(verb, **body)
        if (answer["ok"], answer.get("error")) != (False, code) or len(answer["message"]) < 8:
            wrong.append((verb, body, code, answer))
    assert wrong == []


async def test_only_the_writer_changes_a_message(driver: Any) -> None:
    message = await driver.say("mine")
    place = {"channel": G, "ts": message["ts"], "user": "U0TOMAS"}
    assert (await driver.act("edit-message", **place, text="yours"))["error"] == "not_your_message"
    assert (await driver.act("delete-message", **place))["error"] == "not_your_message"
    button = {"action": {"action_id": "a"}, "messageTs": message["ts"]}
    assert (await driver.act("interact", **place, **button))["error"] == "invalid_action"


async def test_the_state_describes_the_workspace(driver: Any) -> None:
    state = await driver.read("state")
    assert state["apps"] == [
        {"id": "A0LEADHAND", "name": "leadhand", "botUserId": "U0LEADHAND", "connected": False, "mode": None}
    ]
    first = state["channels"][0]
    assert (first["name"], first["is_im"], first["is_private"]) == ("general", False, False)
    assert set(first["members"]) == {user["id"] for user in state["users"]}
    assert {"id", "name", "real_name", "title", "is_bot", "color", "initials"} <= set(state["users"][0])
    assert [user["id"] for user in state["users"] if user["is_bot"]] == ["U0LEADHAND"]
    manifest = json.loads((Path(__file__).parents[2] / "manifest.json").read_text(encoding="utf-8"))
    declared = [{**one} for one in manifest["features"]["slash_commands"]]
    assert [one.pop("should_escape") for one in declared] == [True] * len(declared), "the playground escapes them all"
    assert state["commands"] == declared
    assert {"id", "url", "key", "token"} <= set(state["board"])
    assert len(state["tips"]) == 3
    assert state["views"] == []


TYPED = [
    ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
    ("hi @mira and @Priya.", "hi <@U0MIRA> and <@U0PRIYA>."),
    ("<@U0MIRA> stays", "<@U0MIRA> stays"),
    ("mail a@mira.example or @nobody", "mail a@mira.example or @nobody"),
    ("see #dev, not #nowhere", "see <#C0DEV|dev>, not #nowhere"),
    ("@here now", "<!here> now"),
    ("look: https://x.example/a?b=1&c=2, ok", "look: <https://x.example/a?b=1&amp;c=2>, ok"),
    ("(https://x.example/a)", "(<https://x.example/a>)"),
    ("<https://x.example/a|label>", "<https://x.example/a|label>"),
    ("`@mira <b>` and ```#dev & https://x.example```", "`@mira &lt;b&gt;` and ```#dev &amp; https://x.example```"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("fine :+1: *bold* _it_ ünï 漢字", "fine :+1: *bold* _it_ ünï 漢字"),
]


async def test_what_people_type_becomes_slacks_text(driver: Any) -> None:
    written = [(typed, (await driver.say(typed))["text"]) for typed, _ in TYPED]
    assert written == TYPED


async def next_event(stream: Any, kind: str) -> Any:
    while True:
        line = (await asyncio.wait_for(stream.readline(), 2)).decode()
        if line.startswith("data: "):
            event = json.loads(line.removeprefix("data: "))
            if event["type"] == kind:
                return event


async def test_the_feed_tells_what_happens(driver: Any) -> None:
    async with driver.session.get(f"{driver.url}/_control/feed") as response:
        assert response.content_type == "text/event-stream"
        stream = response.content
        await next_event(stream, "hello")
        root = await driver.say("root")
        assert (await next_event(stream, "message"))["message"]["permalink"] == root["permalink"]
        reply = await driver.say("reply", thread_ts=root["ts"])
        assert (await next_event(stream, "message"))["message"]["thread_ts"] == root["ts"]
        assert (await next_event(stream, "message_changed"))["message"]["reply_count"] == 1
        await driver.act("reaction", **MIRA, ts=root["ts"], name="eyes")
        reacted = await next_event(stream, "reaction")
        assert reacted["reactions"] == [{"name": "eyes", "users": ["U0MIRA"], "count": 1}]
        await driver.act("delete-message", **MIRA, ts=reply["ts"])
        assert (await next_event(stream, "message_deleted"))["thread_ts"] == root["ts"]
        assert "reply_count" not in (await next_event(stream, "message_changed"))["message"]
        await driver.call("chat.postEphemeral", channel=G, user="U0WEI", text="psst")
        assert (await next_event(stream, "ephemeral"))["user"] == "U0WEI"
        await driver.act("open-dm", user="U0MIRA", **{"with": "U0WEI"})
        await next_event(stream, "channels")
        await driver.act("notice", text="Half of it", progress=0.5)
        half = {"text": "Half of it", "progress": 0.5}
        assert (await next_event(stream, "notice"))["notice"] == half
        assert (await driver.read("state"))["notice"] == half, "a page that opens later sees it, too"
        await driver.act("notice", text="")
        assert (await next_event(stream, "notice"))["notice"] is None
        await driver.act("reset")
        await next_event(stream, "reset")


async def test_a_listener_that_reads_nothing_holds_nobody_up(driver: Any) -> None:
    async with driver.session.get(f"{driver.url}/_control/feed"):
        for number in range(100):
            await driver.say(f"{number} " + "x" * 2000)


@pytest.fixture
async def pressed(driver: Any, session: Any) -> Any:
    """A message with a button that a bare socket app posted, pressed: the payload that came, its response_url."""
    connection = await driver.call("apps.connections.open", token="xapp-playground")
    ws = await session.ws_connect(connection["url"])
    await ws.receive_json()
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    posted = await driver.call("chat.postEphemeral", channel=G, user="U0MIRA", text="private", blocks=blocks)
    where = {"channel": G, "messageTs": posted["message_ts"], "user": "U0MIRA"}
    acting = asyncio.create_task(driver.act("interact", **where, action={"type": "button", "action_id": "go"}))
    envelope = await ws.receive_json()
    while envelope["type"] != "interactive":
        envelope = await ws.receive_json()
    await ws.send_json({"envelope_id": envelope["envelope_id"]})
    assert (await acting)["ok"]
    yield envelope["payload"]
    await ws.close()


async def test_a_response_url_replaces_and_deletes_an_ephemeral(driver: Any, pressed: Any) -> None:
    assert pressed["container"]["is_ephemeral"]

    async def respond(**body: Any) -> int:
        async with driver.session.post(pressed["response_url"], json=body) as response:
            return int(response.status)

    async def shown() -> list[str]:
        return [message["text"] for message in (await driver.read("ephemeral?user=U0MIRA"))["messages"]]

    assert await shown() == ["private"]
    assert await respond(text="changed", replace_original=True) == 200
    assert await shown() == ["changed"]
    assert await respond(text="") == 400
    assert await respond(text="said", response_type="in_channel") == 200
    assert (await driver.messages(limit=1))[0]["text"] == "said"
    assert await respond(text="more", replace_original=False) == 200
    assert await shown() == ["changed", "more"]
    assert await respond(delete_original=True) == 200
    assert await shown() == ["more"]
    assert await respond(text="fifth") == 200
    assert await respond(text="sixth") == 404


async def test_a_trigger_opens_one_modal(driver: Any, pressed: Any) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
    bad = await driver.call("views.open", trigger_id=pressed["trigger_id"], view={**view, "title": None})
    assert bad["error"] == "invalid_arguments"
    assert bad["response_metadata"]["messages"]
    opened = await driver.call("views.open", trigger_id=pressed["trigger_id"], view=json.dumps(view))
    assert opened["ok"], opened
    again = await driver.call("views.open", trigger_id=pressed["trigger_id"], view=view)
    assert again["error"] == "exchanged_trigger_id"
    updated = await driver.call("views.update", view_id=opened["view"]["id"], view=view, hash="stale")
    assert updated["error"] == "hash_conflict"


async def test_the_bot_joins_and_hears(driver: Any) -> None:
    await driver.act("join", channel="C0LEADS", user="U0LEADHAND")
    info = await driver.call("conversations.info", channel="C0LEADS")
    assert info["channel"]["is_member"]
    again = await driver.call("conversations.join", channel=G)
    assert again["warning"] == "already_in_channel"
    # Ruth is no member of #support: writing there joins her, as Slack's client makes one do.
    await driver.say("may I?", channel="C0SUPPORT", user="U0RUTH")
    members = await driver.call("conversations.members", channel="C0SUPPORT")
    assert "U0RUTH" in members["members"]
