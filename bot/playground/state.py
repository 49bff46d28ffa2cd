"""What the page reads: the whole workspace, and the messages of a channel."""

import bisect
from collections.abc import Callable

from bot.playground.link import Link
from bot.playground.refusal import Impossible
from bot.playground.sessions import Sessions
from bot.playground.store import Document
from bot.playground.talk import Talk
from bot.playground.team import APP_ID
from bot.playground.views import Views

SHOWN_OF_USER = (
    "id",
    "name",
    "real_name",
    "title",
    "is_bot",
    "color",
    "initials",
    "deleted",
    "team_id",
    "is_admin",
    "is_owner",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "tz",
    "locale",
)
SHOWN_OF_CHANNEL = ("id", "name", "is_im", "is_private", "members", "topic", "is_archived")


class State:
    """Describes the workspace for the page and for drivers."""

    def __init__(
        self,
        *,
        talk: Talk,
        link: Link,
        views: Views,
        sessions: Sessions,
        describe_board: Callable[[], Document],
        commands: list[Document],
        shortcuts: list[Document],
    ) -> None:
        self._workspace = talk.workspace
        self._talk = talk
        self._link = link
        self._views = views
        self._sessions = sessions
        self._describe_board = describe_board
        self._commands = commands
        self._shortcuts = shortcuts

    def describe(self) -> Document:
        """GET /_control/state of this workspace, as described in docs/reference/playground.md."""
        settings = self._workspace.settings
        mode = self._link.mode
        reached = {"connected": mode is not None, "mode": mode}
        app = {"id": APP_ID, "name": "leadhand", "botUserId": self._workspace.bot, **reached}
        return {
            "apps": [app],
            "users": [_pick(user, SHOWN_OF_USER) for user in self._workspace.users.all()],
            "channels": [self._channel(channel) for channel in self._workspace.channels.all()],
            "views": self._views.describe(),
            "commands": self._commands,
            "homes": self._views.homes(),
            "prompts": self._talk.prompts,
            "sessions": self._sessions.describe(),
            "emoji": self._workspace.company.get("emoji") or {},
            "shortcuts": self._shortcuts,
            "board": self._describe_board(),
            "company": {"name": settings["name"], "domain": settings["domain"]},
            "tips": [tip.replace("</", f"<{self._talk.origin}/") for tip in settings["tips"]],
        }

    def _channel(self, channel: Document) -> Document:
        shown = _pick(channel, SHOWN_OF_CHANNEL)
        if channel["is_im"]:
            others = [member for member in channel["members"] if member != self._workspace.bot]
            shown["user"] = others[0] if others else self._workspace.bot
        return shown

    def messages(self, channel: str, limit: int, before: str) -> list[Document]:
        """The newest `limit` messages (0: all) before a ts ("": now), oldest first. Raises Impossible."""
        if channel not in self._workspace.channels:
            raise Impossible("channel_not_found", f"There is no channel {channel}.")
        timestamps = self._workspace.timestamps(channel)
        end = bisect.bisect_left(timestamps, before) if before else len(timestamps)
        start = max(0, end - limit) if limit else 0
        return [self._talk.show(message) for message in self._workspace.gather(channel, timestamps[start:end])]

    def ephemeral(self, user: str | None) -> list[Document]:
        """The ephemeral messages still shown to a user, oldest first."""
        return [message for message in self._talk.ephemerals.values() if user in (None, message["to"])]


def _pick(document: Document, keys: tuple[str, ...]) -> Document:
    return {key: document[key] for key in keys if key in document}
