"""What arrives is stored once, at once and together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.inbox import Arrival, Inbox


@pytest.fixture
async def inbox(database: Database) -> AsyncIterator[Inbox]:
    opened = Inbox(database)
    yield opened
    await opened.close()


def arrival(key: str, alias: str | None = None) -> Arrival:
    return Arrival(key, "mention", {"text": f"about {key}"}, alias)


async def test_an_arrival_is_stored_as_it_came(inbox: Inbox) -> None:
    sent = Arrival("C1:1.0", "mention", {"text": "café \x00 🎫", "files": [{"id": 1}], "none": None}, "M1")
    assert await inbox.add(sent)
    assert await inbox.get("C1:1.0") == sent
    assert await inbox.get("C1:2.0") is None


@pytest.mark.parametrize(
    ("second", "new"),
    [
        (arrival("k1"), False),
        (arrival("k1", "other"), False),
        (arrival("k2", "a1"), False),
        (arrival("k2", "a2"), True),
        (arrival("k2"), True),
    ],
)
async def test_a_key_and_an_alias_are_each_unique(inbox: Inbox, second: Arrival, new: bool) -> None:
    assert await inbox.add(arrival("k1", "a1"))
    assert await inbox.add(second) is new
    assert len(await inbox.unstarted()) == (2 if new else 1)


async def test_arrivals_without_an_alias_do_not_collide(inbox: Inbox) -> None:
    assert await asyncio.gather(*(inbox.add(arrival(f"k{n}")) for n in range(5))) == [True] * 5


async def test_five_hundred_at_once_with_every_event_twice(database: Database) -> None:
    # Two inboxes, as two processes would have on Postgres; each event comes to both, by key or by alias.
    first, second = Inbox(database), Inbox(database)
    by_key = [first.add(arrival(f"k{n}", f"a{n}")) for n in range(250)]
    again = [second.add(arrival(f"k{n}" if n % 2 else f"other{n}", f"a{n}")) for n in range(250)]
    answers = await asyncio.gather(*by_key, *again)
    assert sum(answers) == 250
    assert all(answers[n] != answers[250 + n] for n in range(250))
    assert len(await first.unstarted(limit=1000)) == 250
    await first.close()
    await second.close()


async def test_of_two_equal_arrivals_in_one_batch_the_first_is_new(inbox: Inbox) -> None:
    answers = await asyncio.gather(*(inbox.add(arrival("same")) for _ in range(3)))
    assert answers == [True, False, False]


async def test_concurrent_arrivals_share_a_transaction(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    insert, sizes = inbox._insert, []

    async def counted(arrivals: Sequence[Arrival]) -> list[bool]:
        sizes.append(len(arrivals))
        return await insert(arrivals)

    monkeypatch.setattr(inbox, "_insert", counted)
    await asyncio.gather(*(inbox.add(arrival(f"k{n}")) for n in range(120)))
    assert sizes == [50, 50, 20]
    assert len(await inbox.unstarted(limit=1000)) == 120


async def test_a_row_that_cannot_be_stored_does_not_harm_its_neighbours(inbox: Inbox) -> None:
    poison = Arrival("poison", "mention", {"what": object()})
    results = await asyncio.gather(
        inbox.add(arrival("before")), inbox.add(poison), inbox.add(arrival("after")), return_exceptions=True
    )
    assert results[0] is True
    assert isinstance(results[1], Exception)
    assert results[2] is True
    assert await inbox.unstarted() == ["before", "after"]


async def test_a_failure_of_the_database_is_told_to_every_caller_of_the_batch(inbox: Inbox, database: Database) -> None:
    async with database.begin() as session:
        await session.execute(text("ALTER TABLE inbox RENAME TO gone"))
    results = await asyncio.gather(*(inbox.add(arrival(f"k{n}")) for n in range(3)), return_exceptions=True)
    assert all(isinstance(result, DBAPIError) for result in results)
    assert "about k1" not in "".join(map(str, results))  # what people wrote stays out of the log
    async with database.begin() as session:
        await session.execute(text("ALTER TABLE gone RENAME TO inbox"))
    assert await inbox.unstarted() == []
    assert await inbox.add(arrival("k0"))


async def test_a_caller_who_gives_up_does_not_stop_the_others(inbox: Inbox) -> None:
    impatient = asyncio.create_task(inbox.add(arrival("k1")))
    patient = asyncio.create_task(inbox.add(arrival("k2")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is True
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_the_way_of_a_row(inbox: Inbox) -> None:
    assert await inbox.unfinished_age() == 0.0
    for key in ("a", "b", "c"):
        await inbox.add(arrival(key))
    assert await inbox.unstarted() == ["a", "b", "c"]
    assert await inbox.unstarted(limit=2) == ["a", "b"]
    assert await inbox.unstarted(older_than=60) == []
    await inbox.started("a")
    assert await inbox.unstarted() == ["b", "c"]
    assert 0 < await inbox.unfinished_age() < 60
    await inbox.finished("b", "ignored", "it was empty")
    assert await inbox.unstarted() == ["c"]
    await inbox.finished("a", "done")
    await inbox.finished("c", "done")
    assert await inbox.unfinished_age() == 0.0


async def test_the_keys_of_a_door_since_a_moment(inbox: Inbox) -> None:
    before = time.time() - 1
    await inbox.add(Arrival("reaction:T1:C1:1.0:ticket:U1:2.0", "reaction", {}))
    await inbox.add(Arrival("mention:T1:C1:1.0", "mention", {}))
    assert await inbox.keys("reaction", before) == ["reaction:T1:C1:1.0:ticket:U1:2.0"]
    assert await inbox.keys("reaction", time.time() + 60) == []


async def test_closing_writes_what_is_waiting(database: Database) -> None:
    inbox = Inbox(database)
    waiting = [asyncio.create_task(inbox.add(arrival(f"k{n}"))) for n in range(60)]
    await asyncio.sleep(0)
    await inbox.close()
    assert all(await asyncio.gather(*waiting))
    with pytest.raises(RuntimeError, match="closed"):
        await inbox.add(arrival("late"))


async def test_what_came_since_and_what_waits_by_kind(inbox: Inbox) -> None:
    assert await inbox.latest() == 0
    await inbox.add(arrival("k1"))
    mark = await inbox.latest()
    await inbox.add(Arrival("e1", "edit", {"ts": "1.0"}))
    assert mark < await inbox.latest()
    assert [found.key for found in await inbox.since(mark, {"edit", "deletion"})] == ["e1"]
    assert [found.key for found in await inbox.unfinished({"mention"})] == ["k1"]
    await inbox.finished("k1", "done")
    assert await inbox.unfinished({"mention"}) == []


async def test_what_waits_is_counted_whoever_asks_aside(inbox: Inbox) -> None:
    assert await inbox.waiting(apart_from="k1") == (0, 0.0)
    await inbox.add(arrival("k1"))
    assert await inbox.waiting(apart_from="k1") == (0, 0.0)
    count, age = await inbox.waiting(apart_from="k2")
    assert count == 1
    assert 0.0 <= age < 60.0
