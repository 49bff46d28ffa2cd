"""Slash commands: kept, then acknowledged without a word; the answer comes from the work."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import from_command
from bot.slack.front import Front
from bot.slack.windows import settings_by_command


def register(app: AsyncApp, front: Front) -> None:
    """Hear every command of the app's manifest."""

    async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
        if is_settings(body):
            front.soon(settings_by_command(front, body), body)
        else:
            await front.take(from_command(body))
        await ack()

    app.command(re.compile(".+"))(on_command)


def is_settings(body: dict[str, Any]) -> bool:
    """Whether a command asks for the window of settings: with more words it says what to choose."""
    return body["command"] == "/leadhand" and str(body.get("text") or "").strip().lower() == "settings"
