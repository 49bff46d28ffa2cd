"""An edited message: its draft follows in place, its answer is amended, its card is changed by a press alone."""

from typing import Any

import pytest

from tests.team import buttons, seen

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drafted(team: Any) -> tuple[str, Any]:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    return ts, await team.hears(ts, team.order)


async def test_the_draft_follows_in_place_and_the_old_button_files_nothing(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.edits("mira", ts, team.report.replace("Safari 17.4", "Firefox 131.0"))
    renewed = await team.hears(ts, "Updated after an edit by <@U0MIRA>")
    assert renewed["ts"] == draft["ts"], "in place"
    assert "Firefox 131.0" in seen(renewed)
    assert "Safari" not in seen(renewed)
    assert "title" in seen(renewed).partition("Updated after")[2]

    await team.presses("priya", draft, "ticket_file")
    await team.whispers("priya", "has changed since you saw it")
    assert await team.cards_like(team.order) == []

    await team.presses("priya", renewed, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert "Firefox 131.0" in card["desc"]
    assert "Safari" not in card["desc"]


async def test_what_a_person_typed_stays_until_they_let_it_go(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.presses("priya", draft, "ticket_edit")
    await team.saves("priya", await team.modal("priya"), title="Export spins for ever, says Priya")
    await team.hears(ts, "says Priya")
    await team.edits("mira", ts, team.report.replace("Safari 17.4", "Firefox 131.0"))
    renewed = await team.hears(ts, "Updated after an edit")
    assert "says Priya" in seen(renewed)
    assert "Firefox 131.0" in seen(renewed)
    assert "Kept as people typed them: title" in seen(renewed)

    await team.presses("priya", renewed, "ticket_redraft")
    await team.until(lambda: lacks(team, ts, "says Priya"), "the draft without what was typed")


async def lacks(team: Any, ts: str, text: str) -> bool:
    said = await team.thread(ts)
    return bool(said) and text not in seen(said[-1])


async def test_unfurls_replies_and_other_messages_change_nothing(team: Any) -> None:
    ts, draft = await drafted(team)
    other = await team.says("jonas", "the coffee machine is broken", thread=ts)
    await team.edits("jonas", other, "the coffee machine works again")
    await team.quiet()
    (still,) = await team.thread(ts)
    assert seen(still) == seen(draft)


async def test_an_edit_that_leaves_nothing_to_file_says_so(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.edits("mira", ts, "ok")
    told = await team.hears(ts, "I see nothing to file here any more")
    assert told["ts"] == draft["ts"]
    await team.presses("priya", draft, "ticket_file")
    await team.whispers("priya", "has changed since you saw it")


async def test_a_filed_card_is_told_of_once_and_changed_by_a_press_alone(team: Any) -> None:
    ts, draft = await drafted(team)
    await team.presses("priya", draft, "ticket_file")
    await team.hears(ts, "Filed")
    await team.edits("mira", ts, team.report + " and on Edge 130.0")
    note = await team.hears(ts, "was made of")
    await team.edits("mira", ts, team.report + " and on Edge 131.0")
    await team.quiet()
    assert len(await team.thread(ts)) == 2, "one note, however often it is edited"
    (card,) = await team.cards_like(team.order)
    assert "Edge" not in card["desc"]

    await team.presses("tomas", note, "ticket_comment")
    done = await team.hears(ts, "The new words are a comment on")
    assert done["ts"] == note["ts"]
    (said,) = await team.comments(card)
    assert "Edge 131.0" in said
    assert "added by" in said


async def test_the_request_itself_is_edited(team: Any) -> None:
    ts = await team.says("priya", f"@leadhand ticket the login page of order {team.order} hangs on Safari 17.4")
    draft = await team.hears(ts, team.order)
    await team.edits("priya", ts, f"@leadhand ticket the login page of order {team.order} hangs on Firefox 131.0")
    renewed = await team.hears(ts, "Firefox 131.0")
    assert renewed["ts"] == draft["ts"], [seen(m)[:300] for m in await team.thread(ts)]
    assert "Safari" not in seen(renewed)


async def test_the_answer_to_an_edited_question_takes_the_place_of_the_first(team: Any) -> None:
    ts = await team.says("priya", "@leadhand solve the riddle")
    answer = await team.hears(ts, "cannot solve")
    await team.edits("priya", ts, "@leadhand help")
    amended = await team.hears(ts, "Updated after your edit")
    assert amended["ts"] == answer["ts"]
    assert "What I can do" in seen(amended)
    await team.edits("priya", ts, "@leadhand help")
    await team.quiet()
    assert len(await team.thread(ts)) == 1


async def test_an_edit_that_adds_the_mention_is_an_ask(team: Any) -> None:
    ts = await team.says("priya", "what can you do?")
    await team.quiet()
    assert await team.thread(ts) == []
    await team.edits("priya", ts, "@leadhand help")
    await team.hears(ts, "What I can do")
    await team.quiet()
    assert len(await team.thread(ts)) == 1


async def test_an_edit_that_is_heard_before_its_message_is_one_ask(team: Any) -> None:
    ts = await team.says("priya", "@leadhand solve it")
    await team.edits("priya", ts, "@leadhand help")
    await team.control("redeliver", last=True, new_event_id=True)
    await team.quiet()
    (said,) = await team.thread(ts)
    assert "What I can do" in seen(said)
    assert not buttons(said)
