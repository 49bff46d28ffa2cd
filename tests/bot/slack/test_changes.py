"""What counts as a change of a message, and under which key."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.changes import (
    as_asked,
    from_deletion,
    from_edit,
    from_rewording,
    from_unreaction,
    is_deletion,
    says_otherwise,
)

EDITED = {"user": "U2", "ts": "5.0"}


def changed(now: dict[str, Any], before: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    message = {"type": "message", "user": "U1", "ts": "1.0", "text": "a", **now}
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "event_ts": "6.0", "message": message}
    return {"team_id": "T1", "event": event | ({"previous_message": before} if before is not None else {}) | more}


@pytest.mark.parametrize(
    ("now", "before", "changes"),
    [
        ({"text": "b", "edited": EDITED}, {"text": "a"}, True),
        ({"text": "a", "attachments": [{"id": 1}]}, {"text": "a"}, False),
        ({"text": "a", "attachments": [{"id": 1}], "edited": EDITED}, {"text": "a", "edited": EDITED}, False),
        ({"text": "a", "reply_count": 3, "thread_ts": "1.0"}, {"text": "a"}, False),
        ({"text": "a", "files": [{"id": "F1", "mode": "tombstone"}]}, {"text": "a", "files": [{"id": "F1"}]}, True),
        ({"text": "a", "files": [{"id": "F1"}]}, {"text": "a", "files": [{"id": "F1"}]}, False),
        ({"text": "b"}, {"text": "a"}, True),
        ({"text": "b", "edited": EDITED}, None, True),
        ({"text": "b", "edited": EDITED}, {"ts": "1.0"}, True),
        ({"text": "b"}, None, False),
        ({"text": "a", "files": "garbage"}, {"text": "a", "files": [7]}, False),
    ],
)
def test_only_other_words_or_files_are_a_change(now: Any, before: Any, changes: bool) -> None:
    assert says_otherwise(changed(now, before)["event"]) is changes


def test_an_edit_is_named_by_its_message_and_its_time() -> None:
    arrival = from_edit(changed({"edited": EDITED, "thread_ts": "0.5"}, {"text": "b"}))
    assert arrival is not None
    assert (arrival.key, arrival.kind) == ("edit:T1:C1:1.0:5.0", "edit")
    assert (arrival.payload["user"], arrival.payload["thread_ts"]) == ("U2", "0.5")
    assert "text" not in arrival.payload
    bare = from_edit(changed({}, {"text": "b"}))
    assert bare is not None
    assert (bare.key, bare.payload["user"]) == ("edit:T1:C1:1.0:6.0", "U1")
    assert from_edit(changed({"user": None}, {"text": "b"})) is None


def test_an_edited_request_has_the_key_of_its_message_and_its_rewording_another() -> None:
    body = changed({"text": "<@UBOT> help me", "edited": EDITED, "thread_ts": "1.0"}, {"text": "x"})
    asked = as_asked(body, "UBOT")
    assert asked is not None
    assert (asked.key, asked.payload["text"], asked.payload["thread_ts"]) == ("mention:T1:C1:1.0", "help me", "")
    again = from_rewording(body, asked)
    assert (again.key, again.kind, again.alias) == ("reask:T1:C1:1.0:5.0", "reask", None)
    assert (again.payload["amends"], again.payload["edited"]) == ("mention:T1:C1:1.0", "5.0")
    assert as_asked(changed({"text": "nobody"}, None), "UBOT") is None
    assert as_asked(changed({"text": "in private"}, None, channel_type="im"), "UBOT") is not None


def test_a_deletion_is_named_by_its_message_however_it_is_told() -> None:
    stone = changed({"subtype": "tombstone", "user": "USLACKBOT"}, {"text": "b", "user": "U1", "thread_ts": "1.0"})
    assert is_deletion(stone["event"])
    told = from_deletion(stone)
    plain = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1.0", "event_ts": "7.0"}
    bare = from_deletion({"team_id": "T1", "event": plain})
    assert told.key == bare.key == "deletion:T1:C1:1.0"
    assert (told.payload["user"], bare.payload["user"]) == ("U1", "")


def test_a_reaction_taken_back_is_another_thing_than_the_reaction() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.0"}
    event = {"type": "reaction_removed", "user": "U1", "reaction": "ticket", "item": item, "event_ts": "8.0"}
    arrival = from_unreaction({"team_id": "T1", "event": event}, "ticket")
    assert arrival is not None
    assert (arrival.key, arrival.kind) == ("unreaction:T1:C1:1.0:ticket:U1:8.0", "unreaction")
    assert from_unreaction({"team_id": "T1", "event": {**event, "item": {"type": "file"}}}, "ticket") is None
    assert from_unreaction({"team_id": "T1", "event": event}, "") is None
