"""What people and apps do in channels: each act changes the state, tells the page and tells the app."""

import copy
import uuid
from collections.abc import Callable
from typing import Any

from bot.playground import events
from bot.playground.feed import TeamFeed
from bot.playground.outbox import Outbox
from bot.playground.store import Document
from bot.playground.team import APP_ID, Team
from bot.playground.workspace import Workspace, is_reply, message_path, mint

EPHEMERALS_KEPT = 200
STREAMING = "in_progress"


class Talk:
    """Acts on the workspace. A change and the event deliveries it causes are written together."""

    def __init__(self, workspace: Workspace, feed: TeamFeed, outbox: Outbox) -> None:
        self.workspace = workspace
        self.feed = feed
        self._outbox = outbox
        self._batch = workspace.store.batch
        self.ephemerals: dict[tuple[str, str], Document] = {}
        self.prompts: dict[str, Document] = {}
        self.on_post: list[Callable[[Document], None]] = []

    @property
    def origin(self) -> str:
        """Where the server listens; links lead there."""
        return self.workspace.origin

    def tell(self, channel: Document, *happened: events.Event) -> None:
        """Queue events; an app hears only of channels that its bot is in."""
        if self.workspace.installed and self.workspace.is_member(channel, self.workspace.bot):
            for event in happened:
                shared = self.workspace.is_shared(channel)
                self._outbox.offer(events.envelope(self.workspace.team, event, shared=shared))

    def hears(self, name: str) -> bool:
        """Whether the app subscribes to an event."""
        return self._outbox.subscribed(name)

    def announce(self, *happened: events.Event) -> None:
        """Queue events that are about no channel."""
        for event in happened if self.workspace.installed else ():
            self._outbox.offer(events.envelope(self.workspace.team, event))

    def show(self, message: Document) -> Document:
        """The message as the page gets it."""
        shown = {**self.workspace.present(message), "channel": message["channel"], "permalink": self.permalink(message)}
        if "streaming_state" in message:
            shown["streaming"] = message["streaming_state"] == STREAMING
        return shown

    def permalink(self, message: Document) -> str:
        """A link to the message in Slack's form, on this server."""
        link = f"{self.origin}{message_path(message)}"
        if is_reply(message):
            link += f"?thread_ts={message['thread_ts']}&cid={message['channel']}"
        return link

    def _publish_parent(self, message: Document) -> None:
        parent = self.workspace.message(message["channel"], message["thread_ts"]) if is_reply(message) else None
        if parent:
            self.feed.publish({"type": "message_changed", "channel": message["channel"], "message": self.show(parent)})

    def post(self, channel: Document, author: Document, text: str, **more: Any) -> Document:
        """Post a message; `author` holds its user and bot fields, `more` the rest (thread_ts, blocks, metadata)."""
        ts = self.workspace.next_ts()
        place = {"channel": channel["id"], "team": self.workspace.team.id}
        message = {"type": "message", **place, **author, "text": text, "ts": ts}
        message |= {key: value for key, value in more.items() if value is not None}
        with self._batch():
            self.workspace.put_message(message)
            self.tell(channel, *events.posted(self.workspace, channel, message))
        self.feed.publish({"type": "message", "channel": channel["id"], "message": self.show(message)})
        self._publish_parent(message)
        for call in self.on_post:
            call(message)
        return message

    def change(self, channel: Document, message: Document, changes: Document, editor: str | None) -> Document:
        """Change fields of a message (None removes one); `editor` marks it as edited by that user."""
        before = copy.deepcopy(self.workspace.present(message))
        after = {key: value for key, value in {**message, **changes}.items() if value is not None}
        if editor:
            after["edited"] = {"user": editor, "ts": self.workspace.next_ts()}
        with self._batch():
            self.workspace.put_message(after)
            self.tell(channel, events.edited(self.workspace, channel, before, after))
        self.feed.publish({"type": "message_changed", "channel": channel["id"], "message": self.show(after)})
        return after

    def redraw(self, channel: Document, message: Document, changes: Document) -> Document:
        """Change fields of a message (None removes one) that is still being written: the page sees it, no app does."""
        after = {key: value for key, value in {**message, **changes}.items() if value is not None}
        self.workspace.put_message(after)
        self.feed.publish({"type": "message_changed", "channel": channel["id"], "message": self.show(after)})
        return after

    def delete(self, channel: Document, message: Document) -> None:
        """Delete a message; a thread under it stays."""
        before = copy.deepcopy(self.workspace.present(message))
        with self._batch():
            self.workspace.remove_message(message)
            self.tell(channel, events.deleted(self.workspace, channel, before))
        gone = {"type": "message_deleted", "channel": channel["id"], "ts": message["ts"]}
        self.feed.publish({**gone, **({"thread_ts": message["thread_ts"]} if is_reply(message) else {})})
        stone = self.workspace.message(channel["id"], message["ts"])
        if stone:
            self.feed.publish({"type": "message", "channel": channel["id"], "message": self.show(stone)})
        self._publish_parent(message)

    def react(self, channel: Document, message: Document, user: str, name: str, *, present: bool) -> bool:
        """Add or remove a reaction; False when it was that way already."""
        reactions = copy.deepcopy(message.get("reactions", []))
        found = next((reaction for reaction in reactions if reaction["name"] == name), None)
        if present == (found is not None and user in found["users"]):
            return False
        if found is None:
            reactions.append(found := {"name": name, "users": [], "count": 0})
        found["users"] = [*found["users"], user] if present else [one for one in found["users"] if one != user]
        found["count"] = len(found["users"])
        left = [reaction for reaction in reactions if reaction["users"]]
        self._keep_reactions(channel, {**message, "reactions": left}, user, name, present=present)
        return True

    def _keep_reactions(self, channel: Document, message: Document, user: str, name: str, *, present: bool) -> None:
        if not message["reactions"]:
            message.pop("reactions")
        with self._batch():
            self.workspace.put_message(message)
            self.tell(channel, events.reacted(self.workspace, message, user, name, present=present))
        shown = message.get("reactions", [])
        self.feed.publish({"type": "reaction", "channel": channel["id"], "ts": message["ts"], "reactions": shown})

    def join(self, channel: Document, user: str, inviter: str | None = None) -> None:
        """Put a user into a channel."""
        channel["members"].append(user)
        with self._batch():
            self.workspace.channels.put(channel["id"], channel)
            self.tell(channel, events.joined(self.workspace, channel, user, inviter))
        self.feed.publish({"type": "channels"})

    def open_direct(self, one: str, other: str) -> tuple[Document, bool]:
        """The direct channel of two users, and whether it was there already."""
        found = self.workspace.direct(one, other)
        if found:
            return found, True
        kind = {"is_im": True, "is_private": True, "topic": "", "created": self.workspace.next_ts()}
        channel: Document = {"id": mint("D"), "name": "", "members": [one, other], **kind}
        self.workspace.channels.put(channel["id"], channel)
        self.feed.publish({"type": "channels"})
        return channel, False

    def open_home(self, user: str, tab: str, view: Document | None) -> None:
        """Tell the app that a person looks at its home."""
        channel, _ = self.open_direct(user, self.workspace.bot)
        self.tell(channel, events.home_opened(self.workspace, user, channel["id"], tab, view))

    def whisper(self, channel: Document, user: str, text: str, **more: Any) -> Document:
        """Show one user a message that is in no history and lasts until the playground stops."""
        team = self.workspace.team
        who = {"user": team.bot_user, "bot_id": team.bot_id, "app_id": APP_ID}
        body = {**who, "text": text, "ts": self.workspace.next_ts()}
        message = {"type": "message", "channel": channel["id"], **body, "ephemeral": True, "to": user}
        message |= {key: value for key, value in more.items() if value is not None}
        self.keep_whisper(message)
        return message

    def keep_whisper(self, message: Document) -> None:
        """Show a new or changed ephemeral message."""
        self.ephemerals[message["channel"], message["ts"]] = message
        while len(self.ephemerals) > EPHEMERALS_KEPT:
            self.ephemerals.pop(next(iter(self.ephemerals)))
        place = {"channel": message["channel"], "user": message["to"]}
        self.feed.publish({"type": "ephemeral", **place, "message": message})

    def offer(self, channel: Document, prompts: Document) -> None:
        """Offer the person of a direct channel what to say; the last offer counts, until the playground stops."""
        self.prompts[channel["id"]] = prompts
        self.feed.publish({"type": "prompts", "channel": channel["id"], "prompts": prompts})

    def drop_whisper(self, channel: str, ts: str) -> None:
        """Take an ephemeral message away."""
        message = self.ephemerals.pop((channel, ts), None)
        if message:
            self.feed.publish({"type": "ephemeral_deleted", "channel": channel, "user": message["to"], "ts": ts})


def author_of(workspace: Workspace, user: str) -> Document:
    """The author fields of a message that a person, somebody of another workspace, or a bot writes."""
    about = workspace.users.get(user) or {}
    if user == workspace.bot:
        return app_author(workspace.team)
    if about.get("is_bot"):
        return _bot_author(user, about, workspace.team)
    author = {"user": user, "client_msg_id": str(uuid.uuid4())}
    home = about.get("team_id", workspace.team.id)
    if home == workspace.team.id:
        return author
    shown = {key: about.get(key, "") for key in ("name", "real_name")}
    profile = {**shown, "display_name": shown["name"], "team": home, "is_restricted": False}
    return {**author, "team": home, "user_team": home, "source_team": home, "user_profile": profile}


def _bot_author(user: str, about: Document, team: Team) -> Document:
    profile = {"id": about.get("bot_id"), "app_id": about.get("app_id"), "name": about["name"], "deleted": False}
    who = {"user": user, "bot_id": about.get("bot_id"), "app_id": about.get("app_id")}
    return {**who, "bot_profile": {**profile, "team_id": team.id}}


def app_author(team: Team) -> Document:
    """The author fields of a message that the app posts."""
    profile = {"id": team.bot_id, "app_id": APP_ID, "name": "leadhand", "team_id": team.id, "deleted": False}
    return {"user": team.bot_user, "bot_id": team.bot_id, "app_id": APP_ID, "bot_profile": profile}
