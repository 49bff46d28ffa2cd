"""What becomes of people and of what they look at, as control verbs."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.playground import place_events
from bot.playground.methods import people
from bot.playground.named import Named
from bot.playground.refusal import Impossible
from bot.playground.store import Document
from bot.playground.talk import Talk
from bot.playground.workspace import mint

FLAGS = (
    "deleted",
    "is_admin",
    "is_owner",
    "is_primary_owner",
    "is_restricted",
    "is_ultra_restricted",
    "is_stranger",
    "is_bot",
)
WORDS = ("name", "real_name", "title", "team_id", "locale", "tz", "tz_label", "email", "bot_id", "app_id")
COLORS = ("5b8c5a", "7d5ba6", "a65b5b", "5b7da6", "a6895b", "4f6d7a")
USER_ID = re.compile(r"[UW][A-Z0-9]{1,20}")
EMOJI_NAME = re.compile(r"[a-z0-9_+'-]{1,100}")


class PeopleActs:
    """Each verb takes a JSON object and answers one; it raises Impossible with a code and plain words."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._workspace = talk.workspace
        self._named = Named(talk.workspace)

    def verbs(self) -> dict[str, Callable[[Document], Awaitable[Document]]]:
        """Every verb by its name."""
        return {"user": self.user, "emoji": self.emoji, "look": self.look}

    async def user(self, body: Document) -> Document:
        """Change a person, or add one under an id that is not there, or under none: a guest, a stranger, a bot."""
        given = body.get("user")
        known = self._workspace.users.get(str(given)) if given is not None else None
        if known is None and given is not None and not USER_ID.fullmatch(str(given)):
            raise Impossible("invalid_user", "A user's id looks like U0MIRA.")
        fresh = known or self._newcomer(str(given or mint("U")), body)
        user = {**fresh, **_changes(body)}
        with self._workspace.store.batch():
            self._workspace.users.put(user["id"], user)
            shown = people.describe(user, self._workspace.team, locale=True)
            self._talk.announce(place_events.user_changed(self._workspace, shown, new=known is None))
        self._talk.feed.publish({"type": "users"})
        return {"user": shown}

    def _newcomer(self, user: str, body: Document) -> Document:
        name = str(body.get("name") or user.lower())
        real_name = str(body.get("real_name") or name.capitalize())
        initials = "".join(word[:1] for word in real_name.split()[:2]).upper() or "?"
        color = COLORS[len(self._workspace.users) % len(COLORS)]
        bot = {"bot_id": mint("B"), "app_id": mint("A")} if body.get("is_bot") is True else {}
        about = {"id": user, "name": name, "real_name": real_name, "title": "", "is_bot": False}
        return {**about, "color": color, "initials": initials, **bot}

    async def emoji(self, body: Document) -> Document:
        """Add or change a custom emoji, or remove it without a `value`: an address, or `alias:` and a name."""
        name, value = str(body.get("name") or "").strip(":"), body.get("value")
        if not EMOJI_NAME.fullmatch(name):
            raise Impossible("invalid_name", "name must be an emoji's name, like ticket.")
        if value is not None and not re.match(r"https?://|alias:", str(value)):
            raise Impossible("invalid_value", "value must be an address, or alias: and the name of another emoji.")
        kept = dict((self._workspace.company.get("emoji") or {}).items())
        kept.pop(name, None)
        if value is not None:
            kept[name] = str(value)
        with self._workspace.store.batch():
            self._workspace.company.put("emoji", kept)
            changed = place_events.emoji_changed(self._workspace, name, value and str(value))
            self._talk.announce(changed)
        self._talk.feed.publish({"type": "emoji"})
        return {"emoji": kept}

    async def look(self, body: Document) -> Document:
        """Look at a channel, at a message in it, or at nothing, with the app open beside it."""
        user = self._named.user(body)
        entities: list[Document] = []
        if body.get("channel") is not None:
            channel, _ = self._named.place(body)
            entities = [{"type": "slack#/types/channel_id", "value": channel["id"]}]
            if body.get("ts") is not None:
                value = {"channel_id": channel["id"], "message_ts": self._named.message(channel, body["ts"])["ts"]}
                entities.insert(0, {"type": "slack#/types/message_context", "value": value})
        direct, _ = self._talk.open_direct(user, self._workspace.bot)
        self._talk.announce(place_events.context_changed(self._workspace, user, direct["id"], entities))
        return {}


def _changes(body: Document) -> Document:
    profile = body.get("profile")
    given = {**body, **({"email": profile["email"]} if isinstance(profile, dict) and "email" in profile else {})}
    changes: dict[str, Any] = {}
    for key in FLAGS:
        if key in given:
            changes[key] = _checked(key, given[key], bool, "true or false")
    for key in WORDS:
        if key in given:
            changes[key] = _checked(key, given[key], str, "a text")
    if "tz_offset" in given:
        changes["tz_offset"] = _checked("tz_offset", given["tz_offset"], int, "a number of seconds")
    if changes.get("name") == "" or changes.get("real_name") == "":
        raise Impossible("invalid_user", "A name may not be empty.")
    return changes


def _checked(key: str, value: Any, kind: type, words: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Impossible("invalid_user", f"{key} must be {words}.")
    return value
