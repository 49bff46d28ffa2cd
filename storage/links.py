"""Which thread a card came from, and what that thread has heard about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from storage.database import Database
from storage.models import card_link, card_move, utc_now
from storage.statements import insert_new


@dataclass(frozen=True)
class LinkRow:
    """A card and its thread; `announced_list`: the list that the thread last heard of."""

    card_id: str
    draft_id: str
    team: str
    channel: str
    thread_ts: str
    card_url: str
    title: str
    announced_list: str
    created_at: datetime


class Links:
    """Links from cards back to threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, *, card_id: str, draft_id: str, team: str, channel: str, thread_ts: str, card_url: str, title: str
    ) -> None:
        """Link the card; a link that is there already stays as it is."""
        row = {
            "card_id": card_id,
            "draft_id": draft_id,
            "team": team,
            "channel": channel,
            "thread_ts": thread_ts,
            "card_url": card_url,
            "title": title,
            "created_at": utc_now(),
        }
        async with self._database.begin() as session:
            await session.execute(insert_new(self._database.dialect, card_link, row))

    async def by_card(self, card_id: str) -> LinkRow | None:
        """The link of the card; None for a card that did not come from us."""
        async with self._database.session() as session:
            found = await session.execute(select(card_link).where(card_link.c.card_id == card_id))
            row = found.mappings().first()
        return None if row is None else LinkRow(**row)

    async def all_cards(self) -> list[str]:
        """The ids of every linked card, oldest first."""
        async with self._database.session() as session:
            order = (card_link.c.created_at, card_link.c.card_id)
            return list(await session.scalars(select(card_link.c.card_id).order_by(*order)))

    async def announce(self, card_id: str, move_id: str, list_name: str) -> bool:
        """Whether the thread should hear of this move.

        True once for each move id of a linked card, and only when the list is not the one announced last.
        """
        move = {"card_id": card_id, "move_id": move_id, "seen_at": utc_now()}
        ours = card_link.c.card_id == card_id
        async with self._database.begin() as session:
            if await session.scalar(select(card_link.c.card_id).where(ours)) is None:
                return False
            new = await session.execute(insert_new(self._database.dialect, card_move, move))
            if new.first() is None:
                return False
            news = update(card_link).where(ours, card_link.c.announced_list != list_name)
            told = await session.execute(news.values(announced_list=list_name).returning(card_link.c.card_id))
            return told.first() is not None
