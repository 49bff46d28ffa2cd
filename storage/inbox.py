"""What has arrived from outside, kept before it is acknowledged."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from storage.database import Database
from storage.models import inbox, utc_now
from storage.quick import QuickInsert
from storage.statements import insert_new

# Measured: the cost of a commit is spread thin enough, and nobody waits for a long transaction.
BATCH = 50
LOOKED_UP_TOGETHER = 500
GIVEN = ("key", "alias", "kind", "payload", "received_at")
# Replicas that write at the same time commit their row numbers out of order, by a batch each.
OUT_OF_ORDER = 4 * BATCH


@dataclass(frozen=True)
class Arrival:
    """One thing that arrived; `alias` is a second name that is as unique as the key."""

    key: str
    kind: str
    payload: dict[str, Any]
    alias: str | None = None


class _Waiting(NamedTuple):
    arrival: Arrival
    new: asyncio.Future[bool]


class Inbox:
    """Rows by business key; concurrent additions share a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._quick = QuickInsert(database.url, inbox, GIVEN) if database.dialect == "sqlite" else None
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    async def add(self, arrival: Arrival) -> bool:
        """Store the arrival; True when it is new, and then it is committed.

        False for a key or an alias that is known. Raises what the database raised when it could not be stored.
        """
        if self._closed:
            raise RuntimeError("the inbox is closed")
        waiting = _Waiting(arrival, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await waiting.new

    async def _write_all(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            await self._settle(batch)

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        try:
            new = await self._insert([waiting.arrival for waiting in batch])
        except (OperationalError, InterfaceError, OSError) as failure:
            _fail(batch, failure)
        except (SQLAlchemyError, ValueError, TypeError) as failure:
            # One row cannot be stored: the neighbours are written without it.
            if len(batch) == 1:
                return _fail(batch, failure)
            for waiting in batch:
                await self._settle([waiting])
        except BaseException:
            # Nobody may wait for an answer that never comes.
            _fail(batch, RuntimeError("the inbox stopped before the row was stored"))
            raise
        else:
            _answer(batch, new)
        return None

    async def _insert(self, arrivals: Sequence[Arrival]) -> list[bool]:
        now = utc_now()
        rows = [
            {"key": a.key, "alias": a.alias, "kind": a.kind, "payload": a.payload, "received_at": now} for a in arrivals
        ]
        if self._quick is not None:
            async with self._database.writing():
                return await self._quick(rows)
        statement = insert_new(self._database.dialect, inbox, returning=inbox.c.key)
        async with self._database.begin() as session:
            new_keys = set(await session.scalars(statement, rows))
        return [_took(new_keys, arrival.key) for arrival in arrivals]

    async def get(self, key: str) -> Arrival | None:
        """The arrival under this key; None when there is none."""
        columns = (inbox.c.key, inbox.c.kind, inbox.c.payload, inbox.c.alias)
        async with self._database.session() as session:
            row = (await session.execute(select(*columns).where(inbox.c.key == key))).mappings().first()
        return None if row is None else Arrival(**row)

    async def known(self, keys: Iterable[str]) -> set[str]:
        """Which of these keys have arrived."""
        wanted = sorted(keys)
        found: set[str] = set()
        async with self._database.session() as session:
            for at in range(0, len(wanted), LOOKED_UP_TOGETHER):
                some = wanted[at : at + LOOKED_UP_TOGETHER]
                found.update(await session.scalars(select(inbox.c.key).where(inbox.c.key.in_(some))))
        return found

    async def reword(self, key: str, newer: str) -> str:
        """Give an arrival the words of `newer`, the arrival that tells of its edit; how it stands now, in a word.

        `stale`: it says this already, was edited later, or is not there; `waiting`: nobody has started on it, so it
        is done with the new words; `working`; `done`: it was done with other words.
        """
        async with self._database.begin() as session:
            query = select(inbox).where(inbox.c.key.in_((key, newer)))
            rows = {row["key"]: row for row in (await session.execute(query)).mappings()}
            if len(rows) < 2:
                return "stale"
            row, before, now = rows[key], rows[key]["payload"], rows[newer]["payload"]
            if before.get("edited") != now["edited"]:
                if str(before.get("edited", "")) > now["edited"] or before.get("text") == now["text"]:
                    return "stale"
                payload = before | {"text": now["text"], "edited": now["edited"]}
                await session.execute(update(inbox).where(inbox.c.key == key).values(payload=payload))
            if row["finished_at"] is not None:
                return "done"
            return "waiting" if row["started_at"] is None else "working"

    async def latest(self) -> int:
        """The number of the newest row; 0 when there is none."""
        async with self._database.session() as session:
            return int(await session.scalar(select(func.max(inbox.c.id))) or 0)

    async def since(self, number: int, kinds: Collection[str]) -> list[Arrival]:
        """What came after that row, of these kinds; a few older ones as well, since rows commit out of order."""
        columns = (inbox.c.key, inbox.c.kind, inbox.c.payload, inbox.c.alias)
        newer = (inbox.c.id > number - OUT_OF_ORDER, inbox.c.kind.in_(tuple(kinds)))
        query = select(*columns).where(*newer).order_by(inbox.c.id)
        async with self._database.session() as session:
            return [Arrival(**row) for row in (await session.execute(query)).mappings()]

    async def unfinished(self, kinds: Collection[str]) -> list[Arrival]:
        """What is not finished, of these kinds, oldest first."""
        columns = (inbox.c.key, inbox.c.kind, inbox.c.payload, inbox.c.alias)
        waiting = (inbox.c.finished_at.is_(None), inbox.c.kind.in_(tuple(kinds)))
        query = select(*columns).where(*waiting).order_by(inbox.c.id)
        async with self._database.session() as session:
            return [Arrival(**row) for row in (await session.execute(query)).mappings()]

    async def keys(self, kind: str, since: float) -> list[str]:
        """The keys of what arrived at this door since then (seconds since 1970)."""
        after = inbox.c.received_at >= datetime.fromtimestamp(since, UTC)
        query = select(inbox.c.key).where(inbox.c.kind == kind, after)
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def unstarted(self, limit: int = 100, older_than: float = 0.0) -> list[str]:
        """Keys that nobody has started, oldest first, received at least `older_than` seconds ago."""
        since = utc_now() - timedelta(seconds=older_than)
        idle = (inbox.c.started_at.is_(None), inbox.c.finished_at.is_(None), inbox.c.received_at <= since)
        query = select(inbox.c.key).where(*idle).order_by(inbox.c.id).limit(limit)
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def lingering(self, older_than: float, limit: int = 100) -> list[str]:
        """Keys that were started at least `older_than` seconds ago and are not finished, oldest first."""
        since = utc_now() - timedelta(seconds=older_than)
        begun = (inbox.c.finished_at.is_(None), inbox.c.started_at <= since)
        query = select(inbox.c.key).where(*begun).order_by(inbox.c.id).limit(limit)
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def started(self, key: str) -> None:
        """The work on it has begun; the first time counts."""
        begun = update(inbox).where(inbox.c.key == key, inbox.c.started_at.is_(None))
        async with self._database.begin() as session:
            await session.execute(begun.values(started_at=utc_now()))

    async def finished(self, key: str, outcome: str, reason: str = "") -> None:
        """The work on it is over; the last outcome counts."""
        over = update(inbox).where(inbox.c.key == key)
        async with self._database.begin() as session:
            await session.execute(over.values(finished_at=utc_now(), outcome=outcome, reason=reason))

    async def unfinished_age(self) -> float:
        """Seconds since the oldest unfinished arrival; 0 when there is none."""
        open_rows = select(inbox.c.received_at).where(inbox.c.finished_at.is_(None))
        async with self._database.session() as session:
            oldest = await session.scalar(open_rows.order_by(inbox.c.received_at).limit(1))
        return 0.0 if oldest is None else max(0.0, (utc_now() - oldest).total_seconds())

    async def waiting(self, *, apart_from: str) -> tuple[int, float]:
        """How many arrivals are unfinished, that one aside, and for how many seconds the oldest of them."""
        others = (inbox.c.finished_at.is_(None), inbox.c.key != apart_from)
        query = select(func.count(), func.min(inbox.c.received_at)).where(*others)
        async with self._database.session() as session:
            count, oldest = (await session.execute(query)).one()
        return int(count), 0.0 if oldest is None else max(0.0, (utc_now() - oldest).total_seconds())

    async def close(self) -> None:
        """Write what is waiting; nothing may be added afterwards."""
        self._closed = True
        if self._writer is not None:
            await self._writer
        if self._quick is not None:
            await self._quick.close()


def _took(new_keys: set[str], key: str) -> bool:
    """Whether the key is new; of two equal ones in one batch only the first is."""
    is_new = key in new_keys
    new_keys.discard(key)
    return is_new


def _answer(batch: Sequence[_Waiting], new: Sequence[bool]) -> None:
    for waiting, is_new in zip(batch, new, strict=True):
        if not waiting.new.done():
            waiting.new.set_result(is_new)


def _fail(batch: Sequence[_Waiting], failure: Exception) -> None:
    for waiting in batch:
        if not waiting.new.done():
            waiting.new.set_exception(failure)
