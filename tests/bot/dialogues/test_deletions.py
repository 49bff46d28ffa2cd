"""A deleted message is forgotten: in the draft, in the answer, and in every byte of the database file."""

import secrets
from pathlib import Path
from typing import Any

import pytest

from bot.slack.listeners.events import hear
from tests.team import seen

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def drafted(team: Any, text: str = "") -> tuple[str, Any]:
    ts = await team.says("mira", text or team.report)
    await team.reacts("priya", ts)
    return ts, await team.hears(ts, team.order)


def holds(team: Any, nonce: str) -> list[str]:
    """The files of the bot's database that hold these letters anywhere."""
    data = Path(team.parts.settings.data)
    files = [path for path in sorted(data.iterdir()) if path.name.startswith("leadhand.db")]
    assert files
    return [path.name for path in files if nonce.encode() in path.read_bytes()]


async def forgotten(team: Any, nonce: str) -> None:
    async def gone() -> bool:
        return not holds(team, nonce)

    await team.until(gone, "no byte of it")


async def test_a_draft_whose_only_source_is_gone_is_withdrawn_to_the_last_byte(team: Any) -> None:
    nonce = f"zq{secrets.token_hex(6)}"
    ts, draft = await drafted(team, f"{team.report} with token {nonce}")
    await team.presses("priya", draft, "ticket_edit")
    await team.saves("priya", await team.modal("priya"), title=f"Export hangs for {nonce}")
    await team.hears(ts, f"Export hangs for {nonce}")
    await team.deletes("mira", ts)
    withdrawn = await team.hears(ts, "Draft withdrawn")
    assert withdrawn["ts"] == draft["ts"]
    assert nonce not in seen(withdrawn)
    await team.ended("amend.forget", "forgotten")
    await forgotten(team, nonce)
    await team.presses("priya", draft, "ticket_file")
    await team.whispers("priya", "went with the message")
    assert await team.cards_like(nonce) == []


async def test_a_draft_of_several_messages_goes_on_without_it(team: Any) -> None:
    nonce = f"zq{secrets.token_hex(6)}"
    ts = await team.says("mira", team.report)
    reply = await team.says("jonas", f"the same for the customer {nonce}, app version 3.9.1", thread=ts)
    await team.reacts("priya", ts)
    draft = await team.hears(ts, nonce)
    await team.deletes("jonas", reply)
    renewed = await team.hears(ts, "A message was deleted")
    assert renewed["ts"] == draft["ts"]
    assert nonce not in seen(renewed)
    assert team.order in seen(renewed)
    await team.ended("amend.forget", "forgotten")
    await forgotten(team, nonce)
    await team.presses("priya", renewed, "ticket_file")
    await team.hears(ts, "Filed")
    (card,) = await team.cards_like(team.order)
    assert nonce not in card["desc"]


async def test_a_filed_card_keeps_its_quote_until_somebody_takes_it_out(team: Any) -> None:
    nonce = f"zq{secrets.token_hex(6)}"
    ts = await team.says("mira", team.report)
    reply = await team.says("jonas", f"the same for the customer {nonce}, app version 3.9.1", thread=ts)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, nonce), "ticket_file")
    await team.hears(ts, "Filed")
    await team.deletes("jonas", reply)
    note = await team.hears(ts, "A message was deleted that")
    await team.ended("amend.forget", "forgotten")
    await forgotten(team, nonce)
    assert nonce in (await team.cards_like(team.order))[0]["desc"], "the card is the board's"

    await team.presses("priya", note, "ticket_unquote")
    done = await team.hears(ts, "quote of a deleted message is out of")
    assert done["ts"] == note["ts"]
    (card,) = await team.cards_like(team.order)
    assert nonce not in card["desc"]
    assert team.report in card["desc"]


async def test_a_deleted_request_takes_its_draft_and_its_answer_along(team: Any) -> None:
    nonce = f"zq{secrets.token_hex(6)}"
    ts = await team.says("priya", f"@leadhand ticket the login page hangs for {nonce} on Safari 17.4")
    await team.hears(ts, nonce)
    await team.deletes("priya", ts)
    await team.hears(ts, "Draft withdrawn")
    asked = await team.says("priya", f"@leadhand triage the login of {nonce}")
    await team.hears(asked)
    await team.deletes("priya", asked)
    await team.hears(asked, "took my answer back")
    await team.ended("amend.forget", "forgotten", at_least=2)
    await forgotten(team, nonce)


async def test_a_message_that_is_deleted_while_its_draft_is_made_leaves_none(team: Any) -> None:
    for _ in range(3):
        nonce = f"zq{secrets.token_hex(6)}"
        ts = await team.says("mira", f"{team.report} for {nonce}")
        await team.reacts("priya", ts)
        await team.deletes("mira", ts)
        await team.quiet()
        open_drafts = [row for row in await team.parts.drafts.in_state("open") if row.anchor_ts == ts]
        assert open_drafts == []
        assert all("ticket_file" not in str(m.get("blocks")) for m in await team.thread(ts))
        await forgotten(team, nonce)


async def test_a_mention_that_is_heard_after_its_deletion_is_not_worked_on(team: Any) -> None:
    ts = await team.says("priya", "hello all")
    await team.quiet()
    await team.deletes("priya", ts)
    await team.ended("amend.forget", "ignored")
    before = len(await team.messages())
    said = {"type": "message", "channel": team.channel, "channel_type": "channel", "user": "U0PRIYA", "ts": ts}
    late = {"team_id": "T0LARKSPUR", "event": {**said, "text": f"<@{team.bot}> help", "event_ts": ts}}
    await hear(team.process._front, late)
    await team.ended("help.help", "ignored")
    assert len(await team.messages()) == before


async def test_a_card_whose_only_message_is_deleted_still_has_a_name_in_its_thread(team: Any) -> None:
    ts = await team.says("mira", team.report)
    await team.reacts("priya", ts)
    await team.presses("priya", await team.hears(ts, team.order), "ticket_file")
    await team.hears(ts, "Filed")
    await team.deletes("mira", ts)
    await team.hears(ts, "|the card>")
    await team.ended("amend.forget", "forgotten")
    assert all("|>" not in str(m) for m in await team.thread(ts))
