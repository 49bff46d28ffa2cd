"""A thread hears once of each real move of its card."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from storage.database import Database
from storage.links import Links

CARD = {
    "card_id": "c1",
    "draft_id": "d1",
    "team": "T1",
    "channel": "C1",
    "thread_ts": "1.0",
    "card_url": "https://trello.com/c/1",
    "title": "Export fails",
}


@pytest.fixture
async def links(database: Database) -> Links:
    opened = Links(database)
    await opened.add(**CARD)
    return opened


async def test_a_card_leads_back_to_its_thread(links: Links) -> None:
    row = await links.by_card("c1")
    assert row is not None
    assert (row.draft_id, row.team, row.channel, row.thread_ts) == ("d1", "T1", "C1", "1.0")
    assert (row.card_url, row.title, row.announced_list) == ("https://trello.com/c/1", "Export fails", "")
    assert await links.by_card("another") is None


async def test_adding_again_changes_nothing(links: Links) -> None:
    before = await links.by_card("c1")
    await links.announce("c1", "m1", "Done")
    await links.add(**{**CARD, "title": "Another title"})
    after = await links.by_card("c1")
    assert before is not None
    assert after == replace(before, announced_list="Done")


async def test_all_cards(links: Links) -> None:
    await links.add(**{**CARD, "card_id": "c0"})
    assert await links.all_cards() == ["c1", "c0"]


@pytest.mark.parametrize(
    ("moves", "heard"),
    [
        ([("m1", "Done")], [True]),
        ([("m1", "Done"), ("m1", "Done")], [True, False]),
        ([("m1", "Done"), ("m2", "Done")], [True, False]),
        ([("m1", "Doing"), ("m2", "Done"), ("m3", "Doing")], [True, True, True]),
        # A late repetition of an old move is not a new one.
        ([("m1", "Done"), ("m2", "Doing"), ("m1", "Done")], [True, True, False]),
    ],
)
async def test_moves(links: Links, moves: list[tuple[str, str]], heard: list[bool]) -> None:
    assert [await links.announce("c1", move, to) for move, to in moves] == heard


async def test_a_move_told_by_webhook_and_by_polling_at_once_is_heard_once(links: Links) -> None:
    assert sorted(await asyncio.gather(*(links.announce("c1", "m1", "Done") for _ in range(5)))) == [False] * 4 + [True]


async def test_a_card_that_is_not_ours_is_never_announced(links: Links) -> None:
    assert not await links.announce("foreign", "m1", "Done")
    await links.add(**{**CARD, "card_id": "foreign"})
    assert await links.announce("foreign", "m1", "Done")
