"""One line for each act: who, what, on what, with which outcome and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.database import Database
from storage.models import audit, utc_now
from storage.statements import insert_new

FILTERS = frozenset({"actor", "action", "target", "outcome", "key"})


@dataclass(frozen=True)
class AuditRow:
    """One act, as it was recorded."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    outcome: str
    key: str
    reason: str
    detail: dict[str, Any]


class Audit:
    """The log of acts; rows are never changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self,
        *,
        actor: str,
        action: str,
        target: str,
        outcome: str,
        key: str = "",
        reason: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line; the same action under the same non-empty key is recorded once."""
        row = {
            "at": utc_now(),
            "actor": actor,
            "action": action,
            "target": target,
            "outcome": outcome,
            "key": key or None,
            "reason": reason,
            "detail": dict(detail or {}),
        }
        async with self._database.begin() as session:
            await session.execute(insert_new(self._database.dialect, audit, row))

    async def latest(self, actions: Collection[str], limit: int) -> list[AuditRow]:
        """The latest lines of these actions, the latest first."""
        query = select(audit).where(audit.c.action.in_(tuple(actions))).order_by(audit.c.id.desc()).limit(limit)
        async with self._database.session() as session:
            rows = (await session.execute(query)).mappings().all()
        return [AuditRow(**{**row, "key": row["key"] or ""}) for row in rows]

    async def counts(self, actions: Collection[str], since: datetime) -> dict[str, int]:
        """How many lines each of these actions has from that moment on; those that have any."""
        wanted = (audit.c.action.in_(tuple(actions)), audit.c.at >= since)
        query = select(audit.c.action, func.count()).where(*wanted).group_by(audit.c.action)
        async with self._database.session() as session:
            return {str(action): int(count) for action, count in await session.execute(query)}

    async def entries(self, limit: int = 100, **filters: str) -> list[AuditRow]:
        """The latest lines first; filters are equalities on actor, action, target, outcome or key."""
        unknown = sorted(set(filters) - FILTERS)
        if unknown:
            raise ValueError(f"the audit has no filter {', '.join(unknown)}")
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        for name, value in filters.items():
            query = query.where(audit.c[name] == value)
        async with self._database.session() as session:
            rows = (await session.execute(query)).mappings().all()
        return [AuditRow(**{**row, "key": row["key"] or ""}) for row in rows]
