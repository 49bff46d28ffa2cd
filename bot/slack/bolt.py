"""The Slack app: one AsyncApp for Socket Mode and signed HTTP alike."""

from __future__ import annotations

import logging

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.front import Front
from bot.slack.listeners import actions, commands, events, shortcuts, views


def build_app(client: AsyncWebClient, signing_secret: str, front: Front) -> AsyncApp:
    """An app whose listeners commit before Slack hears yes.

    `process_before_response` makes Bolt wait for the listener: when the commit fails, HTTP answers 500 and a
    socket envelope stays unacknowledged, and Slack delivers again.
    """
    app = AsyncApp(
        client=client,
        signing_secret=signing_secret or "unused in Socket Mode",
        process_before_response=True,
        logger=logging.getLogger("slack_bolt"),
    )
    for listeners in (events, commands, actions, shortcuts, views):
        listeners.register(app, front)
    return app
