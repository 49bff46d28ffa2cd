"""What the watch over the work does: a word once, an end for what hangs, and an end on order from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot import watchdog
from bot.running import Ended, Running
from bot.watchdog import Watchdog
from pipelines.core.asks import Ask, Outcome, Place
from pipelines.core.errors import TryAgain
from pipelines.core.runs import Run
from storage.database import Database
from storage.stops import Stop, Stops

DONE = Outcome(word="answered")


class OneRun:
    """A run of steps that are just done."""

    key = "mention:1"

    async def step(self, name: str, fn: Callable[[], Awaitable[Any]]) -> Any:
        return await fn()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)

    async def forget(self, keys: Any) -> list[str]:
        return []


class Ears:
    """The part of a chat that the watchdog speaks to; hears what is said, or has trouble."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.trouble = False

    async def remark(self, place: Place, reply: Any, key: str) -> None:
        await self._hear(f"{key}: {reply.text}")

    async def whisper(self, place: Place, user: str, reply: Any, reply_url: str = "") -> None:
        await self._hear(f"{user}: {reply.text}")

    async def _hear(self, words: str) -> None:
        if self.trouble:
            raise TryAgain("Slack is not answering.")
        self.heard.append(words)


class Watched:
    """One ask at work that hangs in a step."""

    def __init__(self, database: Database) -> None:
        self.stops = Stops(database)
        self.running = Running(self.stops)
        self.ears = Ears()
        self.cancelled = False
        self.hangs = asyncio.Event()

    async def hang(self, ask: Ask, run: Run) -> Outcome:
        async def never() -> None:
            self.hangs.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise

        await run.step("word the answer", never)
        return DONE

    async def do(self, *, openly: bool = True) -> Outcome:
        place = Place(team="T1", channel="C1", thread_ts="1.0")
        ask = Ask(key="mention:1", verb="answer", place=place, user="U1", openly=openly)
        return await self.running.do("qa", ask, OneRun(), self.hang)

    async def begin(self, *, openly: bool = True) -> asyncio.Task[Outcome]:
        work = asyncio.ensure_future(self.do(openly=openly))
        await self.hangs.wait()
        return work

    def dog(self, step_seconds: float = 300.0) -> Watchdog:
        return Watchdog(self.running, self.stops, self.ears, step_seconds)  # type: ignore[arg-type]


@pytest.fixture
async def watched(sqlite_url: str) -> AsyncIterator[Watched]:
    database = Database.connect(sqlite_url)
    yield Watched(database)
    await database.close()


@pytest.mark.parametrize(("openly", "to"), [(True, "answer:mention:1"), (False, "U1")])
async def test_what_takes_long_is_said_once(
    watched: Watched, openly: bool, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, dog = await watched.begin(openly=openly), watched.dog()
    await dog.look()
    assert watched.ears.heard == [], "not at once"
    monkeypatch.setattr(watchdog, "STILL_AFTER", -1.0)
    await dog.look()
    await dog.look()
    (said,) = watched.ears.heard
    assert said.startswith(f"{to}: Still at it.")
    assert "word the answer" in said
    watched.running.end("mention:1")
    with pytest.raises(Ended):
        await work


async def test_what_hangs_is_given_up_and_not_begun_again(watched: Watched) -> None:
    work = await watched.begin()
    await watched.dog(step_seconds=-1.0).look()
    with pytest.raises(Ended):
        await work
    assert watched.cancelled
    stop = await watched.stops.get("mention:1")
    assert stop is not None
    assert "word the answer" in stop.reason
    assert watched.running.works == []
    with pytest.raises(Ended):
        await watched.do()


async def test_a_stop_from_another_process_is_heard(watched: Watched) -> None:
    work, dog = await watched.begin(), watched.dog()
    await dog.look()
    assert not work.done()
    await watched.stops.add("mention:1", Stop(by="U2"))
    await watched.stops.add("mention:1", Stop(reason="later"))
    await dog.look()
    with pytest.raises(Ended):
        await work
    assert await watched.stops.get("mention:1") == Stop(by="U2"), "the first word counts"


async def test_trouble_with_saying_so_ends_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "STILL_AFTER", -1.0)
    watched.ears.trouble = True
    work = await watched.begin()
    await watched.dog().look()
    assert not work.done()
    watched.running.end("mention:1")
    with pytest.raises(Ended):
        await work
