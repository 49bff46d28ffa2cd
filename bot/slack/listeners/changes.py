"""Messages that change and reactions that are taken back: kept, to be worked on like anything else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack.arrivals import is_direct, team_of
from bot.slack.changes import (
    as_asked,
    from_deletion,
    from_edit,
    from_place,
    from_rewording,
    from_unreaction,
    is_deletion,
    says_otherwise,
    words_of,
)
from bot.slack.front import Front
from bot.slack.text import mentioned
from storage.inbox import Arrival

Body = Mapping[str, Any]
# An old request that is polished is history; one that was missed a moment ago is not.
STALE = 24 * 3600.0


async def on_changed(front: Front, body: Body) -> None:
    """An edit, or what Slack tells as one. A message that now asks something of the bot is an ask."""
    event = body["event"]
    if is_deletion(event):
        await on_deleted(front, body)
        return
    if not says_otherwise(event):
        return
    team, changed = team_of(body), event["message"]
    if changed.get("bot_id") and not await front.threads.knows(team, event["channel"], changed["ts"]):
        return
    await _hear_request(front, body)
    arrival = from_edit(body)
    if arrival:
        await front.take(arrival)


async def _hear_request(front: Front, body: Body) -> None:
    """What the edited message asks of the bot. Its key is the message's own: of the two, what is heard first is new."""
    bot_user = (await front.workspaces.of(team_of(body))).people.bot_user
    asked = as_asked(body, bot_user) or await _as_continued(front, body)
    if asked is None or asked.payload.get("bot"):
        return
    if _is_old_request(body["event"], bot_user) and await front.inbox.get(asked.key) is None:
        return
    if not await front.take(asked):
        await front.take(from_rewording(body, asked))


async def _as_continued(front: Front, body: Body) -> Arrival | None:
    """Something that was said to the bot without a mention, with its new words."""
    event = body["event"]
    said = await front.inbox.get(f"mention:{team_of(body)}:{event['channel']}:{event['message']['ts']}")
    if said is None or said.kind != "continuation":
        return None
    return replace(said, payload=said.payload | {"text": words_of(event["message"])})


def _is_old_request(event: Body, bot_user: str) -> bool:
    before = event.get("previous_message") or {}
    asked_before = is_direct(event) or bot_user in mentioned(str(before.get("text") or ""))
    return asked_before and time.time() - float(event["message"]["ts"]) > STALE


async def on_deleted(front: Front, body: Body) -> None:
    """A message that was deleted; one of the bot's own is nothing to forget."""
    people = (await front.workspaces.of(team_of(body))).people
    before = body["event"].get("previous_message") or {}
    if before.get("user") != people.bot_user and not (before.get("bot_id") and before["bot_id"] == people.bot_id):
        await front.take(from_deletion(body))


async def on_unreacted(front: Front, body: Body) -> None:
    """An emoji that means something to us was taken back."""
    event = body["event"]
    rules = await front.house.rules(team_of(body), (event.get("item") or {}).get("channel", ""))
    arrival = from_unreaction(body, rules.meaning(event["reaction"]))
    if arrival and front.router.unreaction(arrival.payload["name"]):
        await front.take(arrival)


async def on_joined(front: Front, body: Body) -> None:
    """Somebody came into a channel; when it is the bot, it may speak there again."""
    if body["event"].get("user") == (await front.workspaces.of(team_of(body))).people.bot_user:
        await on_opened(front, body)


async def on_opened(front: Front, body: Body) -> None:
    """A channel is open to the bot again."""
    arrival = from_place(body, "opened")
    if arrival:
        await front.take(arrival)


async def on_gone(front: Front, body: Body) -> None:
    """A channel is deleted."""
    arrival = from_place(body, "gone")
    if arrival:
        await front.take(arrival)
