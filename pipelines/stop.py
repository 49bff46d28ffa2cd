"""Ends what the bot is doing in a thread: by Slack's Stop, the button under a live answer, or a word."""

from __future__ import annotations

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import Chat, Words
from pipelines.core.runs import Run, keep_trying
from pipelines.core.stops import Stopper

HELP = "*Stop* — press *Stop*, or write `@leadhand stop` in the thread: what I am doing there ends at once."
STOP_WORDS = (
    "stop",
    "stop it",
    "stop this",
    "stop that",
    "stop now",
    "stop please",
    "stop, please",
    "please stop",
    "cancel",
    "abort",
)
TRIGGERS = Triggers(exact=dict.fromkeys(STOP_WORDS, "stop"), buttons={"ask_stop": "stop"}, stopped="stop")

NOTHING = "I am doing nothing here that could be stopped."


async def run(ask: Ask, run: Run, *, chat: Chat, stopper: Stopper) -> Outcome:
    """Any member of the channel may stop; the stopped work itself says by whom it was."""
    count = await keep_trying(run, "stop", lambda: stopper.stop(ask))
    if count:
        return Outcome(word="stopping", reason=f"{count} asked to end")
    if ask.openly or ask.value:
        await answer(ask, run, chat, Words(text=NOTHING))
    return Outcome(word="told", reason=NOTHING)
