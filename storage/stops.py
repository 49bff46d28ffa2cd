"""Asks that are to end before their work is done, so that the process that works on them hears of it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import select

from storage.database import Database
from storage.models import setting, utc_now
from storage.statements import insert_new

PREFIX = "stop:"


@dataclass(frozen=True)
class Stop:
    """`by`: who stopped it; else `reason`: why it was given up, in words."""

    by: str = ""
    reason: str = ""


class Stops:
    """A named value for each ask that is to end; the first word counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, ask_key: str, stop: Stop) -> None:
        """Have this ask end."""
        row = {"name": PREFIX + ask_key, "value": json.dumps(asdict(stop)), "updated_at": utc_now()}
        async with self._database.begin() as session:
            await session.execute(insert_new(self._database.dialect, setting, row))

    async def get(self, ask_key: str) -> Stop | None:
        """Why this ask is to end; None where it is not."""
        async with self._database.session() as session:
            kept = await session.scalar(select(setting.c.value).where(setting.c.name == PREFIX + ask_key))
        return None if kept is None else Stop(**json.loads(kept))

    async def among(self, ask_keys: Collection[str]) -> set[str]:
        """Those of the asks that are to end."""
        if not ask_keys:
            return set()
        names = [PREFIX + key for key in ask_keys]
        async with self._database.session() as session:
            found = await session.scalars(select(setting.c.name).where(setting.c.name.in_(names)))
            return {name.removeprefix(PREFIX) for name in found}
