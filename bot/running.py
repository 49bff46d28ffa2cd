"""The asks that this process works on: what each does, since when, and how it is ended from outside."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from pipelines.core.asks import Ask, Outcome
from pipelines.core.errors import TryAgain
from pipelines.core.runs import Run
from storage.stops import Stops

log = logging.getLogger(__name__)

T = TypeVar("T")

Ability = Callable[[Ask, Run], Awaitable[Outcome]]


class Ended(Exception):
    """The work was ended from outside; another workflow says so and records it."""


@dataclass
class Work:
    """One ask at work. `step` is what it does now, empty between steps; `since` when that began (monotonic)."""

    name: str
    ask: Ask
    began: float = field(default_factory=time.monotonic)
    since: float = field(default_factory=time.monotonic)
    step: str = ""
    trouble: str = ""
    told: bool = False
    ended: bool = False
    task: asyncio.Task[Outcome] | None = None

    def end(self) -> None:
        """Interrupt it, its model call and all."""
        self.ended = True
        if self.task:
            self.task.cancel()


class Watched:
    """A run whose steps are seen."""

    def __init__(self, run: Run, work: Work) -> None:
        self._run = run
        self._work = work

    @property
    def key(self) -> str:
        """The key of the ask."""
        return self._run.key

    async def step(self, name: str, fn: Callable[[], Awaitable[T]]) -> T:
        """The run's own step."""
        self._work.step, self._work.since = name, time.monotonic()
        try:
            result = await self._run.step(name, fn)
        except TryAgain as failure:
            self._work.trouble = failure.words
            raise
        finally:
            self._work.step, self._work.since = "", time.monotonic()
        self._work.trouble = ""
        return result

    async def sleep(self, seconds: float) -> None:
        """The run's own wait."""
        await self._run.sleep(seconds)

    async def forget(self, keys: Collection[str]) -> list[str]:
        """The run's own forgetting."""
        return await self._run.forget(keys)


class Running:
    """Works by the key of their ask."""

    def __init__(self, stops: Stops) -> None:
        self._stops = stops
        self._works: dict[str, Work] = {}

    @property
    def works(self) -> list[Work]:
        """All of them, oldest first."""
        return list(self._works.values())

    async def do(self, name: str, ask: Ask, run: Run, ability: Ability) -> Outcome:
        """Have the ability serve the ask. Raises Ended, also where an earlier process was told to end it."""
        if await self._was_ended(ask.key):
            raise Ended
        work = Work(name, ask)
        self._works[ask.key] = work
        work.task = asyncio.ensure_future(ability(ask, Watched(run, work)))
        try:
            return await work.task
        except asyncio.CancelledError:
            if work.ended:
                raise Ended from None
            raise
        finally:
            self._works.pop(ask.key, None)

    async def _was_ended(self, key: str) -> bool:
        try:
            return await self._stops.get(key) is not None
        except Exception:
            # No recorded step, since it must be asked anew after a crash: a database that is away must not break the
            # ask. The watchdog asks again, twice a second.
            log.warning("whether an ask was ended is not known", exc_info=True, extra={"action": "stop"})
            return False

    def end(self, key: str) -> None:
        """End the work on this ask, if it is done here."""
        if work := self._works.get(key):
            work.end()
