"""A running playground, a person at it, and a stock Bolt app that knows nothing of leadhand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.credentials import Credentials
from bot.playground.server import Playground, start
from bot.playground.timing import Timing

BOT_TOKEN = Credentials().bot_token
QUICK = Timing(ack=0.4, retry_delays=(0.0, 0.2, 0.4), trigger=3.0)


class Driver:
    """Drives a playground over HTTP, as a page or a test script does."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def read(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/_control/{path}") as response:
            return await response.json()

    async def act(self, verb: str, **body: Any) -> Any:
        async with self.session.post(f"{self.url}/_control/{verb}", json=body) as response:
            return await response.json()

    async def say(self, text: str, channel: str = "C0GENERAL", user: str = "U0MIRA", **more: Any) -> Any:
        answer = await self.act("message", channel=channel, user=user, text=text, **more)
        assert answer["ok"], answer
        return answer["message"]

    async def messages(self, channel: str = "C0GENERAL", limit: int = 20) -> list[Any]:
        answer = await self.read(f"messages/{channel}?limit={limit}")
        return list(answer["messages"])

    async def find(self, text: str, channel: str = "C0GENERAL") -> Any:
        """The newest message or ephemeral with this text in it, as soon as it is there."""

        async def look() -> Any:
            shown = await self.messages(channel) + (await self.read("ephemeral"))["messages"]
            return next((message for message in reversed(shown) if text in message["text"]), None)

        return await self.until(look, f"a message with {text!r}")

    async def until(self, look: Callable[[], Awaitable[Any]], what: str, seconds: float = 3.0) -> Any:
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {what} within {seconds} s")

    async def top_view(self, title: str | None = None) -> Any:
        """The topmost open modal, with this title if one is given."""

        async def look() -> Any:
            views = (await self.read("state"))["views"]
            return next((one for one in reversed(views) if title in (None, one["view"]["title"]["text"])), None)

        return await self.until(look, f"view {title or ''}")

    async def call(self, method: str, token: str = BOT_TOKEN, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.post(f"{self.url}/api/{method}", json=arguments, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def deliveries(self, kind: str = "events_api") -> list[Any]:
        return [line for line in (await self.read("log"))["log"] if line["kind"] == kind and line["detail"]]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def playground(tmp_path: Path) -> AsyncIterator[Playground]:
    running = await start("127.0.0.1", 0, tmp_path / "playground.db", timing=QUICK)
    yield running
    await running.close()


@pytest.fixture
def driver(playground: Playground, session: aiohttp.ClientSession) -> Driver:
    return Driver(playground.url, session)


@pytest.fixture
def drive(session: aiohttp.ClientSession) -> Callable[[str], Driver]:
    return lambda url: Driver(url, session)


class Sample:
    """A stock Bolt app in the words of its tutorial; `heard` lists what reached it."""

    def __init__(self, url: str) -> None:
        client = AsyncWebClient("xoxb-playground", base_url=f"{url}/api/")
        self.app = AsyncApp(client=client, signing_secret="playground-signing-secret")
        self.heard: list[Any] = []
        self.slow = 0.0
        self._register()

    def kinds(self) -> list[str]:
        return [event.get("subtype") or event["type"] for event in self.heard]

    def _register(self) -> None:
        app = self.app
        for kind in (
            "reaction_added",
            "reaction_removed",
            "member_joined_channel",
            "app_home_opened",
            "message",
            "agent_session_stopped",
        ):
            app.event(kind)(self._hear_event)
        app.event("app_mention")(self._mention)
        app.command("/ticket")(self._command)
        app.command("/sleepy")(self._sleepy)
        app.action("press_me")(self._press)
        app.action("open_form")(self._open_form)
        app.action("title")(self._note)
        app.view("form")(self._submit)
        app.view_closed("form")(self._closed)
        app.shortcut("ticket_from_message")(self._shortcut)

    async def _hear_event(self, event: dict[str, Any]) -> None:
        self.heard.append(event)

    async def _mention(self, event: dict[str, Any], say: Any, say_stream: Any) -> None:
        self.heard.append(event)
        if "stream" in event["text"]:
            stream = await say_stream(buffer_size=1)
            await stream.append(markdown_text="I hear ")
            await stream.stop(markdown_text="and stream")
            return
        button = {
            "type": "button",
            "action_id": "press_me",
            "value": "v1",
            "text": {"type": "plain_text", "text": "Press"},
        }
        form = {"type": "button", "action_id": "open_form", "text": {"type": "plain_text", "text": "Form"}}
        blocks = [
            {"type": "section", "text": {"type": "mrkdwn", "text": "I hear you"}},
            {"type": "actions", "elements": [button, form]},
        ]
        await say(text="I hear you", blocks=blocks, thread_ts=event.get("thread_ts") or event["ts"])

    async def _command(self, ack: Any, command: dict[str, Any], respond: Any) -> None:
        self.heard.append({"type": "command", **command})
        await ack(f"Noted: {command['text']}")
        await respond(text="For everybody", response_type="in_channel")

    async def _sleepy(self, ack: Any) -> None:
        await asyncio.sleep(1.0)
        await ack("too late")

    async def _press(self, ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        self.heard.append(body)
        await respond(text=f"Pressed by <@{body['user']['id']}>", blocks=[], replace_original=True)

    async def _open_form(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        entry = {"type": "plain_text_input", "action_id": "title", "initial_value": "draft"}
        view = {
            "type": "modal",
            "callback_id": "form",
            "notify_on_close": True,
            "title": {"type": "plain_text", "text": "A form"},
            "submit": {"type": "plain_text", "text": "Send"},
            "blocks": [
                {"type": "input", "block_id": "b1", "label": {"type": "plain_text", "text": "Title"}, "element": entry}
            ],
        }
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _note(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self.heard.append(body)

    async def _submit(self, ack: Any, view: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        title = view["state"]["values"]["b1"]["title"]["value"]
        if len(title) < 4:
            await ack(response_action="errors", errors={"b1": "Too short"})
            return
        await ack()
        self.heard.append(body)
        await client.chat_postMessage(channel="C0GENERAL", text=f"Form says {title}")

    async def _closed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self.heard.append(body)

    async def _shortcut(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self.heard.append(body)
        view = {"type": "modal", "title": {"type": "plain_text", "text": "Shortcut"}, "blocks": []}
        await client.views_open(trigger_id=body["trigger_id"], view=view)


@pytest.fixture
def make_sample() -> Callable[[str], Sample]:
    return Sample


@pytest.fixture
async def connect() -> AsyncIterator[Callable[[str, Sample], Awaitable[AsyncSocketModeHandler]]]:
    """Connects a sample by Socket Mode, as often as asked."""
    handlers: list[AsyncSocketModeHandler] = []

    async def open_one(url: str, sample: Sample) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(sample.app, "xapp-playground", web_client=sample.app.client)
        handlers.append(handler)
        await handler.connect_async()
        return handler

    yield open_one
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Serves a sample by HTTP, on a free port unless one is named; the answer is its request URL."""
    runners: list[web.AppRunner] = []

    async def open_one(sample: Sample, port: int = 0) -> str:
        runner = web.AppRunner(sample.app.web_app("/slack/events"))
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

    yield open_one
    for runner in runners:
        await runner.cleanup()


@pytest.fixture(params=["socket", "http"])
async def sample(
    request: pytest.FixtureRequest, playground: Playground, driver: Driver, connect: Any, serve: Any
) -> Sample:
    """The stock app, connected in either mode."""
    made = Sample(playground.url)
    if request.param == "socket":
        await connect(playground.url, made)
    else:
        answer = await driver.act("app", events_url=await serve(made))
        assert answer == {"ok": True, "mode": "http", "verified": True}
    state = await driver.read("state")
    assert state["apps"][0]["connected"]
    assert state["apps"][0]["mode"] == request.param
    return made
