"""Says what the bot can do, and in one sentence what it cannot do yet."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run

HELP = "`@leadhand help` or `/leadhand help` — this."
TRIGGERS = Triggers(
    words={"help": "help", "triage": "triage", "solve": "solve"},
    commands={"/leadhand": "help"},
)

INSTEAD = "for now I make tickets: react to a message with :ticket:, or write `@leadhand ticket TEXT`."
NOT_YET = {
    "unknown": f"I cannot answer questions yet; {INSTEAD}",
    "triage": f"I cannot triage tasks yet; {INSTEAD}",
    "solve": f"I cannot solve tasks yet; {INSTEAD}",
    "empty": "I am here. React to a message with :ticket: and I draft a card from it; "
    "`@leadhand help` says what else I do.",
}


async def run(ask: Ask, run: Run, *, chat: Chat, helps: Sequence[str]) -> Outcome:
    """Answer in the thread when asked there, else to the asker alone."""
    words = Words(text=NOT_YET.get(ask.verb) or help_text(helps))
    await answer(ask, run, chat, words)
    return Outcome(word="answered" if ask.verb == "help" else "not yet", reason=ask.verb)


def help_text(helps: Sequence[str]) -> str:
    """What every ability says of itself."""
    return "\n\n".join(["Chat goes in, Trello cards come out. What I can do:", *helps])
