"""Tells people where things are: what they reported, and drafts and cards by their words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Place, Triggers
from pipelines.core.boards import Card, Tracker
from pipelines.core.chat import Chat, Entry, Listing
from pipelines.core.errors import TellPerson, TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import Draft
from storage.drafts import DraftRow, Drafts

HELP = (
    "*Looking up* — `/ticket mine` or `@leadhand mine`: what you reported and where it is now. `/ticket search WORDS` "
    "or `@leadhand search WORDS`: drafts and cards of your channels."
)
TRIGGERS = Triggers(
    exact={"mine": "mine", "my tickets": "mine", "my reports": "mine", "/ticket mine": "mine", "search": "search"},
    words={"search": "search"},
    commands={"/ticket search": "search"},
)

SHOWN = 10
PAGE, PAGES = 200, 20
# An answer does not wait longer for the board, in seconds: where the card lay when it was filed is better than nothing.
BOARD_PATIENCE = 4.0
MINE = "What you reported, the latest first:"
NOTHING_MINE = "You have reported nothing yet. React to a message with :ticket:, or write `/ticket` and what happened."
FOUND = "Found, the latest first:"
NOTHING_FOUND = "I find nothing with these words in the channels that you are in."
WHICH_WORDS = "Tell me the words: `/ticket search export Safari`."


async def run(ask: Ask, run: Run, *, chat: Chat, drafts: Drafts, tracker: Tracker, apart: bool) -> Outcome:
    """Answer the asker alone: others of the channel may not see what the asker sees."""
    ask = ask.model_copy(update={"openly": ask.place.channel.startswith("D")})
    desk = Index(chat, drafts, tracker, apart=apart)

    async def look() -> dict[str, object]:
        return (await (desk.mine(ask) if ask.verb == "mine" else desk.search(ask))).model_dump(mode="json")

    found = Listing.model_validate(await keep_trying(run, "look", look))
    await answer(ask, run, chat, found)
    return Outcome(word="listed", reason=f"{len(found.entries) + found.more} found")


class Index:
    """Looks through drafts for one person. `apart`: teams must be kept apart."""

    def __init__(self, chat: Chat, drafts: Drafts, tracker: Tracker, *, apart: bool) -> None:
        self._chat = chat
        self._drafts = drafts
        self._tracker = tracker
        self._apart = apart

    async def mine(self, ask: Ask) -> Listing:
        """What the person asked for, or wrote the message of."""
        rows = [row async for row in self._visible(ask) if ask.user in {row.requested_by, _author(row)}]
        return await self._listing(ask, rows, MINE if rows else NOTHING_MINE)

    async def search(self, ask: Ask) -> Listing:
        """What has every word somewhere in its text."""
        words = ask.text.casefold().split()
        if not words:
            return Listing(head=WHICH_WORDS)
        rows = [row async for row in self._visible(ask) if _has(row, words)]
        found = await self._listing(ask, rows, FOUND if rows else NOTHING_FOUND)
        return found.model_copy(update={"quote": ask.text})

    async def _visible(self, ask: Ask) -> AsyncIterator[DraftRow]:
        """The latest drafts of the channels that the person is in, and of their own talk with the bot."""
        known: dict[str, bool] = {}
        for number in range(PAGES):
            team = ask.place.team if self._apart else ""
            rows = await self._drafts.recent(PAGE, team, after=number * PAGE)
            for row in rows:
                if row.channel not in known:
                    known[row.channel] = await self._may_see(row, ask.user)
                if known[row.channel] or (row.channel.startswith("D") and row.requested_by == ask.user):
                    yield row
            if len(rows) < PAGE:
                return

    async def _may_see(self, row: DraftRow, user: str) -> bool:
        """What others wrote to the bot directly is nobody's business; a channel that is gone has no members."""
        if row.channel.startswith("D"):
            return False
        try:
            return await self._chat.may_ask(Place(team=row.team, channel=row.channel), user)
        except TellPerson:
            return False

    async def _listing(self, ask: Ask, rows: Sequence[DraftRow], head: str) -> Listing:
        shown = rows[:SHOWN]
        cards = await self._cards([row.card_id for row in shown if row.state == "filed"])
        entries = await asyncio.gather(*(self._entry(row, cards) for row in shown))
        return Listing(head=head, entries=tuple(entries), more=len(rows) - len(shown))

    async def _cards(self, ids: Sequence[str]) -> dict[str, Card | None]:
        """The cards as they are now, those that the board told of in time; None for one that is gone."""
        found: dict[str, Card | None] = {}

        async def ask_board(card_id: str) -> None:
            try:
                found[card_id] = await self._tracker.get(card_id)
            except (TryAgain, TellPerson):
                return

        try:
            async with asyncio.timeout(BOARD_PATIENCE):
                await asyncio.gather(*(ask_board(card_id) for card_id in ids))
        except TimeoutError:
            pass
        return found

    async def _entry(self, row: DraftRow, cards: dict[str, Card | None]) -> Entry:
        ticket = Draft.model_validate(row.body).tickets[0]
        state, list_name = _standing(row, cards)
        return Entry(
            title=ticket.title,
            type=ticket.type,
            state=state,
            channel=row.channel,
            requested_by=row.requested_by,
            at=row.updated_at,
            link=await self._chat.permalink(Place(team=row.team, channel=row.channel), row.preview_ts),
            card_url=row.card_url if row.state == "filed" and state != "gone" else "",
            list_name=list_name,
        )


def _standing(row: DraftRow, cards: dict[str, Card | None]) -> tuple[str, str]:
    """The state of a draft, and the list where its card lies: where it was filed, when the board does not say."""
    if row.state != "filed":
        return row.state, ""
    if row.card_id not in cards:
        return "filed", row.list_name
    card = cards[row.card_id]
    if card is None:
        return "gone", ""
    return ("archived", "") if card.closed else ("filed", card.list_name)


def _author(row: DraftRow) -> str:
    """Who wrote the message that the draft is about."""
    sources = row.body["tickets"][0].get("sources") or ()
    return next((str(source["user"]) for source in sources if source["ts"] == row.anchor_ts), "")


def _has(row: DraftRow, words: Sequence[str]) -> bool:
    ticket = row.body["tickets"][0]
    said = [str(source["text"]) for source in ticket.get("sources") or ()]
    texts = [row.id, row.card_url, row.request, ticket["title"], ticket["type"], *ticket["sections"].values(), *said]
    text = "\n".join(texts).casefold()
    return all(word in text for word in words)
