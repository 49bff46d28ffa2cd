"""Drafts change by compare-and-set: of two presses one wins."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from storage.database import Database
from storage.drafts import DraftRow, Drafts, short_id
from storage.models import draft

ASKED: dict[str, Any] = {
    "team": "T1",
    "channel": "C1",
    "thread_ts": "1.0",
    "anchor_ts": "1.1",
    "requested_by": "U1",
    "request": "the export is broken \ud800 \x00",
    "body": {"title": "Export fails", "facts": ["a\x00b"]},
    "digest": "d1",
}


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database)


async def opened(drafts: Drafts, key: str = "C1:1.1:ticket", **changes: Any) -> DraftRow:
    row, new = await drafts.open(key=key, **{**ASKED, **changes})
    assert new
    return row


async def test_a_draft_is_kept_as_it_was_asked_for(drafts: Drafts) -> None:
    row = await opened(drafts)
    assert (row.state, row.digest, row.body) == ("open", "d1", ASKED["body"])
    assert row.request == "the export is broken \ufffd \ufffd"
    assert (row.preview_ts, row.card_id, row.card_url, row.filed_by) == ("", "", "", "")
    assert row.created_at == row.updated_at
    assert row.created_at.utcoffset() is not None
    assert await drafts.get(row.id) == row
    assert await drafts.by_key(row.key) == row
    assert await drafts.get("nothing") is None
    assert await drafts.by_key("nothing") is None


async def test_the_same_key_is_the_same_draft(drafts: Drafts) -> None:
    first = await opened(drafts)
    second, new = await drafts.open(key=first.key, **{**ASKED, "requested_by": "U2", "digest": "d9"})
    assert not new
    assert second == first


async def test_two_people_react_at_once_and_get_one_draft(drafts: Drafts) -> None:
    rows = await asyncio.gather(*(drafts.open(key="k", **{**ASKED, "requested_by": f"U{n}"}) for n in range(6)))
    assert sum(new for _, new in rows) == 1
    assert len({row.id for row, _ in rows}) == 1
    assert len({row.requested_by for row, _ in rows}) == 1


def test_an_id_is_short_and_made_from_the_key() -> None:
    assert short_id("k") == short_id("k")
    assert short_id("k") != short_id("l")
    assert all(len(short_id(str(n))) == 8 and short_id(str(n)).isalnum() for n in range(50))


async def test_an_id_that_another_key_has_is_not_given_twice(drafts: Drafts, database: Database) -> None:
    row = await opened(drafts, "other")
    async with database.begin() as session:
        await session.execute(draft.update().values(id=short_id("k")))
    mine = await opened(drafts, "k")
    assert mine.id == short_id("k", 1)
    assert (await drafts.by_key("other")) == replace(row, id=short_id("k"))


async def test_an_edit_wins_only_over_the_version_that_it_saw(drafts: Drafts) -> None:
    row = await opened(drafts)
    answers = await asyncio.gather(
        *(drafts.revise(row.id, {"title": f"by {n}"}, f"d2-{n}", expected="d1") for n in range(4))
    )
    assert sorted(answers) == [False, False, False, True]
    now = await drafts.get(row.id)
    assert now is not None
    assert now.digest == f"d2-{answers.index(True)}"
    assert now.body == {"title": f"by {answers.index(True)}"}
    assert now.updated_at > row.updated_at
    assert not await drafts.revise("nothing", {}, "d", expected="d1")


async def test_a_draft_that_is_being_filed_cannot_be_edited(drafts: Drafts) -> None:
    row = await opened(drafts)
    assert await drafts.move(row.id, frm={"open"}, to="filing")
    assert not await drafts.revise(row.id, {}, "d2", expected="d1")


async def test_file_pressed_by_five_at_once_files_once(drafts: Drafts) -> None:
    row = await opened(drafts)
    answers = await asyncio.gather(
        *(drafts.move(row.id, frm={"open"}, to="filing", filed_by=f"U{n}", expected_digest="d1") for n in range(5))
    )
    assert sum(answers) == 1
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.state, now.filed_by) == ("filing", f"U{answers.index(True)}")


@pytest.mark.parametrize(
    ("frm", "digest", "moved"),
    [
        ({"open"}, None, True),
        ({"filing", "open"}, "d1", True),
        ({"open"}, "stale", False),
        ({"filing"}, None, False),
        (set(), None, False),
    ],
)
async def test_a_move_asks_for_state_and_version(drafts: Drafts, frm: Any, digest: str | None, moved: bool) -> None:
    row = await opened(drafts)
    assert await drafts.move(row.id, frm=frm, to="discarded", expected_digest=digest) is moved
    now = await drafts.get(row.id)
    assert now is not None
    assert now.state == ("discarded" if moved else "open")


async def test_the_life_of_a_draft(drafts: Drafts) -> None:
    row = await opened(drafts)
    await drafts.note_preview(row.id, "1.2")
    assert await drafts.move(row.id, frm=["open"], to="filing", filed_by="U2")
    filed = await drafts.move(row.id, frm=["filing"], to="filed", card_id="c1", card_url="https://trello.com/c/1")
    assert filed
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.state, now.preview_ts, now.filed_by, now.card_id) == ("filed", "1.2", "U2", "c1")
    assert await drafts.move(row.id, frm=["filed"], to="undone")
    assert await drafts.move(row.id, frm=["undone", "discarded"], to="open", card_id="", card_url="")
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.state, now.card_id, now.card_url, now.filed_by) == ("open", "", "", "U2")


async def test_lists_of_drafts(drafts: Drafts) -> None:
    rows = [await opened(drafts, f"k{n}") for n in range(4)]
    await drafts.move(rows[1].id, frm=["open"], to="filing")
    assert [row.key for row in await drafts.recent(3)] == ["k3", "k2", "k1"]
    assert [row.key for row in await drafts.in_state("open")] == ["k0", "k2", "k3"]
    assert [row.key for row in await drafts.in_state("filing")] == ["k1"]
    assert await drafts.in_state("filed") == []


async def test_the_latest_drafts_of_one_team(drafts: Drafts) -> None:
    for key, team in (("a", "T1"), ("b", "T2"), ("c", "T1")):
        await opened(drafts, key, team=team)
    assert [row.key for row in await drafts.recent(3)] == ["c", "b", "a"]
    assert [row.key for row in await drafts.recent(3, "T1")] == ["c", "a"]
    assert [row.key for row in await drafts.recent(1, "T2")] == ["b"]
    assert await drafts.recent(3, "T3") == []


async def test_a_repeated_step_finds_its_own_move(drafts: Drafts) -> None:
    row = await opened(drafts, ask_key="ask 1")
    assert (row.ask_key, row.claim) == ("ask 1", "")
    mine = {"frm": ["open"], "to": "filing", "expected_digest": "d1"}
    assert await drafts.move(row.id, **mine, claim="press 1")
    assert await drafts.move(row.id, **mine, claim="press 1")
    assert not await drafts.move(row.id, **mine, claim="press 2")
    assert not await drafts.move(row.id, **mine)
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.state, now.claim) == ("filing", "press 1")
    assert await drafts.move(row.id, frm=["filing"], to="filed")
    assert not await drafts.move(row.id, **mine, claim="press 1")


async def test_what_people_typed_and_how_the_source_changed_is_kept(drafts: Drafts) -> None:
    row = await opened(drafts)
    assert (row.hand, row.source_change, row.closed_at) == ({}, {}, 0.0)
    change = {"by": "U2", "parts": ["title"]}
    assert await drafts.revise(row.id, {}, "d2", expected="d1", request="", hand={"title": "U1"}, source_change=change)
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.request, now.hand, now.source_change) == ("", {"title": "U1"}, change)
    assert [found.id for found in await drafts.of_thread("T1", "C1", "1.0")] == [row.id]
    assert await drafts.of_thread("T1", "C2", "1.0") == []


async def test_only_a_draft_that_nobody_decides_about_is_rewritten(drafts: Drafts) -> None:
    row = await opened(drafts)
    await drafts.rewrite(row.id, {}, "d2", request="", source_change={})
    assert (await drafts.get(row.id)) == row
    assert await drafts.move(row.id, frm={"open"}, to="withdrawn", closed_at=1764000000.000123)
    await drafts.rewrite(row.id, {}, "d2", request="", source_change={})
    now = await drafts.get(row.id)
    assert now is not None
    assert (now.body, now.digest, now.request, now.closed_at) == ({}, "d2", "", 1764000000.000123)
