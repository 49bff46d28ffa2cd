"""What a Trello key and token open, before a board is chosen: whose they are, boards, lists, web hooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pipelines.core.errors import TryAgain
from pipelines.trackers.trello_wire import HOSTS, Patience, Secrets, TrelloSession

QUICK = Patience(connect=5.0, read=10.0, longest=3.0, tries=2)


@dataclass(frozen=True)
class Named:
    """A board or a list: what a person reads, and what the settings keep."""

    id: str
    name: str


@dataclass(frozen=True)
class Hook:
    """A web hook of the token: where it reports to, about which board, and whether Trello still does."""

    url: str
    board: str
    active: bool


class Account:
    """Reads only. Blocking, as requests is: call it in a thread. Raises TryAgain or TellPerson."""

    def __init__(self, key: str, token: str, api_url: str) -> None:
        self._token = token
        self._session = TrelloSession(Secrets(key, token, ""), api_url, QUICK, connections=1)

    def owner(self) -> str:
        """The name of the member whose token this is."""
        member = self._read("/members/me", fields="fullName,username")
        return str(member.get("fullName") or member.get("username") or "somebody")

    def boards(self) -> list[Named]:
        """The open boards that the token sees."""
        return _named(self._read("/members/me/boards", filter="open", fields="name"))

    def lists(self, board: str) -> list[Named]:
        """The open lists of a board, from left to right."""
        return _named(self._read(f"/boards/{quote(board, safe='')}/lists", filter="open", fields="name"))

    def hooks(self) -> list[Hook]:
        """The web hooks of the token."""
        found = self._read(f"/tokens/{quote(self._token, safe='')}/webhooks")
        return [Hook(str(one["callbackURL"]), str(one["idModel"]), bool(one["active"])) for one in found]

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _read(self, path: str, **asked: str) -> Any:
        answer = self._session.request("GET", HOSTS[0] + path, params=asked)
        try:
            return answer.json()
        except ValueError:
            raise TryAgain("Trello's answer could not be read.", sure=True) from None


def _named(found: list[dict[str, Any]]) -> list[Named]:
    return [Named(str(one["id"]), str(one["name"])) for one in found]
