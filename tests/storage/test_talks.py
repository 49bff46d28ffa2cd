"""How a thread stands: who talked with the bot last, the latest draft, other bots' turns."""

from __future__ import annotations

from storage.database import Database
from storage.drafts import Drafts
from storage.talks import Talk, Talks

PLACE = ("T1", "C1", "1.1")


async def test_a_thread_without_the_bot_is_none(database: Database) -> None:
    assert await Talks(database).of(*PLACE) is None


async def test_the_last_word_counts(database: Database) -> None:
    talks = Talks(database)
    await talks.note(*PLACE, asker="U1", said="qa:answered", ask_key="mention:1")
    await talks.note(*PLACE, asker="U2", said="qa:abstained", ask_key="mention:2")
    assert await talks.of(*PLACE) == Talk(asker="U2", said="qa:abstained", ask_key="mention:2")
    assert await talks.of("T1", "C1", "2.2") is None


async def test_a_draft_alone_makes_it_a_thread_of_the_bot(database: Database) -> None:
    drafts, talks = Drafts(database), Talks(database)
    row = await _draft(drafts, "U3", ["Which browser?"])
    found = await talks.of(*PLACE)
    assert found == Talk(
        draft_id=row, draft_state="open", draft_by="U3", draft_later=True, questions=("Which browser?",)
    )
    await drafts.move(row, frm={"open"}, to="discarded")
    assert (await talks.of(*PLACE)).draft_state == "discarded"  # type: ignore[union-attr]


async def test_what_came_later_is_known(database: Database) -> None:
    drafts, talks = Drafts(database), Talks(database)
    await talks.note(*PLACE, asker="U1", said="qa:answered", ask_key="mention:1")
    await _draft(drafts, "U3", [])
    assert (await talks.of(*PLACE)).draft_later is True  # type: ignore[union-attr]
    await talks.note(*PLACE, asker="U1", said="qa:answered", ask_key="mention:2")
    assert (await talks.of(*PLACE)).draft_later is False  # type: ignore[union-attr]


async def test_bots_turns_are_counted_until_a_person_speaks(database: Database) -> None:
    talks = Talks(database)
    assert [await talks.bots_turn(*PLACE) for _ in range(3)] == [1, 2, 3]
    await talks.note(*PLACE, asker="B1", said="qa:answered", ask_key="mention:1", by_bot=True)
    assert await talks.bots_turn(*PLACE) == 4
    await talks.persons_turn(*PLACE)
    assert await talks.bots_turn(*PLACE) == 1
    await talks.note(*PLACE, asker="U1", said="qa:answered", ask_key="mention:2")
    assert await talks.bots_turn(*PLACE) == 1


async def _draft(drafts: Drafts, by: str, questions: list[str]) -> str:
    row, _ = await drafts.open(
        key=f"{by}:ticket", team="T1", channel="C1", thread_ts="1.1", anchor_ts="1.1", requested_by=by, request="",
        body={"questions": questions}, digest="d",
    )  # fmt: skip
    return row.id
