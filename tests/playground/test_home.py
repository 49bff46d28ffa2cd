"""App Home, prompts and global shortcuts of a stock Bolt app that knows nothing of leadhand."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


def home(text: str) -> dict[str, Any]:
    button = {"type": "button", "action_id": "water", "text": {"type": "plain_text", "text": "Water"}, "value": "rose"}
    return {
        "type": "home",
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": text}},
            {"type": "actions", "block_id": "beds", "elements": [button]},
        ],
    }


@pytest.fixture
def garden(sample: Any) -> Any:
    """The sample publishes a home when it is opened, and again when its button is pressed."""

    @sample.app.event("app_home_opened")
    async def on_home(event: dict[str, Any], client: Any) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=home("Dry"))
        else:
            prompts = [{"title": "Water", "message": "water the roses"}]
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)

    @sample.app.action("water")
    async def on_water(ack: Any, body: dict[str, Any], client: Any) -> None:
        sample.heard.append(body)
        await ack()
        await client.views_publish(user_id=body["user"]["id"], view=home(f"Watered {body['actions'][0]['value']}"))

    @sample.app.shortcut("plant")
    async def on_plant(ack: Any, shortcut: dict[str, Any]) -> None:
        sample.heard.append(shortcut)
        await ack()

    # Bolt gives an event to the first listener that fits: the sample's own must not be first.
    sample.app._async_listeners.reverse()
    return sample


async def shown(driver: Any, user: str, text: str) -> Any:
    async def look() -> Any:
        homes = (await driver.read("state"))["homes"]
        return next((one for one in homes if one["user"] == user and text in str(one["view"])), None)

    return await driver.until(look, f"a home with {text}")


async def test_home_is_published_read_and_pressed(driver: Any, garden: Any) -> None:
    await driver.act("open-home", user="U0MIRA")
    first = await shown(driver, "U0MIRA", "Dry")
    again = await driver.act("open-home", user="U0MIRA")
    assert again["view"]["id"] == first["id"]
    action = {"type": "button", "action_id": "water"}
    pressed = await driver.act("interact", user="U0MIRA", view_id=first["id"], action=action)
    assert pressed == {"ok": True}
    watered = await shown(driver, "U0MIRA", "Watered rose")
    assert watered["id"] == first["id"], "a person has one home"
    body = next(event for event in garden.heard if event.get("type") == "block_actions")
    assert body["view"]["type"] == "home"
    assert body["container"] == {"type": "view", "view_id": first["id"]}
    assert "channel" not in body


async def test_home_is_each_persons_own_and_no_modal(driver: Any, garden: Any) -> None:
    await driver.act("open-home", user="U0MIRA")
    mine = await shown(driver, "U0MIRA", "Dry")
    stranger = await driver.act("interact", user="U0WEI", view_id=mine["id"], action={"action_id": "water"})
    assert stranger["error"] == "view_not_found"
    closed = await driver.act("submit-view", user="U0MIRA", view_id=mine["id"])
    assert closed["error"] == "view_not_found"
    assert (await driver.read("state"))["views"] == []
    assert {one["user"] for one in (await driver.read("state"))["homes"]} == {"U0MIRA"}


async def test_an_old_hash_and_a_bad_view_are_refused(driver: Any, garden: Any) -> None:
    client = garden.app.client
    first = (await client.views_publish(user_id="U0WEI", view=home("one")))["view"]
    second = (await client.views_publish(user_id="U0WEI", view=home("two"), hash=first["hash"]))["view"]
    assert second["hash"] != first["hash"]
    refusals = {
        "hash_conflict": {"user_id": "U0WEI", "view": home("three"), "hash": first["hash"]},
        "invalid_arguments": {"user_id": "U0WEI", "view": {**home("x"), "type": "modal"}},
        "user_not_found": {"user_id": "U0NOBODY", "view": home("x")},
    }
    for code, arguments in refusals.items():
        with pytest.raises(SlackApiError) as refusal:
            await client.views_publish(**arguments)
        assert refusal.value.response["error"] == code
    assert "two" in str(await shown(driver, "U0WEI", "two"))


async def test_prompts_are_offered_in_a_direct_channel_only(driver: Any, garden: Any) -> None:
    await driver.act("open-home", user="U0WEI", tab="messages")

    async def look() -> Any:
        return (await driver.read("state"))["prompts"]

    (channel, offer), *rest = (await driver.until(look, "prompts")).items()
    assert rest == []
    assert channel.startswith("D")
    assert offer["prompts"] == [{"title": "Water", "message": "water the roses"}]
    for arguments in (
        {"channel_id": "C0GENERAL", "prompts": offer["prompts"]},
        {"channel_id": channel, "prompts": [{"title": "no message"}]},
        {"channel_id": channel, "prompts": offer["prompts"] * 5},
        {"channel_id": channel, "prompts": ["water"]},
        {"channel_id": channel, "prompts": "water"},
    ):
        answer = await driver.call("assistant.threads.setSuggestedPrompts", **arguments)
        assert answer["ok"] is False, arguments


async def test_a_global_shortcut_is_about_no_message(driver: Any, garden: Any) -> None:
    assert (await driver.act("shortcut", callback_id="plant", user="U0MIRA"))["ok"]
    body = next(event for event in garden.heard if event.get("type") == "shortcut")
    assert body["user"]["id"] == "U0MIRA"
    assert not {"channel", "message", "response_url"} & set(body)


async def test_the_state_lists_the_companys_shortcuts_and_a_reset_forgets_homes(driver: Any, garden: Any) -> None:
    await driver.act("open-home", user="U0MIRA")
    await shown(driver, "U0MIRA", "Dry")
    state = await driver.read("state")
    assert "ticket_from_message" in {entry["callback_id"] for entry in state["shortcuts"]}
    await driver.act("reset")
    assert (await driver.read("state"))["homes"] == []
