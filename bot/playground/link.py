"""The two ways to reach the app: a Socket Mode connection, or a signed request to its URL."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.playground.feed import Feed
from bot.playground.journal import Journal
from bot.playground.sockets import RETRY_REASON_CONNECTION, Reply, Socket, Sockets
from bot.playground.store import Store
from bot.playground.team import APP_ID
from bot.playground.timing import Timing

Kind = Literal["events_api", "slash_commands", "interactive"]
Payload = dict[str, Any]

REMEMBERED = 1000

RETRY_REASON_TIMEOUT = "http_timeout"
RETRY_REASON_ERROR = "http_error"


@dataclass(frozen=True)
class Retry:
    """Which repetition of a delivery this is (1 is the first) and why the one before it failed."""

    number: int
    reason: str


class Link:
    """Sends one payload to the app and waits for its acknowledgement."""

    def __init__(self, store: Store, feed: Feed, journal: Journal, timing: Timing, signing_secret: str) -> None:
        self._settings = store.table("setting")
        self._feed = feed
        self._journal = journal
        self._timing = timing
        self._secret = signing_secret.encode()
        self.sockets = Sockets()
        self._last: dict[str, Socket] = {}
        self._tickets: set[str] = set()
        self._session: aiohttp.ClientSession | None = None
        self._unheard = False
        self.on_connect: list[Callable[[], None]] = []

    @property
    def events_url(self) -> str | None:
        """The URL set by the control verb `app`; None means Socket Mode."""
        document = self._settings.get("app")
        return document["events_url"] if document else None

    @property
    def mode(self) -> Literal["socket", "http"] | None:
        """How the app is reached now, or None."""
        if self.events_url:
            return "http"
        return "socket" if self.sockets else None

    def set_url(self, url: str | None) -> None:
        """Keep the app's URL over restarts."""
        self._settings.put("app", {"events_url": url})
        self._feed.publish({"type": "app", "connected": self.mode is not None})

    async def send(self, kind: Kind, payload: Payload, retry: Retry | None = None) -> Reply:
        """Deliver once. Never raises: a failure is in the reply."""
        if self.events_url:
            reply = await self._post(self.events_url, kind, payload, retry)
            self._listen_for_return(reply)
        else:
            reply = await self._push(kind, payload, retry)
        outcome = reply.failure or "acknowledged"
        attempt = f" (retry {retry.number}, {retry.reason})" if retry else ""
        detail = {"payload": payload, "reply": reply.body}
        self._journal.note(kind, "to_app", f"{summarise(payload)}{attempt}: {outcome}", detail)
        return reply

    def wake(self) -> None:
        """Tell those who wait for the app that it is there."""
        for call in self.on_connect:
            call()

    def _listen_for_return(self, reply: Reply) -> None:
        # Only the first answer after a silence: an app that refuses one event among many keeps Slack's pauses.
        if reply.failure is None and self._unheard:
            self._unheard = False
            self.wake()
        elif reply.failure == RETRY_REASON_CONNECTION:
            self._unheard = True

    # Socket Mode

    def issue_ticket(self) -> str:
        """A one-time ticket for one WebSocket, part of the URL that apps.connections.open answers."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def serve_socket(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /link/: greet the app, then pass its acknowledgements on until it leaves."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="unknown ticket")
        self._tickets.discard(ticket)
        socket = self.sockets.make()
        # An app may leave at any moment, also while it is greeted or its ping answered.
        with contextlib.suppress(ConnectionError):
            await socket.ws.prepare(request)
            await self._accompany(socket)
        return socket.ws if socket.ws.prepared else web.Response()

    async def _accompany(self, socket: Socket) -> None:
        beating = asyncio.get_running_loop().create_task(socket.beat())
        try:
            # An app that is stopped leaves without a word.
            with contextlib.suppress(ConnectionError):
                await self._greet(socket)
                await self._listen(socket)
        finally:
            beating.cancel()
            self.sockets.remove(socket)
            self._feed.publish({"type": "app", "connected": self.mode is not None})

    async def _greet(self, socket: Socket) -> None:
        debug = {"host": "playground", "build_number": 1, "approximate_connection_time": 18060}
        hello = {"type": "hello", "num_connections": len(self.sockets) + 1, "debug_info": debug}
        await socket.send({**hello, "connection_info": {"app_id": APP_ID}})
        self.sockets.add(socket)
        self._feed.publish({"type": "app", "connected": True})
        self.wake()

    async def _listen(self, socket: Socket) -> None:
        while (text := await socket.read()) is not None:
            answer = _object(text)
            if isinstance(answer.get("envelope_id"), str):
                socket.settle(answer["envelope_id"], Reply(None, answer.get("payload")))

    async def _push(self, kind: Kind, payload: Payload, retry: Retry | None) -> Reply:
        event_id = str(payload.get("event_id", ""))
        socket = self.sockets.pick(self._last.pop(event_id, None))
        if socket is None:
            return Reply(RETRY_REASON_CONNECTION)
        envelope: Payload = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope["retry_attempt"] = retry.number if retry else 0
            envelope["retry_reason"] = retry.reason.removeprefix("http_") if retry else ""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        socket.waiting[envelope["envelope_id"]] = future
        try:
            await socket.send(envelope)
            return await asyncio.wait_for(future, self._timing.ack)
        except TimeoutError:
            self._remember(event_id, socket)
            return Reply(RETRY_REASON_TIMEOUT)
        except ConnectionError:
            return Reply(RETRY_REASON_CONNECTION)
        finally:
            socket.waiting.pop(envelope["envelope_id"], None)

    def _remember(self, event_id: str, socket: Socket) -> None:
        """Where an event was not acknowledged: its repetition goes to another connection."""
        self._last[event_id] = socket
        while len(self._last) > REMEMBERED:
            self._last.pop(next(iter(self._last)))

    # Signed HTTP

    async def challenge(self, url: str) -> bool:
        """Ask the URL for Slack's url_verification; False when nobody answers there.

        Raises ValueError, in plain words, for an answer that is not the challenge.
        """
        word = uuid.uuid4().hex
        reply = await self._post(url, "events_api", {"type": "url_verification", "challenge": word, "token": ""}, None)
        if reply.failure in (RETRY_REASON_CONNECTION, RETRY_REASON_TIMEOUT):
            return False
        found = reply.body.get("challenge") if isinstance(reply.body, dict) else reply.body
        if reply.failure or found != word:
            raise ValueError(f"{url} did not send the challenge of url_verification back")
        return True

    async def _post(self, url: str, kind: Kind, payload: Payload, retry: Retry | None) -> Reply:
        body, content_type = _encode(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+playground)", **self._sign(body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        timeout = aiohttp.ClientTimeout(total=self._timing.ack)
        try:
            async with self._open_session().post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                text = await response.text(errors="replace")
        except TimeoutError:
            return Reply(RETRY_REASON_TIMEOUT)
        except (aiohttp.ClientError, OSError, ValueError):
            return Reply(RETRY_REASON_CONNECTION)
        if not 200 <= response.status < 300:
            return Reply(RETRY_REASON_ERROR, text)
        return Reply(None, _object(text) or text or None)

    def _sign(self, body: bytes) -> dict[str, str]:
        """Slack's v0 signature over timestamp and body."""
        now = str(int(time.time()))
        digest = hmac.new(self._secret, b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": now, "X-Slack-Signature": f"v0={digest}"}

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def close(self) -> None:
        """End every connection."""
        await self.sockets.close()
        if self._session is not None:
            await self._session.close()


def summarise(payload: Payload) -> str:
    """One line that names a delivery in the log."""
    event = payload.get("event")
    if isinstance(event, dict):
        return f"{event.get('subtype') or event.get('type')} {payload.get('event_id')}"
    if "command" in payload:
        return f"{payload['command']} {payload.get('text', '')}".strip()
    actions = payload.get("actions") or [{}]
    return f"{payload.get('type')} {actions[0].get('action_id') or payload.get('callback_id') or ''}".strip()


def _encode(kind: Kind, payload: Payload) -> tuple[bytes, str]:
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    if kind == "slash_commands":
        return urlencode(payload, errors="replace").encode(), form
    return urlencode({"payload": json.dumps(payload)}).encode(), form


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
