"""Hears whether an answer or a draft was of use: the thumbs under it, kept with the run that made it."""

from __future__ import annotations

from typing import cast

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying
from storage.votes import Choice, Vote, Votes

HELP = "*Feedback* — press a thumb under an answer or a draft. Your latest press counts; I keep it with what I did."
TRIGGERS = Triggers(buttons={"answer_feedback": "vote"})

THANKS = {
    ("up", "draft"): "Thank you, noted. To put the draft on the board, press *File*.",
    (
        "down",
        "draft",
    ): "Thank you, noted. Press *Edit* to set the draft right, or *Discard* and react with :ticket: to the "
    "message that says it best.",
    ("up", "answer"): "Thank you, noted. If something should come of it, react to a message here with :ticket:.",
    (
        "down",
        "answer",
    ): "Thank you, noted. Ask once more in other words, with the name of a file, a screen or an error; "
    "or react to the question with :ticket:, so that a person takes it up.",
}
UNREADABLE = "I cannot read this press; the message is from another version of me."


async def run(ask: Ask, run: Run, *, chat: Chat, votes: Votes) -> Outcome:
    """Keep the vote, and tell the voter alone what to do next. A press that came late changes nothing."""
    choice, _, rest = ask.value.partition(":")
    kind, _, key = rest.partition(":")
    thanks = THANKS.get((choice, kind))
    if thanks is None or not key:
        await answer(ask, run, chat, Words(text=UNREADABLE))
        return Outcome(word="refused", reason=UNREADABLE)
    given = Vote(
        team=ask.place.team,
        channel=ask.place.channel,
        ts=ask.ts,
        user=ask.user,
        run=key,
        kind=kind,
        choice=cast(Choice, choice),
        pressed_at=ask.at,
    )
    if not await keep_trying(run, "keep the vote", lambda: votes.put(given)):
        return Outcome(word="ignored", reason="A later press of the same person counts.")
    await answer(ask, run, chat, Words(text=thanks))
    return Outcome(word="voted", reason=f"{choice}: {key}")
