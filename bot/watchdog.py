"""Watches the asks at work: ends what is to end, says a word about what takes long, gives up what hangs."""

from __future__ import annotations

import asyncio
import logging
import time

from bot.running import Running, Work
from pipelines.core.chat import Chat, Words
from pipelines.core.errors import LeadhandError
from storage.stops import Stop, Stops

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
STILL_AFTER = 60.0
STEP_SECONDS = 300.0
HUNG = "a step of it ({step}) did not come to an end within {minutes:g} minutes"


class Watchdog:
    """One for each process that works. `step_seconds`: how long one step of an ask may take."""

    def __init__(self, running: Running, stops: Stops, chat: Chat, step_seconds: float = STEP_SECONDS) -> None:
        self._running = running
        self._stops = stops
        self._chat = chat
        self._step_seconds = step_seconds

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("the watch over the work failed; trying again", extra={"action": "watch"})
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Look at all of them once."""
        works = self._running.works
        for key in await self._stops.among([work.ask.key for work in works]):
            self._running.end(key)
        now = time.monotonic()
        for work in works:
            if work.step and now - work.since > self._step_seconds:
                await self._give_up(work)
            elif not work.told and now - work.began > STILL_AFTER and work.ask.user:
                work.told = True
                await self._say(work)

    async def _give_up(self, work: Work) -> None:
        reason = HUNG.format(step=work.step, minutes=round(self._step_seconds / 60, 1))
        log.error("an ask hangs: %s", reason, extra={"action": f"{work.name}.{work.ask.verb}"})
        await self._stops.add(work.ask.key, Stop(reason=reason))
        work.end()

    async def _say(self, work: Work) -> None:
        """Once, as part of the live answer where there is one."""
        doing = work.trouble or f"I am at this step: {work.step or 'waiting'}."
        words = f"Still at it. {doing} I will say here how it ends; `@leadhand stop` ends it now."
        ask = work.ask
        try:
            if ask.openly:
                await self._chat.remark(ask.place, Words(text=words), f"answer:{ask.key}")
            else:
                await self._chat.whisper(ask.place, ask.user, Words(text=words), ask.reply_url)
        except LeadhandError as failure:
            log.info("a word about long work was not said: %s", failure, extra={"action": "watch"})
