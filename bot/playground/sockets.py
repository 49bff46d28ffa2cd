"""The app's Socket Mode connections: which one an event goes to, and how each of them lives and fails."""

import asyncio
import contextlib
import itertools
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

HEARTBEAT_SECONDS = 20.0
CLOSING_SECONDS = 1.0
# Slack says `warning` ahead of time and closes at the other two.
REASONS = ("warning", "refresh_requested", "link_disabled")

RETRY_REASON_CONNECTION = "connection_failed"


@dataclass(frozen=True)
class Reply:
    """What came back from the app: `failure` is None when it acknowledged, else Slack's retry reason."""

    failure: str | None = None
    body: Any = None


class Socket:
    """One open connection and the envelopes on it that wait for their acknowledgement.

    A wedged one stays open and is silent: nothing is delivered, no ping is answered, none is sent.
    """

    def __init__(self, name: int) -> None:
        # Pings are answered here, not by aiohttp: a wedged connection answers none.
        self.ws = web.WebSocketResponse(autoping=False, timeout=CLOSING_SECONDS)
        self.name = name
        self.wedged = False
        self.waiting: dict[str, asyncio.Future[Reply]] = {}
        self._heard = time.monotonic()

    async def send(self, message: dict[str, Any]) -> None:
        """Send one message, or lose it when wedged."""
        if not self.wedged:
            await self.ws.send_json(message)

    async def read(self) -> str | None:
        """The next text from the app; None at the end of the connection."""
        async for message in self.ws:
            if self.wedged:
                continue
            self._heard = time.monotonic()
            if message.type is aiohttp.WSMsgType.PING:
                await self.ws.pong(message.data)
            elif message.type is aiohttp.WSMsgType.TEXT:
                return str(message.data)
        return None

    async def beat(self) -> None:
        """Ping the app now and then, and hang up when it is silent; runs until cancelled."""
        while not self.ws.closed:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if self.wedged:
                continue
            with contextlib.suppress(ConnectionError):
                silent = time.monotonic() - self._heard > 2 * HEARTBEAT_SECONDS
                await (self.ws.close() if silent else self.ws.ping())

    def settle(self, envelope_id: str, reply: Reply) -> None:
        """Give the waiting delivery its reply; an envelope nobody waits for any more is passed over."""
        future = self.waiting.pop(envelope_id, None)
        if future is not None and not future.done():
            future.set_result(reply)

    def lost(self) -> None:
        """Fail everything that still waits on this connection."""
        for envelope_id in list(self.waiting):
            self.settle(envelope_id, Reply(RETRY_REASON_CONNECTION))


class Sockets:
    """Every open connection. Events go to them in turn, and a repeated one to another than before."""

    def __init__(self) -> None:
        self._open: list[Socket] = []
        self._turn = itertools.count()
        self._names = itertools.count(1)
        self._to_wedge = 0

    def __len__(self) -> int:
        return len(self._open)

    def make(self) -> Socket:
        """A connection that is about to open."""
        return Socket(next(self._names))

    def add(self, socket: Socket) -> None:
        """It is open and was greeted."""
        socket.wedged = self._to_wedge > 0
        self._to_wedge -= socket.wedged
        self._open.append(socket)

    def remove(self, socket: Socket) -> None:
        """It is closed; what waited on it fails."""
        if socket in self._open:
            self._open.remove(socket)
        socket.lost()

    def pick(self, avoid: Socket | None) -> Socket | None:
        """The connection whose turn it is, another than `avoid` where there is one; None without any."""
        others = [socket for socket in self._open if socket is not avoid] or self._open
        return others[next(self._turn) % len(others)] if others else None

    def named(self, name: int | None) -> list[Socket]:
        """The connection of this name, or all of them."""
        return [socket for socket in self._open if name in (None, socket.name)]

    def wedge(self, name: int | None, *, wedged: bool) -> int:
        """Let one connection, or all, fall silent, or talk again; how many it were."""
        found = self.named(name)
        for socket in found:
            socket.wedged = wedged
        return len(found)

    def wedge_next(self, count: int) -> None:
        """Let the next connections be accepted and greeted, and then be silent."""
        self._to_wedge = count

    def describe(self) -> list[dict[str, Any]]:
        """Every connection, oldest first."""
        return [{"connection": socket.name, "wedged": socket.wedged} for socket in self._open]

    async def disconnect(self, reason: str, name: int | None) -> int:
        """Tell connections to leave, as Slack does; but for `warning` they are closed then. How many it were."""
        found = self.named(name)
        for socket in list(found):
            with contextlib.suppress(ConnectionError):
                await socket.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
            if reason != REASONS[0]:
                await socket.ws.close()
        return len(found)

    async def close(self) -> None:
        """End every connection."""
        for socket in list(self._open):
            await socket.ws.close()
