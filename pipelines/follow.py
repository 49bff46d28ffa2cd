"""Follows filed cards on the board: the thread hears when its card is done, or taken up again."""

from __future__ import annotations

from pipelines.core.answers import tell_elsewhere
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.chat import CardNews, Chat
from pipelines.core.errors import TellPerson
from pipelines.core.runs import Run, keep_trying
from pipelines.policy.house import House
from storage.drafts import Drafts
from storage.links import Links

HELP = "*Cards* — when a card that I filed is done, its thread hears it."
TRIGGERS = Triggers(board="moved")


async def run(ask: Ask, run: Run, *, chat: Chat, links: Links, drafts: Drafts, house: House) -> Outcome:
    """Tell the thread of a move. `ask.values` is the move: card_id, list_name, done ("yes" or ""), by."""
    move = ask.values
    done = move["done"] == "yes"

    async def decide() -> dict[str, str]:
        link = await links.by_card(move["card_id"])
        if link is None or (not done and not link.announced_list):
            return {}
        if (await house.rules(link.team, link.channel)).muted:
            return {}
        row = await drafts.get(link.draft_id)
        return {
            "user": (row.filed_by or row.requested_by) if row else "",
            "channel": link.channel,
            "thread_ts": link.thread_ts,
            "team": link.team,
            "url": link.card_url,
            "title": link.title,
        }

    told = await keep_trying(run, "whose card", decide)
    if not told:
        return Outcome(word="ignored", reason="No thread waits for news of this move.")
    news = CardNews(
        title=told["title"], card_url=told["url"], list_name=move["list_name"], by=move.get("by", ""), done=done
    )
    place = Place(team=told["team"], channel=told["channel"], thread_ts=told["thread_ts"])
    # Noted first: the next move of the card may come while this one is being told.
    heard = move["list_name"] if done else ""
    await keep_trying(run, "note what the thread hears", lambda: links.announce(move["card_id"], ask.key, heard))
    try:
        await keep_trying(run, "tell the thread", lambda: chat.post(place, news, key=ask.key))
    except TellPerson as closed:
        # The board cannot be told: whoever filed the card is.
        filer = ask.model_copy(update={"place": place, "user": told["user"]})
        await tell_elsewhere(filer, run, chat, news, closed)
    return Outcome(word="told", reason=told["url"])
