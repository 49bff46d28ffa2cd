"""Slash commands: kept, then acknowledged without a word; the answer comes from the work."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import from_command
from bot.slack.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Hear every command of the app's manifest."""

    async def on_command(ack: AsyncAck, body: dict[str, Any]) -> None:
        await front.take(from_command(body))
        await ack()

    app.command(re.compile(".+"))(on_command)
