"""Finds what is at work in a thread and has it end, wherever it is done."""

from __future__ import annotations

from collections.abc import Mapping

from bot.asks import DOORS, read_arrival
from bot.router import Router
from bot.running import Running
from pipelines.core.asks import Ask
from storage.inbox import Arrival, Inbox
from storage.stops import Stop, Stops

LIVE = "answer:"


class OneStopper:
    """The `Stopper` of pipelines. `stoppable` maps an ability to the verbs that may be ended half-way."""

    def __init__(
        self, inbox: Inbox, router: Router, stops: Stops, running: Running, stoppable: Mapping[str, frozenset[str]]
    ) -> None:
        self._inbox = inbox
        self._router = router
        self._stops = stops
        self._running = running
        self._stoppable = stoppable

    async def stop(self, ask: Ask) -> int:
        """End what the ask means; how many that was."""
        count = 0
        for arrival in await self._inbox.unfinished(DOORS.keys()):
            if arrival.key != ask.key and self._is_meant(arrival, ask) and self._may_end(arrival):
                await self._stops.add(arrival.key, Stop(by=ask.user))
                self._running.end(arrival.key)
                count += 1
        return count

    def _is_meant(self, arrival: Arrival, ask: Ask) -> bool:
        said, place = arrival.payload, ask.place
        if (said.get("team", ""), said.get("channel", "")) != (place.team, place.channel):
            return False
        if ask.value:
            return arrival.key == ask.value.removeprefix(LIVE)
        return bool(place.thread_ts) and place.thread_ts in (said.get("thread_ts"), said.get("ts"))

    def _may_end(self, arrival: Arrival) -> bool:
        found = read_arrival(arrival, self._router)
        return found is not None and found[1].verb in self._stoppable.get(found[0], frozenset())
