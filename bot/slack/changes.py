"""What Slack tells of messages that change, as rows for the inbox: edits, deletions, reactions taken back.

None of these rows holds a message's words, but for a request to the bot that was edited: whoever works on them reads
the thread as it stands then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.slack.arrivals import TEXT_LIMIT, from_message, from_reaction, team_of
from bot.slack.text import unescape
from pipelines.desk.changing import deletion_key
from pipelines.drafting.mask import mask
from storage.inbox import Arrival

Body = Mapping[str, Any]


def says_otherwise(event: Body) -> bool:
    """Whether somebody changed the words or the files of a message: Slack says `changed` for unfurls and replies, too.

    Where Slack does not say how it was before, the mark of an edit decides.
    """
    changed, before = event["message"], event.get("previous_message")
    if not isinstance(before, Mapping) or "text" not in before:
        return bool(changed.get("edited"))
    return _said(changed) != _said(before)


def is_deletion(event: Body) -> bool:
    """Whether a `message_changed` tells that the first message of a thread was deleted: a stone stays in its place."""
    return (event.get("message") or {}).get("subtype") == "tombstone"


def from_edit(body: Body) -> Arrival | None:
    """A message that was edited; None where Slack does not say by whom."""
    event = body["event"]
    changed, team, channel = event["message"], team_of(body), event["channel"]
    edited = changed.get("edited") or {}
    user = edited.get("user") or changed.get("user")
    at = _edited_at(event)
    if not user:
        return None
    return Arrival(
        key=f"edit:{team}:{channel}:{changed['ts']}:{at}",
        kind="edit",
        payload={
            "team": team,
            "channel": channel,
            "user": user,
            "ts": changed["ts"],
            "thread_ts": str(changed.get("thread_ts") or ""),
            "at": at,
        },
    )


def as_asked(body: Body, bot_user: str) -> Arrival | None:
    """The edited message as if it had been written so; None where it is not meant for the bot."""
    event = body["event"]
    place = {"channel": event["channel"], "channel_type": event.get("channel_type", "")}
    return from_message({**body, "event": {**event["message"], **place}}, bot_user)


def words_of(message: Body) -> str:
    """What a message without a mention says, as an arrival keeps it."""
    return mask(unescape(str(message.get("text") or "")))[:TEXT_LIMIT]


def from_rewording(body: Body, asked: Arrival) -> Arrival:
    """Something asked of the bot that was edited after it had come."""
    at = _edited_at(body["event"])
    _, _, rest = asked.key.partition(":")
    said = {**asked.payload, "edited": at, "amends": asked.key}
    return replace(asked, key=f"reask:{rest}:{at}", kind="reask", alias=None, payload=said)


def from_deletion(body: Body) -> Arrival:
    """A message that was deleted. Slack does not say by whom; mostly it was its author."""
    event = body["event"]
    changed, before = event.get("message") or {}, event.get("previous_message") or {}
    team, channel, ts = team_of(body), event["channel"], str(event.get("deleted_ts") or changed.get("ts"))
    return Arrival(
        key=deletion_key(team, channel, ts),
        kind="deletion",
        payload={
            "team": team,
            "channel": channel,
            "user": str(before.get("user") or ""),
            "ts": ts,
            "thread_ts": str(before.get("thread_ts") or changed.get("thread_ts") or ""),
            "at": str(event.get("event_ts") or event.get("ts") or "0"),
        },
    )


def from_unreaction(body: Body, meaning: str) -> Arrival | None:
    """An emoji that means something there, taken back from a message; None for any other."""
    arrival = from_reaction(body, meaning)
    return replace(arrival, key=f"un{arrival.key}", kind="unreaction") if arrival else None


def from_place(body: Body, kind: str) -> Arrival | None:
    """A channel that the bot may speak in again (`opened`), or that is deleted (`gone`)."""
    event = body["event"]
    channel, team = event.get("channel"), team_of(body)
    if not isinstance(channel, str):
        return None
    at = str(event.get("event_ts") or "0")
    payload = {"team": team, "channel": channel, "user": "", "ts": "", "thread_ts": "", "at": at}
    return Arrival(key=f"{kind}:{team}:{channel}:{at}", kind=kind, payload=payload)


def _edited_at(event: Body) -> str:
    edited = event["message"].get("edited") or {}
    return str(edited.get("ts") or event.get("event_ts") or event.get("ts"))


def _said(message: Body) -> tuple[str, tuple[str, ...]]:
    files = message.get("files")
    known = [one for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []
    return str(message.get("text") or ""), tuple(sorted(str(one.get("id")) for one in known if not _is_gone(one)))


def _is_gone(file: Body) -> bool:
    return file.get("mode") == "tombstone"
