"""The Slack app: one AsyncApp for Socket Mode and signed HTTP alike."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import without_token
from bot.slack.dispatch import on_error
from bot.slack.front import Front
from bot.slack.listeners import actions, commands, events, shortcuts, views


class Known(AsyncAuthorize):
    """Bolt's question whose token to use, for each request. Listeners get their client by team, so it costs nothing.

    Bolt's own answers ask Slack and the database, or, where the environment has SLACK_CLIENT_ID, a file of its own.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the SDK leaves out the return type

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: Any
    ) -> AuthorizeResult:
        """Yes."""
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


def build_app(client: AsyncWebClient, signing_secret: str, front: Front) -> AsyncApp:
    """An app whose listeners commit before Slack hears yes.

    `process_before_response` makes Bolt wait for the listener: when the commit fails, HTTP answers 500 and a
    socket envelope stays unacknowledged, and Slack delivers again.
    """
    app = AsyncApp(
        # Listeners have the workspace's own; Bolt warns of a token beside an authorize.
        client=without_token(client),
        authorize=Known(),
        signing_secret=signing_secret or "unused in Socket Mode",
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
        # Without this a payload that nobody listens to is logged, every word of it.
        raise_error_for_unhandled_request=True,
        # Done once and earlier: bot/slack/http.py, bot/slack/listeners/events.py.
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(on_error)
    for listeners in (events, commands, actions, shortcuts, views):
        listeners.register(app, front)
    return app
