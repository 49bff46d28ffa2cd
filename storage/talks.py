"""The threads in which the bot talks: with whom last, what it said, and the draft that stands there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select, update

from storage.database import Database
from storage.models import draft, talk, utc_now
from storage.statements import insert_new


@dataclass(frozen=True)
class Talk:
    """How things stand in one thread.

    `asker` had the bot do something last, by the ask `ask_key`, and `said` is how that ended, as ABILITY:OUTCOME; all
    empty where only a draft stands there. `bot_turns`: other bots' turns since a person last spoke. `draft_*` are of
    the latest draft of the thread, empty when there is none; `draft_later`: it was made after what was said last.
    """

    asker: str = ""
    said: str = ""
    ask_key: str = ""
    bot_turns: int = 0
    draft_id: str = ""
    draft_state: str = ""
    draft_by: str = ""
    draft_later: bool = False
    questions: tuple[str, ...] = ()


class Talks:
    """Threads by their place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team: str, channel: str, thread_ts: str) -> Talk | None:
        """How things stand there; None where the bot takes no part. Two look-ups by key."""
        c = draft.c
        columns = (c.id, c.state, c.requested_by, c.body, c.created_at)
        # A draft that a command asked for has no thread but the one under its preview.
        its_own = and_(c.thread_ts == "", c.preview_ts == thread_ts)
        here = and_(c.team == team, c.channel == channel, or_(c.thread_ts == thread_ts, its_own))
        latest = select(*columns).where(here).order_by(c.created_at.desc()).limit(1)
        async with self._database.session() as session:
            known = (await session.execute(select(talk).where(_at(team, channel, thread_ts)))).mappings().first()
            drawn = (await session.execute(latest)).first()
        if known is None and drawn is None:
            return None
        fields: dict[str, Any] = {}
        if known is not None:
            fields |= {name: known[name] for name in ("asker", "said", "ask_key", "bot_turns")}
        if drawn is not None:
            fields |= {"draft_id": drawn.id, "draft_state": drawn.state, "draft_by": drawn.requested_by}
            fields |= {"questions": tuple(drawn.body.get("questions") or ())}
            fields["draft_later"] = known is None or not known["said"] or drawn.created_at > known["updated_at"]
        return Talk(**fields)

    async def note(
        self, team: str, channel: str, thread_ts: str, *, asker: str, said: str, ask_key: str, by_bot: bool = False
    ) -> None:
        """The bot spoke with somebody there; after a person, other bots have their turns again."""
        spoke = {"asker": asker, "said": said, "ask_key": ask_key, "updated_at": utc_now()}
        await self._put(team, channel, thread_ts, spoke if by_bot else spoke | {"bot_turns": 0})

    async def bots_turn(self, team: str, channel: str, thread_ts: str) -> int:
        """Another bot asks there: how many turns of bots in a row that makes, this one counted."""
        async with self._database.begin() as session:
            await session.execute(insert_new(self._database.dialect, talk, _new(team, channel, thread_ts)))
            counted = update(talk).where(_at(team, channel, thread_ts)).values(bot_turns=talk.c.bot_turns + 1)
            return int((await session.execute(counted.returning(talk.c.bot_turns))).scalar_one())

    async def persons_turn(self, team: str, channel: str, thread_ts: str) -> None:
        """A person speaks there: bots may have their turns again."""
        await self._put(team, channel, thread_ts, {"bot_turns": 0})

    async def _put(self, team: str, channel: str, thread_ts: str, values: dict[str, Any]) -> None:
        async with self._database.begin() as session:
            row = _new(team, channel, thread_ts) | values
            new = await session.execute(insert_new(self._database.dialect, talk, row))
            if new.first() is None:
                change = update(talk).where(_at(team, channel, thread_ts))
                await session.execute(change.values(**values))


def _at(team: str, channel: str, thread_ts: str) -> Any:
    return and_(talk.c.team == team, talk.c.channel == channel, talk.c.thread_ts == thread_ts)


def _new(team: str, channel: str, thread_ts: str) -> dict[str, Any]:
    place = {"team": team, "channel": channel, "thread_ts": thread_ts}
    return place | {"asker": "", "said": "", "ask_key": "", "bot_turns": 0, "updated_at": utc_now()}
