"""What a pipeline needs of a board, whoever makes it: the tracker port and its values."""

from __future__ import annotations

from typing import Protocol

from pipelines.core.tickets import Frozen


class NewCard(Frozen):
    """A card to be made. `marker` is unique to the draft and stands in the description: it finds the card again."""

    name: str
    description: str
    marker: str
    labels: tuple[str, ...] = ()


class Attachment(Frozen):
    """A file for a card: its bytes, or the address of one that stays where it is. `name` holds its `marker`."""

    name: str
    marker: str
    kind: str = ""
    content: bytes = b""
    url: str = ""


class Card(Frozen):
    """A card on the board; `list_name` is the list it lies in now, `done` whether that list means finished."""

    id: str
    name: str
    url: str
    list_id: str
    list_name: str
    done: bool = False
    closed: bool = False


class CardMove(Frozen):
    """A card came into another list: `id` is unique to the move, `by` the member's full name, `at` ISO 8601 UTC."""

    id: str
    card_id: str
    list_name: str
    done: bool
    by: str = ""
    at: str = ""


class Tracker(Protocol):
    """A board. Every method raises TryAgain for a passing fault and TellPerson for a final one."""

    async def check(self) -> str:
        """The board's name; raises when it cannot be used."""
        ...

    async def create(self, card: NewCard) -> Card:
        """Make the card, or return the one that already carries its marker: safe to repeat after an unclear failure."""
        ...

    async def get(self, card_id: str) -> Card | None:
        """The card as it is now, None when it is gone."""
        ...

    async def archive(self, card_id: str) -> None:
        """Take the card off the board; archived or gone already is fine."""
        ...

    async def description(self, card_id: str) -> str | None:
        """The card's text as it is now, None when the card is gone."""
        ...

    async def describe(self, card_id: str, text: str) -> None:
        """Replace the card's text; raises TellPerson when the card is gone."""
        ...

    async def comment(self, card_id: str, text: str, marker: str) -> None:
        """Say something under the card, once for each marker, which stands in it; TellPerson when the card is gone."""
        ...

    async def attach(self, card_id: str, attachment: Attachment) -> None:
        """Put it on the card, once for each marker; TellPerson when the card is gone or the board refuses it."""
        ...

    async def moves(self, since: str) -> list[CardMove]:
        """Cards that changed lists after `since` (ISO 8601 UTC), oldest first."""
        ...

    async def watch(self, callback_url: str) -> None:
        """Have the board tell `callback_url` of changes; already watched is fine."""
        ...

    def verify(self, body: bytes, signature: str, callback_url: str) -> bool:
        """Whether a change report is truly the board's."""
        ...

    def read_moves(self, body: bytes) -> list[CardMove]:
        """The moves in a change report; empty for any other change. Raises ValueError on garbage."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...
