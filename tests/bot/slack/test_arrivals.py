"""What Slack sends, as rows: one key for one fact, secrets masked before they are stored."""

from typing import Any

import pytest

from bot.slack.arrivals import from_command, from_message, from_press, from_reaction, from_shortcut, team_of

BOT = "UBOT"


def message(**fields: Any) -> dict[str, Any]:
    event = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.2", "text": "<@UBOT> file this", **fields}
    return {"team_id": "T1", "event_id": "Ev1", "event": event}


def test_a_mention_and_its_twin_have_one_key() -> None:
    as_message = from_message(message(channel_type="channel", client_msg_id="m1"), BOT)
    as_mention = from_message(message(type="app_mention"), BOT)
    assert as_message is not None
    assert as_mention is not None
    assert as_message.key == as_mention.key == "mention:T1:C1:1.2"
    assert as_message.payload == as_mention.payload
    assert as_message.alias == "client_msg_id:T1:m1"


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "just talk"},
        {"text": None},
        {"subtype": "channel_join"},
        {"subtype": "bot_message", "bot_id": "B1", "text": "deployed"},
        {"bot_id": "B2", "subtype": "channel_topic"},
        {"subtype": "huddle_thread"},
        {"user": None},
        {"text": "<@UOTHER> look"},
    ],
)
def test_what_is_not_meant_for_the_bot_is_no_arrival(fields: dict[str, Any]) -> None:
    assert from_message(message(**fields), BOT) is None


@pytest.mark.parametrize(
    ("fields", "author", "ids"),
    [
        ({"bot_id": "B2", "app_id": "A2"}, "U1", ["B2", "A2"]),
        ({"bot_id": "B2", "bot_profile": {"id": "B2", "app_id": "A3"}}, "U1", ["B2", "A3"]),
        ({"bot_id": "B2", "subtype": "bot_message", "user": None}, "B2", ["B2"]),
        ({}, "U1", []),
    ],
)
def test_a_bots_mention_carries_its_ids(fields: dict[str, Any], author: str, ids: list[str]) -> None:
    arrival = from_message(message(**fields), BOT)
    assert arrival is not None
    assert (arrival.payload["user"], arrival.payload["bot"]) == (author, ids)


def test_a_message_says_which_workspace_its_author_is_of() -> None:
    arrival = from_message(message(user_team="T2", source_team="T2"), BOT)
    assert arrival is not None
    assert arrival.payload["home"] == "T2"


def test_a_direct_message_needs_no_mention() -> None:
    arrival = from_message(message(channel_type="im", text="help"), BOT)
    assert arrival is not None
    assert arrival.payload["text"] == "help"


def test_secrets_are_masked_before_the_row() -> None:
    token = "xoxb-" + "1234567890-" * 2 + "abcdefghijklmnop"
    arrival = from_message(message(text=f"<@UBOT> ticket the token {token} leaked"), BOT)
    assert arrival is not None
    assert token not in str(arrival.payload)
    command = {
        "team_id": "T1", "trigger_id": "1.2.3", "channel_id": "C1", "user_id": "U1",
        "command": "/ticket", "text": f"token {token}",
    }  # fmt: skip
    assert token not in str(from_command(command).payload)


def test_a_reaction_is_one_fact_under_any_event_id() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.2"}
    event = {"type": "reaction_added", "user": "U1", "reaction": "ticket", "item": item, "event_ts": "9.9"}
    first, second = ({"team_id": "T1", "event_id": number, "event": event} for number in ("Ev1", "Ev2"))
    one, other = from_reaction(first, "ticket"), from_reaction(second, "ticket")
    assert one == other
    assert from_reaction({"team_id": "T1", "event": {**event, "item": {"type": "file"}}}, "ticket") is None
    assert from_reaction(first, "") is None


def test_a_press_is_named_by_its_moment() -> None:
    body = {
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "user": {"id": "U1"},
        "message": {"ts": "1.2", "thread_ts": "1.1"},
    }
    action = {"action_id": "ticket_file", "action_ts": "5.5", "value": "d1:abc"}
    assert from_press(body, action) == from_press(body, action)
    assert from_press(body, action).key != from_press(body, {**action, "action_ts": "5.6"}).key


def test_a_shortcut_is_about_its_message_and_a_global_one_about_nothing() -> None:
    body = {
        "type": "message_action", "team": {"id": "T1"}, "channel": {"id": "C1"}, "user": {"id": "U1"},
        "callback_id": "ticket_from_message", "action_ts": "9.1", "message": {"ts": "3.4", "thread_ts": "3.1"},
        "response_url": "https://hooks.slack.example/actions/1",
    }  # fmt: skip
    arrival = from_shortcut(body)
    assert arrival is not None
    assert arrival.key == "shortcut:T1:C1:3.4:ticket_from_message:U1:9.1"
    assert (arrival.payload["ts"], arrival.payload["thread_ts"]) == ("3.4", "3.1")
    assert from_shortcut(body | {"action_ts": "9.2"}) != arrival
    assert from_shortcut({**body, "type": "shortcut"}) is None


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}}, "T1"),
        ({"team": None, "user": {"id": "U1"}}, ""),
        # A channel shared with another organisation: T1 installed the app, T2 wrote or pressed.
        ({"team_id": "T2", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team_id": "T2", "context_team_id": "T1"}, "T1"),
        ({"team_id": "T2", "authorizations": []}, "T2"),
        ({"team_id": "T1", "authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, "T1"),
        ({"team": {"id": "T2"}, "view": {"id": "V1", "app_installed_team_id": "T1"}}, "T1"),
        ({"team": {"id": "T2"}, "actions": [], "message": {"bot_id": "B1", "team": "T1"}}, "T1"),
        # The message under a shortcut may be anybody's.
        ({"team": {"id": "T1"}, "type": "message_action", "message": {"bot_id": "B9", "team": "T2"}}, "T1"),
    ],
)
def test_the_workspace_is_the_one_that_installed_the_app(body: dict[str, Any], team: str) -> None:
    assert team_of(body) == team


def test_the_same_ids_in_another_workspace_are_another_fact() -> None:
    here, there = (from_message({**message(), "team_id": team}, BOT) for team in ("T1", "T2"))
    assert here is not None
    assert there is not None
    assert here.key != there.key
    assert (here.payload["team"], there.payload["team"]) == ("T1", "T2")


@pytest.mark.parametrize("subtype", [None, ""])
def test_a_subtype_that_is_null_is_none(subtype: str | None) -> None:
    assert from_message(message(subtype=subtype), BOT) is not None


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({"channel": "D1"}, True),
        ({"channel": "D1", "channel_type": None}, True),
        ({"channel": "C1", "channel_type": "im"}, True),
        ({"channel": "C1"}, False),
        ({"channel": "G1", "channel_type": "mpim"}, False),
    ],
)
def test_a_direct_message_is_known_by_its_channel_where_its_kind_is_left_out(
    fields: dict[str, Any], heard: bool
) -> None:
    assert (from_message(message(text="help", **fields), BOT) is not None) is heard


def test_a_reaction_without_a_time_has_a_key_all_the_same() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1.2"}
    event = {"type": "reaction_added", "user": "U1", "reaction": "ticket", "item": item}
    arrival = from_reaction({"team_id": "T1", "event_time": 77, "event": event}, "ticket")
    assert arrival is not None
    assert arrival.key == "reaction:T1:C1:1.2:ticket:U1:77"
    untimed = from_reaction({"team_id": "T1", "event": event}, "ticket")
    assert untimed is not None
    assert untimed.payload["at"] == "1.2"


@pytest.mark.parametrize("item", [{"type": "message"}, {"type": "message", "channel": "C1"}, {}])
def test_a_reaction_on_nothing_that_can_be_found_is_nothing(item: dict[str, Any]) -> None:
    event = {"type": "reaction_added", "user": "U1", "reaction": "ticket", "item": item, "event_ts": "9.9"}
    assert from_reaction({"team_id": "T1", "event": event}, "ticket") is None
