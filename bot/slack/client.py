"""The Slack client: one HTTP session for every call, no retries of its own."""

from __future__ import annotations

from typing import TypeVar, overload

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.outward import OutwardClient
from bot.slack.people import People
from bot.slack.trouble import translate
from bot.slack.workspaces import Workspaces
from pipelines.core.errors import LeadhandError

CALL_TIMEOUT = 10

Client = TypeVar("Client", bound=OutwardClient)


@overload
def connect(
    token: str, api_url: str, session: aiohttp.ClientSession, *, secrets: frozenset[str] = ...
) -> OutwardClient: ...


@overload
def connect(
    token: str, api_url: str, session: aiohttp.ClientSession, *, kind: type[Client], secrets: frozenset[str] = ...
) -> Client: ...


def connect(
    token: str,
    api_url: str,
    session: aiohttp.ClientSession,
    *,
    kind: type[OutwardClient] = OutwardClient,
    secrets: frozenset[str] = frozenset(),
) -> OutwardClient:
    """A client. The SDK would repeat a post whose reply was lost, and make two of it: retries are the gateway's.

    None of the `secrets` leaves in a message.
    """
    handlers: list[AsyncRetryHandler] = []
    made = kind(token=token or None, base_url=api_url, timeout=CALL_TIMEOUT, session=session, retry_handlers=handlers)
    made.secrets = secrets
    return made


def without_token(client: AsyncWebClient) -> AsyncWebClient:
    """A client to the same Slack that speaks for nobody: for what sends its own token, or none."""
    handlers: list[AsyncRetryHandler] = []
    return AsyncWebClient(
        base_url=client.base_url, timeout=CALL_TIMEOUT, session=client.session, retry_handlers=handlers
    )


async def whose_token(client: AsyncWebClient) -> str:
    """Who the token speaks for. Raises TryAgain when Slack does not answer, TellPerson when it refuses."""
    people = People(client)
    try:
        await people.identify()
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as failure:
        raise translate(failure) from failure
    return f"{people.bot_user} in {people.team}"


async def try_workspaces(workspaces: Workspaces) -> dict[str, str]:
    """Every team with the trouble that its token has, empty when it works. Raises as `whose_token` does."""
    try:
        await workspaces.check()
    except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as failure:
        raise translate(failure) from failure
    return {team: await _try(workspaces, team) for team in await workspaces.teams()}


async def _try(workspaces: Workspaces, team: str) -> str:
    try:
        await whose_token((await workspaces.of(team)).client)
    except LeadhandError as failure:
        return str(failure)
    return ""
