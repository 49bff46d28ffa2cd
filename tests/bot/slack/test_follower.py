"""What a message in a thread costs, and what was said since the bot spoke."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.follower import AWAY, Follower
from bot.slack.people import People
from pipelines.policy.choices import Defaults
from pipelines.policy.house import House
from storage.database import Database
from storage.preferences import Preferences
from storage.talks import Talk, Talks


class Counting(Talks):
    """Counts how often the database is asked."""

    asked = 0

    async def of(self, team: str, channel: str, thread_ts: str) -> Talk | None:
        self.asked += 1
        return await super().of(team, channel, thread_ts)


class Scene:
    def __init__(self, database: Database) -> None:
        self.now = 0.0
        self.talks = Counting(database)
        self.follower = Follower(self.talks, House(Preferences(database), Defaults()), clock=lambda: self.now)
        self.people = People(None)  # type: ignore[arg-type]  # nobody is asked for
        self.ts = 1

    async def hears(self, user: str, text: str, **fields: Any) -> Any:
        self.ts += 1
        event = {"type": "message", "channel": "C1", "user": user, "text": text, "ts": f"{self.ts}.0"}
        body = {"team_id": "T1", "event": {**event, "thread_ts": "1.0", **fields}}
        return await self.follower.continues(body, self.people)

    async def answered(self, asker: str, key: str = "mention:T1:C1:1.0") -> None:
        await self.talks.note("T1", "C1", "1.0", asker=asker, said="qa:answered", ask_key=key)


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


@pytest.mark.parametrize(
    "fields",
    [
        {"thread_ts": None},
        {"thread_ts": "2.0", "ts": "2.0"},
        {"bot_id": "B1"},
        {"subtype": "channel_join"},
        {"channel_type": "im"},
        {"type": "app_mention"},
        {"user": None},
    ],
)
async def test_what_is_no_reply_of_a_person_costs_nothing(scene: Scene, fields: dict[str, Any]) -> None:
    assert await scene.hears(**{"user": "U1", "text": "and where is it?", **fields}) is None
    assert scene.talks.asked == 0


async def test_a_thread_without_the_bot_is_looked_up_once_in_a_while(scene: Scene) -> None:
    for _ in range(5):
        assert await scene.hears("U1", "and where is it?") is None
    assert scene.talks.asked == 1
    scene.now = AWAY
    await scene.hears("U1", "and where is it?")
    assert scene.talks.asked == 2


async def test_a_follow_up_carries_what_it_goes_on_with(scene: Scene) -> None:
    await scene.answered("U1")
    arrival = await scene.hears("U1", "and on mobile?")
    assert (arrival.kind, arrival.key) == ("continuation", "mention:T1:C1:2.0")
    assert arrival.payload["after"] == "mention:T1:C1:1.0"
    assert arrival.payload["topic"] == "question"
    assert await scene.hears("U2", "and on mobile?") is None, "somebody else"


async def test_people_who_talk_among_themselves_are_remembered_until_the_bot_speaks(scene: Scene) -> None:
    await scene.answered("U1")
    assert await scene.hears("U2", "I would not rely on that") is None
    assert await scene.hears("U1", "where is it set?") is None
    await scene.answered("U1", "mention:T1:C1:9.0")
    assert await scene.hears("U1", "where is it set?") is not None


async def test_a_person_who_speaks_gives_bots_their_turns_again(scene: Scene) -> None:
    await scene.talks.bots_turn("T1", "C1", "1.0")
    await scene.hears("U1", "hm")
    assert await scene.talks.bots_turn("T1", "C1", "1.0") == 1
