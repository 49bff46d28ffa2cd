"""The workspaces that installed the app, tokens sealed; every change is a compare-and-set on the row's version.

A table of our own, and not the SDK's: that one adds a row for each install and each renewal, knows no writer from
another, and keeps tokens as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, or_, select, update

from storage.database import Database
from storage.models import install_attempt, installation, utc_now
from storage.sealing import Keyring, Unreadable
from storage.statements import insert_new

FIELDS = ("team", "name", "enterprise", "app", "bot_user", "bot_id", "url", "scopes", "installed_by")


@dataclass(frozen=True)
class Tokens:
    """What opens a workspace: `expires_at` is None for a token that lasts, and then `refresh` is empty."""

    token: str
    refresh: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Installed:
    """One workspace. `tokens` is None when the app was removed, or when none of our keys opens them."""

    team: str
    name: str
    enterprise: str
    app: str
    bot_user: str
    bot_id: str
    url: str
    scopes: str
    installed_by: str
    tokens: Tokens | None
    version: int
    installed_at: datetime
    removed_at: datetime | None


class Installations:
    """One row for each workspace that the app was ever installed in."""

    def __init__(self, database: Database, keys: Keyring) -> None:
        self._database = database
        self._keys = keys

    async def put(self, about: Mapping[str, str], tokens: Tokens) -> Installed:
        """Somebody installed the app, perhaps again: what was known is replaced. `about` has the FIELDS."""
        team, now = about["team"], utc_now()
        known = {name: about.get(name, "") for name in FIELDS}
        row = {**known, **self._sealed(team, tokens), "version": 1, "installed_at": now}
        fresh = {**row, "version": installation.c.version + 1, "removed_at": None, "renewing_until": None}
        async with self._database.begin() as session:
            new = await session.execute(insert_new(self._database.dialect, installation, row))
            if new.first() is None:
                await session.execute(update(installation).where(installation.c.team == team).values(fresh))
            found = (await session.execute(select(installation).where(installation.c.team == team))).mappings().one()
        return self._installed(found)

    async def get(self, team: str) -> Installed | None:
        """The workspace; None when it never installed the app."""
        async with self._database.session() as session:
            found = await session.execute(select(installation).where(installation.c.team == team))
            row = found.mappings().first()
        return None if row is None else self._installed(row)

    async def all(self) -> list[Installed]:
        """Every workspace that the app is installed in, in the order of their ids."""
        query = select(installation).where(installation.c.removed_at.is_(None)).order_by(installation.c.team)
        async with self._database.session() as session:
            return [self._installed(row) for row in (await session.execute(query)).mappings()]

    async def count(self) -> int:
        """In how many workspaces the app is installed."""
        query = select(func.count()).select_from(installation).where(installation.c.removed_at.is_(None))
        async with self._database.session() as session:
            return int(await session.scalar(query) or 0)

    async def remove(self, team: str) -> bool:
        """The app was removed: the tokens are erased, the rest stays for the records. False when it was not there."""
        gone = {"removed_at": utc_now(), "token": "", "refresh": "", "expires_at": None}
        return await self._change(
            (installation.c.team == team, installation.c.removed_at.is_(None)),
            {**gone, "version": installation.c.version + 1},
        )

    async def due(self, before: datetime) -> list[str]:
        """Teams whose tokens end before that moment, the most urgent first."""
        c = installation.c
        query = select(c.team).where(c.removed_at.is_(None), c.refresh != "", c.expires_at < before)
        async with self._database.session() as session:
            return list(await session.scalars(query.order_by(c.expires_at, c.team)))

    async def claim(self, team: str, version: int, renewer: str, seconds: float) -> bool:
        """Be the only one who renews these tokens, for so long: the token that renews them counts once."""
        now, c = utc_now(), installation.c
        free = or_(c.renewing_until.is_(None), c.renewing_until < now, c.renewer == renewer)
        held = {"renewer": renewer, "renewing_until": now + timedelta(seconds=seconds)}
        return await self._change((c.team == team, c.version == version, c.removed_at.is_(None), free), held)

    async def release(self, team: str, renewer: str) -> None:
        """Let others try: nothing was renewed."""
        c = installation.c
        await self._change((c.team == team, c.renewer == renewer), {"renewer": "", "renewing_until": None})

    async def renewed(self, team: str, version: int, tokens: Tokens) -> bool:
        """Keep the new tokens. False when the row changed meanwhile, as by a new install."""
        changed = {**self._sealed(team, tokens), "version": version + 1, "renewer": "", "renewing_until": None}
        return await self._change((installation.c.team == team, installation.c.version == version), changed)

    async def reseal(self) -> int:
        """Seal with the newest key whatever an older one sealed; how many workspaces that were."""
        c = installation.c
        query = select(c.team, c.version, c.token, c.refresh).where(c.removed_at.is_(None)).order_by(c.team)
        async with self._database.session() as session:
            rows = (await session.execute(query)).all()
        done = 0
        for team, version, *sealed in rows:
            if all(self._keys.is_newest(text) for text in sealed if text):
                continue
            try:
                token, refresh = (self._again(team, text) for text in sealed)
            except Unreadable:
                continue
            same = (c.team == team, c.version == version)
            done += await self._change(same, {"token": token, "refresh": refresh})
        return done

    async def spend(self, state: str, expires_at: datetime) -> bool:
        """Use up the state of an install, which is good once; False when it was used. Old ones are cleared away."""
        digest = hashlib.sha256(state.encode()).hexdigest()
        async with self._database.begin() as session:
            await session.execute(delete(install_attempt).where(install_attempt.c.expires_at < utc_now()))
            row = {"state": digest, "expires_at": expires_at}
            return (await session.execute(insert_new(self._database.dialect, install_attempt, row))).first() is not None

    def _again(self, team: str, sealed: str) -> str:
        return self._keys.seal(team, self._keys.open(team, sealed)) if sealed else ""

    def _sealed(self, team: str, tokens: Tokens) -> dict[str, Any]:
        refresh = self._keys.seal(team, tokens.refresh) if tokens.refresh else ""
        return {"token": self._keys.seal(team, tokens.token), "refresh": refresh, "expires_at": tokens.expires_at}

    def _installed(self, row: RowMapping) -> Installed:
        kept = {name: row[name] for name in (*FIELDS, "version", "installed_at", "removed_at")}
        return Installed(**kept, tokens=self._opened(row))

    def _opened(self, row: RowMapping) -> Tokens | None:
        if not row["token"]:
            return None
        team = row["team"]
        try:
            refresh = self._keys.open(team, row["refresh"]) if row["refresh"] else ""
            return Tokens(self._keys.open(team, row["token"]), refresh, row["expires_at"])
        except Unreadable:
            return None

    async def _change(self, still: tuple[ColumnElement[bool], ...], values: Mapping[str, Any]) -> bool:
        change = update(installation).where(*still).values(**values).returning(installation.c.team)
        async with self._database.begin() as session:
            return (await session.execute(change)).first() is not None
