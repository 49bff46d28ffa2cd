"""One Web API call: its arguments, whoever makes it, and what its method may touch."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.playground.files import Files
from bot.playground.link import Link
from bot.playground.refusal import Refused
from bot.playground.sessions import Sessions
from bot.playground.store import Document
from bot.playground.streams import Streams
from bot.playground.talk import Talk
from bot.playground.triggers import Triggers
from bot.playground.views import Views
from bot.playground.workspace import Workspace

TRUE_WORDS = {"1", "true", "True"}


@dataclass(frozen=True)
class Call:
    """Arguments as the app sent them (form fields are strings, JSON fields have types) and the parts to act on."""

    arguments: Document
    workspace: Workspace
    talk: Talk
    views: Views
    triggers: Triggers
    link: Link
    streams: Streams
    sessions: Sessions
    files: Files
    token: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def bot(self) -> str:
        """The user id of the app's bot in this workspace."""
        return self.workspace.bot

    def text(self, name: str, default: str = "") -> str:
        """A text argument; a number counts as text."""
        value = self.arguments.get(name)
        return default if value is None or isinstance(value, (dict, list)) else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A truth argument, in JSON or in a form."""
        value = self.arguments.get(name)
        return default if value is None else value is True or str(value) in TRUE_WORDS

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to `largest`. Raises Refused invalid_limit otherwise."""
        try:
            value = int(self.text(name) or default)
        except ValueError:
            raise Refused("invalid_limit") from None
        if not 1 <= value <= largest:
            raise Refused("invalid_limit")
        return value

    def structure(self, name: str) -> Any:
        """A structured argument: an object, or JSON text of one. Raises Refused invalid_json."""
        value = self.arguments.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise Refused("invalid_json") from None

    def need(self, scope: str) -> None:
        """Raises Refused missing_scope unless the token has it."""
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def required(self, *names: str) -> None:
        """Raises Refused invalid_arguments, naming the missing ones as Slack does."""
        missing = [name for name in names if self.arguments.get(name) in (None, "")]
        if missing:
            words = [f"[ERROR] missing required field: {name}" for name in missing]
            raise Refused("invalid_arguments", response_metadata={"messages": words})

    def user(self, name: str = "user", code: str = "user_not_found") -> Document:
        """The user named by an argument. Raises Refused."""
        found = self.workspace.users.get(self.text(name))
        if found is None:
            raise Refused(code)
        return found

    def channel(self, name: str = "channel") -> Document:
        """A channel that the bot may see: a private one only as a member. Raises Refused channel_not_found."""
        return self._seen(self.text(name))

    def own_channel(self, name: str = "channel") -> Document:
        """A channel that the bot is in. Raises Refused channel_not_found or not_in_channel."""
        return self._joined(self.channel(name))

    def target(self, given: str | None = None) -> Document:
        """A channel to post to, `given` or the call's own, by id or name with or without `#`; reading takes ids only.

        Raises Refused channel_not_found, not_in_channel or is_archived.
        """
        given = self.text("channel") if given is None else given
        ids = {channel["name"]: channel["id"] for channel in self.workspace.channels.all() if not channel["is_im"]}
        return self.writable(self._joined(self._seen(ids.get(given.removeprefix("#"), given))))

    def _seen(self, given: str) -> Document:
        if given.startswith("U") and given != self.workspace.bot and given in self.workspace.users:
            return self.talk.open_direct(given, self.workspace.bot)[0]
        channel = self.workspace.channels.get(given)
        hidden = channel and channel["is_private"] and not self.workspace.is_member(channel, self.workspace.bot)
        if channel is None or hidden:
            raise Refused("channel_not_found")
        return channel

    def _joined(self, channel: Document) -> Document:
        if not self.workspace.is_member(channel, self.workspace.bot):
            raise Refused("not_in_channel")
        return channel

    def writable(self, channel: Document) -> Document:
        """The channel, when messages may still be posted there. Raises Refused is_archived."""
        if channel.get("is_archived"):
            raise Refused("is_archived")
        return channel

    def message(self, channel: Document, name: str = "ts", code: str = "message_not_found") -> Document:
        """A message of this channel. Raises Refused."""
        found = self.workspace.message(channel["id"], self.text(name))
        if found is None or found.get("subtype") == "tombstone":
            raise Refused(code)
        return found


Method = Callable[[Call], Document]
