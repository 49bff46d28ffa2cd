"""What Slack sends, as rows for the inbox: pure functions from a body to an Arrival, secrets masked.

A key names the business fact, not the delivery: a mention that comes as `message` and as `app_mention`, or four
times under other event ids, has one key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.slack.text import mentioned, unescape, without_mention
from pipelines.core.asks import Place
from pipelines.drafting.mask import mask
from storage.inbox import Arrival

Body = Mapping[str, Any]
SAID_BY_PEOPLE = frozenset({"", "file_share", "thread_broadcast"})
TEXT_LIMIT = 40_000


def from_message(body: Body, bot_user: str) -> Arrival | None:
    """A mention, or anything in a direct message; None for talk that is not meant for the bot.

    Of another bot's message `bot` holds the bot's ids: whoever takes it in asks first whether that bot may speak.
    """
    event = body["event"]
    text = str(event.get("text") or "")
    bot = bot_ids(event)
    author = event.get("user") or event.get("bot_id")
    if not author or (not bot and subtype_of(event) not in SAID_BY_PEOPLE):
        return None
    if not is_direct(event) and bot_user not in mentioned(text):
        return None
    team, channel, ts = team_of(body), event["channel"], event["ts"]
    alias = event.get("client_msg_id")
    return Arrival(
        key=f"mention:{team}:{channel}:{ts}",
        kind="mention",
        alias=f"client_msg_id:{team}:{alias}" if alias else None,
        payload={
            "team": team,
            "channel": channel,
            "user": author,
            "ts": ts,
            # The first message of a thread names itself once it has replies, as in an edit or in the history.
            "thread_ts": "" if event.get("thread_ts") in {None, ts} else event["thread_ts"],
            "text": mask(unescape(without_mention(text, bot_user)))[:TEXT_LIMIT],
            "bot": bot,
            "home": str(event.get("user_team") or event.get("source_team") or ""),
        },
    )


def subtype_of(event: Body) -> str:
    """What kind of message it is; empty for a plain one, whether the field is left out or null."""
    return str(event.get("subtype") or "")


def is_direct(event: Body) -> bool:
    """Whether it was said to the bot alone; where the kind of channel is left out, its id tells."""
    kind = event.get("channel_type") or ("im" if str(event.get("channel")).startswith("D") else "")
    return bool(kind == "im")


def from_talk(body: Body, topic: str, value: str, after: str) -> Arrival:
    """A message without a mention that goes on with what the bot is doing in its thread.

    `topic` is what with: `question` or `draft`; `value` the draft's id, `after` the key of the ask before it.
    """
    event = body["event"]
    team, channel, ts = team_of(body), event["channel"], event["ts"]
    return Arrival(
        key=f"mention:{team}:{channel}:{ts}",
        kind="continuation",
        payload={
            "team": team,
            "channel": channel,
            "user": event["user"],
            "ts": ts,
            "thread_ts": event["thread_ts"],
            "text": mask(unescape(str(event.get("text") or "")))[:TEXT_LIMIT],
            "home": str(event.get("user_team") or event.get("source_team") or ""),
            "topic": topic,
            "value": value,
            "after": after,
        },
    )


def bot_ids(event: Body) -> list[str]:
    """The bot id and the app id of the bot that wrote a message; empty for a person's."""
    if not event.get("bot_id") or subtype_of(event) not in SAID_BY_PEOPLE | {"bot_message"}:
        return []
    app = event.get("app_id") or (event.get("bot_profile") or {}).get("app_id")
    return [str(one) for one in (event["bot_id"], app) if one]


def from_reaction(body: Body, meaning: str) -> Arrival | None:
    """An emoji on a message that means something there: `ticket` or `triage`; None for any other."""
    event = body["event"]
    item = event.get("item") or {}
    if item.get("type") != "message" or not (item.get("channel") and item.get("ts") and meaning):
        return None
    team, at = team_of(body), str(event.get("event_ts") or body.get("event_time") or item["ts"])
    key = f"reaction:{team}:{item['channel']}:{item['ts']}:{event['reaction']}:{event['user']}:{at}"
    return Arrival(
        key=key,
        kind="reaction",
        payload={
            "team": team,
            "channel": item["channel"],
            "user": event["user"],
            "ts": item["ts"],
            "name": meaning,
            "at": at,
        },
    )


def from_stop(body: Body) -> Arrival:
    """Slack's own Stop, pressed in a thread; its event_ts is unique to the press."""
    event = body["event"]
    streams = event.get("streaming_message_ts") or []
    thread = str(event.get("thread_ts") or (streams[0] if streams else ""))
    team, channel, at = team_of(body), event["channel"], event["event_ts"]
    return Arrival(
        key=f"stop:{team}:{channel}:{thread}:{at}",
        kind="stop",
        payload={"team": team, "channel": channel, "user": event["user"], "thread_ts": thread, "at": at},
    )


def from_command(body: Body) -> Arrival:
    """A slash command; its trigger id is unique to the moment it was sent."""
    return Arrival(
        key=f"command:{body['team_id']}:{body['trigger_id']}",
        kind="command",
        payload={
            "team": body["team_id"],
            "channel": body["channel_id"],
            "user": body["user_id"],
            "command": body["command"],
            "text": mask(unescape(str(body.get("text") or "")))[:TEXT_LIMIT],
            "reply_url": body.get("response_url", ""),
        },
    )


def from_shortcut(body: Body) -> Arrival | None:
    """A shortcut on a message; None for a global one, which is about nothing. Its action_ts is unique to the use."""
    if body["type"] != "message_action":
        return None
    team, channel, message, user = team_of(body), place_of(body), body["message"], body["user"]["id"]
    name, at = body["callback_id"], body["action_ts"]
    return Arrival(
        key=f"shortcut:{team}:{channel}:{message['ts']}:{name}:{user}:{at}",
        kind="shortcut",
        payload={
            "team": team,
            "channel": channel,
            "user": user,
            "ts": message["ts"],
            "thread_ts": str(message.get("thread_ts") or ""),
            "name": name,
            "at": at,
            "reply_url": body.get("response_url", ""),
        },
    )


def from_press(body: Body, action: Body, place: Place | None = None, ts: str = "") -> Arrival:
    """A button on a message, or one on App Home about what stands at `place`; its action_ts is unique to the press."""
    if place is None:
        message = body.get("message") or {}
        place = Place(team=team_of(body), channel=place_of(body), thread_ts=str(message.get("thread_ts") or ""))
        ts = str(message.get("ts", ""))
    team, channel = place.team, place.channel
    return Arrival(
        key=f"press:{team}:{channel}:{ts}:{action['action_id']}:{action['action_ts']}",
        kind="press",
        payload={
            "team": team,
            "channel": channel,
            "user": body["user"]["id"],
            "ts": ts,
            "thread_ts": place.thread_ts,
            "action_id": action["action_id"],
            "value": str(action.get("value") or ""),
            "at": action["action_ts"],
        },
    )


def from_form(body: Body, values: Mapping[str, str], approval: str, channel: str, reply_url: str = "") -> Arrival:
    """A modal that was saved; its view id is unique to the time it was opened."""
    view = body["view"]
    return Arrival(
        key=f"form:{team_of(body)}:{view['id']}",
        kind="form",
        payload={
            "team": team_of(body),
            "channel": channel,
            "user": body["user"]["id"],
            "form": view["callback_id"],
            "value": approval,
            "reply_url": reply_url,
            "values": {name: mask(text) for name, text in values.items()},
        },
    )


def team_of(body: Body) -> str:
    """The workspace that the app is installed in, wherever this kind of body keeps it.

    In a channel shared with another organisation `team_id` and `team` may be the other's: what was said or pressed
    belongs to the installation that Slack names as the one it delivers for, and a message of ours to our own.
    """
    granted, view, message = body.get("authorizations") or [{}], body.get("view") or {}, body.get("message") or {}
    found = granted[0].get("team_id") or view.get("app_installed_team_id") or body.get("context_team_id")
    ours = message.get("team") if message.get("bot_id") and "actions" in body else ""
    return str(found or ours or body.get("team_id") or (body.get("team") or {}).get("id") or "")


def place_of(body: Body) -> str:
    """The channel of a press or a shortcut."""
    return str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")
