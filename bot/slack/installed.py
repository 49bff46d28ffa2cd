"""Many workspaces, each by the token of its own installation, kept in memory: an event costs no call and no query."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.outward import OutwardClient
from bot.slack.people import People
from bot.slack.renewal import Renewal
from bot.slack.trouble import error_code, translate
from bot.slack.workspaces import OneWorkspace, Workspace
from pipelines.core.errors import LeadhandError, TellPerson, TryAgain
from storage.audit import Audit
from storage.installations import Installations, Installed
from storage.models import utc_now

log = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(hours=2)
LOOK_EVERY = 60.0
# How long a workspace that is not installed is not looked up again; an install in this process ends it at once.
ABSENT_FOR = timedelta(seconds=2)
ABSENT_LIMIT = 1000
# Slack delivers an event four times within six minutes, so that news of a removal may come after the next install.
CLOCKS = timedelta(seconds=1)
REFUSED = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
NOT_INSTALLED = "I am not installed in this workspace (any more). Somebody who may install apps there can add me again."
UNREADABLE = "My access to this workspace cannot be read with LEADHAND_SIGNING_KEYS: put the key back that sealed it."

Refused = Callable[[str, str], Awaitable[bool]]


class WorkspaceClient(OutwardClient):
    """Speaks with the token of the moment; one that Slack refuses is looked up anew, and the call made once more.

    Slack does nothing on a token that it refuses, so that even a post may be repeated.
    """

    refused: Refused | None = None

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """As the SDK's."""
        used = str(self.token)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            if self.refused is None or error_code(error) not in REFUSED:
                raise
            if not await self.refused(used, error_code(error)):
                raise
        return await super().api_call(api_method, **arguments)


@dataclass
class _Kept:
    """A workspace in memory; its client's token changes as it is renewed."""

    workspace: Workspace
    client: WorkspaceClient


class InstalledWorkspaces:
    """Workspaces by their installations; the one of SLACK_BOT_TOKEN, if that is set, is served by it beside them."""

    many = True

    def __init__(
        self,
        installations: Installations,
        renewal: Renewal,
        audit: Audit,
        *,
        client: AsyncWebClient,
        make_client: Callable[[str], WorkspaceClient],
        own: OneWorkspace | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.client = client
        self._installations = installations
        self._renewal = renewal
        self._audit = audit
        self._make_client = make_client
        self._own = own
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._absent: dict[str, datetime] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._troubles: dict[str, str] = {}

    async def of(self, team: str) -> Workspace:
        """The workspace of the team. Raises TellPerson where the app is not installed.

        A token that ran out is renewed by the first call that Slack refuses, so that no event waits for it.
        """
        if kept := self._kept.get(team):
            return kept.workspace
        if self._absent.get(team, self._clock()) > self._clock():
            raise TellPerson(NOT_INSTALLED)
        async with self._locks[team]:
            kept = self._kept.get(team)
            return kept.workspace if kept else await self._load(team)

    async def _load(self, team: str) -> Workspace:
        row = await self._installations.get(team)
        if row is None or row.removed_at:
            return self._other(team)
        if row.tokens is None:
            self._trouble(team, UNREADABLE)
            raise TellPerson(UNREADABLE)
        return await self._keep(row)

    def _other(self, team: str) -> Workspace:
        """Not installed: perhaps it is the workspace of the token in the settings."""
        self.forget(team)
        if self._own and self._own.people.team == team:
            return Workspace(team=team, client=self._own.client, people=self._own.people)
        if len(self._absent) >= ABSENT_LIMIT:
            self._absent.clear()
        self._absent[team] = self._clock() + ABSENT_FOR
        raise TellPerson(NOT_INSTALLED)

    async def _renewed(self, row: Installed, *, wait: bool = True) -> Installed:
        try:
            new = await self._renewal.renew(row, wait=wait)
        except LeadhandError as failure:
            self._trouble(row.team, str(failure))
            raise
        self._troubles.pop(row.team, None)
        return new

    async def _keep(self, row: Installed) -> Workspace:
        if row.tokens is None:
            return self._other(row.team)
        kept = self._kept.get(row.team)
        if kept is None:
            client = self._make_client(row.tokens.token)
            client.refused = lambda used, code: self._refused(row.team, used, code)
            kept = _Kept(Workspace(team=row.team, client=client, people=People(client)), client)
        kept.client.token = row.tokens.token
        await self._introduce(kept.workspace.people, row)
        self._kept[row.team] = kept
        self._troubles.pop(row.team, None)
        return kept.workspace

    async def _introduce(self, people: People, row: Installed) -> None:
        """Who the bot is there. Slack is asked only for what the installation did not tell."""
        people.bot_user, people.bot_id, people.team, people.url = row.bot_user, row.bot_id, row.team, row.url
        if (row.bot_user and row.bot_id) or row.tokens is None:
            return
        # By a client of its own: one that is refused would look for another token, which is what goes on here.
        asked = People(self._make_client(row.tokens.token))
        try:
            await asked.identify()
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as failure:
            log.warning("%s is not fully known: %s", row.team, translate(failure), extra={"action": "install"})
        else:
            people.bot_user, people.bot_id, people.url = asked.bot_user, asked.bot_id, asked.url

    async def _refused(self, team: str, used: str, code: str) -> bool:
        """Slack refused a token. Whether there is another one now."""
        async with self._locks[team]:
            row = await self._installations.get(team)
            if row is None or row.tokens is None:
                self.forget(team)
                return False
            if row.tokens.token == used and row.tokens.refresh and code in {"token_expired", "invalid_auth"}:
                row = await self._renewed(row)
            if row.tokens is None or row.tokens.token == used:
                self.forget(team)
                self._trouble(team, f"Slack refuses my token ({code}). Install the app there once more.")
                return False
            await self._keep(row)
            return True

    def _trouble(self, team: str, words: str) -> None:
        if self._troubles.get(team) != words:
            log.error("%s: %s", team, words, extra={"action": "install"})
        self._troubles[team] = words

    def forget(self, team: str) -> None:
        """Look the workspace up anew at the next use: it was installed or removed."""
        self._kept.pop(team, None)
        self._absent.pop(team, None)

    async def removed(self, team: str, at: float) -> None:
        """Slack tells that the app was removed, at that time (seconds since 1970): its tokens are erased.

        News from before the latest install, which Slack may deliver again, changes nothing while the token works, or
        cannot be read. Raises TryAgain.
        """
        row = await self._installations.get(team)
        if row is None or row.removed_at:
            return
        is_old = at <= (row.installed_at + CLOCKS).timestamp()
        if is_old and (row.tokens is None or await self._works(team)):
            return
        await self._installations.remove(team)
        self.forget(team)
        await self._audit.record(
            actor="slack", action="install.remove", target=team, outcome="removed", key=f"{team}:{row.version}"
        )

    async def _works(self, team: str) -> bool:
        """Whether Slack takes the token. Raises TryAgain when nobody can say now: then the news comes again."""
        try:
            await (await self.of(team)).client.auth_test()
        except (SlackApiError, LeadhandError, aiohttp.ClientError, OSError, TimeoutError) as failure:
            known = translate(failure)
            if isinstance(known, TryAgain):
                raise known from failure
            return False
        return True

    async def teams(self) -> Sequence[str]:
        """Every team that the bot serves."""
        installed = [row.team for row in await self._installations.all()]
        own = self._own.people.team if self._own else ""
        return [*installed, own] if own and own not in installed else installed

    async def check(self) -> None:
        """Learn whose SLACK_BOT_TOKEN is, if it is set; installations are asked when they are used."""
        if self._own:
            await self._own.check()

    async def open(self) -> None:
        """Seal with the newest key what an older one sealed."""
        if count := await self._installations.reseal():
            log.warning("sealed the tokens of %s workspaces with the newest key", count, extra={"action": "install"})

    async def run(self) -> None:
        """Until cancelled: renew tokens two hours before they end."""
        while True:
            try:
                await self.renew_due()
            except Exception:
                log.exception("tokens were not looked at; trying again", extra={"action": "install.renew"})
            await asyncio.sleep(LOOK_EVERY)

    async def renew_due(self) -> None:
        """Renew whatever ends within two hours, in this process or another."""
        for team in await self._installations.due(self._clock() + RENEW_BEFORE):
            async with self._locks[team]:
                row = await self._installations.get(team)
                if row is None or row.tokens is None:
                    continue
                try:
                    row = await self._renewed(row, wait=False)
                except LeadhandError:
                    continue
                if team in self._kept and row.tokens:
                    await self._keep(row)

    async def remark(self) -> str:
        """How many workspaces there are, and what is wrong with which."""
        try:
            teams = sorted(await self.teams())
        except Exception:
            log.exception("the installations cannot be read", extra={"action": "install"})
            return "The installations cannot be read."
        if not teams:
            return ""
        known = f"{len(teams)} workspace{'s' if len(teams) != 1 else ''}"
        return "; ".join([known, *(f"{team}: {self._troubles[team]}" for team in teams if team in self._troubles)])

    async def close(self) -> None:
        """Let renewals under way come in."""
        await self._renewal.close()
