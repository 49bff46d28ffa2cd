"""Every call of a model is in the ledger, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from storage.database import Database
from storage.ledger import Ledger
from storage.models import utc_now

CALL: dict[str, Any] = {
    "asked_by": "U0PRIYA",
    "ask_key": "Ev1",
    "pipeline": "ticket",
    "step": "ticket.type",
    "model": "small on this machine",
    "tokens_in": 310,
    "tokens_out": 12,
    "seconds": 1.25,
    "outcome": "answered",
}


async def test_a_call_is_kept_as_it_was(database: Database) -> None:
    ledger = Ledger(database)
    await ledger.record(**CALL)
    (row,) = await ledger.entries()
    assert {name: getattr(row, name) for name in CALL} == CALL
    assert abs(row.at - utc_now()) < timedelta(seconds=10)


async def test_the_latest_come_first_and_one_ask_can_be_picked(database: Database) -> None:
    ledger = Ledger(database)
    for key, step in (("Ev1", "ticket.type"), ("Ev2", "ticket.type"), ("Ev1", "ticket.bug")):
        await ledger.record(**{**CALL, "ask_key": key, "step": step})
    assert [row.step for row in await ledger.entries(ask_key="Ev1")] == ["ticket.bug", "ticket.type"]
    assert len(await ledger.entries(2)) == 2


async def test_a_repeated_call_counts_twice(database: Database) -> None:
    ledger = Ledger(database)
    start = utc_now()
    assert await ledger.tokens_since(start) == 0
    await ledger.record(**CALL)
    await ledger.record(**CALL)
    await ledger.record(**{**CALL, "asked_by": "U0TOMAS", "model": "odd\x00name"})
    assert await ledger.tokens_since(start) == 3 * 322
    assert await ledger.tokens_since(start, asked_by="U0TOMAS") == 322
    assert await ledger.tokens_since(utc_now() + timedelta(seconds=5)) == 0


async def test_calls_and_tokens_are_counted_from_a_moment_on(database: Database) -> None:
    ledger = Ledger(database)
    start = utc_now() - timedelta(seconds=1)
    assert await ledger.use_since(start) == (0, 0)
    await ledger.record(**CALL)
    await ledger.record(**CALL)
    assert await ledger.use_since(start) == (2, 644)
    assert await ledger.use_since(utc_now() + timedelta(minutes=1)) == (0, 0)
