"""The live feed of the playground: everything that the page must redraw, as Server-Sent Events."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from bot.playground.team import LARKSPUR

FeedEvent = dict[str, Any]

BACKLOG = 10_000
HEARTBEAT_SECONDS = 15.0


class Feed:
    """Hands each published event to every listener; a listener that falls far behind is let go."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[FeedEvent | None], str] = {}

    def of(self, team: str) -> "TeamFeed":
        """Where one workspace publishes; only those who look at it hear of it."""
        return TeamFeed(self, team)

    def publish(self, event: FeedEvent, team: str | None = None) -> None:
        """Send one event, a JSON object with a `type`, to everybody who listens now, or to the `team` alone."""
        for queue, wanted in list(self._listeners.items()):
            if team not in (None, wanted):
                continue
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._dismiss(queue)

    @contextmanager
    def listen(self, team: str = LARKSPUR.id) -> Iterator[asyncio.Queue[FeedEvent | None]]:
        """A queue of the events from now on; None in it means that no more will come."""
        queue: asyncio.Queue[FeedEvent | None] = asyncio.Queue(BACKLOG)
        self._listeners[queue] = team
        try:
            yield queue
        finally:
            self._listeners.pop(queue, None)

    def close(self) -> None:
        """End every stream."""
        for queue in list(self._listeners):
            self._dismiss(queue)

    def _dismiss(self, queue: asyncio.Queue[FeedEvent | None]) -> None:
        self._listeners.pop(queue, None)
        while queue.full():
            queue.get_nowait()
        queue.put_nowait(None)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve GET /_control/feed?team=T; unless named, the first workspace's.

        The page reads its state anew whenever the stream breaks.
        """
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with self.listen(request.query.get("team") or LARKSPUR.id) as queue, contextlib.suppress(ConnectionError):
            await response.prepare(request)
            event: FeedEvent | None = {"type": "hello"}
            while event is not None:
                await response.write(_frame(event))
                event = await _next_event(queue)
        return response


class TeamFeed:
    """The feed of one workspace."""

    def __init__(self, feed: Feed, team: str) -> None:
        self._feed = feed
        self._team = team

    def publish(self, event: FeedEvent) -> None:
        """Send one event to those who look at this workspace."""
        self._feed.publish(event, self._team)


async def _next_event(queue: asyncio.Queue[FeedEvent | None]) -> FeedEvent | None:
    # The empty event is a comment line on the wire: it finds a browser that is gone.
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            return await queue.get()
    except TimeoutError:
        return {}


def _frame(event: FeedEvent) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode() if event else b": still here\n\n"
