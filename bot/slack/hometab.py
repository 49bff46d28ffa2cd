"""Publishes App Home to whoever looks at it, and again when something changes for them; a courtesy, never an error."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.home import PROMPTS, Lack, home_view
from bot.slack.lately import Lately
from bot.slack.trouble import error_code, translate
from bot.slack.voice import Voice
from bot.slack.workspaces import Workspace, Workspaces
from pipelines.core.asks import Place
from pipelines.core.chat import Entry
from pipelines.core.errors import LeadhandError
from pipelines.core.tickets import Draft
from storage.drafts import DraftRow, Drafts
from storage.notes import Notes

log = logging.getLogger(__name__)

LOOKED_AT = 60
# Whoever has not looked for a day gets it anew when they look.
WATCHED_SECONDS = 24 * 3600.0
TROUBLE = (LeadhandError, SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError)


class Viewer(NamedTuple):
    """A person who looks, in their workspace."""

    team: str
    user: str


class HomeTab:
    """App Home of every person. Where Slack does not know a method, there is no Home, and nothing else is missing."""

    def __init__(
        self,
        workspaces: Workspaces,
        drafts: Drafts,
        notes: Notes,
        voice: Voice,
        lately: Lately,
        *,
        approvers: frozenset[str],
        lacks: Sequence[Lack],
        helps: Sequence[str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._workspaces = workspaces
        self._drafts = drafts
        self._notes = notes
        self._voice = voice
        self._lately = lately
        self._approvers = approvers
        self._lacks = lacks
        self._helps = helps
        self._clock = clock
        self._wanted: set[Viewer] = set()
        self._served: set[Viewer] = set()
        self._running: set[asyncio.Task[None]] = set()

    def opened(self, team: str, user: str) -> None:
        """Somebody looks at Home."""
        self._start(self._open(Viewer(team, user)))

    def changed(self, team: str, user: str) -> None:
        """Something changed for somebody: shown when they looked at Home lately. Changes in quick order are one."""
        if user:
            viewer = Viewer(team, user)
            self._wanted.add(viewer)
            self._start(self._follow(viewer))

    def greet(self, team: str, user: str, channel: str) -> None:
        """Somebody opens the messages tab: the first time they are offered what to say."""
        self._start(self._offer(Viewer(team, user), channel))

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

    async def _open(self, viewer: Viewer) -> None:
        await self._notes.put(f"home.opened:{viewer.team}:{viewer.user}", str(int(self._clock())))
        self._wanted.add(viewer)
        await self._follow(viewer)

    async def _follow(self, viewer: Viewer) -> None:
        """One publisher for each person, so that an older view never replaces a newer one."""
        if viewer in self._served:
            return
        self._served.add(viewer)
        try:
            while viewer in self._wanted:
                self._wanted.discard(viewer)
                await self._quietly(self._publish(viewer))
        finally:
            self._served.discard(viewer)

    async def _publish(self, viewer: Viewer) -> None:
        if await self._looks(viewer):
            workspace = await self._workspaces.of(viewer.team)
            words = await self._voice.catalog(Place(team=viewer.team, channel=""), viewer.user)
            view = words.show(await self._view(workspace, viewer.user))
            await workspace.client.views_publish(user_id=viewer.user, view=view)

    async def _looks(self, viewer: Viewer) -> bool:
        opened = await self._notes.get(f"home.opened:{viewer.team}:{viewer.user}")
        return opened is not None and self._clock() - float(opened) < WATCHED_SECONDS

    async def _view(self, workspace: Workspace, user: str) -> dict[str, Any]:
        rows = await self._drafts.recent(LOOKED_AT, workspace.team if self._workspaces.many else "")
        sight = Sight(workspace, user)
        mine = [row for row in rows if await sight.of(row.channel) or _is_talk_with(user, row)]
        decides = not self._approvers or user in self._approvers
        entries = [_entry(workspace, row, decides=decides) for row in mine]
        # The records do not say whose workspace an act was in: of many, nobody hears what another one did.
        if self._workspaces.many:
            return home_view(entries, self._lacks, self._helps)
        acts = await self._lately.acts(workspace, user, sight.of)
        uses = await self._lately.use((await workspace.people.profile(user)).tz_offset)
        return home_view(entries, self._lacks, self._helps, acts, uses)

    async def _offer(self, viewer: Viewer, channel: str) -> None:
        greeted = f"home.greeted:{viewer.team}:{viewer.user}"
        if await self._notes.get(greeted):
            return
        workspace = await self._workspaces.of(viewer.team)
        try:
            await workspace.client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=list(PROMPTS))
        except SlackApiError as failure:
            if error_code(failure) not in {"unknown_method", "missing_scope"}:
                raise
        await self._notes.put(greeted, str(int(self._clock())))

    async def close(self) -> None:
        """Let go of what is under way."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


class Sight:
    """What one person sees; each channel is asked for once."""

    def __init__(self, workspace: Workspace, user: str) -> None:
        self._workspace = workspace
        self._user = user
        self._known: dict[str, bool] = {}

    async def of(self, channel: str) -> bool:
        """Members of the channel alone; what others wrote to the bot directly is nobody's business."""
        if channel not in self._known:
            self._known[channel] = await self._look(channel)
        return self._known[channel]

    async def _look(self, channel: str) -> bool:
        if not channel or channel.startswith("D"):
            return False
        try:
            return await self._workspace.people.is_member(channel, self._user)
        except TROUBLE:
            return False


def _entry(workspace: Workspace, row: DraftRow, *, decides: bool) -> Entry:
    ticket = Draft.model_validate(row.body).tickets[0]
    return Entry(
        title=ticket.title,
        type=ticket.type,
        state=row.state,
        channel=row.channel,
        requested_by=row.requested_by,
        at=row.updated_at,
        link=workspace.people.address_of(row.channel, row.preview_ts, row.thread_ts),
        card_url=row.card_url if row.state == "filed" else "",
        value=f"{row.id}:{row.digest}" if row.state == "open" else "",
        decides=decides,
    )


def _is_talk_with(user: str, row: DraftRow) -> bool:
    return row.channel.startswith("D") and row.requested_by == user
