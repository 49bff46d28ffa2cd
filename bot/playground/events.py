"""The events that Slack tells an app, in Slack's own shapes."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

from bot.playground.store import Document
from bot.playground.team import APP_ID, Team
from bot.playground.workspace import Workspace, mint

Event = dict[str, Any]

VERIFICATION_TOKEN = "playground-verification"  # noqa: S105 - Slack's deprecated field; nobody checks it


def channel_type(channel: Document) -> str:
    """Slack's word for the kind of channel."""
    if channel["is_im"]:
        return "im"
    return "group" if channel["is_private"] else "channel"


def envelope(team: Team, event: Event, *, shared: bool = False) -> Document:
    """The outer event that is delivered for one workspace, with an event id of its own.

    `shared`: it is about a channel that is shared with another workspace.
    """
    who = {"enterprise_id": None, "team_id": team.id, "user_id": team.bot_user, "is_bot": True}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": mint("Ev"),
        "event_time": int(time.time()),
        "authorizations": [{**who, "is_enterprise_install": False}],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{uuid.uuid4().hex}",
    }


def posted(workspace: Workspace, channel: Document, message: Document) -> Iterator[Event]:
    """A message event and, when it names the app's bot outside a direct channel, an app_mention."""
    plain = {**workspace.present(message), "channel": channel["id"], "event_ts": message["ts"]}
    yield {**plain, "channel_type": channel_type(channel)}
    named = f"<@{workspace.bot}>" in message["text"] and message.get("bot_id") != workspace.team.bot_id
    if named and not channel["is_im"]:
        yield {**{key: value for key, value in plain.items() if key != "subtype"}, "type": "app_mention"}


def edited(workspace: Workspace, channel: Document, before: Document, after: Document) -> Event:
    """A message_changed event."""
    return {
        **_hidden(workspace, channel, "message_changed"),
        "message": workspace.present(after),
        "previous_message": before,
    }


def deleted(workspace: Workspace, channel: Document, before: Document) -> Event:
    """A message_deleted event."""
    return {
        **_hidden(workspace, channel, "message_deleted"),
        "deleted_ts": before["ts"],
        "previous_message": before,
    }


def _hidden(workspace: Workspace, channel: Document, subtype: str) -> Event:
    now = workspace.next_ts()
    kind = {"channel": channel["id"], "channel_type": channel_type(channel)}
    return {"type": "message", "subtype": subtype, "hidden": True, "ts": now, "event_ts": now, **kind}


def reacted(workspace: Workspace, message: Document, user: str, name: str, *, present: bool) -> Event:
    """A reaction_added or reaction_removed event."""
    event = {
        "type": "reaction_added" if present else "reaction_removed",
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message["channel"], "ts": message["ts"]},
        "event_ts": workspace.next_ts(),
    }
    return {**event, "item_user": message["user"]} if message.get("user") else event


def joined(workspace: Workspace, channel: Document, user: str, inviter: str | None = None) -> Event:
    """A member_joined_channel event."""
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel["id"],
        "channel_type": "G" if channel["is_private"] else "C",
        "team": workspace.team.id,
        "event_ts": workspace.next_ts(),
    }
    return {**event, "inviter": inviter} if inviter else event


def home_opened(workspace: Workspace, user: str, channel: str, tab: str, view: Document | None) -> Event:
    """An app_home_opened event; `tab` is `home` or `messages`."""
    event = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": workspace.next_ts()}
    return {**event, "view": view} if view else event


def session_stopped(workspace: Workspace, channel: str, thread_ts: str, user: str, stopped: list[str]) -> Event:
    """An agent_session_stopped event; `stopped` are the streams that Slack closed."""
    place = {"channel": channel, "thread_ts": thread_ts, "user": user, "streaming_message_ts": stopped}
    return {"type": "agent_session_stopped", **place, "event_ts": workspace.next_ts()}
