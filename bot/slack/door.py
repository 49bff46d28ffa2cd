"""Who the bot is to Slack, and the sockets that it holds in Socket Mode; bot/slack/http.py is the other way in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.slack.sockets import Sockets
from bot.slack.trouble import error_code, translate
from bot.slack.workspaces import Workspaces
from pipelines.core.errors import Refused

log = logging.getLogger(__name__)

RETRY_EVERY = 2.0
BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)


class SlackLink:
    """Knows who the bot is, and holds the sockets open in Socket Mode."""

    def __init__(
        self, app: AsyncApp, workspaces: Workspaces, app_token: str, *, on_contact: Callable[[], None]
    ) -> None:
        self._workspaces = workspaces
        self._known = False
        self._on_contact = on_contact
        self.sockets = Sockets(app, app_token) if app_token else None
        self.trouble = "Slack has not answered yet."

    async def check_tokens(self) -> bool:
        """Whether Slack answered and took them. Raises Refused when it says no."""
        try:
            await self._workspaces.check()
            self._known = True
            if self.sockets:
                # Asked for here, since opening would try a refused token for ever.
                await self.sockets.check_token()
        except SlackApiError as error:
            if error_code(error) in BAD_TOKEN:
                raise Refused(self._bad_token()) from None
            self.trouble = str(translate(error))
            return False
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            self.trouble = str(translate(error))
            return False
        return True

    async def first_contact(self) -> bool:
        """Whether we hear Slack now. Raises Refused when it refuses a token."""
        if not await self.check_tokens():
            return False
        if self.sockets:
            try:
                await self.sockets.open()
            except TimeoutError:
                self.trouble = "Slack's socket cannot be opened; is a proxy or firewall in the way of WebSockets?"
                return False
        self.trouble = ""
        self._on_contact()
        return True

    def _bad_token(self) -> str:
        name = "SLACK_APP_TOKEN" if self._known else "SLACK_BOT_TOKEN"
        return (
            f"Slack refuses {name}. Copy the right one from your app's page at api.slack.com/apps into .env: "
            "the bot token starts with xoxb-, the app token with xapp-."
        )

    async def run(self) -> None:
        """Until there is contact, however long that takes."""
        said = ""
        while True:
            await asyncio.sleep(RETRY_EVERY)
            try:
                if await self.first_contact():
                    return
            except Refused as failure:
                self.trouble = str(failure)
            if self.trouble != said:
                log.error("%s", self.trouble, extra={"action": "slack.connect"})
                said = self.trouble

    async def check(self) -> str:
        """Trouble in words, empty when all is well."""
        if not self.trouble and self.sockets and not self.sockets.open_count:
            return "No socket to Slack is open; they are being opened again."
        return self.trouble

    def describe(self) -> str:
        """How Slack is heard, for people."""
        if self.trouble or not self.sockets:
            return self.trouble or "over HTTP"
        return f"Socket Mode, connections: {self.sockets.open_count}"

    async def close(self) -> None:
        """Let the sockets go: what comes now is Slack's to deliver again. Closing twice is fine."""
        if self.sockets:
            await self.sockets.close()
