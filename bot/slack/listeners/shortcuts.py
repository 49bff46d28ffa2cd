"""Shortcuts: on messages kept, then acknowledged without a word; a global one opens its window."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import from_shortcut
from bot.slack.front import Front
from bot.slack.newticket import CALLBACK as NEW_TICKET
from bot.slack.windows import new_ticket


def register(app: AsyncApp, front: Front) -> None:
    """Hear every shortcut; one that no ability answers is acknowledged and forgotten."""

    async def on_shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        if body["type"] == "shortcut" and body["callback_id"] == NEW_TICKET:
            front.soon(new_ticket(front, body), body)
        arrival = from_shortcut(body)
        if arrival and front.router.shortcut(arrival.payload["name"]):
            await front.take(arrival)
        await ack()

    app.shortcut(re.compile(".+"))(on_shortcut)
