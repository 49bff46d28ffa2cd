"""Web API methods that list and read channels."""

from typing import Any

from bot.playground import pages
from bot.playground.calls import Call, Method
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.workspace import Workspace, is_reply

TYPES = {"public_channel", "private_channel", "mpim", "im"}
SCOPE_OF = {"public_channel": "channels", "private_channel": "groups", "mpim": "mpim", "im": "im"}
HISTORY_PAGE = 100
HISTORY_LARGEST = 999


def describe(workspace: Workspace, channel: Document) -> Document:
    """A channel as Slack shows it to the bot."""
    kind = "im" if channel["is_im"] else "private_channel" if channel["is_private"] else "public_channel"
    shared = {"id": channel["id"], "created": int(float(channel["created"])), "context_team_id": workspace.team.id}
    shared |= {"is_im": kind == "im", "is_org_shared": False, "is_archived": bool(channel.get("is_archived"))}
    if kind == "im":
        others = [member for member in channel["members"] if member != workspace.bot]
        return {**shared, "user": others[0] if others else workspace.bot, "is_open": True}
    connected = workspace.is_shared(channel)
    topic = {"value": channel["topic"], "creator": "", "last_set": 0}
    return {
        **shared,
        "name": channel["name"],
        "name_normalized": channel["name"],
        "is_channel": kind == "public_channel",
        "is_group": kind == "private_channel",
        "is_mpim": False,
        "is_private": channel["is_private"],
        "is_general": bool(channel.get("is_general")),
        "is_shared": connected,
        "is_ext_shared": connected,
        "is_pending_ext_shared": False,
        "is_member": workspace.is_member(channel, workspace.bot),
        "num_members": len(channel["members"]),
        "topic": topic,
        "purpose": {**topic, "value": channel.get("purpose", "")},
        "creator": channel["members"][0] if channel["members"] else "",
    }


def _kind(channel: Document) -> str:
    if channel["is_im"]:
        return "im"
    return "private_channel" if channel["is_private"] else "public_channel"


def list_channels(call: Call) -> Document:
    """conversations.list: private channels and direct ones only where the bot is a member."""
    workspace = call.workspace
    seen = [channel for channel in _wanted(call) if not channel["is_private"] or workspace.is_member(channel, call.bot)]
    page, metadata = pages.cut(call, seen, 100)
    return {"channels": [describe(workspace, channel) for channel in page], "response_metadata": metadata}


def _wanted(call: Call) -> list[Document]:
    """The channels of the asked types. Raises Refused invalid_types."""
    wanted = set(call.text("types", "public_channel").replace(" ", "").split(","))
    if not wanted <= TYPES:
        raise Refused("invalid_types")
    for kind, scope in SCOPE_OF.items():
        if kind in wanted and kind != "mpim":
            call.need(f"{scope}:read")
    live = call.flag("exclude_archived")
    every = call.workspace.channels.all()
    return [channel for channel in every if _kind(channel) in wanted and not (live and channel.get("is_archived"))]


def _readable(call: Call, channel: Document, what: str) -> Document:
    """The channel, when the token's scopes reach its kind. Raises Refused missing_scope."""
    call.need(f"{SCOPE_OF[_kind(channel)]}:{what}")
    return channel


def of_user(call: Call) -> Document:
    """users.conversations: where one user is a member, of what the bot may see; the bot itself unless one is named."""
    workspace = call.workspace
    user = call.user()["id"] if call.text("user") else call.bot
    both = [
        channel
        for channel in _wanted(call)
        if workspace.is_member(channel, user) and (not channel["is_private"] or workspace.is_member(channel, call.bot))
    ]
    page, metadata = pages.cut(call, both, 100)
    shown = [describe(workspace, channel) for channel in page]
    for channel in shown:
        channel.pop("is_member", None)
    return {"channels": shown, "response_metadata": metadata}


def info(call: Call) -> Document:
    """conversations.info."""
    call.required("channel")
    shown = describe(call.workspace, _readable(call, call.channel(), "read"))
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": {**shown, **({"locale": "en-US"} if call.flag("include_locale") else {})}}


def members(call: Call) -> Document:
    """conversations.members."""
    call.required("channel")
    everybody: list[Document] = [{"id": member} for member in _readable(call, call.channel(), "read")["members"]]
    page, metadata = pages.cut(call, everybody, 100)
    return {"members": [member["id"] for member in page], "response_metadata": metadata}


def history(call: Call) -> Document:
    """conversations.history: newest first, without replies in threads."""
    call.required("channel")
    channel = _readable(call, call.own_channel(), "history")["id"]
    every = call.workspace.gather(channel, call.workspace.timestamps(channel))
    roots = [message["ts"] for message in every if not is_reply(message)]
    found = list(reversed(_between(call, roots)))
    page, metadata = _page(call, found)
    messages = _present(call, channel, page)
    return {"messages": messages, "pin_count": 0, "channel_actions_ts": None, **metadata}


def _present(call: Call, channel: str, timestamps: list[str]) -> list[Document]:
    metadata = call.flag("include_all_metadata")
    workspace = call.workspace
    return [workspace.present(message, metadata=metadata) for message in workspace.gather(channel, timestamps)]


def _between(call: Call, timestamps: list[str]) -> list[str]:
    """Those between oldest and latest, which themselves count only when inclusive."""
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return [ts for ts in timestamps if oldest <= float(ts) <= latest]
    return [ts for ts in timestamps if oldest < float(ts) < latest]


def _moment(call: Call, name: str, default: float) -> float:
    try:
        return float(call.text(name) or default)
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def _page(call: Call, timestamps: list[str]) -> tuple[list[str], Document]:
    limit = call.number("limit", HISTORY_PAGE, HISTORY_LARGEST)
    start = 0
    if call.text("cursor"):
        first = pages.decode(call.text("cursor"))
        start = timestamps.index(first) if first in timestamps else len(timestamps)
    page, rest = timestamps[start : start + limit], timestamps[start + limit :]
    metadata: dict[str, Any] = {"has_more": bool(rest)}
    if rest:
        metadata["response_metadata"] = {"next_cursor": pages.encode(rest[0])}
    return page, metadata


def replies(call: Call) -> Document:
    """conversations.replies: the parent first, then its replies, oldest first."""
    call.required("channel", "ts")
    channel = _readable(call, call.own_channel(), "history")["id"]
    asked = call.workspace.message(channel, call.text("ts"))
    if asked is None:
        raise Refused("thread_not_found")
    if is_reply(asked):
        return {"messages": _present(call, channel, [asked["ts"]]), "has_more": False}
    thread = _between(call, [asked["ts"], *call.workspace.replies(channel, asked["ts"])])
    page, metadata = _page(call, thread)
    return {"messages": _present(call, channel, page), **metadata}


def open_direct(call: Call) -> Document:
    """conversations.open: the bot's direct channel with one person."""
    call.need("im:write")
    if call.text("channel"):
        channel, already_open = call.channel(), True
    else:
        call.required("users")
        given = call.arguments["users"]
        people = given if isinstance(given, list) else str(given).split(",")
        if len(people) != 1:
            raise Refused("method_not_supported_for_channel_type")
        if str(people[0]) not in call.workspace.users:
            raise Refused("user_not_found")
        channel, already_open = call.talk.open_direct(str(people[0]), call.workspace.bot)
    shown = describe(call.workspace, channel) if call.flag("return_im") else {"id": channel["id"]}
    return {"channel": shown, **({"already_open": True, "no_op": True} if already_open else {})}


def join(call: Call) -> Document:
    """conversations.join: public channels only."""
    call.need("channels:join")
    call.required("channel")
    channel = call.channel()
    if channel["is_im"] or channel["is_private"]:
        raise Refused("method_not_supported_for_channel_type")
    call.writable(channel)
    warning: Document = {"warning": "already_in_channel"}
    if not call.workspace.is_member(channel, call.workspace.bot):
        call.talk.join(channel, call.workspace.bot)
        warning = {}
    return {"channel": describe(call.workspace, channel), **warning}


METHODS: dict[str, Method] = {
    "conversations.list": list_channels,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_direct,
    "conversations.join": join,
    "users.conversations": of_user,
}
