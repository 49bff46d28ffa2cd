"""Agent sessions, the Stop button and the status line of a thread."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import start
from bot.playground.timing import Timing

G = "C0GENERAL"
READER = {"recipient_user_id": "U0MIRA", "recipient_team_id": "T0LARKSPUR"}


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def session_of(driver: Any, ts: str) -> Any:
    sessions = (await driver.read("state"))["sessions"]
    return next((one for one in sessions if one["thread_ts"] == ts), None)


async def test_a_session_is_opened_renamed_and_closed(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("look into it")
    place: dict[str, Any] = {"channel_id": G, "thread_ts": root["ts"]}
    with pytest.raises(SlackApiError, match="session_not_found"):
        await client.agents_sessions_rename(**place, title="too early")
    opened = await client.agents_sessions_setStatus(**place, status="processing", title="Looking")
    assert (opened["status"], opened["agent_status"], opened["title"]) == ("processing", "processing", "Looking")
    again = await client.agents_sessions_setStatus(**place, status="suspended", title="not taken")
    assert (again["status"], again["title"]) == ("suspended", "Looking")
    assert (await client.agents_sessions_rename(**place, title="Looked"))["title"] == "Looked"
    kept = await session_of(driver, root["ts"])
    assert (kept["channel"], kept["status"], kept["title"]) == (G, "suspended", "Looked")
    reply = await client.chat_postMessage(channel=G, thread_ts=root["ts"], text="found")
    by_reply = await client.agents_sessions_setStatus(channel_id=G, thread_ts=str(reply["ts"]), status="closed")
    assert by_reply["title"] == "Looked", "a reply's ts leads to its thread"


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("agents.sessions.setStatus", {"status": "busy"}, "invalid_status"),
    ("agents.sessions.setStatus", {"status": None}, "invalid_arguments"),
    ("agents.sessions.setStatus", {"thread_ts": None}, "thread_ts_required"),
    ("agents.sessions.setStatus", {"thread_ts": "1.0"}, "invalid_thread_ts"),
    ("agents.sessions.setStatus", {"channel_id": "C0NOWHERE"}, "channel_not_found"),
    ("agents.sessions.setStatus", {"initiator_user_id": "U0NOBODY"}, "user_not_found"),
    ("agents.sessions.setStatus", {"title": "x" * 201}, "invalid_arguments"),
    ("agents.sessions.rename", {"title": " "}, "session_not_found"),
    ("assistant.threads.setStatus", {"thread_ts": "1.0"}, "invalid_thread_ts"),
    ("assistant.threads.setStatus", {"loading_messages": ["x"] * 11}, "invalid_arguments"),
    ("assistant.threads.setStatus", {"channel_id": "C0NOWHERE"}, "channel_not_found"),
    ("assistant.threads.setTitle", {}, "invalid_arguments"),
]


async def test_refusals_are_slacks_own(driver: Any) -> None:
    root = await driver.say("here")
    good = {"channel_id": G, "thread_ts": root["ts"], "status": "processing"}
    answers = [(method, given, (await driver.call(method, **{**good, **given}))) for method, given, _ in REFUSED]
    assert [(method, given, answer.get("error")) for method, given, answer in answers] == REFUSED


async def test_stop_closes_the_streams_and_tells_the_app(client: AsyncWebClient, driver: Any, sample: Any) -> None:
    root = await driver.say("a long one, please")
    press = {"channel": G, "user": "U0WEI"}
    assert (await driver.act("stop", **press))["error"] == "nothing_to_stop"
    assert (await driver.act("stop", **press, thread_ts=root["ts"]))["error"] == "nothing_to_stop"
    await client.agents_sessions_setStatus(channel_id=G, thread_ts=root["ts"], status="processing")
    stream = await client.chat_stream(channel=G, thread_ts=root["ts"], buffer_size=1, **READER)
    await stream.append(markdown_text="well, ")
    assert (await driver.act("stop", **press))["streaming_message_ts"] == [stream.ts]

    async def heard() -> Any:
        return next((event for event in sample.heard if event["type"] == "agent_session_stopped"), None)

    event = await driver.until(heard, "the stop")
    assert {key: event[key] for key in ("channel", "thread_ts", "user", "streaming_message_ts")} == {
        "channel": G,
        "thread_ts": root["ts"],
        "user": "U0WEI",
        "streaming_message_ts": [stream.ts],
    }
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await stream.append(markdown_text="not any more")
    assert (await session_of(driver, root["ts"]))["status"] == "processing", "the app itself moves on"
    assert (await driver.act("stop", **press))["streaming_message_ts"] == [], "work that streams nothing stops, too"
    await client.agents_sessions_setStatus(channel_id=G, thread_ts=root["ts"], status="active")
    assert (await driver.act("stop", **press))["error"] == "nothing_to_stop"


async def test_the_end_of_a_stream_moves_the_session_on(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("short")
    stream = await client.chat_stream(channel=G, thread_ts=root["ts"], **READER)
    await stream.stop(markdown_text="done", session_status="active")
    assert (await session_of(driver, root["ts"]))["status"] == "active"


async def test_a_status_line_goes_with_a_post_or_when_emptied(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("think")
    place: dict[str, Any] = {"channel_id": G, "thread_ts": root["ts"]}
    await client.assistant_threads_setStatus(**place, status="is thinking...", loading_messages=["Reading", "Writing"])
    line = await session_of(driver, root["ts"])
    assert (line["status"], line["text"], line["loading_messages"]) == (None, "is thinking...", ["Reading", "Writing"])
    await driver.say("are you?", thread_ts=root["ts"])
    assert (await session_of(driver, root["ts"]))["text"], "people's words leave it"
    await client.chat_postMessage(channel=G, thread_ts=root["ts"], text="so")
    assert (await session_of(driver, root["ts"]))["text"] == ""
    await client.assistant_threads_setStatus(**place, status="is writing...")
    await client.assistant_threads_setStatus(**place, status="")
    assert (await session_of(driver, root["ts"]))["text"] == ""
    await client.assistant_threads_setTitle(**place, title="A thought")
    assert (await session_of(driver, root["ts"]))["title"] == "A thought"


async def test_a_status_line_is_outlived_over_a_restart(tmp_path: Path, drive: Callable[[str], Any]) -> None:
    timing = Timing(status=0.5)
    first = await start("127.0.0.1", 0, tmp_path / "state.db", timing=timing)
    driver = drive(first.url)
    root = await driver.say("think")
    place = {"channel_id": G, "thread_ts": root["ts"]}
    await driver.call("assistant.threads.setStatus", **place, status="is thinking...")
    await driver.call("agents.sessions.setStatus", **place, status="processing")
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db", timing=timing)
    driver = drive(second.url)
    assert (await session_of(driver, root["ts"]))["text"] == "is thinking..."

    async def gone() -> bool:
        return not (await session_of(driver, root["ts"]))["text"]

    await driver.until(gone, "end of the line")
    assert (await session_of(driver, root["ts"]))["status"] == "processing"
    await second.close()
