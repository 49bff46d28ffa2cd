"""A message, or the asker's own words, become a draft, and the draft its preview."""

from __future__ import annotations

from pipelines.core.asks import Ask, Place
from pipelines.core.tickets import Draft, Message
from pipelines.desk.changing import asking_message, renew, sources_of
from pipelines.desk.desk import Desk
from pipelines.desk.showing import find, present, preview
from storage.drafts import CLOSED, DraftRow
from storage.reactions import Emoji
from storage.threads import StoredMessage

NOTHING_HERE = (
    "I see nothing to file here. Write `@leadhand file this` in the thread of the message, react to the message "
    "with :ticket:, or tell me in your own words: `@leadhand ticket TEXT`."
)
FILING_NOW = "Filing this now."
YOU_OPTED_OUT = "You have opted out, so I do not read your messages. `/leadhand optin` ends that."
OPTED_OUT = (
    "Whoever wrote that message has opted out, so I make nothing of it. Tell me in your own words: `/ticket TEXT`."
)
GONE = "That message is gone, so there is nothing to file. If it was deleted by mistake, post it again and react to it."


async def make(ask: Ask, desk: Desk) -> dict[str, str]:
    """The id of the draft, or an Outcome as a dict: safe to repeat, since the draft's key is the message's."""
    if await _is_taken_back(ask, desk):
        return {"word": "ignored", "reason": "The reaction was taken back before I came to it."}
    # Whatever happens to the messages from here on is in rows after this one.
    mark = await desk.inbox.latest()
    made = await _make(ask, desk)
    return await _catch_up(made, mark, desk) if "draft" in made else made


async def _make(ask: Ask, desk: Desk) -> dict[str, str]:
    messages: tuple[Message, ...] = ()
    place, focus = ask.place, ""
    if ask.ts:
        talk = await desk.chat.read(ask.place, ask.ts)
        if talk.by_bot:
            return {"word": "ignored", "reason": "That message is my own; I make tickets of what people write."}
        if talk.veiled and not ask.openly:
            return {"word": "refused", "reason": YOU_OPTED_OUT if talk.veiled == ask.user else OPTED_OUT}
        if talk.focus is None and not ask.openly:
            return {"word": "gone", "reason": GONE}
        place, messages, focus = talk.place, talk.messages, talk.focus.ts if talk.focus and not talk.veiled else ""
        await _remember(place, messages, desk)
    if not messages and not ask.text:
        return {"word": "asked", "reason": NOTHING_HERE}
    result = desk.compose(messages, focus or None, ask.text or None)
    if result.action != "draft":
        return {"word": result.action, "reason": " ".join([result.reason, *result.questions]).strip()}
    return await _open(ask, place, result, desk)


async def _is_taken_back(ask: Ask, desk: Desk) -> bool:
    emoji = emoji_of(ask)
    if emoji is None or await desk.reactions.note(emoji, ask.at, present=True):
        return False
    return not await desk.reactions.is_present(emoji)


def emoji_of(ask: Ask) -> Emoji | None:
    """The emoji that asked, where it was one."""
    if not ask.emoji:
        return None
    return Emoji(ask.place.team, ask.place.channel, ask.ts, ask.emoji, ask.user)


async def _catch_up(made: dict[str, str], mark: int, desk: Desk) -> dict[str, str]:
    """A message may have been edited or deleted between its reading and the draft's opening: whoever follows the
    change looked for a draft too early, so the change is followed here."""
    row = await find(made["draft"], desk)
    mine = {message.ts for message in sources_of(row)} | {asking_message(row.ask_key)}
    news = await desk.inbox.since(mark, {"edit", "deletion"})
    changed = [each for each in news if each.payload["channel"] == row.channel and each.payload["ts"] in mine]
    if not changed:
        return made
    for each in changed:
        if each.kind == "deletion":
            await desk.threads.forget(row.team, row.channel, each.payload["ts"])
    followed = await renew(row.id, desk)
    return {"word": "gone", "reason": GONE} if followed["state"] == "withdrawn" else made


async def _remember(place: Place, messages: tuple[Message, ...], desk: Desk) -> None:
    rows = [StoredMessage(ts=m.ts, user=m.user, name=m.name, text=m.text, permalink=m.permalink) for m in messages]
    await desk.threads.remember(place.team, place.channel, place.thread_ts, rows)


async def _open(ask: Ask, place: Place, result: Draft, desk: Desk) -> dict[str, str]:
    anchor = ask.ts or ask.amends or ask.key
    key = f"{place.team}:{place.channel}:{anchor}:ticket"
    while (old := await desk.drafts.by_key(key)) and old.state in CLOSED:
        if ask.at <= (old.closed_at or old.updated_at.timestamp()) and old.ask_key != ask.key:
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
    if ask.amends and row.ask_key == ask.amends:
        return {"amended": row.id}
    if row.ask_key != ask.key:
        return {"word": "known", "reason": _already(row)}
    return {"draft": row.id}


def _already(row: DraftRow) -> str:
    if row.state == "filed":
        return f"This is already on the board: {row.card_url}"
    return "There is already a draft of this in the thread: press File, Edit or Discard there."


async def post(draft_id: str, desk: Desk) -> dict[str, str]:
    """Post the preview, once for each draft; `ts`, the digest shown, and the model that could improve it, if any."""
    row = await find(draft_id, desk)
    place = Place(team=row.team, channel=row.channel, thread_ts=row.thread_ts)
    waiting = not await desk.filing.at_once(place, row.requested_by)
    improver = await desk.writer.ready()
    shown = preview(row, waiting=waiting, note="" if waiting else FILING_NOW, improver=improver)
    ts = await desk.chat.post(place, shown, key=f"draft:{row.id}")
    await desk.drafts.note_preview(row.id, ts)
    now = await find(draft_id, desk)
    if (now.state, now.digest) != (row.state, row.digest):
        # Changed while it was on its way: whoever changed it found no preview to set right.
        await present(draft_id, desk)
    return {"ts": ts, "digest": now.digest, "improver": improver, "at_once": "" if waiting else "yes"}
