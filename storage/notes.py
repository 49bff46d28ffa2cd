"""Small state under a name, such as how far the moves on a board have been read."""

from __future__ import annotations

from sqlalchemy import select

from storage.database import Database
from storage.models import setting, utc_now
from storage.statements import upsert


class Notes:
    """Named values that survive a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """The value last put under the name; None when there is none."""
        async with self._database.session() as session:
            return await session.scalar(select(setting.c.value).where(setting.c.name == name))

    async def put(self, name: str, value: str) -> None:
        """Store the value in place of the one before."""
        async with self._database.begin() as session:
            row = {"name": name, "value": value, "updated_at": utc_now()}
            await session.execute(upsert(self._database.dialect, setting), row)
