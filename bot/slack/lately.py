"""What the bot did lately, and how much of it: from the record of acts and the ledger of model calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.slack.workspaces import Workspace
from storage.audit import Audit, AuditRow
from storage.ledger import Ledger

ACTS = {
    "qa.answer": "question",
    "triage.assess": "triage",
    "triage.assess_message": "triage",
    "triage.assess_draft": "triage",
}
OUTCOMES = frozenset({"answered", "abstained", "assessed"})
KINDS = {"ticket.draft": "drafts", "ticket.file": "filed", "qa.answer": "questions"} | {
    action: kind for action, kind in ACTS.items() if kind == "triage"
}
LOOKED_AT, SHOWN = 60, 5


@dataclass(frozen=True)
class Act:
    """An answer or a triage; `link` leads to the message that asked for it."""

    kind: str
    outcome: str
    channel: str
    user: str
    at: datetime
    link: str = ""


@dataclass(frozen=True)
class Use:
    """How often each kind of ask came since a moment, and what the model was called for."""

    since: str
    asks: dict[str, int]
    calls: int
    tokens: int


class Lately:
    """Reads the records of all workspaces together: for one workspace only."""

    def __init__(self, audit: Audit, ledger: Ledger) -> None:
        self._audit = audit
        self._ledger = ledger

    async def acts(self, workspace: Workspace, user: str, may_see: Callable[[str], Awaitable[bool]]) -> list[Act]:
        """The latest ones that this person may know of: their own, and what stands in channels that they are in."""
        found: list[Act] = []
        for row in await self._audit.latest(sorted(ACTS), LOOKED_AT):
            channel, _, ts = row.target.partition("/")
            openly = bool(ts) and await may_see(channel)
            if row.outcome in OUTCOMES and (row.actor == user or openly):
                found.append(_act(workspace, row, channel, ts))
        return found[:SHOWN]

    async def use(self, offset: int, now: datetime | None = None) -> list[Use]:
        """Today and this month, as they began where people are so many seconds ahead of UTC."""
        there = (now or datetime.now(UTC)) + timedelta(seconds=offset)
        midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = {"Today": midnight, "This month": midnight.replace(day=1)}
        return [await self._since(name, begin - timedelta(seconds=offset)) for name, begin in begins.items()]

    async def _since(self, name: str, moment: datetime) -> Use:
        asks = dict.fromkeys(KINDS.values(), 0)
        for action, count in (await self._audit.counts(sorted(KINDS), moment)).items():
            asks[KINDS[action]] += count
        calls, tokens = await self._ledger.use_since(moment)
        return Use(since=name, asks=asks, calls=calls, tokens=tokens)


def _act(workspace: Workspace, row: AuditRow, channel: str, ts: str) -> Act:
    return Act(
        kind=ACTS[row.action],
        outcome=row.outcome,
        channel=channel,
        user=row.actor,
        at=row.at,
        link=workspace.people.address_of(channel, ts),
    )
