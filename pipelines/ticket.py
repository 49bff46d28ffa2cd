"""Turns a chat message into a reviewed card: draft, preview, edit, file, undo, and news when the card moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.boards import Card, NewCard, Tracker
from pipelines.core.chat import Chat, Words
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import NOT_STATED, TEMPLATES, Draft, Message, Ticket, TicketType
from pipelines.desk.desk import Composer, Desk, Filing, Writer
from pipelines.desk.improving import improve
from pipelines.desk.showing import find, present, preview, why_not
from pipelines.drafting.card import card_text
from storage.audit import Audit
from storage.drafts import DraftRow, Drafts, State
from storage.links import Links
from storage.threads import StoredMessage, Threads

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
    forms={"ticket_edit": "revise"},
)

NOTHING_HERE = (
    "I see nothing to file here. Write `@leadhand file this` in the thread of the message, react to the message "
    "with :ticket:, or tell me in your own words: `@leadhand ticket TEXT`."
)
FILING_NOW = "Filing this now."
GONE = "That message is gone, so there is nothing to file. If it was deleted by mistake, post it again and react to it."


async def run(
    ask: Ask,
    run: Run,
    *,
    chat: Chat,
    tracker: Tracker,
    drafts: Drafts,
    links: Links,
    threads: Threads,
    audit: Audit,
    filing: Filing,
    compose: Composer,
    writer: Writer,
) -> Outcome:
    """Do what `ask.verb` says. Raises TellPerson with the words to answer."""
    desk = Desk(chat, tracker, drafts, links, threads, audit, filing, compose, writer)
    return await VERBS[ask.verb](ask, run, desk)


# --- a message becomes a draft ---------------------------------------------------------------------------------


async def draft(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Make the draft of a message or of the asker's words, and show it; file it at once where that is the setting."""
    made = await keep_trying(run, "draft", lambda: _make(ask, desk))
    if "draft" not in made:
        return await _decline(ask, run, desk, Outcome(**made))
    at_once = _files_at_once(ask, desk)
    posted = await keep_trying(run, "post the draft", lambda: _post(made["draft"], desk))
    digest = posted["digest"]
    if posted["improver"]:
        digest = await improve(made["draft"], digest, ask, run, desk, note=FILING_NOW if at_once else "")
    if at_once:
        return await _file(made["draft"], digest, ask, run, desk)
    return Outcome(word="drafted", reason=made["draft"])


def _files_at_once(ask: Ask, desk: Desk) -> bool:
    return desk.filing.direct and desk.filing.allows(ask.user)


async def _make(ask: Ask, desk: Desk) -> dict[str, str]:
    """The id of the draft, or an Outcome as a dict: safe to repeat, since the draft's key is the message's."""
    messages: tuple[Message, ...] = ()
    place, focus = ask.place, ""
    if ask.ts:
        talk = await desk.chat.read(ask.place, ask.ts)
        if talk.by_bot:
            return {"word": "ignored", "reason": "That message is my own; I make tickets of what people write."}
        if talk.focus is None and not ask.openly:
            return {"word": "gone", "reason": GONE}
        place, messages, focus = talk.place, talk.messages, talk.focus.ts if talk.focus else ""
        await _remember(place, messages, desk)
    if not messages and not ask.text:
        return {"word": "asked", "reason": NOTHING_HERE}
    result = desk.compose(messages, focus or None, ask.text or None)
    if result.action != "draft":
        return {"word": result.action, "reason": " ".join([result.reason, *result.questions]).strip()}
    return await _open(ask, place, result, desk)


async def _remember(place: Place, messages: tuple[Message, ...], desk: Desk) -> None:
    rows = [StoredMessage(ts=m.ts, user=m.user, name=m.name, text=m.text, permalink=m.permalink) for m in messages]
    await desk.threads.remember(place.team, place.channel, place.thread_ts, rows)


async def _open(ask: Ask, place: Place, result: Draft, desk: Desk) -> dict[str, str]:
    anchor = ask.ts or ask.key
    key = f"{place.team}:{place.channel}:{anchor}:ticket"
    while (old := await desk.drafts.by_key(key)) and old.state in {"discarded", "undone"}:
        if ask.at <= old.updated_at.timestamp() and old.ask_key != ask.key:
            return {"word": "ignored", "reason": "Asked before the earlier draft of this message was closed."}
        key += "+"
    row, _ = await desk.drafts.open(
        key=key,
        team=place.team,
        channel=place.channel,
        thread_ts=place.thread_ts,
        anchor_ts=anchor,
        requested_by=ask.user,
        request=ask.text,
        body=result.model_dump(mode="json"),
        digest=result.tickets[0].digest,
        ask_key=ask.key,
    )
    if row.ask_key != ask.key:
        return {"word": "known", "reason": _already(row)}
    return {"draft": row.id}


def _already(row: DraftRow) -> str:
    if row.state == "filed":
        return f"This is already on the board: {row.card_url}"
    return "There is already a draft of this in the thread: press File, Edit or Discard there."


async def _decline(ask: Ask, run: Run, desk: Desk, outcome: Outcome) -> Outcome:
    silent = not ask.reply_url and (outcome.word == "ignored" or (outcome.word == "known" and not ask.openly))
    if not silent:
        await answer(ask, run, desk.chat, Words(text=outcome.reason))
    return outcome


async def _post(draft_id: str, desk: Desk) -> dict[str, str]:
    row = await find(draft_id, desk)
    waiting = not (desk.filing.direct and desk.filing.allows(row.requested_by))
    improver = await desk.writer.ready()
    shown = preview(row, waiting=waiting, note="" if waiting else FILING_NOW, improver=improver)
    place = Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts)
    ts = await desk.chat.post(place, shown, key=f"draft:{row.id}")
    await desk.drafts.note_preview(row.id, ts)
    return {"ts": ts, "digest": row.digest, "improver": improver}


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
        await _hand_back(draft_id, f"Not filed. {failure.words}", run, desk)
        return Outcome(word="not filed", reason=failure.words)
    except Exception:
        # A bug: whoever reads of it must be able to press File again.
        await _hand_back(draft_id, "Not filed: something broke on my side.", run, desk)
        raise
    card = Card.model_validate(made)
    await keep_trying(run, "link the card", lambda: _link(draft_id, card, ask.user, desk))
    await keep_trying(run, "tell the thread", lambda: present(draft_id, desk))
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
        requested_by=await desk.chat.name(row.requested_by),
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


async def _hand_back(draft_id: str, words: str, run: Run, desk: Desk) -> None:
    async def hand_back() -> None:
        await desk.drafts.move(draft_id, frm={"filing"}, to="open")
        await present(draft_id, desk, words)

    await keep_trying(run, "hand the draft back", hand_back)


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
        if await desk.drafts.move(draft_id, frm={frm}, to=to, claim=ask.key, closed_by=ask.user):
            return ""
        return await why_not(draft_id, digest, desk)

    refusal = await keep_trying(run, to, close, _teller(draft_id, run, desk))
    if refusal:
        await answer(ask, run, desk.chat, Words(text=refusal))
        return Outcome(word="refused", reason=refusal)
    await keep_trying(run, "tell the thread", lambda: present(draft_id, desk))
    return Outcome(word=to, reason=draft_id)


# --- a person edits --------------------------------------------------------------------------------------------


async def revise(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Take over what the form held, unless the draft changed meanwhile."""
    draft_id, _, digest = ask.value.partition(":")

    async def change() -> str:
        row = await find(draft_id, desk)
        body = Draft.model_validate(row.body)
        ticket = edited(body.tickets[0], ask.values)
        if row.state == "open" and row.digest == ticket.digest:
            return ""
        revised = body.model_copy(update={"tickets": (ticket, *body.tickets[1:])})
        if await desk.drafts.revise(draft_id, revised.model_dump(mode="json"), ticket.digest, expected=digest):
            return ""
        return await why_not(draft_id, digest, desk)

    refusal = await keep_trying(run, "revise", change)
    if refusal:
        await answer(ask, run, desk.chat, _lost_race(refusal, ask.values))
        return Outcome(word="refused", reason=refusal)
    await keep_trying(run, "show the draft", lambda: present(draft_id, desk))
    return Outcome(word="revised", reason=draft_id)


def edited(ticket: Ticket, values: Mapping[str, str]) -> Ticket:
    """The ticket with the values of a form: `title`, `type`, and the sections of that type; other sections go."""
    kind: TicketType = values.get("type", ticket.type)  # type: ignore[assignment]  # checked against TEMPLATES below
    if kind not in TEMPLATES:
        kind = ticket.type
    sections = {
        field.name: _typed(values.get(field.name, ""), ticket.sections.get(field.name, "")) for field in TEMPLATES[kind]
    }
    title = " ".join(values.get("title", ticket.title).split()) or ticket.title
    return ticket.model_copy(update={"title": title, "type": kind, "sections": sections})


def _typed(value: str, stored: str) -> str:
    """What a person left as it was stays as it was, also where the form could not show all of it."""
    value = value.strip()
    if not value and stored == NOT_STATED:
        return NOT_STATED
    shortened = value.endswith("…") and stored.startswith(value.removesuffix("…"))
    return stored if shortened else value


def _lost_race(why: str, values: Mapping[str, str]) -> Words:
    """The typed text goes back to its author: nothing is lost when somebody was quicker."""
    return Words(
        text=f"{why} Your version was not taken over; here it is:", quote="\n".join(filter(None, values.values()))
    )


VERBS: Mapping[str, Callable[[Ask, Run, Desk], Awaitable[Outcome]]] = {
    "draft": draft,
    "file": file,
    "discard": discard,
    "undo": undo,
    "revise": revise,
}
