"""What becomes of channels, as control verbs: archived, renamed, made private, joined and left."""

import re
from collections.abc import Awaitable, Callable

from bot.playground import place_events
from bot.playground.named import Named
from bot.playground.refusal import Impossible
from bot.playground.store import Document
from bot.playground.talk import Talk, author_of
from bot.playground.workspace import mint

CHANNEL_NAME = re.compile(r"[a-z0-9_\u00e0-\uffff-]{1,80}")


class PlaceActs:
    """Each verb takes a JSON object and answers one; it raises Impossible with a code and plain words.

    Who does it is `user` or, where that is somebody else, `by`; left out, it is somebody who is in the channel.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._workspace = talk.workspace
        self._named = Named(talk.workspace)

    def verbs(self) -> dict[str, Callable[[Document], Awaitable[Document]]]:
        """Every verb by its name."""
        return {
            "archive": self.archive,
            "unarchive": self.unarchive,
            "rename": self.rename,
            "make-private": self.make_private,
            "create-channel": self.create_channel,
            "join": self.join,
            "invite": self.invite,
            "kick": self.kick,
        }

    async def archive(self, body: Document) -> Document:
        """Archive a channel: nobody writes there any more."""
        return self._close(body, closed=True)

    async def unarchive(self, body: Document) -> Document:
        """Open an archived channel again."""
        return self._close(body, closed=False)

    def _close(self, body: Document, *, closed: bool) -> Document:
        channel = self._named.room(body)
        if bool(channel.get("is_archived")) == closed:
            raise Impossible("already_archived" if closed else "not_archived", "It is that way already.")
        actor = self._actor(channel, body, "user")
        words = "archived the channel" if closed else "un-archived the channel"
        changed = {**channel, "is_archived": closed}
        with self._workspace.store.batch():
            self._keep(changed)
            self._notice(changed, actor, "channel_archive" if closed else "channel_unarchive", words)
            self._talk.tell(changed, place_events.archived(self._workspace, changed, actor, archived=closed))
        return {}

    async def rename(self, body: Document) -> Document:
        """Give a channel another name."""
        channel, name = self._named.room(body), self._name(body)
        actor = self._actor(channel, body, "user")
        changed, old = {**channel, "name": name}, channel["name"]
        words = f'has renamed the channel from "{old}" to "{name}"'
        with self._workspace.store.batch():
            self._keep(changed)
            self._notice(changed, actor, "channel_name", words, old_name=old, name=name)
            self._talk.tell(changed, place_events.renamed(self._workspace, changed))
        return {}

    def _name(self, body: Document) -> str:
        name = str(body.get("name") or "").removeprefix("#")
        if not CHANNEL_NAME.fullmatch(name):
            raise Impossible("invalid_name", "A channel's name has 1 to 80 small letters, digits, - and _.")
        if any(channel["name"] == name for channel in self._workspace.channels.all()):
            raise Impossible("name_taken", f"There is a channel {name} already.")
        return name

    async def make_private(self, body: Document) -> Document:
        """Make a public channel private; Slack tells it by a message of the channel alone."""
        channel = self._named.room(body)
        if channel["is_private"]:
            raise Impossible("already_private", "This channel is private already.")
        actor = self._actor(channel, body, "user")
        changed = {**channel, "is_private": True}
        words = "made this channel *private*. Now, it can only be viewed or joined by invitation."
        with self._workspace.store.batch():
            self._keep(changed)
            self._notice(changed, actor, "channel_convert_to_private", words)
        return {}

    async def create_channel(self, body: Document) -> Document:
        """Make a channel; its creator is in it, the app is not."""
        creator = self._named.user(body)
        about = {"id": mint("C"), "name": self._name(body), "members": [creator], "topic": str(body.get("topic") or "")}
        kind = {"is_im": False, "is_private": body.get("is_private") is True, "created": self._workspace.next_ts()}
        channel = {**about, **kind}
        self._keep(channel)
        return {"channel": channel}

    async def join(self, body: Document) -> Document:
        """Put a user into a channel; with `user` the bot, the bot is invited."""
        channel, user = self._named.channel(body), self._named.user(body)
        if not self._workspace.is_member(channel, user):
            self._talk.join(channel, user)
        return {}

    async def invite(self, body: Document) -> Document:
        """Put a user into a channel on somebody's invitation."""
        channel, user = self._named.room(body), self._named.user(body)
        if not self._workspace.is_member(channel, user):
            self._talk.join(channel, user, self._actor(channel, body, "by"))
        return {}

    async def kick(self, body: Document) -> Document:
        """Put a user out of a channel; who is named as `by`, or nobody, the user leaves."""
        channel, user = self._named.room(body), self._named.user(body)
        if not self._workspace.is_member(channel, user):
            raise Impossible("not_in_channel", "This user is not in that channel.")
        actor = self._actor(channel, body, "by")
        # The app hears of its own leaving, too: tell it while it is in.
        gone = place_events.bot_removed(self._workspace, channel, actor)
        others = [place_events.left(self._workspace, channel, user)]
        with self._workspace.store.batch():
            self._talk.tell(channel, *(gone if user == self._workspace.bot else others))
            self._keep({**channel, "members": [member for member in channel["members"] if member != user]})
        return {}

    def _actor(self, channel: Document, body: Document, name: str) -> str:
        if body.get(name) is not None:
            return self._named.user(body, name)
        people = (member for member in channel["members"] if member != self._workspace.bot)
        return next(people, self._workspace.bot)

    def _keep(self, channel: Document) -> None:
        self._workspace.channels.put(channel["id"], channel)
        self._talk.feed.publish({"type": "channels"})

    def _notice(self, channel: Document, actor: str, subtype: str, words: str, **more: str) -> None:
        author = {**author_of(self._workspace, actor), "subtype": subtype}
        author.pop("client_msg_id", None)
        self._talk.post(channel, author, f"<@{actor}> {words}", **more)
