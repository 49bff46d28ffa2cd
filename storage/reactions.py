"""The latest word about each person's emoji on a message: events come out of order, and people change their minds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from storage.database import Database
from storage.models import reaction
from storage.statements import latest_upsert


@dataclass(frozen=True)
class Emoji:
    """One person's emoji on one message."""

    team: str
    channel: str
    ts: str
    name: str
    user: str


class Reactions:
    """Who has which emoji on a message now, of those that we were told of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, emoji: Emoji, at: float, *, present: bool) -> bool:
        """Keep the event; False when a later one about the same emoji is known."""
        row = {**vars(emoji), "at": at, "present": present}
        async with self._database.begin() as session:
            await session.execute(latest_upsert(self._database.dialect, reaction, "at"), row)
            latest = await session.scalar(select(reaction.c.at).where(*_named(emoji)))
        return latest is not None and latest <= at

    async def is_present(self, emoji: Emoji) -> bool:
        """Whether the latest word is that it is there."""
        async with self._database.session() as session:
            return bool(await session.scalar(select(reaction.c.present).where(*_named(emoji))))

    async def others(self, emoji: Emoji) -> list[str]:
        """Who else has this emoji on the message."""
        c = reaction.c
        same = (c.team == emoji.team, c.channel == emoji.channel, c.ts == emoji.ts, c.name == emoji.name)
        async with self._database.session() as session:
            query = select(c.user).where(*same, c.user != emoji.user, c.present.is_(True)).order_by(c.at)
            return list(await session.scalars(query))


def _named(emoji: Emoji) -> tuple[ColumnElement[bool], ...]:
    return tuple(reaction.c[name] == value for name, value in vars(emoji).items())
