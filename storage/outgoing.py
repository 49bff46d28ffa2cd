"""What has been sent to Slack, so that nothing is sent twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from storage.database import Database
from storage.models import outgoing, utc_now
from storage.statements import insert_new


@dataclass(frozen=True)
class Claim:
    """`first`: nobody tried before; else `ts`: what was sent, or "" when nobody knows whether it was."""

    first: bool
    ts: str


@dataclass(frozen=True)
class Sent:
    """What was claimed under a key: by which method, as which message (empty: nobody knows), and whether it is done."""

    method: str
    ts: str
    done: bool


class Outgoing:
    """One row for each thing to be sent, under the sender's own key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, key: str, channel: str, method: str) -> Claim:
        """Say that we are about to send; committed on return."""
        row = {"key": key, "channel": channel, "method": method, "claimed_at": utc_now()}
        async with self._database.begin() as session:
            new = await session.execute(insert_new(self._database.dialect, outgoing, row))
            if new.first() is not None:
                return Claim(first=True, ts="")
            ts = await session.scalar(select(outgoing.c.ts).where(outgoing.c.key == key))
            return Claim(first=False, ts=ts or "")

    async def find(self, key: str) -> str:
        """Slack's name for what was sent under the key; empty when nothing was."""
        async with self._database.session() as session:
            return await session.scalar(select(outgoing.c.ts).where(outgoing.c.key == key)) or ""

    async def sent(self, key: str, ts: str) -> None:
        """It arrived: `ts` is Slack's name for it."""
        async with self._database.begin() as session:
            done = update(outgoing).where(outgoing.c.key == key).values(ts=ts, sent_at=utc_now())
            await session.execute(done)

    async def began(self, key: str, ts: str) -> None:
        """It is on its way as the message `ts`, and not complete."""
        async with self._database.begin() as session:
            await session.execute(update(outgoing).where(outgoing.c.key == key).values(ts=ts))

    async def look(self, key: str) -> Sent | None:
        """What is known of it; None when nobody claimed it."""
        query = select(outgoing.c.method, outgoing.c.ts, outgoing.c.sent_at).where(outgoing.c.key == key)
        async with self._database.session() as session:
            row = (await session.execute(query)).first()
        return None if row is None else Sent(row.method, row.ts, row.sent_at is not None)

    async def clear(self, key: str) -> None:
        """It was not sent, for certain: the next claim is a first one."""
        async with self._database.begin() as session:
            await session.execute(delete(outgoing).where(outgoing.c.key == key))
