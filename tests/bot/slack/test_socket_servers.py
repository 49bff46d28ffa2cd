"""Sockets against servers that behave badly: each is a WebSocket server of this test's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import sockets
from bot.slack.sockets import Sockets

Serve = Callable[["Server", web.WebSocketResponse], Any]


class Server:
    """Slack's side: hands out addresses and serves each WebSocket as the test says."""

    def __init__(self, serve: Serve, *, autoping: bool = True) -> None:
        self._serve = serve
        self._autoping = autoping
        self.opened: list[web.WebSocketResponse] = []
        self.acknowledged: list[str] = []
        self.refuses = False

    @property
    def alive(self) -> list[web.WebSocketResponse]:
        return [ws for ws in self.opened if not ws.closed]

    async def give_address(self, request: web.Request) -> web.Response:
        if self.refuses:
            return web.json_response({"ok": False, "error": "internal_error"})
        return web.json_response({"ok": True, "url": f"ws://{request.host}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoping=self._autoping)
        await ws.prepare(request)
        self.opened.append(ws)
        await ws.send_json({"type": "hello", "num_connections": len(self.alive)})
        await self._serve(self, ws)
        return ws


async def listen(server: Server, ws: web.WebSocketResponse) -> None:
    async for message in ws:
        if message.type is aiohttp.WSMsgType.TEXT:
            server.acknowledged.append(json.loads(message.data)["envelope_id"])


async def throw_out_the_older(server: Server, ws: web.WebSocketResponse) -> None:
    for older in server.alive:
        if older is not ws:
            await older.close()
    await listen(server, ws)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "PING_EVERY", 0.25)
    monkeypatch.setattr(sockets, "LOOK_EVERY", 0.05)


@asynccontextmanager
async def connected(server: Server, clock: Callable[[], float] | None = None) -> AsyncIterator[Sockets]:
    app = web.Application()
    app.router.add_post("/api/apps.connections.open", server.give_address)
    app.router.add_get("/link", server.link)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=f"http://127.0.0.1:{port}/api/", session=session)
        bolt = AsyncApp(client=client, authorize=whoever)
        held = Sockets(bolt, "xapp-fake", **({"clock": clock} if clock else {}))
        await held.open()
        try:
            yield held
        finally:
            await held.close()
            await runner.cleanup()


async def whoever(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U1", bot_token="xoxb-fake")


async def until(look: Callable[[], bool], what: str) -> None:
    for _ in range(400):
        if look():
            return
        await asyncio.sleep(0.025)
    raise AssertionError(f"waited in vain for {what}")


async def test_a_server_that_allows_one_socket_gets_one() -> None:
    server = Server(throw_out_the_older)
    async with connected(server) as held:
        await until(lambda: len(held.connections) == 1 and len(server.opened) > sockets.CONTESTED_TIMES, "one")
        many = len(server.opened)
        await asyncio.sleep(0.5)
        assert len(server.opened) == many, "it goes on for ever"
        assert held.open_count == 1


async def test_a_socket_that_answers_no_ping_is_replaced() -> None:
    server = Server(listen, autoping=False)
    async with connected(server) as held:
        await until(lambda: held.open_count == 2, "two")
        first = list(held.connections)
        await until(lambda: not set(first) & set(held.connections) and held.open_count == 2, "two others")


async def test_a_socket_that_is_closed_is_replaced_at_once() -> None:
    server = Server(listen)
    async with connected(server) as held:
        await until(lambda: held.open_count == 2, "two")
        for ws in server.alive:
            await ws.close()
        await until(lambda: len(server.alive) == 2 and held.open_count == 2, "two others")


async def test_one_that_is_passed_over_or_hears_nothing_is_replaced() -> None:
    now = [0.0]
    server = Server(listen)
    async with connected(server, lambda: now[0]) as held:
        await until(lambda: held.open_count == 2, "two")
        busy = server.alive[0]
        for number in range(sockets.PASSED_OVER + 2):
            await busy.send_json({"type": "events_api", "envelope_id": f"e{number}", "payload": {}})
        await until(lambda: len(server.opened) == 3 and len(server.alive) == 2, "a third")
        assert busy in server.alive
        now[0] += sockets.QUIET_AFTER + 1
        await until(lambda: len(server.opened) == 5 and len(server.alive) == 2, "two new ones")


async def test_while_no_new_socket_is_to_be_had_the_old_one_is_kept() -> None:
    now = [0.0]
    server = Server(listen)
    async with connected(server, lambda: now[0]) as held:
        await until(lambda: held.open_count == 2, "two")
        server.refuses = True
        now[0] += sockets.QUIET_AFTER + 1
        await asyncio.sleep(0.4)
        assert held.open_count == 2
        server.refuses = False
        await until(lambda: len(server.opened) == 4 and held.open_count == 2, "two new ones")
