"""Time limits and retries around a model: passing faults are tried again while the deadline allows it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pipelines.core.errors import TryAgain

T = TypeVar("T")
# The first pause is short: most often a kept connection was dropped, and the next one is good.
PAUSES = (0.1, 1.0, 4.0)


def too_slow(deadline: float) -> TryAgain:
    """The failure of a call that took longer than its deadline, in seconds."""
    return TryAgain(f"The model took longer than {deadline:g} seconds.")


async def patiently(call: Callable[[], Awaitable[T]], deadline: float) -> T:
    """Make the call, and again after each passing fault, until the deadline in seconds. Raises TryAgain."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    try:
        async with asyncio.timeout_at(end):
            for pause in PAUSES:
                try:
                    return await call()
                except TryAgain as fault:
                    wait = max(pause, fault.after)
                    if loop.time() + wait >= end:
                        raise
                await asyncio.sleep(wait)
            return await call()
    except TimeoutError:
        raise too_slow(deadline) from None
