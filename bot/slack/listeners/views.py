"""Modals: what was saved is checked while the person still sees it, kept, then acknowledged."""

from __future__ import annotations

import json
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.arrivals import from_form, team_of
from bot.slack.choosing import CALLBACK, check_settings, read_settings
from bot.slack.forms import check_form, read_form
from bot.slack.front import Front
from bot.slack.newticket import CALLBACK as NEW_TICKET
from bot.slack.newticket import check_new_ticket, reply_address
from pipelines.core.asks import Place


def register(app: AsyncApp, front: Front) -> None:
    """Hear every modal that is saved."""

    async def on_submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body["view"]
        typed, kept = read_form(view), json.loads(view["private_metadata"])
        if view["callback_id"] == NEW_TICKET:
            kept |= {"channel": typed.get("where", ""), "reply_url": reply_address(body)}
            workspace = await front.workspaces.of(team_of(body))
            values, errors = typed, await check_new_ticket(typed, workspace, body["user"]["id"])
        else:
            values, errors = check(view["callback_id"], typed, kept)
        if errors:
            words = await front.voice.catalog(Place(team=team_of(body), channel=kept["channel"]), body["user"]["id"])
            await ack(response_action="errors", errors={name: words.say(text) for name, text in errors.items()})
            return
        await front.take(from_form(body, values, kept["approval"], kept["channel"], kept.get("reply_url", "")))
        await ack()

    app.view(re.compile(".+"))(on_submit)


def check(callback_id: str, typed: dict[str, str], kept: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed, and plain words for each field that makes no sense."""
    if callback_id == CALLBACK:
        values = read_settings(typed)
        return values, check_settings(kept["approval"], values)
    return typed, check_form(typed)
