"""Takes what is said under a draft over into it: an answer to its questions, one more fact, a correction."""

from __future__ import annotations

from pipelines.core.answers import answer
from pipelines.core.asks import Ask, Outcome, Triggers
from pipelines.core.chat import SourceChange, Words
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.changing import renew
from pipelines.desk.desk import Desk
from pipelines.desk.following import improve_again
from pipelines.desk.showing import find, present_if_shown
from pipelines.policy.phrases import DECIDES

HELP = (
    "*Drafts* — answer a draft's questions in its thread, or add what is missing; I take it over into the draft and "
    "say what changed."
)
TRIGGERS = Triggers(continues={"draft": "take_over"})

BY_BUTTON = "A draft is filed or discarded by its buttons, never by a sentence: press *File* or *Discard* under it."
CHANGED = "Taken over into the draft: {parts}."
CHANGED_LITTLE = "Taken over as a source of the draft; its text stays as it was."
SAME = "I read that; the draft stays as it was. Press *Edit* to put it in your own words."
OPEN = "*Still open*"
CLOSED = "That draft is no longer open, so I cannot change it. React with :ticket: to the message for a new one."


async def run(ask: Ask, run: Run, *, desk: Desk) -> Outcome:
    """Make the draft `ask.value` anew with the message `ask.ts`, and say in the thread what changed."""
    if DECIDES.search(ask.text.strip()):
        return await _say(ask, run, desk, Words(text=BY_BUTTON), "told")
    change = SourceChange(by=ask.user, added=True)
    made = await keep_trying(
        run, "complete the draft", lambda: renew(ask.value, desk, change, key=ask.key, also=(ask.ts,))
    )
    if not made["done"]:
        return await _say(ask, run, desk, Words(text=CLOSED), "known")
    if made["done"] == "same":
        return await _say(ask, run, desk, Words(text=SAME), "known")
    await keep_trying(run, "show the draft", lambda: present_if_shown(ask.value, desk))
    told = await keep_trying(run, "what changed", lambda: _changed(ask.value, desk))
    outcome = await _say(ask, run, desk, Words.model_validate(told), "revised")
    await improve_again(ask.value, made["digest"], ask, run, desk)
    return outcome


async def _changed(draft_id: str, desk: Desk) -> dict[str, str]:
    row = await find(draft_id, desk)
    parts = row.source_change.get("change", {}).get("parts", ())
    told = CHANGED.format(parts=", ".join(parts)) if parts else CHANGED_LITTLE
    questions = row.body.get("questions") or ()
    return {"text": f"{told}\n{OPEN}" if questions else told, "quote": "\n".join(questions)}


async def _say(ask: Ask, run: Run, desk: Desk, words: Words, outcome: str) -> Outcome:
    await answer(ask, run, desk.chat, words)
    return Outcome(word=outcome, reason=words.text[:200])
