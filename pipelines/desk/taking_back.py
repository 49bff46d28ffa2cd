"""The reaction that asked for a draft is taken back: an unfiled draft goes, unless somebody else cares for it."""

from __future__ import annotations

from pipelines.core.asks import Ask, Outcome
from pipelines.core.chat import Words
from pipelines.core.errors import TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.desk import Desk
from pipelines.desk.opening import emoji_of
from pipelines.desk.showing import present_if_shown
from storage.drafts import CLOSED, DraftRow
from storage.reactions import Emoji

BACK_AGAIN = "The reaction is there again."
FILED = "You took your reaction back, but the card is on the board already: {url}. Undo in the thread takes it off."
TOUCHED = "You took your reaction back; the draft stays, because somebody worked on it. Discard in the thread ends it."
WANTED = "You took your reaction back; the draft stays, because others reacted as well. Discard in the thread ends it."


async def take_back(ask: Ask, run: Run, desk: Desk) -> Outcome:
    """Discard the draft that this reaction asked for; where it stays, tell whoever took the reaction back."""
    emoji = emoji_of(ask)
    if emoji is None:
        return Outcome(word="ignored", reason="No emoji.")
    decided = await keep_trying(run, "take it back", lambda: _decide(emoji, ask, desk))
    if decided["words"]:
        words = Words(text=decided["words"])
        await keep_trying(run, "tell them", lambda: desk.chat.whisper(ask.place, ask.user, words))
    if decided["word"] == "discarded":
        await keep_trying(run, "show it", lambda: present_if_shown(decided["draft"], desk))
    return Outcome(word=decided["word"], reason=decided["reason"])


async def _decide(emoji: Emoji, ask: Ask, desk: Desk) -> dict[str, str]:
    latest = await desk.reactions.note(emoji, ask.at, present=False)
    if not latest and await desk.reactions.is_present(emoji):
        return _ended("ignored", BACK_AGAIN)
    row = await _latest_draft(ask, desk)
    if row is None:
        if await _is_on_its_way(ask, desk):
            raise TryAgain("The draft is still being made.", sure=True)
        return _ended("ignored", "There is no draft of this message.")
    if row.state == "filing":
        raise TryAgain("The draft is being filed right now.", sure=True)
    if row.claim == ask.key and row.state == "discarded":
        return await _unless_back(row, emoji, ask, desk)
    if row.state in CLOSED or row.requested_by != ask.user or not row.ask_key.startswith("reaction:"):
        return _ended("ignored", "The draft is not this person's, or closed already.")
    kept = await _why_it_stays(row, emoji, desk)
    if kept:
        return _ended("kept", kept, words=kept)
    if not await desk.drafts.move(
        row.id, frm={"open"}, to="discarded", claim=ask.key, closed_by=ask.user, closed_at=ask.at
    ):
        raise TryAgain("Somebody else is changing this draft.", sure=True)
    return await _unless_back(row, emoji, ask, desk)


def _ended(word: str, reason: str, *, words: str = "", draft: str = "") -> dict[str, str]:
    return {"word": word, "reason": reason, "words": words, "draft": draft}


async def _why_it_stays(row: DraftRow, emoji: Emoji, desk: Desk) -> str:
    if row.state == "filed":
        return FILED.format(url=row.card_url)
    if row.hand or row.claim:
        return TOUCHED
    return WANTED if await desk.reactions.others(emoji) else ""


async def _unless_back(row: DraftRow, emoji: Emoji, ask: Ask, desk: Desk) -> dict[str, str]:
    """A reaction that came back while the draft was being discarded has found it open, and waits for it."""
    if await desk.reactions.is_present(emoji) and await desk.drafts.by_key(row.key + "+") is None:
        await desk.drafts.move(row.id, frm={"discarded"}, to="open")
        return _ended("ignored", BACK_AGAIN)
    return _ended("discarded", row.id, draft=row.id)


async def _latest_draft(ask: Ask, desk: Desk) -> DraftRow | None:
    key = f"{ask.place.team}:{ask.place.channel}:{ask.ts}:ticket"
    latest = None
    while row := await desk.drafts.by_key(key):
        latest, key = row, key + "+"
    return latest


async def _is_on_its_way(ask: Ask, desk: Desk) -> bool:
    """Whether an earlier reaction of this person to this message is still being worked on."""
    mine = (ask.place.channel, ask.ts, ask.user)
    waiting = await desk.inbox.unfinished({"reaction"})
    said = [each.payload for each in waiting]
    return any((p["channel"], p["ts"], p["user"]) == mine and float(p["at"]) < ask.at for p in said)
