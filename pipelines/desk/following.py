"""Following an edit: an open draft is made anew in place, and the thread of a filed card is told once."""

from __future__ import annotations

from pipelines.core.asks import Ask
from pipelines.core.chat import CardBehind, SourceChange
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.changing import place_of, renew
from pipelines.desk.desk import Desk
from pipelines.desk.improving import improve
from pipelines.desk.showing import find, present_if_shown
from storage.drafts import DraftRow


async def follow_edit(draft_id: str, ts: str, ask: Ask, run: Run, desk: Desk, *, request: str | None = None) -> str:
    """Take an edit of message `ts` over to the draft; a word for the records.

    `request` is what the asker's own words are now, where it is they that were edited.
    """
    change = SourceChange(by=ask.user)
    made = await keep_trying(
        run, "make the draft anew", lambda: renew(draft_id, desk, change, key=ask.key, request=request)
    )
    if made["done"] == "same":
        return "known"
    if made["done"]:
        await keep_trying(run, "show the draft", lambda: present_if_shown(draft_id, desk))
        await improve_again(draft_id, made["digest"], ask, run, desk)
        return "revised"
    if made["state"] == "filed":
        await keep_trying(run, "tell the thread", lambda: tell_of_card(draft_id, ts, ask.user, desk))
        return "told"
    return "ignored"


async def improve_again(draft_id: str, digest: str, ask: Ask, run: Run, desk: Desk) -> None:
    """Have the model write the draft that was made anew, where there is one and no person has typed in it."""
    if await keep_trying(run, "who could improve it", lambda: _improver(draft_id, desk)):
        await improve(draft_id, digest, ask, run, desk)


async def _improver(draft_id: str, desk: Desk) -> str:
    row = await find(draft_id, desk)
    return "" if row.claim or row.hand else await desk.writer.ready()


async def tell_of_card(draft_id: str, ts: str, by: str, desk: Desk, *, deleted: bool = False) -> None:
    """Say in the thread, once for each message and kind of change, that the card has the earlier words."""
    row = await find(draft_id, desk)
    value = f"{row.id}:{ts}"
    reply = CardBehind(title=title_of(row), card_url=row.card_url, by=by, value=value, deleted=deleted)
    kind = "deleted" if deleted else "edited"
    await desk.chat.post(place_of(row), reply, key=f"{kind}:{value}")


def title_of(row: DraftRow) -> str:
    """What to call the draft or its card; its title may be forgotten."""
    tickets = row.body.get("tickets") or [{}]
    return str(tickets[0].get("title") or "the card")
