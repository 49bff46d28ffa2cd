"""Says what the bot can do, and in one sentence what it cannot do yet."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying

HELP = "`@leadhand help` or `/leadhand help` — this."
TRIGGERS = Triggers(
    words={"help": "help", "triage": "triage", "solve": "solve"},
    commands={"/leadhand": "help"},
)

NOT_YET = {
    "unknown": "I cannot answer questions yet; for now I make tickets: react to a message with :ticket:, or write `@leadhand ticket TEXT`.",
    "triage": "I cannot triage tasks yet; for now I make tickets: react to a message with :ticket:, or write `@leadhand ticket TEXT`.",
    "solve": "I cannot solve tasks yet; for now I make tickets: react to a message with :ticket:, or write `@leadhand ticket TEXT`.",
    "empty": "I am here. React to a message with :ticket: and I draft a card from it; `@leadhand help` says what else I do.",
}


async def run(ask: Ask, run: Run, *, chat: Chat, helps: Sequence[str]) -> Outcome:
    """Answer in the thread when asked there, else to the asker alone."""
    words = Words(text=NOT_YET.get(ask.verb) or help_text(helps))

    async def say() -> None:
        if ask.openly:
            await chat.post(ask.place, words, key=f"answer:{ask.key}")
        else:
            await chat.whisper(ask.place, ask.user, words, ask.reply_url)

    await keep_trying(run, "answer", say)
    return Outcome(word="answered" if ask.verb == "help" else "not yet", reason=ask.verb)


def help_text(helps: Sequence[str]) -> str:
    """What every ability says of itself."""
    return "\n\n".join(["Chat goes in, Trello cards come out. What I can do:", *helps])
