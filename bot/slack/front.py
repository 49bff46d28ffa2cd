"""Where listeners put what arrived: committed first, acknowledged then, worked on elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.router import Router
from bot.slack.admission import Admission
from bot.slack.follower import Follower
from bot.slack.hometab import HomeTab
from bot.slack.voice import Voice
from bot.slack.workspaces import Workspaces
from pipelines.core.chat import Chat
from pipelines.policy.house import House
from storage.audit import Audit
from storage.drafts import Drafts
from storage.inbox import Arrival, Inbox
from storage.threads import Threads

log = logging.getLogger(__name__)

TRIGGERS_KEPT = 1000


@dataclass
class Front:
    """What listeners use. `poke` wakes the worker of this process, if it has one."""

    inbox: Inbox
    threads: Threads
    drafts: Drafts
    router: Router
    workspaces: Workspaces
    chat: Chat
    home: HomeTab
    voice: Voice
    house: House
    admission: Admission
    follower: Follower
    audit: Audit
    poke: Callable[[], None]
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    # Of two sockets both may be sent the same press; a trigger opens one window.
    _triggers: deque[str] = field(default_factory=lambda: deque(maxlen=TRIGGERS_KEPT))

    async def take(self, arrival: Arrival) -> bool:
        """Keep the arrival; on return it is on disk. Raises when it is not, and then Slack must not be told yes.

        Returns whether it is new.
        """
        new = await self.inbox.add(arrival)
        if new:
            self.poke()
        return new

    async def unserved(self, team: str, event: str, why: str) -> None:
        """Put on record that an event came from a workspace that cannot be answered."""
        await self.audit.record(
            actor="slack", action="slack.unserved", target=team, outcome="ignored", key=event, reason=why
        )

    def soon(self, work: Coroutine[Any, Any, None], body: Mapping[str, Any]) -> None:
        """Do, after the ack, what is worthless later: opening a window, one for each trigger in a body.

        The task is held, so that it is not lost.
        """
        trigger = str(body.get("trigger_id") or "")
        if trigger in self._triggers:
            work.close()
            return
        if trigger:
            self._triggers.append(trigger)
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (failure := task.exception()):
            log.error("a window did not open", exc_info=failure, extra={"action": "window"})

    async def close(self) -> None:
        """Let the windows finish."""
        await asyncio.gather(*self._running, return_exceptions=True)
