"""Events API: one listener and a table, since each registered listener costs every event time."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.arrivals import from_message, from_reaction, from_stop, subtype_of, team_of
from bot.slack.front import Front
from bot.slack.listeners.changes import on_changed, on_deleted, on_gone, on_joined, on_opened, on_unreacted
from bot.slack.listeners.home import on_home_opened
from bot.slack.listeners.removal import REMOVALS, on_removal
from bot.slack.people import People
from pipelines.core.errors import TellPerson
from storage.inbox import Arrival

Body = Mapping[str, Any]


def register(app: AsyncApp, front: Front) -> None:
    """Hear every event; those that mean nothing to us are acknowledged and forgotten."""

    async def on_event(body: dict[str, Any]) -> None:
        await hear(front, body)

    app.event(re.compile(".+"))(on_event)


async def hear(front: Front, body: Body) -> None:
    """Keep what the event means; on return it is on disk. What the bot did itself is nothing to hear."""
    event = body["event"]
    listen = HEARD.get(event["type"])
    if listen and (event["type"] in REMOVALS or await _is_by_others(front, body)):
        await listen(front, body)


async def _is_by_others(front: Front, body: Body) -> bool:
    """Where the app is not installed (any more) nothing can be answered: that is put on record."""
    try:
        workspace = await front.workspaces.of(team_of(body))
    except TellPerson as failure:
        await front.unserved(team_of(body), str(body.get("event_id") or ""), failure.words)
        return False
    return not is_own(body["event"], workspace.people)


def is_own(event: Body, people: People) -> bool:
    """Whether the bot itself did it: what it says and how it reacts comes back as an event."""
    if event["type"] == "member_joined_channel":
        return False  # being invited is done by others
    did = event.get("message") or event
    return did.get("user") == people.bot_user or bool(did.get("bot_id") and did["bot_id"] == people.bot_id)


async def _on_message(front: Front, body: Body) -> None:
    hear_it = BY_SUBTYPE.get(subtype_of(body["event"]), _on_mention)
    await hear_it(front, body)


async def _on_mention(front: Front, body: Body) -> None:
    workspace = await front.workspaces.of(team_of(body))
    arrival = from_message(body, workspace.people.bot_user)
    if arrival is None:
        arrival = await front.follower.continues(body, workspace.people)
    else:
        front.follower.joined(arrival)
    if arrival and await _may_speak(front, arrival):
        await front.take(arrival)


async def _may_speak(front: Front, arrival: Arrival) -> bool:
    """Every person may, whatever comes of it; another bot where it is allowed, and hears nothing else."""
    said = arrival.payload
    ids = {*said.get("bot", ()), said["user"]}
    return not said.get("bot") or bool(ids & (await front.house.rules(said["team"], said["channel"])).bots)


async def _on_reaction(front: Front, body: Body) -> None:
    event, team = body["event"], team_of(body)
    rules = await front.house.rules(team, (event.get("item") or {}).get("channel", ""))
    arrival = from_reaction(body, rules.meaning(event["reaction"]))
    if arrival:
        await front.take(arrival)


async def _on_user_change(front: Front, body: Body) -> None:
    workspace = await front.workspaces.of(team_of(body))
    workspace.people.heard(body["event"]["user"])


BY_SUBTYPE: Mapping[str, Callable[[Front, Body], Awaitable[None]]] = {
    "message_changed": on_changed,
    "message_deleted": on_deleted,
}


async def _on_stop(front: Front, body: Body) -> None:
    await front.take(from_stop(body))


HEARD: Mapping[str, Callable[[Front, Body], Awaitable[None]]] = {
    "message": _on_message,
    "app_mention": _on_mention,
    "reaction_added": _on_reaction,
    "user_change": _on_user_change,
    "reaction_removed": on_unreacted,
    "agent_session_stopped": _on_stop,
    "member_joined_channel": on_joined,
    "channel_unarchive": on_opened,
    "group_unarchive": on_opened,
    "channel_deleted": on_gone,
    "group_deleted": on_gone,
    "app_home_opened": on_home_opened,
    **dict.fromkeys(REMOVALS, on_removal),
}
