"""Several workspaces in one playground: each with people, channels and tokens of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from bot.playground.credentials import Credentials
from bot.playground.server import start

APP = {"client_id": Credentials().client_id, "client_secret": Credentials().client_secret}


async def open_one(driver: Any, name: str = "Harbour Prints") -> tuple[Any, str]:
    """A further workspace with the app in its first channel, and the app's token there."""
    made = await driver.act("workspace", name=name)
    assert made["ok"], made
    asked = {"client_id": APP["client_id"], "scope": "chat:write,users:read,channels:read,channels:history"}
    url = URL(f"{driver.url}/oauth/v2/authorize").with_query({**asked, "redirect_uri": "http://127.0.0.1:1/"})
    code = (await driver.act("install", url=str(url), team=made["team"]["id"]))["code"]
    back = {"redirect_uri": "http://127.0.0.1:1/"}
    given = await driver.call("oauth.v2.access", token="", code=code, **back, **APP)
    await driver.act("join", channel=made["channels"][0]["id"], user=given["bot_user_id"])
    return {**made, "bot": given["bot_user_id"]}, given["access_token"]


async def test_the_first_stays_as_it_is(driver: Any) -> None:
    before = await driver.read("state")
    made, _ = await open_one(driver)
    after = await driver.read("state")
    assert [one["id"] for one in after.pop("teams")] == ["T0LARKSPUR", made["team"]["id"]]
    assert [one["id"] for one in before.pop("teams")] == ["T0LARKSPUR"]
    assert after == before
    assert (await driver.call("users.list"))["members"][0]["team_id"] == "T0LARKSPUR"


async def test_ids_are_unique_and_names_are_not(driver: Any) -> None:
    one, _ = await open_one(driver)
    other, _ = await open_one(driver, "Alder & Sons <b>")
    first = await driver.read("state")
    for kind in ("users", "channels"):
        ids = [entry["id"] for made in (one, other, first) for entry in made[kind]]
        assert len(ids) == len(set(ids))
    assert [made["channels"][0]["name"] for made in (one, other)] == ["general", "general"]
    assert other["team"] == {"id": other["team"]["id"], "name": "Alder & Sons <b>", "domain": "alder-sons-b"}


async def test_a_token_opens_its_own_workspace_alone(driver: Any) -> None:
    made, token = await open_one(driver)
    own, foreign = made["channels"][0]["id"], "C0GENERAL"
    posted = await driver.call("chat.postMessage", token=token, channel=own, text="hello")
    assert posted["message"]["team"] == made["team"]["id"]
    assert posted["message"]["user"] == made["bot"]
    by_name = await driver.call("chat.postMessage", token=token, channel="#general", text="by name")
    assert by_name["channel"] == own
    for token_used, channel in ((token, foreign), (Credentials().bot_token, own)):
        refused = await driver.call("chat.postMessage", token=token_used, channel=channel, text="no")
        assert refused["error"] == "channel_not_found"
    assert (await driver.call("users.info", token=token, user="U0MIRA"))["error"] == "user_not_found"
    people = {user["id"] for user in (await driver.call("users.list", token=token))["members"]}
    assert people == {user["id"] for user in made["users"]} | {made["bot"]}


async def test_what_happens_there_is_told_in_its_name(driver: Any) -> None:
    made, token = await open_one(driver)
    team, channel, user = made["team"]["id"], made["channels"][0]["id"], made["users"][0]["id"]
    message = await driver.say(f"<@{made['bot']}> @sam #support", channel=channel, user=user)
    assert made["users"][1]["id"] in message["text"]
    assert made["channels"][1]["id"] in message["text"]
    await driver.act("reaction", channel=channel, ts=message["ts"], user=user, name="ticket")
    await driver.act("open-home", user=user)
    told = [line["detail"]["payload"] for line in await driver.deliveries()]
    kinds = [one["event"]["type"] for one in told]
    assert {"message", "app_mention", "reaction_added", "app_home_opened"} <= set(kinds)
    for one in told:
        assert (one["team_id"], one["authorizations"][0]["team_id"]) == (team, team)
        assert one["authorizations"][0]["user_id"] == made["bot"]
    assert (await driver.messages(channel))[-1]["reactions"][0]["users"] == [user]
    assert (await driver.read(f"state?team={team}"))["company"]["name"] == "Harbour Prints"
    await driver.call("chat.postEphemeral", token=token, channel=channel, user=user, text="psst")
    assert [one["text"] for one in (await driver.read(f"ephemeral?user={user}"))["messages"]] == ["psst"]
    assert (await driver.read("ephemeral"))["messages"] == []


async def test_commands_buttons_and_modals_there(driver: Any, make_sample: Any, serve: Any, playground: Any) -> None:
    made, token = await open_one(driver)
    sample = make_sample(playground.url)
    sample.app.client.token = token
    await driver.act("app", events_url=await serve(sample))
    channel, user = made["channels"][0]["id"], made["users"][0]["id"]
    answer = await driver.act("command", channel=channel, user=user, command="/ticket", text="x")
    assert answer["response"] == "Noted: x"
    await driver.find("For everybody", channel=channel)
    heard = next(one for one in sample.heard if one["type"] == "command")
    assert (heard["team_id"], heard["team_domain"]) == (made["team"]["id"], "harbour-prints")


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("workspace", {}, "invalid_name"),
        ("workspace", {"name": "x" * 81}, "invalid_name"),
        ("install", {"url": "http://127.0.0.1/other"}, "invalid_url"),
        ("uninstall", {"team": "T9"}, "team_not_found"),
        ("expire-tokens", {"team": "T9"}, "team_not_found"),
    ],
)
async def test_what_cannot_be(driver: Any, verb: str, body: Any, code: str) -> None:
    assert (await driver.act(verb, **body))["error"] == code


async def test_a_workspace_without_the_app(driver: Any) -> None:
    made = await driver.act("workspace", name="Quiet")
    channel, user = made["channels"][0]["id"], made["users"][0]["id"]
    await driver.say("hello", channel=channel, user=user)
    for verb, more in (("command", {"command": "/ticket"}), ("open-home", {}), ("shortcut", {"callback_id": "c"})):
        assert (await driver.act(verb, channel=channel, user=user, **more))["error"] == "app_not_installed"
    assert (await driver.act("uninstall", team=made["team"]["id"]))["error"] == "app_not_installed"
    assert await driver.deliveries() == []


async def test_they_outlive_a_restart_and_not_a_reset(tmp_path: Path, drive: Any) -> None:
    first = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(first.url)
    made, token = await open_one(driver)
    await driver.say("kept", channel=made["channels"][0]["id"], user=made["users"][0]["id"])
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db")
    driver = drive(second.url)
    assert (await driver.messages(made["channels"][0]["id"]))[-1]["text"] == "kept"
    assert (await driver.call("auth.test", token=token))["team_id"] == made["team"]["id"]
    await driver.act("uninstall")
    assert (await driver.call("auth.test"))["error"] == "account_inactive"
    await driver.act("reset")
    assert [one["installed"] for one in (await driver.read("state"))["teams"]] == [True]
    assert (await driver.call("auth.test"))["ok"]
    assert (await driver.call("auth.test", token=token))["error"] == "invalid_auth"
    assert (await driver.act("message", channel=made["channels"][0]["id"], user="U0MIRA", text="x"))["ok"] is False
    await second.close()


async def test_the_feed_of_one_tells_nothing_of_another(driver: Any, playground: Any) -> None:
    made, _ = await open_one(driver)
    async with (
        driver.session.get(f"{playground.url}/_control/feed") as first,
        driver.session.get(f"{playground.url}/_control/feed?team={made['team']['id']}") as second,
    ):
        await driver.say("there", channel=made["channels"][0]["id"], user=made["users"][0]["id"])
        await driver.say("here")
        for feed, word in ((first, "here"), (second, "there")):
            heard: list[str] = []
            async with asyncio.timeout(3):
                while not heard:
                    line = (await feed.content.readline()).decode()
                    event = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                    heard += [event["message"]["text"]] if event.get("type") == "message" else []
            assert heard == [word]
