"""Publishes App Home to whoever looks at it, and again when something changes for them; a courtesy, never an error."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.home import PROMPTS, Entry, Lack, home_view
from bot.slack.people import People
from bot.slack.trouble import error_code, translate
from pipelines.core.tickets import Draft
from storage.drafts import DraftRow, Drafts
from storage.notes import Notes

log = logging.getLogger(__name__)

LOOKED_AT = 60
# Whoever has not looked for a day gets it anew when they look.
WATCHED_SECONDS = 24 * 3600.0
TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


class HomeTab:
    """App Home of every person. Where Slack does not know a method, there is no Home, and nothing else is missing."""

    def __init__(
        self,
        client: AsyncWebClient,
        people: People,
        drafts: Drafts,
        notes: Notes,
        *,
        lacks: Sequence[Lack],
        helps: Sequence[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._people = people
        self._drafts = drafts
        self._notes = notes
        self._lacks = lacks
        self._helps = helps
        self._clock = clock
        self._wanted: set[str] = set()
        self._served: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()

    def opened(self, user: str) -> None:
        """Somebody looks at Home."""
        self._start(self._open(user))

    def changed(self, user: str) -> None:
        """Something changed for somebody: shown when they looked at Home lately. Changes in quick order are one."""
        if user:
            self._wanted.add(user)
            self._start(self._follow(user))

    def greet(self, user: str, channel: str) -> None:
        """Somebody opens the messages tab: the first time they are offered what to say."""
        self._start(self._offer(user, channel))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._quietly(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _quietly(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except TROUBLE as failure:
            log.info("App Home was not shown: %s", translate(failure), extra={"action": "home"})
        except Exception:
            log.exception("App Home was not shown", extra={"action": "home"})

    async def _open(self, user: str) -> None:
        await self._notes.put(f"home.opened:{user}", str(int(self._clock())))
        self._wanted.add(user)
        await self._follow(user)

    async def _follow(self, user: str) -> None:
        """One publisher for each person, so that an older view never replaces a newer one."""
        if user in self._served:
            return
        self._served.add(user)
        try:
            while user in self._wanted:
                self._wanted.discard(user)
                await self._quietly(self._publish(user))
        finally:
            self._served.discard(user)

    async def _publish(self, user: str) -> None:
        if await self._looks(user):
            await self._client.views_publish(user_id=user, view=await self._view(user))

    async def _looks(self, user: str) -> bool:
        opened = await self._notes.get(f"home.opened:{user}")
        return opened is not None and self._clock() - float(opened) < WATCHED_SECONDS

    async def _view(self, user: str) -> dict[str, Any]:
        rows = await self._drafts.recent(LOOKED_AT)
        visible = {channel: await self._may_see(channel, user) for channel in {row.channel for row in rows}}
        mine = [row for row in rows if visible[row.channel] or _is_talk_with(user, row)]
        return home_view([self._entry(row) for row in mine], self._lacks, self._helps)

    async def _may_see(self, channel: str, user: str) -> bool:
        """Members of the channel alone; what others wrote to the bot directly is nobody's business."""
        if channel.startswith("D"):
            return False
        try:
            return await self._people.is_member(channel, user)
        except TROUBLE:
            return False

    def _entry(self, row: DraftRow) -> Entry:
        ticket = Draft.model_validate(row.body).tickets[0]
        return Entry(
            title=ticket.title,
            type=ticket.type,
            state=row.state,
            channel=row.channel,
            requested_by=row.requested_by,
            at=row.updated_at,
            link=self._people.address_of(row.channel, row.preview_ts, row.thread_ts),
            card_url=row.card_url if row.state == "filed" else "",
        )

    async def _offer(self, user: str, channel: str) -> None:
        if await self._notes.get(f"home.greeted:{user}"):
            return
        try:
            await self._client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=list(PROMPTS))
        except SlackApiError as failure:
            if error_code(failure) != "unknown_method":
                raise
        await self._notes.put(f"home.greeted:{user}", str(int(self._clock())))

    async def close(self) -> None:
        """Let go of what is under way."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _is_talk_with(user: str, row: DraftRow) -> bool:
    return row.channel.startswith("D") and row.requested_by == user
