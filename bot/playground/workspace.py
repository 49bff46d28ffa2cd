"""The workspace itself: people, channels, messages and reactions, and what is true about them."""

import bisect
import random
import string
import time
from typing import Any

from bot.playground.store import Document, Store, Table
from bot.playground.team import LARKSPUR, Team

SLACKBOT = "USLACKBOT"
FILE_LINKS = ("url_private", "url_private_download", "permalink")
TOMBSTONE_TEXT = "This message was deleted."


def mint(prefix: str, length: int = 10) -> str:
    """A new id in Slack's form, like `D4X9KQ21ZB`."""
    letters = random.choices(string.ascii_uppercase + string.digits, k=length)  # noqa: S311 - an id, not a secret
    return prefix + "".join(letters)


class Workspace:
    """Reads and writes the state; who must hear of a change is `Talk`'s business."""

    def __init__(self, store: Store, team: Team = LARKSPUR) -> None:
        self.store = store
        self.team = team
        self.users = self.table("user")
        self.channels = self.table("channel")
        self.company = self.table("company")
        self._messages = self.table("message")
        self.origin = ""
        self._last_micros = 0
        self.index()

    @property
    def bot(self) -> str:
        """The user id of the app's bot here."""
        return self.team.bot_user

    @property
    def installed(self) -> bool:
        """Whether the app is installed here; without it nobody sees its bot and it hears nothing."""
        bot = self.users.get(self.bot)
        return bot is not None and not bot.get("deleted")

    def table(self, name: str) -> Table:
        """A table of this workspace alone; those of the first one bear their bare names."""
        return self.store.table(name if self.team == LARKSPUR else f"{self.team.id}/{name}")

    def index(self) -> None:
        """Sort the messages by channel and thread; call it after the tables were filled anew."""
        self._order: dict[str, list[str]] = {}
        self._threads: dict[tuple[str, str], list[str]] = {}
        for message in self._messages.all():
            self._enter(message)

    def _enter(self, message: Document) -> None:
        channel, ts = message["channel"], message["ts"]
        bisect.insort(self._order.setdefault(channel, []), ts)
        if is_reply(message):
            bisect.insort(self._threads.setdefault((channel, message["thread_ts"]), []), ts)

    def next_ts(self) -> str:
        """A timestamp in Slack's form, later than every one before it."""
        self._last_micros = max(self._last_micros + 1, time.time_ns() // 1000)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    @property
    def settings(self) -> Document:
        """Name, domain and tips of the company, from the seed."""
        return self.company.get("settings") or {}

    def is_member(self, channel: Document, user: str) -> bool:
        """Whether the user is in the channel."""
        return user in channel["members"]

    def is_shared(self, channel: Document) -> bool:
        """Whether somebody of another workspace is in the channel."""
        members = (self.users.get(member) or {} for member in channel["members"])
        return any(member.get("team_id", self.team.id) != self.team.id for member in members)

    def direct(self, one: str, other: str) -> Document | None:
        """The direct channel of these two, if it was ever opened."""
        pair = {one, other}
        return next((c for c in self.channels.all() if c["is_im"] and set(c["members"]) == pair), None)

    def put_message(self, message: Document) -> None:
        """Write a new or changed message."""
        key = f"{message['channel']}:{message['ts']}"
        if key not in self._messages:
            self._enter(message)
        self._messages.put(key, message)

    def message(self, channel: str, ts: str) -> Document | None:
        """The message, or None."""
        return self._messages.get(f"{channel}:{ts}")

    def remove_message(self, message: Document) -> None:
        """Delete a message; the parent of a thread stays as Slack's tombstone."""
        channel, ts = message["channel"], message["ts"]
        if self.replies(channel, ts):
            self.put_message(_tombstone(message))
            return
        self._order[channel].remove(ts)
        if is_reply(message):
            self._threads[channel, message["thread_ts"]].remove(ts)
        self._messages.delete(f"{channel}:{ts}")

    def replies(self, channel: str, thread_ts: str) -> list[str]:
        """The timestamps of the replies in a thread, oldest first, without the parent's own."""
        return self._threads.get((channel, thread_ts), [])

    def timestamps(self, channel: str) -> list[str]:
        """The timestamps of all messages of a channel, replies included, oldest first."""
        return self._order.get(channel, [])

    def thread_facts(self, message: Document) -> Document:
        """What Slack adds to a message about its thread: counts on a parent, the parent's author on a reply."""
        channel, ts = message["channel"], message["ts"]
        if is_reply(message):
            parent = self.message(channel, message["thread_ts"])
            return {"parent_user_id": parent.get("user")} if parent else {}
        replies = self.replies(channel, ts)
        if not replies:
            return {}
        writers = [str(reply.get("user")) for reply in self.gather(channel, replies)]
        people = list(dict.fromkeys(writers))
        return {
            "thread_ts": ts,
            "reply_count": len(replies),
            "reply_users": people,
            "reply_users_count": len(people),
            "latest_reply": replies[-1],
        }

    def gather(self, channel: str, timestamps: list[str]) -> list[Document]:
        """The messages at these timestamps."""
        found = (self.message(channel, ts) for ts in timestamps)
        return [message for message in found if message is not None]

    def present(self, message: Document, *, metadata: bool = False) -> Document:
        """The message as `conversations.history` shows it; `metadata` as asked by include_all_metadata."""
        hidden = {"channel"} if metadata else {"channel", "metadata"}
        shown = {key: value for key, value in message.items() if key not in hidden}
        if "files" in shown:
            shown["files"] = [self.link_file(file) for file in shown["files"]]
        return {**shown, **self.thread_facts(message)}

    def link_file(self, file: Document) -> Document:
        """A file whose addresses, kept as paths, lead to where the server listens now."""
        links = {key: f"{self.origin}{file[key]}" for key in FILE_LINKS if key in file}
        return {**file, **links}


def is_reply(message: Document) -> bool:
    """Whether the message stands in a thread under another one."""
    return message.get("thread_ts") not in (None, message["ts"])


def message_path(message: Document) -> str:
    """The path of a link to the message, in Slack's form."""
    return f"/archives/{message['channel']}/p{message['ts'].replace('.', '')}"


def _tombstone(message: Document) -> Document:
    kept: dict[str, Any] = {key: message[key] for key in ("type", "channel", "ts")}
    return {**kept, "user": SLACKBOT, "subtype": "tombstone", "text": TOMBSTONE_TEXT, "hidden": True}
