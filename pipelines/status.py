"""Says how the bot is: what it runs with, what waits, what is missing."""

from __future__ import annotations

from typing import Protocol

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying

HELP = "`/leadhand status` — how I am: version, model, repositories, board, what waits, what is missing."
TRIGGERS = Triggers(exact={"status": "tell"}, commands={"/leadhand status": "tell"})


class Condition(Protocol):
    """Knows how the bot is."""

    async def tell(self, asking: str) -> str:
        """Everything in mrkdwn, a line each; `asking` is the key of the ask for it."""
        ...


async def run(ask: Ask, run: Run, *, chat: Chat, condition: Condition) -> Outcome:
    """Answer in the thread when asked there, else to the asker alone."""
    told = await keep_trying(run, "look", lambda: condition.tell(ask.key))
    await answer(ask, run, chat, Words(text=told))
    return Outcome(word="answered", reason=told.partition("\n")[0])
