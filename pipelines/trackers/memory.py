"""A board in memory: the null twin of Trello, for tests, demonstrations and running without any account."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipelines.core.boards import Attachment, Card, CardMove, NewCard
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.trackers.marks import CARD_GONE, carries, fit, means_done
from pipelines.trackers.reports import read_report, verify

FaultKind = Literal["429", "500", "lost_reply"]
LISTS = ("Inbox", "Backlog", "Doing", "Review", "Done")


def connect(
    board: str = "Memory", list_name: str = "", secret: str = "", lists: tuple[str, ...] = LISTS
) -> MemoryTracker:
    """A board with these lists that lives as long as the process; new cards go to `list_name` or the first."""
    return MemoryTracker(board, list_name, secret, lists)


class MemoryTracker:
    """The tracker port over plain dictionaries. It awaits nothing, so every call is one step."""

    def __init__(self, board: str, list_name: str, secret: str, lists: tuple[str, ...]) -> None:
        self._name = board
        self._lists = {name.casefold(): name for name in lists}
        self._wanted_list = list_name or next(iter(lists), "")
        self._secret = secret
        self._cards: dict[str, Card] = {}
        self._descriptions: dict[str, str] = {}
        self.comments: dict[str, list[str]] = {}
        self.attachments: dict[str, list[Attachment]] = {}
        self._moves: list[CardMove] = []
        self._faults: list[FaultKind] = []
        self._numbers = itertools.count(1)
        self._last = datetime.fromtimestamp(0, UTC)
        self.watchers: set[str] = set()

    async def check(self) -> str:
        """The board's name; raises TellPerson when it has no such list."""
        self._play("before")
        self._target_list()
        return self._name

    async def create(self, card: NewCard) -> Card:
        """Make the card, or return the open one that already carries its marker."""
        self._play("before")
        found = self._find(card.marker)
        if found:
            return found
        list_name = self._target_list()
        number = next(self._numbers)
        made = _lay(
            Card(id=f"{number:024x}", name=card.name, url=f"memory:card/{number}", list_id="", list_name=""), list_name
        )
        self._cards[made.id] = made
        self._descriptions[made.id] = fit(card.description, card.marker)
        self._play("after")
        return made

    async def get(self, card_id: str) -> Card | None:
        """The card as it is now, None when it is gone."""
        self._play("before")
        return self._cards.get(card_id)

    async def archive(self, card_id: str) -> None:
        """Close the card; closed or gone already is fine."""
        self._play("before")
        card = self._cards.get(card_id)
        if card:
            self._cards[card_id] = card.model_copy(update={"closed": True, "done": False})

    async def description(self, card_id: str) -> str | None:
        """The card's text, None when the card is gone."""
        self._play("before")
        return self._descriptions.get(card_id)

    async def describe(self, card_id: str, text: str) -> None:
        """Replace the card's text."""
        self._play("before")
        self._known(card_id)
        self._descriptions[card_id] = text
        self._play("after")

    async def comment(self, card_id: str, text: str, marker: str) -> None:
        """Say something under the card, once for each marker."""
        self._play("before")
        self._known(card_id)
        said = self.comments.setdefault(card_id, [])
        if not any(carries(each, marker) for each in said):
            said.append(fit(text, marker))
        self._play("after")

    async def attach(self, card_id: str, attachment: Attachment) -> None:
        """Put a file on the card, once for each marker."""
        self._play("before")
        self._known(card_id)
        there = self.attachments.setdefault(card_id, [])
        if not any(carries(each.name, attachment.marker) for each in there):
            there.append(attachment)
        self._play("after")

    async def moves(self, since: str) -> list[CardMove]:
        """Cards that changed lists after `since` (ISO 8601 UTC), oldest first."""
        self._play("before")
        start = datetime.fromisoformat(since or "1970-01-01T00:00:00Z")
        return [move for move in self._moves if datetime.fromisoformat(move.at) > start]

    async def watch(self, callback_url: str) -> None:
        """Remember the address in `watchers`; this board never calls anybody."""
        self._play("before")
        self.watchers.add(callback_url)

    def verify(self, body: bytes, signature: str, callback_url: str) -> bool:
        """Whether the report was signed, as Trello signs, with this board's secret."""
        return verify(self._secret, body, signature, callback_url)

    def read_moves(self, body: bytes) -> list[CardMove]:
        """The moves in a change report of Trello's form; empty for any other change. Raises ValueError on garbage."""
        return read_report(body)

    async def close(self) -> None:
        """Nothing to let go of; the cards stay readable."""

    def descriptions(self) -> list[str]:
        """The texts of the open cards, oldest first."""
        return [text for card_id, text in self._descriptions.items() if not self._cards[card_id].closed]

    def move(self, card_id: str, list_name: str, by: str = "") -> CardMove:
        """Put a card into another list, as a person would; raises KeyError for an unknown card or list."""
        card = _lay(self._cards[card_id], self._lists[list_name.casefold()])
        self._cards[card_id] = card
        move = CardMove(
            id=f"{next(self._numbers):024x}",
            card_id=card_id,
            list_name=card.list_name,
            done=card.done,
            by=by,
            at=self._moment(),
        )
        self._moves.append(move)
        return move

    def fail(self, kind: FaultKind, times: int = 1) -> None:
        """Order faults for the next calls; a lost reply makes the card and then fails."""
        self._faults += [kind] * times

    def _moment(self) -> str:
        """Now, and later than every moment given before: `since` the last move then never hides the next."""
        self._last = max(datetime.now(UTC), self._last + timedelta(milliseconds=1))
        return self._last.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _play(self, moment: Literal["before", "after"]) -> None:
        if not self._faults or (self._faults[0] == "lost_reply") != (moment == "after"):
            return
        kind = self._faults.pop(0)
        raise TryAgain(f"The board in memory was told to fail: {kind}.", sure=kind == "429")

    def _find(self, marker: str) -> Card | None:
        marked = (id_ for id_, text in self._descriptions.items() if carries(text, marker))
        return next((self._cards[id_] for id_ in marked if not self._cards[id_].closed), None)

    def _known(self, card_id: str) -> None:
        if card_id not in self._cards:
            raise TellPerson(CARD_GONE)

    def _target_list(self) -> str:
        wanted = self._wanted_list
        if wanted.casefold() not in self._lists:
            names = ", ".join(self._lists.values()) or "no list at all"
            raise TellPerson(f"The board has no list {wanted!r}, it has {names}: set TRELLO_LIST to one of its lists.")
        return self._lists[wanted.casefold()]


def _lay(card: Card, list_name: str) -> Card:
    """The card as it is once it lies in that list."""
    done = means_done(list_name) and not card.closed
    return card.model_copy(update={"list_id": list_name.casefold(), "list_name": list_name, "done": done})
