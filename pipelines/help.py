"""Says what the bot can do, and in one sentence what it cannot do yet."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run

HELP = "`@leadhand help` or `/leadhand help` — this."
TRIGGERS = Triggers(
    words={"help": "help", "solve": "solve"},
    exact={"/leadhand": "help", "/leadhand help": "help"},
    commands={"/leadhand": "unknown"},
)

INSTEAD = "`@leadhand help` says what I do."
NOT_YET = {
    "unknown": f"I do not know this command; {INSTEAD}",
    "solve": f"I cannot solve tasks yet; {INSTEAD}",
    "empty": "I am here. React to a message with :ticket: and I draft a card from it; "
    "ask me about the code, or read what else I do: `@leadhand help`.",
}


async def run(ask: Ask, run: Run, *, chat: Chat, helps: Sequence[str]) -> Outcome:
    """Answer in the thread when asked there, else to the asker alone."""
    words = Words(text=NOT_YET.get(ask.verb) or help_text(helps))
    await answer(ask, run, chat, words, judged=ask.verb == "help")
    return Outcome(word="answered" if ask.verb == "help" else "not yet", reason=ask.verb)


def help_text(helps: Sequence[str]) -> str:
    """What every ability says of itself."""
    return "\n\n".join(["Chat goes in, Trello cards come out. What I can do:", *helps])
