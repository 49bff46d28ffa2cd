"""No board is connected: every use of it says so, and what to set."""

from __future__ import annotations

from typing import NoReturn

from pipelines.core.boards import Attachment, Card, CardMove, NewCard
from pipelines.core.errors import TellPerson

WORDS = (
    "No Trello board is connected. Set TRELLO_API_KEY, TRELLO_TOKEN and TRELLO_BOARD, restart, and press File again."
)


def connect() -> AbsentTracker:
    """A tracker that cannot file."""
    return AbsentTracker()


class AbsentTracker:
    """The tracker port where there is no board."""

    async def check(self) -> str:
        """Raises TellPerson."""
        _refuse()

    async def create(self, card: NewCard) -> Card:
        """Raises TellPerson."""
        _refuse()

    async def get(self, card_id: str) -> Card | None:
        """Raises TellPerson."""
        _refuse()

    async def archive(self, card_id: str) -> None:
        """Raises TellPerson."""
        _refuse()

    async def description(self, card_id: str) -> str | None:
        """Raises TellPerson."""
        _refuse()

    async def describe(self, card_id: str, text: str) -> None:
        """Raises TellPerson."""
        _refuse()

    async def comment(self, card_id: str, text: str, marker: str) -> None:
        """Raises TellPerson."""
        _refuse()

    async def attach(self, card_id: str, attachment: Attachment) -> None:
        """Raises TellPerson."""
        _refuse()

    async def moves(self, since: str) -> list[CardMove]:
        """Nothing moves."""
        return []

    async def watch(self, callback_url: str) -> None:
        """Raises TellPerson."""
        _refuse()

    def verify(self, body: bytes, signature: str, callback_url: str) -> bool:
        """No report can be true."""
        return False

    def read_moves(self, body: bytes) -> list[CardMove]:
        """Nothing moves."""
        return []

    async def close(self) -> None:
        """There is nothing to let go of."""


def _refuse() -> NoReturn:
    raise TellPerson(WORDS)
