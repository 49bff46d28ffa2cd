"""Showing how a draft stands, or telling its people elsewhere while its channel is closed to the bot."""

from __future__ import annotations

from pipelines.core.answers import tell_elsewhere
from pipelines.core.asks import Ask
from pipelines.core.chat import Closed, Filed, Words
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.changing import place_of
from pipelines.desk.desk import Desk
from pipelines.desk.showing import find, present, shown
from storage.drafts import DraftRow


async def show_or_tell(draft_id: str, ask: Ask, run: Run, desk: Desk, note: str = "") -> None:
    """Show in the thread how the draft stands; where that is closed, tell the asker, and show it once it is open.

    Never raises TellPerson: what was done is done, whoever can be told of it.
    """
    try:
        await keep_trying(run, "tell the thread", lambda: present(draft_id, desk, note))
        return
    except TellPerson as failure:
        closed = failure
    await keep_trying(run, "remember to show it", lambda: desk.drafts.note_shown(draft_id, shown=False))
    row = await find(draft_id, desk)
    reply = shown(row)
    said = reply if isinstance(reply, Filed | Closed) else Words(text=note or "The draft is open again.")
    asked = ask.model_copy(update={"place": place_of(row)})
    try:
        await tell_elsewhere(asked, run, desk.chat, said, closed)
    except TellPerson:
        return


async def show_again(row: DraftRow, run: Run, desk: Desk) -> None:
    """The channel is open again: show what could not be shown. Raises TellPerson where it still is not."""

    async def show() -> None:
        if row.preview_ts:
            await present(row.id, desk)
        else:
            now = await find(row.id, desk)
            await desk.drafts.note_preview(row.id, await desk.chat.post(place_of(now), shown(now), f"draft:{row.id}"))
        await desk.drafts.note_shown(row.id, shown=True)

    await keep_trying(run, "show it again", show)
