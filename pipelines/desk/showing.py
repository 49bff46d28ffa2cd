"""A draft as people see it: its preview, what stands there afterwards, and why a press came too late."""

from __future__ import annotations

from pipelines.core.asks import Place
from pipelines.core.chat import Closed, Filed, Preview, Reply, SourceChange
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.tickets import Draft
from pipelines.desk.desk import Desk
from storage.drafts import CLOSED, DraftRow

UNKNOWN = "I no longer have this draft. React with :ticket: to the message again and I will make a new one."


def preview(row: DraftRow, *, waiting: bool = True, note: str = "", improver: str = "") -> Preview:
    """The draft as it stands; `improver` names the model that is at work on a better one."""
    body = Draft.model_validate(row.body)
    return Preview(
        to=row.requested_by,
        run=row.ask_key,
        draft_id=row.id,
        digest=row.digest,
        ticket=body.tickets[0],
        questions=body.questions,
        engine=body.engine,
        improver=improver,
        requested_by=row.requested_by,
        note=note,
        change=SourceChange.model_validate(row.source_change["change"]) if row.source_change else None,
        waiting=waiting,
    )


async def find(draft_id: str, desk: Desk) -> DraftRow:
    """The draft. Raises TellPerson when there is none."""
    row = await desk.drafts.get(draft_id)
    if row is None:
        raise TellPerson(UNKNOWN)
    return row


async def why_not(draft_id: str, digest: str, desk: Desk) -> str:
    """Why a decision about this text of the draft came to nothing."""
    row = await desk.drafts.get(draft_id)
    if row is None:
        return UNKNOWN
    if row.state == "open" and row.digest != digest:
        return "This draft has changed since you saw it. Look at it once more, then press File."
    return {
        "open": "This draft is waiting; press File once more.",
        "filing": "This draft is being filed right now.",
        "filed": f"This is already filed: {row.card_url}",
        "discarded": "This draft was discarded. React with :ticket: to the message again for a new one.",
        "undone": "This card was taken back. React with :ticket: to the message again for a new draft.",
        "withdrawn": "This draft went with the message that it was made of.",
    }[row.state]


async def present(draft_id: str, desk: Desk, note: str = "", *, waiting: bool = True) -> None:
    """Show what the draft is now where its preview stands; repeating it does no harm.

    `waiting` is False where an open draft waits for nobody, since it is filed at once.

    Raises TryAgain while the preview is being posted: after a crash a press can be quicker than its draft.
    """
    row = await find(draft_id, desk)
    if not row.preview_ts:
        raise TryAgain("The draft is still being posted.")
    place, reply = Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts), shown(row, note, waiting=waiting)
    try:
        await desk.chat.update(place, row.preview_ts, reply)
    except TellPerson:
        # Somebody deleted that message: what became of the draft is said below.
        await desk.chat.post(place, reply, key=f"{row.state}:{row.id}:{row.digest}")


async def present_if_shown(draft_id: str, desk: Desk, note: str = "") -> None:
    """Show what the draft is now; whoever posts a preview that is still on its way sets it right there."""
    if (await find(draft_id, desk)).preview_ts:
        await present(draft_id, desk, note)


def shown(row: DraftRow, note: str = "", *, waiting: bool = True) -> Reply:
    """The reply that fits the draft's state."""
    body = Draft.model_validate(row.body)
    title = body.tickets[0].title or "the card"
    if row.state in {"open", "filing"}:
        return preview(row, waiting=waiting and row.state == "open", note=note)
    if row.state in CLOSED:
        undone, withdrawn = row.state == "undone", row.state == "withdrawn"
        return Closed(to=row.requested_by, title=title, by=row.closed_by, undone=undone, withdrawn=withdrawn)
    return Filed(
        to=row.requested_by,
        draft_id=row.id,
        title=title,
        card_url=row.card_url,
        list_name=row.list_name,
        by=row.filed_by,
        questions=body.questions,
        note=note,
    )
