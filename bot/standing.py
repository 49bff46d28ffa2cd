"""Whether an ask still stands when its turn comes: its message may have been deleted or edited again since."""

from __future__ import annotations

from pipelines.core.asks import Ask, Outcome
from pipelines.core.errors import TryAgain
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.changing import deletion_key
from storage.inbox import Inbox

# Here the message may be somebody else's: whoever asked about it waits for a word, and hears that it is gone.
OF_OTHERS = frozenset({"reaction", "shortcut"})
DELETED = Outcome(word="ignored", reason="The message was deleted before I came to it.")
EDITED_AGAIN = Outcome(word="ignored", reason="The message says so already, or was edited once more since.")
TAKEN = Outcome(word="taken", reason="The work had not begun: it is done with the new words.")


async def overtaken(door: str, ask: Ask, run: Run, inbox: Inbox) -> Outcome | None:
    """How an ask ends that nobody waits for any more; None for one that stands.

    The edit of something asked waits until the first answer is there, to take its place.
    """
    if not ask.asked_ts or door in OF_OTHERS:
        return None
    key = deletion_key(ask.place.team, ask.place.channel, ask.asked_ts)
    if await keep_trying(run, "is it still there", lambda: _known(key, inbox)):
        return DELETED
    if not ask.amends:
        return None
    state = await keep_trying(run, "take the new words", lambda: _reword(ask, inbox))
    return {"stale": EDITED_AGAIN, "waiting": TAKEN}.get(state)


async def _known(key: str, inbox: Inbox) -> bool:
    return bool(await inbox.known([key]))


async def _reword(ask: Ask, inbox: Inbox) -> str:
    state = await inbox.reword(ask.amends, ask.key)
    if state == "working":
        raise TryAgain("The first answer is still being made.", sure=True)
    return state
