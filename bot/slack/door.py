"""Who the bot is to Slack, and the socket that it holds open in Socket Mode; bot/slack/http.py is the other way in."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.dispatch import dispatch
from bot.slack.payloads import Malformed
from bot.slack.trouble import error_code, translate
from bot.slack.workspaces import Workspaces
from pipelines.core.errors import Refused

log = logging.getLogger(__name__)

RETRY_EVERY = 2.0
PING_EVERY = 3
OPEN_WITHIN = 8.0
BAD_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)


class SocketHandler(AsyncSocketModeHandler):
    """Bolt's handler, with the payload checked first: an envelope that makes no sense is acknowledged, no more."""

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope; not at all when what it brought could not be kept, and Slack delivers it again."""
        start = time.time()
        try:
            answer = await dispatch(self.app, req.payload)
        except Malformed as fault:
            log.warning("an envelope was refused: %s", fault, extra={"action": "slack.refuse"})
            answer = BoltResponse(status=200)
        await send_async_response(client, req, answer, start)


class SlackLink:
    """Knows who the bot is, and holds the socket open in Socket Mode."""

    def __init__(
        self, app: AsyncApp, workspaces: Workspaces, app_token: str, *, on_contact: Callable[[], None]
    ) -> None:
        self._workspaces = workspaces
        self._known = False
        self._on_contact = on_contact
        self._handler = None
        if app_token:
            self._handler = SocketHandler(
                app, app_token, logger=logging.getLogger("slack_socket"), ping_interval=PING_EVERY
            )
        self.trouble = "Slack has not answered yet."

    @property
    def socket(self) -> AsyncBaseSocketModeClient | None:
        """The socket client, in Socket Mode."""
        return self._handler.client if self._handler else None

    async def check_tokens(self) -> bool:
        """Whether Slack answered and took them. Raises Refused when it says no."""
        try:
            await self._workspaces.check()
            self._known = True
            if self._handler:
                # Asked for here, since connect would try a refused token for ever.
                self._handler.client.wss_uri = await self._handler.client.issue_new_wss_url()
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
        if self._handler:
            try:
                await asyncio.wait_for(self._handler.client.connect(), OPEN_WITHIN)
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
        if not self.trouble and self._handler and not await self._handler.client.is_connected():
            return "The socket to Slack is down; it is being opened again."
        return self.trouble

    async def close(self) -> None:
        """Let the socket go: what comes now is Slack's to deliver again. Closing twice is fine."""
        if self._handler and not self._handler.client.closed:
            await self._handler.client.close()
