"""Slack over HTTP: size, signature and form are checked in this order before the app sees a request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp

from bot.slack.dispatch import dispatch
from bot.slack.payloads import FORM, JSON, Malformed, read_payload
from bot.slack.verify import refuse

log = logging.getLogger(__name__)

# Slack's own are far smaller: a message has 40,000 characters at most, a window's fields 3,000 each.
BODY_LIMIT = 512 * 1024
# Slack itself gives up after three seconds.
READ_WITHIN = 5.0
SSL_CHECK_LIMIT = 1000


class _Refusal(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def http_door(app: AsyncApp, signing_secret: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler for POST /slack/events: events, commands and interactivity alike."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await _read(request)
            if _is_ssl_check(request, body):
                return web.Response()
            _check(request, body, signing_secret)
            return await _answer(app, request.content_type, body)
        except Malformed as fault:
            return _refused(400, str(fault))
        except _Refusal as fault:
            return _refused(fault.status, str(fault))

    return handle


async def _read(request: web.Request) -> bytes:
    """The body; no more of it than the limit is ever held."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise _Refusal(413, "too large")
    try:
        # Mostly all of it is here already, and a time limit costs as much as the reading.
        if request.content.is_eof():
            return _small(await request.content.read())
        async with asyncio.timeout(READ_WITHIN):
            body = bytearray()
            async for piece in request.content.iter_any():
                body += _small(piece, len(body))
            return bytes(body)
    except TimeoutError:
        raise _Refusal(408, "too slow") from None
    except web.RequestPayloadError:
        raise _Refusal(400, "broken off or badly packed") from None


def _small(piece: bytes, before: int = 0) -> bytes:
    if before + len(piece) > BODY_LIMIT:
        raise _Refusal(413, "too large")
    return piece


def _check(request: web.Request, body: bytes, signing_secret: str) -> None:
    why = refuse(request.headers, body, signing_secret)
    if why:
        raise _Refusal(401, why)
    if request.content_type not in {JSON, FORM}:
        raise _Refusal(415, "neither JSON nor a form")


async def _answer(app: AsyncApp, content_type: str, body: bytes) -> web.Response:
    payload = read_payload(content_type, body)
    if payload.get("type") == "url_verification":
        return web.json_response({"challenge": str(payload.get("challenge", ""))[:SSL_CHECK_LIMIT]})
    answer = await dispatch(app, payload)
    return await to_aiohttp_response(answer) if answer.body else web.Response(status=answer.status)


def _is_ssl_check(request: web.Request, body: bytes) -> bool:
    """Slack looks at the certificate now and then, without a signature; it wants a yes, and nothing is done."""
    return len(body) < SSL_CHECK_LIMIT and request.content_type == FORM and b"ssl_check=1" in body.split(b"&")


def _refused(status: int, why: str) -> web.Response:
    log.warning("a request was refused: %s", why, extra={"action": "slack.refuse"})
    return web.json_response({"error": why}, status=status)
