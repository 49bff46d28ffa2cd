"""Drafts of cards: what a person is looking at, and what has become of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.database import Database
from storage.models import draft, utc_now
from storage.statements import insert_new

State = Literal["open", "filing", "filed", "discarded", "undone", "withdrawn"]
CLOSED: frozenset[State] = frozenset({"discarded", "undone", "withdrawn"})


@dataclass(frozen=True)
class DraftRow:
    """One draft; `digest` names the version of `body`, `anchor_ts` the message that it is about.

    `ask_key` is the ask that made it, `claim` the one that changed its state last: a step that is repeated after a
    crash finds its own work by them. `hand` names the fields that people edited, each with the last one who did;
    `source_change` says what became of its messages since; `closed_at` is when somebody closed it, in Slack's seconds;
    `unshown`: its channel was closed to the bot when there was something to show.
    """

    id: str
    key: str
    team: str
    channel: str
    thread_ts: str
    anchor_ts: str
    requested_by: str
    ask_key: str
    claim: str
    request: str
    state: State
    body: dict[str, Any]
    digest: str
    preview_ts: str
    card_id: str
    card_url: str
    list_name: str
    closed_by: str
    filed_by: str
    created_at: datetime
    updated_at: datetime
    hand: dict[str, str] = field(default_factory=dict)
    source_change: dict[str, Any] = field(default_factory=dict)
    closed_at: float = 0.0
    unshown: bool = False


class Drafts:
    """Drafts by id; every change is a compare-and-set, so that of two presses one wins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self,
        *,
        key: str,
        team: str,
        channel: str,
        thread_ts: str,
        anchor_ts: str,
        requested_by: str,
        request: str,
        body: dict[str, Any],
        digest: str,
        ask_key: str = "",
    ) -> tuple[DraftRow, bool]:
        """Make a draft in state open; with a key that is known: the row that is there, and False."""
        now = utc_now()
        row = {
            "key": key,
            "team": team,
            "channel": channel,
            "thread_ts": thread_ts,
            "anchor_ts": anchor_ts,
            "requested_by": requested_by,
            "ask_key": ask_key,
            "request": request,
            "state": "open",
            "body": body,
            "digest": digest,
            "created_at": now,
            "updated_at": now,
        }
        async with self._database.begin() as session:
            return await self._insert(session, row)

    async def _insert(self, session: AsyncSession, row: dict[str, Any]) -> tuple[DraftRow, bool]:
        attempt = 0
        while True:
            named = {**row, "id": short_id(row["key"], attempt)}
            new = await session.execute(insert_new(self._database.dialect, draft, named))
            is_new = new.first() is not None
            found = await _one(session, draft.c.key == row["key"])
            if found is not None:
                return found, is_new
            # Another key has this id: 40 bits collide once in a million drafts or so.
            attempt += 1

    async def get(self, id: str) -> DraftRow | None:
        """The draft with this id; None when there is none."""
        async with self._database.session() as session:
            return await _one(session, draft.c.id == id)

    async def by_key(self, key: str) -> DraftRow | None:
        """The draft made under this key; None when there is none."""
        async with self._database.session() as session:
            return await _one(session, draft.c.key == key)

    async def by_ask(self, ask_key: str) -> DraftRow | None:
        """The draft that this ask opened; None when it opened none."""
        async with self._database.session() as session:
            return await _one(session, draft.c.ask_key == ask_key)

    async def revise(
        self,
        id: str,
        body: dict[str, Any],
        digest: str,
        *,
        expected: str,
        untouched: bool = False,
        request: str | None = None,
        hand: dict[str, str] | None = None,
        source_change: dict[str, Any] | None = None,
    ) -> bool:
        """Replace the body; False when the draft is no longer open or its digest is not the expected one.

        `untouched`: False as well when a person has laid a hand on it, however it stands now.
        Fields that are given are set in the same step.
        """
        still = [draft.c.id == id, draft.c.state == "open", draft.c.digest == expected]
        if untouched:
            still.append(draft.c.claim == "")
        fields = {"request": request, "hand": hand, "source_change": source_change}
        given = {name: value for name, value in fields.items() if value is not None}
        return await self._change(still, {"body": body, "digest": digest, **given})

    async def rewrite(
        self, id: str, body: dict[str, Any], digest: str, *, request: str, source_change: dict[str, Any]
    ) -> None:
        """Replace what is kept of a draft that nobody decides about any more: a message of it is to be forgotten."""
        over = (draft.c.id == id, draft.c.state.not_in(("open", "filing")))
        fields = {"request": request, "source_change": source_change}
        await self._change(over, {"body": body, "digest": digest, **fields})

    async def touch(self, id: str, by: str) -> None:
        """Note that a person is at work on an open draft: from now on nobody else improves it under their hands."""
        await self._change((draft.c.id == id, draft.c.state == "open"), {"claim": by})

    async def move(
        self,
        id: str,
        *,
        frm: Collection[State],
        to: State,
        expected_digest: str | None = None,
        preview_ts: str | None = None,
        card_id: str | None = None,
        card_url: str | None = None,
        list_name: str | None = None,
        closed_by: str | None = None,
        filed_by: str | None = None,
        closed_at: float | None = None,
        claim: str = "",
    ) -> bool:
        """Change the state; False when it is in none of `frm`, or the digest is not the expected one.

        Fields that are given are set in the same step. True as well when the same claim made this move before.
        """
        ready: list[ColumnElement[bool]] = [draft.c.state.in_(tuple(frm))]
        if expected_digest is not None:
            ready.append(draft.c.digest == expected_digest)
        mine = and_(draft.c.state == to, draft.c.claim == claim) if claim else false()
        still = [draft.c.id == id, or_(and_(*ready), mine)]
        fields = {
            "preview_ts": preview_ts,
            "card_id": card_id,
            "card_url": card_url,
            "list_name": list_name,
            "closed_by": closed_by,
            "filed_by": filed_by,
            "closed_at": closed_at,
            "claim": claim or None,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return await self._change(still, {"state": to, **given})

    async def note_preview(self, id: str, ts: str) -> None:
        """Remember which message shows the draft."""
        await self._change((draft.c.id == id,), {"preview_ts": ts})

    async def note_shown(self, id: str, *, shown: bool) -> None:
        """Remember whether people could be shown how it stands."""
        await self._change((draft.c.id == id,), {"unshown": not shown})

    async def of_channel(self, team: str, channel: str, *, unshown: bool = False) -> list[DraftRow]:
        """Every draft of the channel, oldest first; only those that people could not be shown, where asked so."""
        here = [draft.c.team == team, draft.c.channel == channel]
        if unshown:
            here.append(draft.c.unshown.is_(True))
        query = select(draft).where(*here).order_by(draft.c.created_at, draft.c.id)
        async with self._database.session() as session:
            return [DraftRow(**row) for row in (await session.execute(query)).mappings()]

    async def of_thread(self, team: str, channel: str, thread_ts: str) -> list[DraftRow]:
        """Every draft made in that thread, oldest first."""
        here = (draft.c.team == team, draft.c.channel == channel, draft.c.thread_ts == thread_ts)
        query = select(draft).where(*here).order_by(draft.c.created_at, draft.c.id)
        async with self._database.session() as session:
            return [DraftRow(**row) for row in (await session.execute(query)).mappings()]

    async def recent(self, limit: int, team: str = "", *, after: int = 0) -> list[DraftRow]:
        """The latest drafts, newest first, after so many; of one team when it is given."""
        query = select(draft).order_by(draft.c.created_at.desc(), draft.c.id).limit(limit).offset(after)
        if team:
            query = query.where(draft.c.team == team)
        async with self._database.session() as session:
            return [DraftRow(**row) for row in (await session.execute(query)).mappings()]

    async def in_state(self, state: State) -> list[DraftRow]:
        """Every draft in that state, oldest first."""
        query = select(draft).where(draft.c.state == state).order_by(draft.c.created_at, draft.c.id)
        async with self._database.session() as session:
            return [DraftRow(**row) for row in (await session.execute(query)).mappings()]

    async def _change(self, still: Collection[ColumnElement[bool]], values: dict[str, Any]) -> bool:
        change = update(draft).where(*still).values(updated_at=utc_now(), **values)
        async with self._database.begin() as session:
            return (await session.execute(change.returning(draft.c.id))).first() is not None


def short_id(key: str, attempt: int = 0) -> str:
    """Eight letters and digits made from the key, so that a repeated step makes the same id."""
    seed = key if attempt == 0 else f"{key}\n{attempt}"
    return base64.b32encode(hashlib.sha256(seed.encode()).digest()[:5]).decode().lower()


async def _one(session: AsyncSession, condition: ColumnElement[bool]) -> DraftRow | None:
    row = (await session.execute(select(draft).where(condition))).mappings().first()
    return None if row is None else DraftRow(**row)
