"""What every call to Slack goes through: secrets stay here, and a pause holds up what it is about, nothing else."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError

from bot.slack.client import connect
from bot.slack.outward import OutwardClient, masked
from pipelines.core.errors import TryAgain

OWN = "fake-signing-secret-of-the-settings"
TOKEN = "xoxb-" + "1234567890-" * 2 + "abcdefghijklmnop"


class Slack:
    """Notes what it is sent; refuses the channels of `busy` once each, with that pause."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.busy: dict[str, int] = {}

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.content_type == "application/json" else dict(await request.post())
        pause = self.busy.pop(str(body.get("channel")), None)
        if pause is not None:
            refusal = {"ok": False, "error": "ratelimited"}
            return web.json_response(refusal, status=429, headers={"Retry-After": str(pause)})
        self.heard.append((request.match_info["method"], body))
        return web.json_response({"ok": True, "ts": "1.2"})


@pytest.fixture
async def slack() -> AsyncIterator[tuple[Slack, OutwardClient]]:
    fake = Slack()
    app = web.Application()
    app.router.add_post("/api/{method}", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    async with aiohttp.ClientSession() as session:
        yield fake, connect("xoxb-fake", address, session, secrets=frozenset({OWN, "short"}))
    await runner.cleanup()


async def test_no_secret_and_no_ping_leaves_in_any_word(slack: tuple[Slack, OutwardClient]) -> None:
    fake, client = slack
    hostile = f"{OWN} and {TOKEN}, password: hunter2! <!channel> <!here|here> @everyone, short"
    block = {"type": "section", "block_id": OWN, "text": {"type": "mrkdwn", "text": hostile}}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": hostile}]}]}  # fmt: skip
    view = {"type": "home", "blocks": [block], "private_metadata": "{}"}
    await client.chat_postMessage(channel="C1", text=hostile, blocks=[block, rich])
    await client.chat_update(channel="C1", ts="1.2", text=hostile, blocks=[block])
    await client.chat_postEphemeral(channel="C1", user="U1", text=hostile)
    await client.views_publish(user_id="U1", view=view)
    await client.views_open(trigger_id="1", view=view)
    await client.api_call("chat.startStream", json={"channel": "C1", "markdown_text": hostile})
    await client.api_call("chat.appendStream", json={"channel": "C1", "chunks": [{"type": "x", "text": hostile}]})
    assert len(fake.heard) == 7
    for method, body in fake.heard:
        said = json.dumps(body).replace(json.dumps(OWN), "")
        for leak in (OWN, TOKEN, "hunter2", "<!channel", "<!here", "@everyone"):
            assert leak not in said, method
        assert "short" in said
    assert fake.heard[0][1]["blocks"][0]["block_id"] == OWN


async def test_a_pause_holds_up_its_method_in_its_channel_alone(slack: tuple[Slack, OutwardClient]) -> None:
    fake, client = slack
    fake.busy["C1"] = 1
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C1", text="refused")
    began = time.monotonic()
    held = [asyncio.create_task(client.chat_postMessage(channel="C1", text=f"held {n}")) for n in range(3)]
    await asyncio.sleep(0)
    await client.chat_postMessage(channel="C2", text="elsewhere")
    await client.chat_update(channel="C1", ts="1.2", text="another method")
    assert [body["text"] for _, body in fake.heard] == ["elsewhere", "another method"]
    await asyncio.gather(*held)
    assert time.monotonic() - began >= 0.9
    assert sorted(body["text"] for _, body in fake.heard[2:]) == ["held 0", "held 1", "held 2"]


async def test_a_long_pause_is_left_to_the_engine(slack: tuple[Slack, OutwardClient]) -> None:
    fake, client = slack
    fake.busy["C1"] = 40
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C1", text="refused")
    with pytest.raises(TryAgain) as later:
        await client.chat_postMessage(channel="C1", text="too early")
    assert later.value.sure
    assert 30 < later.value.after <= 40
    assert fake.heard == []


def test_an_address_of_ours_stays_and_one_with_a_secret_loses_it() -> None:
    link = (
        "<http://127.0.0.1:41234/archives/C0SUPPORT/p1795484125884325?thread_ts=1795484125.884325&cid=C0SUPPORT|here>"
    )
    assert masked(link, {OWN}) == link
    assert masked("see https://ann:hunter2@host.example/x", {OWN}) == "see https://ann:[secret removed]@host.example/x"
    assert TOKEN not in masked(f"https://host.example/?t={TOKEN}", {OWN})
    assert OWN not in masked(f"https://host.example/?t={OWN}", {OWN})
