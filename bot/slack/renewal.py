"""Renews the tokens of workspaces whose app rotates them: in time, and never twice with the same refresh token.

An access token lives twelve hours, and the token that renews it counts once
(docs.slack.dev/authentication/using-token-rotation). Of all processes the one that holds the row's claim asks Slack.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.trouble import error_code, translate
from pipelines.core.errors import TellPerson, TryAgain
from storage.audit import Audit
from storage.installations import Installations, Installed, Tokens
from storage.models import utc_now

log = logging.getLogger(__name__)

# Longer than Slack may take to answer: whoever holds the claim and died is followed by another then.
CLAIM_SECONDS = 30.0
LOOK_EVERY = 0.2
KEEP_TRIES, KEEP_PAUSE = 20, 0.5
ELSEWHERE = "Slack's token for this workspace is being renewed."
SPENT = "Slack does not renew my access to this workspace. Install the app there once more."
PASSING = (aiohttp.ClientError, OSError, TimeoutError)


@dataclass(frozen=True)
class AppKeys:
    """What the app is known by to Slack, when it asks for tokens."""

    client_id: str
    client_secret: str


class Renewal:
    """Changes a refresh token into new tokens, once among all processes."""

    def __init__(
        self,
        installations: Installations,
        client: AsyncWebClient,
        audit: Audit,
        app_keys: AppKeys,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._installations = installations
        self._client = client
        self._audit = audit
        self._app_keys = app_keys
        self._clock = clock
        self._running: set[asyncio.Task[Installed]] = set()

    async def renew(self, row: Installed, *, wait: bool = True) -> Installed:
        """The workspace with newer tokens than those of `row`, ours or another process's.

        Without `wait` the row as it is when another process is at it. Raises TryAgain or TellPerson.
        """
        renewer = secrets.token_hex(8)
        for _ in range(int(CLAIM_SECONDS / LOOK_EVERY) + 5):
            if await self._installations.claim(row.team, row.version, renewer, CLAIM_SECONDS):
                return await self._uncut(row, renewer)
            found = await self._installations.get(row.team)
            if found is None or found.version != row.version or not wait:
                return found or row
            await asyncio.sleep(LOOK_EVERY)
        raise TryAgain(ELSEWHERE)

    async def _uncut(self, row: Installed, renewer: str) -> Installed:
        """What Slack answered is kept even if nobody waits any more: the old refresh token is used up by then."""
        task = asyncio.create_task(self._exchange(row, renewer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _exchange(self, row: Installed, renewer: str) -> Installed:
        try:
            tokens = await self._ask(row)
        except (SlackApiError, *PASSING) as failure:
            await self._installations.release(row.team, renewer)
            words = translate(failure)
            if isinstance(words, TryAgain):
                raise words from failure
            code = error_code(failure) if isinstance(failure, SlackApiError) else ""
            await self._record(row, "failed", f"{SPENT} ({code})")
            raise TellPerson(SPENT) from failure
        await self._keep(row, tokens)
        await self._record(row, "done", "")
        return await self._installations.get(row.team) or row

    async def _ask(self, row: Installed) -> Tokens:
        refresh = row.tokens.refresh if row.tokens else ""
        answer = await ask(self._client, self._app_keys, grant_type="refresh_token", refresh_token=refresh)
        return tokens_of(answer, self._clock())

    async def _keep(self, row: Installed, tokens: Tokens) -> None:
        """However often it takes: these tokens are nowhere else."""
        for left in range(KEEP_TRIES, 0, -1):
            try:
                await self._installations.renewed(row.team, row.version, tokens)
                return
            except Exception:
                if left == 1:
                    raise
                log.exception("the new token of %s is not kept yet", row.team, extra={"action": "install.renew"})
                await asyncio.sleep(KEEP_PAUSE)

    async def _record(self, row: Installed, outcome: str, reason: str) -> None:
        if reason:
            log.error("%s: %s", row.team, reason, extra={"action": "install.renew"})
        key = f"{row.team}:{row.version}:{outcome}"
        await self._audit.record(
            actor="leadhand", action="install.renew", target=row.team, outcome=outcome, key=key, reason=reason
        )

    async def close(self) -> None:
        """Let what Slack was asked for come in and be kept."""
        await asyncio.gather(*self._running, return_exceptions=True)


async def ask(app: AsyncWebClient, app_keys: AppKeys, **what: str) -> dict[str, Any]:
    """The answer of oauth.v2.access. Raises SlackApiError, and what a connection raises.

    The SDK's own method builds the header with a class that aiohttp is about to drop.
    """
    basic = base64.b64encode(f"{app_keys.client_id}:{app_keys.client_secret}".encode()).decode()
    answer = await app.api_call("oauth.v2.access", data=what, headers={"Authorization": f"Basic {basic}"})
    return answer.data if isinstance(answer.data, dict) else {}


def tokens_of(answer: Mapping[str, Any], now: datetime) -> Tokens:
    """The tokens of an answer of oauth.v2.access. Raises TellPerson when there is no bot token in it."""
    token, refresh, lives = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not isinstance(token, str) or not token or answer.get("token_type", "bot") != "bot":
        raise TellPerson("Slack gave no bot token.")
    if not isinstance(refresh, str) or not isinstance(lives, int | float) or not refresh:
        return Tokens(token)
    return Tokens(token, refresh, now + timedelta(seconds=lives))
