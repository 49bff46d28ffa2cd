"""The door of HTTP before the app: what it answers by itself."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt.async_app import AsyncApp

from bot.slack import http
from bot.slack.http import BODY_LIMIT, http_door
from tests.forgery import FORM, JSON, SECRET, signed


@pytest.fixture
async def client() -> AsyncIterator[TestClient[Any, Any]]:
    # An app without a listener: what reaches it is acknowledged, as anything is that means nothing to us.
    app = AsyncApp(token="xoxb-fake", signing_secret="unused", request_verification_enabled=False)
    served = web.Application()
    served.router.add_post("/slack/events", http_door(app, SECRET))
    async with TestClient(TestServer(served)) as opened:
        yield opened


async def answer(client: TestClient[Any, Any], body: Any, headers: dict[str, str]) -> tuple[int, str]:
    async with client.post("/slack/events", data=body, headers=headers) as said:
        return said.status, await said.text()


async def test_slack_proves_the_address_with_a_challenge(client: TestClient[Any, Any]) -> None:
    request = signed(b'{"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"}')
    assert await answer(client, request.body, request.headers) == (200, '{"challenge": "3eZbrw1a"}')
    forged = signed(request.body, secret="another")
    assert (await answer(client, forged.body, forged.headers))[0] == 401


async def test_a_look_at_the_certificate_is_answered_without_a_signature(client: TestClient[Any, Any]) -> None:
    assert await answer(client, b"token=t&ssl_check=1", {"Content-Type": FORM}) == (200, "")
    assert (await answer(client, b'{"ssl_check": 1}', {"Content-Type": JSON}))[0] == 401


@pytest.mark.parametrize("payload", [b'{"type": "tomorrow"}', b'{"type": "app_rate_limited", "team_id": "T1"}'])
async def test_what_is_not_known_is_acknowledged(client: TestClient[Any, Any], payload: bytes) -> None:
    request = signed(payload)
    assert await answer(client, request.body, request.headers) == (200, "")


async def test_a_body_without_an_end_is_not_held(client: TestClient[Any, Any]) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 100 * BODY_LIMIT:
            given += 65_536
            yield b"x" * 65_536

    request = signed(b"")
    try:
        status, _ = await answer(client, endless(), request.headers)
    except OSError:
        status = 413
    assert status == 413
    assert given < 50 * BODY_LIMIT


async def test_a_body_that_does_not_come_is_not_waited_for(
    client: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_WITHIN", 0.05)
    request = signed(b"{}")
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 9\r\n\r\n{{".encode())
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
