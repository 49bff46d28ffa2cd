"""Buttons: a decision is kept and worked on; a window is opened at once, since Slack allows three seconds for it."""

from __future__ import annotations

import json
import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from bot.slack.arrivals import from_press, place_of, team_of
from bot.slack.forms import edit_form, read_form, retyped
from bot.slack.front import Front
from bot.slack.trouble import translate
from bot.slack.windows import change_scope, new_ticket, settings_from_home
from pipelines.core.asks import Place
from pipelines.core.chat import Words
from pipelines.core.errors import LeadhandError
from pipelines.core.tickets import Draft
from pipelines.desk.showing import UNKNOWN
from storage.drafts import DraftRow

NOT_OPEN = "This draft is no longer open, so there is nothing to edit. Edit the card on the board instead."
NOT_KNOWN = "I do not know this button: another version of me made it. Ask me again, or write `@leadhand help`."


def register(app: AsyncApp, front: Front) -> None:
    """Hear every button."""

    async def on_action(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        name = action["action_id"]
        if name == "ticket_edit":
            front.soon(_open_form(front, body, action), body)
        elif name == "ticket_type":
            front.soon(_change_form(front, body, action), body)
        elif name == "settings_open":
            front.soon(settings_from_home(front, body), body)
        elif name == "ticket_new":
            front.soon(new_ticket(front, body), body)
        elif name == "settings_scope":
            front.soon(change_scope(front, body, action), body)
        elif front.router.button(name):
            await _take(front, body, action)
        elif action.get("type") == "button" and not action.get("url") and "message" in body:
            front.soon(_whisper(front, body, NOT_KNOWN), body)
        await ack()

    app.action(re.compile(".+"))(on_action)


async def _take(front: Front, body: dict[str, Any], action: dict[str, Any]) -> None:
    """A press on App Home is one on the draft that it names, where that stands."""
    if place_of(body):
        await front.take(from_press(body, action))
        return
    row = await _draft_of(front, body, action)
    if row:
        await front.take(from_press(body, action, _place(row), row.preview_ts))


async def _draft_of(front: Front, body: dict[str, Any], action: dict[str, Any]) -> DraftRow | None:
    """The draft that a button carries; none of another workspace."""
    row = await front.drafts.get(str(action.get("value") or "").partition(":")[0])
    return row if row and (not front.workspaces.many or row.team == team_of(body)) else None


def _place(row: DraftRow) -> Place:
    return Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts)


async def _open_form(front: Front, body: dict[str, Any], action: dict[str, Any]) -> None:
    draft_id = str(action.get("value") or "").partition(":")[0]
    row = await front.drafts.get(draft_id)
    if row is None or row.state != "open":
        await _whisper(front, body, UNKNOWN if row is None else NOT_OPEN, row)
        return
    workspace = await front.workspaces.of(row.team)
    if not await workspace.people.is_member(row.channel, body["user"]["id"]):
        await _whisper(front, body, "Only members of this channel edit its drafts; join it first.", row)
        return
    await front.drafts.touch(row.id, body["user"]["id"])
    row = await front.drafts.get(draft_id) or row
    ticket = Draft.model_validate(row.body).tickets[0]
    words = await front.voice.catalog(Place(team=row.team, channel=row.channel), body["user"]["id"])
    view = words.show(edit_form(ticket, f"{row.id}:{row.digest}", row.channel))
    try:
        await workspace.client.views_open(trigger_id=body["trigger_id"], view=view)
    except (SlackApiError, OSError, TimeoutError) as error:
        await _whisper(front, body, str(translate(error)), row)


async def _change_form(front: Front, body: dict[str, Any], action: dict[str, Any]) -> None:
    view = body["view"]
    kept = json.loads(view["private_metadata"])
    row = await front.drafts.get(kept["approval"].partition(":")[0])
    if row is None:
        return
    ticket = Draft.model_validate(row.body).tickets[0]
    chosen = retyped(ticket, read_form(view), action["selected_option"]["value"])
    words = await front.voice.catalog(Place(team=row.team, channel=row.channel), body["user"]["id"])
    form = words.show(edit_form(chosen, kept["approval"], kept["channel"]))
    workspace = await front.workspaces.of(row.team)
    await workspace.client.views_update(view_id=view["id"], hash=view["hash"], view=form)


async def _whisper(front: Front, body: dict[str, Any], words: str, row: DraftRow | None = None) -> None:
    thread = str((body.get("message") or {}).get("thread_ts") or "")
    place = Place(team=team_of(body), channel=place_of(body), thread_ts=thread)
    if not place.channel and row:
        place = _place(row)
    try:
        await front.chat.whisper(place, body["user"]["id"], Words(text=words))
    except LeadhandError:
        return
