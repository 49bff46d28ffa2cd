"""Named values survive a restart."""

from __future__ import annotations

import asyncio

from storage.database import Database
from storage.notes import Notes


async def test_the_last_value_stays(database: Database) -> None:
    notes = Notes(database)
    assert await notes.get("board.read_until") is None
    await notes.put("board.read_until", "a1")
    await notes.put("board.read_until", "a2")
    await notes.put("other", "")
    assert await notes.get("board.read_until") == "a2"
    assert await notes.get("other") == ""


async def test_it_is_there_after_a_restart(database_url: str) -> None:
    for expected in (None, "1", "2"):
        database = Database.connect(database_url)
        assert await Notes(database).get("starts") == expected
        await Notes(database).put("starts", str(int(expected or "0") + 1))
        await database.close()


async def test_puts_at_once_leave_one_of_the_values(database: Database) -> None:
    notes = Notes(database)
    await asyncio.gather(*(notes.put("n", str(n)) for n in range(8)))
    assert await notes.get("n") in {str(n) for n in range(8)}
