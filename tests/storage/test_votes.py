"""One vote of each person on each message: the latest press counts, in whatever order presses are worked on."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from storage.database import Database
from storage.votes import Vote, Votes

UP = Vote(
    team="T1",
    channel="C1",
    ts="9.1",
    user="U1",
    run="mention:T1:C1:1.1",
    kind="draft",
    choice="up",
    pressed_at=1795471266.481301,
)


async def test_a_vote_is_kept_with_its_run(database: Database) -> None:
    votes = Votes(database)
    assert await votes.put(UP)
    assert await votes.of_run(UP.run) == [UP]
    assert await votes.of_run("another") == []


async def test_a_later_press_changes_it_and_an_earlier_one_does_not(database: Database) -> None:
    votes = Votes(database)
    down = replace(UP, choice="down", pressed_at=UP.pressed_at + 0.000001)
    assert await votes.put(down)
    assert not await votes.put(UP), "an earlier press that was worked on later"
    assert await votes.of_run(UP.run) == [down]
    again = replace(UP, pressed_at=down.pressed_at + 5)
    assert await votes.put(again)
    assert await votes.of_run(UP.run) == [again]


async def test_the_same_press_twice_is_one_vote(database: Database) -> None:
    votes = Votes(database)
    assert await votes.put(UP)
    assert await votes.put(UP), "a step that is repeated after a crash"
    assert await votes.of_run(UP.run) == [UP]


async def test_people_and_messages_have_votes_of_their_own(database: Database) -> None:
    votes = Votes(database)
    others = [replace(UP, user="U2", choice="down"), replace(UP, ts="9.2"), replace(UP, channel="C2")]
    for vote in (UP, *others):
        assert await votes.put(vote)
    assert len(await votes.of_run(UP.run)) == 4


async def test_of_presses_at_once_the_latest_stays(database: Database) -> None:
    votes = Votes(database)
    presses = [replace(UP, choice="up" if n % 2 else "down", pressed_at=UP.pressed_at + n) for n in range(8)]
    await asyncio.gather(*(votes.put(press) for press in presses))
    assert await votes.of_run(UP.run) == [presses[-1]]
