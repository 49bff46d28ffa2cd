"""What Slack sends and what only claims to be that: read, or refused in words that never hold what was sent."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.slack.payloads import FORM, JSON, Malformed, kind_of, read_payload

CANARY = "canary-7d1f"
SAID = {"type": "message", "channel": "C1", "user": "U1", "ts": "1700000000.000100", "text": "hello"}
EVENT = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": SAID}
COMMAND = {"command": "/ask", "team_id": "T1", "channel_id": "C1", "user_id": "U1", "trigger_id": "1.2", "text": "x"}
PRESS = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "a", "action_ts": "1.2"}]}
USE = {
    "type": "message_action", "user": {"id": "U1"}, "channel": {"id": "C1"}, "callback_id": "c", "action_ts": "1.2",
    "message": {"ts": "1.1"},
}  # fmt: skip


def event(**fields: Any) -> dict[str, Any]:
    return {**EVENT, "event": {**SAID, **fields}}


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (EVENT, "event_callback"),
        (event(thread_ts=None, text=None, files=[{"id": "F1"}], subtype="file_share"), "event_callback"),
        (event(type="reaction_added", reaction="ticket", event_ts="1.2", item={"type": "file"}), "event_callback"),
        (event(type="channel_rename", channel={"id": "C1", "name": "n"}), "event_callback"),
        (event(type="a_new_kind", channel=[1]), "event_callback"),
        (COMMAND, "command"),
        (PRESS, "block_actions"),
        ({"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1"}}, "view_submission"),
        (USE, "message_action"),
        ({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}, ""),
        ({"type": "tomorrow"}, ""),
        ({"hello": "world"}, ""),
        ({}, ""),
    ],
)
def test_what_slack_sends_is_known_by_its_kind(payload: dict[str, Any], kind: str) -> None:
    assert kind_of(read_payload(JSON, json.dumps(payload).encode())) == kind


@pytest.mark.parametrize(
    "payload",
    [
        {**EVENT, "event": [CANARY]},
        {**EVENT, "event": None},
        {**EVENT, "event": {"type": {}}},
        {**EVENT, "authorizations": CANARY},
        {**EVENT, "team_id": 7},
        event(channel=["C1"]),
        event(channel="C1\x00"),
        event(channel=""),
        event(ts=1.5),
        event(ts="1e9"),
        event(ts="١.٢"),
        event(ts="1" * 40),
        event(user={"id": "U1"}),
        event(text=[CANARY]),
        event(thread_ts=CANARY),
        event(client_msg_id="é"),
        event(subtype="message_changed", message=None),
        event(subtype="message_changed", message={"text": CANARY}),
        event(subtype="message_deleted"),
        event(type="reaction_added", reaction="ticket", event_ts="1.2", item=CANARY),
        event(type="reaction_added", reaction=[CANARY], event_ts="1.2", item={"type": "message"}),
        {**COMMAND, "trigger_id": ""},
        {**COMMAND, "user_id": ["U1"]},
        {**COMMAND, "text": {"a": CANARY}},
        {**PRESS, "actions": []},
        {**PRESS, "actions": CANARY},
        {**PRESS, "actions": [CANARY]},
        {**PRESS, "actions": [{"action_id": "a", "action_ts": "1.2", "value": {"x": CANARY}}]},
        {**PRESS, "user": "U1"},
        {**PRESS, "message": {"text": CANARY}},
        {**USE, "callback_id": 1},
        {"type": "view_submission", "user": {"id": "U1"}},
        {"type": [CANARY]},
    ],
)
def test_what_has_not_the_form_of_its_kind_is_malformed(payload: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        kind_of(payload)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON, b""),
        (JSON, b"null"),
        (JSON, b"[1]"),
        (JSON, b'"' + CANARY.encode() + b'"'),
        (JSON, b'{"a": ' + CANARY.encode()),
        (JSON, b"{" * 50_000),
        (JSON, b'{"a":' * 50_000),
        (JSON, b"[" * 100_000 + b"]" * 100_000),
        (JSON, b'{"a": NaN}'),
        (JSON, b'{"a": -Infinity}'),
        (JSON, b'{"a": ' + b"9" * 10_000 + b"}"),
        (JSON, b'\xff\xfe{\x00"\x00'),
        (JSON, '{"a": 1}'.encode("utf-16")),
        (JSON, b'\xef\xbb\xbf{"a": 1}'),
        (JSON, b'{"a": "\xed\xa0\x80"}'),
        (FORM, b""),
        (FORM, b"payload="),
        (FORM, b"payload=%7B"),
        (FORM, b"payload=%5B1%5D"),
        (FORM, b"command=%ff%fe"),
        (FORM, b"&".join(b"a%d=1" % n for n in range(2000))),
        (FORM, b"\xff\xff"),
    ],
)
def test_what_cannot_be_read_is_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        read_payload(content_type, body)
    assert CANARY not in str(refused.value)


def test_half_a_character_becomes_a_sign_of_its_loss_and_whole_ones_stay() -> None:
    body = b'{"a": ["x\\ud800y", "\\ud83c\\udfab"], "\\udfff": "\\u0000"}'
    assert read_payload(JSON, body) == {"a": ["x\ufffdy", "🎫"], "\ufffd": "\x00"}


def test_of_two_equal_names_the_last_counts() -> None:
    assert read_payload(JSON, b'{"team_id": 1, "team_id": "T1"}') == {"team_id": "T1"}


def test_a_form_is_a_command_or_carries_a_payload() -> None:
    command = urlencode({**COMMAND, "text": "größer & <schöner>"}).encode()
    assert read_payload(FORM, command)["text"] == "größer & <schöner>"
    assert read_payload(FORM, urlencode({"payload": json.dumps(PRESS)}).encode()) == PRESS
