"""What people thought of answers and drafts: one vote of each person on each message, the latest one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, update

from storage.database import Database
from storage.models import utc_now, vote
from storage.statements import insert_new

Choice = Literal["up", "down"]


@dataclass(frozen=True)
class Vote:
    """A judgement of the message at `ts`; `run` is the key of the ask that made it, `pressed_at` seconds since 1970."""

    team: str
    channel: str
    ts: str
    user: str
    run: str
    kind: str
    choice: Choice
    pressed_at: float


class Votes:
    """Votes by message and person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, given: Vote) -> bool:
        """Keep the vote in place of the person's earlier one; False when a later press is there already."""
        row = {**given.__dict__, "updated_at": utc_now()}
        mine = (
            vote.c.team == given.team,
            vote.c.channel == given.channel,
            vote.c.ts == given.ts,
            vote.c.user == given.user,
        )
        async with self._database.begin() as session:
            new = await session.execute(insert_new(self._database.dialect, vote, row))
            if new.first() is not None:
                return True
            newer = update(vote).where(*mine, vote.c.pressed_at <= given.pressed_at).values(row)
            return (await session.execute(newer.returning(vote.c.user))).first() is not None

    async def of_run(self, run: str) -> list[Vote]:
        """Every vote on what one ask made, oldest first."""
        columns = [vote.c[name] for name in Vote.__dataclass_fields__]
        query = select(*columns).where(vote.c.run == run).order_by(vote.c.pressed_at, vote.c.user)
        async with self._database.session() as session:
            return [Vote(**row) for row in (await session.execute(query)).mappings()]
