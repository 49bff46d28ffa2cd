"""What is left of a draft whose making was stopped or given up: as much as stands, open to people again."""

from __future__ import annotations

from pipelines.core.asks import Ask
from pipelines.core.runs import Run, keep_trying
from pipelines.desk.desk import Desk
from pipelines.desk.showing import present

RULES_STAND = "This is the draft that rules made."


async def show_ended(ask: Ask, run: Run, words: str, desk: Desk) -> bool:
    """Say on the draft why nothing more comes; False where there is none to be seen."""

    async def show() -> bool:
        row = await desk.drafts.by_ask(ask.key) or await desk.drafts.get(ask.value.partition(":")[0])
        if row is None or not row.preview_ts or row.state not in {"open", "filing"}:
            return False
        # A press that hung holds the draft: whoever reads of it must be able to press again.
        await desk.drafts.move(row.id, frm={"filing"}, to="open")
        await present(row.id, desk, f"{words} {RULES_STAND}" if row.ask_key == ask.key else words)
        return True

    return await keep_trying(run, "show what stands", show)
