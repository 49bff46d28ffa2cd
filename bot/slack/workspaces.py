"""The workspaces that the bot serves: for each its client, and what is known of its people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.people import People

log = logging.getLogger(__name__)

REMOVED = "The app was removed from the workspace, or its token revoked: install it again and set SLACK_BOT_TOKEN."


@dataclass(frozen=True)
class Workspace:
    """One workspace: `client` speaks with its token, `people` knows its names, members and the bot's own ids."""

    team: str
    client: AsyncWebClient
    people: People


class Workspaces(Protocol):
    """Where everything that talks to Slack gets its client from.

    `many` says that teams must be kept apart; `client` speaks for the app itself, as in opening a socket.
    """

    many: bool
    client: AsyncWebClient

    async def of(self, team: str) -> Workspace:
        """The workspace of the team. Raises TellPerson where the bot is not installed."""
        ...

    async def teams(self) -> Sequence[str]:
        """Every team that the bot serves, once it is known who the bot is."""
        ...

    async def check(self) -> None:
        """Learn who the bot is. Raises SlackApiError for a token that Slack refuses."""
        ...

    async def removed(self, team: str, at: float) -> None:
        """Slack tells that the app was removed from the team, at that time (seconds since 1970)."""
        ...

    async def remark(self) -> str:
        """How many workspaces there are and what is wrong with them, in words; empty where nothing is to say."""
        ...

    async def open(self) -> None:
        """The database is there now."""
        ...

    async def run(self) -> None:
        """Until cancelled: whatever keeps the workspaces served."""
        ...

    async def close(self) -> None:
        """Finish what is under way."""
        ...


class OneWorkspace:
    """One workspace by its token: whatever a body calls its team, there is no other."""

    many = False

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.people = People(client)

    async def of(self, team: str) -> Workspace:
        """Always the same one."""
        return Workspace(team=self.people.team or team, client=self.client, people=self.people)

    async def teams(self) -> Sequence[str]:
        """The one."""
        return (self.people.team,)

    async def check(self) -> None:
        """Ask Slack whose token this is."""
        await self.people.identify()

    async def removed(self, team: str, at: float) -> None:
        """Nothing can be done here: the next token comes by the settings."""
        log.error("%s", REMOVED, extra={"action": "install"})

    async def remark(self) -> str:
        """Nothing to say."""
        return ""

    async def open(self) -> None:
        """Nothing to do."""

    async def run(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""
