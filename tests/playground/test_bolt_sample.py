"""A stock Bolt app and a person talk, by Socket Mode and by signed HTTP alike."""

from typing import Any


async def test_a_mention_is_answered_in_its_thread(driver: Any, sample: Any) -> None:
    message = await driver.say("@leadhand are you there?")
    assert message["text"] == "<@U0LEADHAND> are you there?"
    reply = await driver.find("I hear you")
    assert reply["thread_ts"] == message["ts"]
    assert reply["bot_id"] == "B0LEADHAND"
    parent = next(one for one in await driver.messages() if one["ts"] == message["ts"])
    assert (parent["reply_count"], parent["reply_users"]) == (1, ["U0LEADHAND"])
    mention = next(event for event in sample.heard if event["type"] == "app_mention")
    assert mention["user"] == "U0MIRA"
    assert mention["client_msg_id"]
    first = [line["detail"]["payload"] for line in await driver.deliveries() if "(retry" not in line["summary"]]
    assert len({payload["event_id"] for payload in first}) == len(first) >= 2


async def test_a_reply_in_a_thread_carries_its_thread(driver: Any, sample: Any) -> None:
    root = await driver.say("a bug")
    await driver.say("@leadhand file this", thread_ts=root["ts"])
    reply = await driver.find("I hear you")
    assert reply["thread_ts"] == root["ts"]
    mention = next(event for event in sample.heard if event["type"] == "app_mention")
    assert mention["thread_ts"] == root["ts"]
    assert mention["parent_user_id"] == "U0MIRA"


async def test_a_command_is_answered_to_one_and_then_to_all(driver: Any, sample: Any) -> None:
    answer = await driver.act("command", channel="C0GENERAL", user="U0MIRA", command="/ticket", text="a & b")
    assert answer["ok"], answer
    private = await driver.find("Noted: a &amp; b")
    assert (private["ephemeral"], private["to"]) == (True, "U0MIRA")
    public = await driver.find("For everybody")
    assert "ephemeral" not in public
    command = next(event for event in sample.heard if event["type"] == "command")
    assert command["channel_name"] == "general"
    assert command["user_name"] == "mira"


async def test_a_slow_command_times_out_for_its_writer(driver: Any, sample: Any) -> None:
    answer = await driver.act("command", channel="C0GENERAL", user="U0MIRA", command="/sleepy", text="")
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    told = await driver.find("operation_timeout")
    assert told["to"] == "U0MIRA"


async def test_a_button_changes_its_message(driver: Any, sample: Any) -> None:
    await driver.say("@leadhand a button please")
    reply = await driver.find("I hear you")
    action = {"type": "button", "action_id": "press_me"}
    pressed = await driver.act("interact", channel="C0GENERAL", messageTs=reply["ts"], user="U0TOMAS", action=action)
    assert pressed["ok"], pressed
    changed = await driver.find("Pressed by <@U0TOMAS>")
    assert changed["ts"] == reply["ts"]
    assert "blocks" not in changed
    body = next(event for event in sample.heard if event["type"] == "block_actions")
    assert body["actions"][0]["value"] == "v1"
    assert body["actions"][0]["block_id"] == reply["blocks"][1]["block_id"]
    assert body["container"]["thread_ts"] == reply["thread_ts"]
    assert body["message"]["ts"] == reply["ts"]
    assert body["channel"] == {"id": "C0GENERAL", "name": "general"}


async def test_a_form_complains_then_is_taken(driver: Any, sample: Any) -> None:
    await driver.say("@leadhand a form please")
    reply = await driver.find("I hear you")
    action = {"type": "button", "action_id": "open_form"}
    await driver.act("interact", channel="C0GENERAL", messageTs=reply["ts"], user="U0MIRA", action=action)
    opened = await driver.top_view("A form")
    who = {"user": "U0MIRA", "view_id": opened["id"]}

    def typed(value: str) -> dict[str, Any]:
        return {"b1": {"title": {"type": "plain_text_input", "value": value}}}

    empty = await driver.act("submit-view", **who, values=typed(""))
    assert empty["errors"] == {"b1": "Please complete this required field."}
    short = await driver.act("submit-view", **who, values=typed("ab"))
    assert short["response_action"] == "errors"
    assert short["errors"] == {"b1": "Too short"}
    assert (await driver.read("state"))["views"]
    taken = await driver.act("submit-view", **who, values=typed("long enough"))
    assert taken == {"ok": True}
    assert (await driver.read("state"))["views"] == []
    await driver.find("Form says long enough")
    gone = await driver.act("submit-view", **who, values=typed("again"))
    assert gone["error"] == "view_not_found"


async def test_an_untouched_field_keeps_its_first_value(driver: Any, sample: Any) -> None:
    await driver.say("@leadhand a form please")
    reply = await driver.find("I hear you")
    action = {"type": "button", "action_id": "open_form"}
    await driver.act("interact", channel="C0GENERAL", messageTs=reply["ts"], user="U0MIRA", action=action)
    opened = await driver.top_view("A form")
    stranger = await driver.act("submit-view", user="U0TOMAS", view_id=opened["id"])
    assert stranger["error"] == "view_not_found"
    await driver.act("submit-view", user="U0MIRA", view_id=opened["id"])
    await driver.find("Form says draft")


async def test_a_form_closed_by_hand_is_reported(driver: Any, sample: Any) -> None:
    await driver.say("@leadhand a form please")
    reply = await driver.find("I hear you")
    action = {"type": "button", "action_id": "open_form"}
    await driver.act("interact", channel="C0GENERAL", messageTs=reply["ts"], user="U0MIRA", action=action)
    opened = await driver.top_view("A form")
    assert (await driver.act("close-view", user="U0MIRA", view_id=opened["id"]))["ok"]
    assert sample.kinds().count("view_closed") == 1
    assert (await driver.read("state"))["views"] == []


async def test_a_message_shortcut_opens_a_form(driver: Any, sample: Any) -> None:
    message = await driver.say("please file")
    where = {"channel": "C0GENERAL", "messageTs": message["ts"], "user": "U0MIRA"}
    assert (await driver.act("shortcut", callback_id="ticket_from_message", **where))["ok"]
    opened = await driver.top_view("Shortcut")
    assert opened["user"] == "U0MIRA"
    body = next(event for event in sample.heard if event["type"] == "message_action")
    assert body["message"]["text"] == "please file"
    assert body["response_url"].startswith(driver.url)


async def test_reactions_edits_and_deletes_are_heard(driver: Any, sample: Any) -> None:
    message = await driver.say("a tpyo")
    place = {"channel": "C0GENERAL", "ts": message["ts"], "user": "U0MIRA"}
    assert (await driver.act("reaction", **place, name="ticket"))["ok"]
    assert (await driver.act("reaction", **place, name=":ticket:"))["ok"], "a second press changes nothing"
    assert (await driver.act("reaction", **place, name="ticket", present=False))["ok"]
    edited = await driver.act("edit-message", **place, text="a typo")
    assert edited["message"]["edited"]["user"] == "U0MIRA"
    assert (await driver.act("delete-message", **place))["ok"]

    async def look() -> bool:
        return "message_deleted" in sample.kinds()

    await driver.until(look, "message_deleted")
    wanted = {"message", "reaction_added", "reaction_removed", "message_changed", "message_deleted"}
    assert sorted(sample.kinds()) == sorted(wanted)
    by_kind = dict(zip(sample.kinds(), sample.heard, strict=True))
    assert by_kind["reaction_added"]["item"] == {"type": "message", "channel": "C0GENERAL", "ts": message["ts"]}
    assert by_kind["message_changed"]["previous_message"]["text"] == "a tpyo"
    assert by_kind["message_changed"]["message"]["text"] == "a typo"
    assert by_kind["message_deleted"]["deleted_ts"] == message["ts"]


async def test_a_direct_message_is_heard_and_answered(driver: Any, sample: Any) -> None:
    channel = (await driver.act("open-dm", user="U0WEI", **{"with": "U0LEADHAND"}))["channel"]["id"]
    await driver.say("hello", channel=channel, user="U0WEI")

    async def look() -> Any:
        return next((event for event in sample.heard if event.get("channel_type") == "im"), None)

    event = await driver.until(look, "direct message")
    assert event["channel"] == channel
    posted = await sample.app.client.chat_postMessage(channel="U0WEI", text="hello yourself")
    assert posted["channel"] == channel
    shown = next(one for one in (await driver.read("state"))["channels"] if one["id"] == channel)
    assert shown["user"] == "U0WEI"


async def test_nothing_is_heard_from_a_channel_without_the_bot(driver: Any, sample: Any) -> None:
    await driver.say("a secret about @leadhand", channel="C0LEADS", user="U0RUTH")
    await driver.say("something public")

    async def look() -> bool:
        return bool(sample.heard)

    await driver.until(look, "event")
    assert [event["text"] for event in sample.heard] == ["something public"]


async def test_home_is_opened(driver: Any, sample: Any) -> None:
    assert (await driver.act("open-home", user="U0MIRA"))["ok"]

    async def look() -> bool:
        return "app_home_opened" in sample.kinds()

    await driver.until(look, "app_home_opened")
