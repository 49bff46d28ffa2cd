"""Hears that a message changed: its draft follows an edit, a deletion is forgotten, a reaction taken back ends it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping

from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import CardCaughtUp, SourceChange
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.changing import asking_message, place_of, renew, sources_of
from pipelines.desk.desk import Desk
from pipelines.desk.following import follow_edit, title_of
from pipelines.desk.forgetting import forget, forget_channel
from pipelines.desk.reaching import show_again
from pipelines.desk.showing import find, present
from pipelines.desk.taking_back import take_back
from pipelines.drafting.card import neutralised
from pipelines.drafting.unquoting import without_message, without_request
from storage.drafts import DraftRow

HELP = (
    "*Changes* — edit a message and its draft follows; delete it and I forget it, with what I made of it; "
    "take your :ticket: back and its unfiled draft goes."
)
TRIGGERS = Triggers(
    unreactions={"ticket": "take_back"},
    changes={"edit": "follow", "deletion": "forget", "opened": "reopen", "gone": "forget_channel"},
    buttons={"ticket_redraft": "redraft", "ticket_comment": "comment", "ticket_unquote": "unquote"},
)

GONE = "That message is gone, so there is nothing to add."


async def run(ask: Ask, run: Run, *, desk: Desk) -> Outcome:
    """Do what `ask.verb` says. Raises TellPerson with the words to answer, to whoever pressed a button."""
    if ask.verb in PRESSED:
        return await PRESSED[ask.verb](ask, run, desk)
    try:
        return await HEARD[ask.verb](ask, run, desk)
    except TellPerson as failure:
        # Nobody asked for anything: a change in a place that is closed to the bot is no news to anybody.
        return Outcome(word="unreachable", reason=failure.words)


async def follow(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Follow an edit in the thread's memory and in everything that was made of the message."""

    async def made_of_it() -> list[str]:
        place = ask.place
        talk = await desk.chat.read(place, ask.ts)
        if talk.focus is not None:
            await desk.threads.edit(place.team, place.channel, ask.ts, talk.focus.text)
        root = talk.place.thread_ts or place.thread_ts
        rows = await desk.drafts.of_thread(place.team, place.channel, root)
        return [row.id for row in rows if any(message.ts == ask.ts for message in sources_of(row))]

    drafts = await keep_trying(run, "what was made of it", made_of_it)
    words = [await follow_edit(draft_id, ask.ts, ask, run, desk) for draft_id in drafts]
    return Outcome(word=words[-1] if words else "ignored", reason=" ".join(drafts))


async def reopen(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """The bot may speak in a channel again: show there what could not be shown."""

    async def waiting() -> list[str]:
        rows = await desk.drafts.of_channel(ask.place.team, ask.place.channel, unshown=True)
        return [row.id for row in rows]

    drafts = await keep_trying(run, "what waits", waiting)
    for draft_id in drafts:
        await show_again(await find(draft_id, desk), run, desk)
    return Outcome(word="shown" if drafts else "ignored", reason=" ".join(drafts))


async def redraft(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Make the draft anew from its messages alone, without what people typed: the presser saw both and chose."""
    draft_id, _, _ = ask.value.partition(":")
    change = SourceChange(by=ask.user)
    made = await keep_trying(run, "make the draft anew", lambda: renew(draft_id, desk, change, key=ask.key, anew=True))
    await keep_trying(run, "show the draft", lambda: present(draft_id, desk))
    return Outcome(word="revised" if made["done"] else "known", reason=draft_id)


# --- a filed card catches up -----------------------------------------------------------------------------------


async def comment(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Put the message as it reads now under the card, as a comment."""

    async def add(row: DraftRow, ts: str) -> None:
        talk = await desk.chat.read(place_of(row), ts)
        if talk.focus is None:
            raise TellPerson(GONE)
        said = talk.focus
        name = await desk.chat.name(place_of(row), ask.user)
        source = f"[A message]({said.permalink})" if said.permalink else "A message"
        quote = "\n".join(f"> {line}" for line in neutralised(said.text).splitlines())
        version = hashlib.sha256(said.text.encode()).hexdigest()[:8]
        words = f"{source} that this card was made of was edited; added by {name}:\n\n{quote}"
        await desk.tracker.comment(row.card_id, words, f"leadhand:{row.id}:{ts}:{version}")

    return await _catch_up(ask, run, desk, "card.comment", add)


async def unquote(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Take the quote of a deleted message out of the card's description."""

    async def take_out(row: DraftRow, ts: str) -> None:
        text = await desk.tracker.description(row.card_id)
        if text is None:
            raise TellPerson("That card is gone from the board.")
        asked = ts in {asking_message(row.ask_key), asking_message(row.anchor_ts)}
        cleaned = without_request(text) if asked else without_message(text, ts)
        if cleaned != text:
            await desk.tracker.describe(row.card_id, cleaned)

    return await _catch_up(ask, run, desk, "card.unquote", take_out, deleted=True)


async def _catch_up(
    ask: Ask,
    run: Run,
    desk: Desk,
    action: str,
    act: Callable[[DraftRow, str], Awaitable[None]],
    *,
    deleted: bool = False,
) -> Outcome:
    if not desk.filing.allows(ask.user):
        raise TellPerson("Only the people named in LEADHAND_APPROVERS may change cards here.")
    draft_id, _, ts = ask.value.partition(":")

    async def change() -> None:
        row = await find(draft_id, desk)
        await act(row, ts)
        await desk.audit.record(actor=ask.user, action=action, target=row.card_url, outcome="done", key=ask.key)

    async def show() -> None:
        row = await find(draft_id, desk)
        reply = CardCaughtUp(title=title_of(row), card_url=row.card_url, by=ask.user, deleted=deleted)
        await desk.chat.update(ask.place, ask.ts, reply)

    await keep_trying(run, "change the card", change)
    await keep_trying(run, "show it", show)
    return Outcome(word="revised", reason=draft_id)


Verb = Callable[[Ask, Run, Desk], Awaitable[Outcome]]
HEARD: Mapping[str, Verb] = {
    "follow": follow,
    "forget": forget,
    "take_back": take_back,
    "reopen": reopen,
    "forget_channel": forget_channel,
}
PRESSED: Mapping[str, Verb] = {"redraft": redraft, "comment": comment, "unquote": unquote}
