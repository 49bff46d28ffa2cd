"""The two pages by which a workspace installs the app: to Slack's page of consent, and back with a code.

Source of the way: docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import hashlib
import hmac
import html
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.slack.renewal import AppKeys, ask, tokens_of
from bot.slack.trouble import error_code, translate
from pipelines.core.errors import TellPerson, TryAgain
from storage.audit import Audit
from storage.installations import Installations, Installed
from storage.models import utc_now
from storage.sealing import Keyring, Unreadable

log = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "leadhand_install"
PURPOSE = "install"
STATE_SECONDS = 600
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
CANCELLED = "Nothing was installed: the permission was not given."
FOREIGN = "This installation was not started in this browser, or more than ten minutes ago."
USED = "This installation was used already."
STALE_CODE = "Slack's code for this installation was used already or ran out."
OPERATOR = "Slack refuses {name}. Whoever runs leadhand has to correct it."
# docs.slack.dev/reference/methods/oauth.v2.access
REFUSALS = {
    "invalid_code": STALE_CODE,
    "code_already_used": STALE_CODE,
    "bad_redirect_uri": OPERATOR.format(name="the redirect URL, which must be one of those in the app's settings"),
    "invalid_client_id": OPERATOR.format(name="SLACK_CLIENT_ID"),
    "bad_client_secret": OPERATOR.format(name="SLACK_CLIENT_SECRET"),
}
BROKEN = "Something broke on leadhand's side. Its log has the details. Please start again."
WHOLE_ORG = "leadhand serves workspaces, not a whole organisation: install it for one workspace."
NOT_LISTED = "leadhand does not serve this workspace. Whoever runs it lists the workspaces in LEADHAND_WORKSPACES."


class Installer:
    """Serves both pages. `scopes` are those of the manifest, `welcome` the teams that may install, empty for any.

    `served` are the teams that have it, `changed` hears of each that installs it. `origin` is where people reach the
    pages; empty when only the app's settings at Slack know it.
    """

    def __init__(
        self,
        installations: Installations,
        keys: Keyring,
        audit: Audit,
        *,
        client: AsyncWebClient,
        make_client: Callable[[str], AsyncWebClient],
        app_keys: AppKeys,
        scopes: Sequence[str],
        welcome: frozenset[str],
        served: Callable[[], Awaitable[Sequence[str]]],
        changed: Callable[[str], None],
    ) -> None:
        self._installations = installations
        self._keys = keys
        self._audit = audit
        self._client = client
        self._make_client = make_client
        self._app_keys = app_keys
        self._scopes = scopes
        self._welcome = welcome
        self._served = served
        self._changed = changed
        self.origin = ""

    @property
    def address(self) -> str:
        """What to open to install the app."""
        return f"{self.origin}{INSTALL}"

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Lead to Slack's page of consent. The browser keeps a cookie that the way back must bring along."""
        browser = request.cookies.get(COOKIE, "")
        if len(browser) != 43 or not browser.isascii():
            browser = secrets.token_urlsafe(32)
        state = self._keys.seal(PURPOSE, _digest(browser))
        asked = {
            "client_id": self._app_keys.client_id,
            "scope": ",".join(self._scopes),
            "state": state,
            **self._redirect(),
        }
        page = URL(self._client.base_url).join(URL("/oauth/v2/authorize")).with_query(asked)
        answer = web.Response(status=302, headers={**HEADERS, "Location": str(page)})
        is_secure = self.origin.startswith("https://")
        answer.set_cookie(
            COOKIE, browser, max_age=STATE_SECONDS, path="/slack", httponly=True, samesite="Lax", secure=is_secure
        )
        return answer

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Take the code that Slack gave, and keep what it opens."""
        try:
            await self._check(request)
            row = await self._install(request.query.get("code", ""))
        except TryAgain as failure:
            return _page("Not installed yet", f"{failure} Please start again in a minute.", 503)
        except TellPerson as failure:
            log.warning("an install failed: %s", failure, extra={"action": "install.add"})
            return _page("Not installed", str(failure), 400)
        except Exception:
            log.exception("an install failed", extra={"action": "install.add"})
            return _page("Not installed", BROKEN, 500)
        words = f"leadhand is installed in {row.name or row.team}. Invite it to a channel with /invite @leadhand."
        missing = sorted(set(self._scopes) - set(row.scopes.split(",")))
        if missing:
            words += f" It lacks permissions, and with them some of its abilities: {', '.join(missing)}."
        return _page("Installed", words, 200)

    async def _check(self, request: web.Request) -> None:
        """The way began in this browser, is not too old, and was not gone before. Raises TellPerson."""
        if request.query.get("error"):
            raise TellPerson(CANCELLED)
        state, browser = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        try:
            expected = self._keys.open(PURPOSE, state, max_age=STATE_SECONDS)
        except Unreadable:
            raise TellPerson(FOREIGN) from None
        if not hmac.compare_digest(expected, _digest(browser)) or not request.query.get("code"):
            raise TellPerson(FOREIGN)
        if not await self._installations.spend(state, utc_now() + timedelta(seconds=2 * STATE_SECONDS)):
            raise TellPerson(USED)

    async def _install(self, code: str) -> Installed:
        answer = await _said(ask(self._client, self._app_keys, code=code, **self._redirect()))
        tokens = tokens_of(answer, utc_now())
        about = await self._describe(answer, tokens.token)
        known = await self._installations.get(about["team"])
        row = await self._installations.put(about, tokens)
        self._changed(row.team)
        await self._audit.record(
            actor=row.installed_by or "slack",
            action="install.add",
            target=row.team,
            outcome="installed again" if known else "installed",
            key=f"{row.team}:{row.version}",
            detail={"name": row.name, "scopes": row.scopes},
        )
        return row

    async def _describe(self, answer: Mapping[str, Any], token: str) -> dict[str, str]:
        """What the answer says of the workspace. Raises TellPerson for one that we do not serve; it loses the token."""
        team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
        unwelcome = self._welcome and team.get("id") not in self._welcome
        if unwelcome or answer.get("is_enterprise_install") or not team.get("id"):
            # Slack gives a workspace its lasting token again: it may be the one that we serve it with.
            if team.get("id") not in await self._served():
                await self._give_back(token)
            raise TellPerson(NOT_LISTED if unwelcome else WHOLE_ORG)
        about = {
            "team": team["id"],
            "name": team.get("name"),
            "enterprise": enterprise.get("id"),
            "app": answer.get("app_id"),
            "bot_user": answer.get("bot_user_id"),
            "scopes": answer.get("scope"),
            "installed_by": (answer.get("authed_user") or {}).get("id"),
            **await self._introduce(token),
        }
        return {name: str(value or "") for name, value in about.items()}

    async def _introduce(self, token: str) -> dict[str, str]:
        """What only auth.test tells; when Slack does not answer it is asked at the first use."""
        try:
            me = await _said(_data(self._make_client(token).auth_test()))
        except (TryAgain, TellPerson):
            return {}
        return {"bot_id": str(me.get("bot_id") or ""), "url": str(me.get("url") or "")}

    async def _give_back(self, token: str) -> None:
        try:
            await _said(_data(self._make_client(token).auth_revoke()))
        except (TryAgain, TellPerson) as failure:
            log.warning("a token that is not kept was not revoked: %s", failure, extra={"action": "install.add"})

    def _redirect(self) -> dict[str, str]:
        """The same at both steps; left out, Slack takes the first redirect URL of the app's settings."""
        return {"redirect_uri": f"{self.origin}{REDIRECT}"} if self.origin else {}


async def _said(call: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """Slack's answer. Raises TryAgain or TellPerson."""
    try:
        return await call
    except SlackApiError as error:
        if error_code(error) in REFUSALS:
            raise TellPerson(REFUSALS[error_code(error)]) from None
        raise translate(error) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise translate(error) from None


async def _data(call: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    answer = await call
    return answer.data if isinstance(answer.data, dict) else {}


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


def _page(title: str, words: str, status: int) -> web.Response:
    again = "" if status == 200 else f'<p><a href="{INSTALL}">Start again</a></p>'
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title></head><body><h1>{title}</h1><p>{html.escape(words)}</p>{again}</body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
