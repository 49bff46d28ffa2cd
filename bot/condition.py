"""How this process is, in plain words: version, Slack, model, repositories, board, what waits, what is missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from importlib import metadata

from bot.slack.home import Lack, advice
from bot.slack.text import escape
from pipelines.core.boards import Tracker
from pipelines.core.errors import LeadhandError
from pipelines.knowledge.library import Library
from pipelines.llm.meter import Meter
from storage.inbox import Inbox

# Whoever asks how things are is not kept waiting by the thing that is broken; in seconds.
PATIENCE = 4.0
ELSEWHERE = "another process hears it"


class Condition:
    """Asked by people. `slack` says how Slack is heard; the process that hears it sets it."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        library: Library,
        models: Meter,
        tracker: Tracker,
        lacks: Sequence[Lack],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox = inbox
        self._library = library
        self._models = models
        self._tracker = tracker
        self._lacks = lacks
        self._clock = clock
        self._began = clock()
        self.slack: Callable[[], str] = lambda: ELSEWHERE

    async def tell(self, asking: str) -> str:
        """Everything, a line each; `asking` is the key of the ask for it, which does not wait for itself."""
        lacking = {lack.name for lack in self._lacks}
        lines = [
            f"*leadhand {metadata.version('leadhand')}*, up for {duration(self._clock() - self._began)}",
            f"• Slack: {self.slack()}",
            f"• Board: {await self._board()}" if "No board" not in lacking else "",
            *(f"• Repository: {one}" for one in self._repositories()),
            f"• Model: {await self._model()}" if "No model" not in lacking else "",
            f"• Queue: {await self._queue(asking)}",
            *(f"• *{lack.name}*: {advice(lack)}" for lack in self._lacks),
        ]
        return "\n".join(filter(None, lines))

    async def _board(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                return escape(await self._tracker.check())
        except TimeoutError:
            return "Trello did not answer in time."
        except LeadhandError as trouble:
            return escape(str(trouble))

    async def _model(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                ready = await self._models.ready()
        except TimeoutError:
            ready = False
        return f"{escape(self._models.name)}, {'ready' if ready else 'not ready: drafts are made by rules meanwhile'}"

    def _repositories(self) -> list[str]:
        read = [f"{escape(one.name)} at {one.commit[:7]}" for one in self._library.sources.values()]
        troubles = [escape(trouble) for trouble in self._library.troubles.values()]
        return read + troubles or (["being read"] if self._library.places else [])

    async def _queue(self, asking: str) -> str:
        count, age = await self._inbox.waiting(apart_from=asking)
        return f"{count} under way, the oldest for {duration(age)}" if count else "nothing waits"


def duration(seconds: float) -> str:
    """The two largest units, such as `2 d 5 h`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
