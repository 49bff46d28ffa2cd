"""Two Socket Mode connections and the watchdog that replaces one when it ends or falls silent.

Slack spreads its envelopes over all connections of an app, and sends those of a lost one again through another: with
two, neither a refresh nor a wedge is a gap. The SDK's own way to reconnect is not used: it knows nothing of a
connection that answers pings and delivers nothing, and has wedged itself more than once (python-slack-sdk's issues
1110 and 1244 among others). Here a connection is opened once, and when something is wrong another one takes its place.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import WSMessage
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.dispatch import dispatch
from bot.slack.payloads import Malformed

log = logging.getLogger(__name__)

CONNECTIONS = 2
PING_EVERY = 3
LOOK_EVERY, LONGEST_PAUSE = 1.0, 30.0
OPEN_WITHIN = 8.0
CLOSE_WITHIN = 2.0
# Slack chooses a connection at random: to be passed over so often is one chance in four thousand.
PASSED_OVER = 12
# Nothing at all, not even for the other one: a new connection is cheap, so it need not be proved guilty. Slack lets an
# app open about one a minute.
QUIET_AFTER = 180.0
# A server that allows one connection closes the older one, and the two would drive each other out for ever.
CONTESTED_TIMES, SHORT_LIFE = 4, 5.0

TROUBLE = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True)
class Pulse:
    """How a connection is. `silent_for` is in seconds, `passed_over` counts what the others heard meanwhile."""

    over: bool
    alive: bool
    silent_for: float
    passed_over: int


def verdict(pulse: Pulse) -> str:
    """Why this connection should be replaced; empty while all is well."""
    if pulse.over:
        return "it is over"
    if not pulse.alive:
        return "its reader has stopped"
    if pulse.passed_over >= PASSED_OVER:
        return f"the other one heard {pulse.passed_over} messages, this one none"
    return "it has heard nothing for long" if pulse.silent_for > QUIET_AFTER else ""


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, with the payload checked first, and which knows whether it is at work."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._working = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope; not at all when what it brought could not be kept, and Slack delivers it again."""
        self._working += 1
        self.idle.clear()
        try:
            await send_async_response(client, req, await self._answer(req), time.time())
        finally:
            self._working -= 1
            if not self._working:
                self.idle.set()

    async def _answer(self, req: SocketModeRequest) -> BoltResponse:
        try:
            return await dispatch(self.app, req.payload)
        except Malformed as fault:
            # An envelope that makes no sense is acknowledged, no more: again it would make no more sense.
            log.warning("an envelope was refused: %s", fault, extra={"action": "slack.refuse"})
            return BoltResponse(status=200)


class Connection:
    """One connection, opened once.

    `on_heard` is called with every message, `on_end` when Slack ends it, or its pings are not answered.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        *,
        on_heard: Callable[[Connection], None],
        on_end: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._on_heard = on_heard
        self._on_end = on_end
        self._clock = clock
        self._handler = _Handler(
            app, app_token, logger=logging.getLogger("slack_socket"), web_client=app.client, ping_interval=PING_EVERY
        )
        self.client = self._handler.client
        self.client.on_message_listeners.append(self._on_message)
        # Called by the SDK for a goodbye, a close and a missing pong alike.
        self.client.connect_to_new_endpoint = self._end  # type: ignore[method-assign]
        self._opened_at = self._heard_at = clock()
        self.over = False
        self.taken_leave = False
        self.too_many = False
        self.short_lived = False
        self.passed_over = 0

    async def _on_message(self, message: WSMessage) -> None:
        self._heard_at = self._clock()
        self._on_heard(self)
        if "disconnect" not in message.data:
            return
        with suppress(ValueError, RecursionError):
            said: Any = json.loads(message.data)
            if isinstance(said, dict) and said.get("type") == "disconnect":
                self.taken_leave = True
                self.too_many = said.get("reason") == "too_many_websockets"

    async def _end(self, force: bool = False) -> None:
        self.short_lived = not self.taken_leave and self._clock() - self._opened_at < SHORT_LIFE
        self.over = True
        self._on_end()

    async def ask_for_address(self) -> None:
        """Ask Slack where to connect. Raises SlackApiError for a token that it refuses, aiohttp's and OS errors."""
        self.client.wss_uri = await self.client.issue_new_wss_url()

    async def open(self) -> None:
        """Connect. Raises TimeoutError when that takes too long; then the connection is closed."""
        try:
            async with asyncio.timeout(OPEN_WITHIN):
                await self.client.connect()
        except BaseException:
            await self.close()
            raise
        self._opened_at = self._heard_at = self._clock()

    @property
    def is_up(self) -> bool:
        """Whether it can hear."""
        session = self.client.current_session
        return not self.over and session is not None and not session.closed

    def pulse(self) -> Pulse:
        """How it is now."""
        return Pulse(
            over=not self.is_up,
            alive=not any(task.done() for task in self._tasks()),
            silent_for=self._clock() - self._heard_at,
            passed_over=self.passed_over,
        )

    def _tasks(self) -> list[asyncio.Future[Any]]:
        client = self.client
        tasks = (client.message_processor, client.message_receiver, client.current_session_monitor)
        return [task for task in tasks if task is not None]

    async def close(self) -> None:
        """Finish what is being acknowledged, then let go; closing twice is fine."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await self._handler.idle.wait()
        if self.client.closed:
            return
        # A wedged server does not answer the goodbye, and then the SDK would leave its tasks running.
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(CLOSE_WITHIN):
                await self.client.close()
        for task in self._tasks():
            task.cancel()
        await self.client.aiohttp_client_session.close()


class Sockets:
    """All connections of the app."""

    def __init__(self, app: AsyncApp, app_token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._app_token = app_token
        self._clock = clock
        self._first: Connection | None = None
        self.connections: list[Connection] = []
        self._wanted = CONNECTIONS
        self._short_lives: deque[bool] = deque(maxlen=CONTESTED_TIMES)
        self._called = asyncio.Event()
        self._pause = LOOK_EVERY
        self._watch: asyncio.Task[None] | None = None

    async def check_token(self) -> None:
        """Ask Slack for an address. Raises SlackApiError when it says no, aiohttp's and OS errors when it is away."""
        if self._first is None:
            self._first = self._new()
        await self._first.ask_for_address()

    async def open(self) -> None:
        """Open the first connection and watch over it; the second one follows. Raises TimeoutError."""
        first, self._first = self._first or self._new(), None
        await first.open()
        self.connections.append(first)
        self._watch = asyncio.create_task(self._keep())

    @property
    def open_count(self) -> int:
        """How many connections are up."""
        return sum(one.is_up for one in self.connections)

    def _new(self) -> Connection:
        return Connection(self._app, self._app_token, on_heard=self._count, on_end=self._called.set, clock=self._clock)

    def _count(self, hearer: Connection) -> None:
        for one in self.connections:
            one.passed_over = 0 if one is hearer else one.passed_over + 1

    async def _keep(self) -> None:
        while True:
            self._called.clear()
            try:
                await self._look()
                self._pause = LOOK_EVERY
            except TROUBLE as failure:
                log.warning("no new socket to Slack: %s", failure, extra={"action": "slack.socket"})
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            except Exception:
                log.exception("the watch over Slack's sockets failed", extra={"action": "slack.socket"})
                self._pause = LONGEST_PAUSE
            await self._rest()

    async def _rest(self) -> None:
        """Until a connection calls; while Slack refuses new ones, a call changes nothing."""
        if self._pause > LOOK_EVERY:
            await asyncio.sleep(self._pause)
            return
        with suppress(TimeoutError):
            # Not wait_for: on Python 3.11 it loses a cancellation that comes together with the call.
            async with asyncio.timeout(self._pause):
                await self._called.wait()

    async def _look(self) -> None:
        for one in list(self.connections):
            why = verdict(one.pulse())
            if why:
                log.info("a socket to Slack is replaced: %s", why, extra={"action": "slack.socket"})
                await self._replace(one)
        if len(self.connections) < self._wanted:
            await self._add()

    async def _replace(self, old: Connection) -> None:
        """The new one first: there is never less than before."""
        self._judge_server(old)
        if len(self.connections) <= self._wanted:
            await self._add()
        self.connections.remove(old)
        await old.close()

    def _judge_server(self, ended: Connection) -> None:
        self._short_lives.append(ended.short_lived)
        contested = len(self._short_lives) == CONTESTED_TIMES and all(self._short_lives)
        if self._wanted > 1 and (contested or ended.too_many):
            log.warning("Slack allows one socket only", extra={"action": "slack.socket"})
            self._wanted = 1

    async def _add(self) -> None:
        new = self._new()
        try:
            await new.ask_for_address()
            await new.open()
        except BaseException:
            await new.close()
            raise
        self.connections.append(new)

    async def close(self) -> None:
        """Let every connection go: what comes now is Slack's to deliver again. Closing twice is fine."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        held = [*self.connections, *([self._first] if self._first else [])]
        self.connections.clear()
        self._first = None
        await asyncio.gather(*(one.close() for one in held))
