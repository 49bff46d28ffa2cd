"""Who people are and where they belong, asked of Slack and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.trouble import error_code
from pipelines.policy.callers import Profile

NAMES_LIVE = 3600.0
# What somebody may do depends on these: asked for anew after ten minutes, and told by user_change before.
PROFILES_LIVE = 600.0
MEMBERS_LIVE = 30.0
PAGE = 1000
UNKNOWN = frozenset({"unknown_method", "missing_scope", "user_not_found", "users_not_found", "user_not_visible"})
UNSEEN = frozenset({"channel_not_found"})


class People:
    """Names and memberships; `bot_user` and `bot_id` are the bot's own once `identify` was called."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._profiles: dict[str, tuple[float, Profile]] = {}
        self._creators: dict[str, str] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self.bot_user = ""
        self.bot_id = ""
        self.bot_name = "leadhand"
        self.enterprise = ""
        self.team = ""
        self.url = ""

    async def identify(self) -> None:
        """Learn who the bot is. Raises SlackApiError for a token that Slack refuses."""
        me = await self._client.auth_test()
        self.bot_user, self.bot_id, self.team = str(me["user_id"]), str(me.get("bot_id", "")), str(me["team_id"])
        self.url = str(me.get("url") or "")
        self.bot_name = str(me.get("user") or self.bot_name)
        self.enterprise = str(me.get("enterprise_id") or "")

    def address_of(self, channel: str, ts: str, thread_ts: str = "") -> str:
        """A message's permalink, made without a call; empty where the workspace's address or the ts is not known."""
        if not (self.url and ts):
            return ""
        address = f"{self.url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        return f"{address}?thread_ts={thread_ts}&cid={channel}" if thread_ts not in {"", ts} else address

    async def name(self, user: str) -> str:
        """The display name; the id itself for somebody Slack does not know."""
        return (await self.profile(user, NAMES_LIVE)).name

    async def profile(self, user: str, at_most: float = PROFILES_LIVE) -> Profile:
        """What Slack says of somebody, at most so many seconds old; next to nothing where it does not know them."""
        kept = self._profiles.get(user)
        if kept and self._clock() - kept[0] < at_most:
            return kept[1]
        try:
            found = (await self._client.users_info(user=user, include_locale=True))["user"]
        except SlackApiError as error:
            if error_code(error) not in UNKNOWN:
                raise
            return Profile(user=user, name=user)
        return self.heard({**found, "id": found.get("id") or user})

    def heard(self, told: Mapping[str, Any]) -> Profile:
        """Keep what Slack tells of a person, in an answer or an event."""
        read = read_profile(told)
        self._profiles[read.user] = (self._clock(), read)
        return read

    async def creator(self, channel: str) -> str:
        """Who created the channel; empty where Slack does not say."""
        if channel not in self._creators:
            try:
                found = (await self._client.conversations_info(channel=channel))["channel"]
            except SlackApiError as error:
                if error_code(error) not in UNKNOWN | UNSEEN:
                    raise
                return ""
            self._creators[channel] = str(found.get("creator") or "")
        return self._creators[channel]

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Names by id."""
        return {user: await self.name(user) for user in set(users)}

    async def is_member(self, channel: str, user: str) -> bool:
        """Whether the person is in the channel; a direct message has no strangers, nor has a server without members."""
        if channel.startswith("D"):
            return True
        kept = self._members.get(channel)
        if kept and self._clock() - kept[0] < MEMBERS_LIVE and user in kept[1]:
            return True
        try:
            members = await self._read_members(channel)
        except SlackApiError as error:
            # Slack has this method; a server without it knows of no membership, so nobody is a stranger there.
            if error_code(error) != "unknown_method":
                raise
            return True
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


def read_profile(told: Mapping[str, Any]) -> Profile:
    """Slack's user object; whatever it leaves out is as of a plain member."""
    profile = told.get("profile") or {}
    name = profile.get("display_name") or profile.get("real_name") or told.get("real_name") or told.get("name")
    return Profile(
        user=str(told["id"]),
        name=str(name or told["id"]),
        team=str(told.get("team_id") or ""),
        enterprise=str((told.get("enterprise_user") or {}).get("enterprise_id") or ""),
        deleted=bool(told.get("deleted")),
        is_bot=bool(told.get("is_bot")),
        is_guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted")),
        is_stranger=bool(told.get("is_stranger")),
        is_admin=bool(told.get("is_admin") or told.get("is_owner") or told.get("is_primary_owner")),
        tz=str(told.get("tz") or ""),
        tz_offset=int(told.get("tz_offset") or 0),
        locale=str(told.get("locale") or ""),
    )
