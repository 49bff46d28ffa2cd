"""What the keys of a Slack app open: asked of Slack itself, and its refusals put in words."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.client import connect
from bot.slack.trouble import PASSING, error_code
from pipelines.core.errors import TellPerson, TryAgain

PAGE = 200
PAGES = 20
APP_IN_TOKEN = re.compile(r"xapp-\d+-(A[A-Z0-9]+)-")
AGAIN = "Copy it again, whole, from the app's settings."
WORDS = {
    "invalid_auth": f"Slack does not know this token. {AGAIN}",
    "not_authed": f"Slack does not know this token. {AGAIN}",
    "token_revoked": "Slack has revoked this token. Install the app again and copy the new one.",
    "account_inactive": "The app was removed from the workspace. Install it again and copy the new token.",
    "token_expired": "This token has run out. Make a new one.",
    "not_allowed_token_type": "This is another kind of token than the one that is asked for here.",
    "app_not_found": "This token belongs to another person or workspace than the app: make one in the app's workspace.",
    "invalid_app_id": "This is not the id of an app: it stands in the address of the app's settings, A and letters.",
}
SOCKET_OFF = "Switch Socket Mode on in the app's settings (Socket Mode, Enable)."


class UnknownMethod(TellPerson):
    """This server does not have the method: an older workspace, or an emulator."""


@dataclass(frozen=True)
class Installed:
    """Whose bot token it is; `scopes` is None, and `app` empty, where the server does not tell."""

    team: str
    team_id: str
    user: str
    app: str
    scopes: frozenset[str] | None


@dataclass(frozen=True)
class Created:
    """A new app with the secrets that Slack gives away only now."""

    app: str
    signing_secret: str
    client_id: str
    client_secret: str


class Keys:
    """Tries keys against one Slack. Every method raises TellPerson for a refusal, TryAgain where nobody answers."""

    def __init__(self, api_url: str, session: aiohttp.ClientSession) -> None:
        self._api_url = api_url
        self._session = session

    def _client(self, token: str) -> AsyncWebClient:
        return connect(token, self._api_url, self._session)

    async def bot(self, token: str) -> Installed:
        """Whose bot token it is, and what it may do."""
        client = self._client(token)
        answer = await _asked(client.auth_test())
        scopes = _header(answer, "x-oauth-scopes")
        app = await self._app_of(client, str(answer.get("bot_id") or ""))
        return Installed(
            team=str(answer.get("team") or answer.get("team_id")),
            team_id=str(answer.get("team_id") or ""),
            user=str(answer.get("user") or "the bot"),
            app=app,
            scopes=None if scopes is None else frozenset(name.strip() for name in scopes.split(",") if name.strip()),
        )

    async def _app_of(self, client: AsyncWebClient, bot: str) -> str:
        if not bot:
            return ""
        try:
            found = (await _asked(client.bots_info(bot=bot))).get("bot")
        except (TellPerson, TryAgain):
            return ""
        return str(found.get("app_id") or "") if isinstance(found, dict) else ""

    async def socket(self, token: str) -> str:
        """Whether Socket Mode opens with this app-level token; the id of its app, empty where nothing tells it."""
        client = self._client(token)
        answer = await _asked(client.apps_connections_open(app_token=token))
        named = APP_IN_TOKEN.match(token)
        query = parse_qs(urlsplit(str(answer.get("url") or "")).query)
        return named[1] if named else (query.get("app_id") or [""])[0]

    async def channels(self, token: str) -> list[str]:
        """The names of the channels that the bot is a member of."""
        client = self._client(token)
        try:
            return [c["name"] async for c in _pages(client.users_conversations) if c.get("name")]
        except UnknownMethod:
            return [c["name"] async for c in _pages(client.conversations_list) if c.get("is_member")]

    async def manifest(self, config_token: str, app: str) -> Mapping[str, Any]:
        """The configuration of the app as it stands."""
        client = self._client(config_token)
        answer = await _asked(client.apps_manifest_export(app_id=app))
        found = answer.get("manifest")
        return found if isinstance(found, dict) else {}

    async def create(self, config_token: str, manifest: Mapping[str, Any]) -> Created:
        """Make an app of this manifest."""
        client = self._client(config_token)
        answer = await _asked(client.apps_manifest_create(manifest=json.dumps(manifest)))
        given = answer.get("credentials") or {}
        return Created(
            app=str(answer.get("app_id") or ""),
            signing_secret=str(given.get("signing_secret") or ""),
            client_id=str(given.get("client_id") or ""),
            client_secret=str(given.get("client_secret") or ""),
        )


async def _pages(method: Any) -> AsyncIterator[Mapping[str, Any]]:
    cursor = ""
    for _ in range(PAGES):
        asked = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": PAGE}
        answer = await _asked(method(**asked, cursor=cursor or None))
        for channel in answer.get("channels") or []:
            yield channel
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return


async def _asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Slack's answer, or its refusal in words. The words never hold a token."""
    try:
        return await call
    except SlackApiError as error:
        raise _refusal(error) from None
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        raise TryAgain("Slack does not answer: check this machine's way to the internet, and SLACK_API_URL.") from None


def _refusal(error: SlackApiError) -> TellPerson | TryAgain:
    code, status = error_code(error), int(getattr(error.response, "status_code", 200) or 200)
    if code in PASSING or status == 429 or status >= 500:
        return TryAgain("Slack is busy: try again in a minute.")
    if code == "unknown_method":
        return UnknownMethod("This Slack does not know the method: it cannot be asked for this.")
    if code == "missing_scope":
        return TellPerson(f"The app lacks the scope {error.response.get('needed')}: add it and install the app again.")
    if code == "invalid_manifest":
        return TellPerson(f"Slack does not take the manifest: {_problems(error)}")
    if "socket" in code or code == "link_disabled":
        return TellPerson(SOCKET_OFF)
    return TellPerson(WORDS.get(code, f"Slack refuses it ({code or 'no reason given'})."))


def _problems(error: SlackApiError) -> str:
    found = error.response.get("errors") or []
    return "; ".join(f"{one.get('pointer', '')} {one.get('message', '')}".strip() for one in found) or "no reason given"


def _header(answer: AsyncSlackResponse, name: str) -> str | None:
    found = {key.lower(): value for key, value in (answer.headers or {}).items()}
    value = found.get(name)
    return ",".join(value) if isinstance(value, list) else value
