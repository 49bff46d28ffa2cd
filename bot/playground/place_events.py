"""The events about channels and people, in Slack's own shapes."""

from collections.abc import Iterator

from bot.playground.events import Event
from bot.playground.store import Document
from bot.playground.workspace import SLACKBOT, Workspace


def archived(workspace: Workspace, channel: Document, user: str, *, archived: bool) -> Event:
    """channel_archive, channel_unarchive, or group_... for a private channel."""
    event = {"type": f"{_prefix(channel)}_{'archive' if archived else 'unarchive'}", "channel": channel["id"]}
    moved = {"is_moved": 0} if archived else {}
    return {**event, "user": user, **moved, "event_ts": workspace.next_ts()}


def renamed(workspace: Workspace, channel: Document) -> Event:
    """channel_rename or group_rename, with the new name."""
    about = {"id": channel["id"], "name": channel["name"], "name_normalized": channel["name"]}
    about |= {"created": int(float(channel["created"])), "is_channel": not channel["is_private"], "is_mpim": False}
    about["context_team_id"] = workspace.team.id
    return {"type": f"{_prefix(channel)}_rename", "channel": about, "event_ts": workspace.next_ts()}


def left(workspace: Workspace, channel: Document, user: str) -> Event:
    """A member_left_channel event."""
    kind = {"channel": channel["id"], "channel_type": "G" if channel["is_private"] else "C"}
    return {
        "type": "member_left_channel",
        "user": user,
        **kind,
        "team": workspace.team.id,
        "event_ts": workspace.next_ts(),
    }


def bot_removed(workspace: Workspace, channel: Document, actor: str) -> Iterator[Event]:
    """What the app hears when its bot is put out: the leaving, channel_left or group_left, and Slackbot's words."""
    yield left(workspace, channel, workspace.bot)
    now = workspace.next_ts()
    yield {"type": f"{_prefix(channel)}_left", "channel": channel["id"], "actor_id": actor, "event_ts": now}
    text = f"You have been removed from #{channel['name']} by <@{actor}>"
    direct = {"channel": "D0SLACKBOT", "channel_type": "im", "team": workspace.team.id}
    now = workspace.next_ts()
    yield {"type": "message", "user": SLACKBOT, "text": text, "ts": now, **direct, "event_ts": now}


def user_changed(workspace: Workspace, user: Document, *, new: bool) -> Event:
    """user_change, or team_join for somebody new; `user` as users.info shows it."""
    now = workspace.next_ts()
    kind = "team_join" if new else "user_change"
    return {"type": kind, "user": user, "cache_ts": int(float(now)), "event_ts": now}


def emoji_changed(workspace: Workspace, name: str, value: str | None) -> Event:
    """emoji_changed: added or changed to an address or an alias, or removed."""
    change = {"subtype": "add", "name": name, "value": value} if value else {"subtype": "remove", "names": [name]}
    return {"type": "emoji_changed", **change, "event_ts": workspace.next_ts()}


def context_changed(workspace: Workspace, user: str, direct: str, entities: list[Document]) -> Event:
    """app_context_changed: what a person looks at while the app is open beside it."""
    context = {"entities": [{**entity, "team_id": workspace.team.id} for entity in entities]} if entities else {}
    place = {"user": user, "channel": direct, "context": context}
    return {"type": "app_context_changed", **place, "event_ts": workspace.next_ts()}


def _prefix(channel: Document) -> str:
    return "group" if channel["is_private"] else "channel"


def file_shared(workspace: Workspace, channel: Document, file: Document) -> Event:
    """A file_shared event."""
    about = {"channel_id": channel["id"], "file_id": file["id"], "user_id": file["user"], "file": {"id": file["id"]}}
    return {"type": "file_shared", **about, "event_ts": workspace.next_ts()}


def file_deleted(workspace: Workspace, file: Document) -> Event:
    """A file_deleted event."""
    channels = [place["channel"] for place in file.get("places", [])]
    return {"type": "file_deleted", "file_id": file["id"], "channel_ids": channels, "event_ts": workspace.next_ts()}
