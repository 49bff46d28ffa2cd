"""Bodies that no sane client sends: every one gets an answer, none a server error."""

import io
import json
from typing import Any

PATHS = [
    "/api/chat.postMessage",
    "/api/chat.update",
    "/api/files.getUploadURLExternal",
    "/api/files.completeUploadExternal",
    "/api/files.info",
    "/api/agents.sessions.setStatus",
    "/api/assistant.threads.setStatus",
    "/api/chat.startStream",
    "/api/chat.appendStream",
    "/api/chat.stopStream",
    "/api/views.open",
    "/api/views.publish",
    "/api/conversations.open",
    "/api/conversations.history",
    "/api/reactions.add",
    "/api/api.test",
    "/_control/message",
    "/_control/reaction",
    "/_control/command",
    "/_control/interact",
    "/_control/submit-view",
    "/_control/shortcut",
    "/_control/edit-message",
    "/_control/fault",
    "/_control/app",
    "/_control/redeliver",
    "/_control/open-dm",
    "/_control/open-home",
    "/_control/join",
    "/_control/stop",
    "/_control/archive",
    "/_control/unarchive",
    "/_control/rename",
    "/_control/make-private",
    "/_control/create-channel",
    "/_control/invite",
    "/_control/kick",
    "/_control/user",
    "/_control/emoji",
    "/_control/look",
    "/_control/wedge",
    "/_control/model",
    "/_control/rate-limits",
    "/_control/disconnect",
    "/_control/close-view",
    "/_control/nope",
    "/upload/v1/T0LARKSPUR/nope",
    "/actions/T0LARKSPUR/nope",
]

BODIES: list[tuple[str, bytes]] = [
    ("application/json", b""),
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b'"text"'),
    ("application/json", b"null"),
    ("application/json", b"\xff\xfe{}"),
    ("application/json", b'{"channel": ' + b"[" * 3000 + b"]" * 3000 + b"}"),
    ("application/json; charset=no-such", b"{}"),
    ("application/x-www-form-urlencoded", b"%ff%fe=%00&channel"),
    ("application/x-www-form-urlencoded; charset=no-such", b"a=b"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    ("application/octet-stream", b"\x00\x01"),
]

ODD: list[Any] = [None, True, 1e308, "\ud800", [[]], {"a": {}}]
FIELDS = [
    "channel", "user", "text", "ts", "thread_ts", "blocks", "view", "users", "name", "timestamp", "metadata", "action",
    "messageTs", "view_id", "values", "command", "callback_id", "events_url", "event_id", "with", "times", "limit",
    "trigger_id", "user_id", "oldest", "cursor", "markdown_text", "attachments", "chunks",
    "channel_id", "loading_messages", "files", "file", "length", "profile", "value", "next", "connection",
    "methods", "reason",
]  # fmt: skip
GOOD = {
    "channel": "C0GENERAL", "user": "U0MIRA", "text": "x", "command": "/ticket", "name": "eyes", "callback_id": "c",
    "users": "U0MIRA", "user_id": "U0MIRA", "with": "U0WEI", "view": {"type": "home", "blocks": []},
    "action": {"action_id": "a"}, "target": "model", "kind": "429", "channel_id": "C0GENERAL", "status": "active",
    "filename": "a", "length": 1,
}  # fmt: skip


async def statuses(driver: Any, path: str, bodies: list[tuple[str, bytes]]) -> list[Any]:
    found = []
    for content_type, body in bodies:
        headers = {"Content-Type": content_type, "Authorization": "Bearer xoxb-playground"}
        async with driver.session.post(driver.url + path, data=body, headers=headers) as response:
            text = await response.text()
            if response.status >= 500 or (response.content_type == "application/json" and not json.loads(text)):
                found.append((path, content_type, body[:80], response.status, text[:200]))
    return found


async def test_broken_bodies_get_an_answer(driver: Any) -> None:
    wrong = [one for path in PATHS for one in await statuses(driver, path, BODIES)]
    assert wrong == []
    assert (await driver.call("auth.test"))["ok"]


async def test_odd_fields_get_an_answer(driver: Any) -> None:
    message = await driver.say("a message to aim at")
    good = {**GOOD, "ts": message["ts"], "timestamp": message["ts"], "messageTs": message["ts"]}
    bodies = [
        ("application/json", json.dumps({**good, field: value}).encode())
        for field in FIELDS
        for value in (ODD if field in ("channel", "text", "blocks", "view", "users", "action") else ODD[4:])
    ]
    for path in PATHS[:-3]:
        assert await statuses(driver, path, bodies) == []
    assert (await driver.read("state"))["ok"]
    assert (await driver.read("messages/C0GENERAL"))["ok"]
    assert (await driver.read("log"))["ok"]


async def test_a_huge_body_is_refused(driver: Any) -> None:
    body = json.dumps({"channel": "C0GENERAL", "text": "x" * 5_000_000})
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-playground"}
    for path in ("/api/chat.postMessage", "/_control/message"):
        async with driver.session.post(driver.url + path, data=io.BytesIO(body.encode()), headers=headers) as response:
            assert response.status == 413


async def test_odd_queries_get_an_answer(driver: Any) -> None:
    for query in ("limit=x", "limit=-1", "limit=" + "9" * 5000, "limit=²", "before=x", "before=%ff"):
        async with driver.session.get(f"{driver.url}/_control/messages/C0GENERAL?{query}") as response:
            assert response.status in (200, 400), query
    assert (await driver.read("messages/C0NOWHERE"))["error"] == "channel_not_found"
