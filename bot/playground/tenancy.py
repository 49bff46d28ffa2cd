"""Control verbs about workspaces and where the app is installed."""

import re
from collections.abc import Awaitable, Callable

from bot.playground.feed import Feed
from bot.playground.installs import Installs
from bot.playground.oauth import OAuth
from bot.playground.refusal import Impossible
from bot.playground.rooms import Room, Rooms
from bot.playground.store import Document

LONGEST_NAME = 80


class Tenancy:
    """Each verb takes a JSON object and answers one; it raises Impossible with a code and plain words."""

    def __init__(self, rooms: Rooms, installs: Installs, oauth: OAuth, feed: Feed) -> None:
        self._rooms = rooms
        self._installs = installs
        self._oauth = oauth
        self._feed = feed

    def verbs(self) -> dict[str, Callable[[Document], Awaitable[Document]]]:
        """Every verb by its name."""
        return {
            "workspace": self.workspace,
            "install": self.install,
            "uninstall": self.uninstall,
            "expire-tokens": self.expire_tokens,
        }

    async def workspace(self, body: Document) -> Document:
        """Open a further workspace; the app is not in it until somebody installs it."""
        name = body.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
            raise Impossible("invalid_name", f"A workspace needs a name of at most {LONGEST_NAME} characters.")
        domain = re.sub(r"[^a-z0-9]+", "-", str(body.get("domain") or name).lower()).strip("-") or "workspace"
        room = self._rooms.open(name.strip(), domain)
        self._feed.publish({"type": "channels"})
        state = room.state.describe()
        shown = {key: state[key] for key in ("users", "channels")}
        return {"team": {"id": room.team.id, "name": name.strip(), "domain": domain}, **shown}

    async def install(self, body: Document) -> Document:
        """Decide on the consent page at `url` without a browser: where it leads back to, and the code."""
        consent = self._oauth.read(str(body.get("url") or ""))
        allow = body.get("allow", True) is not False
        back = self._oauth.answer(consent, self._room(body), str(body.get("user") or ""), allow=allow)
        return {"location": str(back), **{key: back.query[key] for key in ("code", "error") if key in back.query}}

    async def uninstall(self, body: Document) -> Document:
        """Remove the app from a workspace, as its owner would; the app hears app_uninstalled and tokens_revoked."""
        room = self._room(body)
        if not room.workspace.installed:
            raise Impossible("app_not_installed", "leadhand is not installed in this workspace.")
        self._installs.uninstall(room)
        self._feed.publish({"type": "channels"}, room.team.id)
        return {}

    async def expire_tokens(self, body: Document) -> Document:
        """Let a workspace's rotating tokens run out now."""
        return {"expired": self._installs.expire(self._room(body).team.id)}

    def _room(self, body: Document) -> Room:
        team = body.get("team")
        room = self._rooms.first if team is None else self._rooms.of(str(team))
        if room is None:
            raise Impossible("team_not_found", f"There is no workspace {team}.")
        return room
