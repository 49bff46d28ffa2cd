"""The workspaces of one playground: the sample company, and others that a test or a person opens beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.playground import seed
from bot.playground.acts import Acts
from bot.playground.calls import Call
from bot.playground.files import Files
from bot.playground.responses import Responses
from bot.playground.sessions import Sessions
from bot.playground.state import State
from bot.playground.store import Document, Store
from bot.playground.streams import Streams
from bot.playground.talk import Talk
from bot.playground.team import LARKSPUR, Team
from bot.playground.views import Views
from bot.playground.workspace import Workspace, mint


@dataclass(frozen=True)
class Room:
    """One workspace with everything that happens in it."""

    workspace: Workspace
    talk: Talk
    views: Views
    acts: Acts
    responses: Responses
    state: State
    streams: Streams
    sessions: Sessions
    files: Files
    call: Call

    @property
    def team(self) -> Team:
        """Its ids."""
        return self.workspace.team

    def resume(self) -> None:
        """Start the clocks of what an earlier run left open; call it with the loop running."""
        self.streams.resume()
        self.sessions.resume()

    def stop(self) -> None:
        """Stop every clock."""
        self.streams.close()
        self.sessions.close()

    def forget(self) -> None:
        """Drop what lasts only until the playground stops."""
        self.views.clear()
        self.talk.ephemerals.clear()
        self.talk.prompts.clear()


class Rooms:
    """Every workspace by its team's id; the sample company is the first one and always there."""

    def __init__(self, store: Store, build: Callable[[Team], Room]) -> None:
        self._teams = store.table("team")
        self._store = store
        self._build = build
        self._origin = ""
        self.first = build(LARKSPUR)
        self._rooms = {LARKSPUR.id: self.first}
        for document in self._teams.all():
            self._rooms[document["id"]] = build(Team(**document))

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))

    def of(self, team: str) -> Room | None:
        """The workspace of this team, or None."""
        return self._rooms.get(team)

    @property
    def origin(self) -> str:
        """Where the server listens; links lead there."""
        return self._origin

    @origin.setter
    def origin(self, origin: str) -> None:
        self._origin = origin
        for room in self:
            room.workspace.origin = origin

    def meant(self, body: Document) -> Room:
        """The workspace that a control verb is about: its `team`, or that of its channel, view or user."""
        named = self._rooms.get(str(body.get("team")))
        return named or next((room for room in self if _knows(room, body)), self.first)

    def open(self, name: str, domain: str) -> Room:
        """Open a workspace with people of its own, where the app is not installed yet."""
        team = Team(id=mint("T"), bot_user=mint("U"), bot_id=mint("B"))
        with self._store.batch():
            self._teams.put(team.id, {"id": team.id, "bot_user": team.bot_user, "bot_id": team.bot_id})
            room = self._rooms[team.id] = self._build(team)
            room.workspace.origin = self._origin
            seed.plant(room.workspace, seed.branch(name, domain))
        return room

    def close_others(self) -> None:
        """Forget every workspace but the first."""
        for room in list(self)[1:]:
            room.stop()
            seed.uproot(room.workspace)
            del self._rooms[room.team.id]
        self._teams.clear()

    def stop(self) -> None:
        """Stop every clock that runs on its own."""
        for room in self:
            room.stop()

    def describe(self) -> list[Document]:
        """Every workspace in short, the first one first."""
        return [_short(room) for room in self]


def _knows(room: Room, body: dict[str, Any]) -> bool:
    workspace = room.workspace
    if body.get("channel"):
        return str(body["channel"]) in workspace.channels
    if body.get("view_id"):
        return room.views.find_anywhere(str(body["view_id"])) is not None
    return str(body.get("user")) in workspace.users


def _short(room: Room) -> Document:
    settings = room.workspace.settings
    installed = room.workspace.installed
    named = {"id": room.team.id, "name": settings["name"], "domain": settings["domain"]}
    return {**named, "botUserId": room.team.bot_user, "installed": installed}
