"""Hears of cards that moved: by the board's web hook at once, by asking the board for what a hook missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

from pipelines.core.boards import CardMove, Tracker
from pipelines.core.errors import LeadhandError
from storage.inbox import Arrival
from storage.links import Links
from storage.notes import Notes

log = logging.getLogger(__name__)

ASK_EVERY = 15.0
OVERLAP = timedelta(minutes=2)
READ_UNTIL = "board.moves.read_until"


class BoardWatch:
    """Turns the moves of linked cards into arrivals; other cards are nobody's business."""

    def __init__(
        self, tracker: Tracker, links: Links, notes: Notes, take: Callable[[Arrival], Awaitable[object]], callback: str
    ) -> None:
        self._tracker = tracker
        self._links = links
        self._notes = notes
        self._take = take
        self._callback = callback
        self._watching = False
        self.trouble = "The board has not been asked yet."

    def verify(self, body: bytes, signature: str) -> bool:
        """Whether a report is truly the board's."""
        return self._tracker.verify(body, signature, self._callback)

    async def report(self, body: bytes) -> None:
        """Take over what a web hook says. Raises ValueError on garbage."""
        await self._arrive(self._tracker.read_moves(body))

    async def run(self) -> None:
        """Until cancelled: ask the board now and then. A board that is away is waited for."""
        while True:
            try:
                await self.ask()
                self.trouble = ""
            except LeadhandError as failure:
                self.trouble = str(failure)
            except Exception:
                self.trouble = "The board could not be read."
                log.exception("reading the board failed", extra={"action": "board.read"})
            await asyncio.sleep(ASK_EVERY)

    async def ask(self) -> None:
        """Read the moves since the last time. Raises TryAgain or TellPerson."""
        if self._callback and not self._watching:
            await self._try_to_watch()
        now = datetime.now(UTC)
        since = await self._notes.get(READ_UNTIL)
        if since is None:
            await self._tracker.check()
        else:
            await self._arrive(await self._tracker.moves(since))
        # Overlap: a card's link is written a moment after the card, and clocks differ. Keys keep each move single.
        await self._notes.put(READ_UNTIL, (now - OVERLAP).isoformat())

    async def _try_to_watch(self) -> None:
        try:
            await self._tracker.watch(self._callback)
            self._watching = True
        except LeadhandError as failure:
            log.warning("no web hook on the board, so it is asked now and then: %s", failure)

    async def _arrive(self, moves: Iterable[CardMove]) -> None:
        for move in moves:
            link = await self._links.by_card(move.card_id)
            if link is None:
                continue
            told = {
                "card_id": move.card_id,
                "list_name": move.list_name,
                "done": "yes" if move.done else "",
                "by": move.by,
            }
            payload = {"team": link.team, "channel": link.channel, "move": told}
            await self._take(Arrival(key=f"board:{move.id}", kind="board", payload=payload))
