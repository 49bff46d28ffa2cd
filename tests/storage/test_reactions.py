"""People add and take back emoji quickly, and events come in any order: the latest word counts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from storage.database import Database
from storage.reactions import Emoji, Reactions

EMOJI = Emoji("T1", "C1", "1.0", "ticket", "U1")


@pytest.fixture
def reactions(database: Database) -> Reactions:
    return Reactions(database)


@pytest.mark.parametrize("order", list(itertools.permutations([(1.0, True), (2.0, False), (3.0, True)])))
async def test_the_latest_word_counts_in_any_order(reactions: Reactions, order: list[tuple[float, bool]]) -> None:
    told = [await reactions.note(EMOJI, at, present=present) for at, present in order]
    assert told == [at == max(when for when, _ in order[: n + 1]) for n, (at, _) in enumerate(order)]
    assert await reactions.is_present(EMOJI)
    assert await reactions.note(EMOJI, 3.0, present=True), "a repeated step finds its own word"


async def test_others_are_those_who_still_have_it_on_this_message(reactions: Reactions) -> None:
    assert not await reactions.is_present(EMOJI)
    await reactions.note(EMOJI, 1.0, present=True)
    await reactions.note(replace(EMOJI, user="U2"), 2.0, present=True)
    await reactions.note(replace(EMOJI, user="U3"), 3.0, present=True)
    await reactions.note(replace(EMOJI, user="U3"), 4.0, present=False)
    await reactions.note(replace(EMOJI, user="U4", name="tada"), 5.0, present=True)
    await reactions.note(replace(EMOJI, user="U5", ts="2.0"), 6.0, present=True)
    assert await reactions.others(EMOJI) == ["U2"]
