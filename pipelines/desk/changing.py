"""A draft follows the messages that it was made of: made anew from what they say now, people's own words kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipelines.core.asks import Place
from pipelines.core.chat import SourceChange
from pipelines.core.errors import TryAgain
from pipelines.core.tickets import TEMPLATES, Draft, Message, Ticket
from pipelines.desk.desk import Desk
from pipelines.desk.editing import differing, labels
from pipelines.desk.showing import find
from storage.drafts import DraftRow

TS = re.compile(r"\d+\.\d+")
WORD = re.compile(r"\w+")
# So many words in a row, word for word, are a quote and no chance; a long word with a digit is one by itself.
RUN_OF_WORDS = 4
TELLING = re.compile(r"(?=\w*\d)\w{6,}")


async def renew(
    draft_id: str,
    desk: Desk,
    change: SourceChange | None = None,
    *,
    key: str = "",
    request: str | None = None,
    anew: bool = False,
    also: Collection[str] = (),
) -> dict[str, str]:
    """Make an open draft again from its messages as they are now; returns its state, its digest and what was done.

    `done` is `renewed`, `same`, or `withdrawn` where nothing is left to make a draft of; for a draft that is no
    longer open it is empty. `change` is what people read about it, `key` names the ask, so that a repetition finds
    its own work; `request` replaces the asker's own words; `anew` lets go of what people typed;
    `also` are further messages of its thread that it is made of from now on.
    Raises TryAgain while the draft is being filed or somebody else changes it.
    """
    row = await find(draft_id, desk)
    if row.state == "filing":
        raise TryAgain("This draft is being filed right now.", sure=True)
    if row.state != "open":
        return {"state": row.state, "digest": row.digest, "done": ""}
    if key and row.source_change.get("key") == key:
        return {"state": row.state, "digest": row.digest, "done": "renewed"}
    words = "" if await _asker_is_gone(row, desk) else (row.request if request is None else request)
    messages = await _messages(row, also, desk)
    made = _compose(messages, words, row, desk)
    if made is None and (not (messages or words) or (change and change.deleted)):
        return await _withdraw(row, change, desk)
    body, kept = _renewed(made, messages, words, row, anew=anew)
    told = _told(row, body, kept, change, empty=made is None)
    return await _keep(row, Renewal(body, words, kept, told, key), desk)


@dataclass(frozen=True)
class Renewal:
    """What a draft should be now: its body, the asker's own words, what people typed, and what is told about it."""

    body: Draft
    request: str
    hand: dict[str, str]
    told: SourceChange | None
    key: str


async def gone_of(place: Place, timestamps: Collection[str], desk: Desk) -> set[str]:
    """Which of these messages were deleted, as far as we were told."""
    keys = {deletion_key(place.team, place.channel, ts): ts for ts in timestamps}
    return {keys[key] for key in await desk.inbox.known(keys)}


def deletion_key(team: str, channel: str, ts: str) -> str:
    """The key of the arrival that says that a message was deleted."""
    return f"deletion:{team}:{channel}:{ts}"


def asking_message(ask_key: str) -> str:
    """The ts of the message that asked, where it was one."""
    kind, _, rest = ask_key.partition(":")
    return rest.split(":")[2] if kind in {"mention", "reask"} and rest.count(":") >= 2 else ""


def sources_of(row: DraftRow) -> tuple[Message, ...]:
    """The messages that the draft was made of."""
    tickets = Draft.model_validate(row.body).tickets
    return tickets[0].sources if tickets else ()


def place_of(row: DraftRow) -> Place:
    """The thread of the draft."""
    return Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts)


async def _asker_is_gone(row: DraftRow, desk: Desk) -> bool:
    asked = asking_message(row.ask_key)
    return bool(asked and await gone_of(place_of(row), [asked], desk))


async def _messages(row: DraftRow, also: Collection[str], desk: Desk) -> tuple[Message, ...]:
    """Those of its messages that are still there, as they stand now; what else was said is not its business."""
    mine = {message.ts for message in sources_of(row)} | set(also)
    anchor = row.anchor_ts if TS.fullmatch(row.anchor_ts) else min(mine, default="")
    if not anchor:
        return ()
    place = place_of(row)
    talk = await desk.chat.read(place.model_copy(update={"thread_ts": place.thread_ts or row.preview_ts}), anchor)
    gone = await gone_of(place_of(row), mine, desk)
    return tuple(message for message in talk.messages if message.ts in mine - gone)


def _compose(messages: Sequence[Message], request: str, row: DraftRow, desk: Desk) -> Draft | None:
    if not messages and not request:
        return None
    focus = row.anchor_ts if any(message.ts == row.anchor_ts for message in messages) else None
    made = desk.compose(messages, focus, request or None)
    return made if made.action == "draft" else None


async def _withdraw(row: DraftRow, change: SourceChange | None, desk: Desk) -> dict[str, str]:
    body = emptied(row)
    digest = body.tickets[0].digest
    made = body.model_dump(mode="json")
    if not await desk.drafts.revise(
        row.id, made, digest, expected=row.digest, request="", hand={}, source_change={}
    ) or not await desk.drafts.move(
        row.id, frm={"open"}, to="withdrawn", closed_by=change.by if change else "", expected_digest=digest
    ):
        raise TryAgain("Somebody else is changing this draft.", sure=True)
    return {"state": "withdrawn", "digest": digest, "done": "withdrawn"}


def emptied(row: DraftRow) -> Draft:
    """What is left of a draft whose messages are forgotten: its type."""
    kind = Draft.model_validate(row.body).tickets[0].type
    return Draft(action="draft", tickets=(Ticket(title="", type=kind, sections={}),))


def _renewed(
    made: Draft | None, messages: tuple[Message, ...], request: str, row: DraftRow, *, anew: bool
) -> tuple[Draft, dict[str, str]]:
    """The draft as it should be now, and the fields in it that stay as people typed them."""
    body = Draft.model_validate(row.body)
    old = body.tickets[0]
    if made is None:
        still = old.model_copy(update={"sources": messages})
        return body.model_copy(update={"tickets": (still, *body.tickets[1:])}), row.hand
    new = made.tickets[0]
    lost = _lost(old, messages, "" if request else row.request)
    hand = {} if anew else {name: by for name, by in row.hand.items() if not _quotes(_value(old, name), lost)}
    ticket = _with_hand(old, new, hand)
    return made.model_copy(update={"tickets": (ticket, *made.tickets[1:])}), hand


def _lost(old: Ticket, messages: Sequence[Message], request: str) -> list[str]:
    """The texts that the draft was made of and must not hold any more."""
    there = {message.ts for message in messages}
    return [message.text for message in old.sources if message.ts not in there] + ([request] if request else [])


def _value(ticket: Ticket, name: str) -> str:
    return ticket.title if name == "title" else ticket.sections.get(name, "")


def _quotes(text: str, lost: Sequence[str]) -> bool:
    mine = _runs(text)
    return any(mine & _runs(each) for each in lost)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.casefold())
    runs = (
        {tuple(words[at : at + RUN_OF_WORDS]) for at in range(max(1, len(words) - RUN_OF_WORDS + 1))}
        if words
        else set()
    )
    return runs | {(word,) for word in words if TELLING.fullmatch(word)}


def _with_hand(old: Ticket, new: Ticket, hand: Collection[str]) -> Ticket:
    """The new ticket with the fields that a person typed. A type that a person chose keeps all its sections."""
    typed = "type" in hand and old.type != new.type
    base = old.sections if typed else new.sections
    kept = {name: old.sections[name] for name in hand if name in old.sections}
    kind = old.type if typed else new.type
    known = {field.name for field in TEMPLATES[kind]}
    sections = {name: text for name, text in {**base, **kept}.items() if name in known or name in base}
    title = old.title if "title" in hand else new.title
    return new.model_copy(update={"title": title, "type": kind, "sections": sections})


def _told(
    row: DraftRow, body: Draft, kept: Collection[str], change: SourceChange | None, *, empty: bool
) -> SourceChange | None:
    if change is None:
        return None
    old, new = Draft.model_validate(row.body).tickets[0], body.tickets[0]
    parts, stay = labels(new.type, differing(old, new)), labels(new.type, kept)
    return change.model_copy(update={"parts": parts, "kept": stay, "empty": empty})


async def _keep(row: DraftRow, new: Renewal, desk: Desk) -> dict[str, str]:
    digest = new.body.tickets[0].digest
    if digest == row.digest and new.request == row.request:
        return {"state": row.state, "digest": digest, "done": "same"}
    made = new.body.model_dump(mode="json")
    news = {"key": new.key, "change": new.told.model_dump(mode="json")} if new.told else {}
    if not await desk.drafts.revise(
        row.id, made, digest, expected=row.digest, request=new.request, hand=new.hand, source_change=news
    ):
        raise TryAgain("Somebody else is changing this draft.", sure=True)
    return {"state": row.state, "digest": digest, "done": "renewed"}
