"""What every tracker does alike: the same cases on the board in memory and on Trello's API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipelines.core.boards import Attachment, NewCard, Tracker
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.trackers import memory
from pipelines.trackers.reports import sign

LONG_AGO = "2020-01-01T00:00:00.000Z"


def card(marker: str = "leadhand:d1", **more: Any) -> NewCard:
    fields = {"name": "Checkout loses the discount", "description": f"Safari 17.4\n\n{marker}", "labels": ("bug",)}
    return NewCard(marker=marker, **(fields | more))


async def test_a_new_card_lies_in_the_first_list_and_is_found_again(stage: Any) -> None:
    assert await stage.tracker.check() == "Larkspur product"
    made = await stage.tracker.create(card())
    assert (made.name, made.list_name, made.done, made.closed) == ("Checkout loses the discount", "Inbox", False, False)
    assert made.url
    assert await stage.tracker.get(made.id) == made
    assert await stage.texts() == ["Safari 17.4\n\nleadhand:d1"]


async def test_the_same_marker_makes_one_card_however_often_it_is_asked_for(stage: Any) -> None:
    first = await stage.tracker.create(card())
    assert await stage.tracker.create(card(name="Another title")) == first
    at_once = await asyncio.gather(*(stage.tracker.create(card("leadhand:d2")) for _ in range(6)))
    assert len({made.id for made in at_once}) == 1
    assert len(await stage.texts()) == 2


async def test_a_marker_that_begins_like_another_is_another(stage: Any) -> None:
    longer = await stage.tracker.create(card("leadhand:d12"))
    shorter = await stage.tracker.create(card("leadhand:d1"))
    assert longer.id != shorter.id


async def test_a_card_that_was_dragged_already_is_still_found(stage: Any) -> None:
    made = await stage.tracker.create(card())
    await stage.move(made.id, "Doing")
    again = await stage.tracker.create(card())
    assert (again.id, again.list_name) == (made.id, "Doing")


async def test_after_a_lost_reply_the_repeat_finds_the_card(stage: Any) -> None:
    await stage.fail("lost_reply")
    with pytest.raises(TryAgain) as lost:
        await stage.tracker.create(card())
    assert not lost.value.sure, "the card may be there: the caller must not believe that nothing was done"
    assert len(await stage.texts()) == 1
    made = await stage.tracker.create(card())
    assert len(await stage.texts()) == 1
    assert await stage.tracker.get(made.id) == made


async def test_a_file_and_a_link_are_attached_once_also_after_a_lost_reply(stage: Any) -> None:
    made = await stage.tracker.create(card())
    picture = Attachment(name="cart.png (F1)", marker="F1", kind="image/png", content=b"\x89PNG")
    link = Attachment(name="film.mp4 (F12)", marker="F12", url="https://larkspur.slack.com/archives/C1/p1")
    await stage.fail("lost_reply", method="POST /1/cards/")
    with pytest.raises(TryAgain):
        await stage.tracker.attach(made.id, picture)
    for _ in range(2):
        await stage.tracker.attach(made.id, link)
        await stage.tracker.attach(made.id, picture)
    assert sorted(await stage.attachments(made.id)) == ["cart.png (F1)", "film.mp4 (F12)"]
    with pytest.raises(TellPerson):
        await stage.tracker.attach("0" * 24, picture)


async def test_a_fault_that_stays_is_a_try_again_and_makes_no_card(stage: Any) -> None:
    await stage.fail("500", times=10)
    for _ in range(2):
        with pytest.raises(TryAgain):
            await stage.tracker.create(card())
    assert await stage.texts() == []


async def test_moves_are_told_in_order_with_their_member_and_what_done_means(stage: Any) -> None:
    made = await stage.tracker.create(card())
    assert await stage.tracker.moves(LONG_AGO) == []
    for list_name in ("Doing", "Done"):
        await stage.move(made.id, list_name)
    moves = await stage.tracker.moves(LONG_AGO)
    told = [(move.card_id, move.list_name, move.done, move.by) for move in moves]
    assert told == [(made.id, "Doing", False, "Wei Zhang"), (made.id, "Done", True, "Wei Zhang")]
    assert await stage.tracker.moves("") == moves
    assert await stage.tracker.moves(moves[0].at) == moves[1:]
    assert await stage.tracker.moves(moves[1].at) == []
    assert len({move.id for move in moves}) == 2
    now = await stage.tracker.get(made.id)
    assert (now.list_name, now.done) == ("Done", True)


async def test_archiving_twice_is_fine_and_closed_is_not_done(stage: Any) -> None:
    made = await stage.tracker.create(card())
    await stage.move(made.id, "Done")
    for _ in range(2):
        await stage.tracker.archive(made.id)
    gone = await stage.tracker.get(made.id)
    assert (gone.closed, gone.done) == (True, False)
    assert await stage.texts() == []


async def test_a_card_that_is_not_there(stage: Any) -> None:
    unknown = "0123456789abcdef01234567"
    assert await stage.tracker.get(unknown) is None
    await stage.tracker.archive(unknown)


@pytest.mark.parametrize("text", ["x" * 40_000, "😀" * 20_000, "```\n" + "log line\n" * 4_000])
async def test_a_text_over_the_limit_is_cut_with_a_note_and_keeps_its_marker(stage: Any, text: str) -> None:
    long = card(description=f"{text}\n\nFiled by leadhand · leadhand:d1")
    made = await stage.tracker.create(long)
    (kept,) = await stage.texts()
    assert len(kept.encode("utf-16-le")) // 2 <= 16_384
    assert kept.startswith(text[:8_000])
    assert kept.endswith("Filed by leadhand · leadhand:d1")
    assert "Cut here: the board allows 16,384 characters" in kept
    assert kept.count("```") % 2 == 0
    assert await stage.tracker.create(long) == made


async def test_a_marker_that_the_text_lacks_is_added(stage: Any) -> None:
    made = await stage.tracker.create(card(description="no marker here"))
    assert await stage.texts() == ["no marker here\n\nleadhand:d1"]
    assert await stage.tracker.create(card(description="no marker here")) == made


REPORT = b"""{"model": {"id": "b"}, "action": {"id": "a1", "type": "updateCard", "date": "2026-11-02T10:00:00.000Z",
  "memberCreator": {"fullName": "Ella Novak"}, "data": {"card": {"id": "c1"}, "old": {"idList": "l1"},
  "listBefore": {"id": "l1", "name": "Doing"}, "listAfter": {"id": "l2", "name": "Shipped \\ud83d\\ude80"}}}}"""


async def test_a_report_is_trusted_by_its_signature_alone(stage: Any) -> None:
    url, tracker = "https://bot.example/hooks/trello", stage.tracker
    good = sign("playground-secret", REPORT, url)
    assert tracker.verify(REPORT, good, url)
    refused = [
        (REPORT + b" ", good, url),
        (REPORT, good, url + "/"),
        (REPORT, sign("another-secret", REPORT, url), url),
        (REPORT, good[:-2], url),
        (REPORT, "", url),
        (REPORT, "nöt ascii \udcff", url),
    ]
    for body, signature, callback in refused:
        assert not tracker.verify(body, signature, callback), (signature, callback)


async def test_a_report_is_read_or_refused(stage: Any) -> None:
    tracker: Tracker = stage.tracker
    (move,) = tracker.read_moves(REPORT)
    assert (move.id, move.card_id, move.done, move.by) == ("a1", "c1", True, "Ella Novak")
    assert move.at == "2026-11-02T10:00:00.000Z"
    others = [
        b'{"action": {"type": "commentCard", "data": {"text": "listAfter"}}}',
        b'{"action": {"type": "updateCard", "data": {"old": {"pos": 1}, "card": {"id": "c1"}}}}',
    ]
    for other in others:
        assert tracker.read_moves(other) == []
    garbage = [b"", b"[]", b"{}", b"\xff\xfe", b'{"action": 7}', b'{"action": {"type": "updateCard"', b"null"]
    broken = b'{"action": {"id": "a", "type": "updateCard", "data": {"listAfter": {"id": "l"}, "card": {"id": "c"}}}}'
    for body in [*garbage, broken, broken.replace(b'{"id": "l"}', b'"l"')]:
        with pytest.raises(ValueError, match=r"."):
            tracker.read_moves(body)


async def test_an_unknown_list_is_told_with_the_setting_to_change(connect: Any) -> None:
    for tracker in (connect(list_name="Nowhere"), memory.connect(list_name="Nowhere")):
        for call in (tracker.check(), tracker.create(card())):
            with pytest.raises(TellPerson, match=r"Nowhere.*Inbox.*TRELLO_LIST"):
                await call


async def test_a_text_is_read_replaced_and_commented_on_once(stage: Any) -> None:
    made = await stage.tracker.create(card())
    assert await stage.tracker.description(made.id) == "Safari 17.4\n\nleadhand:d1"
    await stage.tracker.describe(made.id, "Firefox\n\nleadhand:d1")
    assert await stage.tracker.description(made.id) == "Firefox\n\nleadhand:d1"
    for _ in range(2):
        await stage.tracker.comment(made.id, "edited since", "leadhand:d1:1.0:a")
    await stage.tracker.comment(made.id, "edited again", "leadhand:d1:1.0:b")
    assert await stage.comments(made.id) == [
        "edited since\n\nleadhand:d1:1.0:a",
        "edited again\n\nleadhand:d1:1.0:b",
    ]


async def test_texts_of_a_card_that_is_not_there(stage: Any) -> None:
    unknown = "0123456789abcdef01234567"
    assert await stage.tracker.description(unknown) is None
    for call in (stage.tracker.describe(unknown, "text"), stage.tracker.comment(unknown, "text", "marker:1")):
        with pytest.raises(TellPerson, match="gone"):
            await call
