"""A draft is shown as code made it, and improved in place when a model has written a better one."""

from __future__ import annotations

from typing import Any

from pipelines.core.asks import Ask
from pipelines.core.runs import Run, keep_trying
from pipelines.core.tickets import Draft
from pipelines.desk.desk import Desk
from pipelines.desk.showing import find, present


async def improve(draft_id: str, shown: str, ask: Ask, run: Run, desk: Desk, *, note: str = "") -> str:
    """Have the model write the draft whose digest is `shown`; returns the digest that stands afterwards.

    A person who acted meanwhile goes first: then the rules' draft stays. `note` says that nobody need press anything.
    """

    async def write() -> dict[str, Any]:
        row = await find(draft_id, desk)
        better = await desk.writer.improve(Draft.model_validate(row.body), ask, row.anchor_ts)
        return better.model_dump(mode="json")

    async def take_over() -> str:
        better = Draft.model_validate(made)
        digest = better.tickets[0].digest
        await desk.drafts.revise(draft_id, made, digest, expected=shown, untouched=True)
        row = await find(draft_id, desk)
        if row.state == "open":
            await present(draft_id, desk, note, waiting=not note)
        return row.digest

    made = await run.step("have the model write", write)
    return await keep_trying(run, "show what the model wrote", take_over)
