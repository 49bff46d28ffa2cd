"""A deleted message is forgotten, with what was made of it: drafts, answers, records of the work."""

from __future__ import annotations

import functools
from typing import Any

from pipelines.core.answers import blank_parts, tell_elsewhere
from pipelines.core.asks import Ask, Outcome, Place
from pipelines.core.chat import SourceChange, Words
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import Draft
from pipelines.desk.changing import asking_message, emptied, renew, sources_of
from pipelines.desk.desk import Desk
from pipelines.desk.following import tell_of_card
from pipelines.desk.showing import find, present_if_shown
from storage.drafts import DraftRow

TAKEN_BACK = "_The message that this answered was deleted, so I took my answer back._"

WITHDRAWN = "The draft that you asked for went with its messages."


async def forget(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Forget message `ask.ts`. What people see goes first, the records then, once nothing works with them any more."""
    found = await keep_trying(run, "what was made of it", lambda: _find(ask, desk))
    for draft_id in found["drafts"]:
        await _forget_in_draft(draft_id, ask, run, desk)
    await keep_trying(run, "forget the message", lambda: _forget_message(ask, desk))
    for key in found["own"]:
        await keep_trying(run, "take the answer back", functools.partial(_take_back, key, ask.place, desk))
    await keep_trying(run, "forget the words", lambda: _scrub(found, desk))
    await keep_trying(run, "forget the work", lambda: _forget_work(found, run, desk))
    return Outcome(word="forgotten" if found["drafts"] or found["own"] else "ignored", reason="")


async def forget_channel(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """A channel was deleted with all its messages: forget what was made of them; whoever waits for a draft is told."""
    place = ask.place

    async def made_there() -> dict[str, str]:
        return {row.id: row.state for row in await desk.drafts.of_channel(place.team, place.channel)}

    drafts = await keep_trying(run, "what was made there", made_there)
    await keep_trying(run, "forget the messages", lambda: desk.threads.forget_channel(place.team, place.channel))
    for draft_id, state in drafts.items():
        closed = await keep_trying(run, "withdraw the draft", functools.partial(_empty, draft_id, desk))
        if state == "open":
            asker = ask.model_copy(update={"user": closed["asked_by"], "key": f"{ask.key}:{draft_id}"})
            await _tell_asker(asker, run, desk)
    found = await keep_trying(run, "what arrived there", lambda: _arrived(place, desk))
    await keep_trying(run, "forget the words", lambda: _scrub(found, desk))
    await keep_trying(run, "forget the work", lambda: _forget_work(found, run, desk))
    return Outcome(word="forgotten" if drafts else "ignored", reason="")


async def _empty(draft_id: str, desk: Desk) -> dict[str, str]:
    row = await find(draft_id, desk)
    if row.state == "filing":
        raise TryAgain("This draft is being filed right now.", sure=True)
    await desk.drafts.move(draft_id, frm={"open"}, to="withdrawn")
    body = emptied(row)
    made = body.model_dump(mode="json")
    await desk.drafts.rewrite(draft_id, made, body.tickets[0].digest, request="", source_change={})
    await desk.traces.rename_card(draft_id, "the card")
    return {"asked_by": row.requested_by}


async def _tell_asker(asker: Ask, run: Run, desk: Desk) -> None:
    try:
        await tell_elsewhere(asker, run, desk.chat, Words(text=WITHDRAWN), TellPerson("The channel was deleted."))
    except TellPerson:
        return


async def _arrived(place: Place, desk: Desk) -> dict[str, Any]:
    keys = await desk.traces.of_channel(place.team, place.channel)
    return {"own": keys, "forms": [], "work": keys, "awaited": keys}


async def _find(ask: Ask, desk: Desk) -> dict[str, Any]:
    place, ts = ask.place, ask.ts
    roots = {place.thread_ts, await desk.threads.root_of(place.team, place.channel, ts)}
    roots = {ts, *roots, await desk.traces.root_of(place.team, place.channel, ts)} - {""}
    rows = [row for root in sorted(roots) for row in await desk.drafts.of_thread(place.team, place.channel, root)]
    drafts = [row.id for row in rows if _is_made_of(row, ts)]
    traces = await desk.traces.of_message(place.team, place.channel, ts, roots, drafts)
    return {
        "drafts": drafts,
        "own": [trace.key for trace in traces if trace.own],
        "forms": [trace.key for trace in traces if trace.kind == "form"],
        "work": [trace.key for trace in traces if trace.key != ask.key],
        "awaited": [trace.key for trace in traces if trace.kind != "deletion"],
    }


def _is_made_of(row: DraftRow, ts: str) -> bool:
    asked = {row.anchor_ts, asking_message(row.ask_key), asking_message(row.anchor_ts)}
    return ts in asked or any(message.ts == ts for message in sources_of(row))


async def _forget_in_draft(draft_id: str, ask: Ask, run: Run, desk: Desk) -> None:
    change = SourceChange(by=ask.user, deleted=True)
    made = await keep_trying(run, "make the draft anew", lambda: renew(draft_id, desk, change, key=ask.key))
    if not made["done"]:
        await keep_trying(run, "forget it in what is kept", lambda: _rewrite(draft_id, ask.ts, desk))
    if made["state"] == "filed":
        await keep_trying(run, "tell the thread", lambda: tell_of_card(draft_id, ask.ts, ask.user, desk, deleted=True))
    await keep_trying(run, "show the draft", lambda: present_if_shown(draft_id, desk))


async def _rewrite(draft_id: str, ts: str, desk: Desk) -> None:
    """A draft that is decided about: what is kept of it, without the message. The card is the board's."""
    row = await find(draft_id, desk)
    left = tuple(message for message in sources_of(row) if message.ts != ts)
    request = "" if ts in {asking_message(row.ask_key), asking_message(row.anchor_ts)} else row.request
    made = desk.compose(left, None, request or None) if left or request else None
    body: Draft = made if made is not None and made.action == "draft" else emptied(row)
    ticket = body.tickets[0]
    await desk.drafts.rewrite(row.id, body.model_dump(mode="json"), ticket.digest, request=request, source_change={})
    await desk.traces.rename_card(row.id, ticket.title or "the card")


async def _forget_message(ask: Ask, desk: Desk) -> None:
    await desk.threads.forget(ask.place.team, ask.place.channel, ask.ts)


async def _take_back(key: str, place: Place, desk: Desk) -> None:
    if await desk.traces.unfinished([key]):
        raise TryAgain("The answer is still being made.", sure=True)
    ts = await desk.chat.posted(f"answer:{key}")
    if not ts:
        return
    try:
        await desk.chat.update(place, ts, Words(text=TAKEN_BACK))
        await blank_parts(desk.chat, place, f"answer:{key}")
    except TellPerson:
        return


async def _scrub(found: dict[str, Any], desk: Desk) -> None:
    keys = [*found["own"], *found["forms"]]
    if await desk.traces.unfinished(keys):
        raise TryAgain("These words are still being worked with.", sure=True)
    await desk.traces.scrub(keys)


async def _forget_work(found: dict[str, Any], run: Run, desk: Desk) -> None:
    """The engine's records go when the work is over; what works on may still need them."""
    left = await run.forget(found["work"])
    await desk.traces.settle()
    if set(left) & set(found["awaited"]):
        raise TryAgain("Some of the work is still under way.", sure=True)
