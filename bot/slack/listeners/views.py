"""Modals: what was saved is checked while the person still sees it, kept, then acknowledged."""

from __future__ import annotations

import json
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import from_form
from bot.slack.forms import check_form, read_form
from bot.slack.front import Front


def register(app: AsyncApp, front: Front) -> None:
    """Hear every modal that is saved."""

    async def on_submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body["view"]
        values = read_form(view)
        errors = check_form(values)
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        kept = json.loads(view["private_metadata"])
        await front.take(from_form(body, values, kept["approval"], kept["channel"]))
        await ack()

    app.view(re.compile(".+"))(on_submit)
