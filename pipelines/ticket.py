"""Turns a chat message into a reviewed card: draft, preview, edit, file, undo, and news when the card moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipelines.core.answers import answer, tell_elsewhere
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.boards import Card, NewCard
from pipelines.core.chat import Words
from pipelines.core.errors import TellPerson, TryAgain, Unsayable
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import Draft
from pipelines.desk.carrying import carry
from pipelines.desk.changing import asking_message
from pipelines.desk.desk import Desk
from pipelines.desk.editing import revise
from pipelines.desk.ending import show_ended
from pipelines.desk.following import follow_edit, title_of
from pipelines.desk.improving import improve
from pipelines.desk.opening import FILING_NOW, make, post
from pipelines.desk.reaching import show_or_tell
from pipelines.desk.showing import find, present, why_not
from pipelines.drafting.card import card_text
from storage.drafts import DraftRow, State

HELP = (
    "*Tickets* — react to a message with :ticket:, choose *Make a ticket* in its menu, or write "
    "`@leadhand file this` in its thread: "
    "I draft a card from the thread and you press File, Edit or Discard.\n"
    "`/ticket TEXT` or `@leadhand ticket TEXT` — the same from your own words."
)
FILE_WORDS = (
    "ticket",
    "file this",
    "file it",
    "file that",
    "file a ticket",
    "file ticket",
    "file a card",
    "file a bug",
    "create a ticket",
    "create a card",
    "open a ticket",
    "make a ticket",
    "make this a ticket",
)
TRIGGERS = Triggers(
    words=dict.fromkeys(FILE_WORDS, "draft"),
    commands={"/ticket": "draft"},
    reactions={"ticket": "draft"},
    shortcuts={"ticket_from_message": "draft"},
    buttons={"ticket_file": "file", "ticket_discard": "discard", "ticket_undo": "undo"},
    forms={"ticket_edit": "revise", "ticket_new": "draft"},
)
# Until it is posted and while a model improves it; what goes on the board is not left half done.
STOPPABLE = frozenset({"draft"})
WAITS = "I made the draft, and it waits. I post it in its thread as soon as I am back there; nothing is lost."


async def ended(ask: Ask, run: Run, words: str, *, desk: Desk) -> bool:
    """Show on the draft that nothing more comes; False where there is none."""
    return await show_ended(ask, run, words, desk)


async def run(ask: Ask, run: Run, *, desk: Desk) -> Outcome:
    """Do what `ask.verb` says. Raises TellPerson with the words to answer."""
    return await VERBS[ask.verb](ask, run, desk)


# --- a message becomes a draft ---------------------------------------------------------------------------------


async def draft(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Make the draft of a message or of the asker's words, and show it; file it at once where that is the setting."""
    made = await keep_trying(run, "draft", lambda: make(ask, desk))
    if "amended" in made:
        return await _amend(made["amended"], ask, run, desk)
    if "draft" not in made:
        return await _decline(ask, run, desk, Outcome(**made))
    try:
        posted = await keep_trying(run, "post the draft", lambda: post(made["draft"], desk))
    except Unsayable:
        raise
    except TellPerson as closed:
        return await _wait_for_the_channel(made["draft"], closed, ask, run, desk)
    at_once = bool(posted["at_once"])
    digest = posted["digest"]
    if posted["improver"]:
        digest = await improve(made["draft"], digest, ask, run, desk, note=FILING_NOW if at_once else "")
    if at_once:
        return await _file(made["draft"], digest, ask, run, desk)
    return Outcome(word="drafted", reason=made["draft"])


async def _wait_for_the_channel(draft_id: str, closed: TellPerson, ask: Ask, run: Run, desk: Desk) -> Outcome:
    """The channel is closed to the bot: the draft waits, and is posted when it opens again."""
    row = await find(draft_id, desk)
    await keep_trying(run, "remember to show it", lambda: desk.drafts.note_shown(draft_id, shown=False))
    await tell_elsewhere(ask, run, desk.chat, Words(text=WAITS, quote=title_of(row)), closed)
    return Outcome(word="waits", reason=draft_id)


async def _amend(draft_id: str, ask: Ask, run: Run, desk: Desk) -> Outcome:
    """The asker edited the words that a draft was asked for with."""
    word = await follow_edit(draft_id, asking_message(ask.amends), ask, run, desk, request=ask.text)
    return Outcome(word=word, reason=draft_id)


async def _decline(ask: Ask, run: Run, desk: Desk, outcome: Outcome) -> Outcome:
    silent = not ask.reply_url and (outcome.word == "ignored" or (outcome.word == "known" and not ask.openly))
    if not silent:
        await answer(ask, run, desk.chat, Words(text=outcome.reason))
    return outcome


# --- a person decides ------------------------------------------------------------------------------------------


def approval(row: DraftRow) -> str:
    """What a button carries: the draft and the text that it was shown with."""
    return f"{row.id}:{row.digest}"


async def file(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Put the approved draft on the board."""
    draft_id, _, digest = ask.value.partition(":")
    return await _file(draft_id, digest, ask, run, desk)


async def _file(draft_id: str, digest: str, ask: Ask, run: Run, desk: Desk) -> Outcome:
    refusal = await keep_trying(run, "approve", lambda: _claim(draft_id, digest, ask, desk))
    if refusal:
        await answer(ask.model_copy(update={"openly": False}), run, desk.chat, Words(text=refusal))
        return Outcome(word="refused", reason=refusal)
    tell_trouble = _teller(draft_id, run, desk)
    try:
        made = await keep_trying(run, "create the card", lambda: _create(draft_id, ask.user, desk), tell_trouble)
    except TellPerson as failure:
        await _hand_back(draft_id, f"Not filed. {failure.words}", ask, run, desk)
        return Outcome(word="not filed", reason=failure.words)
    except Exception:
        # A bug: whoever reads of it must be able to press File again.
        await _hand_back(draft_id, "Not filed: something broke on my side.", ask, run, desk)
        raise
    card = Card.model_validate(made)
    await keep_trying(run, "link the card", lambda: _link(draft_id, card, ask.user, desk))
    await show_or_tell(draft_id, ask, run, desk)
    await carry(draft_id, card, ask, run, desk)
    return Outcome(word="filed", reason=card.url)


def _teller(draft_id: str, run: Run, desk: Desk) -> Callable[[TryAgain], Awaitable[None]]:
    """Says on the draft why it takes long."""

    async def tell(trouble: TryAgain) -> None:
        note = f"{trouble.words} I keep trying; nothing is lost."
        await run.step("say why it takes long", lambda: present(draft_id, desk, note))

    return tell


async def _claim(draft_id: str, digest: str, ask: Ask, desk: Desk) -> str:
    """Empty when this ask holds the draft now; else why not, in words."""
    if not desk.filing.allows(ask.user):
        return "Only the people named in LEADHAND_APPROVERS may file here; ask one of them to press File."
    if await desk.drafts.move(draft_id, frm={"open"}, to="filing", claim=ask.key, expected_digest=digest):
        return ""
    return await why_not(draft_id, digest, desk)


async def _create(draft_id: str, user: str, desk: Desk) -> dict[str, Any]:
    row = await find(draft_id, desk)
    ticket = Draft.model_validate(row.body).tickets[0]
    place = Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts)
    marker = f"leadhand:{row.id}"
    text = card_text(
        ticket,
        request=row.request,
        requested_by=await desk.chat.name(place, row.requested_by),
        link=await desk.chat.permalink(place, row.preview_ts),
        marker=marker,
    )
    card = await desk.tracker.create(
        NewCard(name=ticket.title, description=text, marker=marker, labels=(ticket.type, *ticket.labels))
    )
    await desk.audit.record(actor=user, action="card.create", target=card.url, outcome="done", key=row.id)
    return card.model_dump(mode="json")


async def _link(draft_id: str, card: Card, user: str, desk: Desk) -> None:
    row = await find(draft_id, desk)
    await desk.links.add(
        card_id=card.id,
        draft_id=row.id,
        team=row.team,
        channel=row.channel,
        thread_ts=row.thread_ts or row.preview_ts,
        card_url=card.url,
        title=card.name,
    )
    await desk.drafts.move(
        draft_id,
        frm={"filing"},
        to="filed",
        card_id=card.id,
        card_url=card.url,
        list_name=card.list_name,
        filed_by=user,
    )


async def _hand_back(draft_id: str, words: str, ask: Ask, run: Run, desk: Desk) -> None:
    await keep_trying(run, "hand the draft back", lambda: desk.drafts.move(draft_id, frm={"filing"}, to="open"))
    await show_or_tell(draft_id, ask, run, desk, note=words)


async def discard(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Let a draft go."""
    return await _close(ask, run, desk, frm="open", to="discarded")


async def undo(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Take a filed card off the board again."""
    return await _close(ask, run, desk, frm="filed", to="undone")


async def _close(ask: Ask, run: Run, desk: Desk, *, frm: State, to: State) -> Outcome:
    draft_id, _, digest = ask.value.partition(":")

    async def close() -> str:
        if not desk.filing.allows(ask.user):
            return "Only the people named in LEADHAND_APPROVERS may decide about drafts here."
        row = await find(draft_id, desk)
        if to == "undone" and row.state == "filed":
            await desk.tracker.archive(row.card_id)
            await desk.audit.record(
                actor=ask.user, action="card.archive", target=row.card_url, outcome="done", key=row.id
            )
        if await desk.drafts.move(draft_id, frm={frm}, to=to, claim=ask.key, closed_by=ask.user, closed_at=ask.at):
            return ""
        return await why_not(draft_id, digest, desk)

    refusal = await keep_trying(run, to, close, _teller(draft_id, run, desk))
    if refusal:
        await answer(ask, run, desk.chat, Words(text=refusal))
        return Outcome(word="refused", reason=refusal)
    await show_or_tell(draft_id, ask, run, desk)
    return Outcome(word=to, reason=draft_id)


VERBS: Mapping[str, Callable[[Ask, Run, Desk], Awaitable[Outcome]]] = {
    "draft": draft,
    "file": file,
    "discard": discard,
    "undo": undo,
    "revise": revise,
}
