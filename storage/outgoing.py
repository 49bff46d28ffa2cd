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

    async def sent(self, key: str, ts: str) -> None:
        """It arrived: `ts` is Slack's name for it."""
        async with self._database.begin() as session:
            done = update(outgoing).where(outgoing.c.key == key).values(ts=ts, sent_at=utc_now())
            await session.execute(done)

    async def clear(self, key: str) -> None:
        """It was not sent, for certain: the next claim is a first one."""
        async with self._database.begin() as session:
            await session.execute(delete(outgoing).where(outgoing.c.key == key))
