"""What was said in a thread, as far as the bot was asked to read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, delete, select, update

from storage.database import Database
from storage.models import message, thread, utc_now
from storage.statements import upsert


@dataclass(frozen=True)
class StoredMessage:
    """One message: `ts` is its name within the channel, `name` its author's, `permalink` may be empty."""

    ts: str
    user: str
    name: str
    text: str
    permalink: str


class Threads:
    """Threads and their messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, team: str, channel: str, thread_ts: str, messages: Sequence[StoredMessage]) -> None:
        """Store the messages; those that are known take the new words."""
        place = {"team": team, "channel": channel, "thread_ts": thread_ts}
        # Sorted, so that two writers of one thread never wait for each other's rows.
        latest = {said.ts: said for said in messages}
        rows = [{**place, **asdict(latest[ts])} for ts in sorted(latest)]
        dialect = self._database.dialect
        async with self._database.begin() as session:
            await session.execute(upsert(dialect, thread), {**place, "updated_at": utc_now()})
            if rows:
                await session.execute(upsert(dialect, message), rows)

    async def read(self, team: str, channel: str, thread_ts: str) -> list[StoredMessage]:
        """The messages of the thread, oldest first."""
        c = message.c
        columns = (c.ts, c.user, c.name, c.text, c.permalink)
        here = and_(c.team == team, c.channel == channel, c.thread_ts == thread_ts)
        async with self._database.session() as session:
            rows = (await session.execute(select(*columns).where(here).order_by(c.ts))).mappings().all()
        return [StoredMessage(**row) for row in rows]

    async def recent(self, team: str, since: float, limit: int) -> list[tuple[str, str]]:
        """Channel and root of the threads read since then (seconds since 1970), the latest first."""
        after = thread.c.updated_at >= datetime.fromtimestamp(since, UTC)
        query = select(thread.c.channel, thread.c.thread_ts).where(thread.c.team == team, after)
        async with self._database.session() as session:
            rows = await session.execute(query.order_by(thread.c.updated_at.desc()).limit(limit))
            return [(channel, ts) for channel, ts in rows]

    async def knows(self, team: str, channel: str, ts: str) -> bool:
        """Whether the message is one of those that the bot has read."""
        return bool(await self.root_of(team, channel, ts))

    async def root_of(self, team: str, channel: str, ts: str) -> str:
        """The ts of the thread that a known message stands in; empty for one that is not known."""
        async with self._database.session() as session:
            return await session.scalar(select(message.c.thread_ts).where(_named(team, channel, ts))) or ""

    async def edit(self, team: str, channel: str, ts: str, text: str) -> bool:
        """Give a known message new words; False when it is not known."""
        change = update(message).where(_named(team, channel, ts)).values(text=text)
        async with self._database.begin() as session:
            return (await session.execute(change.returning(message.c.ts))).first() is not None

    async def forget(self, team: str, channel: str, ts: str) -> bool:
        """Remove a message that its author deleted; False when it is not known."""
        gone = delete(message).where(_named(team, channel, ts))
        async with self._database.begin() as session:
            return (await session.execute(gone.returning(message.c.ts))).first() is not None

    async def forget_person(self, team: str, user: str) -> None:
        """Remove every message of a person who does not want to be read."""
        async with self._database.begin() as session:
            await session.execute(delete(message).where(message.c.team == team, message.c.user == user))

    async def forget_channel(self, team: str, channel: str) -> None:
        """Remove every message and thread of a channel."""
        async with self._database.begin() as session:
            for table in (message, thread):
                await session.execute(delete(table).where(table.c.team == team, table.c.channel == channel))


def _named(team: str, channel: str, ts: str) -> ColumnElement[bool]:
    return and_(message.c.team == team, message.c.channel == channel, message.c.ts == ts)
