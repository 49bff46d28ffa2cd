"""What was missed while the bot was down, read from the history and heard as if Slack had just delivered it.

Slack delivers an event four times within six minutes, and then never again (docs.slack.dev/apis/events-api). Whatever
is read here goes through the same listeners as an event, and what was served before has the same key: it has no second
effect.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.trouble import error_code, translate
from bot.slack.workspaces import Workspace, Workspaces
from pipelines.core.errors import LeadhandError, TellPerson, TryAgain
from storage.inbox import Inbox
from storage.notes import Notes
from storage.threads import Threads

log = logging.getLogger(__name__)

Raw = dict[str, Any]
Hear = Callable[[Mapping[str, Any]], Awaitable[None]]

ALIVE = "door.alive"
MARK_EVERY = 15.0
# Slack's last repetition comes after five minutes: what is older than that before the end was delivered or is lost.
OVERLAP = 360.0
LONGEST_GAP = 3 * 24 * 3600.0
# Reactions and edits come to older messages, too.
LOOK_BACK = 2 * 24 * 3600.0
KNOWN_THREADS = 50
PAGE, PAGES = 200, 3
# conversations.history and .replies are tier 3, about 50 a minute for each (docs.slack.dev/apis/web-api/rate-limits),
# and people's own asks need them meanwhile.
FREE_CALLS, PAUSE = 20, 1.5
KINDS = "public_channel,private_channel,im"
UNKNOWN = frozenset({"unknown_method", "missing_scope", "method_not_supported_for_channel_type"})
TROUBLE = (SlackApiError, SlackClientError, aiohttp.ClientError, TimeoutError, OSError, LeadhandError)


class CatchUp:
    """Notes that the bot is alive, and reads what it missed when it was not.

    `hear` takes an event's body, `check` says whether Slack reaches us now (trouble in words, empty when it does).
    """

    def __init__(
        self,
        workspaces: Workspaces,
        inbox: Inbox,
        notes: Notes,
        threads: Threads,
        *,
        hear: Hear,
        check: Callable[[], Awaitable[str]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._workspaces = workspaces
        self._inbox = inbox
        self._notes = notes
        self._threads = threads
        self._hear = hear
        self._check = check
        self._clock = clock
        self._calls = 0
        self._reactions: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Until cancelled. The note of being alive is written when nothing is missing any more, never before."""
        while True:
            try:
                if not await self._check():
                    await self._keep_up()
            except TROUBLE as failure:
                log.warning("what was missed is not read yet: %s", translate(failure), extra={"action": "catch-up"})
            except Exception:
                log.exception("the catch-up failed; trying again", extra={"action": "catch-up"})
            await asyncio.sleep(MARK_EVERY)

    async def _keep_up(self) -> None:
        now = self._clock()
        last = await self._notes.get(ALIVE)
        if last is not None and now - float(last) > 2 * MARK_EVERY:
            await self.read_since(max(float(last) - OVERLAP, now - LONGEST_GAP))
        await self._notes.put(ALIVE, f"{now:.3f}")

    async def read_since(self, since: float) -> None:
        """Hear everything said since then (seconds since 1970) in every workspace."""
        served = await self._inbox.keys("reaction", since - LOOK_BACK)
        self._reactions = frozenset(key.rpartition(":")[0] for key in served)
        for team in await self._workspaces.teams():
            try:
                await self._workspace(team, since)
            except (SlackApiError, TellPerson) as failure:
                # One workspace that refuses us for good must not hide the others.
                if isinstance(translate(failure), TryAgain):
                    raise
                log.warning("%s is not read: %s", team, translate(failure), extra={"action": "catch-up"})

    async def _workspace(self, team: str, since: float) -> None:
        workspace = await self._workspaces.of(team)
        log.info("reading what was missed", extra={"action": "catch-up"})
        async for channel in self._channels(workspace):
            await self._channel(workspace, channel, since)

    # --- where ------------------------------------------------------------------------------------------------

    async def _channels(self, workspace: Workspace) -> AsyncIterator[Raw]:
        """Every conversation that the bot is in."""
        client, seen = workspace.client, set[str]()
        for list_them in (client.users_conversations, client.conversations_list):
            try:
                async for channel in self._pages(list_them, "channels", types=KINDS, exclude_archived=True):
                    is_inside = channel.get("is_member", True) or channel.get("is_im")
                    if is_inside and channel["id"] not in seen:
                        seen.add(channel["id"])
                        yield channel
                return
            except SlackApiError as failure:
                if error_code(failure) not in UNKNOWN:
                    raise
        for name in sorted({name for name, _ in await self._threads.recent(workspace.team, 0.0, KNOWN_THREADS)}):
            yield {"id": name}

    async def _pages(self, method: Callable[..., Awaitable[Any]], what: str, **asked: Any) -> AsyncIterator[Raw]:
        cursor = ""
        for _ in range(PAGES):
            await self._go_gently()
            page = await method(limit=PAGE, **asked, **({"cursor": cursor} if cursor else {}))
            for raw in page[what]:
                yield raw
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    async def _go_gently(self) -> None:
        self._calls += 1
        if self._calls > FREE_CALLS:
            await asyncio.sleep(PAUSE)

    # --- what -------------------------------------------------------------------------------------------------

    async def _channel(self, workspace: Workspace, channel: Raw, since: float) -> None:
        try:
            await self._patiently(lambda: self._read(workspace, channel, since))
        except SlackApiError as failure:
            # One channel that cannot be read must not hide the others.
            log.info("%s is not read: %s", channel["id"], error_code(failure), extra={"action": "catch-up"})

    async def _patiently(self, read: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await read()
            except SlackApiError as failure:
                again = translate(failure)
                if not isinstance(again, TryAgain):
                    raise
                await asyncio.sleep(max(again.after, 1.0))

    async def _read(self, workspace: Workspace, channel: Raw, since: float) -> None:
        name, oldest = str(channel["id"]), since - LOOK_BACK
        history = self._pages(
            workspace.client.conversations_history, "messages", channel=name, oldest=f"{oldest:.6f}", inclusive=True
        )
        raws = {str(raw["ts"]): raw async for raw in history}
        known = {ts for place, ts in await self._threads.recent(workspace.team, oldest, KNOWN_THREADS) if place == name}
        for root in sorted(known | {ts for ts, raw in raws.items() if float(raw.get("latest_reply") or 0) > since}):
            replies = await self._thread(workspace, name, root)
            raws |= replies
            if root in known and replies:
                await self._miss_the_deleted(workspace, name, root, replies)
        for ts in sorted(raws):
            await self._replay(workspace, channel, raws[ts], since)

    async def _thread(self, workspace: Workspace, channel: str, root: str) -> dict[str, Raw]:
        """The thread as it stands; empty where it is gone."""
        replies = self._pages(workspace.client.conversations_replies, "messages", channel=channel, ts=root)
        try:
            return {str(raw["ts"]): raw async for raw in replies if raw.get("subtype") != "tombstone"}
        except SlackApiError as failure:
            if error_code(failure) != "thread_not_found":
                raise
            return {}

    async def _miss_the_deleted(self, workspace: Workspace, channel: str, root: str, found: dict[str, Raw]) -> None:
        """What we remember of a thread and is not in it any more was deleted; of a long one the end is not known."""
        if len(found) >= PAGE * PAGES:
            return
        for said in await self._threads.read(workspace.team, channel, root):
            if said.ts not in found:
                await self._tell(workspace, _deletion(channel, said.ts))

    async def _replay(self, workspace: Workspace, channel: Raw, raw: Raw, since: float) -> None:
        kind = "im" if channel.get("is_im") or str(channel["id"]).startswith("D") else "channel"
        event = {**raw, "type": "message", "channel": channel["id"], "channel_type": kind, "event_ts": raw["ts"]}
        if float(raw["ts"]) > since:
            await self._tell(workspace, event)
        if float((raw.get("edited") or {}).get("ts") or 0) > since:
            await self._tell(workspace, _edit(event))
        for reaction in raw.get("reactions") or ():
            for user in reaction.get("users") or ():
                await self._reaction(workspace, str(channel["id"]), str(raw["ts"]), str(reaction["name"]), str(user))

    async def _reaction(self, workspace: Workspace, channel: str, ts: str, name: str, user: str) -> None:
        """One that was served before is known by everything but the time it was made, which the history does not say.

        It counts as old as its message: a draft that was discarded since then stays so.
        """
        if f"reaction:{workspace.team}:{channel}:{ts}:{name}:{user}" in self._reactions:
            return
        item = {"type": "message", "channel": channel, "ts": ts}
        event = {"type": "reaction_added", "user": user, "reaction": name, "item": item, "event_ts": ts}
        await self._tell(workspace, event)

    async def _tell(self, workspace: Workspace, event: Raw) -> None:
        await self._hear({"team_id": workspace.team, "event": event})


def _edit(event: Raw) -> Raw:
    said = {key: value for key, value in event.items() if key not in {"channel", "channel_type", "event_ts"}}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": event["channel"],
        "channel_type": event["channel_type"],
        "ts": event["edited"]["ts"],
        "event_ts": event["edited"]["ts"],
        "hidden": True,
        "message": said,
        "previous_message": {"ts": event["ts"], "user": event.get("user", ""), "text": ""},
    }


def _deletion(channel: str, ts: str) -> Raw:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "ts": ts,
        "event_ts": ts,
        "hidden": True,
        "deleted_ts": ts,
        "previous_message": {"ts": ts, "text": ""},
    }
