"""The calls to Slack behind one live answer, and what its workspace has been found not to know."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.blocks import Block, context, section
from bot.slack.feedback import REFUSED
from bot.slack.reader import ThreadReader
from bot.slack.splitting import SECTION_PART, split
from bot.slack.trouble import error_code, translate
from bot.slack.untrusted import mrkdwn
from bot.slack.workspaces import Workspace, Workspaces
from pipelines.core.asks import Place
from pipelines.core.errors import TellPerson
from storage.audit import Audit
from storage.outgoing import Outgoing

EVENT_TYPE = "leadhand_reply"
# What a workspace or an emulator says that does not know a method, or does not let the app use it.
LACKING = frozenset(
    {"unknown_method", "missing_scope", "not_allowed_token_type", "not_authorized", "access_denied"}
    | {"feature_not_enabled", "method_deprecated", "team_access_not_granted", "no_permission"}
)
# Slack refuses a longer text of a changed message, in bytes; blocks carry the whole.
CHANGED_TEXT = 3_900
STREAM = "chat.startStream"

T = TypeVar("T")
Chunk = dict[str, Any]


class Declined(TellPerson):
    """Slack's final no; `code` is its own word."""

    def __init__(self, words: str, code: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Known:
    """What a workspace can do, as far as it has shown."""

    streams: bool = True
    updates: bool = True
    blocks: set[str] = field(default_factory=lambda: {"markdown", "feedback"})


@dataclass(frozen=True)
class Wire:
    """One answer's way to Slack; `user` is whom it is for."""

    workspaces: Workspaces
    outgoing: Outgoing
    audit: Audit
    known: Known
    place: Place
    user: str

    async def start(self, chunks: list[Chunk]) -> str:
        """Open a stream; the message's ts."""
        answer = await self._call(
            lambda slack: slack.client.chat_startStream(
                channel=self.place.channel,
                thread_ts=self.place.thread_ts,
                recipient_team_id=self.place.team or slack.team,
                recipient_user_id=self.user,
                task_display_mode="plan",
                chunks=chunks,
            )
        )
        return str(answer["ts"])

    async def append(self, ts: str, chunks: list[Chunk]) -> None:
        """Add to a stream."""
        await self._call(
            lambda slack: slack.client.chat_appendStream(
                channel=self.place.channel, ts=ts, markdown_text=None, chunks=chunks
            )
        )

    async def stop(self, ts: str, chunks: list[Chunk], blocks: list[Block], key: str) -> None:
        """Close a stream with what is left to say and what stands below."""

        async def close(slack: Workspace, shown: list[Block]) -> None:
            await slack.client.chat_stopStream(
                channel=self.place.channel,
                ts=ts,
                chunks=chunks or None,
                blocks=shown or None,
                metadata=_metadata(key),
            )

        await self._call(lambda slack: self._with_thumbs(blocks, lambda shown: close(slack, shown)))

    async def post(self, text: str, blocks: list[Block], key: str) -> str:
        """Post a message that a search can find by its key; `text` is for where blocks are not seen."""

        async def send(slack: Workspace, shown: list[Block]) -> str:
            answer = await slack.client.chat_postMessage(
                channel=self.place.channel,
                thread_ts=self.place.thread_ts or None,
                text=text,
                blocks=shown or None,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                metadata=_metadata(key),
            )
            return str(answer["ts"])

        return await self._call(lambda slack: self._with_thumbs(blocks, lambda shown: send(slack, shown)))

    async def update(self, ts: str, text: str, blocks: list[Block], key: str) -> None:
        """Replace what the message shows."""

        async def send(slack: Workspace, shown: list[Block]) -> None:
            await slack.client.chat_update(
                channel=self.place.channel,
                ts=ts,
                text=_within(text, CHANGED_TEXT),
                blocks=shown,
                parse="none",
                metadata=_metadata(key),
            )

        await self._call(lambda slack: self._with_thumbs(blocks, lambda shown: send(slack, shown)))

    async def delete(self, ts: str) -> None:
        """Take a message away."""
        await self._call(lambda slack: slack.client.chat_delete(channel=self.place.channel, ts=ts))

    async def find(self, key: str) -> str:
        """The ts of the message under this key, by its metadata or the mark in its steps; empty when there is none."""
        return await self._call(lambda slack: ThreadReader(slack).find(self.place, EVENT_TYPE, key, mark_of(key)))

    async def _with_thumbs(self, blocks: list[Block], send: Callable[[list[Block]], Awaitable[T]]) -> T:
        """With every block; where Slack refuses the thumbs, without them, now and from then on."""
        plain = [block for block in blocks if block["type"] != "context_actions"]
        if "feedback" not in self.known.blocks or plain == blocks:
            return await send(plain)
        try:
            return await send(blocks)
        except SlackApiError as error:
            if error_code(error) not in REFUSED:
                raise
        sent = await send(plain)
        self.known.blocks.discard("feedback")
        return sent

    async def _call(self, fn: Callable[[Workspace], Awaitable[T]]) -> T:
        slack = await self.workspaces.of(self.place.team)
        try:
            return await fn(slack)
        except SlackApiError as error:
            failure = translate(error)
            if isinstance(failure, TellPerson):
                raise Declined(failure.words, error_code(error)) from error
            raise failure from error
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translate(error) from error

    def body(self, text: str) -> list[Block]:
        """Harmless Markdown as blocks: Slack's own for it, or sections in the older markup."""
        if not text.strip():
            return []
        if self.known.streams and "markdown" in self.known.blocks:
            return [{"type": "markdown", "text": text}]
        return [section(part.text) for part in split(mrkdwn(text), SECTION_PART)]

    async def record(self, action: str, ts: str, key: str) -> None:
        """One line of the audit for each message."""
        target = f"{self.place.channel}/{ts}"
        await self.audit.record(actor="leadhand", action=action, target=target, outcome="done", key=key)


def mark_of(key: str) -> str:
    """What the ids of an answer's steps begin with: a stream carries no metadata before its end."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def steps_block(steps: dict[str, str]) -> list[Block]:
    """The steps where there is no plan to show them in: one grey line."""
    signs = {"in_progress": ":hourglass_flowing_sand:", "complete": ":white_check_mark:", "error": ":warning:"}
    shown = " · ".join(f"{signs[state]} {title}" for title, state in steps.items())
    return [context(shown)] if shown else []


def _within(text: str, limit: int) -> str:
    raw = text.encode("utf-8", "replace")
    return text if len(raw) <= limit else raw[: limit - 3].decode("utf-8", "ignore") + "…"


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
