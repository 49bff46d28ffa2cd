"""Follows the threads that the bot takes part in: says which messages without a mention are meant for it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack.arrivals import SAID_BY_PEOPLE, from_talk, is_direct, subtype_of, team_of
from bot.slack.people import People
from pipelines.policy.continuing import DRAFTING, Line, Situation, decide, last_said
from pipelines.policy.house import House
from storage.inbox import Arrival
from storage.talks import Talk, Talks

Body = Mapping[str, Any]
Thread = tuple[str, str, str]
# A thread without the bot is not looked up again for so many seconds.
AWAY = 10.0
# After a mention in a thread it is looked up each time: the bot is at work on its answer.
AWAITED = 600.0
THREADS = 2000
LINES = 20


@dataclass
class Heard:
    """What people said in a thread since the bot spoke last; `mark` names that last word."""

    mark: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)


class Follower:
    """One look-up for a message in a thread of the bot, none for one outside of threads."""

    def __init__(self, talks: Talks, house: House, clock: Callable[[], float] = time.monotonic) -> None:
        self._talks = talks
        self._house = house
        self._clock = clock
        self._away: OrderedDict[Thread, float] = OrderedDict()
        self._awaited: OrderedDict[Thread, float] = OrderedDict()
        self._heard: OrderedDict[Thread, Heard] = OrderedDict()

    async def continues(self, body: Body, people: People) -> Arrival | None:
        """The message as something to serve; None where it is not meant for the bot, or in doubt."""
        event = body["event"]
        if not _is_reply(event):
            return None
        thread = (team_of(body), event["channel"], event["thread_ts"])
        talk = await self._talk(thread)
        if talk is None:
            return None
        if talk.bot_turns:
            await self._talks.persons_turn(*thread)
        rules = await self._house.rules(thread[0], event["channel"])
        if rules.muted or not rules.goes_on or (await self._house.rules(thread[0], user=event["user"])).opted_out:
            return None
        return self._judge(body, thread, talk, people)

    def joined(self, arrival: Arrival) -> None:
        """The bot is called into a thread: the next message there is looked at."""
        said = arrival.payload
        thread = (said["team"], said["channel"], said["thread_ts"] or said["ts"])
        self._away.pop(thread, None)
        _keep(self._awaited, thread, self._clock())

    async def _talk(self, thread: Thread) -> Talk | None:
        if self._clock() - self._away.get(thread, -AWAY) < AWAY:
            return None
        talk = await self._talks.of(*thread)
        if talk is None and self._clock() - self._awaited.get(thread, -AWAITED) >= AWAITED:
            _keep(self._away, thread, self._clock())
        return talk

    def _judge(self, body: Body, thread: Thread, talk: Talk, people: People) -> Arrival | None:
        event = body["event"]
        bot = last_said(talk.said, talk.draft_state, draft_later=talk.draft_later)
        if bot is None:
            return None
        drafting = bot in DRAFTING
        mark = (talk.ask_key, talk.draft_id, talk.draft_state)
        heard = self._heard.get(thread)
        if heard is None or heard.mark != mark:
            heard = Heard(mark)
            _keep(self._heard, thread, heard)
        said = Line(by=event["user"], text=str(event.get("text") or ""))
        now = Situation(
            bot=bot,
            asker=talk.draft_by if drafting else talk.asker,
            by=said.by,
            text=said.text,
            questions=talk.questions if drafting else (),
            since=tuple(heard.lines),
            names=tuple({"leadhand", people.bot_name.lower()}),
        )
        heard.lines = [*heard.lines, said][-LINES:]
        if not decide(now).speaks:
            return None
        return from_talk(body, "draft" if drafting else "question", talk.draft_id if drafting else "", talk.ask_key)


def _is_reply(event: Body) -> bool:
    """Whether a person says something in a thread of a channel."""
    in_thread = event.get("thread_ts") not in {None, "", event.get("ts")}
    by_person = bool(event.get("user")) and not event.get("bot_id")
    plain = event.get("type") == "message" and subtype_of(event) in SAID_BY_PEOPLE
    return in_thread and by_person and plain and not is_direct(event)


def _keep(kept: OrderedDict[Thread, Any], thread: Thread, value: Any) -> None:
    kept[thread] = value
    kept.move_to_end(thread)
    while len(kept) > THREADS:
        kept.popitem(last=False)
