"""Two hundred facts, each delivered in one of the ways that Slack has: every one has one effect, none is lost."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.app import make_parts
from bot.process import Process, Role
from storage.models import inbox, utc_now
from tests.forgery import signed

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]
HEARS = Role(hears=True, works=False)
CHANNELS, MENTIONS, REACTIONS = 5, 20, 180
AT_ONCE = 20


class Fact:
    """What happened, as the events that tell of it: a mention comes as two."""

    def __init__(self, *events: Json) -> None:
        self.events = events

    def deliveries(self, dice: random.Random) -> Iterator[tuple[Json, int]]:
        """Payloads with the number of the repetition, 0 for a first delivery, in one of Slack's ways."""
        ids = [f"Ev{dice.randrange(10**9)}" for _ in self.events]
        match dice.randrange(4):
            case 0:  # delivered once
                numbers, fresh = [0], False
            case 1:  # the first one is lost: a repetition is all there is
                numbers, fresh = [dice.choice([1, 2, 3])], False
            case 2:  # acknowledged too late, or not at all
                numbers, fresh = [0, 1, 2, 3], False
            case _:  # up to eleven times, under other ids, and nothing says that it is a repetition
                numbers, fresh = [0] * dice.randrange(2, 12), True
        for number in numbers:
            for name, event in zip(ids, self.events, strict=True):
                event_id = f"Ev{dice.randrange(10**9)}" if fresh else name
                yield {"type": "event_callback", "team_id": "T0", "event_id": event_id, "event": event}, number


def mention(channel: str, thread: str, number: int, bot: str) -> Fact:
    said = {
        "channel": channel, "user": "U0MIRA", "ts": f"1800000000.{number:06}", "thread_ts": thread,
        "text": f"<@{bot}> help",
    }  # fmt: skip
    as_message = {**said, "type": "message", "channel_type": "channel", "client_msg_id": f"m-{number}"}
    return Fact(as_message, {**said, "type": "app_mention"})


def reaction(channel: str, ts: str, number: int) -> Fact:
    item = {"type": "message", "channel": channel, "ts": ts}
    at = f"1800000001.{number:06}"
    return Fact({"type": "reaction_added", "user": "U0TOMAS", "reaction": "ticket", "item": item, "event_ts": at})


async def deliver(team: Any, payload: Json, number: int) -> None:
    sockets = team.process.link.sockets
    if sockets:
        # Slack chooses either connection.
        client = sockets.connections[number % len(sockets.connections)].client
        retry = {"retry_attempt": number, "retry_reason": "timeout"} if number else {}
        envelope = {"type": "events_api", "envelope_id": f"e{id(payload)}", "payload": payload, **retry}
        await client.enqueue_message(json.dumps(envelope))
        return
    request = signed(json.dumps(payload).encode())
    retry = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"} if number else {}
    address = f"http://127.0.0.1:{team.process.port}/slack/events"
    async with team.session.post(address, data=request.body, headers={**request.headers, **retry}) as answer:
        assert answer.status == 200


async def deliver_all(team: Any, deliveries: list[tuple[Json, int]]) -> None:
    waiting = iter(deliveries)

    async def work() -> None:
        for payload, number in waiting:
            await deliver(team, payload, number)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def restart(team: Any, role: Role) -> None:
    """Another process on the same database."""
    settings = team.parts.settings
    await team.process.stop()
    team.parts = make_parts(settings, team.session)
    team.process = Process(team.parts, role)
    await team.process.start()
    if team.process.link.sockets is None:
        await team.control("app", events_url=f"http://127.0.0.1:{team.process.port}/slack/events")


async def roots(team: Any) -> dict[str, str]:
    """A thread in each of some channels that the bot is in."""
    state = await team.get("/_control/state")
    here = [c["id"] for c in state["channels"] if team.bot in c["members"] and not c["is_im"]]
    found = {}
    for channel in here[:CHANNELS]:
        team.channel = channel
        found[channel] = await team.says("mira", "Let us talk about the export.")
    return found


async def test_two_hundred_facts_in_every_way_of_delivery_have_one_effect_each(open_team: Any) -> None:
    dice = random.Random(11)  # noqa: S311  # a test's dice
    async with open_team() as team:
        threads = await roots(team)
        places = list(threads.items())
        facts = [mention(*places[n % len(places)], n, team.bot) for n in range(MENTIONS)]
        facts += [reaction(*places[n % len(places)], n) for n in range(REACTIONS)]
        deliveries = [delivery for fact in facts for delivery in fact.deliveries(dice)]
        dice.shuffle(deliveries)
        try:
            await restart(team, HEARS)
            await deliver_all(team, deliveries[: len(deliveries) // 2])
            await restart(team, HEARS)
            # What was told before is told again, as Slack does that heard no acknowledgement.
            dice.shuffle(deliveries)
            await deliver_all(team, deliveries)
            await each_has_one_row(team)
            await restart(team, Role(hears=True, works=True))
            await each_mention_has_one_answer(team, threads)
        finally:
            await team.process.stop()


async def rows(team: Any, *conditions: Any) -> int:
    query = select(func.count()).select_from(inbox).where(*conditions)
    async with team.parts.database.session() as session:
        return int(await session.scalar(query))


async def each_has_one_row(team: Any) -> None:
    async def all_kept() -> bool:
        return await rows(team) == MENTIONS + REACTIONS

    await team.until(all_kept, "every fact to be kept")
    # A row starts one workflow, whatever it is: the mentions show it for all.
    done = update(inbox).where(inbox.c.kind == "reaction").values(finished_at=utc_now())
    async with team.parts.database.begin() as session:
        await session.execute(done)


async def each_mention_has_one_answer(team: Any, threads: dict[str, str]) -> None:
    async def all_done() -> bool:
        return await rows(team, inbox.c.finished_at.is_not(None)) == MENTIONS + REACTIONS

    team.patience = 60.0
    await team.until(all_done, "every mention to be answered")
    assert await rows(team) == MENTIONS + REACTIONS
    answers: Counter[str] = Counter()
    for channel, thread in threads.items():
        team.channel = channel
        answers[channel] = len(await team.thread(thread))
    assert set(answers.values()) == {MENTIONS // len(threads)}
