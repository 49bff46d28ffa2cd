"""What the records hold of a message, and the way to forget it: a deleted message leaves no words behind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, text, update

from storage.database import Database
from storage.models import audit, card_link, inbox

SLACKS_CLOCK = timedelta(hours=1)  # how far Slack's clock and ours may be apart
# The kinds of arrival that are a message to the bot.
ASKS = frozenset({"mention", "reask", "continuation"})
# The fields of an arrival that hold what people wrote.
WRITTEN = {"text": "", "values": {}}


@dataclass(frozen=True)
class Trace:
    """An arrival that may have left words of a message somewhere; `own`: the message itself was the arrival."""

    key: str
    kind: str
    own: bool


class Traces:
    """Arrivals that had to do with a message, and what was kept of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_message(
        self, team: str, channel: str, ts: str, threads: Collection[str], drafts: Collection[str]
    ) -> list[Trace]:
        """Everything that arrived about the message, its threads, or these drafts; nothing came before the message."""
        here = tuple({ts, *threads})
        said = inbox.c.payload
        about: list[ColumnElement[bool]] = [
            said["ts"].as_string().in_(here),
            said["thread_ts"].as_string().in_(here),
            *(said["value"].as_string().startswith(f"{draft}:", autoescape=True) for draft in drafts),
        ]
        since = datetime.fromtimestamp(float(ts), UTC) - SLACKS_CLOCK
        query = select(inbox.c.key, inbox.c.kind, said["ts"].as_string()).where(
            inbox.c.received_at >= since,
            said["team"].as_string() == team,
            said["channel"].as_string() == channel,
            or_(*about),
        )
        async with self._database.session() as session:
            found = (await session.execute(query.order_by(inbox.c.id))).all()
        return [Trace(key, kind, at == ts and kind in ASKS) for key, kind, at in found]

    async def of_channel(self, team: str, channel: str) -> list[str]:
        """The keys of everything that arrived from a channel, but for the news about the channel itself."""
        said = inbox.c.payload
        here = (said["team"].as_string() == team, said["channel"].as_string() == channel, inbox.c.kind != "gone")
        async with self._database.session() as session:
            return list(await session.scalars(select(inbox.c.key).where(*here).order_by(inbox.c.id)))

    async def root_of(self, team: str, channel: str, ts: str) -> str:
        """The thread that a message to the bot stood in; empty where none arrived or it stood in none."""
        async with self._database.session() as session:
            query = select(inbox.c.payload).where(inbox.c.key == f"mention:{team}:{channel}:{ts}")
            payload = await session.scalar(query)
        return str((payload or {}).get("thread_ts") or "")

    async def unfinished(self, keys: Collection[str]) -> list[str]:
        """Those of the arrivals that are not done with."""
        async with self._database.session() as session:
            query = select(inbox.c.key).where(inbox.c.finished_at.is_(None))
            return sorted(set(await session.scalars(query)) & set(keys))

    async def scrub(self, keys: Collection[str]) -> None:
        """Forget the words of these arrivals, and the reasons that their ends were told with."""
        for key in keys:
            async with self._database.begin() as session:
                payload = await session.scalar(select(inbox.c.payload).where(inbox.c.key == key))
                kept = {name: WRITTEN.get(name, value) for name, value in (payload or {}).items()}
                await session.execute(update(inbox).where(inbox.c.key == key).values(payload=kept, reason=""))
                await session.execute(update(audit).where(audit.c.key == key).values(reason=""))

    async def rename_card(self, draft: str, title: str) -> None:
        """Give the link of a draft's card another title."""
        async with self._database.begin() as session:
            await session.execute(update(card_link).where(card_link.c.draft_id == draft).values(title=title))

    async def settle(self) -> None:
        """Have SQLite write its log into its file and empty it: old pages stand in the log until then."""
        if self._database.dialect == "sqlite":
            async with self._database.session() as session:
                connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
