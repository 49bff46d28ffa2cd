"""What workspaces, channels and people have chosen: rows of one table, kept in memory for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import and_, delete, select

from storage.database import Database
from storage.models import preference, utc_now
from storage.statements import upsert

Scope = Literal["workspace", "channel", "person"]
Key = tuple[Scope, str, str]
"""Scope, whose (a channel's or a person's id, empty for the workspace), and the name of the choice."""

# Another process may have changed something: what is read here is at most so old, in seconds.
LIVES = 5.0


class Preferences:
    """Choices by workspace. Reading them is a look into memory most of the time."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._kept: dict[str, tuple[float, Mapping[Key, Any]]] = {}
        self._changes = 0

    async def of(self, team: str) -> Mapping[Key, Any]:
        """Everything chosen in this workspace. Do not change it."""
        kept = self._kept.get(team)
        if kept and self._clock() - kept[0] < LIVES:
            return kept[1]
        changes = self._changes
        columns = (preference.c.scope, preference.c.subject, preference.c.name, preference.c.value)
        async with self._database.session() as session:
            rows = (await session.execute(select(*columns).where(preference.c.team == team))).all()
        found: dict[Key, Any] = {(row.scope, row.subject, row.name): row.value for row in rows}
        # What was read while somebody chose may be older than the choice.
        if changes == self._changes:
            self._kept[team] = (self._clock(), found)
        return found

    async def put(self, team: str, key: Key, value: Any, by: str) -> None:
        """Store a choice, any JSON; None takes it back, so that what stands above it counts again."""
        scope, subject, name = key
        c = preference.c
        async with self._database.begin() as session:
            if value is None:
                here = and_(c.team == team, c.scope == scope, c.subject == subject, c.name == name)
                await session.execute(delete(preference).where(here))
            else:
                row = {"team": team, "scope": scope, "subject": subject, "name": name, "value": value}
                stamped = {**row, "changed_by": by, "updated_at": utc_now()}
                await session.execute(upsert(self._database.dialect, preference), stamped)
        self._changes += 1
        self._kept.pop(team, None)
