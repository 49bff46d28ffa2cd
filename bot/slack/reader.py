"""Reads a thread from Slack as plain messages, secrets masked before anything else sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.slack.files import files_of
from bot.slack.text import mentioned, plain, without_mention
from bot.slack.trouble import error_code, translate
from bot.slack.workspaces import Workspace
from pipelines.core.asks import Place
from pipelines.core.chat import Conversation
from pipelines.core.errors import TryAgain
from pipelines.core.tickets import Message
from pipelines.drafting.mask import mask

PAGE = 200
LONGEST_THREAD = 1000
GONE = frozenset({"thread_not_found", "message_not_found"})

Raw = dict[str, Any]


class ThreadReader:
    """Threads of one workspace as they stand in Slack now."""

    def __init__(self, workspace: Workspace) -> None:
        self._client = workspace.client
        self._people = workspace.people

    async def read(self, place: Place, ts: str) -> Conversation:
        """The thread around `ts`: without the bot's messages, and without requests to the bot."""
        found = await self._around(place, ts)
        focus = next((raw for raw in found if raw["ts"] == ts), None)
        root = str((focus or {}).get("thread_ts") or place.thread_ts or ts)
        said = [raw for raw in found if not self._is_ours(raw) and (raw["ts"] == ts or not self._is_request(raw))]
        link = await self._link_maker(place.channel, root, said)
        messages = [await self._message(raw, link(str(raw["ts"]))) for raw in said]
        return Conversation(
            place=place.model_copy(update={"thread_ts": root}),
            messages=tuple(messages),
            focus=next((message for message in messages if message.ts == ts), None),
            by_bot=focus is not None and self._is_ours(focus),
        )

    async def find(self, place: Place, event_type: str, key: str, mark: str = "") -> str:
        """The ts of the message posted under this key; empty when there is none.

        `mark` begins the id of each step of a streamed answer, whose key comes with its end.
        """
        if place.thread_ts:
            raws = await self._replies(place.channel, place.thread_ts, metadata=True)
        else:
            raws = await self._history(place.channel, limit=100, metadata=True)
        for raw in raws:
            metadata = raw.get("metadata") or {}
            if metadata.get("event_type") == event_type and metadata.get("event_payload", {}).get("key") == key:
                return str(raw["ts"])
            if mark and self._is_ours(raw) and f"{mark}-" in str(raw.get("blocks")):
                return str(raw["ts"])
        return ""

    async def _around(self, place: Place, ts: str) -> list[Raw]:
        found = await self._replies(place.channel, place.thread_ts or ts)
        focus = next((raw for raw in found if raw["ts"] == ts), None)
        if focus is None and not found:
            found = await self._history(place.channel, limit=1, latest=ts, oldest=ts, inclusive=True)
            focus = next((raw for raw in found if raw["ts"] == ts), None)
        root = (focus or {}).get("thread_ts")
        if root and not any(raw["ts"] == root for raw in found):
            found = await self._replies(place.channel, str(root))
        return found

    async def _replies(self, channel: str, ts: str, *, metadata: bool = False) -> list[Raw]:
        raws: list[Raw] = []
        cursor = ""
        while len(raws) < LONGEST_THREAD:
            try:
                page = await self._client.conversations_replies(
                    channel=channel, ts=ts, limit=PAGE, cursor=cursor or None, include_all_metadata=metadata
                )
            except SlackApiError as error:
                if error_code(error) in GONE:
                    return []
                raise
            raws.extend(page["messages"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                break
        return [raw for raw in raws if raw.get("subtype") != "tombstone"]

    async def _history(self, channel: str, *, limit: int, metadata: bool = False, **window: Any) -> list[Raw]:
        page = await self._client.conversations_history(
            channel=channel, limit=limit, include_all_metadata=metadata, **window
        )
        return list(page["messages"])

    def _is_ours(self, raw: Raw) -> bool:
        return raw.get("user") == self._people.bot_user or bool(
            raw.get("bot_id") and raw["bot_id"] == self._people.bot_id
        )

    def _is_request(self, raw: Raw) -> bool:
        return str(raw.get("text", "")).lstrip().startswith(f"<@{self._people.bot_user}")

    async def _link_maker(self, channel: str, root: str, raws: list[Raw]) -> Callable[[str], str]:
        """Permalinks differ by their ts alone, so one call serves a whole thread."""
        if not raws:
            return lambda ts: ""
        address, mark = await self._permalink(channel, root), f"p{root.replace('.', '')}"

        def link(ts: str) -> str:
            if ts == root or not address:
                return address
            return f"{address.replace(mark, 'p' + ts.replace('.', ''))}?thread_ts={root}&cid={channel}"

        return link

    async def _permalink(self, channel: str, root: str) -> str:
        try:
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=root)
        except SlackApiError as error:
            if isinstance(translate(error), TryAgain):
                raise
            return self._people.address_of(channel, root)
        return str(answer["permalink"]).partition("?")[0]

    async def _message(self, raw: Raw, permalink: str) -> Message:
        user = str(raw.get("user") or raw.get("bot_id") or "")
        text = without_mention(str(raw.get("text", "")), self._people.bot_user)
        names = await self._people.names(mentioned(text))
        name = await self._people.name(user) if raw.get("user") else str(raw.get("username", "a bot"))
        said, files = mask(plain(text, names)), files_of(raw)
        return Message(user=user, ts=str(raw["ts"]), text=said, name=name, permalink=permalink, files=files)
