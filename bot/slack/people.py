"""Who people are and where they belong, asked of Slack and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.trouble import error_code

NAMES_LIVE = 3600.0
MEMBERS_LIVE = 30.0
PAGE = 1000


class People:
    """Names and memberships; `bot_user` and `bot_id` are the bot's own once `identify` was called."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._names: dict[str, tuple[float, str]] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self.bot_user = ""
        self.bot_id = ""
        self.team = ""
        self.url = ""

    async def identify(self) -> None:
        """Learn who the bot is. Raises SlackApiError for a token that Slack refuses."""
        me = await self._client.auth_test()
        self.bot_user, self.bot_id, self.team = str(me["user_id"]), str(me.get("bot_id", "")), str(me["team_id"])
        self.url = str(me.get("url") or "")

    def address_of(self, channel: str, ts: str, thread_ts: str = "") -> str:
        """A message's permalink, made without a call; empty where the workspace's address or the ts is not known."""
        if not (self.url and ts):
            return ""
        address = f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts not in {"", ts} else address

    async def name(self, user: str) -> str:
        """The display name; the id itself for somebody Slack does not know."""
        kept = self._names.get(user)
        if kept and self._clock() - kept[0] < NAMES_LIVE:
            return kept[1]
        try:
            found = (await self._client.users_info(user=user))["user"]
        except SlackApiError as error:
            if error_code(error) != "user_not_found":
                raise
            return user
        profile = found.get("profile", {})
        name = profile.get("display_name") or profile.get("real_name") or found.get("real_name") or found["name"]
        self._names[user] = (self._clock(), str(name))
        return str(name)

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Names by id."""
        return {user: await self.name(user) for user in set(users)}

    async def is_member(self, channel: str, user: str) -> bool:
        """Whether the person is in the channel; a direct message has no strangers."""
        if channel.startswith("D"):
            return True
        kept = self._members.get(channel)
        if kept and self._clock() - kept[0] < MEMBERS_LIVE and user in kept[1]:
            return True
        members = await self._read_members(channel)
        self._members[channel] = (self._clock(), members)
        return user in members

    async def _read_members(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor = ""
        while True:
            page = await self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor or None)
            members.update(page["members"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return frozenset(members)
