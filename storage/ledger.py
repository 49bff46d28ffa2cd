"""The ledger of model calls: who asked for each, what for, which model, how many tokens, how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from storage.database import Database
from storage.models import ledger, utc_now


@dataclass(frozen=True)
class LedgerRow:
    """One call. `asked_by` is a Slack id, `seconds` how long it took, `outcome` `answered` or what was wrong."""

    id: int
    at: datetime
    asked_by: str
    ask_key: str
    pipeline: str
    step: str
    model: str
    tokens_in: int
    tokens_out: int
    seconds: float
    outcome: str


class Ledger:
    """Rows are added, never changed: every call counts, also one that is repeated after a crash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self,
        *,
        asked_by: str,
        ask_key: str,
        pipeline: str,
        step: str,
        model: str,
        tokens_in: int,
        tokens_out: int,
        seconds: float,
        outcome: str,
    ) -> None:
        """Add a call."""
        row = {
            "at": utc_now(),
            "asked_by": asked_by,
            "ask_key": ask_key,
            "pipeline": pipeline,
            "step": step,
            "model": model,
            "tokens_in": tokens_in,
            "tokens_out": tokens_out,
            "seconds": seconds,
            "outcome": outcome,
        }
        async with self._database.begin() as session:
            await session.execute(insert(ledger).values(row))

    async def entries(self, limit: int = 100, *, ask_key: str = "") -> list[LedgerRow]:
        """The latest calls first; those of one ask where its key is given."""
        query = select(ledger).order_by(ledger.c.id.desc()).limit(limit)
        if ask_key:
            query = query.where(ledger.c.ask_key == ask_key)
        async with self._database.session() as session:
            return [LedgerRow(**row) for row in (await session.execute(query)).mappings()]

    async def tokens_since(self, moment: datetime, *, asked_by: str = "") -> int:
        """Tokens in and out from that moment on, of everybody or of one person."""
        query = select(func.coalesce(func.sum(ledger.c.tokens_in + ledger.c.tokens_out), 0)).where(
            ledger.c.at >= moment
        )
        if asked_by:
            query = query.where(ledger.c.asked_by == asked_by)
        async with self._database.session() as session:
            return int((await session.execute(query)).scalar_one())

    async def use_since(self, moment: datetime) -> tuple[int, int]:
        """Calls, and tokens in and out, from that moment on."""
        tokens = func.coalesce(func.sum(ledger.c.tokens_in + ledger.c.tokens_out), 0)
        query = select(func.count(), tokens).where(ledger.c.at >= moment)
        async with self._database.session() as session:
            calls, used = (await session.execute(query)).one()
        return int(calls), int(used)
