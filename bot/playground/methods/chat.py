"""Web API methods that post, change and delete messages."""

from bot.playground.calls import Call, Method
from bot.playground.content import Content, app_blocks, check_update
from bot.playground.refusal import Refused
from bot.playground.store import Document
from bot.playground.talk import STREAMING, app_author
from bot.playground.workspace import is_reply


def post_message(call: Call) -> Document:
    """chat.postMessage."""
    call.required("channel")
    channel = call.target()
    content = app_blocks(call.arguments)
    more = {**_parts(content), "thread_ts": read_thread(call, channel), "metadata": read_metadata(call)}
    message = call.talk.post(channel, app_author(call.workspace.team), content.text, **more)
    return {"channel": channel["id"], "ts": message["ts"], "message": call.workspace.present(message, metadata=True)}


def _parts(content: Content) -> Document:
    return {"blocks": content.blocks, "attachments": content.attachments}


def read_thread(call: Call, channel: Document) -> str | None:
    """The root of the thread; a reply's ts leads to its root, as in Slack."""
    given = call.text("thread_ts")
    if not given:
        return None
    root = call.workspace.message(channel["id"], given)
    if root is None:
        raise Refused("thread_not_found")
    return str(root["thread_ts"]) if is_reply(root) else given


def read_metadata(call: Call) -> Document | None:
    """The metadata of a message, None where the call has none. Raises Refused."""
    metadata = call.structure("metadata")
    if metadata is None:
        return None
    fits = isinstance(metadata, dict) and metadata.get("event_type") and isinstance(metadata.get("event_payload"), dict)
    if not fits:
        raise Refused("invalid_metadata_format")
    return {"event_type": str(metadata["event_type"]), "event_payload": metadata["event_payload"]}


def update(call: Call) -> Document:
    """chat.update: only the app's own messages; blocks stay when they are not given, and go when they are empty."""
    call.required("channel", "ts")
    channel = call.channel()
    message = call.message(channel)
    if message.get("user") != call.workspace.bot:
        raise Refused("cant_update_message")
    if message.get("streaming_state") == STREAMING:
        raise Refused("streaming_state_conflict")
    if channel.get("is_archived"):
        raise Refused("is_inactive")
    content = app_blocks(call.arguments)
    check_update(content)
    kept = {key: value for key, value in _parts(content).items() if key in call.arguments}
    changes: Document = {"text": content.text, **kept}
    if "metadata" in call.arguments:
        changes["metadata"] = read_metadata(call)
    after = call.talk.change(channel, message, changes, call.workspace.bot)
    shown = call.workspace.present(after, metadata=True)
    return {"channel": channel["id"], "ts": after["ts"], "text": after["text"], "message": shown}


def delete(call: Call) -> Document:
    """chat.delete: only the app's own messages."""
    call.required("channel", "ts")
    channel = call.channel()
    message = call.message(channel)
    if message.get("user") != call.workspace.bot or message.get("streaming_state") == STREAMING:
        raise Refused("cant_delete_message")
    call.talk.delete(channel, message)
    return {"channel": channel["id"], "ts": message["ts"]}


def post_ephemeral(call: Call) -> Document:
    """chat.postEphemeral: to one member of the channel."""
    call.required("channel", "user")
    channel = call.target()
    reader = call.user()
    if not call.workspace.is_member(channel, reader["id"]):
        raise Refused("user_not_in_channel")
    content = app_blocks(call.arguments)
    thread = read_thread(call, channel)
    message = call.talk.whisper(channel, reader["id"], content.text, thread_ts=thread, **_parts(content))
    return {"message_ts": message["ts"]}


def get_permalink(call: Call) -> Document:
    """chat.getPermalink."""
    call.required("channel", "message_ts")
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel["id"], "permalink": call.talk.permalink(message)}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.postEphemeral": post_ephemeral,
    "chat.getPermalink": get_permalink,
}
