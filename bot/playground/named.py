"""Finds what the body of a control verb names: channels, people, messages."""

from typing import Any

from bot.playground.refusal import Impossible
from bot.playground.store import Document
from bot.playground.workspace import Workspace, is_reply


class Named:
    """Each look-up raises Impossible, in plain words, for what is not there."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def channel(self, body: Document) -> Document:
        """The channel."""
        channel = self._workspace.channels.get(str(body.get("channel")))
        if channel is None:
            raise Impossible("channel_not_found", f"There is no channel {body.get('channel')}.")
        return channel

    def room(self, body: Document) -> Document:
        """The channel, which is no direct one."""
        channel = self.channel(body)
        if channel["is_im"]:
            raise Impossible("method_not_supported_for_channel_type", "A direct channel has no such thing.")
        return channel

    def user(self, body: Document, name: str = "user") -> str:
        """The id of a person or a bot."""
        user = self._workspace.users.get(str(body.get(name)))
        if user is None:
            raise Impossible("user_not_found", f"There is no user {body.get(name)}.")
        return str(user["id"])

    def place(self, body: Document) -> tuple[Document, str]:
        """A channel and somebody who may act in it."""
        channel, user = self.channel(body), self.user(body)
        if channel["is_private"] and not self._workspace.is_member(channel, user):
            raise Impossible("not_in_channel", "This person is not in that channel.")
        if (self._workspace.users.get(user) or {}).get("deleted"):
            raise Impossible("user_is_deactivated", "This person's account is deactivated.")
        return channel, user

    def open_place(self, body: Document) -> tuple[Document, str]:
        """The same, where the channel is not archived."""
        channel, user = self.place(body)
        if channel.get("is_archived"):
            raise Impossible("is_archived", "This channel is archived.")
        return channel, user

    def message(self, channel: Document, ts: Any) -> Document:
        """A message of the channel."""
        message = self._workspace.message(channel["id"], str(ts))
        if message is None or message.get("subtype") == "tombstone":
            raise Impossible("message_not_found", f"There is no message {ts} in this channel.")
        return message

    def thread(self, channel: Document, thread_ts: Any) -> str | None:
        """The root of the thread that a ts leads to."""
        if thread_ts is None:
            return None
        root = self._workspace.message(channel["id"], str(thread_ts))
        if root is None:
            raise Impossible("thread_not_found", f"There is no message {thread_ts} in this channel.")
        return str(root["thread_ts"]) if is_reply(root) else str(thread_ts)
