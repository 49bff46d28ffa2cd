"""Deliveries: kept until acknowledged, repeated by Slack's rules, spread over connections."""

import asyncio
import hashlib
import hmac
import json
import socket
import struct
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.playground.server import start
from bot.playground.timing import Timing

QUICK = Timing(ack=0.3, retry_delays=(0.0, 0.2, 0.3))


@pytest.fixture
async def receiver() -> Any:
    """A bare HTTP endpoint that answers as told and keeps what it got."""

    class Receiver:
        def __init__(self) -> None:
            self.got: list[tuple[Any, bytes]] = []
            self.answers: list[int] = []
            self.hang = 0.0
            self.url = ""
            self.says_challenge = True

        async def serve(self, request: web.Request) -> web.Response:
            body = await request.read()
            if b"url_verification" in body:
                return web.json_response({"challenge": json.loads(body)["challenge"] if self.says_challenge else "no"})
            self.got.append((request.headers, body))
            await asyncio.sleep(self.hang)
            return web.Response(status=self.answers.pop(0) if self.answers else 200)

        def events(self) -> list[Any]:
            return [json.loads(body) for _, body in self.got]

    made = Receiver()
    application = web.Application()
    application.router.add_post("/hook", made.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def test_a_refused_event_is_repeated_with_number_and_reason(driver: Any, receiver: Any) -> None:
    await driver.act("app", events_url=receiver.url)
    receiver.answers = [500, 404, 302]
    await driver.say("hear me")

    async def look() -> bool:
        return len(receiver.got) == 4

    await driver.until(look, "four deliveries")
    numbers = [headers.get("X-Slack-Retry-Num") for headers, _ in receiver.got]
    assert numbers == [None, "1", "2", "3"]
    assert {headers["X-Slack-Retry-Reason"] for headers, _ in receiver.got[1:]} == {"http_error"}
    assert len({event["event_id"] for event in receiver.events()}) == 1


async def test_an_event_is_given_up_after_the_last_repetition(driver: Any, receiver: Any) -> None:
    await driver.act("app", events_url=receiver.url)
    receiver.answers = [500] * 10
    await driver.say("nobody hears")

    async def look() -> Any:
        return next((line for line in (await driver.read("log"))["log"] if "given up" in line["summary"]), None)

    line = await driver.until(look, "giving up")
    assert "after 4 attempts" in line["summary"]
    await asyncio.sleep(0.3)
    assert len(receiver.got) == 4


async def test_a_late_answer_counts_as_a_timeout(driver: Any, receiver: Any) -> None:
    await driver.act("app", events_url=receiver.url)
    receiver.hang = 0.6
    await driver.say("too slow")

    async def look() -> bool:
        return len(receiver.got) >= 2

    await driver.until(look, "repetition")
    assert receiver.got[1][0]["X-Slack-Retry-Reason"] == "http_timeout"


async def test_every_request_is_signed_as_slack_signs(driver: Any, receiver: Any) -> None:
    await driver.act("app", events_url=receiver.url)
    await driver.say("sign this")
    await driver.act("command", channel="C0GENERAL", user="U0MIRA", command="/ticket", text="ü & =")
    assert len(receiver.got) == 2
    for headers, body in receiver.got:
        base = b"v0:" + headers["X-Slack-Request-Timestamp"].encode() + b":" + body
        digest = hmac.new(b"playground-signing-secret", base, hashlib.sha256).hexdigest()
        assert headers["X-Slack-Signature"] == f"v0={digest}"
    form = parse_qs(receiver.got[1][1].decode())
    assert form["text"] == ["ü &amp; ="]
    assert form["command"] == ["/ticket"]
    assert form["trigger_id"]


async def test_a_url_is_taken_only_with_its_challenge(driver: Any, receiver: Any) -> None:
    receiver.says_challenge = False
    wrong = await driver.act("app", events_url=receiver.url)
    assert wrong["error"] == "url_verification_failed"
    assert "challenge" in wrong["message"]
    for bad in ("ftp://x", 7, "", "http://[", "http://"):
        answer = await driver.act("app", events_url=bad)
        assert answer["error"] == "invalid_url", bad
    assert (await driver.read("state"))["apps"][0]["mode"] is None
    nobody = await driver.act("app", events_url="http://127.0.0.1:1/nobody")
    assert nobody == {"ok": True, "mode": "http", "verified": False}, "a bot that starts later is to be found"
    assert await driver.act("app", events_url=None) == {"ok": True, "mode": None, "verified": False}


async def test_the_environment_leads_a_bot_here(driver: Any, playground: Any, receiver: Any) -> None:
    settings = playground.environment()
    assert settings["SLACK_API_URL"] == f"{driver.url}/api/"
    assert settings["TRELLO_API_URL"] == f"{driver.url}/1"
    assert (await driver.call("auth.test", token=settings["SLACK_BOT_TOKEN"]))["ok"]
    assert (await driver.call("apps.connections.open", token=settings["SLACK_APP_TOKEN"]))["ok"]
    assert (await driver.read("state"))["board"]["id"] == settings["TRELLO_BOARD"]
    await driver.act("app", events_url=receiver.url)
    assert playground.environment()["SLACK_APP_TOKEN"] == "", "a bot without an app token listens by HTTP"


async def test_without_an_app_a_command_is_not_dispatched(driver: Any) -> None:
    answer = await driver.act("command", channel="C0GENERAL", user="U0MIRA", command="/ticket", text="x")
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    told = await driver.find("dispatch_failed")
    assert told["ephemeral"]


async def test_events_wait_for_an_app_that_connects_late(
    driver: Any, playground: Any, make_sample: Any, connect: Any
) -> None:
    await driver.say("anybody?")
    sample = make_sample(playground.url)
    await asyncio.sleep(0.05)
    await connect(playground.url, sample)

    async def look() -> bool:
        return bool(sample.heard)

    await driver.until(look, "the event", seconds=1.0)
    assert sample.heard[0]["text"] == "anybody?"


async def test_pending_events_survive_a_restart(tmp_path: Path, drive: Any, make_sample: Any, connect: Any) -> None:
    slow = Timing(retry_delays=(60.0,))
    first = await start("127.0.0.1", 0, tmp_path / "state.db", timing=slow)
    await drive(first.url).say("before the restart")
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db", timing=slow)
    sample = make_sample(second.url)
    await connect(second.url, sample)

    async def look() -> bool:
        return bool(sample.heard)

    await drive(second.url).until(look, "the event of before")
    assert sample.heard[0]["text"] == "before the restart"
    await second.close()


@pytest.mark.parametrize("sign", ["another event", "the url is set again"])
async def test_events_that_nobody_took_are_due_when_the_url_answers_again(
    tmp_path: Path, drive: Any, make_sample: Any, serve: Any, sign: str
) -> None:
    slow = Timing(retry_delays=(60.0, 60.0))
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    first = await start("127.0.0.1", 0, tmp_path / "state.db", timing=slow)
    await drive(first.url).act("app", events_url=f"http://127.0.0.1:{port}/slack/events")
    await drive(first.url).say("into the void")
    await first.close()
    second = await start("127.0.0.1", 0, tmp_path / "state.db", timing=slow)
    driver, sample = drive(second.url), make_sample(second.url)

    async def tried() -> Any:
        return "connection_failed" in str(await driver.deliveries())

    async def heard() -> bool:
        return "into the void" in [event["text"] for event in sample.heard]

    await driver.until(tried, "an attempt in vain")
    url = await serve(sample, port)
    if sign == "another event":
        await driver.say("anybody now?")
    else:
        await driver.act("app", events_url=url)
    await driver.until(heard, "the event of before", seconds=1.5)
    await second.close()


async def test_a_refused_event_keeps_its_pauses_while_others_are_taken(
    tmp_path: Path, drive: Any, receiver: Any
) -> None:
    running = await start("127.0.0.1", 0, tmp_path / "state.db", timing=Timing(retry_delays=(0.0, 60.0)))
    driver = drive(running.url)
    await driver.act("app", events_url=receiver.url)
    receiver.answers = [500, 500]
    refused = await driver.say("refused twice at once, then after a pause")

    async def look() -> bool:
        return len(receiver.got) == 2

    await driver.until(look, "two attempts")
    for number in range(3):
        await driver.say(f"taken {number}")
    await asyncio.sleep(0.2)
    assert [event["event"]["ts"] for event in receiver.events()].count(refused["ts"]) == 2, "no success hurries it"
    assert len(receiver.got) == 5
    await running.close()


async def test_redelivery_on_demand_keeps_or_changes_the_event_id(
    driver: Any, playground: Any, make_sample: Any, connect: Any
) -> None:
    sample = make_sample(playground.url)
    await connect(playground.url, sample)
    await driver.say("once")

    async def heard(count: int) -> None:
        async def look() -> bool:
            return len(sample.heard) == count

        await driver.until(look, f"{count} events")

    await heard(1)
    same = await driver.act("redeliver", last=True)
    await heard(2)
    fresh = await driver.act("redeliver", event_id=same["event_id"], new_event_id=True)
    await heard(3)
    assert fresh["event_id"] != same["event_id"]
    assert {event["ts"] for event in sample.heard} == {sample.heard[0]["ts"]}
    assert (await driver.act("redeliver", event_id="Ev0"))["error"] == "event_not_found"
    assert (await driver.act("redeliver"))["error"] == "event_not_found"


async def open_socket(driver: Any) -> Any:
    url = (await driver.call("apps.connections.open", token="xapp-playground"))["url"]
    ws = await driver.session.ws_connect(url)
    hello = await ws.receive_json()
    assert hello["type"] == "hello"
    assert hello["connection_info"] == {"app_id": "A0LEADHAND"}
    return ws


async def test_two_connections_share_the_events(driver: Any) -> None:
    one, other = await open_socket(driver), await open_socket(driver)
    for number in range(2):
        await driver.say(f"event {number}")
    envelopes = [await ws.receive_json(timeout=1) for ws in (one, other)]
    assert {envelope["payload"]["event"]["text"] for envelope in envelopes} == {"event 0", "event 1"}
    for ws, envelope in zip((one, other), envelopes, strict=True):
        assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
        assert envelope["accepts_response_payload"] is False
        await ws.send_json({"envelope_id": envelope["envelope_id"]})
    await asyncio.sleep(0.5)
    assert [line["summary"].rpartition(": ")[2] for line in await driver.deliveries()] == ["acknowledged"] * 2
    await one.close()
    await other.close()


async def test_an_event_lost_with_its_connection_goes_to_the_other(driver: Any) -> None:
    one, other = await open_socket(driver), await open_socket(driver)
    await driver.say("hold on")
    first = await one.receive_json(timeout=1)
    await one.close()
    second = await other.receive_json(timeout=1)
    assert second["payload"]["event_id"] == first["payload"]["event_id"]
    assert second["envelope_id"] != first["envelope_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "connection_failed")
    await other.close()


async def test_an_unacknowledged_event_comes_again(driver: Any) -> None:
    ws = await open_socket(driver)
    await ws.send_str("not json")
    await ws.send_json(["not", "an", "object"])
    await ws.send_json({"envelope_id": "unknown"})
    await driver.say("ack me")
    first = await ws.receive_json(timeout=1)
    second = await ws.receive_json(timeout=1)
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert second["payload"] == first["payload"]
    await ws.close()


async def test_an_app_that_leaves_while_it_is_greeted_is_no_error(driver: Any, caplog: Any) -> None:
    for _ in range(5):
        url = urlsplit((await driver.call("apps.connections.open", token="xapp-playground"))["url"])
        upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        _, writer = await asyncio.open_connection(url.hostname, url.port)
        # The reset comes with the request: the server reads both before it greets.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.write(
            f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n{upgrade}\r\n{key}\r\n\r\n".encode()
        )
        writer.transport.abort()
    assert (await driver.read("state"))["apps"][0]["connected"] is False
    assert [record.getMessage() for record in caplog.records if record.name == "aiohttp.server"] == []


async def test_a_ticket_opens_one_socket(driver: Any) -> None:
    url = (await driver.call("apps.connections.open", token="xapp-playground"))["url"]
    async with driver.session.ws_connect(url) as ws:
        assert (await ws.receive_json())["num_connections"] == 1
    http = urlsplit(url)._replace(scheme="http").geturl()
    async with driver.session.get(http) as again:
        assert again.status == 401


async def test_an_app_asked_to_leave_connects_anew(
    driver: Any, playground: Any, make_sample: Any, connect: Any
) -> None:
    sample = make_sample(playground.url)
    await connect(playground.url, sample)
    assert (await driver.act("disconnect"))["ok"]
    await driver.say("still there?")

    async def look() -> bool:
        return bool(sample.heard)

    await driver.until(look, "the event after the reconnect", seconds=5)


async def test_a_synchronous_bolt_app_works_too(driver: Any, playground: Any) -> None:
    def listen() -> SocketModeHandler:
        app = App(client=WebClient("xoxb-playground", base_url=f"{playground.url}/api/"))
        app.event("app_mention")(lambda event, say: say("hello from a thread", thread_ts=event["ts"]))
        app.command("/ticket")(lambda ack, command: ack(f"noted {command['text']}"))
        handler = SocketModeHandler(app, "xapp-playground")
        handler.connect()
        return handler

    handler = await asyncio.to_thread(listen)
    try:
        message = await driver.say("@leadhand hello")
        assert (await driver.find("hello from a thread"))["thread_ts"] == message["ts"]
        answer = await driver.act("command", channel="C0GENERAL", user="U0MIRA", command="/ticket", text="it")
        assert answer["response"] == {"text": "noted it"}
    finally:
        await asyncio.to_thread(handler.close)
