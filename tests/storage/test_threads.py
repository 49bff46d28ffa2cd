"""What was said in a thread, as it stands now."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from storage.database import Database
from storage.threads import StoredMessage, Threads

PLACE = ("T1", "C1", "1700000000.000100")
FIRST = StoredMessage("1700000000.000100", "U1", "Ada", "the export is broken", "https://x.slack.com/p1")
SECOND = StoredMessage("1700000009.000200", "U2", "Bea 🐝", "since when?\nfor whom?", "")


@pytest.fixture
def threads(database: Database) -> Threads:
    return Threads(database)


async def test_messages_come_back_oldest_first(threads: Threads) -> None:
    await threads.remember(*PLACE, [SECOND, FIRST])
    assert await threads.read(*PLACE) == [FIRST, SECOND]
    assert await threads.read("T1", "C1", "1.0") == []
    assert await threads.read("T2", *PLACE[1:]) == []


async def test_remembering_again_takes_the_new_words(threads: Threads) -> None:
    await threads.remember(*PLACE, [FIRST])
    changed = replace(FIRST, text="the CSV export is broken", name="Ada L.")
    await threads.remember(*PLACE, [FIRST, changed, SECOND])
    assert await threads.read(*PLACE) == [changed, SECOND]


async def test_a_thread_without_messages(threads: Threads) -> None:
    await threads.remember(*PLACE, [])
    assert await threads.read(*PLACE) == []


async def test_the_threads_read_lately(threads: Threads) -> None:
    before = time.time() - 1
    for thread_ts in ("1.0", "2.0", "3.0"):
        await threads.remember("T1", "C1", thread_ts, [])
    await threads.remember("T2", "C2", "4.0", [])
    assert await threads.recent("T1", before, 2) == [("C1", "3.0"), ("C1", "2.0")]
    assert await threads.recent("T1", time.time() + 60, 10) == []


async def test_an_edit_and_a_deletion(threads: Threads) -> None:
    await threads.remember(*PLACE, [FIRST, SECOND])
    assert await threads.edit("T1", "C1", SECOND.ts, "since Monday")
    assert await threads.read(*PLACE) == [FIRST, replace(SECOND, text="since Monday")]
    assert await threads.forget("T1", "C1", FIRST.ts)
    assert await threads.read(*PLACE) == [replace(SECOND, text="since Monday")]


@pytest.mark.parametrize("where", [("T1", "C1", "9.9"), ("T1", "C2", FIRST.ts), ("T2", "C1", FIRST.ts)])
async def test_a_message_that_is_not_known(threads: Threads, where: tuple[str, str, str]) -> None:
    await threads.remember(*PLACE, [FIRST])
    assert not await threads.edit(*where, "new")
    assert not await threads.forget(*where)
    assert await threads.read(*PLACE) == [FIRST]


async def test_two_readers_of_one_thread_at_once(threads: Threads) -> None:
    many = [replace(FIRST, ts=f"17000000{n:02}.000100") for n in range(40)]
    await asyncio.gather(threads.remember(*PLACE, many), threads.remember(*PLACE, many[::-1]))
    assert await threads.read(*PLACE) == many


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("lone \ud83d end", "lone \ufffd end"),
        ("\udc00", "\ufffd"),
        ("🎫 naïve", "🎫 naïve"),
        ("x" * 40_000, "x" * 40_000),
        ("", ""),
    ],
)
async def test_whatever_people_write_can_be_stored(threads: Threads, said: str, kept: str) -> None:
    await threads.remember(*PLACE, [replace(FIRST, text=said)])
    assert await threads.read(*PLACE) == [replace(FIRST, text=kept)]
