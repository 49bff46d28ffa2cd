"""A run: the recorded steps of one ask, replayed and not redone after a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Protocol, TypeVar

from pipelines.core.errors import TellPerson, TryAgain

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
GIVE_UP_AFTER = 24 * 3600.0


class Run(Protocol):
    """What the durable engine gives to a pipeline."""

    @property
    def key(self) -> str:
        """The key of the ask."""
        ...

    async def step(self, name: str, fn: Callable[[], Awaitable[T]]) -> T:
        """Run `fn` and record its result (JSON); after a crash the record is returned instead of running it again."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; a restart waits only for the rest."""
        ...

    async def forget(self, keys: Collection[str]) -> list[str]:
        """Delete the records of other runs, in a step; returns the keys of those that are still under way."""
        ...


async def keep_trying(
    run: Run,
    name: str,
    fn: Callable[[], Awaitable[T]],
    on_trouble: Callable[[TryAgain], Awaitable[None]] | None = None,
) -> T:
    """Repeat a step through passing faults, with doubling pauses, for a day at most.

    `fn` must be safe to repeat after an unclear failure. `on_trouble` is called once, at the second failure, to
    tell people why it takes long; a failure of its own is no reason to stop.
    Raises TellPerson when a day was not enough.
    """
    pause, waited, attempt = FIRST_PAUSE, 0.0, 1
    while True:
        try:
            return await run.step(name if attempt == 1 else f"{name}, attempt {attempt}", fn)
        except TryAgain as trouble:
            if waited >= GIVE_UP_AFTER:
                raise TellPerson(f"{trouble.words} I tried for a day and have stopped.") from trouble
            if attempt == 2 and on_trouble is not None:
                await _say_why(on_trouble, trouble)
            wait = max(pause, trouble.after)
        await run.sleep(wait)
        waited, pause, attempt = waited + wait, min(pause * 2, LONGEST_PAUSE), attempt + 1


async def _say_why(on_trouble: Callable[[TryAgain], Awaitable[None]], trouble: TryAgain) -> None:
    try:
        await on_trouble(trouble)
    except (TryAgain, TellPerson):
        return
