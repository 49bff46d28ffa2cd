"""Streamed messages: the stock client and Bolt's helper, Slack's limits, and what history and the page see."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import start
from bot.playground.timing import Timing

G = "C0GENERAL"
READER = {"recipient_user_id": "U0MIRA", "recipient_team_id": "T0LARKSPUR"}
BUTTONS = [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "ok"}}]}]


@pytest.fixture
def client(playground: Any) -> AsyncWebClient:
    return AsyncWebClient("xoxb-playground", base_url=f"{playground.url}/api/")


async def test_the_stock_client_streams_text(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("tell me a long story")
    stream = await client.chat_stream(channel=G, thread_ts=root["ts"], buffer_size=4, **READER)
    await stream.append(markdown_text="**Once** ")
    (shown,) = [message for message in await driver.messages() if message["ts"] == stream.ts]
    assert (shown["text"], shown["streaming"], shown["thread_ts"]) == ("**Once** ", True, root["ts"])
    await stream.append(markdown_text="upon a time")
    metadata = {"event_type": "story", "event_payload": {"run": 7}}
    await stream.stop(markdown_text=".", blocks=BUTTONS, metadata=metadata)
    replies = await client.conversations_replies(channel=G, ts=root["ts"], include_all_metadata=True)
    told = replies["messages"][-1]
    assert (told["text"], told["streaming_state"]) == ("**Once** upon a time.", "completed")
    assert [block["type"] for block in told["blocks"]] == ["markdown", "actions"]
    assert told["metadata"] == metadata
    assert told["user"] == "U0LEADHAND"


async def test_tasks_change_in_their_place(client: AsyncWebClient, driver: Any) -> None:
    root = await driver.say("do things")
    stream = await client.chat_stream(channel=G, thread_ts=root["ts"], **READER)
    await stream.append(chunks=[TaskUpdateChunk(id="a", title="Look", status="in_progress", details="first ")])
    await stream.append(chunks=[MarkdownTextChunk(text="found it"), {**task("b", "Read", "pending")}])
    source = {"type": "url", "url": "https://x.test/a", "text": "a"}
    done = TaskUpdateChunk(id="a", title="Looked", status="complete", details="second", sources=[source])
    await stream.stop(chunks=[done, task("b", "Read", "complete")])
    blocks = (await driver.messages())[-1]["blocks"]
    assert [block["type"] for block in blocks] == ["task_card", "markdown", "task_card"]
    assert (blocks[0]["title"], blocks[0]["status"], blocks[0]["sources"]) == ("Looked", "complete", [source])
    assert blocks[0]["details"]["elements"][0]["elements"] == [{"type": "text", "text": "first second"}]


def task(name: str, title: str, status: str) -> dict[str, Any]:
    return {"type": "task_update", "id": name, "title": title, "status": status}


@pytest.mark.parametrize(("last", "title"), [("complete", "Done"), ("in_progress", "Something went wrong")])
async def test_a_plan_gathers_its_tasks(client: AsyncWebClient, driver: Any, last: str, title: str) -> None:
    root = await driver.say("plan things")
    stream = await client.chat_stream(channel=G, thread_ts=root["ts"], task_display_mode="plan", **READER)
    await stream.append(chunks=[PlanUpdateChunk(title="Working"), task("a", "Look", "in_progress")])
    (plan,) = (await driver.messages())[-1]["blocks"]
    assert (plan["type"], plan["title"]) == ("plan", "Working")
    text = {"type": "markdown_text", "text": "so it is"}
    await stream.stop(
        chunks=[text, task("a", "Look", last), task("b", "Say", "complete"), PlanUpdateChunk(title="Done")]
    )
    plan, words = (await driver.messages())[-1]["blocks"]
    assert (plan["title"], words["text"]) == (title, "so it is")
    assert [(one["task_id"], one["status"]) for one in plan["tasks"]] == [("a", last), ("b", "complete")]


async def test_bolt_streams_as_its_tutorial_says(driver: Any, sample: Any) -> None:
    root = await driver.say("@leadhand stream, please")
    reply = await driver.find("I hear and stream")
    assert (reply["thread_ts"], reply["streaming"]) == (root["ts"], False)


TEXT = {"type": "markdown_text", "text": "y"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("chat.startStream", {"thread_ts": ""}, "invalid_arguments"),
    ("chat.startStream", {"thread_ts": "1.0"}, "invalid_thread_ts"),
    ("chat.startStream", {"recipient_user_id": ""}, "missing_recipient_user_id"),
    ("chat.startStream", {"recipient_team_id": ""}, "missing_recipient_team_id"),
    ("chat.startStream", {"recipient_user_id": "U0NOBODY"}, "user_not_found"),
    ("chat.startStream", {"channel": "C0LEADS"}, "channel_not_found"),
    ("chat.startStream", {"task_display_mode": "grid"}, "invalid_arguments"),
    ("chat.startStream", {"markdown_text": "x" * 12_001}, "msg_too_long"),
    ("chat.startStream", {"markdown_text": "x", "chunks": [TEXT]}, "invalid_arguments"),
    ("chat.startStream", {"chunks": "no json"}, "invalid_json"),
    ("chat.startStream", {"chunks": [{"type": "thought"}]}, "invalid_arguments"),
    ("chat.startStream", {"chunks": [task("a", "Look", "running")]}, "invalid_arguments"),
    ("chat.startStream", {"chunks": [task("a", "x" * 257, "pending")]}, "invalid_arguments"),
    ("chat.startStream", {"chunks": [{"type": "blocks", "blocks": [{"type": "nope"}]}]}, "invalid_arguments"),
    ("chat.startStream", {"chunks": [{**task("a", "b", "error"), "sources": [{"type": "url"}]}]}, "invalid_arguments"),
    ("chat.appendStream", {"ts": "1.0", "markdown_text": "x"}, "message_not_found"),
    ("chat.appendStream", {}, "no_text"),
    ("chat.appendStream", {"markdown_text": "y" * 12_000}, "msg_too_long"),
    ("chat.appendStream", {"chunks": [TEXT]}, "streaming_mode_mismatch"),
    ("chat.stopStream", {"chunks": [task("a", "Look", "pending")]}, "streaming_mode_mismatch"),
    ("chat.stopStream", {"blocks": [{"type": "nope"}]}, "invalid_blocks"),
    ("chat.stopStream", {"metadata": {"event_type": ""}}, "invalid_metadata_format"),
    ("chat.update", {"text": "x"}, "streaming_state_conflict"),
    ("chat.delete", {}, "cant_delete_message"),
]  # fmt: skip


async def test_refusals_are_slacks_own(driver: Any) -> None:
    root = await driver.say("stream here")
    place = {"channel": G, "thread_ts": root["ts"], **READER}
    opened = await driver.call("chat.startStream", **place, markdown_text="open")
    wrong = []
    for method, given, error in REFUSED:
        good = place if method == "chat.startStream" else {"channel": G, "ts": opened["ts"]}
        answer = await driver.call(method, **{**good, **given})
        if (answer["ok"], answer.get("error")) != (False, error):
            wrong.append((method, given, error, answer))
    assert wrong == []
    theirs = await driver.call("chat.appendStream", channel=G, ts=root["ts"], markdown_text="x")
    assert theirs["error"] == "message_not_in_streaming_state"
    assert (await driver.call("chat.stopStream", channel=G, ts=opened["ts"]))["message"]["text"] == "open"
    again = await driver.call("chat.stopStream", channel=G, ts=opened["ts"])
    assert again["error"] == "message_not_in_streaming_state"
    assert (await driver.call("chat.update", channel=G, ts=opened["ts"], text="changed"))["ok"]


async def test_a_direct_channel_needs_no_reader(client: AsyncWebClient, driver: Any) -> None:
    channel = (await driver.act("open-dm", user="U0WEI", **{"with": "U0LEADHAND"}))["channel"]["id"]
    root = await driver.say("hello", channel=channel, user="U0WEI")
    stream = await client.chat_stream(channel=channel, thread_ts=root["ts"])
    assert (await stream.stop(markdown_text="hello yourself"))["ok"]


async def test_a_stream_is_closed_when_its_time_is_over(tmp_path: Path, drive: Callable[[str], Any]) -> None:
    timing = Timing(stream=0.4)
    first = await start("127.0.0.1", 0, tmp_path / "state.db", timing=timing)
    driver = drive(first.url)
    root = await driver.say("a long one")
    opened = await driver.call("chat.startStream", channel=G, thread_ts=root["ts"], markdown_text="so", **READER)
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db", timing=timing)
    driver = drive(second.url)
    assert (await driver.messages())[-1]["streaming"], "open over a restart"

    async def closed() -> bool:
        return not (await driver.messages())[-1]["streaming"]

    await driver.until(closed, "end of the stream")
    client = AsyncWebClient("xoxb-playground", base_url=f"{second.url}/api/")
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await client.chat_appendStream(channel=G, ts=opened["ts"], markdown_text="far")
    assert (await client.chat_update(channel=G, ts=opened["ts"], text="so far"))["ok"]
    await second.close()


async def test_the_app_hears_start_and_end_and_the_page_every_word(client: Any, driver: Any, sample: Any) -> None:
    root = await driver.say("tell")
    async with driver.session.get(f"{driver.url}/_control/feed") as feed:
        stream = await client.chat_stream(channel=G, thread_ts=root["ts"], buffer_size=1, **READER)
        for word in ("one ", "two ", "three"):
            await stream.append(markdown_text=word)
        await stream.stop()
        seen = b""
        async with asyncio.timeout(2):
            while b'"completed"' not in seen:
                seen += await feed.content.readany()
    assert seen.count(b'"streaming": true') >= 3

    # Bolt keeps an app's own messages from its listeners: the log tells what Slack sent.
    async def ended() -> Any:
        events = [line["detail"]["payload"]["event"] for line in await driver.deliveries()]
        return next((event for event in events if event.get("subtype") == "message_changed"), None)

    event = await driver.until(ended, "the end")
    assert event["message"]["text"] == "one two three"
