"""Says in a thread that the bot is at work, by Slack's own means: the status of an agent's session, or of a thread.

A session's status brings Slack's Stop button along. The older status of a thread expires after two minutes
(docs.slack.dev), so it is said again before. A courtesy: nothing fails for it, and what a workspace lacks is not asked
for twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.trouble import error_code
from bot.slack.workspaces import Workspaces
from pipelines.core.asks import Place
from pipelines.core.errors import LeadhandError

log = logging.getLogger(__name__)

REFRESH_EVERY = 90.0
WORDS = "is working on it …"
TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError, LeadhandError)
SESSION, THREAD = "agents.sessions.setStatus", "assistant.threads.setStatus"


class Status:
    """The statuses that are shown, by thread; several asks at work in a thread are one status."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces
        self._lacks: set[tuple[str, str]] = set()
        self._asks: dict[Place, set[str]] = defaultdict(set)
        self._refreshing: dict[Place, asyncio.Task[None]] = {}

    async def show(self, place: Place, ask: str) -> None:
        """The bot is at work in the thread on the message `ask`."""
        if not place.thread_ts:
            return
        self._asks[place].add(ask)
        if place not in self._refreshing:
            self._refreshing[place] = asyncio.create_task(self._refresh(place))
            await asyncio.sleep(0)

    async def clear(self, place: Place, ask: str) -> None:
        """The work on the message is over; also that of a process that died."""
        if not place.thread_ts:
            return
        self._asks[place].discard(ask)
        if self._asks[place]:
            return
        del self._asks[place]
        if task := self._refreshing.pop(place, None):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._say(place, working=False)

    async def close(self) -> None:
        """Say nothing more."""
        for task in self._refreshing.values():
            task.cancel()
        await asyncio.gather(*self._refreshing.values(), return_exceptions=True)
        self._refreshing.clear()

    async def _refresh(self, place: Place) -> None:
        known = True
        while known:
            known = await self._say(place, working=True)
            await asyncio.sleep(REFRESH_EVERY)

    async def _say(self, place: Place, *, working: bool) -> bool:
        """By the first way that the workspace knows; False where it knows none."""
        for method in (SESSION, THREAD):
            if (place.team, method) in self._lacks:
                continue
            try:
                await self._call(method, place, working=working)
            except SlackApiError as failure:
                log.debug("%s: %s", method, error_code(failure))
                if error_code(failure) not in {"ratelimited", "internal_error", ""}:
                    self._lacks.add((place.team, method))
                    continue
            except TROUBLE as failure:
                log.debug("%s: %s", method, type(failure).__name__)
            return True
        return False

    async def _call(self, method: str, place: Place, *, working: bool) -> None:
        client = (await self._workspaces.of(place.team)).client
        channel, thread = place.channel, place.thread_ts
        if method == SESSION:
            status = "processing" if working else "active"
            await client.agents_sessions_setStatus(channel_id=channel, thread_ts=thread, status=status)
        else:
            status = WORDS if working else ""
            await client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status)
